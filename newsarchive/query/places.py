"""What the archive tells of a site: sections, bylines, hours, edits, deletions, health. Reads only.

Counts come from rolled-up tables, lists from indexes that hold few rows: none of this looks at all
articles of a site. What is withheld is in none of it. Raises ArchiveError.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from newsarchive.archive._connect import explain
from newsarchive.errors import ArchiveError

Shared = Literal["section", "byline"]
# Fields of which `days` counts in how many new articles they were found.
FIELDS = ("published", "lead", "byline", "section", "image", "caption")

_SITES = "SELECT slug, name, province, province_2025, home, active FROM sites ORDER BY slug"
_TOP = """
    SELECT site, value, articles FROM tallies WHERE site = ? AND field = ?
    ORDER BY articles DESC, value LIMIT ?
"""
_HOURS = "SELECT value, articles FROM tallies WHERE site = ? AND field = 'hour'"
_EDITED = """
    SELECT a.id, a.title, a.url, a.published,
        (SELECT seen FROM versions AS v WHERE v.article = a.id AND v.version = a.version), a.version
    FROM articles AS a INDEXED BY articles_edited
    WHERE a.site = ? AND a.version > 1 AND a.withheld IS NULL
    ORDER BY a.published DESC LIMIT ?
"""
_TAKEN = """
    SELECT id, title, url, published, gone, version FROM articles INDEXED BY articles_taken
    WHERE site = ? AND gone IS NOT NULL AND withheld IS NULL ORDER BY gone DESC, id DESC LIMIT ?
"""
# From the day of the last one that is wanted on; then in order of time within the days.
_LATEST = """
    SELECT id, site, title, published, version FROM articles INDEXED BY articles_site
    WHERE site = :site AND withheld IS NULL AND published_day >= coalesce((
        SELECT published_day FROM articles INDEXED BY articles_site
        WHERE site = :site AND withheld IS NULL AND published_day IS NOT NULL
        ORDER BY published_day DESC LIMIT 1 OFFSET :limit - 1), '')
    ORDER BY published DESC, id DESC LIMIT :limit
"""
_STATE = "SELECT state, why, since FROM health WHERE site = ?"
_CRAWLED = """
    SELECT (SELECT min(started) FROM crawls WHERE site = :site),
        (SELECT max(started) FROM crawls WHERE site = :site),
        (SELECT max(started) FROM crawls
            WHERE site = :site AND finished IS NOT NULL AND trouble IS NULL),
        (SELECT max(started) FROM crawls WHERE site = :site AND new > 0)
"""
_FILLS = f"""
    SELECT total(articles), {", ".join(f"total({name})" for name in FIELDS)} FROM days
    WHERE site = ? AND day >= ? AND day <= ?
"""  # noqa: S608  names of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A row of `sites`."""

    slug: str
    name: str
    province: str | None
    province_2025: str | None
    home: str | None
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many articles of a site share a section or byline."""

    site: str
    value: str
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """An article that was edited or taken down. at: when that was met (UTC)."""

    id: int
    title: str
    url: str
    published: str | None
    at: str | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """One of the articles that were published last."""

    id: int
    site: str
    title: str
    published: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How a site was when somebody was last told of it. since: when that was (UTC)."""

    state: str
    why: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """When a site was crawled: starts in UTC, None for never.

    success: of the latest crawl without trouble; new: of the latest that met a new article.
    """

    first: str | None
    last: str | None
    success: str | None
    new: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """Of how many new articles, and in how many of them each of FIELDS was found."""

    articles: int
    found: Mapping[str, int] = field(default_factory=dict)

    def share(self, name: str) -> float | None:
        """0 to 1; None where there was no article."""
        return self.found[name] / self.articles if self.articles else None


def sites(conn: sqlite3.Connection) -> list[Site]:
    """Every site that the archive knows, by slug."""
    with told(conn):
        return [
            Site(slug=s, name=n, province=p, province_2025=q, home=h, active=bool(a))
            for s, n, p, q, h, a in conn.execute(_SITES)
        ]


