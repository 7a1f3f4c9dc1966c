"""What stands around the articles: clocks, menus, teasers, share bars, imprints; small pieces."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from html import escape

from newsarchive.demo.stories import slugify
from templates.story import Heading, Items, Part, Photo, Story

WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
SHORT = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
NUMBERED = ("Thứ 2", "Thứ 3", "Thứ 4", "Thứ 5", "Thứ 6", "Thứ 7", "Chủ nhật")
MENU = (
    "Giới thiệu", "Tin tức - Sự kiện", "An ninh trật tự", "Văn bản pháp quy", "Thủ tục hành chính",
    "Đối tượng truy nã", "Hỏi đáp", "Liên hệ",
)  # fmt: skip
TEASERS = (
    "Công an xã Vĩnh Thạnh Đông giúp dân gặt lúa chạy lũ",
    "Tạm giữ đối tượng cưa trộm gỗ trong vườn quốc gia",
    'Ra mắt mô hình "Tổ liên gia an toàn phòng cháy" tại phường Trúc Lâm',
    "Thông báo truy tìm chủ sở hữu 14 xe mô tô",
    "Hội nghị giao ban công tác quý I",
    "Cảnh báo thủ đoạn giả danh nhân viên điện lực",
    "Tuổi trẻ Công an tỉnh hiến máu tình nguyện",
    "Tìm thấy cháu bé đi lạc sau ba giờ",
)
SUMMARY = (
    "Đơn vị đã kịp thời có mặt, phối hợp với chính quyền địa phương xử lý vụ việc và vận động bà "
    "con giữ gìn an ninh trật tự."
)
IMPRINT = (
    "Giấy phép số 45/GP-TTĐT ngày 12/06/2019 của Sở Thông tin và Truyền thông",
    "Chịu trách nhiệm: Đại tá Hà Thiên Ấn, Phó Giám đốc Công an tỉnh. Điện thoại: 0999.123.456",
    "Đang truy cập: 37. Hôm nay: 1.204. Tổng lượt truy cập: 8.214.559",
)


def e(text: str | None) -> str:
    """The text as HTML; nothing for None."""
    return escape(text or "", quote=False)


def weekday(day: date) -> str:
    """'Thứ Hai' ... 'Chủ Nhật'."""
    return WEEKDAYS[day.weekday()]


def lower_weekday(day: date) -> str:
    """'Thứ hai' ... 'Chủ nhật'."""
    name = weekday(day)
    return name[:4] + name[4:].lower()


def today(story: Story) -> datetime:
    """The day and time of the page's clock: some months after the article."""
    return story.published + timedelta(days=137, hours=2, minutes=17)


def clock(story: Story) -> str:
    """'Thứ sáu, ngày 31/3/2023', as page heads have it."""
    now = today(story)
    return f"{lower_weekday(now)}, ngày {now.day}/{now.month}/{now.year}"


def neighbours(story: Story, start: int, count: int) -> list[tuple[str, str, datetime]]:
    """(title, slug, published) of other articles, newer and older than this one."""
    picked = [(n, TEASERS[n % len(TEASERS)]) for n in range(start, start + count)]
    return [(t, slugify(t), story.published + timedelta(days=9 - 4 * n)) for n, t in picked]


def menu(tag: str = "li", href: str = "/{}") -> str:
    """The entries of the main menu."""
    return "".join(
        f'<{tag}><a href="{href.format(slugify(name))}">{name}</a></{tag}>' for name in MENU
    )


def related(
    story: Story, item: str, *, start: int = 0, count: int = 5, form: str = "%d/%m/%Y"
) -> str:
    """Other articles by `item`, a format of {title}, {slug}, {id} and {date}."""
    return "\n".join(
        item.format(title=e(title), slug=slug, id=900 + start + n, date=when.strftime(form))
        for n, (title, slug, when) in enumerate(neighbours(story, start, count))
    )


def imprint(site: str) -> str:
    """The lines of the page's foot, each a paragraph."""
    lines = (f"Trang thông tin điện tử {site}", *IMPRINT)
    return "".join(f"<p>{line}</p>" for line in lines)


def caption(photo: Photo, form: str = " Ảnh: {}") -> str:
    """The caption as printed, the credit behind it by `form`; escaped."""
    if photo.caption is None:
        return ""
    if photo.credit is None:
        return e(photo.caption)
    stop = "." if form.startswith(" Ảnh") and photo.caption[-1] not in ".!?”" else ""
    return e(photo.caption + stop + form.format(photo.credit))


def flow(
    parts: Sequence[Part],
    photo: Callable[[Photo], str],
    *,
    editor: str,
    text: str = "<p>{}</p>",
    heading: str = "<h3>{}</h3>",
    items: str = "<ul>{}</ul>",
    set_text: Callable[[str], str] = e,
) -> str:
    """The parts of a body in the editor's HTML.

    editor: one of EDITORS. set_text: makes HTML of a text.
    """
    pieces = []
    text = _edited(text, editor)
    for place, part in enumerate(parts):
        if isinstance(part, Photo):
            pieces.append(photo(part))
        elif isinstance(part, Items):
            rows = "".join(f"<li>{set_text(line)}</li>" for line in part.texts)
            pieces.append(items.format(rows))
        elif isinstance(part, Heading):
            pieces.append(heading.format(set_text(part.text)))
        else:
            pieces.append(text.format(_inline(set_text(part), place)))
    return "\n".join(pieces)


def _edited(form: str, editor: str) -> str:
    """The form of a paragraph as the editor leaves it; lines that are no P stay."""
    if not form.startswith("<p"):
        return form
    if editor == "word":
        font = "font-size:14.0pt;font-family:&quot;Times New Roman&quot;,serif"
        return form.replace("{}", f'<span style="{font}">{{}}<o:p></o:p></span>')
    if editor == "divs":
        return form.replace("<p", "<div", 1).replace("</p>", "</div>")
    if editor == "blanks":
        return form + "\n<p>&nbsp;</p>"
    return form.replace("{}", "&nbsp; &nbsp; {}<br />") if editor == "indents" else form


def _inline(html: str, place: int) -> str:
    """What editors do within a line: a word set off, one linked, a space that does not break."""
    words = html.split(" ")
    if place % 3 == 0:
        words[1] = f"<strong>{words[1]}</strong>"
    if place % 4 == 1 and len(words) > 12:
        words[7:9] = [f'<a href="/tu-khoa/{place}">{" ".join(words[7:9])}</a>']
    return " ".join(words[:2]) + ("&nbsp;" if place % 5 == 2 else " ") + " ".join(words[2:])


def maybe(form: str, value: str | None) -> str:
    """`form` around the escaped text; nothing for None."""
    return form.format(e(value)) if value is not None else ""


def opening(story: Story, *, captioned: bool = True) -> tuple[Photo | None, tuple[Part, ...]]:
    """(the picture that opens the story, the other parts), for systems with a place for it.

    captioned: whether a caption can stand there too.
    """
    first = story.parts[0]
    if isinstance(first, Photo) and (captioned or first.caption is None):
        return first, story.parts[1:]
    return None, story.parts
