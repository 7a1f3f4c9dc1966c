"""What the archive tells of a time: volumes, edits, deletions, and how far it was looked at.

Days are Vietnam's, inclusive. What is withheld is in none of it. Raises ArchiveError.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from newsarchive.clock import VIETNAM, stamp
from newsarchive.query.places import told

_WITHHELD = "(SELECT id FROM articles WHERE withheld IS NOT NULL)"
_PUBLISHED = f"""
    SELECT site, published_day, count(*) FROM articles INDEXED BY articles_site
    WHERE site = :site AND published_day >= :since AND published_day <= :until
        AND id NOT IN {_WITHHELD}
    GROUP BY published_day
"""  # noqa: S608  names of ours
_UNDATED = """
    SELECT count(*) FROM articles INDEXED BY articles_site
    WHERE site = :site AND published_day IS NULL AND first_seen >= :begin AND first_seen < :end
        AND withheld IS NULL
"""
_EDITS = """
    SELECT v.article, v.version, v.seen, a.site, a.url, a.published, v.title, a.gone
    FROM versions AS v INDEXED BY versions_edited JOIN articles AS a ON a.id = v.article
    WHERE v.version > 1 AND v.seen >= :begin AND v.seen < :end AND a.withheld IS NULL
    ORDER BY v.seen DESC, v.article DESC
"""
_TWO = """
    SELECT title, lead, byline, source, section, published, body, images FROM versions
    WHERE article = ? AND version IN (?, ?) ORDER BY version
"""
_PARTS = ("title", "lead", "byline", "source", "section", "published", "body", "images")
_TAKEN = """
    SELECT id, site, url, title, published, gone FROM articles INDEXED BY articles_taken
    WHERE site = :site AND gone >= :begin AND gone < :end AND withheld IS NULL
    ORDER BY gone DESC, id DESC
"""
_RETURNED = """
    SELECT a.site, count(*) FROM events AS e JOIN articles AS a ON a.id = e.article
    WHERE e.what = 'returned' AND e.seen >= :begin AND e.seen < :end AND a.withheld IS NULL
    GROUP BY a.site
"""
_LOOKS = """
    SELECT site, day, rounds, well, trouble FROM days WHERE day >= :since AND day <= :until
"""
_TROUBLES = """
    SELECT site, trouble, min(started), max(started), count(*) FROM crawls
    WHERE started >= :begin AND started < :end AND trouble IS NOT NULL
    GROUP BY site, trouble ORDER BY site, min(started)
"""
_CRAWLED = """
    SELECT site, min(started), max(CASE WHEN finished IS NOT NULL AND trouble IS NULL
        THEN started END) FROM crawls GROUP BY site
"""
_SPAN = """
    SELECT (SELECT published_day FROM articles WHERE published_day IS NOT NULL
            AND withheld IS NULL ORDER BY published_day LIMIT 1),
        (SELECT published_day FROM articles WHERE published_day IS NOT NULL
            AND withheld IS NULL ORDER BY published_day DESC LIMIT 1)
"""

_KNOWN = """
    SELECT EXISTS (SELECT 1 FROM articles WHERE published_day >= :since
            AND published_day <= :until AND withheld IS NULL)
        OR EXISTS (SELECT 1 FROM crawls WHERE started >= :begin AND started < :end)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From a day to another one, both in it."""

    since: date
    until: date

    @property
    def days(self) -> list[date]:
        """Every day of it."""
        count = (self.until - self.since).days + 1
        return [self.since + timedelta(days=number) for number in range(count)]

    @property
    def begin(self) -> str:
        """Its first moment, as times of ours are written (UTC)."""
        return stamp(datetime.combine(self.since, time(), VIETNAM))

    @property
    def end(self) -> str:
        """The first moment after it (UTC)."""
        return stamp(datetime.combine(self.until + timedelta(days=1), time(), VIETNAM))

    def values(self) -> dict[str, Any]:
        """Its bounds, as the statements name them."""
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "begin": self.begin,
            "end": self.end,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A version after the first one. seen: when it was met (UTC); title: as it says now."""

    article: int
    version: int
    seen: str
    site: str
    url: str
    published: str | None
    title: str
    gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An article that its site took down. gone: when the first look missed it (UTC)."""

    article: int
    site: str
    url: str
    title: str
    published: str | None
    gone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """The crawls of a site on a day: how many, how many of them without trouble, what trouble."""

    rounds: int
    well: int
    trouble: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A trouble of a site: starts of the first and last crawl that met it (UTC), how many did."""

    site: str
    kind: str
    first: str
    last: str
    rounds: int


