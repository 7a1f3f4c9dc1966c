"""`newsarchive merge`: another archive into this one."""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsarchive import clock
from newsarchive.cli._options import db_option
from newsarchive.cli._print import plain
from newsarchive.errors import ArchiveError, Busy, CallError

if TYPE_CHECKING:
    from newsarchive.archive.locks import Locks
    from newsarchive.archive.merge import Counts


@click.command(
    epilog="\b\nExamples:\n"
    "  newsarchive merge laptop.db\n"
    "  newsarchive merge --db all.db north.db && newsarchive merge --db all.db south.db"
)
@click.argument("other", metavar="OTHER", type=click.Path(path_type=Path))
@click.option("--quiet", "-q", is_flag=True, help="Say nothing but problems.")
@db_option
def merge(other: Path, quiet: bool, db: Path) -> int:
    """Take the archive OTHER into this one, which is made if it is not there.

    Its captures come with their WARC files. What the two know of an article is put together: all
    looks at it in their order, and the versions that follow from them. What either withholds stays
    withheld, what either erased stays erased. It does not matter which archive takes in which, or
    how often. OTHER is only read (files of its dead writers are closed).
    """
    from newsarchive.archive.locks import Locks
    from newsarchive.archive.merge import open_other
    from newsarchive.archive.salvage import open_archive
    from newsarchive.archive.withhold import FILES

    if other.exists() and db.exists() and other.samefile(db):
        raise CallError(f"{other}: is the archive itself; name another one")
    with closing(Locks(other)) as theirs, closing(Locks(db)) as locks:
        free = True
        with suppress(ArchiveError):  # where nobody can write, nobody changes its files
            free = not other.exists() or theirs.take(FILES)
        if not free:
            raise Busy(f"{other}: another newsarchive uses its files; wait for its end")
        with suppress(ArchiveError):  # it may be one that cannot be written, only read
            open_archive(other, create=False).close()
        with closing(open_other(other)):
            pass  # what is wrong with it is said before an archive is made
        counts, clean = _merge(other, db, locks, quiet)
    if not quiet:
        click.echo(
            f"{plain(str(other))}: {counts.new} new, {counts.changed} changed, "
            f"{counts.unchanged} unchanged articles, {counts.captures} captures"
        )
    return int(not clean)


def _merge(other: Path, db: Path, locks: Locks, quiet: bool) -> tuple[Counts, bool]:
    from newsarchive.archive.merge import Merge, open_other
    from newsarchive.archive.salvage import open_archive
    from newsarchive.archive.withhold import FILES, alone, compact
    from newsarchive.cli import fail
    from newsarchive.cli._bar import bar

    with open_archive(db) as archive, closing(open_other(other)) as conn:
        if not (locks.take(FILES) and alone(archive, locks)):
            raise Busy(f"{db}: another newsarchive writes to it; wait for its end")
        now = clock.stamp(clock.now())
        work = Merge(archive, conn, other.with_suffix(".warc"), now)
        with bar("copying", work.size, quiet=quiet) as advance:
            work.copy(advance)
        with bar("merging", work.articles, quiet=quiet) as advance:
            counts = work.run(advance)
        for name in work.missing:
            fail(f"{archive.warc_dir / name}: is missing; what was erased of it stays in it")
        clean = not work.erases or compact(archive, locks)
        if not clean:
            fail(
                f"{db}: in use by another program; traces of what the other archive erased may "
                "stay in it: withhold it with --erase once more"
            )
    return counts, clean and not work.missing
