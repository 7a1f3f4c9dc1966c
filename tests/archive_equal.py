"""What is in an archive, so that two can be compared: keys and record ids instead of local ids.

Where a record lies (WARC file and offset) is local too.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

_CAPTURE = "(SELECT record_id FROM captures WHERE id = {0}.capture)"
_ARTICLE = "(SELECT key FROM articles WHERE id = {0}.article)"
_OTHER = "(SELECT key FROM articles WHERE id = {0}.other)"
_STORY = (
    "(SELECT min(a.key) FROM reprints AS r JOIN articles AS a ON a.id = r.article "
    "WHERE r.story = {0}.story)"
)
_CRAWL = "(SELECT site || ' ' || started || ' ' || coalesce(finished, '-') FROM crawls WHERE id = {0}.crawl)"
_LOCAL = {
    "captures": ("id", "warc", "offset", "length"), "articles": ("id",), "crawls": ("id",),
    "stories": ("id",),
}  # fmt: skip
# In these the order of rows says something, within an article.
_ORDERED = ("tags",)


def canonical(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of ours, in an order of its own."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as conn:
        tables = [
            name
            for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith(("sqlite_", "_sqlite", "articles_"))
        ]
        return {name: _rows(conn, name) for name in sorted(tables)} | {
            "words": [
                *conn.execute(
                    "SELECT a.key FROM articles_fts JOIN articles AS a ON a.id = articles_fts.rowid "
                    "WHERE articles_fts MATCH 'tin' ORDER BY a.key"
                )
            ]
        }


def _rows(conn: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    columns = [row[1] for row in conn.execute(f"PRAGMA table_info({table})")]
    shown = []
    for column in columns:
        if column in _LOCAL.get(table, ()):
            continue
        template = {
            "capture": _CAPTURE, "article": _ARTICLE, "crawl": _CRAWL, "other": _OTHER,
            "story": _STORY,
        }.get(column)  # fmt: skip
        shown.append((template or f"{{0}}.{column}").format(table))
    if table in _ORDERED:
        shown.append(f"row_number() OVER (PARTITION BY article ORDER BY {table}.rowid)")
    return sorted(conn.execute(f"SELECT {', '.join(shown)} FROM {table}"), key=repr)


def differences(one: Path, other: Path) -> str:
    """What differs between two archives, in words; empty if nothing does."""
    left, right = canonical(one), canonical(other)
    lines = []
    for table in sorted(left.keys() | right.keys()):
        ours, theirs = left.get(table, []), right.get(table, [])
        lines += [f"{table}: only {one.parent.name}: {row}" for row in ours if row not in theirs]
        lines += [f"{table}: only {other.parent.name}: {row}" for row in theirs if row not in ours]
        if not lines and ours != theirs:
            lines.append(f"{table}: {len(ours)} rows, {len(theirs)} rows")
    return "\n".join(lines)
