"""Putting initials where an article names its private persons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from newsarchive.masking import lexicon
from newsarchive.masking.cues import Cue, Mention, is_credit, is_place, mention, trimmed
from newsarchive.masking.entries import Entry, Name
from newsarchive.masking.persons import Book
from newsarchive.masking.tokens import (
    CAPITALS,
    INITIALS,
    MOST_WORDS,
    QUOTES,
    TITLE,
    WORD,
    Text,
    names_in,
)


@dataclass(frozen=True, slots=True)
class Span:
    """What is replaced: characters from start to end of the composed text."""

    start: int
    end: int
    initials: str


def spans(text: Text, book: Book) -> list[Span]:
    """Where the text names persons of the book, in order, none over another."""
    found: list[Span] = []
    if not book.full:
        return found
    ways = [_in_runs(text, book)]
    if book.nicknames:
        ways.append(_in_quotes(text, book))
    if text.text.isascii():
        ways.append(_unmarked(text, book))
    taken: set[int] = set()
    for way in ways:
        for first, behind, initials in way:
            if taken.isdisjoint(range(first, behind)):
                taken.update(range(first, behind))
                found.append(Span(*text.span(first, behind), initials))
    return sorted(found, key=lambda span: span.start)


def replaced(text: Text, found: list[Span]) -> str:
    """The text with initials in the spans; a full stop behind one is not doubled."""
    parts: list[str] = []
    done = 0
    for span in found:
        initials = span.initials
        if initials.endswith(".") and text.text[span.end : span.end + 1] == ".":
            initials = initials[:-1]
        parts += (text.text[done : span.start], initials)
        done = span.end
    return "".join((*parts, text.text[done:]))


Place = tuple[int, int, str]


def _in_runs(text: Text, book: Book) -> Iterator[Place]:
    for first, behind in text.runs:
        capitals = text.kinds[first] == CAPITALS and behind - first > 4
        start = first if capitals else trimmed(text, first, behind)
        credit = is_credit(text, first) or not book.authors.isdisjoint(
            (names_in(text, first, behind), names_in(text, start, behind))
        )
        at = first
        while at < behind:
            if text.words[at] not in book.begin:
                at += 1
                continue
            hit = _full(text, book, at, behind, start, capitals=capitals)
            if hit is None and not credit:
                hit = _short(text, book, at, behind, start, capitals=capitals)
            if hit is None:
                at += 1
            else:
                yield hit
                at = max(hit[1], at + 1)


def _name(text: Text, at: int, count: int, behind: int) -> tuple[Name, int]:
    """So many words from the token on, hyphens left out, and where they end."""
    words: list[str] = []
    while at < behind and len(words) < count:
        if text.words[at] != "-":
            words.append(text.words[at])
        at += 1
    return (tuple(words) if len(words) == count else ()), at


def _full(
    text: Text, book: Book, at: int, behind: int, start: int, *, capitals: bool
) -> Place | None:
    """A whole name at the token: the longest there is, and not a part of a longer one."""
    for count in range(min(MOST_WORDS, behind - at), 1, -1):
        name, end = _name(text, at, count, behind)
        entry = book.full.get(name)
        if entry is None:
            continue
        if not capitals and not _entire(text, at, end, start, behind):
            continue
        if entry.contextual and not _own_cue(text, at, end):
            continue
        if not capitals and (_of_place(text, at - 1) or _office(text, at, end, entry)):
            continue
        return at, text.past_quote(end), entry.initials
    return None


def _entire(text: Text, at: int, end: int, start: int, behind: int) -> bool:
    """Whether a name is no part of a longer one: of 'Nguyễn Văn An Bình', 'Nguyễn Văn An' is."""
    if at == start and end == behind:
        return True
    longer = at == start and behind - end < 3 and text.words[end] not in lexicon.KINH
    return end - at > 2 and not longer


def _own_cue(text: Text, at: int, end: int) -> bool:
    found = _mention(text, at, end)
    return found is not None and found.cue in (Cue.STRONG, Cue.BEFALLEN, Cue.WEAK)


def _of_place(text: Text, at: int) -> bool:
    """Whether the word before makes a whole name a street's; an account may bear anyone's."""
    return text.words[at] != "tên" and is_place(text, at)


def _office(text: Text, at: int, end: int, entry: Entry) -> bool:
    """Whether a rank stands in front of a name that is no accused official's."""
    if Cue.ACCUSED_OFFICIAL in entry.cues:
        return False
    found = _mention(text, at, end)
    return found is not None and found.cue == Cue.OFFICIAL


def _mention(text: Text, at: int, end: int) -> Mention | None:
    return text.mentions.get((at, end)) or mention(text, at, end)


