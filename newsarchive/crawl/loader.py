"""The spiders that Scrapy sees: one for each site of the registry, made from its data."""

from __future__ import annotations

import builtins
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from scrapy.spiderloader import SpiderLoader

from newsarchive.crawl.browser import browser_settings
from newsarchive.settings import Pace
from newsarchive.sites import Site, all_sites, get

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.settings import BaseSettings

    from newsarchive.crawl.targets import Target


# Scrapy's usual handler brings an OpenSSL of its own, which speaks no TLS 1.0 and takes no short
# keys; this one uses the system's.
LEGACY_TLS = {
    "DOWNLOAD_HANDLERS": {
        "http": "newsarchive.crawl.download.Handler",
        "https": "newsarchive.crawl.legacy_tls.LegacyTls",
    },
    "DOWNLOADER_CLIENT_TLS_CIPHERS": "ALL:@SECLEVEL=0",
    "DOWNLOAD_TLS_MIN_VERSION": "TLSv1.0",
}


class SiteSpiderLoader(SpiderLoader):
    """Scrapy's loader, and beside what it finds a spider named after each registered site."""

    def load(self, spider_name: str) -> type[Spider]:
        """The spider of this name; raises UnknownSite, which names the nearest ones."""
        if spider_name in self._spiders:
            return super().load(spider_name)
        site = get(spider_name)
        return portal_spider(site.slug, self.spider_modules[0], host_settings(site))

    def list(self) -> builtins.list[str]:
        """All names, those of the registry included."""
        return sorted({*super().list(), *all_sites()})


def portal_spider(name: str, modules: str, settings: dict[str, Any]) -> type[Spider]:
    """A spider class of this name that crawls a live portal; `modules` holds the spiders.

    settings: over the project's, for its host.
    """
    base = import_module(f"{modules}.portal").PortalSpider
    more = {"name": name, "custom_settings": settings}
    return cast("type[Spider]", type("PortalSpider", (base,), more))


def host_settings(site: Site | Target) -> dict[str, Any]:
    """What a host needs beyond the project's settings; raises CallError for a missing browser."""
    if site.browser:
        return browser_settings()
    return LEGACY_TLS if site.tls == "legacy" else {}


def spider_of(target: Target, settings: BaseSettings) -> type[Spider]:
    """The spider for a site, registered or not."""
    modules = settings.getlist("SPIDER_MODULES")[0]
    return portal_spider(target.slug, modules, host_settings(target))


def pace_settings(pace: Pace) -> dict[str, Any]:
    """Scrapy's settings for a pace, as far as it is set."""
    own = {
        "DOWNLOAD_DELAY": pace.delay,
        "CONCURRENT_REQUESTS_PER_DOMAIN": pace.concurrency,
        "CONCURRENT_REQUESTS": pace.concurrency and 2 * pace.concurrency,
        "DOWNLOAD_TIMEOUT": pace.timeout,
    }
    return {name: value for name, value in own.items() if value is not None}
