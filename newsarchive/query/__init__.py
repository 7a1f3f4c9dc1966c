"""Reading the archive: search, one article, all articles of a choice, counts. Never writes."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from newsarchive.archive._connect import explain, open_readonly
from newsarchive.errors import CallError, UnknownSite
from newsarchive.text import clean
from newsarchive.urls import key as url_key
from newsarchive.words import Words, parse_words, snippet

__all__ = [
    "ORDERS", "Hit", "article", "articles", "count", "counts", "find", "open_readonly", "search",
]  # fmt: skip

ORDERS = ("newest", "rank")

# What every choice of articles says. Withheld ones are in none. Times of the page all have
# Vietnam's offset, so their text sorts by time; a day alone sorts before the times of that day.
_CHOICE = """
    a.id NOT IN (SELECT id FROM articles WHERE withheld IS NOT NULL)
    AND (:gone OR a.id NOT IN (SELECT id FROM articles WHERE gone IS NOT NULL))
    AND (:site IS NULL OR a.site = :site)
    AND (:since IS NULL OR a.published_day >= :since)
    AND (:until IS NULL OR a.published_day <= :until)
    AND (NOT :changed OR a.version > 1)
"""
_ORDER = {
    "newest": " ORDER BY a.published DESC NULLS LAST, a.id DESC LIMIT :limit",
    # A word in the title weighs most, then lead, body, captions, byline.
    "rank": " ORDER BY bm25(INDEX_, 8.0, 4.0, 1.0, 2.0, 2.0), a.id DESC LIMIT :limit",
}
_MATCHING = """
    SELECT a.id FROM INDEX_ JOIN articles AS a ON a.id = INDEX_.rowid
    WHERE INDEX_ MATCH :match AND CHOICE_
"""
_LISTED = "SELECT a.id FROM articles AS a WHERE CHOICE_"
_ALL = "SELECT a.* FROM articles AS a WHERE CHOICE_"
_COUNT = "SELECT count(*) FROM articles AS a WHERE CHOICE_"
_FIND = """
    SELECT article FROM urls WHERE key = ?
    UNION ALL SELECT article FROM urls WHERE url = ?
    UNION ALL SELECT article FROM urls WHERE key = ? LIMIT 1
"""
_IN_INDEX = " AND a.id IN (SELECT rowid FROM INDEX_ WHERE INDEX_ MATCH :match)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One article found. published as stored; snippet: plain text around the first match."""

    id: int
    site: str
    url: str
    title: str
    published: str | None
    snippet: str


def search(
    conn: sqlite3.Connection,
    words: str,
    *,
    site: str | None = None,
    since: str | None = None,
    until: str | None = None,
    order: str = "newest",
    limit: int = 20,
    changed: bool = False,
) -> list[Hit]:
    """The articles that hold all the words, without those withheld.

    changed: only those that were edited; then `words` may be empty, which means all of them.

    Words with a mark or đ are looked for exactly, else all accents are folded; "quoted words"
    must stand side by side. `since` and `until` are days in Vietnam ('2022-08-22'), inclusive;
    newest is by publication, undated last. Raises CallError for a malformed filter.
    """
    if order not in ORDERS:
        raise CallError(f"order {order!r} is neither {' nor '.join(ORDERS)}")
    if limit < 1:
        raise CallError(f"limit {limit} is not a positive number")
    sought = parse_words(words)
    values = _values(conn, sought, site=site, since=since, until=until, gone=True, changed=changed)
    if not sought.phrases and not (changed and not words.strip()):
        return []
    listing = _MATCHING + _ORDER[order] if sought.phrases else _LISTED + _ORDER["newest"]
    sql = _sql(listing, sought)
    with _trouble(conn):
        ids = conn.execute(sql, values | {"limit": min(limit, 2**62)}).fetchall()
        return [hit for (found,) in ids if (hit := _hit(conn, found, sought)) is not None]


def _hit(conn: sqlite3.Connection, found: int, words: Words) -> Hit | None:
    row = _one(conn, "SELECT * FROM articles WHERE id = ?", found)
    if row is None:
        return None
    captions = (row["captions"] or "").split("\n")
    texts = (row["lead"], *row["body"].split("\n\n"), *captions, row["byline"])
    return Hit(
        id=row["id"],
        site=row["site"],
        url=row["url"],
        title=row["title"],
        published=row["published"],
        snippet=snippet((clean(text) for text in texts if text), words),
    )


def articles(
    conn: sqlite3.Connection,
    words: str | None = None,
    *,
    site: str | None = None,
    since: str | None = None,
    until: str | None = None,
    gone: bool = False,
) -> Iterator[dict[str, Any]]:
    """All articles of a choice, one at a time, in the order they came into the archive.

    Filters as in `search`; `words` None means no choice by words. Each has the fields of `parse`
    plus id, key, first_seen, last_seen and version. Withheld ones are never among them, gone ones
    only with `gone`, and then each has the field gone. Raises CallError for a malformed filter.
    """
    sought = None if words is None else parse_words(words)
    values = _values(conn, sought, site=site, since=since, until=until, gone=gone)
    sql = _sql(_ALL if sought is None else _ALL + _IN_INDEX, sought) + " ORDER BY a.id"
    return _stream(conn, sql, values, gone=gone, none=_nothing(sought))


