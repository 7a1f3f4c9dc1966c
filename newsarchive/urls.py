"""Addresses: what makes two of them one article, which host and port they ask, how they join."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

from newsarchive.hosts import spelled
from newsarchive.text import composed

# Parameters that trackers, sharing and print buttons add; they never identify an article.
_TRACKING = re.compile(
    r"^(utm_.*|fbclid|gclid|dclid|msclkid|zarsrc|zalo.*|mc_[ce]id|igshid|_ga|ref|refer|referrer"
    r"|gidzl|yclid|spm|share|phpsessid|jsessionid|print|nocache|timestamp)$",
    re.IGNORECASE,
)
# `sid` is a story's number in PHP-Nuke and its kin, a session's token elsewhere: tokens are long.
_SESSION = re.compile(r"^sid=[0-9a-z,-]{16,}$", re.IGNORECASE)
_TWINS = re.compile(
    r"^(?:/index\.php)?((?:/[a-z]{2})?(?:/news)?)/(?:savefile|print|sendmail|amp)/", re.IGNORECASE
)
_ENTRY = re.compile(r"^/index\.php/", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:php|html?|aspx|jsp)$", re.IGNORECASE)
_SESSION_PATH = re.compile(r";(?:jsessionid|sid)=[^/?#;]*", re.IGNORECASE)
# What stays percent-encoded in a key, or the key would read as another address:
# control characters and / ? # %.
_ENCODED = re.compile(r"%(?=[01][0-9a-f]|7f|2f|3f|23|25)", re.IGNORECASE)
_ESCAPE = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE)
_NO_HOST = re.compile(r"[\s<>\"'{}|\\^`%,;()]|^\.+$")
# A slash, and all that str.strip() takes for blank: what ends a path and names nothing.
_ENDS = (
    "/ \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
_BREAKS = re.compile(r"[\t\r\n]")
_HIDDEN = re.compile(r"[^\x20-\x7e\w]")
_MIXED = re.compile(r"[@\\]|:$")
_ROUNDS = 20  # twins of twins that are seen through; each takes a look at the whole path
_LONGEST = 8000  # characters of an address; servers take no more
# Most links of a portal: nothing in them that joining or quoting would change.
_STEPS = r"(?:/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)"
_QUERY = r"(?:\?[A-Za-z0-9_.~=&/-]+)?"
_ROOTED = re.compile(rf"{_STEPS}+/?{_QUERY}")
_WHOLE = re.compile(rf"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/|{_STEPS}+/?){_QUERY}")
DEFAULT_PORTS = {"http": 80, "https": 443}


def absolute(base: str | None, link: str) -> str | None:
    """`link` as an absolute http(s) address without fragment, or None if it cannot be one.

    Blanks, control characters and letters outside ASCII are percent-encoded, backslashes before the
    query read as slashes, as browsers do. Without a base a relative link is returned as it stands
    (trimmed).
    What is longer than 8000 characters cannot be asked and is None.
    """
    link = link.strip()
    if not link or link.startswith("#") or len(link) > _LONGEST:
        return None
    if _WHOLE.fullmatch(link):
        return link
    if base and _ROOTED.fullmatch(link) and (root := _root(base)) is not None:
        return root + link
    return _joined(base, link)


@lru_cache(maxsize=64)  # a page's links share one base
def _root(base: str) -> str | None:
    """Scheme and host of a base, as they stand; None where an address of that host is none."""
    root = _joined(base, "/")
    return root.removesuffix("/") if root is not None and "://" in root else None


def _joined(base: str | None, link: str) -> str | None:
    address, mark, query = link.partition("?")
    link = address.replace("\\", "/") + mark + query
    try:
        joined = urljoin(base, link) if base else link
        parts = urlsplit(joined)
        if parts.scheme and parts.scheme not in DEFAULT_PORTS:
            return None
        parts.port  # noqa: B018  a ValueError here is the check
    except ValueError:
        return None
    if not base and not parts.scheme:
        return _shown(link.partition("#")[0]) or None
    if not parts.hostname or _NO_HOST.search(parts.hostname) or not parts.netloc.isprintable():
        return None
    found = urlunsplit(
        parts._replace(path=_quoted(parts.path), query=_quoted(parts.query, "?"), fragment="")
    )
    return found if len(found) <= _LONGEST else None


def _shown(link: str) -> str:
    """A relative link as it stands but for what is not seen: as browsers do, line breaks and tabs
    are left out, other control characters encoded."""
    if link.isprintable():
        return link
    return _HIDDEN.sub(lambda found: _quoted(found[0]), _BREAKS.sub("", link))


def _quoted(part: str, safe: str = "") -> str:
    if part.isascii() and part.isprintable() and " " not in part:
        return part
    return quote(part, safe="/%:@!$&'()*+,;=~-._[]" + safe, errors="replace")


@lru_cache(maxsize=1024)  # each address of a crawl is asked about at several stations
def host_port(url: str) -> tuple[str, int]:
    """Lower-case ASCII host and effective port of an http(s) address.

    A host that is an address comes in its usual form, however it was written: '127.1' is
    '127.0.0.1'. Raises ValueError for anything else.
    """
    parts = urlsplit(url)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"not an http(s) address: {url}")
    host = spelled(_ascii_host(parts.hostname))
    if not host:
        raise ValueError(f"an address whose host is nothing but dots: {url}")
    return host, parts.port or DEFAULT_PORTS[parts.scheme]


def server_of(url: str) -> tuple[str, int]:
    """Host and port, as `host_port` has them, of an address that may be asked.

    Raises ValueError where programs would not agree which they are: a user before the host, a
    backslash, a colon without a port.
    """
    if _MIXED.search(urlsplit(url).netloc):
        raise ValueError(f"not a plain address: {url}")
    return host_port(url)


def bare_host(host: str) -> str:
    """The host without a leading 'www.', in lower-case ASCII."""
    return _ascii_host(host).removeprefix("www.")


def _ascii_host(host: str) -> str:
    host = host.lower().rstrip(".")
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii").rstrip(".")  # a wide full stop is one, too
    except UnicodeError:
        # No name that could be asked; as an identity it is as good as any.
        return composed(host)


def key(url: str, *, id_params: Collection[str] = ()) -> str:
    """The identity of the article at `url`: no scheme, www, default port, tracking or fragment.

    Print, 'savefile' and '/index.php/' twins fall together, as do '/x/', '/x' and '/x/index.htm',
    encoded and plain, composed and decomposed letters. Query parameters are sorted; with
    `id_params` only those stay (sites whose id is in the query; case of the name does not count),
    without it all but trackers stay. 'urn:...' identities are returned as they are.
    Raises ValueError where the address is malformed (unclosed bracket, port that is no number).
    """
    return _key(url, tuple(id_params))


def is_twin(url: str) -> bool:
    """Whether an address is that of an article's twin: to print, to save, through '/index.php/'.

    >>> is_twin('https://a.vn/savefile/tin/mot-1.html')
    True
    """
    path = urlsplit(url).path
    return bool(_TWINS.match(path) or _ENTRY.match(path))


@lru_cache(maxsize=1024)
def _key(url: str, id_params: tuple[str, ...]) -> str:
    if url.startswith("urn:"):
        return url
    parts = urlsplit(url)
    host = bare_host(parts.hostname or "")
    if ":" in host:
        host = f"[{host}]"
    if parts.port is not None and parts.port not in (80, 443):
        host = f"{host}:{parts.port}"
    path = _untwinned(_plain(_SESSION_PATH.sub("", parts.path)))
    query = _identifying(parts.query, {name.lower(): name for name in id_params})
    if query and not path:
        path = "/"
    return host + path + (f"?{query}" if query else "")


def _plain(path: str) -> str:
    """The path decoded and composed; bytes that are no UTF-8 stay as upper-case escapes."""
    try:
        decoded = unquote(_ENCODED.sub("%25", path), errors="strict")
    except UnicodeDecodeError:
        decoded = path
    # What is still encoded, or was blank at the end, must not depend on how it was written.
    decoded = _ESCAPE.sub(lambda match: match.group().upper(), decoded)
    return composed(decoded).strip()


def _untwinned(path: str) -> str:
    """The path without what twins add to it, and without slashes at its end."""
    for _ in range(_ROUNDS):
        shorter = re.sub("/{2,}", "/", path)
        shorter = _ENTRY.sub("/", _TWINS.sub(r"\1/", shorter))
        shorter = _INDEX.sub("/", shorter).rstrip(_ENDS)
        if shorter == path:
            return path
        path = shorter
    return path


def _identifying(query: str, id_params: dict[str, str]) -> str:
    kept = []
    for name, value in parse_qsl(query, keep_blank_values=True, errors="surrogateescape"):
        if id_params:
            if name.lower() in id_params:
                kept.append((id_params[name.lower()], value))
        elif not _TRACKING.match(name) and not _SESSION.match(f"{name}={value}"):
            kept.append((name, value))
    normal = [(composed(name), composed(value)) for name, value in kept]
    return urlencode(sorted(normal), errors="surrogateescape")
