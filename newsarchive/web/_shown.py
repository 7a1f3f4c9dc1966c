"""What `serve` shows of an archive: every table without what is withheld, whatever SQL asks.

Views of the tables' own names stand before them, and SQLite's authorizer refuses whoever asks for
the tables themselves. A view's name in a statement could be forged by a CTE; so the views that
read the tables have names made of a token, and a statement that holds the token is refused.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from secrets import token_hex
from typing import Any

_WITHHELD = "SELECT id FROM main.articles WHERE withheld IS NOT NULL"
_KEYS = "SELECT key FROM main.withholdings UNION ALL SELECT key FROM main.urls WHERE article IN (W)"
# Addresses under which the withheld articles and their pictures were fetched.
_ADDRESSES = """
    SELECT url FROM main.urls WHERE article IN (W)
    UNION ALL SELECT url FROM main.withholdings
    UNION ALL SELECT url FROM main.frontier WHERE key IN (K)
    UNION ALL SELECT url FROM main.recoveries
        WHERE source IN ('wayback', 'commoncrawl') AND key IN (K)
    UNION ALL SELECT url FROM main.images WHERE article IN (W)
    UNION ALL SELECT json_extract(shown.value, '$.url')
        FROM main.versions AS v, json_each(v.images) AS shown WHERE v.article IN (W)
"""
_CAPTURES = """
    SELECT capture FROM main.articles WHERE id IN (W) AND capture IS NOT NULL
    UNION ALL SELECT capture FROM main.observations WHERE article IN (W)
    UNION ALL SELECT capture FROM main.versions WHERE article IN (W) AND capture IS NOT NULL
    UNION ALL SELECT capture FROM main.events WHERE article IN (W) AND capture IS NOT NULL
    UNION ALL SELECT capture FROM main.checks WHERE article IN (W) AND capture IS NOT NULL
    UNION ALL SELECT id FROM main.captures WHERE url IN (ADDRESSES_)
