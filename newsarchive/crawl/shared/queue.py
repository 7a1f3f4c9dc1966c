"""The frontier of one site in Redis, as one worker uses it: a queue with leases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from scrapy_redis.queue import FifoQueue

from newsarchive.crawl.shared import items, scripts
from newsarchive.crawl.shared.items import Item, Settled

if TYPE_CHECKING:
    from redis import Redis

DEATHS = 5  # workers that may die over one page before it is left to the next crawl
FORGOTTEN = 7 * 24 * 3600 * 1000  # milliseconds after which keys vanish that no worker touched
_CHUNK = 2000  # ids in one call


class Site(NamedTuple):
    """What scrapy-redis wants of a spider."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one turn brought.

    state: 'at work', 'over' (all is done), or 'gone' (Redis knows nothing of this crawl any more).
    walks: whether the worker walks the lists of the site. taken: (id, item as it stands in Redis),
    now in its hands. events, sections: those not read before. queue, leases, settled: how many
    items wait, are in hand, are done. articles: how many were found in all.
    """

    state: str = "at work"
    walks: bool = False
    taken: tuple[tuple[str, bytes], ...] = ()
    events: tuple[bytes, ...] = ()
    sections: tuple[str, ...] = ()
    queue: int = 0
    leases: int = 0
    settled: int = 0
    articles: int = 0


class LeasedQueue(FifoQueue):  # type: ignore[misc]  # scrapy-redis tells no types
    """scrapy-redis's queue of a spider with what a killed worker must not lose.

    Its own `pop` takes a request out for good, and its filter of duplicates is asked before its
    queue is told, in a step of its own: who dies behind either has lost a page. Here both are one
    step, a page in hand stays in Redis under a lease, and what is pushed is JSON. Each method is
    one call of Redis, blocks for it, and raises RedisError.
    """

    def __init__(self, server: Redis, site: str, *, crawl: str, worker: str, lease: float) -> None:
        """lease: seconds after the latest sign of life for which things are in a worker's hands."""
        self.prefix = f"newsarchive:crawl:{crawl}:{site}"
        # A '%' would be taken for a place to put the spider's name.
        super().__init__(
            server, Site(site), f"{self.prefix}:queue".replace("%", "%%"), serializer=items
        )
        self.worker = worker
        self._lease = round(lease * 1000)
        self._names = [f"{self.prefix}:{name}" for name in scripts.NAMES]
        self._scripts = {
            name: server.register_script(getattr(scripts, name))
            for name in ("JOIN", "POST", "TURN", "BEAT", "SETTLE", "GIVE_BACK", "FINISH")
        }

    def _run(self, script: str, *args: str | int) -> Any:
        return self._scripts[script](keys=self._names, args=list(args))

    def join(self, terms: str) -> tuple[float | None, str]:
        """Take part in the crawl of the site, or begin it. Returns the terms on which it runs.

        terms: this worker's, as text. The first value is None, or how many seconds ago from now a
        new crawl may begin, where the last one has just ended.
        """
        over, told = self._run("JOIN", terms)
        if over:
            return int(told) / 1000, ""
        return None, bytes(told).decode("utf-8", "replace")

    def publish(self, ids: Sequence[str]) -> None:
        """Say what the worker's archive knows, so that nobody asks it."""
        known = self._names[scripts.NAMES.index("known")]
        for at in range(0, len(ids), _CHUNK):
            self.server.sadd(known, *ids[at : at + _CHUNK])

    def publish_sections(self, keys: Sequence[str]) -> None:
        """Say which addresses are lists of the site."""
        self.server.rpush(self._names[scripts.NAMES.index("sections")], *keys)

    def post(self, found: Sequence[Item], *, most: int | None = None) -> list[str]:
        """Add what was found and was not before; a word of scripts.POST for each, or none where
        the crawl is over.

        most: articles that the crawl may have of the site.
        """
        args: list[str | int] = ["" if most is None else most]
        for item in found:
            args += [item.kind, item.id, items.dumps(item)]
        return [bytes(word).decode("ascii", "replace") for word in self._run("POST", *args)]

    def turn(
        self, *, room: int, walks: bool, heard: int, sections: int, wait: float, offers: bool = True
    ) -> Turn:
        """Take up to `room` items, and the walk if it is free.

        walks: whether the worker walks already; heard, sections: how many events and sections it
        has read. wait: seconds that the crawl must be old for that. offers: whether it wants to.
        """
        known = items.head("", Settled(how="known"))
        lost = items.head("", Settled(how="lost"))
        told = self._run(
            "TURN", self.worker, self._lease, room, int(walks), heard, sections,
            round(wait * 1000) if offers else 10**12, DEATHS, known, lost,
        )  # fmt: skip
        if told[0]:
            return Turn(state="over" if told[0] == 1 else "gone")
        _, mine, taken, events, keys, queue, leases, settled, articles = told
        ids = [bytes(id).decode("ascii", "replace") for id in taken[::2]]
        return Turn(
            walks=bool(mine),
            taken=tuple(zip(ids, taken[1::2], strict=True)),
            events=tuple(events),
            sections=tuple(bytes(key).decode("utf-8", "replace") for key in keys),
            queue=queue,
            leases=leases,
            settled=settled,
            articles=articles,
        )

    def beat(self, ids: Iterable[str]) -> list[str]:
        """Give a sign of life for what is in hand; return what is in other hands by now."""
        lost = self._run("BEAT", self.worker, self._lease, FORGOTTEN, *ids)
        return [bytes(id).decode("ascii", "replace") for id in lost]

    def settle(self, done: Iterable[tuple[str, Settled]]) -> None:
        """Say what became of items. Only what is committed may be settled."""
        args: list[str | int] = []
        for id, settled in done:
            args += [id, settled.how, items.head(self.worker, settled)]
        self._run("SETTLE", *args)

    def give_back(self, ids: Iterable[str], *, leaves: bool = False) -> None:
        """Let others have these at once; leaves: and the walk too."""
        self._run("GIVE_BACK", self.worker, int(leaves), *ids)

    def finish(self, heard: int, *, remembered: float) -> dict[str, int] | None:
        """End the crawl of the site if nothing of it is left: its keys go.

        heard: how many events the worker has taken in. remembered: seconds in which who comes
        late is told that it is over. Returns how many articles were found and how many ended how,
        or None where something is left.
        """
        told = self._run("FINISH", self.worker, heard, round(remembered * 1000))
        if not told:
            return None
        pairs = zip(told[::2], told[1::2], strict=True)
        named = {bytes(name).decode("utf-8", "replace"): bytes(value) for name, value in pairs}
        return {name: int(value) for name, value in named.items() if value.isdigit()}
