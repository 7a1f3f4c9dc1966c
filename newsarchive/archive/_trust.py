"""What a database that others made must not do: run what is not ours, or lead to other files.

Views and triggers are programs, and a view may bear the name of a table. SQLite itself deletes a
file that a journal beside the database names. So both are looked at before anything is read.
"""

from __future__ import annotations

import os
import re
import sqlite3
from functools import cache
from pathlib import Path

from newsarchive.errors import ArchiveError

LONGEST = 256 * 2**20  # bytes of a value: more than any page has
_MAGIC = bytes.fromhex("d9d505f920a163d7")  # of a journal, and of what it says of another one
_CREATED = re.compile(r"CREATE\s+(?:VIRTUAL\s+)?(TABLE|VIEW|TRIGGER)\s+(\w+)", re.IGNORECASE)
_OBJECTS = "SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master"
_COMPUTED = """
    SELECT m.name, x.name FROM sqlite_master AS m, pragma_table_xinfo(m.name) AS x
    WHERE m.type = 'table' AND m.rootpage > 0 AND x.hidden IN (2, 3)
"""


def check_beside(path: Path) -> None:
    """Raise ArchiveError where what lies beside a database leads SQLite to another file.

    To be called before it is opened.
    """
    journal = Path(f"{os.path.realpath(path)}-journal")
    try:
        if journal.is_symlink():
            raise ArchiveError(f"{journal}: is a link; remove it")
        with journal.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - len(_MAGIC)))
            tail = file.read()
    except OSError:
        return  # there is none, or none that can be read
    if size > 2 * len(_MAGIC) and tail == _MAGIC:
        raise ArchiveError(
            f"{journal}: leads to a file of another database, which SQLite would delete; remove it"
        )


def harden(conn: sqlite3.Connection) -> None:
    """Let nothing in the schema call what may do harm, and no value take all memory."""
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
    conn.execute("PRAGMA cell_size_check = ON")
    if not _may_write(conn):
        # To SQLite 3.40 FTS5 is unsafe in a trigger, so a writer relies on `check_schema` alone.
        conn.execute("PRAGMA trusted_schema = OFF")


def _may_write(conn: sqlite3.Connection) -> bool:
    return not conn.execute("PRAGMA query_only").fetchone()[0]


def check_schema(conn: sqlite3.Connection, path: Path) -> None:
    """Raise ArchiveError where the archive's tables are not what newsarchive made of them.

    What others added beside them is theirs; on a connection that may write, triggers of others on
    our tables are refused too. Raises sqlite3.Error if it cannot be read.
    """
    known = _known()
    writes = _may_write(conn)
    for kind, name, table, root, sql in conn.execute(_OBJECTS):
        expected = known.get(str(name).lower())
        text = _plain(sql)
        wrong = None
        if expected is None:
            if kind == "trigger" and writes and str(table).lower() in known:
                wrong = f"a trigger {name!r} on {table!r} that is not ours"
        elif kind != expected.kind:
            wrong = f"{name!r} is a {kind} and not a {expected.kind}"
        elif kind == "table":
            if bool(root) == expected.virtual:
                wrong = f"{name!r} is another kind of table"
        elif text not in expected.texts and (writes or kind == "view"):
            wrong = f"its {kind} {name!r} is another one"
        if wrong is not None:
            raise _foreign(path, wrong)
    for table, column in conn.execute(_COMPUTED):
        if str(table).lower() in known:
            raise _foreign(path, f"the column {column!r} of {table!r} is computed")


def our_tables(conn: sqlite3.Connection) -> list[str]:
    """The tables of the archive that are ours and hold rows of their own, by name."""
    known = _known()
    found = conn.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0")
    return sorted(name for (name,) in found.fetchall() if str(name).lower() in known)


def _foreign(path: Path, what: str) -> ArchiveError:
    return ArchiveError(f"{path}: was changed by another program: {what}; take a copy from before")


class _Expected:
    """An object of the schema. texts: those that it ever had."""

    def __init__(self, kind: str, virtual: bool) -> None:
        self.kind = kind
        self.virtual = virtual
        self.texts: set[str] = set()


@cache
def _known() -> dict[str, _Expected]:
    """Tables, views and triggers of all versions of the schema, by name in lower case."""
    from newsarchive.archive._changes import HEALTH, HISTORY
    from newsarchive.archive._derived import DERIVED
    from newsarchive.archive._places import PLACES
    from newsarchive.archive._search import SEARCH
    from newsarchive.archive.schema import FULL_TEXT, TABLES

    found: dict[str, _Expected] = {}
    for sql in (*TABLES, *FULL_TEXT, *HISTORY, *HEALTH, *DERIVED, *SEARCH, *PLACES):
        text = _plain(sql)
        if created := _CREATED.match(text):
            kind, name = created[1].lower(), created[2].lower()
            virtual = text.upper().startswith("CREATE VIRTUAL")
            found.setdefault(name, _Expected(kind, virtual)).texts.add(text)
    return found


def _plain(sql: object) -> str:
    return " ".join(str(sql).split())
