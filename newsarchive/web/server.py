"""Datasette over one archive, read-only. Imported only by those who have the extra 'web'."""

from __future__ import annotations

import socket
import sqlite3
from pathlib import Path

import uvicorn
from datasette.app import Datasette
from datasette.database import Database

from newsarchive.errors import ArchiveError
from newsarchive.query import open_readonly
from newsarchive.web.metadata import metadata

SETTINGS = {
    "default_page_size": 50,
    "max_returned_rows": 1000,
    "sql_time_limit_ms": 3000,
    "facet_time_limit_ms": 500,
    "truncate_cells_html": 300,
    "allow_download": False,
    "default_cache_ttl": 0,  # the archive may be growing under the page
}


class _Archive(Database):  # type: ignore[misc]  # Datasette has no types
    """A database opened as the rest of newsarchive opens it to read.

    Datasette's own way does not write either, but takes the path for a URI (a '#' in a folder's
    name ends it) and fails on media that cannot be written.
    """

    def connect(self, write: bool = False) -> sqlite3.Connection:
        if write:
            raise ArchiveError(f"{self.path}: is served read-only")
        return open_readonly(Path(self.path))


def build(path: Path) -> Datasette:
    """Datasette with the archive at `path` as its one database, named after the file."""
    name = path.stem
    datasette = Datasette([], settings=SETTINGS, metadata=metadata(name))
    datasette.remove_database("_memory")
    datasette.add_database(_Archive(datasette, path=str(path)), name=name)
    return datasette


def run(path: Path, listener: socket.socket) -> None:
    """Serve the archive on a listening socket until interrupted."""
    config = uvicorn.Config(build(path).app(), log_level="warning", lifespan="on")
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        return  # the way in which a server ends
