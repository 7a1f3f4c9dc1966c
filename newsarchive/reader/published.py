"""When the article was published: printed dates near the story first, machines as witnesses."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from newsarchive import dates
from newsarchive.dates import Stamp
from newsarchive.model import Problem
from newsarchive.reader.blocks import Block, Frame, Page
from newsarchive.reader.body import Story
from newsarchive.reader.roles import FURNITURE, Role
from newsarchive.reader.witness import Witness

_LICENCE = re.compile(r"giấy phép|số gp|gp-|ngày cấp|bản quyền|©|copyright|hiệu lực", re.IGNORECASE)


_PERIOD = re.compile(r"\btừ\b.*\b(?:đến|tới)\b", re.IGNORECASE)
# What other dates than the publication's are called, in the cell before them or in their line.
_OTHERS = re.compile(
    r"\b(?:ngày|thời (?:gian|hạn)) (?:có hiệu lực|hiệu lực|ban hành|ký|hết|sinh|cấp|khởi công|bắt đầu"
    r"|kết thúc|mở thầu|nộp|áp dụng|nhận hồ sơ|thi)",
    re.IGNORECASE,
)
_ITEMS = frozenset(("tr", "li", "div", "article", "dd", "p", "section"))  # what lists are made of
_ROW = 12  # items and lines of an item that are looked at
# A date may stand in a bar of tools, beside tags or a breadcrumb: those are the article's own.
_AWAY = FURNITURE & ~(Role.TAGS | Role.SHARE | Role.CRUMB)


@dataclass(slots=True)
class When:
    """The decision: publication, its print, the last change, origins and doubts, the date lines."""

    published: str | None = None
    printed: str | None = None
    modified: str | None = None
    origin: str | None = None
    modified_origin: str | None = None
    problems: tuple[Problem, ...] = ()
    lines: frozenset[int] = frozenset()  # indices of blocks that are date lines
    byline_rest: tuple[str, int] | None = None  # what shared the date's line ('Name | date')


@dataclass(slots=True)
class _Candidate:
    stamp: Stamp
    block: Block
    score: float


def find_when(
    page: Page,
    witness: Witness,
    story: Story | None,
    title: Block | None,
    *,
    fetched: dt.datetime | None,
) -> When:
    """Decide publication and change out of printed lines and machine statements."""
    machine = _machine(witness.published) or _machine(_times(page, story, title))
    day = machine[0][1].day if machine else None
    candidates = [
        c for c in _printed(page, story, title, fetched, day) if not _in_row(page, c, title)
    ]
    fresh = [c for c in candidates if c.stamp.kind != "modified"]
    best = max(fresh, key=lambda c: c.score, default=None)
    lines = _lines(candidates, best, story)
    when = _join(best, machine, lines)
    if when.published is None and best is None:
        _only_update(when, candidates)
    _take_modified(when, witness, candidates, best)
    return when


def _lines(
    candidates: list[_Candidate], best: _Candidate | None, story: Story | None
) -> frozenset[int]:
    """The lines that are dates of the article and so no part of its story.

    Dates amid the story that say nothing of its publication ('Thời gian: ...') stay in it.
    """
    return frozenset(
        c.block.index
        for c in candidates
        if not c.stamp.rest
        and (
            c is best
            or c.stamp.kind != "plain"
            or story is None
            or not story.begin < c.block.index < story.end
        )
    )


def _in_row(page: Page, candidate: _Candidate, title: Block | None) -> bool:
    """Whether a date stands in one of three or more like items with dates: a list's or a table's."""
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


def _times(page: Page, story: Story | None, title: Block | None) -> list[tuple[str, str]]:
    """What <time> elements between headline and story say without printing it."""
    if title is None or story is None:
        return []
    between = (value for at, value in page.times if title.index < at <= story.begin)
    return [("time", value) for value in between]


def _only_update(when: When, candidates: list[_Candidate]) -> None:
    """Portals that label their only date 'updated' mean the publication; the doubt is recorded."""
    near = [c for c in candidates if c.stamp.kind == "modified" and c.score >= 2.0 and c.stamp.iso]
    if near:
        stamp = max(near, key=lambda c: c.score).stamp
        when.published, when.printed, when.origin = stamp.iso, stamp.text, "update-label"
        when.problems = (Problem(field="published", what="the page's only date is an update's"),)


def _machine(stated: list[tuple[str, str]]) -> list[tuple[str, Stamp]]:
    """Machine dates that could be read, malformed ones last."""
    read = [(origin, dates.read_machine(value)) for origin, value in stated]
    good = [(origin, stamp) for origin, stamp in read if stamp is not None and stamp.iso]
    order = {"json-ld": 0, "microdata": 2}
    return sorted(good, key=lambda pair: (pair[1].problem is not None, order.get(pair[0], 1)))


def _printed(
    page: Page,
    story: Story | None,
    title: Block | None,
    fetched: dt.datetime | None,
    witness: dt.date | None,
) -> list[_Candidate]:
    found = []
    for block in page.blocks:
        text = block.text
        if not 6 <= len(text) <= 160 or not dates.possible(text):
            continue
        score = _place(block, page, story, title)
        if score <= 0 or _LICENCE.search(text) or _PERIOD.search(text) or _is_other(page, block):
            continue
        stamp = dates.read(text, fetched=fetched, witness=witness)
        if stamp is None:
            continue
        several = any(c.isdigit() for c in stamp.rest)
        if several and _is_date(stamp.rest):
            stamp = replace(stamp, rest="")
        if stamp.iso is None and block.datetime:
            told = dates.read_machine(block.datetime)  # '2 giờ trước' of a <time> element
            stamp = replace(stamp, iso=told.iso if told else None, problem=None)
        if stamp.rest:
            marked = (_roles(block) & (Role.DATE | Role.META)) or stamp.kind != "plain"
            marked = marked or (title is not None and 0 < block.index - title.index <= 3)
            if len(stamp.rest) > 60 or not (marked or "|" in text):
                continue
            score -= 0.6
        if stamp.kind == "published":
            score += 1.0
        score += 0.4 * bool(stamp.has_time) + 0.3 * bool(stamp.weekday)
        score -= 1.5 * (stamp.iso is None)
        found.append(_Candidate(stamp, block, score))
        if several:
            found += [_Candidate(s, block, score) for s in dates.find(text) if s.kind == "modified"]
    return found


def _is_date(text: str) -> bool:
    """Whether the text is nothing but one date: the other of a line of two."""
    stamp = dates.read(text)
    return stamp is not None and not stamp.rest


def _is_other(page: Page, block: Block) -> bool:
    """Whether the line, or the short one before it, calls the date another thing's."""
    if _OTHERS.search(block.text):
        return True
    before = page.blocks[block.index - 1] if block.index else None
    return before is not None and len(before.text) <= 40 and bool(_OTHERS.search(before.text))


