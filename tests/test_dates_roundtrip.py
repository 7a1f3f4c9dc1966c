"""Every day of 36 years in every form that such portals print: read back, its weekday checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest

from newsarchive.dates import ZONE, Stamp, read, read_machine

FIRST, LAST = dt.date(2000, 1, 1), dt.date(2035, 12, 31)
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
NUMBERED = ("Thứ 2", "Thứ 3", "Thứ 4", "Thứ 5", "Thứ 6", "Thứ 7", "Chủ nhật")
SHORT = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
MONTHS = (
    "Một", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười", "Mười Một", "Mười Hai",
)  # fmt: skip
ENGLISH = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
ENGLISH_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

# d, m, y, h, n: day, month, year, hour, minute as numbers; weekday and its other forms; name and
# english: of the month. What has no hour is a day.
PLAIN = (
    "{d:02}/{m:02}/{y}",
    "{d}/{m}/{y}",
    "{d:02}/{m}/{y}",
    "{d:02}/{m:02}/{yy:02}",
    "{d:02}.{m:02}.{y}",
    "{d}-{m}-{y}",
    "{d} - {m} - {y}",
    "{y}/{m:02}/{d:02}",
    "{y}-{m:02}-{d:02} {h:02}:{n:02}",
    "{d:02}/{m:02}/{y} {h:02}:{n:02}",
    "{d:02}/{m:02}/{y}, {h}:{n:02}",
    "({d:02}/{m:02}/{y} {h:02}:{n:02}:00)",
    "{h:02}:{n:02} {d:02}/{m:02}/{y}",
    "{d:02}-{m:02}-{y} {half:02}:{n:02} {noon}",
    "{d}/{m}/{y} - {h}h{n:02}",
    "Ngày đăng: {d:02}/{m:02}/{y} {h} giờ {n:02} phút",
    "{h}h{n:02}, ngày {d}/{m}/{y}",
    "{d:02}/{m:02}/{y} | {h:02}:{n:02} | Lượt xem: 905",
    "ngày {d} tháng {m} năm {y}",
    "{d} Tháng {name}, {y}",
    "{d} Tháng {m}, {y}",
    "Tháng {name} {d}, {y}",
    "{d} Thg {m}, {y}",
    "{d:02} {english} {y} {h:02}:{n:02}",
    "{english} {d}, {y}",
)
WITH_WEEKDAY = (
    "{weekday} {d:02}/{m:02}/{y} {h:02}:{n:02}",
    "{lower} - {d:02}/{m:02}/{y} {h:02}:{n:02}",
    "{weekday}, {d}/{m}/{y}, {h:02}:{n:02} (GMT+7)",
    "{lower}, {d:02}/{m:02}/{y} | {h:02}:{n:02}",
    "{lower}, ngày {d}/{m}/{y}",
    "{weekday}, ngày {d:02} tháng {m:02} năm {y}",
    "{numbered}, {d:02}/{m:02}/{y} - {h:02}h{n:02}",
    "{short}, {d:02}/{m:02}/{y} - {h:02}:{n:02}",
    "{h:02}:{n:02}, {weekday}, {d:02}.{m:02}.{y}",
    "{d:02}-{m:02}-{y} ({weekday})",
    "{weekday}, {d} Tháng {name}, {y}",
)
NAMED_MONTH = ("tháng", "{name}", "{english}")
MACHINE = (
    "{y}-{m:02}-{d:02}",
    "{y}-{m:02}-{d:02}T{h:02}:{n:02}:00+07:00",
    "{y}-{m:02}-{d:02}T{h:02}:{n:02}:00+0700",
    "{y}-{m:02}-{d:02}T{h:02}:{n:02}",
    "{y}-{m:02}-{d:02} {h:02}:{n:02}:00",
    "{y}{m:02}{d:02}T{h:02}{n:02}00",
    "{utc:%Y-%m-%dT%H:%M:%SZ}",
    "{utc:%Y-%m-%dT%H:%M:%S.000000Z}",
    "{utc:%Y-%m-%d %H:%M:%S} UTC",
    "/Date({epoch}000)/",
    "{rfc}, {d:02} {abbreviated} {y} {h:02}:{n:02}:00 +0700",
    "{lower}, {d:02}/{m:02}/{y} {h:02}:{n:02}",
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day with a time of its own, and all that the forms print of it."""

    day: dt.date
    iso: str
    values: dict[str, object]


