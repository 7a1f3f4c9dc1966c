"""One worker of a shared crawl: its line to Redis, its signs of life, what it may call done."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import socket
from collections import defaultdict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from newsarchive.crawl.shared import address
from newsarchive.crawl.shared.beat import Beat
from newsarchive.crawl.shared.items import Settled
from newsarchive.crawl.shared.pace import Hosts
from newsarchive.crawl.shared.queue import LeasedQueue
from newsarchive.errors import CallError, NewsArchiveError, Over, SharedError

if TYPE_CHECKING:
    from newsarchive.crawl.keeper import Keeper
    from newsarchive.crawl.progress import Progress
    from newsarchive.crawl.shared.share import Share

_THREADS = 4
_PATIENCE = 2  # leases for which Redis may be away
_T = TypeVar("_T")


class Gone(NewsArchiveError):
    """Redis is not asked any more: it is lost, or this worker leaves."""


class Crew:
    """This process among the workers of one crawl. Raises CallError or SharedError if its Redis
    cannot be used. crawl: its name. lease: seconds without a sign of life after which others take
    what a worker had in hand.

    broken: after Redis was lost for good, in one line why. `call` and what awaits it belong to the
    event loop; `join` comes before it, `close` after it.
    """

    def __init__(self, where: str, *, crawl: str, lease: float, progress: Progress) -> None:
        self.address = address.parse(where)
        self._client = address.connect(self.address)
        self.worker = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"
        self.lease = lease
        self.hosts = Hosts(self._client, lease=lease)
        self.broken: str | None = None
        self.leaving = False
        self._crawl = crawl
        self._progress = progress
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="redis")
        self._shares: list[Share] = []
        self._turns: set[tuple[str, str]] = set()
        self._away: float | None = None
        self._listeners: list[Callable[[], None]] = []
        self._answered: list[tuple[Share, str, Settled]] = []  # of the archive's thread
        self._committed: deque[tuple[Share, str, Settled]] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()
        self._beat = Beat(
            lease=lease, shares=self._shares, hosts=self.hosts, turns=lambda: list(self._turns)
        )
        self._tasks: list[asyncio.Task[None]] = []
        self._later: set[asyncio.Task[Any]] = set()  # the event loop itself holds no task

    def join(self, site: str, terms: dict[str, object]) -> LeasedQueue:
        """Take part in the crawl of a site; raises Over where it has just ended, CallError where
        it runs on other terms.

        terms: what must be the same for all its workers, by the names of the options.
        """
        queue = LeasedQueue(
            self._client, site, crawl=self._crawl, worker=self.worker, lease=self.lease
        )
        try:
            over, told = queue.join(json.dumps(terms, sort_keys=True))
        except Exception as error:  # of Redis, whatever is wrong
            raise address.explained(error, self.address) from None
        if over is not None:
            raise Over(
                f"{site}: the crawl {self._crawl!r} has just ended; in {over:.0f} s the same "
                "command begins a new one"
            )
        if told != json.dumps(terms, sort_keys=True):
            raise CallError(
                f"{site}: the crawl {self._crawl!r} runs with other values of "
                f"{_differing(told, terms)}: give the same, or another --name"
            )
        return queue

    def add(self, share: Share) -> None:
        """Count a site's share of this worker among those it gives signs of life for."""
        self._shares.append(share)

    def serve(self, keeper: Keeper) -> None:
        """Call things done whenever this archive has committed them."""
        keeper.after_commit(self._after_commit)

    def on_end(self, work: Callable[[], None]) -> None:
        """Have `work` done when Redis is lost."""
        self._listeners.append(work)

    # In the event loop.

    def start(self) -> None:
        """Begin to give signs of life, once."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._tasks = [asyncio.create_task(self._confirm())]
            self._beat.start()

    async def stop(self) -> None:
        """End what runs beside the crawl."""
        self.leaving = True
        if self._loop is not None:
            await self._beat.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._later, return_exceptions=True)

    @property
    def is_away(self) -> bool:
        """Whether Redis did not answer when it was last asked."""
        return self._away is not None

    async def call(
        self,
        work: Callable[..., _T],
        *args: Any,
        unless: Callable[[], bool] = lambda: False,
        **more: Any,
    ) -> _T:
        """Have Redis do something, again and again while it cannot be reached.

        Raises Gone where it is given up, or cannot be reached and `unless` says so.
        """
        loop = asyncio.get_running_loop()
        while True:
            if self.broken is not None:
                raise Gone(self.broken)
            try:
                result = await loop.run_in_executor(self._pool, partial(work, *args, **more))
            except Exception as error:  # the boundary to Redis; told apart there
                self._failed(error)
                if unless():
                    raise Gone(str(error)) from None
                await asyncio.sleep(min(1.0, self.lease / 10))
            else:
                self._away = None
                return result

    def later(self, work: Callable[..., object], *args: Any, **more: Any) -> None:
        """Have Redis do something that nobody waits for."""

        async def do() -> None:
            with suppress(Gone):
                await self.call(work, *args, **more)

        task = asyncio.create_task(do())
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    def _failed(self, error: Exception) -> None:
        """Redis failed: say so, or give up. Raises Gone where this worker leaves anyway."""
        told = address.explained(error, self.address)
        if self.leaving:
            raise Gone(str(told))
        if not address.is_passing(error):
            self.lose(told)
        elif self._away is None:
            self._away = monotonic()
            self._progress.trouble(
                f"{self.address.shown}: Redis does not answer; nothing is asked until it does, "
                f"for {_PATIENCE * self.lease:g} s at most"
            )
        elif monotonic() - self._away > _PATIENCE * self.lease:
            self.lose(told)

    def lose(self, error: SharedError) -> None:
        """Give up this Redis: all crawls of this worker end."""
        if self.broken is None:
            self.broken = str(error)
            for work in self._listeners:
                work()

    def entered(self, host: str, token: str) -> None:
        """A turn at a host is had."""
        self._turns.add((host, token))

    def left(self, host: str, token: str) -> None:
        """It is over."""
        self._turns.discard((host, token))

    # Done is what is committed.

    def answered(self, share: Share, id: str, settled: Settled) -> None:
        """An item is in the archive: it is done with the next commit. In the archive's thread."""
        self._answered.append((share, id, settled))

    def _after_commit(self) -> None:
        self._committed.extend(self._answered)
        self._answered.clear()
        if self._committed and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)

    async def _confirm(self) -> None:
        with suppress(Gone):
            while True:
                await self._wake.wait()
                self._wake.clear()
                for share, done in self._take_committed().items():
                    await share.outbox.flush()  # what was found there must not seem to be all done
                    await self.call(share.queue.settle, done)
                    share.confirmed(id for id, _ in done)

    def _take_committed(self) -> dict[Share, list[tuple[str, Settled]]]:
        found = defaultdict(list)
        while self._committed:
            share, id, settled = self._committed.popleft()
            found[share].append((id, settled))
        return found

    def close(self) -> None:
        """Say what is done, give back the rest. For after the archive's last commit."""
        self._pool.shutdown()
        if self.broken is not None:
            return  # leases end by themselves
        try:
            for share, done in self._take_committed().items():
                share.queue.settle(done)
                share.confirmed(id for id, _ in done)
            for share in self._shares:
                share.queue.give_back(share.held(), leaves=True)
            for host, token in self._turns:
                self.hosts.leave(host, token, since=0.0)
            self._client.close()
        except Exception as error:  # of Redis: what it was not told, its leases tell
            self.broken = str(address.explained(error, self.address))


def _differing(told: str, terms: dict[str, object]) -> str:
    """The options that differ from those of a crawl, as on the command line."""
    try:
        theirs = json.loads(told)
    except (ValueError, RecursionError):
        theirs = None
    if not isinstance(theirs, dict):
        return "its options"
    names = [name for name in terms if theirs.get(name) != terms[name]]
    return ", ".join(f"--{name}" for name in names) or "its options"
