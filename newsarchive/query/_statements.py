"""The statements of a search, written for one choice of articles.

In the templates INDEX_ is the full-text table that the words are asked of, CHOICE_ the filters,
ALSO_ what another full-text table must say too, and WALKED_ the narrow index that is walked.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from newsarchive.query._filters import Choice
from newsarchive.query._vocabulary import endings
from newsarchive.words import Words

# A word in the title weighs most, then lead, body, captions, byline.
_RANK = "bm25(INDEX_, 8.0, 4.0, 1.0, 2.0, 2.0), INDEX_.rowid DESC LIMIT :limit OFFSET :at"
_NEWEST = "a.published DESC, a.id DESC"
_MATCHING = """
    FROM INDEX_ CROSS JOIN articles AS a INDEXED BY articles_narrow ON a.id = INDEX_.rowid
    WHERE INDEX_ MATCH :match AND ALSO_ CHOICE_
"""
# The same where the filters leave few: they are looked through once, in the index that is walked.
_AMONG = """
    FROM INDEX_ WHERE INDEX_ MATCH :match AND +INDEX_.rowid IN (
        SELECT a.id FROM articles AS a INDEXED BY WALKED_ WHERE ALSO_ CHOICE_
    )
"""
_AMONG_PART = """
    FROM INDEX_ WHERE INDEX_ MATCH :match AND INDEX_.rowid > :after AND INDEX_.rowid <= :upto
        AND +INDEX_.rowid IN (
            SELECT a.id FROM articles AS a INDEXED BY WALKED_
            WHERE a.id > :after AND a.id <= :upto AND ALSO_ CHOICE_
        )
"""
_CHOSEN = "FROM articles AS a INDEXED BY WALKED_ WHERE CHOICE_"

SORTED = f"SELECT a.id {_MATCHING} ORDER BY {_NEWEST} LIMIT :limit OFFSET :at"
RANKED = f"SELECT a.id {_MATCHING} ORDER BY {_RANK}"
RANKED_ALL = f"""
    SELECT rowid FROM INDEX_ WHERE INDEX_ MATCH :match AND rowid > :above ORDER BY {_RANK}
"""  # noqa: S608  words of ours
COUNTED = f"SELECT count(*) FROM (SELECT 1 {_MATCHING} LIMIT :limit)"  # noqa: S608  words of ours
COUNTED_AMONG = f"""
    SELECT count(*) FROM (SELECT 1 {_AMONG_PART} LIMIT :limit)
"""  # noqa: S608  words of ours
COUNTED_ALL = "SELECT count(*) FROM (SELECT 1 FROM INDEX_ WHERE INDEX_ MATCH :match LIMIT :limit)"
CHOSEN_IDS = f"SELECT json_group_array(id) FROM (SELECT a.id {_CHOSEN})"  # noqa: S608  as above
COUNTED_ARTICLES = f"SELECT count(*) FROM (SELECT 1 {_CHOSEN} LIMIT :limit)"  # noqa: S608  as above
YEARS = f"SELECT substr(a.published, 1, 4), count(*) {_MATCHING} GROUP BY 1"
YEARS_AMONG = f"""
    SELECT substr(a.published, 1, 4), count(*) FROM (SELECT rowid AS id {_AMONG}) AS chosen
        CROSS JOIN articles AS a INDEXED BY articles_narrow ON a.id = chosen.id GROUP BY 1
"""  # noqa: S608  words of ours
YEARS_OF_ARTICLES = f"SELECT substr(a.published, 1, 4), count(*) {_CHOSEN} GROUP BY 1"
# Of sites alone, from the figures that are kept of every month.
YEARS_OF_SITES = """
    SELECT substr(nullif(a.month, ''), 1, 4), sum(a.FIGURE_) AS number
    FROM volumes AS a WHERE SITES_ GROUP BY 1 HAVING number > 0
"""
WALK = f"SELECT a.published, a.id {_CHOSEN} ORDER BY {_NEWEST}"
HOLDING = "SELECT json_group_array(rowid) FROM INDEX_ WHERE INDEX_ MATCH :match"
_GIVEN = """
    FROM json_each(:ids) AS one CROSS JOIN articles AS a INDEXED BY articles_narrow
        ON a.id = one.value WHERE ALSO_ CHOICE_
"""
SORTED_GIVEN = f"SELECT a.id {_GIVEN} ORDER BY {_NEWEST} LIMIT :limit OFFSET :at"
COUNTED_GIVEN = f"SELECT count(*) FROM (SELECT 1 {_GIVEN} LIMIT :limit)"  # noqa: S608  as above
YEARS_GIVEN = f"SELECT substr(a.published, 1, 4), count(*) {_GIVEN} GROUP BY 1"
# The rowid behind so many matches: that there are more, and how densely they lie.
REACHED = "SELECT rowid FROM INDEX_ WHERE INDEX_ MATCH :match LIMIT 1 OFFSET :at"
BETWEEN = """
    SELECT json_group_array(rowid) FROM INDEX_
    WHERE INDEX_ MATCH :match AND rowid BETWEEN :first AND :last
