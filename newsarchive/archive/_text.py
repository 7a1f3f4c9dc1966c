"""Text in the form in which all columns hold it."""

from __future__ import annotations

import re
from unicodedata import normalize

# What a column of text cannot hold: NUL ends a text for SQL's functions, lone surrogates (out of
# a page's JSON) are no UTF-8.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text as all columns hold it: NFC, nothing that SQLite or UTF-8 cannot hold."""
    if text.isascii():
        return text.replace("\x00", "")
    return normalize("NFC", _UNSTORABLE.sub("", text))
