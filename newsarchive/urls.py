"""Addresses: what makes two of them one article, which host and port they ask, how they join."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

# Parameters that trackers, sharing and print buttons add; they never identify an article.
_TRACKING = re.compile(
    r"^(utm_.*|fbclid|gclid|dclid|msclkid|zarsrc|zalo.*|mc_[ce]id|igshid|_ga|ref|refer|referrer"
    r"|gidzl|yclid|spm|share|phpsessid|jsessionid|sid|print|nocache|timestamp)$",
    re.IGNORECASE,
)
_TWINS = re.compile(r"^/(?:index\.php/)?(?:savefile|print|sendmail|amp)/", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:php|html?|aspx|jsp)$", re.IGNORECASE)
_SESSION_PATH = re.compile(r";(?:jsessionid|sid)=[^/?#;]*", re.IGNORECASE)
DEFAULT_PORTS = {"http": 80, "https": 443}


def absolute(base: str | None, link: str) -> str | None:
    """`link` as an absolute http(s) address without fragment, or None if it cannot be one.

    Without a base a relative link is returned as it stands (trimmed).
    """
    link = link.strip()
    if not link or link.startswith("#"):
        return None
    try:
        joined = urljoin(base, link) if base else link
        parts = urlsplit(joined)
        if parts.scheme and parts.scheme not in DEFAULT_PORTS:
            return None
        parts.port  # noqa: B018  a ValueError here is the check
    except ValueError:
        return None
    if not base and not parts.scheme:
        return link.partition("#")[0] or None
    if not parts.hostname:
        return None
    return urlunsplit(parts._replace(fragment="", path=_quote_path(parts.path)))


def _quote_path(path: str) -> str:
    return quote(path, safe="/%:@!$&'()*+,;=~-._") if not path.isascii() or " " in path else path


def host_port(url: str) -> tuple[str, int]:
    """Lower-case host and effective port of an http(s) address.

    Raises ValueError for anything else.
    """
    parts = urlsplit(url)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"not an http(s) address: {url}")
    return parts.hostname, parts.port or DEFAULT_PORTS[parts.scheme]


def bare_host(host: str) -> str:
    """The host without a leading 'www.', lower-case."""
    return host.lower().removeprefix("www.")


def key(url: str, *, id_params: Collection[str] = ()) -> str:
    """The identity of the article at `url`: no scheme, www, default port, tracking or fragment.

    Print, 'savefile' and '/index.php/' twins fall together, as do '/x/', '/x' and '/x/index.htm'.
    Query parameters are sorted; with `id_params` only those stay (sites whose id is in the query),
    without it all but trackers stay. 'urn:...' identities are returned as they are.
    """
    if url.startswith("urn:"):
        return url
    parts = urlsplit(url)
    host = bare_host(parts.hostname or "")
    port = parts.port
    if port is not None and port not in (80, 443):
        host = f"{host}:{port}"
    path = unquote(_SESSION_PATH.sub("", parts.path))
    path = _TWINS.sub("/", path)
    if path.lower().startswith("/index.php/"):
        path = path[len("/index.php") :]
    path = _INDEX.sub("/", path)
    path = re.sub("/{2,}", "/", path)
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if (name in id_params if id_params else not _TRACKING.match(name))
    ]
    if not query or path != "/":
        path = path.rstrip("/")
    return host + path + (f"?{urlencode(sorted(query))}" if query else "")