def _values(moment: dt.datetime) -> dict[str, object]:
    month = moment.month - 1
    return {
        "d": moment.day,
        "m": moment.month,
        "y": moment.year,
        "yy": moment.year % 100,
        "h": moment.hour,
        "n": moment.minute,
        "half": moment.hour % 12 or 12,
        "noon": "SA" if moment.hour < 12 else "CH",
        "name": MONTHS[month],
        "english": ENGLISH[month],
        "abbreviated": ENGLISH[month][:3],
        "utc": moment.astimezone(dt.UTC),
        "epoch": int(moment.timestamp()),
        **_weekday(moment.weekday()),
    }


def _weekday(at: int) -> dict[str, object]:
    name = WEEKDAYS[at]
    return {
        "weekday": name,
        "lower": name[:4] + name[4:].lower(),
        "numbered": NUMBERED[at],
        "short": SHORT[at],
        "rfc": ENGLISH_DAYS[at],
    }


@cache
def moments() -> tuple[Moment, ...]:
    """Every day once; the times run through all hours and minutes."""
    found = []
    for n in range((LAST - FIRST).days + 1):
        day = FIRST + dt.timedelta(n)
        time = dt.time(n % 24, n * 7 % 60, tzinfo=ZONE)
        moment = dt.datetime.combine(day, time)
        found.append(Moment(day, moment.isoformat(), _values(moment)))
    return tuple(found)


def wanted(form: str, moment: Moment) -> str:
    """What the form must be read as: the moment, or the day where it prints no time."""
    timed = "{h" in form or "{utc" in form or "{epoch" in form
    return moment.iso if timed else moment.iso[:10]


def wrong(form: str, weekday: bool | None) -> Iterator[tuple[str, Stamp | None]]:
    """(line, reading) of every day whose line is not read as it should be."""
    for moment in moments():
        line = form.format_map(moment.values)
        found = read(line)
        if (
            found is None
            or found.iso != wanted(form, moment)
            or found.weekday is not weekday
            or found.rest
            or found.problem
        ):
            yield line, found


@pytest.mark.parametrize("form", PLAIN)
def test_every_day_is_read(form: str) -> None:
    assert list(wrong(form, None))[:3] == []


@pytest.mark.parametrize("form", WITH_WEEKDAY)
def test_every_day_with_its_weekday_is_read_and_confirmed(form: str) -> None:
    assert list(wrong(form, True))[:3] == []


@pytest.mark.parametrize("form", WITH_WEEKDAY)
def test_a_wrong_weekday_is_seen_on_every_third_day(form: str) -> None:
    """It is recorded; the date is kept unless day and month exchanged would be that weekday."""
    exchangeable = not any(word in form for word in NAMED_MONTH)
    bad = []
    for n, moment in enumerate(moments()[::3]):
        printed = (moment.day.weekday() + 1 + n % 6) % 7
        line = form.format_map({**moment.values, **_weekday(printed)})
        found = read(line)
        kept = not (exchangeable and exchanged_weekday(moment.day) == printed)
        right = wanted(form, moment) if kept else None
        if found is None or found.iso != right or found.weekday is not False or not found.problem:
            bad.append((line, found))
    assert bad[:3] == []


def exchanged_weekday(day: dt.date) -> int | None:
    """The weekday of the date with day and month exchanged, where there is one."""
    if day.day > 12 or day.day == day.month:
        return None
    return dt.date(day.year, day.day, day.month).weekday()


@pytest.mark.parametrize("form", MACHINE)
def test_every_day_of_a_machine_is_read(form: str) -> None:
    bad = []
    for moment in moments():
        value = form.format_map(moment.values)
        found = read_machine(value)
        if found is None or (found.iso, found.problem) != (wanted(form, moment), None):
            bad.append((value, found))
    assert bad[:3] == []


@pytest.mark.parametrize("form", ["{epoch}", "{epoch}000"])
def test_every_count_of_seconds_is_read(form: str) -> None:
    """From September 2001 on, when it came to have ten figures: fewer may be any number."""
    late = [moment for moment in moments() if moment.day > dt.date(2001, 9, 9)]
    stamps = [(moment.iso, read_machine(form.format_map(moment.values))) for moment in late]
    assert [iso for iso, found in stamps if found is None or found.iso != iso] == []


def test_the_malformed_time_of_one_system_is_read_and_marked_on_every_day() -> None:
    bad = []
    for moment in moments():
        found = read_machine("{y}-{m:02}-{d:02}+07{h:02}:{n:02}:00".format_map(moment.values))
        if found is None or found.iso != moment.iso or "malformed" not in (found.problem or ""):
            bad.append(found)
    assert bad[:3] == []


def test_the_days_are_all_days_of_36_years() -> None:
    days = {moment.day for moment in moments()}
    assert len(days) == len(moments()) == 13_149
    assert (min(days), max(days)) == (FIRST, LAST)
    assert len({moment.iso[11:16] for moment in moments()}) == 120
