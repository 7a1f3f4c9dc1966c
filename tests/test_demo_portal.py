"""The demo portal: its addresses, its pages, its faults on request, its server."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections import Counter
from dataclasses import replace
from datetime import datetime
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import html

from newsarchive.demo.answer import Answer, moved
from newsarchive.demo.families import NAMES, family_of
from newsarchive.demo.portal import SECTIONS, Portal, demo_portals, serve
from newsarchive.demo.stories import (
    PROVINCES,
    VIETNAM,
    Picture,
    Story,
    make_stories,
    slugify,
    stories_of,
)

BASE = "http://portal.example"
HOST = {"host": "portal.example"}


def clock() -> datetime:
    return datetime(2023, 3, 31, 9, 0, tzinfo=VIETNAM)


def portal_of(family: str, **options: Any) -> Portal:
    options.setdefault("stories", stories_of(PROVINCES[NAMES.index(family)]))
    options.setdefault("name", "Công an tỉnh Sông Trúc")
    return Portal(family=family, clock=clock, **options)


def get(portal: Portal, target: str) -> Answer:
    return portal.respond("GET", target, HOST)


def tree(answer: Answer) -> html.HtmlElement:
    return html.fromstring(answer.body.decode())


def shown(answer: Answer) -> str:
    """All text of a page as a reader sees it."""
    page = tree(answer)
    for element in page.xpath("//script|//style|//head"):
        element.drop_tree()
    return " ".join(page.text_content().split())


@pytest.fixture(params=NAMES)
def portal(request: pytest.FixtureRequest) -> Portal:
    return portal_of(request.param, page_size=4)


# Stories -------------------------------------------------------------------------------------


def test_the_demo_has_three_portals_of_22_stories_or_more() -> None:
    portals = demo_portals(clock)
    assert [portal.family.name for portal in portals] == list(NAMES)
    assert all(len(portal.stories) >= 22 for portal in portals)
    titles = [story.title for portal in portals for story in portal.stories]
    assert len(set(titles)) == len(titles)
    assert any("đường dây đánh bạc" in title for title in titles)


def test_the_written_stories_vary() -> None:
    stories = [story for province in PROVINCES for story in stories_of(province)]
    bylines = {story.byline for story in stories}
    assert None in bylines
    assert len(bylines) >= 20
    assert {story.section for story in stories} == set(SECTIONS)
    for field in ("headings", "pictures", "label", "source", "modified", "tags", "lead"):
        values = [bool(getattr(story, field)) for story in stories]
        assert any(values), field
        assert not all(values), field
    pictures = [picture for story in stories for picture in story.pictures]
    assert {bool(picture.credit) for picture in pictures} == {True, False}
    for story in stories:
        assert len(story.paragraphs) >= 2, story.title
        assert story.published.utcoffset() == VIETNAM.utcoffset(None)


def test_slug() -> None:
    assert slugify("Đường dây 'đánh bạc' 22/8 ở Đắk Mơ") == "duong-day-danh-bac-22-8-o-dak-mo"


def test_flow_keeps_the_order_of_text_and_pictures() -> None:
    first, last = (
        Picture(name=f"{after}.png", caption=None, credit=None, after=after) for after in (0, 2)
    )
    story = replace(
        stories_of("song-truc")[0],
        paragraphs=("One", "Two"),
        headings=frozenset({0}),
        pictures=(last, first),
    )
    assert list(story.flow()) == [first, ("h", "One"), ("p", "Two"), last]
    assert [image["url"] for image in story.gold("u", "m/")["images"]] == ["m/0.png", "m/2.png"]


def test_made_stories_are_distinct_and_always_the_same() -> None:
    made = make_stories(500, seed=7)
    for values in (
        [story.id for story in made],
        [story.slug for story in made],
        [story.title for story in made],
        [story.paragraphs for story in made],
        [story.published for story in made],
    ):
        assert len(set(values)) == 500
    assert made == make_stories(500, seed=7)
    assert made[:50] == make_stories(50, seed=7)
    assert made != make_stories(500, seed=8)
    assert make_stories(0) == []
    with pytest.raises(ValueError, match="negative"):
        make_stories(-1)


# Pages ---------------------------------------------------------------------------------------


def test_every_article_shows_what_its_gold_says(portal: Portal) -> None:
    for story in portal.stories:
        gold = portal.gold(story, BASE)
        answer = get(portal, portal.family.article_path(story))
        assert answer.status == 200
        text = shown(answer)
        wanted = [gold["title"], gold["section"], gold["published_text"], *gold["paragraphs"]]
        wanted += [gold["lead"], gold["byline"], gold["source"], *gold["tags"]]
        for image in gold["images"]:
            wanted += [image["caption"], image["credit"]]
            assert urlsplit(image["url"]).path in answer.body.decode()
        for part in filter(None, wanted):
            assert part in text, (story.id, part)
        order = [text.index(part) for part in gold["paragraphs"]]
        assert order == sorted(order)


def test_the_reader_reads_every_article_of_the_demo_as_its_gold_says() -> None:
    import newsarchive

    wrong = []
    for portal in demo_portals(clock):
        for story in portal.stories:
            gold = portal.gold(story, BASE)
            answer = get(portal, portal.family.article_path(story))
            read = newsarchive.parse(answer.body, gold["url"]).to_json()
            wrong += [
                (portal.family.name, story.id, field, value, read[field])
                for field, value in gold.items()
                if field != "origins" and read[field] != value
            ]
    assert wrong == []


def test_gold_has_the_keys_of_parse(portal: Portal) -> None:
    from newsarchive.model import Article

    story = portal.stories[0]
    gold = portal.gold(story, BASE)
    assert gold.keys() == Article(title="x").to_json().keys()
    assert gold["url"] == BASE + portal.family.article_path(story)
    assert datetime.fromisoformat(gold["published"]) == story.published


def test_gold_knows_which_family_tells_a_change() -> None:
    edited = replace(stories_of("dak-mo")[0], modified=datetime(2024, 10, 17, 8, 0, tzinfo=VIETNAM))
    told = {
        family: portal_of(family, stories=[edited]).gold(edited, BASE)["modified"]
        for family in NAMES
    }
    stamp = "2024-10-17T08:00:00+07:00"
    assert told == {"mojoportal": None, "nukeviet": stamp, "wordpress": stamp}


def test_gold_has_wordpress_marks() -> None:
    story = replace(
        stories_of("dak-mo")[0], paragraphs=('Anh nói: "Đi!" - rồi đi.',), byline="Văn A - Thị B"
    )
    gold = portal_of("wordpress", stories=[story]).gold(story, BASE)
    assert gold["paragraphs"] == ["Anh nói: “Đi!” – rồi đi."]
    assert gold["byline"] == "Văn A – Thị B"
    assert portal_of("nukeviet", stories=[story]).gold(story, BASE)["byline"] == "Văn A - Thị B"


def test_pages_carry_what_misleads_readers(portal: Portal) -> None:
    story = portal.stories[5]
    text = shown(get(portal, portal.family.article_path(story)))
    assert re.search(r"Thứ [sS]áu, .*31\b.*2023", text)  # the page clock: today, not the story's
    assert re.search(r"Giấy phép.* số \d+/GP", text)
    assert "Chia sẻ" in text
    others = [s for s in portal.stories if s.id != story.id]
    assert sum(s.title in text for s in others) >= 8
    if portal.family.name == "mojoportal":
        assert "Xem với cỡ chữ" in text
        assert "CÁC BÀI VIẾT KHÁC:" in text


def test_machine_dates_have_the_faults_of_their_family() -> None:
    nukeviet = portal_of("nukeviet")
    story = nukeviet.stories[0]
    page = tree(get(nukeviet, nukeviet.family.article_path(story)))
    (stamp,) = page.xpath('//meta[@property="article:published_time"]/@content')
    assert stamp == f"{story.published:%Y-%m-%d}+07{story.published:%H:%M}:00"
    wordpress = portal_of("wordpress")
    night = replace(wordpress.stories[0], published=datetime(2024, 5, 2, 1, 30, tzinfo=VIETNAM))
    wordpress.replace(night)
    answer = get(wordpress, wordpress.family.article_path(night))
    (stamp,) = tree(answer).xpath('//meta[@property="article:published_time"]/@content')
    assert stamp == "2024-05-01T18:30:00+00:00"
    assert "02/05/2024" in shown(answer)


def test_pages_have_the_size_of_real_ones(portal: Portal) -> None:
    for story in portal.stories:
        assert 13_000 < len(get(portal, portal.family.article_path(story)).body) < 60_000


class Balance(HTMLParser):
    """Takes note of tags that are closed in the wrong order or never."""

    VOID = frozenset(
        ["area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"]
    )

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        names = [name for name, _ in attrs]
        if len(set(names)) != len(names):
            self.faults.append(f"<{tag}> has an attribute twice")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"{self.getpos()}: </{tag}>")


def test_pages_are_well_formed(portal: Portal) -> None:
    family = portal.family
    targets = ["/", "/khong-co", family.contact]
    targets += [family.section_path(section) for section in SECTIONS]
    for story in portal.stories:
        targets += [family.article_path(story), *family.twins(story)]
    for target in targets:
        balance = Balance(get(portal, target).body.decode())
        assert (target, balance.faults, balance.open) == (target, [], [])


def test_everything_is_escaped(portal: Portal) -> None:
    nasty = '<b>&"x"</b> </script>'
    story = Story(
        id=900,
        slug="nasty",
        section="an-ninh-trat-tu",
        title=f"Title {nasty}",
        lead=f"Lead {nasty}",
        paragraphs=(f"Heading {nasty}", f"Text {nasty}"),
        headings=frozenset({0}),
        pictures=(
            Picture(name="n-0.png", caption=f"First {nasty}", credit=nasty, after=0),
            Picture(name="n-1.png", caption=f"Second {nasty}", credit=nasty, after=1),
        ),
        byline=f"Name {nasty}",
        source=f"Source {nasty}",
        published=datetime(2024, 12, 31, 8, 0, tzinfo=VIETNAM),
        tags=(f"tag {nasty}",),
    )
    portal.add(story)
    family = portal.family
    targets = [family.article_path(story), "/", family.section_path("an-ninh-trat-tu")]
    targets += [twin for twin, kind in family.twins(story).items() if kind == "print"]
    for target in targets:
        answer = get(portal, target)
        assert answer.status == 200
        assert "<b>&" not in answer.body.decode()
        assert f"Title {nasty}" in unescape(answer.body.decode()), target
        assert answer.body.count(b"<script") == answer.body.count(b"</script>")
    gold = portal.gold(story, BASE)
    text = shown(get(portal, targets[0]))
    for part in (gold["lead"], gold["byline"], gold["source"], *gold["paragraphs"], *gold["tags"]):
        assert part in text


# Lists ---------------------------------------------------------------------------------------


def list_links(portal: Portal, answer: Answer) -> list[str]:
    """The paths that a list's title links lead to."""
    titles = {
        "mojoportal": "//h3[@class='article-title']/a/@href",
        "nukeviet": "//div[@class='news_column']//h3/a/@href",
        "wordpress": "//div[@class='td-ss-main-content']//h3/a/@href",
    }
    return [urljoin(BASE, href) for href in tree(answer).xpath(titles[portal.family.name])]


