"""The hourly rounds of a simulated year as a crawl would have recorded them."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from year_faults import Fault, Site
from year_portals import DAY, Post, when

from newsarchive.archive import Archive
from newsarchive.clock import stamp
from newsarchive.health.values import FIELDS, Round
from newsarchive.model import Tally

_WHY = {
    "unreachable": "connection refused (is the portal up, and the port right?)",
    "challenge": "sends a challenge that wants a browser",
    "moved": "leads to another host",
    "no articles": "no articles found: 5 pages held no link to one",
    "robots": "robots.txt forbids it",
    "articles": "most pages asked are no articles",
    "lists": "a list could not be had",
}
_FEW = 5  # articles that a round must have asked for before it says that most are lost
_KEPT_LAYOUT = 0.02  # what still shows of a lost field


@dataclass(frozen=True, slots=True)
class Crawl:
    """One crawl as it is recorded; outcome 'killed' has no end."""

    tally: Tally
    outcome: str
    seconds: int

    def of_health(self, began: datetime) -> Round:
        """The same as those see it who judge the site."""
        killed = self.outcome == "killed"
        names = (
            "trouble", "why", "new", "fresh", "changed", "gone", "refused", "failed", "listed",
            "fields",
        )  # fmt: skip
        return Round(
            started=stamp(began),
            finished=None if killed else stamp(began + timedelta(seconds=self.seconds)),
            outcome=self.outcome,
            **{name: getattr(self.tally, name) for name in names},
        )


class Rounds:
    """All rounds of one site, in order."""

    def __init__(
        self, site: Site, seed: int, off: Iterable[range], well: Iterable[int] = ()
    ) -> None:
        """off: hours in which the machine is off, beside the faults. well: hours in which no page
        fails by chance, as none does on a real portal."""
        self.site = site
        self.minute = int(site.rhythm.rate * 1000) % 50
        self._rng = random.Random(f"{seed} {site.rhythm.rate} rounds")
        self._off = frozenset(hour for span in off for hour in span)
        self._well = frozenset(well)
        self._next = 0  # of the posts, the first that no round has met
        self._begun = False
        self._latest: int | None = None  # round of any kind
        self._before = 0  # the one before this
        self._died = False
        self.met: list[Post] = []  # by the latest round
        # Of a real portal, pages that were no articles when they were asked, and when that was.
        self._doubtful: tuple[int, list[Post]] = (0, [])

    def round(self, hour: int) -> Crawl | None:
        """What this hour's round records; None where there is none."""
        self.met = []
        if hour < self.site.rhythm.begins or hour in self._off:
            return None
        fault = self.site.fault(hour)
        if fault is not None and fault.sort.clock == "watch":
            return None
        self._before, self._latest = self._latest if self._latest is not None else hour, hour
        habit = self.site.habits[hour] if self._begun else ""
        if habit == "unreachable":
            return self._failed("unreachable")
        if fault is not None and fault.sort.clock == "hours":
            assert fault.sort.trouble is not None
            return self._failed(fault.sort.trouble)
        if habit == "killed":
            return Crawl(Tally(), "killed", 0)
        frozen = fault is not None and fault.sort.clock == "silence"
        self.met = found = [] if frozen else self._meet(hour, habit)
        begun, self._begun = self._begun, True
        return self._came(hour, found, fault, habit, first=not begun)

    def _failed(self, trouble: str) -> Crawl:
        lists = self.site.rhythm.lists if trouble == "no articles" else 0
        tally = Tally(
            requested=1 + lists, failed=1, lists=lists, trouble=trouble, why=_WHY[trouble]
        )
        return Crawl(tally, "failed", 190 if trouble == "unreachable" else 12)

    def _meet(self, hour: int, habit: str) -> list[Post]:
        """What the lists name and was not met before; a round that is cut short leaves some."""
        posts = self.site.posts
        end = self._next
        while end < len(posts) and posts[end].hour <= hour:
            end += 1
        if habit == "budget":
            end = min(end, self._next + 5)
        elif habit == "lists":
            end = self._next + (end - self._next + 1) // 2
        found = posts[self._next : end]
        self._next = end
        return found

    def _came(
        self, hour: int, found: list[Post], fault: Fault | None, habit: str, *, first: bool
    ) -> Crawl:
        rhythm, rng = self.site.rhythm, self._rng
        clock, sort = (fault.sort.clock, fault.sort.name) if fault is not None else ("", "")
        refused = len(found) if sort == "articles refused" else sum(p.refused for p in found)
        read = [] if sort == "articles refused" else [p for p in found if not p.refused]
        read += self._asked_again(hour, found, fault)
        looks = 0 if first else self._looks()
        changed = sum(rng.random() < (0.8 if clock == "articles" else 0.01) for _ in range(looks))
        gone = sum(rng.random() < 0.002 for _ in range(looks))
        if not first and rng.random() < 0.0005:  # a purge, a correction of all that is young
            gone, changed = rng.randint(5, 30), changed + rng.randint(5, 30)
        if sort == "articles refused":
            changed, gone = 0, 0
        backlog = rng.randint(200, 4000) if first else 0
        oldest = when(self._before).date() - timedelta(days=2)
        fresh = [p for p in read if not p.old and when(p.hour).date() >= oldest]
        lists = rhythm.lists - (habit == "lists")
        trouble = "lists" if habit == "lists" else None
        if sort == "articles refused" and len(found) >= _FEW:
            trouble = "articles"
        # One page that is not answered in time.
        lost_one = rng.random() < 0.003 and hour not in self._well
        tally = Tally(
            requested=1 + lists + len(found) + looks + backlog,
            new=len(read) + backlog,
            changed=changed,
            unchanged=looks - min(looks, changed + gone),
            failed=int(habit == "lists" or lost_one),
            lists=lists,
            listed=rhythm.listed + backlog,
            known=0 if first else rhythm.listed - min(rhythm.listed, len(found)),
            fresh=len(fresh),
            refused=refused,
            gone=gone,
            rechecked=looks,
            trouble=trouble,
            why=_WHY[trouble] if trouble else None,
            fields=self._fields(fresh, fault),
        )
        outcome = "budget" if habit == "budget" else "failed" if tally.failed else "finished"
        return Crawl(tally, outcome, 5 + 3 * len(found) + (1500 if rhythm.budget else 0))

    def _asked_again(self, hour: int, found: list[Post], fault: Fault | None) -> list[Post]:
        """What a real portal's refused pages turn out to be once they are asked again, a day later."""
        if hour not in self._well:
            return []
        since, left = self._doubtful
        refused = fault is not None and fault.sort.name == "articles refused"
        self._doubtful = hour, found if refused else []
        return left if hour - since >= DAY else []

    def _looks(self) -> int:
        """How many known articles are looked at again: the younger, the more often."""
        mean = self.site.rhythm.rate * (2 * 4 + 12 + 76 / 7) / DAY
        return int(mean) + (self._rng.random() < mean % 1)

    def _fields(self, fresh: list[Post], fault: Fault | None) -> dict[str, int]:
        seen = [self._as_read(post, fault) for post in fresh] if fault is not None else fresh
        return {
            "articles": len(seen),
            **{name: sum(name in post.shown for post in seen) for name in FIELDS},
            "characters": sum(post.characters for post in seen),
            "compared": sum(post.compared for post in seen),
            "agreed": sum(post.agreed for post in seen),
        }

    def _as_read(self, post: Post, fault: Fault) -> Post:
        """What a reader finds in the article while its page is built anew."""
        kept = 0.0 if self.site.rhythm.real else _KEPT_LAYOUT
        lost = frozenset(name for name in fault.lost if self._rng.random() >= kept)
        every = fault.sort.name == "all fields lost"
        found = replace(post, shown=post.shown - lost)
        if every or fault.sort.name == "bodies cut short":
            found = replace(found, characters=int(post.characters * 0.2))
        if every or fault.sort.name == "other titles":
            likely = 0.0 if self.site.rhythm.real else 0.15
            found = replace(found, agreed=post.agreed and self._rng.random() < likely)
        return found

    def began(self, hour: int) -> datetime:
        """When this hour's round began."""
        return when(hour) + timedelta(minutes=self.minute)

    def write(self, archive: Archive, hour: int, done: Crawl) -> None:
        """Record the round as a crawl does."""
        began = self.began(hour)
        slug = self.site.rhythm.slug
        if self._died:  # as every crawl says of the one before it; asking each time takes long
            archive.abandon_crawls(slug)
        self._died = done.outcome == "killed"
        crawl = archive.begin_crawl(slug, stamp(began))
        if not self._died:
            ended = stamp(began + timedelta(seconds=done.seconds))
            archive.end_crawl(crawl, done.tally, finished=ended, outcome=done.outcome)
