"""`newsarchive sites`: the registry, for people and for pipes."""

from __future__ import annotations

import sys
from typing import Any

import click

from newsarchive.cli._print import json_line
from newsarchive.sites import Site, all_sites
from newsarchive.sites._rules import EVIDENCE
from newsarchive.text import fold

# What a line in a pipe holds, in this order; --json has the same and what is rarely asked for.
COLUMNS = ("slug", "name", "province", "province_2025", "host", "evidence", "active", "family")


@click.command(
    epilog="\b\nExamples:\n"
    "  newsarchive sites\n"
    "  newsarchive sites --province 'hai phong'\n"
    "  newsarchive sites --evidence guessed --json\n"
    "  newsarchive sites --active | cut -f1\n"
    "\b\nColumns in a pipe, separated by tabs:\n  " + ", ".join(COLUMNS)
)
@click.option(
    "--province", metavar="NAME", help="Of this province, as it was or is now; accents may lack."
)
@click.option("--evidence", type=click.Choice(EVIDENCE), help="How far the site is proven.")
@click.option(
    "--active/--inactive", default=None, help="Expected to answer, or not.  [default: both]"
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def sites(province: str | None, evidence: str | None, active: bool | None, as_json: bool) -> None:
    """List the registered sites.

    Evidence says how far a site is proven: 'seen' (a real page of it is in the tests), 'read'
    (host and CMS read in public source), 'guessed' (nobody is known to have met the host; nothing
    is asked of it without --yes).
    """
    found = [
        site
        for site in all_sites().values()
        if (province is None or _is_of(site, province))
        and evidence in (None, site.evidence)
        and active in (None, site.active)
    ]
    if not found:
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


def _is_of(site: Site, province: str) -> bool:
    return fold(province) in {fold(site.province or ""), fold(site.province_2025 or "")}


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
    Console().print(table)
