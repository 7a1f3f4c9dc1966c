"""The full-text table that the writer keeps in step: accents kept, one tone placement."""

from __future__ import annotations

import sqlite3
from typing import Any

from newsarchive.archive._rows import exact_terms

_INDEX = """
    INSERT INTO articles_exact(rowid, title, lead, body, captions, byline)
    VALUES (?, ?, ?, ?, ?, ?)
"""
_UNINDEX = """
    INSERT INTO articles_exact(articles_exact, rowid, title, lead, body, captions, byline)
    VALUES ('delete', ?, ?, ?, ?, ?, ?)
"""
_SHOWN = "SELECT id, title, lead, body, captions, byline FROM articles_shown"


def index(conn: sqlite3.Connection, article: int, values: tuple[Any, ...]) -> None:
    """Index an article that is in no index yet; values: as in its row, the searched ones first."""
    conn.execute(_INDEX, (article, *exact_terms(values)))


def unindex(conn: sqlite3.Connection, article: int, values: tuple[Any, ...]) -> None:
    """Take an article out; values: those it was indexed with."""
    conn.execute(_UNINDEX, (article, *exact_terms(values)))


def rebuild_exact(conn: sqlite3.Connection) -> None:
    """Index all articles anew."""
    conn.execute("INSERT INTO articles_exact(articles_exact) VALUES ('delete-all')")
    for article, *values in conn.execute(_SHOWN):
        index(conn, article, tuple(values))


def rebuild_folded(conn: sqlite3.Connection) -> None:
    """Index all articles anew in the table without accents."""
    conn.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")


def folded_in_step(conn: sqlite3.Connection) -> bool:
    """Whether the table without accents holds what the articles say."""
    return _checks(
        conn, "INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)"
    )


def exact_in_step(conn: sqlite3.Connection) -> bool:
    """Whether the table with accents holds what the articles say.

    SQLite cannot tell: the terms are ours. So a second index is made, and their words compared.
    """
    if not _checks(conn, "INSERT INTO articles_exact(articles_exact) VALUES ('integrity-check')"):
        return False
    conn.execute(
        "CREATE VIRTUAL TABLE temp.exact_again USING fts5(title, lead, body, captions, byline, "
        "content='', tokenize='unicode61 remove_diacritics 0')"
    )
    try:
        for article, *values in conn.execute(_SHOWN):
            conn.execute(
                "INSERT INTO exact_again(rowid, title, lead, body, captions, byline) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (article, *exact_terms(values)),
            )
        conn.execute(
            "CREATE VIRTUAL TABLE temp.words_kept USING fts5vocab(main, articles_exact, instance)"
        )
        conn.execute(
            "CREATE VIRTUAL TABLE temp.words_again USING fts5vocab(temp, exact_again, instance)"
        )
        differ = conn.execute(
            "SELECT EXISTS (SELECT * FROM words_kept EXCEPT SELECT * FROM words_again) "
            "OR EXISTS (SELECT * FROM words_again EXCEPT SELECT * FROM words_kept)"
        ).fetchone()[0]
    finally:
        for name in ("words_kept", "words_again", "exact_again"):
            conn.execute(f"DROP TABLE IF EXISTS temp.{name}")
    return not differ


def _checks(conn: sqlite3.Connection, statement: str) -> bool:
    try:
        conn.execute(statement)
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_CORRUPT:
            raise
        return False
    return True
