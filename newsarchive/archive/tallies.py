"""What the articles of a site have in common, counted; triggers keep it in step (see _places)."""

from __future__ import annotations

import sqlite3

from newsarchive.archive._places import ALL, COUNTS

_COLUMNS = "SELECT site, field, value, articles FROM tallies"
_DIFFER = f"""
    SELECT EXISTS ({_COLUMNS} EXCEPT SELECT * FROM ({COUNTS}))
        OR EXISTS (SELECT * FROM ({COUNTS}) EXCEPT {_COLUMNS})
"""  # noqa: S608  names of ours


def in_step(conn: sqlite3.Connection) -> bool:
    """Whether `tallies` holds what the articles say."""
    return not conn.execute(_DIFFER).fetchone()[0]


def rebuild(conn: sqlite3.Connection) -> None:
    """Count all articles anew."""
    conn.execute("DELETE FROM tallies")
    conn.execute(ALL)
