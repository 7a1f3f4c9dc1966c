"""One site's crawl: answers to requests go in, what to ask next comes out, all of it archived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Literal

from newsarchive import __version__
from newsarchive.crawl._worker import Page
from newsarchive.crawl.keeper import Keeper, digest
from newsarchive.crawl.progress import Progress
from newsarchive.crawl.reading import PageReader, ReaderFailed
from newsarchive.crawl.targets import Target
from newsarchive.crawl.walk import Link, Section, Walk
from newsarchive.model import Article, Capture, Listing, Problem, Reading
from newsarchive.urls import host_port, key

if TYPE_CHECKING:
    from newsarchive.archive import Archive
    from newsarchive.archive.warc import Exchange

PARSER = f"newsarchive/{__version__}"
_EMPTY = Reading(article=None, reason=None, listing=Listing())


def now() -> str:
    """This second, as all times of ours are written."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a crawl was asked for; see the command."""

    since: str | None = None
    limit: int | None = None
    full: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ask:
    """One page that the crawl wants. name: the article's key, for articles."""

    kind: Literal["home", "list", "article"]
    url: str
    section: Section | None = None
    name: str = ""
    refreshed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: content as it reads (its encoding undone), and the capture that keeps it.

    partial: the connection ended before the page did. refresh: the address to which the page's
    own markup sends a browser at once.
    """

    url: str
    content: bytes
    content_type: str | None
    capture: int
    fetched: datetime
    partial: bool = False
    refresh: str | None = None


@dataclass(slots=True)
class Counts:
    """What the summary tells."""

    requested: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    failed: int = 0
    refused: int = 0
    older: int = 0
    forbidden: int = 0


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
        from newsarchive.archive.warc import WarcWriter

        self.target = target
        self.options = options
        self.counts = Counts()
        self.stopped = False
        self._keeper = keeper
        self._reader = reader
        self._progress = progress
        self._started = monotonic()
        self._doubted = False
        self._said: set[str] = set()
        self._warc = WarcWriter(
            keeper.warc_dir,
            prefix=target.slug.replace(":", "_"),
            info={"software": PARSER, "isPartOf": target.slug, "robots": "classic"},
        )
        named = keeper.do_now(self._register)
        self.allowed = target.allowed(named)
        self.crawl = keeper.do_now(lambda a: a.begin_crawl(target.slug, now()))
        self.walk = Walk(
            target=target,
            allowed=self.allowed,
            since=options.since,
            limit=options.limit,
            full=options.full,
        )

    def _register(self, archive: Archive) -> set[tuple[str, int]]:
        target = self.target
        if target.site is not None:
            archive.register_site(target.site)
        else:
            archive.register_portal(target.slug, target.start)
        if target.named is not None:
            archive.name_host(target.slug, *target.named)
        return archive.named_hosts(target.slug)

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
        slug, since = self.target.slug, self.options.since
        rows = await self._keeper.do(lambda a: a.pending(slug, since=since))
        only = self.target.start if self.target.only_start else None
        links = [
            (name, url)
            for name, url, section in rows
            if self.walk.may_ask(url) and (only is None or section == only)
        ]
        return self.walk.take(None, links)

    async def _open(self, url: str, *, alone: bool = False) -> Section:
        complete = await self._keeper.do(lambda a: a.section_complete(self.target.slug, url))
        return self.walk.open(url, complete=complete, alone=alone)

    # Every response.

    async def keep(self, exchange: Exchange) -> int:
        """Write the exchange to the WARC file and record it; return the capture's id."""

        def work(archive: Archive) -> int:
            kept = self._warc.write(exchange)
            headers = {name.lower(): value for name, value in exchange.response_headers}
            return archive.add_capture(
                Capture(
                    record_id=kept.record_id,
                    site=self.target.slug,
                    url=exchange.url,
                    fetched=exchange.fetched,
                    status=exchange.status,
                    digest=digest(exchange, kept, self._warc.folder),
                    warc=kept.warc,
                    offset=kept.offset,
                    length=kept.length,
                    etag=headers.get("etag"),
                    last_modified=headers.get("last-modified"),
                    crawl=self.crawl,
                )
            )

        return await self._keeper.do(work)

    # What an answer means.

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
        known = await self._keeper.do(lambda a: a.known([name for name, _ in links]))
        fresh = self.walk.turn(section, answer.url, links, listing.next, known)
        if section.alone and section.pages == 1 and not links:
            self.fail(
                ask.url, "no articles found: it lists none (is it a section? has it changed?)"
            )
        taken = self.walk.take(section, fresh)
        if fresh:
            await self._keeper.do(lambda a: self._enqueue(a, section, fresh))
        self._progress.page(self, section.url)
        asks += [Ask(kind="article", url=u, section=section, name=n) for n, u in taken]
        return asks + await self._advance(section)

    async def _read_listing(self, ask: Ask, answer: Answer) -> Reading | None:
        try:
            if answer.content.strip():
                return await self._read(answer)
            why = "the page is empty (try again later; if it stays so, the address has changed)"
        except ReaderFailed as error:
            why = str(error)
            await self._problem(answer, why)
        self.fail(ask.url, why)
        assert ask.section is not None
        self.walk.fail(ask.section)
        return None

    def _enqueue(self, archive: Archive, section: Section, fresh: list[Link]) -> None:
        if not self._doubted:
            # Until this crawl is through, a known article proves nothing about those behind it:
            # it may be one that this crawl, killed before its end, has just stored.
            archive.doubt_sections(self.target.slug)
            for other in self.walk.sections.values():
                if other.done:
                    archive.set_section(self.target.slug, other.url, True, now())
            self._doubted = True
        archive.enqueue(self.target.slug, section.url, fresh, now())

    async def article(self, ask: Ask, answer: Answer) -> list[Ask]:
        """Take in a page expected to be an article; return what to ask next."""
        try:
            reading = await self._read(answer, links=False)
        except ReaderFailed as error:
            reading = Reading(article=None, reason=str(error), listing=Listing())
        article = reading.article
        day = article.published[:10] if article and article.published else None
        if article is None:
            await self._refuse(ask, answer, reading.reason or "not an article")
        elif self.options.since and day and day < self.options.since:
            self.counts.older += 1
            await self._keeper.do(lambda a: a.settle(ask.name, "skipped", day=day))
            self.walk.settle(ask.section, ask.name, older=True)
            return await self._advance(ask.section)
        else:
            await self._store(ask, answer, article)
        self.walk.settle(ask.section, ask.name)
        return await self._advance(ask.section)

    async def _store(self, ask: Ask, answer: Answer, article: Article) -> None:
        url, name = self._identity(answer.url, article)
        problems = list(article.problems)
        if answer.partial:
            problems.append(Problem(field="page", what="the connection ended before the page did"))

        def work(archive: Archive) -> str:
            seen = f"{answer.fetched:%Y-%m-%dT%H:%M:%SZ}"
            outcome = archive.store(
                article,
                site=self.target.slug,
                key=name,
                url=url,
                capture=answer.capture,
                seen=seen,
                parser=PARSER,
            )
            for problem in problems[len(article.problems) :]:
                archive.add_problem(
                    capture=answer.capture, field=problem.field, what=problem.what, seen=seen
                )
            archive.settle(ask.name, "done")
            return outcome

        outcome = await self._keeper.do(work)
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

    async def _refuse(self, ask: Ask, answer: Answer, why: str) -> None:
        self.counts.refused += 1

        def work(archive: Archive) -> None:
            archive.add_problem(capture=answer.capture, field="page", what=why, seen=now())
            archive.settle(ask.name, "refused")

        await self._keeper.do(work)

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
            await self._keeper.do(lambda a: a.settle(ask.name, "refused" if final else "failed"))
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
            slug, url = self.target.slug, section.url
            await self._keeper.do(lambda a: a.set_section(slug, url, True, now()))
        return []

    async def _read(self, answer: Answer, *, links: bool = True) -> Reading:
        if not answer.content.strip():
            return Reading(article=None, reason="the page is empty", listing=_EMPTY.listing)
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

    async def _problem(self, answer: Answer, why: str) -> None:
        await self._keeper.do(
            lambda a: a.add_problem(capture=answer.capture, field="page", what=why, seen=now())
        )

    def fail(self, url: str, why: str) -> None:
        """Report one failure."""
        self.counts.failed += 1
        self._progress.trouble(f"{url}: {why}")

    # The end.

    def finish(self) -> str:
        """Close the WARC file and the crawl's row; return the summary. From outside the loop."""
        self._alarm()
        counts = self.counts
        outcome = "finished"
        if self.stopped or self._keeper.broken:
            outcome = "stopped"
        elif counts.failed:
            outcome = "failed"
        elif self.walk.limited:
            outcome = "limited"

        def work(archive: Archive) -> None:
            self._warc.close()
            archive.end_crawl(
                self.crawl,
                finished=now(),
                outcome=outcome,
                requested=counts.requested,
                new=counts.new,
                changed=counts.changed,
                unchanged=counts.unchanged,
                failed=counts.failed,
            )

        if self._keeper.broken is None:
            self._keeper.do_now(work)
        return self._summary()

    def _alarm(self) -> None:
        """Silence is an alarm: a crawl that met no article at all has failed, and says so."""
        counts, walk = self.counts, self.walk
        if counts.failed or self.stopped or self._keeper.broken:
            return
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
