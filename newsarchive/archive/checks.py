"""When known articles are looked at again, and what a look that does not find one means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from newsarchive.archive.history import History

# Withheld articles are asked no more. Of gone ones it is asked at times whether they returned.
_CHECK = """
    SELECT a.id, a.key, a.url, a.gone, a.published_day, a.first_seen, a.parser, c.unchanged,
        c.missed, c.how, c.checked
"""
_WHERE = "a.site = ? AND a.withheld IS NULL AND a.url NOT LIKE 'urn:%'"
# From what is due to its articles, never the other way: most articles are not due.
_DUE = f"""{_CHECK}
    FROM checks AS c CROSS JOIN articles AS a ON a.id = c.article
    WHERE {_WHERE} AND c.due <= ?
    ORDER BY c.due, a.id LIMIT ?
"""
_ALL = f"""{_CHECK}
    FROM articles AS a CROSS JOIN checks AS c ON c.article = a.id
    WHERE {_WHERE}
    ORDER BY c.due, a.id
"""
# Pages of known articles that crawls kept which died before they were read: since the last crawl
# that came to its end, which had read what the others before it left.
_UNREAD = """CHECK_, page.id
    FROM crawls AS dead CROSS JOIN captures AS page ON page.crawl = dead.id
    CROSS JOIN urls AS u ON u.url = page.url
    CROSS JOIN articles AS a ON a.id = u.article
    CROSS JOIN checks AS c ON c.article = a.id
    WHERE WHERE_ AND dead.site = ? AND dead.finished IS NULL
        AND dead.id > (
            SELECT coalesce(max(id), 0) FROM crawls WHERE site = ? AND finished IS NOT NULL
        )
        AND page.status = 200 AND page.via = 'live'
        AND NOT EXISTS (SELECT 1 FROM revisits WHERE capture = page.id)
        AND NOT EXISTS (SELECT 1 FROM observations WHERE capture = page.id)
        AND NOT EXISTS (SELECT 1 FROM problems WHERE capture = page.id)
    ORDER BY page.fetched, page.id
""".replace("CHECK_", _CHECK).replace("WHERE_", _WHERE)
_CHECKED = """
    INSERT INTO checks(article, due, checked, unchanged) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET due = excluded.due, checked = excluded.checked, missed = NULL,
        how = NULL, capture = NULL,
        unchanged = iif(excluded.unchanged, checks.unchanged + 1, 0)
"""
_LOOK = """
    INSERT INTO rhythms(site, age, looks, days, changes) VALUES (?, ?, 1, ?, ?)
    ON CONFLICT DO UPDATE SET looks = looks + 1, days = days + excluded.days,
        changes = changes + excluded.changes
"""
_FULL = """
    SELECT id, record_id, etag, last_modified, digest FROM captures
    WHERE url = ? AND status = 200 AND via = 'live' ORDER BY fetched DESC, id DESC LIMIT 2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """An article to be looked at again.

    published: its day, or None. parser: what read it. unchanged: how many looks in a row found it
    as it was. missed, how: when and in which way the latest look did not find it, if it did not.
    checked: when it was last looked at again.
    """

    article: int
    key: str
    url: str
    gone: str | None
    published: str | None
    first_seen: str
    parser: str
    unchanged: int = 0
    missed: str | None = None
    how: str | None = None
    checked: str | None = None


_FIELDS = tuple(Check.__slots__)