def _roles(block: Block) -> int:
    roles = block.inline | block.frame.roles
    if block.frame.parent is not None:
        roles |= block.frame.parent.roles
    return roles


def _place(block: Block, page: Page, story: Story | None, title: Block | None) -> float:
    """How much the place speaks for a publication date; 0 where it speaks against it."""
    if block.frame.around & _AWAY and _away(block, story, title):
        return 0.0
    near = title is not None and 0 < block.index - title.index <= 8 and story is not None
    linked = block.is_link() and not (near and story and block.index < story.begin)
    if linked or _beside_link_title(block, page, title):
        return 0.0
    score = 1.0
    if _roles(block) & (Role.DATE | Role.META) or block.datetime:
        score += 1.0
    body = story.frame if story is not None else None
    anchor = title
    if anchor is None:
        # Without a printed headline the story's first line stands for it.
        if body is None or body.first >= len(page.blocks):
            return 0.0
        anchor = page.blocks[body.first]
    if block.index < anchor.index:
        return score + _above(block, anchor, body)
    gap = block.index - anchor.index
    end = body.last if body is not None else anchor.index + 40
    if gap <= 12:
        return score + 2.0 - gap * 0.05
    if block.index < end:
        # Below the headline, within the story: only its last lines may date it.
        return score + (0.6 if block.index >= end - 6 else -2.0)
    return score + (0.8 if block.index <= end + 15 else -1.0)


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
    if body is not None and not shared.first <= body.first < shared.last:
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
    if block.links * 3 >= len(block.text) > 0 and not block.is_link():
        return True
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


