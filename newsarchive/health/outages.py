"""How long trouble of a site lasts when it passes by itself, and how long it must to alarm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import log
from typing import NamedTuple

from newsarchive.health.history import Spell
from newsarchive.health.unusual import BUDGET, Lengths

# What is expected before any site has shown it, and worth as many as said: an outage that passes by
# itself (a restart, a backup) lasts an hour.
_OUTAGE, _A_YEAR, _WORTH = 1.0, 1.0, 8.0
_TRUE = 3  # what is told of an outage is true, if only of one that would have passed by itself


class Troubles(NamedTuple):
    """Outages of a site, or of several: how many a year, and their hours in the mean."""

    a_year: float = _A_YEAR
    hours: float = _OUTAGE


Pool = Mapping[bool, Troubles]  # those of whole sites (True), and of parts of them


class Outages:
    """Those of one site, of the whole of it or of parts.

    limit, failing: hours, and rounds one after the other, that one must last to alarm.
    """

    def __init__(self) -> None:
        self.lengths = Lengths()
        self.limit = self.failing = float("inf")
        self._troubled = 0.0  # rounds in those that passed by themselves

    def told(self, years: float) -> Troubles:
        """What they tell of other sites; years: how long the site is known."""
        met = len(self.lengths)
        return Troubles(
            _rate(met, years, _A_YEAR), (self.lengths.total + _WORTH * _OUTAGE) / (met + _WORTH)
        )

    def passed(self, spell: Spell, lasted: float, shared: Callable[[Spell], bool]) -> None:
        """Take in one that is over. shared: whether it was that of nearly all sites."""
        limit = self.limit if spell.rounds >= self.failing else float("inf")
        if lasted <= limit:
            self._troubled += spell.rounds
        elif shared(spell):
            return
        self.lengths.add(lasted, limit=limit, at=spell.last)

    def learn(self, pool: Troubles, *, years: float, rounds: int, interval: float) -> None:
        """Find the limits anew. pool: outages of others. rounds: of the site, all of them.
        interval: hours between them."""
        self.limit = self.lengths.threshold(
            a_year=_rate(len(self.lengths), years, pool.a_year),
            mean=pool.hours,
            weight=_WORTH,
            budget=_TRUE * BUDGET,
        )
        share = (self._troubled + 1) / (rounds + 50)
        a_year = 365.25 * 24 / interval
        # Two prove little, unless half a day lies between them.
        self.failing = max(
            3.0 if interval < 12 else 2.0, log_ratio(a_year / BUDGET, 1 / min(share, 0.9))
        )


def _rate(met: int, years: float, expected: float) -> float:
    """How many there are a year, if so many were met; what is expected is worth half a one."""
    return (met + 0.5) / (years + 0.5 / expected)


def log_ratio(often: float, base: float) -> float:
    """How many failures one after the other are met by chance once in `often` rounds."""
    return log(often) / log(base)
