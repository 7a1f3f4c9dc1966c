"""The words of a search: how they are read, what they ask the index, where a text holds them.

Words are joined by AND. "Quoted words" stand side by side; `word*` is the beginning of a word;
AND, OR, NOT (in capitals), `-word` and parentheses combine; `title:`, `lead:`, `body:`,
`captions:` and `byline:` before a word, a phrase or a parenthesis look in that field alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from newsarchive.text import composed, has_accent, one_tone_placement, tone_placements, unaccent

FIELDS = {
    "title": "title", "tít": "title", "tit": "title", "lead": "lead", "sapo": "lead",
    "body": "body", "captions": "captions", "caption": "captions", "byline": "byline",
}  # fmt: skip
# A sign counts where a word may begin; in the middle of one it only parts it ('20-10', 'a:b').
_PIECE = re.compile(
    r"""
    (?P<sign>[()])
    | (?<![^\s(])-(?P<minus>(?=["(]|[^\W\d_]))
    | (?<![^\s(-])(?P<field>{}):(?=["(]|[^\W_])
    | "(?P<quoted>[^"]*)"(?P<open>\*?)
    | (?P<word>[^\s"()]+)
    """.format("|".join(f"{name}|{name.upper()}|{name.capitalize()}" for name in FIELDS)),
    re.VERBOSE,
)
_TOKEN = re.compile(r"[^\W_]+")
# NUL would end the expression, a lone surrogate (an argument that was no UTF-8) is no text.
_FOREIGN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_OPERATORS = ("AND", "OR", "NOT")
_DEEPEST = 8  # parentheses further in are not seen; SQLite's parser has room for about thirty
_SHORTEST = 2  # letters of a beginning; with fewer it is a word
_MARKED = 200  # so many different words of a search are marked in texts
SNIPPET = 160  # characters, before the words at both ends are made whole

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Term:
    """A phrase (one word or more, folded) to look for, in one field of the article or in all.

    open: the last of its words is only the beginning of one.
    """

    phrase: str
    field: str | None = None
    open: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """What must all occur, and what must not."""

    of: tuple[Node, ...]
    none: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Some:
    """What one of must occur."""

    of: tuple[Node, ...]


Node = Term | All | Some
Endings = Callable[[str], Iterable[str] | None]


@dataclass(frozen=True, kw_only=True)
class Words:
    """What is looked for, None if nothing. exact: accents count; else all are folded."""

    root: Node | None
    exact: bool

    def __bool__(self) -> bool:
        return self.root is not None

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """What may occur in an article that is found, each once; not what must not."""
        return tuple(dict.fromkeys(_terms(self.root))) if self.root else ()

    @property
    def phrases(self) -> tuple[str, ...]:
        """The phrases of the terms."""
        return tuple(term.phrase for term in self.terms)

    def expression(self, endings: Endings | None = None) -> str:
        """The FTS5 expression: phrases quoted, so that no character of theirs is an operator.

        endings: gives the words that begin so, or None where SQLite shall look for them.
        """
        return _expression(self.root, endings or (lambda _beginning: None)) if self.root else ""

    def spans(self, text: str, field: str | None = None) -> list[Span]:
        """Where the words stand in `text` (which is NFC): in order, none overlapping.

        field: which one the text is, so that words looked for in another are not marked.
        """
        folded = _fold(text, exact=self.exact)
        found = sorted(
            match.span() for pattern in self._patterns(field) for match in pattern.finditer(folded)
        )
        spans: list[Span] = []
        for start, end in found:
            if not spans or start >= spans[-1][1]:
                spans.append((start, end))
            elif end > spans[-1][1]:
                spans[-1] = (spans[-1][0], end)
        return spans

    def count(self, text: str, field: str | None = None) -> int:
        """How many of the words stand in `text`."""
        folded = _fold(text, exact=self.exact)
        return sum(1 for pattern in self._patterns(field) if pattern.search(folded))

    def _patterns(self, field: str | None) -> Iterator[re.Pattern[str]]:
        for term, pattern in self._all_patterns:
            if field is None or term.field in (None, field):
                yield pattern

    @cached_property
    def _all_patterns(self) -> list[tuple[Term, re.Pattern[str]]]:
        return [(term, _pattern(term)) for term in self.terms[:_MARKED]]


def parse_words(text: str) -> Words:
    """Read what a user typed; no input is an error.

    What has no sense (a quote or a parenthesis without the other, an operator with nothing to
    combine) is left out; signs alone are no words. If any word carries a mark or is written with
    đ, all are exact. NOT takes away from what the words beside it find: alone it finds nothing.
    """
    text = composed(_FOREIGN.sub(" ", text))
    pieces = list(_PIECE.finditer(text))
    given = " ".join(piece["quoted"] or piece["word"] or "" for piece in pieces)
    exact = has_accent(given)
    return Words(root=_Reader(pieces, exact=exact).read(), exact=exact)


class _Reader:
    """Reads the pieces from left to right. OR binds last, a field to what stands behind it."""

    def __init__(self, pieces: list[re.Match[str]], *, exact: bool) -> None:
        self._pieces = pieces
        self._exact = exact
        self._at = 0

    def read(self) -> Node | None:
        found: list[Node | None] = []
        while self._at < len(self._pieces):
            found.append(self._some(None, 0))
            self._at += 1  # a ')' without its '('
        return _all([node for node in found if node], [])

    def _next(self) -> str | None:
        """What comes next: a sign, an operator, 'field', 'term' or None at the end."""
        if self._at >= len(self._pieces):
            return None
        piece = self._pieces[self._at]
        if piece["sign"]:
            return piece["sign"]
        if piece["minus"] is not None:
            return "NOT"
        if piece["field"]:
            return "field"
        return piece["word"] if piece["word"] in _OPERATORS else "term"

    def _some(self, field: str | None, depth: int) -> Node | None:
        found = [self._every(field, depth)]
        while self._next() == "OR":
            self._at += 1
            found.append(self._every(field, depth))
        nodes = tuple(dict.fromkeys(node for node in found if node))
        return Some(nodes) if len(nodes) > 1 else next(iter(nodes), None)

    def _every(self, field: str | None, depth: int) -> Node | None:
        wanted: list[Node] = []
        unwanted: list[Node] = []
        here, into, shut = field, wanted, 0
        while (what := self._next()) not in (None, "OR") and not (what == ")" and not shut):
            piece = self._pieces[self._at]
            self._at += 1
            if what == "field":
                here = FIELDS[piece["field"].lower()]
                continue
            if what == "NOT":
                into = unwanted
                continue
            node: Node | None = None
            if what == "(" and depth < _DEEPEST:
                node = self._some(here, depth + 1)
                self._at += 1  # its ')'
            elif what in ("(", ")"):
                shut += 1 if what == "(" else -1
            elif what == "term":
                node = self._term(piece, here)
            if node:
                into.append(node)
            here, into = field, wanted
        return _all(wanted, unwanted)

    def _term(self, piece: re.Match[str], field: str | None) -> Term | None:
        text = piece["quoted"] if piece["quoted"] is not None else piece["word"]
        is_open = bool(piece["open"]) or text.endswith("*")
        folded = " ".join(_fold(text.rstrip("*"), exact=self._exact).split())
        tokens = _TOKEN.findall(folded)
        if not tokens:
            return None
        return Term(folded, field, is_open and len("".join(tokens)) >= _SHORTEST)


def _all(wanted: list[Node], unwanted: list[Node]) -> Node | None:
    """One node of what must occur; None where only things that must not are named."""
    if not wanted:
        return None
    of = tuple(dict.fromkeys(wanted))
    if len(of) == 1 and not unwanted:
        return of[0]
    return All(of, tuple(dict.fromkeys(unwanted)))


def _terms(node: Node) -> Iterator[Term]:
    if isinstance(node, Term):
        yield node
        return
    for part in node.of:
        yield from _terms(part)


def _expression(node: Node, endings: Endings) -> str:
    if isinstance(node, Term):
        return _asked(node, endings)
    joined = (" OR " if isinstance(node, Some) else " AND ").join(
        _expression(part, endings) for part in node.of
    )
    if isinstance(node, All) and node.none:
        none = " OR ".join(_expression(part, endings) for part in node.none)
        return f"(({joined}) NOT ({none}))"
    return f"({joined})" if len(node.of) > 1 else joined


def _asked(term: Term, endings: Endings) -> str:
    forms = [f'"{term.phrase}"']
    if term.open:
        forms = []
        for phrase in tone_placements(term.phrase):
            last = _TOKEN.findall(phrase)[-1]
            before = phrase[: phrase.rindex(last)]
            whole = endings(last)
            forms += [f'"{phrase}" *'] if whole is None else [f'"{before}{word}"' for word in whole]
        forms = forms or [f'"{term.phrase}"']
    asked = " OR ".join(f"{term.field} : {form}" if term.field else form for form in forms)
    return f"({asked})" if len(forms) > 1 else asked


def snippet(texts: Iterable[str | None], words: Words) -> str:
    """The part of the first text with most of the words in it, around the first of them.

    At most about SNIPPET characters; whole words only, '…' where something was left out. Without
    a match, the beginning of the first text.
    """
    return marked_snippet(((None, text) for text in texts), words)[0]


def marked_snippet(
    texts: Iterable[tuple[str | None, str | None]], words: Words
) -> tuple[str, list[Span]]:
    """The same of texts that each say which field they are, and where in it the words stand."""
    field, best, most = None, "", -1
    for which, text in texts:
        if text and (held := words.count(text, which)) > most:  # the first of equals
            field, best, most = which, text, held
            if most == len(words.terms):
                break
    spans = words.spans(best, field)
    start, end = spans[0] if spans else (0, 0)
    room = max(0, SNIPPET - (end - start)) // 2
    low, high = start - room, end + room
    # What one side does not use, the other gets.
    low, high = low - max(0, high - len(best)), high - min(0, low)
    shown = _whole(best, max(0, low), min(len(best), high))
    return shown, words.spans(shown, field)


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


def _pattern(term: Term) -> re.Pattern[str]:
    forms = tone_placements(term.phrase) if term.open else (term.phrase,)
    inner = "|".join(
        r"[\W_]+".join(re.escape(token) for token in _TOKEN.findall(form)) for form in forms
    )
    end = r"[^\W_]*" if term.open else r"(?![^\W_])"
    return re.compile(rf"(?<![^\W_])(?:{inner}){end}")
