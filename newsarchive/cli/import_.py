"""`newsarchive import`: WARC and WACZ files, folders of pages, text dumps into the archive."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsarchive.cli._dask import check_dask, connected, dask_options
from newsarchive.cli._options import db_option
from newsarchive.cli._print import plain
from newsarchive.errors import CallError

if TYPE_CHECKING:
    from newsarchive.intake.counts import Counts
    from newsarchive.intake.limits import Limits
    from newsarchive.intake.pool import Reads
    from newsarchive.intake.progress import Progress
    from newsarchive.intake.taking import Source


@click.command(
    "import",
    epilog="\b\nExamples:\n"
    "  newsarchive import crawl-2021.warc.gz collection.wacz\n"
    "  newsarchive import mirror/               # what wget or HTTrack saved, or a browser\n"
    "  newsarchive import --site haiduong dump-2022-08-22.txt\n"
    "  newsarchive import --quiet --db other.db /mnt/old/*.warc.gz\n"
    "  newsarchive import --dask tcp://192.0.2.1:8786 s3://bucket/crawls/\n"
    "  newsarchive import --dask tcp://192.0.2.1:8786 --parts read/ /mnt/old/",
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path())
@click.option(
    "--site",
    metavar="SLUG",
    help="The site of pages that nothing tells the address of; otherwise 'import'.",
)
@click.option(
    "--max-size",
    type=click.IntRange(min=1, max=32),
    default=32,
    show_default=True,
    metavar="MIB",
    help="MiB that a page may have, unpacked; what is larger is none.",
)
@click.option(
    "--max-ratio",
    type=click.IntRange(min=10, max=100_000),
    default=250,
    show_default=True,
    metavar="TIMES",
    help="A packed record that grows more often than that, and beyond 64 MiB, is left out.",
)
@dask_options
@click.option("--quiet", "-q", is_flag=True, help="Say nothing but problems.")
@db_option
def import_(
    paths: tuple[str, ...],
    site: str | None,
    max_size: int,
    max_ratio: int,
    dask: str | None,
    parts: Path | None,
    overwrite: bool,
    quiet: bool,
    db: Path,
) -> int:
    """Take articles out of WARC, ARC and WACZ files, HTML pages and text dumps into the archive.

    PATH is a file or a folder, which is searched with all that is in it. Of a page in a folder the
    address is found by its place in a mirror, or by what it says itself. What the archive has
    already is left out; older captures take their place in an article's history. Nothing is
    asked of any network, but with --dask: then PATH may be an address, too (s3://bucket/folder/).
    """
    from newsarchive.intake import progress
    from newsarchive.intake.limits import Limits
    from newsarchive.intake.places import check_site

    check_dask(dask, parts, overwrite=overwrite)
    named = _located(paths, dask)
    check_site(site, has_archive=db.exists())
    shown = progress.fitting(quiet=quiet)
    limits = Limits(page=max_size * 2**20, ratio=max_ratio)
    if dask is None:
        total = _here(db, named, site, limits, shown)
    else:
        with connected(dask, shown, quiet=quiet) as machines:
            source = machines.source(site, blocks=parts is None)
            if parts is not None:
                from newsarchive.cli._parts import read_into

                total = read_into(
                    parts, named, source, machines.readers, site, limits, shown, overwrite=overwrite
                )
            else:
                readers = machines.readers
                total = _take(db, named, readers, source, site, limits, shown, readers.batch)
    if len(named) > 1:
        shown.say(f"total: {total}")
    return int(bool(total.failed))


def _located(paths: Iterable[str], dask: str | None) -> list[Path | str]:
    """Paths, and addresses that can be read."""
    from newsarchive.cluster import storage

    found: list[Path | str] = []
    for text in paths:
        # A folder may be called so, too.
        if not storage.is_address(text) or Path(text).exists():
            found.append(Path(text))
        elif dask is None and not isinstance(place := storage.located(text), Path):
            raise CallError(f"{place}: addresses are read with --dask ADDRESS")
        else:
            found.append(storage.located(text))
    return found


def _here(
    db: Path, paths: list[Path | str], site: str | None, limits: Limits, shown: Progress
) -> Counts:
    """Read in all cores of this machine."""
    from newsarchive.intake import taking
    from newsarchive.intake.pool import Pool

    with Pool() as pool:
        pool.warm()
        return _take(db, paths, pool, taking.here, site, limits, shown, None)


def _take(
    db: Path,
    paths: list[Path | str],
    pool: Reads,
    source: Source,
    site: str | None,
    limits: Limits,
    shown: Progress,
    batch: int | None,
) -> Counts:
    """Take what lies at the paths into the archive."""
    from newsarchive.archive.locks import Locks
    from newsarchive.archive.salvage import open_archive
    from newsarchive.errors import ArchiveError
    from newsarchive.intake.taking import Intake

    with closing(Locks(db)) as locks:
        if not locks.take("import"):
            raise ArchiveError(f"{db}: another import is at work; wait for its end")
        with closing(open_archive(db)) as archive:
            intake = Intake(
                archive, pool, shown, site=site, limits=limits, source=source, batch=batch
            )
            shown.start()
            try:
                return intake.take(
                    paths, lambda path, counts: shown.say(f"{plain(str(path))}: {counts}")
                )
            finally:
                shown.stop()
                intake.close()
