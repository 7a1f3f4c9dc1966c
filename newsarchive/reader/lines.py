"""The small grammar of captions, leads and last sentences: credits, agency tags, closing marks."""

from __future__ import annotations

import re

from newsarchive.reader.names import UPPER, is_names, signature
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
# What may stand right behind a story's last sentence: a name, a source in brackets. A lone slash
# closes nothing but what a full stop closed.
_MARKED_BEHIND = re.compile(
    r"(?:(?<=\S)\s*(?:\.-+|[.-]+/[./-]*|/[./-]+)|(?<=[.!?…”\"])\s*/)\s*(?P<name>[^/]{2,80})$"
)
_NAME_BEHIND = re.compile(r"(?<=[.!?”])\s+(?P<name>[^\s.!?:,;”]+ [^.!?:,;”]{2,35})$")
_TAKEN_BEHIND = re.compile(r"(?<=[.!?…”])\s*(?P<name>\((?:Theo|Nguồn)\b[^()]{2,80}\)\.?)$")
_TAIL, _SENTENCE = 100, 40  # characters in which a signature may stand; of what it ends at least
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


def unglued(text: str) -> tuple[str, str] | None:
    """(the paragraph, the signature) of 'Công an đã lập biên bản./. Văn Tú'; None else.

    Behind the marks that close official prose anything may sign, behind a mere full stop only
    names of two words or more and a source in brackets.
    """
    tail = text[-_TAIL:]
    for form in (_MARKED_BEHIND, _NAME_BEHIND, _TAKEN_BEHIND):
        match = form.search(tail)
        if match is None or len(text) - len(match[0]) < _SENTENCE:
            continue
        name = match["name"]
        signs = is_names(name) if form is _NAME_BEHIND else signature(name, styled=True)
        if signs:
            story = text[: len(text) - len(match[0])]
            return (story if story[-1] in '.!?…:"”' else story + "."), name
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
