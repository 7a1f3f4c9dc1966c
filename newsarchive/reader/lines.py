"""The small grammar of captions, leads and last sentences: credits, agency tags, closing marks."""

from __future__ import annotations

import re

from newsarchive.reader.names import UPPER
from newsarchive.text import fold

_AGENCY_TAG = re.compile(
    r"^(?:[(\[]\s*(?P<round>[^()\[\]]{2,40}?)\s*[)\]]\s*[-–—:,]?\s*"
    r"|(?P<plain>[A-ZĐ][A-ZĐ0-9]{1,6}(?:\.[A-Za-z]{2,8}|\s(?:Online|News))?|[\w]+\.(?:vn|VN|com))"
    r"\s+[-–—]\s+)(?=\S)"
)
_DASH = re.compile(r"^[-–—]\s+(?=\w)")
_CREDIT = re.compile(
    r"(?:^|(?P<before>(?<!\b[Tt]rong)[\s.,;:!?…”\"'|/–—()\[\]-]))[(\[]?\s*"
    r"(?:(?:Ảnh|ẢNH|ảnh)(?: tư liệu| minh họa)?|[Nn]guồn ảnh|Nguồn|Photo|Hình|Clip)"
    r"\s*(?P<colon>[:：])\s*(?P<name>[^():：\n]{1,70}?)\s*[)\]]?\s*\.?\s*\|?$"
)
_CREDIT_BARE = re.compile(
    rf"[.,;!?…”\"]\s*(?:Ảnh|ẢNH)\s+(?P<name>[{UPPER}][^():.]{{1,40}}?)\s*\.?$"
)
_FILE_NAME = re.compile(r"^\S.{0,90}\.(?:jpe?g|png|gif|webp|bmp)(?:\s*-?\s*\d+)?$", re.IGNORECASE)
_END_MARK = re.compile(r"\s*(?:[.…]?\s*/\s*[.-]/?|\.\s?/\.?|/\.)\s*$")


def is_file_name(text: str) -> bool:
    """Whether the line is a picture's file name that leaked into the text."""
    return bool(_FILE_NAME.match(text)) and len(text.split()) <= 8


def without_end_mark(text: str) -> str:
    """The sentence without './.' that closes Vietnamese official prose, its full stop kept."""
    bare = _END_MARK.sub("", text)
    if bare == text:
        return text
    return bare if bare and bare[-1] in '.!?…:"”' else bare + "."


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
    if credit and re.search(rf"^(?:[{UPPER}]{{1,3}}\.)+[{UPPER}]{{1,3}}$", credit):
        # Initials keep the full stop that belongs to them: 'H.Y.T.'
        credit += "." if text.endswith(".") else ""
    if credit is not None and fold(credit).startswith("minh hoa"):
        return text, None
    caption = text[: match.start()] + (match["before"] or "")
    return caption.rstrip(" -–—|(,;[/:").strip() or None, credit


def split_agency_tag(text: str) -> tuple[str | None, str]:
    """('ANTV', rest) of '(ANTV) - rest'; (None, text) where no agency tag opens the text."""
    text = _DASH.sub("", text)  # of a tag that was not printed
    match = _AGENCY_TAG.match(text)
    if match is None:
        return None, text
    tag = (match["round"] or match["plain"]).strip(" -–—:.,")
    bracketed = match["round"] is not None
    dashed = bool(re.search(r"[-–—]\s*$", match.group()))
    looks = bool(re.match(rf"^(?:[{UPPER}][\w. ]*|[\w.-]+\.(?:vn|com|net|org))$", tag))
    looks = looks and not re.search(r"\d{2,}", tag)
    if not looks or (bracketed and not dashed and not tag.isupper()) or len(tag.split()) > 5:
        return None, text
    rest = text[match.end() :].strip()
    return (tag, rest) if len(rest) > 20 else (None, text)
