"""Reading the dates of metadata: ISO 8601, RFC 822, Unix time, and what CMSs make of them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from functools import lru_cache

from newsarchive import text as texts
from newsarchive.dates._iso import make_stamp, read_iso
from newsarchive.dates._printed import read
from newsarchive.dates._stamp import FIRST_YEAR, LAST_YEAR, ZONE, Stamp, iso_of, join, make_day

# PHP's date('Y-m-dTH:i:s'): the unescaped T prints the zone's abbreviation, which is '+07' or,
# before PHP 7.2's zone data, 'ICT'. NukeViet 4 writes article:published_time so.
_PHP = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:\+07|ICT)([0-9]{2}):([0-9]{2}):([0-9]{2})")
# Seconds since 1970, of 2001 and later, or milliseconds; ASP.NET's JSON also has those before.
_EPOCH = re.compile(
    r"([0-9]{10}|[0-9]{13})(?:[+-][0-9]{4})?|/Date\(([0-9]{12,13})(?:[+-][0-9]{4})?\)/"
)
_RFC822 = re.compile(
    r"(?:(mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s)?[0-9]{1,2}[\s-](?:jan|feb|mar|apr|may|jun|jul"
    r"|aug|sep|oct|nov|dec)[a-z]*[\s-][0-9]{2,4}\s[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
    r"(?:\s(?:[+-][0-9]{4}|[A-Z]{1,4}))?",
    re.IGNORECASE,
)
_WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


@lru_cache(maxsize=256)  # a page states its moment in meta, JSON-LD and microdata alike
def read_machine(text: str) -> Stamp | None:
    """A value of meta, JSON-LD, <time datetime>, a feed or an HTTP header; None if it is no date.

    Everything comes out in Vietnam's time; values without an offset are taken as such, fractions
    of a second are dropped. Values outside the years 1995 to 2100 are a Stamp without iso. What
    no machine's form fits is read as printed, but only if nothing else stands beside the date.
    Never raises.
    """
    if len(text) > 200:
        return None
    text = texts.clean(text)
    match = _EPOCH.fullmatch(text)
    if match:
        return _epoch(match[1] or match[2], text)
    match = _PHP.fullmatch(text)
    if match:
        parts = [int(part) for part in match.groups()]
        return make_stamp(
            parts,
            text=text,
            doubt="malformed: the zone is printed in place of the letter T between day and time",
        )
    iso = read_iso(text, text=text)
    if iso is not None:
        return iso
    if _RFC822.fullmatch(text):
        return _rfc822(text)
    stamp = read(text)
    if stamp is None or stamp.rest or stamp.method == "relative":
        return None
    if stamp.day is not None and not FIRST_YEAR <= stamp.day.year <= LAST_YEAR:
        problem = f"the year {stamp.day.year} is no year of a news site"
        return replace(stamp, iso=None, problem=join(stamp.problem, problem))
    return stamp


def _epoch(digits: str, text: str) -> Stamp:
    seconds = int(digits) // (1000 if len(digits) > 10 else 1)
    # Ten digits reach the year 2286 only, thirteen the same.
    moment = dt.datetime.fromtimestamp(seconds, ZONE)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        problem = f"the year {moment.year} is no year of a news site"
        return Stamp(iso=None, text=text, method="epoch", problem=problem)
    return Stamp(iso=moment.isoformat(), text=text, method="epoch")


def _rfc822(text: str) -> Stamp | None:
    # Only feeds and headers come here; the module costs the start-up of the command line.
    from email.utils import parsedate_tz

    parsed = parsedate_tz(text)
    if parsed is None:
        return None
    year, month, day, hour, minute, second = parsed[:6]
    printed = make_day(year, month, day)
    weekday = problem = iso = None
    if printed is None:
        problem = f"the calendar has no day {day}, month {month} of {year}"
    elif not FIRST_YEAR <= year <= LAST_YEAR:
        problem = f"the year {year} is no year of a news site"
    else:
        if text[:3].lower() in _WEEKDAYS:
            weekday = _WEEKDAYS.index(text[:3].lower()) == printed.weekday()
            problem = None if weekday else f"the printed weekday is wrong for {printed}"
        iso, doubt = _rfc822_time(printed, (hour, minute, second), parsed[9], text)
        problem = problem or doubt
    return Stamp(iso=iso, text=text, method="rfc822", weekday=weekday, problem=problem)


def _rfc822_time(
    day: dt.date, clock: tuple[int, int, int], offset: int | None, text: str
) -> tuple[str | None, str | None]:
    zone_name = text.split()[-1].upper()
    if zone_name == "ICT" or ":" in zone_name:  # none printed: the time is Vietnam's
        offset = 7 * 3600
    elif zone_name.isalpha() and not offset and zone_name not in ("GMT", "UTC", "UT", "Z"):
        return day.isoformat(), "the printed zone is unknown, so only the day is kept"
    try:
        time = dt.time(*clock)
        zone = ZONE if offset is None else dt.timezone(dt.timedelta(seconds=offset))
    except ValueError:
        return day.isoformat(), "no clock shows the printed time"
    return iso_of(day, time, zone), None
