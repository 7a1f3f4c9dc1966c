"""The registry: what its files hold, what they may not hold, and how it agrees with its sources."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from conftest import ROOT

from newsarchive import sites
from newsarchive.errors import CallError, SiteError, UnknownSite
from newsarchive.sites import Calls, Layout, Site, all_sites, get, site_of_host
from newsarchive.sites._provinces import PROVINCES, find_province, nearest, today_of
from newsarchive.sites._rules import FAMILIES
from newsarchive.urls import key

FOLDER = ROOT / "newsarchive" / "sites"
FILES = sorted(p for p in FOLDER.glob("*.py") if not p.name.startswith("_"))
GOOD: dict[str, Any] = {
    "slug": "vidu",
    "name": "Công an tỉnh Ví Dụ",
    "province": "Đắk Lắk",
    "province_2025": "Đắk Lắk",
    "hosts": ("congan.vidu.gov.vn", "conganvidu.vn"),
    "evidence": "read",
}


def test_every_file_is_a_site_of_its_name() -> None:
    assert list(all_sites()) == sorted(p.stem.replace("_", "-") for p in FILES)
    assert len(all_sites()) >= 70
    for slug, site in all_sites().items():
        assert site.slug == slug
        assert site.home in (f"https://{site.hosts[0]}/", f"http://{site.hosts[0]}/")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_site_file_is_data_and_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    docstring, *imports, value = ast.parse(text).body
    assert isinstance(docstring, ast.Expr)
    assert isinstance(docstring.value, ast.Constant)
    # Where the knowledge comes from, and where it ends.
    words = " ".join(str(docstring.value.value).split())
    assert "Known" in words
    assert "Not known" in words
    assert [ast.unparse(i).rpartition(" import ")[0] for i in imports] == ["from newsarchive.sites"]
    assert isinstance(value, ast.Assign)
    assert ast.unparse(value.targets[0]) == "SITE"
    allowed = (ast.Call, ast.Name, ast.Constant, ast.Tuple, ast.keyword, ast.Load)
    for node in ast.walk(value.value):
        assert isinstance(node, allowed), f"{path.name}: {ast.unparse(node)} is no plain value"
    called = {ast.unparse(n.func) for n in ast.walk(value.value) if isinstance(n, ast.Call)}
    assert called <= {"Site", "Layout", "Calls"}
    assert 10 <= text.count("\n") <= 40


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("slug", "Đắk Lắk", "lower-case"),
        ("slug", "dak_lak", "lower-case"),
        ("slug", "daklak\n", "lower-case"),
        ("slug", "", "lower-case"),
        ("name", "", "empty"),
        ("name", " Công an ", "untrimmed"),
        ("province", "Hải Du\u031bo\u031bng", "NFC"),
        ("province", None, "province"),
        ("province_2025", None, "both given"),
        ("hosts", (), "empty"),
        ("hosts", "congan.vidu.gov.vn", "no tuple"),
        ("hosts", ("https://congan.vidu.gov.vn",), "no host name"),
        ("hosts", ("congan.vidu.gov.vn:8080",), "no host name"),
        ("hosts", ("congan.vidu.gov.vn/tin",), "no host name"),
        ("hosts", ("Congan.vidu.gov.vn",), "no host name"),
        ("hosts", ("127.0.0.1",), "no host name"),
        ("hosts", ("localhost",), "no host name"),
        ("hosts", ("a.vn", "a.vn"), "twice"),
        ("evidence", "certain", "seen, read, guessed"),
        ("home", "https://elsewhere.vn/", "on one of its hosts"),
        ("home", "ftp://congan.vidu.gov.vn/", "http(s)"),
        ("home", "/", "http(s)"),
        ("sections", ("https://elsewhere.vn/tin",), "not on one of its hosts"),
        ("sections", ("tin-tuc",), "neither"),
        ("sections", "/tin-tuc", "no tuple"),
        ("article", "/(tin", "no regular expression"),
        ("skip", ("[",), "no regular expression"),
        ("skip", ("",), "no tuple of strings"),
        ("skip", r"^/print/", "no tuple"),
        ("id_params", "id", "no tuple"),
        ("family", "frontpage", "nukeviet"),
        ("layouts", (object(),), "no tuple of Layout"),
        ("layouts", (Layout(name="a", detect="p"), Layout(name="a", detect="b")), "one name"),
        ("successor", "vidu", "itself"),
        ("successor", "Hải Phòng", "no slug"),
        ("note", "", "empty"),
        ("tls", "1.0", "none of legacy"),
    ],
)
def test_a_wrong_value_is_refused_with_site_and_field(field: str, value: Any, said: str) -> None:
    with pytest.raises(SiteError) as caught:
        Site(**{**GOOD, field: value})
    message = str(caught.value)
    assert said in message
    assert field in message
    assert f"site {value if field == 'slug' else 'vidu'!r}" in message
    assert "\n" not in message


def test_a_right_site_is_taken() -> None:
    site = Site(**GOOD, sections=("/tin", "http://conganvidu.vn/cu"), family=FAMILIES[0])
    assert site.home == "https://congan.vidu.gov.vn/"
    assert site.active
    with pytest.raises(AttributeError):
        site.slug = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "", "detect": "p"}, "name"),
        ({"name": "2021", "detect": "div["}, "detect"),
        ({"name": "2021", "detect": ""}, "detect"),
        ({"name": "2021", "detect": "p", "body": "div >"}, "body"),
        ({"name": "2021", "detect": "p", "title": ("h1",)}, "title"),
        ({"name": "2021", "detect": "p", "drop": (".ads", "..x")}, "drop"),
        ({"name": "2021", "detect": "p", "drop": ".ads"}, "drop"),
    ],
)
def test_a_wrong_layout_is_refused(values: dict[str, Any], field: str) -> None:
    with pytest.raises(SiteError, match=field):
        Layout(**values)


def test_an_unknown_slug_names_the_nearest() -> None:
    with pytest.raises(UnknownSite) as caught:
        get("daklack")
    assert caught.value.nearest[0] == "daklak"
    assert "did you mean daklak" in str(caught.value)
    assert isinstance(caught.value, CallError)
    with pytest.raises(UnknownSite, match="newsarchive sites"):
        get("zzzz")
    with pytest.raises(UnknownSite, match="daklak"):
        get("DakLak")


def test_a_host_finds_its_site() -> None:
    assert site_of_host("www.Congan.DakLak.gov.vn") is get("daklak")
    assert site_of_host("congannghean.vn") is get("nghean")
    assert site_of_host("daklak.gov.vn") is None


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder that stands for newsarchive/sites."""
    monkeypatch.setattr(sites, "__path__", [str(tmp_path)])
    before = set(sys.modules)
    all_sites.cache_clear()
    yield tmp_path
    all_sites.cache_clear()
    for name in set(sys.modules) - before:
        if name.startswith("newsarchive.sites."):
            del sys.modules[name]


