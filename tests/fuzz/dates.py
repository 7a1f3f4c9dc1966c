"""Dates: what is printed, what machines write, what counts back from the time of fetching."""

from __future__ import annotations

import datetime as dt

from fuzz import seeds as kept
from fuzz.holds import bounded, expect, moment, tidy
from newsarchive.dates import Stamp, find, possible, read, read_machine
from newsarchive.dates._relative import local
from newsarchive.text import clean

LARGEST = 2_000
_FETCHED = (
    None,
    dt.datetime(2023, 5, 6, 7, 8, 9, tzinfo=dt.UTC),
    dt.datetime(2024, 2, 29, 23, 59, 59),
    dt.datetime(1, 1, 1, tzinfo=dt.UTC),
    dt.datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=dt.UTC),
    dt.datetime(2022, 8, 22, 10, 11, tzinfo=dt.timezone(-dt.timedelta(hours=23, minutes=59))),
)
_WITNESS = (None, dt.date(2022, 8, 22), dt.date(1, 1, 1), dt.date(9999, 12, 31))
_METHODS = {"numeric", "words", "relative", "iso", "rfc822", "epoch", "dateparser"}
WORDS = tuple(
    word.encode()
    for word in (
        "22/08/2022", "22-8-2022", "22.8.22", "2022-08-22", "10:11", "10h11", "10 giờ 11 phút", "10:11:12", "AM", "PM", "CH", "SA",
        "Thứ Hai", "Thứ 2", "Chủ nhật", "T2", "CN", "ngày 22 tháng 8 năm 2022", "tháng 8", "năm 2022", "mùng 3", "hôm qua", "hôm nay",
        "hôm kia", "vừa xong", "2 giờ trước", "cách đây 3 tuần", "một năm trước", "GMT+7", "(GMT+7)", "+07:00", "-11:59", "Z", "UTC",
        "2022-08-22T10:11:12+07:00", "2022-W34-1", "2022-234", "20220822T101112Z", "Mon, 22 Aug 2022 10:11:12 +0700", "1661137860",
        "1661137860000", "/Date(1661137860000+0700)/", "August 22, 2022", "22 août 2022", "Monday", "Cập nhật:", "Đăng ngày", "|", ",",
        "lúc", "năm 1900", "29/02/2023", "31/04/2022", "00/00/0000", "24:00", "23:60", "23:59:60", "2100", "２２／０８／２０２２", "thứ ba",
    )
)  # fmt: skip


def one(data: bytes) -> None:
    """First byte: time of fetching and witness; the text behind it."""
    how = data[0] if data else 0
    text = data[1:].decode("utf-8", "surrogateescape")
    fetched = _FETCHED[how % len(_FETCHED)]
    with bounded(len(data)):
        line = read(text, fetched=fetched, witness=_WITNESS[how >> 4 & 3])
        stamps = find(text)
        machine = read_machine(text)
        maybe = possible(clean(text))
    for stamp in (*stamps, *filter(None, (line, machine))):
        _right(stamp)
    if line is not None:
        expect(maybe or line.method in ("iso", "dateparser"), "a date that is not possible", text)
    if line is not None and line.method == "relative" and line.iso and fetched:
        _past(line, local(fetched))
    at = 0
    shown = clean(text)
    for stamp in stamps:
        at = shown.find(stamp.text, at)
        expect(at >= 0, "a date that is not in the text", (stamp.text, text))
    if machine is not None and machine.iso:
        same = read_machine(machine.iso)
        expect(same is not None and same.iso == machine.iso, "a date of ours is another", machine)


def _right(stamp: Stamp) -> None:
    expect(stamp.method in _METHODS, "a method", stamp.method)
    expect(stamp.kind in ("plain", "published", "modified"), "a kind", stamp.kind)
    tidy(stamp.text, "what is printed")
    tidy(stamp.rest, "the rest of a line", empty=True)
    if stamp.iso is None:
        expect(stamp.problem, "no date, and no reason", stamp)
        return
    moment(stamp.iso, "a date")
    expect(stamp.day is not None, "a date without a day", stamp)
    if stamp.weekday and stamp.named is not None and stamp.day is not None:
        expect(stamp.day.weekday() == stamp.named, "a weekday that is another", stamp)


def _past(stamp: Stamp, now: dt.datetime) -> None:
    if stamp.moment is not None:
        expect(stamp.moment <= now, "a relative date after the fetch", stamp)
    elif stamp.day is not None:
        expect(stamp.day <= now.date(), "a relative day after the fetch", stamp)


def seeds() -> list[bytes]:
    """Dates in all forms, and those that the tests' articles print."""
    printed = {
        str(article[name]).encode()
        for article in kept.articles()
        for name in ("published_text", "published")
        if article.get(name)
    }
    return [bytes([n * 7 % 256]) + text for n, text in enumerate((*WORDS, *sorted(printed)))]
