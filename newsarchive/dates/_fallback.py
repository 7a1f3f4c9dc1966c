"""The rarer worded dates, which dateparser reads: '22-thg 8-2022', 'năm 2022 tháng 8 ngày 22'."""

from __future__ import annotations

import datetime as dt
import re

from newsarchive.dates._cores import A_YEAR, MONTH, YEAR, Core, month_of
from newsarchive.dates._stamp import FIRST_YEAR, LAST_YEAR

# A run of nothing but date words and numbers. dateparser skips words that it does not know and
# fills in what is missing from today, so it is shown such runs only.
_RUN = re.compile(
    rf"(?<![\w/.:–-])(?:(?:{MONTH}|ngày|năm|{YEAR}|[0-9]{{1,2}}(?!\s?[:hg]|\sgiờ))(?!\w)"
    r"[\s,/.()–-]{0,4}){3,6}",
    re.IGNORECASE,
)
_MONTH = re.compile(MONTH, re.IGNORECASE)
_NUMBER = re.compile("[0-9]+")
_EDGES = " ,/.()–-"


def core(text: str) -> Core | None:
    """The first full date of a line by dateparser's Vietnamese grammar; None if there is none."""
    if not (A_YEAR.search(text) and _MONTH.search(text)):
        return None
    for match in _RUN.finditer(text):
        run = match[0].rstrip(_EDGES)
        day = _parse(run)
        if day is not None:
            end = match.start() + len(run)
            return Core(match.start(), end, day.year, day.month, day.day, "dateparser")
    return None


def _parse(run: str) -> dt.date | None:
    """The day that dateparser reads, if it is made of exactly the parts that are printed."""
    months = _MONTH.findall(run)
    numbers = [int(n) for n in _NUMBER.findall(_MONTH.sub(" ", run))]
    if len(months) != 1 or len(numbers) != 2:
        return None
    # Imported here: dateparser loads its locales, which nothing else on the way needs.
    import dateparser

    parsed = dateparser.parse(
        run,
        languages=["vi"],
        settings={"DATE_ORDER": "DMY", "REQUIRE_PARTS": ["day", "month", "year"]},
    )
    if parsed is None or not FIRST_YEAR <= parsed.year <= LAST_YEAR:
        return None
    day: dt.date = parsed.date()
    agrees = sorted(numbers) == [day.day, day.year] and month_of(months[0]) == day.month
    return day if agrees else None
