"""`newsarchive export --format parquet --partition`: a folder of files by province and month."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from newsarchive import query
from newsarchive.cli._rows import mask, progress
from newsarchive.text import inert


def make_partitions(
    db: Path,
    folder: Path,
    words: str | None,
    choice: dict[str, Any],
    *,
    gone: bool,
    masked: bool,
    overwrite: bool,
    quiet: bool,
) -> int:
    """Write the folder; returns the exit status. choice: filters of `query.articles`."""
    from newsarchive.exporting.partitions import write_partitions

    shown = not quiet and sys.stderr.isatty()
    with closing(query.open_readonly(db)) as conn:
        total = query.count(conn, words, gone=gone, **choice) if shown else 0
        with progress(shown) as bar:
            written = write_partitions(
                conn, folder, words, choice, gone=gone, mask=mask() if masked else None,
                overwrite=overwrite, advance=bar("exporting", total),
            )  # fmt: skip
    if not quiet:
        told = f"{folder}: {written.articles} articles in {written.files} files"
        click.echo(inert(told), err=True)
    return 0
