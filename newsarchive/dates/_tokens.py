"""The words around a date: clock times, weekdays, zones, labels, counters, and their meaning."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from newsarchive.dates._stamp import ZONE

_UNITS = ["một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười"]
NUMBERS = {word: n for n, word in enumerate(_UNITS, 1)} | {
    "bốn": 4,
    "bẩy": 7,
    "mười một": 11,
    "mười hai": 12,
}
"""Vietnamese number words up to twelve, as months and small counts are written."""

NUMBER_WORDS = "|".join(sorted(NUMBERS, key=len, reverse=True))

_ENGLISH_DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

WEEKDAY = (
    r"(?:thứ\s?(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|th?\.?\s?[2-7]|ch(?:ủ|úa)\s?nhật|c\.?n\.?"
    r"|mon(?:day)?|tues?(?:day)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)(?!\w)"
)
# 'Hai, 22/08/2022': a template that prints the weekday's bare name does so at the line's start.
_BARE_WEEKDAY = r"(?:^|(?<=:\s))(?:hai|ba|tư|năm|sáu|bảy|bẩy)(?=\s?[,|–-])"

# 10:11, 10:11:00, 10h11, 10h, 10g30, 16 giờ 30 phút, 16h30', 10:11 CH, 8 giờ sáng
CLOCK = (
    r"(?<![\w:./])[0-9]{1,2}"
    r"(?:\s?:\s?[0-9]{2}(?:\s?:\s?[0-9]{2}(?:[.,][0-9]+)?|['’′])?"
    r"|\s?(?:giờ|h|g)\s?:?\s?[0-9]{1,2}(?![0-9/.-])"
    r"(?:\s?(?:phút|ph|p|m|['’′]{1,2})(?!\w))?"
    r"(?:\s?[0-9]{1,2}\s?(?:giây|s|['’′\"]{1,2})(?!\w))?"
    r"|\s?(?:giờ|h)(?![\w']))(?![0-9:])"
    r"(?:\s?(?:(?:sa|ch|am|pm|a\.m\.?|p\.m\.?)(?!\w)"
    r"|(?:sáng|trưa|chiều|tối|đêm)(?=\s?(?:$|[^\w\s]|ngày|thứ|hôm|[0-9]))))?"
)

_NAMED_ZONE = r"(?:gmt|utc)(?:\s?[+-]?\s?[0-9]{1,2}(?::?[0-9]{2})?)?(?!\w)|ict(?!\w)"
_ZONE = (
    rf"(?:\(\s?(?:{_NAMED_ZONE}|giờ (?:việt nam|vn|hà nội))\s?\)|{_NAMED_ZONE})(?:\s\([a-z ]+\))?"
)
_OFFSET = r"[+-][0-9]{2}:?[0-9]{2}(?![0-9/.-])"

_MODIFIED = (
    r"(?:(?:được |đã |lần |ngày |thời gian |giờ )?(?:cập nhật|chỉnh sửa|sửa đổi|sửa)"
    r"(?: (?:lần cuối|mới nhất|cuối cùng|cuối))?"
    r"|(?:last |date )?(?:updated?|modified))"
    r"(?: (?:vào lúc|vào ngày|lúc|ngày|vào|on|at))?"
)
_PUBLISHED = (
    r"(?:(?:(?:được |đã |ngày |thời gian |giờ )?(?:đăng tải|đăng tin|đăng bài|đăng|xuất bản"
    r"|phát hành|đưa tin|đưa lên|gửi lên)|(?:ngày |được )(?:tạo|viết|gửi)|tạo ngày)"
    r"|(?:date )?(?:published|posted)|(?:publish(?:ed)?|post(?:ed)?|publication) date"
    r"|(?:publish|post)(?= on| at))"
    r"(?: (?:vào lúc|vào ngày|lúc|ngày|vào|on|at))?"
)
_PLAIN = r"ngày giờ|ngày|thời gian|vào lúc|vào ngày|lúc|date"
_SEPARATOR = r"[|,;()\[\]•·–—>.:/-]"
LABEL = (
    rf"(?:^\s?|(?<={_SEPARATOR})|(?<={_SEPARATOR}\s))"
    rf"(?:(?P<modified>{_MODIFIED})|(?P<published>{_PUBLISHED})|(?P<label>{_PLAIN}))(?!\w)"
)

_GLUE = r"(?:[\s,.;|•·:()\[\]/@–—-]|(?:ngày|lúc|vào|hồi|mùng|mồng)(?!\w))*"
_GLUE_AFTER = r"(?:[\s,;|•·:()\[\]@–—-]|(?:lúc|vào|hồi|at)(?!\w))*"

_BEFORE = re.compile(
    rf"(?:{LABEL}{_GLUE})?(?P<start>)(?:(?P<clock>{CLOCK}){_GLUE})?"
    rf"(?:(?<!\w)(?P<weekday>{WEEKDAY}|{_BARE_WEEKDAY}){_GLUE})?(?:(?P<clock2>{CLOCK}){_GLUE})?$",
    re.IGNORECASE,
)
"""What may stand right before a date, up to its first digit; `start`: where the label ends."""

_AFTER = re.compile(
    rf"(?:{_GLUE_AFTER}(?<!\w)(?P<weekday>{WEEKDAY}))?"
    rf"(?:{_GLUE_AFTER}(?P<clock>{CLOCK})(?![\w/])(?!\s(?:trước|sau)\b)(?P<offset>\s?{_OFFSET})?)?"
    rf"(?:\s?(?P<zone>{_ZONE}))?"
    rf"(?:{_GLUE_AFTER}(?<!\w)(?P<weekday2>{WEEKDAY}))?",
    re.IGNORECASE,
)
"""What may stand right after a date."""

_REACH = 80  # characters before a date in which its label, weekday and time are looked for


class Around(NamedTuple):
    """What stands around the core of a date.

    outer: where label and tokens begin. start, end: the span of the printed date with weekday,
    time and zone. clock, weekday, zone: the tokens as printed. kind: what the label says.
    """

    outer: int
    start: int
    end: int
    clock: str | None
    weekday: str | None
    zone: str | None
    kind: str


def around(text: str, start: int, end: int, lo: int, hi: int) -> Around:
    """Look around text[start:end], no further than lo and hi."""
    outer, first, last = start, start, end
    clock = weekday = zone = None
    kind = "plain"
    if start > lo:
        # Cut out, so that a label at its head counts: what stands before is another date.
        base = max(lo, start - _REACH)
        before = _BEFORE.search(text[base:start] if base == lo else f".{text[base + 1 : start]}")
        if before and before.start() + base < start:
            outer = before.start() + base
            clock = before["clock"] or before["clock2"]
            if before["clock"] and before["clock2"]:  # from eight to five: no one time
                clock = None
            weekday = before["weekday"]
            if before["modified"]:
                kind = "modified"
            elif before["published"]:
                kind = "published"
            if clock or weekday:
                first = before.start("start") + base
    after = _AFTER.match(text, end, hi) if end < hi else None
    # With a time on either side the second is another thing's: the next date's, say.
    if after and (clock is None or after["clock"] is None):
        last = after.end()
        zone = after["offset"] or after["zone"]
        clock = clock or after["clock"]
        weekday = weekday or after["weekday"] or after["weekday2"]
    return Around(outer, first, last, clock, weekday, zone, kind)


_COUNTED = (
    r"lượt (?:xem|đọc|truy cập|thích|tải)|người xem|lần xem|bình luận|phản hồi|views?|comments?"
)
_COUNTER = re.compile(
    rf"(?<![\w:/])(?:[0-9][0-9.,]*\s?(?:{_COUNTED})(?!\w)"
    rf"|(?:số\s)?(?:{_COUNTED}|đã (?:xem|đọc)|view count|hits?)(?:\s?:\s?|\s)[0-9][0-9.,]*(?!\w)"
    rf"|(?:xem|đọc)\s?:\s?[0-9][0-9.,]*(?!\w)"
    rf"|(?:số\s)?(?:{_COUNTED}|đã (?:xem|đọc)|view count|hits?)\s?:?(?=\s*$))",
    re.IGNORECASE,
)
_EDGES = " ,;|•·–—-:/"


def remainder(left: str, right: str) -> str:
    """What two sides of a date leave when counters and separators are taken away."""
    if not left.strip(_EDGES) and not right.strip(_EDGES):
        return ""
    left, right = _COUNTER.sub("", left).strip(_EDGES), _COUNTER.sub("", right).strip(_EDGES)
    if left.endswith(("(", "[")):
        left = left.rstrip(_EDGES + "([")
        right = right.lstrip(_EDGES + ")]")
    left, right = _lone(left), _lone(right)
    return f"{left} {right}" if left and right else left or right


def _lone(side: str) -> str:
    # A side of nothing but marks ('.', '()') says nothing.
    return side if any(c.isalnum() for c in side) else ""


def weekday_of(token: str) -> int:
    """0 (Monday) to 6 for a token that WEEKDAY matched."""
    token = token.lower()
    if token[0] == "c":
        return 6
    if token[-1].isdigit():
        return int(token[-1]) - 2
    word = token.removeprefix("thứ").strip()
    number = NUMBERS.get(word)
    return _ENGLISH_DAYS.index(token[:3]) if number is None else number - 2


_DIGITS = re.compile("[0-9]+")
_MERIDIEM = re.compile(r"(sa|ch|am|pm|a\.m|p\.m|sáng|trưa|chiều|tối|đêm)\.?$")


def time_of(token: str) -> dt.time | None:
    """The time of day of a token that CLOCK matched; None if no clock shows it (25:00)."""
    numbers = _DIGITS.findall(token)
    hour = int(numbers[0])
    minute = int(numbers[1]) if len(numbers) > 1 else 0
    second = int(numbers[2]) if len(numbers) > 2 else 0
    if not token[-1].isdigit():
        meridiem = _MERIDIEM.search(token.lower())
        if meridiem:
            hour = _half_day(hour, meridiem[1])
    try:
        return dt.time(hour, minute, second)
    except ValueError:
        return None


def _half_day(hour: int, word: str) -> int:
    """The hour of 24; -1 where hour and half of the day contradict each other or are unclear."""
    if word in ("sa", "am", "a.m", "sáng"):
        return hour % 12 if hour <= 12 else -1
    if word == "đêm":  # '11 giờ đêm' is 23:00, '2 giờ đêm' 02:00; 'midnight 12' names no day
        return hour + 12 if 8 <= hour < 12 else hour if hour < 5 or 20 <= hour < 24 else -1
    if word == "trưa":
        return hour + 12 if hour in (1, 2) else hour if 10 <= hour < 15 else -1
    if hour > 12:
        return hour
    if hour == 0 or (hour == 12 and word == "tối"):
        return -1
    return 12 if hour == 12 else hour + 12


def offset_of(token: str) -> dt.timezone | None:
    """The offset that a printed zone means; None if no zone has it ('GMT+77')."""
    numbers = "".join(_DIGITS.findall(token))
    if not numbers:
        return dt.UTC if re.search("gmt|utc", token, re.IGNORECASE) else ZONE
    hours, minutes = (int(numbers), 0) if len(numbers) < 3 else divmod(int(numbers), 100)
    if hours > 14 or minutes > 59:
        return None
    if (hours, minutes) == (7, 0) and "-" not in token:
        return ZONE
    delta = dt.timedelta(hours=hours, minutes=minutes)
    return dt.timezone(-delta if "-" in token else delta)
