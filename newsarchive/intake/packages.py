"""WACZ files: the WARC files in a ZIP, streamed out of it; also out of one that is cut short."""

from __future__ import annotations

import os
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from newsarchive.intake.streams import File

_HEAD = struct.Struct("<4sHHHHHIIIHH")  # of an entry, before its name
_ENTRY = re.compile(rb"PK\x03\x04")
_BEHIND = re.compile(rb"PK(?:\x03\x04|\x01\x02|\x07\x08)")  # what may follow an entry's data
_WARC = re.compile(r"(?:^|/)archive/[^/]+\.warc(?:\.gz)?$", re.IGNORECASE)
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One WARC file in a package; size: in bytes, unpacked."""

    name: str
    size: int
    file: File


def is_zip(head: bytes) -> bool:
    """Whether a file that begins so is a ZIP file."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def parts(file: IO[bytes]) -> Iterator[Part | str]:
    """The WARC files in a ZIP file, each to be read before the next one; also, in words, what is
    wrong with it. Nothing is unpacked to a disk."""
    try:
        package = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        yield f"is cut short or damaged: no directory at offset {file.seek(0, os.SEEK_END)}"
        yield from _scanned(file)
        return
    found = [info for info in package.infolist() if _WARC.search(info.filename)]
    if not found:
        yield "is a ZIP file, but no WACZ: there is no archive/*.warc.gz in it"
    for info in found:
        if (part := _placed(file, info)) is not None:
            yield part
            continue
        try:
            unpacked = package.open(info)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
            yield f"{info.filename} cannot be opened: {error}"
            continue
        with unpacked:
            yield Part(name=info.filename, size=info.file_size, file=unpacked)


def _placed(file: IO[bytes], info: zipfile.ZipInfo) -> Part | None:
    """An entry that is stored as it is: its records check themselves, and say where."""
    if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
        return None
    file.seek(info.header_offset)
    head = file.read(_HEAD.size)
    if len(head) < _HEAD.size or not _ENTRY.match(head):
        return None
    *_, name, extra = _HEAD.unpack(head)
    start = info.header_offset + _HEAD.size + name + extra
    return _part(file, info.filename, start, start + info.compress_size)


def _part(file: IO[bytes], name: str, start: int, end: int) -> Part:
    return Part(name=name, size=end - start, file=_Window(file, start, end - start))


def _scanned(file: IO[bytes]) -> Iterator[Part]:
    """Entries that are stored as they are, found by their own heads."""
    size = file.seek(0, os.SEEK_END)
    at = 0
    while (at := _search(file, _ENTRY, at, size)) < size:
        file.seek(at)
        head = file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return
        _, _, flags, method, _, _, _, packed, _, name_size, extra = _HEAD.unpack(head)
        name = file.read(name_size).decode("utf-8", "replace")
        start = at + _HEAD.size + name_size + extra
        at += 4
        if not _WARC.search(name) or method != zipfile.ZIP_STORED or flags & 1:
            continue
        known = packed not in (0, 0xFFFFFFFF)  # else it is said behind the entry, or elsewhere
        at = min(start + packed, size) if known else _search(file, _BEHIND, start, size)
        yield _part(file, name, start, at)


def _search(file: IO[bytes], pattern: re.Pattern[bytes], at: int, size: int) -> int:
    """Where the pattern is found from `at` on; the size of the file where it is not."""
    while at < size:
        file.seek(at)
        block = file.read(_CHUNK)
        if found := pattern.search(block):
            return at + found.start()
        at += max(len(block) - 3, 1)
    return size


class _Window:
    """A part of a file as a file."""

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        self._file, self._start, self._size = file, start, size
        self._at = 0

    def seek(self, offset: int, /) -> int:
        """Go to a place."""
        self._at = offset
        return offset

    def read(self, size: int, /) -> bytes:
        """At most so many of the next bytes."""
        left = max(self._size - self._at, 0)
        self._file.seek(self._start + self._at)
        piece = self._file.read(min(size, left))
        self._at += len(piece)
        return piece
