"""`newsarchive export`: articles as CSV, JSON lines, Parquet, WACZ, or as a release to be cited."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import click

from newsarchive import query
from newsarchive.cli._options import db_option, filter_options
from newsarchive.cli._output import binary_output, output
from newsarchive.cli._rows import Counted, mask, progress
from newsarchive.errors import CallError
from newsarchive.exporting.lines import COLUMNS, Row, write_csv, write_jsonl
from newsarchive.query import release
from newsarchive.text import inert

FORMATS = ("csv", "jsonl", "parquet", "wacz")


@click.command(
    epilog="\b\nColumns of CSV (with --gone also gone):\n"
    + textwrap.fill(", ".join(COLUMNS), 78, initial_indent="  ", subsequent_indent="  ")
    + "\n\n\b\n"
    "body holds the paragraphs with a blank line between them, captions and image_urls\n"
    "one a line, tags with '; ' between them. A cell that a spreadsheet would run as a\n"
    "formula (it begins with = + - @) gets an apostrophe in front; --raw leaves it out.\n"
    "For Excel, --excel: without its mark Excel takes the accents for other letters.\n"
    "\n\b\n"
    "Parquet has typed columns (day as a date, first_seen as a time), for pandas, DuckDB and\n"
    "others. It needs the extra 'export': pip install 'newsarchive[export]'; so does --dataset,\n"
    "which makes a folder of Parquet files with what they mean, where they come from,\n"
    "checksums, RO-Crate metadata and how to cite it.\n"
    "\n\b\n"
    "WACZ is for replay (ReplayWeb.page, pywb): the pages as they were served, every version,\n"
    "with their pictures where those were kept, and an index; lists and robots.txt stay out.\n"
    "\n\b\nExamples:\n"
    "  newsarchive export --format csv --excel --output articles.csv\n"
    "  newsarchive export --format jsonl --site daklak --since 2022-01-01 > daklak.jsonl\n"
    "  newsarchive export --format csv 'danh bac' --output gambling.csv\n"
    "  newsarchive export --format parquet --mask-names --output articles.parquet\n"
    "  newsarchive export --format parquet --partition --output articles/\n"
    "  newsarchive export --format wacz --site daklak --output daklak.wacz\n"
    "  newsarchive export --dataset release-2026 --creator 'Institute X' --until 2025-12-31"
)
@click.argument("words", nargs=-1)
@click.option("--format", "form", type=click.Choice(FORMATS), help="Of the file.")
@click.option(
    "--dataset",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="In place of --format: make a release in this folder, which is new or empty.",
)
@click.option(
    "--output",
    "-o",
    "path",
    type=click.Path(path_type=Path),
    help="File to write, whole or not at all; otherwise (CSV, JSON lines) standard output.",
)
@click.option(
    "--partition",
    is_flag=True,
    help="Parquet by province and month: --output is a folder, which is new or empty.",
)
@click.option("--overwrite", is_flag=True, help="With --partition: replace what the folder holds.")
@filter_options
@click.option("--gone", is_flag=True, help="Also articles that their site took down.")
@click.option(
    "--mask-names",
    "masked",
    is_flag=True,
    help="Initials in place of the names of private persons (docs/ethics.md); not in WACZ.",
)
@click.option("--excel", is_flag=True, help="CSV with the byte order mark that Excel wants.")
@click.option("--raw", is_flag=True, help="CSV with all cells as stored, formulas included.")
@click.option("--title", help="Of a --dataset.  [default: what was chosen]")
@click.option(
    "--creator",
    "creators",
    multiple=True,
    metavar="NAME",
    help="Who makes the --dataset: 'Name' or 'Name <https://orcid.org/...>'; may be repeated.",
)
@click.option("--quiet", "-q", is_flag=True, help="No progress, nothing but problems.")
@db_option
def export(
    words: tuple[str, ...],
    form: str | None,
    folder: Path | None,
    path: Path | None,
    partition: bool,
    overwrite: bool,
    gone: bool,
    masked: bool,
    excel: bool,
    raw: bool,
    title: str | None,
    creators: tuple[str, ...],
    quiet: bool,
    db: Path,
    **filters: str | None,
) -> int:
    """Write articles as CSV, JSON lines, Parquet or WACZ, or as a release that can be cited.

    Those that hold all the WORDS, or all there are. JSON lines have the fields of `newsarchive
    parse` and id, key, first_seen, last_seen and version. WORDS and filters choose as in
    `newsarchive search`. Articles that were withheld are never exported.
    """
    if (partition and form != "parquet") or (overwrite and not partition):
        raise CallError("--partition goes with --format parquet, --overwrite with --partition")
    _check(form, folder, path, csv_only=excel or raw, release_only=bool(title or creators))
    text = " ".join(words) if words else None
    choice: Row = {name: value for name, value in filters.items() if value is not None}
    if folder is not None:
        from newsarchive.cli._release import make_release

        return make_release(
            db, folder, text, choice, gone=gone, masked=masked, title=title, creators=creators,
            quiet=quiet,
        )  # fmt: skip
    if form == "wacz":
        if masked:
            raise CallError("--mask-names: the pages in a WACZ hold the names; name another format")
        from newsarchive.cli._wacz import pack

        return pack(db, text, choice, path, gone=gone, quiet=quiet)
    if partition:
        from newsarchive.cli._partitions import make_partitions

        assert path is not None  # as _check saw to
        return make_partitions(
            db, path, text, choice, gone=gone, masked=masked, overwrite=overwrite, quiet=quiet
        )
    with closing(query.open_readonly(db)) as conn:
        release.read_through(conn)
        rows = query.articles(conn, text, gone=gone, **choice)
        if masked:
            rows = map(mask(), rows)
        shown = path is not None and not quiet and sys.stderr.isatty()
        total = query.count(conn, text, gone=gone, **choice) if shown else 0
        with progress(shown) as bar:
            counted = Counted(rows, bar("exporting", total))
            if form == "parquet":
                _write_parquet(path, counted, keep=db, gone=gone)
            else:
                with output(path, keep=db) as file:
                    if form == "csv":
                        write_csv(file, counted, gone=gone, excel=excel, raw=raw)
                    else:
                        write_jsonl(file, counted)
    if path is not None and not quiet:
        click.echo(inert(f"{path}: {counted.seen} articles"), err=True)
    return 0


def _check(
    form: str | None, folder: Path | None, path: Path | None, *, csv_only: bool, release_only: bool
) -> None:
    """Refuse what does not go together."""
    if (form is None) == (folder is None):
        raise CallError(f"name one of --format {'|'.join(FORMATS)} and --dataset DIR")
    if form != "csv" and csv_only:
        raise CallError("--excel and --raw go with --format csv")
    if folder is None and release_only:
        raise CallError("--title and --creator go with --dataset")
    if folder is not None and path is not None:
        raise CallError("--dataset names a folder by itself; leave --output out")
    if form == "parquet" and (path is None or str(path) == "-"):
        raise CallError(
            "--format parquet wants a file: --output NAME.parquet (with --partition, a folder)"
        )


def _write_parquet(path: Path | None, rows: Iterable[Row], *, keep: Path, gone: bool) -> None:
    from newsarchive.exporting.parquet import load, write_parquet

    load()  # what is missing is said before a file is made
    assert path is not None  # as _check saw to
    with binary_output(path, keep=keep) as file:
        write_parquet(file, rows, gone=gone)
