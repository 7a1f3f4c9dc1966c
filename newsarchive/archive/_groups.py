"""Which articles of two archives are one."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from dataclasses import dataclass

# Which article of ours and which of theirs are one.
_EDGES = """
    SELECT u.article, m.article FROM temp.met AS m JOIN urls AS u ON u.key = m.name WHERE m.kind
    UNION SELECT a.id, m.article FROM temp.met AS m JOIN articles AS a ON a.key = m.name
        WHERE m.kind
    UNION SELECT u.article, m.article FROM temp.met AS m JOIN urls AS u ON u.url = m.name
        WHERE NOT m.kind
    UNION SELECT a.id, m.article FROM temp.met AS m JOIN articles AS a ON a.url = m.name
        WHERE NOT m.kind
"""
_MET = """
    SELECT key, 1, article FROM urls UNION SELECT url, 0, article FROM urls
    UNION SELECT key, 1, id FROM articles UNION SELECT url, 0, id FROM articles
"""


@dataclass(frozen=True, slots=True)
class Group:
    """Articles that are one: their ids here and there."""

    here: tuple[int, ...]
    there: tuple[int, ...]


def groups(conn: sqlite3.Connection, other: sqlite3.Connection) -> list[Group]:
    """All articles of the other archive, each with those here that are the same, in their order.

    They are the same who share a key or an address across the archives, directly or through
    others; two of one archive are not, if nothing of the other one says so.
    """
    conn.execute("CREATE TEMP TABLE met (name, kind, article)")
    conn.executemany("INSERT INTO temp.met VALUES (?, ?, ?)", other.execute(_MET))
    edges = conn.execute(_EDGES).fetchall()
    conn.execute("DROP TABLE temp.met")
    ours: dict[int, set[int]] = defaultdict(set)
    theirs: dict[int, set[int]] = defaultdict(set)
    for here, there in edges:
        ours[here].add(there)
        theirs[there].add(here)
    found: list[Group] = []
    done: set[int] = set()
    for (article,) in other.execute("SELECT id FROM articles ORDER BY id"):
        if article in done:
            continue
        there, here = {article}, set[int]()
        todo = [article]
        while todo:
            for one in theirs[todo.pop()] - here:
                here.add(one)
                todo += ours[one] - there
                there |= ours[one]
        done |= there
        found.append(Group(tuple(sorted(here)), tuple(sorted(there))))
    return found
