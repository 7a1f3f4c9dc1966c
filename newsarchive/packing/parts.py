"""The parts of a WACZ file, written one after the other, and the list of them that closes it."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

WACZ_VERSION = "1.1.1"
# A second step of compression would cost time and give nothing, and players read from the middle.
_STORED = ".gz"


class Part:
    """One file within the package, written from its beginning to its end."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        """Append to it."""
        self._file.write(data)
        self._digest.update(data)
        self.size += len(data)

    @property
    def hash(self) -> str:
        """'sha256:' and hex of what was written."""
        return f"sha256:{self._digest.hexdigest()}"


class Package:
    """A WACZ file written to `out`, one part at a time; to be closed by `finish`.

    created: UTC. Raises OSError where it cannot be written.
    """

    def __init__(self, out: IO[bytes], created: datetime) -> None:
        self._zip = ZipFile(out, "w")
        self.created = created
        self._resources: list[dict[str, Any]] = []

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._zip.close()

    @contextmanager
    def part(self, path: str) -> Iterator[Part]:
        """A new part at this path, of any size."""
        entry = ZipInfo(path, self.created.timetuple()[:6])
        entry.compress_type = ZIP_STORED if path.endswith(_STORED) else ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        # Zip64 makes the header before the content longer than its copy in the directory. Of an
        # entry without any field of this kind in the directory, ReplayWeb.page takes both to be
        # the same; with one (the time, in seconds of Unix) it looks.
        entry.extra = struct.pack("<HHBI", 0x5455, 5, 1, int(self.created.timestamp()))
        with self._zip.open(entry, "w", force_zip64=True) as file:
            part = Part(file)
            yield part
        name = path.rpartition("/")[2]
        self._resources.append({"name": name, "path": path, "hash": part.hash, "bytes": part.size})

    def finish(self, about: Mapping[str, Any]) -> None:
        """Write what lists all parts, and the digest of that."""
        listed = {
            "profile": "data-package",
            "wacz_version": WACZ_VERSION,
            **about,
            "created": f"{self.created:%Y-%m-%dT%H:%M:%SZ}",
            "resources": self._resources.copy(),
        }
        with self.part("datapackage.json") as part:
            part.write(_json(listed))
        with self.part("datapackage-digest.json") as digest:
            digest.write(_json({"path": "datapackage.json", "hash": part.hash}))


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()
