"""`newsarchive export --format wacz`: the pages themselves, for replay."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from newsarchive import query
from newsarchive.cli import fail
from newsarchive.cli._output import binary_output
from newsarchive.cli._rows import progress
from newsarchive.errors import CallError
from newsarchive.text import inert

# Of a WACZ file; Markdown, as its format wants it.
_DESCRIPTION = (
    "Pages of Vietnamese police portals as they were served, with every version that was kept. "
    "The texts belong to their publishers; they name suspects, victims and minors."
)


def pack(
    db: Path,
    words: str | None,
    choice: dict[str, Any],
    path: Path | None,
    *,
    gone: bool,
    quiet: bool,
) -> int:
    """Write the file; returns the exit status. choice: filters of `query.articles`."""
    if path is None or path.suffix.lower() != ".wacz":
        raise CallError("--format wacz wants a file: --output NAME.wacz")
    from newsarchive.archive.holdings import Holdings
    from newsarchive.packing.wacz import Packer

    shown = not quiet and sys.stderr.isatty()
    with closing(query.open_readonly(db)) as conn, Holdings(conn) as held:
        rows = query.articles(conn, words, gone=gone, **choice)
        total = query.count(conn, words, gone=gone, **choice) if shown else 0
        with binary_output(path, keep=db) as file, progress(shown) as bar:
            advance = bar("choosing", total)
            packer = Packer(
                held,
                db.with_suffix(".warc"),
                title=_title(words, choice),
                description=_DESCRIPTION,
                fail=fail,
                progress=lambda captures: bar("packing", captures),
            )
            counts = packer.pack(_chosen(rows, advance), file)
    if not quiet:
        left_out = f"; {counts.missing} captures left out" if counts.missing else ""
        click.echo(
            f"{inert(str(path))}: {counts.articles} articles, {counts.versions} versions, "
            f"{counts.captures} captures{left_out}",
            err=True,
        )
    return 1 if counts.missing else 0


def _chosen(
    rows: Iterable[dict[str, Any]], advance: Callable[[], None]
) -> Iterator[tuple[int, str | None]]:
    for row in rows:
        yield row["id"], row["published"]
        advance()


def _title(words: str | None, choice: dict[str, Any]) -> str:
    """What a file holds, by how it was chosen."""
    parts = [f"{name} {value}" for name, value in choice.items()]
    if words is not None:
        parts.insert(0, words)
    return f"newsarchive: {', '.join(parts) or 'all articles'}"
