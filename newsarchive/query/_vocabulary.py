"""The words that an index of the archive holds, as FTS5's vocabulary tells them."""

from __future__ import annotations

import sqlite3

# With more words than that, SQLite looks for the beginning itself.
MOST_ENDINGS = 300


def endings(conn: sqlite3.Connection, table: str, beginning: str) -> list[str] | None:
    """The words of a full-text table that begin so, None if there are too many.

    Asked for a beginning, FTS5 reads and joins the lists of all its words before it gives the
    first article; asked for the words, it gives articles as it reads.
    """
    beginning = beginning.lower()
    vocabulary = _vocabulary(conn, table)
    sql = f"SELECT term FROM {vocabulary} WHERE term >= ? LIMIT 1"  # noqa: S608  name of ours
    found: list[str] = []
    after = beginning
    while len(found) <= MOST_ENDINGS:
        row = conn.execute(sql, (after,)).fetchone()
        if row is None or not row[0].startswith(beginning):
            return found
        found.append(row[0])
        after = row[0] + "\x01"  # the next one: no word holds a control character
    return None


def _vocabulary(conn: sqlite3.Connection, table: str) -> str:
    """The temporary table of its words, of each every place: the only kind that reads no further
    than it is asked."""
    name = f"temp.{table}_words"
    if not conn.execute(
        "SELECT 1 FROM temp.sqlite_schema WHERE name = ?", (f"{table}_words",)
    ).fetchone():
        only = conn.execute("PRAGMA query_only").fetchone()[0]
        try:
            conn.execute("PRAGMA query_only = OFF")  # it minds temporary tables too
            conn.execute(f"CREATE VIRTUAL TABLE {name} USING fts5vocab(main, {table}, instance)")
        finally:
            conn.execute(f"PRAGMA query_only = {only}")
    return name
