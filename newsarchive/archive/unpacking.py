"""Content encodings undone, piece by piece and within bounds: what is packed may be an attack."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterable, Iterator

MAX_RATIO = 200.0  # times that a body may grow; markup grows tenfold, zeros a thousandfold
FREE = 8 * 2**20  # bytes that are unpacked whatever the ratio: a small page may be all spaces
MAX_CODINGS = 5  # that lie over each other; servers send one, by mistake two
PIECE = 1 << 16
_WINDOW = 23  # 8 MiB, the most that RFC 9659 lets a server ask for
KNOWN = frozenset(("gzip", "x-gzip", "deflate", "br", "zstd"))


class Bomb(ValueError):
    """A body that unpacks to more than it may."""


class Torn(ValueError):
    """A body that is not coded as it says; what could be unpacked was given."""


class Cut(Torn):
    """A body that ends early."""


def codings(header: str) -> list[str]:
    """The codings of a Content-Encoding header, in the order in which they were laid on."""
    found = [coding.strip().lower() for coding in header.split(",")]
    return [coding for coding in found if coding not in ("", "identity", "none")]


def is_known(header: str) -> bool:
    """Whether all codings of a Content-Encoding header can be undone."""
    names = codings(header)
    return len(names) <= MAX_CODINGS and KNOWN.issuperset(names)


def unpack(body: bytes, encoding: str, *, most: int, ratio: float = MAX_RATIO) -> Iterator[bytes]:
    """The pieces of a body with its codings undone, none of them larger than 64 KiB.

    Raises Bomb where they come to more than `most` bytes, or grow more than `ratio` times beyond
    FREE bytes; Cut or Torn where it is not whole; ValueError for codings that are not known.
    """
    names = codings(encoding)
    if not is_known(encoding):
        raise ValueError("a content encoding that is not known")
    pieces: Iterable[bytes] = _cut(body)
    limit = min(most, max(FREE, int(len(body) * ratio)))
    for name in reversed(names):
        pieces = _counted(_DECODERS[name](pieces), limit)
    yield from pieces


def _cut(body: bytes) -> Iterator[bytes]:
    view = memoryview(body)
    for start in range(0, len(body), PIECE):
        yield bytes(view[start : start + PIECE])


def _counted(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise Bomb(f"unpacks to over {limit} bytes")
        yield piece


def _zlib(pieces: Iterable[bytes], wbits: int, *, raw: bool = False) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(wbits)
    done = started = False
    for piece in pieces:
        data = piece
        while data:
            if done:
                if raw or not data.startswith(b"\x1f\x8b"):
                    return  # noise behind the end, which browsers pass over too
                unpacker, done = zlib.decompressobj(wbits), False
            try:
                out = unpacker.decompress(data, PIECE)
            except zlib.error as error:
                if raw and not started:  # old servers leave the head away
                    raw, unpacker = False, zlib.decompressobj(-15)
                    continue
                raise Torn(str(error)) from None
            started = True
            if out:
                yield out
            done = unpacker.eof
            data = unpacker.unused_data if done else unpacker.unconsumed_tail
        while not done and (out := unpacker.decompress(b"", PIECE)):
            yield out
    if not done:
        raise Cut("the data end early")


def _gzip(pieces: Iterable[bytes]) -> Iterator[bytes]:
    return _zlib(pieces, 31)


def _deflate(pieces: Iterable[bytes]) -> Iterator[bytes]:
    return _zlib(pieces, 15, raw=True)


def _brotli(pieces: Iterable[bytes]) -> Iterator[bytes]:
    import brotli  # type: ignore[import-untyped]  # it has none

    unpacker = brotli.Decompressor()
    try:
        for piece in pieces:
            out = unpacker.process(piece, output_buffer_limit=PIECE)
            while out or not (unpacker.can_accept_more_data() or unpacker.is_finished()):
                if out:
                    yield out
                before, out = out, unpacker.process(b"", output_buffer_limit=PIECE)
                if not (before or out):
                    raise Torn("the data lead nowhere")
            if unpacker.is_finished():
                return
    except brotli.error as error:
        raise Torn(str(error)) from None
    raise Cut("the data end early")


def _zstd(pieces: Iterable[bytes]) -> Iterator[bytes]:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd  # Scrapy requires it there

    options = {int(zstd.DecompressionParameter.window_log_max): _WINDOW}
    unpacker = zstd.ZstdDecompressor(options=options)
    fresh = True
    try:
        for piece in pieces:
            data = piece
            while data or not (unpacker.needs_input or unpacker.eof):
                if unpacker.eof:
                    unpacker, fresh = zstd.ZstdDecompressor(options=options), True
                fresh = fresh and not data
                out = unpacker.decompress(data, PIECE)
                data = unpacker.unused_data if unpacker.eof else b""
                if out:
                    yield out
    except zstd.ZstdError as error:
        raise Torn(str(error)) from None
    if not (unpacker.eof or fresh):
        raise Cut("the data end early")


_DECODERS = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
