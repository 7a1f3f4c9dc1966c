"""What an edit changed: words added and removed, field by field. Pure; any two versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

FIELDS = ("title", "published", "section", "byline", "source", "lead", "body", "images")
CONTEXT = 8  # unchanged words shown on each side of a change
Piece = tuple[str, str]  # ('=', '+' or '-', words)
_Step = tuple[str, int, int, int, int]  # as SequenceMatcher.get_opcodes gives them
# Pairs of equal words (or paragraphs) that are weighed against each other: the time grows with
# them. What has more is compared between its common beginning and end, or is one change as a
# whole; no story that people write has so many.
_MOST_PAIRS = 20_000
_ALL_PAIRS = 60_000  # in one comparison of two versions
_MOST_ALIKE = 40_000  # pairs of paragraphs that are looked at for those much alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One changed field. before, after: the whole values; an image list as lines of text.

    paragraphs: the changed parts in reading order, each a run of pieces: words that stayed ('='),
    were added ('+') or removed ('-').
    """

    field: str
    before: str | None
    after: str | None
    paragraphs: tuple[tuple[Piece, ...], ...]


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """The fields in which two versions differ, in the order of FIELDS."""
    found = []
    effort = _Effort()
    for field in FIELDS:
        old, new = _text(before.get(field)), _text(after.get(field))
        if old != new:
            shown = tuple(_paragraphs(_lines(old), _lines(new), effort))
            found.append(Change(field=field, before=old, after=new, paragraphs=shown))
    return found


def _text(value: Any) -> str | None:
    if not isinstance(value, list):
        return None if value is None else str(value)
    return "\n".join(
        " | ".join(filter(None, (image["caption"], image["credit"], image["url"])))
        for image in value
    )


def _lines(text: str | None) -> list[str]:
    return [line for line in (text or "").split("\n") if line]


def _paragraphs(old: Sequence[str], new: Sequence[str], effort: _Effort) -> list[tuple[Piece, ...]]:
    """Paragraphs are matched first, so that an edit of one word does not shift all the others."""
    found: list[tuple[Piece, ...]] = []
    for tag, a, b, c, d in _steps(old, new, effort):
        if tag == "equal":
            continue
        for one, other in _paired(old[a:b], new[c:d]):
            found.append(tuple(_words(one, other, effort)))
    return found


class _Effort:
    """What is left of the pairs that one comparison may weigh."""

    def __init__(self) -> None:
        self._left = _ALL_PAIRS

    def allows(self, one: Sequence[str], other: Sequence[str]) -> bool:
        """Whether these may be compared word by word; takes what that costs."""
        there = Counter(other)
        pairs = sum(count * there[each] for each, count in Counter(one).items())
        allowed = pairs <= min(_MOST_PAIRS, self._left)
        self._left -= pairs if allowed else 0
        return allowed


def _steps(one: Sequence[str], other: Sequence[str], effort: _Effort) -> list[_Step]:
    """What leads from one row of words or paragraphs to another."""
    if effort.allows(one, other):
        return list(SequenceMatcher(None, one, other, autojunk=False).get_opcodes())
    most = min(len(one), len(other))
    head = next((n for n in range(most) if one[n] != other[n]), most)
    most -= head
    tail = next((n for n in range(most) if one[-1 - n] != other[-1 - n]), most)
    ends = (len(one) - tail, len(other) - tail)
    old, new = one[head : ends[0]], other[head : ends[1]]
    middle: list[_Step] = [("replace", 0, len(old), 0, len(new))]
    if effort.allows(old, new):
        middle = list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())
    steps: list[_Step] = [
        ("equal", 0, head, 0, head),
        *((tag, a + head, b + head, c + head, d + head) for tag, a, b, c, d in middle),
        ("equal", ends[0], len(one), ends[1], len(other)),
    ]
    return [step for step in steps if step[2] > step[1] or step[4] > step[3]]


def _paired(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, str]]:
    """Removed and added paragraphs, those that are much alike side by side."""
    if len(old) * len(new) > _MOST_ALIKE:
        return [*((gone, "") for gone in old), *(("", text) for text in new)]
    pairs: list[tuple[str, str]] = []
    left = [(text, set(text.split())) for text in old]
    for text in new:
        words = set(text.split())
        shared = [len(words & had) for _, had in left]
        best = shared.index(max(shared)) if shared else 0
        if shared and shared[best] and 2 * shared[best] >= max(1, len(words)):
            pairs += [(gone, "") for gone, _ in left[:best]]
            pairs.append((left[best][0], text))
            left = left[best + 1 :]
        else:
            pairs.append(("", text))
    return pairs + [(gone, "") for gone, _ in left]


def _words(old: str, new: str, effort: _Effort) -> list[Piece]:
    one, other = old.split(), new.split()
    pieces: list[Piece] = []
    for tag, a, b, c, d in _steps(one, other, effort):
        if tag == "equal":
            pieces.append(("=", " ".join(one[a:b])))
        if b > a and tag != "equal":
            pieces.append(("-", " ".join(one[a:b])))
        if d > c and tag != "equal":
            pieces.append(("+", " ".join(other[c:d])))
    return [_short(piece, n == 0, n == len(pieces) - 1) for n, piece in enumerate(pieces)]


def _short(piece: Piece, first: bool, last: bool) -> Piece:
    """Unchanged words far from any change are left out."""
    kind, text = piece
    words = text.split()
    if kind != "=" or len(words) <= 2 * CONTEXT + 2:
        return piece
    head = [] if first else words[:CONTEXT]
    tail = [] if last else words[-CONTEXT:]
    return kind, " ".join([*head, "…", *tail])
