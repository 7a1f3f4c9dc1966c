"""The story among a dump's paragraphs: where it begins and ends, and what is not its own within."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from newsarchive.reader import dump_marks as marks
from newsarchive.reader.dump_page import Dump, Kind
from newsarchive.reader.names import signature
from newsarchive.reader.phrases import is_related_heading

_MOST_BETWEEN = 40  # lines between two paragraphs of one story: lists, tables
_FEW_BETWEEN = 5  # so many short lines need no list's marks to be the story's
_LEAST = 120  # characters of running text
_LOOK = 12  # lines below a list of other stories within which the story goes on
_WALLS = (Kind.TAGS, Kind.COMMENTS, Kind.LIST, Kind.FOOT, Kind.MENU, Kind.TRAIL)
"""What the story ends at, unless it surely goes on below."""
_SOFT = (Kind.TOOL, Kind.STAMP, Kind.CONTACT)


def find_core(dump: Dump) -> tuple[int, int] | None:
    """(first, last) of the running lines that weigh most together; None where there are none."""
    best: tuple[float, int, int] | None = None
    for group in _groups(dump):
        mass = float(sum(len(dump.text(at)) for at in group))
        if mass < _LEAST or not (len(group) > 1 or mass >= 200):
            continue
        loose = sum(dump.kind(at - 1) in (Kind.STAMP, Kind.OTHER) for at in group if at)
        mass *= 0.25 if len(group) > 1 and loose * 3 >= len(group) * 2 else 1.0
        above = range(max(0, group[0] - 4), group[0])
        mass *= 0.3 if best and any(dump.kind(at) is Kind.LIST for at in above) else 1.0
        if best is None or mass > best[0]:
            best = (mass, group[0], group[-1])
    return best[1:] if best else None


def _groups(dump: Dump) -> Iterator[list[int]]:
    """The running lines in groups, up to the readers' comments."""
    group: list[int] = []
    found = False
    for at, line in enumerate(dump.lines):
        if len(line.text) < 30:
            if found and dump.kind(at) is Kind.COMMENTS:
                break
            continue
        if dump.kind(at) not in (Kind.PROSE, Kind.SENTENCE):
            continue
        if group and _parted(dump, group[-1], at):
            if any(dump.kind(one) is Kind.PROSE for one in group):
                yield group
            group = []
        group.append(at)
        found = found or len(group) > 1
    if any(dump.kind(at) is Kind.PROSE for at in group):
        yield group


def _parted(dump: Dump, above: int, below: int) -> bool:
    """Whether two running lines are surely of different parts of the page."""
    if below - above > _MOST_BETWEEN:
        return True
    headline = not dump.text(above).endswith((".", ":"))
    resumed = dated = False
    listed = dump.text(above)[-1] == ":"
    for at in range(above + 1, below):
        kind = dump.kind(at)
        if kind in _WALLS:
            if not resumes(dump, at):
                return True
            resumed = True
        stamp = dump.stamp(at) if kind is Kind.STAMP else None
        if stamp is not None:
            certain = stamp.has_time or stamp.kind == "published" or stamp.named is not None
            dated = dated or certain or headline
        listed = listed or (len(dump.text(at)) > 0 and dump.text(at)[-1] == ":")
        if kind is Kind.OTHER and not listed and _closes(dump, at, below):
            return True
    if resumed or dated:
        return not resumed
    return below - above > _FEW_BETWEEN and not _is_list(dump, above, below)


def _closes(dump: Dump, at: int, below: int) -> bool:
    """Whether a line is the signature that ends a story, and what is below it another's."""
    text = dump.text(at)
    if len(text) > 120:
        return False
    found = signature(text, styled=True)
    if found is None:
        return False
    return found.labelled or (below - at > 1 and not _is_story(dump, below, 0, close=False))


def _is_list(dump: Dump, above: int, below: int) -> bool:
    """Whether what stands between two running lines may be a list or a table of the story."""
    between = [at for at in range(above + 1, below) if dump.kind(at) is not Kind.PICTURE]
    particulars = [at for at in between if re.match(r"[^:]{2,45}: ", dump.text(at))]
    own = len(particulars) + sum(
        dump.lines[at].bullet or dump.lines[at].cells > 1 or dump.text(at)[0].isdigit()
        or dump.text(at)[-1] in ":;,."
        for at in between
    )  # fmt: skip
    away = any(
        (dump.stamp(at) is not None or dump.kind(at) in _SOFT) and at not in particulars
        for at in between
    )
    introduced = any(dump.text(at)[-1] == ":" for at in (above, *between[:2]))
    return not away and (introduced or own * 2 >= len(between) or len(between) <= _FEW_BETWEEN)


def resumes(dump: Dump, wall: int, deep: int = 0) -> bool:
    """Whether the story goes on below the heading of a list that stands within it.

    Other stories are titles, or titles with one paragraph each; the story has running lines one
    right after the other, or its last one above the signature.
    """
    if dump.kind(wall) not in (Kind.LIST, Kind.TOOL, Kind.CONTACT):
        return False
    end = min(len(dump.lines), wall + _LOOK)
    for at in range(wall + 1, end):
        kind = dump.kind(at)
        close = at == wall + 1
        if kind is Kind.PROSE or (close and kind is Kind.SENTENCE):
            return _is_story(dump, at, deep, close=close)
        if kind in _WALLS:
            return False
    return False


