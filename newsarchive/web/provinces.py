"""The provinces of a site list: today's 34, what each was made of, and whose sites there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsarchive.query.volumes import SiteVolume
from newsarchive.sites import Site, all_sites
from newsarchive.sites._provinces import PROVINCES, today_of
from newsarchive.text import fold
from newsarchive.web.addresses import province_slug
from newsarchive.web.places import short


@dataclass(frozen=True, slots=True, kw_only=True)
class Province:
    """A province of today. was: the other names that it was made of.

    sites: those that the archive knows, the province's own first; absent: registered portals of
    it that the archive does not know.
    """

    name: str
    was: tuple[str, ...]
    sites: tuple[SiteVolume, ...]
    absent: tuple[Site, ...]

    @property
    def articles(self) -> int:
        """Articles of all its sites."""
        return sum(site.articles for site in self.sites)


def provinces(sites: Sequence[SiteVolume]) -> list[Province]:
    """All provinces of today, in alphabetical order, and any other that a site names."""
    names = {*PROVINCES, *(site.province_2025 for site in sites if site.province_2025)}
    known = {site.slug for site in sites}
    return [_province(name, sites, known) for name in sorted(names, key=fold)]


def placeless(sites: Iterable[SiteVolume]) -> list[SiteVolume]:
    """The sites of no province: national outlets, and portals crawled by their address alone."""
    return sorted(
        (site for site in sites if not site.province_2025), key=lambda site: fold(short(site.name))
    )


def find(slug: str, sites: Sequence[SiteVolume]) -> tuple[Province, str | None] | None:
    """The province of today whose address this is, or that a former one of it became part of.

    With it the name of the former one, if that was asked for; None if there is no such province.
    """
    every = provinces(sites)
    for province in every:
        if province_slug(province.name) == slug:
            return province, None
    former = {old for province in every for old in province.was}
    old = next((name for name in former if province_slug(name) == slug), None)
    if old is None:
        return None
    return next(each for each in every if old in each.was), old


def _province(name: str, sites: Sequence[SiteVolume], known: set[str]) -> Province:
    own = [site for site in sites if site.province_2025 == name]
    own.sort(key=lambda site: (site.province != name, fold(site.province or "")))
    was = {*PROVINCES.get(name, ()), *(site.province for site in own if site.province)} - {name}
    absent = (
        site
        for site in all_sites().values()
        if site.province_2025 == name and site.slug not in known
    )
    return Province(
        name=name,
        was=tuple(sorted(was, key=fold)),
        sites=tuple(own),
        absent=tuple(sorted(absent, key=lambda site: fold(site.name))),
    )


def became(province: str | None) -> str | None:
    """The province that a former one is part of now, if it has another name."""
    now = today_of(province) if province else None
    return now if now != province else None
