"""Texts with parts of them set off: the words that were looked for, what is to be typed."""

from __future__ import annotations

from collections.abc import Iterable

from newsarchive.markup import Html, element, joined
from newsarchive.words import Span


def marked(text: str, spans: Iterable[Span]) -> Html:
    """The text as markup, each of the spans (in order, none overlapping) in a `mark`.

    Words that stand side by side share one.
    """
    parts: list[str] = []
    last = 0
    for start, end in _side_by_side(text, spans):
        parts += [text[last:start], element("mark", text[start:end])]
        last = end
    return joined([*parts, text[last:]])


def _side_by_side(text: str, spans: Iterable[Span]) -> list[Span]:
    wider: list[Span] = []
    for start, end in spans:
        if wider and text[wider[-1][1] : start].isspace():
            wider[-1] = (wider[-1][0], end)
        else:
            wider.append((start, end))
    return wider


def typed(text: str) -> Html:
    """A text of ours as markup: what stands between `these marks` is what a reader would type."""
    parts = text.split("`")
    return joined(element("code", part) if at % 2 else part for at, part in enumerate(parts))
