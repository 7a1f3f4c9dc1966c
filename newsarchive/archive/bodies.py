"""Bodies of responses with their content encoding undone, and the digest by which they compare."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterable
from hashlib import sha256
from io import BytesIO
from typing import IO

from warcio.bufferedreaders import BufferedReader, ChunkedDataReader

MAX_BODY = 256 * 2**20  # bytes of a decoded body; a page that unpacks to more is an attack


def digest_of(body: bytes) -> str:
    """'sha256:' and hex."""
    return f"sha256:{sha256(body).hexdigest()}"


def encoding_of(headers: Iterable[tuple[str, str]]) -> str:
    """The Content-Encoding of a response, in lower case; '' where there is none."""
    return next((v.strip().lower() for n, v in headers if n.lower() == "content-encoding"), "")


def decoded(body: bytes, headers: Iterable[tuple[str, str]]) -> bytes:
    """The body with its content encoding undone; one that does not decode, as it came."""
    encoding = encoding_of(headers)
    if not encoding or not body:
        return body
    try:
        found = decode(BytesIO(body), encoding)
    except (ValueError, EOFError, zlib.error):
        return body
    return found if len(found) <= MAX_BODY else body


def decode(stream: IO[bytes], encoding: str, *, chunked: bool = False) -> bytes:
    """At most MAX_BODY + 1 bytes of what a stream holds, its encoding undone.

    chunked: whether the transfer encoding is still there too. Raises ValueError, EOFError or
    zlib.error where the body is not what it says.
    """
    if chunked:
        stream = ChunkedDataReader(stream)
    if encoding == "zstd":  # warcio does not know it
        return _zstd(stream)
    if encoding == "br":  # warcio 1.8.1 fails with the brotli of today
        return _brotli(stream)
    if encoding in ("gzip", "x-gzip", "deflate"):
        stream = BufferedReader(stream, decomp_type=encoding.removeprefix("x-"))
    body: bytes = stream.read(MAX_BODY + 1)
    return body


def _zstd(stream: IO[bytes]) -> bytes:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd  # Scrapy requires it there

    try:
        with zstd.open(stream) as unpacked:
            return unpacked.read(MAX_BODY + 1)
    except zstd.ZstdError as error:
        raise ValueError(str(error)) from None


def _brotli(stream: IO[bytes]) -> bytes:
    import brotli  # type: ignore[import-untyped]

    try:
        body: bytes = brotli.Decompressor().process(stream.read(), output_buffer_limit=MAX_BODY + 1)
    except brotli.error as error:
        raise ValueError(str(error)) from None
    return body
