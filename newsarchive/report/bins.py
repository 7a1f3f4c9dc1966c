"""The columns of a chart over a time: days, weeks, months or years, as they fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from newsarchive.query.period import Period
from newsarchive.wording import Wording

Unit = Literal["day", "week", "month", "year"]
# As many columns as a unit may come to.
_MOST: tuple[tuple[Unit, int], ...] = (("day", 62), ("week", 400), ("month", 240 * 30))

# In days: what is longer has the names of years alone beneath its months.
_LONG = 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """One column: its first and last day within the period, its name, what stands beneath it."""

    first: date
    last: date
    label: str
    tick: str


def unit_of(period: Period) -> Unit:
    """The unit in which a period is shown."""
    length = (period.until - period.since).days + 1
    return next((unit for unit, most in _MOST if length <= most), "year")


def bins(period: Period, unit: Unit, words: Wording) -> list[Bin]:
    """The columns, the oldest first; the first and the last may be cut by the period."""
    found: list[Bin] = []
    is_long = (period.until - period.since).days > _LONG
    first = period.since
    while first <= period.until:
        last = min(_last(first, unit), period.until)
        tick = _tick(first, unit, words, is_first=not found, is_long=is_long)
        found.append(Bin(first=first, last=last, label=_label(first, last, unit, words), tick=tick))
        first = last + timedelta(days=1)
    return found


def counted(days: Mapping[date, int], columns: list[Bin]) -> list[int]:
    """Counts by day as counts by column."""
    sums = [0] * len(columns)
    place = 0
    for day in sorted(days):
        while place < len(columns) and columns[place].last < day:
            place += 1
        if place < len(columns) and columns[place].first <= day:
            sums[place] += days[day]
    return sums


def _last(first: date, unit: Unit) -> date:
    if unit == "day":
        return first
    if unit == "week":
        return first + timedelta(days=6 - first.weekday())
    if unit == "month":
        year, month = divmod(12 * first.year + first.month, 12)
        return date(year, month + 1, 1) - timedelta(days=1)
    return date(first.year, 12, 31)


def _label(first: date, last: date, unit: Unit, words: Wording) -> str:
    if unit == "day":
        return f"{words(f'weekday:{first.weekday()}')} {words.day(first)}"
    if unit == "week":
        return words.days(first, last)
    return words("month", month=str(first.month), name=words(f"month:{first.month}"),
                 year=str(first.year)) if unit == "month" else str(first.year)  # fmt: skip


def _tick(first: date, unit: Unit, words: Wording, *, is_first: bool, is_long: bool) -> str:
    if unit == "day":
        return words.day(first, year=False) if first.weekday() == 0 or is_first else ""
    if unit == "week":
        return words.month(first) if first.day <= 7 and first.weekday() == 0 else ""
    if unit == "month":
        return words.month(first) if first.month in ((1,) if is_long else (1, 4, 7, 10)) else ""
    return str(first.year)
