"""The articles of one site's crawl: those left over, those that come, those that do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from newsarchive.crawl.ledger import Ledger
from newsarchive.crawl.lists import Lists
from newsarchive.crawl.pages import Pages
from newsarchive.crawl.pictures import Pictures
from newsarchive.crawl.section import Section
from newsarchive.crawl.shared.items import How, Settled
from newsarchive.crawl.tallies import Tallies
from newsarchive.crawl.targets import Target
from newsarchive.crawl.values import Answer, Ask, Counts, Options
from newsarchive.crawl.verdict import Verdict
from newsarchive.crawl.walk import Walk
from newsarchive.model import Article
from newsarchive.urls import host_port

if TYPE_CHECKING:
    from newsarchive.crawl.shared.share import Share

SEARCHED = 3  # articles of a section in whose scripts a longer list is looked for
SEARCHED_LATER = 40  # of those that an earlier crawl left over


class Articles:
    """What becomes of articles. told: told that one was stored, and of which section."""

    def __init__(
        self,
        *,
        target: Target,
        options: Options,
        ledger: Ledger,
        walk: Walk,
        lists: Lists,
        pages: Pages,
        pictures: Pictures,
        counts: Counts,
        verdict: Verdict,
        told: Callable[[str | None], None],
        share: Share | None = None,
    ) -> None:
        self._target = target
        self._options = options
        self._ledger = ledger
        self._walk = walk
        self._lists = lists
        self._pages = pages
        self._pictures = pictures
        self._counts = counts
        self._verdict = verdict
        self._told = told
        self._share = share
        self._allowed = target.allowed(ledger.named)
        self._searched = 0
        self.tallies = Tallies(counts, ledger.before)

    async def pending(self) -> list[Ask]:
        """Articles that an earlier crawl found and did not settle."""
        taken = self._walk.take(None, [(ask.name, ask.url) for ask in await self.left_over()])
        await self._ledger.lease(taken)
        return [Ask(kind="article", url=url, name=name, kept=True) for name, url in taken]

    async def left_over(self) -> list[Ask]:
        """The same without taking them in hand."""
        only = self._target.start if self._target.only_start else None
        return [
            Ask(kind="article", url=url, name=name)
            for name, url, section in await self._ledger.pending(self._options.since)
            if self._walk.may_ask(url) and (only is None or section == only)
        ]

    async def unread(self, ask: Ask) -> list[Ask] | None:
        """Take in what an earlier crawl kept of a page and did not come to read.

        Returns what to ask next; None where nothing is kept, so that it must be asked.
        """
        answer = await self._ledger.kept(ask.url) if ask.kept else None
        return None if answer is None else await self.take(ask, answer)

    async def take(self, ask: Ask, answer: Answer) -> list[Ask]:
        """Take in a page expected to be an article; return what to ask next."""
        wanted = ask.calls if ask.calls is not None else self.wants_calls(ask)
        reading = await self._pages.read(answer, calls=wanted)
        article = reading.article
        self._verdict.asked += 1
        day = article.published[:10] if article and article.published else None
        older = bool(self._options.since and day and day < self._options.since)
        if article is None:
            self._counts.refused += 1
            why = reading.reason or "not an article"
            self._verdict.lost_article("articles", why)
            await self._ledger.refuse(answer, link=ask.name, why=why)
        elif older:
            self._counts.older += 1
            await self._ledger.settle(ask.name, "skipped", day=day)
        else:
            await self._store(ask, answer, article)
        how: How = "refused" if article is None else "skipped" if older else "done"
        pictures = await self._pictures.asks(article) if article and not older else []
        settled = Settled(how=how, day=day, calls=reading.listing.calls)
        return pictures + await self._settled(ask, settled)

    async def _settled(self, ask: Ask, settled: Settled) -> list[Ask]:
        """It is known what became of an article: what follows, here or where its list is walked."""
        if self._share is not None:
            self._share.settled(ask, settled)
        return await self.follow(ask.section, ask.name, settled)

    async def follow(self, section: Section | None, name: str, settled: Settled) -> list[Ask]:
        """What follows for the walk, if it is this worker's, from what became of an article."""
        if self._share is not None and not self._share.walking:
            return []
        self._walk.settle(section, name, older=settled.how == "skipped")
        self._walk.dated(section, settled.day)
        return await self._lists.call_asks(settled.calls) + await self._lists.advance(section)

    def wants_calls(self, ask: Ask) -> bool:
        """Whether an article's scripts may ask for a list longer than its section's one page."""
        section = ask.section
        if section is None:  # left over by an earlier crawl, which may have met no such list
            self._searched += 1
            return self._searched <= SEARCHED_LATER
        if section.pages != 1 or section.next or section.searched >= SEARCHED:
            return False
        section.searched += 1
        return True

    async def _store(self, ask: Ask, answer: Answer, article: Article) -> None:
        url, name = self._identity(answer.url, article)
        outcome = await self._ledger.store(article, answer, link=ask.name, key=name, url=url)
        setattr(self._counts, outcome, getattr(self._counts, outcome) + 1)
        if outcome == "new":
            self.tallies.stored(ask.name, article, ask.section)
        self._told(ask.section.url if ask.section else None)

    def _identity(self, asked: str, article: Article) -> tuple[str, str]:
        """Address and key of the article: its canonical one, unless that is plainly not its own."""
        url = article.url or asked
        try:
            fits = host_port(url) in self._allowed and not self._walk.is_section(url)
        except ValueError:
            fits = False
        name = self._target.key(url) if fits else ""
        if not fits or "/" not in name:  # a portal that calls its home canonical everywhere
            url, name = asked, self._target.key(asked)
        return url, name

    async def lost(self, ask: Ask, why: str | None, *, kind: str, final: bool) -> list[Ask]:
        """An article could not be had; see `Job.missed`."""
        self.tallies.forget(ask.name)
        how: How = "refused" if final else "failed"
        if why is not None:
            self._verdict.asked += 1
            self._verdict.lost_article(kind, why)
            await self._ledger.settle(ask.name, how)
        return await self._settled(ask, Settled(how=how if why is not None else "forbidden"))
