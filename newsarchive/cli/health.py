"""`newsarchive health`: which sites of the archive are well, by each site's own history."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsarchive.cli._options import db_option
from newsarchive.cli._print import json_line, plain

if TYPE_CHECKING:
    from newsarchive.health.values import Diagnosis

# What a line in a pipe holds, in this order.
COLUMNS = ("site", "state", "last_success", "last_new", "week", "fill", "problems", "agreement")
_SHORT = ("published", "lead", "byline", "image")


@click.command(
    epilog="\b\nExamples:\n"
    "  newsarchive health\n"
    "  newsarchive health daklak lamdong --json\n"
    "  newsarchive health --quiet --html health.html    # what cron may run beside refresh\n"
    "\b\nColumns in a pipe, separated by tabs (fill: " + ", ".join(_SHORT) + "):\n  "
    + ", ".join(COLUMNS)
    + "\n\b\nFields of a line of --json:\n"
    "  site, name, family   its slug, its name, the family of its CMS or null\n"
    "  state                well, or the gravest of what is wrong: unreachable, challenge, moved,\n"
    "                       no articles, redesigned, disagreement, silent, unwatched\n"
    "  faults               all that is wrong, the gravest first: kind, why, since (UTC)\n"
    "  last_success         start of the latest crawl without trouble, UTC, or null\n"
    "  last_new             start of the latest one that met a new article, UTC, or null\n"
    "  week                 articles a week over the latest four\n"
    "  fill, usual          by field: the share (0 to 1) of new articles that have it, of late\n"
    "                       and before; null where too little is known\n"
    "  problems             share of pages asked of late that were no article or not to be had\n"
    "  agreement            share of articles of late with the title that a list gives them"
)  # fmt: skip
@click.argument("sites", nargs=-1, metavar="[SITE]...")
@db_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for each site.")
@click.option(
    "--html",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write a page about all of them to FILE; '-' is standard output.",
)
@click.option(
    "--lang",
    type=click.Choice(["vi", "en"]),
    default="vi",
    show_default=True,
    help="The language of that page.",
)
@click.option("--quiet", is_flag=True, help="Say nothing but what is wrong.")
def health(
    sites: tuple[str, ...], db: Path, as_json: bool, html: Path | None, lang: str, quiet: bool
) -> int:
    """Tell how the sites that the archive follows are, or those SITEs of them.

    What is wrong is judged by each site's own history: silent for longer than its rhythm explains,
    unreachable, a challenge in place of pages, redesigned (fields that are found no more), lists
    and articles that disagree. Exits with 1 if something is wrong, with a line for each such site
    on standard error.
    """
    from newsarchive import clock
    from newsarchive.health.changes import lines
    from newsarchive.health.look import examine

    now = clock.now()
    found = examine(db, now=now, sites=sites)
    if html is not None:
        from newsarchive.cli._output import output
        from newsarchive.health.page import page

        with output(html, keep=db, option="--html") as file:
            file.write(page(found, now=now, language=lang))
    if as_json:
        for diagnosis in found:
            click.echo(json_line(_as_json(diagnosis)))
    elif not quiet and str(html) != "-":
        _show(found)
    for line in lines(found):
        click.echo(plain(line), err=True)
    return 0 if all(diagnosis.is_well for diagnosis in found) else 1


def _as_json(diagnosis: Diagnosis) -> dict[str, Any]:
    return {
        "site": diagnosis.site,
        "name": diagnosis.name,
        "family": diagnosis.family,
        "state": diagnosis.state,
        "faults": [
            {"kind": fault.kind, "why": fault.why, "since": fault.since}
            for fault in diagnosis.faults
        ],
        "last_success": diagnosis.last_success,
        "last_new": diagnosis.last_new,
        "week": round(diagnosis.week, 2),
        "fill": {name: _rounded(share) for name, share in diagnosis.fill.items()},
        "usual": {name: _rounded(share) for name, share in diagnosis.usual.items()},
        "problems": _rounded(diagnosis.problems),
        "agreement": _rounded(diagnosis.agreement),
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _show(found: Sequence[Diagnosis]) -> None:
    if not found:
        click.echo("no site was crawled into this archive yet", err=True)
    elif sys.stdout.isatty():
        _table(found)
    else:
        for diagnosis in found:
            click.echo("\t".join(plain(cell) for cell in _cells(diagnosis)))


def _cells(diagnosis: Diagnosis) -> list[str]:
    return [
        diagnosis.site,
        diagnosis.state,
        _minute(diagnosis.last_success),
        _minute(diagnosis.last_new),
        f"{diagnosis.week:.1f}",
        " ".join(_percent(diagnosis.fill.get(name)) for name in _SHORT),
        _percent(diagnosis.problems),
        _percent(diagnosis.agreement),
    ]


def _minute(time: str | None) -> str:
    """A time of ours as Vietnam's clocks show it."""
    from newsarchive.clock import VIETNAM, instant

    return f"{instant(time).astimezone(VIETNAM):%Y-%m-%d %H:%M}" if time else "never"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"


_DAY = len("2026-11-29")  # narrower, a narrow terminal would cut the day off


def _table(found: Sequence[Diagnosis]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    heads = ("site", "state", "success", "new article", "a week", " ".join(_SHORT), "problems",
             "agree")  # fmt: skip
    for head in heads:
        right = head in ("a week", "problems", "agree")
        table.add_column(
            head,
            no_wrap=head in ("site", "state"),
            justify="right" if right else "left",
            min_width=_DAY if head in ("success", "new article") else None,
        )
    for diagnosis in found:
        style = None if diagnosis.is_well else "bold red"
        # As texts: a string's brackets would be marks of style, or links.
        table.add_row(*(Text(plain(cell)) for cell in _cells(diagnosis)), style=style)
    console = Console()
    console.print(table)
    states = Counter(diagnosis.state for diagnosis in found)
    told = ", ".join(f"{count} {state}" for state, count in states.most_common())
    console.print(f"\n{len(found)} sites: {told}", markup=False, highlight=False)
