"""Every fault that a server can make, by name (`fault_server` makes them at named addresses).

The truth is known: what the portal holds, and when the fault is lifted, all of it can be had.
"""

from __future__ import annotations

import asyncio
import gzip
import re
import socket
import struct
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from typing import Any

from newsarchive.demo.answer import Answer

FAR = "http://far.example/elsewhere"
HEAD = b"\r\n\r\n"
_CHUNK = 1 << 16


@dataclass(slots=True)
class Reply:
    """A request that meets a fault: the good answer to it, and the connection to send another.

    other: the good answer to another request, which the fault may send in its place.
    """

    target: str
    answer: Answer
    other: Answer
    writer: asyncio.StreamWriter

    @property
    def body(self) -> bytes:
        """What would be right."""
        return self.answer.body

    async def send(self, data: bytes) -> None:
        """Send these bytes now."""
        self.writer.write(data)
        await self.writer.drain()

    def head(
        self, *lines: str, status: str = "", length: int | None = None, kind: str | None = None
    ) -> bytes:
        """A head. status: all after the version. length: of the body; None: not said."""
        kind = self.answer.headers.get("Content-Type", "text/html") if kind is None else kind
        said = [f"HTTP/1.1 {status or f'{self.answer.status} OK'}"]
        said += [f"Content-Type: {kind}"] if kind else []
        said += [f"Content-Length: {length}"] if length is not None else []
        return "\r\n".join([*said, *lines]).encode("latin-1") + HEAD

    async def whole(self, body: bytes, *lines: str, **more: Any) -> None:
        """Send a whole answer with this body."""
        await self.send(self.head(*lines, length=len(body), **more) + body)

    def reset(self) -> None:
        """Drop the connection with a reset."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Act = Callable[[Reply], Awaitable[None]]
FAULTS: dict[str, Act] = {}
# What these do can be made good on the spot: the page comes true all the same.
HARMLESS = frozenset(
    (
        "no-reason",
        "nul-in-header",
        "header-injection",
        "many-continues",
        "folded-header",
        "lone-line-feeds",
        "no-colon-header",
        "wrong-type-none",
        "wrong-type-nonsense",
        "wrong-charset-latin",
        "wrong-charset-utf16",
        "wrong-charset-nonsense",
        "wrong-charset-codec",
        "gzip-unasked-br",
        "gzip-unasked-zstd",
        "gzip-twice",
        "length-too-long",
        "version-3",
        "nul-before",
        "two-answers",
        "two-answers-later",
        "big-header",
        "close-delimited",
        "chunked-extension",
        "chunked-trailer",
        "endless-trailers",
        "gzip-trailing-noise",
        "gzip-plain",
    )
)


def fault(name: str) -> Callable[[Act], Act]:
    """Register a fault by its name."""

    def add(act: Act) -> Act:
        FAULTS[name] = act
        return act

    return add


# Connections that end: before an answer, in the status line, the headers, the body.


def _ends(reset: bool, sent: Callable[[Reply], bytes]) -> Act:
    async def act(reply: Reply) -> None:
        if data := sent(reply):
            await reply.send(data)
            await asyncio.sleep(0.02)  # so that it is there before the reset is
        if reset:
            reply.reset()
        else:
            reply.writer.close()

    return act


_STAGES: dict[str, Callable[[Reply], bytes]] = {
    "before-status": lambda reply: b"",
    "in-status": lambda reply: b"HTTP/1.1 20",
    "in-headers": lambda reply: b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nServ",
    "after-headers": lambda reply: reply.head(length=len(reply.body)),
    "in-body": lambda reply: reply.head(length=len(reply.body)) + reply.body[: _half(reply)],
    "in-chunks": lambda reply: (
        reply.head("Transfer-Encoding: chunked") + _chunk(reply.body[: _half(reply)])
    ),
    "in-undelimited": lambda reply: reply.head("Connection: close") + reply.body[: _half(reply)],
}
for _stage, _sent in _STAGES.items():
    FAULTS[f"reset-{_stage}"] = _ends(True, _sent)
    FAULTS[f"close-{_stage}"] = _ends(False, _sent)


def _half(reply: Reply) -> int:
    """Where a page is cut: in the middle of an article's text, if there is one."""
    story = reply.body.find("Tại cơ quan".encode())
    return story if story > 0 else len(reply.body) // 2


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def _raw(make: Callable[[Reply], bytes], *, close: bool = True) -> Act:
    """A fault that is bytes, sent once."""

    async def act(reply: Reply) -> None:
        await reply.send(make(reply))
        if close:
            reply.writer.close()

    return act