def _stream(
    conn: sqlite3.Connection, sql: str, values: dict[str, Any], *, gone: bool, none: bool
) -> Iterator[dict[str, Any]]:
    if none:
        return
    extra = ("gone",) if gone else ()
    with _trouble(conn):
        cursor = conn.cursor()
        cursor.row_factory = sqlite3.Row
        for row in cursor.execute(sql, values):
            yield _shape(conn, row) | {name: row[name] for name in extra}


def count(
    conn: sqlite3.Connection,
    words: str | None = None,
    *,
    site: str | None = None,
    since: str | None = None,
    until: str | None = None,
    gone: bool = False,
) -> int:
    """How many articles `articles` gives for the same choice."""
    sought = None if words is None else parse_words(words)
    values = _values(conn, sought, site=site, since=since, until=until, gone=gone)
    if _nothing(sought):
        return 0
    sql = _sql(_COUNT if sought is None else _COUNT + _IN_INDEX, sought)
    with _trouble(conn):
        return int(conn.execute(sql, values).fetchone()[0])


def article(conn: sqlite3.Connection, id: int) -> dict[str, Any] | None:
    """Everything known of one article, or None if there is no such id.

    The fields of `articles`, and gone, withheld, parser, urls (every address it was met under),
    capture (the row of the response that it was read from, None if none) and problems.
    """
    with _trouble(conn):
        row = _one(conn, "SELECT * FROM articles WHERE id = ?", id)
        if row is None:
            return None
        capture = _one(conn, "SELECT * FROM captures WHERE id = ?", row["capture"])
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


Version = dict[str, Any]
_VERSIONS = """
    SELECT version, seen, title, lead, byline, source, section, published, published_text, body,
        images, capture
    FROM versions WHERE article = ? ORDER BY version
"""


def versions(conn: sqlite3.Connection, id: int) -> list[Version] | None:
    """Every version of an article, the first one first; None for one withheld or not there.

    Each has the columns of the table `versions`; images are a list of objects.
    """
    with _trouble(conn):
        row = _one(conn, "SELECT withheld FROM articles WHERE id = ?", id)
        if row is None or row["withheld"] is not None:
            return None
        cursor = conn.cursor()
        cursor.row_factory = sqlite3.Row
        found = [dict(version) for version in cursor.execute(_VERSIONS, (id,))]
    return [version | {"images": json.loads(version["images"])} for version in found]


def find(conn: sqlite3.Connection, which: str) -> int | None:
    """The id of an article named by its id, its key, or any address it was met under."""
    if which.isascii() and which.isdigit() and len(which) < 19:  # SQLite's integers end there
        with _trouble(conn):
            row = _one(conn, "SELECT id FROM articles WHERE id = ?", int(which))
        return None if row is None else int(row["id"])
    which = which.encode("utf-8", "replace").decode()  # an argument may have been no UTF-8
    try:
        identity = url_key(which)
    except ValueError:  # an address no crawl can have met
        return None
    with _trouble(conn):
        row = _one(conn, _FIND, which, which, identity)
    return None if row is None else int(row["article"])


def counts(conn: sqlite3.Connection) -> dict[str, int]:
    """Rows of the tables that say how much was archived, by the table's name."""
    tables = ("articles", "images", "versions", "captures", "crawls", "problems", "sites")
    with _trouble(conn):
        return {
            table: conn.execute("SELECT count(*) FROM TABLE_".replace("TABLE_", table)).fetchone()[
                0
            ]
            for table in tables
        }


def _values(
    conn: sqlite3.Connection,
    words: Words | None,
    *,
    site: str | None,
    since: str | None,
    until: str | None,
    gone: bool,
    changed: bool = False,
) -> dict[str, Any]:
    for name, day in (("since", since), ("until", until)):
        if day is not None and not _is_day(day):
            raise CallError(f"--{name} {day!r} is no day; write it as 2022-08-22")
    if since and until and since > until:
        raise CallError(f"--since {since} is after --until {until}")
    if site is not None:
        _check_site(conn, site)
    match = words.expression() if words else None
    choice = {"site": site, "since": since, "until": until, "gone": gone, "changed": changed}
    return {"match": match, **choice}


def _is_day(text: str) -> bool:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _check_site(conn: sqlite3.Connection, site: str) -> None:
    """Refuse a slug that neither the archive nor the registry knows: it is a slip of the pen."""
    with _trouble(conn):
        held = [slug for (slug,) in conn.execute("SELECT slug FROM sites ORDER BY slug")]
    if site in held:
        return
    import difflib

    from newsarchive.sites import all_sites

    registered = all_sites()
    if site not in registered:
        raise UnknownSite(site, difflib.get_close_matches(site, {*held, *registered}, n=3))


def _sql(template: str, words: Words | None) -> str:
    index = "articles_exact" if words is not None and words.exact else "articles_fts"
    return template.replace("CHOICE_", _CHOICE).replace("INDEX_", index)


def _nothing(words: Words | None) -> bool:
    return words is not None and not words.phrases


def _one(conn: sqlite3.Connection, sql: str, *values: Any) -> sqlite3.Row | None:
    cursor = conn.cursor()
    cursor.row_factory = sqlite3.Row
    row: sqlite3.Row | None = cursor.execute(sql, values).fetchone()
    return row


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


@contextmanager
def _trouble(conn: sqlite3.Connection) -> Iterator[None]:
    """Turn SQLite's errors about the file into one line of ours."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # a mistake of ours, not of the file
    except sqlite3.DatabaseError as error:
        path = conn.execute("PRAGMA database_list").fetchone()[2]
        raise explain(error, Path(path)) from error
