"""`newsarchive refresh`: every site that the archive follows, and its known articles again."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsarchive import clock
from newsarchive.cli._options import (
    concurrency_option,
    contact_option,
    db_option,
    delay_option,
    images_option,
    keep_listings_option,
    limit_options,
    limits,
    log_json_option,
    max_requests_option,
    max_time_option,
    timeout_option,
)
from newsarchive.cli.notify import channels, notify_option
from newsarchive.text import inert

if TYPE_CHECKING:
    from newsarchive.crawl.progress import Progress
    from newsarchive.settings import Notify

KEPT = timedelta(days=14)  # rows of crawls that met nothing; their days are counted for ever


@click.command(
    epilog="\b\nExamples:\n"
    "  newsarchive refresh --quiet              # what cron runs: silent while all is well\n"
    "  newsarchive refresh daklak lamdong\n"
    "  newsarchive refresh --max-time 50m       # what is left over is for the next run\n"
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
@limit_options
@images_option
@keep_listings_option
@max_time_option
@max_requests_option
@contact_option
@db_option
@notify_option
@log_json_option
@click.option("--wait", is_flag=True, help="Wait for the end of another refresh.")
@click.option("--quiet", is_flag=True, help="Say nothing but problems, in one line a site.")
@click.option("--verbose", is_flag=True, help="Show Scrapy's own log.")
def refresh(
    sites: tuple[str, ...],
    recheck: str,
    delay: float,
    concurrency: int,
    timeout: float,
    images: bool,
    keep_listings: str,
    max_time: float | None,
    max_requests: int | None,
    contact: str | None,
    db: Path,
    command: str | None,
    log_json: Path | None,
    wait: bool,
    quiet: bool,
    verbose: bool,
    **most: float,
) -> int:
    """Crawl all sites that the archive follows, or those SITEs of them, for what is new or changed.

    An article that is not there any more is marked gone once a second look, on another day or
    with --recheck all at the end of the same run, confirms it; everything of it is kept. Where
    most looks fail alike, the site moved or broke: that is said, and nothing is marked.

    Exit status: 0 all is well; 1 something is wrong, each site in one line; 2 a wrong call. What
    is wrong is told by this run and by the site's own history (`newsarchive health`).
    """
    from newsarchive.archive.locks import Locks
    from newsarchive.cli.crawl import event_log, pace, paced, run_crawl
    from newsarchive.crawl import progress, targets
    from newsarchive.crawl.values import Options

    found = paced(targets.followed(db, sites))
    to = channels(command)
    log = event_log(log_json, db)
    shown = progress.fitting(quiet=quiet, log=log, gather=quiet)
    started = time.monotonic()
    locks = Locks(db)
    try:
        while not locks.take("refresh"):
            if not wait:
                if not quiet:
                    busy = f"{db}: another refresh is at work; this one leaves it to that"
                    click.echo(inert(busy))
                return 0
            time.sleep(1)
        options = Options(
            full=recheck == "all",
            recheck="all" if recheck == "all" else "due" if recheck == "due" else "none",
            images=images,
            keep_listings="all" if keep_listings == "all" else "changed",
        )
        settings = pace(delay, concurrency, timeout, contact, db) | limits(most)
        budget = (max_time, max_requests)
        status = run_crawl(found, options, settings, shown, verbose=verbose, budget=budget)
        if not shown.over:
            slugs = [target.slug for target in found]
            status = max(status, _tell(db, slugs, to, shown, quiet=quiet))
        if log is not None:
            log.end(status, seconds=time.monotonic() - started, requested=shown.requested)
        return status
    finally:
        locks.close()


def _tell(db: Path, slugs: list[str], to: Notify, shown: Progress, *, quiet: bool) -> int:
    """Say what is wrong with each site, and send what changed; the exit status that this makes."""
    from newsarchive.archive import Archive
    from newsarchive.health.changes import changes, lines
    from newsarchive.health.look import examine
    from newsarchive.notify.sending import names
    from newsarchive.notify.told import announce

    now = clock.now()
    with Archive.open(db, create=False) as archive:
        until = now - KEPT  # each run removes what came since the one before
        archive.forget_quiet_crawls(clock.stamp(until - 8 * KEPT), clock.stamp(until))
        told = archive.told()
    diagnoses = examine(db, now=now, sites=slugs)
    ill = {d.site: line for d in diagnoses for line in lines([d])}
    for slug in slugs:
        if slug in ill:
            shown.show(ill[slug])
        elif shown.gather and slug in shown.troubled:
            first, count = shown.troubled[slug]
            shown.show(f"{slug}: {first}" + (f" (and {count - 1} more)" if count > 1 else ""))
    found = changes(diagnoses, told)
    failed = announce(db, found, to, now=now, quiet=quiet)
    for line in failed:
        shown.trouble(line)
    if shown.log is not None:
        for one in diagnoses:
            why, since = "", None
            if one.faults:
                why, since = one.faults[0].why, one.faults[0].since
            shown.log.health(one.site, one.state, why=why, since=since)
        if found and names(to):
            shown.log.notified([change.site for change in found], failed)
    return int(bool(ill or failed))
