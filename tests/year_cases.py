"""A simulated year: portals, what happens to them, hourly rounds in an archive, looks at health."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random

import year_real
from year_fate import Fate
from year_faults import SHORT, Site, made
from year_judge import Verdict, judge
from year_portals import DAY, HISTORY, post, posts, rhythms, troubles, when
from year_rounds import Crawl, Rounds

from newsarchive import sites as registry
from newsarchive.archive import Archive
from newsarchive.clock import stamp
from newsarchive.health.history import History
from newsarchive.health.judge import diagnose
from newsarchive.health.look import examine
from newsarchive.health.peers import Peers

SHOWN = 5  # articles that a real portal has new when a fault begins or ends
KEPT = timedelta(days=14)  # crawls that met nothing, as a refresh keeps them
OFTEN = 0.03  # of the days: the machine is off for some hours


@dataclass(slots=True, kw_only=True)
class Year:
    """One simulated year.

    real: real rounds, each with what its record has other than the year assumes. looks: how often
    all sites were judged by the archive; other: where it told something else than their histories.
    """

    sites: list[Site]
    off: list[range]
    pauses: list[range]
    verdict: Verdict = field(default_factory=Verdict)
    real: list[tuple[str, list[str]]] = field(default_factory=list)
    looks: int = 0
    other: list[str] = field(default_factory=list)


def plan(slugs: list[str], *, days: int, seed: int, faults: int) -> Year:
    """Portals of these names and their faults; no archive is touched."""
    hours = (HISTORY + days) * DAY
    sites = [
        made(rhythm, posts(rhythm, seed, hours), troubles(rhythm, seed, hours))
        for rhythm in rhythms(slugs, seed, days)
    ]
    fate = Fate(sites, seed, days)
    fate.draw(faults)
    rng = Random(f"{seed} pauses")
    pauses = []
    for day in range(HISTORY + days):
        if rng.random() < OFTEN:
            start = day * DAY + rng.randrange(DAY)
            pauses.append(range(start, start + rng.randint(1, 8)))
    year = Year(sites=sites, off=fate.off, pauses=pauses)
    for site in sites:
        if site.rhythm.real:
            _make_visible(site, year, seed)
    return year


def _make_visible(site: Site, year: Year, seed: int) -> None:
    """Let the real portal publish, and its rounds be well, where a fault begins and ends."""
    rng = Random(f"{seed} shown")
    at = sorted(real_hours(site))
    for hour in at:
        site.posts += [replace(post(site.rhythm, hour, rng), old=False) for _ in range(SHOWN)]
        site.habits[hour] = ""
    site.posts.sort(key=lambda p: p.hour)
    year.pauses[:] = [span for span in year.pauses if not any(hour in span for hour in at)]


def real_hours(site: Site) -> set[int]:
    """The hours in which a real portal is really crawled."""
    own = [f for f in site.faults if f.sort.name != "own network down" and f.sort is not SHORT]
    found = {hour for fault in own for hour in (fault.start, fault.end)}
    return {hour for hour in found if hour < len(site.moments)}


def names(number: int, real: list[str]) -> list[str]:
    """So many slugs: the real portals', then registered ones, those of a known family first."""
    active = [site for site in registry.all_sites().values() if site.active]
    active.sort(key=lambda site: (site.family is None, site.slug))
    return [*real, *(site.slug for site in active[: number - len(real)])]


