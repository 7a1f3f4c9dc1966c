"""Who is named in an article: private persons, and officials who share names with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from newsarchive.masking import lexicon
from newsarchive.masking.cues import Cue, Mention, in_list, like_name, mention
from newsarchive.masking.entries import Entry, Name, is_kinh
from newsarchive.masking.nicknames import find_nicknames
from newsarchive.masking.tokens import CAPITALS, INITIALS, Text, names_in
from newsarchive.text import unaccent


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A private person. name: as first introduced, in full; initials: what stands for it.

    role: 'suspect', 'victim', 'witness', 'child' or 'private' (none of these was told).
    """

    name: str
    role: str
    initials: str


@dataclass(slots=True)
class Book:
    """All persons of an article, by what they are called.

    full: whole names. short: parts of them, each with those who are called so; nicknames:
    'tức ...'. officials: the words of officials' names by which they are called. bare, joined:
    whole names without marks, as words and as one word. begin: the first words of full, short
    and nicknames. authors: who signed.
    """

    full: dict[Name, Entry]
    short: dict[Name, list[Entry]]
    officials: set[Name]
    nicknames: dict[Name, list[Entry]]
    bare: dict[Name, Entry]
    joined: dict[str, Entry]
    begin: set[str]
    authors: set[Name]

    def people(self) -> list[Person]:
        """The persons, full names first, each in the order in which the article has them."""
        return [
            Person(name=entry.shown, role=entry.role, initials=entry.initials)
            for entry in self.full.values()
        ]


def gather(texts: Sequence[Text], signed: Sequence[Text] = ()) -> Book:
    """Read who is introduced anywhere in the texts of one article.

    signed: bylines and credits; who is named there is masked only if introduced by more than a
    polite word.
    """
    authors = {names_in(text, *run) for text in signed for run in text.runs}
    mentions = [found for text in texts for found in _mentions(text, authors)]
    _spread(mentions)
    _bare(mentions)
    entries, officials = _entries(mentions)
    _single(mentions, entries, officials)
    find_nicknames(mentions, entries)
    _number(entries, texts)
    return _book(entries, officials, authors)


def _mentions(text: Text, authors: set[Name]) -> Iterator[Mention]:
    for first, behind in text.runs:
        if text.kinds[first] == CAPITALS and behind - first > 4:
            yield from _in_capitals(text, first, behind)
        elif (found := mention(text, first, behind)) is not None:
            if found.cue < Cue.BEFALLEN and authors & {found.name, names_in(text, first, behind)}:
                continue
            text.mentions[found.first, behind] = found
            yield found


def _in_capitals(text: Text, first: int, behind: int) -> Iterator[Mention]:
    """Names in a heading in capitals: from a family name behind a noun for a suspect on."""
    at = first + 1
    while at < behind - 1:
        pair = (text.words[at - 1], text.words[at])
        at += 1
        if pair not in lexicon.STRONG_PAIRS and pair not in lexicon.VERBS:
            continue
        end = at
        while end < min(behind, at + 5) and text.words[end] not in lexicon.CAPITAL_STOPS:
            end += 1
        if end - at > 4:  # where it ends is not to be told
            end = at + (4 if text.words[at + 1] == "thị" else 3)
        if like_name(text, at, end):
            role = lexicon.STRONG_PAIRS.get(pair) or lexicon.VERBS[pair]
            name = tuple(text.words[at:end])
            yield Mention(text, at, end, name, Cue.BEFALLEN, role)
            at = end


def _spread(mentions: list[Mention]) -> None:
    """Give names in one enumeration the cue of their neighbour, forwards and then backwards."""
    pairs = list(_neighbours(mentions))
    for one, other in (*pairs, *((other, one) for one, other in reversed(pairs))):
        if other.cue != Cue.NONE or one.cue < Cue.WEAK:
            continue
        if like_name(other.text, other.first, other.behind):
            other.cue = Cue.STRONG if one.cue == Cue.ACCUSED_OFFICIAL else one.cue
            other.role = one.role


def _neighbours(mentions: list[Mention]) -> Iterator[tuple[Mention, Mention]]:
    """Each name with the next one of its enumeration, those in brackets between left out."""
    for number, one in enumerate(mentions):
        at = one.text.past_quote(one.behind)
        end = one.text.past_bracket(at) if one.text.words[at] == "(" else at
        for other in mentions[number + 1 : number + 9]:
            if other.text is not one.text:
                break
            if other.first >= end:
                if in_list(one, other):
                    yield one, other
                break


