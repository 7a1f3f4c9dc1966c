"""A live portal: turns what the crawl asks for into requests, and hands the answers back."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider, signals
from scrapy.exceptions import CloseSpider
from scrapy.http import HtmlResponse, Response
from scrapy.utils.response import get_meta_refresh
from twisted.python.failure import Failure

from newsarchive.crawl import trouble
from newsarchive.crawl.unpack import is_cut
from newsarchive.crawl.values import SHARED, Answer, Ask, sent
from newsarchive.errors import ArchiveError

if TYPE_CHECKING:
    from newsarchive.crawl.job import Job

AHEAD = 64  # articles that may wait before the next page of a list waits for them
SMALL = 20_000  # bytes: a page that does nothing but send a browser on is not larger
AT_ONCE = 5  # seconds after which a page may send a browser on and still mean 'at once'
_OF_HOST = (trouble.NoRobots, trouble.Private, trouble.Challenged, trouble.Silent)
_PAGES = ("home", "list", "article", "recheck")
_ARTICLES = ("article", "recheck", "image")
_LIST_FIRST, _ARTICLE, _LIST_LATER, _AGAIN = 20, 10, 0, -10


class PortalSpider(Spider):
    """The spider of one site. The loader gives each registered site a subclass with its name."""

    def __init__(self, job: Job, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.job = job
        self._take: dict[str, Callable[[Ask, Answer], Awaitable[list[Ask]]]] = {
            "home": job.listing, "list": job.listing, "article": job.article,
            "feed": job.source, "sitemap": job.source, "image": job.image,
        }  # fmt: skip
        self._waiting = 0

    async def start(self) -> AsyncIterator[Request]:
        """What an earlier crawl left over, then the home page or the sections."""
        try:
            await self.job.left_unread()
            if self.job.share is not None:
                async for asks in self.job.share.asks():
                    for request in await self._requests(asks):
                        yield request
                return
            for ask in await self.job.pending():
                while self._waiting >= AHEAD:
                    await self.crawler.signals.wait_for(signals.scheduler_empty)
                for request in await self._requests([ask]):
                    yield request
            for request in await self._requests(await self.job.start()):
                yield request
            async for ask in self.job.rechecks():
                while self._waiting >= AHEAD:
                    await self.crawler.signals.wait_for(signals.scheduler_empty)
                yield self._request(ask)
        except ArchiveError:
            raise CloseSpider("archive") from None

    def _request(self, ask: Ask) -> Request:
        if self.job.share is not None:
            self.job.share.asked(ask)
        if ask.kind in _ARTICLES:
            priority = _ARTICLE if ask.kind == "article" else _AGAIN
            self._waiting += self.job.share is None or bool(ask.lease)
        else:
            priority = _LIST_FIRST if self._waiting < AHEAD else _LIST_LATER
        return Request(
            ask.url,
            callback=self.parse,
            errback=partial(self.failed, ask=ask),
            priority=priority,
            dont_filter=True,
            **_sent(ask),
            meta={"playwright": True} if self._is_shown(ask) else None,
            cb_kwargs={"ask": ask},
        )

    def _is_shown(self, ask: Ask) -> bool:
        """Whether a browser shows the page: not what is no page, feeds and scripts' lists."""
        return self.job.target.browser and ask.step is None and ask.kind in _PAGES

    async def _requests(self, asks: Iterable[Ask]) -> list[Request]:
        """Requests for what is asked, but for pages that were kept and only need to be read, and
        for what is left to whichever worker has time."""
        left, requests, read = deque(asks), [], []
        share = self.job.share
        while left:
            ask = left.popleft()
            if share is not None and ask.kind in SHARED and not ask.lease:
                share.post(ask)
                continue
            further = await self.job.unread(ask)
            if further is None:
                requests.append(self._request(ask))
            else:
                left.extend(further)
                read.append(ask)
        if share is not None:
            for ask in read:
                await share.came(ask)
        return requests

    async def parse(self, response: Response, ask: Ask) -> list[Request]:
        """Hand a page to the job; return the requests for what it asks next."""
        self._waiting -= ask.kind in _ARTICLES
        return await self._through(ask, self._answered(response, ask))

    async def _through(self, ask: Ask, work: Awaitable[list[Request]]) -> list[Request]:
        """What an answer, or the lack of one, leads to."""
        try:
            try:
                return await work
            finally:
                if self.job.share is not None:
                    await self.job.share.came(ask)
        except ArchiveError:
            raise CloseSpider("archive") from None

    async def _answered(self, response: Response, ask: Ask) -> list[Request]:
        if ask.kind == "recheck":
            answer = _answer(response, ask)
            return await self._requests(await self.job.recheck(ask, response.status, answer))
        if response.status == 304 and ask.validators is not None:
            return await self._requests(await self.job.unchanged(ask))
        if not 200 <= response.status < 300 or response.status == 206:
            missed = await self.job.missed(
                ask,
                trouble.of_status(response.status),
                kind=trouble.kind_of_status(response.status),
                final=trouble.final(response.status),
            )
            return await self._requests(missed)
        take = self._take[ask.kind]
        answer = _answer(response, ask)
        if answer.partial:
            return await self._requests(await self.job.torn(ask, answer))
        return await self._requests(await take(ask, answer))

    async def failed(self, failure: Failure, ask: Ask) -> list[Request]:
        """Tell the job about a page that could not be had."""
        self._waiting -= ask.kind in _ARTICLES
        return await self._through(ask, self._missed(failure, ask))

    async def _missed(self, failure: Failure, ask: Ask) -> list[Request]:
        error = failure.value
        assert error is not None
        if isinstance(error, ArchiveError):
            raise error
        if isinstance(error, (trouble.Spent, trouble.Handed)):
            self.job.cut = self.job.cut or isinstance(error, trouble.Spent)
            if self.job.share is not None:
                await self.job.share.give_back(ask)
            return []
        why: str | None = trouble.of_error(
            error, timeout=self.crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        )
        if ask.kind == "article" and isinstance(error, trouble.Forbidden):
            why = None
        final = isinstance(error, (trouble.OffSite, trouble.Circle))
        final = final and not isinstance(error, trouble.Endless)
        host = isinstance(error, _OF_HOST)
        kind = trouble.kind_of(error)
        missed = await self.job.missed(ask, why, kind=kind, final=final, host=host)
        return await self._requests(missed)


def _sent(ask: Ask) -> dict[str, Any]:
    """Arguments of the request beside its address."""
    if ask.validators is None:
        return sent(ask.step)
    conditions = {
        "If-None-Match": ask.validators.etag,
        "If-Modified-Since": ask.validators.last_modified,
    }
    return {"headers": {name: value for name, value in conditions.items() if value}}


def _refresh(response: HtmlResponse) -> str | None:
    """Where the page's own markup sends a browser at once."""
    try:
        seconds, target = get_meta_refresh(response)
    except (LookupError, UnicodeError):  # the charset that it names is none of text: zlib, idna
        seconds, target = get_meta_refresh(response.replace(encoding="utf-8"))
    return target if target and (seconds or 0) <= AT_ONCE else None


def _answer(response: Response, ask: Ask) -> Answer:
    kind = response.headers.get("Content-Type")
    refresh = None
    small = len(response.body) <= SMALL
    if ask.kind != "article" and small and isinstance(response, HtmlResponse):
        refresh = _refresh(response)
    return Answer(
        url=response.url,
        content=response.body,
        content_type=kind.decode("latin-1") if kind else None,
        capture=response.meta["capture"],
        exchange=response.meta.get("exchange"),
        fetched=response.meta["fetched"],
        partial=is_cut(response),
        refresh=refresh,
    )