class Rhythm(NamedTuple):
    """How a site's articles of one age change: looks at them again, the days between these looks
    and those before, and the changes met."""

    looks: int = 0
    days: float = 0.0
    changes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a conditional request may send; None where it did not prove itself."""

    etag: str | None = None
    last_modified: str | None = None


class Checks(History):
    """The part of the archive that knows when to look at an article again."""

    def due(self, site: str, until: str | None, most: int = -1) -> list[Check]:
        """The site's articles to be looked at by the time `until`, the longest due first.

        until: None for all, due or not. most: no more of those that are due; -1 for all.
        """
        found = (
            self._rows(_ALL, (site,)) if until is None else self._rows(_DUE, (site, until, most))
        )
        return [Check(**dict(zip(_FIELDS, row, strict=True))) for row in found]

    def left_unread(self, site: str) -> list[tuple[Check, int]]:
        """Captures of the site's known articles that crawls which died did not come to read, the
        oldest first."""
        return [
            (Check(**dict(zip(_FIELDS, row[:-1], strict=True))), row[-1])
            for row in self._rows(_UNREAD, (site,) * 3)
        ]

    def pictures_of(self, article: int) -> set[str]:
        """The addresses of an article's pictures."""
        found = self._rows("SELECT url FROM images WHERE article = ?", (article,))
        return {url for (url,) in found if url}

    def look_by(self, picture: str, due: str) -> None:
        """Look by the time `due` at the articles that show the picture of this address."""
        with self._writing() as conn:
            conn.execute(
                "UPDATE checks SET due = min(due, ?) "
                "WHERE article IN (SELECT article FROM images WHERE url = ?)",
                (due, picture),
            )

    def validators(self, url: str) -> Validators:
        """What the latest answer of this address gave to ask by, as far as it can be trusted.

        A validator proves itself by staying the same over two identical bodies: NukeViet's
        Last-Modified is always yesterday's, and an ETag may be made anew for each answer.
        """
        found = self._rows(_FULL, (url,))
        if len(found) < 2 or found[0][4] != found[1][4]:
            return Validators()
        (_, _, etag, modified, _), (_, _, etag_before, modified_before, _) = found
        return Validators(
            etag=etag if etag == etag_before else None,
            last_modified=modified if modified == modified_before else None,
        )

    def schedule(self, key: str, due: str) -> None:
        """Look at the article of this key at `due`, if no other look at it has been planned."""
        with self._writing() as conn:
            conn.execute(
                "UPDATE checks SET due = ? WHERE checked IS NULL AND missed IS NULL "
                "AND article = (SELECT article FROM urls WHERE key = ?)",
                (due, key),
            )

    def checked(self, article: int, *, seen: str, due: str, changed: bool) -> None:
        """Record that a look found the article; a look that did not is forgotten by it."""
        with self._writing() as conn:
            conn.execute(_CHECKED, (article, due, seen, int(not changed)))

    def miss(
        self, article: int, *, how: str, seen: str, due: str, capture: int | None, gone: bool
    ) -> None:
        """Record that a look did not find the article.

        gone: whether that confirms an earlier such look; the article is gone since the first.
        """
        with self._writing() as conn:
            conn.execute(
                "UPDATE checks SET due = ?, checked = ?, unchanged = 0, how = ?, "
                "capture = iif(missed IS NULL, ?, capture), missed = coalesce(missed, ?) "
                "WHERE article = ?",
                (due, seen, how, capture, seen, article),
            )
            if gone:
                since, first = conn.execute(
                    "SELECT missed, capture FROM checks WHERE article = ?", (article,)
                ).fetchone()
                self.set_gone(article, since=since, capture=first)
                conn.execute(
                    "UPDATE checks SET missed = NULL, how = NULL, capture = NULL WHERE article = ?",
                    (article,),
                )

    def rhythms(self, site: str) -> dict[int, Rhythm]:
        """How the site's articles change, by their age as `count_look` was told it."""
        found = self._rows("SELECT age, looks, days, changes FROM rhythms WHERE site = ?", (site,))
        return {age: Rhythm(*rest) for age, *rest in found}

    def count_look(self, site: str, age: int, *, days: float, changed: bool) -> None:
        """Count a look at a known article of this age, so many days after the one before."""
        with self._writing() as conn:
            conn.execute(_LOOK, (site, age, days, int(changed)))

    def postpone(self, articles: Sequence[int], due: str) -> None:
        """Look at these articles again at `due`, not before."""
        with self._writing() as conn:
            conn.executemany(
                "UPDATE checks SET due = ? WHERE article = ?",
                [(due, article) for article in articles],
            )
