"""Addresses: identity of an article, host and port, joining; malformed ones refused."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.urls import _joined, absolute, bare_host, host_port, is_twin, key

BASE = "https://congan.daklak.gov.vn/tin-tuc/page-2"
NFC = "/tin-tức/ý-nghĩa-1814"
NFD = unicodedata.normalize("NFD", NFC)

ONE_ARTICLE = {
    "scheme, www, port, case of the host": [
        "https://congan.daklak.gov.vn/a/b-7248.html",
        "http://congan.daklak.gov.vn/a/b-7248.html",
        "http://congan.daklak.gov.vn:80/a/b-7248.html",
        "https://congan.daklak.gov.vn:443/a/b-7248.html",
        "https://WWW.Congan.DakLak.gov.vn/a/b-7248.html",
        "HTTPS://congan.daklak.gov.vn./a/b-7248.html",
        "https://user:secret@congan.daklak.gov.vn/a/b-7248.html",
    ],
    "fragment, tracking, session": [
        "https://h.vn/a/b-1.html",
        "https://h.vn/a/b-1.html#binh-luan",
        "https://h.vn/a/b-1.html?fbclid=IwAR0x",
        "https://h.vn/a/b-1.html?utm_source=zalo&UTM_Medium=x&gclid=1",
        "https://h.vn/a/b-1.html?PHPSESSID=0123456789abcdef",
        "https://h.vn/a/b-1.html;jsessionid=A1B2.node1",
        "https://h.vn/a/b-1.html?sid=0123456789abcdef0123",
        "https://h.vn/a/b-1.html?",
    ],
    "twins of NukeViet": [
        "https://h.vn/lich-su/kntc-7248.html",
        "https://h.vn/index.php/lich-su/kntc-7248.html",
        "https://h.vn/savefile/lich-su/kntc-7248.html",
        "https://h.vn/print/lich-su/kntc-7248.html",
        "https://h.vn/sendmail/lich-su/kntc-7248.html",
        "https://h.vn/index.php/savefile/lich-su/kntc-7248.html",
        "https://h.vn//lich-su//kntc-7248.html",
    ],
    "twins of NukeViet behind its module and language": [
        "https://h.vn/vi/news/lich-su/kntc-7248.html",
        "https://h.vn/vi/news/print/lich-su/kntc-7248.html",
        "https://h.vn/index.php/vi/news/savefile/lich-su/kntc-7248.html",
    ],
    "trailing index.htm of Nghệ An": [
        "https://congan.nghean.gov.vn/canh-bao/202504/danh-sach-1039887/index.htm",
        "https://congan.nghean.gov.vn/canh-bao/202504/danh-sach-1039887/",
        "https://congan.nghean.gov.vn/canh-bao/202504/danh-sach-1039887",
        "https://congan.nghean.gov.vn/canh-bao/202504/danh-sach-1039887/index.html",
        "https://congan.nghean.gov.vn/canh-bao/202504/danh-sach-1039887/Default.aspx",
    ],
    "percent-encoding, composed and decomposed": [
        "http://h.vn" + NFC,
        "http://h.vn" + NFD,
        "http://h.vn/tin-t%E1%BB%A9c/%C3%BD-ngh%C4%A9a-1814",
        "http://h.vn/tin-t%e1%bb%a9c/%c3%bd-ngh%c4%a9a-1814",
        "http://h.vn/%74in-t%E1%BB%A9c/%C3%BD-ngh%C4%A9a-1814",
        "http://h.vn/tin-t%C6%B0%CC%81c/y%CC%81-nghi%CC%83a-1814",
    ],
    "order and encoding of the query": [
        "https://h.vn/x?b=2&a=1%20c",
        "https://h.vn/x?a=1+c&b=2",
        "https://h.vn/x?a=1%20c&fbclid=z&b=2",
    ],
    "international host": [
        "https://côngan.vn/x",
        "https://" + unicodedata.normalize("NFD", "CÔNGAN.vn") + "/x",
        "https://xn--cngan-6ta.vn/x",
    ],
    "IPv6": ["http://[::1]/x", "https://[::1]:443/x"],
    "home": ["https://h.vn", "https://h.vn/", "https://h.vn/index.php", "http://www.h.vn/#top"],
    "bytes that are no UTF-8": ["http://h.vn/tin-t%fac-1", "http://h.vn/tin-t%FAc-1"],
}


@pytest.mark.parametrize("urls", ONE_ARTICLE.values(), ids=ONE_ARTICLE.keys())
def test_one_article_has_one_key(urls: list[str]) -> None:
    assert {key(url) for url in urls} == {key(urls[0])}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://h.vn/a-1.html", "https://h.vn/a-2.html"),
        ("https://h.vn/a-1.html", "https://tin.h.vn/a-1.html"),
        ("https://h.vn/a", "https://h.vn:8080/a"),
        ("https://h.vn/a?id=1", "https://h.vn/a?id=2"),
        ("https://h.vn/a?id=1", "https://h.vn/a"),
        ("https://h.vn/Tin", "https://h.vn/tin"),  # paths tell cases apart
        ("http://h.vn/?itemid=1", "http://h.vn/?itemid=2"),
        ("http://h.vn/modules.php?sid=123", "http://h.vn/modules.php?sid=124"),  # PHP-Nuke
        ("http://h.vn/tin-t%FAc", "http://h.vn/tin-t%F9c"),  # not UTF-8, yet not the same
        ("http://h.vn/?t=%FA", "http://h.vn/?t=%F9"),
        ("http://h.vn/a%2Fb", "http://h.vn/a/b"),
        ("http://h.vn/a%3Fb=1", "http://h.vn/a?b=1"),
        ("http://h.vn/a%23b", "http://h.vn/a#b"),
        ("http://h.vn/a%2541", "http://h.vn/aA"),
        ("http://h.vn/in/print-1.html", "http://h.vn/in/1.html"),
        ("http://[::1]:8080/x", "http://[::1:8080]/x"),
    ],
)
def test_two_articles_have_two_keys(one: str, other: str) -> None:
    assert key(one) != key(other)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.h.vn/tin/b-1.html?utm_source=x#y", "h.vn/tin/b-1.html"),
        ("http://127.0.0.1:8802/an-ninh/b-8.html", "127.0.0.1:8802/an-ninh/b-8.html"),
        ("http://h.vn" + NFD, "h.vn" + NFC),
        ("http://[::1]:8080/x/", "[::1]:8080/x"),
        ("http://h.vn/?itemid=5", "h.vn/?itemid=5"),
        ("http://h.vn/index.php?option=com_content&id=5", "h.vn/?id=5&option=com_content"),
        ("http://h.vn/a%20b%0Ac", "h.vn/a b%0Ac"),
        ("urn:sha256:0a1b", "urn:sha256:0a1b"),
    ],
)
def test_key_as_written(url: str, expected: str) -> None:
    assert key(url) == expected


def test_the_id_in_the_query_stays_and_nothing_else() -> None:
    url = "https://congan.tuyenquang.gov.vn/vi/tin-bai/canh-giac?type=NEWS&id=163145&trang=2"
    assert key(url, id_params=("id",)) == "congan.tuyenquang.gov.vn/vi/tin-bai/canh-giac?id=163145"
    assert key(url.replace("163145", "233701"), id_params=("id",)) != key(url, id_params=("id",))
    assert key(url) == "congan.tuyenquang.gov.vn/vi/tin-bai/canh-giac?id=163145&trang=2&type=NEWS"


def test_names_of_id_parameters_know_no_case() -> None:
    forms = ("?ItemID=7&mid=3", "?itemid=7", "?pageid=9&ITEMID=7")
    keys = {key(f"http://h.vn/Article/ViewPost.aspx{q}", id_params=("itemid",)) for q in forms}
    assert keys == {"h.vn/Article/ViewPost.aspx?itemid=7"}


@pytest.mark.parametrize(
    "url", ["http://[::1/x", "http://h.vn:port/x", "http://h.vn:99999/x", "http://h\u2100.vn/"]
)
def test_malformed_addresses_are_refused(url: str) -> None:
    with pytest.raises(ValueError):
        key(url)
    with pytest.raises(ValueError):
        host_port(url)
    assert absolute(BASE, url) is None
    assert absolute(None, url) is None


PIECES = [*"ab /.;%?#&=+-_ýÝ\u0301ứ\n\t\\", "%2F", "%E1", "%0a", "%20", "index.php", "/print/"]
PATHS = st.lists(st.sampled_from(PIECES), max_size=20).map("".join)


@given(PATHS, st.sampled_from(["h.vn", "www.H.vn:80", "côngan.vn:8080", "[::1]:81", "127.0.0.1"]))
def test_a_key_is_its_own_key(path: str, host: str) -> None:
    once = key(f"https://{host}/{path}")
    assert key(f"https://{once}") == once
    once.encode("utf-8")


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("/a/b-1.html", "https://congan.daklak.gov.vn/a/b-1.html"),
        ("b-1.html", "https://congan.daklak.gov.vn/tin-tuc/b-1.html"),
        ("../b-1.html", "https://congan.daklak.gov.vn/b-1.html"),
        ("?trang=3", "https://congan.daklak.gov.vn/tin-tuc/page-2?trang=3"),
        ("//cdn.h.vn/x.jpg", "https://cdn.h.vn/x.jpg"),
        ("http://h.vn:8080/x#top", "http://h.vn:8080/x"),
        ("  /a\n", "https://congan.daklak.gov.vn/a"),
        ("/Portals/0/NAM 2023/ảnh.png", "https://congan.daklak.gov.vn/Portals/0/NAM%202023/%E1%BA%A3nh.png"),
        ("/a%20b/ý.jpg", "https://congan.daklak.gov.vn/a%20b/%C3%BD.jpg"),
        ("/tim?q=đánh bạc", "https://congan.daklak.gov.vn/tim?q=%C4%91%C3%A1nh%20b%E1%BA%A1c"),
        ("\\Upload\\2022\\a.jpg", "https://congan.daklak.gov.vn/Upload/2022/a.jpg"),
        ("/x?t=a\\b", "https://congan.daklak.gov.vn/x?t=a\\b"),
        ("/y" + "\u0301", "https://congan.daklak.gov.vn/y%CC%81"),  # as the server wrote it
        ("/x/\ud800", "https://congan.daklak.gov.vn/x/%3F"),
    ],
)  # fmt: skip
def test_absolute(link: str, expected: str) -> None:
    assert absolute(BASE, link) == expected


@pytest.mark.parametrize(
    "link",
    ["", "   ", "#", "#top", "javascript:void(0)", "JavaScript:;", "mailto:a@h.vn", "tel:113",
     "data:image/png;base64,AAAA", "ftp://h.vn/x", "file:///etc/hosts", "http://", "http:///x",
     "https://trang chu.vn/x", "http://<host>/x", "about:blank"],
)  # fmt: skip
def test_what_is_no_address(link: str) -> None:
    assert absolute(BASE, link) is None


PIECES = st.lists(
    st.sampled_from(
        ["/", ".", "..", "a", "tin-1", "~x", "_", "?", "=", "&", "p=2", "#t", ":", "%20", "@", ";",
         "//", "h.vn", "https://h.vn", "http://H.vn:80", "https://", "\\", " ", "đ", "-"]
    ),
    max_size=8,
).map("".join)  # fmt: skip
BASES = [BASE, "HTTPS://u:p@H.vn:444", "http://h.vn/a/b/?c=/d", "ftp://h.vn/", "/tin/", "", None]


@given(PIECES, st.sampled_from(BASES))
def test_plain_links_are_joined_as_all_others(link: str, base: str | None) -> None:
    link = link.strip()
    if link and not link.startswith("#"):
        assert absolute(base, link) == _joined(base, link)


def test_absolute_without_a_base() -> None:
    assert absolute(None, "https://h.vn/a#b") == "https://h.vn/a"
    assert absolute(None, " /a/b.html#c ") == "/a/b.html"
    assert absolute(None, "#c") is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://h.vn/x", ("h.vn", 80)),
        ("HTTPS://H.VN/x", ("h.vn", 443)),
        ("https://h.vn:8443", ("h.vn", 8443)),
        ("http://user:pw@h.vn/", ("h.vn", 80)),
        ("http://[::1]:81/", ("::1", 81)),
        ("http://côngan.vn./", ("xn--cngan-6ta.vn", 80)),
    ],
)
def test_host_port(url: str, expected: tuple[str, int]) -> None:
    assert host_port(url) == expected


@pytest.mark.parametrize("url", ["", "h.vn/x", "/x", "ftp://h.vn/", "urn:sha256:0a", "http:///x"])
def test_host_port_of_nothing(url: str) -> None:
    with pytest.raises(ValueError):
        host_port(url)


def test_bare_host() -> None:
    assert bare_host("WWW.Congan.DakLak.gov.vn") == "congan.daklak.gov.vn"
    assert bare_host("www.vn") == "vn"
    assert bare_host("wwwx.vn") == "wwwx.vn"


@pytest.mark.parametrize(
    ("path", "twin"),
    [
        ("/savefile/tin/mot-1.html", True), ("/vi/print/tin/mot-1.html", True),
        ("/index.php/tin/mot-1.html", True), ("/tin/mot-1.html", False), ("/tin/print-1.html", False),
    ],
)  # fmt: skip
def test_twins_are_told_by_their_path(path: str, twin: bool) -> None:
    assert is_twin(f"https://congan.vidu.example{path}?a=1") is twin
