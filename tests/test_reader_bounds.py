"""The reader against the world: broken, hostile and huge pages; what may never happen."""

from __future__ import annotations

import random
import re
import sys
import time
import tracemalloc
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import timing
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import newsarchive
from newsarchive.demo.families import NAMES
from newsarchive.demo.portal import Portal
from newsarchive.demo.stories import make_stories
from newsarchive.reader import read
from newsarchive.reader.decode import inflate, utf8
from newsarchive.reader.lines import split_agency_tag
from newsarchive.reader.mend import flattened, mended, tree
from newsarchive.text import clean

sys.path.insert(0, str(ROOT / "benchmarks"))
import growth

URL = "https://congan.example.vn/tin-tuc/an-ninh/bai-viet-1234.html"
SEEDS = sorted((Path(__file__).parent / "pages" / "articles").glob("*.html"))
QUICK = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
LEFT_OVER = re.compile(
    r"</?(?:p|div|span|br|a|b|i|strong|em|font|table|td|img|h[1-6])\b[^<>]*>"
    r"|&(?:nbsp|amp|lt|gt|quot|aacute|ocirc|#\d+|#x[0-9a-f]+);",
    re.IGNORECASE,
)
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
MARKUP = st.text(
    alphabet=st.one_of(st.sampled_from("<>/=\"'&;!- \n\x00pbdivspanaimg#x"), st.characters()),
    max_size=200,
)
_SOUP = (
    "<p>|</p>|<div>|</div>|<b>|</i>|<table>|<tr><td>|</table>|<br>|<img src=a.jpg>|<img>|<h1>|</h1>"
    "|<a href='http://[::1'>|<a href=//x:y/>|</a>|<!--|-->|<script>|</script>|<style>|<title>|</title>"
    "|<base href='javascript:1'>|<base href=''>|<body>|</body>|<html>|</html>|<head>|<frameset>"
    "|<plaintext>|<xmp>|<textarea>|<select><option>|<svg>|<![CDATA[|]]>|<?php ?>|&nbsp;|&#0;|&#xD800;"
    "|&#1114112;|\x00|\ufffe|\u0323\u0301|<time datetime='x'>|<meta itemprop=datePublished content=-1>"
    "|<script type='application/ld+json'>{\"@type\":[\"NewsArticle\",1],\"author\":[null,{}]}</script>"
    "|22/08/2022 10:11|31/02/2022|Công an tỉnh tổ chức tuyên truyền pháp luật cho nhân dân trong tỉnh. "
    "|Ảnh: Văn Tú|Tin liên quan|<form>|<article class='tag'>|<span class='date'>|<p class=sapo>"
    "|<div class='breadcrumb'><a href=/a>Tin</a>|<figure>|<figcaption>|<li>|<font>|<center>"
)  # fmt: skip
PIECES = st.sampled_from(_SOUP.split("|"))


def texts_of(article: newsarchive.Article) -> list[str]:
    """Every text of an article."""
    got: dict[str, Any] = article.to_json()
    names = ("title", "published_text", "section", "lead", "byline", "source")
    images = [image[part] for image in got["images"] for part in ("caption", "credit")]
    found = [got[name] for name in names] + got["paragraphs"] + got["tags"] + images
    return [text for text in found if text is not None]


def examine(content: bytes | str, *, escaped: bool = False) -> newsarchive.Article | None:
    """Read a page twice; everything that holds for any page is checked here."""
    start = time.process_time()
    reading = read(content, URL)
    assert time.process_time() - start < 2.0 + len(content) / 100_000
    assert read(content, URL) == reading
    article = reading.article
    if article is None:
        with pytest.raises(newsarchive.NotAnArticle) as refusal:
            newsarchive.parse(content, URL)
        assert refusal.value.reason == reading.reason
        assert reading.reason
        return None
    for text in texts_of(article):
        assert text
        assert unicodedata.is_normalized("NFC", text)
        assert " ".join(text.split()) == text
        assert not INVISIBLE.search(text)
        text.encode()
        if not escaped:
            assert not LEFT_OVER.search(text), text
    for address in (article.url, *(image.url for image in article.images)):
        assert address is not None
        assert re.match(r"https?://[^/]", address), address
    return article