def _write(folder: Path, name: str, **changes: Any) -> None:
    values = ", ".join(f"{k}={v!r}" for k, v in {**GOOD, **changes}.items())
    text = f"from newsarchive.sites._rules import Layout, Site\nSITE = Site({values})\n"
    (folder / f"{name}.py").write_text(text, encoding="utf-8")


def test_two_sites_may_not_share_a_host(folder: Path) -> None:
    _write(folder, "xa", slug="xa")
    _write(folder, "xb", slug="xb", hosts=("www.congan.vidu.gov.vn",))
    with pytest.raises(SiteError, match=r"xb\.py: host www.congan.vidu.gov.vn belongs to xa"):
        all_sites()


def test_file_and_slug_are_one_name(folder: Path) -> None:
    _write(folder, "xc", slug="xd")
    with pytest.raises(SiteError, match=r"xc\.py: its slug is 'xd'"):
        all_sites()
    (folder / "xc.py").write_text("SITE = None\n", encoding="utf-8")
    sys.modules.pop("newsarchive.sites.xc")
    with pytest.raises(SiteError, match="holds no SITE"):
        all_sites()


def test_a_fault_names_the_file(folder: Path) -> None:
    layout = 'SITE = Layout(name="2021", detect="div[")\n'
    text = "from newsarchive.sites._rules import Layout\n" + layout
    (folder / "xe.py").write_text(text, encoding="utf-8")
    with pytest.raises(SiteError, match=r"xe\.py: layout '2021': detect='div\['"):
        all_sites()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"province": "Hải Dương", "province_2025": "Hải Dương"}, "Hải Dương is part of Hải Phòng"),
        ({"province": "Ví Dụ", "province_2025": "Ví Dụ"}, "province='Ví Dụ' is none of the 63"),
        (
            {"province": None, "province_2025": None, "successor": "khong"},
            "successor='khong' is no",
        ),
        ({"article": "("}, "article: '\\(' is no regular expression"),
        ({"famly": "nukeviet"}, "famly"),
    ],
)
def test_what_is_wrong_in_a_file_is_said_with_its_name(
    changes: dict[str, Any], said: str, folder: Path
) -> None:
    _write(folder, "xf", slug="xf", **changes)
    with pytest.raises(SiteError, match=rf"sites/xf\.py: .*{said}"):
        all_sites()


