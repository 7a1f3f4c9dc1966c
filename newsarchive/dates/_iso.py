"""Reading ISO 8601 values, in lines as printed and in metadata alike."""

from __future__ import annotations

import datetime as dt
import re

from newsarchive.dates._stamp import FIRST_YEAR, LAST_YEAR, ZONE, Stamp, iso_of, make_day

# ISO 8601 extended and basic, the database form with a space, offsets '+07:00', '+0700', '+07',
# 'GMT+7' and 'Z'; without any the time is Vietnam's.
_ISO_ZONE = (
    r"\s?(Z|(?:GMT|UTC)?[+-][0-9]{1,2}(?::?[0-9]{2})?|GMT|UTC)?(?:\[[A-Z/_]+\])?"  # Java's [Zone]
)
_ISO = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:(?:\s?T\s?|\s)([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]*)?)?"
    rf"{_ISO_ZONE})?",
    re.IGNORECASE,
)
_ISO_BASIC = re.compile(
    r"((?:19|20|21)[0-9]{2})([0-9]{2})([0-9]{2})"
    rf"(?:T?([0-9]{{2}})([0-9]{{2}})([0-9]{{2}})?(?:[.,][0-9]*)?{_ISO_ZONE})?",
    re.IGNORECASE,
)


def read_iso(value: str, *, text: str, kind: str = "plain", rest: str = "") -> Stamp | None:
    """The Stamp of an ISO 8601 value, None where it has no such form.

    `text`, `kind` and `rest` are the line's it stands in.
    """
    match = _ISO.fullmatch(value) or _ISO_BASIC.fullmatch(value)
    if match is None:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    parts = [int(year), int(month), int(day)]
    if hour:
        parts += [int(hour), int(minute), int(second or 0)]
    return make_stamp(parts, zone=zone, text=text, kind=kind, rest=rest)


def make_stamp(
    parts: list[int],
    *,
    text: str,
    zone: str | None = None,
    kind: str = "plain",
    rest: str = "",
    doubt: str | None = None,
) -> Stamp:
    """The Stamp of year, month, day and, if there are six parts, a time; `doubt` is said of it."""
    iso, problem = _decide(parts, zone)
    return Stamp(iso=iso, text=text, method="iso", kind=kind, problem=problem or doubt, rest=rest)


def _decide(parts: list[int], zone: str | None) -> tuple[str | None, str | None]:
    day = make_day(*parts[:3])
    if day is None:
        return None, f"the calendar has no day {parts[2]}, month {parts[1]} of {parts[0]}"
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None, f"the year {day.year} is no year of a news site"
    if len(parts) == 3:
        return day.isoformat(), None
    hour, minute, second = parts[3:]
    offset = _offset(zone)
    try:
        time = dt.time(hour, minute, second)
    except ValueError:
        return day.isoformat(), f"no clock shows {hour}:{minute:02}:{second:02}"
    iso = iso_of(day, time, offset) if offset else None
    if iso is None:
        return day.isoformat(), f"the offset {zone} cannot be applied"
    return iso, None


def _offset(zone: str | None) -> dt.timezone | None:
    """The zone of an ISO value; Vietnam's where none is given, None where none is so far away."""
    if not zone:
        return ZONE
    digits = "".join(c for c in zone if c.isdigit())
    hours, minutes = (int(digits or 0), 0) if len(digits) < 3 else divmod(int(digits), 100)
    if hours > 14 or minutes > 59:
        return None
    delta = dt.timedelta(hours=hours, minutes=minutes)
    return dt.timezone(-delta if "-" in zone else delta)
