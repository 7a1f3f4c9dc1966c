"""Nicknames that an article announces: 'tức Tí “chuột”', 'còn gọi là Huy Bột'."""

from __future__ import annotations

from collections.abc import Iterable

from newsarchive.masking import lexicon
from newsarchive.masking.cues import Cue, Mention
from newsarchive.masking.entries import Entry, Name
from newsarchive.masking.tokens import INITIALS, OTHER, QUOTES, WORD, Text

_FAR = 12  # words between the name and what announces the nickname


def find_nicknames(mentions: Iterable[Mention], entries: dict[Name, Entry]) -> None:
    """Give those whose name 'tức ...' or 'biệt danh ...' follows their nicknames."""
    by_given = {name[-1]: entry for name, entry in entries.items()}
    for found in mentions:
        entry = entries.get(found.name) or by_given.get(found.name[-1])
        if entry is None or found.cue == Cue.PLACE:
            continue
        for at in range(found.behind, min(found.behind + _FAR, len(found.text))):
            text, word = found.text, found.text.words[at]
            if word in (".", "\n", ")"):
                break
            if word in lexicon.ALIAS_WORDS or (text.words[at], text.words[at + 1]) in lexicon.ALIAS:
                alias = _alias(text, at + 1)
                if alias and alias not in entries:
                    entry.aliases.add(alias)
                break


def _alias(text: Text, at: int) -> Name:
    """The nickname that the words 'tức', 'còn gọi là' announce, () if none can be told."""
    limit = at + 5
    while at < limit and text.words[at] in _LEADING:
        at += 1
    words: list[str] = []
    quoted = text.words[at] in QUOTES
    at += quoted
    while len(words) < 5 and at < len(text):
        word, kind = text.words[at], text.kinds[at]
        if word in QUOTES:
            if quoted:
                break
            quoted = True
        elif kind in (INITIALS, OTHER) or (
            kind == WORD and not (quoted or _last_word(text, at, words))
        ):
            break
        else:
            words.append(word)
        at += 1
    named = "".join(words)
    return tuple(words) if len(named) > len(words) and words[0] != "không" else ()


_LEADING = frozenset(["danh", "hiệu", "gọi", "khác", "thường", "là", ":", "giả", "tên", "hay"])


def _last_word(text: Text, at: int, words: list[str]) -> bool:
    """Whether a word without a capital ends the nickname: 'tức Tuấn đen,'."""
    return len(words) == 1 and text.words[at + 1] in (",", ")", ";", ".")
