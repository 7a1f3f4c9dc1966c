"""The canonical form of all text, and the forms that are compared."""

from __future__ import annotations

import unicodedata

from fuzz import seeds as kept
from fuzz.holds import bounded, expect, tidy
from newsarchive.text import (
    clean,
    composed,
    fold,
    has_accent,
    one_tone_placement,
    tone_placements,
    unaccent,
)

LARGEST = 20_000
WORDS = tuple(
    word.encode()
    for word in (
        "hoà", "hòa", "quý", "quí", "thuỷ", "thủy", "oè", "UỲ", "đ", "Đ", "ư", "ơ̛", "\u0301", "\u0323", "\u031b", "\u0328", "\u0345",
        "\u034f", "\ufe0f", "\u200d", "\u2060", "\ufffc", "\u00ad", "\x1c", "\x85", "\u2029", "ﬀ", "ŉ", "ΐ", "Å", "\u1100\u1161", "각",
    )
)  # fmt: skip


def one(data: bytes) -> None:
    """The text alone."""
    text = _decoded(data)
    with bounded(len(data)):
        line = clean(text)
        whole = composed(text)
        plain = unaccent(line)
        folded = fold(text)
        placed = one_tone_placement(line)
        forms = tone_placements(line)
        has_accent(text)
    tidy(line, "a clean text", empty=True)
    line.encode()
    expect(clean(line) == line, "clean twice is not clean once", text)
    expect(unicodedata.is_normalized("NFC", whole), "composed is not NFC", text)
    expect(composed(whole) == whole, "composed twice is not composed once", text)
    expect(unaccent(plain) == plain, "unaccented twice is not unaccented once", text)
    expect(not has_accent(plain), "an accent is left", plain)
    expect(fold(folded) == folded, "folded twice is not folded once", text)
    expect(fold(line) == folded, "folding is not of the clean text", text)
    expect(one_tone_placement(placed) == placed, "the tone moves twice", text)
    expect(len(placed) == len(line), "moving the tone changes the length", text)
    expect(line in forms, "a beginning is none of its forms", text)


def _decoded(data: bytes) -> str:
    """The text, its lone surrogates kept where it is else UTF-8."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def seeds() -> list[bytes]:
    """Words, and texts of the tests' articles."""
    texts = [str(article["title"]).encode() for article in kept.articles() if article.get("title")]
    return [*WORDS, *texts, *(text.upper() for text in texts[:5])]
