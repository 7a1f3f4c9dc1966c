"""Bytes to text: declared, undeclared, wrongly declared, damaged."""

from __future__ import annotations

import gzip
import unicodedata
from collections.abc import Callable

import pytest
from encodings_vi import cp1258, entities, misread, tcvn3, viscii, vni

import newsarchive
from newsarchive.errors import NotAnArticle
from newsarchive.reader.decode import decode, inflate, refuse_binary

TEXT = "Công an tỉnh Đắk Lắk triệt phá đường dây đánh bạc qua mạng, tạm giữ mười đối tượng."
PAGE = f"""<!DOCTYPE html><html><head>{{head}}<title>Triệt phá đường dây đánh bạc</title></head><body>
<h1>Triệt phá đường dây đánh bạc qua mạng</h1><p class="date">Thứ Hai, 22/08/2022 10:11</p>
<div class="content">{"".join(f"<p>{TEXT} Đoạn số {n}.</p>" for n in range(1, 5))}</div></body></html>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_encodings_without_declaration(encoding: str) -> None:
    assert TEXT in decode(PAGE.format(head="").encode(encoding))


def test_utf8_wins_over_a_wrong_declaration() -> None:
    page = PAGE.format(head='<meta charset="iso-8859-1">').encode()
    assert TEXT in decode(page, "text/html; charset=windows-1252")


def test_windows_1258_by_declaration_comes_out_composed() -> None:
    # Windows-1258 has no composed letters with two marks: base letters and combining tones.
    decomposed = unicodedata.normalize("NFC", PAGE.format(head=""))
    pieces = []
    for char in decomposed:
        try:
            char.encode("cp1258")
            pieces.append(char)
        except UnicodeEncodeError:
            whole = unicodedata.normalize("NFD", char)
            base, tone = whole[:-1], whole[-1]
            if whole[-1] not in "\u0300\u0301\u0303\u0309\u0323":
                base, tone = whole[0] + whole[2:], whole[1]
            pieces.append(unicodedata.normalize("NFC", base) + tone)
    raw = "".join(pieces).encode("cp1258")
    article = newsarchive.parse(raw, content_type="text/html; charset=windows-1258")
    assert article.title == "Triệt phá đường dây đánh bạc qua mạng"
    assert article.paragraphs[0] == f"{TEXT} Đoạn số 1."


def test_page_cut_inside_a_letter_is_still_utf8() -> None:
    raw = PAGE.format(head="").encode()
    cut = raw[: raw.rindex("ạ".encode()) + 1]
    assert TEXT in decode(cut)


def test_single_bad_bytes_are_damage_not_another_encoding() -> None:
    raw = PAGE.format(head="").encode().replace(b"<h1>", b"<h1>\xff")
    assert TEXT in decode(raw)


def test_gzip_is_seen_through_twice_and_bounded() -> None:
    raw = PAGE.format(head="").encode()
    assert inflate(gzip.compress(raw)) == raw
    assert inflate(gzip.compress(gzip.compress(raw))) == raw
    assert inflate(raw) == raw


def test_torn_gzip_gives_what_could_be_read() -> None:
    packed = gzip.compress(PAGE.format(head="").encode())
    assert inflate(packed[: len(packed) * 3 // 4]).startswith(b"<!DOCTYPE")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"%PDF-1.4 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"PK\x03\x04", "ZIP"),
    ],
)
def test_binaries_are_refused_by_name(content: bytes, reason: str) -> None:
    with pytest.raises(NotAnArticle, match=reason):
        refuse_binary(content)


def test_noise_is_no_article() -> None:
    noise = bytes((n * 7919 + n // 3) % 256 for n in range(20_000))
    with pytest.raises(NotAnArticle):
        newsarchive.parse(noise)


LINES = [f"{TEXT} Đoạn số {n}." for n in range(1, 5)]
DECLARED = [None, "text/html; charset=utf-8", "text/html; charset=windows-1252",
            "text/html; charset=iso-8859-1", "text/html; charset=windows-1258",
            "text/html; charset=x-user-defined"]  # fmt: skip


SINGLE_BYTES: dict[str, Callable[[str], bytes]] = {
    "windows-1258": cp1258,
    "viscii": viscii,
    "tcvn3": lambda text: tcvn3(text).encode("cp1252"),
    "vni": lambda text: vni(text).encode("cp1252"),
}
IN_UNICODE: dict[str, Callable[[str], str]] = {
    "plain": str,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "entities": entities,
    "tcvn3": tcvn3,
    "tcvn3 in entities": lambda text: entities(tcvn3(text)),
    "vni": vni,
    "vni in entities": lambda text: entities(vni(text)),
    "mojibake": misread,
    "mojibake of Latin-1": lambda text: misread(text, "latin-1"),
    "mojibake of windows-1258": lambda text: misread(text, "cp1258"),
    "zero widths": lambda text: text.replace("ông", "ô\u200bn\u2060g"),
}


def same_article(page: bytes | str, content_type: str | None = None) -> None:
    article = newsarchive.parse(page, content_type=content_type)
    assert article.title == "Triệt phá đường dây đánh bạc qua mạng"
    assert article.lead == plain_article().lead
    assert list(article.paragraphs) == LINES


def plain_article() -> newsarchive.Article:
    return newsarchive.parse(PAGE.format(head=""))


@pytest.mark.parametrize("content_type", DECLARED)
@pytest.mark.parametrize("encoding", SINGLE_BYTES)
def test_same_article_in_every_single_byte_encoding(
    encoding: str, content_type: str | None
) -> None:
    raw = SINGLE_BYTES[encoding](PAGE.format(head=""))
    same_article(raw, content_type)
    if content_type:
        name = content_type.partition("=")[2]
        same_article(SINGLE_BYTES[encoding](PAGE.format(head=f"<meta charset={name}>")))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("form", IN_UNICODE)
def test_same_article_in_every_form_of_unicode(form: str, encoding: str) -> None:
    page = IN_UNICODE[form](PAGE.format(head=""))
    same_article(page.encode(encoding), "text/html; charset=iso-8859-1")


def test_body_of_an_old_font_in_a_page_of_unicode() -> None:
    for form in (tcvn3, vni, misread, lambda text: entities(tcvn3(text))):
        page = PAGE.format(head="").replace(TEXT, form(TEXT)).replace("Đoạn số", form("Đoạn số"))
        same_article(page.encode())


def test_western_page_keeps_its_declared_letters() -> None:
    page = "<p>La préfète était déjà à l'hôtel où les élèves dînaient, près du théâtre brûlé.</p>"
    assert decode(page.encode("cp1252"), "text/html; charset=iso-8859-1") == page
    assert decode(page.encode("mac-roman"), "text/html; charset=macintosh") == page


def test_unknown_declaration_is_passed_over() -> None:
    page = "<p>Grüße aus München, schöne Straßen und Bäume für müde Gäste überall.</p>"
    assert decode(page.encode("cp1252"), "text/html; charset=no-such-code") == page


def test_decoding_sets_no_logger(caplog: pytest.LogCaptureFixture) -> None:
    import logging

    logger = logging.getLogger("bs4.dammit")
    before = logger.level
    decode(b"<p>\x81\x8d\xff caf\xe9</p>" * 50)
    assert logger.level == before
    assert not caplog.records


@pytest.mark.parametrize("times", [1, 40])
def test_ordinary_pages_are_not_looked_at_twice(
    times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def look(text: str) -> str:
        looked.append(text)
        return text

    monkeypatch.setattr("newsarchive.reader.mojibake.undo", look)
    page = PAGE.format(head="") * times
    latin = "".join(f"&#{ord(char)};" if 127 < ord(char) < 256 else char for char in page)
    for ordinary in (page, latin, page + "© 2009 Café® »"):
        assert decode(ordinary.encode()) == ordinary
    assert not looked
    decode(page.replace(TEXT, tcvn3(TEXT)).encode())
    assert looked
