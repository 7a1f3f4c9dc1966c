"""A look at a few pages of a portal that has no site file yet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from newsarchive.crawl import trouble
from newsarchive.crawl.survey import Fetched, Look, Survey
from newsarchive.crawl.values import sent


class SurveySpider(Spider):
    """Fetches what a survey asks for, through the middlewares of a crawl."""

    def __init__(self, job: Survey, **kwargs: Any) -> None:
        super().__init__(name="survey", **kwargs)  # of the instance: the class is no site's spider
        self.job = job

    async def start(self) -> AsyncIterator[Request]:
        """The home page."""
        yield self._request(self.job.start())

    def _request(self, look: Look) -> Request:
        return Request(
            look.url,
            callback=self.parse,
            errback=partial(self.failed, look=look),
            dont_filter=True,
            **sent(look.step),
            cb_kwargs={"look": look},
        )

    def parse(self, response: Response, look: Look) -> list[Request]:
        """Hand a page to the survey."""
        if not 200 <= response.status < 300:
            looks = self.job.missed(look, trouble.of_status(response.status))
        else:
            kind = response.headers.get("Content-Type")
            looks = self.job.take(
                Fetched(look, response.url, response.body, kind.decode("latin-1") if kind else None)
            )
        return [self._request(look) for look in looks]

    def failed(self, failure: Failure, look: Look) -> list[Request]:
        """Tell the survey about a page that could not be had."""
        timeout = self.crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        assert failure.value is not None
        looks = self.job.missed(look, trouble.of_error(failure.value, timeout=timeout))
        return [self._request(look) for look in looks]
