"""The lines of a page that print a date, and how much each speaks for being the publication's."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from newsarchive import dates
from newsarchive.dates import Stamp
from newsarchive.reader.blocks import Block, Frame, Page
from newsarchive.reader.names import is_names
from newsarchive.reader.roles import FURNITURE, Role
from newsarchive.reader.story import Story

_LICENCE = re.compile(r"giấy phép|số gp|gp-|ngày cấp|bản quyền|©|copyright|hiệu lực", re.IGNORECASE)


_PERIOD = re.compile(r"\btừ\b.*\b(?:đến|tới)\b", re.IGNORECASE)
# What other dates than the publication's are called, in the cell before them or in their line.
_OTHERS = re.compile(
    r"\b(?:ngày|thời (?:gian|hạn)) (?:có hiệu lực|hiệu lực|ban hành|ký|hết|sinh|cấp|khởi công"
    r"|bắt đầu|kết thúc|mở thầu|nộp|áp dụng|nhận hồ sơ|thi)",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?:lúc\s*)?[0-9]{1,2}\s?(?::|h|giờ)\s?[0-9]{2}(?:\s?(?:sáng|chiều|tối|trưa|sa|ch|am|pm|phút))?",
    re.IGNORECASE,
)
_ITEMS = frozenset(("tr", "li", "div", "article", "dd", "p", "section"))  # what lists are made of
_ROW = 12  # items and lines of an item that are looked at
# A date may stand in a bar of tools, beside tags or a breadcrumb: those are the article's own.
_AWAY = FURNITURE & ~(Role.TAGS | Role.SHARE | Role.CRUMB)


@dataclass(slots=True)
class Candidate:
    """A date as one line prints it, and the points of its place and form."""

    stamp: Stamp
    block: Block
    score: float
    why: str = ""


def date_lines(
    page: Page,
    story: Story | None,
    title: Block | None,
    *,
    fetched: dt.datetime | None,
    witness: dt.date | None,
) -> list[Candidate]:
    """The printed dates that may be the article's, in reading order.

    fetched: when the page was fetched, for relative dates. witness: the day that the page states
    for machines.
    """
    found: list[Candidate] = []
    for block in page.blocks:
        if not 6 <= len(block.text) <= 160 or not dates.possible(block.text):
            continue
        score, why = _place(block, page, story, title)
        if score > 0 and _is_other(page, block):
            score, why = 0.0, "another thing's date by its words"
        here = []
        if score > 0:
            here = _read(block, score, why, title, fetched, witness, _clock(page, block))
        if here and _in_row(page, here[0], title):
            here, score, why = [], 0.0, "in a row of dated items"
        found += here
        if page.trace is not None:
            for candidate in here:
                why = candidate.why
                page.trace.note(
                    "published", block.text, why, score=candidate.score, line=block.index
                )
            if score <= 0:
                page.trace.note("published", block.text, why, score=score, line=block.index)
    return found


def _read(
    block: Block,
    score: float,
    why: str,
    title: Block | None,
    fetched: dt.datetime | None,
    witness: dt.date | None,
    clock: str,
) -> list[Candidate]:
    """The dates of one line whose place earned `score` points; clock: the next line, if a time."""
    stamp = dates.read(block.text, fetched=fetched, witness=witness)
    if stamp is None:
        return []
    if clock and not stamp.has_time and stamp.iso and not stamp.rest:
        timed = dates.read(f"{block.text} {clock}", fetched=fetched, witness=witness)
        stamp = timed if timed is not None and timed.has_time and not timed.rest else stamp
    if stamp.iso is None and block.datetime:
        told = dates.read_machine(block.datetime)  # '2 giờ trước' of a <time> element
        stamp = replace(stamp, iso=told.iso if told else None, problem=None)
    several = any(c.isdigit() for c in stamp.rest)
    if several and _is_date(stamp.rest):
        stamp = replace(stamp, rest="")
    if stamp.rest:
        marked = (_roles(block) & (Role.DATE | Role.META)) or stamp.kind != "plain"
        marked = marked or (title is not None and 0 < block.index - title.index <= 3)
        if len(stamp.rest) > 60 or not (marked or "|" in block.text):
            return []
        score -= 0.0 if is_names(stamp.rest) else 0.6
    score += 1.0 * (stamp.kind == "published")
    score += 0.4 * bool(stamp.has_time) + 0.3 * bool(stamp.weekday)
    score -= 1.5 * (stamp.iso is None)
    found = [Candidate(stamp, block, score, _said(stamp, why))]
    if several:
        others = [s for s in dates.find(block.text) if s.kind == "modified"]
        found += [Candidate(s, block, score, _said(s, why)) for s in others]
    return found


def _clock(page: Page, block: Block) -> str:
    """The line after a date if it is nothing but a time, and stands beside it in a row; else ''."""
    if block.index + 1 >= len(page.blocks):
        return ""
    after = page.blocks[block.index + 1]
    beside = after.frame.parent is block.frame.parent or after.frame is block.frame
    return after.text if beside and _CLOCK.fullmatch(after.text) else ""


def _said(stamp: Stamp, why: str) -> str:
    """The reasons of a candidate's points."""
    marks = (
        (stamp.kind == "published", "labelled as published"),
        (stamp.kind == "modified", "labelled as an update"),
        (stamp.has_time, "with a time"),
        (bool(stamp.weekday), "the weekday fits"),
        (stamp.iso is None, stamp.problem or "undecided"),
        (bool(stamp.rest), "not alone in its line"),
    )
    return ", ".join([why, *(text for holds, text in marks if holds)])


