"""The gold of masking: invented passages in the style of police news, marked by hand.

{...} is a name to be masked, [...] one to stay. The held-out half was written before the rules and
its failures were not looked at until they had been made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from newsarchive.masking import Span

HALVES = ("development", "heldout")
_MARK = re.compile(r"\{([^{}]*)\}|\[([^][]*)\]")


@dataclass(frozen=True)
class Passage:
    """One invented article: its texts without marks, and of each the (start, end, masked) marked."""

    kind: str
    texts: tuple[str, ...]
    marks: tuple[tuple[tuple[int, int, bool], ...], ...]

    def named(self, masked: bool) -> set[str]:
        """The distinct names that are to be masked, or to stay."""
        return {
            text[start:end]
            for text, marks in zip(self.texts, self.marks, strict=True)
            for start, end, kind in marks
            if kind is masked
        }


@dataclass(frozen=True)
class Score:
    """masked of private names were; touched of others and unmarked stretches were replaced."""

    private: int
    missed: tuple[tuple[str, str], ...]
    others: int
    touched: tuple[tuple[str, str], ...]

    @property
    def masked(self) -> float:
        return 1 - len(self.missed) / self.private

    @property
    def wrong(self) -> float:
        return len(self.touched) / self.others


def passages(*halves: str) -> list[Passage]:
    """The passages of halves of the gold; all of them if none is named."""
    found = []
    for half in halves or HALVES:
        path = Path(__file__).with_name(f"masking_gold.{half}.txt")
        for block in path.read_text(encoding="utf-8").split("\n=== ")[1:]:
            found.append(_passage(block))
    return found


def _passage(block: str) -> Passage:
    head, *lines = filter(None, (line.rstrip("\n") for line in block.split("\n")))
    kind, _, title = head.partition(" | ")
    pieces = [title]
    for line in lines:
        label, _, rest = line.partition(": ")
        if label == "tags":
            pieces += rest.split("; ")
        else:
            pieces.append(rest if label in ("lead", "caption") else line)
    parts = [_unmarked(piece) for piece in pieces]
    return Passage(kind, tuple(text for text, _ in parts), tuple(marks for _, marks in parts))


def _unmarked(piece: str) -> tuple[str, tuple[tuple[int, int, bool], ...]]:
    text, done = "", 0
    marks: list[tuple[int, int, bool]] = []
    for match in _MARK.finditer(piece):
        text += piece[done : match.start()]
        inner = match[1] or match[2]
        marks.append((len(text), len(text) + len(inner), match[1] is not None))
        text += inner
        done = match.end()
    return text + piece[done:], tuple(marks)


def score(found: Iterable[Passage], spans_of: Callable[[Sequence[str]], list[list[Span]]]) -> Score:
    """How spans_of(texts) does: a name counts as masked if all its letters are replaced.

    What was replaced outside of names to be masked counts as touched, marked or not.
    """
    private = others = 0
    missed: list[tuple[str, str]] = []
    touched: list[tuple[str, str]] = []
    for passage in found:
        for text, marks, spans in zip(
            passage.texts, passage.marks, spans_of(passage.texts), strict=True
        ):
            covered = {k for span in spans for k in range(span.start, span.end)}
            inside: set[int] = set()
            for start, end, kind in marks:
                letters = {k for k in range(start, end) if text[k].isalnum()}
                around = text[max(0, start - 30) : end + 30]
                if kind:
                    private += 1
                    inside |= set(range(start, end))
                    if not letters <= covered:
                        missed.append((text[start:end], around))
                else:
                    others += 1
                    inside |= letters
                    if letters & covered:
                        touched.append((text[start:end], around))
            for span in spans:
                if any(text[k].isalnum() and k not in inside for k in range(span.start, span.end)):
                    touched.append((text[span.start : span.end], text))
    return Score(private, tuple(missed), others, tuple(touched))
