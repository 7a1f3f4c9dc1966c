"""The grammar of single lines: names, units, labels of bylines and sources, credits, furniture.

Rules of form, after the formats seen on such pages; none knows a site, a person or a story.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsarchive.text import clean, fold, unaccent

_UP = "A-ZÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"
_LOW = "a-zàáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
_SYLLABLE = rf"(?:[{_UP}][{_LOW}]{{0,6}}|[{_UP}]{{1,8}})"
_INITIALS = rf"(?:[{_UP}]{{1,3}}\.){{1,3}}[{_UP}]?[{_LOW}{_UP}]{{0,7}}\.?"
_PERSON = re.compile(rf"^(?:{_INITIALS}\s*)?(?:{_SYLLABLE})?(?:[ ]{_SYLLABLE}){{0,4}}$")
_JOIN = re.compile(r"\s*(?:\s[-–—]\s|[;,/&+]|\s(?:và|&)\s|(?<=\w)[-–—](?=\w))\s*")
_UNIT = re.compile(
    r"^(?:Phòng|Đội|Công an|CA\b|CATP|Ban|Trung tâm|Tổ|Cục|Văn phòng|Viện|Sở|Trạm|Đồn|Bộ Tư lệnh|Chi cục"
    r"|Hội|Đoàn|Tiểu đoàn|Trung đoàn|Nhóm|Trường|Trại|Tạp chí|Báo|Đài|Cổng|Cảnh sát|Thanh tra|Khoa|UBND"
    r"|P[ACVXKH]\d\d|PHÒNG|ĐỘI|CÔNG AN|BAN)(?:\s|$)"
)
_ACCOUNT = re.compile(
    r"^(?:admin\w*|administrator|super ?user|quan ?tri(?: ?vien)?|ban bien tap|bbt|bien tap(?: vien)?|webmaster"
    r"|editor|root|user\d*|manager|moderator|quan tri he thong|quan tri (?:cong|trang|website).*|dang boi.*)"
    r"(?: (?:admin\w*|user))?$"
)
COMPILED = "Tổng hợp"

_BYLINE_LABEL = re.compile(
    r"^[(\[]?\s*(?P<label>(?:tác giả|người viết|thực hiện|bài viết|bài|tin bài|tin|phóng viên|pv|ctv|cộng tác viên"
    r"|biên soạn|author|by|viết bởi|người đăng tin)"
    r"(?:\s*(?:,|và|&|-|/|\+)?\s*(?:bài|ảnh|clip|video|hình|thực hiện|phóng sự))*)\s*[:：]\s*(?P<name>.+?)\s*[)\]]?$",
    re.IGNORECASE,
)
_SOURCE_LABEL = re.compile(
    r"^[(\[]?\s*(?:nguồn(?: tin| bài| bài viết)?|dẫn nguồn|trích nguồn|source)\s*[:：]\s*(?P<name>.+?)\s*[)\]]?\.?$",
    re.IGNORECASE,
)
_ACCORDING = re.compile(
    r"^(?P<open>[(\[])?\s*(?:Theo|THEO)\s*[:：]?\s+(?P<name>[^()\[\]]{2,90}?)\s*[)\]]?\.?$"
)
_OUTLET = re.compile(
    r"^(?:báo|tạp chí|cổng|trang|đài|thông tấn|ttxvn|vtv|vov|vgp|antv|cand\b|truyền hình|thời báo|website|bản tin"
    r"|[\w-]+\.(?:vn|com|net|org)\b|[A-ZĐ]{2,8}$)",
    re.IGNORECASE,
)
_AGENCY_TAG = re.compile(
    r"^(?:[(\[]\s*(?P<round>[^()\[\]]{2,30}?)\s*[)\]]\s*[-–—:,]?\s*"
    r"|(?P<plain>[A-ZĐ][A-ZĐ0-9]{1,6}(?:\.[A-Za-z]{2,3})?|[\w]+\.(?:vn|VN|com))\s+[-–—]\s+)(?=\S)"
)
_CREDIT = re.compile(
    r"(?:^|(?P<before>[\s.,;:!?…”\"'|/–—()\[\]-]))[(\[]?\s*"
    r"(?:Ảnh|ẢNH|ảnh|Nguồn ảnh|nguồn ảnh|Nguồn|Photo|Hình|Clip)\s*(?P<colon>[:：])\s*"
    r"(?P<name>[^():：\n]{1,70}?)\s*[)\]]?\s*\.?\s*\|?$"
)
_CREDIT_BARE = re.compile(rf"[.,;!?…”\"]\s*(?:Ảnh|ẢNH)\s+(?P<name>[{_UP}][^():.]{{1,40}}?)\s*\.?$")
_FILE_NAME = re.compile(r"^\S.{0,90}\.(?:jpe?g|png|gif|webp|bmp)(?:\s*-?\s*\d+)?$", re.IGNORECASE)
_END_MARK = re.compile(r"\s*(?:[.…]?\s*/\s*[.-]/?|\.\s?/\.?|/\.)\s*$")

_RELATED = re.compile(
    r"^(?:[>»•*\-–\s]*)(?:(?:cac )?(?:tin|bai)(?: tuc| viet| bai)? (?:(?:co )?lien quan|khac|cung (?:chu de|chuyen muc|su kien|muc)"
    r"|moi(?: hon| nhat| dang)?|cu(?: hon)?|da (?:dua|dang)|doc nhieu|noi bat|xem nhieu|truoc(?: do)?|tiep theo)"
    r"|(?:nhung )?tin (?:moi|cu) hon|xem them|doc them|tham khao them|co the ban quan tam|bai doc them|theo dong su kien"
    r"|chuyen muc khac|tin cung chuyen muc|cung chuyen muc|cung chu de|lien quan|moi ban xem them|tin khac"
    r"|related(?: news| posts| articles)?|recent posts)\b.{0,24}$"
)
_FURNITURE = re.compile(
    r"^(?:(?:tu khoa|tags?|the|chu de)(?: tim kiem)?|chia se(?: .{0,30})?|share|tweet|like|thich|in(?: ra| bai viet| trang| tin)?|gui (?:email|mail|bai viet|cho ban be)"
    r"|luot (?:xem|doc|truy cap)(?: \d+)?|\d+ luot (?:xem|doc)|so luot (?:xem|doc)(?: \d+)?|da xem(?: \d+)?|views?(?: \d+)?|hits(?: \d+)?"
    r"|xem (?:voi )?co chu(?: .{0,6})?|co chu(?: .{0,8})?|tuong phan|doc bai viet|nghe (?:bai|doc bai|tin)(?: viet)?|luu bai viet(?: nay)?|luu"
    r"|gioi thieu bai viet cho ban be|ban in|print|email|facebook|zalo|twitter|google|sao chep lien ket|copy link|(?:send|gui) e?mail|theo doi .{0,60} tren .{0,30}"
    r"|y kien ban doc|binh luan(?: \d+)?|phan hoi|xep hang|danh gia(?: bai viet)?|binh chon(?: bai viet)?|tong so diem.*|click de danh gia bai viet"
    r"|tro (?:lai|ve)(?: .{0,20})?|quay lai|ve dau trang|len dau trang|back to top|trang chu|home|menu|tim kiem|search|dang nhap|loading"
    r"|xem chi tiet|xem tiep|doc tiep|video|audio|chuyen muc|danh muc|details|print|you are here|skip to content|dinh kem|tep dinh kem"
    r"|khong tim thay du lieu|a a|ban quyen thuoc.*|giay phep so.*|xem cac bai viet cua tac gia|gui binh luan|ghi ro nguon.*)$"
)
_IMPRINT = re.compile(
    r"^(?:[©®]|copyright|ban quyen|giay phep (?:so|thiet lap|xuat ban)|gp so|(?:so )?(?:dien thoai|dt|fax|tel|hotline|duong day nong)\b.{0,4}[:(\d]"
    r"|dia chi\s*:|tru so(?: chinh)?\s*:|chiu trach nhiem|tong bien tap|email\s*:|don vi chu quan|co quan chu quan|thiet ke boi)"
)
_UPDATED = re.compile(r"^(?:cap nhat|sua|last updated|updated|chinh sua)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Signature:
    """What a closing (or opening) line says: who wrote, who took the pictures, whose story it is."""

    byline: str | None = None
    source: str | None = None
    labelled: bool = False


def is_person(text: str) -> bool:
    """Whether the text has the form of one person's name or initials ('Văn Tú', 'L.NGUYỄN', 'BT')."""
    return 2 <= len(text) <= 40 and bool(_PERSON.match(text)) and not text.isdigit()


