"""`newsarchive search`: articles that hold the words, newest first, and how many there are."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsarchive.cli._options import db_option, filter_options
from newsarchive.cli._print import color, json_line, plain, when

if TYPE_CHECKING:
    from newsarchive import query
    from newsarchive.words import Span

ORDERS = ("newest", "rank")  # those of newsarchive.query, which help does without
# What an object of --json holds.
FIELDS = ("id", "site", "url", "title", "published", "snippet")


@click.command(
    epilog="\b\nWords:\n"
    "  danh bac                 articles that hold both words, anywhere\n"
    "  '\"danh bac\"'             side by side\n"
    "  'ma tuy OR heroin'       one of both; AND, OR, NOT in capitals\n"
    '  \'danh bac NOT "bong da"\' without the phrase; the same: -"bong da"\n'
    "  'heroin (camau OR kg)'   parentheses; OR binds last\n"
    "  'lua dao mang*'          the beginning of a word, of two letters or more\n"
    "  'title:\"ma tuy\"'         in one field: title, lead, body, captions, byline\n"
    "\n\b\n"
    "Any word with a mark or đ makes all of them exact: 'đánh bạc' does not find 'đánh bắc'.\n"
    "hoà and hòa are one word. No words are an error: what has no sense is left out.\n"
    "\n\b\nExamples:\n"
    "  newsarchive search duong day danh bac\n"
    "  newsarchive search 'đường dây đánh bạc' --site daklak --since 2022-01-01\n"
    "  newsarchive search 'title:(\"ma túy\" OR heroin)' --province 'lam dong'\n"
    "  newsarchive search '\"ma tuy\"' --order rank --limit 5\n"
    "  newsarchive search 'dak lak' --json | jq -r .url\n"
    "  newsarchive search --byline 'van tu'                # filters may go without words\n"
    "  newsarchive search --changed --since 2025-01-01     # what was edited; see `diff`"
)
@click.argument("words", nargs=-1)
@filter_options
@click.option(
    "--order",
    type=click.Choice(ORDERS),
    default="newest",
    show_default=True,
    help="Newest by publication, or by how well it fits.",
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="At most so many."
)
@click.option(
    "--offset", type=click.IntRange(min=0), default=0, help="Leave out so many of the first."
)
@click.option("--changed", is_flag=True, help="Only edited articles.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--quiet", "-q", is_flag=True, help="The articles alone, no word on how many.")
@db_option
def search(
    words: tuple[str, ...],
    db: Path,
    order: str,
    limit: int,
    offset: int,
    changed: bool,
    as_json: bool,
    quiet: bool,
    **filters: Any,
) -> None:
    """Search the archive: articles that hold all the WORDS, newest first.

    Accents count only where they are typed. Where there are more articles than --limit, the last
    line (on standard error) says how many; counting stops at 10,000.
    """
    text = " ".join(words)
    if not (words or changed or any(value is not None for value in filters.values())):
        raise click.UsageError("which words? (only a filter or --changed may go without)")
    from newsarchive import query

    with closing(query.open_readonly(db)) as conn:
        hits = query.search(
            conn, text, **filters, order=order, limit=limit, offset=offset, changed=changed
        )
        line = None
        if not (quiet or as_json):
            choice = {**filters, "changed": changed}
            line = _told(conn, text, len(hits), order, limit, offset, choice)
    for hit in hits:
        if as_json:
            click.echo(json_line({name: getattr(hit, name) for name in FIELDS}))
        else:
            _show(hit)
    if line:
        click.echo(line, err=True)


def _told(
    conn: sqlite3.Connection,
    text: str,
    shown: int,
    order: str,
    limit: int,
    offset: int,
    filters: dict[str, Any],
) -> str | None:
    """What to say of how many there are; None where all of them are shown."""
    if not shown and not offset:
        return "no article matches"
    if shown < limit and not offset:
        return None
    from newsarchive import query

    number = query.counted(conn, text, **filters)
    many = f"more than {query.MOST:,}" if number > query.MOST else f"{number:,}"
    if not shown:
        return f"none behind the first {offset:,}: there are {many}"
    if number <= shown:
        return None
    first = f"{offset + 1:,} to {offset + shown:,}" if offset else f"{shown:,}"
    how = "newest" if order == "newest" else "best"
    more = f"; --offset {offset + shown} goes on" if offset + shown < number else ""
    return f"{first} of {many}, {how} first{more}"


def _show(hit: query.Hit) -> None:
    head = click.style(f"{hit.id:>6}", fg="cyan")
    title = click.style(plain(hit.title), bold=True)
    click.echo(f"{head}  {title}", color=color())
    click.echo(f"        {when(hit.published)}  {plain(hit.site)}  {plain(hit.url)}")
    if hit.snippet:
        click.echo(f"        {_marked(hit.snippet, hit.marks)}", color=color())


def _marked(text: str, spans: tuple[Span, ...]) -> str:
    """A snippet, which is plain, with what was looked for in colour; none in a pipe (click)."""
    parts, last = [], 0
    for start, end in spans:
        parts += [text[last:start], click.style(text[start:end], fg="yellow", bold=True)]
        last = end
    return "".join(parts) + text[last:]
