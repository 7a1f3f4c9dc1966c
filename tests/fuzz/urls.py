"""Addresses: joined, told apart, asked."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlsplit

from fuzz.holds import bounded, expect
from fuzz.seeds import articles
from newsarchive.urls import absolute, bare_host, host_port, is_twin, key

LARGEST = 3_000
BASES = (
    None, "https://congan.vidu.vn/tin-tuc/page-2", "http://h.vn", "https://h.vn/a?b=c#d", "http://[::1]:81/x",
    "http://[x", "urn:x", "javascript:x", "//h.vn/a/b", "/a/b", "http://côngan.vn/ý", "http://u:p@h.vn:80/a;b/",
)  # fmt: skip
WORDS = tuple(
    word.encode()
    for word in (
        "http://", "https://", "HTTP:", "//", "/", "/../", "/./", "?", "#", "&", "=", ";", "%", "%2F", "%00", "%c3%bd", "%fa", "%25",
        "@", ":80", ":443", ":0", ":99999", "[::1]", "[", "]", "[v1.a]", "www.", "WWW.", "index.php", "/index.php/", "index.htm", "default.aspx",
        "/print/", "/savefile/", "/amp/", "/vi/news/", ";jsessionid=a", "utm_source=x", "sid=0123456789abcdef", "PHPSESSID=1", "\\", "..",
        "xn--", "xn--cngan-6ta", "côngan.vn", "ß", "。", "．", "\u200d", "\u0301", "\ufe52", "‥", "℀", "．．", "+", " ", "\t", "\n", "\u00a0",
        "urn:sha256:0", "javascript:", "data:,", "mailto:a@b", "file:///etc/passwd", "ftp://", "http:///", "http:a", "http://.", "0x7f.1",
    )
)  # fmt: skip


def one(data: bytes) -> None:
    """First byte: the base; the address behind it."""
    how = data[0] if data else 0
    link = data[1:].decode("utf-8", "surrogateescape")
    base = BASES[how % len(BASES)]
    with bounded(len(data)):
        _identity(link)
        joined = absolute(base, link)
    if joined is None:
        return
    if not urlsplit(joined).scheme and not (base or "").startswith("http"):
        return  # a relative address as it stood
    expect(urlsplit(joined).scheme in ("http", "https"), "another scheme", joined)
    expect(urlsplit(joined).hostname, "no host", joined)
    expect("#" not in joined, "a fragment", joined)
    expect(joined.isprintable() and " " not in joined, "an address that is not one line", joined)
    joined.encode("ascii" if urlsplit(joined).netloc.isascii() else "utf-8")
    expect(absolute(base, joined) == joined, "absolute twice is not absolute once", (joined, link))
    _identity(joined)


def _identity(url: str) -> None:
    """What is no address is refused; an identity is its own."""
    with suppress(ValueError):
        is_twin(url)
    with suppress(ValueError):
        host, port = host_port(url)
        expect(host and 0 <= port < 65_536, "no host or port", url)
        expect(
            host_port(f"http://{_bracketed(host)}:{port}/") == (host, port or 80), "a host", host
        )
    bare_host(url)
    for params in ((), ("itemid", "ID")):
        try:
            identity = key(url, id_params=params)
        except ValueError:
            continue
        if urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname:
            again = key(f"http://{identity}", id_params=params)
            expect(again == identity, "the key of a key is another", (url, identity, again))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def seeds() -> list[bytes]:
    """Addresses of portals, and pieces of strange ones."""
    real = [str(article["url"]) for article in articles() if article.get("url")]
    odd = [
        "http://h.vn:80/a/../b/./c?b=2&a=1%20c#x", "https://u:p@www.h.vn./index.php/print/a-1.html", "//h.vn/x",
        "?page=2", "../a b/ý.html", "http://[::1]:81/x", "https://côngan.vn/tin-t%E1%BB%A9c/%fa?itemid=1&ID=2&fbclid=3",
        "http://h.vn/a;jsessionid=1/b/default.aspx", "javascript:void(0)", "urn:sha256:00", "http:\\\\h.vn\\a?\\b",
    ]  # fmt: skip
    return [bytes([n % len(BASES)]) + url.encode() for n, url in enumerate((*real, *odd))]
