"""The desk's frame, start and search pages: what they say, and how a browser shows them."""

from __future__ import annotations

import asyncio
import csv
import http.client
import importlib.util
import io
import json
import re
import shutil
import sqlite3
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from string import Formatter
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest
from archive_cases import opened, rows
from conftest import missing
from desk_cases import HOSTILE, VIEWS, WITHHELD, View, browser, build, looking, serving
from lxml import html

from newsarchive.errors import ArchiveError
from newsarchive.web import asking
from newsarchive.web.guard import POLICY
from newsarchive.web.language import preferred
from newsarchive.web.reading import TooLong, read, stream
from newsarchive.web.texts import TEXTS

SYNTAX = (
    '"', '""', "(", ")))", "AND", "NOT NOT", "OR OR x", "*", "a*", "^", "-", "--", "title:", "title:(", "x:y",
    "NEAR(a b)", "{a b}", "+", "'", ";", "%", "\\", "\x00", "đ" * 500, "a " * 2000, "🙂", "x" * 5000,
)  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("desk") / "kho.db")


@pytest.fixture(scope="module")
def desk(archive: Path) -> Iterator[str]:
    with serving(archive) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as one:
        yield one


def ask(address: str, path: str, **headers: str) -> Any:
    """An answer, whatever its status, redirects not followed: (status, headers, body)."""
    at = urlsplit(address)
    connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=30)
    try:
        connection.request(
            "GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def parsed(address: str, path: str, lang: str = "vi") -> Any:
    request = Request(f"{address}{path}", headers={"Accept-Language": lang})
    with urlopen(request, timeout=30) as answer:
        return html.document_fromstring(answer.read())


def searched(address: str, **filters: Any) -> Any:
    return parsed(address, f"/tim-kiem?{urlencode(filters)}")


def words_of(element: Any) -> str:
    return " ".join(element.text_content().split())


def titles(tree: Any) -> list[str]:
    return [words_of(link) for link in tree.xpath("//ol[@class='hits']/li/h3")]


def count(tree: Any) -> str:
    return words_of(tree.get_element_by_id("count"))


def years(tree: Any) -> dict[str, int]:
    found = {}
    for row in tree.xpath("//ul[@class='ranked']/li"):
        label, value = (words_of(row.find_class(name)[0]) for name in ("label", "value"))
        found[label] = int(value.replace(".", ""))
    return found


# --- in the browser

PAGES = {
    "start": "/",
    "search": "/tim-kiem?q=danh+bac",
    "filtered": "/tim-kiem?q=%C4%91%C3%A1nh+b%E1%BA%A1c&province=S%C3%B4ng+Tr%C3%BAc&since=2020-01-01",
    "wrong": "/tim-kiem?q=zzzz+%E1%BA%A1&site=xx&since=h%C3%B4m+qua",
}
DATA = {
    "data": "/kho",
    "table": "/kho/articles?_size=5&_search=danh&_facet=section",
    "row": "/kho/articles/3",
    "sql": "/kho?sql=select+site%2C+title+from+articles+limit+3",
}


@pytest.mark.parametrize("view", VIEWS, ids=str)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_in_every_view(chromium: Any, desk: str, name: str, view: View) -> None:
    with looking(chromium, desk, PAGES[name], view, shot=name) as page:
        assert page.locator("html").get_attribute("lang") == view.language
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == {"light": "rgb(243, 244, 246)", "dark": "rgb(13, 17, 23)"}[view.scheme]
        assert page.locator("main h1, main h2").first.is_visible()


@pytest.mark.parametrize(("name", "view"), list(zip(DATA, VIEWS[1:3] * 2, strict=True)), ids=str)
def test_datasettes_pages_wear_the_same_dress(
    chromium: Any, desk: str, name: str, view: View
) -> None:
    with looking(chromium, desk, DATA[name], view, shot=name) as page:
        assert page.locator("header .brand").is_visible()
        assert page.locator("script").count() == 0
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(13, 17, 23)"


def test_a_search_without_scripts(chromium: Any, desk: str) -> None:
    view = View("vi", 1280, scripts=False)
    with looking(chromium, desk, "/", view) as page:
        page.get_by_role("searchbox").fill("đánh bạc")
        with page.expect_navigation():  # a key, unlike a click, does not wait for what it starts
            page.keyboard.press("Enter")
        assert page.locator("#count").inner_text() == "234 bài"
        assert "đánh bạc" in page.locator(".hits mark").all_inner_texts()
        page.get_by_label("Tỉnh, thành phố").select_option("Vạn Hải")
        page.get_by_role("button", name="Lọc").click()
        assert page.url.endswith(urlencode({"q": "đánh bạc", "province": "Vạn Hải"}))
        many = int(page.locator("#count").inner_text().split()[0])
        page.get_by_role("link", name="Trang sau").click()
        assert page.locator(".hits li").count() == min(many - 20, 20)
        page.get_by_role("link", name="English").click()
        assert page.locator("#count").inner_text() == f"{many} articles"
        assert "page=2" in page.url
        page.get_by_role("link", name=re.compile("^2024")).click()
        assert "since=2024-01-01&until=2024-12-31" in page.url
        assert page.locator("html").get_attribute("lang") == "en"  # remembered
        with page.expect_download() as got:
            page.get_by_role("link", name="CSV").click()
        assert got.value.suggested_filename == "newsarchive-danh-bac-2026-03-28.csv"
        text = Path(got.value.path()).read_text(encoding="utf-8-sig")
        exported = list(csv.DictReader(io.StringIO(text)))
        assert len(exported) == int(page.locator("#count").inner_text().split()[0])
        assert {row["site"] for row in exported} == {"vanhai", "khelam"}


def test_filters_on_a_phone_open_without_scripts(chromium: Any, desk: str) -> None:
    with looking(chromium, desk, "/tim-kiem?q=tin", View("en", 360, scripts=False)) as page:
        assert not page.locator("#site").is_visible()
        page.get_by_text("Filter the results").click()
        assert page.locator("#site").is_visible()


def test_by_keyboard(chromium: Any, desk: str) -> None:
    with looking(chromium, desk, "/tim-kiem?q=danh+bac", View("en", 1280)) as page:
        page.keyboard.press("Tab")
        skip = page.evaluate("document.activeElement.textContent")
        assert skip == "Skip to content"
        assert page.locator(".skip").bounding_box()["y"] >= 0
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        seen = set()
        for _ in range(40):
            page.keyboard.press("Tab")
            seen.add(
                page.evaluate("document.activeElement.id || document.activeElement.textContent")
            )
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", page.evaluate("document.activeElement.outerHTML")
        assert {
            "q",
            "province",
            "site",
            "section",
            "byline",
            "since",
            "until",
            "order",
            "CSV",
        } <= seen


# --- what pages say


def test_the_start_page_tells_of_the_archive(desk: str) -> None:
    tree = parsed(desk, "/")
    assert words_of(tree.find(".//h1")) == "313 bài từ 6 trang nguồn"
    text = words_of(tree.get_element_by_id("main"))
    assert "3 bài đã sửa sau khi đăng, 2 bài đã bị gỡ." in text
    assert [row[0] for row in table(tree, "months")[1:3]] == ["tháng 3/2026", "tháng 2/2026"]
    shown = sum(int(row[1]) for row in table(tree, "months")[1:])
    undated = len(
        [1 for number in (120, 70, 60, 30, 20, 12) for n in range(1, number + 1) if n % 31 == 0]
    )
    assert shown == 313 - undated
    assert f"{undated} bài không rõ ngày đăng" in text
    latest = tree.xpath("//section[@aria-labelledby='latest']//li/a")
    assert len(latest) == 8
    edited = tree.xpath("//section[@aria-labelledby='edited']//li/a")
    assert all("(cập nhật 23/3)" in words_of(each) for each in edited)
    assert len(edited) == 3
    taken = tree.xpath("//section[@aria-labelledby='taken']//li/p")
    assert [words_of(each) for each in taken] == [
        "Công an tỉnh Đắk Mơ · gỡ 3 ngày trước", "Công an tỉnh Đắk Mơ · gỡ 6 ngày trước"
    ]  # fmt: skip
    ill = tree.xpath("//section[@aria-labelledby='ill']//li")
    assert [words_of(each) for each in ill] == [
        "Công an tỉnh Khe Lâm Không truy cập được báo 5 ngày trước",
        "Công an tỉnh Hòn Muối Im lặng báo 18 ngày trước",
    ]
    spans = [svg.get("aria-label") for svg in tree.find_class("span")]
    assert len(spans) == 6
    assert all(re.fullmatch(r"\d+/\d+/20\d\d – \d+/\d+/2026", each) for each in spans)


def table(tree: Any, anchor: str) -> list[list[str]]:
    figure = tree.get_element_by_id(anchor)
    return [[words_of(cell) for cell in row.iter("th", "td")] for row in figure.iter("tr")]


def test_the_start_page_of_a_province_before_and_since_2025(desk: str) -> None:
    def shown(province: str) -> int:
        tree = parsed(desk, f"/?province={quote(province)}")
        assert province in words_of(tree.get_element_by_id("timeline"))
        return sum(int(row[1]) for row in table(tree, "months")[1:])

    assert shown("Đắk Mơ") == 70 - 2
    assert shown("Sông Trúc") == 190 - 2 - 3  # with Đắk Mơ, since 2025
    groups = parsed(desk, "/").xpath("//select[@id='province']/optgroup")
    assert [(g.get("label"), [o.text for o in g]) for g in groups] == [
        ("Từ 1/7/2025", ["Hòn Muối", "Sông Trúc", "Vạn Hải"]),
        ("Trước 1/7/2025", ["Đắk Mơ", "Khe Lâm"]),
    ]
    assert "Bài theo tháng" in words_of(parsed(desk, "/?province=x").get_element_by_id("timeline"))


def test_search_is_as_typed(desk: str) -> None:
    assert count(searched(desk, q="danh bac")) == "237 bài"
    assert count(searched(desk, q="đánh bạc")) == "234 bài"
    assert count(searched(desk, q='"đánh bắc"')) == "Không có bài nào"
    assert count(searched(desk, q="hòa giải")) == count(searched(desk, q="hoà giải")) == "38 bài"
    tree = searched(desk, q='"đánh bắc"')
    assert tree.xpath("//a[@href='/tim-kiem?q=%22danh+bac%22']")
    marks = {words_of(mark) for mark in searched(desk, q="hoa giai").iter("mark")}
    assert {mark.lower() for mark in marks} <= {"hoà giải", "hoà", "giải"}
    assert "Hoà giải" in marks


def test_filters_narrow_and_add_up(desk: str, archive: Path) -> None:
    for filters, where in (
        ({"site": "dakmo"}, "site = 'dakmo'"),
        ({"province": "Đắk Mơ"}, "site = 'dakmo'"),
        ({"province": "Vạn Hải"}, "site IN ('vanhai', 'khelam')"),
        ({"section": "An ninh trật tự"}, "section = 'An ninh trật tự'"),
        ({"byline": "thu ha"}, "byline LIKE '%Thu Hà%'"),
        ({"since": "2024-05-01", "until": "2024-12-31"}, "published_day BETWEEN '2024-05-01' AND '2024-12-31'"),
        ({"since": "2024", "until": "2024"}, "published_day LIKE '2024%'"),
        ({"site": "songtruc", "since": "2020-01-01", "section": "Người tốt việc tốt"},
         "site = 'songtruc' AND published_day >= '2020' AND section = 'Người tốt việc tốt'"),
    ):  # fmt: skip
        tree = searched(desk, **filters)
        [(want,)] = rows(
            archive,
            f"SELECT count(*) FROM articles WHERE withheld IS NULL AND {where}",
        )
        assert count(tree) == f"{want} bài", filters
        if "since" not in filters:
            assert sum(years(tree).values()) == want
        chips = [link.get("href") for link in tree.xpath("//div[@class='chips']//a")]
        assert len(chips) == len(filters)
        for name, chip in zip(filters, sorted(chips), strict=False):
            assert len(dict(parse_qsl(urlsplit(chip).query))) == len(filters) - 1, name


def test_years_lead_to_a_year_and_back(desk: str) -> None:
    tree = searched(desk, q="danh bac")
    [row] = [r for r in tree.xpath("//ul[@class='ranked']//a") if "2023" in words_of(r)]
    year = parsed(desk, row.get("href"))
    assert count(year) == f"{years(tree)['2023']} bài"
    assert years(year) == years(tree)
    [chosen] = year.xpath("//ul[@class='ranked']//a[@aria-current]")
    assert chosen.get("href") == "/tim-kiem?q=danh+bac"


def test_newest_is_by_publication_and_rank_by_the_words(desk: str) -> None:
    def times(tree: Any) -> list[str]:
        return [t.get("datetime") for t in tree.xpath("//ol[@class='hits']//time")]

    first = times(searched(desk, q="danh bac"))
    assert first == sorted(first, reverse=True)
    ranked = searched(desk, q='"danh bac"', order="rank")
    assert all("đánh bạc" in title for title in titles(ranked)[:10])
    assert times(ranked) != first


def test_pages_hold_every_article_once(desk: str) -> None:
    found: list[str] = []
    path = "/tim-kiem?q=danh+bac"
    while path:
        tree = parsed(desk, path)
        found += tree.xpath("//ol[@class='hits']//h3/a/@href")
        path = next(iter(tree.xpath("//a[@rel='next']/@href")), "")
    assert len(found) == len(set(found)) == 237
    beyond = parsed(desk, "/tim-kiem?q=danh+bac&page=400")
    assert titles(beyond) == []
    assert parsed(desk, "".join(beyond.xpath("//a[@rel='prev']/@href"))).find_class("hits")


def test_a_search_has_one_short_address(desk: str) -> None:
    form = (
        "/tim-kiem?q=tin&province=&site=khelam&section=&byline=&since=&until=&order=newest&lang=en"
    )
    status, headers, _ = ask(desk, form)
    assert (status, headers["location"]) == (302, "/tim-kiem?q=tin&site=khelam&lang=en")
    assert ask(desk, headers["location"])[0] == 200


def test_wrong_filters_are_told_and_left_out(desk: str) -> None:
    tree = parsed(desk, "/tim-kiem?" + urlencode(
        {"q": "danh bac", "site": "khe", "province": "Atlantis", "section": "Chợ", "byline": "!",
         "since": "2024-02-30", "order": "best", "page": "-1"}
    ))  # fmt: skip
    told = [words_of(p) for p in tree.xpath("//div[@role='alert']/p")]
    assert len(told) == 7
    assert "“2024-02-30” không phải là ngày; hãy viết như 2022-08-22." in told
    assert "Kho không có tỉnh, thành phố “Atlantis”." in told
    assert count(tree) == "237 bài"
    tree = parsed(desk, "/tim-kiem?since=2024-03-01&until=2024-02-01", "en")
    [told] = [words_of(p) for p in tree.xpath("//div[@role='alert']/p")]
    assert told == "The first day, 1 Mar 2024, is after the last, 1 Feb 2024."


@pytest.mark.parametrize("order", ["newest", "rank"])
def test_words_of_any_syntax_are_no_error(desk: str, order: str) -> None:
    for text in SYNTAX:
        status, _, body = ask(desk, f"/tim-kiem?q={quote(text)}&order={order}")
        assert status in (200, 302), text
        assert ask(desk, f"/kho/articles.json?_search={quote(text[:2000])}&_size=1")[0] == 200, text
        assert b"Traceback" not in body


def test_nothing_withheld_and_nothing_foreign_is_on_a_page(desk: str) -> None:
    for path in (
        "/",
        "/tim-kiem",
        f"/tim-kiem?q={WITHHELD}",
        "/kho/articles",
        "/xuat",
        "/xuat?format=jsonl",
    ):
        body = ask(desk, path)[2].decode()
        assert WITHHELD not in body.replace(f'value="{WITHHELD}"', "").replace(f"{WITHHELD}: tìm", "").replace(
            f"q={WITHHELD}", ""
        ), path  # fmt: skip
    tree = searched(desk, q="mã lạ", site="vanhai")
    assert titles(tree) == [f"Bài có {' '.join(('mã lạ', HOSTILE))}"]
    assert not tree.xpath(
        "//script | //main//img | //*[@onerror] | //a[starts-with(@href, 'javascript')]"
    )


# --- languages, headers, hosts


def test_the_language_is_asked_for_remembered_or_preferred(desk: str) -> None:
    def language(path: str = "/", **headers: str) -> str:
        status, _, body = ask(desk, path, **headers)
        assert status == 200
        return str(html.document_fromstring(body).get("lang"))

    assert language() == "vi"
    assert language(Accept_Language="en-US,en;q=0.9,vi;q=0.8") == "en"
    assert language(Accept_Language="en", Cookie="newsarchive_lang=vi") == "vi"
    assert language("/?lang=en", Cookie="newsarchive_lang=vi") == "en"
    assert language("/?lang=fr", Accept_Language="en") == "en"
    cookie = ask(desk, "/kho?lang=en")[1]["set-cookie"]
    assert cookie.startswith("newsarchive_lang=en;")
    assert "HttpOnly" in cookie
    assert "set-cookie" not in ask(desk, "/?lang=fr")[1]
    tree = parsed(desk, "/tim-kiem?q=a&site=dakmo")
    assert tree.xpath("//ul[@class='languages']//a/@href") == [
        "/tim-kiem?q=a&site=dakmo&lang=vi", "/tim-kiem?q=a&site=dakmo&lang=en"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "wanted"),
    [("", "vi"), ("de,en;q=0.4", "en"), ("en;q=0.4, vi;q=0.7", "vi"), ("vi;q=0, en;q=0.1", "en"),
     ("en;q=x", "vi"), ("*", "vi"), ("EN-gb", "en")],
)  # fmt: skip
def test_what_a_browser_prefers(header: str, wanted: str) -> None:
    assert preferred(header) == wanted


