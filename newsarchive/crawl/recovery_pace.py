"""How a web archive is asked: patiently, and not at all where it wants to be left alone."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from scrapy.utils.misc import load_object

from newsarchive.crawl.middlewares import BACK_OFF, retry_after
from newsarchive.crawl.trouble import Refusal
from newsarchive.errors import ArchiveError

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

RETRIES = 3  # of what is trouble and no request to slow down
_LOOK = 0.2  # seconds between two looks whether the run was stopped meanwhile
# Over the project's settings. One request at a time, its pauses included, and each answer as it
# came: which of its codings is the portal's is found out from its digest.
SETTINGS: dict[str, Any] = {
    "CONCURRENT_REQUESTS": 1,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_FAIL_ON_DATALOSS": True,
    "DOWNLOAD_MAXSIZE": 256 * 2**20,  # of an index; Common Crawl's parts are as long as asked for
    "DOWNLOADER_MIDDLEWARES": {
        "newsarchive.crawl.gate.Gate": 10,
        "newsarchive.crawl.recovery_pace.Patience": 550,
        "newsarchive.crawl.gate.Addresses": 960,
    },
}


class LeaveAlone(Refusal):
    """The web archive wants no further requests for now."""


class Stopped(Refusal):
    """The run was stopped while a request waited to be sent again."""


class Patience:
    """Asks again after a pause that doubles, or that the web archive names.

    Where it asks for a pause (429, or Retry-After with any failure) pauses grow until one would be
    longer than RECOVER_PATIENCE seconds, or it names a longer one: then the request fails with
    LeaveAlone. Other trouble is tried RETRIES times. A capture is an answer whatever its status.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        settings = crawler.settings
        self._first_pause = max(BACK_OFF, settings.getfloat("DOWNLOAD_DELAY"))
        self._longest = settings.getfloat("RECOVER_PATIENCE")
        self._statuses = frozenset(int(code) for code in settings.getlist("RETRY_HTTP_CODES"))
        self._errors = tuple(
            load_object(error) if isinstance(error, str) else error
            for error in settings.getlist("RETRY_EXCEPTIONS")
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """The response, or after a pause the request again; raises LeaveAlone or Stopped."""
        if response.status not in self._statuses or "Memento-Datetime" in response.headers:
            return response
        named = response.headers.get("Retry-After")
        wait = retry_after(named, datetime.now(UTC))
        if response.status != 429 and named is None:
            return await self._again(request) or response
        pause = max(self._pause(request), wait)
        if pause > self._longest:
            asks = f" and asks for {wait:.0f} s of rest" if wait else ""
            raise LeaveAlone(
                f"the web archive answered {response.status}{asks} (--patience {self._longest:g})"
            )
        await self._rest(pause)
        return _once_more(request)

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """None, or after a pause the request again; raises Stopped."""
        if not isinstance(exception, self._errors) or isinstance(exception, ArchiveError):
            return None
        return await self._again(request)

    async def _again(self, request: Request) -> Request | None:
        if request.meta.get("retry_times", 0) >= RETRIES:
            return None
        await self._rest(min(self._pause(request), self._longest))
        return _once_more(request)

    def _pause(self, request: Request) -> float:
        pause: float = self._first_pause * 2 ** request.meta.get("retry_times", 0)
        return pause

    async def _rest(self, seconds: float) -> None:
        """Wait; whoever stops the run meanwhile need not."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while (left := until - loop.time()) > 0:
            if not self._crawler.crawling:
                raise Stopped("stopped while it waited")
            await asyncio.sleep(min(left, _LOOK))


def _once_more(request: Request) -> Request:
    times = request.meta.get("retry_times", 0) + 1
    return request.replace(meta={**request.meta, "retry_times": times}, dont_filter=True)