def top(conn: sqlite3.Connection, chosen: Iterable[str], by: Shared, *, limit: int) -> list[Tally]:
    """The sections or bylines of these sites with most articles, each of its own site."""
    found: list[Tally] = []
    with told(conn):
        for slug in chosen:
            found += [
                Tally(site=site, value=value, articles=articles)
                for site, value, articles in conn.execute(_TOP, (slug, by, limit))
            ]
    found.sort(key=lambda tally: (-tally.articles, tally.value, tally.site))
    return found[:limit]


def hours(conn: sqlite3.Connection, site: str) -> list[list[int]]:
    """Articles by weekday (Monday first) and hour in Vietnam; those that tell an hour alone."""
    counts = [[0] * 24 for _ in range(7)]
    with told(conn):
        for value, articles in conn.execute(_HOURS, (site,)):
            weekday, _, hour = value.partition(" ")
            if hour.isdigit() and int(hour) < 24:
                counts[(int(weekday) - 1) % 7][int(hour)] += articles
    return counts


def edited(conn: sqlite3.Connection, site: str, *, limit: int) -> list[Changed]:
    """The latest published articles of a site that were edited, and when they last were."""
    return _changed(conn, _EDITED, site, limit)


def taken(conn: sqlite3.Connection, site: str, *, limit: int) -> list[Changed]:
    """The articles that a site took down last."""
    return _changed(conn, _TAKEN, site, limit)


def _changed(conn: sqlite3.Connection, sql: str, site: str, limit: int) -> list[Changed]:
    with told(conn):
        return [
            Changed(id=i, title=t, url=u, published=p, at=a, version=v)
            for i, t, u, p, a, v in conn.execute(sql, (site, limit))
        ]


def latest(conn: sqlite3.Connection, chosen: Iterable[str], *, limit: int) -> list[Latest]:
    """The articles of these sites that were published last; undated ones are none of them."""
    found: list[Latest] = []
    with told(conn):
        for slug in chosen:
            found += [
                Latest(id=i, site=s, title=t, published=p, version=v)
                for i, s, t, p, v in conn.execute(_LATEST, {"site": slug, "limit": limit})
            ]
    found.sort(key=lambda one: (one.published, one.id), reverse=True)
    return found[:limit]


def state(conn: sqlite3.Connection, site: str) -> State | None:
    """How a site was when somebody was last told; None if nobody was."""
    with told(conn):
        row = conn.execute(_STATE, (site,)).fetchone()
    return None if row is None else State(state=row[0], why=row[1], since=row[2])


def crawled(conn: sqlite3.Connection, site: str) -> Crawled:
    """When a site was crawled."""
    with told(conn):
        first, last, success, new = conn.execute(_CRAWLED, {"site": site}).fetchone()
    return Crawled(first=first, last=last, success=success, new=new)


def fill(conn: sqlite3.Connection, site: str, *, since: str, until: str) -> Fill:
    """What new articles of a site had, of those met on these days in Vietnam, inclusive."""
    with told(conn):
        articles, *found = conn.execute(_FILLS, (site, since, until)).fetchone()
    return Fill(articles=int(articles), found=dict(zip(FIELDS, map(int, found), strict=True)))


@contextmanager
def told(conn: sqlite3.Connection) -> Iterator[None]:
    """Turn SQLite's errors about the file into one line; a table it lacks means that it is old."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # a mistake of ours, not of the file
    except sqlite3.DatabaseError as error:
        path = Path(conn.execute("PRAGMA database_list").fetchone()[2])
        if str(error).startswith(("no such table", "no such index")):
            raise ArchiveError(
                f"{path}: written by an older newsarchive; the next crawl or refresh brings it "
                "up to date"
            ) from None
        raise explain(error, path) from error