PAGERS = {
    "mojoportal": "//div[@class='blogpager']//a[.=$n]/@href",
    "nukeviet": "//ul[@class='pagination']//a[@rel='next'][.=$n]/@href",
    "wordpress": "//div[contains(@class,'page-nav')]/a[contains(@class,'next')]/@href",
}
SHAPES = {
    "mojoportal": r"/[a-z-]+\?pagenumber=\d",
    "nukeviet": r"/[a-z-]+/page-\d/",
    "wordpress": r"/category/[a-z-]+/page/\d/",
}


def test_lists_reach_every_story_exactly_once(portal: Portal) -> None:
    portal.page_size = 2
    portal.replace(portal.stories[0])  # lays the lists out anew
    home = tree(get(portal, "/"))
    menu = {urljoin(BASE, href) for href in home.xpath("//ul//a/@href")}
    seen: Counter[str] = Counter()
    family = portal.family
    for section in SECTIONS:
        target: str | None = family.section_path(section)
        assert BASE + str(target) in menu
        number = 1
        while target is not None:
            answer = get(portal, target)
            assert answer.status == 200
            links = list_links(portal, answer)
            assert len(links) <= 2
            seen.update(links)
            number += 1
            found = tree(answer).xpath(PAGERS[family.name], n=str(number))
            target = None
            if found:
                target = found[0].removeprefix(BASE)
                assert re.fullmatch(SHAPES[family.name], target)
        assert number > 2
    assert seen == {BASE + family.article_path(story): 1 for story in portal.stories}


