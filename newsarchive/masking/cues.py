"""What stands around a name and tells whose it is: a private person's, an officer's, a place's."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from newsarchive.masking import lexicon
from newsarchive.masking.tokens import CAPITALS, OTHER, QUOTES, TITLE, WORD, Text, names_in

_LINKS = frozenset(["là", ":", "gồm", "có", "được"])
_OPENING = frozenset(",(-–—:")
_STOPS = frozenset(".!?;…\n")
_ENDS = frozenset(["", ".", "\n", "!", "?"])
_FAR = 25  # words between 'nạn nhân ...' and '... là' in one sentence
_OFFICE_FAR = 14


class Cue(IntEnum):
    """How a name is introduced. A stronger one outdoes a weaker one of the same name.

    WEAK: by a polite word alone ('ông', 'chị'); BEFALLEN: by a verb whose object it is, or by what
    it does; STRONG: by a noun or by year of birth, age or address.
    """

    NONE = 0
    PLACE = 1
    WEAK = 2
    BEFALLEN = 3
    STRONG = 4
    OFFICIAL = 5
    ACCUSED_OFFICIAL = 6


@dataclass(slots=True)
class Mention:
    """A stretch that may be a name: tokens from first to behind, its words, what introduces it.

    polite: a polite word stands in front of it. role: 'suspect', 'victim', 'witness', 'child' or
    'private'.
    """

    text: Text
    first: int
    behind: int
    name: tuple[str, ...]
    cue: Cue = Cue.NONE
    role: str = "private"
    polite: bool = False


def mention(text: Text, first: int, behind: int) -> Mention | None:
    """The name in a stretch of capitalised words with its cue; None where there is none."""
    if behind - first == 1 and text.words[first - 1] in _ENDS and text.words[behind] not in "(,":
        return None  # the first word of a sentence, most often no name
    if is_credit(text, first):
        return None
    first = trimmed(text, first, behind)
    name = names_in(text, first, behind)
    if len(name) > 7 or max(map(len, name)) < 2:
        return None
    if text.kinds[first] == CAPITALS and len(name) == 1:
        return None
    found = Mention(text, first, behind, name)
    _before(found)
    _behind(found)
    if found.cue in (Cue.STRONG, Cue.BEFALLEN, Cue.WEAK) and not _is_name(found):
        found.cue = Cue.NONE
    return found


def trimmed(text: Text, first: int, behind: int) -> int:
    """Where the name begins: words that only begin a sentence are left out ('Theo', 'Bà')."""
    if not text.begins_sentence(first):
        return first
    while behind - first > 1 and text.words[first] in lexicon.STARTERS:
        word, following = text.words[first : first + 2]
        if word in lexicon.SURNAMES and (following in ("văn", "thị", "a") or word in ("y", "thị")):
            break
        first += 1
    if behind - first > 2 and text.words[first] not in lexicon.SURNAMES:
        first += text.words[first + 1] in lexicon.SURNAMES and len(text.words[first + 1]) > 1
    return first


def is_credit(text: Text, first: int) -> bool:
    """Whether a label in front says that who took the picture or wrote the text is named here."""
    return text.words[first - 1] == ":" and text.words[first - 2] in lexicon.CREDIT


def like_name(text: Text, first: int, behind: int) -> bool:
    """Whether it begins as names of Vietnam's peoples do and has two words, and is no province."""
    name = names_in(text, first, behind)
    if not 2 <= len(name) <= 6 or not _possible(text, first, name):
        return False
    return name[0] in lexicon.SURNAMES or name[0].startswith(lexicon.TRIBAL)


def _possible(text: Text, first: int, name: tuple[str, ...]) -> bool:
    pair = (text.words[first], text.words[first + 1])
    if name[0] in lexicon.ORGANISATION or pair in lexicon.ORG_PAIRS:
        return False
    if pair in lexicon.OFFICIAL_PAIRS and text.kinds[first] == TITLE:
        return False
    return name not in lexicon.COUNTRY and name[:2] not in lexicon.COUNTRY


