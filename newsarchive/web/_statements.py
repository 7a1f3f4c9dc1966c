"""A visitor's SQL in a process of its own: time and memory that it takes, it takes there alone.

SQLite asks between the steps of a statement whether to go on, never within one of its functions
(one call of instr or json_patch can last for hours), and a statement may build as much as there is
memory for. So whoever asked waits only so long and then ends this process, and what it may take of
memory and of temporary files is limited here.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from newsarchive.archive._connect import explain
from newsarchive.errors import ArchiveError
from newsarchive.query import open_readonly
from newsarchive.web import searching
from newsarchive.web._shown import Cursor, Shown

CELL = 32 * 2**20  # bytes of one value, as of the largest page that a crawl takes
ANSWER = 32 * 2**20  # characters and bytes of all values of an answer
MEMORY = 1024 * 2**20  # bytes of address space
_HEAP = 256 * 2**20  # of it for SQLite: sorting and the like go to temporary files before
_TEMPORARY = 2048 * 2**20  # bytes of one of these
_SPARE_SECONDS = 10  # of CPU, over the time of a statement, before the system ends the process
_PATTERN = 5_000  # characters of a pattern of LIKE or GLOB
_STEPS = 1000  # of SQLite's machine between two questions whether to go on
_FILE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOTADB,
    }
)


class Statement(NamedTuple):
    """What is asked. seconds: how long it may take; most: rows at most, None for all."""

    sql: str
    params: Any
    seconds: float
    most: int | None


class Outcome(NamedTuple):
    """What came of it. rows: tuples; columns: None where nothing is answered with rows.

    wrong: why there are no rows; kind: 'slow', 'file' (the archive is in trouble) or 'sql'.
    """

    columns: tuple[str, ...] | None = None
    rows: tuple[tuple[Any, ...], ...] = ()
    wrong: str | None = None
    kind: str = ""


class _TooMuch(Exception):
    """An answer larger than ANSWER."""


def execute(shown: Shown, path: Path, asked: Statement) -> Outcome:
    """Execute one statement on a connection that shows the archive at `path`; never raises."""
    end = time.monotonic() + asked.seconds
    shown.set_progress_handler(
        lambda: time.monotonic() > end, _STEPS if asked.seconds > 0.05 else 1
    )
    try:
        cursor = shown.cursor().execute(asked.sql, asked.params or {})
        rows = _rows(cursor, asked.most)
        columns = tuple(each[0] for each in cursor.description or ())
        return Outcome(columns=columns, rows=rows)
    except sqlite3.DatabaseError as error:
        return _wrong(error, path)
    except MemoryError:
        return Outcome(wrong="the statement takes too much memory", kind="sql")
    except _TooMuch:
        told = f"the answer is larger than {ANSWER >> 20} MB; ask for fewer rows or columns"
        return Outcome(wrong=told, kind="sql")
    except Exception as error:  # parameters of odd types, NULs, numbers too large: the asker's
        return Outcome(wrong=f"{type(error).__name__}: {error}", kind="sql")
    finally:
        shown.set_progress_handler(None, 0)


def _wrong(error: sqlite3.DatabaseError, path: Path) -> Outcome:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code == sqlite3.SQLITE_INTERRUPT:
        return Outcome(wrong="interrupted", kind="slow")
    if code in _FILE:
        return Outcome(wrong=str(explain(error, path)), kind="file")
    return Outcome(wrong=str(error), kind="sql")


def _rows(cursor: Cursor, most: int | None) -> tuple[tuple[Any, ...], ...]:
    found: list[tuple[Any, ...]] = []
    size = 0
    while most is None or len(found) < most:
        row = cursor.fetchone()
        if row is None:
            break
        size += sum(len(cell) if isinstance(cell, (str, bytes)) else 8 for cell in row)
        if size > ANSWER:
            raise _TooMuch
        found.append(row)
    return tuple(found)


def prepared(path: Path) -> Shown:
    """A connection for visitors. Raises ArchiveError as `open_readonly` does."""
    conn = open_readonly(path)
    conn.text_factory = lambda text: str(text, "utf-8", "replace")
    searching.prepare(conn)
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, CELL)
    conn.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, _PATTERN)
    conn.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    return Shown(conn)


def _limit_process() -> None:
    conn = sqlite3.connect(":memory:")
    conn.execute(f"PRAGMA hard_heap_limit = {_HEAP}")  # of the whole process
    conn.close()
    try:
        import resource
    except ImportError:  # a system without such limits has SQLite's alone
        return
    for which, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, _TEMPORARY)):
        with suppress(ValueError, OSError):  # where the system has a lower one
            resource.setrlimit(which, (most, resource.getrlimit(which)[1]))


def _limit_seconds(seconds: float) -> None:
    """Have the system end this process when a statement goes on although nobody waits."""
    try:
        import resource
    except ImportError:
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    most = int(usage.ru_utime + usage.ru_stime + seconds + _SPARE_SECONDS)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def main() -> None:
    """Answer statements over the socket that the command line names, until its other end closes."""
    line, path = Connection(int(sys.argv[2])), Path(sys.argv[1])
    _limit_process()
    shown: Shown | None = None
    while True:
        try:
            asked = Statement(*line.recv())
        except (EOFError, OSError):
            return
        _limit_seconds(asked.seconds)
        try:
            shown = shown or prepared(path)
            outcome = execute(shown, path, asked)
        except ArchiveError as error:
            outcome = Outcome(wrong=str(error), kind="file")
        try:
            line.send(tuple(outcome))
        except MemoryError:
            line.send(tuple(Outcome(wrong="the answer takes too much memory", kind="sql")))


if __name__ == "__main__":
    main()
