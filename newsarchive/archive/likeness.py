"""Whether two texts tell the same story: a signature to find those that may, a test to be sure.

Texts are compared by their shingles, which are runs of SIZE syllables; accents count, capitals,
punctuation and the place of a tone mark (hoà, hòa) do not. Texts of less than LEAST syllables are
like nothing: a line under a photo says too little.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.util import find_spec
from struct import Struct

from newsarchive.text import one_tone_placement, unaccent

SIZE = 5  # syllables of a shingle
LEAST = 60  # syllables of a text that is compared at all
ROWS = 4  # bytes of a signature that make a band
SLOTS = 64  # bytes of a signature
ALIKE = 0.6  # of all shingles of both texts, those that both have
_LIKELY = 0.45  # the same as the signatures guess it: they may be wrong by 0.06, twice that is rare
_PARTS = 3
_IN_PART = 0.4  # of each third of the shorter text, the shingles that the other one has
_AGREE = 0.8  # of the numbers and names that both give in the same words, those that are the same
_SEED = 4

_BANDS = Struct(f">{SLOTS // ROWS}I")  # ROWS bytes are an unsigned int
# Goes into each band, so that different ones are not mixed up.
_MIXED = tuple(number * 0x9E3779B1 % (1 << 32) for number in range(SLOTS // ROWS))
_MARKS = "“”‘’«»–—…•·"
_BLANKED = bytes(c if c > 127 or chr(c).isalnum() else 32 for c in range(256))
_FACT = re.compile(r"\d+(?:[.,/:-]\d+)*|\w+|[^\w\s]")
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_PROBE = " ".join(f"Công an xã số {n} hoà giải vụ việc thứ {n * n}." for n in range(40))


@lru_cache(maxsize=64)
def shingles(text: str) -> list[bytes]:
    """The runs of SIZE syllables of a text, in order; none of one that is too short."""
    plain = one_tone_placement(text.lower())
    for mark in _MARKS:  # most texts have none or one of them, and to look for it costs nothing
        plain = plain.replace(mark, " ")
    syllables = plain.encode("utf-8", "replace").translate(_BLANKED).split()
    if len(syllables) < LEAST:
        return []
    # In C: a loop over the syllables takes three times as long.
    return list(map(b" ".join, zip(*(syllables[at:] for at in range(SIZE)), strict=False)))


@cache
def available() -> bool:
    """Whether the library is installed that makes signatures."""
    return find_spec("rensa") is not None


def signature(runs: list[bytes]) -> bytes:
    """A MinHash of shingles, the lowest byte of each slot.

    Of two signatures about as many bytes are the same as of all shingles of both texts both have
    (and one in 256 besides). Needs `available`.
    """
    from rensa import RMinHash

    found = RMinHash(num_perm=SLOTS, seed=_SEED)
    found.update(runs)
    return bytes([slot & 255 for slot in found.digest()])


@cache
def probe() -> bytes:
    """The signature of a fixed text. Where it is another, no signatures can be compared."""
    return signature(shingles(_PROBE))


def bands(signed: bytes) -> list[int]:
    """What articles are looked up by: each ROWS bytes of a signature, as a number of 32 bits.

    Of texts with 0.6 of their shingles in common, 9 in 10 share a band, with 0.8 all but one in
    5,000; of unrelated ones of a million, a handful.
    """
    numbers = _BANDS.unpack(signed)
    return [(number ^ mixed) - (1 << 31) for number, mixed in zip(numbers, _MIXED, strict=True)]


def guess(one: bytes, other: bytes) -> float:
    """How similar the texts of two signatures are, from 0 to 1, give or take 0.06."""
    differ = int.from_bytes(one, "big") ^ int.from_bytes(other, "big")
    same = differ.to_bytes(SLOTS, "big").count(0) / SLOTS
    return max(0.0, (same - 1 / 256) / (1 - 1 / 256))


def is_likely(guessed: float) -> bool:
    """Whether it is worth while to compare the texts themselves."""
    return guessed >= _LIKELY


def similarity(one: list[bytes], other: list[bytes]) -> float:
    """Of all shingles of two texts, the share that both have."""
    ours, theirs = set(one), set(other)
    both = len(ours & theirs)
    return both / max(1, len(ours) + len(theirs) - both)


def tell_the_same(one: str, other: str, similar: float) -> bool:
    """Whether two texts, so similar, tell the same story.

    Not if what they share is a part that many pages have (a hot line, a form of words): every
    third of the shorter one must be in the other. Nor if it is the same report about something
    else: where both say the same words, the numbers and names between them must be the same.
    """
    if similar < ALIKE:
        return False
    return _runs_through(shingles(one), shingles(other)) and _agree(facts(one), facts(other))


def _runs_through(one: list[bytes], other: list[bytes]) -> bool:
    short, long = sorted((one, other), key=len)
    known = set(long)
    step = len(short) / _PARTS
    parts = [short[round(n * step) : round((n + 1) * step)] for n in range(_PARTS)]
    return all(sum(run in known for run in part) >= _IN_PART * len(part) for part in parts)


@lru_cache(maxsize=256)  # a text is compared with several others, one after another
def facts(text: str) -> dict[tuple[str, ...], set[str]]:
    """The numbers and names of a text, by the two words before and behind them.

    A name is two or more words in a row with a capital: 'Nguyễn Văn A', 'Krông Pắc'. Compared
    without accents: portals spell places in more ways than one.
    """
    words: list[str] = []
    values: list[tuple[int, str]] = []
    named: list[str] = []

    def close() -> None:
        if len(named) > 1:
            values.append((len(words), unaccent(" ".join(named)).lower()))
            words.append("X")
        else:
            words.extend(word.lower() for word in named)
        named.clear()

    for match in _FACT.finditer(text):
        token = match[0]
        if token[0].isupper() and (len(token) == 1 or not token.isupper()):
            named.append(token)
            continue
        close()
        if token[0].isdigit():
            values.append((len(words), _ZEROS.sub("", token)))
            words.append("0")
        elif token[0].isalnum():
            words.append(token.lower())
    close()
    found: dict[tuple[str, ...], set[str]] = {}
    for at, value in values:
        around = (*words[max(0, at - 2) : at + 1], *words[at + 1 : at + 3])
        found.setdefault(around, set()).add(value)
    return found


def _agree(one: dict[tuple[str, ...], set[str]], other: dict[tuple[str, ...], set[str]]) -> bool:
    shared = one.keys() & other.keys()
    same = sum(not one[around].isdisjoint(other[around]) for around in shared)
    return same >= _AGREE * len(shared)
