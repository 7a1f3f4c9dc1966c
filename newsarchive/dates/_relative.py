"""Relative dates ('2 giờ trước', 'hôm qua lúc 14:05'), counted from the time of fetching."""

from __future__ import annotations

import datetime as dt
import re

from newsarchive.dates._stamp import ZONE, Stamp
from newsarchive.dates._tokens import (
    NUMBER_WORDS,
    NUMBERS,
    Around,
    around,
    remainder,
    time_of,
)

_COUNT = rf"(?:[0-9]{{1,3}}|{NUMBER_WORDS})"
_UNIT = r"(?:giây|phút|tiếng|giờ|ngày|tuần|tháng|năm)"
_SPAN = rf"{_COUNT}\s?{_UNIT}(?:,?\s(?:và\s)?{_COUNT}\s{_UNIT})?"
_RELATIVE = re.compile(
    rf"(?<!\w)(?:cách đây\s(?P<since>{_SPAN})(?:\strước)?"
    rf"|(?P<ago>{_SPAN}|[0-9]{{1,2}}\s?[hp])\strước(?:\sđây)?"
    r"|(?P<now>vừa xong|vừa mới đăng|vừa đăng|vừa mới|ngay bây giờ|just now)"
    r"|(?:ngày\s)?(?P<day>hôm nay|hôm qua|hôm kia|today|yesterday))(?!\w)",
    re.IGNORECASE,
)
# Words without which there is no relative date, by the rarest of their letters' runs.
_HINTS = ("rước", "ch đây", "hôm", "vừa", "ngay b", "today", "yesterd", "just n")
_PART = re.compile(rf"({_COUNT})\s?({_UNIT}|h|p)(?!\w)", re.IGNORECASE)
# After it, a comma or colon goes on with a sentence or a count of visitors ('Hôm nay: 1.234').
_BEFORE, _AFTER = "|,;()[]•·–—-:", "|;()[]•·–—-"

_SECONDS = {"giây": 1, "phút": 60, "p": 60, "giờ": 3600, "tiếng": 3600, "h": 3600}
_DAYS = {"ngày": 1, "tuần": 7}
_DAYS_BACK = {"hôm nay": 0, "today": 0, "hôm qua": 1, "yesterday": 1, "hôm kia": 2}


def local(fetched: dt.datetime) -> dt.datetime:
    """The moment of fetching in Vietnam's time; our own times are UTC, so a naive one is."""
    aware = fetched if fetched.tzinfo else fetched.replace(tzinfo=dt.UTC)
    try:
        return aware.astimezone(ZONE)
    except OverflowError:  # the last hours of the year 9999
        return aware.replace(tzinfo=ZONE)


def is_hinted(text: str) -> bool:
    """Whether a word stands in the text without which it holds no relative date."""
    lowered = text.lower()
    return any([hint in lowered for hint in _HINTS])  # a list is quicker here than a generator


def read(printed: str, plain: str, fetched: dt.datetime | None) -> Stamp | None:
    """The relative date of a line, None if there is none that stands for itself.

    Minutes and hours give a minute, days and weeks a day; months and years give no day. Inside
    a sentence ('giá vàng hôm nay') it is no date.
    """
    if not is_hinted(plain):
        return None
    match = _RELATIVE.search(plain)
    if match is None:
        return None
    place = around(plain, match.start(), match.end(), 0, len(plain))
    before, after = plain[: place.outer].rstrip(), plain[place.end :].lstrip()
    if (before and before[-1] not in _BEFORE) or (after and after[0] not in _AFTER):
        return None
    iso: str | None = None
    problem: str | None
    if fetched is None:
        problem = "a relative date needs the time of fetching"
    else:
        iso, problem = _resolve(match, place, local(fetched))
    return Stamp(
        iso=iso,
        text=printed[place.start : place.end],
        method="relative",
        kind=place.kind,
        problem=problem,
        rest=remainder(printed[: place.outer], printed[place.end :]),
    )


def _resolve(
    match: re.Match[str], place: Around, now: dt.datetime
) -> tuple[str | None, str | None]:
    """ISO 8601 and the doubt of a match, counted back from `now`."""
    minute = now.replace(second=0, microsecond=0)
    if match["now"]:
        return minute.isoformat(), None
    if match["day"]:
        days, seconds = _DAYS_BACK[match["day"].lower()], 0
    else:
        parts = _PART.findall((match["since"] or match["ago"]).lower())
        if any(unit in ("tháng", "năm") for _, unit in parts):
            return None, "months and years ago name no day"
        days = sum(_count(n) * _DAYS.get(unit, 0) for n, unit in parts)
        seconds = sum(_count(n) * _SECONDS.get(unit, 0) for n, unit in parts)
    try:
        if seconds:
            past = now - dt.timedelta(days=days, seconds=seconds)
            return past.replace(second=0, microsecond=0).isoformat(), None
        day = now.date() - dt.timedelta(days=days)
    except OverflowError:
        return None, "the calendar does not reach back so far"
    time = time_of(place.clock) if place.clock else None
    if time is None:
        problem = f"no clock shows the printed time {place.clock!r}" if place.clock else None
        return day.isoformat(), problem
    moment = dt.datetime.combine(day, time, ZONE)
    if moment > now:
        return None, f"{moment.isoformat()} is later than the time of fetching"
    return moment.isoformat(), None


def _count(number: str) -> int:
    return NUMBERS.get(number) or int(number)
