"""Invented histories of sites: rounds as crawls record them, of processes known by their law."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from newsarchive.clock import VIETNAM, stamp
from newsarchive.health.history import History
from newsarchive.health.judge import diagnose
from newsarchive.health.peers import Peers
from newsarchive.health.values import Diagnosis, Round

BEGIN = datetime(2026, 3, 9, 17, tzinfo=UTC)  # midnight in Vietnam, a Tuesday
# How much of a day's news comes in each hour.
_HOURS = (1, 1, 1, 1, 1, 2, 5, 10, 15, 20, 20, 15, 10, 10, 15, 20, 20, 15, 10, 7, 5, 4, 3, 2)
PROCESSES = ("even", "office", "clustered", "weekly")
USUAL = {
    "published": 1.0,
    "lead": 1.0,
    "byline": 0.9,
    "section": 0.5,
    "image": 0.98,
    "caption": 0.0,
}


def poisson(mean: float, rng: random.Random) -> int:
    if mean <= 0:
        return 0
    limit, n, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        n, product = n + 1, product * rng.random()
    return n


class Process:
    """How a site publishes: `rate` articles a day in the mean.

    even: as chance has it; office: less at weekends; clustered: days that differ by themselves;
    weekly: all of a week on one day of it.
    """

    def __init__(self, kind: str, rate: float, seed: int) -> None:
        self.kind = kind
        self.rate = rate
        self.rng = random.Random(f"{kind} {rate} {seed}")
        self._day, self._today = -1, 1.0
        self._parts: dict[tuple[int, int], float] = {}

    def met(self, at: datetime, hours: int) -> int:
        """Articles of the hours before then."""
        here = at.astimezone(VIETNAM)
        if here.toordinal() != self._day:
            self._day, self._today = here.toordinal(), self._of_day(here.weekday())
        if (here.hour, hours) not in self._parts:
            part = sum(_HOURS[(here.hour - back) % 24] for back in range(hours)) / sum(_HOURS)
            self._parts[here.hour, hours] = part
        part = self._parts[here.hour, hours]
        return poisson(self.rate * self._today * part, self.rng)

    def _of_day(self, weekday: int) -> float:
        if self.kind == "office":
            return 1.26 if weekday < 5 else 0.35
        if self.kind == "clustered":
            return self.rng.gammavariate(1.2, 1 / 1.2)
        return 7.0 * (weekday == 1) if self.kind == "weekly" else 1.0


def round_of(
    at: datetime,
    n: int = 0,
    *,
    rng: random.Random | None = None,
    fill: Mapping[str, float] = USUAL,
    agreed: float = 1.0,
    characters: int = 2000,
    **more: Any,
) -> Round:
    """A round that met n fresh articles."""
    rng = rng or random.Random(0)
    fields = {}
    if n:
        had = {name: sum(rng.random() < p for _ in range(n)) for name, p in fill.items()}
        body = sum(int(characters * math.exp(rng.gauss(0, 0.4))) for _ in range(n))
        same = sum(rng.random() < agreed for _ in range(n))
        fields = {"articles": n, **had, "characters": body, "compared": n, "agreed": same}
    counts = {"new": n, "fresh": n, "listed": 20, "fields": fields, **more}
    return Round(started=stamp(at), finished=stamp(at + timedelta(minutes=1)), **counts)


class Year:
    """Sites side by side, through time."""

    def __init__(self, processes: Mapping[str, Process], *, hours: int = 6, **family: str) -> None:
        self.processes = dict(processes)
        self.hours = hours
        self.histories = {
            name: History(site=name, name=name, family=family.get(name)) for name in processes
        }
        self.peers = Peers(self.histories.values())
        self.at = BEGIN

    def pass_(self, days: float, *, look: int = 24, **of: Mapping[str, Any]) -> list[Diagnosis]:
        """Let days go by; of: by site, what its rounds are like (see `round_of`); n=0: silent.

        Diagnoses all sites every `look` hours, and returns those of sites that were not well.
        """
        found = []
        end = self.at + timedelta(days=days)
        while self.at < end:
            self.at += timedelta(hours=self.hours)
            for name, process in self.processes.items():
                n = process.met(self.at, self.hours)
                how = dict(of.get(name, {}))
                n = how.pop("n", n) if not how.get("trouble") else 0
                self.histories[name].add(round_of(self.at, n, rng=process.rng, **how))
            if not (self.at - BEGIN) % timedelta(hours=look):
                found += [d for d in self.diagnoses() if not d.is_well]
        return found

    def diagnoses(self, names: Iterable[str] = ()) -> list[Diagnosis]:
        return [self.diagnose(name) for name in names or self.histories]

    def diagnose(self, name: str, *, later: float = 0) -> Diagnosis:
        """The diagnosis now, or so many hours later."""
        now = self.at + timedelta(hours=later)
        return diagnose(self.histories[name], now=now, peers=self.peers)


def steady(count: int = 6, rate: float = 2.0, **more: Process) -> dict[str, Process]:
    """Sites that are well, and others."""
    return {f"peer{n}": Process("even", rate, n) for n in range(count)} | more


def until(
    year: Year, name: str, limit: float, *, look: int = 6, **how: Any
) -> tuple[Diagnosis, float]:
    """The first diagnosis of the site that is not well, and after how many days it came."""
    begin = year.at
    while year.at < begin + timedelta(days=limit):
        year.pass_(look / 24, look=10_000, **{name: how})
        diagnosis = year.diagnose(name)
        if not diagnosis.is_well:
            return diagnosis, (year.at - begin) / timedelta(days=1)
    raise AssertionError(f"{name} was taken to be well for {limit} days")
