"""Articles read again from the bytes that are kept: asked for one by one, and changed in place."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from newsarchive.archive._connect import explain
from newsarchive.archive._put import PROBLEM, put_images, put_tags, reindex
from newsarchive.archive._rows import FIELDS, INDEXED, Row
from newsarchive.archive.readings import REFUSED, Change, Look, Told
from newsarchive.archive.store import Archive

_CHUNK = 200  # articles asked for at a time
_ARTICLES = """
    SELECT a.id FROM articles AS a
    WHERE a.id > ? AND (? OR a.site IN (SELECT value FROM json_each(?)))
        AND NOT EXISTS (SELECT 1 FROM withholdings AS w JOIN urls AS u ON u.key = w.key
                        WHERE u.article = a.id AND w.erased IS NOT NULL)
    ORDER BY a.id LIMIT ?
"""
_ROW = "SELECT url, withheld, FIELDS_ FROM articles WHERE id = ?".replace(
    "FIELDS_", ", ".join(FIELDS)
)
_IMAGES = "SELECT url, caption, credit FROM images WHERE article = ? ORDER BY position"
_TAGS = "SELECT tag FROM tags WHERE article = ? ORDER BY rowid"
# A body is where the record is that a revisit refers to.
_LOOKS = """
    SELECT o.capture, o.seen, o.content, c.site, c.url, c.fetched, c.digest,
        full.warc, full.offset, full.length, c.record_id, c.status
    FROM observations AS o JOIN captures AS c ON c.id = o.capture
    LEFT JOIN revisits AS r ON r.capture = c.id
    LEFT JOIN captures AS full ON full.record_id = coalesce(r.refers_to, c.record_id)
    WHERE o.article = ? ORDER BY o.seen, c.record_id
"""
_VERSIONS = """
    SELECT seen, capture, title, lead, body, byline, source, section, published, published_text,
        images
    FROM versions WHERE article = ? ORDER BY version
"""
_PROBLEMS = """
    SELECT capture, field, what FROM problems
    WHERE capture IN (SELECT capture FROM observations WHERE article = ?)
"""
_UPDATE = "UPDATE articles SET FIELDS_ WHERE id = ?".replace(
    "FIELDS_", ", ".join(f"{field} = ?" for field in FIELDS[INDEXED:])
)


class Rereading:
    """An archive whose articles are read again.

    conn: only read from, unless `archive` is given, whose connection it is then. Raises
    ArchiveError where the file cannot be used.
    """

    def __init__(
        self, conn: sqlite3.Connection, path: Path, archive: Archive | None = None
    ) -> None:
        self._conn = conn
        self._path = path
        self._archive = archive
        self.warc_dir = path.with_suffix(".warc")

    @classmethod
    def of(cls, archive: Archive) -> Rereading:
        """One that can write."""
        return cls(archive._conn, archive.path, archive)

    @property
    def writes(self) -> bool:
        """Whether changes can be made."""
        return self._archive is not None

    def sites(self) -> set[str]:
        """Slugs of all sites."""
        with self._trouble():
            return {slug for (slug,) in self._conn.execute("SELECT slug FROM sites")}

    def articles(self, sites: Collection[str] = ()) -> Iterator[int]:
        """Ids of all articles of these sites (none: of all), in their order; erased ones not.

        Some are asked for at a time, so that memory stays flat and others may write meanwhile.
        """
        last = 0
        while True:
            choice = (last, not sites, json.dumps(list(sites)), _CHUNK)
            with self._trouble():
                found = [article for (article,) in self._conn.execute(_ARTICLES, choice)]
            if not found:
                return
            yield from found
            last = found[-1]

    def count(self, sites: Collection[str] = ()) -> int:
        """How many those are, erased ones included."""
        sql = "SELECT count(*) FROM articles WHERE ? OR site IN (SELECT value FROM json_each(?))"
        with self._trouble():
            found = self._conn.execute(sql, (not sites, json.dumps(list(sites)))).fetchone()
            return int(found[0])

    def told(self, article: int) -> Told | None:
        """An article as it is now; None if it is there no more."""

        def asked(sql: str) -> tuple[tuple[Any, ...], ...]:
            return tuple(self._conn.execute(sql, (article,)).fetchall())

        with self._trouble():
            found = asked(_ROW)
            if not found:
                return None
            url, withheld, *values = found[0]
            return Told(
                id=article,
                url=url,
                withheld=withheld is not None,
                row=Row(
                    values=tuple(values),
                    images=asked(_IMAGES),
                    tags=tuple(tag for (tag,) in asked(_TAGS)),
                ),
                looks=tuple(Look(*look) for look in asked(_LOOKS)),
                versions=asked(_VERSIONS),
                problems=frozenset(asked(_PROBLEMS)),
            )

    def put(self, told: Told, change: Change, now: str) -> bool:
        """Make the change; False, and nothing done, if the article is not any more as it was told
        (a crawl looked at it meanwhile). now: the time of new problems."""
        assert self._archive is not None
        with self._archive._writing() as conn, self._archive._db.atomic():
            if self.told(told.id) != told:
                return False
            for look, content in zip(told.looks, change.contents, strict=True):
                if content != look.content:
                    conn.execute(
                        "UPDATE observations SET content = ? "
                        "WHERE article = ? AND seen = ? AND capture = ?",
                        (content, told.id, look.seen, look.capture),
                    )
            if change.versions != told.versions:
                _retell(self._archive, conn, told.id, change)
            _show(conn, told.id, change.row)
            for doubt in change.forget:
                conn.execute(
                    "DELETE FROM problems WHERE capture = ? AND field = ? AND what = ?", doubt
                )
            for doubt in change.add:
                conn.execute(PROBLEM, (*doubt, now))
        return True

    def refuse(self, capture: int, *, parser: str, reason: str, now: str) -> None:
        """Record that the present reader finds no article where an earlier one did."""
        assert self._archive is not None
        self._archive.add_problem(
            capture=capture, field="page", what=f"{REFUSED}{parser}: {reason}", seen=now
        )

    def commit(self) -> None:
        """Make what was written durable and visible."""
        if self._archive is not None:
            self._archive.commit()
            self._archive.make_way()

    @contextmanager
    def _trouble(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.ProgrammingError:
            raise  # a mistake of ours, not of the file
        except sqlite3.DatabaseError as error:
            raise explain(error, self._path) from error


def _retell(archive: Archive, conn: sqlite3.Connection, article: int, change: Change) -> None:
    first, last = conn.execute(
        "SELECT first_seen, last_seen FROM articles WHERE id = ?", (article,)
    ).fetchone()
    archive.retell(article, change.texts)
    # Archives of the first release know fewer looks than there were.
    conn.execute(
        "UPDATE articles SET first_seen = min(first_seen, ?), last_seen = max(last_seen, ?) "
        "WHERE id = ?",
        (first, last, article),
    )


def _show(conn: sqlite3.Connection, article: int, row: Row) -> None:
    """Bring the article's row, its images and tags and both indexes in step with a reading."""
    sql = "SELECT title, lead, body, captions, byline, withheld FROM articles WHERE id = ?"
    old = conn.execute(sql, (article,)).fetchone()
    if old[:INDEXED] != row.values[:INDEXED]:
        reindex(conn, article, old, row.values[:INDEXED])
    conn.execute(_UPDATE, (*row.values[INDEXED:], article))
    put_images(conn, article, row.images)
    put_tags(conn, article, row.tags)
