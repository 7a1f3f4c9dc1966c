"""How many articles there are, by site and month of publication: from rolled-up counts alone.

Articles that are gone from their portals count too (`gone` says how many they are), withheld ones
do not. Undated articles have a row of their own, whose month is None.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import NamedTuple

from newsarchive.query._filters import of_province
from newsarchive.query.places import told

# Overlaps the choice: a month is counted as a whole.
_MONTHS = """
    SELECT nullif(v.month, '') AS month, v.site, v.articles, v.edited, v.gone
    FROM volumes AS v
    WHERE (:site IS NULL OR v.site = :site)
        AND (:sites IS NULL OR v.site IN (SELECT value FROM json_each(:sites)))
        AND (:since IS NULL OR v.month >= substr(:since, 1, 7))
        AND (:until IS NULL OR v.month BETWEEN '0' AND substr(:until, 1, 7))
    ORDER BY v.month = '', v.month, v.site
"""
_SITES = """
    SELECT s.slug, s.name, s.province, s.province_2025, coalesce(sum(v.articles), 0),
        min(v.first_day), max(v.last_day), coalesce(sum(v.edited), 0), coalesce(sum(v.gone), 0),
        (SELECT max(fetched) FROM captures WHERE site = s.slug)
    FROM sites AS s LEFT JOIN volumes AS v ON v.site = s.slug
    GROUP BY s.slug ORDER BY s.slug
"""


class Volume(NamedTuple):
    """Articles of a site published in a month ('2022-08'; None: undated).

    edited, gone: those of them with more than one version, those that the portal has no more.
    """

    month: str | None
    site: str
    articles: int
    edited: int
    gone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteVolume:
    """All articles of a site; one without articles has zeros.

    first_day, last_day: of publication, None if no article is dated. last_seen: when anything of
    the site was last fetched (UTC), None if nothing was.
    """

    slug: str
    name: str
    province: str | None
    province_2025: str | None
    articles: int
    first_day: str | None
    last_day: str | None
    edited: int
    gone: int
    last_seen: str | None


def months(
    conn: sqlite3.Connection,
    *,
    site: str | None = None,
    province: str | None = None,
    since: str | None = None,
    until: str | None = None,
) -> list[Volume]:
    """Articles by month and site, the earliest month first, undated ones last.

    province: as it was, or as it is since July 2025; accents may lack. since, until: days
    ('2022-08-22') or months, inclusive; a month that is partly in the choice counts as a whole,
    and undated articles are in no such choice. Raises ArchiveError, and CallError for a province
    that is none.
    """
    with told(conn):
        sites = None if province is None else json.dumps(sorted(of_province(conn, province)))
        choice = {"site": site, "sites": sites, "since": since, "until": until}
        # A tuple, for there are thousands of them, and a page about all sites reads them all.
        return list(map(Volume._make, conn.execute(_MONTHS, choice)))


def sites(conn: sqlite3.Connection) -> list[SiteVolume]:
    """Every site of the archive by its slug. Raises ArchiveError."""
    with told(conn):
        rows = conn.execute(_SITES).fetchall()
    names = SiteVolume.__slots__
    return [SiteVolume(**dict(zip(names, row, strict=True))) for row in rows]
