"""A worker's share in the crawl of one site: what it takes out of Redis, and what it puts there.

Articles and pictures are everybody's: they go through Redis, whoever finds them. The lists of a
site are walked by one worker at a time, for when to stop is known only to whoever has seen all of
them; if it dies or leaves, another one walks them anew, and asks no article twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from newsarchive.crawl.shared.crew import Crew, Gone
from newsarchive.crawl.shared.items import HOWS, Event, Item, Settled, Strange, event, loads, of_ask
from newsarchive.crawl.shared.outbox import Outbox
from newsarchive.crawl.shared.turns import Turns
from newsarchive.crawl.values import SHARED, Ask
from newsarchive.errors import SharedError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from newsarchive.crawl.job import Job
    from newsarchive.crawl.shared.queue import Turn
    from newsarchive.crawl.side import Side
    from newsarchive.crawl.values import Options

POLL = 0.5  # seconds between two turns in which nothing came
# So long, or for this part of a lease, the walk is left to workers whose archives know the site.
_GATHER, _GATHER_PART = 3.0, 10


def terms(options: Options) -> dict[str, object]:
    """What all workers of a crawl must agree on, by the names of the options."""
    return {
        "since": options.since, "limit": options.limit, "full": options.full,
        "images": options.images,
    }  # fmt: skip


class Share:
    """See the module. walking: whether this worker walks the lists; walked: whether it ever did.
    turns: those at hosts; outbox: what was found. summary: what all workers did, for whoever ended
    the crawl.

    Made before the job, which is to be told it by `bind`; raises as Crew.join does.
    """

    def __init__(self, crew: Crew, slug: str, options: Options) -> None:
        self.queue = crew.join(slug, terms(options))
        self.walking = self.walked = False
        self._crew = crew
        self._gather = min(_GATHER, crew.lease / _GATHER_PART)
        self._crawler: Crawler | None = None
        self._hand: dict[str, Item] = {}  # not answered yet
        self._waiting: set[str] = set()  # answered, and not known to be committed
        self._settled: dict[str, Settled] = {}  # what became of some in hand
        self._lost: set[str] = set()
        self._lists = 0
        self._heard = 0
        self._read = 0
        self._wake = asyncio.Event()
        self._complained = False
        self.summary = ""
        self.outbox = Outbox(
            crew, self.queue, limit=options.limit, sections=lambda: self._side.walk.sections
        )
        self.turns = Turns(crew, stopping=lambda: self._is_over, is_lost=self._lost.__contains__)
        crew.add(self)

    def bind(self, job: Job, side: Side) -> None:
        """Work for this job; side: what it offers to a shared crawl."""
        self._job, self._side = job, side

    def begin(self, crawler: Crawler) -> None:
        """Work in this crawler, at the pace of its settings."""
        self._crawler = crawler
        self.turns.settle(crawler.settings)

    @property
    def stopping(self) -> bool:
        """Whether this worker ends, so that nothing further may be begun."""
        return self._job.budget.spent is not None or self._is_over

    @property
    def _is_over(self) -> bool:
        """Whether not even what was begun may be asked: what the budget counted may, in time."""
        engine = self._crawler.engine if self._crawler is not None else None
        if engine is None or engine.spider is None or not engine.running:
            return True
        return self._job.budget.late or self._crew.broken is not None

    # What to ask.

    async def asks(self) -> AsyncIterator[list[Ask]]:
        """What this worker is to ask next, until the crawl of the site is over."""
        try:
            async for found in self._rounds():
                if found:
                    yield found
        except Gone:
            return

    async def _rounds(self) -> AsyncIterator[list[Ask]]:
        await self._announce()
        while not self.stopping:
            yield await self._post()
            turn = await self._turn()
            if turn.state == "over":
                return
            if turn.state == "gone":
                self._crew.lose(self._vanished())
                return
            self._read += len(turn.sections)
            self._side.walk.elsewhere.update(turn.sections)
            if turn.walks and not self.walking:
                self.walking = self.walked = True
                self._heard = self._lists = 0
                yield await self._side.begin_walk(turn.articles)
            if self.walking and not turn.walks:
                await self._stand_down(turn)
                return
            yield await self._taken(turn)
            for body in turn.events:
                yield await self._hear(body)
            self._heard += len(turn.events)
            if self._is_quiet(turn) and await self._finish():
                return
            if not turn.taken and not turn.events and not self.outbox:
                await self._pause()

    async def _turn(self) -> Turn:
        room = max(0, 2 * self.turns.connections - len(self._hand))
        return await self._crew.call(
            self.queue.turn,
            room=room,
            walks=self.walking,
            heard=self._heard,
            sections=self._read,
            wait=0.0 if self._side.knows_site else self._gather,
        )

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), POLL)
        self._wake.clear()

    def _vanished(self) -> SharedError:
        return SharedError(
            f"{self._crew.address.shown}: the keys of this crawl are gone (was Redis restarted "
            "without its data, or flushed, or does it evict keys?); the same command begins anew, "
            "and what is archived is known"
        )

    async def _stand_down(self, turn: Turn) -> None:
        """Another worker walks the lists anew by now: what this one knows of them is worthless."""
        self.walking = False
        self._job.fail(
            self._job.target.start,
            f"stood still for longer than --lease {self._crew.lease:g}: another worker walks its "
            "lists now; the same command takes part again",
        )
        await self._crew.call(self.queue.give_back, [id for id, _ in turn.taken])

    async def _announce(self) -> None:
        """Say what this worker's archive knows, and what it left over."""
        known = await self._side.known_ids()
        await self._crew.call(self.queue.publish, known)
        self.outbox.put(map(of_ask, await self._side.left_over()))

    async def _post(self) -> list[Ask]:
        """Tell Redis what was found; return what follows from what need not be asked."""
        asks: list[Ask] = []
        await self.outbox.flush()
        for item, word in self.outbox.answers():
            if item.kind != "article" or word in ("new", ""):
                continue
            how = next((how for how in HOWS if how == word), None)
            if how is None:
                asks += await self._side.left_out(item)
            else:
                asks += await self._side.settled_elsewhere(item, Settled(how=how))
        return asks

    async def _taken(self, turn: Turn) -> list[Ask]:
        found, strange = [], []
        for id, body in turn.taken:
            try:
                item = loads(body)
                if item.id != id or not self._side.may_take(item):
                    raise Strange("of no site of this crawl")
            except Strange as error:
                self._complain(error)
                strange.append((id, Settled(how="failed")))
                continue
            self._hand[id] = item
            self._lost.discard(id)
            found.append(item)
        if strange:
            await self._crew.call(self.queue.settle, strange)
        return await self._side.take_over(found)

    async def _hear(self, body: bytes) -> list[Ask]:
        """Take in what became of an item; return what follows for the walk."""
        try:
            told = event(body)
            if not self._side.may_take(told.item):
                raise Strange("of no site of this crawl")
        except Strange as error:
            self._complain(error)
            return []
        return await self._follow(told)

    async def _follow(self, told: Event) -> list[Ask]:
        if told.settled.how == "lost":
            self._job.fail(
                told.item.url, "several workers died over it; it is asked again by the next crawl"
            )
        if told.item.kind != "article":
            return []
        own = told.worker == self._crew.worker
        return await self._side.settled_elsewhere(told.item, told.settled, own=own)

    def _complain(self, error: Strange) -> None:
        if not self._complained:
            self._complained = True
            self._job.fail(
                self._crew.address.shown,
                f"Redis holds what no worker of this crawl wrote ({error}); it is left out (is "
                "this Redis open to others?)",
            )

    # The end.

    def _is_quiet(self, turn: Turn) -> bool:
        busy = self._lists or self.outbox or self._hand or self._waiting
        left = turn.queue or turn.leases or turn.settled > self._heard
        return self.walking and not busy and not left

    async def _finish(self) -> bool:
        told = await self._crew.call(
            self.queue.finish, self._heard, remembered=2 * self._crew.lease
        )
        if told is None:
            return False
        names = ("done", "known", "refused", "skipped", "forbidden", "failed", "lost")
        parts = [f"{name} {told[name]}" for name in names if told.get(name)]
        self.summary = f"; of all workers: found {told.get('articles', 0)} articles"
        self.summary += f", pages {', '.join(parts)}" if parts else ""
        return True

    async def leave(self) -> None:
        """Give back what was not answered, and the walk."""
        given = list(self._hand)
        self._hand.clear()
        self.walking = False
        with suppress(Gone):
            await self._crew.call(
                self.queue.give_back, given, leaves=True, unless=lambda: self._crew.is_away
            )

    # What the crawl tells.

    def asked(self, ask: Ask) -> None:
        """A request for a list is on its way."""
        self._lists += ask.kind not in SHARED

    def post(self, ask: Ask) -> None:
        """Leave a page that was found to whoever has time."""
        calls = self._side.wants_calls(ask) if ask.kind == "article" else None
        self.outbox.put([of_ask(ask, calls=calls)])
        self._wake.set()

    def settled(self, ask: Ask, settled: Settled) -> None:
        """It is known what became of a page that this worker asked."""
        self._settled[ask.lease] = settled

    async def came(self, ask: Ask) -> None:
        """A request is through, and what it leads to is posted; Redis is told what became of it
        once that is committed."""
        if ask.kind not in SHARED:
            self._lists = max(0, self._lists - 1)
        elif self._hand.pop(ask.lease, None) is not None:
            usual = Settled(how="done" if ask.kind == "image" else "failed")
            settled = self._settled.pop(ask.lease, usual)
            self._waiting.add(ask.lease)
            await self._side.in_archive(lambda: self._crew.answered(self, ask.lease, settled))
        self._wake.set()

    async def give_back(self, ask: Ask) -> None:
        """A page was not asked: others may."""
        if self._hand.pop(ask.lease, None) is not None and ask.lease not in self._lost:
            with suppress(Gone):
                await self._crew.call(
                    self.queue.give_back, [ask.lease], unless=lambda: self.stopping
                )
        self._wake.set()

    def held(self) -> list[str]:
        """Ids of what is in this worker's hands."""
        return list(self._hand) + list(self._waiting)  # each in one step, for other threads

    def lost(self, ids: Iterable[str]) -> None:
        """These are in other hands by now: this worker stood still for too long."""
        self._lost.update(id for id in ids if id in self._hand)

    def confirmed(self, ids: Iterable[str]) -> None:
        """Redis knows what became of these."""
        self._waiting.difference_update(ids)
        self._wake.set()
