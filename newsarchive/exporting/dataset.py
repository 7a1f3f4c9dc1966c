"""A release of articles that can be cited: Parquet files, what they mean, whence, and checksums.

The folder appears whole or not at all. The same archive, choice and day give the same bytes.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING

from newsarchive import query
from newsarchive.errors import NewsArchiveError
from newsarchive.exporting import crate, dictionary, notes, parquet
from newsarchive.exporting.crate import METADATA, File
from newsarchive.exporting.dictionary import TABLES, Table, articles_table
from newsarchive.exporting.folders import files_of, new_folder
from newsarchive.exporting.lines import Row
from newsarchive.exporting.parquet import ParquetWriter, shaped
from newsarchive.exporting.tally import Tally
from newsarchive.exporting.told import About
from newsarchive.query import release

if TYPE_CHECKING:
    import sqlite3

MANIFEST = "manifest-sha256.txt"
Mask = Callable[[Row], Row]


def write_dataset(
    conn: sqlite3.Connection,
    target: Path,
    about: About,
    *,
    mask: Mask | None = None,
    advance: Callable[[], None] = lambda: None,
) -> Tally:
    """Write the release of a choice of articles to the folder `target`, which is new or empty.

    about: the choice too. mask: replaces names in a row. advance: called at each article. Raises
    CallError where the folder holds something, NewsArchiveError where nothing matches, where a
    library is missing, or where the folder cannot be written.
    """
    parquet.load()  # what is missing is said at once
    crate.load()
    with new_folder(target, "--dataset") as folder, release.snapshot(conn):
        tally = _write_tables(conn, folder, about, mask, advance)
        if not tally.articles:
            raise NewsArchiveError("no article matches, so no release is made")
        _write_counts(folder / "data" / "counts.csv", tally)
        _write_notes(folder, about, tally, release.crawls(conn))
    return tally


def _write_tables(
    conn: sqlite3.Connection,
    folder: Path,
    about: About,
    mask: Mask | None,
    advance: Callable[[], None],
) -> Tally:
    tally = Tally()
    rows = query.articles(conn, about.words, gone=about.gone, **about.choice)
    (folder / "data").mkdir()
    with ExitStack() as stack:
        out = {
            table.name: _opened(stack, folder, table)
            for table in (articles_table(gone=about.gone), *TABLES[1:])
        }
        told = release.knows_stories(conn)
        for row in rows:
            tally.take(row)
            _add_article(conn, out, row, tally, mask)
            if told and (story := release.story(conn, row["id"])) is not None:
                out["reprints"].add({"article": row["id"], "story": story})
            advance()
        for site in release.sites(conn):
            if (found := tally.sites.get(site["slug"])) is not None:
                out["sites"].add(
                    site
                    | {"articles": found.articles, "edited": found.edited}
                    | {"first_day": found.first_day, "last_day": found.last_day}
                )
    return tally


def _opened(stack: ExitStack, folder: Path, table: Table) -> ParquetWriter:
    file = stack.enter_context((folder / "data" / f"{table.name}.parquet").open("xb"))
    return stack.enter_context(ParquetWriter(file, table))


def _add_article(
    conn: sqlite3.Connection,
    out: dict[str, ParquetWriter],
    row: Row,
    tally: Tally,
    mask: Mask | None,
) -> None:
    article = {"article": row["id"]}
    versions = list(_versions(conn, row)) if row["version"] > 1 else []
    if mask is not None:
        row, versions = masked(mask, row, versions)
    out["articles"].add(shaped(row))
    for version in versions:
        out["versions"].add(article | shaped(version))
    for position, image in enumerate(row["images"], 1):
        out["images"].add(article | {"position": position} | image)
    for tag in row["tags"]:
        out["tags"].add(article | {"tag": tag})
    for event in release.events(conn, row["id"]):
        out["events"].add(article | event)
    for capture in release.captures(conn, row["id"]):
        tally.take_capture(capture)
        out["captures"].add(article | capture)


def _versions(conn: sqlite3.Connection, row: Row) -> Iterator[Row]:
    """The versions of an article, each in the shape of an article."""
    for version in query.versions(conn, row["id"]) or []:
        paragraphs = version["body"].split("\n\n") if version["body"] else []
        yield row | version | {"paragraphs": paragraphs}


def masked(mask: Mask, row: Row, versions: list[Row]) -> tuple[Row, list[Row]]:
    """An article and its versions with names masked in all of them: who is introduced in one of
    them is masked in every one, by the same initials.
    """
    parts = [row, *versions]
    texts = [[part["title"], part["lead"] or "", *part["paragraphs"]] for part in parts]
    whole = {
        "paragraphs": [text for part in texts for text in part],
        "images": [image for part in parts for image in part["images"]],
        "tags": row["tags"],
        "byline": row["byline"],  # whoever signed it keeps the name in the text too
    }
    changed = mask(whole)
    paragraphs, images = iter(changed["paragraphs"]), iter(changed["images"])
    done = []
    for part, held in zip(parts, texts, strict=True):
        title, lead, *body = [next(paragraphs) for _ in held]
        pictures = [next(images) for _ in part["images"]]
        told = {"title": title, "lead": lead or None, "paragraphs": body, "images": pictures}
        done.append(part | told | {"tags": changed["tags"]})
    return done[0], done[1:]


def _write_counts(path: Path, tally: Tally) -> None:
    with path.open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(dictionary.COUNTS)
        writer.writerows(tally.counts())


def _write_notes(folder: Path, about: About, tally: Tally, crawls: list[Row]) -> None:
    """All that is no table; each file may tell of those written before it."""
    for name, text in notes.notes(about, tally, crawls).items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    files = [_file(folder, path) for path in files_of(folder)]
    told = crate.metadata(about, tally, crawls, files, manifest=MANIFEST)
    (folder / METADATA).write_text(told, encoding="utf-8", newline="\n")
    lines = [f"{one.sha256}  {one.path}\n" for one in (*files, _file(folder, folder / METADATA))]
    (folder / MANIFEST).write_text("".join(sorted(lines, key=_by_path)), encoding="utf-8")


def _by_path(line: str) -> str:
    return line.partition("  ")[2]


def _file(folder: Path, path: Path) -> File:
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return File(path.relative_to(folder).as_posix(), path.stat().st_size, digest)
