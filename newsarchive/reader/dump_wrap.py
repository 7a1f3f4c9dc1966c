"""Paragraphs out of a dump's lines: wrapped lines and the pieces of split ones put together."""

from __future__ import annotations

import re
from itertools import pairwise

from newsarchive.reader.dump_lines import PARTS, Line
from newsarchive.reader.dump_marks import (
    TAGS,
    ends_sentence,
    is_clock,
    is_credit,
    is_label,
    is_prose,
    is_signed,
    is_trail,
    opens_comments,
    opens_list,
    stamp_of,
    stands_alone,
)
from newsarchive.reader.names import is_account, is_names, signature
from newsarchive.reader.phrases import is_furniture

_NARROWEST, _WIDEST = 40, 160
_NARROW = 100  # no line of a dump is wider: its paragraphs are surely wrapped
_SLACK = 14  # columns that a long word leaves empty at the end of a wrapped line
# Words that no line ends with: what they need is in the next one.
_EXPECTS = re.compile(
    r"(?:^|[\s(“\"])(?:và|của|với|tại|do|là|cho|bởi|các|những|ông|bà|gồm|ngày|đồng chí|đ/c|tên là"
    r"|(?:đại|thượng|trung|thiếu) (?:tướng|tá|úy|uý|sĩ|sỹ)|hạ sĩ)$",
    re.IGNORECASE,
)
# Of these, those that end no name of a menu and no headline: blank lines notwithstanding.
_SURELY = re.compile(
    r"(?:^|\s)(?:và|của|tại|là|bởi|(?:đại|thượng|trung|thiếu) (?:tướng|tá|úy|uý|sĩ|sỹ))$",
    re.IGNORECASE,
)
_CREDITS = re.compile(r"\s\(?(?:ảnh|nguồn ảnh)\s*:$", re.IGNORECASE)
_OPENS = re.compile(
    r"^(?:theo|ngày|sáng|trưa|chiều|tối|đêm|tại|trong|thực hiện|vừa qua|qua|khoảng|trước|sau"
    r"|căn cứ)\s",
    re.IGNORECASE,
)
_LISTED = re.compile(r"^(?:\d{1,2}[.)]|[a-zđ][.)]|[IVX]{1,4}\.)\s")
_ADDRESS = re.compile(r"[^ ]*@|https?:|www\.")
_ITEM = re.compile(r"[a-zđ][.)]\s")
_AGENCY = re.compile(r"\([^()]{2,40}\)")  # the tag of a news agency
_GLUE = ",.;:)!?…”%]"  # what stands right behind a word
_TAGS_MOST = 60
_LONGEST = 10_000  # characters of a paragraph that goes on with more lines


def wrap_column(lines: list[Line]) -> int | None:
    """The column that the dump is wrapped at, None where each line is a paragraph or a piece."""
    broken = sorted(
        a.width
        for a, b in pairwise(lines)
        if not b.gap and _begins_low(b.text) and _NARROWEST <= a.width <= _WIDEST
        and not ends_sentence(a.text or ".") and a.text.count(" ") >= 3
    )  # fmt: skip
    return _broken_at(lines, broken) or _narrow(lines)


def _begins_low(text: str) -> bool:
    """Whether a line begins like the middle of a sentence: in lower case, no address."""
    return text[:1].islower() and "@" not in text.partition(" ")[0] and not text.startswith("http")


def _narrow(lines: list[Line]) -> int | None:
    """The widest line's column where no line is long and one at least was broken there."""
    widths = [line.width for line in lines if line.text.count(" ") >= 6]
    column = max(widths, default=0)
    if not _NARROWEST <= column <= _NARROW:
        return None
    full = 0
    for a, b in pairwise(lines):
        if b.gap or b.bullet or not a.text or not b.text or ends_sentence(a.text):
            continue
        if a.width >= column - _SLACK and a.width + 1 + b.first > column:
            full += not stands_alone(b.text)
        elif _begins_low(b.text) and a.text.count(" ") >= 3:
            return None
    return column if full else None


