"""Text dumps: one page as each dumper would print it is one article; nothing of it is lost."""

from __future__ import annotations

import textwrap
import unicodedata
from typing import Any

import pytest
import timing

import newsarchive
from newsarchive.reader import read

TITLE = "Công an xã Bản Vược bàn giao ba ngôi nhà cho hộ nghèo trước mùa mưa lũ"
STAMP = "Thứ Sáu, 16/06/2023 | 09:20"
LEAD = (
    "Sau hai tháng thi công, ba ngôi nhà do cán bộ, chiến sĩ Công an xã Bản Vược góp công, góp của "
    "đã được bàn giao cho các hộ nghèo vào sáng 15/6."
)
BODY = (
    "Ba hộ được chọn đều sống ở sườn đồi có nguy cơ sạt lở, mỗi năm phải sơ tán ít nhất hai lần. "
    "Kinh phí 240 triệu đồng được vận động từ các nhà hảo tâm.",
    "Bà Tao Thị Pành (72 tuổi) nói đây là lần đầu tiên trong đời bà được ngủ dưới mái tôn không dột.",
    "Thượng úy Lèng Văn Chựng, Trưởng Công an xã, cho biết đơn vị tiếp tục vận động để trong quý IV "
    "khởi công thêm hai ngôi nhà ở bản Nà Hừ.",
    "Dịp này, Hội Phụ nữ xã trao tặng mỗi gia đình một bộ nồi và 50 kg gạo.",
)
CAPTION = "Công an xã trao chìa khóa nhà cho gia đình bà Tao Thị Pành"
BYLINE = "Vàng Mỹ"
MENU = ("Trang chủ", "Giới thiệu", "Tin tức", "Gương điển hình", "Văn bản", "Liên hệ")
RELATED = (
    "Tuổi trẻ Công an huyện hiến máu tình nguyện (14/06/2023)",
    "Kiểm tra đột xuất các cơ sở kinh doanh karaoke ở thị trấn (12/06/2023)",
)
STORY = [LEAD, BODY[0], CAPTION, *BODY[1:], BYLINE]


def one_line(*, gap: bool, menu_last: bool) -> str:
    """A line a paragraph, as a browser's copy or innerText gives it."""
    page = [TITLE, STAMP, *STORY, "Các tin khác", *RELATED]
    lines = [*page, *MENU] if menu_last else [*MENU, *page]
    return ("\n\n" if gap else "\n").join(lines)


def wrapped(width: int, *, indent: str = "", numbered: bool = False, menu_last: bool) -> str:
    """Wrapped at a column, with blank lines, as text browsers print it."""

    def block(text: str, first: str = indent, rest: str = indent) -> list[str]:
        return textwrap.wrap(
            text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
        )

    links = iter(range(1, 99))
    mark = (lambda: f"[{next(links)}]") if numbered else (lambda: "")
    items = [f"{mark()}{text}" for text in (*MENU, *RELATED)]
    menu, related = (
        [line for text in part for line in block(text, f"{indent}  * ", f"{indent}    ")]
        for part in (items[: len(MENU)], items[len(MENU) :])
    )
    page = [line for text in (TITLE, STAMP, *STORY) for line in (*block(text), "")]
    page += [f"{indent}Các tin khác", *related, ""]
    lines = [*page, *menu] if menu_last else [*menu, "", *page]
    if numbered:
        lines += ["", "References", "", *(f"   {n}. https://a.example/{n}" for n in range(1, 9))]
    return "\n".join(lines)


def pieces() -> str:
    """Every text node a line: what is bold is cut out of its sentence."""
    lines = one_line(gap=False, menu_last=False)
    for bold in ("Bản Vược góp công", "Tao Thị Pành (72 tuổi)", "Lèng Văn Chựng"):
        lines = lines.replace(f" {bold}, ", f"\n{bold}\n, ").replace(f" {bold} ", f"\n{bold}\n")
    return lines


