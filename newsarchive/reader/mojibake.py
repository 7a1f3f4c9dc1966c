"""Mojibake undone: UTF-8 that was read as windows-1252, Latin-1 or windows-1258 and saved so."""

from __future__ import annotations

import re

from newsarchive.reader.legacy import plain


def _misread(byte: int) -> str:
    """The signs that a byte may have become, in a form for a class of a regular expression."""
    return re.escape(chr(byte) + bytes([byte]).decode("cp1252", "ignore"))


_BYTES: dict[str, int] = {
    **{chr(byte): byte for byte in range(0x80, 0x100)},
    **{bytes([byte]).decode("cp1252", "ignore"): byte for byte in range(0x80, 0xA0)},
    "Ă": 0xC3,  # windows-1258
}
_TAIL = f"[{''.join(map(_misread, range(0x80, 0xC0)))}]"
# Leads of what Vietnamese pages hold: Latin letters, combining marks, punctuation, emoji.
_SEQUENCE = re.compile(f"[ÂÃĂÄÅÆÌ]{_TAIL}|[áâï]{_TAIL}{_TAIL}|ð{_TAIL}{_TAIL}{_TAIL}")
# The no-break space that ends the bytes of à often became a space.
_SPACED = re.compile("(?<=[a-z])[ÃĂ] ")
_LETTER = re.compile("[ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ]")
_SURE = re.compile("[Ạ-ỹđĐ]")
_PIECE = re.compile(r"([<>])")


def undo(page: str) -> str:
    """The page's text as it was before a wrong reading; unchanged if it shows no sign of one.

    A page qualifies by three letters of Vietnamese, one of them no other language's, that come
    out of strict UTF-8 sequences; then every such sequence is replaced, and nothing else.
    """
    pieces = _PIECE.split(page)
    fixed = [_undone(piece) for piece in pieces]
    letters = [letter for _, found in fixed for letter in found if _LETTER.match(letter)]
    if len(letters) < 3 or not any(map(_SURE.match, letters)):
        return page
    return "".join(new for new, _ in fixed)


def _undone(piece: str) -> tuple[str, list[str]]:
    """(the piece with its sequences replaced, what they became)."""
    found: list[str] = []

    def read(match: re.Match[str]) -> str:
        try:
            whole = bytes(_BYTES[char] for char in match.group()).decode("utf-8")
        except UnicodeDecodeError:
            return match.group()
        found.append(whole)
        return whole

    text = plain(piece)
    if text.isascii():
        return piece, found
    new = _SEQUENCE.sub(read, text)
    return (_SPACED.sub("à", new), found) if found else (piece, found)