"""
SAMPLED_YEARS = """
    SELECT substr(a.published, 1, 4), count(*)
    FROM INDEX_ CROSS JOIN articles AS a INDEXED BY articles_narrow ON a.id = INDEX_.rowid
    WHERE INDEX_ MATCH :match AND INDEX_.rowid BETWEEN :first AND :last AND ALSO_ CHOICE_ GROUP BY 1
"""
SEEN_YEARS = """
    SELECT substr(a.published, 1, 4), count(*) FROM articles AS a INDEXED BY articles_narrow
    WHERE a.id BETWEEN :first AND :last AND CHOICE_ GROUP BY 1
"""
# The newest of one site up to a day, or undated ones.
LOOKED_AT = f"""
    SELECT a.id, substr(a.published, 1, 4)
    {_CHOSEN.replace("WHERE", "WHERE a.site = :only AND a.published <= :day AND")}
    ORDER BY {_NEWEST} LIMIT :width
"""
ROWS = """
    SELECT a.* FROM (
        SELECT id FROM articles AS a INDEXED BY articles_narrow WHERE ALSO_ CHOICE_ ORDER BY id
    ) AS chosen CROSS JOIN articles AS a ON a.id = chosen.id
"""
PLACES = """
    SELECT a.id, a.site, a.published FROM articles AS a INDEXED BY articles_narrow
    WHERE ALSO_ CHOICE_
"""
COUNT = "SELECT count(*) FROM articles AS a INDEXED BY articles_narrow WHERE ALSO_ CHOICE_"

_INDEXES = (
    "articles_newest", "articles_narrow", "articles_site_newest", "articles_section_newest",
    "articles_changed_newest",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to one of the two full-text tables; `name` is that of its value."""

    table: str
    match: str
    name: str

    @property
    def joins(self) -> bool:
        """Whether FTS5 must look for the words of a beginning itself."""
        return '" *' in self.match


def questions(conn: sqlite3.Connection, words: Words | None, byline: Words) -> list[Asked]:
    """What to ask which table; all must say yes. That of the words comes first."""
    matches: dict[str, list[str]] = {}
    for sought in (words, byline):
        if sought:
            table = "articles_exact" if sought.exact else "articles_fts"
            matches.setdefault(table, []).append(_expression(conn, table, sought))
    names = ("match", "match1")
    return [
        Asked(table, " AND ".join(matched), name)
        for (table, matched), name in zip(matches.items(), names, strict=False)
    ]


def _expression(conn: sqlite3.Connection, table: str, words: Words) -> str:
    return words.expression(lambda beginning: endings(conn, table, beginning))


class Statements:
    """Writes statements for a choice and what is asked of the full-text tables."""

    def __init__(self, conn: sqlite3.Connection, choice: Choice, asked: list[Asked]) -> None:
        self._choice = choice
        self.asked = asked
        held = conn.execute(
            "SELECT name FROM sqlite_schema WHERE name GLOB 'articles_*' OR name = 'volumes'"
        )
        self._held = {name for (name,) in held}

    def sql(self, template: str, walked: str = "articles_newest", *, every: bool = False) -> str:
        """The statement. every: the words are asked for in ALSO_ too."""
        also = "".join(
            f"a.id IN (SELECT rowid FROM {asked.table} WHERE {asked.table} MATCH :{asked.name})"  # noqa: S608  names of ours
            " AND "
            for asked in self.asked[0 if every else 1 :]
        )
        table = self.asked[0].table if self.asked else ""
        sql = template.replace("ALSO_", also).replace("CHOICE_", self._choice.sql)
        sql = sql.replace("INDEX_", table).replace("WALKED_", walked)
        for name in _INDEXES:  # an archive that no writer of today has opened lacks them
            if name not in self._held:
                sql = sql.replace(f" INDEXED BY {name}", "")
        return sql

    def years_of_sites(self) -> str | None:
        """The statement where the filters are of sites alone; None where they are not."""
        sites = self._choice.of_sites
        if sites is None or "volumes" not in self._held:
            return None
        figure = "edited" if self._choice.changed else "articles"
        return YEARS_OF_SITES.replace("FIGURE_", figure).replace("SITES_", sites)

    def values(self, **more: Any) -> dict[str, Any]:
        """The values of all names in a statement."""
        matches = {asked.name: asked.match for asked in self.asked}
        return {**matches, **self._choice.values, **more}
