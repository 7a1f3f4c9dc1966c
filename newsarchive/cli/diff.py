"""`newsarchive diff`: the words that an article's edits added and removed."""

from __future__ import annotations

from contextlib import closing
from itertools import pairwise
from pathlib import Path

import click

from newsarchive import query
from newsarchive.cli._options import db_option
from newsarchive.cli._print import color, json_line, plain
from newsarchive.differences import Change, changes
from newsarchive.errors import CallError, NewsArchiveError


@click.command(
    epilog="\b\nExamples:\n"
    "  newsarchive search --changed 'danh bac'      # which articles were edited\n"
    "  newsarchive diff 12\n"
    "  newsarchive diff 12 --from 1 --to 3\n"
    "  newsarchive diff https://congan.daklak.gov.vn/-/bai-viet --json"
)
@click.argument("which", metavar="ID|URL")
@click.option("--from", "first", type=click.IntRange(min=1), help="Version to begin with.")
@click.option("--to", "last", type=click.IntRange(min=1), help="Version to end with.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a changed field and edit.")
@db_option
def diff(which: str, first: int | None, last: int | None, as_json: bool, db: Path) -> None:
    """Show what the edits of an article changed, each against the version before.

    With --from and --to these two versions are compared. Words added stand in {+ +}, words removed
    in [- -], as in git's word diff; a terminal shows them in colour too.
    """
    with closing(query.open_readonly(db)) as conn:
        found = query.find(conn, which)
        versions = None if found is None else query.versions(conn, found)
    if versions is None:
        raise NewsArchiveError(f"{which}: no such article in {db}; `newsarchive search` shows ids")
    numbers = [version["version"] for version in versions]
    for number in (first, last):
        if number is not None and number not in numbers:
            raise CallError(f"{which}: has no version {number}, only {numbers[0]} to {numbers[-1]}")
    if first is not None or last is not None:
        old = versions[numbers.index(first if first is not None else 1)]
        pairs = [(old, versions[numbers.index(last) if last is not None else -1])]
    else:
        pairs = list(pairwise(versions))
    if not pairs and not as_json:
        seen = plain(versions[0]["seen"])
        click.echo(f"one version only, first seen {seen}: no edit is known")
    for before, after in pairs:
        _show(before, after, as_json=as_json)


def _show(before: query.Version, after: query.Version, *, as_json: bool) -> None:
    found = changes(before, after)
    if as_json:
        for change in found:
            click.echo(
                json_line(
                    {
                        "from": before["version"],
                        "to": after["version"],
                        "seen": after["seen"],
                        "field": change.field,
                        "before": change.before,
                        "after": change.after,
                    }
                )
            )
        return
    head = f"version {before['version']} ({before['seen']}) to {after['version']} ({after['seen']})"
    click.echo(click.style(plain(head), bold=True), color=color())
    for change in found:
        for number, line in enumerate(_lines(change)):
            click.echo(f"  {'' if number else change.field:<12}{line}", color=color())
    click.echo()


def _lines(change: Change) -> list[str]:
    shown = []
    for paragraph in change.paragraphs:
        parts = []
        for kind, text in paragraph:
            text = plain(text)
            if kind == "+":
                text = click.style(f"{{+{text}+}}", fg="green")
            elif kind == "-":
                text = click.style(f"[-{text}-]", fg="red", strikethrough=True)
            parts.append(text)
        shown.append(" ".join(parts))
    return shown
