"""Small real PNG pictures, drawn from a name."""

from __future__ import annotations

import hashlib
import struct
import zlib
from functools import lru_cache

WIDTH, HEIGHT = 480, 320


@lru_cache(maxsize=256)
def png(name: str, width: int = WIDTH, height: int = HEIGHT) -> bytes:
    """A picture of bands in colours that follow from `name`; the same bytes for the same name.

    Format: PNG (ISO/IEC 15948), 8-bit palette.
    """
    seed = hashlib.sha256(name.encode()).digest()
    colours = (seed * 2)[: 3 * 16]
    rows = b"".join(_row(seed, y * 8 // height, width) for y in range(height))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", colours),
            _chunk(b"IDAT", zlib.compress(rows, 6)),
            _chunk(b"IEND", b""),
        )
    )


def _row(seed: bytes, band: int, width: int) -> bytes:
    columns = bytes((seed[(band * 5 + x) % 32] + band) % 16 for x in range(8))
    return b"\0" + b"".join(columns[x : x + 1] * (width // 8) for x in range(8)).ljust(width, b"\0")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