@given(st.binary(max_size=400))
@QUICK
def test_any_bytes_end_in_an_article_or_a_reason(content: bytes) -> None:
    examine(content)
    examine(b"<html><body><p>" + content)


@given(MARKUP)
@QUICK
def test_any_text_ends_in_an_article_or_a_reason(content: str) -> None:
    examine(content, escaped=True)
    read(f"<div>{content}</div>", URL)


@given(st.lists(PIECES, max_size=40))
@QUICK
def test_any_soup_of_tags_ends_in_an_article_or_a_reason(pieces: list[str]) -> None:
    soup = "".join(pieces)
    examine(soup, escaped=True)
    examine(growth.page(soup), escaped=True)
    read(soup, URL)


# Real pages, damaged.


def demo_pages() -> list[tuple[str, str]]:
    """(name, page) of two stories of every family of demo portals."""
    found = []
    for name in NAMES:
        portal = Portal(family=name, name="Công an tỉnh", stories=make_stories(2))
        for story in portal.stories:
            path = portal.family.article_path(story)
            answer = portal.respond("GET", path, {"host": "congan.example.vn"})
            found.append((f"{name}-{story.id}", answer.body.decode()))
    return found


def own_pages() -> list[tuple[str, str]]:
    """(name, page) of the invented articles."""
    return [(p.stem, utf8(inflate(p.read_bytes()), None).decode()) for p in SEEDS]


PAGES = demo_pages() + own_pages()
TAG = re.compile(r"<[^<>]*>")


def cut(page: str, dice: random.Random) -> str:
    return page[: dice.randrange(len(page))]


def beheaded(page: str, dice: random.Random) -> str:
    return page[dice.randrange(len(page)) :]


def without_tags(page: str, dice: random.Random) -> str:
    return TAG.sub(lambda tag: "" if dice.random() < 0.1 else tag[0], page)


def with_tags_twice(page: str, dice: random.Random) -> str:
    return TAG.sub(lambda tag: tag[0] * (1 + (dice.random() < 0.1)), page)


def with_tags_swapped(page: str, dice: random.Random) -> str:
    tags = TAG.findall(page)
    dice.shuffle(tags)
    left = iter(tags)
    return TAG.sub(lambda tag: next(left) if dice.random() < 0.2 else tag[0], page)


def with_attributes_shuffled(page: str, dice: random.Random) -> str:
    def shuffled(tag: re.Match[str]) -> str:
        words = tag[0].strip("<>").split(" ")
        rest = words[1:]
        dice.shuffle(rest)
        return f"<{' '.join(words[:1] + rest)}>"

    return TAG.sub(shuffled, page)


def with_a_part_repeated(page: str, dice: random.Random) -> str:
    start = dice.randrange(len(page))
    end = dice.randrange(start, len(page) + 1)
    return page[:end] + page[start:]


def with_a_part_moved(page: str, dice: random.Random) -> str:
    a, b, c = sorted(dice.randrange(len(page)) for _ in range(3))
    return page[:a] + page[b:c] + page[a:b] + page[c:]


DAMAGES = (
    cut, beheaded, without_tags, with_tags_twice, with_tags_swapped, with_attributes_shuffled,
    with_a_part_repeated, with_a_part_moved,
)  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_page_ends_in_an_article_or_a_reason(damage: Any) -> None:
    dice = random.Random(damage.__name__)
    read_ones = [examine(damage(page, dice), escaped=True) for _, page in PAGES]
    assert any(article is not None for article in read_ones)


