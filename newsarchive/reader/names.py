"""Names: persons and units in Vietnamese, and the lines that say who wrote a story, or for whom.

Rules of form, after the formats seen on such pages; none knows a site, a person or a story.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from newsarchive.text import fold

UPPER = "A-ZÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"
_LOWER = "a-zàáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
_SYLLABLE = rf"(?:[{UPPER}][{_LOWER}]{{0,6}}|[{UPPER}]{{1,8}})"
_INITIALS = rf"(?:[{UPPER}]{{1,3}}\.){{1,3}}[{UPPER}]?[{_LOWER}{UPPER}]{{0,7}}\.?"
_PERSON = re.compile(rf"^(?:{_INITIALS}\s*)?(?:{_SYLLABLE})?(?:[ ]{_SYLLABLE}){{0,4}}$")
_JOIN = re.compile(r"\s*(?:\s[-–—]\s|[;,/&+]|\s(?:và|&)\s|(?<=\w)[-–—](?=\w))\s*")
_UNIT_WORDS = (
    "Phòng|Đội|Cơ quan|Công an|CATP|Ban|Trung tâm|Tổ|Cục|Văn phòng|Viện|Sở|Trạm|Đồn|Bộ Tư lệnh|Hội"
    "|Chi cục|Đoàn|Tiểu đoàn|Trung đoàn|Nhóm|Trường|Trại"
    "|Tạp chí|Báo|Đài|Cổng|Cảnh sát|Thanh tra|Khoa|UBND"
    "|PHÒNG|ĐỘI|CÔNG AN|BAN"
)
_UNIT = re.compile(rf"^(?:{_UNIT_WORDS}|CA\b|P[ACVXKH]\d\d)(?:\s|$)")
_HANDLE = re.compile(r"^[a-z0-9_.@-]{2,40}$")
_ACCOUNT = re.compile(
    r"^(?:admin\w*|administrator|super ?user|quan ?tri(?: ?vien)?|ban bien tap|bbt"
    r"|bien tap(?: vien)?|webmaster|editor|root|user\d*|manager|moderator"
    r"|quan tri (?:he thong|cong|trang|website).*"
    r"|(?:test|demo|guest|khach|superadmin|sysadmin|system|host)\w*|dang boi.*"
    r"|(?P<twice>\w+) (?P=twice))(?: (?:admin\w*|user))?$"  # 'Test Test': first and last name
)
_LABELS = (
    "tác giả(?: bài viết| tin bài)?|người viết|thực hiện|bài viết|bài|tin bài|tin|phóng viên|pv"
    "|ctv|cộng tác viên|biên soạn|author|by|viết bởi|người đăng tin"
)
_WORKS = "bài|ảnh|clip|video|hình|thực hiện|phóng sự"
_BYLINE = re.compile(
    rf"^[(\[]?\s*(?:{_LABELS})(?:\s*(?:,|và|&|-|/|\+)?\s*(?:{_WORKS}))*\s*[:：]\s*(?P<name>.+?)\s*[)\]]?$",
    re.IGNORECASE,
)
_GENRE = re.compile(
    r"^(?:ghi chép|phóng sự|bút ký|ký sự|tản văn|bài viết|thực hiện)(?:\s+của|\s*[:：])\s*"
    r"(?P<name>.+)$",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"^[(\[]?\s*(?:nguồn(?: tin| bài| bài viết)?|dẫn nguồn|trích nguồn|source)\s*[:：]\s*"
    r"(?P<name>.+?)\s*[)\]]?\.?$",
    re.IGNORECASE,
)
_ACCORDING = re.compile(
    r"^(?P<open>[(\[])?\s*(?:Theo|THEO)\s*[:：]?\s+(?P<name>[^()\[\]]{2,90}?)\s*[)\]]?\.?$"
)
_OUTLET = re.compile(
    r"^(?:báo|tạp chí|cổng|trang|đài|thông tấn|ttxvn|vtv|vov|vgp|antv|cand\b|truyền hình|thời báo"
    r"|website|bản tin|[\w-]+(?:\.[\w-]+)*\.(?:vn|com|net|org)\b|(?!ctv|pv|btv|bbt)[A-ZĐ]{2,8}$)",
    re.IGNORECASE,
)
_BOTH = re.compile(
    r"^(?P<name>.{2,60}?)\s*(?:[(\[]\s*|\s[-–—]\s*|\s(?=tổng hợp|nguồn))"
    r"(?P<how>theo|nguồn(?: tin)?\s*:|tổng hợp|thực hiện|lược ghi|ghi|t/h)\b\s*:?\s*"
    r"(?P<source>[^()\[\]]{0,80}?)[)\]]?\.?$",
    re.IGNORECASE,
)
# Labels whose name stands in another line.
_WORDS_ALONE = frozenset(
    (
        "boi",
        "by",
        "author",
        "tac gia",
        "nguon",
        "theo",
        "anh",
        "tin",
        "bai",
        "nguoi viet",
        "dang boi",
    )
)
_PICTURES_OF = re.compile(r"\s*\((?:nguồn )?(?:video|ảnh|clip|hình)\b[^()]*\)$", re.IGNORECASE)
_SITE = re.compile(
    r"(?:cong an (?:tinh|thanh pho|tp|huyen|thi xa|quan|xa|phuong|t )|bo cong an|ubnd"
    r"|uy ban nhan dan|phong canh sat|trang (?:thong tin|chu|tin|nhat)|cong thong tin|bao |website"
    r"|tin tuc$|chi tiet)"
)
_TOOL = re.compile(r"\s+(?:copy link|sao chép liên kết|link bài gốc)\b.*$", re.IGNORECASE)
_COMRADE = re.compile(r"^(?:đ/c|đồng chí)\.?\s+", re.IGNORECASE)
# Ranks and callings printed before a name; they stay part of the byline.
_RANK = re.compile(
    r"^(?:(?:(?:đại|thượng|trung|thiếu) (?:tướng|tá|úy|uý|sĩ|sỹ)|hạ sĩ|hạ sỹ|binh nhất|binh nhì"
    r"|pgs|gs|ts|ths|ls|bs|luật sư|tiến sĩ|thạc sĩ|nhà báo|phóng viên|pv|ctv|cộng tác viên"
    r"|cán bộ|chiến sĩ)(?:\.\s*|\s*[,–-]\s*|\s+))+(?=\S)",
    re.IGNORECASE,
)
_NAME_OF_UNIT = re.compile(r"^(?P<name>[^()]{2,50}?)\s*\((?P<unit>[^()]{2,80})\)$")
# 'Ảnh: Đức Duy; Bài: Hồng Nhung': each its own work.
_WORK = re.compile(
    r"^(?P<work>(?:tin|bài|ảnh|clip|video|hình|nội dung|thực hiện|trình bày|đồ họa|thiết kế"
    r"|kỹ thuật|biên tập|dựng)(?:\s*[,&và+-]*\s*(?:tin|bài|ảnh|clip|video|hình))*)"
    r"\s*[:：]\s*(?P<name>[^:：]+)$",
    re.IGNORECASE,
)
_WRITING = ("tin", "bài", "nội dung", "thực hiện")
_EDGES = " .-–—|,;()[]"
_LONGEST = 400  # characters of a line that may sign; what stands in brackets or is a tool counts


@dataclass(frozen=True, slots=True)
class Signature:
    """What a line says of a story's making: who wrote it, whose it is.

    labelled: whether a label said so; a labelled line of a mere account has neither.
    """

    byline: str | None = None
    source: str | None = None
    labelled: bool = False


def is_person(text: str) -> bool:
    """Whether the text has the form of one person's name or initials ('Văn Tú', 'L.NGUYỄN')."""
    return 2 <= len(text) <= 40 and bool(_PERSON.match(text))


