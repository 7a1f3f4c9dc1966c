"""`newsarchive crawl`: registered sites by name, or any portal by its address."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

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
from newsarchive.cli._settings import pace_of
from newsarchive.errors import CallError
from newsarchive.sites._rules import TLS

if TYPE_CHECKING:
    from newsarchive.crawl.events import EventLog
    from newsarchive.crawl.progress import Progress
    from newsarchive.crawl.shared.crew import Crew
    from newsarchive.crawl.targets import Target
    from newsarchive.crawl.values import Options


DEFAULT_NAME, DEFAULT_LEASE = "crawl", 30.0
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
# Certificates are not what an archive relies on (docs/design.md), and which handler we chose is no
# news for whoever crawls.
_CHATTY = (
    "scrapy-playwright",
    "scrapy.core.downloader.tls",
    "scrapy.core.downloader.handlers.http11",  # of pages that are too large
    "scrapy.core.downloader.handlers._base_streaming",
)


@click.command()
@click.argument("sites", nargs=-1, metavar="[SITE]...")
@click.option("--url", metavar="URL", help="Any portal: the address of its home or of a section.")
@click.option("--since", metavar="DAY", help="Only what was published on this day or later.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many articles a site.")
@click.option("--full", is_flag=True, help="Walk every section to its end, known or not.")
@delay_option
@concurrency_option
@timeout_option
@limit_options
@click.option(
    "--tls",
    type=click.Choice(TLS),
    help="For a server that speaks only old TLS or has short keys; site files know theirs.",
)
@click.option("--browser", is_flag=True, help="Show pages in Chromium first (extra [browser]).")
@images_option
@keep_listings_option
@max_time_option
@max_requests_option
@contact_option
@db_option
@log_json_option
@click.option(
    "--redis",
    metavar="URL",
    envvar="NEWSARCHIVE_REDIS",
    show_envvar=True,
    help="Share the crawl with all workers that name this Redis (extra [redis]).",
)
@click.option(
    "--name",
    default=DEFAULT_NAME,
    show_default=True,
    help="With --redis: what the crawl is called; others of that Redis do not mix with it.",
)
@click.option(
    "--lease",
    type=click.FloatRange(1, 3600),
    default=DEFAULT_LEASE,
    show_default=True,
    help="With --redis: seconds without a sign of life after which others ask what a worker had "
    "in hand.",
)
@click.option("--yes", is_flag=True, help="Ask a site although its host is only guessed.")
@click.option("--quiet", is_flag=True, help="Say nothing but problems.")
@click.option("--verbose", is_flag=True, help="Show Scrapy's own log.")
def crawl(
    sites: tuple[str, ...],
    url: str | None,
    since: str | None,
    limit: int | None,
    full: bool,
    delay: float,
    concurrency: int,
    timeout: float,
    tls: str | None,
    browser: bool,
    images: bool,
    keep_listings: str,
    max_time: float | None,
    max_requests: int | None,
    contact: str | None,
    db: Path,
    log_json: Path | None,
    redis: str | None,
    name: str,
    lease: float,
    yes: bool,
    quiet: bool,
    verbose: bool,
    **most: float,
) -> int:
    """Crawl registered sites, or with --url any portal, into the archive.

    A later crawl of the same asks only for what is new; one that was stopped is taken up again.

    \b
    Several machines share one crawl over a Redis, each with an archive of its own, which
    `newsarchive merge` joins (docs/scaling.md):
      machine-1$ newsarchive crawl daklak gialai --redis redis://:PASSWORD@10.0.0.5/0 --db 1.db
      machine-2$ newsarchive crawl daklak gialai --redis redis://:PASSWORD@10.0.0.5/0 --db 2.db
    """
    from newsarchive.crawl import targets

    found = paced(_targets(sites, url, yes))
    if tls is not None:
        found = [replace(target, tls=tls) for target in found]
    if browser:
        found = [replace(target, browser=True) for target in found]
    day = targets.day(since) if since is not None else None
    settings = pace(delay, concurrency, timeout, contact, db) | limits(most)
    from newsarchive.crawl.values import Options

    options = Options(
        since=day,
        limit=limit,
        full=full,
        images=images,
        keep_listings="all" if keep_listings == "all" else "changed",
    )
    from newsarchive.crawl import progress

    log = event_log(log_json, db)
    shown = progress.fitting(quiet=quiet, log=log)
    started = monotonic()
    crew = _crew(redis, name, lease, shown)
    status = run_crawl(
        found, options, settings, shown, verbose=verbose, budget=(max_time, max_requests), crew=crew
    )
    if log is not None:
        log.end(status, seconds=monotonic() - started, requested=shown.requested)
    return status


def _crew(redis: str | None, name: str, lease: float, shown: Progress) -> Crew | None:
    """The workers with whom the crawl is shared; raises CallError or SharedError."""
    if redis is None:
        if (name, lease) != (DEFAULT_NAME, DEFAULT_LEASE):
            raise CallError("--name and --lease are of a crawl that is shared: give --redis too")
        return None
    if not _NAME.fullmatch(name):
        raise CallError(f"--name {name}: write up to 64 letters, digits and . _ - without accents")
    from newsarchive.crawl.shared.address import checked

    checked(redis)
    from newsarchive.crawl.shared.crew import Crew

    return Crew(redis, crawl=name, lease=lease, progress=shown)


def paced(targets: list[Target]) -> list[Target]:
    """The targets with what the settings say of each alone."""
    return [replace(target, pace=pace_of(target.slug)) for target in targets]


def event_log(path: Path | None, db: Path) -> EventLog | None:
    """The file of events for machines, if one is wanted. Raises as EventLog does."""
    from newsarchive.crawl.events import EventLog

    return EventLog(path, keep=db) if path is not None else None


def pace(
    delay: float, concurrency: int, timeout: float, contact: str | None, db: Path
) -> dict[str, object]:
    """Scrapy's settings for what the command line says of pace, contact and archive."""
    return {
        "DOWNLOAD_DELAY": delay,
        "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency,
        "CONCURRENT_REQUESTS": 2 * concurrency,
        "DOWNLOAD_TIMEOUT": timeout,
        "NEWSARCHIVE_CONTACT": contact or "",
        "NEWSARCHIVE_DB": str(db),
    }


