"""Whose turn it is at a host: its delay and its connections are kept by all workers together."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from math import ceil
from time import monotonic
from typing import TYPE_CHECKING, Self

from newsarchive.crawl.download import SENT
from newsarchive.crawl.middlewares import retry_after
from newsarchive.crawl.robots import job_of
from newsarchive.crawl.shared import scripts

if TYPE_CHECKING:
    from redis import Redis
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from newsarchive.crawl.shared.turns import Turns

# Over all crawls of a Redis: a host has one visitor, whatever the crawls are called.
_PREFIX = "newsarchive:pace"
_META = "shared_pace"
# The delay counts from the answer, or from so many seconds after the request was written if that
# is sooner: on its way to the host it may have been held up, and the next one may not be.
_FLIGHT = 0.25


class Hosts:
    """The turns at all hosts. lease: seconds after which a worker without a sign of life is no
    longer there. Each method is one call of Redis, blocks for it, and raises RedisError.
    """

    def __init__(self, server: Redis, *, lease: float) -> None:
        self._lease = round(lease * 1000)
        self._enter = server.register_script(scripts.ENTER)
        self._leave = server.register_script(scripts.LEAVE)
        self._stay = server.register_script(scripts.STAY)

    def enter(self, host: str, token: str, *, delay: float, connections: int) -> float | None:
        """Ask for a turn. Returns 0 where it is had, else the seconds until it may be; None until
        another one leaves.

        token: what tells this turn from others. delay: seconds between two requests.
        """
        args: list[str | int] = [token, ceil(delay * 1000), connections, self._lease]
        told = int(self._enter(keys=_keys(host), args=args))
        return None if told < 0 else told / 1000

    def leave(self, host: str, token: str, *, since: float | None, rest: float = 0.0) -> None:
        """End a turn.

        since: seconds since the request was sent, None where none was. rest: seconds for which
        the host asked to be left alone.
        """
        sent = -1 if since is None else int(since * 1000)
        self._leave(keys=_keys(host), args=[token, sent, ceil(rest * 1000)])

    def stay(self, turns: Collection[tuple[str, str]]) -> None:
        """Give a sign of life for turns, each (host, token)."""
        if turns:
            keys = [_keys(host)[1] for host, _ in turns]
            self._stay(keys=keys, args=[self._lease, *(token for _, token in turns)])


def _keys(host: str) -> list[str]:
    return [f"{_PREFIX}:{host}", f"{_PREFIX}:{host}:there"]


class Pace:
    """Holds each request back until it is this worker's turn at the host.

    The last station before the download: what comes after the turn is had must not take time.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        return cls(crawler)

    @property
    def _turns(self) -> Turns:
        share = job_of(self._crawler).share
        assert share is not None
        return share.turns

    async def process_request(self, request: Request) -> None:
        """Wait for the turn. Raises Handed where the crawl ends before, or others have the page."""
        host = request.meta["download_slot"]
        assert self._crawler.engine is not None
        # Scrapy's own queue must not hold back what has its turn.
        slots = self._crawler.engine.downloader.per_slot_settings
        slots.setdefault(host, {"delay": 0, "concurrency": self._turns.connections, "jitter": 0})
        token = await self._turns.enter(host, request.cb_kwargs.get("ask"))
        request.meta[_META] = host, token, monotonic()

    async def process_response(self, request: Request, response: Response) -> Response:
        """The response; the turn ends, and the host rests for as long as it asks for."""
        rest = 0.0
        if response.status == 429 or response.status >= 500:
            rest = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
        self._leave(request, rest)
        return response

    async def process_exception(self, request: Request, exception: Exception) -> None:
        """The turn ends."""
        self._leave(request, 0.0)

    def _leave(self, request: Request, rest: float) -> None:
        turn = request.meta.pop(_META, None)
        if turn is not None:
            host, token, had = turn
            # On a busy machine it may be sent long after its turn was had.
            sent = max(had, request.meta.pop(SENT, had)) + _FLIGHT
            self._turns.leave(host, token, since=max(0.0, monotonic() - sent), rest=rest)
