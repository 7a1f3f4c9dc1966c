"""Texts of our pages in one language, and how it writes numbers, days and times.

A page hands in its texts as {language: {key: text}}; those of times are here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from newsarchive import clock
from newsarchive.errors import CallError

LANGUAGES = ("vi", "en")
NONE = "–"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Up to how many seconds a time is told in a unit, and how many of them the unit has.
_UNITS = (
    (5400, 60, "minute"),
    (36 * 3600, 3600, "hour"),
    (60 * 86400, 86400, "day"),
    (730 * 86400, 30.44 * 86400, "month"),
    (float("inf"), 365.25 * 86400, "year"),
)

_OF_TIME: dict[str, dict[str, str]] = {
    "vi": {
        "minute": "{n} phút",
        "hour": "{n} giờ",
        "day": "{n} ngày",
        "month": "{n} tháng",
        "year": "{n} năm",
        "ago": "{span} trước",
        "just now": "vừa xong",
        "today": "hôm nay",
        "yesterday": "hôm qua",
        "as of": "{time}, {weekday} {day}, giờ Việt Nam",
        **{
            f"weekday:{number}": name
            for number, name in enumerate(
                ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
            )
        },
    },
    "en": {
        **{unit: f"{{n}} {unit}s" for unit in ("minute", "hour", "day", "month", "year")},
        **{f"{unit}:one": f"{{n}} {unit}" for unit in ("minute", "hour", "day", "month", "year")},
        "ago": "{span} ago",
        "just now": "just now",
        "today": "today",
        "yesterday": "yesterday",
        "as of": "{time}, {weekday} {day}, Vietnam’s time",
        **{
            f"weekday:{number}": name
            for number, name in enumerate(
                ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
            )
        },
    },
}


class Wording:
    """One language at one moment. Raises CallError for a language that the page has no texts in."""

    def __init__(
        self, language: str, now: datetime, texts: Mapping[str, Mapping[str, str]]
    ) -> None:
        if language not in texts:
            raise CallError(f"no such language: {language}; there are {', '.join(texts)}")
        self.language = language
        self.now = now
        self._texts = {**_OF_TIME[language], **texts[language]}

    def __call__(self, key: str, **values: str) -> str:
        """A text, with values put in its gaps."""
        return self._texts[key].format_map(values) if values else self._texts[key]

    def named(self, group: str, name: str) -> str:
        """The word for a kind, a trouble, a field; the name itself where there is none."""
        return self._texts.get(f"{group}:{name}", name)

    def number(self, value: float, places: int = 0) -> str:
        """A number, its thousands parted."""
        text = f"{value:,.{places}f}"
        return text.translate(str.maketrans(",.", ".,")) if self.language == "vi" else text

    def count(self, unit: str, value: int) -> str:
        """So many of something: '3 days'."""
        one = f"{unit}:one"
        text = self._texts[one] if value == 1 and one in self._texts else self._texts[unit]
        return text.format(n=self.number(value))

    def rate(self, value: float) -> str:
        """A number that is small or large: one decimal below ten."""
        return self.number(value, 1 if 0 < value < 9.95 and round(value, 1) % 1 else 0)

    def percent(self, share: float | None) -> str:
        """A share, 0 to 1, as a percentage; 0% and 100% are none and all of it."""
        if share is None:
            return NONE
        if 0 < share < 0.01:
            return "<1%"
        if 0.99 < share < 1:
            return ">99%"
        return f"{100 * share:.0f}%"

    def day(self, day: date, *, year: bool = True) -> str:
        """A day as people write it."""
        if self.language == "vi":
            return f"{day.day}/{day.month}" + (f"/{day.year}" if year else "")
        return f"{day.day} {_MONTHS[day.month - 1]}" + (f" {day.year}" if year else "")

    def days(self, first: date, last: date) -> str:
        """From a day to another one."""
        return f"{self.day(first, year=first.year != last.year)} – {self.day(last)}"

    def month(self, day: date) -> str:
        """The name on an axis of the month that a day opens; of January the year's."""
        if day.month == 1:
            return str(day.year)
        return f"T{day.month}" if self.language == "vi" else _MONTHS[day.month - 1]

    def month_of(self, text: str) -> str:
        """A month in full, of 'YYYY-MM' or a day in it; another text as it is."""
        try:
            day = date.fromisoformat(f"{text[:7]}-01")
        except ValueError:
            return text
        if self.language == "vi":
            return f"tháng {day.month}/{day.year}"
        return f"{_MONTHS[day.month - 1]} {day.year}"

    def time(self, text: str) -> str:
        """A time of ours, or a day, as Vietnam's clock and calendar have it; else as it is."""
        try:
            moment = clock.instant(text).astimezone(clock.VIETNAM)
        except ValueError:
            return text
        day = self.day(moment.date())
        return day if len(text) == 10 else f"{day} {moment:%H:%M}"

    def ago(self, text: str) -> str | None:
        """How long before now a time of ours or a day was; None where it is none, or to come."""
        try:
            moment = clock.instant(text)
        except ValueError:
            return None
        if len(text) == 10:
            today = date.fromisoformat(clock.day_in_vietnam(self.now))
            passed = (today - moment.date()).days
            if passed < 2:
                return {0: self("today"), 1: self("yesterday")}.get(passed)
            seconds = passed * 86400.0
        else:
            seconds = (self.now - moment).total_seconds()
        if seconds < 0:
            return None
        if seconds < 60:
            return self("just now")
        length, unit = next((one, name) for most, one, name in _UNITS if seconds < most)
        return self("ago", span=self.count(unit, int(seconds / length + 0.5)))

    def moment(self) -> str:
        """The moment of the page, with its weekday."""
        here = self.now.astimezone(clock.VIETNAM)
        return self(
            "as of",
            time=f"{here:%H:%M}",
            weekday=self(f"weekday:{here.weekday()}"),
            day=self.day(here.date()),
        )

    def iso(self) -> str:
        """The moment of the page for machines."""
        return clock.stamp(self.now.astimezone(UTC))
