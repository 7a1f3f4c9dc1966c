"""The faults of a simulated year: what happens to which portal, and by when it must be reported.

What "within the site's own rhythm" means is defined here, from how the portals are made and before
any result was seen. Hours are counted from the fault's beginning:

*   The site cannot be crawled at all (an outage, a challenge, moved to another host, lists without
    articles, forbidden by robots.txt): 6 hours, or twice the longest run of failed rounds that the
    site had before outside such faults, if that is more.
*   Lists stay as they are while the editors publish: the rhythm is the silence that the portal as
    it is made (its own hours, weekdays, slow changes; postings counted, not articles; holidays and
    hours without rounds left out) would come to once in 200 years, i.e. in which ln(200 * postings
    a year) postings are to be expected: 9.2 for one a week (a chance of 1 in 10,000), 13.7 for a
    dozen a day. Half as much again is allowed, for whoever knows the rate only from what was seen;
    and at least 48 hours.
*   Pages built anew (fields lost, bodies short, titles other than in the lists, no articles to the
    reader): the rhythm is the time in which 12 articles are met; at least 24 hours.
*   Nobody looks (the machine off, the site left out), or nobody can (the crawler's own network is
    down, and no site answers): 24 hours.

A fault that ends before that need not be reported. One that wants a rhythm (silence, pages built
anew) begins only when the portal has shown one: 28 days and 20 articles, also since an earlier
fault of that sort.

A report counts if its kind is in the fault's `reports`; kinds in `tolerated` are true as well, and
no report. Other kinds, and any kind outside a fault, are false alarms. After a fault's end the
report may stand for a while: as long again as the fault may take to be reported (not able to be
crawled); for a day from the first new article (silence); for 24 articles and 48 hours (pages
built anew); for 6 hours (nobody looks).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from year_portals import DAY, Post, Rhythm, day_of, holiday, usual

ONCE_IN_YEARS = 200
ALLOWED = 1.5
ARTICLES = 12
SHOWN_DAYS, SHOWN_ARTICLES = 28, 20
QUICK = frozenset(("unreachable", "challenge", "moved", "no articles"))


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of fault. clock: what its time is counted in. trouble: of each round."""

    name: str
    clock: str
    reports: frozenset[str]
    tolerated: frozenset[str] = frozenset()
    trouble: str | None = None
    fleet: bool = False


def _sorts() -> Iterator[Sort]:
    silent, built = frozenset(["silent"]), frozenset(["redesigned", "disagreement"])
    for name, trouble in (
        ("outage", "unreachable"), ("challenge", "challenge"), ("moved away", "moved"),
        ("lists without articles", "no articles"),
    ):  # fmt: skip
        yield Sort(name, "hours", frozenset([trouble]), silent | QUICK, trouble)
    yield Sort("forbidden by robots.txt", "hours", QUICK, silent, "robots")
    yield Sort("lists frozen", "silence", silent)
    yield Sort("some fields lost", "articles", frozenset(["redesigned"]), built)
    yield Sort("bodies cut short", "articles", frozenset(["redesigned"]), built)
    yield Sort("other titles", "articles", built)
    yield Sort("all fields lost", "articles", built, silent)
    refused = frozenset(["redesigned", "no articles"])
    yield Sort("articles refused", "articles", refused, built | silent, "articles")
    yield Sort("site left out", "watch", frozenset(["unwatched"]))
    yield Sort("machine off", "watch", frozenset(["unwatched"]), fleet=True)
    network = frozenset(["unreachable", "unwatched"])
    yield Sort("own network down", "hours", network, silent, "unreachable", fleet=True)


