"""Vietnamese text: one canonical form for all that is stored, folding for search and comparison."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Invisible characters that editors leave behind: zero widths, joiners, BOM, soft hyphen,
# directional marks and isolates, variation selectors, annotations, Word's object replacement, tags.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffc"
    "\U000e0000-\U000e007f]"
)
# Control characters but those that are whitespace (\x1c-\x1f and NEL among them: they part words),
# and lone surrogates, which JSON-LD may escape and which no UTF-8 file or database can hold.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
# What acts on a terminal or hides in a line: controls of both sets, what turns the direction of
# text, line ends of Unicode's, zero widths, annotations, tags.
_ACTIVE = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# Marks piled up by the hundred: composing sorts them in quadratic time. More than thirty marks on
# one letter are in no language (Unicode's Stream-Safe Text Format, UAX #15, has the same bound).
_PILED = re.compile("[^\\w\\s\x00-\x7f]{31,}")
_MOST_MARKS = 30
# Of what is printable `clean` drops only U+034F, U+FE00-FE0F and U+FFFC: the first bytes that
# these have in UTF-8, which Vietnamese has nowhere. A byte is found faster than a set of letters.
_DROPPED = (b"\xcd", b"\xef")
_LINE = 120  # characters of a text whose form without marks is remembered
_WORDS = re.compile(r"[^\W_]+")
# The pairs whose tone stands on the second vowel in the new style and on the first in the old.
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_SHIFTED = {
    unicodedata.normalize("NFC", first + second + tone): unicodedata.normalize(
        "NFC", first + tone + second
    )
    for first, seconds in (("o", "aeAE"), ("O", "aeAE"), ("u", "yY"), ("U", "yY"))
    for second in seconds
    for tone in _TONES
}
# A further mark or letter behind it (hoặc, luật, hoàng) means that it is no such pair. One class
# of letters comes first, so that the search runs through the text at the speed of C.
_SHIFT = re.compile(
    "[oOuU][{}](?![^\\W\\d_]|[\u0300-\u036f])".format(
        "".join(sorted({pair[1] for pair in _SHIFTED}))
    )
)


# Every Latin letter with marks to the letter without; marks that found no letter to join, to none.
_BARE: dict[int, str | None] = {
    **{
        code: "".join(
            part
            for part in unicodedata.normalize("NFD", chr(code))
            if not unicodedata.combining(part)
        )
        for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
    },
    **dict.fromkeys(range(0x300, 0x370)),
    ord("đ"): "d",
    ord("Đ"): "D",
}


def clean(text: str) -> str:
    """NFC, no invisible or control characters, every run of whitespace one space, trimmed."""
    return _clean_line(text) if len(text) <= _LINE else _clean(text)


def inert(text: str) -> str:
    """One line of any text as it is, but what could act on a terminal written as an escape.

    For paths, addresses and messages, of which nothing may be left out.

    >>> inert('a\x1b[31m.html')
    'a\\\\x1b[31m.html'
    """
    line = " ".join(text.split())
    return line if line.isprintable() else _ACTIVE.sub(_escaped, line)


def inert_lines(text: str) -> str:
    """The same for several lines, which stay lines with their tabs and indents."""
    return "\n".join(_ACTIVE.sub(_escaped, line) for line in text.split("\n"))


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()


def _clean(text: str) -> str:
    # Most text is clean: printable characters are neither invisible nor blanks but the space.
    plain = text.strip()
    if "  " in plain or not plain.isprintable():
        plain = " ".join(plain.split())
    if plain.isprintable():
        if plain.isascii():
            return plain
        if unicodedata.is_normalized("NFC", plain):
            coded = plain.encode()
            if _DROPPED[0] not in coded and _DROPPED[1] not in coded:
                return plain
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    if not text.isprintable():
        text = _CONTROL.sub("", text)
    return " ".join(composed(text).split())


def composed(text: str) -> str:
    """NFC in time in proportion to the text, whatever is in it: of piled marks thirty stay."""
    if len(text) > _MOST_MARKS and not text.isascii():
        text = _PILED.sub(_unpiled, text)
    return unicodedata.normalize("NFC", text)


def _unpiled(match: re.Match[str]) -> str:
    kept = []
    marks = 0
    for character in match[0]:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def unaccent(text: str) -> str:
    """The text without any Vietnamese mark, đ as d; letters keep their case.

    >>> unaccent('Đường dây đánh bạc')
    'Duong day danh bac'
    """
    if text.isascii():
        return text
    return _bare_line(text) if len(text) <= _LINE else _bare(text)


def _bare(text: str) -> str:
    return unicodedata.normalize("NFC", text).translate(_BARE)


# A page's short lines are asked about over and over, and its menus stand on the next page too.
_bare_line = lru_cache(maxsize=2048)(_bare)
_clean_line = lru_cache(maxsize=4096)(_clean)


@lru_cache(maxsize=1024)
def fold(text: str) -> str:
    """Form for comparing texts: cleaned, unaccented, case-folded, only letters and digits."""
    return " ".join(_WORDS.findall(unaccent(clean(text)).casefold()))


def has_accent(text: str) -> bool:
    """Whether any character carries a mark or is đ: such a query is meant exactly."""
    return not text.isascii() and unaccent(text) != unicodedata.normalize("NFC", text)


def one_tone_placement(text: str) -> str:
    """NFC text with the tone of a final oa, oe, uy on the first vowel: 'hoà' becomes 'hòa'.

    Both placements are official somewhere; search treats them as one. After q, u is no vowel
    ('quý' stays). Only where the pair ends the word: 'hoàng' has one placement in both styles.
    """
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)

    def shift(match: re.Match[str]) -> str:
        pair = match.group()
        if pair[0] in "uU" and match.start() and text[match.start() - 1] in "qQ":
            return pair
        return _SHIFTED.get(pair, pair)

    return _SHIFT.sub(shift, text)


def tone_placements(text: str) -> tuple[str, ...]:
    """The forms of a beginning: 'hoà' may go on to 'hoàng', or stand for what is kept as 'hòa'."""
    forms = {text: None}
    for new, old in _SHIFTED.items():
        for form, other in ((new, old), (old, new)):
            if text.endswith(form):
                forms[text.removesuffix(form) + other] = None
    return tuple(forms)
