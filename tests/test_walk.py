"""What a crawl is of, what its walk decides, and the reader process: without any network."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from typing import cast

import pytest

from newsarchive.crawl import targets
from newsarchive.crawl._worker import Page
from newsarchive.crawl.middlewares import retry_after
from newsarchive.crawl.reading import ReaderFailed, ReaderProcess
from newsarchive.crawl.runner import user_agent
from newsarchive.crawl.section import Link, Section
from newsarchive.crawl.walk import Walk
from newsarchive.errors import CallError, Unconfirmed, UnknownSite
from newsarchive.model import Listing, Step
from newsarchive.sites import Site

HOME = "http://portal.test/"

# What a crawl may be of.


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("portal.test", "did you mean --url https://portal.test"),
        ("ftp://portal.test/", "only http and https"),
        ("http://portal.test:99999/", "not an address"),
        ("http://portal.test:0/", "port 0"),
        ("http:///tin-tuc/", "not an address"),
        ("http://user:word@portal.test/", "password"),
        ("http://por tal.test/", "not an address"),
        ("http://[::1/", "not an address"),
    ],
)
def test_a_wrong_address_is_a_wrong_call(url: str, what: str) -> None:
    with pytest.raises(CallError, match=what):
        targets.of_url(url)


@pytest.mark.parametrize("text", ["2022-1-1", "01/08/2022", "2022-02-30", "20220801", ""])
def test_a_wrong_day_is_a_wrong_call(text: str) -> None:
    with pytest.raises(CallError, match="YYYY-MM-DD"):
        targets.day(text)


def test_an_unknown_slug_names_the_nearest() -> None:
    with pytest.raises(UnknownSite, match="daklak"):
        targets.of_slug("dakla")


def test_a_guessed_site_is_refused_without_yes() -> None:
    with pytest.raises(Unconfirmed, match=r"guessed.*Hải Phòng.*haiphong") as refusal:
        targets.of_slug("haiduong")
    assert "\n" not in str(refusal.value)
    assert targets.of_slug("haiduong", yes=True).slug == "haiduong"
    with pytest.raises(Unconfirmed):
        targets.of_url("https://congan.haiduong.gov.vn/")


def test_a_url_of_a_registered_host_is_that_site() -> None:
    target = targets.of_url("https://www.congan.daklak.gov.vn")
    assert target.slug == "daklak"
    assert not target.only_start
    assert targets.of_url("https://congan.daklak.gov.vn/news/").only_start


def test_only_the_named_port_is_asked() -> None:
    target = targets.of_url("http://127.0.0.1:8802/tin/")
    assert target.slug == "127.0.0.1:8802"
    assert target.named == ("127.0.0.1", 8802)
    assert target.allowed({("127.0.0.1", 9999)}) == {("127.0.0.1", 8802)}


def test_without_a_port_only_the_hosts_web_ports_are_asked() -> None:
    allowed = targets.of_url("https://portal.test/").allowed({("portal.test", 8080)})
    assert allowed == {
        ("portal.test", 80), ("portal.test", 443), ("portal.test", 8080),
        ("www.portal.test", 80), ("www.portal.test", 443),
    }  # fmt: skip


def test_declared_sections_stand_on_the_host_that_is_asked() -> None:
    site = Site(
        slug="thu", name="Thử", province=None, province_2025=None, hosts=("portal.test",),
        evidence="seen", sections=("/tin/", "https://portal.test/an?x=1"),
    )  # fmt: skip
    assert targets._declared(site.sections, "http://portal.test:81/") == (
        "http://portal.test:81/tin/",
        "http://portal.test:81/an?x=1",
    )


@pytest.mark.parametrize(
    ("contact", "agent"),
    [
        ("", "newsarchive/0.1.0"),
        ("lab@uni.edu", "newsarchive/0.1.0 (+lab@uni.edu)"),
        ("https://uni.edu/lab", "newsarchive/0.1.0 (+https://uni.edu/lab)"),
    ],
)
def test_the_user_agent_is_honest(contact: str, agent: str) -> None:
    assert user_agent(contact) == agent


@pytest.mark.parametrize("contact", ["me", "a@b\nX-Evil: 1", "https://x/)(", "ông@uni.edu"])
def test_a_contact_must_be_one(contact: str) -> None:
    with pytest.raises(CallError, match="contact"):
        user_agent(contact)


# What the walk decides.


def walk(**more: object) -> Walk:
    target = targets.of_url(HOME)
    return Walk(target=target, allowed=target.allowed(), **more)  # type: ignore[arg-type]


def page(*numbers: int, next: str | None = None) -> Listing:
    return Listing(articles=tuple(f"{HOME}tin/{n}.html" for n in numbers), next=next)


def keys(*numbers: int) -> set[str]:
    return {f"portal.test/tin/{n}.html" for n in numbers}


def turn(
    crawl: Walk,
    section: Section,
    url: str,
    listing: Listing,
    known: set[str] | None = None,
    met: set[str] | None = None,
) -> tuple[list[str], str | None]:
    links = crawl.links(listing)
    fresh = crawl.turn(
        section, url, links, listing.next, known or set(), (known or set()) if met is None else met
    )
    fresh = crawl.take(section, fresh)
    return [name for name, _ in fresh], crawl.next_page(section)


def test_foreign_and_skipped_links_are_no_articles() -> None:
    listing = Listing(
        articles=("http://portal.test/a.html", "http://other.test/b.html", "mailto:x@y.z")
    )
    assert walk().links(listing) == [("portal.test/a.html", "http://portal.test/a.html")]


def test_the_sites_rule_decides_what_is_an_article() -> None:
    target = targets.of_slug("daklak")
    crawl = Walk(target=target, allowed=target.allowed())
    base = "https://congan.daklak.gov.vn"
    listing = Listing(
        articles=(
            f"{base}/tin/bat-giu-12.html",
            f"{base}/gioi-thieu/",
            f"{base}/print/tin/a-1.html",
        ),
        sections=(f"{base}/tin/", f"{base}/tin/khoi-to-13.html"),
    )
    assert [url for _, url in crawl.links(listing)] == [
        f"{base}/tin/bat-giu-12.html",
        f"{base}/tin/khoi-to-13.html",
    ]
    assert crawl.new_sections(listing.sections) == [f"{base}/tin/"]


def test_a_section_is_walked_to_its_end() -> None:
    crawl = walk()
    section = crawl.open(f"{HOME}tin/", complete=False)
    two = f"{HOME}tin/page-2"
    assert turn(crawl, section, section.url, page(1, 2, next=two)) == (sorted(keys(1, 2)), two)
    assert turn(crawl, section, two, page(3)) == (["portal.test/tin/3.html"], None)
    assert section.whole
    assert not section.done  # three articles are not answered yet
    for name in keys(1, 2, 3):
        crawl.settle(section, name)
    assert section.done


@pytest.mark.parametrize("second", [page(1, 2, next=f"{HOME}tin/3"), page(5, next=f"{HOME}tin/")])
def test_pages_that_repeat_or_loop_end_the_walk(second: Listing) -> None:
    crawl = walk()
    section = crawl.open(f"{HOME}tin/", complete=False)
    turn(crawl, section, section.url, page(1, 2, next=f"{HOME}tin/2"))
    assert turn(crawl, section, f"{HOME}tin/2", second)[1] is None
    assert section.whole


def test_an_endless_pager_is_left_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsarchive.crawl.walk.MAX_PAGES", 3)
    crawl = walk()
    section = crawl.open(f"{HOME}tin/", complete=False)
    url: str | None = section.url
    pages = 0
    while url is not None:
        pages += 1
        url = turn(crawl, section, url, page(pages, next=f"{HOME}tin/{pages + 1}"))[1]
    assert pages == 3
    assert not section.whole


@pytest.mark.parametrize(("complete", "full", "goes_on"), [
    (True, False, False), (True, True, True), (False, False, True),
])  # fmt: skip
def test_only_complete_sections_stop_at_known_articles(
    complete: bool, full: bool, goes_on: bool
) -> None:
    crawl = walk(full=full)
    section = crawl.open(f"{HOME}tin/", complete=complete)
    listing = page(1, 2, next=f"{HOME}tin/2")
    fresh, following = turn(crawl, section, section.url, listing, keys(1, 2))
    assert fresh == []
    assert (following is not None) is goes_on
    assert crawl.known == 2


def test_what_this_crawl_stored_itself_does_not_stop_it() -> None:
    crawl = walk()
    home = crawl.open(HOME, complete=False)
    turn(crawl, home, HOME, page(1, 2))
    section = crawl.open(f"{HOME}tin/", complete=True)
    listing = page(1, 2, next=f"{HOME}tin/2")
    fresh, following = turn(crawl, section, section.url, listing, keys(1, 2), met=keys(1))
    assert (fresh, following) == ([], f"{HOME}tin/2")


def test_what_is_pinned_to_the_top_does_not_hide_what_is_new() -> None:
    for newest, top, pages in (("2026-03-05", "2026-01-01", 3), ("2026-03-05", "2026-03-05", 1),
                               ("2026-03-05", None, 1), (None, "2026-01-01", 1)):  # fmt: skip
        crawl = walk()
        section = crawl.open(f"{HOME}tin/", complete=True, newest=newest)
        url: str | None = section.url
        while url is not None:
            crawl.dated(section, top)
            number = section.pages + 1
            listing = page(2 * number, 2 * number + 1, next=f"{HOME}tin/{number + 1}")
            url = turn(crawl, section, url, listing, keys(*range(20)))[1]
        assert section.pages == pages


def test_a_walk_that_was_ended_early_goes_on_where_it_was() -> None:
    deep = f"{HOME}tin/page-7"
    crawl = walk()
    section = crawl.open(f"{HOME}tin/", complete=False, resume=deep)
    two, eight = f"{HOME}tin/2", f"{HOME}tin/8"
    # New ones first, down to a page that was met before; then the one reached then.
    assert turn(crawl, section, section.url, page(9, 8, next=two), keys(8), met=keys(8))[1] == two
    assert turn(crawl, section, two, page(7, 6, next=f"{HOME}tin/3"), keys(6, 7))[1] == deep
    assert turn(crawl, section, deep, page(3, 2, next=eight), keys(3))[1] == eight
    assert turn(crawl, section, eight, page(1))[1] is None
    assert section.whole


def test_a_page_reached_earlier_that_does_not_join_on_is_left() -> None:
    crawl = walk()
    section = crawl.open(f"{HOME}tin/", complete=False, resume=f"{HOME}tin/7")
    two = f"{HOME}tin/2"
    assert turn(crawl, section, section.url, page(9, 8, next=two), keys(8, 9))[1] == f"{HOME}tin/7"
    far = page(2, 1, next=f"{HOME}tin/8")
    assert turn(crawl, section, f"{HOME}tin/7", far)[1] == two
    assert turn(crawl, section, two, page(7, next=f"{HOME}tin/3"))[1] == f"{HOME}tin/3"
    assert not section.whole


@pytest.mark.parametrize(("met", "gap"), [(set(), True), ({1}, False)])
def test_a_list_of_one_page_that_joins_on_to_nothing_has_a_gap(met: set[int], gap: bool) -> None:
    crawl = walk()
    section = crawl.open(f"{HOME}tin/", complete=True)
    turn(crawl, section, section.url, page(3, 2, 1), keys(*met))
    assert section.gap is gap


def test_the_limit_cuts_the_walk_and_is_exact() -> None:
    crawl = walk(limit=3)
    section = crawl.open(f"{HOME}tin/", complete=False)
    assert len(turn(crawl, section, section.url, page(1, 2, next=f"{HOME}tin/2"))[0]) == 2
    fresh, following = turn(crawl, section, f"{HOME}tin/2", page(3, 4, next=f"{HOME}tin/3"))
    assert (fresh, following) == (["portal.test/tin/3.html"], None)
    for name in keys(1, 2, 3):
        crawl.settle(section, name)
    assert not section.done


def test_since_waits_for_a_pages_dates_and_ends_where_all_are_older() -> None:
    crawl = walk(since="2026-01-01")
    section = crawl.open(f"{HOME}tin/", complete=False)
    assert turn(crawl, section, section.url, page(1, 2, next=f"{HOME}tin/2"))[1] is None
    crawl.settle(section, "portal.test/tin/1.html")
    assert crawl.next_page(section) is None
    crawl.settle(section, "portal.test/tin/2.html", older=True)
    assert crawl.next_page(section) == f"{HOME}tin/2"
    turn(crawl, section, f"{HOME}tin/2", page(3, next=f"{HOME}tin/3"))
    crawl.settle(section, "portal.test/tin/3.html", older=True)
    assert crawl.next_page(section) is None
    assert not section.done


# Reading in a process of its own.

_STUB = """
import os, sys, time
from newsarchive.crawl import _worker
def read_page(page):
    if page.content == b"hang": time.sleep(60)
    if page.content == b"die": os._exit(9)
    if page.content == b"raise": raise RuntimeError("no")
    return (os.getpid(), page.content)
