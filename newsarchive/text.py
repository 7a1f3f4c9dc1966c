"""Vietnamese text: one canonical form for all that is stored, folding for search and comparison."""

from __future__ import annotations

import re
import unicodedata

# Invisible characters that editors leave behind: zero widths, joiners, BOM, soft hyphen,
# directional marks, variation selectors, Word's object replacement.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\ufffc]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
# Letters with a tone mark that stands on the second vowel of oa, oe, uy (new style) and its
# counterpart on the first (old style): 'hoà' and 'hòa' are one word.
_TONES = "\u0300\u0301\u0303\u0309\u0323"


def clean(text: str) -> str:
    """NFC, no invisible or control characters, every run of whitespace one space, trimmed."""
    if text.isascii():
        if not text.isprintable():
            text = _CONTROL.sub("", text)
        return " ".join(text.split())
    text = _INVISIBLE.sub("", text)
    if not text.isprintable():
        text = _CONTROL.sub("", text)
    return " ".join(unicodedata.normalize("NFC", text).split())


def unaccent(text: str) -> str:
    """The text without any Vietnamese mark, đ as d; letters keep their case.

    >>> unaccent('Đường dây đánh bạc')
    'Duong day danh bac'
    """
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return bare.replace("đ", "d").replace("Đ", "D")


def fold(text: str) -> str:
    """Form for comparing texts: cleaned, unaccented, case-folded, only letters and digits."""
    return " ".join(_WORDS.findall(unaccent(clean(text)).casefold()))


_WORDS = re.compile(r"[^\W_]+")


def has_accent(text: str) -> bool:
    """Whether any character carries a mark or is đ: such a query is meant exactly."""
    return not text.isascii() and unaccent(text) != unicodedata.normalize("NFD", text)


_SHIFT = re.compile(rf"([oOuU])([aAeEyY])([{_TONES}])(?![^\W\d_])", re.UNICODE)


def one_tone_placement(text: str) -> str:
    """NFC text with the tone of a final oa, oe, uy on the first vowel: 'hoà' becomes 'hòa'.

    Both placements are official somewhere; search treats them as one. After q, u is no vowel
    ('quý' stays). Only where the pair ends the word: 'hoàng' has one placement in both styles.
    """
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text)

    def shift(match: re.Match[str]) -> str:
        first, second, tone = match.groups()
        before = decomposed[match.start() - 1 : match.start()]
        if first in "uU" and before in ("q", "Q"):
            return match.group()
        return first + tone + second

    return unicodedata.normalize("NFC", _SHIFT.sub(shift, decomposed))
