"""Signs of life of one worker, from a thread of their own: a busy event loop must not look dead."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsarchive.crawl.shared.pace import Hosts
    from newsarchive.crawl.shared.share import Share

_BEATS = 4  # in the time of a lease
_STUCK = 10  # leases in which the event loop must have turned


class Beat:
    """Keeps what shares have in hand, and the turns at hosts, while the worker lives.

    lease: in seconds. turns: those had at the moment. `start` belongs to the event loop.
    """

    def __init__(
        self,
        *,
        lease: float,
        shares: Sequence[Share],
        hosts: Hosts,
        turns: Callable[[], Sequence[tuple[str, str]]],
    ) -> None:
        self._lease = lease
        self._shares = shares
        self._hosts = hosts
        self._turns = turns
        self._stop = Event()
        self._thread = Thread(target=self._run, name="signs of life", daemon=True)
        self._turned = monotonic()

    def start(self) -> None:
        """Begin."""
        self._loop = asyncio.get_running_loop()
        self._turn()
        self._thread.start()

    async def stop(self) -> None:
        """End; waits for the sign that is on its way."""
        self._stop.set()
        self._timer.cancel()
        await self._loop.run_in_executor(None, self._thread.join)

    def _turn(self) -> None:
        self._turned = monotonic()
        self._timer = self._loop.call_later(self._lease / _BEATS, self._turn)

    def _run(self) -> None:
        from redis.exceptions import RedisError

        while not self._stop.wait(self._lease / _BEATS):
            if monotonic() - self._turned > _STUCK * self._lease:
                continue  # it lives, but does nothing: others must have what it has
            # Whoever works on says it if Redis is away; the next sign may come through.
            with suppress(RedisError, OSError):
                self._give()

    def _give(self) -> None:
        for share in self._shares:
            lost = share.queue.beat(share.held())
            if lost:
                self._loop.call_soon_threadsafe(share.lost, lost)
        self._hosts.stay(self._turns())
