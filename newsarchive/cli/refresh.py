"""`newsarchive refresh`: every site that the archive follows, and its known articles again."""

from __future__ import annotations

import time
from pathlib import Path

import click

from newsarchive.cli._options import (
    concurrency_option,
    contact_option,
    db_option,
    delay_option,
    images_option,
    keep_listings_option,
    timeout_option,
)


@click.command(
    epilog="\b\nExamples:\n"
    "  newsarchive refresh --quiet              # what cron runs: silent while all is well\n"
    "  newsarchive refresh daklak lamdong\n"
    "  newsarchive refresh --recheck all        # look at every known article again, now"
)
@click.argument("sites", nargs=-1, metavar="[SITE]...")
@click.option(
    "--recheck",
    type=click.Choice(["due", "all", "none"]),
    default="due",
    show_default=True,
    help="Known articles that are looked at again: those whose time has come, all (and all "
    "lists to their ends), none.",
)
@delay_option
@concurrency_option
@timeout_option
@images_option
@keep_listings_option
@contact_option
@db_option
@click.option("--wait", is_flag=True, help="Wait for the end of another refresh.")
@click.option("--quiet", is_flag=True, help="Say nothing but problems.")
@click.option("--verbose", is_flag=True, help="Show Scrapy's own log.")
def refresh(
    sites: tuple[str, ...],
    recheck: str,
    delay: float,
    concurrency: int,
    timeout: float,
    images: bool,
    keep_listings: str,
    contact: str | None,
    db: Path,
    wait: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Crawl all sites that the archive follows, or those SITEs of them, for what is new or changed.

    An article that is not there any more is marked gone once a second look, on another day or
    with --recheck all at the end of the same run, confirms it; everything of it is kept. Where
    most looks fail alike, the site moved or broke: that is said, and nothing is marked.
    """
    from newsarchive.archive.locks import Locks
    from newsarchive.cli.crawl import pace, run_crawl
    from newsarchive.crawl import targets
    from newsarchive.crawl.values import Options

    found = targets.followed(db, sites)
    locks = Locks(db)
    try:
        while not locks.take("refresh"):
            if not wait:
                click.echo(f"{db}: another refresh is at work; this one leaves it to that")
                return 0
            time.sleep(1)
        options = Options(
            full=recheck == "all",
            recheck="all" if recheck == "all" else "due" if recheck == "due" else "none",
            images=images,
            keep_listings="all" if keep_listings == "all" else "changed",
        )
        settings = pace(delay, concurrency, timeout, contact, db)
        return run_crawl(found, options, settings, quiet=quiet, verbose=verbose)
    finally:
        locks.close()
