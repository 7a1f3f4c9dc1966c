"""What every request and response of a crawl passes: budget, retries, redirects, WARC."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.misc import load_object

from newsarchive import clock
from newsarchive.archive.warc import Exchange
from newsarchive.crawl.download import CUT
from newsarchive.crawl.gate import is_proxied
from newsarchive.crawl.robots import job_of
from newsarchive.crawl.trouble import (
    Challenged,
    Circle,
    Endless,
    Silent,
    Spent,
)
from newsarchive.crawl.unpack import is_cut
from newsarchive.crawl.values import keeping
from newsarchive.errors import ArchiveError
from newsarchive.reader.challenge import challenge

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler


BACK_OFF = 0.5  # seconds before the first retry, or the delay if that is longer; doubles
# Requests in a row to a host that come to nothing, retries included: after FEW of them none is
# sent twice any more, after SILENT of them no further one is sent.
FEW, SILENT = 3, 10


class Purse:
    """Lets nothing through that the budget of the run does not allow for."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise Spent once nothing is left."""
        if not job_of(self._crawler).budget.spend():
            raise Spent("left for the next run")


def retry_after(value: bytes | None, now: datetime) -> float:
    """Seconds that a Retry-After header asks for, in seconds or as a date (RFC 9110, 10.2.3)."""
    text = (value or b"").decode("latin-1").strip()
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds())
    except (ValueError, TypeError, OverflowError):  # no date, or one without a zone
        return 0.0


class Retry:
    """Asks again what may yet be answered, after a pause that doubles or that the server names.

    One that is longer than MAX_WAIT is left to the next crawl. A host that does not answer at all
    is left alone after a while: each request would cost as much time as a page may take.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        settings = crawler.settings
        self._first_pause = max(BACK_OFF, settings.getfloat("DOWNLOAD_DELAY"))
        self._longest = settings.getfloat("MAX_WAIT")
        self._in_vain: Counter[str] = Counter()
        self._statuses = frozenset(int(code) for code in settings.getlist("RETRY_HTTP_CODES"))
        self._errors = tuple(
            load_object(error) if isinstance(error, str) else error
            for error in settings.getlist("RETRY_EXCEPTIONS")
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise Silent once too many requests to the host came to nothing."""
        if self._in_vain[request.meta["download_slot"]] >= SILENT:
            raise Silent(
                f"the portal stopped answering: {SILENT} requests in a row came to nothing; what "
                "is left is for the next crawl"
            )

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """The response, or after a pause the request again; raises Challenged."""
        self._in_vain[request.meta["download_slot"]] = 0
        why = challenge(response.body)
        if why is not None:
            again = await self._again(request, "a challenge", 0.0)
            if again is None:
                raise Challenged(
                    f"answered with a challenge that wants a browser ({why}); it is not fought, "
                    "and what it hides is asked again by the next crawl"
                )
            return again
        if response.status < 300 and is_cut(response):
            return await self._again(request, "an answer that was cut off", 0.0) or response
        if response.status not in self._statuses:
            return response
        wait = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
        return await self._again(request, f"status {response.status}", wait) or response

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """None, or after a pause the request again."""
        if not isinstance(exception, self._errors) or isinstance(exception, ArchiveError):
            return None
        slot = request.meta["download_slot"]
        again = None
        if self._in_vain[slot] < FEW:
            again = await self._again(request, type(exception).__name__, 0.0)
        if again is None:
            self._in_vain[slot] += 1
        return again

    async def _again(self, request: Request, why: str, wait: float) -> Request | None:
        assert self._crawler.spider is not None
        if wait > self._longest:
            return None
        again = get_retry_request(request, spider=self._crawler.spider, reason=why)
        if again is not None:
            pause = self._first_pause * 2 ** request.meta.get("retry_times", 0)
            await job_of(self._crawler).budget.pause(min(max(pause, wait), self._longest))
        return again


class Redirect(RedirectMiddleware):
    """Scrapy's redirects; a circle is seen when it closes: without cookies nothing opens it."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it, but for the look-up of a middleware for Referer, which none sends."""
        made = cls(crawler.settings)
        made.crawler = crawler
        return made

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """The response, or the request it leads to; raises Circle."""
        try:
            result = super().process_response(request, response)
        except IgnoreRequest:
            raise Endless("redirects without end (try again later)") from None
        except ValueError as error:
            raise Endless(f"redirects to what is no address ({error}); try again later") from None
        if isinstance(result, Request) and result.url in result.meta["redirect_urls"]:
            raise Circle(f"redirects in a circle, to {result.url} again (try again later)")
        return result


class Keep:
    """Writes every response to the archive before anyone interprets it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """The response; `request.meta` tells its capture and when it came."""
        job = job_of(self._crawler)
        fetched = clock.now().replace(microsecond=0)
        exchange = _exchange(request, response, fetched)
        ask = request.cb_kwargs.get("ask")
        capture = await job.keep(exchange, ask)
        request.meta["fetched"] = fetched
        request.meta["capture"] = capture
        if keeping(ask) == "list":
            request.meta["exchange"] = exchange
        return response


def _exchange(request: Request, response: Response, fetched: datetime) -> Exchange:
    try:
        reason = HTTPStatus(response.status).phrase
    except ValueError:
        reason = ""
    return Exchange(
        url=response.url,
        method=request.method,
        request_headers=_headers(request),
        request_body=request.body,
        status=response.status,
        reason=reason,
        response_headers=_headers(response),
        body=response.body,
        fetched=f"{fetched:%Y-%m-%dT%H:%M:%SZ}",
        ip=str(response.ip_address) if response.ip_address and not is_proxied(request) else None,
        rendered="playwright" in response.flags,
        cut="dataloss" in response.flags or CUT in response.flags,
    )


def _headers(message: Request | Response) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in message.headers.items()
        for value in values
    ]
