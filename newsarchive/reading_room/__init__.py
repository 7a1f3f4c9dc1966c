"""An archive opened for reading from Python: `newsarchive.open(path)` gives a ReadingRoom."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from newsarchive import query
from newsarchive.errors import CallError
from newsarchive.query import Hit, reprints, volumes
from newsarchive.query._filters import choose
from newsarchive.query.reprints import Reprint
from newsarchive.query.volumes import SiteVolume, Volume

if TYPE_CHECKING:
    import pandas

__all__ = ["Articles", "ReadingRoom", "Table"]

_Row = TypeVar("_Row")
Row = dict[str, Any]
Day = date | str | None
_VERSION = (
    "version", "seen", "title", "lead", "byline", "source", "section", "published",
    "published_text", "body", "images", "capture",
)  # fmt: skip


class Table(list[_Row]):
    """A list of what was found, an object or dict a row, that can become a DataFrame.

    names: of the fields of a row, which are the columns also where nothing was found.
    """

    def __init__(self, rows: Iterable[_Row], names: Sequence[str]) -> None:
        super().__init__(rows)
        self._names = tuple(names)

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a DataFrame with times, days and months as such.

        Raises NewsArchiveError where pandas is missing.
        """
        from newsarchive.reading_room.frames import frame

        return frame(self, self._names)


class Articles:
    """The articles of a choice: go through them as often as you like, or take a DataFrame.

    Each is a dict with the fields of `newsarchive.parse` and id, key, first_seen, last_seen and
    version (with gone=True also gone). They come one at a time, in the order in which they came
    into the archive; every time the archive is asked anew.
    """

    def __init__(self, room: ReadingRoom, words: str | None, choice: dict[str, Any]) -> None:
        self._room = room
        self._words = words
        self._choice = choice

    def __iter__(self) -> Iterator[Row]:
        return query.articles(self._room._asked, self._words, **self._choice)

    def __repr__(self) -> str:
        words = [repr(self._words)] if self._words is not None else []
        parts = words + [f"{name}={value!r}" for name, value in self._choice.items()]
        return f"{self._room!r}.articles({', '.join(parts)})"

    def count(self) -> int:
        """How many there are."""
        return query.count(self._room._asked, self._words, **self._choice)

    def to_pandas(self, columns: Iterable[str] | None = None) -> pandas.DataFrame:
        """The articles as a DataFrame, indexed by id.

        published and modified are times in Vietnam (missing where the page gives a day alone),
        day is the day of publication, first_seen and last_seen are times in UTC; body holds the
        paragraphs with a blank line between them. columns: only these; without body a large
        choice needs little memory. Raises NewsArchiveError where pandas is missing, CallError
        for a column that there is not.
        """
        from newsarchive.reading_room.frames import articles_frame

        return articles_frame(self, columns, gone=bool(self._choice.get("gone")))


class ReadingRoom:
    """An archive opened for reading; nothing can be written through it. Close it, or use `with`.

    What is withheld is not there. A crawl may write meanwhile. Words and filters are those of
    `newsarchive search`: words with a mark or đ are looked for exactly, others without accents;
    since and until are days in Vietnam ('2022-08-22' or a date), inclusive; a province may be one
    of before or after July 2025. A malformed filter is a CallError, a failure of the file an
    ArchiveError. Use it in the thread that opened it.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Open the archive at `path`. Raises ArchiveError if there is none, saying why."""
        self.path = Path(path)
        self._conn = query.open_readonly(self.path)
        self._closed = False

    def __enter__(self) -> ReadingRoom:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<newsarchive.ReadingRoom {str(self.path)!r}{', closed' * self._closed}>"

    def close(self) -> None:
        """Close it; a second time does nothing."""
        self._conn.close()
        self._closed = True

    @property
    def _asked(self) -> Any:
        """The connection, to be asked something."""
        if self._closed:
            raise CallError(f"{self.path}: is closed; open it again with newsarchive.open")
        return self._conn

    def search(
        self,
        words: str = "",
        *,
        site: str | None = None,
        province: str | None = None,
        section: str | None = None,
        byline: str | None = None,
        since: Day = None,
        until: Day = None,
        order: str = "newest",
        limit: int = 20,
        offset: int = 0,
        changed: bool = False,
    ) -> Table[Hit]:
        """The articles that hold all the words (of the filters alone without any).

        order: newest, or rank, which puts what fits best first. changed: only edited ones. Each
        Hit has id, site, url, title, published and a snippet around the first match. Articles
        that their portal took down are among them, and say so (gone).
        """
        choice = _choice(
            site=site, province=province, section=section, byline=byline, since=since, until=until
        )
        hits = query.search(
            self._asked, words, order=order, limit=limit, offset=offset, changed=changed, **choice
        )
        return Table(hits, Hit.__slots__)

    def articles(
        self,
        words: str | None = None,
        *,
        site: str | None = None,
        province: str | None = None,
        section: str | None = None,
        byline: str | None = None,
        since: Day = None,
        until: Day = None,
        changed: bool = False,
        gone: bool = False,
    ) -> Articles:
        """All articles of a choice; without words, of the filters alone.

        changed: only edited ones. gone: also those that their portal took down, which are left
        out otherwise.
        """
        choice = _choice(
            site=site, province=province, section=section, byline=byline, since=since, until=until
        )
        choice |= {name: True for name, told in (("changed", changed), ("gone", gone)) if told}
        # A wrong filter is an error here, not at the first row.
        query.articles(self._asked, words, **choice)
        return Articles(self, words, choice)

    def article(self, which: int | str) -> Row | None:
        """All that is known of one article, named by its id, key or any address of it.

        The fields of `articles`, and gone, parser, urls, capture and problems. None if there is
        none, or it is withheld.
        """
        found = self._found(which)
        row = None if found is None else query.article(self._asked, found)
        if row is None or row.pop("withheld") is not None:
            return None
        return row

    def versions(self, which: int | str) -> Table[Row]:
        """Every version of an article, the first one first; empty where there is none."""
        found = self._found(which)
        versions = None if found is None else query.versions(self._asked, found)
        return Table(versions or [], _VERSION)

    def reprints(self, which: int | str) -> Table[Reprint]:
        """The other articles that tell the same story, the earliest first."""
        found = self._found(which)
        # What is withheld has none, whatever its row says.
        there = found is not None and self.article(found) is not None
        rows = reprints.of(self._asked, found) if found is not None and there else []
        return Table(rows, Reprint.__slots__)

    def volumes(
        self,
        *,
        site: str | None = None,
        province: str | None = None,
        since: Day = None,
        until: Day = None,
    ) -> Table[Volume]:
        """How many articles there are by month and site, at once: counts are kept, not made.

        Each has month ('2022-08'; None: undated), site, articles, edited, gone. A month that is
        partly in the choice counts as a whole.
        """
        days = _choice(since=since, until=until)
        chosen = choose(self._asked, site=site, province=province, **days).sites
        rows = volumes.months(self._asked, **days)
        return Table([row for row in rows if chosen is None or row.site in chosen], Volume._fields)

    def sites(self) -> Table[SiteVolume]:
        """Every site: name, provinces, how many articles, their first and last day."""
        return Table(volumes.sites(self._asked), SiteVolume.__slots__)

    def _found(self, which: int | str) -> int | None:
        return query.find(self._asked, str(which))


def _choice(**filters: Day) -> Row:
    """The filters that are in force, days as text."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in filters.items()
        if value is not None
    }