def test_a_file_that_is_no_python(folder: Path) -> None:
    (folder / "xg.py").write_text("SITE = Site(", encoding="utf-8")
    with pytest.raises(SiteError, match=r"sites/xg\.py: "):
        all_sites()


def test_calls() -> None:
    url = "/api/list?cat={list}&PageIndex=1"
    site = Site(**GOOD, calls=Calls(url=url, lists=("4", "9")))
    assert site.calls is not None
    assert site.calls.addresses() == ("/api/list?cat=4&PageIndex=1", "/api/list?cat=9&PageIndex=1")
    for wrong in ("/api/list?cat={list}", "/api/list?PageIndex=1"):
        with pytest.raises(SiteError, match="calls"):
            Calls(url=wrong, lists=("4",))
    with pytest.raises(SiteError, match="calls"):
        Calls(url=url, lists="4")  # type: ignore[arg-type]
    with pytest.raises(SiteError, match="calls"):
        Site(**GOOD, calls=Calls(url=f"https://khac.example{url}", lists=("4",)))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("lam dong", "Lâm Đồng"), ("Tỉnh Lâm Đồng", "Lâm Đồng"), ("dak nong", "Đắk Nông"),
        ("TP.HCM", "Thành phố Hồ Chí Minh"), ("Sài Gòn", "Thành phố Hồ Chí Minh"),
        ("hue", "Huế"), ("Thừa Thiên Huế", "Thừa Thiên Huế"),
        ("bà rịa vũng tàu", "Bà Rịa - Vũng Tàu"), ("Ha\u0300 No\u0302\u0323i", "Hà Nội"),
        ("Xứ Nẫu", None),
    ],
)  # fmt: skip
def test_a_province_as_people_type_it(typed: str, name: str | None) -> None:
    assert find_province(typed) == name
    if name is not None:
        assert today_of(name) in PROVINCES


def test_provinces() -> None:
    assert len(PROVINCES) == 34
    assert sum(len(parts) for parts in PROVINCES.values()) == 63
    assert today_of("Ví Dụ") is None
    assert nearest("lam dongg")[0] == "Lâm Đồng"


# Against what is known of the portals, beside the checkout.


@pytest.fixture(scope="module")
def sources(shared: Path) -> dict[str, dict[str, Any]]:
    """What sites.json says of each province, by slug."""
    entries = json.loads((shared / "sources" / "sites.json").read_text(encoding="utf-8"))
    return {entry["slug"]: entry for entry in entries if entry.get("level") == "province"}


