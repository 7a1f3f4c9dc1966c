"""How two archives' rows join where a row stands for itself; the same in any order, and twice."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Row = dict[str, Any]
_FRONTIER = ("found", "leased", "failed", "skipped", "refused", "done")
_RECOVERIES = ("found", "failed", "refused", "done")
# An address is settled once it is that of an article that its site has still. Asked of those that
# are not: few, which the index of sites and states finds.
_HAD = "SELECT u.key FROM urls AS u JOIN articles AS a ON a.id = u.article WHERE a.gone IS NULL"
_SETTLE = f"""
    UPDATE frontier SET state = 'done', next_try = NULL
    WHERE site IN (SELECT slug FROM sites) AND state IN ('found', 'leased', 'failed', 'skipped')
        AND key IN ({_HAD} AND u.key = frontier.key)
"""  # noqa: S608  words of ours
# And of those that one archive only knew another to have.
_SETTLE_KEY = f"""
    UPDATE frontier SET next_try = NULL
    WHERE key = :key AND state = 'done' AND next_try > '' AND key IN ({_HAD} AND u.key = :key)
"""  # noqa: S608  as above
_KNOWN = """
    SELECT u.key, a.site FROM urls AS u JOIN articles AS a ON a.id = u.article
    UNION SELECT key, site FROM frontier WHERE state IN ('done', 'refused')
"""
# What of a site one archive knows and the other does not: of theirs all keys are listed, ours are
# looked up, or gone through until one is found.
_THEY_BRING = """
    SELECT 1 FROM temp.theirs AS t WHERE t.site = :site AND NOT EXISTS (
        SELECT 1 FROM urls AS u JOIN articles AS a ON a.id = u.article
        WHERE u.key = t.key AND a.site = t.site
    ) AND NOT EXISTS (
        SELECT 1 FROM frontier AS f
        WHERE f.key = t.key AND f.site = t.site AND f.state IN ('done', 'refused')
    ) LIMIT 1
"""
_NOT_THEIRS = """
    NOT EXISTS (SELECT 1 FROM temp.theirs AS t WHERE t.key = k.key AND t.site = :site)
    AND NOT EXISTS (SELECT 1 FROM temp.held_back AS h WHERE h.key = k.key)
"""
_WE_BRING = (
    f"""
    SELECT 1 FROM articles AS a JOIN urls AS k ON k.article = a.id
    WHERE a.site = :site AND {_NOT_THEIRS} LIMIT 1
    """,  # noqa: S608  words of ours
    f"""
    SELECT 1 FROM frontier AS k
    WHERE k.site = :site AND k.state IN ('done', 'refused') AND {_NOT_THEIRS} LIMIT 1
    """,  # noqa: S608  words of ours
)


def order(row: Iterable[Any]) -> str:
    """By what rows are told apart when nothing else tells which one counts."""
    return json.dumps(list(row), ensure_ascii=False)


def union(
    conn: sqlite3.Connection,
    other: sqlite3.Connection,
    table: str,
    keys: tuple[str, ...],
    join: Callable[[Row, Row], Row],
) -> None:
    """Take in the rows of a table; `join` makes one of two that have the same keys."""
    names = [row[1] for row in conn.execute(f"PRAGMA table_info({table})")]
    columns = ", ".join(names)
    where = " AND ".join(f"{key} = ?" for key in keys)
    find = f"SELECT {columns} FROM {table} WHERE {where}"  # noqa: S608  names of ours
    put = f"INSERT INTO {table}({columns}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608  names of ours
    rest = [name for name in names if name not in keys]
    sets = ", ".join(f"{name} = ?" for name in rest)
    for theirs in other.execute(f"SELECT {columns} FROM {table}"):  # noqa: S608  names of ours
        row = dict(zip(names, theirs, strict=True))
        which = [row[key] for key in keys]
        ours = conn.execute(find, which).fetchone()
        if ours is None:
            conn.execute(put, theirs)
        elif rest and ours != theirs:
            joined = join(dict(zip(names, ours, strict=True)), row)
            values = [joined[name] for name in rest]
            conn.execute(f"UPDATE {table} SET {sets} WHERE {where}", (*values, *which))  # noqa: S608  names of ours


def _latest(column: str) -> Callable[[Row, Row], Row]:
    return lambda one, other: max(one, other, key=lambda r: (r[column], order(r.values())))


def _most(one: Row, other: Row, names: Iterable[str]) -> Row:
    """The greater value of each of these columns; what is null counts least."""
    found = {}
    for name in names:
        values = [row[name] for row in (one, other) if row[name] is not None]
        found[name] = max(values, default=None)
    return found


def fullest(one: Row, other: Row) -> Row:
    """Of a site, the row that says most: a registered one says more than a bare portal's."""
    return max(
        one, other, key=lambda r: (sum(v is not None for v in r.values()), order(r.values()))
    )


