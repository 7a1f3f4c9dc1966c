"""Text dumps of pages: no markup, any line breaks."""

from __future__ import annotations

from fuzz import seeds as kept
from fuzz.holds import bounded, one_line
from fuzz.parse import FETCHED, URL, right, site
from newsarchive.reader import read

LARGEST = 60_000
WORDS = tuple(
    word.encode()
    for word in (
        "\n", "\n\n", "\r\n", "\f", "\t", "   ", "* ", "- ", "[1]", "![", "](http://a.vn/b)", "# ", "----", "____",
        "Trang chủ", "Tin liên quan", "Các tin khác", "Tác giả: Văn Tú", "Ảnh: Minh Đức", "Nguồn: Báo Hạ", "Từ khóa:",
        "22/08/2022 10:11", "Thứ Hai, ngày 22 tháng 8 năm 2022", "2 giờ trước", "Hôm qua", "Lượt xem: 1.234", "(Theo TTXVN)",
        "Công an tỉnh tổ chức tuyên truyền pháp luật cho nhân dân, được bà con đồng tình ủng hộ.", "“", "”", "…", "-/-",
        "THÔNG BÁO", "Kính gửi:", "1.", "a)", "IV.", "©", "Điện thoại: 069.123.456", "\u00a0", "\u2028", "\x0b", "\x1c",
    )
)  # fmt: skip


def one(data: bytes) -> None:
    """First byte: address, site, bytes or text; the dump behind it."""
    how, dump = (data[0], data[1:]) if data else (0, b"")
    content = dump.decode("utf-8", "surrogateescape") if how & 4 else dump
    with bounded(len(data)):
        reading = read(
            content, URL if how & 1 else None, fetched=FETCHED if how & 2 else None,
            site=site() if how & 8 else None, want_links=False,
        )  # fmt: skip
    if reading.article is not None:
        right(reading.article)
    else:
        one_line(reading.reason or "", "a reason")


def seeds() -> list[bytes]:
    """Dumps of all kinds."""
    return [bytes([n % 16]) + dump for n, dump in enumerate(kept.dumps())]
