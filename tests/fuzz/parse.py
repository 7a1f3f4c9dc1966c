"""Bytes of a page to an article and its links, with and without an address and a site's rules."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from urllib.parse import urlsplit

from fuzz import seeds as kept
from fuzz.holds import bounded, expect, moment, one_line, tidy
from newsarchive.model import Article, Listing
from newsarchive.reader import read
from newsarchive.sites import Layout, Site, all_sites

LARGEST = 48_000
URL = "https://congan.vidu.example.vn/tin-tuc/bai-viet-1234.html"
FETCHED = datetime(2023, 5, 6, 7, 8, 9, tzinfo=UTC)
_TYPES = (
    None,
    "text/html; charset=utf-8",
    "text/html; charset=windows-1258",
    "text/html; charset=\xff",
)
WORDS = tuple(
    word.encode()
    for word in (
        "<p>", "</p>", "<div class='article-content'>", "</div>", "<table>", "<tr><td>", "</table>", "<ul><li>",
        "<h1>", "</h1>", "<br>", "<br/><br/>", "<!--", "-->", "<![CDATA[", "]]>", "<script>", "</script>",
        "<style>", "<title>", "</title>", "<base href='//x.vn/'>", "<meta charset=utf-16>", "<noscript>",
        "<script type='application/ld+json'>", '{"@type":"NewsArticle","headline":"x","datePublished":"2022-08-22"}',
        '{"@graph":[{"@id":"#a","author":{"@id":"#a"}}]}', "[[[[", '{"a":', "\\ud800", "1e999", "NaN",
        "<meta property='og:title' content='", "<meta property='article:published_time' content='2022-08-22T10:11'>",
        "<link rel=canonical href='", "<time datetime='", "<img src='a.jpg' alt='x'>", "<img data-src=//[ >",
        "<figure><figcaption>Ảnh: Văn Tú</figcaption></figure>", "<a href='/tin/bai-2.html'>", "<a href='javascript:x'>",
        "<a href='http://[::1/'>", "<a href=\"?page=2\">2</a>", "<form action='/?p=2' method=post><input name=a>",
        "__doPostBack('a','b')", "<template>", "<svg>", "<math>", "<iframe>", "<select><option>", "<textarea>", "<plaintext>",
        "22/08/2022 10:11", "Thứ Hai, ngày 22 tháng 8 năm 2022", "2 giờ trước", "Tác giả: Văn Tú", "Nguồn: Báo Hạ",
        "Từ khóa: a, b", "(Theo Báo Hạ)", "Ảnh: Minh Đức", "Trang chủ", "Tin liên quan", "class='", "style='display:none'",
        "itemprop='articleBody'", "itemscope itemtype='http://schema.org/NewsArticle'", "<?xml version='1.0' encoding='x'?>",
        "&nbsp;", "&#x110000;", "&zwnj;", "xmlns:a='b'", "<a:b c:d='e'>", "xml:lang='vi'", "<html>", "<body>", "<frameset>",
    )
)  # fmt: skip


@cache
def site() -> Site:
    """A site with a rule for all that a layout may say."""
    old = Layout(name="old", detect="table", title="h1, b", published="td", body="td")
    new = Layout(
        name="new", detect="div", title="h1", published="span, time", lead="p:first-child",
        byline="p:last-child", source="em", body="div", section="a", tags="li", drop=("ul", "p > a"),
    )  # fmt: skip
    return Site(
        slug="vidu", name="Ví Dụ", province=None, province_2025=None,
        hosts=("congan.vidu.example.vn",), evidence="guessed", layouts=(new, old),
        article=r"/[\w/-]+-\d+\.html", skip=("/rss",),
    )  # fmt: skip


def one(data: bytes) -> None:
    """First byte: address, site, content type, bytes or text; the page behind it."""
    how, page = (data[0], data[1:]) if data else (0, b"")
    url = (None, URL, "http://congan.nghean.gov.vn/tin/bai-1/index.htm", "http://[x")[how & 3]
    rules = site() if how & 4 else None
    content = page.decode("utf-8", "surrogateescape") if how & 32 else page
    with bounded(len(data)):
        reading = read(
            content, url, content_type=_TYPES[how >> 3 & 3], fetched=FETCHED if how & 64 else None,
            site=rules, want_calls=bool(how & 128),
        )  # fmt: skip
    expect((reading.article is None) == (reading.reason is not None), "article and reason")
    if reading.article is not None:
        right(reading.article)
    else:
        one_line(reading.reason or "", "a reason")
    listed(reading.listing, url)


def right(article: Article) -> None:
    """What holds for each article."""
    got = article.to_json()
    json.dumps(got, allow_nan=False).encode()
    tidy(article.title, "title")
    for name in ("published_text", "section", "lead", "byline", "source"):
        if got[name] is not None:
            tidy(got[name], name)
    for paragraph in article.paragraphs:
        tidy(paragraph, "a paragraph")
    for tag in article.tags:
        tidy(tag, "a tag")
    for image in article.images:
        for text in (image.caption, image.credit):
            if text is not None:
                tidy(text, "text of an image")
        address(image.url, "an image's address")
    address(article.url, "the address")
    for name in ("published", "modified"):
        if got[name] is not None:
            moment(got[name], name)
    expect(article.site is None or article.site in {"vidu", *all_sites()}, "a site", article.site)
    for problem in article.problems:
        one_line(problem.what, "a problem")


def address(url: str | None, what: str) -> None:
    """An address that may be stored: of one line, and to be encoded."""
    if url is not None:
        url.encode()
        one_line(url, what)
        expect(url == url.strip() and url, f"{what} is not trimmed", url)


def listed(listing: Listing, base: str | None) -> None:
    """What holds for the links of each page."""
    expect(len(set(listing.articles)) == len(listing.articles), "an article is listed twice")
    expect(len(listing.titles) in (0, len(listing.articles)), "titles and articles")
    for title in listing.titles:
        tidy(title, "a title in a list", empty=True)
    steps = [listing.step] if listing.step else []
    asked = (
        *listing.articles, *listing.pages, *listing.sections, *listing.feeds,
        *(step.url for step in (*steps, *listing.calls)), *([listing.next] if listing.next else []),
    )  # fmt: skip
    for url in asked:
        address(url, "a link")
        if base is not None and "[" not in base:
            expect(urlsplit(url).scheme in ("http", "https"), "a link of another scheme", url)
            expect(urlsplit(url).hostname, "a link without a host", url)


def seeds() -> list[bytes]:
    """Pages of all kinds, each read in its own way."""
    return [bytes([n * 37 % 256]) + page for n, page in enumerate(kept.pages())]
