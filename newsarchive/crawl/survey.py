"""A look at a few pages of a portal, for the draft of its site file: no archive is written."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from newsarchive.crawl.budget import Budget
from newsarchive.crawl.targets import Target
from newsarchive.crawl.walk import Walk
from newsarchive.drafting.draft import ArticlePage, ListPage
from newsarchive.errors import NotAnArticle
from newsarchive.model import Step
from newsarchive.reader import page_tree, read
from newsarchive.reader.listed import listed
from newsarchive.reader.platforms import recognise
from newsarchive.sites._platforms import Platform

if TYPE_CHECKING:
    from newsarchive.archive.warc import Exchange

SECTIONS, SECONDS, ARTICLES = 3, 2, 6  # pages of each kind that are looked at, at most


@dataclass(frozen=True, slots=True)
class Look:
    """One page to be fetched. kind: home, list, second or article."""

    kind: str
    url: str
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as fetched."""

    look: Look
    url: str
    content: bytes
    content_type: str | None


class Survey:
    """What is fetched of one portal, and what next; stands where a crawl has its job.

    most: requests in all, robots.txt included.
    """

    def __init__(self, target: Target, *, most: int) -> None:
        self.target = target
        self.allowed = target.allowed()
        self.own = target.own()
        self.budget = Budget()
        self.requests = 0
        self.trouble: list[str] = []
        self.pages: list[Fetched] = []
        self.home: ListPage | None = None
        self.lists: list[ListPage] = []
        self.articles: list[ArticlePage] = []
        self.platform: Platform | None = None
        self._walk = Walk(target=target, allowed=self.allowed)
        self._left = most - 2  # robots.txt and the home
        self._waiting = 0

    # What the middlewares of a crawl ask of its job.

    async def keep(self, exchange: Exchange, _ask: object) -> int:
        """Count an answer; pages stay in memory."""
        self.requests += 1
        return self.requests

    def declared(self, sitemaps: list[str]) -> None:
        """Sitemaps are not looked at."""

    # What the spider asks.

    def start(self) -> Look:
        """The first page."""
        return Look("home", self.target.start)

    def take(self, page: Fetched) -> list[Look]:
        """Take in a page; return what to look at next."""
        self.pages.append(page)
        if page.look.kind == "article":
            reading = read(page.content, page.url, content_type=page.content_type, want_links=False)
            found = ArticlePage(url=page.url, article=reading.article, reason=reading.reason)
            self.articles.append(found)
            return []
        try:
            root = page_tree(page.content, page.content_type)
        except NotAnArticle as refusal:
            return self.missed(page.look, refusal.reason)
        reading = read(page.content, page.url, content_type=page.content_type, want_article=False)
        number = 2 if page.look.kind == "second" else 1
        told = ListPage(
            url=page.url, listing=reading.listing, listed=listed(root, page.url), number=number
        )
        if page.look.kind == "home":
            self.home, self.platform = told, recognise(root).platform
            urls = self._walk.new_sections(reading.listing.sections, here=page.url)
            return self._more([Look("list", url) for url in urls[:SECTIONS]]) or self._choose()
        self.lists.append(told)
        self._waiting -= 1
        seconds = sum(p.number == 2 for p in self.lists) + self._seconds
        if number == 1 and seconds < SECONDS and (further := self._second(told)) is not None:
            self._seconds += 1
            return self._more([further])
        return self._choose() if not self._waiting else []

    _seconds = 0

    def _second(self, page: ListPage) -> Look | None:
        following = page.listing.next
        if following is not None:
            return Look("second", following) if self._walk.may_ask(following) else None
        step = page.listing.step
        may = step is not None and self._walk.may_ask(step.url)
        return Look("second", step.url, step) if step is not None and may else None

    def missed(self, look: Look, why: str) -> list[Look]:
        """A page could not be had; return what to look at next."""
        self.trouble.append(f"{look.url}: {why}")
        if look.kind == "article":
            self.articles.append(ArticlePage(url=look.url, article=None, reason=why))
            return []
        if look.kind == "home":
            return []
        self._waiting -= 1
        return self._choose() if not self._waiting else []

    def _more(self, looks: list[Look]) -> list[Look]:
        taken = looks[: max(0, self._left)]
        self._left -= len(taken)
        self._waiting += sum(look.kind != "article" for look in taken)
        return taken

    def _choose(self) -> list[Look]:
        """Articles to look at, from all lists in turn."""
        lists = self.lists or ([self.home] if self.home is not None else [])
        rows = zip_longest(*(self._walk.links(page.listing) for page in lists))
        links = dict(link for link in chain.from_iterable(rows) if link is not None)
        return self._more([Look("article", url) for url in list(links.values())[:ARTICLES]])
