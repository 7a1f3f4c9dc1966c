"""Datasette over one archive, read-only. Imported only by those who have the extra 'web'."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic
from typing import Any

import uvicorn
from datasette.app import Datasette
from datasette.database import Database, QueryInterrupted, Results
from datasette.utils import Column

from newsarchive.errors import ArchiveError
from newsarchive.query import open_readonly
from newsarchive.web import desk, searching
from newsarchive.web._shown import KEYLESS, may_be_named, only_structure
from newsarchive.web._statements import Outcome, Statement
from newsarchive.web.listening import Patient
from newsarchive.web.metadata import metadata
from newsarchive.web.statements import Row, Statements

SETTINGS = {
    "default_page_size": 25,
    "suggest_facets": False,  # each would read the whole table at every look at a page of it
    "max_returned_rows": 1000,
    "sql_time_limit_ms": 3000,
    "facet_time_limit_ms": 500,
    "truncate_cells_html": 300,
    "allow_download": False,
    "default_cache_ttl": 0,  # the archive may be growing under the page
}
_LONG = 600.0  # seconds
_AT_ONCE = 3  # statements, each in a process of its own
# What Datasette lets everybody do by default.
_LOOKS = frozenset(("view-instance", "view-database", "view-table", "view-query", "execute-sql"))


class _Archive(Database):  # type: ignore[misc]  # Datasette has no types
    """An archive opened as the rest of newsarchive opens it to read.

    Datasette's own way does not write either, but takes the path for a URI (a '#' in a folder's
    name ends it) and fails on media that cannot be written.

    Statements are answered by processes of their own. How the tables are built (their keys, which
    views have not) is asked of a connection that reads nothing else, at once: a page asks dozens of
    such questions, and to have a thread answer one takes longer than the answer.
    """

    def __init__(self, datasette: Datasette, path: Path, name: str) -> None:
        super().__init__(datasette, path=str(path))
        self.name = name
        self._statements = Statements(path)
        # Not Datasette's own, so that statements of visitors are in no page's way.
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="sql")
        self._structure = threading.local()
        self._long: dict[str, float] = {}  # tables that took too long to count, and until when

    def warm(self) -> None:
        """Have a process load while nobody has asked for anything yet."""
        self._threads.submit(self._statements.process)

    def connect(self, write: bool = False) -> sqlite3.Connection:
        if write:
            raise ArchiveError(f"{self.path}: is served read-only")
        conn = open_readonly(Path(self.path))
        only_structure(conn)
        return conn

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], Any]) -> Any:
        """What a function finds out about the structure."""
        conn: sqlite3.Connection | None = getattr(self._structure, "conn", None)
        if conn is None:
            conn = self._structure.conn = self.connect()
            self.ds._prepare_connection(conn, self.name)
        return fn(conn)

    async def table_counts(self, limit: int = 10) -> dict[str, int | None]:
        """Rows of each table, counted for at most `limit` ms; None where that is too short.

        A table that was too long is not counted again for a while: it only grows.
        """
        names = await self.table_names()
        counts = await asyncio.gather(*(self._table_count(name, limit) for name in names))
        return dict(zip(names, counts, strict=True))

    async def _table_count(self, name: str, limit: int) -> int | None:
        if self._long.get(name, 0.0) > monotonic():
            return None
        try:
            sql = f"select count(*) from [{name}]"  # noqa: S608  a table that is there
            found = await self.execute(sql, custom_time_limit=limit)
        except QueryInterrupted:
            self._long[name] = monotonic() + _LONG
            return None
        except sqlite3.DatabaseError:
            return None
        return int(found.rows[0][0])

    async def execute(
        self,
        sql: str,
        params: Any = None,
        truncate: bool = False,
        custom_time_limit: int | None = None,
        page_size: int | None = None,
        log_sql_errors: bool = True,
    ) -> Results:
        """Execute a statement; what is withheld is in none of the tables.

        As Datasette's own, but that nothing of a wrong statement goes to the log.
        """
        given = dict(params) if isinstance(params, Mapping) else tuple(params or ())
        most = self.ds.max_returned_rows
        if most == (page_size or self.ds.page_size):
            most += 1
        limit = min(self.ds.sql_time_limit_ms, custom_time_limit or self.ds.sql_time_limit_ms)
        asked = Statement(
            searching.statement(sql, given), given, limit / 1000, most + 1 if truncate else None
        )
        found = await self._statements.ask(self._threads, asked)
        if found.wrong is not None:
            raise _error(found, sql, given)
        columns = found.columns or ()
        rows = [Row.of(columns, values) for values in found.rows]
        description = [(name, *[None] * 6) for name in columns]
        if not truncate:
            return Results(rows, False, description)
        return Results(rows[:most], len(rows) > most, description)

    async def attached_databases(self) -> list[Any]:
        """None: that of the temporary views is no user's concern."""
        return []

    async def table_names(self) -> list[str]:
        """All tables that may be read; those behind the full-text ones may not."""
        return [name for name in await super().table_names() if may_be_named(name)]

    async def table_exists(self, table: str) -> bool:
        """Whether there is such a table that may be read."""
        return may_be_named(table) and bool(await super().table_exists(table))

    async def primary_keys(self, table: str) -> list[str]:
        """Columns by which a row is found."""
        return ["rowid"] if table in KEYLESS else list(await super().primary_keys(table))

    async def table_columns(self, table: str) -> list[str]:
        """Names of the columns."""
        return [*["rowid"] * (table in KEYLESS), *await super().table_columns(table)]

    async def table_column_details(self, table: str) -> list[Column]:
        """Names, types and so on of the columns."""
        found = await super().table_column_details(table)
        rowid = Column(-1, "rowid", "INTEGER", 0, None, 1, 0)
        return [rowid, *found] if table in KEYLESS else list(found)


