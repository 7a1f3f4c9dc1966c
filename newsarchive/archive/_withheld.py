"""The withholdings of several archives as one: what one withholds, all do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping

from newsarchive.archive._unions import Row, order

_NAMES = ("key", "url", "reason", "since", "erased")
_ALL = "SELECT key, url, reason, since, erased FROM withholdings"
_PUT = """
    INSERT INTO withholdings(key, url, reason, since, erased)
    VALUES (:key, :url, :reason, :since, :erased)
    ON CONFLICT DO UPDATE SET url = excluded.url, reason = excluded.reason,
        since = excluded.since, erased = excluded.erased
"""


class Withheld:
    """Rows of `withholdings` by their keys."""

    def __init__(self, *archives: sqlite3.Connection) -> None:
        self._rows: dict[str, Row] = {}
        for conn in archives:
            for values in conn.execute(_ALL):
                row = dict(zip(_NAMES, values, strict=True))
                known = self._rows.get(row["key"])
                self._rows[row["key"]] = row if known is None else _join(known, row)

    def __iter__(self) -> Iterator[str]:
        """All keys that are withheld."""
        return iter(list(self._rows))

    def since(self, keys: Iterable[str]) -> str | None:
        """Since when the article of these keys is withheld."""
        return min((self._rows[key]["since"] for key in keys if key in self._rows), default=None)

    def erased(self, keys: Iterable[str]) -> str | None:
        """When it was erased."""
        times = [self._rows[key]["erased"] for key in keys if key in self._rows]
        return min((time for time in times if time), default=None)

    def reason(self, keys: Iterable[str]) -> str:
        """Why."""
        rows = [self._rows[key] for key in keys if key in self._rows]
        return str(min(rows, key=lambda row: (row["since"], row["key"]))["reason"])

    def spread(self, urls: Mapping[str, str]) -> None:
        """Withhold an article that is withheld under one of its keys under all of them.

        urls: an address of each key.
        """
        since, erased = self.since(urls), self.erased(urls)
        reason = self.reason(urls)
        for key, url in urls.items():
            row = {"key": key, "url": url, "reason": reason, "since": since}
            self._rows[key] = {**self._rows.get(key, row), "erased": erased}

    def put(self, conn: sqlite3.Connection) -> None:
        """Write all rows."""
        conn.executemany(_PUT, [dict(row) for row in self._rows.values()])


def _join(one: Row, other: Row) -> Row:
    """The one that came first; erased if either is."""
    first = min(one, other, key=lambda row: (row["since"], order(row.values())))
    erased = min((row["erased"] for row in (one, other) if row["erased"]), default=None)
    return {**first, "erased": erased}
