"""What an archive holds of the health of its sites, as rows. Never writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsarchive.archive._connect import explain, open_readonly
from newsarchive.clock import day_in_vietnam, instant
from newsarchive.errors import ArchiveError

_DAYS = "SELECT * FROM days WHERE site = ? AND day >= ? AND day <= ? ORDER BY day"
# Whatever met something or had trouble, and the latest ones all.
_ROUNDS = """
    SELECT started, finished, outcome, trouble, why, new, fresh, changed, gone, refused, failed,
        listed, fields
    FROM crawls
    WHERE site = :site AND started >= :since AND started <= :until
        AND (new > 0 OR refused > 0 OR trouble IS NOT NULL OR started >= :latest)
    ORDER BY started, id
"""
_SUCCESS = """
    SELECT max(started) FROM crawls
    WHERE site = ? AND started <= ? AND finished IS NOT NULL AND trouble IS NULL
"""
_NEW = "SELECT max(started) FROM crawls WHERE site = ? AND started <= ? AND new > 0"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRows:
    """One site's: rows of `days` and of `crawls`, each by the columns' names, the oldest first.

    last_success, last_new:
    starts of the latest crawl without trouble, and of the latest that met a new article, ever.
    """

    slug: str
    name: str
    days: list[dict[str, Any]]
    rounds: list[dict[str, Any]]
    last_success: str | None
    last_new: str | None


def read(path: Path, *, since: str, latest: str, until: str) -> Iterator[SiteRows]:
    """What the archive at `path` tells of each site that was ever crawled into it.

    since, until: times of ours; latest: from then on all crawls are told. Raises ArchiveError if
    the archive cannot be used, or was not written to since it counts what crawls meet.
    """
    with closing(open_readonly(path)) as conn:
        try:
            conn.row_factory = sqlite3.Row
            if conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'days'").fetchone() is None:
                raise ArchiveError(
                    f"{path}: tells nothing of its sites' health yet: it is of an older "
                    "newsarchive; the next crawl or refresh brings it up to date"
                )
            for slug, name in conn.execute(
                "SELECT slug, name FROM sites WHERE slug IN (SELECT site FROM crawls) ORDER BY slug"
            ).fetchall():
                yield _site(conn, slug, name, since=since, latest=latest, until=until)
        except sqlite3.DatabaseError as error:
            raise explain(error, path) from error


def _site(
    conn: sqlite3.Connection, slug: str, name: str, *, since: str, latest: str, until: str
) -> SiteRows:
    wanted = {"site": slug, "since": since, "latest": latest, "until": until}
    (success,) = conn.execute(_SUCCESS, (slug, until)).fetchone()
    (new,) = conn.execute(_NEW, (slug, until)).fetchone()
    # Days are Vietnam's, which begin seven hours before those of our times.
    days = conn.execute(_DAYS, (slug, since[:10], day_in_vietnam(instant(until))))
    return SiteRows(
        slug=slug,
        name=name,
        days=[dict(row) for row in days],
        rounds=[dict(row) for row in conn.execute(_ROUNDS, wanted)],
        last_success=success,
        last_new=new,
    )
