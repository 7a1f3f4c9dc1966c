"""Old Vietnamese encodings: the tables, and what is mended and what is left alone."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata

import pytest
from encodings_vi import cp1258, entities, misread, tcvn3, viscii, vni
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from newsarchive.reader.decode import decode, mend
from newsarchive.reader.legacy import TCVN3, VISCII, VNI, from_viscii, repair
from newsarchive.reader.mojibake import undo
from newsarchive.reader.syllables import is_syllable, weigh

SMALL = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
ARTICLE = (
    "Công an tỉnh vừa triệt phá đường dây đánh bạc qua mạng, tạm giữ mười hai đối tượng. "
    "Theo điều tra ban đầu, từ tháng trước nhóm này tổ chức cá độ bóng đá với số tiền lớn; "
    "người cầm đầu khai nhận hành vi, vụ việc đang được mở rộng. Tại xã bên, cán bộ ký biên bản."
)
FRENCH = (
    "<p>À Noël, la préfète a été reçue à l'hôtel où siégeait déjà la délégation étrangère ; "
    "« ça ne gêne pas », dit-elle, près du théâtre où dînaient les élèves. L'été, la forêt brûlée "
    "fut replantée à côté du château ; là, né en région, l'aîné répète : « où ça ? » — Château®.</p>"
)
GERMAN = (
    "<p>Über die Brücke führen früher müde Mönche ihre Kühe; später hört man Glöckchen läuten, "
    "größere Höfe öffnen ihre Tore, ähnlich schön wie drüben. Österreich® und Südtirol® grüßen.</p>"
)
SPANISH = "<p>El niño soñó con la montaña; mañana, señor, habrá español en la peña de España.</p>"
DANISH = "<p>På øen går børn; køer æder grønt græs, søen bløder blå, høj sø, tør ø, møde, købe.</p>"
_WORDS = (
    "công an tỉnh triệt phá đường dây đánh bạc qua mạng tạm giữ mười đối tượng theo điều tra ban "
    "đầu từ tháng trước nhóm này tổ chức cá độ bóng với số tiền lớn người cầm khai nhận hành vi "
    "vụ việc đang được mở rộng ở xã huyện ký biên bản quyết định khởi tố bị can phạm nhân trại "
    "giam lễ kỷ niệm chiến sĩ dũng cảm cứu hỏa thủy điện nghĩa vụ hoặc nguyễn huỳnh khuyên thuở "
    "gỡ bỏ ẩn nấp tuyến đỗ xe sẵn sàng kẻ gian ngoẻo đẽo cũng vẫn chẳng hẳn dẫn ngã ỷ lại quỹ kỳ"
)
WORDS = _WORDS.split()
vietnamese = st.tuples(
    st.permutations(WORDS),
    st.lists(st.sampled_from([" ", ", ", ". ", " 12 "]), min_size=len(WORDS)),
).map(lambda drawn: "".join(word + gap for word, gap in zip(*drawn, strict=False)))
# Shrinking a text of a hundred words takes minutes and tells nothing more.
quick = settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate])


@pytest.mark.parametrize(
    ("name", "table"),
    [("TCVN", {ord(code): whole for code, whole in TCVN3.items()}), ("VISCII", VISCII)],
)
def test_tables_agree_with_the_systems_own(name: str, table: dict[int, str]) -> None:
    iconv = shutil.which("iconv")
    if iconv is None:
        pytest.skip("no iconv here to compare the tables with")
    run = subprocess.run(
        [iconv, "-f", name, "-t", "UTF-8"],
        input=b"\n".join(bytes([code]) for code in table) + b"\n",
        capture_output=True,
        check=True,
    )
    assert run.stdout.decode().split("\n")[:-1] == list(table.values())


def test_tables_hold_every_letter() -> None:
    assert set(SMALL) <= set(TCVN3.values())
    assert set(SMALL + SMALL.upper()) == set(VISCII.values()) == set(VNI.values())
    assert len(VISCII) == 134


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Coâng an tænh baét giöõ ñoái töôïng ôû Huyeän Kyø Sôn", None),
        ("ÑAÉK LAÉK: KHÔÛI TOÁ VUÏ AÙN", "ĐẮK LẮK: KHỞI TỐ VỤ ÁN"),
    ],
)
def test_vni_as_published(written: str, meant: str | None) -> None:
    page = f'<font face="VNI-Times">{written}</font>'
    meant = meant or "Công an tỉnh bắt giữ đối tượng ở Huyện Kỳ Sơn"
    assert repair(page) == f'<font face="VNI-Times">{meant}</font>'


def test_abc_as_published() -> None:
    page = '<font face=".VnTime">C«ng an tØnh b¾t gi÷ ®èi t\xadîng ë HuyÖn Kú S¬n</font>'
    assert "Công an tỉnh bắt giữ đối tượng ở Huyện Kỳ Sơn" in repair(page)


def test_capital_fonts_make_capitals() -> None:
    page = (
        '<p><span style="font-family:.VnTimeH">C«ng an tØnh <b>b¾t gi÷</b>&nbsp;tin</span> '
        '<font face=".VnTime">®èi t\xadîng ë huyÖn</font></p>'
    )
    out = repair(page)
    assert "CÔNG AN TỈNH <b>BẮT GIỮ</b>\u00a0TIN</span>" in out
    assert "ở huyện" in out


def test_capital_font_of_a_paragraph_ends_with_it() -> None:
    page = '<p style="font-family:.VnArialH">tin nãng<p>C«ng an tØnh b¾t ®èi thñ</p>'
    assert repair(page).endswith("TIN NÓNG<p>Công an tỉnh bắt đối thủ</p>")


def test_capital_words_of_abc_without_the_font() -> None:
    body = tcvn3(ARTICLE)
    assert "<b>THỊ XÃ</b>" in repair(f"<p>{body}</p><b>THÞ X·</b>")
    assert "BẮT ĐỐI TƯỢNG Ở HÀ TĨNH" in repair(f"<p>{body}</p><b>B¾T §èI T¦îNG ë Hµ TÜNH</b>")


@quick
@given(vietnamese)
def test_every_scheme_round_trips(text: str) -> None:
    for form in (tcvn3(text), vni(text), misread(text), misread(text, "latin-1")):
        page = f"<p>{form}</p>"
        assert decode(page.encode()) == f"<p>{text}</p>"
        assert decode(f"<p>{entities(form)}</p>".encode()) == f"<p>{text}</p>"
    for form in (tcvn3(text), vni(text)):
        assert decode(f"<p>{form}</p>".encode("cp1252")) == f"<p>{text}</p>"
    capital = text.title()
    assert decode(b"<p>" + viscii(capital) + b"</p>") == f"<p>{capital}</p>"
    assert decode(b"<p>" + cp1258(capital) + b"</p>") == f"<p>{capital}</p>"
    assert decode(f"<p>{vni(text.upper())}</p>".encode()) == f"<p>{text.upper()}</p>"


@quick
@given(vietnamese)
def test_vietnamese_in_unicode_stays(text: str) -> None:
    for page in (f"<p>{text}</p>", f"<p class='.VnTime'>{text} ®® ¸¸</p>", text.upper()):
        assert repair(undo(page)) == page
    decomposed = unicodedata.normalize("NFD", text)
    assert repair(undo(decomposed)) == decomposed


@pytest.mark.parametrize("page", [FRENCH, GERMAN, SPANISH, DANISH])
def test_western_text_stays(page: str) -> None:
    assert repair(undo(page * 5)) == page * 5
    assert decode(page.encode("cp1252"), "text/html; charset=windows-1252") == page
    named = f'<font face=".VnTime"></font><font face="VNI-Times"></font>{page}'
    assert repair(named) == named


def test_only_the_old_part_of_a_mixed_page_changes() -> None:
    new = "<h1>Tin tức trong ngày</h1><p>Công an xã làm rõ án</p><p>Café® » · © 2009</p>"
    assert repair(f"{new}<p>{tcvn3(ARTICLE)}</p>") == f"{new}<p>{ARTICLE}</p>"
    assert repair(f"{new}<p>{vni(ARTICLE)}</p>") == f"{new}<p>{ARTICLE}</p>"


def test_attributes_scripts_and_entities() -> None:
    page = (
        f'<meta name="description" content="{tcvn3("Bắt đối tượng & ô tô")}">'
        f"<script>var a = '{tcvn3('được')}';</script><img alt='{tcvn3('Ảnh'.lower())}'>"
        f"<p>{entities(tcvn3(ARTICLE))} &lt;1&gt; &amp;</p>"
    )
    out = repair(page)
    assert 'content="Bắt đối tượng & ô tô"' in out
    assert f"var a = '{tcvn3('được')}'" in out
    assert "alt='ảnh'" in out
    assert f"<p>{ARTICLE} &lt;1&gt; &amp;</p>" in out


def test_few_old_words_without_the_font_prove_nothing() -> None:
    page = f"<p>{tcvn3('đường dây')}</p>"
    assert repair(page) == page
    assert repair(f'<font face=".VnTime">{page}</font>').count("đường dây") == 1


def test_lone_signs_stay_signs() -> None:
    out = repair(f"<p>{tcvn3(ARTICLE)}</p><p>© 2009 · {tcvn3('Bản quyền')}</p>")
    assert out.endswith("<p>© 2009 · Bản quyền</p>")
    assert repair(f"<p>{tcvn3(ARTICLE)} {tcvn3('à ô tô')}</p>").endswith("à ô tô</p>")


def test_mojibake_with_lost_no_break_spaces() -> None:
    spaced = misread(ARTICLE + " và các").replace("\xa0", " ")
    assert undo(f"<p>{spaced}</p>") == f"<p>{ARTICLE} và các</p>"


def test_mojibake_by_windows_1258_and_in_entities() -> None:
    assert undo(misread(ARTICLE, "cp1258")) == ARTICLE
    assert undo(entities(misread("“Đắk Lắk” – điểm nóng"))) == "“Đắk Lắk” – điểm nóng"


def test_right_letters_beside_mojibake_stay() -> None:
    page = f"<h1>Công an làm rõ</h1><p>{misread(ARTICLE)}</p><p>Café »</p>"
    assert undo(page) == f"<h1>Công an làm rõ</h1><p>{ARTICLE}</p><p>Café »</p>"


@pytest.mark.parametrize("text", ["CAFÉ» Â© É® Ã‰", "Grüße Ã¼ber", FRENCH, "áº¡"])
def test_no_mojibake_without_proof(text: str) -> None:
    assert undo(text) == text


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(max_codepoint=0x17F), max_size=300))
def test_nonsense_never_breaks_and_ascii_never_changes(text: str) -> None:
    assert isinstance(repair(undo(text)), str)
    ascii_only = text.encode("ascii", "ignore").decode()
    assert mend(ascii_only) == ascii_only


@pytest.mark.parametrize("page", ["<" * 200_000, "<!--" * 50_000, "&#1" * 60_000, "Ã" * 200_000])
def test_hostile_markup_costs_no_more_than_its_length(page: str) -> None:
    assert repair(undo(page)) == page


def test_viscii_bytes() -> None:
    assert from_viscii(viscii(SMALL + SMALL.upper())) == SMALL + SMALL.upper()


@pytest.mark.parametrize("word", [*WORDS, "Đắk", "QUỲNH", "giếng", "gì", "ngoằn", "xoong"])
def test_syllables(word: str) -> None:
    assert is_syllable(word)
    assert is_syllable(unicodedata.normalize("NFD", word))


@pytest.mark.parametrize(
    "word", ["été", "hòat", "für", "c«ng", "coâng", "triÖt", "đ", "ăâ", "khốc̀"]
)
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)


def test_weigh_counts_telling_words() -> None:
    assert weigh("Công an bắt été © 2020") == (2, 3)
