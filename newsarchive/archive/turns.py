"""Whose turn it is to write: whoever waits longest, and not whoever asks at the right moment.

SQLite lets a writer wait by asking again, up to every tenth of a second; beside a crawl, which
begins its next transaction within a millisecond of the last one, that may find the door closed for
ever. So who waits stands at the door (a lock), nobody passes him, and a crawl that sees somebody
there ends its transaction early.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import IO

from newsarchive.archive.locks import free_byte, is_locked, lock_byte, lock_file

_DOOR = 1 << 32  # beyond the names of Locks
_PEN = _DOOR + 1
_PAUSE = 0.005  # seconds
LONGEST = 600.0  # seconds to wait for others of ours, which end or get on


class Turns:
    """The turns of one connection to the archive at `path`.

    patience: seconds to wait for a foreign program. One of ours, which holds the pen (another lock)
    while it writes, or which commits, is waited for: on a busy machine it may take its time.
    """

    def __init__(self, conn: sqlite3.Connection, path: Path, patience: float) -> None:
        self._conn = conn
        self._patience = patience
        self._path = lock_file(path)
        self._file: IO[bytes] | None = None
        self._opening = Lock()

    def awaited(self) -> bool:
        """Whether somebody stands at the door. May be asked from any thread."""
        if self._file is None and self._path.exists():
            self._open()
        return self._file is not None and is_locked(self._file, _DOOR)

    def begin(self) -> None:
        """Begin a transaction that writes. Raises sqlite3.OperationalError where it is locked."""
        if self.awaited() or not self._enter():
            self._open()
            self._wait()
        if self._file is not None:
            lock_byte(self._file, _PEN)

    def ending(self) -> None:
        """Lay the pen down: the transaction is about to end."""
        if self._file is not None:
            free_byte(self._file, _PEN)

    def _wait(self) -> None:
        """Stand at the door, or behind those who do, and begin."""
        at_door = self._file is None
        seen, began = self._commits(), monotonic()
        until = began + self._patience
        try:
            while True:
                if self._file is not None and not at_door:
                    at_door = lock_byte(self._file, _DOOR)
                if at_door and self._enter():
                    return
                before, seen = seen, self._commits()
                if seen != before or self._is_ours():
                    until = min(monotonic() + self._patience, began + LONGEST)
                if monotonic() > until:
                    self._ask(0)
                    return
                sleep(_PAUSE)
        finally:
            if self._file is not None and at_door:
                free_byte(self._file, _DOOR)

    def _is_ours(self) -> bool:
        """Whether one of ours is writing."""
        return self._file is not None and is_locked(self._file, _PEN)

    def _open(self) -> None:
        """Open the file, making it: only where somebody had to wait is there one."""
        with self._opening, suppress(OSError):  # where that is not allowed, SQLite alone decides
            self._file = self._file or self._path.open("ab")

    def _enter(self) -> bool:
        try:
            self._ask(0)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            return False
        return True

    def _ask(self, milliseconds: int) -> None:
        self._conn.execute(f"PRAGMA busy_timeout = {milliseconds}").close()
        try:
            # A deferred transaction that reads first cannot wait for another writer.
            self._conn.execute("BEGIN IMMEDIATE")
        finally:
            self._conn.execute(f"PRAGMA busy_timeout = {int(1000 * self._patience)}").close()

    def _commits(self) -> int:
        """A number that changes when another connection commits."""
        return int(self._conn.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Give all back."""
        if self._file is not None:
            self._file.close()
            self._file = None