def _frontier(one: Row, other: Row) -> Row:
    state = max(one["state"], other["state"], key=_FRONTIER.index)
    met = min(one, other, key=lambda r: (r["seen"], r["url"], r["section"] or "", r["site"]))
    tries = [r["next_try"] for r in (one, other) if r["state"] == state and r["next_try"]]
    if state == "done" and any(r["state"] == state and not r["next_try"] for r in (one, other)):
        tries = []  # what one of them only knows of, the other has
    return met | _most(one, other, ("day", "attempts")) | {
        "state": state, "next_try": max(tries, default=None)
    }  # fmt: skip


def _recovery(one: Row, other: Row) -> Row:
    state = max(one["state"], other["state"], key=_RECOVERIES.index)
    return {**one, **_most(one, other, one), "state": state}


def _recovery_list(one: Row, other: Row) -> Row:
    """How far an index was read: whatever one of them read is in both now."""
    found = {**one, **_most(one, other, one)}
    return {**found, "resume": None if found["done"] else found["resume"]}


def steering(conn: sqlite3.Connection, other: sqlite3.Connection) -> None:
    """Take in what a crawl steers by, but for sections; articles and their addresses are there."""
    union(conn, other, "named_hosts", ("site", "host", "port"), lambda one, _: one)
    union(conn, other, "listings", ("url",), _latest("seen"))
    union(conn, other, "days", ("site", "day"), _latest("rounds"))
    union(conn, other, "rhythms", ("site", "age"), _latest("looks"))
    union(conn, other, "health", ("site",), _latest("since"))
    union(conn, other, "frontier", ("key",), _frontier)
    union(conn, other, "recoveries", ("source", "url", "captured"), _recovery)
    union(conn, other, "recovery_lists", ("site", "source", "query"), _recovery_list)
    conn.execute(_SETTLE)
    keys = other.execute("SELECT key FROM urls UNION SELECT key FROM frontier")
    conn.executemany(_SETTLE_KEY, ({"key": key} for (key,) in keys))


def sections(
    conn: sqlite3.Connection, other: sqlite3.Connection, withheld: Iterable[str]
) -> dict[tuple[str, str], tuple[str, int]]:
    """(site, url) -> walked, complete, of all sections; to be asked before anything is joined.

    A crawl stops in a complete section at the first article it knows. So it stays complete only
    where both knew it to its end, or the one that does not brings no address that the other did
    not know: else there may be articles between the two archives that neither has.
    withheld: keys that are known whoever has them.
    """
    _list_theirs(conn, other, withheld)
    ours, theirs = (
        {(site, url): (complete, walked) for site, url, complete, walked in
         one.execute("SELECT site, url, complete, walked FROM sections")}
        for one in (conn, other)
    )  # fmt: skip
    brings = {
        site: (_any(conn, _WE_BRING, site), _any(conn, (_THEY_BRING,), site))
        for site in {site for site, _ in ours.keys() | theirs.keys()}
    }
    found = {}
    for which in sorted(ours.keys() | theirs.keys()):
        (here, walked), (there, later) = ours.get(which, (0, "")), theirs.get(which, (0, ""))
        we_bring, they_bring = brings[which[0]]
        ends = [
            time
            for complete, time, brings_more in (
                (here, walked, they_bring and not there),
                (there, later, we_bring and not here),
            )
            if complete and not brings_more
        ]
        found[which] = (max(ends, default=max(walked, later)), int(bool(ends)))
    for name in ("theirs", "held_back"):
        conn.execute(f"DROP TABLE temp.{name}")
    return found


