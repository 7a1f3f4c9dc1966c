"""`newsarchive backup`: a consistent copy of the archive, also while a crawl writes to it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from newsarchive.cli._options import db_option


@click.command(
    epilog="\b\nExamples:\n"
    "  newsarchive backup /backup/archive.db\n"
    "  newsarchive backup /backup/archive.db --quiet      # again: only what is new is copied\n"
    "  newsarchive verify --db /backup/archive.db\n"
    "  newsarchive search danh bac --db /backup/archive.db"
)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--quiet", is_flag=True, help="Say nothing but problems.")
@db_option
def backup(path: Path, quiet: bool, db: Path) -> None:
    """Copy the archive to PATH, its WARC files to the folder beside that; a crawl may go on.

    The copy is an archive of its own: use it with --db. A later backup to the same PATH replaces
    the database, whole or not at all, and copies only WARC files that are new.
    """
    from newsarchive.archive.backup import backup as copy

    with _progress(not quiet and sys.stderr.isatty()) as advance:
        done = copy(db, path, advance=advance)
    if not quiet:
        click.echo(
            f"{path}: {done.articles} articles; {done.files} WARC files copied "
            f"({done.bytes / 1e6:.1f} MB), {done.there} were there"
        )


@contextmanager
def _progress(shown: bool) -> Iterator[Callable[[int, int], None]]:
    """Something to call with bytes copied and their total; draws a bar on standard error."""
    if not shown:
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("copying", total=None)
        yield lambda done, total: bar.update(task, advance=done, total=total)
