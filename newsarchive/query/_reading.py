"""One article with all that is known of it, all articles of a choice one by one, exact counts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, Unpack

from newsarchive.query._filters import Filters, choose
from newsarchive.query._finding import wanted
from newsarchive.query._plans import Finder
from newsarchive.query._rows import one, trouble
from newsarchive.urls import key as url_key

Version = dict[str, Any]
_FIND = """
    SELECT article FROM urls WHERE key = ?
    UNION ALL SELECT article FROM urls WHERE url = ?
    UNION ALL SELECT article FROM urls WHERE key = ? LIMIT 1
"""
_VERSIONS = """
    SELECT version, seen, title, lead, byline, source, section, published, published_text, body,
        images, capture
    FROM versions WHERE article = ? ORDER BY version
"""


def articles(
    conn: sqlite3.Connection,
    words: str | None = None,
    *,
    gone: bool = False,
    **filters: Unpack[Filters],
) -> Iterator[dict[str, Any]]:
    """All articles of a choice, one at a time, in the order they came into the archive.

    Words and filters as in `search`. Each has the fields of `parse` plus id, key, first_seen,
    last_seen and version. Withheld ones are never among them, gone ones only with `gone`, and
    then each has the field gone. Raises CallError for a malformed filter.
    """
    choice = choose(conn, gone=gone, **filters)
    with trouble(conn):
        finder = Finder(conn, wanted(words), choice, None)
    return _stream(conn, finder, gone=gone)


def _stream(conn: sqlite3.Connection, finder: Finder, *, gone: bool) -> Iterator[dict[str, Any]]:
    extra = ("gone",) if gone else ()
    with trouble(conn):
        for row in finder.rows():
            yield _shape(conn, row) | {name: row[name] for name in extra}


def placed(
    conn: sqlite3.Connection,
    words: str | None = None,
    *,
    gone: bool = False,
    **filters: Unpack[Filters],
) -> Iterator[tuple[int, str, str | None]]:
    """Id, site and publication of the articles that `articles` gives for the same choice, in no
    order; `given` gives them by their ids."""
    choice = choose(conn, gone=gone, **filters)
    with trouble(conn):
        yield from Finder(conn, wanted(words), choice, None).places()


def given(
    conn: sqlite3.Connection, ids: Iterable[int], *, gone: bool = False
) -> Iterator[dict[str, Any]]:
    """Articles as `articles` gives them, by ids that `placed` gave within the same state of the
    archive (`release.snapshot`)."""
    extra = ("gone",) if gone else ()
    with trouble(conn):
        for id in ids:
            row = one(conn, "SELECT * FROM articles WHERE id = ? AND withheld IS NULL", id)
            if row is not None:
                yield _shape(conn, row) | {name: row[name] for name in extra}


def count(
    conn: sqlite3.Connection,
    words: str | None = None,
    *,
    gone: bool = False,
    **filters: Unpack[Filters],
) -> int:
    """How many articles `articles` gives for the same choice."""
    choice = choose(conn, gone=gone, **filters)
    with trouble(conn):
        return Finder(conn, wanted(words), choice, None).count()


def article(conn: sqlite3.Connection, id: int) -> dict[str, Any] | None:
    """Everything known of one article, or None if there is no such id.

    The fields of `articles`, and gone, withheld, parser, urls (every address it was met under),
    capture (the row of the response that it was read from, None if none) and problems.
    """
    with trouble(conn):
        row = one(conn, "SELECT * FROM articles WHERE id = ?", id)
        if row is None:
            return None
        capture = one(conn, "SELECT * FROM captures WHERE id = ?", row["capture"])
        urls = conn.execute("SELECT url FROM urls WHERE article = ? ORDER BY rowid", (id,))
        problems = conn.execute(
            "SELECT field, what, seen FROM problems WHERE capture = ? ORDER BY rowid",
            (row["capture"],),
        )
        return _shape(conn, row) | {
            "gone": row["gone"],
            "withheld": row["withheld"],
            "parser": row["parser"],
            "urls": [url for (url,) in urls],
            "capture": None if capture is None else dict(capture),
            "problems": [{"field": f, "what": w, "seen": s} for f, w, s in problems],
        }


def versions(conn: sqlite3.Connection, id: int) -> list[Version] | None:
    """Every version of an article, the first one first; None for one withheld or not there.

    Each has the columns of the table `versions`; images are a list of objects.
    """
    with trouble(conn):
        row = one(conn, "SELECT withheld FROM articles WHERE id = ?", id)
        if row is None or row["withheld"] is not None:
            return None
        cursor = conn.cursor()
        cursor.row_factory = sqlite3.Row
        found = [dict(version) for version in cursor.execute(_VERSIONS, (id,))]
    return [version | {"images": json.loads(version["images"])} for version in found]


def find(conn: sqlite3.Connection, which: str) -> int | None:
    """The id of an article named by its id, its key, or any address it was met under."""
    if which.isascii() and which.isdigit() and len(which) < 19:  # SQLite's integers end there
        with trouble(conn):
            row = one(conn, "SELECT id FROM articles WHERE id = ?", int(which))
        return None if row is None else int(row["id"])
    which = which.encode("utf-8", "replace").decode()  # an argument may have been no UTF-8
    try:
        identity = url_key(which)
    except ValueError:  # an address no crawl can have met
        return None
    with trouble(conn):
        row = one(conn, _FIND, which, which, identity)
    return None if row is None else int(row["article"])


def counts(conn: sqlite3.Connection) -> dict[str, int]:
    """Rows of the tables that say how much was archived, by the table's name."""
    tables = ("articles", "images", "versions", "captures", "crawls", "problems", "sites")
    with trouble(conn):
        return {
            table: conn.execute("SELECT count(*) FROM TABLE_".replace("TABLE_", table)).fetchone()[
                0
            ]
            for table in tables
        }


def _shape(conn: sqlite3.Connection, row: sqlite3.Row) -> dict[str, Any]:
    """A row of `articles` with its images and tags, in the shape that `parse` prints."""
    first = ("id", "key", "site", "url", "title", "published", "published_text", "modified")
    then = ("section", "lead", "byline", "source")
    last = ("first_seen", "last_seen", "version")
    images = conn.execute(
        "SELECT url, caption, credit FROM images WHERE article = ? ORDER BY position", (row["id"],)
    )
    tags = conn.execute("SELECT tag FROM tags WHERE article = ? ORDER BY rowid", (row["id"],))
    return {
        **{name: row[name] for name in (*first, *then)},
        "paragraphs": row["body"].split("\n\n") if row["body"] else [],
        "images": [{"url": u, "caption": c, "credit": r} for u, c, r in images],
        "tags": [tag for (tag,) in tags],
        "origins": json.loads(row["origins"]),
        **{name: row[name] for name in last},
    }
