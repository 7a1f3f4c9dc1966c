"""The grammar of dates: printed, relative, machine-made; what is no date; what is contradictory."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.dates import ZONE, Stamp, find, possible, read, read_machine
from newsarchive.text import clean

# 22 August 2022 was a Monday, 5 August 2022 a Friday, 8 May 2022 a Sunday.
FETCHED = dt.datetime(2022, 8, 22, 3, 11, 30, tzinfo=dt.UTC)  # 10:11:30 in Vietnam
DAY, NOON = "2022-08-22", "2022-08-22T10:11:00+07:00"


def stamp(text: str, witness: dt.date | None = None) -> Stamp:
    found = read(text, fetched=FETCHED, witness=witness)
    assert found is not None, text
    assert possible(clean(text))
    return found


@pytest.mark.parametrize("text", ["Trang chủ", "Bắt 3 đối tượng, thu 12,5 kg", "22/8", "10:11", ""])
def test_lines_that_can_hold_no_date_are_told_at_once(text: str) -> None:
    assert not possible(text)
    assert read(text, fetched=FETCHED) is None


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Thứ sáu, ngày 31/3/2023", "2023-03-31"),
        ("Thứ Tư, 21/01/2026 16:56 GMT+7", "2026-01-21T16:56:00+07:00"),
        ("Chủ Nhật, 18/01/2026 23:38 GMT+7", "2026-01-18T23:38:00+07:00"),
        ("Thứ Hai 22/08/2022 10:11", NOON),
        ("Thứ Hai, 22/08/2022, 10:11", NOON),
        ("Thứ hai, 22/08/2022 | 10:11", NOON),
        ("Thứ hai - 22/08/2022 10:11", NOON),
        ("Thứ bảy, 20/08/2022 - 08:07", "2022-08-20T08:07:00+07:00"),
        ("Thứ Bảy, 20/8/2022 | 09:15 GMT+7", "2022-08-20T09:15:00+07:00"),
        ("T2, 22/08/2022", DAY),
        ("Th2, 22/08/2022", DAY),
        ("Hai, 22/08/2022", DAY),
        ("Thứ 7, ngày 20/08/2022", "2022-08-20"),
        ("CN, 21/8/2022", "2022-08-21"),
        ("Chủ nhật, 21/08/2022", "2022-08-21"),
        ("Monday, 22/08/2022", DAY),
        ("22/08/2022 (Thứ Hai)", DAY),
        ("Thứ 6, 05/08/2022 - 10h11", "2022-08-05T10:11:00+07:00"),
        ("10:11, Thứ Hai, 22/8/2022", NOON),
        ("22/08/2022", DAY),
        ("22/8/2022", DAY),
        ("22.08.2022", DAY),
        ("22-08-2022", DAY),
        ("22–08–2022", DAY),
        ("22 / 08 / 2022", DAY),
        ("22 - 8 - 2022 10:11", NOON),
        ("05/8/2022", "2022-08-05"),
        ("31/12/22", "2022-12-31"),
        ("31/12/98", "1998-12-31"),
        ("2022/08/22", DAY),
        ("2022-08-22", DAY),
        ("2022-08-22 10:11", NOON),
        ("2022-08-22T10:11:00", NOON),
        ("2022-08-22T03:11:00Z", NOON),
        ("22/08/2022 10:11:09", "2022-08-22T10:11:09+07:00"),
        ("11:10 18/07/2022", "2022-07-18T11:10:00+07:00"),
        ("(07/05/2012 09:41:17)", "2012-05-07T09:41:17+07:00"),
        ("27/02/2021, 15:05", "2021-02-27T15:05:00+07:00"),
        ("22/08/2022-10:11", NOON),
        ("10:11-22/08/2022", NOON),
        ("10:11' 22/8/2022", NOON),
        ("8:00 - 17:00, 22/08/2022", DAY),
        ("Ngày đăng22/08/2022", DAY),
        ("07/03/2026 08:52 (GMT+07:00)", "2026-03-07T08:52:00+07:00"),
        ("22/08/2022 03:11 UTC", NOON),
        ("22/08/2022 10:11 +0700", NOON),
        ("10h11, ngày 22/8/2022", NOON),
        ("10g11 22/8/2022", NOON),
        ("10 giờ 11 phút, ngày 22/8/2022", NOON),
        ("10 giờ 11, ngày 22 tháng 8 năm 2022", NOON),
        ("16h30' ngày 22/8/2022", "2022-08-22T16:30:00+07:00"),
        ("22/8/2022, 16 giờ 30 phút", "2022-08-22T16:30:00+07:00"),
        ("22/8/2022 16 giờ", "2022-08-22T16:00:00+07:00"),
        ("22-08-2022 10:11 SA", NOON),
        ("22-08-2022 10:11 CH", "2022-08-22T22:11:00+07:00"),
        ("22-08-2022 14:11 CH", "2022-08-22T14:11:00+07:00"),
        ("22-08-2022 12:05 SA", "2022-08-22T00:05:00+07:00"),
        ("22-08-2022 12:05 CH", "2022-08-22T12:05:00+07:00"),
        ("21/12/2012 | 12:00 AM", "2012-12-21T00:00:00+07:00"),
        ("22/08/2022 03:45 PM", "2022-08-22T15:45:00+07:00"),
        ("8 giờ 30 sáng, ngày 22/8/2022", "2022-08-22T08:30:00+07:00"),
        ("2 giờ 30 chiều, ngày 22/8/2022", "2022-08-22T14:30:00+07:00"),
        ("11 giờ đêm 22/8/2022", "2022-08-22T23:00:00+07:00"),
        ("1 giờ trưa 22/8/2022", "2022-08-22T13:00:00+07:00"),
        ("ngày 22 tháng 8 năm 2022", DAY),
        ("Thứ Hai, ngày 22 tháng 08 năm 2022 - 10:11", NOON),
        ("22 Tháng Tám, 2022", DAY),
        ("22 tháng mười một 2022", "2022-11-22"),
        ("22 Tháng Mười Hai, 2022", "2022-12-22"),
        ("22 Tháng Năm năm 2022", "2022-05-22"),
        ("22 tháng 8/2022", DAY),
        ("ngày 22/8 năm 2022", DAY),
        ("22 Thg 8, 2022", DAY),
        ("Tháng 8 22, 2022", DAY),
        ("Tháng Mười 2, 2022", "2022-10-02"),
        ("Thg 8 22, 2022", DAY),
        ("th8 22 2022", DAY),
        ("07 December 2024", "2024-12-07"),
        ("August 22, 2022", DAY),
        ("22nd of Aug 2022", DAY),
        ("22-Aug-2022", DAY),
        ("２２/０８/２０２２ １０：１１", NOON),
        ("22\u200b/08/\u00ad2022\u00a010:11", NOON),
    ],
)
def test_a_date_line_is_read_whole(text: str, iso: str) -> None:
    for form in ("NFC", "NFD"):
        found = stamp(unicodedata.normalize(form, text))
        assert (found.iso, found.rest, found.problem) == (iso, "", None)
        assert found.weekday in (True, None)


@pytest.mark.parametrize(
    ("text", "kind", "shown", "rest"),
    [
        ("Ngày đăng: 22/08/2022", "published", "22/08/2022", ""),
        ("Ngày đăng 22/03/2016 | 07:49 AM | View count: 905", "published", None, ""),
        ("Đăng lúc: 22/08/2022 10:11 | Lượt xem: 5", "published", "22/08/2022 10:11", ""),
        ("Đăng ngày 22/08/2022", "published", "22/08/2022", ""),
        ("Ngày xuất bản: 22/08/2022", "published", "22/08/2022", ""),
        ("Publish date: 22/08/2022", "published", "22/08/2022", ""),
        ("Posted on August 22, 2022", "published", "August 22, 2022", ""),
        ("Ngày đăng: Thứ Hai, 22/08/2022 10:11", "published", "Thứ Hai, 22/08/2022 10:11", ""),
        ("Cập nhật: 22/08/2022 10:11", "modified", "22/08/2022 10:11", ""),
        (
            "Cập nhật lúc 10:11, Thứ Hai, 22/8/2022",
            "modified",
            "10:11, Thứ Hai, 22/8/2022",
            "",
        ),
        ("Lần cập nhật cuối: 22/08/2022", "modified", "22/08/2022", ""),
        ("Sửa lần cuối 22/08/2022", "modified", "22/08/2022", ""),
        ("Last updated: 22/08/2022", "modified", "22/08/2022", ""),
        ("Đăng lúc: 2 giờ trước", "published", "2 giờ trước", ""),
        ("Ngày: 22/08/2022", "plain", "22/08/2022", ""),
        ("22/08/2022 | Đã xem: 12", "plain", "22/08/2022", ""),
        ("22/08/2022 | Đã xem:", "plain", "22/08/2022", ""),
        ("22/08/2022 | 1.234 lượt xem", "plain", "22/08/2022", ""),
        ("Lượt xem: 5 - 22/08/2022", "plain", "22/08/2022", ""),
        ("20/8/2022 | 09:15 GMT+7", "plain", "20/8/2022 | 09:15 GMT+7", ""),
        ("Hải Dương, ngày 5/8/2022", "plain", "5/8/2022", "Hải Dương"),
        ("Đăng bởi: admin | Ngày: 22/08/2022", "plain", "22/08/2022", "Đăng bởi: admin"),
        (
            "Lê An (Quân khu 7)| 17/11/2022 14:06",
            "plain",
            "17/11/2022 14:06",
            "Lê An (Quân khu 7)",
        ),
        ("Bài mới (17/02/2022)", "plain", "17/02/2022", "Bài mới"),
        ("Công an tỉnh đăng 22/08/2022", "plain", "22/08/2022", "Công an tỉnh đăng"),
        (
            "từ 1/1/2022 đến 5/2/2022",
            "plain",
            "1/1/2022",
            "từ đến 5/2/2022",
        ),
        (
            "Ngày 22/8/2022, tổ công tác lên đường",
            "plain",
            "22/8/2022",
            "tổ công tác lên đường",
        ),
        (
            "Lê An | 2 giờ trước",
            "plain",
            "2 giờ trước",
            "Lê An",
        ),
    ],
)
def test_labels_and_tails_are_told_from_the_date(
    text: str, kind: str, shown: str | None, rest: str
) -> None:
    found = stamp(text)
    assert (found.kind, found.rest) == (kind, rest)
    assert shown is None or found.text == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "22/8",
        "Chiều 29/6",
        "08/2022",
        "tháng 8.2022",
        "Tháng Hai 2025",
        "ngày 22 tháng 8",
        "Thứ Hai",
        "10:11",
        "1234 lượt xem",
        "114",
        "0945.54.03.03",
        "+84-24-85872007",
        "192.168.10.20",
        "số 24/2022/QH15",
        "82/2026/TT-BCA",
        "52/2019/QH14",
        "12/2/2020/NĐ-CP",
        "12-2-2020-NĐ",
        "Quyết định số 12/2/2020",
        "12/2/2020NĐ",
        "/uploads/2022/08/22/anh.jpg",
        "anh 22-08-2022.jpg",
        "https://a.vn/22/08/2022/",
        "Giá vàng hôm nay tăng",
        "(ABC) – Hôm nay, tổ công tác lên đường",
        "Hôm nay: 1.234",
        "tháng trước",
        "khoảng 2 giờ trước",
        "22/08/2022 " + "dài " * 60,
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert read(text, fetched=FETCHED) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("31/2/2022", "no day 31, month 2"),
        ("29/02/2023 10:11", "no day 29, month 2"),
        ("22/13/2022", "month 13"),
        ("12/31/2022", "month 31"),
        ("00/08/2022", "no day 0"),
        ("32/08/2022", "no day 32"),
        ("2022-22-08", "month 22"),
        ("22 tháng 13 năm 2022", "month 13"),
    ],
)
def test_impossible_days_are_null_with_the_reason(text: str, reason: str) -> None:
    found = stamp(text)
    assert found.iso is None
    assert found.day is None
    assert found.problem is not None
    assert reason in found.problem


@pytest.mark.parametrize(
    "clock", ["25:00", "24:00", "10:61", "10:11:75", "14:05 SA", "00:05 CH", "12 giờ đêm"]
)
def test_an_impossible_time_leaves_the_day(clock: str) -> None:
    found = stamp(f"22/08/2022 {clock}")
    assert (found.iso, found.rest, found.has_time) == (DAY, "", False)
    assert found.problem is not None
    assert "no clock shows" in found.problem


def test_an_impossible_zone_leaves_the_day() -> None:
    found = stamp("22/08/2022 10:11 GMT+77")
    assert (found.iso, found.rest) == (DAY, "")
    assert found.problem is not None
    assert "GMT+77" in found.problem


def test_a_second_time_stays_in_the_rest() -> None:
    found = stamp("08:30 22/08/2022 10:11")
    assert (found.iso, found.rest) == ("2022-08-22T08:30:00+07:00", "10:11")


def test_a_wrong_weekday_is_recorded_and_the_day_stays() -> None:
    found = stamp("Thứ Ba 22/08/2022 10:11")
    assert (found.iso, found.weekday) == (NOON, False)
    assert found.problem is not None
    assert "Monday" in found.problem


class TestExchangedDayAndMonth:
    """'Thứ Sáu 08/05/2022': 8 May was a Sunday, 5 August a Friday."""

    TEXT = "Thứ Sáu 08/05/2022"

    def test_the_weekday_alone_makes_it_undecidable(self) -> None:
        found = stamp(self.TEXT)
        assert (found.iso, found.weekday) == (None, False)
        assert found.problem is not None
        assert "exchanged" in found.problem

    def test_a_witness_for_the_printed_order_keeps_it(self) -> None:
        found = stamp(self.TEXT, dt.date(2022, 5, 8))
        assert (found.iso, found.weekday) == ("2022-05-08", False)
        assert found.problem is not None

    def test_weekday_and_witness_together_exchange_it(self) -> None:
        found = stamp(self.TEXT, dt.date(2022, 8, 5))
        assert (found.iso, found.weekday) == ("2022-08-05", True)
        assert found.problem is not None
        assert "exchanged" in found.problem

    def test_a_witness_for_another_day_decides_nothing(self) -> None:
        assert stamp(self.TEXT, dt.date(2022, 1, 1)).iso is None

    def test_without_a_weekday_the_order_is_never_exchanged(self) -> None:
        assert stamp("08/05/2022", dt.date(2022, 8, 5)).iso == "2022-05-08"

    def test_a_named_month_cannot_be_exchanged(self) -> None:
        found = stamp("Thứ Sáu 8 tháng 5 năm 2022")
        assert (found.iso, found.weekday) == ("2022-05-08", False)

    def test_a_month_first_date_needs_both_confirmations(self) -> None:
        assert stamp("Thứ Bảy 12/31/2022").iso is None
        assert stamp("Thứ Bảy 12/31/2022", dt.date(2022, 12, 31)).iso == "2022-12-31"


def test_a_two_digit_year_without_slashes_may_stand_first() -> None:
    unclear = read("24.12.08")
    assert unclear is not None
    assert unclear.iso is None
    assert unclear.problem is not None
    assert "2008-12-24" in unclear.problem
    assert "2024-12-08" in unclear.problem
    assert stamp("24.12.08").iso == "2008-12-24"  # 2024 lies after the fetch
    assert read("24.12.08", witness=dt.date(2008, 12, 24)).iso == "2008-12-24"  # type: ignore[union-attr]
    assert read("Thứ Tư, 24.12.08").iso == "2008-12-24"  # type: ignore[union-attr]
    assert read("24.12.98").iso == "1998-12-24"  # type: ignore[union-attr]
    assert find("24.12.08") == []


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2 giờ trước", "2022-08-22T08:11:00+07:00"),
        ("cách đây 2 giờ", "2022-08-22T08:11:00+07:00"),
        ("Cách đây 12 giờ", "2022-08-21T22:11:00+07:00"),
        ("một giờ trước", "2022-08-22T09:11:00+07:00"),
        ("1 giờ 20 phút trước", "2022-08-22T08:51:00+07:00"),
        ("1 ngày 4 giờ trước", "2022-08-21T06:11:00+07:00"),
        ("5 phút trước", "2022-08-22T10:06:00+07:00"),
        ("2h trước", "2022-08-22T08:11:00+07:00"),
        ("vừa xong", NOON),
        ("cách đây 3 ngày", "2022-08-19"),
        ("3 ngày trước", "2022-08-19"),
        ("1 tuần trước", "2022-08-15"),
        ("hôm qua", "2022-08-21"),
        ("Hôm qua lúc 14:05", "2022-08-21T14:05:00+07:00"),
        ("14:05, hôm qua", "2022-08-21T14:05:00+07:00"),
        ("hôm nay 08:30", "2022-08-22T08:30:00+07:00"),
    ],
)
def test_relative_dates_count_from_the_fetch(text: str, iso: str) -> None:
    found = stamp(text)
    assert (found.iso, found.method, found.rest, found.problem) == (iso, "relative", "", None)
    unknown = read(text)
    assert unknown is not None
    assert unknown.iso is None
    assert unknown.problem is not None


def test_relative_dates_without_a_day_are_null() -> None:
    for text in ("3 tháng trước", "2 năm trước", "hôm nay 23:30", "hôm nay 25:00"):
        found = stamp(text)
        assert found.problem is not None
        assert not found.has_time
    assert stamp("3 tháng trước").iso is None
    assert stamp("hôm nay 23:30").iso is None  # later than the fetch
    assert stamp("hôm nay 25:00").iso == DAY


def test_a_naive_fetch_time_is_utc() -> None:
    late = dt.datetime(2022, 8, 21, 18, 0)
    found = read("hôm nay", fetched=late)
    assert found is not None
    assert found.iso == DAY


def test_two_dates_in_one_line() -> None:
    line = "Ngày đăng: 01/02/2023 - Cập nhật: 05/02/2023 10:00"
    first = stamp(line)
    assert (first.iso, first.kind) == ("2023-02-01", "published")
    assert "05/02/2023 10:00" in first.rest
    turned = stamp("Cập nhật: 05/02/2023 10:00 - Ngày đăng: 01/02/2023")
    assert (turned.iso, turned.kind) == ("2023-02-01", "published")
    both = [(s.iso, s.kind) for s in find(line)]
    assert both == [("2023-02-01", "published"), ("2023-02-05T10:00:00+07:00", "modified")]


def test_find_reads_a_block_in_order() -> None:
    block = (
        "Theo quyết định số 12/2/2020/NĐ-CP, từ ngày 1 tháng 2 năm 2020 đến 10h30 ngày 5-3-2020, "
        "và 31/2/2020; hôm qua, 22/8. " + "Lực lượng chức năng vào cuộc. " * 20 + "Ngày 6/3/2020."
    )
    stamps = find(block)
    assert [s.iso for s in stamps] == [
        "2020-02-01",
        "2020-03-05T10:30:00+07:00",
        None,
        "2020-03-06",
    ]
    assert all(0 < len(s.rest) <= 401 for s in stamps)


@pytest.mark.parametrize(
    "text",
    [
        "22-thg 8-2022",
        "22/tháng 8/2022",
        "năm 2022 tháng 8 ngày 22",
        "Tháng 8, ngày 22, năm 2022",
        "Tháng Tám ngày 22 năm 2022",
        "22 (tháng 8) 2022",
    ],
)
def test_dateparser_reads_the_rarer_worded_dates(text: str) -> None:
    found = stamp(f"Ngày đăng: {text} 10:11")
    assert (found.iso, found.method, found.kind, found.rest) == (
        NOON,
        "dateparser",
        "published",
        "",
    )


# Each of the last three dateparser reads, as a day that is not printed or not the only one.
@pytest.mark.parametrize(
    "text",
    [
        "tháng 8, ngày 22",
        "năm 2022 tháng 8",
        "tháng 8 ngày 45 2022",
        "2021 tháng năm 22",
        "năm 2022, ngày 22, ngày 5, tháng năm",
        "2022 8 tháng năm 12",
    ],
)
def test_dateparser_may_not_invent_a_part(text: str) -> None:
    assert read(text, fetched=FETCHED) is None


@pytest.mark.parametrize(
    ("value", "iso", "method"),
    [
        ("2022-08-22T10:11:00+07:00", NOON, "iso"),
        ("2022-08-22T10:11:00+0700", NOON, "iso"),
        ("2022-08-22T10:11:00+07", NOON, "iso"),
        ("2022-08-22T03:11:00Z", NOON, "iso"),
        ("2022-08-22T03:11:00.1234567Z", NOON, "iso"),
        ("2022-08-21T23:11:00-04:00", NOON, "iso"),
        ("2022-08-22T10:11:00", NOON, "iso"),
        ("2022-08-22T10:11", NOON, "iso"),
        ("2022-08-22 10:11:00", NOON, "iso"),
        ("2022-08-22 03:11:00 UTC", NOON, "iso"),
        ("2022-08-22T10:11:00 GMT+7", NOON, "iso"),
        ("20220822T101100", NOON, "iso"),
        ("20220822101100", NOON, "iso"),
        ("2022-08-22T10:11:00+07:00[Asia/Ho_Chi_Minh]", NOON, "iso"),
        ("2022-08-22", DAY, "iso"),
        ("20220822", DAY, "iso"),
        ("Mon, 22 Aug 2022 10:11:00 +0700", NOON, "rfc822"),
        ("Mon, 22 Aug 2022 03:11:00 GMT", NOON, "rfc822"),
        ("22 Aug 2022 03:11 UT", NOON, "rfc822"),
        ("Mon, 22 Aug 2022 10:11:00", NOON, "rfc822"),
        ("Mon, 22 Aug 2022 10:11:00 ICT", NOON, "rfc822"),
        ("Monday, 22-Aug-22 03:11:00 GMT", NOON, "rfc822"),
        ("1661137860", NOON, "epoch"),
        ("1661137860123", NOON, "epoch"),
        ("/Date(1661137860000)/", NOON, "epoch"),
        ("August 22, 2022 10:11", NOON, "words"),
        ("22 tháng 8 năm 2022", DAY, "words"),
        ("Thứ hai, 22/08/2022 10:11", NOON, "numeric"),
        ("Mon Aug 22 2022 10:11:00 GMT+0700 (Indochina Time)", NOON, "words"),
    ],
)
def test_machine_values(value: str, iso: str, method: str) -> None:
    found = read_machine(f" {value}\n")
    assert found is not None
    assert (found.iso, found.method, found.problem) == (iso, method, None)
    assert (found.text, found.rest) == (value, "")


@pytest.mark.parametrize("zone", ["+07", "ICT"])
def test_nukeviets_malformed_time_is_read_and_marked(zone: str) -> None:
    found = read_machine(f"2021-08-25{zone}00:54:00")
    assert found is not None
    assert found.iso == "2021-08-25T00:54:00+07:00"
    assert found.problem is not None
    assert found.problem.startswith("malformed")


@pytest.mark.parametrize(
    "value",
    [
        "0001-01-01T00:00:00",
        "1970-01-01T00:00:00Z",
        "0000000000",
        "2022-02-31",
        "31 Feb 2022 10:11:00 GMT",
        "8/22/2022 10:11:00 AM",
    ],
)
def test_machine_values_that_cannot_be(value: str) -> None:
    found = read_machine(value)
    assert found is not None
    assert found.iso is None
    assert found.problem is not None


@pytest.mark.parametrize(
    "value",
    [
        "",
        "true",
        "hôm qua",
        "2022-08",
        "2022",
        "123456789",
        "16611378601",
        "E52E0AECFF",
        "https://a.vn/2022-08-22/",
        "Hải Dương, 22/08/2022",
    ],
)
def test_machine_values_that_are_no_date(value: str) -> None:
    assert read_machine(value) is None


@pytest.mark.parametrize(
    "value", ["2022-08-22T25:00:00", "2022-08-22T10:11:00+19:00", "22 Aug 2022 10:11:00 XYZ"]
)
def test_a_machine_value_with_a_bad_time_keeps_its_day(value: str) -> None:
    found = read_machine(value)
    assert found is not None
    assert found.iso == DAY
    assert found.problem is not None


def test_a_wrong_weekday_in_a_feed_is_recorded() -> None:
    found = read_machine("Tue, 22 Aug 2022 03:11:00 GMT")
    assert found is not None
    assert (found.iso, found.weekday) == (NOON, False)
    assert found.problem is not None


def test_a_stamp_knows_day_and_moment() -> None:
    full = stamp("22/08/2022 10:11")
    assert (full.day, full.has_time) == (dt.date(2022, 8, 22), True)
    assert full.moment == dt.datetime(2022, 8, 22, 10, 11, tzinfo=ZONE)
    day = stamp("22/08/2022")
    assert (day.day, day.has_time, day.moment) == (dt.date(2022, 8, 22), False, None)


def test_the_import_is_light() -> None:
    code = "import sys, newsarchive.dates; print('dateparser' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


WEEKDAYS = ["Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật"]
SHORT = ["T2", "T3", "T4", "T5", "T6", "T7", "CN"]
MONTHS = "Một Hai Ba Tư Năm Sáu Bảy Tám Chín Mười|Mười Một|Mười Hai".replace(" ", "|", 9).split("|")
ENGLISH = "January February March April May June July August September October November December"

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2035, 12, 31))
CLOCKS = st.times().map(lambda t: t.replace(second=0, microsecond=0))
DAY_FORMATS = st.sampled_from(
    [
        "{d}/{m}/{y}",
        "{d:02}/{m:02}/{y}",
        "{d:02}/{m}/{y}",
        "{d}.{m}.{y}",
        "{d} - {m} - {y}",
        "{d:02}-{m:02}-{y}",
        "{d:02}/{m:02}/{yy:02}",
        "{y}-{m:02}-{d:02}",
        "{y}/{m}/{d}",
        "ngày {d} tháng {m} năm {y}",
        "{d} Tháng {name}, {y}",
        "Tháng {name} {d}, {y}",
        "Tháng {m} {d}, {y}",
        "th{m} {d} {y}",
        "{d} thg {m} {y}",
        "{english} {d}, {y}",
        "{d:02} {english} {y}",
    ]
)
LINE_FORMATS = st.sampled_from(
    [
        "{day} {clock}",
        "{clock} {day}",
        "{clock}, {day}",
        "{weekday}, {day} {clock}",
        "{weekday}, {day} | {clock} GMT+7",
        "{weekday} - {day} {clock}",
        "{clock}, {weekday}, {day}",
        "{short}, {day} - {clock}",
        "{day}, {clock} (GMT+07:00)",
        "({weekday}, {day} {clock})",
        "Cập nhật lúc {clock}, {weekday}, {day}",
        "Ngày đăng: {weekday}, {day} {clock} | 12 lượt xem",
    ]
)
CLOCK_FORMATS = st.sampled_from(
    ["{h:02}:{n:02}", "{h}:{n:02}", "{h}h{n:02}", "{h} giờ {n} phút", "{h:02}:{n:02}:00"]
)


def render(pattern: str, day: dt.date) -> str:
    return pattern.format(
        d=day.day,
        m=day.month,
        y=day.year,
        yy=day.year % 100,
        name=MONTHS[day.month - 1],
        english=ENGLISH.split()[day.month - 1],
    )


@given(DAYS, DAY_FORMATS)
def test_every_day_round_trips_in_every_format(day: dt.date, pattern: str) -> None:
    text = render(pattern, day)
    found = read(text)
    assert found is not None
    assert (found.iso, found.text, found.rest) == (day.isoformat(), text, "")


@given(DAYS, CLOCKS, DAY_FORMATS, LINE_FORMATS, CLOCK_FORMATS)
def test_every_line_round_trips(
    day: dt.date, clock: dt.time, day_format: str, line_format: str, clock_format: str
) -> None:
    line = line_format.format(
        day=render(day_format, day),
        clock=clock_format.format(h=clock.hour, n=clock.minute),
        weekday=WEEKDAYS[day.weekday()],
        short=SHORT[day.weekday()],
    )
    found = read(line)
    assert found is not None
    assert found.iso == f"{day}T{clock}+07:00"
    assert (found.rest, found.problem) == ("", None)
    assert found.weekday is (True if "week" in line_format or "short" in line_format else None)
    decomposed = read(unicodedata.normalize("NFD", line))
    assert decomposed == found == read(line)


@given(st.datetimes(dt.datetime(1995, 1, 2), dt.datetime(2100, 12, 30)))
def test_every_moment_round_trips_through_machine_forms(moment: dt.datetime) -> None:
    aware = moment.replace(microsecond=0, tzinfo=dt.UTC)
    iso = aware.astimezone(ZONE).isoformat()
    for value in (
        aware.isoformat(),
        aware.strftime("%Y-%m-%dT%H:%M:%SZ"),
        aware.strftime("%a, %d %b %Y %H:%M:%S GMT"),
        aware.strftime("%Y%m%dT%H%M%SZ"),
    ):
        found = read_machine(value)
        assert found is not None
        assert (found.iso, found.problem) == (iso, None)


PIECES = st.lists(
    st.one_of(
        st.text(max_size=6),
        st.integers(0, 2200).map(str),
        st.sampled_from(
            [*"/.-:|,( )", "tháng ", "năm ", "Thứ ", "giờ ", "trước", "ngày ", "T", "hôm qua"]
        ),
    ),
    max_size=14,
).map("".join)


@given(st.one_of(st.text(), PIECES))
def test_no_text_raises_and_all_answers_hold_together(text: str) -> None:
    for found in (read(text, fetched=FETCHED), read_machine(text), *find(text)):
        if found is None:
            continue
        assert found.iso is not None or found.problem
        assert found.text
        if found.iso:
            assert dt.datetime.fromisoformat(found.iso)
            assert found.day is not None
    assert read(text, fetched=FETCHED) == read(text, fetched=FETCHED)
    assert read(text, fetched=FETCHED) is None or possible(clean(text))


@given(st.integers(0, 39), st.integers(0, 19), st.integers(1890, 2110), st.times())
def test_the_shortcut_reads_as_the_long_way(day: int, month: int, year: int, t: dt.time) -> None:
    for line in (f"{day:02}/{month:02}/{year}", f"{day:02}/{month:02}/{year} {t:%H:%M}"):
        assert read(line) == read(f"({line})")