def _bare(mentions: Sequence[Mention]) -> None:
    """In an article about someone introduced, take bare names of Kinh form for private persons'.

    They count as little as those behind a polite word: one office or street of the name, and it
    stays.
    """
    if not any(found.cue in (Cue.BEFALLEN, Cue.STRONG) for found in mentions):
        return
    others = {found.name for found in mentions if found.cue in (Cue.OFFICIAL, Cue.PLACE)}
    for found in mentions:
        name, text = found.name, found.text
        if (
            found.cue != Cue.NONE
            or name in others
            or not like_name(text, found.first, found.behind)
        ):
            continue
        whole = found.first == 0 and found.behind >= len(text) - 1
        kinh = len(name) in (3, 4) and name[0] in lexicon.KINH and is_kinh(name)
        if (kinh or name[0] in lexicon.UPLAND) and not whole and name not in lexicon.HISTORIC:
            found.cue = Cue.WEAK


def _entries(mentions: Sequence[Mention]) -> tuple[dict[Name, Entry], set[Name]]:
    """Full names that are private persons', and the names of officials."""
    entries: dict[Name, Entry] = {}
    places = {found.name for found in mentions if found.cue == Cue.PLACE}
    for found in mentions:
        if found.cue in (Cue.NONE, Cue.PLACE) or len(found.name) < 2:
            continue
        if found.name in places and found.cue < (
            Cue.STRONG if len(found.name) == 2 else Cue.BEFALLEN
        ):
            continue
        entry = entries.setdefault(found.name, Entry(found.name, shown(found)))
        if found.cue > max(entry.cues, default=Cue.NONE) or entry.role == "private":
            entry.role = found.role
        entry.cues.add(found.cue)
        entry.polite = entry.polite or found.polite
    officials = {name for name, entry in entries.items() if not _masked(entry)}
    return {n: e for n, e in entries.items() if n not in officials}, officials | {
        name for name, entry in entries.items() if entry.contextual
    }


def _masked(entry: Entry) -> bool:
    """Whether a name with these cues is a private person's."""
    if Cue.OFFICIAL in entry.cues:
        return Cue.STRONG in entry.cues or Cue.ACCUSED_OFFICIAL in entry.cues
    return True


def shown(found: Mention) -> str:
    """The name as printed, with single blanks."""
    start, end = found.text.span(found.first, found.behind)
    return " ".join(found.text.text[start:end].split())


def _single(mentions: Iterable[Mention], entries: dict[Name, Entry], officials: set[Name]) -> None:
    """Add those who are introduced by a given name alone, or drop them if a full name has it.

    Likewise a name of two words that ends a longer one is the same person, and one that ends an
    official's name is that official.
    """
    known = {form for entry in entries.values() for form in entry.short_forms()}
    known_officials = {name[-count:] for name in officials for count in (1, 2, 3)}
    for name in list(entries):
        entry = entries[name]
        if name in known:
            del entries[name]
        elif name in known_officials and max(entry.cues) < Cue.STRONG:
            del entries[name]
            officials.add(name)
    for found in mentions:
        if len(found.name) != 1 or found.name in known or found.name in entries:
            continue
        official = found.polite and found.name in known_officials
        if found.cue in (Cue.STRONG, Cue.BEFALLEN, Cue.WEAK) and not official:
            entries[found.name] = Entry(
                found.name, shown(found), found.role, {found.cue}, found.polite
            )


def _number(entries: dict[Name, Entry], texts: Sequence[Text]) -> None:
    """Give each person initials: N.V.A., and N.V.A.2 to the next one in the order of the names.

    By name and not by place, so that another version of the article gives the same.
    """
    taken = {
        text.parts[2 * at + 1]
        for text in texts
        for at, kind in enumerate(text.kinds if entries and INITIALS in text.kinds else ())
        if kind == INITIALS
    }
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries.values():
        groups["".join(f"{word[0].upper()}." for word in entry.name)].append(entry)
    for initials, group in groups.items():
        group.sort(key=lambda entry: entry.name)
        for number, entry in enumerate(group, 2 if initials in taken else 1):
            entry.initials = initials if number == 1 else f"{initials}{number}"


def _book(entries: dict[Name, Entry], officials: set[Name], authors: set[Name]) -> Book:
    short: dict[Name, list[Entry]] = defaultdict(list)
    nicknames: dict[Name, list[Entry]] = defaultdict(list)
    for entry in entries.values():
        for form in set(entry.short_forms()) - entries.keys():
            short[form].append(entry)
        for form in entry.aliases:
            nicknames[form].append(entry)
    bare = {
        tuple(unaccent(word) for word in name): entry
        for name, entry in entries.items()
        if len(name) > 1
    }
    return Book(
        full=entries,
        short=dict(short),
        nicknames=dict(nicknames),
        officials={name[-count:] for name in officials for count in (1, 2)} | officials,
        bare=bare,
        joined={"".join(name): entry for name, entry in bare.items() if len(name) > 2},
        begin={name[0] for names in (entries, short, nicknames) for name in names},
        authors=authors,
    )
