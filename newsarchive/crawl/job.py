"""One site's crawl: answers to requests go in, what to ask next comes out, all of it archived."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING

from newsarchive.crawl.articles import Articles
from newsarchive.crawl.budget import Budget
from newsarchive.crawl.closing import alarm, summary
from newsarchive.crawl.keeper import Keeper
from newsarchive.crawl.ledger import Ledger
from newsarchive.crawl.lists import Lists
from newsarchive.crawl.pages import Pages
from newsarchive.crawl.pictures import Pictures
from newsarchive.crawl.progress import Progress
from newsarchive.crawl.reading import PageReader, ReaderFailed
from newsarchive.crawl.rechecks import Rechecks, is_home
from newsarchive.crawl.side import Side
from newsarchive.crawl.sources import last_page
from newsarchive.crawl.targets import Target
from newsarchive.crawl.values import Answer, Ask, Counts, Options, keeping, links_of
from newsarchive.crawl.verdict import Verdict
from newsarchive.crawl.walk import Walk
from newsarchive.model import Reading
from newsarchive.pictures import is_picture

if TYPE_CHECKING:
    from newsarchive.archive.warc import Exchange
    from newsarchive.crawl.shared.share import Share


TORN = "the connection ended before the page did"


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
        share: Share | None = None,
    ) -> None:
        self.target = target
        self.budget = budget
        self.options = options
        self.share = share
        self.counts = Counts()
        self.stopped = False
        self.cut = False
        self._ledger = Ledger(target=target, options=options, keeper=keeper)
        self._pages = pages = Pages(target, reader)
        self._progress = progress
        self._started = monotonic()
        self._said: set[str] = set()
        self._told: str | None = None  # the summary, once the crawl is recorded
        self._verdict = Verdict()
        self.allowed = target.allowed(self._ledger.named)
        self.own = target.own(self._ledger.named)
        self.walk = Walk(
            target=target,
            allowed=self.allowed,
            since=options.since,
            limit=options.limit,
            full=options.full,
        )
        pictures = Pictures(options=options, ledger=self._ledger, may_ask=self.walk.may_ask)
        self._rechecks = Rechecks(
            target=target,
            mode=options.recheck,
            ledger=self._ledger,
            counts=self.counts,
            read=pages.read,
            pictures=pictures.again,
            is_list=lambda url: is_home(url, target.start) or self.walk.is_section(url),
            fail=self._broken,
        )
        self._lists = Lists(
            target=target, options=options, walk=self.walk, ledger=self._ledger, fail=self.fail
        )
        self._articles = Articles(
            target=target,
            options=options,
            ledger=self._ledger,
            walk=self.walk,
            lists=self._lists,
            pages=pages,
            pictures=pictures,
            counts=self.counts,
            verdict=self._verdict,
            told=lambda section: progress.page(self, section),
            share=share,
        )
        self.left_unread = self._rechecks.left_unread
        self.pending = self._articles.pending
        self.unread = self._articles.unread
        self.article = self._articles.take
        self.rechecks = self._rechecks.asks
        if share is not None:
            side = Side(
                options=options,
                ledger=self._ledger,
                walk=self.walk,
                articles=self._articles,
                start=self.start,
            )
            share.bind(self, side)

    # What to ask first.

    async def start(self) -> list[Ask]:
        """The pages with which the crawl begins: the home, or the sections it was given."""
        return await self._lists.start()

    def declared(self, sitemaps: list[str]) -> None:
        """Take note of the sitemaps that robots.txt names."""
        self._lists.sitemaps += sitemaps

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
        self._articles.tallies.named(links, seen.known, listing)
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
                return await self._pages.look(answer, step=ask.step)
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

    async def recheck(self, ask: Ask, status: int, answer: Answer) -> list[Ask]:
        """Take in another look at a known article; return what to ask next."""
        asks = await self._rechecks.answered(ask, status, answer)
        self._progress.page(self, None)
        return asks

    async def image(self, ask: Ask, answer: Answer) -> list[Ask]:
        """A picture came, and is kept; nothing follows from it, unless it is none."""
        if is_picture(answer.content):
            return []
        why = "the answer is no picture (try again later)"
        return await self.missed(ask, why, kind="unreachable", final=False)

    async def torn(self, ask: Ask, answer: Answer) -> list[Ask]:
        """Only a part of a page came; it is kept, and asked again by the next crawl."""
        await self._ledger.problem(answer, TORN)
        return await self.missed(ask, f"{TORN} (try again later)", kind="unreachable", final=False)

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
            return await self._rechecks.lost(ask, why or "robots.txt forbids it", kind)
        if ask.kind == "image":
            if why is not None:
                self.fail(ask.url, f"the picture is not kept: {why}")
                await self._ledger.picture_lost(ask.url, why, soon=not final)
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
            if ask.step is None or ask.section.pages:
                self._verdict.lost_list(kind, f"{ask.url}: {why}")
            self.walk.fail(ask.section)
            return await self._lists.came(ask, ask.section)
        return await self._articles.lost(ask, why, kind=kind, final=final)

    def _broken(self, url: str, why: str, kind: str | None = None) -> None:
        """A look at known articles failed; kind: what most of them say of the site."""
        self.fail(url, why)
        if kind is not None:
            self._verdict.blame(kind, f"{url}: {why}")

    def fail(self, url: str, why: str) -> None:
        """Report one failure."""
        self.counts.failed += 1
        self._progress.trouble(f"{url}: {why}", site=self.target.slug)

    # The end.

    async def end(self, *, well: bool) -> None:
        """Take in what is known when no further answer comes. well: it came to its end by itself,
        and is recorded now: another site, slow or dead, may hold up the run for long."""
        if self._ledger.broken:
            return
        await self._rechecks.end()
        if well and self.share is None and not (self.stopped or self.cut):
            self._conclude()
            await self._ledger.end(self.counts, self._outcome())
            self._told = self._tell()

    def finish(self) -> str:
        """Close what the crawl opened; return the summary. From outside the event loop."""
        if self._told is not None:
            return self._told
        self.cut = self.cut and not self.stopped
        self._conclude()
        if not self._ledger.broken:
            self._ledger.finish(self.counts, self._outcome())
        return self._tell()

    def _conclude(self) -> None:
        quiet = not (self.stopped or self.cut or self._ledger.broken or self._verdict.lists_lost)
        quiet = quiet and (self.share is None or self.share.walked)
        if quiet and (wrong := alarm(self.counts, self.walk)) is not None:
            self._broken(self.target.start, wrong[1], wrong[0])
        self.counts.listed, self.counts.known = self.walk.named, self.walk.known
        self._verdict.settle(self.counts)

    def _tell(self) -> str:
        seconds = monotonic() - self._started
        if self._progress.log is not None:
            self._progress.log.site(self.target.slug, self._outcome(), self.counts, seconds=seconds)
        more = f"; ended by {self.budget.spent}, the rest is for the next run" if self.cut else ""
        more += self.share.summary if self.share is not None else ""
        return summary(self.target.slug, self.counts, seconds, more)

    def _outcome(self) -> str:
        if self.stopped:
            return "stopped"
        if self.cut:
            return "budget"
        if self.counts.failed:
            return "failed"
        return "limited" if self.walk.limited else "finished"
