"""The full-text table that the writer keeps in step: accents kept, one tone placement."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
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
_AGAIN = """
    INSERT INTO temp.again(rowid, title, lead, body, captions, byline) VALUES (?, ?, ?, ?, ?, ?)
"""
_DIFFER = """
    SELECT EXISTS (SELECT * FROM temp.kept_words EXCEPT SELECT * FROM temp.words_again)
        OR EXISTS (SELECT * FROM temp.words_again EXCEPT SELECT * FROM temp.kept_words)
"""
_FOLDED = "SELECT id, title, lead, body, captions, byline FROM articles_folded"
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
    return _in_step(conn, "articles_fts", _FOLDED, 2, lambda values: list(values))


def exact_in_step(conn: sqlite3.Connection) -> bool:
    """Whether the table with accents holds what the articles say."""
    return _in_step(conn, "articles_exact", _SHOWN, 0, exact_terms)


def _in_step(
    conn: sqlite3.Connection,
    table: str,
    texts: str,
    remove: int,
    terms: Callable[[tuple[Any, ...]], list[Any]],
) -> bool:
    """Index all texts again, in a temporary table, and compare how often which word stands where.

    SQLite's own check writes, so it cannot run beside a crawl; and it does not know our terms.
    """
    conn.execute(
        "CREATE VIRTUAL TABLE temp.again USING fts5(title, lead, body, captions, byline, "
        f"content='', tokenize='unicode61 remove_diacritics {remove}')"
    )
    try:
        for article, *values in conn.execute(texts):
            conn.execute(_AGAIN, (article, *terms(tuple(values))))
        conn.execute(f"CREATE VIRTUAL TABLE temp.kept_words USING fts5vocab(main, {table}, col)")
        conn.execute("CREATE VIRTUAL TABLE temp.words_again USING fts5vocab(temp, again, col)")
        return not conn.execute(_DIFFER).fetchone()[0]
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_CORRUPT:
            raise
        return False
    finally:
        for name in ("kept_words", "words_again", "again"):
            conn.execute(f"DROP TABLE IF EXISTS temp.{name}")
