"""`newsarchive show`: one article with all that is known of it."""

from __future__ import annotations

import shutil
import sqlite3
import textwrap
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from newsarchive import query
from newsarchive.cli._options import db_option
from newsarchive.cli._print import color, json_line, plain, when
from newsarchive.errors import NewsArchiveError

_LABEL = 11  # columns of a label and the space behind it


@click.command(
    epilog="\b\nExamples:\n"
    "  newsarchive show 12\n"
    "  newsarchive show https://congan.daklak.gov.vn/-/bai-viet --json | jq ."
)
@click.argument("which", metavar="ID|URL")
@click.option("--json", "as_json", is_flag=True, help="Everything, as one JSON object.")
@db_option
def show(which: str, as_json: bool, db: Path) -> None:
    """Show the article with this ID, or of this address."""
    with closing(query.open_readonly(db)) as conn:
        found = query.find(conn, which)
        article = None if found is None else query.article(conn, found)
        if article is not None and article["withheld"]:
            article = _withheld(conn, article)
        elif article is not None:
            article["reprints"] = _reprints(conn, article["id"])
    if article is None:
        raise NewsArchiveError(f"{which}: no such article in {db}; `newsarchive search` shows ids")
    if as_json:
        click.echo(json_line(article))
        return
    width = max(40, min(100, shutil.get_terminal_size().columns))
    if article["withheld"]:
        for name in ("key", "withheld", "reason"):
            for line in _fact(name, article[name], width):
                click.echo(line)
        return
    for line in _lines(article, db.with_suffix(".warc"), width):
        click.echo(line, color=color())


def _reprints(conn: sqlite3.Connection, article: int) -> list[dict[str, Any]]:
    """The other articles that tell the same story, the earliest first."""
    from newsarchive.query import reprints

    return [asdict(reprint) for reprint in reprints.of(conn, article)]


def _withheld(conn: sqlite3.Connection, article: dict[str, Any]) -> dict[str, Any]:
    """All that is said of an article that is withheld."""
    from newsarchive.archive.withhold import reason_of

    reason = reason_of(conn, article["key"])
    return {name: article[name] for name in ("id", "key", "withheld")} | {"reason": reason}


def _lines(article: dict[str, Any], warc_dir: Path, width: int) -> Iterator[str]:
    yield from (click.style(line, bold=True) for line in _wrap(article["title"], width))
    yield ""
    yield from _facts(article, width)
    if article["lead"]:
        yield ""
        yield from (click.style(line, bold=True) for line in _wrap(article["lead"], width))
    for paragraph in article["paragraphs"]:
        yield ""
        yield from _wrap(paragraph, width)
    yield from _images(article["images"], width)
    yield ""
    yield from _provenance(article, warc_dir, width)


def _facts(article: dict[str, Any], width: int) -> Iterator[str]:
    printed = plain(article["published_text"])
    understood = when(article["published"])
    date = f"{understood} (printed: {printed})" if printed else understood
    yield from _fact("published", date, width)
    for name in ("modified", "byline", "source", "section"):
        yield from _fact(name, article[name], width)
    yield from _fact("tags", ", ".join(article["tags"]), width)
    yield from _fact("site", article["site"], width)
    yield from _fact("address", article["url"], width)


def _images(images: list[dict[str, Any]], width: int) -> Iterator[str]:
    for number, image in enumerate(images, 1):
        credit = f" (photo: {plain(image['credit'])})" if image["credit"] else ""
        yield ""
        yield from _wrap(f"[image {number}] {plain(image['caption'])}{credit}", width)
        if image["url"]:
            yield f"    {plain(image['url'])}"


def _provenance(article: dict[str, Any], warc_dir: Path, width: int) -> Iterator[str]:
    seen = f"version {article['version']}, first {article['first_seen']}, last "
    yield from _fact("seen", seen + article["last_seen"], width)
    yield from _fact("gone", article["gone"], width)
    for told in article["reprints"]:
        yield from _fact("reprint", _reprint(told), width)
    for url in article["urls"]:
        if url != article["url"]:
            yield from _fact("also at", url, width)
    capture = article["capture"]
    if capture:
        where = f"{warc_dir / capture['warc']} at {capture['offset']} ({capture['length']} bytes)"
        yield from _fact("capture", where, width)
        fetched = f"{capture['fetched']}, status {capture['status']}, {capture['via']}"
        yield from _fact("fetched", fetched, width)
        yield from _fact("archived", capture["archive_url"], width)
    for problem in article["problems"]:
        yield from _fact("problem", f"{problem['field']}: {problem['what']}", width)
    if article["origins"]:
        yield ""
        yield f"{'field':{_LABEL}}came from"
        for field, origin in article["origins"].items():
            yield f"{plain(field):{_LABEL}}{plain(str(origin))}"


def _reprint(told: dict[str, Any]) -> str:
    notes = [when(told["published"]), told["site"], f"{told['similarity']:.0%} alike"]
    if told["first"]:
        notes.append("the first")
    if told["gone"]:
        notes.append("gone")
    return f"{told['article']}: {', '.join(filter(None, notes))}: {told['url']}"


def _fact(label: str, value: str | None, width: int) -> Iterator[str]:
    """A labelled line, wrapped under itself; nothing where there is no value."""
    lines = _wrap(value, width - _LABEL)
    for number, line in enumerate(lines):
        yield f"{'' if number else label:{_LABEL}}{line}"


def _wrap(text: str | None, width: int) -> list[str]:
    # Addresses stay whole, so that they can be copied.
    return textwrap.wrap(plain(text), width, break_long_words=False, break_on_hyphens=False)
