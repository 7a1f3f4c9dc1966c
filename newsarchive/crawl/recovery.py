"""The recovery of one site out of a web archive: what to ask it next, what its answers mean.

First its index is read to the end, then each article's best capture is fetched, then the others;
whatever was answered is recorded, so that a run that ends at any point is taken up by the next.

robots.txt is not asked there. The indexes and replays of web archives are published for programs;
their robots.txt speaks to search engines, and Common Crawl's ('Disallow: /') would forbid the very
interface that its documentation explains. What protects them is the pace: one request at a time,
seconds apart, and an end where they refuse.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from newsarchive.archive.bodies import decoded
from newsarchive.archive.recoveries import Found, Span
from newsarchive.crawl._worker import Page
from newsarchive.crawl.keeper import Keeper
from newsarchive.crawl.progress import Progress
from newsarchive.crawl.reading import PageReader, ReaderFailed
from newsarchive.crawl.recovery_capture import (
    Reply,
    Sources,
    reader_of,
    redirected,
    refusal,
)
from newsarchive.crawl.recovery_index import Index, Listing
from newsarchive.crawl.recovery_ledger import RecoveryLedger
from newsarchive.crawl.recovery_pages import captures, hosts_of, identity, is_of
from newsarchive.crawl.targets import Target
from newsarchive.crawl.values import Answer, Counts
from newsarchive.errors import FetchError
from newsarchive.hosts import Server
from newsarchive.model import Listing as Links
from newsarchive.model import Reading

if TYPE_CHECKING:
    from newsarchive.crawl.job import Job

AT_ONCE = 100  # captures that are looked up at a time
LISTED = 64 * 2**20  # bytes of a list of captures
HOPS = 5  # redirects of the web archive on the way to a capture
IN_A_ROW = 3  # requests that come to nothing before the run ends
LOST_IN_A_ROW = 20  # captures that are not there, as the index has some


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What a run is to do. limit: captures that it fetches at most. again: read the index anew.

    about: what WARC files tell of the settings under which they were made.
    """

    index: Index
    sources: Sources
    span: Span
    limit: int | None = None
    again: bool = False
    about: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The web archive."""
        return self.index.source


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryAsk:
    """One request: for the lists of an index, a page of one, or a capture."""

    url: str
    listing: Listing | None = None
    resume: str | None = None
    found: Found | None = None
    headers: dict[str, str] = field(default_factory=dict)
    hops: int = 0


class RecoveryJob:
    """One run. Made by `recovery_run`, driven by the spider: each answer leads to one request."""

    def __init__(
        self,
        *,
        target: Target,
        recovery: Recovery,
        keeper: Keeper,
        reader: PageReader,
        progress: Progress,
        allowed: frozenset[Server],
        own: frozenset[Server],
    ) -> None:
        self.target = target
        self.allowed = allowed  # of the web archive: what the gate lets through
        self.own = own  # those of them that the user named, which may be anywhere
        self.counts = Counts()
        self.stopped = False
        self.going: Callable[[], bool] = lambda: True  # whether nobody wants the run to stop
        self._recovery = recovery
        self._ledger = RecoveryLedger(
            target=target, source=recovery.name, keeper=keeper, about=recovery.about
        )
        self._reader = reader
        self._progress = progress
        self._take = reader_of(recovery.name)
        self._lists: deque[Listing] | None = None
        self._arranged = False
        self._waiting: deque[Found] = deque()
        self._fetched = self._known = self._withheld = 0
        self._in_vain = self._lost = 0
        self._ended = False

    # What to ask.

    async def start(self) -> RecoveryAsk | None:
        """The first request; None where there is nothing to do."""
        if self._recovery.again:
            await self._ledger.do(lambda ours: ours.forget_lists())
        index = self._recovery.index
        if index.start is not None:
            return RecoveryAsk(url=index.start)
        self._lists = deque(index.begin(b""))
        return await self.next()

    async def next(self) -> RecoveryAsk | None:
        """The next request; None where this run has no more."""
        if self._ended:
            return None
        return await self._next_page() or await self._next_capture()

    async def _next_page(self) -> RecoveryAsk | None:
        while self._lists:
            listing = self._lists[0]
            resume, done = await self._ledger.list_state(listing)
            if not done:
                url = self._recovery.index.address(listing, resume)
                return RecoveryAsk(url=url, listing=listing, resume=resume)
            self._lists.popleft()
        return None

    async def _next_capture(self) -> RecoveryAsk | None:
        span = self._recovery.span
        if not self._arranged:
            self._arranged = True
            await self._ledger.do(lambda ours: ours.arrange(span))
        while self._recovery.limit is None or self._fetched < self._recovery.limit:
            if not self._waiting:
                self._waiting.extend(await self._ledger.do(lambda o: o.wanted(span, AT_ONCE)))
            if not self._waiting or not self.going():
                return None
            found = self._waiting.popleft()
            held = await self._ledger.held(found)
            if held is None:
                url, headers = self._recovery.sources.request(found)
                return RecoveryAsk(url=url, found=found, headers=headers)
            self._known += 1
            if isinstance(held, Answer):
                await self._read(found, held)
            else:
                await self._ledger.settle(found, held)
            self._show(found.url)
        return None

    # What an answer means.

    async def answered(self, ask: RecoveryAsk, reply: Reply) -> RecoveryAsk | None:
        """Take in an answer; return what to ask next."""
        further = None
        try:
            if ask.found is not None:
                further = await self._capture(ask, ask.found, reply)
            else:
                await self._listed(ask, reply)
        except FetchError as error:
            return await self.missed(ask, str(error), lost=reply.status == 404)
        if further is not None:
            return further
        self._in_vain = self._lost = 0
        return await self.next()

    async def _listed(self, ask: RecoveryAsk, reply: Reply) -> None:
        index = self._recovery.index
        body = decoded(reply.body, reply.headers, most=LISTED)
        if ask.listing is None:
            if reply.status != 200:
                raise FetchError(refusal(reply.status))
            self._lists = deque(index.begin(body))
            return
        listing = ask.listing
        told = index.read(listing, ask.resume, reply.status, body)
        if told is None:
            raise FetchError(refusal(reply.status))
        if told.resume is not None and told.resume == ask.resume:
            raise FetchError("the web archive's index goes in a circle")
        found = list(captures(told.rows, self.target, index, self._recovery.span))
        done = told.resume is None
        await self._ledger.do(
            lambda ours: ours.add(listing.name, found, resume=told.resume, done=done)
        )
        self._show(listing.name)

    async def _capture(self, ask: RecoveryAsk, found: Found, reply: Reply) -> RecoveryAsk | None:
        if (target := redirected(reply)) is not None:
            if ask.hops >= HOPS:
                raise FetchError("the web archive sends us from capture to capture without end")
            return RecoveryAsk(url=target, found=found, hops=ask.hops + 1)
        taken = self._take(reply, found)
        if not is_of(self.target, taken.url):
            raise FetchError(f"the web archive shows a capture of another host, {taken.url}")
        self._fetched += 1
        capture = await self._ledger.keep(taken)
        if taken.status == 200:
            await self._read(found, taken.answer(capture))
        else:
            await self._refuse(found, capture, f"captured with status {taken.status}")
        self._show(taken.url)
        return None

    async def _read(self, found: Found, answer: Answer) -> None:
        """Read a page that is kept, and store its article."""
        reading = await self._reading(answer)
        if reading.article is None:
            await self._refuse(found, answer.capture, reading.reason or "not an article")
            return
        url, key = identity(self.target, answer.url, reading.article)
        outcome = await self._ledger.store(reading.article, answer, found, key=key, url=url)
        if outcome == "withheld":
            self._withheld += 1
        else:
            setattr(self.counts, outcome, getattr(self.counts, outcome) + 1)

    async def _refuse(self, found: Found, capture: int | None, why: str) -> None:
        self.counts.refused += 1
        self._waiting.clear()  # it may be another's turn now
        await self._ledger.refuse(found, capture, why)

    async def _reading(self, answer: Answer) -> Reading:
        site = self.target.site
        page = Page(
            content=answer.content,
            url=answer.url,
            content_type=answer.content_type,
            fetched=answer.fetched,
            site=site.slug if site is not None else None,
            links=False,
        )
        why = "the page is empty"
        try:
            if answer.content.strip():
                return await self._reader.read(page)
        except ReaderFailed as error:
            why = str(error)
        return Reading(article=None, reason=why, listing=Links())

    async def missed(
        self, ask: RecoveryAsk, why: str, *, refused: bool = False, lost: bool = False
    ) -> RecoveryAsk | None:
        """A request came to nothing; return what to ask next.

        refused: the web archive wants to be left alone, so that the run ends here. lost: it says
        that it does not have what was asked for.
        """
        self._lost += lost
        self._in_vain += not lost
        self._ended = refused or self._in_vain >= IN_A_ROW or self._lost >= LOST_IN_A_ROW
        if ask.found is None:
            self._lists = deque(list(self._lists or ())[1:])
        elif not refused:
            await self._ledger.settle(ask.found, "failed")
        if self._ended:
            why += "; ended here, the same command goes on"
        where = f"{ask.listing.api} ({ask.listing.name})" if ask.listing is not None else ask.url
        self.fail(where, why)
        return await self.next()

    def fail(self, url: str, why: str) -> None:
        """Report one failure."""
        self.counts.failed += 1
        self._progress.trouble(f"{url}: {why}")

    def _show(self, what: str) -> None:
        self._progress.page(cast("Job", cast(Any, self)), what)

    # The end.

    def finish(self) -> str:
        """Close what the run opened; return the summary. From outside the event loop."""
        c = self.counts
        listed = left = 0
        if not self._ledger.broken:
            listed, left = self._ledger.do_now(lambda ours: ours.counts(self._recovery.span))
            self._ledger.finish()
            if not (listed or c.failed or self.stopped):
                hosts = ", ".join(hosts_of(self.target))
                self.fail(self.target.slug, f"{self._recovery.name} lists no article of {hosts}")
        aside = [f"left {left}"]
        aside += [f"known {self._known}"] if self._known else []
        aside += [f"withheld {self._withheld}"] if self._withheld else []
        return (
            f"{self.target.slug}: from {self._recovery.name}: listed {listed}, "
            f"fetched {self._fetched}, new {c.new}, changed {c.changed}, unchanged {c.unchanged}, "
            f"no article {c.refused}, failed {c.failed} ({', '.join(aside)})"
        )
