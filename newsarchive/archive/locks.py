"""Who is at work: locks that end with the process that holds them, however it ends."""

from __future__ import annotations

import fcntl
import os
import struct
from pathlib import Path
from typing import IO
from zlib import crc32

from newsarchive.errors import ArchiveError

# Of struct flock: kind, whence, start, length, process; as long as C has it.
_FLOCK = "hhqqi0q"


def lock_file(path: Path) -> Path:
    """The empty file beside the archive at `path` in which its locks lie."""
    return path.with_name(path.name + "-lock")


def lock_byte(file: IO[bytes], place: int) -> bool:
    """Lock one byte, for as long as the file is open; False if somebody else holds it.

    The lock is the open file's and not the process's: of those, closing the same file anywhere in
    the process would lose all (fcntl(2), open file description locks). Raises OSError.
    """
    try:
        fcntl.fcntl(file, fcntl.F_OFD_SETLK, _flock(fcntl.F_WRLCK, place))
    except BlockingIOError:
        return False
    return True


def free_byte(file: IO[bytes], place: int) -> None:
    """Give the byte back."""
    fcntl.fcntl(file, fcntl.F_OFD_SETLK, _flock(fcntl.F_UNLCK, place))


def is_locked(file: IO[bytes], place: int) -> bool:
    """Whether somebody else holds the byte."""
    found = fcntl.fcntl(file, fcntl.F_OFD_GETLK, _flock(fcntl.F_WRLCK, place))
    return bool(struct.unpack(_FLOCK, found)[0] != fcntl.F_UNLCK)


def _flock(kind: int, place: int) -> bytes:
    return struct.pack(_FLOCK, kind, os.SEEK_SET, place, 1, 0)


class Locks:
    """Named locks of one archive, held until `close` or the death of this process.

    They lie in one empty file beside the archive at `path`: each name has a byte of it.
    """

    def __init__(self, path: Path) -> None:
        self._path = lock_file(path)
        self._file: IO[bytes] | None = None

    def take(self, name: str) -> bool:
        """Take the lock of this name; False if another one holds it. Raises ArchiveError."""
        try:
            if self._file is None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self._path.open("ab")
            return lock_byte(self._file, crc32(name.encode()))
        except OSError as error:
            raise ArchiveError(
                f"{self._path}: cannot be written ({error.strerror}); check the permissions of "
                "the folder"
            ) from None

    def close(self) -> None:
        """Give all back."""
        if self._file is not None:
            self._file.close()
            self._file = None


def hold(file: IO[bytes]) -> bool:
    """Lock a file as a whole, for as long as it is open; False if somebody else holds it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_held(path: Path) -> bool | None:
    """Whether somebody holds the file as a whole; None if it is there no more."""
    try:
        with path.open("rb") as file:
            return not hold(file)
    except FileNotFoundError:
        return None


def is_there(file: IO[bytes], path: Path) -> bool:
    """Whether the open file still lies at `path`."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def sync(file: IO[bytes]) -> None:
    """Make what was written to the file outlast a power cut."""
    file.flush()
    os.fdatasync(file.fileno())