def _error(found: Outcome, sql: str, params: Any) -> Exception:
    """Why a statement found nothing, as Datasette knows it."""
    if found.kind == "slow":
        slow: Exception = QueryInterrupted(sqlite3.OperationalError(found.wrong), sql, params)
        return slow
    if found.kind == "file":
        return ArchiveError(found.wrong or "")
    return sqlite3.OperationalError(found.wrong)


class _Desk(Datasette):  # type: ignore[misc]  # likewise
    """Datasette for the one user of this machine, who may look at everything in the archive.

    It has no rules on who may see what; to find that out for each table of each page, Datasette
    would ask the file and copy the descriptions of all tables.
    """

    async def permission_allowed(
        self, actor: Any, action: str, resource: Any = None, default: bool = False
    ) -> bool:
        """Whether an actor may do something: look at the archive, yes; else by Datasette's way."""
        database = resource[0] if isinstance(resource, tuple) else resource
        if action in _LOOKS and database != "_internal":
            return default
        return bool(await super().permission_allowed(actor, action, resource, default))


def build(path: Path) -> Datasette:
    """Datasette with the archive at `path` as its one database, named after the file."""
    name = path.stem if path.stem not in desk.RESERVED else f"{path.stem}_db"
    desk.install()
    datasette = _Desk(
        [],
        settings=SETTINGS,
        metadata=metadata(name),
        template_dir=str(desk.TEMPLATES),
        static_mounts=[desk.STATIC],
    )
    datasette.remove_database("_memory")
    datasette.add_database(_Archive(datasette, path, name), name=name)
    return datasette


def run(path: Path, listener: socket.socket) -> None:
    """Serve the archive on a listening socket until interrupted."""
    datasette = build(path)
    datasette.get_database().warm()
    config = uvicorn.Config(
        datasette.app(),
        http=Patient,
        ws="none",
        lifespan="on",
        log_level="error",  # what is no HTTP is no news
        proxy_headers=False,  # nobody stands between
        server_header=False,
    )
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        return  # the way in which a server ends