def test_lists_are_newest_first_with_picture_date_and_summary(portal: Portal) -> None:
    section = "hoat-dong-luc-luong"
    answer = get(portal, portal.family.section_path(section))
    held = [story for story in portal.stories if story.section == section][:4]
    paths = [portal.family.article_path(story) for story in held]
    assert [urlsplit(link).path for link in list_links(portal, answer)] == paths
    text, source = shown(answer), answer.body.decode()
    for story in held:
        assert f"{story.published:%d/%m/%Y}" in text
        assert (story.lead or story.paragraphs[0])[:60] in text
        assert source.count(f'{portal.family.article_path(story)}"') >= 3  # picture, title, more
    assert "Xem tiếp..." in text


def test_home_shows_the_newest_of_each_section(portal: Portal) -> None:
    source = get(portal, "/").body.decode()
    for section in SECTIONS:
        newest = next(story for story in portal.stories if story.section == section)
        assert portal.family.article_path(newest) in source


# Other addresses -----------------------------------------------------------------------------


def test_every_link_of_the_portal_answers_or_is_known_to_lead_nowhere(portal: Portal) -> None:
    nowhere = re.compile(
        r"/(tag|users|author|feed|article/viewtag|xmlrpc|wp-|sendmail)|/Data/.*|/assets/.*"
    )
    waiting, done = ["/"], set()
    while waiting:
        target = waiting.pop()
        done.add(target)
        answer = get(portal, target)
        if nowhere.match(target):
            continue
        assert answer.status in (200, 301), target
        if "html" not in answer.headers["Content-Type"] or not answer.body:
            continue
        for href in tree(answer).xpath("//a/@href"):
            url = urlsplit(urljoin(BASE + target, href.strip()))
            path = url.path + (f"?{url.query}" if url.query else "")
            if url.netloc == "portal.example" and path not in done and path not in waiting:
                waiting.append(path)
    for story in portal.stories:
        assert portal.family.article_path(story) in done


