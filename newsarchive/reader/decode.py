"""Bytes to text: the declared, the detected and the old Vietnamese encodings."""

from __future__ import annotations

import codecs
import re
import zlib

from newsarchive.errors import NotAnArticle
from newsarchive.text import composed

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
_MARKS = ((b"\xae", b"\xc2"), (b"\xb8", b"\xc2\xc3"), (b"\x84", b"\xc3"))
_MAX_MARKS = 200
_SAMPLES, _SAMPLE = 8, 600  # bytes
# Entities of signs that are frequent in TCVN3, VNI and mojibake, and are no Vietnamese letters:
# ASP.NET writes those (&#225;) in ordinary pages.
_MARK_ENTITY = re.compile(
    b"&(?:#(?:17[2-5]|18[14]|19[67]|214|22[89]|239|248|251|x(?:[aA][dDeE]|[bB][58]|[fFcC][84]));"
    b"|(?:reg|shy|not|micro|cedil|oslash|iuml|auml|Auml|Ouml);)"
)
_LAYERS = 5  # of gzip around a page; servers lay one, by mistake two
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)


def inflate(content: bytes) -> bytes:
    """gzip seen through, bounded; a torn stream gives what could be read."""
    for _ in range(_LAYERS):
        if content[:2] != b"\x1f\x8b":
            return content
        try:
            content = zlib.decompressobj(wbits=31).decompress(content, _MAX_INFLATED)
        except zlib.error:
            raise NotAnArticle("broken gzip data") from None
    if content[:2] == b"\x1f\x8b":  # some files unpack to themselves
        raise NotAnArticle(f"gzip within gzip, more than {_LAYERS} times")
    return content


def refuse_binary(content: bytes) -> None:
    """Raise NotAnArticle for what is no text at all."""
    if not content or content.isspace():
        raise NotAnArticle("the page is empty")
    for magic, what in _MAGIC:
        if content.startswith(magic) or (magic == b"%PDF" and magic in content[:1024]):
            raise NotAnArticle(what)


def utf8(content: bytes, content_type: str | None = None) -> bytes:
    """The page's text, as `decode` gives it, in UTF-8: mostly the very bytes that were served."""
    text = _decoded(content, content_type)
    return content if text is None else text.encode("utf-8", "replace")


def decode(content: bytes, content_type: str | None = None) -> str:
    """The page's text.

    content: bytes as served (gzip already undone). content_type: the HTTP header's value.
    Byte-order marks; valid UTF-8 is UTF-8 whatever is declared; then UTF-16 without a mark; then
    of the encodings declared and detected, of windows-1258, VISCII, TCVN3 and VNI the one that
    gives Vietnamese; undecodable bytes become U+FFFD. Mojibake and the text of old fonts that
    was saved as UTF-8 or as entities are mended in all of them.
    Raises NotAnArticle for binary noise.
    """
    text = _decoded(content, content_type)
    return content.decode("utf-8") if text is None else text


def _decoded(content: bytes, content_type: str | None) -> str | None:
    """The page's text, None where the content is UTF-8 with nothing in it to mend."""
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            text = content[len(bom) :].decode(encoding, errors="replace")
            return mend(text)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        # A page cut in the middle of a letter is still UTF-8.
        if error.start >= len(content) - 4 and error.start > 0:
            return mend(content.decode("utf-8", errors="ignore"))
    else:
        # UTF-16 of ASCII letters (and of marks by themselves) is valid UTF-8 too, full of zeros.
        if b"\x00" in content and (wide := _wide(content)) is not None:
            return mend(wide)
        if b"\x00" in content:
            text = text.replace("\x00", "")  # as browsers read it; the parser would end a word
        elif not _suspect(content):
            return None
        return mend(text)
    wide = _wide(content)
    if wide is not None:
        return mend(wide)
    if content.count(b"\x00") * 20 > len(content):
        raise NotAnArticle("binary noise")
    return _single_bytes(content, content_type)