def _short(
    text: Text, book: Book, at: int, behind: int, start: int, *, capitals: bool
) -> Place | None:
    """A part of a name or a nickname at the token, if it stands there for itself."""
    if book.nicknames and (nick := _nickname(text, book, at)):
        return nick
    for count in (3, 2, 1):
        name, end = _name(text, at, count, behind)
        entries = _called(book, name)
        if not entries:
            continue
        alone = at == start or text.words[at - 1] == "-"
        if not capitals and not (alone and (end == behind or text.words[end] == "-")):
            continue
        if capitals and (count > 1 or not _own_cue_in_capitals(text, at)):
            continue
        if _stands_for_person(text, book, Mention(text, at, end, name), entries):
            return at, text.past_quote(end), _initials(name, entries)
    return None


def _called(book: Book, name: Name) -> list[Entry]:
    entry = book.full.get(name) if len(name) == 1 else None
    return [entry] if entry is not None else book.short.get(name, [])


def _initials(name: Name, entries: list[Entry]) -> str:
    """The person's; of several who are called so only those of the word itself."""
    if len({entry.initials for entry in entries}) == 1:
        return entries[0].initials
    return "".join(f"{word[0].upper()}." for word in name)


def _own_cue_in_capitals(text: Text, at: int) -> bool:
    return (text.words[at - 2], text.words[at - 1]) in lexicon.STRONG_PAIRS


def _stands_for_person(text: Text, book: Book, found: Mention, entries: list[Entry]) -> bool:
    """Whether a short name means the person and no place, official or other word."""
    at, word, following = found.first, found.name[0], text.words[found.behind]
    before = text.words[at - 1]
    if before in lexicon.SHORT_PLACE or is_place(text, at - 1):
        return False
    if before == "từ" and following in lexicon.TOWARDS and _capital(text, found.behind + 1):
        return False
    if len(found.name) == 1:
        pair = (word, following)
        if pair in lexicon.ORG_PAIRS or (pair in lexicon.OFFICIAL_PAIRS):
            return False
        compound = following in lexicon.COMPOUNDS.get(word, ())
        if compound and (before in lexicon.AUTHORITY or text.begins_sentence(at)):
            return False
        if text.begins_sentence(at) and (word in lexicon.PRONOUNS or following.isdecimal()):
            return False
    cue = _mention(text, at, found.behind)
    if cue is not None and cue.cue == Cue.OFFICIAL and before not in lexicon.WEAK:
        return any(Cue.ACCUSED_OFFICIAL in entry.cues for entry in entries)
    if found.name in book.officials and before in lexicon.WEAK:
        return any(entry.polite for entry in entries)
    return True


def _capital(text: Text, at: int) -> bool:
    return text.kinds[at] in (TITLE, CAPITALS)


def _nickname(text: Text, book: Book, at: int) -> Place | None:
    """A nickname of several words from the token on, quotes inside it left out."""
    words: list[str] = []
    ends: list[int] = []
    end = at
    while end < len(text) and len(words) < 5:
        if text.words[end] not in QUOTES:
            if text.kinds[end] > WORD or text.kinds[end] == INITIALS:
                break
            words.append(text.words[end])
            ends.append(end + 1)
        end += 1
    for count in range(len(words), 1, -1):
        if owners := book.nicknames.get(tuple(words[:count])):
            end = ends[count - 1]
            opened = any(text.words[k] in QUOTES for k in range(at, end))
            name = tuple(words[:count])
            return at, end + (opened and text.words[end] in QUOTES), _initials(name, owners)
    return None


def _in_quotes(text: Text, book: Book) -> Iterator[Place]:
    """Nicknames in quotes that begin with a small letter."""
    for at in range(1, len(text)):
        if text.words[at - 1] not in QUOTES or text.kinds[at] != WORD:
            continue
        for end in range(at + 1, min(at + 6, len(text))):
            if text.words[end] in QUOTES:
                name = tuple(text.words[at:end])
                if owners := book.nicknames.get(name):
                    yield at, end, _initials(name, owners)
                break


def _unmarked(text: Text, book: Book) -> Iterator[Place]:
    """Whole names in a text that is typed without marks, as tags are: 'nguyen van an'."""
    at = 0
    while at < len(text):
        hit = None
        if (entry := book.joined.get(text.words[at])) is not None:
            hit = (at, at + 1, entry.initials)
        for count in range(6, 1, -1):
            entry = book.bare.get(tuple(text.words[at : at + count]))
            if entry is not None and (count > 2 or count == len(text)):
                hit = (at, at + count, entry.initials)
                break
        if hit is not None:
            yield hit
        at = hit[1] if hit else at + 1