def test_hosts_and_evidence_agree_with_the_sources(sources: dict[str, dict[str, Any]]) -> None:
    assert set(sources) <= set(all_sites())
    for slug, source in sources.items():
        site = get(slug)
        # Service hosts are no outlets of news.
        news = {e["host"] for e in source["evidence"] if "not news" not in e["role"]}
        assert set(site.hosts) == news, slug
        assert site.province == source["province"], slug
        strong = {e["host"] for e in source["evidence"] if e["strength"] == "strong"} & news
        # 'seen' would need a real page of the portal among the tests' pages.
        assert site.evidence == ("read" if strong else "guessed"), slug
        assert site.active is not source["merged"], slug


def test_national_outlets_agree_with_the_sources(shared: Path) -> None:
    entries = json.loads((shared / "sources" / "sites.json").read_text(encoding="utf-8"))
    outlets = [entry for entry in entries if entry["level"] == "national"]
    sites_of = [site for site in all_sites().values() if site.province is None]
    assert len(outlets) == len(sites_of)
    tried = 0
    for entry in outlets:
        site = site_of_host(entry["domains"][0])
        assert site is not None, entry["name"]
        for url in entry.get("sample_article_urls", []):
            parts = urlsplit(url)
            if site_of_host(parts.hostname or "") is not site:
                continue  # the twin for telephones
            assert site.article is not None
            assert (re.fullmatch(site.article, parts.path) is None) is ("/tag/" in url), url
            tried += 1
    assert tried >= 13


def test_provinces_agree_with_the_mergers(shared: Path) -> None:
    mergers = json.loads((shared / "sources" / "mergers-2025.json").read_text(encoding="utf-8"))
    now = {old: merger["new"] for merger in mergers for old in merger["old"]}
    assert {new: set(old) for new, old in PROVINCES.items()} == {
        merger["new"]: set(merger["old"]) for merger in mergers
    }
    for slug, site in all_sites().items():
        assert site.province is None or site.province_2025 == now[site.province], slug
        if site.province_2025 != site.province and not site.active:
            assert site.successor, slug


# Addresses among the samples that are no article under their own path, and why.
SKIPPED = ("/laws/detail/", "/savefile/")
LISTINGS = ("/tin-tuc-su-kien/tin-an-ninh-trat-tu/tin-antt-trong-tinh",)
# Media, services and lists among the samples.
NO_ARTICLE = re.compile(
    r"\.(?:jpg|png|pdf)(?:$|[/?])|/(?:TTHC\.aspx|Gop-y|web/guest/home|wps/.*|trang/.*)$"
    r"|^/tin-antt-va-canh-bao-toi-pham/?$|^/pctp-tren|^/thong-bao/thu-doan"
)
# A slug alone, as sections have it.
SHAPELESS = frozenset(("angiang", "khanhhoa", "ninhbinh", "sonla"))


def test_the_shape_of_an_article_fits_the_samples(sources: dict[str, dict[str, Any]]) -> None:
    tried = 0
    for slug, source in sources.items():
        site = get(slug)
        for url in source.get("sample_article_urls", []):
            path = urlsplit(url.partition(" ")[0])._replace(scheme="", netloc="").geturl()
            skipped = any(re.search(pattern, path) for pattern in site.skip)
            none = NO_ARTICLE.search(path) is not None
            assert skipped is any(part in path for part in SKIPPED) or (skipped and none), url
            if site.article is None:
                assert slug in SHAPELESS or none, url
                continue
            fits = re.fullmatch(site.article, path) is not None
            assert fits is (not skipped and not none and path not in LISTINGS), url
            tried += 1
    assert tried >= 25


