"""Bodies of responses with their content encoding undone, and the digest by which they compare."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from io import BytesIO
from typing import IO

from warcio.bufferedreaders import ChunkedDataReader

from newsarchive.archive import unpacking

MAX_BODY = 256 * 2**20  # bytes of a decoded body; a page that unpacks to more is an attack


def digest_of(body: bytes) -> str:
    """'sha256:' and hex."""
    return f"sha256:{sha256(body).hexdigest()}"


def encoding_of(headers: Iterable[tuple[str, str]]) -> str:
    """The Content-Encoding of a response, in lower case; '' where there is none."""
    return ", ".join(v.strip().lower() for n, v in headers if n.lower() == "content-encoding")


def decoded(body: bytes, headers: Iterable[tuple[str, str]], *, most: int | None = None) -> bytes:
    """The body with its content encoding undone; one that does not decode, as it came.

    most: bytes that it may unpack to, MAX_BODY if not said.
    """
    encoding = encoding_of(headers)
    if not encoding or not body:
        return body
    most = MAX_BODY if most is None else most
    try:
        found = decode(BytesIO(body), encoding, most=most)
    except ValueError:
        return body
    return found if len(found) <= most else body


def decoded_digest(body: bytes, headers: Iterable[tuple[str, str]]) -> str:
    """`digest_of` what `decoded` gives, in little memory: a body may be an attack."""
    encoding = encoding_of(headers)
    if not unpacking.codings(encoding) or not unpacking.is_known(encoding):
        return digest_of(body)
    digest = sha256()
    try:
        for piece in unpacking.unpack(body, encoding, most=MAX_BODY):
            digest.update(piece)
    except unpacking.Cut:
        pass  # what came counts
    except ValueError:
        return digest_of(body)
    return f"sha256:{digest.hexdigest()}"


def decode(
    stream: IO[bytes], encoding: str, *, chunked: bool = False, most: int | None = None
) -> bytes:
    """At most `most` + 1 bytes of what a stream holds, its encoding undone; one that ends early
    gives what came, one whose encoding is not known is as it came.

    chunked: whether the transfer encoding is still there too. most: MAX_BODY if not said. Raises
    ValueError where the body is not what it says, unpacking.Bomb where it grows as no page does.
    """
    most = MAX_BODY if most is None else most
    if chunked:
        stream = ChunkedDataReader(stream)
    body = stream.read(most + 1)
    if not unpacking.codings(encoding) or not unpacking.is_known(encoding):
        return body
    found = bytearray()
    try:
        for piece in unpacking.unpack(body, encoding, most=most + 2 * unpacking.PIECE):
            found += piece
            if len(found) > most:
                break
    except unpacking.Cut:
        pass  # what came counts
    except unpacking.Torn:
        if found:
            raise
        return body  # it was never coded
    return bytes(found[: most + 1])
