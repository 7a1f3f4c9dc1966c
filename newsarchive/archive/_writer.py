"""The one writing connection: how it is opened, its transaction, its errors in one line."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Self

from newsarchive.archive._connect import BUSY_SECONDS, explain, look, missing, recognise
from newsarchive.archive.turns import Turns
from newsarchive.errors import ArchiveError

if TYPE_CHECKING:
    from newsarchive.archive._sqlite_utils import Database

_WAY, _WAY_EVERY = 0.12, 1.0  # seconds: what SQLite waits between two tries at most, and a bit


class Writer:
    """A database opened for writing. Not thread-safe, but may move from one thread to another."""

    def __init__(self, *, path: Path, db: Database, turns: Turns) -> None:
        self.path = path
        self._db = db
        self._conn: sqlite3.Connection = db.conn
        self._turns = turns
        self._made_way = monotonic()

    @property
    def warc_dir(self) -> Path:
        """The folder of the archive's WARC files, beside the database."""
        return self.path.with_suffix(".warc")

    @classmethod
    def open(cls, path: Path, *, create: bool = True, busy_seconds: float = BUSY_SECONDS) -> Self:
        """Open the archive at `path`, making it and its folder if `create`, and update its schema.

        Waits for other writers, up to `busy_seconds` for one that does not get on. Raises
        ArchiveError, in one line that says what to do, if the file is missing (without `create`),
        no database, no archive, from a newer version, locked or not writable.
        """
        from newsarchive.archive._sqlite_utils import Database

        path = Path(path)
        if not look(path) and not create:
            raise missing(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveError(
                f"{path.parent}: cannot make the folder ({error.strerror}); name another with --db"
            ) from None
        with ExitStack() as opened:
            try:
                conn = sqlite3.connect(path, timeout=busy_seconds, check_same_thread=False)
                opened.callback(conn.close)
                _prepare(conn, path, busy_seconds)
                turns = Turns(conn, path, busy_seconds)
                opened.callback(turns.close)
                archive = cls(path=path, db=Database(conn, execute_plugins=False), turns=turns)
                archive._migrate()
            except sqlite3.Error as error:
                raise explain(error, path) from error
            opened.pop_all()
        return archive

    def _migrate(self) -> None:
        from newsarchive.archive.migrations import apply

        # Taking the write lock first makes two first runs at once safe, and is the test for
        # another writer and for a file that cannot be written.
        self._turns.begin()
        recognise(self._conn, self.path)
        apply(self._db)
        self._turns.ending()
        self._db.commit()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Commit what was written and close; a second call does nothing."""
        try:
            self.commit()
        except sqlite3.ProgrammingError:
            return  # closed before
        finally:
            self._conn.close()
            self._turns.close()

    @property
    def awaited(self) -> bool:
        """Whether somebody else waits to write."""
        return self._turns.awaited()

    def commit(self) -> None:
        """Make everything written so far durable and visible to readers."""
        try:
            self._turns.ending()
            self._db.commit()
        except sqlite3.OperationalError as error:
            raise explain(error, self.path) from error

    def make_way(self) -> None:
        """Between two transactions: let foreign programs write, if they hardly could for a second.

        Those find a gap by chance, asking every tenth of a second; for who writes without a pause
        and has nobody to wait for.
        """
        if monotonic() - self._made_way > _WAY_EVERY:
            sleep(_WAY)
            self._made_way = monotonic()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """The connection inside the open transaction; SQLite's errors come out as ArchiveError."""
        try:
            if not self._conn.in_transaction:
                self._turns.begin()
            yield self._conn
        except sqlite3.ProgrammingError:
            raise  # a mistake of ours, not of the file
        except sqlite3.DatabaseError as error:
            raise explain(error, self.path) from error

    def _rows(
        self, sql: str, values: tuple[Any, ...] | dict[str, Any] = ()
    ) -> list[tuple[Any, ...]]:
        try:
            return self._conn.execute(sql, values).fetchall()
        except sqlite3.OperationalError as error:
            raise explain(error, self.path) from error


def _prepare(conn: sqlite3.Connection, path: Path, busy_seconds: float) -> None:
    recognise(conn, path)  # before the first change: a foreign file stays as it is
    _write_ahead(conn, busy_seconds)
    conn.execute("PRAGMA synchronous = NORMAL")
    conn.execute("PRAGMA foreign_keys = ON")


def _write_ahead(conn: sqlite3.Connection, busy_seconds: float) -> None:
    """Switch to WAL. Two that switch at once could wait for each other for ever, so SQLite does
    not wait here at all: the loser tries again."""
    until = monotonic() + busy_seconds
    while True:
        try:
            conn.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > until:
                raise
            sleep(0.02)