def _raws(**made: Callable[[Reply], bytes]) -> None:
    for name, make in made.items():
        FAULTS[name.replace("_", "-")] = _raw(make)


# Wrong lengths, wrong chunks.

_raws(
    length_too_long=lambda r: r.head(length=len(r.body) + 999) + r.body,
    length_too_short=lambda r: r.head(length=_half(r)) + r.body,
    length_negative=lambda r: r.head(length=-5) + r.body,
    length_nonsense=lambda r: r.head("Content-Length: many") + r.body,
    length_of_digits=lambda r: r.head("Content-Length: " + "9" * 5000) + r.body,
    lengths_differ=lambda r: r.head("Content-Length: 7", length=len(r.body)) + r.body,
    length_huge=lambda r: r.head(length=10**15) + r.body,
    close_delimited=lambda r: r.head("Connection: close") + r.body,
    chunked_garbage=lambda r: (
        r.head("Transfer-Encoding: chunked") + _chunk(r.body[: _half(r)]) + b"zz\r\nnoise\r\n"
    ),
    chunked_negative=lambda r: r.head("Transfer-Encoding: chunked") + b"-5\r\n" + r.body,
    chunked_huge=lambda r: r.head("Transfer-Encoding: chunked") + b"f" * 15 + b"\r\n" + r.body,
    chunked_long_size=lambda r: r.head("Transfer-Encoding: chunked") + b"0" * 100_000,
    chunked_no_chunks=lambda r: r.head("Transfer-Encoding: chunked") + r.body,
    chunked_extension=lambda r: (
        r.head("Transfer-Encoding: chunked")
        + f"{len(r.body):x};a=b\r\n".encode() + r.body + b"\r\n0\r\n\r\n"
    ),
    chunked_trailer=lambda r: (
        r.head("Transfer-Encoding: chunked") + _chunk(r.body) + b"0\r\nX-Sum: 1\r\n\r\n"
    ),
    transfer_unknown=lambda r: r.head("Transfer-Encoding: morse") + r.body,
)  # fmt: skip
FAULTS["length-too-long-open"] = _raw(
    lambda r: r.head(length=len(r.body) + 999) + r.body, close=False
)


async def _forever(reply: Reply, first: bytes, more: bytes, pause: float = 0.0) -> None:
    await reply.send(first)
    while not reply.writer.is_closing():
        await reply.send(more)
        await asyncio.sleep(pause)


def _endless(first: Callable[[Reply], bytes], more: bytes, pause: float = 0.002) -> Act:
    async def act(reply: Reply) -> None:
        await _forever(reply, first(reply), more, pause)

    return act


FAULTS |= {
    "endless-chunks": _endless(
        lambda r: r.head("Transfer-Encoding: chunked"), _chunk(b"<p>noise</p>\n" * 5000)
    ),
    "endless-undelimited": _endless(lambda r: r.head(), b"<p>noise</p>\n" * 5000),
    "endless-headers": _endless(lambda r: b"HTTP/1.1 200 OK\r\n", b"X-More: and more\r\n" * 500),
    "endless-header": _endless(lambda r: b"HTTP/1.1 200 OK\r\nX-Long: ", b"a" * _CHUNK),
    "endless-folded-header": _endless(lambda r: b"HTTP/1.1 200 OK\r\nX: a\r\n", b" b\r\n" * 5000),
    "endless-status": _endless(lambda r: b"", b"HTTP/1.1 200 OK " * 4000),
    "endless-continues": _endless(lambda r: b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500),
    "endless-trailers": _endless(
        lambda r: r.head("Transfer-Encoding: chunked") + _chunk(r.body) + b"0\r\n",
        b"X-More: and more\r\n" * 500,
    ),
    "trickle-body": _endless(lambda r: r.head(length=10**6), b".", 0.1),
    "trickle-headers": _endless(lambda r: b"HTTP/1.1 200 OK\r\nX: ", b".", 0.1),
    "trickle-status": _endless(lambda r: b"H", b"T", 0.1),
    "trickle-chunks": _endless(lambda r: r.head("Transfer-Encoding: chunked"), b"1\r\n.\r\n", 0.1),
    "silent": _endless(lambda r: b"", b"", 0.1),
    "silent-after-headers": _endless(lambda r: r.head(length=1000), b"", 0.1),
}


# Heads that are none, or odd.

