"""What single lines of a dump are, told by their form alone."""

from __future__ import annotations

import re

from newsarchive import dates
from newsarchive.reader.lines import split_credit
from newsarchive.reader.names import UPPER, is_names, signature
from newsarchive.reader.phrases import is_furniture, is_related_heading, plain

_HOME = r"(?:trang chủ|trang nhất|trang đầu|home|you are here|bạn đang (?:ở|xem)(?: đây)?)"
_TRAIL = re.compile(
    rf"^(?:[»›>/]\s*[^»›>/]{{2,60}}[»›>/]\s*\S|{_HOME}\s*(?:[:：»›>/→|\\]|-\s|\s*::))",
    re.IGNORECASE,
)
TRAIL_PARTS = (
    re.compile(r"\s*(?:>>|[»›>→\\])\s*"),
    re.compile(r"\s*(?:/|::)\s*"),
    re.compile(r"\s*\|\s*"),
    re.compile(r"\s+-\s+"),
)
"""What parts a trail: the first of these that stands in it."""
TAGS = re.compile(
    r"^(?:(?:tags?|từ khóa|từ khoá|thẻ|keywords?|nhãn)(?: bài viết| liên quan| tìm kiếm)?\s*[:：]"
    r"|(?:tags?|từ khóa|từ khoá|keywords?|thẻ)$)\s*",
    re.IGNORECASE,
)
PLACE = re.compile(
    r"^(?:chuyên mục|danh mục|thể loại|category|section)\s*[:：]\s*(?P<name>.{2,60})$",
    re.IGNORECASE,
)
_HASHTAGS = re.compile(r"^#\w{2,}(?:[\s,;]+#\w{2,})+$")
# Unaccented and without punctuation: what opens readers' comments, or lists and boxes of a page.
_COMMENTS = re.compile(
    r"(?:(?:cac )?binh luan|(?:gui|viet|them) (?:binh luan|y kien|phan hoi|nhan xet).*"
    r"|y kien (?:ban doc|doc gia|cua ban|phan hoi).*|(?:y kien|phan hoi|nhan xet|comments?)"
    r"|leave a (?:reply|comment)|(?:xem )?tat ca binh luan)(?: ban doc)?(?: \d+)?$"
)
_BOX = re.compile(
    r"(?:(?:tin|bai|bai viet|video|anh|chu de)? ?(?:doc|xem|quan tam) nhieu(?: nhat)?(?: .{0,15})?"
    r"|(?:tin|bai|video|tin tuc|bai viet) (?:noi bat|moi nhat|tieu diem|nong|hot|moi)(?: .{0,15})?"
    r"|(?:noi bat|moi nhat|tieu diem)(?: .{0,12})?"
    r"|(?:xem|doc) (?:tiep|them)|(?:moi|ban) .{0,12}(?:xem|doc) them|thoi tiet"
    r"|lien ket(?: .{0,12})?|(?:thong ke|luot|so luot) truy cap|dang truy cap .*|chon lien ket"
    r"|(?:multimedia|thu vien)(?: .{0,12})?|video(?: clips?)?|van ban(?: .{0,12})?"
    r"|cung (?:chuyen muc|chu de|muc|su kien|tac gia)|xem them bai .*|(?:bai|tin) (?:truoc|sau"
    r"|ke tiep|tiep)"
    r"|prev(?:ious)?(?: (?:post|article))?|next(?: (?:post|article))?|latest (?:articles|posts"
    r"|news)|shares?|(?:ve|len|tro (?:ve|lai)) (?:dau trang|trang truoc)"
    r"|(?:ve|len|tro ve|tro lai) (?:dau trang|trang truoc) .*|top)$"
)
_OTHERS = re.compile(r"^(?:\S+ ){1,4}khác:?$", re.IGNORECASE)
_LAW = re.compile(
    r"^\W*(?:©|®|copyright|bản quyền (?:thuộc|của|©|\d)|(?:số )?giấy phép\s*(?:số|gp|:|thiết lập"
    r"|xuất bản|hoạt động báo|báo|trang|mạng)|gp số"
    r"|chịu trách nhiệm\s*(?::|nội dung|chính|xuất bản|quản lý)|tổng biên tập\s*:"
    r"|(?:cơ quan|đơn vị) chủ quản|thiết kế bởi|(?:vui lòng |đề nghị )?ghi rõ nguồn)",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"^(?:(?:kính )?mời (?:quý )?(?:bạn đọc|độc giả|khán giả|quý vị|các bạn|bạn )"
    r"|(?:hotline|e-?mail|tel|fax|trực ban|liên hệ (?:tòa soạn|quảng cáo))"
    r"\b.{0,60}(?:\d{3}|@)|(?:hãy |cùng )?theo dõi .{2,60} trên .{2,40}|follow us"
    r"|(?:bấm|nhấn|click|quét) .{0,40}(?:theo dõi|đăng ký|mã qr)"
    r"|(?:bạn (?:cần|phải|vui lòng)|vui lòng|hãy) (?:đăng nhập|đăng ký).{0,60}bình luận"
    r"|\S+@[\w-]+(?:\.[\w-]+)+$|(?:https?://|www\.)\S+$)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:tác giả(?: bài viết)?|nguồn|nguồn tin|nguồn ảnh|người viết|người đăng|đăng bởi"
    r"|ngày(?: đăng| viết| tạo)?"
    r"|ngày xuất bản|đăng(?: ngày| lúc)|thời gian(?: đăng)?|cập nhật(?: lần cuối)?|(?:đã|lượt"
    r"|số lượt) xem"
    r"|lượt đọc|(?:tin|bài)(?:\s*(?:,|và|&)\s*ảnh)?|ảnh|thực hiện|theo|chuyên mục|views?"
    r"|hits?)\s*[:：]$",
    re.IGNORECASE,
)
_CREDIT = re.compile(r"[(\[]?\s*(?:nguồn )?(?:ảnh|hình|photo)", re.IGNORECASE)
_CLOCK = re.compile(
    r"(?:lúc\s*|\|\s*)?[0-9]{1,2}\s?(?::|h|giờ)\s?[0-9]{2}(?::[0-9]{2})?(?:\s?(?:sa|ch|am|pm"
    r"|phút|sáng|trưa|chiều|tối))?"
    r"(?: ?\(?gmt ?\+ ?7\)?)?",
    re.IGNORECASE,
)
_RELATED_LINK = re.compile(
    r"^(?:>{1,3}|»|(?:xem|đọc|tham khảo) thêm\s*[:：]|(?:tin|bài)(?: viết)? liên quan\s*[:：]"
    r"|(?:bài|tin)(?: viết)? (?:trước|sau|tiếp theo|kế tiếp)\s*[:：])\s*\S",
    re.IGNORECASE,
)
_TOOL = re.compile(
    r"^(?:a\s?[-+]|[-+]\s?a|a[-+]? ?a[-+]?|(?:nam|nữ) miền (?:bắc|nam|trung)"
    r"|\d+:\d+(?: ?/ ?\d+:\d+)?"
    r"|(?:nghe|đọc) (?:đọc |nội dung )?(?:bài|tin).{0,20}|google news|loading\W*|tốc độ đọc.{0,10}"
    r"|xem (?:với )?cỡ chữ.{0,12}|cỡ chữ.{0,12}|(?:chia sẻ|share|in|lưu)(?: (?:bài|tin))?(?: viết)?"
    r"|\d+(?:\.\d+)* (?:lượt (?:xem|đọc)|bình luận|views?)|đã (?:xem|đọc)\W*\d[\d.,]*"
    r"|không tìm thấy dữ liệu\W*"
    r"|(?:chuyên mục|danh mục|thể loại|category)\s*:.{0,50}"
    r"|trình duyệt .{0,20}không hỗ trợ.{0,40}|breadcrumbs?|nhảy đến nội dung"
    r"|copy link thành công)$",
    re.IGNORECASE,
)
_POSTED = re.compile(
    r"^(?:(?:được )?(?:đăng|gửi|viết)(?: lên)? bởi|bởi|by|posted by)\s", re.IGNORECASE
)
_SPEECH = re.compile(r"^(?:.{0,200}:\s*)?[“\"][^“”\"]*[”\"]$")
_UPPER_FIRST = re.compile(rf"^[“\"'(\[‘]?[{UPPER}0-9]")


