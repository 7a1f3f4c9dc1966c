"""Whether a word is built like a Vietnamese syllable: that tells which encoding a text is in."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from newsarchive.text import composed

# Runs of letters, and of the signs that letters turn into when read in the wrong encoding.
WORD = re.compile("(?:[^\\W\\d_]|[\u0080-\u009f\u00a1-\u00bf\u00d7\u00f7\u0300-\u0323\ufffd])+")
_ONSETS = "ngh ng nh gh gi kh ph th tr ch qu b c d đ g h k l m n p r s t v x"
_OPEN = (
    "a ai ao au ay âu ây e eo ê êu i ia iu o oa oai oao oay oe oeo oi ô ôi ơ ơi "
    "u ua ui uây uê uôi uơ uy uya uyu ư ưa ưi ưu ươi ươu y iêu yêu "
    "am an ang anh ăm ăn ăng âm ân âng em en eng êm ên ênh iêm iên iêng im in inh "
    "oam oan oang oanh oăm oăn oăng oen om on ong oong ôm ôn ông ơm ơn um un ung uân uâng "
    "uênh uôm uôn uông uynh uyn uyên ưm ưn ưng ươm ươn ương yêm yên yêng yn ynh ăk"
)
# Syllables that a stop ends bear the sharp or the heavy tone only.
_STOPPED = (
    "ac ach ap at ăc ăp ăt âc âp ât ec ep et êch êp êt ich iêc iêp iêt ip it "
    "oac oach oap oat oăc oăt oc oet ooc op ot ôc ôp ôt ơp ơt uât uc uêch uôc uôt up ut "
    "uych uyêt uyt ưc ưt ươc ươp ươt yêt ych yt ăk"
)
_TONE = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_STOP_TONES = "\u0301\u0323"
_MAX_SCANNED = 200_000


@cache
def _shapes() -> tuple[re.Pattern[str], re.Pattern[str]]:
    onset, open_, stopped = (names.replace(" ", "|") for names in (_ONSETS, _OPEN, _STOPPED))
    return re.compile(f"(?:{onset})?(?:{open_})"), re.compile(f"(?:{onset})?(?:{stopped})")


def is_syllable(word: str) -> bool:
    """Whether the word, in any case and composition, has onset, rhyme and tone of Vietnamese.

    >>> is_syllable('Nghiệp'), is_syllable('été'), is_syllable('hòat')
    (True, False, False)
    """
    if len(word) > 12:
        return False
    decomposed = unicodedata.normalize("NFD", word.lower())
    tones = _TONE.findall(decomposed)
    if len(tones) > 1:
        return False
    bare = unicodedata.normalize("NFC", _TONE.sub("", decomposed))
    open_, stopped = _shapes()
    if open_.fullmatch(bare):
        return True
    return bool(tones) and tones[0] in _STOP_TONES and bool(stopped.fullmatch(bare))


def telling(text: str) -> list[str]:
    """The words with anything beyond ASCII; a sign that stands alone is none."""
    return [
        word
        for word in WORD.findall(text)
        if not word.isascii() and (len(word) > 1 or word.isalpha())
    ]


def weigh(text: str) -> tuple[int, int]:
    """(telling words that are syllables, all telling words) in the text's first 200,000 signs."""
    words = telling(composed(text[:_MAX_SCANNED]))
    return sum(map(is_syllable, words)), len(words)
