"""WACZ files: the WARC files in a ZIP, streamed out of it; also out of one that is cut short."""

from __future__ import annotations

import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from newsarchive.intake.streams import File

_HEAD = struct.Struct("<4sHHHHHIIIHH")  # of an entry, before its name
_ENTRY = re.compile(rb"PK\x03\x04")
_BEHIND = re.compile(rb"PK(?:\x03\x04|\x01\x02|\x07\x08)")  # what may follow an entry's data
_WARC = re.compile(r"(?:^|/)archive/[^/]+\.warc(?:\.gz)?$", re.IGNORECASE)
_CHUNK = 1 << 16
_STEP = 1 << 10  # bytes that are looked at first: what is looked for may stand close together
_NAME = 4096  # bytes of a name
_AGAIN = 2**28  # bytes of an entry that are unpacked again, beside four times its size
_SMALL = 64 * 2**20  # bytes that an entry may unpack to whatever its size
_DIRECTORY = 8 * 2**20  # bytes; a package has some dozens of entries of about a hundred bytes
_END = struct.Struct("<4s4H2LH")  # of the directory: where it lies
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
# What an entry that is not what it says may be answered with.
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One WARC file in a package; size: in bytes, unpacked."""

    name: str
    size: int
    file: File


def is_zip(head: bytes) -> bool:
    """Whether a file that begins so is a ZIP file."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def parts(file: IO[bytes], ratio: int) -> Iterator[Part | str]:
    """The WARC files in a ZIP file, each to be read before the next one; also, in words, what is
    wrong with it. Nothing is unpacked to a disk, and no other entry is looked at.

    ratio: how many times its size an entry may say that it unpacks to.
    """
    size = _directory(file)
    if size > _DIRECTORY:
        yield f"is no WACZ: its directory has {size} bytes, and more than {_DIRECTORY} are not read"
        return
    try:
        package = zipfile.ZipFile(file)
    except (*UNREADABLE, NotImplementedError):
        yield f"is cut short or damaged: no directory at offset {file.seek(0, os.SEEK_END)}"
        yield from _scanned(file)
        return
    found = [info for info in package.infolist() if _WARC.search(info.filename)]
    if not found:
        yield "is a ZIP file, but no WACZ: there is no archive/*.warc.gz in it"
    end = 0  # of what was read; entries that share their bytes would be read again and again
    for info in sorted(found, key=lambda info: info.header_offset):
        if info.header_offset < end:
            yield f"{info.filename} lies within another entry and is left out"
            continue
        end = info.header_offset + _HEAD.size + max(0, info.compress_size)
        yield _entry(file, package, info, ratio)


def _entry(
    file: IO[bytes], package: zipfile.ZipFile, info: zipfile.ZipInfo, ratio: int
) -> Part | str:
    try:
        if (part := _placed(file, info)) is not None:
            return part
        if info.file_size > max(_SMALL, ratio * info.compress_size):
            return f"{info.filename} unpacks to over {ratio} times its size"
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            return f"{info.filename} is packed in another way than a WACZ file's entries"
        unpacked = package.open(info)
    except (*UNREADABLE, RuntimeError) as error:
        return f"{info.filename} cannot be opened: {error}"
    return Part(name=info.filename, size=info.file_size, file=_Unpacked(unpacked, info.file_size))


def _directory(file: IO[bytes]) -> int:
    """Bytes of the directory, as its end says; 0 where that is not found."""
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - _END.size - 0xFFFF)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06", 0, len(tail) - _END.size + 4)
    if at < 0:
        return 0
    found = int(_END.unpack_from(tail, at)[5])
    locator = start + at - _LOCATOR.size
    if locator >= 0:
        file.seek(locator)
        mark, _, where, _ = _LOCATOR.unpack(file.read(_LOCATOR.size))
        if mark == b"PK\x06\x07" and where < size:
            file.seek(where)
            end = file.read(_END64.size)
            if len(end) == _END64.size and end.startswith(b"PK\x06\x06"):
                found = int(_END64.unpack(end)[8])
    return found


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
    while (found := _search(file, _ENTRY, at, size)) < size:
        at = found + 4
        file.seek(found)
        head = file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return
        _, _, flags, method, _, _, _, packed, _, name_size, extra = _HEAD.unpack(head)
        if method != zipfile.ZIP_STORED or flags & 1 or name_size > _NAME:
            continue
        name = file.read(name_size).decode("utf-8", "replace")
        start = found + _HEAD.size + name_size + extra
        if not _WARC.search(name):
            continue
        known = packed not in (0, 0xFFFFFFFF)  # else it is said behind the entry, or elsewhere
        at = min(start + packed, size) if known else _search(file, _BEHIND, start, size)
        yield _part(file, name, start, at)


def _search(file: IO[bytes], pattern: re.Pattern[bytes], at: int, size: int) -> int:
    """Where the pattern is found from `at` on; the size of the file where it is not."""
    step = _STEP
    while at < size:
        file.seek(at)
        block = file.read(step)
        if found := pattern.search(block):
            return at + found.start()
        at += max(len(block) - 3, 1)
        step = _CHUNK
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


class _Unpacked:
    """An entry that is unpacked as it is read, as a file. Going back means beginning anew, which a
    file with much that is damaged would ask for again and again: it is done a few times."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file, self._size = file, size
        self._at = self._back = 0

    def seek(self, offset: int, /) -> int:
        """Go to a place. Raises EOFError where too much would have to be unpacked again."""
        if offset < self._at:
            self._back += offset
            if self._back > _AGAIN + 4 * self._size:
                raise EOFError("too much in it is damaged")
        self._at = self._file.seek(offset)
        return self._at

    def read(self, size: int, /) -> bytes:
        """At most so many of the next bytes."""
        piece = self._file.read(size)
        self._at += len(piece)
        return piece
