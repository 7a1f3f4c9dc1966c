"""Vietnamese text written in old encodings, for the tests: the way back of the reader's tables."""

from __future__ import annotations

import re
import unicodedata

from newsarchive.reader.legacy import TCVN3, VISCII, VNI

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TO_TCVN3 = str.maketrans({whole: code for code, whole in TCVN3.items()})
_TO_VNI = str.maketrans({
    whole: code for code, whole in VNI.items() if len(code) == 1 or code[0].isupper() == code[1].isupper()
})  # fmt: skip
_TO_VISCII = {ord(char): chr(byte) for byte, char in VISCII.items()}


def tcvn3(text: str) -> str:
    """As an ABC font stores it, in the Latin-1 letters of its codes."""
    return text.translate(_TO_TCVN3)


def vni(text: str) -> str:
    return text.translate(_TO_VNI)


def viscii(text: str) -> bytes:
    return text.translate(_TO_VISCII).encode("latin-1")


def cp1258(text: str) -> bytes:
    """Letters with the marks the code page has, then the tone by itself."""
    parts = []
    for char in unicodedata.normalize("NFC", text):
        whole = unicodedata.normalize("NFD", char)
        tone = "".join(mark for mark in whole if mark in _TONES)
        parts.append(unicodedata.normalize("NFC", re.sub(f"[{_TONES}]", "", whole)) + tone)
    return "".join(parts).encode("cp1258")


def misread(text: str, encoding: str = "cp1252") -> str:
    """UTF-8 taken for another encoding; bytes it lacks come out as control characters."""
    return "".join(bytes([byte]).decode(encoding, "ignore") or chr(byte) for byte in text.encode())


def entities(text: str) -> str:
    return "".join(char if char.isascii() else f"&#{ord(char)};" for char in text)
