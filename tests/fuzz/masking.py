"""Private persons' names: masked for good, and nothing but them."""

from __future__ import annotations

import re
import unicodedata

from masking_gold import passages

from fuzz.holds import Broken, bounded, expect
from newsarchive.masking import find_spans, mask_texts, persons
from newsarchive.text import composed

LARGEST = 12_000
_ROUNDS = 4
_INITIALS = re.compile(r"(?:[^\W\d_]\.){2,}")
WORDS = tuple(
    word.encode()
    for word in (
        "\n", "Nguyễn Văn An", "Lê Thị Bình", "Giàng A Páo", "H'Lan Niê", "K’Brêm", "NGUYỄN VĂN AN", "NguyễnVăn An", "nguyen van an", "#nguyenvanan",
        "N.V.A.", "A.", "Wang Xiao", "John", "Đối tượng ", "bị can ", "ông ", "bà ", "anh ", "chị ", "cháu ", "em ", "Đại úy ", "Trung tá ",
        "Chủ tịch ", "luật sư ", "(SN 1990)", "sinh năm 1990", "(32 tuổi)", ", trú tại ", "tức ", "biệt danh ", "“Tí chuột”", '"Tí"', "tên là ", "và ", ", ",
        "đường ", "phường ", "Công an tỉnh ", "bắt giữ ", "khai nhận", "vợ là ", "con của ", "Ảnh: ", "Theo ", "Bài: ", ". ", ": ", "- ", "–", "(", ")",
        "An", "Bình", "Hòa", "Hoà", "Quý", "Thị", "Văn", "A", "Y", "Ê", "Đ", "đ", "ẵ", "\u0301", "'", "’", "\u00a0", "ß", "İ", "ǅ",
    )
)  # fmt: skip


def one(data: bytes) -> None:
    """The texts of one article, one a line; signatures behind an empty line."""
    text, _, names = data.decode("utf-8", "replace").partition("\n\n")
    texts, signed = text.split("\n"), names.split("\n") if names else []
    with bounded(len(data)):
        masked = mask_texts(texts, signed)
        spans = find_spans(texts)
        again = mask_texts(masked, signed)
    expect(len(masked) == len(texts), "a text more or less", texts)
    if again != masked:
        _settles(masked, again, signed)
    people = persons(texts)
    if not any(spans):
        expect(signed or masked == texts, "a text without names changed", texts)
    for text, shown, found in zip(texts, masked, spans, strict=True):
        whole = composed(text)
        expect(shown == text or unicodedata.is_normalized("NFC", shown), "not composed", shown)
        end = 0
        rest: list[str] = []
        for span in found:
            expect(people, "masked, and nobody is named", texts)
            expect(end <= span.start < span.end <= len(whole), "a name outside the text", span)
            expect(span.initials.strip(), "no initials", span)
            rest.append(whole[end : span.start])
            end = span.end
        rest.append(whole[end:])
        if not signed:
            _kept(rest, composed(shown))


def _settles(masked: list[str], again: list[str], signed: list[str]) -> None:
    """In noise initials may be a cue for one name more: they stay, and soon nothing changes."""
    for shown, more in zip(masked, again, strict=True):
        at = 0
        for found in _INITIALS.finditer(composed(shown)):
            at = composed(more).find(found[0], at) + 1
            expect(at, "initials do not stay", (shown, more))
    for _ in range(_ROUNDS):
        before, again = again, mask_texts(again, signed)
        if before == again:
            return
    raise Broken("masking does not come to an end", masked)


def _kept(rest: list[str], shown: str) -> None:
    """All that stands between the names stands there still."""
    at = 0
    for piece in rest:
        place = shown.find(piece, at)
        expect(place >= 0, "something beside the names changed", (piece, shown))
        at = place + len(piece)


def seeds() -> list[bytes]:
    """The passages of the gold."""
    return ["\n".join(passage.texts).encode() for passage in passages("development")]
