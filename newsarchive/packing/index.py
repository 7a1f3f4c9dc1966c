"""The index of a package: a line a capture, sorted, in blocks that a player fetches one by one."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from hashlib import sha256

from newsarchive.packing.parts import Package, Part

BLOCK = 1024  # lines
NAME = "index.cdx.gz"


def write_index(package: Package, lines: Iterable[bytes], *, block: int = BLOCK) -> None:
    """Write sorted lines ('KEY TIME {...}') in gzip members, and what says where each begins."""
    with package.part(f"indexes/{NAME}") as part:
        blocks = _write_blocks(part, lines, block)
    with package.part("indexes/index.idx") as part:
        meta = json.dumps({"format": "cdxj-gzip-1.0", "filename": NAME})
        part.write(f"!meta 0 {meta}\n".encode())
        for line in blocks:
            part.write(line)


def _write_blocks(part: Part, lines: Iterable[bytes], size: int) -> list[bytes]:
    found: list[bytes] = []
    gathered: list[bytes] = []
    head = b""
    for line in lines:
        key = line.partition(b" ")[0]
        if not _same_block(head, key):
            head = key
            if len(gathered) >= size:
                found.append(_write_block(part, gathered))
                gathered = []
        gathered.append(line)
    if gathered:
        found.append(_write_block(part, gathered))
    return found


def _same_block(head: bytes, key: bytes) -> bool:
    """Whether a player that asks for `head` with a slash behind it must meet `key` before it.

    Keys have no last slash; ReplayWeb.page asks with it, goes to the block where that would
    stand, and does not look at the block before.
    """
    return bool(head) and key.startswith(head) and key[len(head) :][:1] < b"/"


def _write_block(part: Part, lines: list[bytes]) -> bytes:
    first = b" ".join(lines[0].split(b" ", 2)[:2]).decode()
    packed = gzip.compress(b"".join(lines), 6, mtime=0)
    place = {
        "offset": part.size,
        "length": len(packed),
        "digest": f"sha256:{sha256(packed).hexdigest()}",
    }
    part.write(packed)
    return f"{first} {json.dumps(place)}\n".encode()
