"""`newsarchive reprints`: which articles tell the same story, and those that most portals tell."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsarchive import query
from newsarchive.cli._options import db_option
from newsarchive.cli._print import json_line, plain, when

if TYPE_CHECKING:
    from newsarchive.query.reprints import Story

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(
    epilog="\b\nExamples:\n"
    "  newsarchive reprints\n"
    "  newsarchive reprints --since 2024-01-01 --until 2024-01-31 --limit 5\n"
    "  newsarchive reprints --json | jq .title"
)
@click.option("--since", type=_DAY, metavar="DAY", help="Stories first published from this day on.")
@click.option("--until", type=_DAY, metavar="DAY", help="Stories first published up to this day.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a story.")
@click.option("--quiet", "-q", is_flag=True, help="Only compare what is not compared yet.")
@db_option
def reprints(
    since: datetime | None,
    until: datetime | None,
    limit: int,
    as_json: bool,
    quiet: bool,
    db: Path,
) -> int:
    """Show the stories that most portals tell, with the article that told each first.

    Articles are compared as they are stored. Those of an archive that an older newsarchive wrote
    are compared by this command, first of all; it can be stopped and goes on where it was.

    Who was first is said only where the pages say it: not if they print no date, the same minute,
    or the same day and one of them no time.
    """
    from newsarchive.query import reprints as found

    whole = _compare(db, quiet=quiet or as_json)
    if quiet:
        return int(not whole)
    since_day, until_day = (day.date().isoformat() if day else None for day in (since, until))
    with closing(query.open_readonly(db)) as conn:
        stories = found.most(conn, since=since_day, until=until_day, limit=limit)
        for story in stories:
            if as_json:
                others = [asdict(reprint) for reprint in found.of(conn, story.article)]
                click.echo(json_line({**asdict(story), "reprints": others}))
            else:
                _print(story)
    if not stories and not as_json:
        click.echo("no article tells the story of another one")
    return int(not whole)


def _compare(db: Path, *, quiet: bool) -> bool:
    """Compare what is due; False, and a line on standard error, if that cannot be done."""
    from newsarchive.archive import reprints as kept
    from newsarchive.archive.salvage import open_archive
    from newsarchive.cli import fail

    with closing(query.open_readonly(db)) as conn:
        made = conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'reprints_due'").fetchone()
        left = kept.due(conn) if made else None
        if left == 0:
            return True  # nothing is written, so that an archive on read-only media can be asked
    with open_archive(db, create=False) as archive, closing(query.open_readonly(db)) as conn:
        left = kept.due(conn)
        with _progress(left, shown=not quiet and sys.stderr.isatty()) as advance:
            whole = kept.fill(archive, advance)
    if not whole:
        fail(f"{db}: {left} articles are not compared; install rensa (pip install rensa)")
    elif left and not quiet:
        click.echo(f"{left} articles compared", err=True)
    return whole


@contextmanager
def _progress(total: int, *, shown: bool) -> Iterator[Callable[[int], None]]:
    """Something to call with numbers of articles; draws a bar on standard error if `shown`."""
    if not shown:
        yield lambda _articles: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("comparing articles", total=total)
        yield lambda articles: bar.advance(task, articles)


def _print(story: Story) -> None:
    sites = f"{story.sites} site{'s' * (story.sites > 1)}"
    click.echo(f"{sites}, {story.articles} articles: {plain(story.title)}")
    who = "first" if story.first else "first not known; e.g."
    click.echo(
        f"    {who} {when(story.published)} {plain(story.site)} {story.article}: {plain(story.url)}"
    )
