"""The value a date line becomes, and the arithmetic that decides what it means."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

ZONE = dt.timezone(dt.timedelta(hours=7))
"""Vietnam's time; no daylight saving since long before the first portal."""

FIRST_YEAR, LAST_YEAR = 1995, 2100
"""Years a machine's value or a reading of dateparser may have: there was no news site before."""

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """One date as printed and as understood.

    iso: '2022-08-22T10:11:00+07:00', or '2022-08-22' when only a day is known; None when the
        date is impossible or cannot be decided.
    text: as printed, from the first date, weekday or time to the last, whitespace collapsed.
    method: numeric, words, relative, iso, rfc822, epoch or dateparser.
    kind: published or modified where a label says so, else plain.
    weekday: whether the printed weekday agrees; None when none is printed.
    named: the printed weekday itself, 0 is Monday.
    problem: why iso is None, or what is suspicious; one sentence.
    rest: what remains of the line without label, date and known tails; '' for a pure date line.
    """

    iso: str | None
    text: str
    method: str
    kind: str = "plain"
    weekday: bool | None = None
    problem: str | None = None
    rest: str = ""
    named: int | None = None

    @property
    def day(self) -> dt.date | None:
        """The day in Vietnam, None when undecided."""
        return None if self.iso is None else dt.date.fromisoformat(self.iso[:10])

    @property
    def has_time(self) -> bool:
        """Whether a time of day is known."""
        return self.iso is not None and len(self.iso) > 10

    @property
    def moment(self) -> dt.datetime | None:
        """The aware moment; None when only a day, or nothing, is known."""
        return dt.datetime.fromisoformat(self.iso) if self.iso and self.has_time else None


class Verdict(NamedTuple):
    """What a printed day turned out to mean: the day, whether its weekday agrees, the doubt."""

    day: dt.date | None
    weekday: bool | None = None
    problem: str | None = None


def make_day(year: int, month: int, day: int) -> dt.date | None:
    """The date, None if the calendar has no such day."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def decide(
    year: int,
    month: int,
    day: int,
    *,
    weekday: int | None,
    witness: dt.date | None,
    day_first: bool,
) -> Verdict:
    """Weigh a printed day against its weekday (0 is Monday) and a second witness.

    Day and month are taken as exchanged only where both confirm it; where the weekday alone
    hints at it the day stays undecided.
    """
    printed = make_day(year, month, day)
    exchanged = make_day(year, day, month) if day_first and day != month else None
    if exchanged is not None and (weekday is None or exchanged.weekday() != weekday):
        exchanged = None
    if printed is not None and (weekday is None or printed.weekday() == weekday):
        return Verdict(day=printed, weekday=None if weekday is None else True)
    if exchanged is not None and witness == exchanged:
        return Verdict(
            day=exchanged,
            weekday=True,
            problem="day and month are exchanged: the weekday and the page's metadata say so",
        )
    if printed is None:
        return Verdict(
            day=None,
            weekday=None if weekday is None else False,
            problem=f"the calendar has no day {day}, month {month} of {year}",
        )
    problem = f"the printed weekday is wrong: {printed} is a {_DAYS[printed.weekday()]}"
    if exchanged is not None and witness != printed:
        problem = f"{problem}; {exchanged} would fit it, so day and month may be exchanged"
        return Verdict(day=None, weekday=False, problem=problem)
    return Verdict(day=printed, weekday=False, problem=problem)


def join(first: str | None, second: str | None) -> str | None:
    """Two doubts as one sentence."""
    return f"{first}; {second}" if first and second else first or second


def iso_of(day: dt.date, time: dt.time | None, offset: dt.tzinfo = ZONE) -> str | None:
    """ISO 8601 in Vietnam's time; None if converting leaves the calendar."""
    if time is None:
        return day.isoformat()
    if offset is ZONE:
        return f"{day.isoformat()}T{time.isoformat()}+07:00"
    try:
        moment = dt.datetime.combine(day, time, offset).astimezone(ZONE)
    except (ValueError, OverflowError):
        return None
    return moment.replace(microsecond=0).isoformat()
