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


class SiteSpiderLoader(SpiderLoader):
    """Scrapy's loader, and beside what it finds a spider named after each registered site."""

    def load(self, spider_name: str) -> type[Spider]:
        """The spider of this name; raises UnknownSite, which names the nearest ones."""
        if spider_name in self._spiders:
            return super().load(spider_name)
        return portal_spider(get(spider_name).slug, self.spider_modules[0])

    def list(self) -> builtins.list[str]:
        """All names, those of the registry included."""
        return sorted({*super().list(), *all_sites()})


def portal_spider(name: str, modules: str) -> type[Spider]:
    """A spider class of this name that crawls a live portal; `modules` holds the spiders."""
    base = import_module(f"{modules}.portal").PortalSpider
    return cast("type[Spider]", type("PortalSpider", (base,), {"name": name}))


def spider_of(slug: str, settings: BaseSettings) -> type[Spider]:
    """The spider for a site, registered or not."""
    return portal_spider(slug, settings.getlist("SPIDER_MODULES")[0])
