"""`newsarchive new-site`: drafts the site file and the fixture of a portal nobody has described."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsarchive.cli._options import contact_option, delay_option
from newsarchive.cli._print import plain
from newsarchive.errors import CallError, SiteError

if TYPE_CHECKING:
    from newsarchive.crawl.survey import Survey
    from newsarchive.drafting.draft import Draft
    from newsarchive.sites import Site

_FOLDER = Path("data/new-sites")


@click.command(
    name="new-site",
    epilog="\b\nExamples:\n"
    "  newsarchive new-site https://congan.vidu.gov.vn/ --province 'Hòa Bình'\n"
    "  newsarchive new-site https://congan.vidu.gov.vn/ --province 'Hòa Bình' --accept",
)
@click.argument("url")
@click.option("--slug", help="Name of the site everywhere.  [default: from the host]")
@click.option("--name", help="Name for people.  [default: Công an tỉnh PROVINCE, or the host]")
@click.option("--host", help="Name of the portal's host, where the address has another.")
@click.option("--province", help="Province, as it was when the portal was made.")
@click.option(
    "--requests",
    type=click.IntRange(min=4, max=60),
    default=15,
    show_default=True,
    help="At most so many, robots.txt included.",
)
@delay_option
@contact_option
@click.option(
    "--accept",
    is_flag=True,
    help="Put the draft, as you left it, into the registry and among the tests of a checkout.",
)
def new_site(
    url: str,
    slug: str | None,
    name: str | None,
    host: str | None,
    province: str | None,
    requests: int,
    delay: float,
    contact: str | None,
    accept: bool,
) -> int:
    """Draft a site file and a fixture for a portal, from a few of its pages.

    Fetches the home page, some sections and some articles, as a crawl would; says what is sure,
    what is likely and what is not known; and writes data/new-sites/SLUG/ for a person to look at.
    """
    from newsarchive.cli import _survey

    target = _survey.target(url)
    values = _survey.values(target.start, slug=slug, name=name, province=province, host=host)
    root = _survey.checkout(values["slug"]) if accept else None
    folder = _FOLDER / values["slug"]
    drafted = _survey.drafted(folder, values["slug"]) if root is not None else None
    if root is not None and drafted is not None:
        _accept(folder, root, drafted)
        return 0
    look = _survey.run(target, requests=requests, delay=delay, contact=contact)
    for line in look.trouble:
        click.echo(plain(line), err=True)
    found = _survey.found(look)
    if found is None:
        pages = len(look.lists) + (look.home is not None)
        click.echo(
            f"{target.start}: no news portal, as far as {pages} of its pages tell: they list no "
            "article (is this the home, or a section?)",
            err=True,
        )
        return 1
    try:
        site = _survey.site(values, found)
    except SiteError as error:
        raise CallError(f"{error} (see --slug, --name, --province)") from None
    _report(look, found)
    _survey.write(folder, site, found, look)
    click.echo()
    click.echo(plain(f"{folder}/{_file(site)} and {folder}/fixture/: look at both"))
    if root is not None:
        _accept(folder, root, site)
    else:
        click.echo("then the same command with --accept")
    return 0


def _accept(folder: Path, root: Path, site: Site) -> None:
    from newsarchive.cli import _survey

    for path in _survey.accept(folder, root, site):
        click.echo(plain(f"accepted: {path}"))


def _file(site: Site) -> str:
    return f"{site.slug.replace('-', '_')}.py"


def _report(look: Survey, found: Draft) -> None:
    click.echo(f"{look.requests} requests, {len(look.pages)} pages")
    for what, lines in (
        ("sure", found.sure), ("likely", found.likely), ("not known", found.unknown),
    ):  # fmt: skip
        for line in lines:
            click.echo(f"{what:10} {plain(line)}")