def is_names(text: str) -> bool:
    """Whether the text is one to five names joined by dashes, commas or 'và'."""
    if len(text) > 90:  # asked first: a whole paragraph takes long to split
        return False
    parts = [_RANK.sub("", part) for part in _JOIN.split(_RANK.sub("", text)) if part]
    return 0 < len(parts) <= 5 and all(is_person(part) for part in parts)


def is_initials(text: str) -> bool:
    """Whether the text is a name shortened with full stops: 'H.Thanh', 'L.NGUYỄN'."""
    return "." in text.strip(".") and bool(re.fullmatch(_INITIALS, text.strip()))


def with_outlet(text: str) -> Signature | None:
    """'Thế Duyệt, Đời sống Pháp luật': a name and the outlet it wrote for, in an author's line."""
    name, comma, outlet = text.partition(", ")
    if not comma or not is_person(name) or not outlet[:1].isupper() or is_names(outlet):
        return None
    return Signature(byline=name, source=outlet) if 4 <= len(outlet) <= 50 else None


def is_unit(text: str) -> bool:
    """Whether the text has the form of a unit's name ('Phòng PV01', 'Công an xã ...')."""
    few = len(text) <= 70 and len(text.split()) <= 12 and text[-1:] not in ".!?:;,"
    return few and bool(_UNIT.match(text)) and not re.search(r"[,“”\"]", text)


def is_sites(text: str, site_name: str) -> bool:
    """Whether a page's title or a line is the name of a site, as stands on all its pages."""
    folded = fold(text)
    return is_unit(text) or folded == fold(site_name) or bool(_SITE.match(folded))


@lru_cache(maxsize=256)
def is_account(text: str) -> bool:
    """Whether it is a CMS account ('admin', 'Super User', 'Ban biên tập'), which wrote nothing."""
    return bool(_HANDLE.match(text) or _ACCOUNT.match(fold(text)))


