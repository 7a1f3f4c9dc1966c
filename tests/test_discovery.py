"""From a home page alone: every article of a portal, each once, whatever its way of paging."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from crawl_cases import crawl, rows, titles
from portals import FAMILIES, WAYS, Portal
from portals.families import item
from portals.ways import Asking, Feed, Numbered, Plain, Sitemap, Way

from newsarchive.demo.answer import Answer, page
from newsarchive.demo.server import serve

Link = Callable[[str, int], str]

FORBIDDEN = ("/tim-kiem", "/dang-nhap", "/in/")


def archive(portal: Portal, db: Path, *, code: int = 0) -> str:
    """Crawl the portal from its home; what the crawl said on stderr."""
    with serve(portal) as base:
        done = crawl(f"{base}/", db, concurrency=8)
    assert done.returncode == code, done.stderr
    return done.stderr


def check(portal: Portal, db: Path) -> None:
    """Every article once and nothing else; nothing asked that robots.txt forbids."""
    assert titles(db) == portal.titles()
    assert rows(db, "SELECT count(*) FROM articles") == [(len(portal.numbers),)]
    assert not [r.target for r in portal.requests if r.target.startswith(FORBIDDEN)]
    paths = [r.target for r in portal.requests if r.method == "GET"]
    asked = [n for n in map(portal.number_at, paths) if n is not None]
    assert sorted(asked) == sorted(portal.numbers)


@pytest.mark.parametrize("way", [way for way in WAYS if way != "script"])
def test_a_way_of_paging(way: str, tmp_path: Path) -> None:
    portal = Portal(WAYS[way][0], way, articles=500)
    said = archive(portal, tmp_path / "a.db")
    assert said == ""
    check(portal, tmp_path / "a.db")
    assert len(portal.requests) <= 1.3 * 500


# The pages of the others have numbers in the ways above.
@pytest.mark.parametrize(
    "family", sorted({*FAMILIES} - {WAYS[w][0] for w in ("query", "path", "trang")})
)
def test_a_family(family: str, tmp_path: Path) -> None:
    portal = Portal(family, "query", articles=500)
    said = archive(portal, tmp_path / "a.db")
    assert said == ""
    check(portal, tmp_path / "a.db")
    assert len(portal.requests) <= 1.3 * 500


def test_a_list_that_articles_lead_to_is_walked_again_by_the_next_crawl(tmp_path: Path) -> None:
    portal = Portal("mojoportal", "json-post", articles=200)
    db = tmp_path / "a.db"
    with serve(portal) as base:
        crawl(f"{base}/", db, "--limit", 60, concurrency=8)
        assert len(titles(db)) == 60
        portal.requests.clear()
        done = crawl(f"{base}/", db, concurrency=8)
        assert (done.returncode, done.stderr) == (0, "")
        assert titles(db) == portal.titles()
        portal.requests.clear()
        crawl(f"{base}/", db, concurrency=8)
    calls = [r for r in portal.requests if r.method == "POST"]
    assert len(calls) == len(portal.sections)  # each list's first page, no article
    assert not [r for r in portal.requests if portal.number_at(r.target)]


def test_what_only_a_script_opens_is_said(tmp_path: Path) -> None:
    portal = Portal("vhv", "script", articles=100)
    said = archive(portal, tmp_path / "a.db", code=1)
    lines = said.splitlines()
    assert len(lines) == len(portal.sections)
    assert all("a script opens its further pages" in line for line in lines)
    assert len(titles(tmp_path / "a.db")) == 75  # a first page of 15 for each of five sections
    assert rows(tmp_path / "a.db", "SELECT count(*) FROM sections WHERE complete") == [(1,)]


@pytest.mark.parametrize("newest", [20, 100])
def test_a_feed_of_the_newest_alone_leaves_the_list_to_be_walked(
    newest: int, tmp_path: Path
) -> None:
    class Both(Numbered):
        feed = Feed(newest=newest)
        head = feed.head
        answer = feed.answer

    portal = Portal("wordpress", Both("{s}/page/{n}"), articles=200, size=10)
    assert archive(portal, tmp_path / "a.db") == ""
    check(portal, tmp_path / "a.db")


def test_a_list_that_a_sitemap_covers_is_not_walked(tmp_path: Path) -> None:
    class Both(Numbered, Sitemap):
        answer = Sitemap.answer
        index = False

    portal = Portal("liferay", Both("{s}?page={n}"), articles=200, size=5)
    assert archive(portal, tmp_path / "a.db") == ""
    check(portal, tmp_path / "a.db")
    lists = [r.target for r in portal.requests if "page=" in r.target]
    assert sorted(lists) == sorted(f"/{section}?page=8" for section in portal.sections)


class Unnamed(Numbered):
    """A bare link 'Xem thêm' below the list, in nothing that is named a pager."""

    def pager(self, portal: Portal, section: str, number: int, last: int) -> str:
        after = self.link(section, number + 1)
        return f"<div><a href='{after}'>Xem thêm</a></div>" if number < last else ""


class Footed(Feed):
    """A feed that nothing but a link in the footer names."""

    def head(self, portal: Portal, section: str, number: int, last: int) -> str:
        return ""

    def answer(self, portal: Portal, asking: Asking) -> Answer | None:
        return super().answer(portal, replace(asking, path=asking.path.replace("/rss", "/feed/")))


class Fragments(Plain):
    """A script that asks for the next items as HTML."""

    def pager(self, portal: Portal, section: str, number: int, last: int) -> str:
        return (
            f"<script>var muc = '{section}'; function them(n) {{"
            "$.ajax({ url: '/ajax/danh-sach', type: 'GET', data: { muc: muc, page: n } }); }</script>"
        )

    def answer(self, portal: Portal, asking: Asking) -> Answer | None:
        if asking.path != "/ajax/danh-sach":
            return None
        held, at = portal.of(asking.fields["muc"]), int(asking.fields["page"]) - 1
        rows = (
            item(portal.family, portal.address(n), portal.title(n), portal.date(n), "Tóm tắt.")
            for n in held[at * 15 : at * 15 + 15]
        )
        return page(f"<html><body><div class='list'>{''.join(rows)}</div></body></html>")


class Undeclared(Plain):
    """A sitemap at its usual address, which nothing names."""

    def answer(self, portal: Portal, asking: Asking) -> Answer | None:
        return Sitemap().answer(portal, asking)


@pytest.mark.parametrize(
    ("family", "way", "extra"),
    [
        ("joomla", Unnamed("{s}?page={n}"), ""),
        ("nukeviet", Footed(), "<div class='footer'><a href='/rss'>RSS</a></div>"),
        ("vhv", Fragments(), ""),
        ("vnptportal", Undeclared(), ""),
    ],
    ids=["a bare link", "a feed in the footer", "fragments", "an undeclared sitemap"],
)
def test_what_is_hardly_named(family: str, way: Way, extra: str, tmp_path: Path) -> None:
    portal = Portal(family, way, articles=200, extra=lambda target: extra)
    assert archive(portal, tmp_path / "a.db") == ""
    check(portal, tmp_path / "a.db")
    assert len(portal.requests) <= 1.3 * 200


def test_a_sitemap_that_is_not_there_is_no_failure(tmp_path: Path) -> None:
    portal = Portal("joomla", Plain(), articles=20)
    assert archive(portal, tmp_path / "a.db") == ""
    asked = [r.target for r in portal.requests]
    assert asked.count("/sitemap.xml") == 1
    assert len(titles(tmp_path / "a.db")) == 20


# Traps.


def listing(more: str) -> Answer:
    return page(f"<html><body><div class='list'>{more}</div></body></html>")


def test_a_calendar_ends(tmp_path: Path) -> None:
    def months(asking: Asking) -> Answer | None:
        if asking.path != "/lich":
            return None
        month = int(asking.fields.get("thang", "0"))
        return listing(f"<a href='/lich?thang={month + 1}'>Tháng sau</a>")

    box = "<table class='calendar'><tr><td><a href='/lich?thang=1'>1</a></td>"
    box += "<td><a href='/lich?thang=2'>Tháng sau »</a></td></tr></table>"
    portal = Portal("nukeviet", "path", extra=lambda target: box, more=months)
    assert archive(portal, tmp_path / "a.db") == ""
    check(portal, tmp_path / "a.db")
    assert len([r for r in portal.requests if r.target.startswith("/lich")]) <= 3


def test_facets_that_combine_end(tmp_path: Path) -> None:
    def facets(target: str) -> str:
        joint = "&" if "?" in target else "?"
        links = (f"<a href='{target}{joint}{n}=1'>Lọc {n}</a>" for n in ("don-vi", "nam", "loai"))
        return f"<div class='filter'>{' '.join(links)}</div>"

    portal = Portal("drupal", "query", extra=facets)
    assert archive(portal, tmp_path / "a.db") == ""
    check(portal, tmp_path / "a.db")
    assert len(portal.requests) <= 2 * len(portal.numbers)


def test_a_page_that_links_to_itself_with_more_and_more_parameters_ends(tmp_path: Path) -> None:
    def itself(target: str) -> str:
        joint = "&" if "?" in target else "?"
        return (
            f"<div class='pagination'><a class='next' href='{target}{joint}a=1'>Trang sau</a></div>"
        )

    portal = Portal("joomla", Plain(), articles=40, extra=itself)
    assert archive(portal, tmp_path / "a.db") == ""
    check(portal, tmp_path / "a.db")
    assert len(portal.requests) <= 2 * len(portal.numbers)


def test_a_pager_that_repeats_its_last_page_for_ever_ends(tmp_path: Path) -> None:
    class Endless(Numbered):
        def pager(self, portal: Portal, section: str, number: int, last: int) -> str:
            after = self.link(section, number + 1)
            return f"<div class='pagination'><a class='next' href='{after}'>Trang sau</a></div>"

    portal = Portal("drupal", Endless("{s}?page={n}"), articles=60, size=5)
    assert archive(portal, tmp_path / "a.db") == ""
    check(portal, tmp_path / "a.db")
    assert len(portal.requests) <= 2 * len(portal.numbers)


def test_a_session_in_every_address_makes_no_new_articles(tmp_path: Path) -> None:
    counter = count(1)

    def session(path: str, number: int) -> str:
        return f"{path};jsessionid={next(counter):032X}"

    portal = Portal("thaibinh-jsp", "query", link=session, size=5)
    assert archive(portal, tmp_path / "a.db") == ""
    check(portal, tmp_path / "a.db")


@pytest.mark.parametrize(
    "link",
    [
        lambda path, number: f"{path}?fbclid=x{number}" if number % 2 else path,
        lambda path, number: f"/index.php{path}" if number % 3 == 0 else path,
        lambda path, number: f"{path}#binh-luan",
    ],
    ids=["trackers", "index.php", "fragment"],
)
def test_twins_of_an_address_are_one_article(link: Link, tmp_path: Path) -> None:
    def twin(asking: Asking) -> Answer | None:
        path = asking.path.removeprefix("/index.php")
        known = portal.number_at(path) if path != asking.path else None
        return page(portal._article(known)) if known is not None else None

    portal = Portal("nukeviet", "path", link=link, more=twin)
    assert archive(portal, tmp_path / "a.db") == ""
    assert titles(tmp_path / "a.db") == portal.titles()


@pytest.mark.parametrize(
    "canonical", [lambda path: "/", lambda path: f"/savefile{path}"], ids=["home", "savefile"]
)
def test_a_canonical_link_that_lies_is_not_believed(
    canonical: Callable[[str], str], tmp_path: Path
) -> None:
    portal = Portal("nukeviet", "path", canonical=canonical)
    assert archive(portal, tmp_path / "a.db") == ""
    check(portal, tmp_path / "a.db")
    found = rows(tmp_path / "a.db", "SELECT url FROM articles")
    assert {urlsplit(url).path for (url,) in found} == set(map(portal.address, portal.numbers))


def test_ids_in_the_query_stay(tmp_path: Path) -> None:
    portal = Portal("sharepoint", "query", link=lambda path, number: f"{path}&fbclid=y")
    assert archive(portal, tmp_path / "a.db") == ""
    assert titles(tmp_path / "a.db") == portal.titles()


def test_a_page_that_is_gone_and_says_200_is_no_article(tmp_path: Path) -> None:
    gone = item(FAMILIES["nukeviet"], "/giao-thong/tin-da-bi-go-khoi-cong-thong-tin-99.html",
                "Tin đã bị gỡ khỏi cổng thông tin của tỉnh", "01/02/2022", "Tóm tắt.")  # fmt: skip
    portal = Portal("nukeviet", "path", extra=lambda target: gone, more=lambda asking: (
        listing("<h1>Không tìm thấy trang</h1><p>Bài viết không tồn tại hoặc đã bị xóa.</p>")
        if asking.path.endswith("-99.html") else None
    ))  # fmt: skip
    assert archive(portal, tmp_path / "a.db") == ""
    assert titles(tmp_path / "a.db") == portal.titles()
    assert rows(tmp_path / "a.db", "SELECT count(*) FROM problems WHERE field = 'page'") == [(1,)]