def test_twins_show_or_lead_to_the_article(portal: Portal) -> None:
    story = portal.stories[3]
    twins = portal.family.twins(story)
    assert "print" in twins.values()
    for twin, kind in twins.items():
        answer = get(portal, twin)
        if kind == "moved":
            assert answer.status == 301
            assert answer.headers["Location"] == BASE + portal.family.article_path(story)
        else:
            assert answer.status == 200
            assert portal.family.typeset(story.paragraphs[0]) in shown(answer)


def test_robots_forbids_the_twins() -> None:
    from urllib.robotparser import RobotFileParser

    for family in NAMES:
        portal = portal_of(family, crawl_delay=2.5)
        answer = get(portal, "/robots.txt")
        assert answer.headers["Content-Type"].startswith("text/plain")
        text = answer.body.decode()
        assert "Crawl-delay: 2.5\n" in text
        rules = RobotFileParser()
        rules.parse(text.splitlines())
        story = portal.stories[0]
        assert rules.can_fetch("x", BASE + portal.family.article_path(story))
        assert not rules.can_fetch("x", BASE + "/admin/")
        for twin, kind in portal.family.twins(story).items():
            if kind == "print":
                assert not rules.can_fetch("x", BASE + twin), twin
    assert "Crawl-delay" not in get(portal_of("nukeviet"), "/robots.txt").body.decode()


def test_pictures_are_real_png_files(portal: Portal) -> None:
    story = next(story for story in portal.stories if story.pictures)
    bodies = set()
    for picture in story.pictures:
        answer = get(portal, portal.family.media_path(story) + picture.name)
        assert answer.headers["Content-Type"] == "image/png"
        bodies.add(check_png(answer.body))
        assert get(portal, portal.family.media_path(story) + picture.name) == answer
    assert len(bodies) == len(story.pictures)
    check_png(get(portal, "/favicon.ico").body)


