"""What an edit changed: words added and removed, field by field. Pure; any two versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

FIELDS = ("title", "published", "section", "byline", "source", "lead", "body", "images")
CONTEXT = 8  # unchanged words shown on each side of a change
Piece = tuple[str, str]  # ('=', '+' or '-', words)


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
    for field in FIELDS:
        old, new = _text(before.get(field)), _text(after.get(field))
        if old != new:
            shown = tuple(_paragraphs(_lines(old), _lines(new)))
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


def _paragraphs(old: Sequence[str], new: Sequence[str]) -> list[tuple[Piece, ...]]:
    """Paragraphs are matched first, so that an edit of one word does not shift all the others."""
    found: list[tuple[Piece, ...]] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        for one, other in _paired(old[a:b], new[c:d]):
            found.append(tuple(_words(one, other)))
    return found


def _paired(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, str]]:
    """Removed and added paragraphs, those that are much alike side by side."""
    pairs: list[tuple[str, str]] = []
    left = list(old)
    for text in new:
        words = set(text.split())
        best = max(left, key=lambda o: len(words & set(o.split())), default="")
        if best and 2 * len(words & set(best.split())) >= max(1, len(words)):
            before = left[: left.index(best)]
            pairs += [(gone, "") for gone in before]
            left = left[len(before) + 1 :]
            pairs.append((best, text))
        else:
            pairs.append(("", text))
    return pairs + [(gone, "") for gone in left]


def _words(old: str, new: str) -> list[Piece]:
    one, other = old.split(), new.split()
    pieces: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
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
