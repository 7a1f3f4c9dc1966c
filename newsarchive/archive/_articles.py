"""Writing what is told of an article: touching what differs, both full-text tables in step."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from newsarchive.archive import _indexes
from newsarchive.archive._put import put_images, put_tags, row_id
from newsarchive.archive._rows import FIELDS, INDEXED
from newsarchive.archive._telling import VERSION, Telling

Ids = Callable[[str | None], int | None]  # record id -> id of its capture
_META = ("key", "site", "url", "first_seen", "last_seen", "gone", "version", "capture")
_REST = (*_META, *FIELDS[INDEXED:])
_SEARCHED = (*FIELDS[:INDEXED], "withheld")
_ALL = (*_REST, *_SEARCHED)
_INSERT = f"INSERT INTO articles({', '.join(_ALL)}) VALUES ({', '.join('?' * len(_ALL))})"  # noqa: S608  names of ours
_UPDATE = f"UPDATE articles SET {', '.join(f'{name} = ?' for name in _REST)} WHERE id = ?"  # noqa: S608  names of ours
# Apart from the others: only this one wakes the triggers of the full-text table.
_UPDATE_SEARCHED = f"""
    UPDATE articles SET {", ".join(f"{name} = ?" for name in _SEARCHED)} WHERE id = ?
"""  # noqa: S608  names of ours
_VERSION = f"""
    INSERT INTO versions(article, version, seen, capture, {", ".join(VERSION)})
    VALUES (?, ?, ?, ?, {", ".join("?" * len(VERSION))})
"""  # noqa: S608  names of ours
_OBSERVE = """
    INSERT INTO observations(article, seen, capture, content) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET content = excluded.content
"""
_EVENT = "INSERT INTO events(article, seen, what, capture) VALUES (?, ?, ?, ?)"
_CHECK = """
    INSERT INTO checks(article, due, checked, unchanged, missed, how, capture)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""


def insert(conn: sqlite3.Connection, new: Telling, ids: Ids) -> int:
    """Write an article that is not here."""
    article = row_id(conn.execute(_INSERT, (*_rest(new, ids), *_searched(new))))
    if new.withheld is None:
        _indexes.index(conn, article, new.fields)
    _parts(conn, article, None, new, ids)
    return article


def update(conn: sqlite3.Connection, article: int, old: Telling, new: Telling, ids: Ids) -> None:
    """Make of an article that is told as `old` one that is told as `new`."""
    if _searched(old) != _searched(new):
        if old.withheld is None:
            _indexes.unindex(conn, article, old.fields)
        conn.execute(_UPDATE_SEARCHED, (*_searched(new), article))
        if new.withheld is None:
            _indexes.index(conn, article, new.fields)
    conn.execute(_UPDATE, (*_rest(new, ids), article))
    _parts(conn, article, old, new, ids)


def _rest(telling: Telling, ids: Ids) -> tuple[Any, ...]:
    t = telling
    shown = ids(t.versions[-1][1]) if t.versions else None
    version = max(1, len(t.versions))
    meta = (t.key, t.site, t.url, t.first_seen, t.last_seen, t.gone, version, shown)
    return (*meta, *t.fields[INDEXED:])


def _searched(telling: Telling) -> tuple[Any, ...]:
    return (*telling.fields[:INDEXED], telling.withheld)


def _parts(
    conn: sqlite3.Connection, article: int, old: Telling | None, new: Telling, ids: Ids
) -> None:
    """Bring all that hangs on the article in step."""
    conn.executemany(
        "INSERT INTO urls(key, article, url) VALUES (?, ?, ?)",
        [(key, article, url) for key, url in sorted(new.urls - (old.urls if old else set()))],
    )
    if old is None or old.images != new.images:
        put_images(conn, article, new.images)
    if old is None or old.tags != new.tags:
        put_tags(conn, article, new.tags)
    if old is None or old.versions != new.versions:
        conn.execute("DELETE FROM versions WHERE article = ?", (article,))
        rows = enumerate(new.versions, 1)
        conn.executemany(
            _VERSION, [(article, n, seen, ids(record), *text) for n, (seen, record, text) in rows]
        )
    if old is None or old.looks != new.looks:
        looks = {look: content for look, content in new.looks.items()}
        if not looks:
            conn.execute("DELETE FROM observations WHERE article = ?", (article,))
        conn.executemany(
            _OBSERVE, [(article, seen, ids(record), c) for (seen, record), c in looks.items()]
        )
    if old is None or old.events != new.events:
        conn.execute("DELETE FROM events WHERE article = ?", (article,))
        events = sorted(new.events, key=lambda e: (e[0], e[1], e[2] or ""))
        conn.executemany(
            _EVENT, [(article, seen, what, ids(record)) for seen, what, record in events]
        )
    if old is None or old.check != new.check:
        conn.execute("DELETE FROM checks WHERE article = ?", (article,))
        if new.check is not None:
            conn.execute(_CHECK, (article, *new.check[:-1], ids(new.check[-1])))
