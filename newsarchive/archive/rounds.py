"""Crawls as the archive counts them: each one, and all of a day; how sites were when last told."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple

from newsarchive.archive._put import row_id
from newsarchive.archive._text import storable
from newsarchive.archive.checks import Checks
from newsarchive.clock import day_in_vietnam, instant
from newsarchive.model import Tally

_COUNTED = (
    "requested", "new", "changed", "unchanged", "failed", "lists", "listed", "known", "fresh",
    "refused", "forbidden", "gone", "returned", "rechecked",
)  # fmt: skip
# Of a day: what is added up, of a crawl and of the fields of its new articles.
_ADDED = (
    "requested", "new", "fresh", "changed", "gone", "returned", "rechecked", "refused", "failed",
    "lists",
)  # fmt: skip
FIELDS = (
    "articles", "published", "lead", "byline", "section", "image", "caption", "characters",
    "compared", "agreed",
)  # fmt: skip
_END = f"""
    UPDATE crawls SET finished = ?, outcome = ?, trouble = ?, why = ?, fields = ?,
        {", ".join(f"{name} = ?" for name in _COUNTED)}
    WHERE id = ? RETURNING site, started
"""  # noqa: S608  names of ours
_DAY = f"""
    INSERT INTO days(site, day, rounds, well, listed, trouble, {", ".join((*_ADDED, *FIELDS))})
    VALUES (?, ?, 1, ?, ?, ?, {", ".join("?" * len((*_ADDED, *FIELDS)))})
    ON CONFLICT(site, day) DO UPDATE SET rounds = rounds + 1, well = well + excluded.well,
        listed = max(listed, excluded.listed), trouble = coalesce(excluded.trouble, trouble),
        {", ".join(f"{name} = {name} + excluded.{name}" for name in (*_ADDED, *FIELDS))}
"""  # noqa: S608  names of ours
# Crawls of which nothing is kept but counts, and those are in `days`.
_QUIET = """
    DELETE FROM crawls WHERE site IN (SELECT slug FROM sites) AND started BETWEEN ? AND ?
        AND outcome = 'finished' AND trouble IS NULL AND new = 0 AND changed = 0 AND failed = 0
        AND refused = 0
        AND NOT EXISTS (SELECT 1 FROM captures WHERE crawl = crawls.id)
        AND EXISTS (SELECT 1 FROM crawls AS later
                    WHERE later.site = crawls.site AND later.started > crawls.started)
"""


class Told(NamedTuple):
    """How a site was when somebody was last told of it. since: when it was told."""

    state: str
    why: str
    since: str


class Rounds(Checks):
    """The part of the archive that counts crawls."""

    def begin_crawl(self, site: str, started: str) -> int:
        """Open a crawl of the site and return its id."""
        with self._writing() as conn:
            cursor = conn.execute(
                "INSERT INTO crawls(site, started) VALUES (?, ?)", (site, started)
            )
            return row_id(cursor)

    def latest_crawl(self, site: str) -> str | None:
        """When the site's latest crawl that came to its end began."""
        found = self._rows(
            "SELECT started FROM crawls WHERE site = ? AND outcome IN ('finished', 'failed') "
            "ORDER BY started DESC LIMIT 1",
            (site,),
        )
        return found[0][0] if found else None

    def end_crawl(self, crawl: int, tally: Tally, *, finished: str, outcome: str) -> None:
        """Record how a crawl ended and what it counted, and add that to its day's counts."""
        with self._writing() as conn:
            counts = [getattr(tally, name) for name in _COUNTED]
            why = storable(tally.why) if tally.why is not None else None
            fields = json.dumps(tally.fields)
            found = conn.execute(
                _END, (finished, outcome, tally.trouble, why, fields, *counts, crawl)
            ).fetchone()
            if found is None:
                raise ValueError(f"no crawl {crawl}")
            site, started = found
            conn.execute(
                _DAY,
                (
                    site,
                    day_in_vietnam(instant(started)),
                    int(tally.trouble is None),
                    tally.listed,
                    tally.trouble,
                    *(getattr(tally, name) for name in _ADDED),
                    *(tally.fields.get(name, 0) for name in FIELDS),
                ),
            )

    def forget_quiet_crawls(self, since: str, until: str) -> int:
        """Remove rows of crawls begun then that met nothing; their days keep the counts.

        The latest crawl of each site stays. Returns how many went.
        """
        with self._writing() as conn:
            return conn.execute(_QUIET, (since, until)).rowcount

    def told(self) -> dict[str, Told]:
        """How each site was when somebody was last told of it."""
        found = self._rows("SELECT site, state, why, since FROM health")
        return {site: Told(*rest) for site, *rest in found}

    def set_told(self, sites: Iterable[tuple[str, Told]]) -> None:
        """Record that somebody was told how these sites are."""
        with self._writing() as conn:
            conn.executemany(
                "INSERT INTO health(site, state, why, since) VALUES (?, ?, ?, ?) "
                "ON CONFLICT(site) DO UPDATE SET state = excluded.state, why = excluded.why, "
                "since = excluded.since",
                [(site, told.state, storable(told.why), told.since) for site, told in sites],
            )
