"""Feeds and sitemaps: what they hold, and which of it a crawl asks."""

from __future__ import annotations

import gzip

from newsarchive.crawl.sources import Entry, Sources, last_page, read_feed, read_sitemap
from newsarchive.crawl.targets import of_url
from newsarchive.crawl.walk import Walk
from newsarchive.model import Listing

HOME = "https://congan.vidu.example/"
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Tin</title>
<link rel="self" href="/atom"/><entry><title>Một</title><link rel="alternate" href="/mot-1.html"/>
<link rel="enclosure" href="/mot.jpg"/></entry></feed>"""
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Tin</title><link>/</link>
<item><title>Một</title><link>https://congan.vidu.example/mot-1.html</link></item>
<item><title>Hai &amp; ba</title><link>/hai-2.html?a=1&amp;b=2</link></item>
<item><title>Lại một</title><link>https://congan.vidu.example/mot-1.html</link></item>
</channel></rss>"""


def sitemap(*urls: str, day: str = "2024-05-01") -> bytes:
    items = "".join(f"<url><loc>{u}</loc><lastmod>{day}T08:00:00Z</lastmod></url>" for u in urls)
    head = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return f"\n<?xml version='1.0'?>{head}{items}</urlset>".encode()


def sources() -> Sources:
    target = of_url(HOME)
    return Sources(Walk(target=target, allowed=target.allowed()))


def test_feeds() -> None:
    assert [e.url for e in read_feed(RSS.encode(), HOME).entries] == [
        f"{HOME}mot-1.html", f"{HOME}hai-2.html?a=1&b=2",
    ]  # fmt: skip
    assert [e.url for e in read_feed(ATOM.encode(), HOME).entries] == [f"{HOME}mot-1.html"]
    cut = RSS.encode()[: RSS.index("<item><title>Lại")]
    assert len(read_feed(cut, HOME).entries) == 2
    assert read_feed(
        b"<html><body>Kh\xc3\xb4ng t\xc3\xacm th\xe1\xba\xa5y</body></html>", HOME
    ).trouble


def test_sitemaps() -> None:
    told = read_sitemap(gzip.compress(sitemap(f"{HOME}a-1.html")), HOME)
    assert told.entries == [Entry(f"{HOME}a-1.html", "2024-05-01")]
    index = f"<sitemapindex><sitemap><loc>{HOME}p1.xml.gz</loc></sitemap></sitemapindex>"
    assert read_sitemap(index.encode(), HOME).further == [f"{HOME}p1.xml.gz"]
    for broken in (b"", b"<html><body>404</body></html>", b"\x1f\x8bnot gzip"):
        assert read_sitemap(broken, HOME).trouble
    whole = sitemap(*(f"{HOME}a-{n}.html" for n in range(9)))
    assert len(read_sitemap(whole[: len(whole) // 2], HOME).entries) >= 3


def test_of_a_sitemap_only_addresses_like_the_articles_of_lists_are_asked() -> None:
    held = sources()
    held.expect()
    held.learn([("k", f"{HOME}tin/bat-nhom-trom-cap-12.html")])
    urls = [f"{HOME}tin/pha-an-34.html", f"{HOME}lien-he", f"{HOME}gioi-thieu/", f"{HOME}anh/5.jpg",
            "https://khac.example/tin/x-1.html", f"{HOME}tin/pha-an-34.html?fbclid=x"]  # fmt: skip
    held.hold(f"{HOME}sitemap.xml", [Entry(u) for u in urls], sure=False)
    held.came()
    assert not held.waiting
    ((_, links),) = held.release(None)
    assert [url for _, url in links] == urls[:1]
    assert held.covered == {links[0][0]}


def test_of_a_feed_all_are_articles_and_what_is_older_than_since_is_left_out() -> None:
    held = sources()
    held.hold(f"{HOME}rss", [Entry(f"{HOME}mot-tin")], sure=True)
    held.hold(
        f"{HOME}map",
        [Entry(f"{HOME}cu-tin", "2020-01-01"), Entry(f"{HOME}ba-tin", "2024-01-01"),
         Entry(f"{HOME}moi-tin", "2024-06-01")],
        sure=False,
    )  # fmt: skip
    released = dict(held.release("2023-12-31"))
    assert [u for _, u in released[f"{HOME}rss"]] == [f"{HOME}mot-tin"]
    assert [u for _, u in released[f"{HOME}map"]] == [f"{HOME}moi-tin", f"{HOME}ba-tin"]


def test_a_sitemap_is_asked_once_and_not_on_another_host() -> None:
    held = sources()
    urls = [f"{HOME}a.xml", f"{HOME}a.xml", "https://khac.example/b.xml"]
    assert held.new(urls, 10) == [f"{HOME}a.xml"]
    assert held.new(urls, 10) == []


def test_the_last_page_of_a_pager() -> None:
    pages = (f"{HOME}tin/page-2", f"{HOME}tin/page-40", f"{HOME}tin/page-3")
    assert last_page(Listing(pages=pages)) == f"{HOME}tin/page-40"
    assert last_page(Listing()) is None
