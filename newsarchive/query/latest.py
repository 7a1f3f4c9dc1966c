"""What became of articles lately: edited, taken down; and which sites are ill. Reads only.

Lists come from indexes that hold few rows. What is withheld is in none of it. Raises ArchiveError.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from newsarchive.query.places import State, told

# Of an article edited several times, its latest edit. Further ones are read until there are
# enough articles; few are withheld.
_EDITED = """
    SELECT a.id, a.site, a.title, a.published, v.seen, a.version
    FROM versions AS v INDEXED BY versions_edited JOIN articles AS a ON a.id = v.article
    WHERE v.version > 1 AND v.version = a.version AND a.withheld IS NULL
    ORDER BY v.seen DESC LIMIT ?
"""
_TAKEN = """
    WITH latest AS (
        SELECT id, gone FROM articles INDEXED BY articles_taken WHERE gone IS NOT NULL
        AND id NOT IN (SELECT id FROM articles WHERE withheld IS NOT NULL)
        ORDER BY gone DESC, id DESC LIMIT ?
    )
    SELECT a.id, a.site, a.title, a.published, a.gone, a.version
    FROM latest JOIN articles AS a ON a.id = latest.id ORDER BY a.gone DESC, a.id DESC
"""
_STATES = """
    SELECT h.site, h.state, h.why, h.since FROM health AS h JOIN sites AS s ON s.slug = h.site
    ORDER BY h.since DESC, h.site
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An article that was edited or taken down. at: when that was met (UTC)."""

    id: int
    site: str
    title: str
    published: str | None
    at: str
    version: int


def edited(conn: sqlite3.Connection, *, limit: int) -> list[Change]:
    """The articles that were edited last, each once."""
    return _changes(conn, _EDITED, limit)


def taken(conn: sqlite3.Connection, *, limit: int) -> list[Change]:
    """The articles that were found to be taken down last."""
    return _changes(conn, _TAKEN, limit)


def _changes(conn: sqlite3.Connection, sql: str, limit: int) -> list[Change]:
    with told(conn):
        return [
            Change(id=i, site=s, title=t, published=p, at=a, version=v)
            for i, s, t, p, a, v in conn.execute(sql, (limit,))
        ]


def edited_among(conn: sqlite3.Connection, ids: Iterable[int]) -> set[int]:
    """Which of these articles were edited."""
    asked = list(ids)
    marks = ", ".join("?" * len(asked))
    with told(conn):
        rows = conn.execute(
            f"SELECT id FROM articles WHERE id IN ({marks}) AND version > 1",  # noqa: S608  marks
            asked,
        )
        return {id for (id,) in rows}


def states(conn: sqlite3.Connection) -> dict[str, State]:
    """How each site was when somebody was last told, the latest told first."""
    with told(conn):
        return {
            site: State(state=state, why=why, since=since)
            for site, state, why, since in conn.execute(_STATES)
        }
