"""What the page of an article shows, gathered from the archive and made harmless to look at."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from newsarchive import clock, query
from newsarchive.query import reprints
from newsarchive.query.reprints import Reprint
from newsarchive.text import clean
from newsarchive.web import kept

MOST_TEXT = 1_000_000  # characters of a body that are shown
MOST_LINE = 2_000  # of a title, a byline, an address
_MOST_ROWS = 200
# Nothing that a browser would read otherwise than a person does.
_OUTWARD = re.compile(r"https?://[^\s\"'<>\\^`{|}\x00-\x20\x7f-\xa0]+", re.IGNORECASE)

_SITE = "SELECT name FROM sites WHERE slug = ?"
_EVENTS = "SELECT seen, what FROM events WHERE article = ? ORDER BY seen, rowid LIMIT 200"
_VERSIONS = """
    SELECT version, seen FROM versions WHERE article = ? ORDER BY version DESC LIMIT 200
"""
_VERSION = """
    SELECT version, seen, title, lead, byline, source, section, published, published_text, body,
        images
    FROM versions WHERE article = ? AND version = ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A point of an article's history. when: as stored. version: of an edit."""

    when: str
    what: str
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An article as its page shows it.

    article: as `query.article` gives it, all text cleaned. cut: whether the body was longer than
    MOST_TEXT. site: its name; names: those of all sites that tell the story, by slug. pictures:
    place -> capture, of those that are kept. first: the article of the same story that was first,
    None where that is not known.
    """

    article: dict[str, Any]
    cut: bool
    site: str
    names: dict[str, str]
    history: list[Moment]
    reprints: list[Reprint]
    first: int | None
    pictures: dict[int, int]


def exists(conn: sqlite3.Connection, article: int) -> bool:
    """Whether there is an article of this id that is not withheld."""
    found = conn.execute(
        "SELECT 1 FROM articles WHERE id = ? AND withheld IS NULL", (article,)
    ).fetchone()
    return found is not None


def plain(conn: sqlite3.Connection, article: int) -> dict[str, Any] | None:
    """All that is known of an article, as JSON has it; None for one withheld or not there."""
    found = query.article(conn, article)
    if found is None or found["withheld"]:
        return None
    del found["withheld"]
    return found


def gather(conn: sqlite3.Connection, article: int) -> Shown | None:
    """The article of this id; None where there is none, or it is withheld."""
    found = plain(conn, article)
    if found is None:
        return None
    found, cut = _cleaned(found)
    cursor = conn.cursor()
    cursor.row_factory = sqlite3.Row
    told = reprints.of(conn, article)
    return Shown(
        article=found,
        cut=cut,
        site=_name(cursor, found["site"]),
        history=_history(conn, found),
        names={slug: _name(cursor, slug) for slug in {one.site for one in told}},
        reprints=[replace(one, title=line(one.title) or "") for one in told],
        first=reprints.first(conn, article),
        pictures=kept.pictures_of(conn, found["images"]),
    )


def _name(cursor: sqlite3.Cursor, slug: str) -> str:
    row = cursor.execute(_SITE, (slug,)).fetchone()
    return slug if row is None else line(row["name"], 200) or slug


def line(text: str | None, most: int = MOST_LINE) -> str | None:
    """One line of text of the archive: clean, and no longer than a line can be."""
    if text is None:
        return None
    made = clean(text[: 4 * most])
    return made if len(made) <= most else f"{made[:most]}…"


def outward(url: str | None) -> str | None:
    """An address that a link may lead to; None for what is no plain http or https address."""
    if url is None or len(url) > MOST_LINE or not _OUTWARD.fullmatch(url) or clean(url) != url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    # A name before the host is there to deceive.
    return url if parts.hostname and parts.username is None and port != 0 else None


def _cleaned(article: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    cut = sum(map(len, article["paragraphs"])) > MOST_TEXT
    paragraphs: list[str] = []
    room = MOST_TEXT
    for text in article["paragraphs"]:
        if room <= 0:
            break
        paragraphs.append(clean(text[:room]))
        room -= len(text)
    rows = {
        "images": [
            {name: line(image[name]) for name in ("url", "caption", "credit")}
            for image in article["images"][:_MOST_ROWS]
        ],
        "tags": [line(tag, 200) for tag in article["tags"][:_MOST_ROWS]],
        "urls": [line(url) for url in article["urls"][:_MOST_ROWS]],
        "problems": [
            {name: line(problem[name]) for name in ("field", "what", "seen")}
            for problem in article["problems"][:_MOST_ROWS]
        ],
        "origins": {str(line(str(k), 60)): str(line(str(v), 200)) for k, v in _pairs(article)},
        "paragraphs": [text for text in paragraphs if text],
    }
    lines = {
        name: line(article[name])
        for name in (
            "title",
            "byline",
            "source",
            "section",
            "published_text",
            "url",
            "key",
            "parser",
        )
    }
    return {**article, **lines, "lead": line(article["lead"], 20_000), **rows}, cut


def _pairs(article: dict[str, Any]) -> Iterable[tuple[Any, Any]]:
    origins = article["origins"]
    return list(origins.items())[:_MOST_ROWS] if isinstance(origins, dict) else ()


def _history(conn: sqlite3.Connection, article: dict[str, Any]) -> list[Moment]:
    """What became of an article, in time order: what the page says and what was seen."""
    id = article["id"]
    found = [
        Moment(when=article[name], what=name)
        for name in ("published", "modified", "first_seen", "last_seen")
        if article[name] and _is_time(article[name])
    ]
    if article["first_seen"] == article["last_seen"]:
        found.pop()
    found += [
        Moment(when=seen, what="edited", version=version)
        for version, seen in conn.execute(_VERSIONS, (id,))
        if version > 1
    ]
    # A withholding that was lifted again is nobody's concern.
    found += [
        Moment(when=seen, what=what)
        for seen, what in conn.execute(_EVENTS, (id,))
        if what != "withheld"
    ]
    order = ("published", "first_seen", "modified", "edited", "moved", "gone", "returned")
    return sorted(
        found,
        key=lambda m: (
            clock.instant(m.when),
            order.index(m.what) if m.what in order else len(order),
            m.version or 0,
        ),
    )


def _is_time(text: str) -> bool:
    try:
        clock.instant(text)
    except ValueError:
        return False
    return True


def versions(conn: sqlite3.Connection, article: int) -> list[tuple[int, str]]:
    """Number and time of the versions of an article, the latest first, at most 200."""
    return [(int(number), str(seen)) for number, seen in conn.execute(_VERSIONS, (article,))]


def version(conn: sqlite3.Connection, article: int, number: int) -> dict[str, Any] | None:
    """One version with all its fields; images are a list of objects."""
    cursor = conn.cursor()
    cursor.row_factory = sqlite3.Row
    row = cursor.execute(_VERSION, (article, number)).fetchone()
    return None if row is None else {**dict(row), "images": json.loads(row["images"])}
