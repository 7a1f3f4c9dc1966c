"""`newsarchive reparse`: the kept pages read again with today's reader."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsarchive.cli._dask import check_dask, connected, dask_options
from newsarchive.cli._options import db_option
from newsarchive.cli._print import plain
from newsarchive.errors import ArchiveError, CallError, UnknownSite

if TYPE_CHECKING:
    from newsarchive.archive.rereading import Rereading
    from newsarchive.intake.again import Report
    from newsarchive.intake.pool import Reads
    from newsarchive.intake.progress import Progress

_LONGEST = 60  # characters of a value
_BEFORE = 16  # characters in front of where two values part


@click.command(
    epilog="\b\nExamples:\n"
    "  newsarchive reparse --dry-run            # what a newer reader would change\n"
    "  newsarchive reparse\n"
    "  newsarchive reparse daklak lamdong --quiet\n"
    "  newsarchive reparse --dask tcp://192.0.2.1:8786\n"
    "  newsarchive reparse --dask tcp://192.0.2.1:8786 --warcs s3://bucket/archive.warc"
)
@click.argument("sites", nargs=-1, metavar="[SITE]...")
@click.option("--dry-run", is_flag=True, help="Change nothing, only show what would change.")
@dask_options
@click.option(
    "--warcs",
    metavar="FOLDER|ADDRESS",
    help="With --dask: where the workers find the archive's WARC files, if they are not to be sent "
    "the records.",
)
@click.option("--quiet", "-q", is_flag=True, help="Say nothing but problems.")
@db_option
def reparse(
    sites: tuple[str, ...],
    dry_run: bool,
    dask: str | None,
    parts: Path | None,
    overwrite: bool,
    warcs: str | None,
    quiet: bool,
    db: Path,
) -> int:
    """Read the pages of all articles again, or of those SITEs, from the bytes that are kept.

    What the reader understands better by now is changed in place, in all versions; no version is
    made by it. A page in which it finds no article any more keeps what it has, and is named.
    Nothing is asked of any network, but with --dask.
    """
    from newsarchive.intake import progress
    from newsarchive.intake.pool import Pool

    check_dask(dask, parts, overwrite=overwrite)
    if warcs is not None and dask is None:
        raise CallError("--warcs goes with --dask ADDRESS")
    place = _place(warcs)
    shown = progress.fitting(quiet=quiet)
    with _opened(db, dry_run=dry_run or parts is not None) as kept:
        _check(kept, sites)
        if dask is None:
            with Pool() as pool:
                report = _again(kept, pool, shown, sites, None)
        else:
            with connected(dask, shown, quiet=quiet, warcs=place) as machines:
                readers = machines.readers
                if parts is not None:
                    from newsarchive.cli._parts import reread_into

                    return reread_into(parts, kept, readers, sites, shown, overwrite=overwrite)
                report = _again(kept, readers, shown, sites, readers.batch)
    if not quiet:
        _show(report)
    return int(bool(report.failed))


def _again(
    kept: Rereading, pool: Reads, shown: Progress, sites: tuple[str, ...], batch: int | None
) -> Report:
    from newsarchive.intake.again import Again

    shown.start()
    try:
        return Again(kept, pool, shown, batch=batch).run(sites)
    finally:
        shown.stop()
        kept.commit()


def _place(warcs: str | None) -> str | None:
    """Where the workers find WARC files, as they are told it."""
    if warcs is None:
        return None
    from newsarchive.cluster import storage

    found = storage.located(warcs)
    return str(found.absolute()) if isinstance(found, Path) else found


@contextmanager
def _opened(db: Path, *, dry_run: bool) -> Iterator[Rereading]:
    from newsarchive.archive.rereading import Rereading

    if dry_run:
        from newsarchive import query

        with closing(query.open_readonly(db)) as conn:
            yield Rereading(conn, db)
        return
    from newsarchive.archive.locks import Locks
    from newsarchive.archive.salvage import open_archive

    with closing(open_archive(db, create=False)) as archive, closing(Locks(db)) as locks:
        if not locks.take("reparse"):
            raise ArchiveError(f"{db}: another reparse is at work; wait for its end")
        yield Rereading.of(archive)


def _check(kept: Rereading, sites: tuple[str, ...]) -> None:
    """Refuse a slug that neither the archive nor the registry knows: it is a slip of the pen."""
    import difflib

    from newsarchive.sites import all_sites

    there = kept.sites()
    for slug in sites:
        if slug not in there and slug not in all_sites():
            raise UnknownSite(slug, difflib.get_close_matches(slug, {*there, *all_sites()}, n=3))


def _show(report: Report) -> None:
    for name, changes in report.fields.items():
        click.echo(f"{name}: {_articles(changes.count)} change{'s' * (changes.count == 1)}")
        for example in changes.examples:
            values = ""
            if example.old is not None or example.new is not None:
                values = ": {} -> {}".format(*_parted(example.old, example.new))
            click.echo(f"    {example.id} {plain(example.url)}{values}")
    if not report.fields:
        click.echo("nothing changes")
    failed = f", {report.failed} failed" if report.failed else ""
    click.echo(f"{_articles(report.articles)} read again, {report.changed} changed{failed}")


def _articles(count: int) -> str:
    return f"{count} article" + "s" * (count != 1)


def _parted(old: str | None, new: str | None) -> tuple[str, str]:
    """Both values in one short line each, from a little before the place where they part."""
    one, other = plain(old), plain(new)
    same = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    start = max(0, same - _BEFORE) if max(len(one), len(other)) > _LONGEST else 0
    return _cut(old, one, start), _cut(new, other, start)


def _cut(value: str | None, text: str, start: int) -> str:
    if value is None:
        return "nothing"
    end = start + _LONGEST
    return "'" + "…" * (start > 0) + text[start:end] + "…" * (len(text) > end) + "'"
