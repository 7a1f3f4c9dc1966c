"""`newsarchive export`: articles as CSV, JSON lines or WACZ, one at a time in flat memory."""

from __future__ import annotations

import csv
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

import click

from newsarchive import query
from newsarchive.cli import fail
from newsarchive.cli._options import db_option, filter_options
from newsarchive.cli._output import binary_output, output
from newsarchive.cli._print import json_line
from newsarchive.errors import CallError

COLUMNS = (
    "id", "key", "site", "url", "title", "published", "published_text", "modified", "section",
    "lead", "byline", "source", "body", "captions", "image_urls", "tags", "first_seen",
    "last_seen", "version",
)  # fmt: skip
# What a spreadsheet takes for the beginning of a formula, in both widths.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MARK = "\ufeff"
# Of a WACZ file; Markdown, as its format wants it.
_DESCRIPTION = (
    "Pages of Vietnamese police portals as they were served, with every version that was kept. "
    "The texts belong to their publishers; they name suspects, victims and minors."
)


@click.command(
    epilog="\b\nColumns of CSV (with --gone also gone):\n"
    + textwrap.fill(", ".join(COLUMNS), 78, initial_indent="  ", subsequent_indent="  ")
    + "\n\n\b\n"
    "body holds the paragraphs with a blank line between them, captions and image_urls\n"
    "one a line, tags with '; ' between them. A cell that a spreadsheet would run as a\n"
    "formula (it begins with = + - @) gets an apostrophe in front; --raw leaves it out.\n"
    "\n\b\n"
    "WACZ is for replay (ReplayWeb.page, pywb): the pages as they were served, every version,\n"
    "with their pictures where those were kept, and an index; lists and robots.txt stay out.\n"
    "\n\b\nExamples:\n"
    "  newsarchive export --format csv --excel --output articles.csv\n"
    "  newsarchive export --format jsonl --site daklak --since 2022-01-01 > daklak.jsonl\n"
    "  newsarchive export --format csv 'danh bac' --output gambling.csv\n"
    "  newsarchive export --format wacz --site daklak --output daklak.wacz"
)
@click.argument("words", nargs=-1)
@click.option("--format", "form", type=click.Choice(["csv", "jsonl", "wacz"]), required=True)
@click.option(
    "--output",
    "-o",
    "path",
    type=click.Path(path_type=Path),
    help="File to write, whole or not at all; otherwise (not for WACZ) standard output.",
)
@filter_options
@click.option("--gone", is_flag=True, help="Also articles that their site took down.")
@click.option("--excel", is_flag=True, help="CSV with the byte order mark that Excel wants.")
@click.option("--raw", is_flag=True, help="CSV with all cells as stored, formulas included.")
@click.option("--quiet", "-q", is_flag=True, help="No progress, nothing but problems.")
@db_option
def export(
    words: tuple[str, ...],
    form: str,
    path: Path | None,
    site: str | None,
    since: str | None,
    until: str | None,
    gone: bool,
    excel: bool,
    raw: bool,
    quiet: bool,
    db: Path,
) -> int:
    """Write articles as CSV, JSON lines or WACZ, those that hold all the WORDS or all there are.

    JSON lines have the fields of `newsarchive parse` and id, key, first_seen, last_seen and
    version. WORDS and filters choose as in `newsarchive search`. Articles that were withheld are
    never exported.
    """
    if form != "csv" and (excel or raw):
        raise CallError("--excel and --raw go with --format csv")
    text = " ".join(words) if words else None
    choice: dict[str, Any] = {"site": site, "since": since, "until": until, "gone": gone}
    if form == "wacz":
        return _export_wacz(db, text, choice, path, quiet=quiet)
    with closing(query.open_readonly(db)) as conn:
        rows = query.articles(conn, text, **choice)
        with output(path, keep=db) as file:
            shown = path is not None and not quiet and sys.stderr.isatty()
            total = query.count(conn, text, **choice) if shown else 0
            with _progress(shown) as bar:
                advance = bar("exporting", total)
                if form == "csv":
                    written = _write_csv(file, rows, advance, gone=gone, excel=excel, raw=raw)
                else:
                    written = _write_jsonl(file, rows, advance)
    if path is not None and not quiet:
        click.echo(f"{path}: {written} articles", err=True)
    return 0


def _export_wacz(
    db: Path, words: str | None, choice: dict[str, Any], path: Path | None, *, quiet: bool
) -> int:
    if path is None or path.suffix.lower() != ".wacz":
        raise CallError("--format wacz wants a file: --output NAME.wacz")
    from newsarchive.archive.holdings import Holdings
    from newsarchive.packing.wacz import Packer

    shown = not quiet and sys.stderr.isatty()
    with closing(query.open_readonly(db)) as conn, Holdings(conn) as held:
        rows = query.articles(conn, words, **choice)
        total = query.count(conn, words, **choice) if shown else 0
        with binary_output(path, keep=db) as file, _progress(shown) as bar:
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
        click.echo(
            f"{path}: {counts.articles} articles, {counts.versions} versions, {counts.captures} "
            f"captures{f'; {counts.missing} captures left out' if counts.missing else ''}",
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
    parts = [f"{name} {choice[name]}" for name in ("site", "since", "until") if choice[name]]
    if words is not None:
        parts.insert(0, words)
    return f"newsarchive: {', '.join(parts) or 'all articles'}"


def _write_jsonl(file: IO[str], rows: Iterable[dict[str, Any]], advance: Callable[[], None]) -> int:
    written = 0
    for written, row in enumerate(rows, 1):  # noqa: B007  the count outlives the loop
        file.write(json_line(row) + "\n")
        advance()
    return written


def _write_csv(
    file: IO[str],
    rows: Iterable[dict[str, Any]],
    advance: Callable[[], None],
    *,
    gone: bool,
    excel: bool,
    raw: bool,
) -> int:
    if excel:
        file.write(_MARK)
    columns = (*COLUMNS, "gone") if gone else COLUMNS
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    written = 0
    for written, row in enumerate(rows, 1):  # noqa: B007  the count outlives the loop
        flat = {
            **row,
            "body": "\n\n".join(row["paragraphs"]),
            "captions": "\n".join(i["caption"] for i in row["images"] if i["caption"]),
            "image_urls": "\n".join(i["url"] for i in row["images"] if i["url"]),
            "tags": "; ".join(row["tags"]),
        }
        cells = [flat[column] for column in columns]
        writer.writerow(cells if raw else [_harmless(cell) for cell in cells])
        advance()
    return written


def _harmless(cell: Any) -> Any:
    """The cell so that no spreadsheet runs it: pages are written by strangers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


@contextmanager
def _progress(shown: bool) -> Iterator[Callable[[str, int], Callable[[], None]]]:
    """Takes what is done and how many times, gives something to call at each.

    It draws a bar on standard error if `shown`, in the place of the one before.
    """
    if not shown:
        yield lambda _what, _total: lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:

        def bar(what: str, total: int) -> Callable[[], None]:
            for before in progress.task_ids:
                progress.remove_task(before)
            task = progress.add_task(what, total=total)
            return lambda: progress.advance(task)

        yield bar