def mend(text: str) -> str:
    """Text whose mojibake and old fonts' codes, if any, became Vietnamese; else the same text."""
    return _mended(text) if _suspect(text.encode("utf-8", "replace")) else text


def _mended(text: str) -> str:
    from newsarchive.reader.legacy import repair
    from newsarchive.reader.mojibake import undo

    return repair(undo(text))


def _suspect(content: bytes) -> bool:
    """Whether UTF-8 bytes may hold mojibake or old fonts' codes; costs a few microseconds.

    Bytes that Vietnamese in UTF-8 hardly has are sought first, for one byte is found at once
    and two are not: AE and B8 (® and ¸, TCVN3's đ and á; ø, VNI's grave) and 84 (Ä, with which
    đ and ă begin when read wrongly). Entities of such signs are sought in samples: a body
    written so is full of them.
    """
    if any(_twice(content, byte, leads) for byte, leads in _MARKS):
        return True
    size = len(content)
    if size <= _SAMPLES * _SAMPLE:
        return _MARK_ENTITY.search(content) is not None
    step = size // _SAMPLES
    sampled = b"".join([content[at : at + _SAMPLE] for at in range(0, size, step)])
    return _MARK_ENTITY.search(sampled) is not None


def _twice(content: bytes, byte: bytes, leads: bytes) -> bool:
    """Whether the byte follows a lead twice within its first two hundred places."""
    at, found = content.find(byte), 0
    for _ in range(_MAX_MARKS):
        if at < 0:
            return False
        found += at > 0 and content[at - 1] in leads
        if found > 1:
            return True
        at = content.find(byte, at + 1)
    return False


def _wide(content: bytes) -> str | None:
    """UTF-16 without a mark, told by where its zero bytes stand."""
    head = content[:_HEAD]
    half = len(head) // 2 or 1
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros = head[start::2].count(0)
        if zeros * 10 >= half * 4 and head[1 - start :: 2].count(0) * 10 < half:
            return content.decode(encoding, errors="replace")
    return None


def _single_bytes(content: bytes, content_type: str | None) -> str:
    # A few bad bytes in a long page are damage, not another encoding.
    damaged = content.decode("utf-8", errors="replace")
    letters = sum(1 for c in damaged[:200_000] if ord(c) > 127 and c != "\ufffd")
    if letters and damaged[:200_000].count("\ufffd") * 8 <= letters:
        return mend(damaged)
    from newsarchive.reader.legacy import from_viscii
    from newsarchive.reader.syllables import weigh

    best = composed(_declared_or_detected(content, content_type))
    good, words = weigh(best)
    # Windows-1258 and the fonts' codes are often declared as Western Europe's encodings, or not.
    for other in (
        composed(content.decode("cp1258", errors="replace")),
        _mended(content.decode("cp1252", errors="replace")),
        from_viscii(content),
    ):
        here, all_here = weigh(other)
        if here * 10 >= all_here * 7 and here - all_here > good - words and here > good:
            best, good, words = other, here, all_here
    return best


def _declared_or_detected(content: bytes, content_type: str | None) -> str:
    """The first encoding that fits all bytes: the header's, the page's own, a detected one."""
    from bs4.dammit import EncodingDetector, UnicodeDammit

    header = _CHARSET.search(content_type or "")
    own = EncodingDetector.find_declared_encoding(content[:_HEAD], is_html=True)
    declared = [name for name in (header and header[1], own) if name]
    declared = [name for name in declared if name.lower() not in ("utf-8", "utf8")]
    aliases = UnicodeDammit.CHARSET_ALIASES
    for name in EncodingDetector(content, declared, is_html=True).encodings:
        try:
            return content.decode(aliases.get(name.lower(), name))
        except (LookupError, ValueError):
            continue  # no such encoding, or not this one
    return content.decode("cp1252", errors="replace")