DUMPS = {
    **{
        f"one-line-gap-{gap}-menu-last-{last}": one_line(gap=gap, menu_last=last)
        for gap in (False, True)
        for last in (False, True)
    },
    **{
        f"wrapped-{width}-menu-last-{last}": wrapped(width, menu_last=last)
        for width in (60, 65, 72, 78, 80, 100, 132)
        for last in (False, True)
    },
    "lynx": wrapped(72, indent="   ", numbered=True, menu_last=False),
    "lynx-80-menu-last": wrapped(80, indent="   ", numbered=True, menu_last=True),
    "pieces": pieces(),
    "decomposed": unicodedata.normalize("NFD", wrapped(72, menu_last=False)),
    "carriage-returns": one_line(gap=True, menu_last=False).replace("\n", "\r\n"),
    "byte-order-mark-and-nbsp": "\ufeff"
    + wrapped(72, menu_last=True).replace("Công an", "Công\xa0an"),
}


def got(text: str) -> dict[str, Any]:
    return newsarchive.parse(text).to_json()


@pytest.mark.parametrize("text", DUMPS.values(), ids=DUMPS)
def test_a_page_is_one_article_however_it_was_dumped(text: str) -> None:
    article = got(text)
    assert article["title"] == TITLE
    assert article["published"] == "2023-06-16T09:20:00+07:00"
    assert article["lead"] == LEAD
    assert article["paragraphs"] == list(BODY)
    assert [image["caption"] for image in article["images"]] == [CAPTION]
    assert article["byline"] == BYLINE


@pytest.mark.parametrize(
    "line",
    [
        "Người dân có nhu cầu giúp đỡ liên hệ số điện thoại 0999 123 456.",
        "Bà con ai cũng vui.",
        "“Tôi mừng lắm!”.",
        "Danh sách ủng hộ:",
        "- Công ty A: 20 triệu đồng;",
        "Khó khăn còn ở phía trước",
        "Video",
        "01/06/2023",
        "Một đoạn không có dấu chấm cuối câu nhưng khá dài nên không thể là tên của mục nào cả",
    ],
)
def test_no_line_between_paragraphs_is_lost(line: str) -> None:
    kept = line != "Video"  # that one is a tool's name, as on any page
    text = "\n\n".join([TITLE, STAMP, LEAD, BODY[0], line, *BODY[1:], BYLINE])
    article = got(text)
    texts = [*article["paragraphs"], *(image["caption"] for image in article["images"])]
    assert (line in texts) == kept
    assert [text for text in texts if text != line] == list(BODY)


@pytest.mark.parametrize(
    ("tail", "published", "byline", "source"),
    [
        ("Tin, ảnh: Vàng Mỹ - Sùng Páo", None, "Vàng Mỹ - Sùng Páo", None),
        ("V.M", None, "V.M", None),
        ("Vàng Mỹ\nCông an xã Bản Vược", None, "Vàng Mỹ", None),
        ("Công an xã Bản Vược", None, "Công an xã Bản Vược", None),
        ("(Theo Báo CAND)", None, None, "Báo CAND"),
        ("Tác giả: Vàng Mỹ | Nguồn: Báo CAND", None, "Vàng Mỹ", "Báo CAND"),
        ("Bài: Vàng Mỹ\nẢnh: Sùng Páo", None, "Vàng Mỹ", None),
        ("Vàng Mỹ\n16/06/2023", "2023-06-16", "Vàng Mỹ", None),
        ("Ngày đăng: 16/06/2023 08:00", "2023-06-16T08:00:00+07:00", None, None),
        ("Giấy phép số 11/GP-STTTT ngày 16/06/2023", None, None, None),
        ("Chia sẻ\nBình luận (1)\nHà My\nBài viết rất hay, cảm ơn các anh.", None, None, None),
    ],
)
def test_lines_below_the_story(
    tail: str, published: str | None, byline: str | None, source: str | None
) -> None:
    article = got("\n\n".join([TITLE, LEAD, *BODY, tail]))
    assert (article["published"], article["byline"], article["source"]) == (
        published,
        byline,
        source,
    )
    assert article["paragraphs"] == list(BODY)
    assert not article["images"]