@pytest.mark.parametrize(
    "path",
    ["/", "/tim-kiem", "/xuat", "/nope", "/kho", "/kho/articles", "/kho.json", "/kho?sql=x", "/-/desk/desk.css",
     "/-/desk/charts.css", "/-/tables", "/.json"],
)  # fmt: skip
def test_every_answer_is_guarded(desk: str, path: str) -> None:
    status, headers, body = ask(desk, path)
    assert status < 500
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    if headers["content-type"].startswith("text/html"):
        assert not re.search(rb"<(script|style)\b|\son\w+=|\sstyle=", re.sub(b"&lt;.*", b"", body))


def test_foreign_hosts_are_refused(desk: str) -> None:
    port = urlsplit(desk).port
    for host in ("127.0.0.1", f"localhost:{port}", f"[::1]:{port}"):
        assert ask(desk, "/", Host=host)[0] == 200
    for host in (
        "evil.test",
        f"127.0.0.1.evil.test:{port}",
        "",
        "localhost:x",
        "127.0.0.1@evil.test",
    ):
        status, headers, body = ask(desk, "/kho/articles.json", Host=host)
        assert (status, b"rows" in body) == (421, False), host
        assert "content-security-policy" in headers


def test_no_path_leads_to_another_host(desk: str) -> None:
    for path in ("//evil.test/", "//evil.test", "/\\evil.test/"):
        status, headers, body = ask(desk, path)
        assert status == 400, path
        assert "location" not in headers
        assert b"evil" not in body