def _list_theirs(
    conn: sqlite3.Connection, other: sqlite3.Connection, withheld: Iterable[str]
) -> None:
    """Tables of all keys that they know, and of those that count for both."""
    conn.execute("CREATE TEMP TABLE theirs (key, site, PRIMARY KEY (key, site)) WITHOUT ROWID")
    conn.execute("CREATE TEMP TABLE held_back (key PRIMARY KEY) WITHOUT ROWID")
    conn.executemany("INSERT OR IGNORE INTO temp.theirs VALUES (?, ?)", other.execute(_KNOWN))
    held = [(key,) for key in withheld]
    conn.executemany("DELETE FROM temp.theirs WHERE key = ?", held)
    conn.executemany("INSERT OR IGNORE INTO temp.held_back VALUES (?)", held)


def _any(conn: sqlite3.Connection, questions: Iterable[str], site: str) -> bool:
    return any(conn.execute(sql, {"site": site}).fetchone() is not None for sql in questions)


def put_sections(
    conn: sqlite3.Connection, found: Mapping[tuple[str, str], tuple[str, int]]
) -> None:
    """Write what `sections` found. How far incomplete ones were walked is forgotten."""
    conn.executemany(
        "INSERT INTO sections(site, url, walked, complete) VALUES (?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET walked = excluded.walked, complete = excluded.complete, "
        "newest = NULL, resume = NULL, resumed = NULL",
        [(*which, *how) for which, how in found.items()],
    )


def crawls(conn: sqlite3.Connection, other: sqlite3.Connection) -> dict[int, int]:
    """Take in crawls, each once; return the ids here of the other archive's."""
    names = [row[1] for row in conn.execute("PRAGMA table_info(crawls)")]
    assert names[:4] == ["id", "site", "started", "finished"]
    columns, rest = ", ".join(names), names[1:]
    read = f"SELECT {columns} FROM crawls"  # noqa: S608  names of ours
    sets = ", ".join(f"{name} = ?" for name in rest)
    put = f"INSERT INTO crawls({', '.join(rest)}) VALUES ({', '.join('?' * len(rest))})"  # noqa: S608  names of ours
    ours: dict[Any, list[Any]] = defaultdict(list)
    for row in conn.execute(read):
        ours[row[1:4]].append(row)
    theirs: dict[Any, list[Any]] = defaultdict(list)
    for row in other.execute(read):
        theirs[row[1:4]].append(row)
    ids = {}
    for which, rows in theirs.items():
        here = sorted(ours[which], key=lambda row: order(row[1:]))
        for number, row in enumerate(sorted(rows, key=lambda row: order(row[1:]))):
            if number < len(here):
                ids[row[0]] = here[number][0]
                if order(row[1:]) > order(here[number][1:]):
                    conn.execute(
                        f"UPDATE crawls SET {sets} WHERE id = ?",  # noqa: S608  names of ours
                        (*row[1:], here[number][0]),
                    )
            else:
                cursor = conn.execute(put, row[1:])
                assert cursor.lastrowid is not None
                ids[row[0]] = cursor.lastrowid
    return ids


def problems(
    conn: sqlite3.Connection, other: sqlite3.Connection, captures: Mapping[int, int]
) -> None:
    """Take in problems; captures: ids here of the other archive's."""
    conn.executemany(
        "INSERT INTO problems(capture, field, what, seen) VALUES (?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET seen = min(seen, excluded.seen)",
        [
            (captures[capture], *rest)
            for capture, *rest in other.execute(
                "SELECT capture, field, what, seen FROM problems WHERE capture IS NOT NULL"
            )
            if capture in captures
        ],
    )
    loose = "SELECT field, what, seen FROM problems WHERE capture IS NULL ORDER BY rowid"
    more = Counter(other.execute(loose).fetchall()) - Counter(conn.execute(loose).fetchall())
    conn.executemany("INSERT INTO problems(field, what, seen) VALUES (?, ?, ?)", more.elements())
