"""The archive as its writer sees it: crawls, captures, articles with their versions, problems."""

from __future__ import annotations

import sqlite3
from typing import Any, Literal

from newsarchive.archive._rows import COMPARED, INDEXED, Row, exact_terms, row_of
from newsarchive.archive._writer import storable
from newsarchive.archive.frontier import Frontier
from newsarchive.model import Article, Capture

Outcome = Literal["new", "changed", "unchanged"]

_FIND = """
    SELECT id, version, gone, last_seen, capture, title, lead, body, captions, byline, source,
        section, published, published_day, published_text, modified, origins, parser
    FROM articles WHERE id = (
        SELECT article FROM urls WHERE key = ?
        UNION ALL SELECT article FROM urls WHERE url = ?
        LIMIT 1
    )
"""
_INSERT = """
    INSERT INTO articles(title, lead, body, captions, byline, source, section, published,
        published_day, published_text, modified, origins, parser,
        key, site, url, first_seen, last_seen, capture)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_UPDATE = """
    UPDATE articles SET source = ?, section = ?, published = ?, published_day = ?,
        published_text = ?, modified = ?, origins = ?, parser = ?
    WHERE id = ?
"""
# Apart from the others: only this one wakes the triggers of the full-text table.
_UPDATE_INDEXED = """
    UPDATE articles SET title = ?, lead = ?, body = ?, captions = ?, byline = ? WHERE id = ?