def is_names(text: str) -> bool:
    """Whether the text is one to five names joined by dashes, commas or 'và'."""
    parts = [part for part in _JOIN.split(text) if part]
    return 0 < len(parts) <= 5 and len(text) <= 90 and all(is_person(part) for part in parts)


def is_unit(text: str) -> bool:
    """Whether the text has the form of a unit's name ('Phòng PV01', 'Công an xã ...')."""
    return len(text) <= 90 and bool(_UNIT.match(text)) and text[-1] not in ".!?:;,"


def is_account(text: str) -> bool:
    """Whether it is a CMS account ('admin', 'Super User', 'Ban biên tập'), which wrote nothing."""
    return bool(_ACCOUNT.match(fold(text))) or bool(re.match(r"^[a-z0-9_.@-]{2,40}$", text))


def is_file_name(text: str) -> bool:
    """Whether the line is a picture's file name that leaked into the text."""
    return bool(_FILE_NAME.match(text)) and len(text.split()) <= 8


def is_related_heading(text: str) -> bool:
    """Whether the line heads a list of other stories."""
    return len(text) <= 70 and bool(_RELATED.match(_plain(text)))


def is_furniture(text: str) -> bool:
    """Whether the line is a page's furniture: print, share, hit counters, font size."""
    return len(text) <= 110 and bool(_FURNITURE.match(_plain(text)))


