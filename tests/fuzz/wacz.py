"""WACZ files: ZIP files, whole and torn, as other programs wrote them."""

from __future__ import annotations

import gzip
import struct
import zipfile
from io import BytesIO

from fuzz import intake, warc
from fuzz.holds import bounded

LARGEST = 40_000
WORDS = (
    b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"PK\x07\x08",
    b"archive/a.warc", b"archive/a.warc.gz", b"archive/../../a.warc", b"/archive/a.warc", b"archive\\a.warc",
    b"\xff\xff\xff\xff", b"\xff\xff", b"\x00\x00\x00\x00", b"\x08\x00", b"\x0c\x00", b"\x0e\x00", b"\x01\x00\x10\x00",
    struct.pack("<HHIIII", 20, 8, 0, 0, 0, 0), b"WARC/1.0\r\n", b"Content-Length: 7\r\n", b"\x1f\x8b\x08\x00",
)  # fmt: skip


def one(data: bytes) -> None:
    """First byte: the file's name; the ZIP behind it."""
    how = data[0] if data else 0
    with bounded(len(data)):
        intake.taken("a.wacz" if how & 1 else "a.bin", data[1:])


def _package(files: dict[str, bytes], how: int) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", compression=how) as package:
        for name, content in files.items():
            package.writestr(zipfile.ZipInfo(name), content, compress_type=how)
    return file.getvalue()


def seeds() -> list[bytes]:
    """Packages of all forms, one of them without its directory, one with bytes before it."""
    plain = [file for file in warc.files() if len(file) < 9_000][:3]
    packed = [gzip.compress(file, mtime=0) for file in plain]
    found = []
    for how in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        found.append(_package({"archive/a.warc.gz": packed[0], "pages/pages.jsonl": b"{}\n"}, how))
        found.append(_package({"archive/a.warc": plain[1], "datapackage.json": b"{}"}, how))
    whole = _package(
        {"archive/a.warc.gz": packed[0], "archive/b.warc.gz": packed[1]}, zipfile.ZIP_STORED
    )
    found += [whole, whole[:-40], b"#!/bin/sh\n" + whole, _package({"x.txt": b"x"}, 0)]
    return [bytes([1]) + package for package in found]