def _is_date(text: str) -> bool:
    """Whether the text is nothing but one date: the other of a line of two."""
    stamp = dates.read(text)
    return stamp is not None and not stamp.rest


def _is_other(page: Page, block: Block) -> bool:
    """Whether the line, or the short one before it, calls the date another thing's."""
    text = block.text
    if _LICENCE.search(text) or _PERIOD.search(text) or _OTHERS.search(text):
        return True
    before = page.blocks[block.index - 1] if block.index else None
    return before is not None and len(before.text) <= 40 and bool(_OTHERS.search(before.text))


def _in_row(page: Page, candidate: Candidate, title: Block | None) -> bool:
    """Whether a date stands in one of three or more like items with dates, of a list or table."""
    for frame in candidate.block.frame.up():
        if frame.parent is None or (title is not None and frame.holds(title)):
            return False
        if frame.tag not in _ITEMS:
            continue
        alike = [f for f in page.beside(frame) if f.tag == frame.tag and f.name == frame.name]
        if sum(_is_dated(page, f) for f in alike[:_ROW]) >= 2:
            return True
    return False


def _is_dated(page: Page, frame: Frame) -> bool:
    """Whether one of an item's first lines is a date and little else."""
    return any(
        6 <= len(b.text) <= 40 and dates.possible(b.text) and dates.read(b.text) is not None
        for b in page.blocks[frame.first : min(frame.last, frame.first + _ROW)]
    )


def _roles(block: Block) -> int:
    roles = block.inline | block.frame.roles
    if block.frame.parent is not None:
        roles |= block.frame.parent.roles
    return roles


def _place(block: Block, page: Page, story: Story | None, title: Block | None) -> tuple[float, str]:
    """How much the place speaks for a publication date, and why; 0 where it speaks against it."""
    if block.frame.around & _AWAY and _away(block, story, title):
        return 0.0, "stands in furniture"
    near = title is not None and 0 < block.index - title.index <= 8 and story is not None
    linked = block.is_link() and not (near and story and block.index < story.begin)
    if linked or _beside_link_title(block, page, title):
        return 0.0, "goes with a linked headline"
    named = bool(_roles(block) & (Role.DATE | Role.META) or block.datetime)
    points = 2.0 if named else 1.0
    body = story.frame if story is not None else None
    anchor = title
    if anchor is None:
        # Without a printed headline the story's first line stands for it.
        if body is None or body.first >= len(page.blocks):
            return 0.0, "no headline and no story to stand beside"
        anchor = page.blocks[body.first]
    score, why = _beside(block, anchor, body)
    return points + score, f"{why}, named a date" if named else why


