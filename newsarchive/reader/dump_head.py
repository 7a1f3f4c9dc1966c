"""The headline of a dump's story and its dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from newsarchive import dates
from newsarchive.dates import Stamp
from newsarchive.reader.dump_marks import PLACE, is_posted, is_signed
from newsarchive.reader.dump_page import Dump, Kind
from newsarchive.reader.lines import split_credit
from newsarchive.reader.names import is_names, is_sites, is_unit, signature
from newsarchive.text import fold

_ABOVE = 40  # lines above the story among which the headline is looked for
_TITLE = (12, 300)  # characters
_ASKED = 160  # characters of a headline that is a sentence
_SURE = 2.5  # points of a headline that needs no other
_CALLING = re.compile(r"(?:phóng viên|nhà báo|biên tập viên|ctv|cộng tác viên)\s", re.IGNORECASE)
_SITE_BEHIND = re.compile(r"\s+[|–—»-]\s+")
_END_DATE = re.compile(
    r"[(\[]?\d{1,2}[/.-]\d{1,2}[/.-]\d{4}[)\]]?$|^\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\b"
)


@dataclass(frozen=True, slots=True)
class When:
    """The publication's date and its update's; the line that prints it, and what else that says."""

    published: Stamp | None = None
    modified: Stamp | None = None
    at: int | None = None
    rest: str = ""
    problem: str | None = "no publication date found"


def find_title(dump: Dump, first: int) -> int | None:
    """The line that is the headline, for a story whose running text begins at `first`.

    That line itself may be it, where it reads like a sentence: a question, a quotation.
    """
    words = _words(dump, first)
    best: tuple[float, int] | None = None
    for at in range(max(0, first - _ABOVE), first + 1):
        if not _may_head(dump, at):
            continue
        score = _score(dump, at, first, words)
        if at == first and (len(dump.text(at)) > _ASKED or (best and best[0] > _SURE)):
            continue
        if best is None or score >= best[0]:
            best = (score, at)
    return best[1] if best else None


def _words(dump: Dump, first: int) -> frozenset[tuple[str, str]]:
    """The pairs of words in the story's first paragraphs."""
    texts = (line.text[:3000] for line in dump.lines[first : first + 12] if len(line.text) >= 60)
    return frozenset(pair for text in texts for pair in pairwise(fold(text).split()))


def _may_head(dump: Dump, at: int) -> bool:
    text = dump.text(at)
    is_list = dump.kind(at) is Kind.LIST
    if dump.kind(at) not in (Kind.OTHER, Kind.SENTENCE, Kind.PROSE, Kind.LIST):
        return False
    stamp = dump.stamp(at)
    if stamp is not None and len(stamp.rest.split()) <= 2:
        return False
    if not _TITLE[0] <= len(text) <= _TITLE[1] or " " not in text or text.endswith((",", ";", ":")):
        return False
    if text[-1] == "." and len(text) >= 40 and not text.endswith(("..", "...")):
        return False
    credited = split_credit(text)[1] is not None
    labelled = signature(text, styled=False)
    if (labelled is not None and labelled.labelled) or (is_list and len(text) < 20):
        return False
    other = is_names(text) or _CALLING.match(text) or PLACE.match(text) or is_posted(text)
    return not (other or credited)


def _score(dump: Dump, at: int, first: int, words: frozenset[tuple[str, str]]) -> float:
    """How much speaks for a line being the headline."""
    line = dump.lines[at]
    own = fold(line.text).split()
    told = sum(pair in words for pair in pairwise(own))
    score = 2.0 * told / max(1, len(own) - 1) + 0.3 * min(told, 6)
    score += 1.0 * (len(line.text) >= 30) + 2.0 * line.heading - 0.12 * min(first - at, 25)
    score += 2.5 * _is_dated(dump, at, first)
    if len(line.text) >= 25 and _is_last(dump, at, first):
        score += 1.0
    score -= 2.0 * (line.bullet or line.cells > 1) + 1.5 * (" | " in line.text)
    score -= 3.0 * bool(_END_DATE.search(line.text)) + 2.0 * is_sites(line.text, "")
    score -= 2.5 * (dump.kind(at) is Kind.LIST) + 1.0 * is_unit(line.text)
    return score + _echo(dump, at, first)


def _is_last(dump: Dump, at: int, first: int) -> bool:
    """Whether a line stands between the date and the story, with nothing but tools beside it."""
    above = at - 1
    while above > 0 and dump.kind(above) is Kind.TOOL:
        above -= 1
    below = all(dump.kind(one) in (Kind.TOOL, Kind.PICTURE) for one in range(at + 1, first))
    return below and above >= 0 and dump.kind(above) is Kind.STAMP


