"""Captions in a text dump: short lines between paragraphs that are no sub-headings."""

from __future__ import annotations

import re

from newsarchive.reader.dump_marks import ends_sentence
from newsarchive.reader.dump_page import Dump, Kind
from newsarchive.reader.lines import split_credit
from newsarchive.reader.names import UPPER

_MOST = 220
_LEAST = 12
_ENOUGH = 1.5
# Whom or what pictures of such stories show, as the first words of their captions name it.
_SHOWN = re.compile(
    r"(?:đồng chí|đ/c|(?:đại|thượng|trung|thiếu) (?:tướng|tá|úy|uý|sĩ|sỹ)|ông|bà|anh|chị|em|cháu"
    r"|cụ|các|đoàn|đội|tổ|nhóm|lực lượng|công an|cảnh sát|csgt|cán bộ|cbcs|chiến sĩ|chiến sỹ"
    r"|lãnh đạo|đại biểu|đại diện|đối tượng|bị can|bị cáo|hình ảnh|ảnh|một (?:góc|số)"
    r"|hiện trường|toàn cảnh|quang cảnh|khung cảnh)\s",
    re.IGNORECASE,
)
# What nothing but a caption begins with.
_VIEW = re.compile(
    r"(?:hiện trường|toàn cảnh|quang cảnh|khung cảnh|hình ảnh|tang vật|(?:đối tượng|bị can"
    r"|bị cáo) [A-ZĐ])",
    re.IGNORECASE,
)
# What opens a sentence of the story that lost its full stop.
_OPENS = re.compile(
    r"(?:theo đó|ngày|sáng|trưa|chiều|tối|đêm|vừa qua|hiện|hiện nay|sau đó|trước đó|qua đó"
    r"|tuy nhiên"
    r"|bên cạnh|ngoài ra|đồng thời|do đó|vì vậy|được biết|khoảng|cùng với|thời gian|trong khi"
    r"|ngoài)[\s,]",
    re.IGNORECASE,
)
_SIDE = re.compile(
    r"\((?:[^()]*\b)?(?:trái|phải|bìa|ngoài cùng|đứng|ngồi|áo|hàng|giữa|ảnh|x|thứ (?:hai|ba|tư"
    r"|nhất)|từ trái)"
    r"\b[^()]*\)|ảnh minh họa|ảnh tư liệu|ảnh cắt từ|\bảnh (?:trên|dưới)\b",
    re.IGNORECASE,
)
_NAME = re.compile(rf"\s[{UPPER}][^\s{UPPER}]*\s[{UPPER}]")
_LABELLED = re.compile(r"^[^:]{2,45}: ")
_SENTENCES = re.compile(rf"[^\W\d_]{{3,}}[.!?…][”\")]*\s+[(“\"]?[{UPPER}]")
_LISTED = re.compile(
    r"^(?:[-+•*]|\d{1,2}[.)/]\s|[a-zđA-ZĐ][.)]\s|[IVX]{1,4}[.)]\s|(?:điều|bước|bài) \d)",
    re.IGNORECASE,
)


def caption_lines(dump: Dump, story: list[int]) -> set[int]:
    """The lines of a story that are captions; where nothing decides, a line stays in the text."""
    found = set()
    for place, at in enumerate(story):
        line = dump.lines[at]
        if line.picture or not _LEAST <= len(line.text) <= _MOST or line.bullet:
            continue
        if _LISTED.match(line.text) or line.text[-1] in ":;?," or line.cells > 1 or line.heading:
            continue
        if split_credit(line.text)[1] is not None and _is_credited(line.text):
            found.add(at)
            continue
        pictured = place > 0 and dump.lines[story[place - 1]].picture
        if dump.kind(at) is Kind.PROSE and not pictured:
            continue
        if ends_sentence(line.text) and not (pictured and len(line.text) <= 160):
            continue
        if _score(dump, story, place, pictured) >= _ENOUGH:
            found.add(at)
    return found


def _is_credited(text: str) -> bool:
    """Whether a credit at a line's end makes it a caption: 'Nguồn: ...' may cite in the text."""
    return len(text) <= 160 or bool(re.search(r"ảnh", text[-80:], re.IGNORECASE))


def _score(dump: Dump, story: list[int], place: int, pictured: bool) -> float:
    """How much speaks for a caption and against a sub-heading."""
    text = dump.text(story[place])
    words = text.count(" ") + 1
    score = 4.0 * pictured + 3.0 * bool(_SIDE.search(text))
    score += 3.0 * (text[-1] == "|") + 1.0 * bool(_VIEW.match(text))
    score += 1.5 * bool(_SHOWN.match(text))
    named = bool(_NAME.search(text))
    score += 1.0 * (named and words >= 6) + 0.5 * (named and words >= 8)
    score -= 0.5 * (words < 7)
    score += 1.0 * (len(text) >= 60) + 1.0 * (len(text) >= 90)
    score -= 4.0 * ends_sentence(text) + 3.0 * bool(_OPENS.match(text)) + 1.0 * text.isupper()
    score -= 3.0 * bool(_LABELLED.match(text)) + 2.0 * bool(_SENTENCES.search(text))
    return score + 1.5 * _is_last(dump, story, place)


def _is_last(dump: Dump, story: list[int], place: int) -> bool:
    """Whether no paragraph follows: a sub-heading stands above one."""
    return not any(
        dump.kind(at) in (Kind.PROSE, Kind.SENTENCE) for at in story[place + 1 : place + 4]
    ) and any(dump.kind(at) is Kind.PROSE for at in story[:place])
