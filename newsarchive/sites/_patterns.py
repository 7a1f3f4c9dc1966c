"""Whether a regular expression of a site file may take for ever on an address made for it.

Python tries every way in which an expression can match. Where a repeated part holds another one,
and nothing tells where one turn ends, the ways double with each character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from re import _constants as codes  # type: ignore[attr-defined]  # typeshed does not list it
from re import _parser as parser  # type: ignore[attr-defined]  # likewise
from typing import Any

LONGEST = 1000  # characters of an expression
_RUN = 3  # repeated parts that may share characters, one behind the other
_FEW = 16  # turns of a part that holds nothing without a bound
_ALL = frozenset(range(128))  # addresses are ASCII
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT)
_CATEGORIES = {
    code: frozenset(c for c in _ALL if re.match(sign, chr(c)))
    for code, sign in (
        (codes.CATEGORY_DIGIT, r"\d"),
        (codes.CATEGORY_NOT_DIGIT, r"\D"),
        (codes.CATEGORY_WORD, r"\w"),
        (codes.CATEGORY_NOT_WORD, r"\W"),
        (codes.CATEGORY_SPACE, r"\s"),
        (codes.CATEGORY_NOT_SPACE, r"\S"),
    )
}


def fault(pattern: str) -> str | None:
    """What is wrong with an expression, None if nothing. Raises re.error where it is none."""
    re.compile(pattern)
    if len(pattern) > LONGEST:
        return f"is longer than {LONGEST} characters"
    return _fault(parser.parse(pattern))


def _fault(tree: Any) -> str | None:
    for op, value in tree:
        for inner in _inside(op, value):
            if found := _fault(inner):
                return found
        if op in _REPEATS and value[1] > 1:
            body = value[2]
            sets = list(_repeated(body, variable=value[1] > _FEW))
            if sets and not _is_parted(body, frozenset().union(*sets)):
                return "repeats a part that repeats, and nothing tells where a turn of it ends"
            if value[1] > _FEW and _is_doubtful(body):
                return "repeats a part that can match the same in more ways than one"
            if any(_overlap(branches) for branches in _branches(body)):
                return "repeats alternatives that may begin alike"
    if _longest_run(tree) > _RUN:
        return f"has more than {_RUN} repeated parts in a row that may match the same"
    return None


def _inside(op: Any, value: Any) -> Iterator[Any]:
    """The expressions within an element."""
    if op in _REPEATS or op is codes.POSSESSIVE_REPEAT:
        yield value[2]
    elif op is codes.SUBPATTERN:
        yield value[3]
    elif op is codes.BRANCH:
        yield from value[1]
    elif op in (codes.ASSERT, codes.ASSERT_NOT):
        yield value[1]
    elif op is codes.ATOMIC_GROUP:
        yield value


def _repeated(tree: Any, *, variable: bool = False) -> Iterator[frozenset[int]]:
    """The characters of each part that is repeated without a bound; with `variable` also of each
    that may be there more or less often."""
    for op, value in tree:
        if op in _REPEATS and (value[1] is codes.MAXREPEAT or (variable and value[0] != value[1])):
            yield _characters(value[2])
        else:
            for inner in _inside(op, value):
                yield from _repeated(inner, variable=variable)


def _is_parted(tree: Any, repeated: frozenset[int]) -> bool:
    """Whether something that must be there is nothing that the repeated parts match."""
    for op, value in tree:
        if op is codes.SUBPATTERN and _is_parted(value[3], repeated):
            return True
        one = _one(op, value)
        if one is not None and not one & repeated:
            return True
    return False


def _is_doubtful(tree: Any) -> bool:
    """Whether, in a part that is repeated, two pieces of no fixed length may share characters with
    nothing between them that tells where one ends: then the ways double with each turn. The last
    piece of a turn stands before the first of the next."""
    before: frozenset[int] = frozenset()
    for variable, characters in [*_pieces(tree)] * 2:
        if variable:
            if characters & before:
                return True
            before |= characters
        elif not characters & before:
            before = frozenset()
    return False


def _pieces(tree: Any) -> Iterator[tuple[bool, frozenset[int]]]:
    """The parts of an expression in a row: whether their length is not fixed, and what they
    match."""
    for op, value in tree:
        one = _one(op, value)
        if one is not None:
            yield False, one
        elif op in _REPEATS:
            least, most = value[2].getwidth()
            yield value[0] != value[1] or least != most, _characters(value[2])
        elif op is codes.SUBPATTERN:
            yield from _pieces(value[3])
        elif op is codes.BRANCH:
            widths = {width for branch in value[1] for width in branch.getwidth()}
            characters = frozenset().union(*map(_characters, value[1]))
            yield len(widths) > 1, characters


def _one(op: Any, value: Any) -> frozenset[int] | None:
    """The characters of an element that matches exactly one; None for others."""
    if op is codes.LITERAL:
        return frozenset(ord(c) for c in (chr(value).lower(), chr(value).upper()) if len(c) == 1)
    if op is codes.NOT_LITERAL:
        return _ALL - {value}
    if op is codes.ANY:
        return _ALL
    return _class(value) if op is codes.IN else None


def _class(items: Iterable[tuple[Any, Any]]) -> frozenset[int]:
    found: set[int] = set()
    negated = False
    for op, value in items:
        if op is codes.NEGATE:
            negated = True
        elif op is codes.LITERAL:
            found |= {ord(c) for c in (chr(value).lower(), chr(value).upper()) if len(c) == 1}
        elif op is codes.RANGE:
            span = {chr(c) for c in range(value[0], min(value[1], 127) + 1)}
            found |= {ord(c) for one in span for c in (one.lower(), one.upper()) if len(c) == 1}
        elif op is codes.CATEGORY:
            found |= _CATEGORIES.get(value, _ALL)
    return _ALL - found if negated else frozenset(found)


def _characters(tree: Any) -> frozenset[int]:
    """All characters that an expression may match."""
    found: frozenset[int] = frozenset()
    for op, value in tree:
        one = _one(op, value)
        found |= one if one is not None else frozenset()
        for inner in _inside(op, value):
            found |= _characters(inner)
    return found


def _branches(tree: Any) -> Iterator[Any]:
    for op, value in tree:
        if op is codes.BRANCH:
            yield value[1]
        for inner in _inside(op, value):
            yield from _branches(inner)


def _overlap(branches: Any) -> bool:
    """Whether two alternatives may begin with the same character, or one with none."""
    met: set[int] = set()
    for branch in branches:
        first = _first(branch)
        if first is None or met & first:
            return True
        met |= first
    return False


def _first(tree: Any) -> frozenset[int] | None:
    """The characters that an expression begins with; None where it may match nothing."""
    found: frozenset[int] = frozenset()
    for op, value in tree:
        one = _one(op, value)
        if one is not None:
            return found | one
        if op in _REPEATS:
            inner = _first(value[2])
            if inner is None:
                return None
            found |= inner
            if value[0]:
                return found
        elif op is codes.SUBPATTERN:
            inner = _first(value[3])
            if inner is not None:
                return found | inner
            return None
        elif op is codes.BRANCH:
            firsts = [_first(branch) for branch in value[1]]
            return None if None in firsts else found.union(*(f for f in firsts if f is not None))
    return None


def _longest_run(tree: Any) -> int:
    longest = run = 0
    before: frozenset[int] = frozenset()
    for is_repeat, characters in _flat(tree):
        if is_repeat:
            run, before = (run + 1, before | characters) if before & characters else (1, characters)
            longest = max(longest, run)
        elif not before & characters:
            run, before = 0, frozenset()
    return longest


def _flat(tree: Any) -> Iterator[tuple[bool, frozenset[int]]]:
    """The parts of an expression in a row: whether it is repeated without a bound, and what it
    matches. What may be missing parts nothing."""
    for op, value in tree:
        one = _one(op, value)
        if one is not None:
            yield False, one
        elif op in _REPEATS:
            if value[1] is codes.MAXREPEAT:
                yield True, _characters(value[2])
            elif list(_repeated(value[2])):
                for repeated, characters in [*_flat(value[2])] * min(value[1], _RUN + 1):
                    if repeated or value[0]:
                        yield repeated, characters
        elif op is codes.SUBPATTERN:
            yield from _flat(value[3])
        elif op is codes.BRANCH:
            sets = [found for branch in value[1] for found in _repeated(branch)]
            if sets:
                yield True, frozenset().union(*sets)
