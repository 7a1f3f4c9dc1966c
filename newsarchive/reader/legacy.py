"""Text in the encodings of old Vietnamese fonts and pages (TCVN3, VNI, VISCII) made Unicode."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from newsarchive.reader.syllables import WORD, is_syllable, telling

# TCVN 5712:1993 VN3, the ABC fonts (.VnTime and its kin): codes A1 to FE; a dot: none. It has no
# capitals with tones: the fonts whose name ends in H show the small letters' codes as capitals.
_VN3 = (
    "ĂÂÊÔƠƯĐăâêôơưđ......àảãáạ.ằẳẵắ.......ặầẩẫấậè.ẻẽéẹềểễếệìỉ...ĩíịò.ỏõóọồổỗốộờởỡớợù.ủũúụừửữứựỳỷỹýỵ"
)
TCVN3: dict[str, str] = {chr(0xA1 + n): char for n, char in enumerate(_VN3) if char != "."}

# VNI for Windows: a letter and a sign after it; i, ơ, ư, ỵ and đ have codes of their own.
_VNI_MARKS = {
    "a": "ùáøàûảõãïạââáấàầåẩãẫäậêăéắèằúẳüẵëặ",
    "e": "ùéøèûẻõẽïẹâêáếàềåểãễäệ",
    "o": "ùóøòûỏõõïọâôáốàồåổãỗäộ",
    "u": "ùúøùûủõũïụ",
    "y": "ùýøỳûỷõỹ",
    "ô": "ùớøờûởõỡïợ",
    "ö": "ùứøừûửõữïự",
}
VNI: dict[str, str] = {
    **dict(zip("íìæóòôöîñÍÌÆÓÒÔÖÎÑ", "íìỉĩịơưỵđÍÌỈĨỊƠƯỴĐ", strict=True)),
    **{
        cased(letter) + mark: cased(whole)
        for letter, marks in _VNI_MARKS.items()
        for sign, whole in zip(marks[::2], marks[1::2], strict=True)
        for cased in (str.lower, str.upper)
        for mark in (sign, sign.upper())
    },
}

# VISCII 1.1 (RFC 1456): codes 80 to FF, and six capitals among the control codes.
_VISCII_HIGH = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)
VISCII: dict[int, str] = {
    **dict(zip((0x02, 0x05, 0x06, 0x14, 0x19, 0x1E), "ẲẴẪỶỸỴ", strict=True)),
    **{0x80 + n: char for n, char in enumerate(_VISCII_HIGH)},
}

_TAG = re.compile(r"(<[^<>]*>)")
_RAW = re.compile(r"<(/?)(script|style)\b", re.IGNORECASE)
_SPOKEN = re.compile(r"(?i)(\s(?:alt|title|content|value)\s*=\s*)(\"[^\"]*\"|'[^']*')")
_ENTITY = re.compile(r"&(?:#\d{1,5}|#[xX][0-9a-fA-F]{1,4}|[a-zA-Z]{2,8}\d?);?")
_WORD_OR_ENTITY = re.compile(f"&#?\\w{{1,8}};|{WORD.pattern}")
# Letters that only Vietnamese in Unicode has: such a text is in no font's encoding.
_UNICODE = re.compile(
    "[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]"
)
_VNI_SIGNS = re.compile("|".join(sorted(map(re.escape, VNI), key=len, reverse=True)))
_TCVN3_CODES = str.maketrans(TCVN3)
_CAPITAL_FONT = re.compile(r"[\"'\s:,;=]\.vn\w*h\b", re.IGNORECASE)
_ANY_FONT = re.compile(r"\bface\s*=|font-family\s*:", re.IGNORECASE)
_NAME = re.compile(r"<(/?)(font|span|p|div|td|li|h[1-6]|b|strong|i|em|u|a)\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class _Scheme:
    """An encoding that a font makes: the font's name in a page, and a text's way to Unicode."""

    font: re.Pattern[str]
    convert: Callable[[str], str]
    capitals: bool  # whether capitals with tones have codes


_SCHEMES = (
    _Scheme(
        font=re.compile(r"[\"'\s:,;=]\.vn[a-z]", re.IGNORECASE),
        convert=lambda text: text.translate(_TCVN3_CODES),
        capitals=False,
    ),
    _Scheme(
        font=re.compile(r"[\"'\s:,;=]vni[- ]?[a-z]", re.IGNORECASE),
        convert=lambda text: _VNI_SIGNS.sub(lambda match: VNI[match.group()], text),
        capitals=True,
    ),
)


def from_viscii(content: bytes) -> str:
    """Bytes read as VISCII; every byte has a meaning there."""
    return content.decode("latin-1").translate(VISCII)


def repair(page: str) -> str:
    """The markup with its text of TCVN3 and VNI fonts in Unicode.

    Piece by piece (text between tags; alt, title, content, value); a page is touched only if the
    words it would give are Vietnamese syllables and the words it has are not.
    """
    pieces = _TAG.split(page)
    texts = [plain(pieces[n]) for n in _texts(pieces)]
    foreign = [text for text in texts if not text.isascii() and not _UNICODE.search(text)]
    best, most = None, 0
    for scheme in _SCHEMES:
        good = _established(scheme, foreign, named=bool(scheme.font.search(page)))
        if good > most:
            best, most = scheme, good
    if best is None:
        return page
    pure = not any(map(_UNICODE.search, texts))
    return _converted(pieces, best, pure=pure)


def plain(text: str) -> str:
    """The text with its entities of Latin-1 and windows-1252 signs as the signs themselves.

    None of them is markup; &amp; &lt; &gt; &quot; stay.
    """
    return _ENTITY.sub(_sign, text) if "&" in text else text


def _sign(match: re.Match[str]) -> str:
    char = html.unescape(match.group())
    if len(char) != 1 or char.isascii():
        return match.group()
    return char if char < "\u0100" or char.encode("cp1252", "ignore") else match.group()


def _texts(pieces: list[str]) -> Iterator[int]:
    """Indexes of the pieces that are text, not tags, scripts or styles."""
    raw = ""
    for n, piece in enumerate(pieces):
        if n % 2 == 0:
            if piece and not raw:
                yield n
        elif match := _RAW.match(piece):
            name = match[2].lower()
            if not raw and not match[1] and not piece.endswith("/>"):
                raw = name
            elif match[1] and name == raw:
                raw = ""


def _weigh(scheme: _Scheme, text: str) -> tuple[int, int, int]:
    """(telling words, syllables among them once converted, syllables among them as they are)."""
    words = telling(text)
    converted = sum(is_syllable(scheme.convert(word)) for word in words)
    return len(words), converted, sum(map(is_syllable, words))


def _established(scheme: _Scheme, texts: list[str], *, named: bool) -> int:
    """How many syllables the scheme explains in the page, 0 if that does not prove it."""
    words = good = before = 0
    for text in texts:
        here, after, now = _weigh(scheme, text)
        if now <= after:
            words, good, before = words + here, good + after, before + now
    if good <= before:
        return 0
    if named:
        return good if good >= 2 and good * 10 >= words * 6 else 0
    return good if words >= 8 and good * 10 >= words * 8 and before * 10 <= words * 4 else 0


def _converted(pieces: list[str], scheme: _Scheme, *, pure: bool) -> str:
    capitals = {} if scheme.capitals else _capital_pieces(pieces)
    for n in _texts(pieces):
        pieces[n] = _piece(pieces[n], scheme, pure=pure, upper=n in capitals)

    def spoken(match: re.Match[str]) -> str:
        quote, value = match[2][0], match[2][1:-1]
        return match[1] + quote + _piece(value, scheme, pure=pure, upper=False) + quote

    for n in range(1, len(pieces), 2):
        if not pieces[n].isascii() or "&" in pieces[n]:
            pieces[n] = _SPOKEN.sub(spoken, pieces[n])
    return "".join(pieces)


def _piece(raw: str, scheme: _Scheme, *, pure: bool, upper: bool) -> str:
    """One text in Unicode; as it was if it is so already or if nothing tells."""
    text = plain(raw)
    if _UNICODE.search(text):
        return raw
    words, after, now = _weigh(scheme, text)
    if words and (after < now or (after == now and not pure)):
        return raw
    if not words and not upper:
        return raw
    letters = [char for char in text if char.isascii() and char.isalpha()]
    shouted = len(letters) > 2 and all(map(str.isupper, letters))
    upper = upper or (shouted and not scheme.capitals)
    quoted = "»" in text.split()

    def convert(match: re.Match[str]) -> str:
        word = match.group()
        if word.startswith("&") or (quoted and word == "«"):
            return word
        if len(word) == 1 and not word.isalpha() and not is_syllable(scheme.convert(word)):
            return word
        if word in "·©®°":
            return word
        whole = scheme.convert(word)
        own = [char for char in word if char.isascii()]
        alone = not scheme.capitals and len(own) > 1 and all(map(str.isupper, own))
        return whole.upper() if upper or alone else whole

    return _WORD_OR_ENTITY.sub(convert, text)


def _capital_pieces(pieces: list[str]) -> set[int]:
    """Indexes of texts that stand in a font of capitals, named by their own or an outer element."""
    found: set[int] = set()
    if not any(map(_CAPITAL_FONT.search, pieces[1::2])):
        return found
    stack: list[tuple[str, bool]] = []
    for n, piece in enumerate(pieces):
        if n % 2 == 0:
            if stack and stack[-1][1]:
                found.add(n)
            continue
        match = _NAME.match(piece)
        if match is None or piece.endswith("/>"):
            continue
        name = match[2].lower()
        if match[1] or (name == "p" and any(outer == "p" for outer, _ in stack)):
            depth = next((k for k in range(len(stack) - 1, -1, -1) if stack[k][0] == name), None)
            if depth is not None:
                del stack[depth:]
        if not match[1] and len(stack) < 200:
            upper = bool(_CAPITAL_FONT.search(piece))
            inherited = bool(stack) and stack[-1][1] and not _ANY_FONT.search(piece)
            stack.append((name, upper or inherited))
    return found
