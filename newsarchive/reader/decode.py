"""Bytes to text: the declared, the detected and the old Vietnamese encodings."""

from __future__ import annotations

import codecs
import logging
import re
import unicodedata
import zlib

from newsarchive.errors import NotAnArticle

_MAX_INFLATED = 64 * 2**20
_HEAD = 4096
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = (
    (b"%PDF", "a PDF file"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a media file"),
    (b"PK\x03\x04", "a ZIP or Office file"),
    (b"\xd0\xcf\x11\xe0", "an Office file"),
    (b"\x00\x00\x00\x18ftyp", "a video"),
    (b"7z\xbc\xaf", "an archive file"),
    (b"Rar!", "an archive file"),
    (b"\x7fELF", "a program"),
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)


def inflate(content: bytes) -> bytes:
    """gzip seen through, bounded; a torn stream gives what could be read."""
    if content[:2] != b"\x1f\x8b":
        return content
    try:
        plain = zlib.decompressobj(wbits=31).decompress(content, _MAX_INFLATED)
    except zlib.error:
        raise NotAnArticle("broken gzip data") from None
    return inflate(plain) if plain[:2] == b"\x1f\x8b" else plain


def refuse_binary(content: bytes) -> None:
    """Raise NotAnArticle for what is no text at all."""
    if not content.strip():
        raise NotAnArticle("the page is empty")
    for magic, what in _MAGIC:
        if content.startswith(magic) or (magic == b"%PDF" and magic in content[:1024]):
            raise NotAnArticle(what)


def decode(content: bytes, content_type: str | None = None) -> str:
    """The page's text.

    content: bytes as served (gzip already undone). content_type: the HTTP header's value.
    Valid UTF-8 beyond ASCII is UTF-8 whatever is declared; then byte-order marks, the header's
    and the page's own declaration, detection by bs4.dammit; undecodable bytes become U+FFFD.
    Raises NotAnArticle for binary noise.
    """
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return content[len(bom) :].decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        # A page cut in the middle of a letter is still UTF-8.
        if error.start >= len(content) - 4 and error.start > 0:
            return content.decode("utf-8", errors="ignore")
    wide = _wide(content)
    if wide is not None:
        return wide
    if content.count(b"\x00") * 20 > len(content):
        raise NotAnArticle("binary noise")
    return _legacy(content, content_type)


def _wide(content: bytes) -> str | None:
    """UTF-16 without a mark, told by where its zero bytes stand."""
    head = content[:_HEAD]
    half = len(head) // 2 or 1
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros = head[start::2].count(0)
        if zeros * 10 >= half * 4 and head[1 - start :: 2].count(0) * 10 < half:
            return content.decode(encoding, errors="replace")
    return None


def _legacy(content: bytes, content_type: str | None) -> str:
    from bs4.dammit import EncodingDetector, UnicodeDammit

    declared = []
    for source in (content_type or "",):
        match = _CHARSET.search(source)
        if match:
            declared.append(match[1])
    own = EncodingDetector.find_declared_encoding(content[:_HEAD], is_html=True)
    if own:
        declared.append(own)
    # bs4 warns on stderr of letters it could not decode; they come out as U+FFFD and say so.
    logging.getLogger("bs4.dammit").setLevel(logging.ERROR)
    # A few bad bytes in a long page are damage, not another encoding.
    text = content.decode("utf-8", errors="replace")
    letters = sum(1 for c in text[:200_000] if ord(c) > 127 and c != "\ufffd")
    if letters and text[:200_000].count("\ufffd") * 8 <= letters:
        return text
    declared = [name for name in declared if name.lower() not in ("utf-8", "utf8")]
    dammit = UnicodeDammit(content, declared, is_html=True)
    if not dammit.unicode_markup:
        return text
    best = str(dammit.unicode_markup)
    # Windows-1258 differs from Western Europe's in a few letters, and is often declared as that.
    other = content.decode("cp1258", errors="replace")
    return other if _vietnamese(other) > _vietnamese(best) else best


def _vietnamese(text: str) -> int:
    """How many letters only Vietnamese has, composed: ạ to ỹ."""
    composed = unicodedata.normalize("NFC", text[:200_000])
    return sum(1 for char in composed if "\u1ea0" <= char <= "\u1ef9")