@pytest.mark.parametrize(
    ("slug", "path", "fits"),
    [
        ("daklak", "/tin-tuc/page-2", False),
        ("daklak", "/tin-tuc/", False),
        ("daklak", "/rss/tin-tuc/", False),
        ("laichau", "/thong-bao/", False),
        ("thainguyen", "/gioi-thieu/lich-su-12.html", False),
        ("laocai", "/an-ninh-trat-tu", False),
        ("laocai", "/an-ninh-trat-tu/bat-doi-tuong-trom-xe-12345", True),
        ("laocai", "/an-ninh-trat-tu/bat-doi-tuong-trom-xe-12345/?fbclid=x", True),
        ("tuyenquang", "/vi/tin-bai/canh-giac", False),
        ("tuyenquang", "/vi/tin-bai/canh-giac?id=7&type=NEWS", True),
        ("nghean", "/thong-tin-chuyen-de/canh-bao-toi-pham/", False),
        ("thanhhoa", "/de-an-06", False),
        ("haiphong", "/Tin-An-ninh-trat-tu/Canh-bao-thu-doan-184974.html", True),
        ("haiphong", "/Tin-An-ninh-trat-tu.html", False),
        ("hanoi", "/phan-hoi-thong-tin-bao-chi/triet-pha-bang-nhom-lua-28868", True),
        ("hanoi", "/phan-hoi-thong-tin-bao-chi", False),
        ("hungyen", "/deepfake-gia-nhuat-c218065.html", True),
        ("hungyen", "/lien-he.html", False),
        ("langson", "/9688/pho-bien/68/mot-so-quy-dinh/9688.aspx", True),
        ("langson", "/9688/pho-bien/68/mot-so-quy-dinh/9689.aspx", False),
        ("phutho", "/article/Tang-cuong-bao-dam-an-toan-27208-57", True),
        ("phutho", "/TTHC.aspx", False),
        ("thaibinh", "/Tin-Tuc/Tin_Hoat_Dong/104_Cong-an-tinh-So-ket", True),
        ("thaibinh", "/Gop-y", False),
        ("thuathienhue", "/tin-tuc-su-kien/tin-ho-t-d-ng/1814-%C3%BD-ngh%C4%A9a", True),
        ("thuathienhue", "/tin-tuc-su-kien/tin-ho-t-d-ng", False),
        ("bocongan", "/bai-viet/canh-giac-1782485063", True),
        ("cand", "/Hoat-dong-LL-CAND/bam-sat-co-so--i794787", True),
        ("cand", "/tag/thi-xa-Kinh-Mon-444532", False),
        ("antv", "/phap-luat-3/ha-dong-bat-nhom-BE66B1E0B.html", True),
        ("congan-tphcm", "/vu-an/chu-dam-chet-chau_146086.html", True),
    ],
)
def test_the_shape_of_an_article_tells_lists_apart(slug: str, path: str, fits: bool) -> None:
    pattern = get(slug).article
    assert pattern is not None
    assert (re.fullmatch(pattern, path) is not None) is fits


def test_twins_of_one_article_fall_together(sources: dict[str, dict[str, Any]]) -> None:
    twin = sources["daklak"]["sample_article_urls"][0]
    assert key(twin) == key(twin.replace("/savefile/", "/"))
    site = get("tuyenquang")
    first, second = sources["tuyenquang"]["sample_article_urls"][:2]
    assert key(first, id_params=site.id_params) != key(second, id_params=site.id_params)


def test_branches_without_news_are_skipped(sources: dict[str, dict[str, Any]]) -> None:
    site = get("laocai")
    for path in sources["laocai"]["url_patterns"]["deny"]:
        assert any(re.search(pattern, path) for pattern in site.skip), path
        assert any(re.search(pattern, f"{path}/x-1") for pattern in site.skip), path
    assert not any(re.search(pattern, "/an-ninh-trat-tu/x-1") for pattern in site.skip)


def test_the_guessed_site_says_so() -> None:
    site = get("haiduong")
    assert (site.evidence, site.successor, site.active) == ("guessed", "haiphong", False)
    assert (site.province, site.province_2025) == ("Hải Dương", "Hải Phòng")
    assert site.family is None
