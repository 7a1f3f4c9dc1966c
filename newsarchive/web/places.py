"""Provinces and sites as a reader chooses them: before and since the mergers of July 2025."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from newsarchive.text import fold

_PREFIXES = ("Công an tỉnh ", "Công an thành phố ", "Công an TP. ", "Công an ")


class Placed(Protocol):
    """What is known of a site's place, whoever read it."""

    @property
    def slug(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def province(self) -> str | None: ...
    @property
    def province_2025(self) -> str | None: ...


def short(name: str) -> str:
    """A portal's name without the words that most of them begin with."""
    return next((name.removeprefix(each) for each in _PREFIXES if name.startswith(each)), name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What there is to choose from, in alphabetical order.

    new: provinces since July 2025. old: those before, but for the names that stay: choosing a
    name means the sites of the province that bears it, before or since.
    """

    new: tuple[str, ...]
    old: tuple[str, ...]
    sites: tuple[Placed, ...]

    @property
    def names(self) -> frozenset[str]:
        """Every province's name."""
        return frozenset((*self.new, *self.old))

    def sites_of(self, province: str) -> frozenset[str]:
        """The slugs of a province's sites."""
        return frozenset(
            site.slug for site in self.sites if province in (site.province, site.province_2025)
        )


def choices(sites: Sequence[Placed]) -> Choices:
    """The choices that these sites give."""
    new = {site.province_2025 for site in sites if site.province_2025}
    old = {site.province for site in sites if site.province} - new
    return Choices(
        new=_sorted(new),
        old=_sorted(old),
        sites=tuple(sorted(sites, key=lambda site: fold(short(site.name)))),
    )


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=fold))