def _is_name(found: Mention) -> bool:
    """Whether the stretch can be a name, by how much its cue says."""
    text, first = found.text, found.first
    if len(found.name) == 1:
        nicknamed = text.past_quote(found.behind) > found.behind
        if (found.cue == Cue.BEFALLEN and not nicknamed) or len(found.name[0]) < 2:
            return False
        before = text.words[first - 1]
        if before in lexicon.WEAK and found.name[0] in lexicon.NEVER_AFTER_WEAK:
            return False
        if found.cue == Cue.WEAK and text.kinds[found.behind] != WORD:
            return False  # 'Anh Tuấn' alone is a whole name
        if before in lexicon.PEOPLE_OF and found.name[0] in lexicon.PEOPLES:
            return False
        return before not in lexicon.LOOSE_STRONG and _possible(text, first, found.name)
    if found.cue == Cue.STRONG:
        return _possible(text, first, found.name)
    return like_name(text, first, found.behind)


def _before(found: Mention) -> None:
    """Set the cue from what stands in front."""
    text, at = found.text, found.first - 1
    linked = False
    while text.words[at] in QUOTES or text.words[at] in _LINKS:
        linked = linked or text.words[at] in _LINKS
        at -= 1
    found.polite = text.words[at] in lexicon.WEAK
    role = _strong(text, at)
    if found.polite and text.words[at - 1] == ",":
        office = _office_before(text, at - 2, lexicon.OFFICE_OF)
    else:
        office = _office_before(text, at)
    if role is None and is_place(text, at) and (not linked or text.words[at + 1] == ":"):
        named = office is not None and like_name(text, found.first, found.behind)
        found.cue = Cue.OFFICIAL if named else Cue.PLACE
    elif office is not None and not linked:
        found.cue = office
    elif role is not None:
        found.cue, found.role = Cue.STRONG, role
    else:
        _further_before(found, at)


def _further_before(found: Mention, at: int) -> None:
    """Set the cue from a polite word or a verb at the token, or from how the sentence begins."""
    text = found.text
    told = _told_before(text, at - 1 if found.polite else found.first - 1)
    if found.polite:
        found.cue = Cue.WEAK if told is None else Cue.STRONG
        found.role = told or "private"
    elif (role := _verb(text, at) or told) is not None:
        found.cue, found.role = Cue.BEFALLEN, role
    elif len(found.name) == 1 and _nicknamed(found):
        found.cue, found.role = Cue.STRONG, "suspect"


def _nicknamed(found: Mention) -> bool:
    """Whether a nickname stands right behind a name in mid-sentence: Thắng "chột"."""
    text = found.text
    return text.past_quote(found.behind) > found.behind and text.kinds[found.first - 1] == WORD


def _strong(text: Text, at: int) -> str | None:
    pair = (text.words[at - 1], text.words[at])
    if pair in lexicon.NOT_STRONG:
        return None
    if pair in lexicon.STRONG_PAIRS:
        if pair[1] in ("nữ", "niên") and text.words[at - 2] in ("hội", "đoàn", "ban"):
            return None
        return lexicon.STRONG_PAIRS[pair]
    return lexicon.STRONG_WORDS.get(pair[1])


def _verb(text: Text, at: int) -> str | None:
    pair = (text.words[at - 1], text.words[at])
    return lexicon.VERBS.get(pair) or lexicon.VERB_WORDS.get(pair[1])


def _told_before(text: Text, at: int) -> str | None:
    """The role of 'Nạn nhân được xác định là ông', 'Các bị can gồm:'."""
    if text.words[at] not in _LINKS:
        return None
    for here in range(at - 1, max(at - _FAR, 0), -1):
        if text.words[here] in _STOPS:
            return None
        pair = (text.words[here - 1], text.words[here])
        if pair in lexicon.OFFICIAL_PAIRS:
            return None
        role = lexicon.STRONG_PAIRS.get(pair) or lexicon.STRONG_WORDS.get(pair[1])
        if role is not None and pair not in lexicon.NOT_STRONG:
            return role
    return None


def is_place(text: Text, at: int) -> bool:
    """Whether the word makes what is behind it the name of a place or an organisation."""
    word = text.words[at]
    if word == "." and text.words[at - 1] in ("tp", "p", "q", "h", "tx", "tt"):
        return True
    if word not in lexicon.PLACE:
        return False
    only = lexicon.PLACE_PAIRS.get(word)
    return only is None or text.words[at - 1] in only


def is_office(text: Text, at: int) -> bool:
    """Whether a rank or an office begins at the word."""
    pair = (text.words[at], text.words[at + 1])
    return pair in lexicon.OFFICIAL_PAIRS or pair[0] in ("trưởng", "phó", "đ/c")