def _echo(dump: Dump, at: int, first: int) -> float:
    """Points for a line that is the page's title too, there with the site's name behind it.

    The page's title itself loses where the headline stands below it without the site's name.
    """
    text = dump.text(at)
    score = 0.0
    for other in {*range(max(0, at - 60), at), *range(min(3, at))}:
        whole = dump.text(other)
        if whole.startswith(text) and len(text) >= 12:
            if _SITE_BEHIND.match(whole, len(text)):
                score = max(score, 3.0)
            elif whole == text and (len(text) >= 30 or other < 3):
                score = max(score, 2.0)
    own = _SITE_BEHIND.split(text)[0]
    if own != text and any(line.text.startswith(own) for line in dump.lines[at + 1 : first]):
        score -= 3.0
    return score


def _is_dated(dump: Dump, at: int, first: int) -> bool:
    """Whether a date line stands right below, nothing but names and tools between."""
    for below in range(at + 1, min(first, at + 6)):
        kind = dump.kind(below)
        stamp = dump.stamp(below)
        if stamp is not None and (kind is Kind.STAMP or _is_particular(stamp.rest)):
            return True
        text = dump.text(below)
        # A section or the like may stand between; another line as long is the headline.
        longer = below > at + 1 or len(text) > min(30, len(dump.text(at)))
        if kind is Kind.OTHER and longer and not is_signed(text):
            return False
        if kind in (Kind.PROSE, Kind.MENU, Kind.TRAIL):
            return False
    return False


def _is_particular(rest: str) -> bool:
    """Whether what stands beside a date is a name, a place or a section: no other headline."""
    parts = re.split(r"\s*[|•·]\s*|\s+[-–—]\s+", rest.strip(" |•·-–,()[]"))
    return len(rest) <= 80 and all(is_signed(part) or len(part.split()) <= 6 for part in parts)


def find_when(dump: Dump, title: int, core: tuple[int, int], story: list[int]) -> When:
    """The date between headline and story; else one at the story's end, or right above."""
    between = _among(dump, range(title + 1, core[0]))
    end = max((*story, core[1])) + 1
    below = [
        pair for pair in _among(dump, range(core[1] + 1, min(end + 4, len(dump.lines))))
        if pair[1].kind == "published" or _is_at_end(dump, *pair, end)
    ]  # fmt: skip
    above = [
        pair for pair in _among(dump, range(max(0, title - 3), title)) if _is_own(dump, pair, title)
    ]
    published = [pair for pair in (*between, *below, *above) if pair[1].kind != "modified"]
    published.sort(
        key=lambda pair: pair[1].method == "iso"
    )  # printed for machines, often an update
    labelled = [pair for pair in published if pair[1].kind == "published"]
    modified = next((s for s in _updates(dump, (*between, *below))), None)
    if not published and between:
        at, stamp = between[0]  # the only date there is, whatever it is called
        return When(stamp, None, at, stamp.rest, stamp.problem)
    if not published:
        return When(modified=modified)
    at, stamp = (labelled or published)[0]
    return When(stamp, modified, at, stamp.rest, stamp.problem)


def _among(dump: Dump, lines: range) -> list[tuple[int, Stamp]]:
    """The date lines among some lines, those with a name or a place beside the date too."""
    found = []
    for at in lines:
        stamp = dump.stamp(at)
        if stamp is None or dump.kind(at) in (Kind.FOOT, Kind.TAGS, Kind.PROSE):
            continue
        if dump.kind(at) is Kind.STAMP or _is_particular(stamp.rest):
            found.append((at, stamp))
    return found


def _is_at_end(dump: Dump, at: int, stamp: Stamp, end: int) -> bool:
    """Whether a date right below the story is its own, and not the first of a list."""
    if at > end + 1 or (stamp.rest and not is_signed(stamp.rest.strip(" |-–,"))):
        return False
    if any(dump.kind(one) in (Kind.LIST, Kind.COMMENTS) for one in range(end, at)):
        return False
    after = range(at + 1, min(at + 5, len(dump.lines)))
    return not any(dump.stamp(one) is not None for one in after)


def _is_own(dump: Dump, pair: tuple[int, Stamp], title: int) -> bool:
    """Whether a date above the headline is the story's and not the page's clock.

    A clock stands among the page's head with its weekday; the story's own is right above the
    headline, in one group of lines with it, or below the trail.
    """
    at, stamp = pair
    if any(dump.kind(one) not in (Kind.TOOL, Kind.PICTURE) for one in range(at + 1, title)):
        return False
    if stamp.kind == "published":
        return True
    if at and dump.kind(at - 1) is Kind.TRAIL:
        return True
    grouped = at > 0 and dump.spaced and dump.lines[at].gap and not dump.lines[title].gap
    return grouped or (at > 1 and stamp.named is None and stamp.has_time)


def _updates(dump: Dump, pairs: tuple[tuple[int, Stamp], ...]) -> list[Stamp]:
    """The dates that a label calls an update's."""
    found = []
    for at, stamp in pairs:
        if stamp.kind == "modified":
            found.append(stamp)
        elif sum(c.isdigit() for c in dump.text(at)) > 12:
            found += [s for s in dates.find(dump.text(at)) if s.kind == "modified"]
    return found
