"""Reading printed dates: `read` for one line, `find` for a block."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from newsarchive import text as texts
from newsarchive.dates import _fallback, _relative
from newsarchive.dates._cores import AFTER_DIGIT, Core, cores
from newsarchive.dates._iso import read_iso
from newsarchive.dates._stamp import LAST_YEAR, ZONE, Stamp, Verdict, decide, iso_of, join, make_day
from newsarchive.dates._tokens import Around, around, offset_of, remainder, time_of, weekday_of

LONGEST_LINE = 200
"""Characters; a longer text is prose, not a date line."""

# The commonest line of all: nothing stands around it, so nothing is looked for.
_ORDINARY = re.compile(r"(..)/(..)/(....)(?: (..):(..))?".replace(".", "[0-9]"))

_LONGEST_WORDS = 100
"""Characters of a date line without any digit ('Hôm qua'), marks of decomposed letters counted."""

_DIGIT = re.compile(r"\d")
# What a date in numbers, or a year, begins with: `possible` asks no more.
_NUMBERS = re.compile(rf"[0-9](?:{AFTER_DIGIT}|(?<=[12])[09][0-9]{{2}}|(?<=2)100)")
# Full-width forms that East Asian input methods leave behind; one to one, so positions hold.
_WIDE_FORMS = "０１２３４５６７８９／．：－，（）｜‐‑‒−"
_WIDE = re.compile(f"[{_WIDE_FORMS}]")
_NARROW = str.maketrans(_WIDE_FORMS, "0123456789/.:-,()|----")


def read(
    text: str, *, fetched: dt.datetime | None = None, witness: dt.date | None = None
) -> Stamp | None:
    """The date that one short line prints, day first; None when there is none in it.

    fetched: when the page was fetched (UTC if naive); relative dates count from it.
    witness: the day that another source of the same page gives, for a weekday that disagrees.
    Of several dates the one labelled as published is taken, else the first; `rest` holds the
    others. Dates without a year, bare months and weekdays, numbers of documents are no dates.
    Never raises.
    """
    ordinary = _ORDINARY.fullmatch(text)
    if ordinary and (quick := _ordinary(ordinary)):
        return quick
    digits = _DIGIT.search(text)
    if len(text) > (10 * LONGEST_LINE if digits else _LONGEST_WORDS):
        return None
    printed, plain = _normal(text)
    if len(printed) > LONGEST_LINE:
        return None
    if digits:
        found = cores(plain)
        if not found and (rare := _fallback.core(plain)):
            found = [rare]
        if found:
            stamps = _stamps(printed, plain, found, fetched=fetched, witness=witness)
            return next((s for s in stamps if s.kind == "published"), stamps[0])
    return _relative.read(printed, plain, fetched)


@lru_cache(maxsize=2048)  # a site's menus and boxes stand on all its pages
def possible(text: str) -> bool:
    """Whether `read` may find a date in a short line: asked of every line of a page, so quick.

    A day in numbers has two separators, one in words a year of four digits, a relative one its
    words.
    """
    return (
        _NUMBERS.search(text) is not None
        or _relative.is_hinted(text)
        or (not text.isascii() and _WIDE.search(text) is not None)
    )


def find(text: str) -> list[Stamp]:
    """Every full numeric or worded date of a text, in order; each with its own label's kind.

    `rest` is what stands within 200 characters on either side of the one date. '24.12.08' (two
    digits for the year and no slash, which may be year first) counts only where a weekday
    confirms it.
    """
    printed, plain = _normal(text)
    found = cores(plain)
    stamps = _stamps(printed, plain, found, fetched=None, witness=None)
    return [s for core, s in zip(found, stamps, strict=True) if s.iso or not core.two_digits]


def _ordinary(match: re.Match[str]) -> Stamp | None:
    """The Stamp of a bare '22/08/2022 10:11'; None leaves what is doubtful to the long way."""
    day, month, year, hour, minute = match.groups()
    if not (1900 <= int(year) <= LAST_YEAR and make_day(int(year), int(month), int(day))):
        return None
    iso = f"{year}-{month}-{day}"
    if hour:
        if int(hour) > 23 or int(minute) > 59:
            return None
        iso = f"{iso}T{hour}:{minute}:00+07:00"
    return Stamp(iso=iso, text=match[0], method="numeric")


def _normal(text: str) -> tuple[str, str]:
    """The text as printed (NFC, collapsed) and, position by position, in plain digits and marks."""
    printed = texts.clean(text)
    return printed, printed.translate(_NARROW) if _WIDE.search(printed) else printed


def _stamps(
    printed: str,
    plain: str,
    found: list[Core],
    *,
    fetched: dt.datetime | None,
    witness: dt.date | None,
) -> list[Stamp]:
    stamps = []
    lo = 0
    for n, core in enumerate(found, 1):
        hi = found[n].start if n < len(found) else len(plain)
        place = around(plain, core.start, core.end, lo, hi)
        lo = place.end
        rest = remainder(
            printed[max(0, place.outer - LONGEST_LINE) : place.outer],
            printed[place.end : place.end + LONGEST_LINE],
        )
        shown = printed[place.start : place.end]
        if core.iso:
            stamps.append(_iso(core.iso, shown, place.kind, rest))
            continue
        verdict = _verdict(core, place, fetched, witness)
        iso, problem = _moment(verdict, place)
        stamps.append(
            Stamp(
                iso=iso,
                text=shown,
                method=core.method,
                kind=place.kind,
                weekday=verdict.weekday,
                problem=problem,
                rest=rest,
                named=weekday_of(place.weekday) if place.weekday else None,
            )
        )
    return stamps


def _iso(value: str, shown: str, kind: str, rest: str) -> Stamp:
    problem = f"{value} is no ISO 8601 date"
    return read_iso(value, text=shown, kind=kind, rest=rest) or Stamp(
        iso=None, text=shown, method="iso", kind=kind, problem=problem, rest=rest
    )


def _verdict(
    core: Core, place: Around, fetched: dt.datetime | None, witness: dt.date | None
) -> Verdict:
    verdict = decide(
        core.year,
        core.month,
        core.day,
        weekday=weekday_of(place.weekday) if place.weekday else None,
        witness=witness,
        day_first=core.day_first,
    )
    if not core.two_digits or verdict.day is None or verdict.weekday or verdict.day == witness:
        return verdict
    # '24.12.08' may as well be year first, unless the calendar or the fetch time rules that out.
    year_first = make_day(2000 + core.day, core.month, core.year % 100)
    if year_first in (None, verdict.day):
        return verdict
    if fetched is not None and year_first > _relative.local(fetched).date():
        return verdict
    problem = f"the two-digit year may stand last ({verdict.day}) or first ({year_first})"
    return Verdict(day=None, weekday=verdict.weekday, problem=join(verdict.problem, problem))


def _moment(verdict: Verdict, place: Around) -> tuple[str | None, str | None]:
    """ISO 8601 and the doubt, the printed time taken into account."""
    if verdict.day is None or place.clock is None:
        return verdict.day.isoformat() if verdict.day else None, verdict.problem
    time = time_of(place.clock)
    if time is None:
        problem = join(verdict.problem, f"no clock shows the printed time {place.clock!r}")
        return verdict.day.isoformat(), problem
    zone = offset_of(place.zone) if place.zone else ZONE
    iso = iso_of(verdict.day, time, zone) if zone else None
    if iso is None:
        problem = join(verdict.problem, f"the printed zone {place.zone!r} cannot be applied")
        return verdict.day.isoformat(), problem
    return iso, verdict.problem
