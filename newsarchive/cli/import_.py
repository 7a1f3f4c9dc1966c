"""`newsarchive import`: WARC and WACZ files, folders of pages, text dumps into the archive."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from newsarchive.cli._options import db_option
from newsarchive.cli._print import plain


@click.command(
    "import",
    epilog="\b\nExamples:\n"
    "  newsarchive import crawl-2021.warc.gz collection.wacz\n"
    "  newsarchive import mirror/               # what wget or HTTrack saved, or a browser\n"
    "  newsarchive import --site haiduong dump-2022-08-22.txt\n"
    "  newsarchive import --quiet --db other.db /mnt/old/*.warc.gz",
)
@click.argument(
    "paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path)
)
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
@click.option("--quiet", "-q", is_flag=True, help="Say nothing but problems.")
@db_option
def import_(
    paths: tuple[Path, ...],
    site: str | None,
    max_size: int,
    max_ratio: int,
    quiet: bool,
    db: Path,
) -> int:
    """Take articles out of WARC, ARC and WACZ files, HTML pages and text dumps into the archive.

    PATH is a file or a folder, which is searched with all that is in it. Of a page in a folder the
    address is found by its place in a mirror, or by what it says itself. What the archive has
    already is left out; older captures take their place in an article's history. Nothing is
    asked of any network.
    """
    from newsarchive.archive.locks import Locks
    from newsarchive.archive.salvage import open_archive
    from newsarchive.errors import ArchiveError
    from newsarchive.intake import progress
    from newsarchive.intake.limits import Limits
    from newsarchive.intake.places import check_site
    from newsarchive.intake.pool import Pool
    from newsarchive.intake.taking import Intake

    check_site(site, has_archive=db.exists())
    shown = progress.fitting(quiet=quiet)
    locks = Locks(db)
    with closing(locks):
        if not locks.take("import"):
            raise ArchiveError(f"{db}: another import is at work; wait for its end")
        with Pool() as pool:
            pool.warm()
            with closing(open_archive(db)) as archive:
                limits = Limits(page=max_size * 2**20, ratio=max_ratio)
                intake = Intake(archive, pool, shown, site=site, limits=limits)
                shown.start()
                try:
                    total = intake.take(
                        paths, lambda path, counts: shown.say(f"{plain(str(path))}: {counts}")
                    )
                finally:
                    shown.stop()
                    intake.close()
    if len(paths) > 1:
        shown.say(f"total: {total}")
    return int(bool(total.failed))
