"""What a release of articles holds besides their rows: where they came from, what became of them.

Nothing here looks at what is withheld: ids are those that `query.articles` gave.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from newsarchive.query._rows import trouble

Row = dict[str, Any]

_CAPTURES = """
    SELECT v.version, c.record_id, c.url, c.fetched, c.status, c.digest, c.via, c.archive_url
    FROM versions AS v JOIN captures AS c ON c.id = v.capture
    WHERE v.article = ? ORDER BY v.version
"""
# That an article was withheld for a time is nobody's business.
_EVENTS = """
    SELECT seen, what FROM events WHERE article = ? AND what <> 'withheld' ORDER BY seen, rowid
"""
# What is withheld is counted in no story; a story of one is none.
_STORY = """
    SELECT r.story FROM reprints AS r JOIN stories AS s ON s.id = r.story
    WHERE r.article = ? AND s.articles > 1
"""
_KNOWN = "SELECT count(*) FROM sqlite_master WHERE name IN ('reprints', 'stories')"
_SITES = "SELECT slug, name, province, province_2025, home FROM sites ORDER BY slug"
_CRAWLS = """
    SELECT site, count(*) AS crawls, min(started) AS first, max(coalesce(finished, started)) AS last
    FROM crawls GROUP BY site ORDER BY site
"""


def read_through(conn: sqlite3.Connection) -> None:
    """Prepare for one pass over all rows: each page is read once, a large cache only fills."""
    with trouble(conn):
        conn.execute("PRAGMA cache_size = -2000")  # KiB


@contextmanager
def snapshot(conn: sqlite3.Connection) -> Iterator[None]:
    """Read one state of the archive throughout, whatever a crawl writes meanwhile."""
    with trouble(conn):
        read_through(conn)
        conn.execute("BEGIN")
        conn.execute("SELECT 1 FROM sites LIMIT 1").fetchone()  # the first read fixes the state
    try:
        yield
    finally:
        conn.rollback()


def captures(conn: sqlite3.Connection, article: int) -> list[Row]:
    """The response that each version of an article was read from; some have none."""
    return _rows(conn, _CAPTURES, article)


def events(conn: sqlite3.Connection, article: int) -> list[Row]:
    """What became of an article on its portal: seen, what (gone, returned, moved)."""
    return _rows(conn, _EVENTS, article)


def knows_stories(conn: sqlite3.Connection) -> bool:
    """Whether the archive tells which articles tell the same story; an older one does not."""
    return bool(_rows(conn, _KNOWN)[0]["count(*)"] == 2)


def story(conn: sqlite3.Connection, article: int) -> int | None:
    """The story that an article tells, if others tell it too."""
    found = _rows(conn, _STORY, article)
    return found[0]["story"] if found else None


def sites(conn: sqlite3.Connection) -> list[Row]:
    """The portals of the archive: slug, name, province, province_2025, home."""
    return _rows(conn, _SITES)


def crawls(conn: sqlite3.Connection) -> list[Row]:
    """How often each site was crawled, and when first and last (UTC): site, crawls, first, last."""
    return _rows(conn, _CRAWLS)


def _rows(conn: sqlite3.Connection, sql: str, *values: Any) -> list[Row]:
    with trouble(conn):
        cursor = conn.cursor()
        cursor.row_factory = sqlite3.Row
        return [dict(row) for row in cursor.execute(sql, values)]
