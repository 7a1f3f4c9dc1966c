"""Pages that only a browser shows: Debian's Chromium through scrapy-playwright, where asked for."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from newsarchive.errors import CallError
from newsarchive.urls import bare_host, host_port

if TYPE_CHECKING:
    from playwright.async_api import Request

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
_HANDLER = "newsarchive.crawl.playwright_handler.BrowserHandler"
# What a page's text and lists do without.
_UNNEEDED = frozenset(("image", "media", "font", "websocket", "eventsource", "beacon"))


def browser_settings() -> dict[str, Any]:
    """Settings of a crawl through a browser; raises CallError where there is none, and what to do.

    The environment's NEWSARCHIVE_CHROMIUM names another program than the one on the path.
    """
    if find_spec("scrapy_playwright") is None:
        raise CallError("a browser is wanted: pip install 'newsarchive[browser]'")
    named = os.environ.get("NEWSARCHIVE_CHROMIUM")
    found = named or next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None or not os.access(found, os.X_OK):
        raise CallError(
            f"no browser{f' at {named}' if named else ''}: apt-get install chromium, or name one "
            "by NEWSARCHIVE_CHROMIUM"
        )
    # Chromium's sandbox does not work for root.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {
        "DOWNLOAD_HANDLERS": {"http": _HANDLER, "https": _HANDLER},
        "PLAYWRIGHT_LAUNCH_OPTIONS": {"executable_path": found, "args": arguments},
        "PLAYWRIGHT_ABORT_REQUEST": "newsarchive.crawl.browser.is_foreign",
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 4,
    }


def is_foreign(request: Request) -> bool:
    """Whether the browser must not ask this: another host than its page's, pictures, films."""
    first = request
    while first.redirected_from is not None:
        first = first.redirected_from
    page = request.frame.page.url
    own = first.url if page in ("", "about:blank") else page
    try:
        (host, port), (own_host, own_port) = host_port(request.url), host_port(own)
    except ValueError:
        return True
    if (bare_host(host), port in (80, 443) or port) != (
        bare_host(own_host),
        own_port in (80, 443) or own_port,
    ):
        return True
    return request.resource_type in _UNNEEDED