def is_prose(text: str) -> bool:
    """Whether a line is surely running text: long, or a sentence of some length."""
    if len(text) < 60:
        return False
    if ends_sentence(text):
        return True
    return len(text) >= 230 or (len(text) >= 100 and text[-1] in ":;")


def ends_sentence(text: str) -> bool:
    """Whether a line closes a sentence; a quoted name at the end of a headline closes none."""
    last = text[-1]
    if last in ".!?…":
        return True
    if last in "”\"’')]":
        bare = text.rstrip("”\"’')] ")
        return bare[-1:] in ".!?…" or (last in '”"' and bool(_SPEECH.match(text)))
    return text.endswith("./-")


def is_trail(text: str) -> bool:
    """Whether the line is a breadcrumb trail."""
    return len(text) <= 300 and bool(_TRAIL.match(text)) and text[-1] not in ".!?"


def is_hashtags(text: str) -> bool:
    """Whether the line is nothing but hashtags."""
    return text.startswith("#") and bool(_HASHTAGS.match(text))


def opens_comments(text: str) -> bool:
    """Whether readers' comments begin here."""
    return len(text) <= 60 and bool(_COMMENTS.match(plain(text)))


def opens_list(text: str) -> bool:
    """Whether a list of other stories or another box of the page begins here."""
    if len(text) > 70 or text[-1] in ".!?,;" or _UPPER_FIRST.match(text) is None:
        return bool(re.match(r"^\W*(?:xem|đọc) (?:tiếp|thêm)\W*$", text[:40], re.IGNORECASE))
    if is_related_heading(text):
        return True
    if len(text) > 45:
        return False
    return bool(_BOX.match(plain(text)) or _OTHERS.match(text))


