"""Which faults a simulated year has: drawn from the seed, each sort by turns, with room between."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from itertools import cycle

from year_faults import (
    SHORT,
    SHOWN_ARTICLES,
    SHOWN_DAYS,
    SORTS,
    Fault,
    Site,
    Sort,
    settled,
    span_of,
)
from year_portals import DAY, HISTORY, Rhythm

from newsarchive.health.values import FIELDS

# Those that a real portal can be made to have.
REAL = (
    "outage", "challenge", "moved away", "lists without articles", "forbidden by robots.txt",
    "lists frozen", "all fields lost", "articles refused", "site left out",
)  # fmt: skip


class Fate:
    """Draws the faults of a year: first those of the whole fleet, then each sort by turns."""

    def __init__(self, sites: list[Site], seed: int, days: int) -> None:
        self.sites = sites
        self.hours = (HISTORY + days) * DAY
        self._days = days
        self._rng = random.Random(f"{seed} faults")
        self.off: list[range] = []
        self._fleet: list[range] = []

    def draw(self, number: int) -> None:
        """Give the sites so many faults beside those of the whole fleet."""
        self._whole("machine off", max(1, self._days // 150), 36, 150)
        self._whole("own network down", 1, 30, 60)
        for site in self.sites:
            site.faults += _short(site)
        real = [site for site in self.sites if site.rhythm.real]
        own = [sort for sort in SORTS.values() if not sort.fleet]
        shown = number * len(real) // len(self.sites)
        visible = [sort for sort in own if sort.name in REAL]
        self._rng.shuffle(visible)
        for sort in _by_turns(visible, shown):
            self._one(sort, real)
        others = [site for site in self.sites if not site.rhythm.real]
        for sort in _by_turns(own, number - shown):
            self._one(sort, others)
        for site in self.sites:
            site.faults.sort(key=lambda fault: fault.start)

    def _whole(self, name: str, number: int, least: int, most: int) -> None:
        sort = SORTS[name]
        while number:
            start = self._rng.randrange((HISTORY + 8) * DAY, self.hours - 14 * DAY)
            length = self._rng.randint(least, most)
            span = range(start, start + length)
            if any(start - 240 < o.stop and o.start < span.stop + 240 for o in self._fleet):
                continue
            number -= 1
            self._fleet.append(span)
            if sort.clock == "watch":
                self.off.append(span)
            for site in self.sites:
                if site.rhythm.begins < start - 48:
                    hours = span_of(sort, site, start, ())
                    assert hours is not None
                    site.faults.append(_fault(sort, site, start, span.stop, hours))

    def _one(self, sort: Sort, among: list[Site]) -> None:
        """Give one of the sites a fault of this sort, where there is room for it in any."""
        for _ in range(200):
            site = self._rng.choice(among)
            start = self._rng.randrange((HISTORY + 1) * DAY, self.hours - 2 * DAY)
            lost = self._lost(sort, site)
            hours = span_of(sort, site, start, self.off)
            if hours is None or lost is None or not self._ready(sort, site, start):
                continue
            length = int(hours[1] * self._rng.uniform(1.15, 2.5)) + 2
            if sort.clock in ("hours", "watch"):
                length = int(length * math.exp(self._rng.uniform(0, 3.2)))
            end = min(start + length, self.hours)
            if start + hours[1] < self.hours - 2 and self._free(sort, site, start, end):
                site.faults.append(_fault(sort, site, start, end, hours, lost))
                return

    def _lost(self, sort: Sort, site: Site) -> frozenset[str] | None:
        """Which fields are lost; None where the site cannot have such a fault."""
        full = [name for name in FIELDS if _fill(site.rhythm, name) >= 0.6]
        some = [name for name in full if name != "published"]
        if sort.name == "all fields lost":
            return frozenset(full) if len(some) >= 2 else None
        if sort.name == "some fields lost":
            if len(some) < 2 or max(_fill(site.rhythm, name) for name in some) < 0.8:
                return None
            return frozenset(self._rng.sample(some, self._rng.randint(2, len(some))))
        if sort.name == "other titles" and not site.rhythm.compared:
            return None
        return frozenset()

    def _ready(self, sort: Sort, site: Site, start: int) -> bool:
        """Whether the site has shown a rhythm, if the fault wants one."""
        own = [f for f in site.faults if not f.sort.fleet and f.sort is not SHORT]
        since = site.rhythm.begins
        if sort.clock not in ("silence", "articles"):
            return start > since + 10 * DAY
        since = max(
            (f.end for f in own if f.start < start and f.sort.clock == sort.clock), default=since
        )
        shown = sum(since <= post.hour < start and not post.old for post in site.posts)
        return start - since >= SHOWN_DAYS * DAY and shown >= SHOWN_ARTICLES

    def _free(self, sort: Sort, site: Site, start: int, end: int) -> bool:
        """Whether nothing else happens to the site around that time.

        A fault of months may see the whole fleet fail meanwhile.
        """
        slow = sort.clock in ("silence", "articles")
        after = end + (5 * DAY if not slow else 2 * (settled(site, "redesigned", end, ()) - end))
        for fault in site.faults:
            room = 12 if fault.sort is SHORT else 5 * DAY
            before = settled(site, "redesigned" if slow else "silent", fault.end, ())
            if fault.sort.fleet and slow and end - start > 30 * DAY:
                if fault.start - 2 * DAY < start < fault.end + 2 * DAY:
                    return False
            elif fault.start < after + room and start < max(before, fault.end + room):
                return False
            elif slow and fault.sort.clock in ("silence", "articles") and fault.start >= end:
                # That one keeps the history that it was given.
                shown = sum(end <= post.hour < fault.start for post in site.posts)
                if shown < SHOWN_ARTICLES or fault.start - end < SHOWN_DAYS * DAY:
                    return False
        return True


def _by_turns(sorts: list[Sort], number: int) -> list[Sort]:
    """So many, each sort as often as the others; the slow ones first, while there is room."""
    order = ("silence", "articles", "watch", "hours")
    turns = cycle(sorts)
    chosen = [next(turns) for _ in range(number)]
    return sorted(chosen, key=lambda sort: order.index(sort.clock))


def _fill(rhythm: Rhythm, name: str) -> float:
    """How full a field is, short notices taken in."""
    lead = 0.2 * rhythm.fill[name] if name == "lead" else 0.0
    few = {"byline": 0.0, "lead": lead, "image": 0.1, "caption": 0.0}.get(name, rhythm.fill[name])
    return rhythm.fill[name] * (1 - rhythm.notices) + few * rhythm.notices


def _fault(
    sort: Sort, site: Site, start: int, end: int, hours: tuple[int, int],
    lost: frozenset[str] = frozenset(),
) -> Fault:  # fmt: skip
    bound = start + hours[1]
    return Fault(
        sort=sort, slug=site.rhythm.slug, start=start, end=end, rhythm=hours[0],
        bound=bound if bound < end else None, lost=lost,
    )  # fmt: skip


def _short(site: Site) -> Iterator[Fault]:
    """Runs of three failed rounds and more, but those of every night."""
    start = None
    for hour, habit in enumerate([*site.habits, ""]):
        if habit == "unreachable":
            start = hour if start is None else start
        elif start is not None:
            if hour - start >= 3 and not all(
                h % DAY in site.rhythm.night for h in range(start, hour)
            ):
                yield Fault(
                    sort=SHORT, slug=site.rhythm.slug, start=start, end=hour, rhythm=6, bound=None
                )
            start = None