def _beside(block: Block, anchor: Block, body: Frame | None) -> tuple[float, str]:
    """Points for where a line stands to the headline and the story."""
    if block.index < anchor.index:
        return _above(block, anchor, body), "above the headline"
    gap = block.index - anchor.index
    end = body.last if body is not None else anchor.index + 40
    if gap <= 12:
        return 2.0 - gap * 0.05, "below the headline"
    if block.index < end:
        # Below the headline, within the story: only its last lines may date it.
        last = block.index >= end - 6
        return (0.6, "at the story's end") if last else (-2.0, "within the story")
    return (0.8, "below the story") if block.index <= end + 15 else (-1.0, "far below the story")


def _away(block: Block, story: Story | None, title: Block | None) -> bool:
    """Whether the line stands in a part of the page whose dates are others'."""
    footed = False  # whether it stands in a footer that may be the page's
    for frame in block.frame.up():
        spared = story is not None and frame in story.spared
        if frame.roles & _AWAY and not spared:
            if frame.roles & _AWAY & ~Role.FOOTER:
                return True
            footed = footed or not _right_below(frame, story)
        # The footer of an article is the article's.
        if footed and frame.roles & Role.ARTICLE and frame.tag != "body":
            footed = not (spared or (title is not None and frame.holds(title)))
    return footed


def _right_below(frame: Frame, story: Story | None) -> bool:
    """Whether a small footer stands right below the story, in the same element."""
    if story is None or not 0 <= frame.first - story.frame.last <= 2:
        return False
    around = frame.parent
    beside = around is not None and around.tag not in ("body", "form")
    return beside and around is story.frame.parent and frame.last - frame.first <= 4


def _above(block: Block, anchor: Block, body: Frame | None) -> float:
    """A date above the headline is the article's if it stands in the article's own box."""
    gap = anchor.index - block.index
    if block.frame.around & (Role.HEADER | Role.NAV) and not _own_bar(block, gap):
        return -3.0
    own = set(block.frame.up())
    shared = next((frame for frame in anchor.frame.up() if frame in own), None)
    if shared is None or shared.tag in ("body", "html", "form") or shared.first == 0:
        return -1.2 if gap <= 3 and _roles(block) & Role.DATE else -3.0
    small = shared.last - shared.first <= 8  # the article's head by itself
    if body is not None and not small and not shared.first <= body.first < shared.last:
        return -1.5
    if gap > 60:
        return -3.0
    return 0.9 if gap <= 6 else 0.2


def _own_bar(block: Block, gap: int) -> bool:
    """Whether a bar named header that stands right above the headline is the article's own."""
    bars = [f for f in block.frame.up() if f.roles & (Role.HEADER | Role.NAV)]
    return (
        gap <= 2
        and block.index > 3
        and not any(f.roles & Role.NAV for f in bars)
        and bars[-1].last - bars[-1].first <= 6
    )


def _beside_link_title(block: Block, page: Page, title: Block | None) -> bool:
    """Whether the date goes with a linked headline: a related or neighbouring story's date."""
    below = title is not None and 0 < block.index - title.index <= 3
    if block.links * 3 >= len(block.text) > 0 and not block.is_link():
        return not (below and block.links < 30)  # a linked author shares the date's line
    item: Frame | None = None
    for frame in block.frame.up():
        if frame.last - frame.first > 8 or frame.tag in ("body", "html"):
            break
        if title is not None and frame.holds(title):
            break
        item = frame
    if item is None:
        return False
    return any(
        b is not title and b.is_link() and len(b.text) >= 25 and not _roles(b) & Role.AUTHOR
        for b in page.blocks[item.first : block.index]
    )