def _office_before(text: Text, at: int, fill: frozenset[str] = lexicon.OFFICE_FILL) -> Cue | None:
    """OFFICIAL behind a rank or office; ACCUSED_OFFICIAL if that is said of a suspect."""
    here = at
    while at - here < _OFFICE_FAR and here >= 0:
        word = text.words[here]
        pair = (text.words[here - 1], word)
        if pair in lexicon.OFFICIAL_PAIRS:
            return _accused(text, here - 2)
        if word in lexicon.OFFICIAL_WORDS:
            return None if pair in lexicon.NOT_OFFICIAL else _accused(text, here - 1)
        if word not in fill and text.kinds[here] in (WORD, OTHER):
            return None
        here -= 1
    return None


def _accused(text: Text, at: int) -> Cue | None:
    """What an office with this word in front of it says of the name behind it."""
    while text.words[at] == "phó" or text.words[at] in lexicon.OFFICIAL_WORDS:
        at -= 1
    if text.words[at] in lexicon.FORMER:
        return None
    if _strong(text, at) in ("suspect", "victim") or _verb(text, at) == "suspect":
        return Cue.ACCUSED_OFFICIAL
    return Cue.OFFICIAL


def _behind(found: Mention) -> None:
    """Strengthen or change the cue by what stands behind."""
    text, at = found.text, found.text.past_quote(found.behind)
    if found.cue in (Cue.OFFICIAL, Cue.ACCUSED_OFFICIAL):
        return
    if found.cue <= Cue.WEAK and len(found.name) > 1 and (role := _deed(text, at)) is not None:
        found.cue, found.role = Cue.BEFALLEN, role
    apart = text.words[at] in _OPENING
    bracket = text.words[at] == "("
    at += apart
    if text.words[at] in ("nam", "nữ") and text.words[at + 1] == ",":
        at += 2
    if (len(found.name) > 1 or bracket or found.cue >= Cue.BEFALLEN) and _said(
        text, at, apart=apart, bracket=bracket
    ):
        if found.cue != Cue.PLACE or (bracket and like_name(text, found.first, found.behind)):
            found.cue = Cue.STRONG
        return
    former = text.words[at] in lexicon.FORMER
    at += former or text.words[at] == "là"
    if not is_office(text, at):
        return
    if _of_company(text, at):
        found.cue = Cue.NONE if found.cue == Cue.WEAK else found.cue
    elif found.cue in (Cue.STRONG, Cue.BEFALLEN):
        found.cue = Cue.ACCUSED_OFFICIAL if _is_name(found) else Cue.NONE
    elif found.cue == Cue.WEAK or (found.cue == Cue.NONE and not former):
        found.cue = Cue.OFFICIAL if apart or text.words[at - 1] == "là" else found.cue


def _deed(text: Text, at: int) -> str | None:
    """The role of whom what stands at the token, or behind a bracket there, tells something."""
    if text.words[at] == "(":
        at = text.past_bracket(at)
    word, following, third = text.words[at : at + 3]
    if word.isdecimal() and following in ("năm", "tháng"):
        return "suspect" if "tù" in (third, text.words[at + 4]) else None
    if word == ",":
        return lexicon.STRONG_PAIRS.get((following, third))
    return lexicon.DEEDS.get((word, following))


def _of_company(text: Text, at: int) -> bool:
    at += text.words[at] == "phó"
    at += text.words[at] == "tổng"
    of, following = text.words[at + 2 : at + 4]
    return of in lexicon.COMPANY and (of, following) != ("công", "an")


def _said(text: Text, at: int, *, apart: bool, bracket: bool) -> bool:
    word, following = text.words[at : at + 2]
    if word.isdecimal():
        if following == "tuổi":
            return True
        return bracket and len(word) == 4 and word[:2] in ("19", "20") and following in (",", ")")
    if word in ("vợ", "chồng", "ở", "ngụ", "quê", "người"):
        return bracket or (apart and word != "người")
    return word in lexicon.SAID_WORDS or (word, following) in lexicon.SAID


def in_list(one: Mention, other: Mention) -> bool:
    """Whether the second stands behind the first in one enumeration, brackets left out."""
    text, at = one.text, one.text.past_quote(one.behind)
    if text is not other.text:
        return False
    seen = False
    while at < other.first:
        word = text.words[at]
        if word == "(":
            at = text.past_bracket(at)
            if at > other.first:
                return False
            continue
        if word not in _BETWEEN:
            return False
        seen, at = True, at + 1
    return seen


_BETWEEN = frozenset([",", ";", "và", "cùng", "với", "hoặc", "-", "–", "đồng"])