@pytest.mark.parametrize(
    ("line", "published", "modified", "byline"),
    [
        ("Vàng Mỹ - Thứ Sáu, 16/06/2023, 09:20", "2023-06-16T09:20:00+07:00", None, "Vàng Mỹ"),
        ("Ngày đăng: 16/06/2023 | Lượt xem: 1.204", "2023-06-16", None, None),
        (
            "Đăng lúc 16/06/2023 09:20 - Cập nhật: 17/06/2023 10:00",
            "2023-06-16T09:20:00+07:00",
            "2023-06-17T10:00:00+07:00",
            None,
        ),
        ("Cập nhật: 16/06/2023 09:20", "2023-06-16T09:20:00+07:00", None, None),
        ("Đăng bởi: Vàng Mỹ | 09:20 16/06/2023", "2023-06-16T09:20:00+07:00", None, "Vàng Mỹ"),
        ("Ngày đăng:\n16/06/2023\n09:20", "2023-06-16T09:20:00+07:00", None, None),
    ],
)
def test_forms_of_the_date_line(
    line: str, published: str, modified: str | None, byline: str | None
) -> None:
    article = got("\n\n".join([TITLE, line, LEAD, *BODY]))
    assert (article["title"], article["published"]) == (TITLE, published)
    assert (article["modified"], article["byline"]) == (modified, byline)
    assert article["paragraphs"] == list(BODY)


def test_a_list_that_ends_the_story_is_kept() -> None:
    items = [
        "Đơn vị ủng hộ gồm:",
        "- Công ty Mây Trắng: 100 triệu đồng;",
        "- Chùa Linh Sơn: 50 triệu đồng;",
        "- Hội Chữ thập đỏ: 20 triệu đồng",
    ]
    article = got(
        "\n\n".join([TITLE, STAMP, LEAD, *BODY, *items, BYLINE, "Các tin khác", *RELATED])
    )
    assert article["paragraphs"] == [*BODY, *items]
    assert article["byline"] == BYLINE


def test_points_that_are_texts_of_their_own_are_put_back() -> None:
    parts = ["Đến dự có ông", "Tao Văn Ón", ",", "bà", "Lò Thị Pánh", "và đông đảo bà con", "."]
    article = got("\n".join([TITLE, STAMP, LEAD, *BODY, *parts, "Các tin khác", *RELATED]))
    assert article["paragraphs"] == [
        *BODY,
        "Đến dự có ông Tao Văn Ón, bà Lò Thị Pánh và đông đảo bà con.",
    ]


def test_teasers_in_a_row_make_no_article() -> None:
    teasers = [
        line
        for n in range(1, 9)
        for line in (
            f"Tiêu đề của bài viết thứ {n} trong danh sách",
            f"{n:02}/06/2023 08:00",
            BODY[0],
        )
    ]
    with pytest.raises(newsarchive.NotAnArticle):
        newsarchive.parse("\n".join(["Tin tức - Sự kiện", *teasers]))


@pytest.mark.parametrize(
    "text",
    [
        wrapped(72, indent="   ", numbered=True, menu_last=False) * 1500,
        one_line(gap=False, menu_last=False) + f"\n{BYLINE}" * 60_000,
        f"{one_line(gap=False, menu_last=False)}\n" + "Ảnh: Vàng Mỹ\n" * 30_000,
        "Tin liên quan\nTiêu đề của một bài viết khác\n" * 20_000,
        "một dòng chữ thường không có dấu chấm câu\n" * 30_000,
        "ab\n" * 150_000,
        "**a " * 300_000,
        "(" * 1_000_000,
        " " * 1_000_000 + "x",
        "a\t" * 500_000,
        "[1](" * 200_000,
    ],
    ids=lambda text: repr(text[:20]),
)
def test_huge_dumps_end_soon(text: str) -> None:
    bound = 1.0 + len(text) / 250_000
    assert timing.least(lambda: timing.cpu_seconds(lambda: read(text)), bound) < bound
