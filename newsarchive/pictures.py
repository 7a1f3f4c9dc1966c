"""What kind of picture bytes are, by how they begin: servers' own words of it are often wrong."""

from __future__ import annotations

_SHOWN = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
# Pictures too, but nothing that a browser is given here: TIFF, icons, JPEG XL, JPEG 2000.
_OTHERS = (b"II*\0", b"MM\0*", b"\0\0\1\0", b"\xff\x0a", b"\0\0\0\x0cJXL ", b"\0\0\0\x0cjP  ")
_HEIF = (b"heic", b"heix", b"hevc", b"mif1", b"msf1")  # brands, ISO/IEC 23008-12
_ENDS = {"image/png": b"IEND", "image/jpeg": b"\xff\xd9"}
_TAIL = 4096  # bytes in which it comes: some programs write on behind it
_HEAD = 1024  # bytes in which an SVG says that it is one


def picture_type(content: bytes) -> str | None:
    """The type of a picture of points that browsers show; None for all else, SVG too.

    >>> picture_type(b"GIF89a..."), picture_type(b"<svg/>")
    ('image/gif', None)
    """
    for magic, name in _SHOWN:
        if content.startswith(magic):
            return name
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:12] in (b"ftypavif", b"ftypavis"):
        return "image/avif"
    return None


def is_picture(content: bytes) -> bool:
    """Whether these are the bytes of a picture, of any kind.

    >>> is_picture(b"<?xml version='1.0'?><svg/>"), is_picture(b"<html><svg/>"), is_picture(b"")
    (True, False, False)
    """
    if picture_type(content) is not None or content.startswith(_OTHERS):
        return True
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF:
        return True
    if content[:2] == b"BM" and content[6:10] == bytes(4):  # BMP: what is reserved is zero
        return True
    head = content[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return head.startswith((b"<svg", b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in head


def ends_early(content: bytes) -> bool:
    """Whether a picture lacks its end, as far as its kind has one that can be told.

    >>> ends_early(b"\\x89PNG\\r\\n\\x1a\\n and no more"), ends_early(b"no picture")
    (True, False)
    """
    end = _ENDS.get(picture_type(content) or "")
    return end is not None and end not in content[-_TAIL:]
