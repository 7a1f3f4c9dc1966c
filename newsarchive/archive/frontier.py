"""What a crawl steers by: addresses met and their state, sections walked, hosts a user named."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from newsarchive.archive._text import storable
from newsarchive.archive._writer import Writer
from newsarchive.sites import Site

# found: not asked yet. leased: a crawl has it in hand. done: an article was stored. refused:
# answered, but no article. skipped: an article older than --since, not stored. failed: no answer.
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
                       AND state IN ('done', 'refused')))
        AND NOT EXISTS (
            SELECT 1 FROM urls AS u JOIN articles AS a ON a.id = u.article
            JOIN checks AS c ON c.article = a.id
            WHERE u.key = asked.value AND a.gone IS NOT NULL AND c.due <= :now)
"""
_ENQUEUE = """
    INSERT INTO frontier(key, site, section, url, seen)
    SELECT ?, ?, ?, ?, ? WHERE
        NOT EXISTS (SELECT 1 FROM urls AS u JOIN articles AS a ON a.id = u.article
                    WHERE u.key = ? AND a.gone IS NULL)
    ON CONFLICT(key) DO NOTHING
"""
_PENDING = """
    SELECT key, url, section FROM frontier
    WHERE site = :site AND (state IN ('found', 'leased')
        OR state = 'failed' AND (next_try IS NULL OR :now IS NULL OR next_try <= :now)
        OR state = 'skipped' AND (:since IS NULL OR day IS NULL OR day >= :since))
    ORDER BY rowid
"""
_SETTLE = """
    UPDATE frontier SET state = ?, day = ?, attempts = attempts + 1, next_try = ? WHERE key = ?
"""


class Frontier(Writer):
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
        return [row[0] for row in self._rows("SELECT DISTINCT site FROM crawls ORDER BY site")]

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

    def enqueue(
        self, site: str, section: str | None, items: Sequence[tuple[str, str]], seen: str
    ) -> list[tuple[str, str]]:
        """Record addresses met; return the (key, url) pairs that were never met before.

        What an earlier crawl left unsettled is not new: `pending` hands it out.
        """
        with self._writing() as conn:
            return [
                (key, url)
                for key, url in items
                if conn.execute(_ENQUEUE, (key, site, section, storable(url), seen, key)).rowcount
            ]

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

        next_try: when a failed one is asked again at the earliest. A key that was never enqueued
        is left alone.
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
        self, site: str, *, since: str | None = None, now: str | None = None
    ) -> list[tuple[str, str, str | None]]:
        """(key, url, section) of the site's addresses to take up again, in the order met.

        Found ones, those a dead crawl had in hand, failed ones whose next try has come by `now`
        (None: all), and skipped ones unless their day is known to be before `since`
        ('YYYY-MM-DD'; None means no limit).
        """
        found = self._rows(_PENDING, {"site": site, "since": since, "now": now})
        return [(key, url, section) for key, url, section in found]

    def listing(self, url: str) -> str | None:
        """What a list linked to when it was last kept, as `set_listing` was told."""
        found = self._rows("SELECT links FROM listings WHERE url = ?", (url,))
        return found[0][0] if found else None

    def set_listing(self, site: str, url: str, links: str, seen: str) -> None:
        """Record that a list is kept as it is now; links: what tells it from other states."""
        with self._writing() as conn:
            conn.execute(
                "INSERT INTO listings(url, site, links, kept, seen) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT DO UPDATE SET links = excluded.links, kept = excluded.kept, "
                "seen = excluded.seen, same = 0",
                (url, site, links, seen, seen),
            )

    def count_listing(self, url: str, seen: str) -> None:
        """Count a look at a list that linked to the same as when it was last kept."""
        with self._writing() as conn:
            conn.execute("UPDATE listings SET seen = ?, same = same + 1 WHERE url = ?", (seen, url))

    def section_complete(self, site: str, url: str) -> bool:
        """Whether this section was once walked to its end."""
        found = self._rows("SELECT complete FROM sections WHERE site = ? AND url = ?", (site, url))
        return bool(found and found[0][0])

    def sections(self, site: str) -> list[str]:
        """Addresses, or names, of the site's sections met so far, in the order met."""
        return [
            row[0]
            for row in self._rows("SELECT url FROM sections WHERE site = ? ORDER BY rowid", (site,))
        ]

    def note_section(self, site: str, url: str, met: str) -> None:
        """Record a section that was met, of which nothing else is known yet."""
        with self._writing() as conn:
            conn.execute(
                "INSERT INTO sections(site, url, complete, walked) VALUES (?, ?, 0, ?) "
                "ON CONFLICT DO NOTHING",
                (site, url, met),
            )

    def set_section(self, site: str, url: str, complete: bool, walked: str) -> None:
        """Record whether the section is known to its end, and when it was last walked."""
        with self._writing() as conn:
            conn.execute(
                "INSERT INTO sections(site, url, complete, walked) VALUES (?, ?, ?, ?) "
                "ON CONFLICT(site, url) DO UPDATE SET complete = excluded.complete, "
                "walked = excluded.walked",
                (site, url, int(complete), walked),
            )

    def doubt_sections(self, site: str) -> None:
        """Take back that the site's sections are known to their end.

        A crawl does so with the first new address it records: if it is killed, the articles it
        stored must not look to the next one like those of a walk that reached the end.
        """
        with self._writing() as conn:
            conn.execute("UPDATE sections SET complete = 0 WHERE site = ?", (site,))