_raws(
    http_09=lambda r: r.body,
    http_09_noise=lambda r: bytes(range(256)) * 40,
    ssh=lambda r: b"SSH-2.0-OpenSSH_9.2\r\n",
    status_99=lambda r: r.head(status="99 Odd", length=len(r.body)) + r.body,
    status_0=lambda r: r.head(status="0 Odd", length=len(r.body)) + r.body,
    status_999=lambda r: r.head(status="999 Odd", length=len(r.body)) + r.body,
    status_600=lambda r: r.head(status="600 Odd", length=len(r.body)) + r.body,
    status_negative=lambda r: r.head(status="-200 OK", length=len(r.body)) + r.body,
    status_of_digits=lambda r: r.head(status="2" * 5000, length=len(r.body)) + r.body,
    status_nonsense=lambda r: r.head(status="fine OK", length=len(r.body)) + r.body,
    status_101=lambda r: r.head("Upgrade: websocket", status="101 Switching Protocols") + r.body,
    status_204=lambda r: r.head(status="204 No Content"),
    status_206_unasked=lambda r: (
        r.head(f"Content-Range: bytes 0-{_half(r) - 1}/{len(r.body)}", status="206 Partial",
               length=_half(r)) + r.body[: _half(r)]
    ),
    status_304_unasked=lambda r: r.head(status="304 Not Modified"),
    status_400=lambda r: r.head(status="400 Bad Request", length=2) + b"no",
    status_403=lambda r: r.head(status="403 Forbidden", length=2) + b"no",
    status_418=lambda r: r.head(status="418 I'm a teapot", length=2) + b"no",
    status_500=lambda r: r.head(status="500 Oops", length=2) + b"no",
    status_502=lambda r: r.head(status="502 Bad Gateway", length=2) + b"no",
    no_reason=lambda r: r.head(status="200", length=len(r.body)) + r.body,
    version_3=lambda r: r.head(length=len(r.body)).replace(b"1.1", b"3.7", 1) + r.body,
    version_nonsense=lambda r: b"ICY 200 OK" + r.head()[15:] + r.body,
    lone_line_feeds=lambda r: r.head(length=len(r.body)).replace(b"\r\n", b"\n") + r.body,
    no_colon_header=lambda r: r.head("this is no header", length=len(r.body)) + r.body,
    folded_header=lambda r: r.head("X-Long: a", "  b", length=len(r.body)) + r.body,
    nul_in_header=lambda r: r.head("X-\0: a\0b", "\0", length=len(r.body)) + r.body,
    nul_in_status=lambda r: r.head(status="200\0 OK", length=len(r.body)) + r.body,
    nul_before=lambda r: b"\0\0\0\0" + r.head(length=len(r.body)) + r.body,
    header_injection=lambda r: (
        r.head("X-A: b\rWARC-Type: metadata\r", "WARC/1.1: \x1b[2J\x9b31m", ": nameless",
               "ETag: \"\x1b]0;owned\x07\"", "Set-Cookie: x=" + "\xff\xfe", length=len(r.body))
        + r.body
    ),
    big_header=lambda r: r.head("X-Policy: " + "a" * 60_000, length=len(r.body)) + r.body,
    huge_header=lambda r: r.head("X-Policy: " + "a" * 5_000_000, length=len(r.body)) + r.body,
    huge_headers=lambda r: (
        r.head(*(f"X-{n}: {'a' * 200}" for n in range(20_000)), length=len(r.body)) + r.body
    ),
    many_continues=lambda r: (
        b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + r.head(length=len(r.body)) + r.body
    ),
    tls_alert=lambda r: b"\x15\x03\x01\x00\x02\x02\x28",
)  # fmt: skip


# Bodies that are not what they are said to be.

_raws(
    empty=lambda r: r.head(length=0),
    blank=lambda r: r.head(length=3) + b" \n ",
    nul_body=lambda r: r.head(length=5000) + b"\0" * 5000,
    wrong_type_image=lambda r: r.head(length=len(_noise()), kind="image/png") + _noise(),
    wrong_type_none=lambda r: r.head(length=len(r.body), kind="") + r.body,
    wrong_type_nonsense=lambda r: r.head(length=len(r.body), kind="\x00/;;;=") + r.body,
    wrong_charset_latin=lambda r: (
        r.head(length=len(r.body), kind="text/html; charset=iso-8859-1") + r.body
    ),
    wrong_charset_utf16=lambda r: (
        r.head(length=len(r.body), kind="text/html; charset=utf-16") + r.body
    ),
    wrong_charset_nonsense=lambda r: (
        r.head(length=len(r.body), kind="text/html; charset=" + "x" * 3000) + r.body
    ),
    wrong_charset_codec=lambda r: (  # codecs of Python that are no charset
        r.head(length=len(r.body), kind="text/html; charset=zlib_codec") + r.body
    ),
    noise=lambda r: r.head(length=len(_noise())) + _noise(),
    pdf=lambda r: r.head(length=14, kind="application/pdf") + b"%PDF-1.4 \0\1\2\n\n",
    another_page=lambda r: (
        r.head(length=len(r.other.body)) + r.other.body
    ),
)  # fmt: skip


