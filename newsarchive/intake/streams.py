"""Files read forwards, record by record, going on behind what is broken in them."""

from __future__ import annotations

import re
from typing import Protocol

CHUNK = 1 << 16
_LINE = 8192  # bytes: no first line of a record is longer
_HEADER = 1 << 17  # nor its header
_PIECE = 4096  # bytes that are added to the buffer at least: gzip members may hold one each
# The first line of a record: of a WARC file, or of an ARC file (address, IP, time, ..., length).
# What repeats in it has one way to match only, or a line of digits would take for ever.
RECORD = re.compile(
    rb"^(?:WARC/\d\.\d{1,9}[ \t]*\r?\n"
    rb"|(?:https?|ftp|dns|filedesc):\S+ \S+ \d{14} [^\r\n]*\d\r?\n)",
    re.MULTILINE,
)
_BLANK_LINE = re.compile(rb"\n\r?\n")
_BREAKS = re.compile(rb"[\r\n]*")


class Broken(Exception):
    """Data that cannot be unpacked. offset: in the file, of the gzip member that is broken."""

    def __init__(self, offset: int, what: str) -> None:
        super().__init__(what)
        self.offset = offset


class File(Protocol):
    """What is asked of a file."""

    def seek(self, offset: int, /) -> int:
        """Go to a place."""

    def read(self, size: int, /) -> bytes:
        """At most so many of the next bytes."""


class Stream:
    """A plain file, read forwards. Raises OSError as reading the file does."""

    def __init__(self, raw: File) -> None:
        self._raw = raw
        self._buffer = b""
        self._at = 0  # of the next byte in the buffer
        self._end = 0  # of what was read of the file
        self._given = 0  # bytes that came out of the file, unpacked
        self._mark: int | None = None

    @property
    def offset(self) -> int:
        """Where in the file the next byte lies."""
        return self._end - (len(self._buffer) - self._at)

    @property
    def position(self) -> int:
        """How much of the file was read."""
        return self._end

    @property
    def passed(self) -> int:
        """How many bytes were passed, unpacked, those that were passed twice counted twice."""
        return self._given - (len(self._buffer) - self._at)

    @property
    def is_checked(self) -> bool:
        """Whether a sum over the latest record was found to be right when it was finished."""
        return False

    @property
    def mark(self) -> int | None:
        """Where the record that was begun last lies, if reading can begin anew there."""
        return self._mark

    def start(self, offset: int) -> None:
        """Begin there instead, where a record (or a member of gzip) begins."""
        self._end = self._raw.seek(offset)

    def begin(self) -> int | None:
        """The offset of the next record, behind blank lines; None at the end of the file."""
        while True:
            if self._at == len(self._buffer):
                self._take(self._next())
                if not self._buffer:
                    return None
            self._pass_breaks()
            if self._at < len(self._buffer):
                self._mark = self.offset if self._exact() else None
                return self.offset

    def back(self, *, unpack: bool = False) -> bool:
        """Go back to where `begin` was, if that can be done. unpack: at the cost of doing so."""
        if self._mark is None:
            return False
        self._end = self._raw.seek(self._mark)
        self._take(b"")
        return True

    def line(self) -> bytes:
        """The next line with its end; only its beginning where it is very long."""
        while True:
            end = self._buffer.find(b"\n", self._at, self._at + _LINE) + 1
            if end or len(self._buffer) - self._at >= _LINE or not self._grow():
                break
        end = end or min(len(self._buffer), self._at + _LINE)
        found = self._buffer[self._at : end]
        self._at = end
        return found

    def header(self) -> bytes | None:
        """All up to the next blank line, and that; None where there is none for long."""
        while not (found := _BLANK_LINE.search(self._buffer, self._at)):
            if len(self._buffer) - self._at > _HEADER or not self._grow():
                return None
        head = self._buffer[self._at : found.end()]
        self._at = found.end()
        return head

    def read(self, size: int) -> bytes:
        """So many bytes; less only at the end of the file."""
        end = self._at + size
        if end <= len(self._buffer):
            found = self._buffer[self._at : end]
            self._at = end
            return found
        parts = [self._buffer[self._at :]]
        missing = size - len(parts[0])
        self._take(b"")
        while missing and (piece := self._next()):
            parts.append(piece[:missing])
            if len(piece) > missing:
                self._take(piece, missing)
            missing -= len(parts[-1])
        return b"".join(parts)

    def skip(self, size: int) -> bool:
        """Pass over so many bytes; False where the file ends before."""
        while size:
            here = min(size, len(self._buffer) - self._at)
            self._at += here
            size -= here
            if size:
                self._take(self._next())
                if not self._buffer:
                    return False
        return True

    def unread(self, data: bytes) -> None:
        """Put back what was read last."""
        self._take(data + self._buffer[self._at :])

    def finish(self) -> bool:
        """Pass over the line breaks behind a record; False where something else follows it.

        What gzip says of its soundness is checked with it, before the next member is begun.
        """
        found = 0
        while True:
            if self._at == len(self._buffer):
                self._take(self._rest())
                if not self._buffer:
                    return True
            found += self._pass_breaks()
            if self._at < len(self._buffer):
                return bool(found)

    def find(self) -> bool:
        """Go to the next line that may begin a record; False where there is none."""
        self._take(self._buffer[self._at :])
        while True:
            if found := RECORD.search(self._buffer):
                self._at = found.start()
                return True
            tail = self._buffer[-_LINE:]
            self._take(b"")
            if not self._grow():
                return False
            if not RECORD.match(self._buffer):
                self._take(tail + self._buffer)

    def recover(self, *, onward: bool = False) -> bool:
        """Go to the next record behind what cannot be unpacked; False where there is none.

        onward: look for it behind what was read only, not also within.
        """
        return False

    def _exact(self) -> bool:
        """Whether reading can begin anew at `offset`."""
        return True

    def _take(self, buffer: bytes, at: int = 0) -> None:
        self._buffer, self._at = buffer, at

    def _pass_breaks(self) -> int:
        found = _BREAKS.match(self._buffer, self._at)
        assert found is not None
        self._at = found.end()
        return found.end() - found.start()

    def _grow(self) -> bool:
        rest = self._buffer[self._at :]
        pieces = []
        found = 0
        while found < _PIECE and (piece := self._next()):
            pieces.append(piece)
            found += len(piece)
        self._take(rest + b"".join(pieces))
        return bool(found)

    def _next(self) -> bytes:
        """The next piece; nothing at the end of the file."""
        piece = self._raw.read(CHUNK)
        self._end += len(piece)
        self._given += len(piece)
        return piece

    def _rest(self) -> bytes:
        """The next piece that may still belong to the record before."""
        return self._next()
