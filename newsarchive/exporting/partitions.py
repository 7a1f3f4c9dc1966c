"""Parquet by province and month: one file for each, in folders that name them as Hive does.

    DIR/province=dak-lak/month=2022-08/articles.parquet

Places are sorted first, on disk; then one file after the other is written. So memory is that of one
group of rows, however many articles and files there are.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from newsarchive import query
from newsarchive.errors import NewsArchiveError
from newsarchive.exporting import parquet
from newsarchive.exporting.folders import new_folder
from newsarchive.exporting.lines import Row
from newsarchive.exporting.parquet import write_parquet
from newsarchive.query import release
from newsarchive.text import fold

UNKNOWN = "unknown"  # the province of national outlets, and of portals that nobody registered
UNDATED = "undated"  # the month of articles whose day of publication is not known
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])(?=-|$)")
_OTHER = re.compile(r"[^a-z0-9]+")
_CITY = re.compile(r"^(?:tinh|thanh pho|tp)\b")
_PLACES = """
    CREATE TABLE places(province TEXT, month TEXT, id INTEGER, PRIMARY KEY (province, month, id))
    WITHOUT ROWID
"""
_WALK = "SELECT province, month, id FROM places ORDER BY province, month, id"
Mask = Callable[[Row], Row]


class Written(NamedTuple):
    """How much was written."""

    articles: int
    files: int


def write_partitions(
    conn: sqlite3.Connection,
    target: Path,
    words: str | None,
    choice: dict[str, Any],
    *,
    gone: bool = False,
    mask: Mask | None = None,
    overwrite: bool = False,
    advance: Callable[[], None] = lambda: None,
) -> Written:
    """Write a choice of articles to the folder `target`, which is new or empty.

    words, gone, choice: as in `query.articles`; one state of the archive is read throughout. mask:
    replaces names in a row. overwrite: whether the folder may hold something, which goes. advance:
    called at each article. Raises CallError where the folder may not be written, NewsArchiveError
    where nothing matches, where pyarrow is missing, or where the folder cannot be written.
    """
    parquet.load()  # what is missing is said at once
    articles = files = 0

    def told(ids: Iterator[int]) -> Iterator[Row]:
        for row in query.given(conn, ids, gone=gone):
            yield row if mask is None else mask(row)
            advance()

    with (
        new_folder(target, "--output", overwrite=overwrite) as folder,
        release.snapshot(conn),
        closing(_sorted(conn, words, choice, gone=gone)) as places,
    ):
        for (province, month), group in groupby(places.execute(_WALK), key=itemgetter(0, 1)):
            inner = folder / f"province={province}" / f"month={month}"
            inner.mkdir(parents=True)
            with (inner / "articles.parquet").open("xb") as file:
                articles += write_parquet(file, told(id for _, _, id in group), gone=gone)
            files += 1
        if not files:
            raise NewsArchiveError("no article matches, so no folder is made")
    return Written(articles, files)


def province_name(name: str | None) -> str:
    """The name of a province in a path: letters without marks, digits and hyphens.

    >>> province_name("Đắk Lắk"), province_name("Thành phố Hồ Chí Minh"), province_name(None)
    ('dak-lak', 'ho-chi-minh', 'unknown')
    """
    folded = _CITY.sub("", fold(name or ""))
    return _OTHER.sub("-", folded).strip("-") or UNKNOWN


def month_name(published: str | None) -> str:
    """The month of publication in a path.

    >>> month_name("2022-08-22T10:11:00+07:00"), month_name(None)
    ('2022-08', 'undated')
    """
    found = _MONTH.match(published or "")
    return found.group() if found else UNDATED


def _sorted(
    conn: sqlite3.Connection, words: str | None, choice: dict[str, Any], *, gone: bool
) -> sqlite3.Connection:
    """Where each article goes, in a database of its own that lies on disk where it is large."""
    provinces = {site["slug"]: province_name(site["province"]) for site in release.sites(conn)}
    places = sqlite3.connect("")
    places.execute(_PLACES)
    found = query.placed(conn, words, gone=gone, **choice)
    places.executemany(
        "INSERT INTO places VALUES (?, ?, ?)",
        ((provinces.get(site, UNKNOWN), month_name(when), id) for id, site, when in found),
    )
    return places
