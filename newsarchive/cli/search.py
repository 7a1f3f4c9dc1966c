"""`newsarchive search`: articles that hold all the words, newest first."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from newsarchive import query
from newsarchive.cli._options import db_option, filter_options
from newsarchive.cli._print import color, json_line, plain, when
from newsarchive.words import Words, parse_words


@click.command(
    epilog="\b\nExamples:\n"
    "  newsarchive search duong day danh bac\n"
    "  newsarchive search 'đường dây đánh bạc' --site daklak --since 2022-01-01\n"
    "  newsarchive search '\"ma tuy\"' --order rank --limit 5\n"
    "  newsarchive search 'dak lak' --json | jq -r .url\n"
    "  newsarchive search --changed --since 2025-01-01     # what was edited; see `diff`"
)
@click.argument("words", nargs=-1)
@filter_options
@click.option(
    "--order",
    type=click.Choice(query.ORDERS),
    default="newest",
    show_default=True,
    help="Newest by publication, or by how well it fits.",
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="At most so many."
)
@click.option("--changed", is_flag=True, help="Only edited articles (WORDS may be left out).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing where no article matches.")
@db_option
def search(
    words: tuple[str, ...],
    db: Path,
    site: str | None,
    since: str | None,
    until: str | None,
    order: str,
    limit: int,
    changed: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Search the archive: articles that hold all the WORDS.

    If any word carries a mark or is written with đ, all are looked for exactly as typed; else
    accents make no difference. Words inside double quotes must stand side by side.
    """
    text = " ".join(words)
    if not words and not changed:
        raise click.UsageError("which words? (only --changed may go without)")
    with closing(query.open_readonly(db)) as conn:
        hits = query.search(
            conn,
            text,
            site=site,
            since=since,
            until=until,
            order=order,
            limit=limit,
            changed=changed,
        )
    if not hits and not (quiet or as_json):
        click.echo("no article matches", err=True)
    sought = parse_words(text)
    for hit in hits:
        if as_json:
            click.echo(json_line({name: getattr(hit, name) for name in hit.__slots__}))
        else:
            _show(hit, sought)


def _show(hit: query.Hit, words: Words) -> None:
    head = click.style(f"{hit.id:>6}", fg="cyan")
    title = click.style(plain(hit.title), bold=True)
    click.echo(f"{head}  {title}", color=color())
    click.echo(f"        {when(hit.published)}  {plain(hit.site)}  {plain(hit.url)}")
    if hit.snippet:
        click.echo(f"        {_marked(plain(hit.snippet), words)}", color=color())


def _marked(text: str, words: Words) -> str:
    """The text with what was looked for in colour; click takes the colour out in a pipe."""
    parts, last = [], 0
    for start, end in words.spans(text):
        parts += [text[last:start], click.style(text[start:end], fg="yellow", bold=True)]
        last = end
    return "".join(parts) + text[last:]
