"""One canonical form of Vietnamese text, and the foldings that search and comparison rest on."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.text import clean, fold, has_accent, one_tone_placement, unaccent

TEXTS = st.text(max_size=60)
# Syllables as they are spelt: every tone on every kind of vowel group.
VIETNAMESE = st.text(
    alphabet="bcdđghklmnpqrstvx aăâeêioôơuưyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệ"
    "ìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
    max_size=60,
)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("", ""),
        ("  Công   an\n\ttỉnh \r\n", "Công an tỉnh"),
        ("tháng\u00a08.2022", "tháng 8.2022"),  # no-break space
        ("a\u2003b\u3000c\u2028d", "a b c d"),  # em space, ideographic space, line separator
        ("a\u0085b", "a b"),  # NEL is a line's end, not nothing
        ("a\x1cb\x1fc\x0bd\x0ce", "a b c d e"),
        ("Công\u200b an\ufeff", "Công an"),  # zero width space, BOM
        ("Đắk\u200d Lắk\u2060", "Đắk Lắk"),
        ("\u2066Hà Nội\u2069 \u202avà\u202c", "Hà Nội và"),  # directional isolates, embeddings
        ("chuyên\u00adán", "chuyênán"),  # soft hyphen
        ("ảnh\ufffc 1\ufe0f", "ảnh 1"),  # Word's object, variation selector
        ("a\x00b\x07c\x7fd", "abcd"),
        ("á\x80b\x9f", "áb"),
        ("xấu \ud800 số \udcff", "xấu số"),  # lone surrogates: JSON may escape them
        (unicodedata.normalize("NFD", "Thuỷ điện Hoà Bình"), "Thuỷ điện Hoà Bình"),
        ("Quye\u0302\u0301t", "Quyết"),
        ("Quye\u0301\u0302t", "Qu" + unicodedata.normalize("NFC", "ye\u0301\u0302") + "t"),
        ("be\u200b\u0323n", "bẹn"),  # a zero width between letter and mark does not part them
    ],
)
def test_clean(raw: str, expected: str) -> None:
    assert clean(raw) == expected


@given(TEXTS)
def test_clean_is_stable_and_storable(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert once == unicodedata.normalize("NFC", once)
    assert once == " ".join(once.split())
    once.encode("utf-8")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("", ""),
        ("Cong an", "Cong an"),
        ("Đường dây đánh bạc", "Duong day danh bac"),
        ("ĐẮK LẮK", "DAK LAK"),
        ("Thừa Thiên Huế", "Thua Thien Hue"),
        ("ngữ nghĩa, ưỡn ẹo, ỷ lại, Ỵ", "ngu nghia, uon eo, y lai, Y"),
        (unicodedata.normalize("NFD", "Đường dây đánh bạc"), "Duong day danh bac"),
        ("‘Kế hoạch 282’ – 50%", "‘Ke hoach 282’ – 50%"),
        ("한국", "한국"),  # a syllable that holds no mark comes out as it went in
    ],
)
def test_unaccent(raw: str, expected: str) -> None:
    assert unaccent(raw) == expected


def test_every_vietnamese_letter_unaccents_to_ascii() -> None:
    letters = [
        unicodedata.normalize("NFC", vowel + mark)
        for vowel in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
        for mark in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    ]
    assert len(set(letters)) == 144
    for letter in [*letters, "đ", "Đ"]:
        bare = unaccent(letter)
        assert bare.isascii(), letter
        assert len(bare) == 1
        assert bare.isupper() == letter.isupper()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Công an  tỉnh Đắk Lắk!", "cong an tinh dak lak"),
        ("XEM VỚI CỠ CHỮ:", "xem voi co chu"),
        ("Các bài viết khác", "cac - bai / viet… khac"),
        ("10:11", "10 11"),
        ("tên_tệp", "ten tep"),
    ],
)
def test_fold(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_fold_keeps_words_apart() -> None:
    assert fold("Quảng-Trị (mới)") == "quang tri moi"
    assert fold("…") == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dak lak", False),
        ("", False),
        ("“dak lak” – 2022…", False),  # typographic marks are no accents
        ("한국", False),
        ("Đ", True),
        ("đ", True),
        ("duong dây", True),
        (unicodedata.normalize("NFD", "dây"), True),
        ("ư", True),
    ],
)
def test_has_accent(text: str, expected: bool) -> None:
    assert has_accent(text) is expected


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("hoà", "hòa"),
        ("Toà án", "Tòa án"),
        ("HOÁ", "HÓA"),
        ("khoẻ", "khỏe"),
        ("loè loẹt", "lòe loẹt"),
        ("thuỷ, luỹ", "thủy, lũy"),
        ("Thuỵ Khuê", "Thụy Khuê"),
        ("(xoá)", "(xóa)"),
        ("Hoà2", "Hòa2"),
    ],
)
def test_both_tone_placements_are_one(new: str, old: str) -> None:
    assert one_tone_placement(new) == old
    assert one_tone_placement(old) == old
    assert one_tone_placement(unicodedata.normalize("NFD", new)) == old


@pytest.mark.parametrize(
    "word",
    # One placement in both styles: the pair is no pair (q), or not the word's end, or its second
    # vowel carries a mark of its own (whose dot below comes first when decomposed).
    ["quý", "quỵ", "Quý", "hoàng", "toàn", "hoặc", "ngoặc", "luật", "thuận", "huệ", "tuệ", "duyệt",
     "nguyễn", "loại", "ngoài", "của", "mùa", "thuở", "Huế", "xuất", "khuỷu", "chuyện"],
)  # fmt: skip
def test_words_of_one_placement_stay(word: str) -> None:
    assert one_tone_placement(word) == word
    assert one_tone_placement(word.upper()) == word.upper()


# As the placements are defined: on letters and their marks apart.
_DEFINED = re.compile(
    "(o(?=[ae])|u(?=y))([aey])([\u0300\u0301\u0303\u0309\u0323])(?![^\\W\\d_]|[\u0300-\u036f])",
    re.IGNORECASE,
)


def _by_definition(text: str) -> str:
    parts = unicodedata.normalize("NFD", text)

    def shift(match: re.Match[str]) -> str:
        first, second, tone = match.groups()
        after_q = first in "uU" and parts[: match.start()].endswith(("q", "Q"))
        return match.group() if after_q else first + tone + second

    return unicodedata.normalize("NFC", _DEFINED.sub(shift, parts))


@given(
    VIETNAMESE
    | st.text(
        alphabet="oOuUaAeEyYqQh1 _.\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323\u0327"
        "àáãảạèéẽẻẹỳýỹỷỵÀẺỴặệŷñ",
        max_size=30,
    )
    | st.from_regex("[qQhH]?[oOuU][aeyAEYàèỳýẢẸỶ][\u0300\u0323\u0302]?[hn1 ]?", fullmatch=True)
)
def test_tone_placement_is_as_defined(text: str) -> None:
    assert one_tone_placement(text) == _by_definition(text)


@given(VIETNAMESE)
def test_tone_placement_is_stable_and_keeps_the_letters(text: str) -> None:
    once = one_tone_placement(text)
    assert one_tone_placement(once) == once
    assert unaccent(once) == unaccent(text)
    assert len(once) == len(text)