def test_failures_are_pages_in_the_readers_language(desk: str) -> None:
    status, _, body = ask(desk, "/bai/nothing", Accept_Language="en")
    assert status == 404
    assert words_of(html.document_fromstring(body).find(".//h1")) == "There is no such page"
    status, _, body = ask(desk, "/kho/none.json")
    assert (status, json.loads(body)["ok"]) == (404, False)
    status, _, body = ask(desk, "/kho?sql=delete+from+articles")
    assert status == 400
    assert b"skip" in body


# --- export


def test_an_export_holds_what_is_shown(desk: str) -> None:
    status, headers, body = ask(
        desk, "/xuat?q=danh+bac&province=V%E1%BA%A1n+H%E1%BA%A3i&format=csv"
    )
    assert (status, headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert body.startswith("\ufeff".encode())
    found = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    tree = searched(desk, q="danh bac", province="Vạn Hải")
    assert f"{len(found)} bài" == count(tree)
    assert {row["site"] for row in found} == {"vanhai", "khelam"}
    _, headers, body = ask(desk, "/xuat?site=dakmo&format=jsonl")
    lines = [json.loads(line) for line in body.decode().splitlines()]
    assert len(lines) == 70
    assert sum(line["gone"] is not None for line in lines) == 2
    assert headers["content-disposition"] == 'attachment; filename="newsarchive-2026-03-28.jsonl"'
    assert ask(desk, "/xuat?format=exe")[0] == 400
    assert ask(desk, "/xuat?site=xx")[0] in (302, 400)
    assert ask(desk, "/xuat?since=x")[1]["location"] == "/tim-kiem?since=x"


def test_an_export_that_nobody_takes_ends(desk: str) -> None:
    for _ in range(8):  # more than there are threads
        with urlopen(f"{desk}/xuat?format=jsonl", timeout=10) as answer:
            assert answer.read(10)
    begun = time.monotonic()
    assert ask(desk, "/tim-kiem?q=danh")[0] == 200
    assert time.monotonic() - begun < 10


# --- Datasette's search box


def test_datasettes_search_finds_what_ours_does(desk: str) -> None:
    def found(**asked: str) -> int:
        address = f"{desk}/kho/articles.json?{urlencode({'_size': '1', **asked})}"
        with urlopen(address, timeout=30) as answer:
            return int(json.loads(answer.read())["filtered_table_rows_count"])

    assert found(_search="danh bac") == 237
    assert found(_search="đánh bạc") == 234
    assert found(_search='"đánh bắc"') == 0
    assert found(_search="hòa giải") == 38
    assert found(_search_title="Đánh Bạc") == found(_search_title="danh bac", title__contains="bạc")


# --- parts


def test_both_languages_have_the_same_texts_and_gaps() -> None:
    assert TEXTS["vi"].keys() >= {k for k in TEXTS["en"] if not k.endswith(":one")}
    assert TEXTS["en"].keys() >= TEXTS["vi"].keys()

    def gaps(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    for key, text in TEXTS["vi"].items():
        assert gaps(text) == gaps(TEXTS["en"][key]), key


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [("2022-08-22", "2022-08-22", "2022-08-22"), ("22/8/2022", "2022-08-22", "2022-08-22"),
     ("2024-02", "2024-02-01", "2024-02-29"), ("2/2023", "2023-02-01", "2023-02-28"),
     ("2022", "2022-01-01", "2022-12-31"), ("2022-13", None, None), ("30/2/2022", None, None),
     ("0000", None, None), ("hôm qua", None, None), ("２０２２", None, None)],
)  # fmt: skip
def test_days_as_people_write_them(text: str, first: str | None, last: str | None) -> None:
    assert asking.as_day(text, end=False) == first
    assert asking.as_day(text, end=True) == last


def test_each_mend_has_its_place_in_datasettes_templates() -> None:
    if importlib.util.find_spec("datasette") is None:
        missing("datasette is not installed: pip install -e '.[web]'")
    import datasette

    from newsarchive.web import jinja

    templates = Path(datasette.__file__).parent / "templates"
    for name, pairs in jinja.MENDS.items():
        source = (templates / name).read_text(encoding="utf-8")
        for there, _ in pairs:
            assert there in source, (name, there)
    for path in templates.glob("*.html"):
        plain = jinja.Plain(_Nothing()).preprocess(path.read_text(encoding="utf-8"), path.name)  # type: ignore[arg-type]
        assert not re.search(r"<script|<style| style=", plain), path.name


class _Nothing:
    """As much of Jinja's environment as an extension asks for."""

    def extend(self, **_more: Any) -> None:
        """Take nothing in."""


def test_reading_ends_in_time_and_after_a_change_of_files(tmp_path: Path, archive: Path) -> None:
    path = tmp_path / "kho.db"
    shutil.copy(archive, path)
    served = _Served(path)
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"

    def count(conn: sqlite3.Connection) -> int:
        return int(conn.execute("SELECT count(*) FROM articles").fetchone()[0])

    async def reads() -> None:
        with pytest.raises(TooLong):
            await read(served, lambda conn: conn.execute(endless).fetchone(), seconds=0.1)
        assert await read(served, count) == 314
        with pytest.raises(sqlite3.OperationalError):
            await read(served, lambda conn: conn.execute("DELETE FROM articles"))
        other = opened(tmp_path / "other.db")
        other.close()
        (tmp_path / "other.db").replace(path)
        assert await read(served, count) == 0

    elsewhere(reads())


def test_a_stream_tells_what_went_wrong_and_ends_with_its_reader(archive: Path) -> None:
    made: list[int] = []

    def chunks(conn: sqlite3.Connection) -> Iterator[str]:
        for number in range(1000):
            made.append(number)
            yield str(conn.execute("SELECT ?", (number,)).fetchone()[0])

    def broken(_conn: sqlite3.Connection) -> Iterator[str]:
        yield "a"
        raise ArchiveError("gone")

    async def streams() -> None:
        served = _Served(archive)
        assert len([chunk async for chunk in stream(served, chunks)]) == 1000
        made.clear()
        one = stream(served, chunks)
        assert await anext(one) == "0"
        await one.aclose()
        await asyncio.sleep(0.1)
        assert len(made) < 20
        with pytest.raises(ArchiveError, match="gone"):
            [chunk async for chunk in stream(served, broken)]

    elsewhere(streams())


def elsewhere(work: Coroutine[Any, Any, None]) -> None:
    """Run it in a thread of its own: Playwright's loop has this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


class _Served:
    """As much of Datasette as reading asks for."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self.executor = ThreadPoolExecutor(1)

    def get_database(self) -> _Served:
        """The one there is."""
        return self


def test_an_older_archive_says_what_to_do(tmp_path: Path, archive: Path) -> None:
    old = tmp_path / "old.db"
    with sqlite3.connect(archive) as conn:
        conn.execute("VACUUM INTO ?", (str(old),))
    conn.close()
    conn = sqlite3.connect(old)
    conn.executescript("DROP TABLE volumes;")
    conn.close()
    with serving(old) as address:
        status, _, body = ask(address, "/")
        assert status == 503
        assert "older newsarchive" in body.decode()
        assert ask(address, "/old/articles")[0] == 200


def test_a_database_named_like_a_page_keeps_both(tmp_path: Path, archive: Path) -> None:
    other = tmp_path / "bai.db"
    with sqlite3.connect(archive) as conn:
        conn.execute("VACUUM INTO ?", (str(other),))
    conn.close()
    with serving(other) as address:
        assert ask(address, "/bai_db/articles")[0] == 200
        assert ask(address, "/")[0] == 200


def test_a_table_that_took_too_long_to_count_is_not_counted_again(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datasette.database import QueryInterrupted

    from newsarchive.web import server

    database = server.build(archive).get_database()
    whole, asked = database.execute, []

    async def execute(sql: str, *given: object, **more: object) -> object:
        if "count(*)" in sql:
            asked.append(sql)
        if "[captures]" in sql:
            raise QueryInterrupted(sqlite3.OperationalError("interrupted"), sql, {})
        return await whole(sql, *given, **more)

    monkeypatch.setattr(database, "execute", execute)

    async def look() -> None:
        first, second = await database.table_counts(3000), await database.table_counts(3000)
        assert first == second
        assert first["captures"] is None
        assert first["articles"] > 0
        assert len(asked) == 2 * len(first) - 1

    elsewhere(look())
