"""Files of gzip members, unpacked as they are read."""

from __future__ import annotations

import re
import zlib
from typing import Any

from isal import isal_zlib

from newsarchive.intake.streams import CHUNK, Broken, File, Stream

GZIP = b"\x1f\x8b"
_MEMBER = b"\x1f\x8b\x08"
_MOST = 1 << 16  # bytes unpacked at a time: so many at most are lost before what is broken
_PROBE = 1024  # packed bytes that show what a member begins with
_BEGINNING = re.compile(rb"WARC/\d|(?:https?|ftp|dns|filedesc):")


class Packed(Stream):
    """A file of gzip members: one for each record, or a single one for all."""

    def __init__(self, raw: File) -> None:
        super().__init__(raw)
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

    def back(self) -> bool:
        """Go back to where `begin` was, if that was the beginning of a member."""
        if not super().back():
            return False
        self._forget()
        return True

    def _forget(self) -> None:
        self._packed, self._unpacker, self._pending = b"", None, False

    def recover(self) -> bool:
        """Go to the next member that begins as a record does."""
        self._take(b"")
        self._forget()
        at = self._member + 1
        while True:
            self._raw.seek(at)
            block = self._raw.read(CHUNK)
            found = block.find(_MEMBER)
            if found >= 0:
                at += found
                if self._begins_record(at):
                    self._end = self._raw.seek(at)
                    return True
                at += 1
            elif len(block) < len(_MEMBER):
                return False
            else:
                at += len(block) - len(_MEMBER) + 1

    def _begins_record(self, at: int) -> bool:
        self._raw.seek(at)
        probe = isal_zlib.decompressobj(wbits=31)
        try:
            head = probe.decompress(self._raw.read(_PROBE), 32)
        except (isal_zlib.error, zlib.error):  # type: ignore[misc]  # its stubs call it a value
            return False
        return _BEGINNING.match(head) is not None

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
        while len(self._packed) < len(_MEMBER) and self._load():
            pass
        while self._packed and not self._packed.strip(b"\0"):
            self._packed = b""
            self._load()
        self._member = self._end - len(self._packed)
        if not self._packed:
            return False
        if not self._packed.startswith(_MEMBER):
            raise Broken(self._member, "no gzip data")
        self._unpacker = isal_zlib.decompressobj(wbits=31)
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
        except (isal_zlib.error, zlib.error):  # type: ignore[misc]
            raise Broken(self._member, "a record that cannot be unpacked") from None
        if self._unpacker.eof:
            self._packed, self._pending = self._unpacker.unused_data, False
            self._unpacker = None
        else:
            self._packed = self._unpacker.unconsumed_tail
            self._pending = len(piece) == _MOST
        return piece

    def _load(self) -> bool:
        piece = self._raw.read(CHUNK)
        self._end += len(piece)
        self._packed += piece
        return bool(piece)


def unpacked(raw: File, head: bytes) -> Stream:
    """The stream of a file that begins with `head`."""
    return Packed(raw) if head.startswith(GZIP) else Stream(raw)
