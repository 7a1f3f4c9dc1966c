"""The spiders that Scrapy sees: one for each site of the registry, made from its data."""

from __future__ import annotations

import builtins
from importlib import import_module
from typing import TYPE_CHECKING, cast

from scrapy.spiderloader import SpiderLoader

from newsarchive.sites import all_sites, get

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.settings import BaseSettings


# Scrapy's usual handler brings an OpenSSL of its own, which speaks no TLS 1.0 and takes no short
# keys; this one uses the system's.
LEGACY_TLS = {
    "DOWNLOAD_HANDLERS": {
        "https": "scrapy.core.downloader.handlers._aiohttp.AiohttpDownloadHandler",
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
        return portal_spider(site.slug, self.spider_modules[0], tls=site.tls)

    def list(self) -> builtins.list[str]:
        """All names, those of the registry included."""
        return sorted({*super().list(), *all_sites()})


def portal_spider(name: str, modules: str, *, tls: str | None = None) -> type[Spider]:
    """A spider class of this name that crawls a live portal; `modules` holds the spiders.

    tls: how the portal's server is spoken to, see Site.
    """
    base = import_module(f"{modules}.portal").PortalSpider
    more = {"name": name, "custom_settings": LEGACY_TLS if tls == "legacy" else {}}
    return cast("type[Spider]", type("PortalSpider", (base,), more))


def spider_of(slug: str, settings: BaseSettings, *, tls: str | None = None) -> type[Spider]:
    """The spider for a site, registered or not."""
    return portal_spider(slug, settings.getlist("SPIDER_MODULES")[0], tls=tls)
