"""Who is at work: locks that end with the process that holds them, however it ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO
from zlib import crc32

from newsarchive.errors import ArchiveError


class Locks:
    """Named locks of one archive, held by this process until `close` or its death.

    They lie in one empty file beside the archive at `path`: each name has a byte of it. A second
    holder in the same process is not kept out.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(path.name + "-lock")
        self._file: IO[bytes] | None = None

    def take(self, name: str) -> bool:
        """Take the lock of this name; False if another process holds it. Raises ArchiveError."""
        try:
            if self._file is None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self._path.open("ab")
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, crc32(name.encode()))
        except BlockingIOError:
            return False
        except OSError as error:
            raise ArchiveError(
                f"{self._path}: cannot be written ({error.strerror}); check the permissions of "
                "the folder"
            ) from None
        return True

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


def is_held(path: Path) -> bool:
    """Whether somebody holds the file as a whole."""
    with path.open("rb") as file:
        return not hold(file)


def sync(file: IO[bytes]) -> None:
    """Make what was written to the file outlast a power cut."""
    file.flush()
    os.fdatasync(file.fileno())
