"""When the article was published: printed dates near the story first, machines as witnesses."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from newsarchive import dates
from newsarchive.dates import Stamp
from newsarchive.model import Problem
from newsarchive.reader.blocks import Block, Page
from newsarchive.reader.datelines import Candidate, date_lines
from newsarchive.reader.story import Story
from newsarchive.reader.witness import Witness


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
    if page.trace is not None:
        for origin, stamp in machine:
            why = f"stated by {origin}" + (f"; {stamp.problem}" if stamp.problem else "")
            page.trace.note("published", stamp.iso or stamp.text, why)
    day = machine[0][1].day if machine else None
    candidates = date_lines(page, story, title, fetched=fetched, witness=day)
    fresh = [c for c in candidates if c.stamp.kind != "modified"]
    best = max(fresh, key=lambda c: c.score, default=None)
    lines = _lines(candidates, best, story)
    when = _join(best, machine, lines)
    if when.published is None and best is None:
        _only_update(when, candidates)
    _take_modified(when, witness, candidates, best)
    return when


def _lines(
    candidates: list[Candidate], best: Candidate | None, story: Story | None
) -> frozenset[int]:
    """The lines that are dates of the article and so no part of its story.

    Dates amid the story that say nothing of its publication ('Thời gian: ...') stay in it.
    """
    return frozenset(
        c.block.index
        for c in candidates
        if (not c.stamp.rest or (c is best and not _amid(c.block, story)))
        and (c is best or c.stamp.kind != "plain" or not _amid(c.block, story))
    )


def _amid(block: Block, story: Story | None) -> bool:
    """Whether a line stands between running lines of the story."""
    return story is not None and story.begin < block.index < story.end


def _times(page: Page, story: Story | None, title: Block | None) -> list[tuple[str, str]]:
    """What <time> elements between headline and story say without printing it."""
    if title is None or story is None:
        return []
    between = (value for at, value in page.times if title.index < at <= story.begin)
    return [("time", value) for value in between]


def _only_update(when: When, candidates: list[Candidate]) -> None:
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


def _join(best: Candidate | None, machine: list[tuple[str, Stamp]], lines: frozenset[int]) -> When:
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
    confirmed = _confirmed(stamp, machine)
    if confirmed is not None:
        origin, other = confirmed
        when.published, when.origin = other.iso, f"{origin}+weekday"
        what = f"the page prints {stamp.text}, whose weekday is that of {origin}'s {other.day}"
        when.problems = (Problem(field="published", what=what),)
        return when
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
            and own.iso is not None
            and own.iso[10:19] != "T00:00:00"
            and when.published == stamp.iso
        ):
            when.published, when.origin = own.iso, f"{when.origin}+time"
    when.problems = tuple(problems)
    return when


def _confirmed(stamp: Stamp, machine: list[tuple[str, Stamp]]) -> tuple[str, Stamp] | None:
    """The machine date that the printed weekday confirms where it denies the printed date."""
    if stamp.weekday is not False or stamp.named is None:
        return None
    for origin, other in machine:
        if other.day is not None and other.problem is None and other.day.weekday() == stamp.named:
            return origin, other
    return None


def _completes(stamp: Stamp, other: Stamp) -> bool:
    """Whether the machine's moment is the printed one, told more exactly."""
    if other.iso is None or not other.has_time or stamp.iso is None:
        return False
    if other.iso[10:19] == "T00:00:00" and not stamp.has_time:
        return False  # a day that the machine writes as its first second
    return not stamp.has_time or other.iso[:16] == stamp.iso[:16]


def _slip(stamp: Stamp, other: Stamp) -> bool:
    """Whether two dates differ by no more than a mistaken time zone can explain."""
    if stamp.day is None or other.day is None:
        return False
    if stamp.moment is not None and other.moment is not None:
        return abs(stamp.moment - other.moment) <= dt.timedelta(hours=14)
    return abs(stamp.day - other.day) <= dt.timedelta(days=1)


def _origin(candidate: Candidate) -> str:
    return "labelled" if candidate.stamp.kind == "published" else "near-title"


def _from_machine(machine: list[tuple[str, Stamp]], lines: frozenset[int]) -> When:
    for origin, stamp in machine:
        if stamp.problem is None or len(machine) == 1:
            problems = (Problem(field="published", what=stamp.problem),) if stamp.problem else ()
            return When(published=stamp.iso, origin=origin, problems=problems, lines=lines)
    return When(lines=lines)


def _take_modified(
    when: When, witness: Witness, candidates: list[Candidate], best: Candidate | None
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
