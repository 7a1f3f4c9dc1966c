"""robots.txt, asked once for each server of a crawl."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.misc import build_from_crawler
from scrapy.utils.sitemap import sitemap_urls_from_robots

from newsarchive.crawl.trouble import (
    Forbidden,
    Handed,
    NoRobots,
    Private,
    Refusal,
    Spent,
    kind_of,
    of_error,
)
from newsarchive.crawl.unpack import is_cut
from newsarchive.errors import ArchiveError
from newsarchive.urls import DEFAULT_PORTS, bare_host, host_port

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser

    from newsarchive.crawl.job import Job


LARGEST = 512 * 1024  # bytes that RFC 9309 wants to be read at least are 500 KiB


def job_of(crawler: Crawler) -> Job:
    """The job whose pages a crawler asks for."""
    # Scrapy types it as any spider or none; a crawler at work has one of ours.
    return cast("Job", crawler.spider.job)  # type: ignore[union-attr]  # it has one by now


def slot_of(url: str) -> str:
    """The name of the queue in which requests to one server wait for each other."""
    return slot(*host_port(url))


def slot(host: str, port: int) -> str:
    """The name of the queue for the server at this host and port."""
    return bare_host(host) + (f":{port}" if port not in DEFAULT_PORTS.values() else "")


class Robots(RobotsTxtMiddleware):
    """robots.txt as RFC 9309 has it, and its Crawl-delay.

    4xx: everything is allowed. 5xx, no answer, half of one, or a redirect away: nothing is. Of a
    file that is larger than any, the first half megabyte counts. A Crawl-delay that is longer than
    MAX_WAIT is not waited for: nothing is asked then, either.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._fetches: dict[str, asyncio.Task[RobotParser | NoRobots | None]] = {}

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Raise Forbidden or NoRobots where robots.txt, or the lack of it, says so."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        rules = await self.robot_parser(request)
        agent = str(self._robotstxt_useragent)
        if rules is not None and not rules.allowed(request.url, agent):
            raise Forbidden("robots.txt forbids it (the portal does not want it crawled)")

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules for the request's server, fetched once; raises NoRobots."""
        parts = urlsplit(request.url)
        base = f"{parts.scheme}://{parts.netloc}"
        fetch = self._fetches.get(base)
        if fetch is None:
            fetch = self._fetches[base] = asyncio.create_task(self._fetch(base))
        rules = fetch.result() if fetch.done() else await asyncio.shield(fetch)
        if isinstance(rules, NoRobots):
            raise rules
        return rules

    async def _fetch(self, base: str) -> RobotParser | NoRobots | None:
        request = Request(
            f"{base}/robots.txt",
            priority=self.DOWNLOAD_PRIORITY,
            meta={"dont_obey_robotstxt": True},
            callback=NO_CALLBACK,
        )
        held = "; without it nothing is asked (try again later)"
        try:
            response = await self.crawler.engine.download_async(request)
        except (ArchiveError, Handed, Spent):
            raise
        except Exception as error:  # whatever stopped the download: the host is left alone
            why = of_error(error, timeout=self.crawler.settings.getfloat("DOWNLOAD_TIMEOUT"))
            told = isinstance(error, Refusal) and not isinstance(error, Private)
            why = f"robots.txt {why}{held}" if told else why
            return NoRobots(why, kind_of(error))
        if response.status // 100 not in (2, 4) or response.status in (206, 429):
            return NoRobots(f"robots.txt answered {response.status}{held}", "unreachable")
        if not 200 <= response.status < 300:
            return None
        if is_cut(response):
            return NoRobots(f"robots.txt was cut off{held}", "unreachable")
        body = response.body
        if len(body) > LARGEST:
            body = body[: body.rfind(b"\n", 0, LARGEST) + 1]
        rules = build_from_crawler(self._parserimpl, self.crawler, body)
        delay = rules.crawl_delay(str(self._robotstxt_useragent))
        own, most = map(self.crawler.settings.getfloat, ("DOWNLOAD_DELAY", "MAX_WAIT"))
        if delay is not None and not delay <= max(own, most):
            return NoRobots(
                f"robots.txt asks for {delay:g} s between two requests, which is longer than "
                f"--max-wait {most:g}: nothing is asked",
                "robots",
            )
        job_of(self.crawler).declared(list(sitemap_urls_from_robots(body, response.url)))
        self._slow_down(slot_of(response.url), delay)
        return rules

    def _slow_down(self, slot: str, delay: float | None) -> None:
        """Keep a Crawl-delay that asks for more than --delay, now and for slots made later."""
        own = self.crawler.settings.getfloat("DOWNLOAD_DELAY")
        if delay is None or delay <= own:
            return
        share = job_of(self.crawler).share
        if share is not None:
            share.turns.slow_down(slot, delay)
            return
        downloader = self.crawler.engine.downloader
        downloader.per_slot_settings[slot] = {"delay": delay, "concurrency": 1, "jitter": 0}
        if slot in downloader.slots:
            downloader.slots[slot].delay = delay
            downloader.slots[slot].concurrency = 1
