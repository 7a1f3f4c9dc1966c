"""One site's crawl: answers to requests go in, what to ask next comes out, all of it archived."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from newsarchive.crawl._worker import Page
from newsarchive.crawl.keeper import Keeper
from newsarchive.crawl.ledger import Ledger
from newsarchive.crawl.progress import Progress
from newsarchive.crawl.reading import PageReader, ReaderFailed
from newsarchive.crawl.targets import Target
from newsarchive.crawl.values import Answer, Ask, Counts, Options
from newsarchive.crawl.walk import Link, Section, Walk
from newsarchive.model import Article, Listing, Reading
from newsarchive.urls import host_port, key

if TYPE_CHECKING:
    from newsarchive.archive.warc import Exchange


class Job:
    """The crawl of one site into one archive. Made by the runner, driven by the spider."""

    def __init__(
        self,
        *,
        target: Target,
        options: Options,
        keeper: Keeper,
        reader: PageReader,
        progress: Progress,
    ) -> None:
        self.target = target
        self.options = options
        self.counts = Counts()
        self.stopped = False
        self._ledger = Ledger(target=target, keeper=keeper)
        self._reader = reader
        self._progress = progress
        self._started = monotonic()
        self._said: set[str] = set()
        self.allowed = target.allowed(self._ledger.named)
        self.walk = Walk(
            target=target,
            allowed=self.allowed,
            since=options.since,
            limit=options.limit,
            full=options.full,
        )

    # What to ask first.

    async def start(self) -> list[Ask]:
        """The pages with which the crawl begins: the home, or the sections it was given."""
        starts = (self.target.start,) if self.target.only_start else self.target.sections
        if not starts:
            section = await self._open(self.target.start)
            return [Ask(kind="home", url=self.target.start, section=section)]
        return [
            Ask(kind="list", url=url, section=await self._open(url, alone=True))
            for url in self.walk.new_sections(starts)
        ]

    async def pending(self) -> list[Link]:
        """Articles that an earlier crawl found and did not settle."""
        only = self.target.start if self.target.only_start else None
        links = [
            (name, url)
            for name, url, section in await self._ledger.pending(self.options.since)
            if self.walk.may_ask(url) and (only is None or section == only)
        ]
        return self.walk.take(None, links)

    async def _open(self, url: str, *, alone: bool = False) -> Section:
        complete = await self._ledger.complete(url)
        return self.walk.open(url, complete=complete, alone=alone)

    # What an answer means.

    async def keep(self, exchange: Exchange) -> int:
        """Archive the exchange before anyone interprets it; return the capture's id."""
        return await self._ledger.keep(exchange)

    async def listing(self, ask: Ask, answer: Answer) -> list[Ask]:
        """Take in a page of a section, or the home page; return what to ask next."""
        section = ask.section
        assert section is not None
        reading = await self._read_listing(ask, answer)
        if reading is None:
            return await self._advance(section)
        listing = reading.listing
        if not (listing.articles or listing.sections or ask.refreshed) and answer.refresh:
            return [Ask(kind=ask.kind, url=answer.refresh, section=section, refreshed=True)]
        opened = []
        if ask.kind == "home" and section.pages == 0:
            opened = self.walk.new_sections(listing.sections, here=answer.url)
        asks = [Ask(kind="list", url=u, section=await self._open(u)) for u in opened]
        links = self.walk.links(listing)
        known = await self._ledger.known(links)
        fresh = self.walk.turn(section, answer.url, links, listing.next, known)
        if section.alone and section.pages == 1 and not links:
            self.fail(
                ask.url, "no articles found: it lists none (is it a section? has it changed?)"
            )
        taken = self.walk.take(section, fresh)
        if fresh:
            through = [other.url for other in self.walk.sections.values() if other.done]
            await self._ledger.enqueue(section.url, fresh, through=through)
        self._progress.page(self, section.url)
        asks += [Ask(kind="article", url=u, section=section, name=n) for n, u in taken]
        return asks + await self._advance(section)

    async def _read_listing(self, ask: Ask, answer: Answer) -> Reading | None:
        try:
            if answer.content.strip():
                return await self._read(answer, links=True)
            why = "the page is empty (try again later; if it stays so, the address has changed)"
        except ReaderFailed as error:
            why = str(error)
            await self._ledger.problem(answer, why)
        self.fail(ask.url, why)
        assert ask.section is not None
        self.walk.fail(ask.section)
        return None

    async def article(self, ask: Ask, answer: Answer) -> list[Ask]:
        """Take in a page expected to be an article; return what to ask next."""
        try:
            reading = await self._read(answer, links=False)
        except ReaderFailed as error:
            reading = Reading(article=None, reason=str(error), listing=Listing())
        article = reading.article
        day = article.published[:10] if article and article.published else None
        older = bool(self.options.since and day and day < self.options.since)
        if article is None:
            self.counts.refused += 1
            why = reading.reason or "not an article"
            await self._ledger.refuse(answer, link=ask.name, why=why)
        elif older:
            self.counts.older += 1
            await self._ledger.settle(ask.name, "skipped", day=day)
        else:
            await self._store(ask, answer, article)
        self.walk.settle(ask.section, ask.name, older=older)
        return await self._advance(ask.section)

    async def _store(self, ask: Ask, answer: Answer, article: Article) -> None:
        url, name = self._identity(answer.url, article)
        outcome = await self._ledger.store(article, answer, link=ask.name, key=name, url=url)
        setattr(self.counts, outcome, getattr(self.counts, outcome) + 1)
        self._progress.page(self, ask.section.url if ask.section else None)

    def _identity(self, asked: str, article: Article) -> tuple[str, str]:
        """Address and key of the article: its canonical one, unless that is plainly not its own."""
        url = article.url or asked
        try:
            fits = host_port(url) in self.allowed and key(url) not in self.walk.sections
        except ValueError:
            fits = False
        name = self.target.key(url) if fits else ""
        if not fits or "/" not in name:  # a portal that calls its home canonical everywhere
            url, name = asked, self.target.key(asked)
        return url, name

    async def missed(
        self, ask: Ask, why: str | None, *, final: bool, host: bool = False
    ) -> list[Ask]:
        """A page that could not be had; `why` is None where robots.txt forbids an article.

        final: the portal's answer will not change (a 404), so the article is not asked again.
        host: it is the whole host that cannot be asked, which is said once.
        """
        if why is None:
            self.counts.forbidden += 1
        elif not host or why not in self._said:
            self.fail(ask.url, why)
            self._said.add(why)
        if ask.kind != "article":
            assert ask.section is not None
            self.walk.fail(ask.section)
        elif why is not None:
            await self._ledger.settle(ask.name, "refused" if final else "failed")
        self.walk.settle(ask.section, ask.name)
        return await self._advance(ask.section)

    async def _advance(self, section: Section | None) -> list[Ask]:
        """The section's next page if its time has come; records a section that is through."""
        if section is None:
            return []
        following = self.walk.next_page(section)
        if following is not None:
            return [Ask(kind="list", url=following, section=section)]
        if section.done and not self.walk.limited:
            await self._ledger.set_complete(section.url)
        return []

    async def _read(self, answer: Answer, *, links: bool) -> Reading:
        if not answer.content.strip():
            return Reading(article=None, reason="the page is empty", listing=Listing())
        return await self._reader.read(
            Page(
                content=answer.content,
                url=answer.url,
                content_type=answer.content_type,
                fetched=answer.fetched,
                site=self.target.site.slug if self.target.site else None,
                links=links,
            )
        )

    def fail(self, url: str, why: str) -> None:
        """Report one failure."""
        self.counts.failed += 1
        self._progress.trouble(f"{url}: {why}")

    # The end.

    def finish(self) -> str:
        """Close what the crawl opened; return the summary. From outside the event loop."""
        broken = self._ledger.broken
        if not (self.counts.failed or self.stopped or broken):
            self._alarm()
        if not broken:
            self._ledger.finish(self.counts, self._outcome())
        return self._summary()

    def _outcome(self) -> str:
        if self.stopped:
            return "stopped"
        if self.counts.failed:
            return "failed"
        return "limited" if self.walk.limited else "finished"

    def _alarm(self) -> None:
        """Silence is an alarm: a crawl that met no article at all has failed, and says so."""
        counts, walk = self.counts, self.walk
        pages = sum(section.pages for section in walk.sections.values())
        if not walk.met and not walk.asked:
            self.fail(
                self.target.start,
                f"no articles found: {pages} page{'s' * (pages != 1)} held no link to one "
                "(is this the home, or a section, of a news portal?)",
            )
        elif counts.forbidden and counts.forbidden == len(walk.asked) and not walk.known:
            self.fail(
                self.target.start, f"robots.txt forbids all {counts.forbidden} articles found"
            )

    def _summary(self) -> str:
        c = self.counts
        aside = [f"known {self.walk.known}"]
        aside += [
            f"{name} {count}"
            for name, count in (
                ("no article", c.refused), ("older", c.older), ("forbidden", c.forbidden),
            )
            if count
        ]  # fmt: skip
        return (
            f"{self.target.slug}: requested {c.requested}, new {c.new}, changed {c.changed}, "
            f"unchanged {c.unchanged}, failed {c.failed} "
            f"({', '.join(aside)}, {monotonic() - self._started:.1f} s)"
        )
