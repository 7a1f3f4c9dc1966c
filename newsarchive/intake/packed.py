"""Files of gzip members, unpacked as they are read."""

from __future__ import annotations

import re
import zlib
from contextlib import suppress
from typing import Any

from isal import isal_zlib

from newsarchive.intake.streams import CHUNK, Broken, File, Stream

GZIP = b"\x1f\x8b"
MEMBER = b"\x1f\x8b\x08"
_MOST = 1 << 16  # bytes unpacked at a time: so many at most are lost before what is broken
PROBE = 1024  # packed bytes that show what a member begins with
RATIO = 250  # a member that unpacks to more than so many times its size is an attack
_SMALL = 64 * 2**20  # bytes that it may unpack to whatever its size
_BEGINNING = re.compile(rb"WARC/\d|(?:https?|ftp|dns|filedesc):")


class Packed(Stream):
    """A file of gzip members: one for each record, or a single one for all.

    ratio: how many times its size a member may unpack to.
    """

    def __init__(self, raw: File, ratio: int = RATIO) -> None:
        super().__init__(raw)
        self._ratio = ratio
        self._place: tuple[int, int] | None = None  # of the record in hand: member, bytes in it
        self._began = 0  # bytes that had been unpacked where the member begins
        self._packed = b""
        self._unpacker: Any = None
        self._pending = False  # whether the unpacker may hold more than it gave
        self._member = 0
        self._first: bytes | None = None  # the piece that is the beginning of the member

    @property
    def offset(self) -> int:
        """Where in the file the member of the next byte begins; within one, about where it is."""
        return self._member if self._exact() else self._end - len(self._packed)

    @property
    def is_checked(self) -> bool:
        """Whether the record's member has ended, and with it its sum was compared."""
        return self._unpacker is None

    def _exact(self) -> bool:
        return not self._at and self._buffer is self._first

    def begin(self) -> int | None:
        """The offset of the next record; where it lies within its member is kept in mind."""
        found = super().begin()
        inside = self.passed - self._began
        self._place = (self._member, inside) if found is not None and inside >= 0 else None
        return found

    def back(self, *, unpack: bool = False) -> bool:
        """Go back to where `begin` was; within a member only if all before may be unpacked anew."""
        if super().back():
            self._forget()
            return True
        if not unpack or self._place is None:
            return False
        member, inside = self._place
        self._end = self._raw.seek(member)
        self._take(b"")
        self._forget()
        with suppress(Broken):  # it was not, a moment ago
            return self.skip(inside)
        return False

    def _forget(self) -> None:
        self._packed, self._unpacker, self._pending = b"", None, False

    def recover(self, *, onward: bool = False) -> bool:
        """Go to the next member that begins as a record does."""
        at = max(self._member + 1, self._end - len(self._packed) if onward else 0)
        self._take(b"")
        self._forget()
        while True:
            self._raw.seek(at)
            block = self._raw.read(CHUNK + PROBE)
            is_last = len(block) < CHUNK + PROBE
            found = block.find(MEMBER)
            while 0 <= found < CHUNK or (is_last and found >= 0):
                if begins_record(block[found : found + PROBE]):
                    self._end = self._raw.seek(at + found)
                    return True
                found = block.find(MEMBER, found + 1)
            if is_last:
                return False
            at += CHUNK

    def _next(self) -> bytes:
        if piece := self._rest():
            return piece
        while self._open():
            if piece := self._rest():
                self._first = piece
                return piece
        return b""

    def _open(self) -> bool:
        """Begin the next member; False at the end of the file, and of zeros that pad it."""
        while len(self._packed) < len(MEMBER) and self._load():
            pass
        while self._packed and not self._packed.strip(b"\0"):
            self._packed = b""
            self._load()
        self._member = self._end - len(self._packed)
        if not self._packed:
            return False
        if not self._packed.startswith(MEMBER):
            raise Broken(self._member, "no gzip data")
        self._unpacker = isal_zlib.decompressobj(wbits=31)
        self._began = self._given
        return True

    def _rest(self) -> bytes:
        while self._unpacker is not None:
            if piece := self._unpack():
                return piece
        return b""

    def _unpack(self) -> bytes:
        if not (self._packed or self._pending or self._load()):
            raise Broken(self._member, "the file ends in the middle of a record")
        try:
            piece: bytes = self._unpacker.decompress(self._packed, _MOST)
        except (isal_zlib.error, zlib.error):  # type: ignore[misc]  # C module without types
            raise Broken(self._member, "a record that cannot be unpacked") from None
        if self._unpacker.eof:
            self._packed, self._pending = self._unpacker.unused_data, False
            self._unpacker = None
        else:
            self._packed = self._unpacker.unconsumed_tail
            self._pending = len(piece) == _MOST
        self._given += len(piece)
        found = self._given - self._began
        if found > _SMALL and found > self._ratio * (self._end - len(self._packed) - self._member):
            what = f"a record that unpacks to over {self._ratio} times its size"
            raise Broken(self._member, what)
        return piece

    def _load(self) -> bool:
        piece = self._raw.read(CHUNK)
        self._end += len(piece)
        self._packed += piece
        return bool(piece)


def begins_record(packed: bytes) -> bool:
    """Whether a gzip member that begins so begins as a record does."""
    try:
        head = isal_zlib.decompressobj(wbits=31).decompress(packed, 32)
    except (isal_zlib.error, zlib.error):  # type: ignore[misc]  # its stubs call it a value
        return False
    return _BEGINNING.match(head) is not None


def unpacked(raw: File, head: bytes, ratio: int = RATIO) -> Stream:
    """The stream of a file that begins with `head`. ratio: how much gzip may make of little."""
    return Packed(raw, ratio) if head.startswith(GZIP) else Stream(raw)
