"""`newsarchive verify`: the database, its WARC files, and what leads from one to the other."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsarchive import query
from newsarchive.cli._options import db_option
from newsarchive.text import inert

if TYPE_CHECKING:
    from newsarchive.archive.audit import Fault

MANY = 50  # faults of one file that are named one by one


@click.command(
    epilog="\b\nExamples:\n"
    "  newsarchive verify\n"
    "  newsarchive verify --quiet --db backup/archive.db     # silent if all is well\n"
    "  newsarchive verify --repair"
)
@click.option("--repair", is_flag=True, help="Mend what can be rebuilt, then verify again.")
@click.option("--quiet", is_flag=True, help="Say nothing but problems.")
@db_option
def verify(repair: bool, quiet: bool, db: Path) -> int:
    """Check that the archive is whole; exit 0 if it is, 1 with a line for each fault if not.

    Read are the database with its full-text tables, and every record of every WARC file with its
    digests; every capture must have its record, every article its capture. Files that a crawl
    writes to at the moment are read as far as they were recorded when this began.

    --repair closes files of dead writers, makes full-text tables anew and drops captures whose
    record is lost; their pages are asked again by the next crawl.
    """
    from newsarchive.cli import fail

    faults: list[Fault] = []
    for fault in _faults(db, quiet):
        faults.append(fault)
        if not repair:
            fail(f"{fault.where}: {fault.what}")
    if not faults:
        if not quiet:
            click.echo(inert(_sound(db)))
        return 0
    if not repair:
        return 1
    from newsarchive.archive.repair import repair as mend
    from newsarchive.archive.salvage import open_archive

    with open_archive(db, create=False) as archive:
        for line in mend(archive, faults):
            click.echo(inert(line))
    left = list(_faults(db, quiet))
    for fault in left:
        fail(f"{fault.where}: {fault.what}; it cannot be mended, restore it from a copy")
    if not left and not quiet:
        click.echo(inert(_sound(db)))
    return int(bool(left))


def _sound(db: Path) -> str:
    with closing(query.open_readonly(db)) as conn:
        counts = query.counts(conn)
    return f"{db}: sound, {counts['articles']} articles, {counts['captures']} captures"


def _faults(db: Path, quiet: bool) -> Iterator[Fault]:
    from newsarchive.archive._connect import explain
    from newsarchive.archive.audit import audit, files

    with closing(query.open_readonly(db)) as conn:
        try:
            _steady(conn)
            size = files(conn, db.with_suffix(".warc"))
            with _progress(not quiet and sys.stderr.isatty(), size) as advance:
                yield from audit(conn, db, advance=advance)
        except sqlite3.DatabaseError as error:
            raise explain(error, db) from error


def _steady(conn: sqlite3.Connection) -> None:
    """See one state of the archive from now on, whatever a crawl writes meanwhile."""
    conn.execute("PRAGMA query_only = OFF")  # for temporary tables; the file is open to read only
    conn.isolation_level = None
    conn.execute("BEGIN")
    conn.execute("SELECT 1 FROM captures LIMIT 1").fetchone()


@contextmanager
def _progress(shown: bool, total: int) -> Iterator[Callable[[int], None]]:
    """Something to call with bytes read; draws a bar on standard error if `shown`."""
    if not shown:
        yield lambda _bytes: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("verifying", total=total)
        yield lambda read: bar.advance(task, read)
