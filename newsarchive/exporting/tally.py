"""What goes into a release, counted as it passes: sites, years, hosts, days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

Row = dict[str, Any]


@dataclass(slots=True)
class SiteTally:
    """Of one site: articles, those of them that were edited, their first and last day."""

    articles: int = 0
    edited: int = 0
    first_day: str | None = None
    last_day: str | None = None


@dataclass(slots=True)
class Span:
    """From when to when; None where nothing was met."""

    first: str | None = None
    last: str | None = None

    def take(self, when: str | None) -> None:
        """Widen it so that it holds `when`, which sorts as text."""
        if when:
            self.first = min(self.first or when, when)
            self.last = max(self.last or when, when)


@dataclass(slots=True)
class Tally:
    """Of all articles of a release; memory grows with sites, hosts and years alone.

    years: articles by site and year ('' where undated). edited: the same, of those edited. ways:
    versions by how they came (live, import, wayback, commoncrawl). fetched: of their captures.
    """

    articles: int = 0
    sites: dict[str, SiteTally] = field(default_factory=dict)
    years: Counter[tuple[str, str]] = field(default_factory=Counter)
    edited: Counter[tuple[str, str]] = field(default_factory=Counter)
    hosts: Counter[str] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    days: Span = field(default_factory=Span)
    seen: Span = field(default_factory=Span)
    fetched: Span = field(default_factory=Span)

    def take(self, row: Row) -> None:
        """Count an article as `query.articles` gives it."""
        day = (row["published"] or "")[:10]
        edited = row["version"] > 1
        site = self.sites.setdefault(row["site"], SiteTally())
        self.articles += 1
        site.articles += 1
        site.edited += edited
        if day:
            site.first_day = min(site.first_day or day, day)
            site.last_day = max(site.last_day or day, day)
        self.years[row["site"], day[:4]] += 1
        self.edited[row["site"], day[:4]] += edited
        if host := _host(row["url"]):
            self.hosts[host] += 1
        self.days.take(day)
        self.seen.take(row["first_seen"])
        self.seen.take(row["last_seen"])

    def take_capture(self, capture: Row) -> None:
        """Count the response of a version."""
        self.ways[capture["via"]] += 1
        self.fetched.take(capture["fetched"])

    @property
    def versions(self) -> int:
        """Responses that versions were read from."""
        return sum(self.ways.values())

    def counts(self) -> Iterator[tuple[str, str, int, int]]:
        """Site, year, articles, edited; in the order of sites and years, undated last."""
        for site, year in sorted(self.years, key=lambda pair: (pair[0], pair[1] or "9999")):
            yield site, year, self.years[site, year], self.edited[site, year]


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname  # None for 'urn:sha256:...', an import without an address
    except ValueError:
        return None
