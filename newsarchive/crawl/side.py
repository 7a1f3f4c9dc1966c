"""What the crawl of a site offers to its share in a crawl by several workers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable

from newsarchive.crawl.articles import Articles
from newsarchive.crawl.ledger import Ledger
from newsarchive.crawl.section import Link, Section
from newsarchive.crawl.shared.items import Item, Settled, digest
from newsarchive.crawl.values import Ask, Options
from newsarchive.crawl.walk import Walk
from newsarchive.urls import key


class Side:
    """The crawl of one site, as its share sees it. start: what a walk asks first."""

    def __init__(
        self,
        *,
        options: Options,
        ledger: Ledger,
        walk: Walk,
        articles: Articles,
        start: Callable[[], Awaitable[list[Ask]]],
    ) -> None:
        self.walk = walk
        self.wants_calls = articles.wants_calls
        self.left_over = articles.left_over
        self.in_archive = ledger.in_archive
        self._options = options
        self._ledger = ledger
        self._articles = articles
        self._start = start

    @property
    def knows_site(self) -> bool:
        """Whether the lists of the site were walked into this archive before."""
        return bool(self._ledger.floor)

    async def known_ids(self) -> list[str]:
        """Ids of all articles that this archive has, or knows not to be any."""
        return await self._ledger.all_known(digest)

    async def begin_walk(self, articles: int) -> list[Ask]:
        """What to ask first; articles: how many the crawl has found already."""
        if self._options.limit is not None:
            self.walk.allow(self._options.limit - articles)
        return await self._start()

    def may_take(self, item: Item) -> bool:
        """Whether an item is of this site, and what it says of itself is true."""
        if not self.walk.may_ask(item.url):
            return False
        return item.kind != "article" or self.walk.name(item.url) == item.name

    async def take_over(self, items: list[Item]) -> list[Ask]:
        """Take these in hand: what to ask for them."""
        links: defaultdict[str | None, list[Link]] = defaultdict(list)
        for item in items:
            if item.kind == "article":
                links[item.section].append((item.name, item.url))
        for section, found in links.items():
            await self._ledger.take_over(found, section)
        return [
            Ask(
                kind=item.kind,
                url=item.url,
                name=item.name,
                section=self._section(item),
                kept=item.kind == "article",
                lease=item.id,
                calls=item.calls,
            )
            for item in items
        ]

    def _section(self, item: Item) -> Section | None:
        """The section in which an item was found, where this worker walks it."""
        if item.section is None:
            return None
        found = self.walk.sections.get(item.section)
        return found or self.walk.sections.get(key(item.section))

    async def settled_elsewhere(
        self, item: Item, settled: Settled, *, own: bool = False
    ) -> list[Ask]:
        """Take in what became of an article; return what follows for the walk.

        own: it was this worker that settled it, and its archive knows.
        """
        if not own:
            await self._ledger.settle_elsewhere(item.name, settled.how, day=settled.day)
        return await self._articles.follow(self._section(item), item.name, settled)

    async def left_out(self, item: Item) -> list[Ask]:
        """An article is not asked, for --limit allows no more; return what follows."""
        section = self._section(item)
        if section is not None:
            section.cut = True
        return await self._articles.follow(section, item.name, Settled(how="failed"))