class Life:
    """Lives through a year hour by hour: rounds go into the archive and to those who judge."""

    def __init__(
        self, year: Year, db: Path, shown: dict[str, year_real.RealPortal], *, seed: int, step: int
    ) -> None:
        """shown: the real portals. step: hours between the looks into the archive."""
        self._year, self._db, self._shown, self._step = year, db, shown, step
        self._rounds = [
            Rounds(
                site, seed, [*year.off, *year.pauses], real_hours(site) if site.rhythm.real else ()
            )
            for site in year.sites
        ]
        self._histories: dict[str, History] = {}
        self._peers = Peers([])
        self._archive = Archive.open(db)

    @contextmanager
    def _aside(self) -> Iterator[None]:
        """The archive closed meanwhile: another process, or another connection, has it."""
        self._archive.close()
        yield
        self._archive = Archive.open(self._db)

    def live(self, progress: Callable[[int, int], None] = lambda done, of: None) -> None:
        """Judge every site at the end of each hour, and all that was told at the end of all.

        They are judged by histories to which rounds are added; at every `step` hours, and after
        each real round, by the archive too, which must come to the same.
        """
        year = self._year
        seen: dict[str, dict[int, frozenset[str]]] = defaultdict(dict)
        hours = len(year.sites[0].moments)
        for site in year.sites:
            _register(self._archive, site.rhythm.slug)
        for hour in range(hours):
            real = [self._one(each, hour) for each in self._rounds]
            if hour % DAY == 3:
                until = when(hour) - KEPT
                self._archive.forget_quiet_crawls(stamp(until - 8 * KEPT), stamp(until))
            if hour < HISTORY * DAY:
                continue
            now = when(hour + 59 / 60)
            for slug, history in self._histories.items():
                found = diagnose(history, now=now, peers=self._peers)
                seen[slug][hour] = frozenset(fault.kind for fault in found.faults)
            if hour % self._step == 0 or any(real):
                with self._aside():
                    self._compare(hour, {slug: told[hour] for slug, told in seen.items()})
            if hour % DAY == 0:
                progress(hour, hours)
        self._archive.close()
        for site in year.sites:
            told = seen[site.rhythm.slug]
            year.verdict.add(judge(site, told, year.off, HISTORY * DAY))

    def _compare(self, hour: int, told: dict[str, frozenset[str]]) -> None:
        """Look into the archive: it must tell the same of every site."""
        looked = {
            found.site: frozenset(fault.kind for fault in found.faults)
            for found in examine(self._db, now=when(hour + 59 / 60))
        }
        self._year.looks += 1
        for slug in sorted(told.keys() | looked.keys()):
            if told.get(slug) != looked.get(slug):
                one, other = (
                    "nothing at all" if kinds is None else ", ".join(sorted(kinds)) or "well"
                    for kinds in (told.get(slug), looked.get(slug))
                )
                self._year.other.append(f"{slug} {when(hour):%d %b %H h}: {other}, not {one}")

    def _one(self, rounds: Rounds, hour: int) -> bool:
        """One site's round, a record or a real one; whether it was real."""
        slug = rounds.site.rhythm.slug
        done = rounds.round(hour)
        if done is None:
            return False
        real = slug in self._shown and (
            hour == rounds.site.rhythm.begins or hour in real_hours(rounds.site)
        )
        if real:
            with self._aside():
                done = self._really(rounds, hour, done)
        else:
            rounds.write(self._archive, hour, done)
        if slug not in self._histories:
            self._histories[slug] = History(site=slug, family=family(slug))
            self._peers = Peers(self._histories.values())
        self._histories[slug].add(done.of_health(rounds.began(hour)))
        return real

    def _really(self, rounds: Rounds, hour: int, assumed: Crawl) -> Crawl:
        """The round over HTTP; what its record has other than assumed is noted."""
        slug, at = rounds.site.rhythm.slug, rounds.began(hour)
        portal = self._shown[slug]
        if hour == rounds.site.rhythm.begins:
            tally, outcome = year_real.first_crawl(slug, portal, self._db, at)
            return Crawl(tally, outcome, 5)
        fault = rounds.site.fault(hour)
        hours = [post.hour for post in rounds.met]
        tally, outcome = year_real.refresh(slug, portal, self._db, at, fault, hours)
        name = f"{fault.sort.name} began" if fault else "all was well again"
        wrong = list(year_real.differences(tally, assumed.tally))
        if outcome != assumed.outcome:
            wrong.append(f"outcome {outcome}, not {assumed.outcome}")
        self._year.real.append((f"{slug} {at:%d %b %H h}: {name}", wrong))
        return Crawl(tally, outcome, 5)


def family(slug: str) -> str | None:
    """The family of a site's CMS."""
    return None if ":" in slug else registry.get(slug).family


def _register(archive: Archive, slug: str) -> None:
    if ":" in slug:
        archive.register_portal(slug, f"http://{slug}/")
    else:
        archive.register_site(registry.get(slug))