def _broken_at(lines: list[Line], broken: list[int]) -> int | None:
    """The column that most lines which surely go on in the next one come up to."""
    if len(broken) < 2:
        return None
    column = broken[(len(broken) - 1) * 19 // 20]
    full = sum(column - _SLACK <= width for width in broken)
    longer = sum(line.width > column + 3 and line.text.count(" ") > 8 for line in lines)
    if full * 4 < len(broken) * 3 or longer * 4 > len(broken):
        return None
    return max(width for width in broken if width <= column + 3)


def unwrapped(lines: list[Line], column: int) -> list[Line]:
    """The lines of a dump that is wrapped at a column, one a paragraph."""
    found: list[Line] = []
    last = rest = None  # the line above; the indent of a paragraph's lines after its first
    for line in lines:
        first = found[-1] if found else None
        if first is not None and last is not None and _runs_on(first, last, line, rest, column):
            rest = line.indent
            hyphen = (
                first.text[-1] == "-" and first.text[-2:-1].isalnum() and line.text[0].isalnum()
            )
            first.text += line.text if hyphen else f" {line.text}"
        else:
            found.append(line)
            rest = None
        last = line
    return found


def _runs_on(first: Line, last: Line, line: Line, rest: int | None, column: int) -> bool:
    """Whether a line goes on with the paragraph above it, of which it did not fit in `last`.

    first: the paragraph so far. rest: the indent that its lines after the first have.
    """
    if line.gap or line.picture or line.heading or first.picture:
        return False
    if len(first.text) > _LONGEST or (line.bullet and not _is_dash(first, line)):
        return False
    if last.width + 1 + line.first <= column or last.cells > 1 or line.cells > 1:
        return False
    if rest is not None:
        centred = abs(last.indent + last.width - line.indent - line.width) <= 2
        if line.indent != rest and not centred:
            return False
    elif line.indent > first.indent:
        hanging = first.bullet or _LISTED.match(first.text) is not None
        centred = abs(first.indent + first.width - line.indent - line.width) <= 2
        if not (hanging and line.indent <= first.indent + 8) and not centred:
            return False
    if line.text[0].islower() or not ends_sentence(first.text):
        # A short last line may read like a label or a date: '... ngày / 14/6/2019'.
        whole = not line.text[0].islower() and not _EXPECTS.search(first.text[-40:])
        return not (whole and line.text[-1] != "." and stands_alone(line.text))
    return not (stands_alone(line.text) or (line.text[-1] != "." and is_signed(line.text)))


def _is_dash(first: Line, line: Line) -> bool:
    """Whether a dash that opens a line is no list's: 'nhiệm kỳ 2022 / - 2027'."""
    return (
        line.text[0] in "-–"
        and line.indent == first.indent
        and not (first.bullet or ends_sentence(first.text) or first.text[-1] in ":;,")
    )


def rejoined(lines: list[Line]) -> list[Line]:
    """The lines of a dump that has every text of the page as a line, one a paragraph."""
    found: list[Line] = []
    in_tags = False
    for line in lines:
        if (
            (in_tags and len(line.text) < _TAGS_MOST)
            or line.picture
            or not found
            or found[-1].picture
            or len(found[-1].text) > _LONGEST
        ):
            found.append(line)
        elif _is_piece(found[-1].text, line):
            piece = found.pop()
            if found and not piece.gap and _is_before(found[-1], piece, found):
                piece = _joined(found.pop(), piece)
            found.append(_joined(piece, line))
        elif not line.bullet and _expects(found[-1], line):
            found.append(_joined(found.pop(), line))
        else:
            found.append(line)
        if not line.picture:
            label = TAGS.match(line.text)
            in_tags = bool(label and label.end() == len(line.text)) or (
                in_tags and len(line.text) <= _TAGS_MOST and not opens_list(line.text)
            )
    return found


def _joined(line: Line, piece: Line) -> Line:
    tight = piece.text[0] in _GLUE or line.text[-1] in "(“["
    line.text += piece.text if tight else f" {piece.text}"
    return line


def _is_piece(before: str, line: Line) -> bool:
    """Whether a line goes on with a sentence that an inline element broke off above it."""
    text = line.text
    if line.bullet and text[:2] == "- " and text[2:3].islower() and not line.gap:
        return len(before) >= 20 and not ends_sentence(before) and before[-1] not in ":;,"
    if line.bullet or line.heading or not before:
        return False
    if text[:2] in ("- ", "– ") and _AGENCY.fullmatch(before):
        return True  # the agency's tag in bold
    if text[0] in _GLUE and text[:3] != "...":
        return text not in PARTS and not (line.gap and text[0] in ":!?…”")
    if not text[0].islower() or ends_sentence(before) or before[-1] in ":;":
        return False
    if len(text) < 2 or _ADDRESS.match(text) or _ITEM.match(text):
        return False
    if len(before) + len(text) < 40 and (line.gap or is_furniture(before)):
        return False
    if is_account(text) and text[-1] != ".":
        return False
    if len(text) >= 60 and not line.gap:
        return True  # a word in bold that reads like a tool's name: 'Thẻ / mới không in quê quán'
    return not (is_furniture(text) or (len(before) <= 160 and _is_apart(before)))


def _is_apart(text: str) -> bool:
    return stands_alone(text) or is_label(text)


def _expects(line: Line, after: Line) -> bool:
    """Whether a line cannot be the end of a paragraph: its sentence lacks its next word."""
    text = line.text
    if after.gap:
        return bool(_SURELY.search(text[-40:])) and not (text.isupper() or _is_apart(text))
    if text[-1] in ",(“":
        return not _is_apart(text)
    if len(text) <= 200 and text.count("(") > text.count(")"):
        return True
    if _CREDITS.search(text[-20:]):
        return len(after.text) <= 80
    if not _EXPECTS.search(text[-40:]):
        return False
    if stamp_of(after.text) is not None and not text.endswith("ngày"):
        return False
    return not _is_apart(text) and not text.isupper()


def _is_before(line: Line, piece: Line, found: list[Line]) -> bool:
    """Whether a short piece, which is known to go on, had its sentence begun in the line above."""
    text = line.text
    if line.picture or not text or ends_sentence(text) or text[-1] in ":;" or len(piece.text) > 80:
        return False
    if _is_apart(text) or is_names(text):
        return False
    spaced = line.gap and sum(one.gap for one in found[-20:]) * 3 > len(found[-20:])
    opened = bool(_OPENS.match(text)) or piece.text[0].isdigit() or piece.text[0] in '“"('
    return spaced or opened or len(text) >= 160


def labelled(lines: list[Line]) -> list[Line]:
    """Labels, trails, times and credits of several lines as one line each."""
    found: list[Line] = []
    open_part = False
    for place, line in enumerate(lines):
        above = found[-1] if found and not found[-1].picture else None
        if above is None or line.picture or line.bullet:
            found.append(line)
            open_part = False
            continue
        after = lines[place + 1].text if place + 1 < len(lines) else ""
        part = line.text in PARTS and _is_part(above.text, line.text, after)
        if part or (open_part and len(line.text) <= 90) or _is_value(above, line):
            above.text += f" {line.text}"
        else:
            found.append(line)
        open_part = part
    return found


def _is_part(above: str, mark: str, after: str) -> bool:
    """Whether a mark that is a line of its own stands between the parts of one line."""
    if len(above) > 90 or ends_sentence(above) or not after:
        return False
    if mark in "»›>/→":
        return is_trail(f"{above} {mark} {after}")
    if mark == ":":
        return len(above) <= 30
    if stamp_of(after) is not None and len(after) <= 60:
        return True
    return mark in "|-–—" and (stamp_of(above) is not None or is_signed(above))


def _is_value(above: Line, line: Line) -> bool:
    """Whether a line is the value of the label above it, or a part of what stands above."""
    text = line.text
    if is_label(above.text):
        return len(text) <= 80 and not is_furniture(text) and not opens_comments(text)
    if is_clock(text):
        stamp = stamp_of(above.text)
        return stamp is not None and not stamp.has_time and not stamp.rest
    if is_clock(above.text):
        stamp = stamp_of(text)
        return stamp is not None and not stamp.has_time and not stamp.rest
    if not is_credit(text) or len(above.text) > 220 or is_prose(above.text):
        return False
    signed = signature(above.text, styled=False)
    return not is_names(above.text) and signed is None and not _is_apart(above.text)