def _targets(sites: tuple[str, ...], url: str | None, yes: bool) -> list[Target]:
    from newsarchive.crawl import targets

    if bool(sites) == (url is not None):
        raise CallError("name sites (`newsarchive sites` lists them), or one portal by --url")
    if url is not None:
        return [targets.of_url(url, yes=yes)]
    return [targets.of_slug(slug, yes=yes) for slug in dict.fromkeys(sites)]


def run_crawl(
    targets: list[Target],
    options: Options,
    settings: dict[str, object],
    shown: Progress,
    *,
    verbose: bool = False,
    budget: tuple[float | None, int | None] = (None, None),
    crew: Crew | None = None,
) -> int:
    """Crawl with these settings over the project's, Scrapy's log tamed; return the exit status.

    budget: seconds and requests; None is no limit. crew: with whom the crawl is shared.
    """
    from scrapy.crawler import AsyncCrawlerProcess

    from newsarchive.crawl import runner
    from newsarchive.crawl.budget import Budget

    log: dict[str, object] = {"LOG_LEVEL": "DEBUG" if verbose else "WARNING"}
    if not verbose:
        log["LOG_INSTALL_ROOT_HANDLER"] = False
        log["STATS_CLASS"] = "scrapy.statscollectors.DummyStatsCollector"
        logging.getLogger().addHandler(_OneLine(shown))
    process = AsyncCrawlerProcess(runner.project_settings(**settings, **log))
    if not verbose:
        # Scrapy lets its records through to the handlers; making thousands for nobody costs time.
        logging.getLogger("scrapy").setLevel(logging.WARNING)
        for name in _CHATTY:
            logging.getLogger(name).setLevel(logging.ERROR)
    seconds, requests = budget
    limits = Budget(seconds=seconds, requests=requests)
    return runner.run(process, targets, options, shown, limits, crew)


class _OneLine(logging.Handler):
    """Warnings and errors of the libraries, each in one line and without its traceback."""

    def __init__(self, shown: Progress) -> None:
        super().__init__(logging.WARNING)
        self._shown = shown

    def emit(self, record: logging.LogRecord) -> None:
        """Print the first line of the message."""
        text = record.getMessage().strip().splitlines() or [""]
        if record.name == "scrapy.core.scraper" and text[0].startswith("Error downloading"):
            return  # whoever asked for the page says what became of it
        self._shown.trouble(f"{record.levelname.lower()}: {text[0]}")