def check_png(data: bytes) -> bytes:
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    at, pixels, size = 8, b"", (0, 0)
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert zlib.crc32(kind + body) == struct.unpack(">I", data[at + 8 + length :][:4])[0]
        if kind == b"IHDR":
            size = struct.unpack(">II", body[:8])
        elif kind == b"IDAT":
            pixels += body
        at += 12 + length
    width, height = size
    assert len(zlib.decompress(pixels)) == (width + 1) * height
    return data


def test_unknown_addresses_are_404_pages(portal: Portal) -> None:
    for target in ("/khong-co", "/an-ninh-trat-tu/page-99/", "/category/x/page/2/", "/a.png"):
        answer = get(portal, target)
        assert answer.status == 404
        assert "Không tìm thấy trang" in shown(answer)
    assert portal.respond("POST", "/", HOST).status == 405
    assert get(portal, "/themes/x.css").headers["Content-Type"] == "text/css"


def test_a_foreign_query_changes_nothing(portal: Portal) -> None:
    path = portal.family.article_path(portal.stories[0])
    assert get(portal, path + "?utm_source=zalo").body == get(portal, path).body


def test_contact_page_and_404_are_no_articles(portal: Portal) -> None:
    import newsarchive

    for target in (
        portal.family.contact,
        "/khong-co",
        portal.family.section_path("cai-cach-hanh-chinh"),
    ):
        with pytest.raises(newsarchive.NotAnArticle):
            newsarchive.parse(get(portal, target).body, BASE + target)


# Change and faults ---------------------------------------------------------------------------


def test_stories_come_change_and_go(portal: Portal) -> None:
    family = portal.family
    old, other = portal.stories[0], portal.stories[-1]
    fresh = replace(old, id=901, slug="mot-tin-moi", title="Một tin mới tinh", pictures=())
    assert get(portal, family.article_path(fresh)).status == 404
    portal.add(fresh)
    assert "Một tin mới tinh" in shown(get(portal, family.article_path(fresh)))
    assert family.article_path(fresh) in get(portal, "/").body.decode()
    portal.replace(replace(fresh, paragraphs=("Đã sửa.", "Hết.")))
    assert "Đã sửa." in shown(get(portal, family.article_path(fresh)))
    portal.remove(other.id)
    assert get(portal, family.article_path(other)).status == 404
    assert other.id not in {story.id for story in portal.stories}
    with pytest.raises(ValueError, match="901 is there"):
        portal.add(fresh)
    for call in (portal.remove, lambda number: portal.replace(replace(fresh, id=number))):
        with pytest.raises(KeyError):
            call(4711)


def test_what_cannot_be_laid_out_is_refused_and_changes_nothing(portal: Portal) -> None:
    story = portal.stories[0]
    before = portal.stories
    if portal.family.name != "nukeviet":  # there the id is part of the address
        with pytest.raises(ValueError, match="two stories have the address"):
            portal.add(replace(story, id=902))
    with pytest.raises(ValueError, match="no such section: x"):
        portal.add(replace(story, id=903, slug="y", section="x"))
    assert portal.stories == before
    assert get(portal, portal.family.article_path(story)).status == 200
    with pytest.raises(ValueError, match="one id"):
        portal_of(portal.family.name, stories=[story, story])
    with pytest.raises(ValueError, match="no such family: 'joomla'"):
        family_of("joomla")


def test_the_page_clock_goes_with_the_clock() -> None:
    today = [datetime(2024, 2, 28, tzinfo=VIETNAM)]
    portal = Portal(
        family="mojoportal", name="X", stories=stories_of("song-truc"), clock=lambda: today[0]
    )
    assert "Thứ tư, ngày 28/2/2024" in shown(get(portal, "/"))
    today[0] = datetime(2024, 3, 3, tzinfo=VIETNAM)
    assert "Chủ nhật, ngày 3/3/2024" in shown(get(portal, "/"))


