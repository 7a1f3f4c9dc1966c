"""`newsarchive backup`: a copy of the archive, also while a crawl writes to it."""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path

import click

from newsarchive import query
from newsarchive.cli._options import db_option
from newsarchive.cli._print import plain
from newsarchive.errors import ArchiveError, Busy


@click.command(
    epilog="\b\nExamples:\n"
    "  newsarchive backup /mnt/backup/archive.db\n"
    "  newsarchive backup --quiet /mnt/backup/archive.db      # again, from cron\n"
    "  newsarchive search 'danh bac' --db /mnt/backup/archive.db"
)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--quiet", "-q", is_flag=True, help="Say nothing but problems.")
@db_option
def backup(path: Path, quiet: bool, db: Path) -> None:
    """Copy the archive to the file PATH, its WARC files into the folder beside it.

    PATH is made, or an older copy of the same archive is renewed: of WARC files, those that are
    not there yet are copied. Crawls may go on meanwhile; the copy is the archive as it was at one
    moment, and whole. It is an archive itself: to restore it, copy it back, or name it with --db.
    """
    from newsarchive.archive.backup import Backup, check
    from newsarchive.archive.locks import Locks
    from newsarchive.archive.withhold import FILES
    from newsarchive.cli._bar import bar

    with closing(query.open_readonly(db)):
        pass  # what is wrong with the archive is said before anything is made
    check(db, path)
    with closing(Locks(db)) as locks:
        free = True
        with suppress(ArchiveError):  # where nobody can write, nobody erases
            free = locks.take(FILES)
        if not free:
            raise Busy(f"{db}: another newsarchive uses its WARC files; wait for its end")
        work = Backup(db, path)
        try:
            with bar("database", db.stat().st_size, quiet=quiet) as advance:
                work.database(advance)
            with bar("WARC files", work.size, quiet=quiet) as advance:
                work.files(advance)
            done = work.finish()
        finally:
            work.discard()
    if not quiet:
        click.echo(
            f"{plain(str(path))}: {done.articles} articles, {done.captures} captures; "
            f"{done.copied} of {done.files} WARC files copied ({done.bytes / 1e6:.1f} MB)"
        )