def published(conn: sqlite3.Connection, site: str, period: Period) -> dict[date, int]:
    """How many of a site's articles were published, by day; days without any are left out."""
    with told(conn):
        rows = conn.execute(_PUBLISHED, {"site": site, **period.values()}).fetchall()
    return {date.fromisoformat(day): count for _, day, count in rows}


def undated(conn: sqlite3.Connection, site: str, period: Period) -> int:
    """How many articles without a date were first met in that time."""
    with told(conn):
        found = conn.execute(_UNDATED, {"site": site, **period.values()}).fetchone()
    return int(found[0])


def edits(conn: sqlite3.Connection, period: Period) -> Iterator[Edit]:
    """Every edit that was met in that time, the latest first."""
    with told(conn):
        for article, version, seen, site, url, day, title, gone in conn.execute(
            _EDITS, period.values()
        ):
            yield Edit(
                article=article, version=version, seen=seen, site=site, url=url, published=day,
                title=title, gone=gone is not None,
            )  # fmt: skip


def parts_changed(conn: sqlite3.Connection, edit: Edit) -> tuple[list[str], str | None]:
    """Which parts of an article an edit changed, and its title before if that was one of them."""
    with told(conn):
        rows = conn.execute(_TWO, (edit.article, edit.version - 1, edit.version)).fetchall()
    if len(rows) < 2:
        return [], None
    before, after = rows
    changed = [name for name, one, other in zip(_PARTS, before, after, strict=True) if one != other]
    return changed, before[0] if "title" in changed else None


def taken(conn: sqlite3.Connection, site: str, period: Period) -> list[Taken]:
    """The articles that a site took down in that time and that are gone still, the latest first."""
    with told(conn):
        return [
            Taken(article=i, site=s, url=u, title=t, published=p, gone=g)
            for i, s, u, t, p, g in conn.execute(_TAKEN, {"site": site, **period.values()})
        ]


def returned(conn: sqlite3.Connection, period: Period) -> dict[str, int]:
    """How many articles that were gone came back in that time, by site."""
    with told(conn):
        return dict(conn.execute(_RETURNED, period.values()).fetchall())


def looks(conn: sqlite3.Connection, period: Period) -> dict[str, dict[date, Looks]]:
    """The crawls of that time, by site and day."""
    found: dict[str, dict[date, Looks]] = {}
    with told(conn):
        for site, day, rounds, well, trouble in conn.execute(_LOOKS, period.values()):
            looked = Looks(rounds=rounds, well=well, trouble=trouble)
            found.setdefault(site, {})[date.fromisoformat(day)] = looked
    return found


def troubles(conn: sqlite3.Connection, period: Period) -> list[Trouble]:
    """What crawls of that time met of trouble with whole sites."""
    with told(conn):
        return [
            Trouble(site=site, kind=kind, first=first, last=last, rounds=rounds)
            for site, kind, first, last, rounds in conn.execute(_TROUBLES, period.values())
        ]


def crawled(conn: sqlite3.Connection) -> dict[str, tuple[str, str | None]]:
    """Of each site that was ever crawled the first crawl, and the latest without trouble (UTC)."""
    with told(conn):
        return {site: (first, success) for site, first, success in conn.execute(_CRAWLED)}


def span(conn: sqlite3.Connection) -> tuple[date, date] | None:
    """The days of publication of the oldest and the newest article; None if none has a day."""
    with told(conn):
        first, last = conn.execute(_SPAN).fetchone()
    return None if first is None else (date.fromisoformat(first), date.fromisoformat(last))


def is_known(conn: sqlite3.Connection, period: Period) -> bool:
    """Whether there is an article of that time, or a crawl: else nothing can be said of it."""
    with told(conn):
        return bool(conn.execute(_KNOWN, period.values()).fetchone()[0])


def is_gone(conn: sqlite3.Connection, article: int) -> bool:
    """Whether a site took an article down."""
    with told(conn):
        row = conn.execute("SELECT gone FROM articles WHERE id = ?", (article,)).fetchone()
    return row is not None and row[0] is not None
