"""`newsarchive recover`: a vanished site out of a web archive."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsarchive.cli._options import contact_option, db_option
from newsarchive.crawl import settings
from newsarchive.errors import CallError

if TYPE_CHECKING:
    from newsarchive.crawl.targets import Target

# option, setting, what it is the address of
_PLACES = (
    ("--wayback-cdx", "WAYBACK_CDX_URL", "Index of the Wayback Machine, or of another CDX server."),
    ("--wayback-web", "WAYBACK_WEB_URL", "Where it shows its captures."),
    ("--cc-index", "CC_INDEX_URL", "Common Crawl's list of its collections."),
    ("--cc-data", "CC_DATA_URL", "Where Common Crawl's files lie."),
)


def _place_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option, name, help_ in reversed(_PLACES):
        command = click.option(
            option,
            name.lower(),
            metavar="URL",
            default=getattr(settings, name),
            show_default=True,
            envvar=f"NEWSARCHIVE_{name}",
            show_envvar=True,
            help=help_,
        )(command)
    return command


@click.command(
    epilog="\b\nExamples:\n"
    "  newsarchive recover haiduong --from wayback --contact you@example.org\n"
    "  newsarchive recover haiduong --from commoncrawl --until 2025-06-30 --limit 200\n"
    "  newsarchive recover --url http://congan.example.vn/ --from wayback --best-only"
)
@click.argument("site", required=False)
@click.option("--url", metavar="URL", help="Any portal: the address of its home.")
@click.option(
    "--from",
    "source",
    type=click.Choice(["wayback", "commoncrawl"]),
    required=True,
    help="The web archive.",
)
@click.option("--since", metavar="DAY", help="Only what was captured on this day (UTC) or later.")
@click.option("--until", metavar="DAY", help="Only what was captured on this day or before.")
@click.option("--limit", type=click.IntRange(min=1), help="Fetch at most so many captures now.")
@click.option("--best-only", is_flag=True, help="Of each article its last good capture alone.")
@click.option("--relist", is_flag=True, help="Read the index again: it may list more by now.")
@click.option(
    "--collections",
    type=click.IntRange(min=1),
    help="Only Common Crawl's newest so many collections. [default: all]",
)
@click.option(
    "--rows",
    type=click.IntRange(min=1, max=100_000),
    default=5000,
    show_default=True,
    help="Rows of the Wayback Machine's index that are asked at a time.",
)
@click.option(
    "--delay",
    type=click.FloatRange(min=0, max=3600),
    default=4.0,
    show_default=True,
    help="Seconds between two requests.",
)
@click.option(
    "--patience",
    type=click.FloatRange(min=0, max=86_400),
    default=settings.RECOVER_PATIENCE,
    show_default=True,
    help="Longest pause, in seconds, that the web archive may ask for before the run ends.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1, max=3600),
    default=180.0,
    show_default=True,
    help="Seconds to wait for an answer.",
)
@_place_options
@contact_option
@db_option
@click.option("--quiet", is_flag=True, help="Say nothing but problems.")
@click.option("--verbose", is_flag=True, help="Show Scrapy's own log.")
def recover(
    site: str | None,
    url: str | None,
    source: str,
    since: str | None,
    until: str | None,
    limit: int | None,
    best_only: bool,
    relist: bool,
    collections: int | None,
    rows: int,
    delay: float,
    patience: float,
    timeout: float,
    contact: str | None,
    db: Path,
    quiet: bool,
    verbose: bool,
    **places: str,
) -> int:
    """Fetch a vanished SITE, or with --url any portal, out of a web archive.

    Its index is read first; then each article's last good capture is fetched, then the earlier
    ones, which become its versions. A run that was stopped is taken up again by the same command.
    The portal itself is not asked.
    """
    from newsarchive.archive.recoveries import Span

    target = _target(site, url)
    span = Span(
        since=_digits("--since", since), until=_digits("--until", until), best_only=best_only
    )
    if span.since and span.until and span.since > span.until:
        raise CallError(f"--since {since} is later than --until {until}")
    if collections is not None and source != "commoncrawl":
        raise CallError("--collections is for --from commoncrawl alone; leave it out")
    from newsarchive.crawl.recovery_run import Wishes
    from newsarchive.crawl.recovery_run import recover as run

    wishes = Wishes(
        source=source, span=span, limit=limit, collections=collections, rows=rows, again=relist
    )
    more: dict[str, object] = {
        "DOWNLOAD_DELAY": delay,
        "DOWNLOAD_TIMEOUT": timeout,
        "RECOVER_PATIENCE": patience,
        "NEWSARCHIVE_CONTACT": contact or "",
        "NEWSARCHIVE_DB": str(db),
        **{name.upper(): value for name, value in places.items()},
    }
    return run(target, wishes, more, quiet=quiet, verbose=verbose)


def _target(site: str | None, url: str | None) -> Target:
    from newsarchive.crawl import targets

    if (site is None) == (url is None):
        raise CallError("name one site (`newsarchive sites` lists them), or a portal by --url")
    # Nothing is asked of the portal itself, so that nobody need say yes to a guessed host.
    return (
        targets.of_url(url, yes=True) if url is not None else targets.of_slug(str(site), yes=True)
    )


def _digits(option: str, day: str | None) -> str:
    from newsarchive.crawl import targets

    try:
        return targets.day(day).replace("-", "") if day is not None else ""
    except CallError:
        raise CallError(f"{option} {day}: not a day; write it as YYYY-MM-DD") from None
