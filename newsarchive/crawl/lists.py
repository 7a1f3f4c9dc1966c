"""Which lists a crawl walks: sections, feeds, sitemaps, lists of scripts, and when each goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Literal
from urllib.parse import urljoin

from newsarchive.clock import instant, now
from newsarchive.crawl.ledger import Ledger
from newsarchive.crawl.section import Link, Section
from newsarchive.crawl.sources import MAX_FEEDS, MAX_SITEMAPS, Sources, read_feed, read_sitemap
from newsarchive.crawl.targets import Target
from newsarchive.crawl.values import Answer, Ask, Options
from newsarchive.crawl.walk import Walk
from newsarchive.model import Listing, Step
from newsarchive.urls import key

# How often feeds and sitemaps are looked through where the lists alone tell all that is new: they
# may name what no list does.
SOURCES_EVERY = timedelta(days=30)
_Source = Literal["feed", "sitemap"]


class Lists:
    """The lists of one crawl. fail: reports one failure, by address and reason.

    sections are walked from their first pages; feeds and sitemaps are asked beside those. Nothing
    goes on before all of these have come: then it is known what lists need not be walked. Where
    all sections are known to their ends, feeds and sitemaps wait until one of those does not join
    on to what is known.
    """

    def __init__(
        self,
        *,
        target: Target,
        options: Options,
        walk: Walk,
        ledger: Ledger,
        fail: Callable[[str, str], None],
    ) -> None:
        self._target = target
        self._options = options
        self._walk = walk
        self._ledger = ledger
        self._fail = fail
        self.sources = Sources(walk)
        self.sitemaps: list[str] = []
        self._held: list[Section] = []
        self._later: dict[str, _Source] = {}
        self._guessed = False

    async def start(self) -> list[Ask]:
        """The pages with which the crawl begins: the home, or the sections it was given."""
        met = [] if self._target.only_start else await self._ledger.calls()
        calls = await self.call_asks([*(Step(url=url) for url in self._target.calls), *met])
        starts = (self._target.start,) if self._target.only_start else self._target.sections
        if not starts:
            section = await self._open(self._target.start)
            self.sources.expect()
            return [await self._ask("home", section), *calls]
        asks = [
            await self._ask("list", await self._open(url, alone=True))
            for url in self._walk.new_sections(starts)
        ]
        self.sources.expect(len(asks))
        return asks + calls

    async def _open(self, url: str, *, alone: bool = False) -> Section:
        known = await self._ledger.section(url)
        if known.complete:
            return self._walk.open(
                url, complete=True, by=known.walked, newest=known.newest, alone=alone
            )
        return self._walk.open(
            url, complete=False, by=known.resumed or "", resume=known.resume, alone=alone
        )

    async def _ask(self, kind: Literal["home", "list", "feed", "sitemap"], section: Section) -> Ask:
        """The first page of a list; one that is known to its end may be asked by condition."""
        validators = None
        if section.complete and not self._options.full:
            validators = await self._ledger.list_validators(section.url)
        return Ask(kind=kind, url=section.url, section=section, validators=validators)

    async def opened(self, ask: Ask, answer: Answer, listing: Listing) -> list[Ask]:
        """Requests for lists that a page leads to: sections, feeds, sitemaps, calls of scripts."""
        section = ask.section
        assert section is not None
        asks: list[Ask] = []
        if ask.kind == "home" and section.pages == 0:
            urls = self._walk.new_sections(listing.sections, here=answer.url)
            asks = [await self._ask("list", await self._open(u)) for u in urls]
            self.sources.expect(len(asks))
        if not self._target.only_start:
            asks += await self._sources("sitemap", self.sitemaps)
        if ask.kind == "home" or section.alone:
            feeds = listing.feeds
            if self._target.only_start:  # a feed of the whole site holds what was not asked for
                feeds = tuple(url for url in feeds if url.startswith(answer.url.rstrip("/")))
            asks += await self._sources("feed", feeds)
        if not (listing.next or listing.step):
            asks += await self.call_asks(listing.calls)
        return asks

    async def _sources(self, kind: _Source, urls: Iterable[str]) -> list[Ask]:
        """Feeds or sitemaps that are wanted at once; others wait until they are."""
        lean = all(section.complete for section in self._walk.sections.values())
        if not lean or self._options.full:
            return await self._source_asks(kind, urls)
        due = []
        for url in urls:
            if url in self._later:
                continue
            self._later[url] = kind
            seen = await self._ledger.list_seen(url)
            if seen is None or instant(seen) + SOURCES_EVERY <= now():
                due.append(url)
        return await self._source_asks(kind, due)

    def _joins_on(self) -> bool:
        """Whether the lists alone tell all that is new."""
        sections = self._walk.sections.values()
        return any(s.seen for s in sections) and not any(s.gap for s in sections)

    async def _source_asks(self, kind: _Source, urls: Iterable[str]) -> list[Ask]:
        new = self.sources.new(urls, MAX_FEEDS if kind == "feed" else MAX_SITEMAPS)
        self.sources.expect(len(new))
        return [await self._ask(kind, await self._open(url)) for url in new]

    async def call_asks(self, calls: Iterable[Step]) -> list[Ask]:
        asks = []
        for step in self._walk.new_calls(calls):
            known = await self._ledger.section(step.name)
            if step.body:
                await self._ledger.note(step.name)
            if not self._walk.new_calls([step]):
                continue  # met in another page while the archive was asked
            section = self._walk.open(
                step.name, complete=known.complete, step=step,
                by=known.walked if known.complete else "", newest=known.newest,
            )  # fmt: skip
            asks.append(Ask(kind="list", url=step.url, section=section, step=step))
        return asks

    async def probed(self, section: Section, links: list[Link]) -> list[Ask]:
        """Take in the last page of a section, asked for what feeds and sitemaps know of it."""
        self._walk.probed(section, links, self.sources.covered)
        return await self.advance(section)

    async def articles(
        self, section: Section, links: list[Link], fresh: list[Link], *, page: str | None = None
    ) -> list[Ask]:
        """Requests for new articles of a section, once all that a page of it lists is recorded.

        page: its address, if a later crawl can go on from there.
        """
        taken = self._walk.take(section, fresh)
        if section.complete or section.whole or section.resume or section.pages < 2:
            page = None
        if links:
            await self._ledger.enqueue(section.url, links, page=page)
        kept = await self._ledger.unread([url for _, url in taken])
        return [
            Ask(kind="article", url=url, section=section, name=name, kept=url in kept)
            for name, url in taken
        ]

    async def source(self, ask: Ask, answer: Answer) -> list[Ask]:
        """Take in a feed or sitemap; return what to ask next."""
        section = ask.section
        assert section is not None
        read = read_feed if ask.kind == "feed" else read_sitemap
        told = await asyncio.to_thread(read, answer.content, answer.url)
        if told.trouble:
            if not self._guessed:
                await self._ledger.problem(answer, told.trouble)
            self._unread(ask, told.trouble)
        self.sources.hold(section.url, told.entries, sure=ask.kind == "feed")
        return await self._source_asks("sitemap", told.further) + await self.came(ask, section)

    async def lost(self, ask: Ask, why: str) -> list[Ask]:
        """A feed or sitemap could not be had; return what to ask next."""
        assert ask.section is not None
        self._unread(ask, why)
        return await self.came(ask, ask.section)

    def _unread(self, ask: Ask, why: str) -> None:
        # A failure only where it was read once: many a portal names a feed that it never had.
        assert ask.section is not None
        if ask.section.complete:
            self._fail(ask.url, why)
        self._walk.fail(ask.section)

    async def came(self, ask: Ask, section: Section) -> list[Ask]:
        """What follows an answer; the last of those waited for releases what was held back."""
        first = ask.kind != "list" or (section.pages <= 1 and ask.step is None)
        if first and not self.sources.ready:
            self.sources.came()
        if self.sources.ready or self.sources.waiting:
            return await self.advance(section)
        if self._later and not self._joins_on():
            later, self._later = self._later, {}
            asks = []
            for url, kind in later.items():
                asks += await self._source_asks(kind, [url])
            if asks:
                self._held.append(section)
                return asks
        if guess := self._guess():
            self._held.append(section)
            return await self._source_asks("sitemap", guess)
        asks = []
        for url, links in self.sources.release(self._options.since):
            source = self._walk.sections[key(url)]
            source.rest, source.whole = links, not links
            asks += await self.advance(source)
        held, self._held = [*self._held, section], []
        for other in dict.fromkeys(held):
            asks += await self.advance(other)
        return asks

    def _guess(self) -> list[str]:
        """The usual address of a sitemap, asked once where nothing leads past first pages."""
        if self._guessed or self._target.only_start or self.sources.asked:
            return []
        self._guessed = True
        sections = self._walk.sections.values()
        if any(s.next is not None or s.pages > 1 or s.complete for s in sections):
            return []
        if not any(section.seen for section in sections):
            return []
        return [urljoin(self._target.start, "/sitemap.xml")]

    async def advance(self, section: Section | None) -> list[Ask]:
        """The section's next page if its time has come; records a section that is through."""
        if section is None:
            return []
        if not self.sources.ready:
            self._held.append(section)
            return []
        asks: list[Ask] = []
        while section.rest and not asks:
            links = self._walk.next_links(section)
            if not links:
                return []
            seen = await self._ledger.look_up(links, section.by)
            fresh = self._walk.listed(section, links, seen.known)
            asks = await self.articles(section, links, fresh)
        if asks:
            return asks
        last = self._walk.probe(section, self.sources.covered)
        if last is not None:
            return [Ask(kind="list", url=last, section=section, probe=True)]
        following = self._walk.next_page(section)
        if isinstance(following, Step):
            return [Ask(kind="list", url=following.url, section=section, step=following)]
        if following is not None:
            return [Ask(kind="list", url=following, section=section)]
        self._say_scripted(section)
        if section.done and not self._walk.limited:
            await self._ledger.set_complete(section.url, newest=section.top)
        return []

    def _say_scripted(self, section: Section) -> None:
        """Report a section whose further pages only a script opens, unless a feed has them."""
        if not section.scripted or section.cut or section.seen <= self.sources.covered:
            return
        if section.complete and not section.gap:
            return  # nothing new can lie behind what it shows
        section.cut = True
        self._fail(
            section.url,
            f"only its first {len(section.seen)} articles are known: a script opens its further "
            "pages, and no address leads there",
        )
