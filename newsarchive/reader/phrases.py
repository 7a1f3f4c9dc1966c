"""Lines that are a page's furniture in any story: told by form, after what such portals print."""

from __future__ import annotations

import re
from functools import lru_cache

from newsarchive.text import unaccent


def _any_of(*phrases: str) -> str:
    return "(?:" + "|".join(phrases) + ")"


# Headings of lists of other stories, unaccented and without punctuation.
_RELATED = re.compile(
    _any_of(
        r"(?:cac )?(?:tin|bai)(?: tuc| viet| bai)? (?:(?:co )?lien quan|khac"
        r"|cung (?:chu de|chuyen muc|su kien|muc)|moi(?: hon| nhat| dang)?"
        r"|cu(?: hon)?|da (?:dua|dang)|doc nhieu|noi bat"
        r"|xem nhieu|truoc(?: do)?|tiep theo)",
        r"(?:nhung )?tin (?:moi|cu) hon",
        r"(?:doc|xem|tham khao) them",
        r"(?:co the|moi) ban (?:quan tam|xem them)",
        r"bai doc them",
        r"(?:theo )?dong su kien",
        r"chuyen muc khac",
        r"(?:tin )?cung (?:chuyen muc|chu de)",
        r"lien quan(?! (?:den|toi) )",  # 'Liên quan đến vụ cháy' is the story's own
        r"related(?: news| posts| articles)?",
        r"recent posts",
        r"other (?:news|articles)",
    )
    + r"\b.{0,24}$"
)
# Tools, counters, comments: whole lines, unaccented and without punctuation.
_FURNITURE = re.compile(
    _any_of(
        r"(?:tu khoa|tags?|the|chu de)(?: tim kiem)?",
        r"(?:chia se|share)(?: (?:bai viet|tin|len|qua|tren|voi ban be|facebook|zalo|twitter|link"
        r"|mang xa hoi|cho ban be|on|this)(?: .{0,25})?)?",
        r"quang cao|advertisements?|tai tro|sponsored",
        r"tweet|like|thich|facebook|zalo|twitter|google(?: news)?|email|print|video|audio|menu",
        r"home|search",
        r"in(?: ra| bai viet| trang| tin| an)?|ban in|luu(?: bai viet(?: nay)?)?",
        r"(?:send|gui) (?:e?mail|bai viet|cho ban be|binh luan)|gioi thieu bai viet cho ban be",
        r"(?:so )?(?:luot|lan) (?:xem|doc|truy cap)(?: \d+)?|\d+ luot (?:xem|doc)|da xem(?: \d+)?",
        r"(?:views?|hits?)(?: \d+)?",
        r"(?:xem (?:voi )?)?co chu(?: .{0,8})?|tuong phan|a a",
        r"doc bai viet|nghe (?:bai|doc bai|tin)(?: viet)?",
        r"sao chep lien ket|copy link|theo doi .{0,60} tren .{0,30}",
        r"y kien ban doc|binh luan(?: \d+)?|phan hoi|ban thay bai viet nay.*",
        r"(?:danh gia|binh chon)(?: bai viet| tin)?(?: \d+)*(?: (?:luot|phieu|sao))?"
        r"(?: (?:danh gia|binh chon|bau chon))?|xep hang(?: \d+)+(?: .{0,20})?",
        r"tong so diem.*|click de danh gia bai viet",
        r"tro (?:lai|ve)(?: .{0,20})?|quay lai|(?:ve|len) dau trang|back to top|skip to content",
        r"trang chu|tim kiem|dang nhap|loading|chuyen muc|danh muc|details|you are here",
        r"xem (?:chi tiet|tiep)|doc tiep|(?:tep )?dinh kem|khong tim thay du lieu",
        r"ban quyen thuoc.*|giay phep so.*|xem cac bai viet cua tac gia|ghi ro nguon.*",
    )
    + "$"
)
# Tools that stand side by side in one line.
_TOOLS = re.compile(
    r"(?:"
    + _any_of(
        r"in(?: ra| bai(?: viet| nay)?| trang| tin| an)?|ban in|print",
        r"(?:gui|send) (?:e?mail|thu|tin|bai (?:viet|nay)|cho ban be)|e?mail|trang de in",
        r"chia se|share|facebook|zalo|twitter|tweet|telegram|linkedin|pinterest|google|rss",
        r"luu(?: tin| bai(?: viet)?(?: nay)?)?|like|thich|copy link|sao chep lien ket",
        r"quay lai|tro (?:lai|ve)(?: trang truoc| dau trang)?|(?:ve|len) dau trang",
        r"(?:xem (?:voi )?)?co chu|(?:tang|giam) co chu|a|aa|tuong phan|mac dinh",
        r"(?:nghe )?doc bai(?: viet)?|nghe bai|binh luan|phan hoi|tai ve",
    )
    + r"(?: |$))+$"
)
_LICENCE = re.compile(
    r"giấy phép (?:số|thiết lập|xuất bản|hoạt động)|\d/GP-|tổng biên tập\s*:"
    r"|chịu trách nhiệm nội dung",
    re.IGNORECASE,
)
_SIGNS = ("giấy phép", "/gp-", "tổng biên tập", "chịu trách nhiệm nội dung")  # of _LICENCE
_MARKS = re.compile(r"[^\w\s]+")
# A site's imprint, unaccented.
_IMPRINT = re.compile(
    _any_of(
        r"[©®]|copyright|ban quyen|giay phep (?:so|thiet lap|xuat ban)|gp so",
        r"(?:so )?(?:dien thoai|dt|fax|tel|hotline|duong day nong)\b.{0,4}[:(\d]",
        r"(?:dia chi|tru so(?: chinh)?|email)\s*:",
        r"chiu trach nhiem|tong bien tap|(?:don vi|co quan) chu quan|thiet ke boi|ghi ro nguon",
    )
)


@lru_cache(maxsize=2048)  # a line is asked about in several steps, a menu's on every page
def plain(text: str) -> str:
    """Unaccented lower-case words with single spaces, no punctuation. For short lines."""
    return " ".join(_MARKS.sub(" ", unaccent(text).lower()).split())


def is_related_heading(text: str) -> bool:
    """Whether the line heads a list of other stories."""
    return len(text) <= 70 and bool(_RELATED.match(plain(text)))


@lru_cache(maxsize=2048)
def is_furniture(text: str) -> bool:
    """Whether the whole line is a page's furniture: print, share, hit counters, font size."""
    return len(text) <= 110 and bool(_FURNITURE.match(plain(text)) or _TOOLS.match(plain(text)))


@lru_cache(maxsize=256)  # a page's long lines are asked about in several steps
def is_imprint(text: str) -> bool:
    """Whether the line is of a site's imprint: licence, address, telephone, who answers for it."""
    if _IMPRINT.match(unaccent(text[:80]).lower().lstrip("'\"“ ")):
        return True
    if len(text) > 400:
        return False
    lower = text.lower()  # hardly any line has one of these words: they are found at once
    return any([sign in lower for sign in _SIGNS]) and _LICENCE.search(text) is not None