def _is_story(dump: Dump, at: int, deep: int, *, close: bool) -> bool:
    """Whether a running line below a list's heading is the story's, by what stands below it.

    close: whether it stands right below the heading.
    """
    after = at + 1
    while after < len(dump.lines) and dump.kind(after) in (Kind.PICTURE, Kind.LINK):
        after += 1
    if after >= len(dump.lines):
        return close
    following = dump.kind(after)
    if following in (Kind.PROSE, Kind.SENTENCE, Kind.TAGS) or dump.is_signed(after):
        return True
    ahead = [dump.kind(one) for one in range(after, min(after + 6, len(dump.lines)))]
    running = (Kind.PROSE, Kind.SENTENCE)
    if following is Kind.OTHER and any(a in running and b in running for a, b in pairwise(ahead)):
        return True  # teasers have one paragraph each
    if following is Kind.LIST and deep < 2:
        return resumes(dump, after, deep + 1) or close
    return close and following is not Kind.STAMP


def story_lines(dump: Dump, start: int, core: tuple[int, int]) -> list[int]:
    """The story's lines from `start`: up to its end, without what the page put between them."""
    story: list[int] = []
    at = start
    last = core[1]
    while at <= last:
        kind = dump.kind(at)
        if kind is Kind.LIST and at > core[0]:
            if not _is_own_heading(dump, at):
                at = _below_list(dump, at)
                continue
            story.append(at)
        if kind in (Kind.PROSE, Kind.SENTENCE, Kind.OTHER, Kind.PICTURE) or (
            at > core[0] and kind in (Kind.STAMP, Kind.CONTACT)
        ):
            story.append(at)
        at += 1
    return story + _closing(dump, last)


def _is_own_heading(dump: Dump, wall: int) -> bool:
    """Whether what reads like a list's heading is a sub-heading: right above running text."""
    below = dump.kind(wall + 1)
    own = below in (Kind.PROSE, Kind.SENTENCE) and not is_related_heading(dump.text(wall))
    return own and dump.text(wall)[-1] != ":"


def _below_list(dump: Dump, wall: int) -> int:
    """Where the story goes on below the heading of a list: at its next running line."""
    at = wall + 1
    while at < len(dump.lines) and dump.kind(at) is not Kind.PROSE:
        at += 1
    return at


def _closing(dump: Dump, last: int) -> list[int]:
    """What belongs to the story below its last long paragraph: sentences, captions, signatures."""
    at = last + 1
    found: list[int] = []
    waiting: list[int] = []  # lines that only count if the story goes on behind them
    signed = dated = False
    while at < len(dump.lines) and len(waiting) <= 2:
        kind = dump.kind(at)
        if kind in _WALLS:
            break
        text = dump.text(at)
        if kind is Kind.TOOL or kind is Kind.STAMP:
            dated = dated or kind is Kind.STAMP
            at += 1
            continue
        if not signed and is_item(dump, at, (waiting or found or [last])[-1]):
            found += [*waiting, at]
            waiting = []
        elif dump.is_signed(at) or (kind is Kind.OTHER and marks.is_credit(text)):
            signed = signed or not _is_listed(dump, [last, *found[-12:], *waiting], at)
            found += [*waiting, at]
            waiting = []
        elif signed:
            break
        elif kind is Kind.SENTENCE:
            found += [*waiting, at]
            waiting = []
        elif kind is Kind.PICTURE or kind is Kind.OTHER:
            waiting.append(at)
        else:
            break
        at += 1
    ended = at >= len(dump.lines) or dump.kind(at) in _WALLS
    if waiting and ended and not (signed or dated) and _is_last_caption(dump, waiting):
        found += waiting
    return found


def is_item(dump: Dump, at: int, above: int) -> bool:
    """Whether a line is an item of a list that ends the story: one that was announced."""
    if dump.kind(at) is not Kind.OTHER:
        return False
    before = dump.text(above)
    announced = before.endswith((":", ";")) or (before[:1] in "-+•*" and dump.lines[above].bullet)
    line = dump.lines[at]
    return announced and (line.bullet or line.text[-1] in ";:," or line.text[0].isdigit())


def _is_listed(dump: Dump, above: list[int], at: int) -> bool:
    """Whether a name is one of a list's: below a line that ends with a colon, above a number."""
    if at + 1 < len(dump.lines) and re.fullmatch(r"[\d.\s-]{6,20}", dump.text(at + 1)):
        return True
    return any(dump.text(one).endswith(":") for one in above)


def _is_last_caption(dump: Dump, waiting: list[int]) -> bool:
    """Whether a single line between the story and the page's next part is a caption."""
    texts = [dump.text(at) for at in waiting if not dump.lines[at].picture]
    return len(texts) == 1 and 25 <= len(texts[0]) <= 220 and texts[0].count(" ") >= 5
