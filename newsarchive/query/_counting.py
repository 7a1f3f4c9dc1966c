"""How many articles of a choice hold the words, where neither the words nor the filters are rare.

All rows come out of SQLite as one text of numbers: to hand them over one by one would take longer
than to find them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator

from newsarchive.query import _statements as st
from newsarchive.query._statements import Asked, Statements

_SLACK = 1.3  # an estimate of how far to look is exceeded by so much


def among(conn: sqlite3.Connection, write: Statements, walked: str, *, most: int, far: int) -> int:
    """How many there are, at most `most` + 1: matches are looked for among what the filters leave.

    walked: the index in which that lies closest together; far: the id up to which `most` of them
    are expected.
    """
    sql = write.sql(st.COUNTED_AMONG, walked)
    until = int(_SLACK * far)
    found = 0
    for after, upto in ((0, until), (until, 2**62)):
        values = write.values(after=after, upto=upto, limit=most + 1 - found)
        found += int(conn.execute(sql, values).fetchone()[0])
        if found > most:
            break
    return found


def along(
    conn: sqlite3.Connection, write: Statements, walked: str, *, most: int, gap: int, reach: int
) -> int | None:
    """How many there are, at most `most` + 1: matches are looked for near what the filters leave.

    gap: what lies that near together is one stretch of ids; reach: None, and nothing counted, if
    the stretches are longer than that in all.
    """
    sql = write.sql(st.CHOSEN_IDS, walked)
    ids = sorted(json.loads(conn.execute(sql, write.values()).fetchone()[0]))
    stretches = list(runs(ids, gap))
    if sum(1 + last - first for first, last in stretches) > reach:
        return None
    chosen = set(ids)
    found = 0
    for stretch in stretches:
        held = chosen
        for asked in write.asked:
            held = held & between(conn, asked, [stretch])
        found += len(held)
        if found > most:
            return most + 1
    return found


def between(
    conn: sqlite3.Connection, asked: Asked, stretches: Iterable[tuple[int, int]]
) -> set[int]:
    """The articles in these stretches of ids that one full-text table says hold the words."""
    sql = st.BETWEEN.replace("INDEX_", asked.table)
    found: set[int] = set()
    # Of a join with a list of stretches SQLite would compare every match with its stretch again.
    for first, last in stretches:
        values = {"match": asked.match, "first": first, "last": last}
        found.update(json.loads(conn.execute(sql, values).fetchone()[0]))
    return found


def runs(ids: Iterable[int], gap: int) -> Iterator[tuple[int, int]]:
    """Stretches, first and last, that hold all of these sorted ids; no two nearer than `gap`."""
    first = last = None
    for id in ids:
        if first is None or last is None:
            first = id
        elif id - last > gap:
            yield first, last
            first = id
        last = id
    if first is not None and last is not None:
        yield first, last
