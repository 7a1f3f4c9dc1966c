"""`newsarchive sites`: the registry, for people and for pipes."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

import click

from newsarchive.cli._print import json_line
from newsarchive.errors import CallError
from newsarchive.sites import Site, all_sites
from newsarchive.sites._provinces import PROVINCES, find_province, nearest, today_of
from newsarchive.sites._rules import EVIDENCE

# What a line in a pipe holds, in this order; --json has the same and what is rarely asked for.
COLUMNS = ("slug", "name", "province", "province_2025", "host", "evidence", "active", "family")


@click.command(
    epilog="\b\nExamples:\n"
    "  newsarchive sites\n"
    "  newsarchive sites --province 'Lâm Đồng'\n"
    "  newsarchive sites --evidence guessed --json\n"
    "  newsarchive sites --active | cut -f1\n"
    "\b\nColumns in a pipe, separated by tabs:\n  " + ", ".join(COLUMNS)
)
@click.option(
    "--province",
    metavar="NAME",
    help="Today's province: with all that it was made of; a former one: its own. Accents may lack.",
)
@click.option("--evidence", type=click.Choice(EVIDENCE), help="How far the site is proven.")
@click.option(
    "--active/--inactive", default=None, help="Expected to answer, or not.  [default: both]"
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--markdown", is_flag=True, help="All of it as docs/provinces.md has it.")
def sites(
    province: str | None,
    evidence: str | None,
    active: bool | None,
    as_json: bool,
    markdown: bool,
) -> None:
    """List the registered sites.

    Evidence says how far a site is proven: 'seen' (a real page of it is in the tests), 'read'
    (host and what else is given read in public source), 'guessed' (nobody is known to have met the
    host, or one public list alone has it; nothing is asked of it without --yes).
    """
    found = [
        site
        for site in _of_province(province)
        if evidence in (None, site.evidence) and active in (None, site.active)
    ]
    if markdown:
        from newsarchive.cli._provinces import document

        click.echo(document(found), nl=False)
    elif not found:
        click.echo("no registered site matches (--url takes any portal)", err=True)
    elif as_json:
        for site in found:
            click.echo(json_line(_as_json(site)))
    elif _on_terminal():
        _table(found)
    else:
        for site in found:
            click.echo("\t".join(_cells(site)))


def _on_terminal() -> bool:
    return sys.stdout.isatty()


def _of_province(name: str | None) -> list[Site]:
    """All sites, or those of one province; raises CallError for a name that is none."""
    every = list(all_sites().values())
    if name is None:
        return every
    province = find_province(name)
    if province is None:
        near = " or ".join(nearest(name))
        hint = f"did you mean {near}?" if near else "`newsarchive sites` shows all"
        raise CallError(f"--province {name}: no province of Vietnam, today's or former; {hint}")
    if province in PROVINCES:
        return [site for site in every if site.province_2025 == province]
    click.echo(f"{province} is part of {today_of(province)} since 1 July 2025", err=True)
    return [site for site in every if site.province == province]


def _cells(site: Site) -> list[str]:
    values = (
        site.slug,
        site.name,
        site.province,
        site.province_2025,
        site.hosts[0],
        site.evidence,
        "active" if site.active else "inactive",
        site.family,
    )
    return [value or "" for value in values]


def _as_json(site: Site) -> dict[str, Any]:
    return {
        "slug": site.slug,
        "name": site.name,
        "province": site.province,
        "province_2025": site.province_2025,
        "hosts": list(site.hosts),
        "home": site.home,
        "evidence": site.evidence,
        "active": site.active,
        "family": site.family,
        "successor": site.successor,
        "note": site.note,
    }


def _table(found: list[Site]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in ("slug", "province", "host", "evidence"):
        table.add_column(column, no_wrap=column in ("slug", "host"))
    for site in found:
        province = site.province or ""
        if site.province_2025 not in (None, site.province):
            province += f" (now {site.province_2025})"
        state = site.evidence if site.active else f"{site.evidence}, inactive"
        table.add_row(site.slug, province, site.hosts[0], state)
    console = Console()
    console.print(table)
    counts = Counter(site.evidence for site in found)
    told = ", ".join(f"{counts[kind]} {kind}" for kind in EVIDENCE if counts[kind])
    console.print(f"\n{len(found)} sites: {told}", highlight=False)