def _noise() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + bytes((n * n * 31 + 7) % 256 for n in range(4000))


@fault("two-answers")
async def _two_answers(reply: Reply) -> None:
    """A second answer, which a careless client takes for that to its next request."""
    other = reply.other.body
    await reply.send(
        reply.head(length=len(reply.body)) + reply.body
        + reply.head(length=len(other)) + other
    )  # fmt: skip


@fault("two-answers-later")
async def _two_answers_later(reply: Reply) -> None:
    await reply.whole(reply.body)
    await asyncio.sleep(0.01)
    await reply.whole(reply.other.body)


# Bombs, and encodings that lie.


@cache
def bomb(kind: str, size: int = 80 << 20) -> bytes:
    """So many zeros, packed."""
    if kind in ("gzip", "deflate"):
        packer = zlib.compressobj(9, wbits=31 if kind == "gzip" else 15)
        block = bytes(1 << 20)
        packed = [packer.compress(block) for _ in range(size >> 20)]
        return b"".join([*packed, packer.flush()])
    if kind == "br":
        import brotli  # type: ignore[import-untyped]

        made = brotli.Compressor(quality=5, lgwin=24)
        block = bytes(1 << 20)
        parts = [made.process(block) for _ in range(size >> 20)]
        return b"".join([*parts, made.finish()])
    from backports import zstd

    packing = zstd.ZstdCompressor(level=3)
    parts = [packing.compress(bytes(1 << 20)) for _ in range(size >> 20)]
    return b"".join([*parts, packing.flush()])


def _packed(name: str, encoding: str, make: Callable[[bytes], bytes]) -> None:
    FAULTS[name] = _raw(
        lambda r: (lambda body: r.head(f"Content-Encoding: {encoding}", length=len(body)) + body)(
            make(r.body)
        )
    )


def _brotli(body: bytes) -> bytes:
    import brotli

    packed: bytes = brotli.compress(body)
    return packed


def _zstd(body: bytes) -> bytes:
    from backports import zstd

    return zstd.compress(body)


def _times(count: int, body: bytes) -> bytes:
    for _ in range(count):
        body = gzip.compress(body, 1, mtime=0)
    return body


for _kind in ("gzip", "deflate", "br", "zstd"):
    _packed(f"bomb-{_kind}", _kind, lambda body, kind=_kind: bomb(kind))  # type: ignore[misc]
_packed("bomb-nested", "gzip, gzip", lambda body: _times(1, bomb("gzip")))
_packed("bomb-in-page", "gzip", lambda body: _times(1, bomb("gzip", 40 << 20)))
_packed("bomb-behind-page", "gzip", lambda body: gzip.compress(body, mtime=0) + bomb("gzip"))
_packed("bomb-of-windows", "zstd", lambda body: b"\x28\xb5\x2f\xfd\x00\xf8" + b"\x01\x00\x00" * 9)
_packed("gzip-of-1000", ", ".join(["gzip"] * 1000), lambda body: _times(60, body))
_packed("gzip-twice", "gzip, gzip", lambda body: _times(2, body))
_packed("gzip-lie", "gzip", lambda body: body[:40] + b"\xff" + body[40:])
_packed("gzip-plain", "gzip", lambda body: body)
_packed("gzip-cut", "gzip", lambda body: _times(1, body)[:-900])
_packed("br-cut", "br", lambda body: _brotli(body)[:-900])
_packed("zstd-cut", "zstd", lambda body: _zstd(body)[:-900])
_packed("deflate-cut", "deflate", lambda body: zlib.compress(body)[:-900])
_packed("gzip-broken", "gzip", lambda body: _times(1, body)[:200] + b"\xff" * 900)
_packed("gzip-trailing-noise", "gzip", lambda body: _times(1, body) + b"noise")
_packed("gzip-unasked-br", "br", _brotli)
_packed("gzip-unasked-zstd", "zstd", _zstd)
_packed("br-broken", "br", lambda body: _brotli(body)[:300] + b"\xff" * 300)
_packed("zstd-broken", "zstd", lambda body: _zstd(body)[:300] + b"\xff" * 300)
_packed("deflate-broken", "deflate", lambda body: zlib.compress(body)[:300] + b"\xff" * 300)
_packed("encoding-unknown", "rot13", lambda body: body[::-1])
_packed("encoding-many", "x" * 3000 + ", gzip", lambda body: _times(1, body))


