"""The registry of portals: every module in this folder holds one value SITE."""

from __future__ import annotations

import difflib
import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from newsarchive.errors import SiteError, UnknownSite
from newsarchive.sites._provinces import today_of
from newsarchive.sites._rules import Calls, Layout, Site
from newsarchive.urls import bare_host

__all__ = ["Calls", "Layout", "Site", "all_sites", "get", "site_of_host"]


@cache
def all_sites() -> MappingProxyType[str, Site]:
    """Every registered site by slug, in the order of slugs.

    Raises SiteError, which names the file, if one cannot be loaded, has no SITE, is named unlike
    its slug, shares a host, or names a province or a successor that there is not.
    """
    found: dict[str, Site] = {}
    owner: dict[str, str] = {}
    for info in pkgutil.iter_modules(__path__):
        if info.name.startswith("_"):
            continue
        where = f"newsarchive/sites/{info.name}.py"
        try:
            site = getattr(import_module(f"{__name__}.{info.name}"), "SITE", None)
        except (SiteError, SyntaxError, NameError, TypeError, ImportError) as error:
            raise SiteError(f"{where}: {error}") from None
        if not isinstance(site, Site):
            raise SiteError(f"{where} holds no SITE = Site(...)")
        if site.slug.replace("-", "_") != info.name:
            raise SiteError(f"{where}: its slug is {site.slug!r}; file and slug must be one name")
        for host in site.hosts:
            if owner.setdefault(bare_host(host), site.slug) != site.slug:
                raise SiteError(f"{where}: host {host} belongs to {owner[bare_host(host)]} already")
        found[site.slug] = site
    for site in found.values():
        if fault := _fault(site, found):
            raise SiteError(f"{_file(site.slug)}: {fault}")
    return MappingProxyType(dict(sorted(found.items())))


def _file(slug: str) -> str:
    return f"newsarchive/sites/{slug.replace('-', '_')}.py"


def _fault(site: Site, found: Mapping[str, Site]) -> str | None:
    """What is wrong with a site beside the others, None if nothing."""
    if site.successor is not None and site.successor not in found:
        return f"successor={site.successor!r} is no registered site"
    if site.province is None or today_of(site.province) == site.province_2025:
        return None
    now = today_of(site.province)
    if now is None:
        return f"province={site.province!r} is none of the 63 that there were"
    return f"province_2025={site.province_2025!r}: {site.province} is part of {now}"


def get(slug: str) -> Site:
    """The site of this slug. Raises UnknownSite, naming the nearest ones."""
    sites = all_sites()
    if slug in sites:
        return sites[slug]
    nearest = difflib.get_close_matches(slug.lower(), sites, n=3, cutoff=0.5)
    raise UnknownSite(slug, nearest)


@cache
def _hosts() -> MappingProxyType[str, Site]:
    return MappingProxyType({bare_host(h): s for s in all_sites().values() for h in s.hosts})


def site_of_host(host: str) -> Site | None:
    """The site that has, or had, this host ('www.' makes no difference)."""
    return _hosts().get(bare_host(host))
