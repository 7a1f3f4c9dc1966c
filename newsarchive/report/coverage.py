"""How far the archive can know what a site did in a time: 'no news' is not 'nobody looked'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from newsarchive import clock
from newsarchive.query.period import Looks, Period
from newsarchive.report.values import DayState, Verdict

# Share of a time's days on which a site must have been looked at for its silence to be news.
_ENOUGH = 0.8


def states(
    period: Period, looks: Mapping[date, Looks], success: str | None
) -> tuple[DayState, ...]:
    """What is known of each day of a period.

    success: start of the latest crawl without trouble, ever (UTC).
    """
    last = None if success is None else clock.day_in_vietnam(clock.instant(success))
    return tuple(_state(day, looks.get(day), last) for day in period.days)


def _state(day: date, looks: Looks | None, last: str | None) -> DayState:
    if looks is not None and looks.well:
        return "looked"
    if looks is not None and looks.rounds:
        return "trouble"
    return "unseen" if last is not None and day.isoformat() < last else "blind"


def verdict(days: Sequence[DayState], *, articles: int, success: str | None, end: str) -> Verdict:
    """What the days of a site that is crawled come to.

    success: start of its latest crawl without trouble, ever; end: of the time (both UTC). Days
    without a look are made good by a later one. Covered or silent is only a site of which few days
    were, and none is open: where more is in doubt, that there is no article says nothing.
    """
    looked = days.count("looked")
    if not looked:
        if "trouble" in days:
            return "broken"
        return "blind" if "blind" in days else "unlooked"
    is_open = "blind" in days or _ends_in_trouble(days, success, end)
    if is_open or looked < _ENOUGH * len(days):
        return "partly"
    return "covered" if articles else "silent"


def _ends_in_trouble(days: Sequence[DayState], success: str | None, end: str) -> bool:
    """Whether nobody looked well after the last days, which were in trouble."""
    later = success is not None and success >= end
    return days[-1] == "trouble" and not later