def test_a_page_with_flipped_bytes_ends_in_an_article_or_a_reason() -> None:
    dice = random.Random(5)
    found = 0
    for _, page in PAGES:
        content = bytearray(page.encode())
        for _ in range(len(content) // 200):
            content[dice.randrange(len(content))] = dice.randrange(256)
        found += examine(bytes(content), escaped=True) is not None
    assert found > len(PAGES) // 2


def torn(name: str, page: str, start: int = 0) -> list[tuple[int, newsarchive.Article]]:
    """(place of the cut, article) of 25 cuts at random behind `start`, where it is one."""
    dice = random.Random(name)
    cuts = sorted(dice.randrange(start, len(page)) for _ in range(25))
    read_ones = [(at, read(page[:at], URL, want_links=False).article) for at in cuts]
    return [(at, article) for at, article in read_ones if article is not None]


def is_beginning(whole: newsarchive.Article, part: newsarchive.Article) -> bool:
    """Whether title and date are the same, and the text is a beginning of the whole one's."""
    # A first paragraph can turn out to be the lead only by what follows it.
    bodies: list[list[str | None]] = [list(whole.paragraphs), [whole.lead, *whole.paragraphs]]
    # An agency tag is taken off a lead only.
    got = [split_agency_tag(text)[1] if n == 0 else text for n, text in enumerate(part.paragraphs)]
    return (
        part.title == whole.title
        and part.published in (None, whole.published)
        and any(begins(body, got) for body in bodies)
    )


@pytest.mark.parametrize(("name", "page"), demo_pages(), ids=[name for name, _ in demo_pages()])
def test_a_page_cut_anywhere_gives_a_beginning_of_its_story(name: str, page: str) -> None:
    whole = newsarchive.parse(page, URL)
    early, parts = torn(name, page), torn(name, page, page.index(whole.paragraphs[1][:20]))
    assert len(parts) > 20
    assert [at for at, part in early if not is_beginning(whole, part)] == []
    assert [at for at, part in parts if not is_beginning(whole, part)] == []


def test_nearly_all_cuts_of_odd_pages_give_a_beginning_of_their_story() -> None:
    """Where a line or two is left, comments or a long line of dates may outweigh the story."""
    right = wrong = 0
    for name, page in own_pages():
        whole = newsarchive.parse(page, URL)
        good = [is_beginning(whole, part) for _, part in torn(name, page)]
        right, wrong = right + sum(good), wrong + len(good) - sum(good)
    assert right > 500
    assert wrong * 40 <= right, (right, wrong)


def begins(whole: list[str | None], part: list[str]) -> bool:
    """Whether `part` is a beginning of `whole`; the last paragraph may be torn."""
    if not part:
        return True
    if len(part) > len(whole) or part[:-1] != whole[: len(part) - 1]:
        return False
    full, last = whole[len(part) - 1] or "", part[-1]
    # What is torn may still hold the beginning of a signature that the whole is without.
    return full.startswith(last.rstrip(".")) or last.startswith(full.rstrip("."))


# Sizes and depths: time and memory in proportion to the page.

SLOW_BEFORE = (
    "attributes", "attributes, quoted", "attributes of a script", "figure of images",
    "table of images", "table row of images", "centred lines", "same image",
    "huge image address", "title metas", "keywords", "mixed combining marks", "own boxes",
    "nested hidden properties", "deep pagers", "nested crumbs", "breadcrumb of lines",
    "huge canonical", "deep addresses", "long intro", "related headings, no links",
    "links in links", "tags without an end", "quotes without an end",
)  # fmt: skip
"""Shapes whose time, or memory, once grew with the square of the page's size."""


@pytest.mark.parametrize("name", SLOW_BEFORE)
def test_time_is_in_proportion_to_the_size(name: str) -> None:
    shape = growth.SHAPES[name]
    small = growth.milliseconds(shape, 0.02, 3)[0]
    # Eight times the size: a square law would take 64 times as long.
    bound = 25 * max(small, 4)
    large = timing.least(lambda: growth.milliseconds(shape, 0.16, 1)[0], bound)
    assert large < bound, (small, large)


@pytest.mark.parametrize(
    "name", ["deep addresses", "huge canonical", "huge class name", "attributes"]
)
def test_memory_is_in_proportion_to_the_size(name: str) -> None:
    content = growth.SHAPES[name](300_000).encode()
    read(content, URL)
    tracemalloc.start()
    read(content, URL)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60 * len(content)


STORY = growth.PROSE * 3
TITLE = growth.TITLE


def paragraphs(page: str | bytes) -> tuple[str, ...]:
    return newsarchive.parse(page, URL).paragraphs


PLAIN = paragraphs(growth.page(""))


@pytest.mark.parametrize(
    "tag", ["div", "span", "font", "b", "table", "ul", "blockquote", "x-y", "h2"]
)
@pytest.mark.parametrize("closed", [True, False], ids=["closed", "unclosed"])
def test_text_after_and_within_ten_thousand_elements_is_not_lost(tag: str, closed: bool) -> None:
    inside = "<p>Đoạn văn ở trong cùng của trang này nói về công tác tuần tra ban đêm của đội.</p>"
    after = "<p>Đoạn văn ở sau tất cả nói về việc tuyên truyền pháp luật cho bà con nhân dân.</p>"
    end = f"</{tag}>" * 10_000 if closed else ""
    root = tree(growth.page(f"<{tag}>" * 10_000 + inside + end + after).encode())
    text = clean(root.text_content())
    assert "ở trong cùng" in text
    assert "ở sau tất cả" in text
    got = read(growth.page(f"<{tag}>" * 10_000 + end + after), URL).article
    assert got is not None
    assert any("ở sau tất cả" in text for text in (*got.paragraphs, got.lead or ""))


@pytest.mark.parametrize("name", ["unclosed tags", "crossed tags", "unclosed bold"])
def test_text_among_tags_that_never_close_is_not_lost(name: str) -> None:
    page = growth.SHAPES[name](600_000)
    text = tree((page + "<p>Đoạn văn cuối cùng của trang.").encode()).text_content()
    assert "Đoạn văn cuối cùng của trang." in text


@pytest.mark.parametrize("depth", [10, 90, 110, 400, 1500, 3000])
def test_lines_are_lines_at_any_depth(depth: int) -> None:
    body = (
        "<p>Tin <b>đậm</b> một.</p>Hai<script>x</script> và<br>ba.<style>y</style><img src=/a.jpg>"
    )
    page = growth.page("<div>" * depth + body + "</div>" * depth)
    got = newsarchive.parse(page, URL)
    assert got.paragraphs[-3:] == ("Tin đậm một.", "Hai và", "ba.")
    assert [image.url for image in got.images] == ["https://congan.example.vn/a.jpg"]


def test_flattening_keeps_what_stands_above_the_limit() -> None:
    assert flattened(b"<div><b>a</b></div><p>c", 2) == b"<div><b>a</b></div><p>c"
    assert flattened(b"<div><b>a<i>x</i></b></div><p>c", 1) == b"<div>ax</div><p>c"
    assert flattened(b"<div><div>a</div>b</div>", 1) == b"<div><br>a<br>b</div>"
    assert flattened(b"<div><script>'</div>'</script></div>", 1) == (
        b"<div><script>'</div>'</script></div>"
    )


# Broken markup.

LINES = ("Đoạn một của bài viết này có đủ chữ để là một đoạn văn.", "Đoạn hai, ngắn hơn.")


def test_a_stray_closing_tag_ends_the_line_as_in_html_5() -> None:
    stray = f"<div>{LINES[0]}</p>\n {LINES[1]}</p>\n{LINES[0]}</P ></div>"
    assert paragraphs(growth.page(stray))[-3:] == (*LINES, LINES[0])


def test_a_page_without_stray_tags_is_parsed_as_it_came() -> None:
    page = growth.page("<p class=a>a</p><p\tid=b>b</p><pre>c</pre>").encode()
    assert mended(page) == page


def test_data_in_one_long_attribute_stays() -> None:
    image = f'<img src="data:image/png;base64,{"A=b " * 50_000}" alt="Anh">'.encode()
    assert mended(image) == image


def test_elements_with_thousands_of_attributes_lose_them() -> None:
    many = " ".join(f"a{n}='>'" for n in range(20_000))
    script = f"<script>{'i<n;a=b;' * 20_000}</script>"
    assert mended(f"<p {many}>x</p>{script}".encode()) == f"<p>x</p>{script}".encode()


@pytest.mark.parametrize(
    "page",
    [
        growth.page("").replace("</body></html>", "") + f"</body></html>{STORY}",
        growth.page("").replace("</body></html>", "</BODY ></HTML>") + f"<html><body>{STORY}",
        f"<html><head></head><body></body></html>\n{growth.page(STORY)}",
        growth.page(f"<html><head></head><body class=x>{STORY}</body>"),
        growth.page(f"<body>{STORY}<body>"),
    ],
    ids=["after the end", "second page", "page in front", "page within", "second body"],
)
def test_what_follows_an_early_end_of_the_page_is_read(page: str) -> None:
    assert tree(page.encode()).text_content().count(growth.LINE) == page.count(growth.LINE) >= 6
    assert paragraphs(page)


@pytest.mark.parametrize(
    "page",
    [
        "\n\n  \n" + growth.page(""),
        "Warning: include() failed\n<br>" + growth.page(""),
        '<?xml version="1.0" encoding="utf-8"?>\n' + growth.page(""),
        growth.page("<!-- đóng thiếu <p>" + growth.LINE * 3),
        growth.page("<script>//<![CDATA[\nif (a<b) document.write('<p>x</p>');\n//]]></script>"),
        growth.page("<script>document.write('</html>'); var a = '<p>b</p>';</script>"),
        growth.page("<style><!-- p { color: red } --></style>"),
        growth.page("<textarea><p>" + growth.LINE * 3 + "</p></textarea>"),
        growth.page("", "<base href='javascript:alert(1)'><base href='http://[::1'>"),
        growth.page("<script>var a = 1;"),
        growth.page("<a href='"),
        growth.page("</div></td></tr></table></span></b>"),
    ],
    ids=[
        "blank lines", "text in front", "xml declaration", "open comment", "cdata", "html in script",
        "style", "textarea", "base", "open script", "open attribute", "stray ends",
    ],
)  # fmt: skip
def test_broken_pages_give_their_story(page: str) -> None:
    got = newsarchive.parse(page, URL)
    assert (got.title, got.paragraphs) == (TITLE, PLAIN)
    assert got.published == "2022-08-22T10:11:00+07:00"


def test_nul_bytes_leave_the_text_readable() -> None:
    page = growth.page("").replace("tuyên truyền", "tuyên\x00 truyền").encode()
    assert [text.replace("\ufffd", "") for text in paragraphs(page)] == list(PLAIN)


def test_plaintext_and_xmp_end_the_story_and_not_the_reader() -> None:
    for tag in ("plaintext", "xmp"):
        assert paragraphs(growth.page(f"<{tag}>a<b>"))[: len(PLAIN)] == PLAIN


def test_a_frameset_is_refused() -> None:
    page = "<html><frameset><frame src=a.htm><noframes>Không có khung</noframes></frameset></html>"
    with pytest.raises(newsarchive.NotAnArticle):
        newsarchive.parse(page, URL)


def test_pictures_stay_absolute_under_a_hostile_base() -> None:
    for base in ("javascript:alert(1)", "http://[::1", "data:text/html,x", "//", "a" * 9000):
        got = newsarchive.parse(growth.page("<img src=b.jpg>", f'<base href="{base}">'), URL)
        assert [image.url for image in got.images] in (
            ["https://congan.example.vn/tin-tuc/an-ninh/b.jpg"],
            ["https://congan.example.vn/b.jpg"],
        )


def test_piled_marks_are_bounded_and_the_text_stays_composed() -> None:
    text = clean("Tin " + "a" + "\u0323\u0301" * 50_000 + " tức")
    assert len(text) < 60
    assert unicodedata.is_normalized("NFC", text)
    assert clean(text) == text


def test_what_is_longer_than_any_address_is_none() -> None:
    from newsarchive.urls import absolute

    assert absolute(URL, "/a" * 3000) is not None
    assert absolute(URL, "/a" * 5000) is None


# The benchmark's own judgement.


def test_benchmark_sees_quadratic_growth_and_no_other() -> None:
    linear = [(10.0 * 2**n, 0.3 * 2**n) for n in range(4)]
    square = [(10.0 * 4**n, 0.3 * 2**n) for n in range(4)]
    assert not growth.grows_too_fast(linear)
    assert growth.grows_too_fast(square)
    assert not growth.grows_too_fast([(10.0, 0.3), (60.0, 0.6), (120.0, 1.2)])
    assert growth.grows_too_fast([(10.0, 0.3), (20.0, 0.6), (60.0, 1.2)])


def test_shapes_have_the_size_asked_for() -> None:
    for name, shape in growth.SHAPES.items():
        size = len(shape(100_000).encode("utf-8", "replace"))
        assert 40_000 <= size <= 320_000, (name, size)