"""
# table -> the column by which its rows are withheld, and what that is one of.
_BY = {
    "articles": ("id", "article"),
    **{
        table: ("article", "article")
        for table in (
            "versions",
            "images",
            "tags",
            "urls",
            "events",
            "observations",
            "checks",
            "reprints",
            "likenesses",
            "signatures",
            "bands",
            "reprints_due",
        )
    },
    "captures": ("id", "capture"),
    "revisits": ("capture", "capture"),
    "problems": ("capture", "capture"),
    "frontier": ("key", "key"),
    "recoveries": ("key", "key"),
    "withholdings": ("key", "key"),
}
# Where that column is the rowid, the view must name another: of a table of which it wants none,
# SQLite would not say through which view it is asked for.
_NAMED = {
    "articles": "site", "captures": "site", "checks": "due", "revisits": "refers_to",
    "reprints": "story", "reprints_due": "old", "signatures": "signature",
}  # fmt: skip
# Tables without a key: Datasette knows their rows by rowid, which a view must name as a column.
KEYLESS = ("events", "problems")
# How the tables are built; that of the full-text ones, they ask themselves.
_STRUCTURE = frozenset(
    {"articles_exact_config", "articles_fts_config", "sqlite_master", "sqlite_schema"}
)
# Besides, tables of which nothing is withheld, and the full-text ones, which leave it out.
OPEN = _STRUCTURE | frozenset(
    {
        "articles_exact", "articles_folded", "articles_fts", "articles_shown", "crawls",
        "days", "health", "json_each", "json_tree", "listings", "named_hosts", "recovery_lists",
        "rhythms", "sections",
        "signature_probe", "sites", "stories", "tallies", "volumes", "_sqlite_migrations",
        "sqlite_sequence",
    }
)  # fmt: skip
_PRAGMAS = frozenset(
    {
        "cache_size", "data_version", "database_list", "foreign_key_list", "function_list",
        "index_info", "index_list", "index_xinfo", "max_page_count", "page_count", "page_size",
        "schema_version", "table_info", "table_xinfo",
    }
)  # fmt: skip
_HARMLESS = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
# They load code, or tell where in memory SQLite has its own.
_NEVER = frozenset({"fts3_tokenizer", "load_extension"})


_COUNT = re.compile(r"select count\(\*\) from \[?(\w+)\]?\s*")


def _sets(tables: set[str]) -> dict[str, str]:
    """Statements that select what is withheld, of those tables that there are (an older archive
    has not all of them): ids of articles, keys, ids of captures."""

    def of_tables(sql: str) -> str:
        parts = sql.split("UNION ALL")
        return "UNION ALL".join(p for p in parts if set(re.findall(r"main\.(\w+)", p)) <= tables)

    keys = of_tables(_KEYS).replace("(W)", f"({_WITHHELD})")
    addresses = of_tables(_ADDRESSES).replace("(K)", f"({keys})")
    captures = of_tables(_CAPTURES).replace("ADDRESSES_", addresses)
    return {
        "article": _WITHHELD, "key": keys, "capture": captures.replace("(W)", f"({_WITHHELD})")
    }  # fmt: skip


def _views(table: str, token: str, withheld: dict[str, str]) -> list[str]:
    """The statements that put views before a table.

    Rows are chosen by NOT IN: few are withheld, so the set is made at once, while a look at
    articles.withheld would read past every body.
    """
    column, kind = _BY[table]
    choice = f"{column} NOT IN ({withheld[kind]})"
    if table in _NAMED:
        choice += f" AND {_NAMED[table]} <> ''"
    elif table == "problems":
        choice += " OR capture IS NULL"
    elif table == "likenesses":
        choice += f" AND other NOT IN ({withheld[kind]})"
    rows = "rowid AS rowid, *" if table in KEYLESS else "*"
    inner = f'"{token}_{table}"'
    return [
        f"CREATE TEMP VIEW {inner} AS SELECT {rows} FROM main.{table} WHERE {choice}",  # noqa: S608  names of ours
        f"CREATE TEMP VIEW {table} AS SELECT * FROM {inner}",  # noqa: S608  names of ours
    ]


class Shown:
    """A reading connection to an archive in which what is withheld is not there.

    conn: as `open_readonly` gives it, fully prepared; belongs to this object from now on.
    """

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._token = token_hex(8)
        self._checked = False
        made = conn.execute("SELECT type, name, sql FROM sqlite_master ORDER BY rowid").fetchall()
        tables = {name for kind, name, _ in made if kind == "table"}
        self._withheld = _sets(tables)
        conn.execute("PRAGMA query_only = OFF")  # which forbids temporary views too
        for table in tables & _BY.keys():
            for statement in _views(table, self._token, self._withheld):
                conn.execute(statement)
        for kind, _, sql in made:
            if kind == "view":  # the archive's own, over ours
                conn.execute(sql.replace("CREATE VIEW", "CREATE TEMP VIEW", 1))
        conn.execute("PRAGMA query_only = ON")
        conn.set_authorizer(self._authorize)

    def cursor(self) -> Cursor:
        """A cursor, as a connection gives it."""
        return Cursor(self, self._conn.cursor())

    def execute(self, sql: str, params: Any = ()) -> Cursor:
        """Execute one statement."""
        return self.cursor().execute(sql, params)

    def set_progress_handler(self, handler: Callable[[], Any] | None, steps: int) -> None:
        """As of a connection: Datasette limits the time of a statement by it."""
        self._conn.set_progress_handler(handler, steps)

    def close(self) -> None:
        """Close the connection."""
        self._conn.close()

    def run(self, cursor: sqlite3.Cursor, sql: str, params: Any) -> None:
        """Execute a statement if it asks for nothing but what is shown.

        Raises sqlite3.DatabaseError if it does.
        """
        if self._token in sql:
            raise sqlite3.DatabaseError("not authorized")
        if (counting := self._counting(sql)) is not None:
            self.step(lambda: cursor.execute(counting))
            return
        try:
            cursor.execute(f"EXPLAIN {sql}", params)
        except sqlite3.OperationalError:
            # An EXPLAIN itself, or no SQL: neither reads a row.
            cursor.execute(sql, params)
            return
        self.step(lambda: cursor.execute(sql, params))

    def _counting(self, sql: str) -> str | None:
        """A quicker way to count all rows of a table, if that is what a statement does.

        SQLite counts the rows of a table without looking at them, those of a view it does not.
        """
        match = _COUNT.fullmatch(sql)
        if match is None or match[1] not in _BY or match[1] == "likenesses":  # by two columns
            return None
        column, kind = _BY[match[1]]
        return (
            f"SELECT (SELECT count(*) FROM main.{match[1]}) - (SELECT count(*) "  # noqa: S608  names of ours
            f"FROM main.{match[1]} WHERE {column} IN ({self._withheld[kind]})) AS [count(*)]"
        )

    def step(self, work: Callable[[], Any]) -> Any:
        """Go on with a checked statement; the full-text tables ask for parts of themselves now."""
        self._checked = True
        try:
            return work()
        finally:
            self._checked = False

    def _authorize(
        self, action: int, one: str | None, two: str | None, where: str | None, within: str | None
    ) -> int:
        """SQLite's question for each thing that a statement does: may it?

        within: the innermost view (or CTE) that asks.
        """
        name = (one or "").lower()
        if action == sqlite3.SQLITE_PRAGMA:
            allowed = name in _PRAGMAS
        elif action == sqlite3.SQLITE_FUNCTION and (two or "").lower() in _NEVER:
            allowed = False
        elif self._checked or action in _HARMLESS:
            allowed = True
        elif action == sqlite3.SQLITE_READ:
            allowed = (within or "").startswith(self._token) or _may_read(name, where)
        else:
            # So a virtual table says what columns it has; nothing is written by it.
            allowed = action == sqlite3.SQLITE_UPDATE and name == "sqlite_master"
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def may_be_named(table: str) -> bool:
    """Whether a statement may name this table; what stands behind the full-text ones, none may."""
    name = table.lower()
    return name in _BY or name in OPEN


def _may_read(name: str, where: str | None) -> bool:
    """Whether a statement itself may read a table.

    where: the database; None where the statement names none, and reads no column: then the name
    is that of a view before a table, of a CTE, or of a table before which no view stands.
    """
    if name in OPEN or name.removeprefix("pragma_") in _PRAGMAS:
        return True
    if where is None:
        return name in _BY or not name.startswith(("articles_", "sqlite_"))
    return where.lower() == "temp"


class Cursor:
    """The part of a cursor's ways that Datasette goes."""

    def __init__(self, shown: Shown, cursor: sqlite3.Cursor) -> None:
        self._shown = shown
        self._cursor = cursor

    @property
    def description(self) -> Any:
        """As of any cursor."""
        return self._cursor.description

    def execute(self, sql: str, params: Any = ()) -> Cursor:
        """Execute one statement."""
        self._shown.run(self._cursor, sql, params)
        return self

    def fetchone(self) -> Any:
        """The next row, or None."""
        return self._shown.step(self._cursor.fetchone)

    def fetchmany(self, size: int) -> Any:
        """The next rows."""
        return self._shown.step(lambda: self._cursor.fetchmany(size))

    def fetchall(self) -> Any:
        """All rows that are left."""
        return self._shown.step(self._cursor.fetchall)


def only_structure(conn: sqlite3.Connection) -> None:
    """Make a connection read nothing but how the tables are built."""

    def authorize(
        action: int, one: str | None, _two: str | None, _where: str | None, _within: str | None
    ) -> int:
        rows = action == sqlite3.SQLITE_READ and one not in _STRUCTURE
        return sqlite3.SQLITE_DENY if rows else sqlite3.SQLITE_OK

    conn.set_authorizer(authorize)