def is_imprint(text: str) -> bool:
    """Whether the line is of a site's imprint: licence, address, telephone, who answers for it."""
    return bool(_IMPRINT.match(unaccent(text[:80]).lower()))


def _plain(text: str) -> str:
    return re.sub(r"[^\w\s]+", " ", unaccent(text).lower()).strip().replace("  ", " ")


def without_end_mark(text: str) -> str:
    """The sentence without './.' that closes Vietnamese official prose, its full stop kept."""
    bare = _END_MARK.sub("", text)
    if bare == text:
        return text
    return bare if bare and bare[-1] in '.!?…:"”' else bare + "."


def signature(text: str, *, styled: bool) -> Signature | None:
    """Read a line as byline or source, or None if it is neither.

    text: one cleaned line. styled: whether it stands apart (right-aligned, bold, italic, in an
    author block): only then does a bare name without a label count.
    """
    text = text.strip().lstrip("./-–—* ").strip()
    if not text or len(text) > 120:
        return None
    match = _SOURCE_LABEL.match(text)
    if match:
        return Signature(source=_outlet(match["name"]), labelled=True)
    match = _BYLINE_LABEL.match(text)
    if match:
        return _labelled(match["name"])
    match = _ACCORDING.match(text)
    if match and (
        match["open"]
        or _OUTLET.match(match["name"])
        or (styled and len(text) <= 50 and match["name"][0].isupper())
    ):
        return Signature(source=_outlet(match["name"]), labelled=True)
    return _bare(text) if styled else None


def _labelled(name: str) -> Signature | None:
    inner = _split_source(name)
    if inner is not None:
        return inner
    name = name.strip(" .-–|,;")
    if not name or is_account(name):
        return Signature(labelled=True)
    if len(name) > 90 or name.count(".") > 4:
        return None
    return Signature(byline=name, labelled=True)


