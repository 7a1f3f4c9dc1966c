"""How an article's rows are written: its row and indexes, versions, images, tags, events."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from newsarchive.archive import _indexes
from newsarchive.archive._rows import INDEXED, Row, captions_of

# A version as its row has it: title, lead, body, byline, source, section, published,
# published_text, images.
Version = tuple[Any, ...]
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
PROBLEM = """
    INSERT INTO problems(capture, field, what, seen) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
_EVENT = """
    INSERT INTO events(article, seen, what, capture)
    SELECT :article, :seen, :what, :capture WHERE NOT EXISTS (
        SELECT 1 FROM events WHERE article = :article AND seen = :seen AND what = :what)
"""


def add_event(
    conn: sqlite3.Connection, article: int, seen: str, what: str, capture: int | None
) -> None:
    """Record what became of an article, once."""
    event = {"article": article, "seen": seen, "what": what, "capture": capture}
    conn.execute(_EVENT, event)


def show(
    conn: sqlite3.Connection, article: int, version: Version, number: int, capture: int
) -> None:
    """Bring the article's row in step with its latest version."""
    title, lead, body, byline, source, section, published, text, images = version
    old = conn.execute(
        "SELECT title, lead, body, captions, byline, withheld FROM articles WHERE id = ?",
        (article,),
    ).fetchone()
    searched = (title, lead, body, captions_of(images), byline)
    if old[:INDEXED] != searched:
        reindex(conn, article, old, searched)
    shown = tuple((i["url"], i["caption"], i["credit"]) for i in json.loads(images))
    put_images(conn, article, shown)
    day = published[:10] if published and len(published) >= 10 else None
    conn.execute(
        "UPDATE articles SET source = ?, section = ?, published = ?, published_day = ?, "
        "published_text = ?, version = ?, capture = ? WHERE id = ?",
        (source, section, published, day, text, number, capture, article),
    )


def reindex(conn: sqlite3.Connection, article: int, old: Any, searched: tuple[Any, ...]) -> None:
    """Write the searched fields of an article, and index them unless it is withheld.

    old: its searched fields and `withheld`, as the row has them.
    """
    if old[INDEXED] is None:
        _indexes.unindex(conn, article, old[:INDEXED])
    conn.execute(_UPDATE_INDEXED, (*searched, article))
    if old[INDEXED] is None:
        _indexes.index(conn, article, searched)


def update(conn: sqlite3.Connection, found: int, old: Any, row: Row) -> None:
    """Bring the article's row in step with a reading; old: its fields as they were."""
    if old[:INDEXED] != row.values[:INDEXED]:
        withheld = conn.execute("SELECT withheld FROM articles WHERE id = ?", (found,)).fetchone()[
            0
        ]
        reindex(conn, found, (*old[:INDEXED], withheld), row.values[:INDEXED])
    if old[INDEXED:] != row.values[INDEXED:]:
        conn.execute(_UPDATE, (*row.values[INDEXED:], found))


def row_id(cursor: sqlite3.Cursor) -> int:
    """The id of the row just inserted."""
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def add_version(
    conn: sqlite3.Connection, version: Version, article: int, number: int, seen: str, capture: int
) -> None:
    """Add a row of `versions`."""
    conn.execute(_VERSION, (*version, article, number, seen, capture))


def add_parts(conn: sqlite3.Connection, row: Row, article: int) -> None:
    """Bring images and tags of the article in step with the row, touching only what differs."""
    images = conn.execute(
        "SELECT url, caption, credit FROM images WHERE article = ? ORDER BY position", (article,)
    ).fetchall()
    if tuple(images) != row.images:
        put_images(conn, article, row.images)
    tags = conn.execute("SELECT tag FROM tags WHERE article = ? ORDER BY rowid", (article,))
    if tuple(tag for (tag,) in tags) != row.tags:
        put_tags(conn, article, row.tags)


def put_images(conn: sqlite3.Connection, article: int, images: Iterable[tuple[Any, ...]]) -> None:
    """Give the article these images, (url, caption, credit) each, and no others."""
    conn.execute("DELETE FROM images WHERE article = ?", (article,))
    conn.executemany(
        "INSERT INTO images(article, position, url, caption, credit) VALUES (?, ?, ?, ?, ?)",
        [(article, position, *image) for position, image in enumerate(images, 1)],
    )


def put_tags(conn: sqlite3.Connection, article: int, tags: Iterable[str]) -> None:
    """Give the article these tags and no others."""
    conn.execute("DELETE FROM tags WHERE article = ?", (article,))
    conn.executemany(
        "INSERT INTO tags(article, tag) VALUES (?, ?)", [(article, tag) for tag in tags]
    )