def is_law(text: str) -> bool:
    """Whether the line is of a site's imprint and of nothing else: licence, rights, who answers."""
    return bool(_LAW.match(text[:80]))


def is_contact(text: str) -> bool:
    """Whether the line gives the office's addresses, or asks readers for something."""
    if len(text) > 200 or (len(text) >= 40 and text[-1] == "."):
        return False
    return bool(_CONTACT.match(text))


def is_posted(text: str) -> bool:
    """Whether the line says who put the page up, account and all: 'Được gửi bởi quantri vào'."""
    return len(text) <= 80 and bool(_POSTED.match(text))


def is_related_link(text: str) -> bool:
    """Whether the line is one link to another story within this one: '>> Bắt hai đối tượng'."""
    return len(text) <= 250 and text[-1] != "." and bool(_RELATED_LINK.match(text))


def is_tool(text: str) -> bool:
    """Whether the line is the page's furniture: tools, counters, sizes of letters."""
    return is_furniture(text) or (len(text) <= 60 and bool(_TOOL.match(text)))


def is_label(text: str) -> bool:
    """Whether the line is a label whose value is the next line."""
    return len(text) <= 30 and bool(_LABEL.match(text))


def is_clock(text: str) -> bool:
    """Whether the line is nothing but a time of day."""
    return len(text) <= 24 and bool(_CLOCK.fullmatch(text))


def is_menu(text: str, cells: int) -> bool:
    """Whether the line is a row of a menu: several short names side by side."""
    if len(text) > 400:
        return False
    menu = re.search(
        r"\b(?:trang chủ|giới thiệu|liên hệ|sơ đồ (?:trang|cổng))\b", text, re.IGNORECASE
    )
    return menu is not None and (cells >= 3 or len(re.split(r"\s[|•·]\s", text)) >= 3)


def is_credit(text: str) -> bool:
    """Whether the line is a picture's credit and nothing else."""
    if len(text) > 80 or not _CREDIT.match(text):
        return False
    caption, credit = split_credit(text)
    return caption is None and credit is not None


def stamp_of(text: str) -> dates.Stamp | None:
    """The date of a short line that prints one, with whatever else stands in it."""
    if not 6 <= len(text) <= 160 or not dates.possible(text) or is_law(text):
        return None
    return dates.read(text)


def stands_alone(text: str) -> bool:
    """Whether a line is whole in itself and neither begins nor continues a paragraph."""
    if len(text) > 160:
        return False
    if is_tool(text) or opens_list(text) or opens_comments(text) or is_law(text) or is_trail(text):
        return True
    if TAGS.match(text) or is_contact(text) or is_hashtags(text):
        return True
    stamp = stamp_of(text)
    if stamp is not None and (not stamp.rest or is_names(stamp.rest)):
        return True
    found = signature(text, styled=False)
    return found is not None and found.labelled


def is_signed(text: str) -> bool:
    """Whether a line has the form of a signature: names, a unit, a label and a name."""
    return len(text) <= 120 and signature(text, styled=True) is not None
