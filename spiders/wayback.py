"""The same site out of a web archive: one request after the other, as the recovery wants them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from newsarchive.crawl import trouble
from newsarchive.crawl.recovery_capture import Reply
from newsarchive.crawl.recovery_pace import SETTINGS, LeaveAlone, Stopped
from newsarchive.errors import ArchiveError

if TYPE_CHECKING:
    from newsarchive.crawl.recovery import RecoveryAsk, RecoveryJob


class RecoverySpider(Spider):
    """Fetches what a recovery asks for, of the Wayback Machine or of Common Crawl."""

    custom_settings = SETTINGS

    def __init__(self, job: RecoveryJob, **kwargs: Any) -> None:
        super().__init__(name="wayback", **kwargs)  # of the instance: no site is called so
        self.job = job

    async def start(self) -> AsyncIterator[Request]:
        """The first page of the index, or what an earlier run has left to fetch."""
        try:
            ask = await self.job.start()
        except ArchiveError:
            raise CloseSpider("archive") from None
        for request in self._requests(ask):
            yield request

    def _requests(self, ask: RecoveryAsk | None) -> list[Request]:
        if ask is None:
            return []
        return [
            Request(
                ask.url,
                headers=ask.headers,
                callback=self.parse,
                errback=partial(self.failed, ask=ask),
                dont_filter=True,
                cb_kwargs={"ask": ask},
            )
        ]

    async def parse(self, response: Response, ask: RecoveryAsk) -> list[Request]:
        """Hand an answer to the job; return the next request."""
        reply = Reply(
            url=response.url,
            status=response.status,
            headers=[
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, values in response.headers.items()
                for value in values
            ],
            body=response.body,
        )
        try:
            return self._requests(await self.job.answered(ask, reply))
        except ArchiveError:
            raise CloseSpider("archive") from None

    async def failed(self, failure: Failure, ask: RecoveryAsk) -> list[Request]:
        """Tell the job about a request that came to nothing."""
        error = failure.value
        assert error is not None
        if isinstance(error, ArchiveError):
            raise CloseSpider("archive")
        if isinstance(error, Stopped):
            return []
        timeout = self.crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        why = trouble.of_error(error, timeout=timeout).replace("the portal", "the web archive")
        refused = isinstance(error, LeaveAlone)
        try:
            return self._requests(await self.job.missed(ask, why, refused=refused))
        except ArchiveError:
            raise CloseSpider("archive") from None
