"""The key under which replay tools look an address up: vn,example,congan)/tin/bai-1.html?a=1."""

from __future__ import annotations

import re
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

from newsarchive.urls import DEFAULT_PORTS, host_port

_WWW = re.compile(r"^www\d*\.")
_PLAIN = "".join(map(chr, range(0x21, 0x7F))).replace("%", "").replace("#", "")
# Numbers of sessions, by the lengths that web archives know them by.
_SESSION_PATH = re.compile(r"/\((?:(?:[a-z]\([0-9a-z]{24}\))+|[0-9a-z]{24})\)(?=/[^?]+\.aspx)")
_SESSION = re.compile(
    r"(?:(?:jsessionid|phpsessid|sid)=[0-9a-z]{32}|aspsessionid[a-z]{8}=[a-z]{24}"
    r"|cfid=[^&]+&cftoken=[^&]+)(?:&|$)"
)


def surt(url: str) -> str:
    """The key of an address, in ASCII and without blanks.

    Scheme, www, letter case, a last slash, the order of parameters and numbers of sessions do not
    count. What is no http(s) address is its own key.

    >>> surt('https://www.congan.example.vn/Tin/bai-1.html?b=2&a=1')
    'vn,example,congan)/tin/bai-1.html?a=1&b=2'
    """
    try:
        host, port = host_port(url)
    except ValueError:
        return quote_from_bytes(url.encode("utf-8", "replace"), safe=_PLAIN + "%#")
    parts = urlsplit(url)
    name = ",".join(reversed(_WWW.sub("", host).split(".")))
    if port != DEFAULT_PORTS[parts.scheme]:
        name += f":{port}"
    path = _without_steps(_SESSION_PATH.sub("", _normal(parts.path)))
    query = _SESSION.sub("", _normal(parts.query))
    words = sorted(query.split("&"), key=lambda word: word.split("=", 1))
    return f"{name}){path}" + (f"?{'&'.join(words)}" if query else "")


def _normal(text: str) -> str:
    """The text encoded once, however often it was, in lower case."""
    content = text.encode("utf-8", "replace")
    while (decoded := unquote_to_bytes(content)) != content:
        content = decoded
    return quote_from_bytes(content, safe=_PLAIN).lower()


def _without_steps(path: str) -> str:
    kept: list[str] = []
    for step in path.split("/"):
        if step == ".." and kept:
            kept.pop()
        elif step not in ("", "."):
            kept.append(step)
    return "/" + "/".join(kept)
