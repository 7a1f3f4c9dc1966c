"""How one worker comes to its turns at the hosts of a site, which all workers take one by one."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from newsarchive.crawl.shared.crew import Crew, Gone
from newsarchive.crawl.trouble import Handed

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

    from newsarchive.crawl.values import Ask

_AGAIN = 0.25  # seconds after which a host is asked for a turn again, at most
_LEAST = 0.02


class Turns:
    """The turns of one worker at the hosts of one site. connections: those to a host at a time.

    stopping: whether no turn is of use any more; is_lost: whether others have the item of an id.
    """

    def __init__(
        self, crew: Crew, *, stopping: Callable[[], bool], is_lost: Callable[[str], bool]
    ) -> None:
        self.connections = 1
        self._crew = crew
        self._stopping = stopping
        self._is_lost = is_lost
        self._delay = 0.0
        self._delays: dict[str, float] = {}
        self._longest = 0.0

    def settle(self, settings: BaseSettings) -> None:
        """Take the pace from Scrapy's settings."""
        self.connections = settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        self._delay = settings.getfloat("DOWNLOAD_DELAY")
        self._longest = settings.getfloat("MAX_WAIT")

    def slow_down(self, host: str, delay: float) -> None:
        """Keep a Crawl-delay, in seconds, that asks for more than --delay."""
        self._delays[host] = delay

    async def enter(self, host: str, ask: Ask | None) -> str:
        """Wait for a turn at a host; return its token. Raises Handed where it will not come."""
        token = secrets.token_hex(8)
        while True:
            if self._stopping():
                raise Handed("left to others")
            if ask is not None and ask.lease and self._is_lost(ask.lease):
                raise Handed("others have it")
            wait = await self._try(host, token)
            if wait == 0:
                self._crew.entered(host, token)
                return token
            held = max(_LEAST, self._delays.get(host, self._delay) / 4)
            await asyncio.sleep(min(held if wait is None else wait, _AGAIN))

    async def _try(self, host: str, token: str) -> float | None:
        slow = self._delays.get(host)
        try:
            return await self._crew.call(
                self._crew.hosts.enter,
                host,
                token,
                delay=self._delay if slow is None else slow,
                connections=self.connections if slow is None else 1,
                unless=self._stopping,
            )
        except Gone:
            raise Handed("left to others") from None

    def leave(self, host: str, token: str, *, since: float, rest: float) -> None:
        """End a turn; see Hosts.leave. A rest that is longer than MAX_WAIT is not kept: what the
        host was asked for then is left to the next crawl."""
        self._crew.left(host, token)
        rest = rest if rest <= self._longest else 0.0
        self._crew.later(self._crew.hosts.leave, host, token, since=since, rest=rest)
