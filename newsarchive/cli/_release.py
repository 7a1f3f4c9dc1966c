"""`newsarchive export --dataset`: a release that can be cited."""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import UTC
from pathlib import Path
from typing import Any

import click

from newsarchive import clock, query
from newsarchive.cli._rows import mask, progress
from newsarchive.errors import CallError
from newsarchive.exporting.told import About, Creator
from newsarchive.text import inert


def make_release(
    db: Path,
    folder: Path,
    words: str | None,
    choice: dict[str, Any],
    *,
    gone: bool,
    masked: bool,
    title: str | None,
    creators: tuple[str, ...],
    quiet: bool,
) -> int:
    """Write the release; returns the exit status. choice: filters of `query.articles`."""
    from newsarchive.exporting.dataset import write_dataset

    try:
        makers = tuple(Creator.read(creator) for creator in creators)
    except ValueError as error:
        raise CallError(f"--creator {error}") from None
    about = About(
        day=clock.now().astimezone(UTC).date().isoformat(),
        title=title and " ".join(title.split()),
        creators=makers,
        choice=choice,
        words=words,
        gone=gone,
        masked=masked,
    )
    shown = not quiet and sys.stderr.isatty()
    with closing(query.open_readonly(db)) as conn:
        total = query.count(conn, words, gone=gone, **choice) if shown else 0
        with progress(shown) as bar:
            advance = bar("exporting", total)
            tally = write_dataset(
                conn, folder, about, mask=mask() if masked else None, advance=advance
            )
    if not quiet:
        unnamed = "" if makers else "; nobody is named as its maker (--creator)"
        click.echo(
            inert(f"{folder}: {tally.articles} articles of {len(tally.sites)} sites{unnamed}"),
            err=True,
        )
    return 0