def _join(best: _Candidate | None, machine: list[tuple[str, Stamp]], lines: frozenset[int]) -> When:
    """Printed and machine dates together: the printed day stands, the machine may add the time."""
    if best is None or best.score < 1.2 or (best.stamp.iso is None and best.score < 2.0):
        return _from_machine(machine, lines)
    stamp = best.stamp
    problems = [Problem(field="published", what=stamp.problem)] if stamp.problem else []
    when = When(printed=stamp.text, origin=_origin(best), lines=lines)
    if stamp.rest:
        when.byline_rest = (stamp.rest, best.block.index)
    if stamp.iso is None:
        when.problems = tuple(problems)
        return when
    when.published = stamp.iso
    for origin, other in machine:
        if other.day == stamp.day:
            if _completes(stamp, other):
                when.published, when.origin = other.iso, f"{when.origin}+{origin}"
                break
        elif not _slip(stamp, other) and other.problem is None and origin != "microdata":
            problems.append(
                Problem(
                    field="published",
                    what=f"{origin} says {other.iso}, the page prints {stamp.text}",
                )
            )
    if best.block.datetime and not stamp.has_time:
        own = dates.read_machine(best.block.datetime)
        if (
            own is not None
            and own.day == stamp.day
            and own.has_time
            and when.published == stamp.iso
        ):
            when.published, when.origin = own.iso, f"{when.origin}+time"
    when.problems = tuple(problems)
    return when


def _completes(stamp: Stamp, other: Stamp) -> bool:
    """Whether the machine's moment is the printed one, told more exactly."""
    if other.iso is None or not other.has_time or stamp.iso is None:
        return False
    return not stamp.has_time or other.iso[:16] == stamp.iso[:16]


def _slip(stamp: Stamp, other: Stamp) -> bool:
    """Whether two dates differ by no more than a mistaken time zone can explain."""
    if stamp.day is None or other.day is None:
        return False
    if stamp.moment is not None and other.moment is not None:
        return abs(stamp.moment - other.moment) <= dt.timedelta(hours=14)
    return abs(stamp.day - other.day) <= dt.timedelta(days=1)


def _origin(candidate: _Candidate) -> str:
    return "labelled" if candidate.stamp.kind == "published" else "near-title"


def _from_machine(machine: list[tuple[str, Stamp]], lines: frozenset[int]) -> When:
    for origin, stamp in machine:
        if stamp.problem is None or len(machine) == 1:
            problems = (Problem(field="published", what=stamp.problem),) if stamp.problem else ()
            return When(published=stamp.iso, origin=origin, problems=problems, lines=lines)
    return When(lines=lines)


def _take_modified(
    when: When, witness: Witness, candidates: list[_Candidate], best: _Candidate | None
) -> None:
    """A later change, where one is stated; never earlier than or equal to the publication."""
    stated: list[tuple[str, str]] = [
        ("labelled", c.stamp.iso) for c in candidates if c.stamp.kind == "modified" and c.stamp.iso
    ]
    stated += [
        (origin, stamp.iso) for origin, stamp in _machine(witness.modified) if stamp.iso is not None
    ]
    if when.published is None:
        return
    for origin, iso in stated:
        if iso[:16] > when.published[:16] and len(iso) > 10:
            when.modified, when.modified_origin = iso, origin
            return
        if iso[:10] > when.published[:10]:
            when.modified, when.modified_origin = iso, origin
            return
