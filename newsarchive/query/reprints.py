"""Which articles tell the same story, and who told it first.

Stories are found as articles are stored (`newsarchive reprints` finds those of an older archive).
Withheld articles are in none; those that are gone from their portals are, and say so.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from newsarchive.query.places import told

# A day alone sorts before the times of that day, as text does.
_OF = """
    SELECT a.id, a.published, a.first_seen, a.site, a.url, a.title, a.gone,
        coalesce(l.similarity, r.similarity)
    FROM reprints AS own JOIN reprints AS r ON r.story = own.story
    JOIN articles AS a ON a.id = r.article
    LEFT JOIN likenesses AS l ON l.article = own.article AND l.other = r.article
    WHERE own.article = ? AND a.withheld IS NULL
"""
# Of two or more: what is withheld leaves its story, and a story of one is none.
_MOST = """
    SELECT id, articles, sites, day FROM stories
    WHERE (:since IS NULL OR day >= :since) AND (:until IS NULL OR day <= :until)
        AND articles > 1
    ORDER BY sites DESC, articles DESC, day DESC, id DESC LIMIT :limit
"""
_TELLING = """
    SELECT r.story, a.id, a.published, a.first_seen, a.site, a.url, a.title
    FROM json_each(?) AS asked CROSS JOIN reprints AS r ON r.story = asked.value
    JOIN articles AS a ON a.id = r.article WHERE a.withheld IS NULL
"""
_TABLE = "SELECT 1 FROM sqlite_master WHERE name = 'reprints'"
_DAY = len("2022-08-22")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprint:
    """Another article that tells the same story.

    published: as stored, a time in Vietnam or a day. first: whether it is known to have told the
    story first. similarity: of 0 to 1, with the article that was asked for; where the two were
    not compared, with the one of the story that is most like it. gone: since when the portal has
    it no more (UTC).
    """

    article: int
    site: str
    url: str
    title: str
    published: str | None
    first: bool
    similarity: float
    gone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story that several articles tell: how many they are, on how many sites.

    day: of the earliest that is dated. article: the one that told it first, or, where that is not
    known (`first` is False), one of the earliest; with its site, url, title and publication.
    """

    story: int
    articles: int
    sites: int
    day: str | None
    article: int
    site: str
    url: str
    title: str
    published: str | None
    first: bool


class _Telling(NamedTuple):
    article: int
    published: str | None
    first_seen: str
    site: str
    url: str
    title: str
    gone: str | None = None
    similarity: float = 0.0

    @property
    def order(self) -> tuple[bool, str, str, int]:
        """By publication, undated ones last, then by when it was met."""
        return self.published is None, self.published or "", self.first_seen, self.article


def of(conn: sqlite3.Connection, article: int) -> list[Reprint]:
    """The other articles that tell the story of this one, the earliest first.

    Empty where there are none, and in an archive that an older newsarchive wrote. Whether the
    article itself was first, `first` tells. Raises ArchiveError.
    """
    tellings = _tellings(conn, article)
    known = _first(tellings)
    return [
        Reprint(
            article=t.article, site=t.site, url=t.url, title=t.title, published=t.published,
            first=t.article == known, similarity=t.similarity, gone=t.gone,
        )
        for t in sorted(tellings, key=lambda t: t.order)
        if t.article != article
    ]  # fmt: skip


def first(conn: sqlite3.Connection, article: int) -> int | None:
    """The id of the article that told the story of this one first.

    None where it tells no story of others, or where what is printed does not say who was first:
    no date, the same minute, or the same day where one of them gives no time. Raises ArchiveError.
    """
    return _first(_tellings(conn, article))


def most(
    conn: sqlite3.Connection,
    *,
    since: str | None = None,
    until: str | None = None,
    limit: int = 20,
) -> list[Story]:
    """The stories that most sites tell, then those that most articles tell.

    since, until: days on which a story was first published, inclusive. Raises ArchiveError.
    """
    with told(conn):
        choice = {"since": since, "until": until, "limit": limit}
        found = conn.execute(_MOST, choice).fetchall()
        rows = conn.execute(_TELLING, (json.dumps([row[0] for row in found]),)).fetchall()
    tellings: dict[int, list[_Telling]] = defaultdict(list)
    for story, *values in rows:
        tellings[story].append(_Telling(*values))
    return [
        _story(story, articles, sites, day, tellings[story])
        for story, articles, sites, day in found
        if story in tellings
    ]


def _story(
    story: int, articles: int, sites: int, day: str | None, tellings: list[_Telling]
) -> Story:
    known = _first(tellings)
    shown = min(tellings, key=lambda t: (t.article != known, t.order))
    return Story(
        story=story, articles=articles, sites=sites, day=day, article=shown.article,
        site=shown.site, url=shown.url, title=shown.title, published=shown.published,
        first=shown.article == known,
    )  # fmt: skip


def _tellings(conn: sqlite3.Connection, article: int) -> list[_Telling]:
    """All articles of the story that this one tells, itself too."""
    with told(conn):
        if conn.execute(_TABLE).fetchone() is None:
            return []
        return [_Telling(*row) for row in conn.execute(_OF, (article,))]


def _first(tellings: Iterable[_Telling]) -> int | None:
    """Who is known to have been first."""
    dated = [(t.published, t.article) for t in tellings if t.published]
    if not dated:
        return None
    day = min(published[:_DAY] for published, _ in dated)
    early = sorted(one for one in dated if one[0].startswith(day))
    if len(early) == 1:
        return early[0][1]
    # A day alone, which sorts first, may have been any time of it.
    if len(early[0][0]) == _DAY or early[0][0] == early[1][0]:
        return None
    return early[0][1]
