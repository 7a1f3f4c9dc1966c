"""Days on which little is expected: Vietnam's public holidays, and above all Tết.

The dates are those of the package `holidays`. A weekend beside a holiday belongs to it. Before Tết
offices run out and after it they fill up again, so some days around it count in part.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

# What of a usual day is expected on a holiday; in the days before Tết's holidays, and after them.
HOLIDAY = 0.02
BEFORE_TET = (0.25, 5)
AFTER_TET = (0.25, 7)
_DAY = timedelta(days=1)


@cache
def holidays_of(year: int) -> dict[date, bool]:
    """Holidays of that year with the weekends beside them; whether each belongs to Tết."""
    from holidays import country_holidays

    # One language, whatever the locale is.
    named = country_holidays("VN", years=(year,), language="en_US")
    found = {day: "Lunar" in name for day, name in named.items()}
    for day, tet in sorted(found.items()):
        for step in (-_DAY, _DAY):
            near = day + step
            while near.weekday() >= 5 and near not in found:
                found[near] = tet
                near += step
    return found


@cache
def expected(day: date) -> float:
    """The share of a usual day that is expected on this one: 1, or less around holidays."""
    this = _holiday(day)
    if this is not None:
        return HOLIDAY
    for (share, width), step in ((AFTER_TET, -_DAY), (BEFORE_TET, _DAY)):
        near = day
        for _ in range(width):
            near += step
            if _holiday(near):
                return share
    return 1.0


def _holiday(day: date) -> bool | None:
    """None on a usual day, else whether it belongs to Tết."""
    return holidays_of(day.year).get(day)
