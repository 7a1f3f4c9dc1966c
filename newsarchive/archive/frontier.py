"""What a crawl steers by: addresses met and their state, sections walked, hosts a user named."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from newsarchive.archive._writer import Writer, storable
from newsarchive.sites import Site

# done: an article was stored. refused: answered, but no article. skipped: an article older than
# --since, not stored. failed: no answer; found: not asked yet.
STATES = ("found", "done", "refused", "skipped", "failed")

# Every key of an article is in `urls`, its first one too.
_KNOWN = """
    SELECT value FROM json_each(?) AS asked WHERE
        EXISTS (SELECT 1 FROM urls WHERE key = asked.value)
        OR EXISTS (SELECT 1 FROM frontier WHERE key = asked.value
                   AND state IN ('done', 'refused'))
"""
_ENQUEUE = """
    INSERT INTO frontier(key, site, section, url, seen)
    SELECT ?, ?, ?, ?, ? WHERE
        NOT EXISTS (SELECT 1 FROM urls WHERE key = ?)
    ON CONFLICT(key) DO NOTHING
"""
_PENDING = """
    SELECT key, url, section FROM frontier
    WHERE site = ? AND (state IN ('found', 'failed')
        OR state = 'skipped' AND (? IS NULL OR day IS NULL OR day >= ?))
    ORDER BY rowid
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

    def followed(self) -> list[str]:
        """Slugs of the sites that were ever crawled into this archive, in their order."""
        return [row[0] for row in self._rows("SELECT DISTINCT site FROM crawls ORDER BY site")]

    def known(self, keys: Iterable[str]) -> set[str]:
        """Those of `keys` that need no fetch: an article's, or settled as done or refused."""
        return {row[0] for row in self._rows(_KNOWN, (json.dumps(list(keys)),))}

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

    def settle(self, key: str, state: str, *, day: str | None = None) -> None:
        """Record what became of an address: one of STATES; for 'skipped' the article's `day`.

        A key that was never enqueued is left alone.
        """
        if state not in STATES:
            raise ValueError(f"state {state!r} is none of {', '.join(STATES)}")
        with self._writing() as conn:
            conn.execute(
                "UPDATE frontier SET state = ?, day = ?, attempts = attempts + 1 WHERE key = ?",
                (state, day, key),
            )

    def pending(self, site: str, *, since: str | None = None) -> list[tuple[str, str, str | None]]:
        """(key, url, section) of the site's addresses to take up again, in the order met.

        Found and failed ones, and skipped ones unless their day is known to be before `since`
        ('YYYY-MM-DD'; None means no limit).
        """
        found = self._rows(_PENDING, (site, since, since))
        return [(key, url, section) for key, url, section in found]

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
