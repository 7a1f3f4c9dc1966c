"""What pictures are by their bytes, and whether they are whole."""

from __future__ import annotations

import pytest

from newsarchive.demo.pictures import png
from newsarchive.pictures import ends_early, is_picture

WHOLE = png("x", 40, 30)


@pytest.mark.parametrize(
    "content",
    [
        WHOLE, b"\xff\xd8\xff\xe0\0\x10JFIF", b"GIF87a", b"RIFF\0\0\0\0WEBPVP8 ", b"BM\x46\0\0\0\0\0\0\0\x36",
        b"\0\0\0\x1cftypavif", b"\0\0\0\x18ftypheic", b"II*\0\x08", b"\0\0\1\0\1\0",
        b"\xef\xbb\xbf <?xml version='1.0'?>\n<!-- x --><svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
)  # fmt: skip
def test_pictures_of_any_kind(content: bytes) -> None:
    assert is_picture(content)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"<!DOCTYPE html><svg/>", b"<html><body>404</body></html>", b"BMW bi chay tren cao toc",
        b"\x28\xb5\x2f\xfd broken zstd", b"RIFF\0\0\0\0WAVEfmt ", b"<?xml version='1.0'?><rss/>", b"\0\0\0\x18ftypmp42",
    ],
)  # fmt: skip
def test_what_is_none(content: bytes) -> None:
    assert not is_picture(content)


def test_half_a_picture_is_told_where_its_kind_has_an_end() -> None:
    jpeg = b"\xff\xd8\xff\xe0" + b"\x11" * 9000
    assert not ends_early(WHOLE)
    assert not ends_early(WHOLE + b"\0" * 100), "some programs write on behind the end"
    assert not ends_early(jpeg + b"\xff\xd9")
    assert not ends_early(b"GIF89a"), "its end is a single byte, which proves nothing"
    for cut in (WHOLE[: len(WHOLE) // 2], WHOLE[:-12], jpeg):
        assert ends_early(cut)