_worker.read_page = read_page
_worker.main()
"""


def test_a_page_that_hangs_or_kills_the_reader_costs_itself_alone() -> None:
    async def run() -> list[object]:
        reader = ReaderProcess(patience=5.0, recycle=100, command=(sys.executable, "-c", _STUB))
        pages = (b"one", b"die", b"two", b"raise", b"hang", b"three")
        when = datetime(2026, 1, 1, tzinfo=UTC)
        answers = await asyncio.gather(
            *(reader.read(Page(content, HOME, None, when, None, False)) for content in pages),
            return_exceptions=True,
        )
        await reader.close()
        return list(answers)

    one, die, two, raised, hang, three = asyncio.run(run())
    for answer, what in ((die, "died"), (raised, "RuntimeError: no"), (hang, "longer than 5 s")):
        assert isinstance(answer, ReaderFailed)
        assert what in str(answer)
    assert (one[1], two[1], three[1]) == (b"one", b"two", b"three")  # type: ignore[index]
    assert len({one[0], two[0], three[0]}) == 3  # type: ignore[index]


def test_a_worn_reader_is_replaced() -> None:
    async def run() -> set[int]:
        reader = ReaderProcess(recycle=2, command=(sys.executable, "-c", _STUB))
        when = datetime(2026, 1, 1, tzinfo=UTC)
        pids = [(await reader.read(Page(b"x", HOME, None, when, None, False)))[0] for _ in range(4)]  # type: ignore[index]
        await reader.close()
        return set(pids)

    assert len(asyncio.run(run())) == 2


@pytest.mark.parametrize(("at_once", "processes"), [(1, 1), (4, 1), (10, 1), (40, 2)])
def test_a_second_reader_starts_only_where_pages_pile_up(at_once: int, processes: int) -> None:
    async def run() -> list[tuple[int, bytes]]:
        reader = ReaderProcess(workers=2, command=(sys.executable, "-c", _STUB))
        when = datetime(2026, 1, 1, tzinfo=UTC)
        pages = [Page(b"%d" % n, HOME, None, when, None, False) for n in range(at_once)]
        answers = await asyncio.gather(*(reader.read(page) for page in pages))
        await reader.close()
        return cast("list[tuple[int, bytes]]", answers)  # what the stub answers is no Reading

    answers = asyncio.run(run())
    assert [content for _, content in answers] == [b"%d" % n for n in range(at_once)]
    assert len({pid for pid, _ in answers}) == processes


def test_of_two_readers_one_that_dies_costs_the_page_alone() -> None:
    """The first dies while the second starts, too: no page may be given to it then."""

    async def run(contents: list[bytes]) -> list[object]:
        reader = ReaderProcess(workers=2, command=(sys.executable, "-c", _STUB))
        when = datetime(2026, 1, 1, tzinfo=UTC)
        pages = [Page(content, HOME, None, when, None, False) for content in contents]
        asked = asyncio.gather(*(reader.read(page) for page in pages), return_exceptions=True)
        answers = await asyncio.wait_for(asked, 60)
        await reader.close()
        return list(answers)

    for deaths in ([0], [5], [7, 20], [0, 6, 7, 8]):
        contents = [b"die" if n in deaths else b"%d" % n for n in range(30)]
        answers = asyncio.run(run(contents))
        failed = [n for n, answer in enumerate(answers) if isinstance(answer, ReaderFailed)]
        assert failed == deaths
        read = [answer[1] for answer in answers if isinstance(answer, tuple)]
        assert read == [content for content in contents if content != b"die"]


# Feeds and sitemaps.


def _sections(**more: object) -> tuple[Walk, Section]:
    target = targets.of_url(HOME)
    walk = Walk(target=target, allowed=target.allowed(), **more)  # type: ignore[arg-type]
    section = walk.open(f"{HOME}tin", complete=False)
    links = [(f"portal.test/a-{n}", f"{HOME}a-{n}") for n in range(3)]
    walk.turn(section, f"{HOME}tin", links, f"{HOME}tin?page=2", ())
    section.last = f"{HOME}tin?page=9"
    return walk, section


def test_the_last_page_of_a_covered_list_is_looked_at_before_the_others() -> None:
    walk, section = _sections()
    covered = {f"portal.test/a-{n}" for n in range(40)}
    assert walk.probe(section, covered) == f"{HOME}tin?page=9"
    assert walk.next_page(section) is None  # until that is answered
    assert walk.probe(section, covered) is None
    walk.probed(section, [("portal.test/a-39", f"{HOME}a-39")], covered)
    assert section.whole
    assert walk.next_page(section) is None


@pytest.mark.parametrize("links", [[("portal.test/old", f"{HOME}old")], []])
def test_a_list_that_goes_back_further_than_the_feed_is_walked(links: list[Link]) -> None:
    walk, section = _sections()
    covered = {f"portal.test/a-{n}" for n in range(3)}
    assert walk.probe(section, covered) is not None
    walk.probed(section, links, covered)
    assert not section.whole
    assert walk.next_page(section) == f"{HOME}tin?page=2"


def test_what_no_feed_covers_and_what_is_asked_in_full_is_walked_at_once() -> None:
    walk, section = _sections()
    assert walk.probe(section, {"portal.test/a-0"}) is None
    assert walk.next_page(section) == f"{HOME}tin?page=2"
    walk, section = _sections(full=True)
    assert walk.probe(section, {f"portal.test/a-{n}" for n in range(3)}) is None


def test_a_long_feed_is_asked_in_parts_and_ends_with_what_is_older_than_since() -> None:
    walk, section = _sections(since="2024-01-01")
    section.page.clear()
    section.rest = [(f"portal.test/f-{n}", f"{HOME}f-{n}") for n in range(120)]
    first = walk.take(section, walk.listed(section, walk.next_links(section), ()))
    assert len(first) == 50
    assert walk.next_links(section) == []  # their dates decide
    for name, _ in first:
        walk.settle(section, name, older=True)
    assert walk.next_links(section) == []
    assert section.cut
    assert not section.rest


def test_a_list_of_a_script_is_told_by_its_fields() -> None:
    walk, _ = _sections()
    one, other = (Step(url=f"{HOME}api", method="POST", body=b) for b in (b"c=1", b"c=2"))
    assert walk.new_calls([one, other]) == [one, other]
    walk.open(one.name, complete=False, step=one)
    assert walk.new_calls([one, other]) == [other]
    assert walk.new_calls([Step(url="https://khac.example/api")]) == []


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, 0), (b"", 0), (b"120", 120), (b" 7 ", 7), (b"soon", 0),
        (b"Mon, 01 Jan 2024 00:01:30 GMT", 90), (b"Sun, 31 Dec 2023 23:00:00 GMT", 0),
    ],
)  # fmt: skip
def test_retry_after(value: bytes | None, seconds: float) -> None:
    assert retry_after(value, datetime(2024, 1, 1, tzinfo=UTC)) == seconds
