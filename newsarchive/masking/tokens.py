"""A text as words, each with its place, and the stretches of capitals that may be names."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from newsarchive.masking.lexicon import LABELS
from newsarchive.text import composed, one_tone_placement

if TYPE_CHECKING:
    from newsarchive.masking.cues import Mention

# The letters of the scripts that have capitals, as Unicode's categories tell them.
_CASED = range(0x41, 0x588)
_MORE = range(0x1E00, 0x2000)
_UPPER = "".join(chr(c) for c in (*_CASED, *_MORE) if unicodedata.category(chr(c)) in ("Lu", "Lt"))
_LOWER = "".join(chr(c) for c in (*_CASED, *_MORE) if unicodedata.category(chr(c)) == "Ll")
_APOSTROPHE = "'’ʼ`´"
_MARKS = "\u0300-\u036f"
# Kinds of tokens. A title word may have the prefix of a highland name (H'Lan, K'Brêm), and two of
# them may stick together by a slip ('NguyễnVăn'). Initials (N.V.A.) are one token; of a single
# letter only where no sentence ends ('H. khai nhận').
INITIALS, TITLE, CAPITALS, SINGLE, WORD, OTHER = 1, 2, 3, 4, 5, 6
_KINDS = (
    f"(?:[{_UPPER}]\\.){{2,8}}[0-9]*|[{_UPPER}]\\.(?=[,;)]| [{_LOWER}]|\\Z)",
    f"[{_UPPER}](?:[{_APOSTROPHE}][{_UPPER}]?)?[{_LOWER}][{_LOWER}{_MARKS}]*"
    f"(?:[{_APOSTROPHE}][{_LOWER}{_MARKS}]+)*(?![{_LOWER}0-9_])",
    f"[{_UPPER}](?:[{_APOSTROPHE}]?[{_UPPER}{_MARKS}])+(?![\\w])",
    f"[{_UPPER}](?![\\w{_MARKS}])",
    f"[^\\W_][\\w{_MARKS}]*",
    "[^\\w\\s]|_|\n",
)
# Most tokens begin with a small letter or a digit: these are tried first.
_TOKENS = re.compile(f"([{_LOWER}0-9][\\w{_MARKS}]*|{'|'.join(_KINDS)})")
_KIND = re.compile("|".join(f"({kind})" for kind in _KINDS))
_GLUE = re.compile(r"[^\S\n]*\Z")
_NO_NAME = frozenset([INITIALS, WORD, OTHER])
QUOTES = frozenset("\"“”'‘’«»")
MOST_WORDS = 8  # of a name; longer stretches of capitals are headings
_BRACKET = 60  # tokens in brackets, at most
# Behind the last token stand so many empty ones, so that looking around a token needs no check:
# before the first one Python finds them too.
_PADDING = 8


@dataclass(slots=True)
class Text:
    """One text, composed, and its tokens: their kinds, and words in lower case.

    parts: what stands before the first token, the token, what stands before the second, and so
    on. words has the tone of 'oa', 'oe', 'uy' where the old style has it, and one kind of
    apostrophe. runs: stretches of capitalised words, (first, behind the last) by token. closing:
    the tokens that close a bracket. mentions: the runs that may be names. ends: where each part
    ends, once that was asked.
    """

    text: str
    parts: list[str]
    kinds: list[int]
    words: list[str]
    runs: list[tuple[int, int]]
    closing: list[int]
    mentions: dict[tuple[int, int], Mention] = field(default_factory=dict)
    ends: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.parts) // 2

    def span(self, first: int, behind: int) -> tuple[int, int]:
        """The characters of the tokens from first to behind."""
        self.ends = self.ends or list(accumulate(map(len, self.parts)))
        return self.ends[2 * first], self.ends[2 * behind - 1]

    def begins_sentence(self, at: int) -> bool:
        """Whether nothing of a sentence stands in front of the token."""
        before = self.words[at - 1]
        if self.kinds[at - 1] == INITIALS:
            return True
        return before in _SENTENCE and not (before == "." and self.words[at - 2] in _SHORT)

    def past_bracket(self, at: int) -> int:
        """Behind the bracket that opens at the token; the next token if it does not close soon."""
        number = bisect(self.closing, at)
        if number < len(self.closing) and self.closing[number] - at < _BRACKET:
            return self.closing[number] + 1
        return at + 1

    def past_quote(self, at: int) -> int:
        """Behind a nickname of one or two words in quotes at the token; the token if none is."""
        if self.words[at] in QUOTES:
            for end in (at + 2, at + 3):
                if self.words[end] in QUOTES:
                    named = all(kind < OTHER for kind in self.kinds[at + 1 : end])
                    return end + 1 if named else at
        return at


_SENTENCE = frozenset(["", *'.!?:;…\n“"”-–—•*+(){}[]‘«»/|'])
_SHORT = frozenset(["tp", "q", "p", "h", "tx", "tt", "ts", "ths", "gs", "pgs", "bs"])


@lru_cache(maxsize=65536)  # the language has some seven thousand syllables
def _token(token: str) -> tuple[int, str]:
    """The kind of a token and its lower form."""
    match = _KIND.match(token)
    return match.lastindex or OTHER if match else OTHER, token.lower()


def read(text: str) -> Text:
    """Take a text apart. In time in proportion to it, whatever it holds."""
    form = text
    if not text.isascii():
        text = composed(text)
        form = one_tone_placement(text)
        for mark in _APOSTROPHE[1:]:
            form = form.replace(mark, "'")
        if len(form) != len(text):  # a tone goes from one letter to the next, so never
            form = text
    parts = _TOKENS.split(form)
    tokens = [_token(part) for part in parts[1::2]] + [(OTHER, "")] * _PADDING
    kinds = [kind for kind, _ in tokens]
    words = [word for _, word in tokens]
    closing = [at for at, word in enumerate(words) if word == ")"] if ")" in text else []
    return Text(text, parts, kinds, words, _runs(parts, kinds, words), closing)


def _runs(parts: list[str], kinds: list[int], words: list[str]) -> list[tuple[int, int]]:
    """The stretches of capitalised words.

    Words in capitals and such with a capital each are not mixed: 'THPT Lê Lợi' is two stretches,
    'Giàng A Páo' one. Between two words stand blanks, or nothing, or a hyphen and nothing else.
    """
    runs = []
    done = 0
    for first in [at for at, kind in enumerate(kinds) if INITIALS < kind <= SINGLE]:
        if first < done:
            continue
        style, behind = kinds[first], first + 1
        while True:
            following = behind
            if words[behind] == "-" and not parts[2 * behind]:
                following += 1
            kind = kinds[following]
            if kind in _NO_NAME or (kind != style and SINGLE not in (kind, style)):
                break
            if (words[following], words[following + 1]) in LABELS:
                break
            gap = parts[2 * following]
            if gap if following > behind else gap not in (" ", "") and not _GLUE.match(gap):
                break
            style = kind if style == SINGLE else style
            behind = following + 1
        runs.append((first, behind))
        done = behind
    return runs


def names_in(text: Text, first: int, behind: int) -> tuple[str, ...]:
    """The words of a stretch, hyphens left out."""
    name = tuple(text.words[first:behind])
    return tuple(word for word in name if word != "-") if "-" in name else name