def _split_source(text: str) -> Signature | None:
    """'Văn Tú (Theo Báo CAND)', 'Thu Hà (tổng hợp)', 'Văn Tú - Nguồn: CAND'."""
    match = re.match(
        r"^(?P<name>.{2,60}?)\s*(?:[(\[]|[-–—]\s*|\s)(?P<how>theo|nguồn(?: tin)?\s*:|tổng hợp)\s*:?\s*"
        r"(?P<source>[^()\[\]]{0,80}?)[)\]]?\.?$",
        text,
        re.IGNORECASE,
    )
    if not match:
        return None
    name = match["name"].strip(" .-–—|,;")
    if not (is_names(name) or is_unit(name)):
        return None
    if match["how"].lower() == "tổng hợp":
        return Signature(byline=name, source=_outlet(match["source"]) or None, labelled=True)
    return Signature(byline=name, source=_outlet(match["source"]) or None, labelled=True)


def _outlet(name: str) -> str:
    return name.strip(" .-–—|,;()[]").strip()


def _bare(text: str) -> Signature | None:
    if fold(text) in ("tong hop", "t h"):
        return Signature(byline=text.strip("()[]. "))
    split = _split_source(text)
    if split is not None:
        return split
    name = text.strip("()[] .-–—|").strip()
    if text.rstrip().endswith((".)", "?", "!", ":")) or not name or is_account(name):
        return None
    if text.endswith(".") and not re.search(rf"[{_UP}]\.$", text):
        return None
    if re.search(rf"[{_UP}]\.$", text.rstrip(" -–—|")):
        name = text.strip("()[] -–—|").strip()
    if is_names(name) or is_unit(name):
        return Signature(byline=name)
    return None


def split_credit(text: str) -> tuple[str | None, str | None]:
    """(caption without its credit, credit) of a caption as printed.

    'Quang cảnh. Ảnh: Minh Đức' -> ('Quang cảnh.', 'Minh Đức'); '(Ảnh minh họa)' is no credit.
    """
    text = text.rstrip(" |")
    match = _CREDIT.search(text)
    if match is None:
        bare = _CREDIT_BARE.search(text)
        if bare is None:
            return text or None, None
        return text[: bare.start() + 1].strip() or None, bare["name"].strip()
    credit = match["name"].strip(" .-–—|,;") or None
    if match["name"].endswith(".") and credit and re.search(rf"(?:^|[.\s])[{_UP}]{{1,2}}$", credit):
        credit = match["name"].strip()
    elif (
        credit
        and re.search(rf"^(?:[{_UP}]{{1,3}}\.)+[{_UP}]{{1,3}}$", credit)
        and text.endswith(".")
    ):
        credit += "."
    if credit is not None and fold(credit).startswith("minh hoa"):
        return text, None
    caption = text[: match.start()] + (match["before"] or "")
    return caption.rstrip(" -–—|(,;[/:").strip() or None, credit


def split_agency_tag(text: str) -> tuple[str | None, str]:
    """('ANTV', rest) of '(ANTV) - rest'; (None, text) where no agency tag opens the text."""
    match = _AGENCY_TAG.match(text)
    if match is None:
        return None, text
    tag = (match["round"] or match["plain"]).strip(" -–—:.,")
    inside = match["round"] is not None
    dashed = bool(re.search(r"[-–—]\s*$", match.group()))
    looks = bool(re.match(rf"^[{_UP}][\w. ]*$", tag)) and not re.search(r"\d{2,}", tag)
    if not looks or (inside and not dashed) or len(tag.split()) > 5:
        return None, text
    rest = text[match.end() :].strip()
    return (tag, rest) if len(rest) > 20 else (None, text)


def is_update_label(text: str) -> bool:
    """Whether a line says that it is about a later change."""
    return bool(_UPDATED.match(unaccent(clean(text))))
