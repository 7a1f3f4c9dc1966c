"""The browser of one crawl, shut in: its network knows the hosts of the crawl and nothing else.

What a browser asks besides its page (redirects, scripts' requests, websockets, frames, workers,
what it fetches ahead) does not pass Scrapy, and only some of it passes Playwright. So Chromium is
started with its look-up of names replaced: each host and port of the crawl is mapped to an address
that was looked at, for as long as the browser lives, and all others, spelled addresses too, to
nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, cast

from playwright.async_api import Error, Page
from scrapy.exceptions import CannotResolveHostError
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from newsarchive.crawl.download import Handler
from newsarchive.crawl.gate import names
from newsarchive.crawl.robots import job_of
from newsarchive.crawl.trouble import OffSite, Private
from newsarchive.hosts import Server

if TYPE_CHECKING:
    from playwright.async_api import Request as BrowserRequest
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response

# Video calls go round the look-up of names, to any address that a script tells.
_NO_CALLS = """for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection"])
    Object.defineProperty(globalThis, name, {value: undefined});"""
_SHUT_IN = (
    "--no-proxy-server",  # a proxy would resolve names itself
    "--block-new-web-contents",
    "--disable-quic",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)


def rules(places: Mapping[Server, str]) -> str:
    """Chromium's --host-resolver-rules: these servers at these addresses, and nothing else."""
    maps = [
        f"MAP {_bracketed(host)}:{port} {_bracketed(address)}:{port}"
        for (host, port), address in sorted(places.items())
    ]
    return ", ".join([*maps, "MAP * ~NOTFOUND"])


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


# Scrapy-playwright tells no types.
class BrowserHandler(ScrapyPlaywrightDownloadHandler, Handler):  # type: ignore[misc]  # untyped
    """Scrapy-playwright's handler with a browser that is shut in.

    What no browser shows (robots.txt, feeds) is asked as ever.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._shutting = asyncio.Lock()
        self._shut = False

    async def download_request(self, request: Request) -> Response:
        """The page as the browser shows it; raises OffSite where it is led out of the crawl."""
        if not request.meta.get("playwright"):
            return await super().download_request(request)
        await self._shut_in()
        # A worker of a page would outlive it, and answer for it.
        request.meta.setdefault("playwright_context_kwargs", {"service_workers": "block"})
        led: list[str] = []
        request.meta["playwright_page_event_handlers"] = {"requestfailed": _noting(led)}
        try:
            return await super().download_request(request)
        except Error as error:
            if led and "ERR_NAME_NOT_RESOLVED" in str(error):
                raise OffSite(
                    f"redirects to another host, {led[-1]} (if the portal has moved there, "
                    "crawl that with --url)"
                ) from None
            raise
        finally:
            del request.meta["playwright_page_event_handlers"]

    async def _shut_in(self) -> None:
        """Before the browser starts: tell it where it may go."""
        async with self._shutting:
            if self._shut:
                return
            job = job_of(self._crawler)
            places = {}
            for server in sorted(job.allowed):
                try:
                    places[server] = (await names().allowed(server, job.own))[0]
                except (CannotResolveHostError, Private):
                    continue  # a host of the site that is not there, or not where it should be
            options = self.config.launch_options
            told = [*options.get("args", ()), *_SHUT_IN, f"--host-resolver-rules={rules(places)}"]
            self.config.launch_options = {**options, "args": told}
            self._shut = True

    async def _create_page(self, request: Request, spider: Spider) -> Page:
        page = cast("Page", await super()._create_page(request, spider))
        await page.add_init_script(_NO_CALLS)
        return page


def _noting(led: list[str]) -> Callable[[BrowserRequest], None]:
    """Notes where a page's own request came to nothing: after redirects, that is elsewhere."""

    def note(request: BrowserRequest) -> None:
        if request.is_navigation_request() and request.redirected_from is not None:
            led.append(request.url)

    return note