def test_pages_are_drawn_once(portal: Portal) -> None:
    assert get(portal, "/") is get(portal, "/")
    other = portal.respond("GET", "/", {"host": "other.example"})
    assert other is not get(portal, "/")


def test_warm_draws_everything_without_a_line_in_the_log(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal.warm(BASE)
    assert portal.requests == []

    def drawn(*args: object) -> str:
        raise AssertionError("drawn again")

    for name in ("article", "listing", "home", "printable"):
        monkeypatch.setattr(type(portal.family), name, drawn)
    for target in ("/", *(portal.family.article_path(story) for story in portal.stories)):
        assert get(portal, target).status == 200


def test_overrides_take_the_place_of_pages(portal: Portal) -> None:
    path = portal.family.article_path(portal.stories[0])
    portal.override[path] = Answer(status=500)
    assert get(portal, path).status == 500
    calls = []

    def fault(method: str, target: str, headers: Any) -> Answer | None:
        calls.append((method, target, headers["host"]))
        return moved("/kreis") if len(calls) < 3 else None

    portal.override[path] = fault
    assert [get(portal, path).status for _ in range(4)] == [301, 301, 200, 200]
    assert calls[0] == ("GET", path, "portal.example")
    del portal.override[path]
    assert get(portal, path).status == 200
    assert len(portal.requests) == 6


# The server ----------------------------------------------------------------------------------


def client(url: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)


def test_server_keeps_connections_and_logs_requests(portal: Portal) -> None:
    story = portal.stories[0]
    targets = ["/", portal.family.article_path(story), "/khong-co", "/robots.txt"]
    before = time.monotonic()
    with serve(portal) as url:
        connection = client(url)
        for target in targets:
            connection.request("GET", target, headers={"User-Agent": "probe/1"})
            answer = connection.getresponse()
            body = answer.read()
            assert int(answer.headers["Content-Length"]) == len(body) > 0
            assert not answer.will_close
            if target == "/":
                first = connection.sock
            if target == targets[1]:
                assert story.title in body.decode()
        assert connection.sock is first
        connection.request("HEAD", targets[1])
        answer = connection.getresponse()
        assert answer.read() == b""
        assert int(answer.headers["Content-Length"]) > 10_000
        connection.close()
    log = portal.requests
    assert [asked.target for asked in log] == [*targets, targets[1]]
    assert log[0].user_agent == "probe/1"
    assert log[-1].method == "HEAD"
    times = [before, *(asked.at for asked in log), time.monotonic()]
    assert times == sorted(times)


def test_absolute_addresses_follow_the_host_asked() -> None:
    portal = portal_of("wordpress")
    with serve(portal) as url:
        connection = client(url)
        connection.request("GET", "/")
        text = connection.getresponse().read().decode()
        connection.close()
    assert f'href="{url}/category/' in text


def raw(url: str, *pieces: bytes) -> bytes:
    """All that comes back until the server closes; the pieces are sent a little apart."""
    host, port = urlsplit(url).netloc.split(":")
    received = b""
    with socket.create_connection((host, int(port)), timeout=10) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at, data in enumerate(pieces):
            time.sleep(0.05 if at else 0)
            sock.sendall(data)
        while chunk := sock.recv(65536):
            received += chunk
    return received


def test_pipelined_requests_are_answered_in_order(portal: Portal) -> None:
    portal.override["/slow"] = Answer(body=b"slow", delay=0.2)
    portal.override["/quick"] = Answer(body=b"quick")
    with serve(portal) as url:
        got = raw(
            url,
            b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n",
            b"POST /quick HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na",
            b"bcGET /quick HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        )
    assert re.findall(rb"slow|quick", got) == [b"slow", b"quick", b"quick"]
    assert [asked.method for asked in portal.requests] == ["GET", "POST", "GET"]


def test_head_sends_no_body(portal: Portal) -> None:
    with serve(portal) as url:
        got = raw(url, b"HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    head, _, body = got.partition(b"\r\n\r\n")
    assert re.search(rb"Content-Length: \d{5}", head)
    assert body == b""


def test_old_clients_are_let_go(portal: Portal) -> None:
    with serve(portal) as url:
        assert raw(url, b"GET /robots.txt HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200 OK\r\n")
        for broken, status in (
            (b"nonsense\r\n\r\n", b"400"),
            (b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"411"),
            (b"GET / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", b"413"),
            (b"GET /" + b"a" * 70_000, b"431"),
        ):
            assert raw(url, broken).startswith(b"HTTP/1.1 " + status), status


def test_answers_can_be_slow_cut_or_missing(portal: Portal) -> None:
    portal.override["/slow"] = Answer(body=b"late", delay=0.3)
    portal.override["/cut"] = Answer(body=b"x" * 1000, cut=100)
    portal.override["/gone"] = Answer(cut=-1)
    with serve(portal) as url:
        slow, quick = client(url), client(url)
        start = time.monotonic()
        slow.request("GET", "/slow")
        quick.request("GET", "/robots.txt")
        assert quick.getresponse().read()
        assert time.monotonic() - start < 0.25  # others are served meanwhile
        assert slow.getresponse().read() == b"late"
        assert time.monotonic() - start >= 0.3
        slow.request("GET", "/cut")
        with pytest.raises(http.client.IncompleteRead) as cut:
            slow.getresponse().read()
        assert len(cut.value.partial) == 100
        slow.close()
        slow.request("GET", "/gone")
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            slow.getresponse()
        slow.close()
        quick.close()


def test_many_clients_at_once(portal: Portal) -> None:
    paths = [portal.family.article_path(story) for story in portal.stories]
    failed: list[str] = []

    def work(url: str) -> None:
        connection = client(url)
        for path in paths:
            connection.request("GET", path)
            answer = connection.getresponse()
            if answer.status != 200 or not answer.read().rstrip().endswith(b"</html>"):
                failed.append(path)
        connection.close()

    with serve(portal) as url:
        threads = [threading.Thread(target=work, args=(url,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failed == []
    assert len(portal.requests) == 8 * len(paths)


def test_leaving_frees_the_port_and_ends_the_thread(portal: Portal) -> None:
    with serve(portal) as url:
        port = urlsplit(url).port
        assert port
        with pytest.raises(OSError), serve(portal, port=port):
            pass
        idle = client(url)
        idle.connect()
    assert not [thread for thread in threading.enumerate() if thread.name == "demo-portal"]
    idle.close()
    with serve(portal, port=port) as again:
        assert again == url


def start(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "newsarchive.demo.portal", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUTF8": "1", "PYTHONWARNINGS": "error"},
    )


@pytest.mark.parametrize("end", ["stdin", "sigterm"])
def test_as_a_process_of_its_own(end: str) -> None:
    with start("--family", "nukeviet", "--articles", "30", "--warm") as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stderr is not None
        url = process.stdout.readline().strip()
        connection = client(url)
        connection.request("GET", "/an-ninh-trat-tu/")
        answer = connection.getresponse()
        assert answer.status == 200
        assert b"news_column" in answer.read()
        connection.close()
        if end == "stdin":
            process.stdin.close()
        else:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
        assert process.stderr.read() == ""


def test_a_taken_port_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with start("--articles", "1", "--port", str(port)) as process:
            out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (1, "")
    assert re.fullmatch(rf"127\.0\.0\.1:{port}: .+\n", err)


def test_mojoportals_list_of_other_articles_answers_its_script() -> None:
    from newsarchive.reader.calls import advanced, find_calls, read_answer

    portal = demo_portals()[0]
    assert portal.family.name == "mojoportal"
    base = f"http://{HOST['host']}"
    for story in portal.stories[:3]:
        shown = get(portal, portal.family.article_path(story)).body.decode()
        (step,) = find_calls(html.document_fromstring(shown), f"{base}/x")
        found: list[str] = []
        while step is not None:
            answer = portal.respond(step.method, step.url.removeprefix(base), HOST, step.body)
            assert answer.status == 200
            listing = read_answer(answer.body, step)
            assert listing is not None
            found += listing.articles
            assert listing.step in (None, advanced(step))
            step = listing.step
        held = [s for s in portal.stories if s.section == story.section]
        assert found == [base + portal.family.article_path(s) for s in held]
    refused = portal.respond("POST", portal.family.call or "", HOST, b"{}")
    assert refused.status == 500
