"""One site's crawl: answers to requests go in, what to ask next comes out, all of it archived."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING

from newsarchive.crawl._worker import Page
from newsarchive.crawl.budget import Budget
from newsarchive.crawl.keeper import Keeper
from newsarchive.crawl.ledger import Ledger
from newsarchive.crawl.lists import Lists
from newsarchive.crawl.pictures import Pictures
from newsarchive.crawl.progress import Progress
from newsarchive.crawl.reading import PageReader, ReaderFailed
from newsarchive.crawl.rechecks import Rechecks, is_home
from newsarchive.crawl.section import Section
from newsarchive.crawl.sources import last_page
from newsarchive.crawl.tallies import Tallies
from newsarchive.crawl.targets import Target
from newsarchive.crawl.values import Answer, Ask, Counts, Options, keeping, links_of
from newsarchive.crawl.verdict import Verdict
from newsarchive.crawl.walk import Walk
from newsarchive.model import Article, Listing, Reading, Step
from newsarchive.urls import host_port, key

if TYPE_CHECKING:
    from newsarchive.archive.warc import Exchange

SEARCHED = 3  # articles of a section in whose scripts a longer list is looked for
SEARCHED_LATER = 40  # of those that an earlier crawl left over


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
        budget: Budget,
    ) -> None:
        self.target = target
        self.budget = budget
        self.options = options
        self.counts = Counts()
        self.stopped = False
        self.cut = False
        self._ledger = Ledger(target=target, options=options, keeper=keeper)
        self._reader = reader
        self._progress = progress
        self._started = monotonic()
        self._said: set[str] = set()
        self._searched = 0
        self._verdict = Verdict()
        self._tallies = Tallies(self.counts, self._ledger.before)
        self.allowed = target.allowed(self._ledger.named)
        self.walk = Walk(
            target=target,
            allowed=self.allowed,
            since=options.since,
            limit=options.limit,
            full=options.full,
        )
        self._pictures = Pictures(options=options, ledger=self._ledger, may_ask=self.walk.may_ask)
        self._rechecks = Rechecks(
            target=target,
            mode=options.recheck,
            ledger=self._ledger,
            counts=self.counts,
            read=self.read,
            is_list=lambda url: is_home(url, target.start) or self.walk.is_section(url),
            fail=self._broken,
        )
        self._lists = Lists(
            target=target, options=options, walk=self.walk, ledger=self._ledger, fail=self.fail
        )

    # What to ask first.

    async def start(self) -> list[Ask]:
        """The pages with which the crawl begins: the home, or the sections it was given."""
        return await self._lists.start()

    def declared(self, sitemaps: list[str]) -> None:
        """Take note of the sitemaps that robots.txt names."""
        self._lists.sitemaps += sitemaps

    async def pending(self) -> list[Ask]:
        """Articles that an earlier crawl found and did not settle."""
        only = self.target.start if self.target.only_start else None
        links = [
            (name, url)
            for name, url, section in await self._ledger.pending(self.options.since)
            if self.walk.may_ask(url) and (only is None or section == only)
        ]
        taken = self.walk.take(None, links)
        await self._ledger.lease(taken)
        return [Ask(kind="article", url=url, name=name, kept=True) for name, url in taken]

    async def unread(self, ask: Ask) -> list[Ask] | None:
        """Take in what an earlier crawl kept of a page and did not come to read.

        Returns what to ask next; None where nothing is kept, so that it must be asked.
        """
        answer = await self._ledger.kept(ask.url) if ask.kept else None
        return None if answer is None else await self.article(ask, answer)

    def rechecks(self) -> AsyncIterator[Ask]:
        """Known articles that are looked at again."""
        return self._rechecks.asks()

    # What an answer means.

    async def keep(self, exchange: Exchange, ask: Ask | None) -> int | None:
        """Archive the exchange before anyone interprets it; return the capture's id.

        ask: None for robots.txt. None comes back for what is the same as when last kept, and for
        a list of which that is not known yet.
        """
        return await self._ledger.keep(exchange, keeping(ask))

    async def listing(self, ask: Ask, answer: Answer) -> list[Ask]:
        """Take in a page of a section, or the home page; return what to ask next."""
        section = ask.section
        assert section is not None
        reading = await self._read_listing(ask, answer)
        if reading is None:
            return await self._lists.came(ask, section)
        listing = reading.listing
        await self._ledger.listed(answer, links_of(listing))
        if not (listing.articles or listing.sections or ask.refreshed) and answer.refresh:
            return [replace(ask, url=answer.refresh, refreshed=True)]
        links = self.walk.links(listing)
        self.counts.lists += 1
        if ask.probe:
            return await self._lists.probed(section, links)
        asks = await self._lists.opened(ask, answer, listing)
        self._lists.sources.learn(links)
        seen = await self._ledger.look_up(links, section.by)
        self.walk.dated(section, seen.newest)
        here = ask.step.name if ask.step is not None else answer.url
        following = listing.next or listing.step
        fresh = self.walk.turn(section, here, links, following, seen.known, seen.met)
        self._tallies.named(fresh, listing)
        section.scripted = section.scripted or (listing.scripted and not listing.calls)
        if section.pages == 1:
            section.last = last_page(listing)
        if section.alone and section.pages == 1 and not (links or asks):
            self.fail(
                ask.url, "no articles found: it lists none (is it a section? has it changed?)"
            )
        self._progress.page(self, section.url)
        page = ask.url if ask.step is None else None
        asks += await self._lists.articles(section, links, fresh, page=page)
        return asks + await self._lists.came(ask, section)

    async def source(self, ask: Ask, answer: Answer) -> list[Ask]:
        """Take in a feed or sitemap; return what to ask next."""
        return await self._lists.source(ask, answer)

    async def unchanged(self, ask: Ask) -> list[Ask]:
        """A list, feed or sitemap is as it was: take in what was kept of it."""
        kept = await self._ledger.kept_list(ask.url)
        if kept is None:
            return [replace(ask, validators=None)]
        if ask.kind in ("feed", "sitemap"):
            return await self.source(ask, kept)
        return await self.listing(ask, kept)

    async def _read_listing(self, ask: Ask, answer: Answer) -> Reading | None:
        try:
            if answer.content.strip():
                return await self._read(answer, links=True, step=ask.step)
            why = "the page is empty (try again later; if it stays so, the address has changed)"
        except ReaderFailed as error:
            why = str(error)
            await self._ledger.problem(answer, why)
        else:
            await self._ledger.keep_list(answer)
        assert ask.section is not None
        if ask.step is None or ask.section.pages:  # what a script asks may be no list
            self.fail(ask.url, why)
            self._verdict.lost_list("lists", f"{ask.url}: {why}")
        self.walk.fail(ask.section)
        return None

    async def article(self, ask: Ask, answer: Answer) -> list[Ask]:
        """Take in a page expected to be an article; return what to ask next."""
        try:
            reading = await self._read(answer, calls=self._wants_calls(ask.section))
        except ReaderFailed as error:
            reading = Reading(article=None, reason=str(error), listing=Listing())
        article = reading.article
        self._verdict.asked += 1
        day = article.published[:10] if article and article.published else None
        older = bool(self.options.since and day and day < self.options.since)
        if article is None:
            self.counts.refused += 1
            why = reading.reason or "not an article"
            self._verdict.lost_article("articles", f"{ask.url}: {why}")
            await self._ledger.refuse(answer, link=ask.name, why=why)
        elif older:
            self.counts.older += 1
            await self._ledger.settle(ask.name, "skipped", day=day)
        else:
            await self._store(ask, answer, article)
        self.walk.settle(ask.section, ask.name, older=older)
        self.walk.dated(ask.section, day)
        asks = await self._lists.call_asks(reading.listing.calls)
        if article is not None and not older:
            asks += await self._pictures.asks(article)
        return asks + await self._lists.advance(ask.section)

    def _wants_calls(self, section: Section | None) -> bool:
        """Whether an article's scripts may ask for a list longer than its section's one page."""
        if section is None:  # left over by an earlier crawl, which may have met no such list
            self._searched += 1
            return self._searched <= SEARCHED_LATER
        if section.pages != 1 or section.next or section.searched >= SEARCHED:
            return False
        section.searched += 1
        return True

    async def recheck(self, ask: Ask, status: int, answer: Answer) -> list[Ask]:
        """Take in another look at a known article; return what to ask next."""
        asks = await self._rechecks.answered(ask, status, answer)
        self._progress.page(self, None)
        return asks

    async def image(self, _ask: Ask, _answer: Answer) -> list[Ask]:
        """A picture came, and is kept; nothing follows from it."""
        return []

    async def _store(self, ask: Ask, answer: Answer, article: Article) -> None:
        url, name = self._identity(answer.url, article)
        outcome = await self._ledger.store(article, answer, link=ask.name, key=name, url=url)
        setattr(self.counts, outcome, getattr(self.counts, outcome) + 1)
        if outcome == "new":
            self._tallies.stored(ask.name, article, ask.section)
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
        self, ask: Ask, why: str | None, *, kind: str, final: bool, host: bool = False
    ) -> list[Ask]:
        """A page that could not be had; `why` is None where robots.txt forbids an article.

        kind: what that says of the site, one of trouble.KINDS. final: the portal's answer will not
        change (a 404), so the article is not asked again.
        host: it is the whole host that cannot be asked, which is said once.
        """
        if ask.probe:
            assert ask.section is not None
            return await self._lists.probed(ask.section, [])
        if ask.kind in ("feed", "sitemap"):
            return await self._lists.lost(ask, why or "robots.txt forbids it")
        if ask.kind == "recheck":
            return await self._rechecks.lost(ask, why or "robots.txt forbids it")
        if ask.kind == "image":
            if why is not None:
                self.fail(ask.url, f"the picture is not kept: {why}")
            return []
        if why is None:
            self.counts.forbidden += 1
        elif ask.step is not None and ask.section is not None and not ask.section.pages:
            pass  # what a script asks may be no list
        elif not host or why not in self._said:
            self.fail(ask.url, why)
            self._said.add(why)
        if ask.kind != "article":
            assert ask.section is not None
            self._verdict.lost_list(kind, f"{ask.url}: {why}")
            self.walk.fail(ask.section)
            return await self._lists.came(ask, ask.section)
        self._tallies.forget(ask.name)
        if why is not None:
            self._verdict.asked += 1
            self._verdict.lost_article(kind, f"{ask.url}: {why}")
            await self._ledger.settle(ask.name, "refused" if final else "failed")
        self.walk.settle(ask.section, ask.name)
        return await self._lists.advance(ask.section)

    async def read(self, answer: Answer) -> Reading:
        """Read a page for its article; never raises for what the page is."""
        try:
            return await self._read(answer)
        except ReaderFailed as error:
            return Reading(article=None, reason=str(error), listing=Listing())

    async def _read(
        self, answer: Answer, *, links: bool = False, step: Step | None = None, calls: bool = False
    ) -> Reading:
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
                step=step,
                calls=calls,
            )
        )

    def _broken(self, url: str, why: str, kind: str | None = None) -> None:
        """A look at known articles failed; kind: what most of them say of the site."""
        self.fail(url, why)
        if kind is not None:
            self._verdict.blame(kind, f"{url}: {why}")

    def fail(self, url: str, why: str) -> None:
        """Report one failure."""
        self.counts.failed += 1
        self._progress.trouble(f"{url}: {why}")

    # The end.

    async def end(self) -> None:
        """Take in what is known when no further answer comes."""
        if not self._ledger.broken:
            await self._rechecks.end()

    def finish(self) -> str:
        """Close what the crawl opened; return the summary. From outside the event loop."""
        broken = self._ledger.broken
        self.cut = self.cut and not self.stopped
        if not (self.stopped or self.cut or broken or self._verdict.lists_lost):
            self._alarm()
        self.counts.listed, self.counts.known = self.walk.met, self.walk.known
        self._verdict.settle(self.counts)
        if not broken:
            self._ledger.finish(self.counts, self._outcome())
        return self._summary()

    def _outcome(self) -> str:
        if self.stopped:
            return "stopped"
        if self.cut:
            return "budget"
        if self.counts.failed:
            return "failed"
        return "limited" if self.walk.limited else "finished"

    def _alarm(self) -> None:
        """Silence is an alarm: a crawl that met no article at all has failed, and says so."""
        counts, walk = self.counts, self.walk
        pages = sum(section.pages for section in walk.sections.values())
        if not walk.met and not walk.asked:
            self._broken(
                self.target.start,
                f"no articles found: {pages} page{'s' * (pages != 1)} held no link to one "
                "(is this the home, or a section, of a news portal?)",
                "no articles",
            )
        elif counts.forbidden and counts.forbidden == len(walk.asked) and not walk.known:
            self._broken(
                self.target.start,
                f"robots.txt forbids all {counts.forbidden} articles found",
                "robots",
            )

    def _summary(self) -> str:
        c = self.counts
        aside = [f"known {self.walk.known}"]
        aside += [
            f"{name} {count}"
            for name, count in (
                ("no article", c.refused), ("older", c.older), ("forbidden", c.forbidden),
                ("rechecked", c.rechecked), ("gone", c.gone), ("returned", c.returned),
            )
            if count
        ]  # fmt: skip
        return (
            f"{self.target.slug}: requested {c.requested}, new {c.new}, changed {c.changed}, "
            f"unchanged {c.unchanged}, failed {c.failed} "
            f"({', '.join(aside)}, {monotonic() - self._started:.1f} s)"
        )
