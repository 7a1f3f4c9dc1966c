"""Whether the values in the tables are of the kind that they should be; SQLite takes any."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from newsarchive.archive._trust import our_tables

_KINDS = {
    "TEXT": "'text'",
    "INTEGER": "'integer'",
    "REAL": "'real', 'integer'",
    "BLOB": "'blob'",
}
_JSON = {
    ("articles", "origins"): "object",
    ("versions", "images"): "array",
    ("crawls", "fields"): "object",
}
# Times of ours and of the pages; with what is far before or after them nobody can reckon.
_TIMES = frozenset(
    {
        ("articles", "published"), ("articles", "published_day"), ("articles", "first_seen"),
        ("articles", "last_seen"), ("articles", "gone"), ("articles", "withheld"),
        ("versions", "seen"), ("versions", "published"), ("captures", "fetched"),
        ("crawls", "started"), ("crawls", "finished"), ("events", "seen"), ("observations", "seen"),
    }
)  # fmt: skip
_TIME = (
    "{0} NOT GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]*' OR date({0}) IS NULL "
    "OR {0} NOT BETWEEN '1900' AND '2200'"
)


def wrong_values(conn: sqlite3.Connection) -> Iterator[str]:
    """What is wrong, in words, a line a column. Reads all tables. Raises sqlite3.Error."""
    for table in our_tables(conn):
        for _, column, kind, *_ in conn.execute(f'PRAGMA table_info("{table}")').fetchall():
            for condition, what in _conditions(table, column, kind):
                sql = f'SELECT count(*) FROM "{table}" WHERE {condition}'  # noqa: S608  names of ours
                if count := conn.execute(sql).fetchone()[0]:
                    yield f"{count} rows of {table} hold no {what} in {column!r}"


def _conditions(table: str, column: str, kind: str) -> Iterator[tuple[str, str]]:
    name = '"{}"'.format(column.replace('"', '""'))
    if kind in _KINDS:
        yield f"typeof({name}) NOT IN ({_KINDS[kind]}, 'null')", kind.lower()
    if (table, column) in _JSON:
        shape = f"iif(json_valid({name}), json_type({name}), '')"
        yield f"typeof({name}) = 'text' AND {shape} <> '{_JSON[table, column]}'", "JSON"
    if (table, column) in _TIMES:
        yield f"typeof({name}) = 'text' AND ({_TIME.format(name)})", "time"