"""
_VERSION = """
    INSERT INTO versions(title, lead, body, byline, source, section, published, published_text,
        images, article, version, seen, capture)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_SEEN = """
    UPDATE articles SET first_seen = min(first_seen, ?), last_seen = max(last_seen, ?)
    WHERE id = ?
"""
_INDEX_EXACT = """
    INSERT INTO articles_exact(rowid, title, lead, body, captions, byline)
    VALUES (?, ?, ?, ?, ?, ?)
"""
_UNINDEX_EXACT = """
    INSERT INTO articles_exact(articles_exact, rowid, title, lead, body, captions, byline)
    VALUES ('delete', ?, ?, ?, ?, ?, ?)
"""
_CAPTURE = """
    INSERT INTO captures(record_id, site, url, fetched, status, digest, etag, last_modified,
        warc, offset, length, via, archive_url, crawl)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT(record_id) DO NOTHING
"""
_END_CRAWL = """
    UPDATE crawls SET finished = ?, outcome = ?, requested = ?, new = ?, changed = ?,
        unchanged = ?, failed = ?
    WHERE id = ?
"""
_PROBLEM = """
    INSERT INTO problems(capture, field, what, seen) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
_META = 5  # columns of _FIND before the fields of the page


class Archive(Frontier):
    """One SQLite file with everything that was learned from the captures beside it.

    Writes gather in one transaction until `commit` or `close`; a single call is written whole or
    not at all. All methods raise ArchiveError when the file cannot be used. Times are UTC,
    ISO 8601 with Z, whole seconds.
    """

    def begin_crawl(self, site: str, started: str) -> int:
        """Open a crawl of the site and return its id."""
        with self._writing() as conn:
            cursor = conn.execute(
                "INSERT INTO crawls(site, started) VALUES (?, ?)", (site, started)
            )
            return _id(cursor)

    def end_crawl(
        self,
        crawl: int,
        *,
        finished: str,
        outcome: str,
        requested: int,
        new: int,
        changed: int,
        unchanged: int,
        failed: int,
    ) -> None:
        """Record how a crawl ended and what it counted."""
        with self._writing() as conn:
            counts = (requested, new, changed, unchanged, failed)
            conn.execute(_END_CRAWL, (finished, outcome, *counts, crawl))

    def add_capture(self, capture: Capture) -> int:
        """Record where a response was kept and return the row's id.

        A record that is known by its record_id keeps its row and id.
        """
        c = capture
        with self._writing() as conn:
            cursor = conn.execute(
                _CAPTURE,
                (
                    c.record_id, c.site, storable(c.url), c.fetched, c.status, c.digest, c.etag,
                    c.last_modified, c.warc, c.offset, c.length, c.via, c.archive_url, c.crawl,
                ),
            )  # fmt: skip
            if cursor.rowcount:
                return _id(cursor)
            known = conn.execute("SELECT id FROM captures WHERE record_id = ?", (c.record_id,))
            return int(known.fetchone()[0])

    def add_problem(self, *, capture: int | None, field: str, what: str, seen: str) -> None:
        """Record something a reader of the archive should know; the same fact only once."""
        with self._writing() as conn:
            conn.execute(_PROBLEM, (capture, field, storable(what), seen))

    def store(
        self,
        article: Article,
        *,
        site: str,
        key: str,
        url: str,
        capture: int,
        seen: str,
        parser: str,
    ) -> Outcome:
        """Store what was read from `capture`, found by `key`, or else by another address of it.

        'new' and 'changed' (title, lead, body, captions, byline, source, section or time of
        publication differ) each add a row to `versions`; 'unchanged' moves last_seen, and what
        does not make a version (tags, origins, a better parser's name) is brought up to date.
        """
        row = row_of(article, parser)
        url = storable(url)
        with self._writing() as conn, self._db.atomic():
            old = conn.execute(_FIND, (key, url)).fetchone()
            if old is None:
                cursor = conn.execute(_INSERT, (*row.values, key, site, url, seen, seen, capture))
                found, version, shown = _id(cursor), 1, capture
                conn.execute(_INDEX_EXACT, (found, *exact_terms(row.values)))
                outcome: Outcome = "new"
            else:
                found, version, gone, last_seen, shown = old[:_META]
                changed = old[_META : _META + COMPARED] != row.values[:COMPARED]
                outcome = "changed" if changed else "unchanged"
                self._update(conn, found, old[_META:], row)
                conn.execute(_SEEN, (seen, seen, found))
                if gone is not None and seen > max(gone, last_seen):
                    self._returned(conn, found, seen, capture)
                if changed:
                    version, shown = version + 1, capture
                    conn.execute(
                        "UPDATE articles SET version = ?, capture = ? WHERE id = ?",
                        (version, capture, found),
                    )
            if outcome != "unchanged":
                _add_version(conn, row, found, version, seen, capture)
            _add_parts(conn, row, found)
            conn.execute(
                "INSERT OR IGNORE INTO urls(key, article, url) VALUES (?, ?, ?)", (key, found, url)
            )
            for problem in article.problems:
                # By the capture that the row shows: the same doubts seen again are no new ones.
                conn.execute(_PROBLEM, (shown, problem.field, storable(problem.what), seen))
        return outcome

    def _update(self, conn: sqlite3.Connection, found: int, old: Any, row: Row) -> None:
        if old[:INDEXED] != row.values[:INDEXED]:
            conn.execute(_UNINDEX_EXACT, (found, *exact_terms(old)))
            conn.execute(_UPDATE_INDEXED, (*row.values[:INDEXED], found))
            conn.execute(_INDEX_EXACT, (found, *exact_terms(row.values)))
        if old[INDEXED:] != row.values[INDEXED:]:
            conn.execute(_UPDATE, (*row.values[INDEXED:], found))

    def _returned(self, conn: sqlite3.Connection, found: int, seen: str, capture: int) -> None:
        conn.execute("UPDATE articles SET gone = NULL WHERE id = ?", (found,))
        conn.execute(
            "INSERT INTO events(article, seen, what, capture) VALUES (?, ?, 'returned', ?)",
            (found, seen, capture),
        )


def _id(cursor: sqlite3.Cursor) -> int:
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _add_version(
    conn: sqlite3.Connection, row: Row, article: int, version: int, seen: str, capture: int
) -> None:
    title, lead, body, _captions, byline, source, section, published, _day, text = row.values[:10]
    conn.execute(
        _VERSION,
        (
            title, lead, body, byline, source, section, published, text,
            row.images_json, article, version, seen, capture,
        ),
    )  # fmt: skip


def _add_parts(conn: sqlite3.Connection, row: Row, article: int) -> None:
    """Bring images and tags of the article in step with the row, touching only what differs."""
    images = conn.execute(
        "SELECT url, caption, credit FROM images WHERE article = ? ORDER BY position", (article,)
    ).fetchall()
    if tuple(images) != row.images:
        conn.execute("DELETE FROM images WHERE article = ?", (article,))
        conn.executemany(
            "INSERT INTO images(article, position, url, caption, credit) VALUES (?, ?, ?, ?, ?)",
            [(article, position, *image) for position, image in enumerate(row.images, 1)],
        )
    tags = conn.execute("SELECT tag FROM tags WHERE article = ? ORDER BY rowid", (article,))
    if tuple(tag for (tag,) in tags) != row.tags:
        conn.execute("DELETE FROM tags WHERE article = ?", (article,))
        conn.executemany(
            "INSERT INTO tags(article, tag) VALUES (?, ?)", [(article, tag) for tag in row.tags]
        )
