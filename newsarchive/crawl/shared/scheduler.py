"""Scrapy's scheduler in a shared crawl: what is everybody's goes to Redis, the rest stays here."""

from __future__ import annotations

import heapq
from itertools import count
from typing import TYPE_CHECKING, Any, Self

from scrapy_redis.scheduler import Scheduler

from newsarchive.crawl.robots import job_of
from newsarchive.crawl.values import SHARED

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

    from newsarchive.crawl.shared.share import Share


def shared_settings(given: BaseSettings) -> dict[str, Any]:
    """Scrapy's settings for a shared crawl, over those given."""
    stations = given.getdict("DOWNLOADER_MIDDLEWARES")
    return {
        "SCHEDULER": "newsarchive.crawl.shared.scheduler.SharedScheduler",
        "DOWNLOADER_MIDDLEWARES": {**stations, "newsarchive.crawl.shared.pace.Pace": 970},
    }


class SharedScheduler(Scheduler):  # type: ignore[misc]  # scrapy-redis tells no types
    """scrapy-redis's scheduler, whose queue hands out leases.

    Its own pulls from Redis in the middle of the event loop, where a Redis that is slow to answer
    holds up all that is on its way, and finds new work only every five seconds. Here the share
    pulls beside the loop, as many as there is room for, and hands them over by the spider's start.
    It also flushes Redis when one worker ends; others may be at work then.
    """

    def __init__(self, share: Share) -> None:
        super().__init__(share.queue.server, persist=True)
        self.queue = share.queue
        self._share = share
        self._here: list[tuple[int, int, Request]] = []
        self._number = count()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        share = job_of(crawler).share
        assert share is not None
        return cls(share)

    def open(self, spider: Spider) -> None:
        """The spider begins."""
        self.spider = spider

    def close(self, reason: str) -> None:
        """The spider ends; the share gives back what it has."""

    def enqueue_request(self, request: Request) -> bool:
        """Take a request; a new article or picture is left to whoever has time."""
        ask = request.cb_kwargs.get("ask")
        if ask is not None and ask.kind in SHARED and not ask.lease:
            self._share.post(ask)
        else:
            heapq.heappush(self._here, (-request.priority, next(self._number), request))
        return True

    def next_request(self) -> Request | None:
        """The next request that is this worker's to send."""
        while self._here:
            request = heapq.heappop(self._here)[2]
            ask = request.cb_kwargs.get("ask")
            if ask is None or ask.kind in SHARED or self._share.walking:
                return request
            # The walk is another's by now.
        return None

    def has_pending_requests(self) -> bool:
        """Whether any request waits here."""
        return bool(self._here)