BOMBS = {f"bomb-{kind}": kind for kind in ("gzip", "deflate", "br", "zstd")}
BOMBS |= {"bomb-nested": "gzip", "bomb-behind-page": "gzip"}

# Redirects.


def _redirect(name: str, to: Callable[[Reply], str | bytes], status: str = "302 Found") -> None:
    async def act(reply: Reply) -> None:
        where = to(reply)
        where = where.encode("utf-8") if isinstance(where, str) else where
        head = f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nLocation: ".encode()
        await reply.send(head + where + HEAD)

    FAULTS[name] = act


def _next(reply: Reply) -> str:
    found = re.fullmatch(r"/hop/(\d+)(.*)", reply.target)
    count, path = (int(found[1]), found[2]) if found else (0, reply.target)
    return f"/hop/{count + 1}{path}"


_redirect("redirects-10000", _next)
_redirect("redirect-self", lambda r: r.target)
_redirect("redirect-far", lambda r: FAR)
_redirect("redirect-no-scheme", lambda r: "//far.example/x")
_redirect("redirect-ftp", lambda r: "ftp://127.0.0.1/x")
_redirect("redirect-file", lambda r: "file:///etc/passwd")
_redirect("redirect-data", lambda r: "data:text/html,<h1>x</h1>")
_redirect("redirect-script", lambda r: "javascript:alert(1)")
_redirect("redirect-s3", lambda r: "s3://bucket/x")
_redirect("redirect-bad-host", lambda r: "http://[::1/x")
_redirect("redirect-bad-port", lambda r: "http://127.0.0.1:99999/x")
_redirect("redirect-no-host", lambda r: "http:///x")
_redirect("redirect-user", lambda r: "http://a:b@far.example/")
_redirect("redirect-long", lambda r: "/" + "a" * 14_000)
_redirect("redirect-empty", lambda r: "")
_redirect("redirect-noise", lambda r: b"/\xff\xfe\x00\x1b[2J")
_redirect("redirect-304", lambda r: FAR, status="304 Not Modified")
_redirect("redirect-300", lambda r: FAR, status="300 Multiple Choices")


@fault("redirect-none")
async def _redirect_none(reply: Reply) -> None:
    await reply.send(b"HTTP/1.1 301 Moved\r\nContent-Length: 0" + HEAD)


@fault("redirect-pair")
async def _redirect_pair(reply: Reply) -> None:
    to = reply.target.removeprefix("/hop/0") if reply.target.startswith("/hop/0") else ""
    where = (to or f"/hop/0{reply.target}").encode()
    await reply.send(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + where + HEAD)


# Please wait.


def _wait(name: str, status: str, value: Callable[[], str] | str) -> None:
    async def act(reply: Reply) -> None:
        said = value if isinstance(value, str) else value()
        await reply.whole(b"wait", f"Retry-After: {said}", status=status)

    FAULTS[name] = act


def _in(delta: timedelta) -> Callable[[], str]:
    return lambda: format_datetime(datetime.now(UTC) + delta, usegmt=True)


for _code in ("429 Too Many Requests", "503 Service Unavailable"):
    _wait(f"{_code[:3]}-seconds", _code, "1")
    _wait(f"{_code[:3]}-date", _code, _in(timedelta(seconds=1)))
    _wait(f"{_code[:3]}-past", _code, _in(timedelta(days=-400)))
    _wait(f"{_code[:3]}-nonsense", _code, "soon, \0 perhaps")
    _wait(f"{_code[:3]}-ten-years", _code, _in(timedelta(days=3650)))
    _wait(f"{_code[:3]}-digits", _code, "9" * 400)
    _wait(f"{_code[:3]}-negative", _code, "-5")
    _wait(f"{_code[:3]}-year-99999", _code, "Fri, 31 Dec 99999 23:59:59 GMT")
