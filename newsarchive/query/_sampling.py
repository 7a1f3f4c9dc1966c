"""How many articles with the words were published in each year, estimated from some of them.

Looked at are stretches of articles that lie together, since a full-text index is slow to begin
somewhere and quick to go on. What is estimated is the share of a year's articles that hold the
words; how many articles the year has is known of every site. So a year that few stretches happen
to lie in has no smaller estimate for that.
"""

from __future__ import annotations

import math
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from newsarchive.query import _counting
from newsarchive.query import _statements as st
from newsarchive.query._filters import Choice
from newsarchive.query._statements import Statements

STRETCHES = 40  # over the whole archive
# That one shall hold; how many articles it has, where filters leave but some of them it has more.
_MATCHES, _LEAST, _LONGEST, _LONGEST_FILTERED = 40, 100, 500, 2_000
_OF_SITES, _SHORT = 40, 100  # over the articles of some sites, in all, and how long each is
_BLIND, _EVEN = 120, 150  # where the numbers by year are not known
_SURE = 100  # matches that an estimate of two digits rests on
_FAIR = 10  # of one that is told to a half of its first digit
Year = str | None


@dataclass(slots=True)
class _Looked:
    """Articles looked at, by year, and how many of them hold the words."""

    seen: Counter[Year] = field(default_factory=Counter)
    held: Counter[Year] = field(default_factory=Counter)

    def of(self, totals: dict[Year, int]) -> dict[Year, int]:
        """Estimates of the years that any was seen of."""
        return {
            year: _rounded(self.held[year] * number / self.seen[year], self.held[year])
            for year, number in totals.items()
            if self.held[year]
        }


def years(
    conn: sqlite3.Connection,
    write: Statements,
    choice: Choice,
    *,
    highest: int,
    between: int,
    share: float,
    gap: int,
) -> dict[Year, int] | None:
    """Estimates to one or two digits, None of an archive that is too small for any.

    highest: id that there is; between: of so many articles one holds the words; share: the part
    of all articles that the filters leave; gap: articles nearer than that are asked about together.
    """
    if highest <= 4 * _BLIND * _EVEN:
        return None
    known = write.years_of_sites()
    if known is None:
        return _blindly(conn, write, highest)
    totals: dict[Year, int] = dict(conn.execute(known, write.values()).fetchall())
    if choice.sites is None:
        length = min(_LONGEST, max(_LEAST, _MATCHES * between))
        length = min(_LONGEST_FILTERED, int(length / share))
        return _everywhere(conn, write, highest, length).of(totals)
    return _in_sites(conn, write, choice.sites, totals, gap).of(totals)


def _everywhere(conn: sqlite3.Connection, write: Statements, highest: int, length: int) -> _Looked:
    """In stretches of ids that lie evenly over the archive."""
    looked = _Looked()
    for first in _firsts(highest, STRETCHES):
        values = write.values(first=first, last=first + length - 1)
        for sql, numbers in ((st.SEEN_YEARS, looked.seen), (st.SAMPLED_YEARS, looked.held)):
            numbers.update(dict(conn.execute(write.sql(sql), values).fetchall()))
    return looked


def _in_sites(
    conn: sqlite3.Connection,
    write: Statements,
    sites: tuple[str, ...],
    totals: dict[Year, int],
    gap: int,
) -> _Looked:
    """In what each site published up to days that lie evenly over each year."""
    looked = _Looked()
    whole = max(1, sum(totals.values()))
    sql = write.sql(st.LOOKED_AT, "articles_site_newest")
    undated = sql.replace("a.published <= :day", "a.published IS NULL")
    for year, number in totals.items():
        for day in _days(year, max(1, round(_OF_SITES * number / whole / len(sites)))):
            for site in sites:
                values = write.values(only=site, day=day, width=_SHORT)
                rows = conn.execute(sql if day else undated, values).fetchall()
                held = {id for id, _year in rows}
                for asked in write.asked:
                    held &= _counting.between(conn, asked, _counting.runs(sorted(held), gap))
                looked.seen.update(year for _id, year in rows)
                looked.held.update(year for id, year in rows if id in held)
    return looked


def _days(year: Year, number: int) -> Iterator[str | None]:
    """Ends of stretches: points in a year, 'YYYY-MM-DD' or no real day; of undated ones None."""
    if year is None:
        yield None
        return
    for at in range(number):
        part = 12 * (at + 1) / number  # the stretch goes back from there
        yield f"{year}-{max(1, int(part)):02}-{1 + int(30 * (part % 1)):02}U"


def _blindly(conn: sqlite3.Connection, write: Statements, highest: int) -> dict[Year, int]:
    """As if what was looked at were the same part of each year's articles."""
    held: Counter[Year] = Counter()
    sql = write.sql(st.SAMPLED_YEARS)
    for first in _firsts(highest, _BLIND):
        values = write.values(first=first, last=first + _EVEN - 1)
        held.update(dict(conn.execute(sql, values).fetchall()))
    times = highest / (_BLIND * _EVEN)
    return {year: _rounded(number * times, number) for year, number in held.items()}


def _firsts(highest: int, number: int) -> Iterator[int]:
    return (int((at + 0.5) * highest / number) for at in range(number))


def _rounded(number: float, seen: int) -> int:
    """An estimate with the digits that it can be trusted for, by how many matches it rests on."""
    unit = 10.0 ** math.floor(math.log10(number))
    # To halves at the beginning, else 1.4 would be told as 1.
    parts = 10 if seen >= _SURE else 2 if seen >= _FAIR and number < 3 * unit else 1
    return max(1, round(round(number * parts / unit) * unit / parts))
