"""Finding full days (day, month and year) in a text: numeric and worded shapes."""

from __future__ import annotations

import re
from typing import NamedTuple

from newsarchive.dates._tokens import NUMBER_WORDS, NUMBERS

YEAR = r"(?:(?:19|20)[0-9]{2}|2100)"

# Guards: no letter, digit or slash touches the date; a document number ('số 12/2/2020',
# '12/2/2020/NĐ-CP'), a telephone number and an internet address are no dates.
_NUMERIC = re.compile(
    r"(?:(?<![\w/])|(?<=gày)|(?<=ăng)|(?<=hật)|(?<=lúc))"  # 'Ngày đăng' in a span of its own
    r"(?:(?<![0-9][.:–-])|(?<=:[0-9][0-9][–-]))(?<![sS]ố )"
    rf"(?:([0-9]{{1,2}})\s?([/.–-])\s?([0-9]{{1,2}})\s?\2\s?({YEAR})"
    r"|([0-9]{1,2})([/.–-])([0-9]{1,2})\6([0-9]{2})"
    rf"|({YEAR})([/.-])([0-9]{{1,2}})\10([0-9]{{1,2}})(T[0-9]{{2}}:[0-9]{{2}}[0-9:.,Z+-]*)?)"
    r"(?!\w)(?!/\w)(?![.–-][0-9](?![0-9]?\s?[:hg]))(?![.–-][A-ZĐ]{2})"
    r"(?!\.(?:jpe?g|png|gif|webp|mp[34]|pdf|docx?|xlsx?|html?)(?!\w))"
)

_ENGLISH = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
MONTH = rf"(?:tháng|thg\.?|th\.?)\s?(?:{NUMBER_WORDS}|[0-9]{{1,2}})(?!\w)"
_MONTH_EN = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?!\w)\.?"
)
_DAY_EN = r"([0-9]{1,2})(?:st|nd|rd|th)?"
_WORDS = re.compile(
    r"(?<![\w/.:–-])(?:"
    # ngày 22 tháng 8 năm 2022; 22 Tháng Tám, 2022; ngày 22 tháng 8/2022
    rf"(?:ngày\s)?(?:m[ùồ]ng\s)?([0-9]{{1,2}}),?\s({MONTH})(?:,?\s(?:năm\s)?|\s?[/.-]\s?)({YEAR})"
    # ngày 22/8 năm 2022
    rf"|(?:ngày\s)?([0-9]{{1,2}})\s?[/.–-]\s?([0-9]{{1,2}}),?\snăm\s({YEAR})"
    # Tháng 8 22, 2022 (WordPress in Vietnamese: 'F j, Y')
    rf"|({MONTH})\s([0-9]{{1,2}}),?\s(?:năm\s)?({YEAR})"
    rf"|{_DAY_EN}[\s-](?:of\s)?({_MONTH_EN}),?[\s-]({YEAR})"
    rf"|({_MONTH_EN})\s{_DAY_EN},?\s({YEAR})"
    r")(?!\w)(?!/\w)",
    re.IGNORECASE,
)
# What any numeric date has; beginning with a set of digits, it is searched for the fastest.
AFTER_DIGIT = r"\s?[/.–-]\s?[0-9]{1,2}\s?[/.–-]\s?[0-9]"
_SHAPE = re.compile("[0-9]" + AFTER_DIGIT)
A_YEAR = re.compile("[12][09][0-9]{2}|2100")
_SHORTEST = 10  # characters: '1 May 2022'
_HINT = re.compile(
    r"\bth(?:áng|g|\.|\s?[0-9])|\snăm\s|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)


class Core(NamedTuple):
    """A full day in a text: where it stands and what its numbers are, not yet checked.

    day_first: whether day and month are mere numbers, so that they could be exchanged.
    two_digits: the year is printed with two digits and without a slash: '24.12.08'.
    iso: the whole of an ISO 8601 moment.
    """

    start: int
    end: int
    year: int
    month: int
    day: int
    method: str
    day_first: bool = False
    two_digits: bool = False
    iso: str | None = None


def _numeric(match: re.Match[str]) -> Core:
    start, end = match.span()
    d, _, m, y, d2, sep, m2, y2, y3, sep3, m3, d3, clock = match.groups()
    if y:
        return Core(start, end, int(y), int(m), int(d), "numeric", True)
    if y3:
        method = "iso" if sep3 == "-" else "numeric"
        iso = match[0] if clock else None
        return Core(start, end, int(y3), int(m3), int(d3), method, iso=iso)
    year = int(y2) + (2000 if int(y2) < 70 else 1900)
    both = sep != "/" and len(d2) == len(m2) == 2
    return Core(start, end, year, int(m2), int(d2), "numeric", True, both)


def month_of(name: str) -> int:
    """The number of a month that MONTH or the English names matched; 13 for 'tháng 13'."""
    name = name.lower()
    if name[:3] in _ENGLISH:
        return _ENGLISH.index(name[:3]) + 1
    number = name.removeprefix("tháng").removeprefix("thg").removeprefix("th").strip(" .")
    return NUMBERS.get(number) or int(number)


def _worded(match: re.Match[str]) -> Core:
    start, end = match.span()
    a, b, c = (part for part in match.groups() if part)
    if a.isdigit() and b.isdigit():
        return Core(start, end, int(c), int(b), int(a), "words", True)
    day, month = (a, b) if a.isdigit() else (b, a)
    return Core(start, end, int(c), month_of(month), int(day), "words")


def cores(text: str) -> list[Core]:
    """The full days of a text in order, without overlaps; impossible ones included."""
    found: list[Core] = []
    shape = _SHAPE.search(text)
    if shape:
        # A year of four digits may begin before the shape's single one.
        found = [_numeric(match) for match in _NUMERIC.finditer(text, max(0, shape.start() - 3))]
    if not (_year_apart(text, found) and _HINT.search(text)):
        return found
    worded = [_worded(match) for match in _WORDS.finditer(text)]
    if not worded:
        return found
    apart: list[Core] = []
    for core in sorted(found + worded):
        if not apart or core.start >= apart[-1].end:
            apart.append(core)
    return apart


def _year_apart(text: str, found: list[Core]) -> bool:
    """Whether a year stands outside the numeric dates, in room enough for a worded one."""
    position = 0
    for core in found:
        if core.start - position >= _SHORTEST and A_YEAR.search(text, position, core.start):
            return True
        position = core.end
    return len(text) - position >= _SHORTEST and A_YEAR.search(text, position) is not None