SORTS = {sort.name: sort for sort in _sorts()}
# Not in the table: too short to be reported, and no lie where it is.
SHORT = Sort("a few hours down", "hours", frozenset(["unreachable"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. start, end: hours, the end not in it. rhythm: hours in which it should show;
    bound: the hour by which it must be reported, None if it ends before. lost: fields that pages
    no longer show."""

    sort: Sort
    slug: str
    start: int
    end: int
    rhythm: int
    bound: int | None
    lost: frozenset[str] = frozenset()


@dataclass(slots=True, kw_only=True)
class Site:
    """A portal with all that happens to it. moments: postings expected in each hour. habits: what
    habitually goes wrong in each hour."""

    rhythm: Rhythm
    moments: list[float]
    posts: list[Post]
    habits: list[str]
    faults: list[Fault]

    def fault(self, hour: int) -> Fault | None:
        """The fault that shows in this hour; where there are two, that of the fleet."""
        found = [f for f in self.faults if f.start <= hour < f.end and f.sort is not SHORT]
        return max(found, key=lambda f: f.sort.fleet, default=None)

    def longest(self, until: int) -> int:
        """Hours of the longest run of failed rounds before then outside the faults."""
        longest = run = 0
        for hour in range(self.rhythm.begins, until):
            run = run + 1 if self.habits[hour] == "unreachable" else 0
            longest = max(longest, run)
        return longest


def quick(site: Site, start: int) -> int:
    """Hours within which it must be seen that the site cannot be crawled."""
    return max(6, 2 * site.longest(start))


def silence(site: Site, start: int, off: Sequence[range], share: float = 1.0) -> int | None:
    """Hours from the start on that the portal would be silent once in so many years; None if it
    is longer than all that is simulated. off: hours without rounds. share: of that silence."""
    year = 365 * sum(site.moments[start - 28 * DAY : start]) / 28
    wanted = share * math.log(ONCE_IN_YEARS * year)
    for hour in range(start, len(site.moments)):
        if holiday_hour(hour) or any(hour in span for span in off):
            continue
        wanted -= site.moments[hour]
        if wanted <= 0:
            return hour + 1 - start
    return None


def holiday_hour(hour: int) -> bool:
    """Whether the hour lies in holidays."""
    return holiday(day_of(hour // DAY)) is not None


def met(site: Site, start: int, number: int, off: Sequence[range]) -> int | None:
    """Hours from the start on until so many articles are met; None if that is never.

    off: hours without rounds; what is published then is met at their end.
    """
    for post in site.posts:
        if post.hour < start or post.old or post.refused:
            continue
        number -= 1
        if number <= 0:
            return max(post.hour, *(span.stop for span in off if post.hour in span), 0) + 1 - start
    return None


def span_of(sort: Sort, site: Site, start: int, off: Sequence[range]) -> tuple[int, int] | None:
    """(rhythm, hours within which it must be reported); None where all that is simulated is too
    short for it."""
    if sort.clock == "hours":
        hours = max(quick(site, start), DAY if sort.fleet else 0)
        return hours, hours
    if sort.clock == "watch":
        return DAY, DAY
    if sort.clock == "silence":
        rhythm, bound = silence(site, start, off), silence(site, start, off, ALLOWED)
        if rhythm is None or bound is None:
            return None
        return max(48, rhythm), max(48, bound)
    found = met(site, start, ARTICLES, off)
    return None if found is None else (max(DAY, found), max(DAY, found))


def settled(site: Site, kind: str, end: int, off: Sequence[range]) -> int:
    """The hour until which a report of this kind may stand after a fault's end."""
    never = len(site.moments)
    if kind in QUICK:
        return end + quick(site, end)
    if kind == "silent":
        first = met(site, end, 1, off)
        return never if first is None else end + first + DAY
    if kind == "unwatched":
        return end + 6
    many = met(site, end, 2 * ARTICLES, off)
    return never if many is None else end + max(48, many)


def made(rhythm: Rhythm, posts: list[Post], habits: list[str]) -> Site:
    """A site to which nothing happened yet."""
    return Site(
        rhythm=rhythm, moments=usual(rhythm, len(habits)), posts=posts, habits=habits, faults=[]
    )
