"""What a crawl steers by: addresses met and their state, hosts a user named."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from newsarchive.archive._text import storable
from newsarchive.archive.sections import Sections
from newsarchive.sites import Site

# found: not asked yet. leased: a crawl has it in hand. done: an article was stored. refused:
# answered, but no article, or gone. skipped: an article older than --since, not stored. failed: no
# answer, or not all of one. One that is done and has a next try was stored by another worker of a
# shared crawl: it is asked then, unless a merge brought it by that time.
STATES = ("found", "leased", "done", "refused", "skipped", "failed")

# Every key of an article is in `urls`, its first one too. A gone one that a list links to again
# may have returned: it is asked when it is due.
_KNOWN = """
    SELECT value FROM json_each(:keys) AS asked WHERE
        EXISTS (SELECT 1 FROM withholdings WHERE key = asked.value)
        OR EXISTS (SELECT 1 FROM frontier WHERE key = asked.value AND state = 'failed'
                   AND :patient AND next_try > :now)
        OR (EXISTS (SELECT 1 FROM urls WHERE key = asked.value)
            OR EXISTS (SELECT 1 FROM frontier WHERE key = asked.value
                       AND (state = 'done' OR state = 'refused'
                            AND (next_try IS NULL OR next_try > :now))))
        AND NOT EXISTS (
            SELECT 1 FROM urls AS u JOIN articles AS a ON a.id = u.article
            JOIN checks AS c ON c.article = a.id
            WHERE u.key = asked.value AND a.gone IS NOT NULL AND c.due <= :now)
"""
_ALL_KNOWN = """
    SELECT key FROM withholdings
    UNION SELECT u.key FROM urls AS u JOIN articles AS a ON a.id = u.article
        WHERE a.site = :site AND NOT (a.gone IS NOT NULL AND EXISTS (
            SELECT 1 FROM checks AS c WHERE c.article = a.id AND c.due <= :now))
    UNION SELECT key FROM frontier WHERE site = :site AND state IN ('done', 'refused')
        AND (next_try IS NULL OR next_try > :now)
"""
# What of a list was met by a time: what no later list can hide anything behind.
_MET = """
    SELECT value FROM json_each(:keys) AS asked WHERE
        EXISTS (SELECT 1 FROM withholdings WHERE key = asked.value)
        OR EXISTS (SELECT 1 FROM frontier WHERE key = asked.value AND seen <= :by)
"""
_NEWEST = """
    SELECT max(a.published_day) FROM json_each(?) AS asked
    JOIN urls AS u ON u.key = asked.value JOIN articles AS a ON a.id = u.article
    WHERE a.gone IS NULL
"""
# A known article has its row too: it says when a list first named it.
_ENQUEUE = """
    INSERT INTO frontier(key, site, section, url, seen, state)
    SELECT :key, :site, :section, :url, :seen, iif(EXISTS (
        SELECT 1 FROM urls AS u JOIN articles AS a ON a.id = u.article
        WHERE u.key = :key AND a.gone IS NULL), 'done', 'found')
    WHERE NOT EXISTS (SELECT 1 FROM withholdings WHERE key = :key)
    ON CONFLICT(key) DO NOTHING
    RETURNING state
"""
_FOLLOWED = """
    SELECT slug FROM sites WHERE EXISTS (SELECT 1 FROM crawls WHERE site = slug) ORDER BY slug
"""
_PENDING = """
    SELECT key, url, section FROM frontier
    WHERE site = :site AND (state IN ('found', 'leased', 'failed', 'skipped', 'refused')
        OR state = 'done' AND next_try IS NOT NULL)
        AND (state IN ('found', 'leased')
        OR state = 'failed' AND (next_try IS NULL OR :now IS NULL OR next_try <= :now)
        OR state IN ('refused', 'done') AND next_try <= :today
        OR state = 'skipped' AND (:since IS NULL OR day IS NULL OR day >= :since))
    ORDER BY rowid
"""
_SETTLE = """
    UPDATE frontier SET state = ?, day = ?, attempts = attempts + 1, next_try = ? WHERE key = ?
