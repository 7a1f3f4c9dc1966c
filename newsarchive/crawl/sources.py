"""Feeds and sitemaps of one site: what they hold, read, and which of it may be articles."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, field

from newsarchive.crawl.section import Link
from newsarchive.crawl.walk import Walk
from newsarchive.errors import NotAnArticle
from newsarchive.model import Listing
from newsarchive.reader.decode import inflate
from newsarchive.reader.paging import split_page
from newsarchive.reader.stories import address_shape, may_be_story
from newsarchive.urls import absolute

MAX_SITEMAPS = 500  # of one site; an index that names itself has no end
MAX_FEEDS = 20
MAX_ENTRIES = 1_000_000
MAX_TAGS = 300_000  # of a feed; each takes a tenth of a millisecond


def last_page(listing: Listing) -> str | None:
    """The address of the list's last page, as far as its pager links to it."""
    numbered = [(split_page(url)[1] or 0, url) for url in listing.pages]
    return max(numbered, default=(0, None))[1]


@dataclass(frozen=True, slots=True)
class Entry:
    """An address that a feed or sitemap holds; day: when it was last changed, '' if not said."""

    url: str
    day: str = ""


@dataclass(slots=True)
class Source:
    """One feed or sitemap: what it holds, and further sitemaps that it names."""

    entries: list[Entry] = field(default_factory=list)
    further: list[str] = field(default_factory=list)
    trouble: str = ""


def read_feed(content: bytes, url: str) -> Source:
    """The articles of an RSS or Atom feed, in its order. Their dates are not used: portals print
    them wrongly (NukeViet the month for the minutes, Joomla seven hours early).
    """
    import feedparser

    if content.count(b"<") > MAX_TAGS:
        return Source(trouble=f"no feed: more than {MAX_TAGS:,} tags")
    told = feedparser.parse(
        io.BytesIO(content),
        response_headers={"content-location": url},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    links = (absolute(url, entry.get("link") or "") for entry in told.entries)
    source = Source([Entry(link) for link in dict.fromkeys(links) if link])
    if not source.entries and not told.get("version"):
        source.trouble = "no feed"
    return source


def read_sitemap(content: bytes, url: str) -> Source:
    """The addresses of a sitemap, or the sitemaps of an index (https://www.sitemaps.org)."""
    from scrapy.utils.sitemap import Sitemap

    source = Source()
    try:
        told = Sitemap(inflate(content).lstrip())
        for item in told:
            link = absolute(url, item["loc"])
            if link is None:
                continue
            if told.type == "sitemapindex":
                source.further.append(link)
            else:
                source.entries.append(Entry(link, _day(item.get("lastmod", ""))))
            if len(source.entries) >= MAX_ENTRIES:
                break
    except (SyntaxError, StopIteration, NotAnArticle) as error:
        source.trouble = f"no sitemap ({str(error) or 'it is empty'})"
        return source
    if told.type not in ("urlset", "sitemapindex"):
        source.entries.clear()
        source.trouble = "no sitemap"
    return source


def _day(lastmod: str) -> str:
    day = lastmod[:10]
    return day if len(day) == 10 and day[4] == day[7] == "-" else ""


class Sources:
    """What a crawl waits for before it walks on: first pages of sections, feeds and sitemaps.

    Only when all have come is it known how addresses of articles look, and what lists need not
    be walked. sure: addresses in feeds are articles, those in sitemaps may be.
    """

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self.waiting = 0
        self.ready = True
        self.covered: set[str] = set()
        self._found: dict[str, tuple[list[Entry], bool]] = {}
        self._asked: set[str] = set()
        self._shapes: set[object] = set()

    def expect(self, count: int = 1) -> None:
        """So many further answers are waited for."""
        self.waiting += count
        self.ready = self.ready and not count

    def came(self) -> None:
        """One of the answers came, or will not come."""
        self.waiting = max(0, self.waiting - 1)

    def learn(self, links: Iterable[Link]) -> None:
        """Articles that lists link to: how their addresses look."""
        self._shapes.update(address_shape(url) for _, url in links)

    @property
    def asked(self) -> bool:
        """Whether any feed or sitemap was asked."""
        return bool(self._asked)

    def new(self, urls: Iterable[str], most: int) -> list[str]:
        """Those feeds or sitemaps that may be asked and were not yet."""
        found = [u for u in dict.fromkeys(urls) if u not in self._asked and self._walk.may_ask(u)]
        found = found[: max(0, most - len(self._asked))]
        self._asked.update(found)
        return found

    def hold(self, url: str, entries: list[Entry], *, sure: bool) -> None:
        """Keep what the feed or sitemap at `url` holds until all have come."""
        self._found[url] = (entries, sure)

    def release(self, since: str | None) -> list[tuple[str, list[Link]]]:
        """(address of the source, its articles), once all have come; each article once."""
        self.ready = True
        released = []
        for url, (entries, sure) in self._found.items():
            links: list[Link] = []
            if since is not None:
                entries = sorted(
                    (e for e in entries if not e.day or e.day >= since),
                    key=lambda e: e.day, reverse=True,
                )  # fmt: skip
            for entry in entries:
                link = self._link(entry.url, sure=sure)
                if link is not None and link[0] not in self.covered:
                    self.covered.add(link[0])
                    links.append(link)
            released.append((url, links))
        self._found.clear()
        return released

    def _link(self, url: str, *, sure: bool) -> Link | None:
        """The article at an address of a feed or sitemap, None where it is none of this site's."""
        rule = self._walk.is_article(url)
        if rule is False or not self._walk.may_ask(url):
            return None
        if rule is None and not sure:
            known = not self._shapes or address_shape(url) in self._shapes
            if not known or not may_be_story(url) or self._walk.is_section(url):
                return None
        return self._walk.name(url), url
