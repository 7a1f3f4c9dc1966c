"""Options that several commands share: where the archive is, and the filters of its articles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from newsarchive.cli._settings import DB_VARIABLE, DEFAULT_DB, found_beside

_Command = TypeVar("_Command", bound=Callable[..., Any])


def db_option(command: _Command) -> _Command:
    """Add `--db PATH`, handed to the command as `db: Path`; the environment may set it."""
    return click.option(
        "--db",
        type=click.Path(path_type=Path),
        default=DEFAULT_DB,
        envvar=DB_VARIABLE,
        is_eager=True,  # where it lies tells where the settings of the other options stand
        callback=found_beside,
        show_default=True,
        show_envvar=True,
        help="The archive.",
    )(command)


def filter_options(command: _Command) -> _Command:
    """Add the filters of articles, all handed over as text or None; the query checks them.

    They are `--site`, `--province`, `--section`, `--byline`, `--since` and `--until`.
    """
    for option in (
        click.option("--until", metavar="DAY", help="Published on this day or before (Vietnam)."),
        click.option("--since", metavar="DAY", help="Published on this day (YYYY-MM-DD) or later."),
        click.option(
            "--byline", metavar="NAME", help="Only with this name in the byline; accents may lack."
        ),
        click.option(
            "--section", metavar="NAME", help="Only of the sections of this name; accents may lack."
        ),
        click.option(
            "--province",
            metavar="NAME",
            help="Only of a province's sites, today's or a former one; accents may lack.",
        ),
        click.option("--site", metavar="SLUG", help="Only articles of this site."),
    ):
        command = option(command)
    return command


delay_option = click.option(
    "--delay",
    type=click.FloatRange(min=0, max=3600),
    default=1.0,
    show_default=True,
    help="Seconds between two requests to a host; a longer Crawl-delay wins.",
)
concurrency_option = click.option(
    "--concurrency",
    type=click.IntRange(min=1, max=64),
    default=1,
    show_default=True,
    help="Connections a host.",
)
timeout_option = click.option(
    "--timeout",
    type=click.FloatRange(min=0.1, max=3600),
    default=60.0,
    show_default=True,
    help="Seconds that a page may take, to its last byte.",
)
# option, type, default, what one of it is in Scrapy's setting, that setting, help
_LIMITS: tuple[tuple[str, click.ParamType[Any], float, int, str, str], ...] = (
    (
        "--max-size",
        click.IntRange(1, 1024),
        32,
        2**20,
        "DOWNLOAD_MAXSIZE",
        "MiB that an answer may have, packed or unpacked.",
    ),
    (
        "--max-ratio",
        click.FloatRange(1, 100_000),
        200.0,
        1,
        "MAX_RATIO",
        "Times that an answer of over 8 MiB may have grown when it is unpacked.",
    ),
    (
        "--max-headers",
        click.IntRange(1, 65_536),
        256,
        2**10,
        "MAX_HEADERS",
        "KiB that the headers of an answer may have.",
    ),
    (
        "--max-redirects",
        click.IntRange(0, 100),
        8,
        1,
        "REDIRECT_MAX_TIMES",
        "Redirects on the way to a page.",
    ),
    (
        "--max-wait",
        click.FloatRange(0, 86_400),
        60.0,
        1,
        "MAX_WAIT",
        "Longest pause, in seconds, that a portal may ask for; what takes longer is left to the "
        "next crawl.",
    ),
)


def limit_options(command: _Command) -> _Command:
    """Add the limits of what a server may do, handed over by name; see `limits`."""
    for name, kind, default, _, _, text in reversed(_LIMITS):
        command = click.option(name, type=kind, default=default, show_default=True, help=text)(
            command
        )
    return command


def limits(given: Mapping[str, float]) -> dict[str, object]:
    """Scrapy's settings for the limits; given: what `limit_options` hands over."""
    return {
        setting: given[name[2:].replace("-", "_")] * unit
        for name, _, _, unit, setting, _ in _LIMITS
    }


images_option = click.option(
    "--images/--no-images", default=False, help="Keep the pictures of articles too."
)
keep_listings_option = click.option(
    "--keep-listings",
    type=click.Choice(["changed", "all"]),
    default="changed",
    show_default=True,
    envvar="NEWSARCHIVE_KEEP_LISTINGS",
    help="Keep a list again only if its links changed, or every time.",
)
contact_option = click.option(
    "--contact",
    metavar="MAIL|URL",
    envvar="NEWSARCHIVE_CONTACT",
    show_envvar=True,
    help="Where a portal's administrator can write to; part of the user agent.",
)


class _Duration(click.ParamType[float]):
    """A time as people write it, handed over in seconds."""

    name = "TIME"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        from newsarchive.settings import seconds

        assert isinstance(value, str | int | float)
        try:
            return seconds(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


max_time_option = click.option(
    "--max-time",
    type=_Duration(),
    help="End after this time (90s, 50m, 2h); the next run goes on.",
)
max_requests_option = click.option(
    "--max-requests",
    type=click.IntRange(min=1),
    help="End after so many requests, of all sites; the next run goes on.",
)
log_json_option = click.option(
    "--log-json",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Append what happens to this file, one JSON object a line.",
)
