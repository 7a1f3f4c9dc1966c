"""What all reading of the archive shares: rows by name, and SQLite's errors in one line of ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from newsarchive.archive import _connect
from newsarchive.archive._connect import explain

_CACHE = 32 * 1024  # KiB; a search reads the same inner pages of the indexes again and again


def open_readonly(path: Path) -> sqlite3.Connection:
    """A connection that cannot write, to the archive at `path`; makes no file.

    Reads beside a writer, and in a folder that cannot be written. Raises ArchiveError, in one
    line that says what to do, if the file is missing, unreadable, no archive, or from a newer
    version.
    """
    conn = _connect.open_readonly(path)
    conn.execute(f"PRAGMA cache_size = -{_CACHE}")
    return conn


@contextmanager
def trouble(conn: sqlite3.Connection) -> Iterator[None]:
    """Turn SQLite's errors about the file into one line of ours."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # a mistake of ours, not of the file
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_INTERRUPT:
            raise  # whoever asked for it knows
        path = conn.execute("PRAGMA database_list").fetchone()[2]
        raise explain(error, Path(path)) from error


def one(conn: sqlite3.Connection, sql: str, *values: Any) -> sqlite3.Row | None:
    """The first row, its columns by name; None if there is none."""
    cursor = conn.cursor()
    cursor.row_factory = sqlite3.Row
    row: sqlite3.Row | None = cursor.execute(sql, values).fetchone()
    return row
