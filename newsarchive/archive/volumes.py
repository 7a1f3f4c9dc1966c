"""Articles by site and month, rolled up; triggers keep them in step (see _derived)."""

from __future__ import annotations

import sqlite3

from newsarchive.archive._derived import FIGURES

_DIFFER = f"""
    SELECT EXISTS (SELECT * FROM volumes EXCEPT SELECT * FROM ({FIGURES}))
        OR EXISTS (SELECT * FROM ({FIGURES}) EXCEPT SELECT * FROM volumes)
"""  # noqa: S608  names of ours


def in_step(conn: sqlite3.Connection) -> bool:
    """Whether `volumes` holds what the articles say."""
    return not conn.execute(_DIFFER).fetchone()[0]


def rebuild(conn: sqlite3.Connection) -> None:
    """Count all articles anew."""
    conn.execute("DELETE FROM volumes")
    conn.execute(f"INSERT INTO volumes {FIGURES}")