"""


class Frontier(Sections):
    """The part of the archive that a crawl steers by."""

    def register_site(self, site: Site) -> None:
        """Make or update the row of a site; everything else of that site refers to it."""
        row = {
            "slug": site.slug,
            "name": site.name,
            "province": site.province,
            "province_2025": site.province_2025,
            "home": site.home,
            "active": int(site.active),
        }
        with self._writing():
            self._db.table("sites").upsert(row, pk="slug")

    def register_portal(self, slug: str, home: str) -> None:
        """Make the row of a portal without rules, called by its host, unless it is there."""
        with self._writing() as conn:
            conn.execute(
                "INSERT INTO sites(slug, name, home) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (slug, slug, home),
            )

    def name_host(self, site: str, host: str, port: int) -> None:
        """Record that a user named this host and port for this site."""
        with self._writing() as conn:
            conn.execute(
                "INSERT INTO named_hosts(site, host, port) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (site, host, port),
            )

    def named_hosts(self, site: str) -> set[tuple[str, int]]:
        """Host and port pairs that a user named for this site."""
        found = self._rows("SELECT host, port FROM named_hosts WHERE site = ?", (site,))
        return {(host, port) for host, port in found}

    def abandon_crawls(self, site: str) -> None:
        """Record of the site's crawls that have no end that they died. For whoever holds its lock:
        nobody else crawls it."""
        with self._writing() as conn:
            conn.execute(
                "UPDATE crawls SET outcome = 'killed' "
                "WHERE site = ? AND finished IS NULL AND outcome IS NULL",
                (site,),
            )

    def followed(self) -> list[str]:
        """Slugs of the sites that were ever crawled into this archive, in their order."""
        return [row[0] for row in self._rows(_FOLLOWED)]

    def home(self, site: str) -> str | None:
        """The address at which a crawl of the site begins; None for one that is not there."""
        found = self._rows("SELECT home FROM sites WHERE slug = ?", (site,))
        return found[0][0] if found else None

    def known(self, keys: Iterable[str], now: str = "", *, patient: bool = False) -> set[str]:
        """Those of `keys` that need no fetch: an article's, or settled as done or refused.

        An article that is gone is not among them once it is due by `now`. patient: among them are
        pages that failed, until their next try has come.
        """
        asked = {"keys": json.dumps(list(keys)), "now": now, "patient": patient}
        return {row[0] for row in self._rows(_KNOWN, asked)}

    def all_known(self, site: str, now: str) -> Iterator[str]:
        """Keys of all articles of the site that need no fetch, and of all that is withheld."""
        for (name,) in self._rows(_ALL_KNOWN, {"site": site, "now": now}):
            yield name

    def met(self, keys: Iterable[str], by: str) -> set[str]:
        """Those of `keys` that a list named by the time `by`, and those that are withheld."""
        found = self._rows(_MET, {"keys": json.dumps(list(keys)), "by": by})
        return {row[0] for row in found}

    def newest(self, keys: Iterable[str]) -> str | None:
        """The latest day on which one of these articles, as far as known, was published."""
        found = self._rows(_NEWEST, (json.dumps(list(keys)),))
        return found[0][0] if found else None

    def enqueue(
        self, site: str, section: str | None, items: Sequence[tuple[str, str]], seen: str
    ) -> list[tuple[str, str]]:
        """Record addresses that a list named; return the (key, url) pairs never met before.

        What an earlier crawl left unsettled is not new: `pending` hands it out.
        """
        new = []
        with self._writing() as conn:
            for key, url in items:
                row = {"key": key, "site": site, "section": section, "url": storable(url)}
                if conn.execute(_ENQUEUE, row | {"seen": seen}).fetchone() == ("found",):
                    new.append((key, url))
        return new

    def lease(self, keys: Iterable[str]) -> None:
        """Record that a crawl has these addresses in hand; one that dies leaves them so."""
        with self._writing() as conn:
            conn.executemany(
                "UPDATE frontier SET state = 'leased' WHERE key = ? AND state <> 'leased'",
                [(key,) for key in keys],
            )

    def settle(
        self, key: str, state: str, *, day: str | None = None, next_try: str | None = None
    ) -> None:
        """Record what became of an address: one of STATES; for 'skipped' the article's `day`.

        next_try: when a failed or refused one is asked again at the earliest. A key that was never
        enqueued is left alone.
        """
        if state not in STATES:
            raise ValueError(f"state {state!r} is none of {', '.join(STATES)}")
        with self._writing() as conn:
            conn.execute(_SETTLE, (state, day, next_try, key))

    def attempts(self, key: str) -> int:
        """How often an address was asked; 0 for one never met."""
        found = self._rows("SELECT attempts FROM frontier WHERE key = ?", (key,))
        return int(found[0][0]) if found else 0

    def pending(
        self,
        site: str,
        *,
        since: str | None = None,
        now: str | None = None,
        today: str | None = None,
    ) -> list[tuple[str, str, str | None]]:
        """(key, url, section) of the site's addresses to take up again, in the order met.

        Found ones, those a dead crawl had in hand, failed ones whose next try has come by `now`
        (None: all), refused ones and those that another worker stored whose next try has come by
        `today`, and skipped ones unless their day is known to be before `since` ('YYYY-MM-DD';
        None means no limit).
        """
        found = self._rows(_PENDING, {"site": site, "since": since, "now": now, "today": today})
        return [(key, url, section) for key, url, section in found]
