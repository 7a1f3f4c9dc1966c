"""The words of a search: how they are read, what they ask the index, where a text holds them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from newsarchive.text import has_accent, one_tone_placement, unaccent

_PIECE = re.compile(r'"([^"]*)"|([^\s"]+)')
_TOKEN = re.compile(r"[^\W_]+")
# NUL would end the expression, a lone surrogate (an argument that was no UTF-8) is no text.
_FOREIGN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
SNIPPET = 160  # characters, before the words at both ends are made whole

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is looked for: every phrase must occur. exact: accents count; else all are folded."""

    phrases: tuple[str, ...]
    exact: bool

    def expression(self) -> str:
        """The phrases as an FTS5 expression: each quoted, so that no character is an operator."""
        return " ".join(f'"{phrase}"' for phrase in self.phrases)

    def spans(self, text: str) -> list[Span]:
        """Where the phrases stand in `text` (which is NFC): in order, none overlapping."""
        folded = _fold(text, exact=self.exact)
        found = sorted(
            match.span() for phrase in self.phrases for match in _pattern(phrase).finditer(folded)
        )
        spans: list[Span] = []
        for start, end in found:
            if not spans or start >= spans[-1][1]:
                spans.append((start, end))
            elif end > spans[-1][1]:
                spans[-1] = (spans[-1][0], end)
        return spans

    def count(self, text: str) -> int:
        """How many of the phrases stand in `text`."""
        folded = _fold(text, exact=self.exact)
        return sum(1 for phrase in self.phrases if _pattern(phrase).search(folded))


def parse_words(text: str) -> Words:
    """Read what a user typed; no input is an error.

    Words and "quoted phrases", each once; signs alone are no words. If any carries a mark or is
    written with đ, all are exact.
    """
    text = unicodedata.normalize("NFC", _FOREIGN.sub(" ", text))
    exact = has_accent(text)
    pieces = (match.group(1) or match.group(2) or "" for match in _PIECE.finditer(text))
    folded = (" ".join(_fold(piece, exact=exact).split()) for piece in pieces)
    phrases = dict.fromkeys(phrase for phrase in folded if _TOKEN.search(phrase))
    return Words(phrases=tuple(phrases), exact=exact)


def snippet(texts: Iterable[str | None], words: Words) -> str:
    """The part of the first text with most of the phrases in it, around the first of them.

    At most about SNIPPET characters; whole words only, '…' where something was left out. Without
    a match, the beginning of the first text.
    """
    given = [text for text in texts if text]
    if not given:
        return ""
    best = max(given, key=words.count)  # the first of equals
    spans = words.spans(best)
    start, end = spans[0] if spans else (0, 0)
    room = max(0, SNIPPET - (end - start)) // 2
    low, high = start - room, end + room
    # What one side does not use, the other gets.
    low, high = low - max(0, high - len(best)), high - min(0, low)
    return _whole(best, max(0, low), min(len(best), high))


def _whole(text: str, low: int, high: int) -> str:
    while low > 0 and not text[low - 1].isspace():
        low -= 1
    while high < len(text) and not text[high].isspace():
        high += 1
    cut = text[low:high].strip()
    return ("… " if text[:low].strip() else "") + cut + (" …" if text[high:].strip() else "")


def _fold(text: str, *, exact: bool) -> str:
    """The text in the form that is compared, one character for each of `text`."""
    folded = (one_tone_placement(text) if exact else unaccent(text)).lower()
    if len(folded) == len(text):
        return folded
    # Letters outside Vietnamese whose folded form is longer or shorter stay as they are.
    return "".join(_fold_character(c, exact=exact) for c in text)


def _fold_character(character: str, *, exact: bool) -> str:
    folded = (character if exact else unaccent(character)).lower()
    return folded if len(folded) == 1 else character


def _pattern(phrase: str) -> re.Pattern[str]:
    inner = r"[\W_]+".join(re.escape(token) for token in _TOKEN.findall(phrase))
    return re.compile(rf"(?<![^\W_]){inner}(?![^\W_])")
