"""Whether the tables of reprints hold what follows from the articles: for `verify`."""

from __future__ import annotations

import json
import sqlite3

from newsarchive.archive import likeness
from newsarchive.archive.reprints import text_of

_SIGNED = """
    SELECT a.lead, a.body, s.signature FROM articles AS a
    LEFT JOIN signatures AS s ON s.article = a.id
    WHERE a.withheld IS NULL AND a.id NOT IN (SELECT article FROM reprints_due)
"""
_BANDS = "SELECT count(*) FROM json_each(?) AS b JOIN bands ON band = b.value AND article = ?"
# None of these has a row. What is due may be behind.
_WRONG = (
    """
    SELECT 1 FROM signatures WHERE article NOT IN (SELECT id FROM articles WHERE withheld IS NULL)
        AND article NOT IN (SELECT article FROM reprints_due)
    """,
    """
    SELECT 1 FROM likenesses AS l WHERE l.article = l.other
        OR NOT EXISTS (SELECT 1 FROM signatures WHERE article = l.article)
        OR NOT EXISTS (SELECT 1 FROM likenesses AS back WHERE back.article = l.other
            AND back.other = l.article AND back.similarity = l.similarity)
        OR NOT EXISTS (SELECT 1 FROM reprints AS one JOIN reprints AS two USING (story)
            WHERE one.article = l.article AND two.article = l.other)
    """,
    """
    SELECT 1 FROM reprints AS r WHERE r.similarity IS NOT (
        SELECT max(similarity) FROM likenesses WHERE article = r.article)
    """,
    """
    SELECT 1 FROM (SELECT id, articles, sites, day FROM stories EXCEPT
        SELECT r.story, count(*), count(DISTINCT a.site), min(a.published_day)
        FROM reprints AS r JOIN articles AS a ON a.id = r.article GROUP BY r.story)
    """,
    "SELECT 1 FROM reprints WHERE story NOT IN (SELECT id FROM stories)",
)
_TOLD = "SELECT story, article FROM reprints ORDER BY story"
_LIKE = "SELECT other FROM likenesses WHERE article = ?"


def in_step(conn: sqlite3.Connection) -> bool:
    """Whether signatures, likenesses and stories are what follows from the texts.

    Signatures are compared only where they can be made; articles that are due are left out.
    """
    if any(conn.execute(f"{sql} LIMIT 1").fetchone() for sql in _WRONG):
        return False
    return _signed(conn) and _banded(conn) and _whole(conn)


def _signed(conn: sqlite3.Connection) -> bool:
    probe = conn.execute("SELECT probe FROM signature_probe").fetchone()
    if probe is None or not likeness.available() or probe[0] != likeness.probe():
        return True
    for lead, body, signed in conn.execute(_SIGNED):
        runs = likeness.shingles(text_of(lead, body))
        if signed != (likeness.signature(runs) if runs else None):
            return False
    return True


def _banded(conn: sqlite3.Connection) -> bool:
    total = 0
    for article, signed in conn.execute("SELECT article, signature FROM signatures"):
        bands = set(likeness.bands(signed))
        found = conn.execute(_BANDS, (json.dumps(sorted(bands)), article)).fetchone()[0]
        if found != len(bands):
            return False
        total += found
    return bool(conn.execute("SELECT count(*) FROM bands").fetchone()[0] == total)


def _whole(conn: sqlite3.Connection) -> bool:
    """Whether likenesses lead from any article of a story to all others."""
    story, reached = None, set()
    for at, article in conn.execute(_TOLD):
        if at != story:
            story, reached, todo = at, {article}, [article]
            while todo:
                new = {o for (o,) in conn.execute(_LIKE, (todo.pop(),))} - reached
                reached |= new
                todo += new
        if article not in reached:
            return False
    return True
