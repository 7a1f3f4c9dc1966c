"""Changes to inputs that keep their structure in mind: marks, numbers, lines, letters, nesting."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Sequence

_PART = re.compile(rb"<[^<>]*>|[0-9]+|[\w\x80-\xff]+|[^\w\s]", re.DOTALL)
_NUMBER = re.compile(rb"[0-9]+")
_NUMBERS = (
    b"0", b"1", b"-1", b"00", b"12", b"29", b"31", b"60", b"99", b"255", b"1970", b"9999", b"65536",
    b"2147483648", b"18446744073709551616", b"1e9", b"1" * 40, "\u0663".encode(), "\u00b2".encode(),
)  # fmt: skip
_ODD = tuple(
    text.encode("utf-8", "surrogatepass")
    for text in (
        "\x00", "\x1b[31m", "\x7f", "\x85", "\u200b", "\u00ad", "\u202e", "\ufeff", "\u2028",
        "\u0301", "\u0323\u0301", "a\u0300", "\ud800", "\udc80", "\ufffd", "\ufffc", "\U0001f46e",
        "đ", "Đ", "ẵ", "ư\u031b", "İ", "ß", "ﬁ", "\u1e9e", "\u0130", "\uff11", "\u00a0", "\u3000",
        "\r", "\n", "\r\n", "\t", '"', "'", "<", ">", "&", "&#0;", "&#xD800;", "&#128;", "%", "%00",
        "%u0041", "\\", "\\ud800", "{", "[", "]", "(", ")", "*", ":", ";", "=", "/", "?", "#", "@",
    )
)  # fmt: skip
_TIMES = (2, 3, 8, 40, 200, 1000)


def mutated(
    data: bytes, dice: random.Random, words: Sequence[bytes], others: Sequence[bytes], largest: int
) -> bytes:
    """The data after one to four changes; others: inputs that pieces may be taken from."""
    for _ in range(dice.choice((1, 1, 2, 4))):
        change = dice.choice(_CHANGES)
        data = change(data, dice, words, others)[:largest]
    return data or dice.choice(_ODD)


def _place(data: bytes, dice: random.Random) -> int:
    return dice.randrange(len(data) + 1)


def _stretch(data: bytes, dice: random.Random) -> tuple[int, int]:
    """Start and end of a piece, mostly a short one."""
    start = _place(data, dice)
    most = dice.choice((1, 4, 30, 300, 5000))
    return start, min(len(data), start + dice.randrange(most + 1))


def _part(data: bytes, dice: random.Random) -> tuple[int, int]:
    """Start and end of a tag, a number, a word or a sign."""
    found = _PART.search(data, _place(data, dice)) or _PART.search(data)
    return found.span() if found else (0, 0)


Change = Callable[[bytes, random.Random, Sequence[bytes], Sequence[bytes]], bytes]


def _flip(data: bytes, dice: random.Random, *_: Sequence[bytes]) -> bytes:
    changed = bytearray(data or b"\0")
    for _n in range(dice.choice((1, 1, 3, 10))):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def _drop(data: bytes, dice: random.Random, *_: Sequence[bytes]) -> bytes:
    start, end = dice.choice((_stretch, _part))(data, dice)
    return data[:start] + data[end:]


def _cut(data: bytes, dice: random.Random, *_: Sequence[bytes]) -> bytes:
    at = _place(data, dice)
    return data[:at] if dice.random() < 0.7 else data[:1] + data[at:]


def _odd(data: bytes, dice: random.Random, *_: Sequence[bytes]) -> bytes:
    at = dice.choice((_place(data, dice), *_part(data, dice)))
    return data[:at] + dice.choice(_ODD) * dice.choice((1, 1, 1, 50)) + data[at:]


def _word(
    data: bytes, dice: random.Random, words: Sequence[bytes], _others: Sequence[bytes]
) -> bytes:
    word = dice.choice(words) if words else dice.choice(_ODD)
    start, end = _part(data, dice)
    if dice.random() < 0.5:
        start = end
    return data[:start] + word + data[end:]


def _number(data: bytes, dice: random.Random, *_: Sequence[bytes]) -> bytes:
    found = _NUMBER.search(data, _place(data, dice)) or _NUMBER.search(data)
    if found is None:
        return data + dice.choice(_NUMBERS)
    return data[: found.start()] + dice.choice(_NUMBERS) + data[found.end() :]


def _again(data: bytes, dice: random.Random, *_: Sequence[bytes]) -> bytes:
    """One piece many times over: what nests, and what grows."""
    start, end = dice.choice((_stretch, _part, _part))(data, dice)
    times = dice.choice(_TIMES)
    piece = data[start:end][: max(1, 40_000 // times)]
    return data[:end] + piece * times + data[end:]


def _moved(data: bytes, dice: random.Random, *_: Sequence[bytes]) -> bytes:
    start, end = dice.choice((_stretch, _part))(data, dice)
    rest = data[:start] + data[end:]
    at = _place(rest, dice)
    return rest[:at] + data[start:end] + rest[at:]


def _lines(data: bytes, dice: random.Random, *_: Sequence[bytes]) -> bytes:
    lines = data.split(b"\n")
    one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    if dice.random() < 0.5:
        lines[one], lines[other] = lines[other], lines[one]
    else:
        lines.insert(other, lines[one])
    return b"\n".join(lines)


def _spliced(
    data: bytes, dice: random.Random, _words: Sequence[bytes], others: Sequence[bytes]
) -> bytes:
    if not others:
        return data
    other = dice.choice(others)
    start, end = _stretch(other, dice)
    at, behind = _stretch(data, dice)
    return data[:at] + other[start:end] + data[behind if dice.random() < 0.5 else at :]


def _letters(data: bytes, dice: random.Random, *_: Sequence[bytes]) -> bytes:
    """The same text in other letters: decomposed, in capitals, without some of them."""
    text = data.decode("utf-8", "surrogateescape")
    change: Callable[[str], str] = dice.choice(
        (
            lambda t: unicodedata.normalize("NFD", t),
            lambda t: unicodedata.normalize("NFKD", t),
            str.upper,
            str.lower,
            str.title,
            lambda t: t.replace(" ", dice.choice(("", "\u00a0", "\n", "  "))),
        )
    )
    start = dice.randrange(len(text) + 1)
    end = min(len(text), start + dice.choice((1, 20, 500, 100_000)))
    return (text[:start] + change(text[start:end]) + text[end:]).encode("utf-8", "surrogateescape")


_CHANGES: tuple[Change, ...] = (
    _flip, _drop, _drop, _cut, _odd, _odd, _word, _word, _word, _number, _again, _moved, _lines,
    _spliced, _spliced, _letters,
)  # fmt: skip
