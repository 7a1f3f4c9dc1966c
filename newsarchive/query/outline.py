"""The whole archive in a few hundred numbers, summed in SQL from the rolled-up `volumes`."""

from __future__ import annotations

import sqlite3

from newsarchive.query.places import told
from newsarchive.query.volumes import Volume

_MONTHS = """
    SELECT nullif(month, ''), sum(articles), sum(edited), sum(gone) FROM volumes
    GROUP BY month ORDER BY month = '', month
"""
_YEARS = """
    SELECT s.province_2025, substr(v.month, 1, 4), sum(v.articles)
    FROM volumes AS v JOIN sites AS s ON s.slug = v.site GROUP BY 1, 2
"""
_NEWEST = """
    SELECT id, site, title, published FROM articles INDEXED BY articles_newest
    WHERE withheld IS NULL ORDER BY published DESC, id DESC LIMIT ?
"""


def months(conn: sqlite3.Connection) -> list[Volume]:
    """Articles of all sites by month, as `volumes.months` gives them of each; site is ''."""
    with told(conn):
        rows = conn.execute(_MONTHS).fetchall()
    return [
        Volume(month=month, site="", articles=articles, edited=edited, gone=gone)
        for month, articles, edited, gone in rows
    ]


def years(conn: sqlite3.Connection) -> list[tuple[str | None, str, int]]:
    """Articles by province since July 2025 (None: of no province) and year ('': undated)."""
    with told(conn):
        return [(province, year, articles) for province, year, articles in conn.execute(_YEARS)]


def newest(conn: sqlite3.Connection, *, limit: int) -> list[tuple[int, str, str, str | None]]:
    """Id, site, title and time of the articles that were published last."""
    with told(conn):
        return [(id, site, title, at) for id, site, title, at in conn.execute(_NEWEST, (limit,))]