@lru_cache(maxsize=64)  # a story's last lines are asked about in several steps
def signature(text: str, *, styled: bool) -> Signature | None:
    """Read a line as byline or source, or None if it is neither.

    text: one cleaned line. styled: whether it stands apart (right-aligned, bold, italic, in an
    author block): only then does a bare name without a label count.
    """
    if len(text) > _LONGEST:
        return None
    text = _TOOL.sub("", _PICTURES_OF.sub("", text.strip().lstrip("./-–—* ").strip()))
    if not text or len(text) > 120:
        return None
    match = _SOURCE.match(text)
    if match:
        return Signature(source=match["name"].strip(_EDGES), labelled=True)
    works = _works(text)
    if works is not None:
        return works
    match = _BYLINE.match(text)
    if match:
        return _labelled(match["name"])
    match = _GENRE.match(text)
    if match and is_names(match["name"].strip(_EDGES)):
        return Signature(byline=match["name"].strip(_EDGES), labelled=True)
    match = re.match(r"^\((?P<name>[^()]{2,40})\)\.?$", text)
    if match and styled and _OUTLET.match(match["name"]):
        return Signature(source=match["name"].strip(_EDGES), labelled=True)
    match = _ACCORDING.match(text)
    if match:
        short = styled and len(text) <= 50 and match["name"][0].isupper()
        if match["open"] or _OUTLET.match(match["name"]) or short:
            return Signature(source=match["name"].strip(_EDGES), labelled=True)
    return _bare(text) if styled else None


def _works(text: str) -> Signature | None:
    """'Ảnh: Đức Duy; Bài: Hồng Nhung': who wrote, of those who made picture and text."""
    parts = re.split(r"\s*[;|,–—-]\s+(?=\S{2,9}(?: \S{2,6})?\s*:)|\s*;\s*", text.strip("()[] ."))
    works = [_WORK.match(part) for part in parts]
    if len(works) < 2 or not all(works):
        return None
    wrote = [m["name"].strip(_EDGES) for m in works if m and m["work"].lower().startswith(_WRITING)]
    return Signature(byline=" - ".join(dict.fromkeys(wrote)) or None, labelled=True)


def _labelled(name: str) -> Signature | None:
    both = _name_and_source(name)
    if both is not None:
        return both
    name = name.strip(" -–—|,;")
    name += ")" if name.count("(") > name.count(")") else ""
    unit = _NAME_OF_UNIT.match(name)
    if unit and is_names(unit["name"]) and _OUTLET.match(unit["unit"]):
        return Signature(byline=unit["name"], source=unit["unit"], labelled=True)
    if not re.search(rf"[{UPPER}]\.$", name):
        name = name.rstrip(".")
    if not name or is_account(name):
        return Signature(labelled=True)
    if len(name) > 90 or len(name.split()) > 14 or name.count(".") > 4 or name[-1] in "?!:;":
        return None
    return Signature(byline=name, labelled=True)


def _name_and_source(text: str) -> Signature | None:
    """'Văn Tú (Theo Báo CAND)', 'Thu Hà (tổng hợp)', 'Văn Tú - Nguồn: CAND'."""
    match = _BOTH.match(text)
    if not match:
        return None
    name = match["name"].strip(" .-–—|,;")
    if not (is_names(name) or is_unit(name)):
        return None
    return Signature(byline=name, source=match["source"].strip(_EDGES) or None, labelled=True)


def _bare(text: str) -> Signature | None:
    if fold(text) in _WORDS_ALONE:
        return None
    if fold(text) in ("tong hop", "t h"):
        return Signature(byline=text.strip("()[]. "))
    both = _name_and_source(text)
    if both is not None:
        return both
    if text.endswith((".)", "?", "!", ":")):
        return None
    initials = bool(re.search(rf"[{UPPER}]\.$", text.rstrip(" -–—|")))
    if text.endswith(".") and not initials:
        return None
    name = text.strip("()[] -–—|") if initials else text.strip("()[] .,-–—|")
    if not name or is_account(name):
        return None
    name = _COMRADE.sub("", name)
    person, _, unit = name.partition(" - ")
    if is_names(name) or is_unit(name) or (is_names(person) and is_unit(unit or "-")):
        return Signature(byline=name)
    return _of_unit(text)


def _of_unit(text: str) -> Signature | None:
    """'Nguyễn Văn Hải (Công an xã Tân Lập)': a name with its unit in brackets."""
    match = _NAME_OF_UNIT.match(text)
    if match and is_names(match["name"]) and _OUTLET.match(match["unit"]):
        return Signature(byline=match["name"], source=match["unit"])
    if match and is_names(match["name"]) and (is_unit(match["unit"]) or is_names(match["unit"])):
        return Signature(byline=text)
    return None
