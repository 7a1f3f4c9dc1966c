"""The stretch of time that the page shows, and one site's days laid out on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import Literal

from newsarchive import clock
from newsarchive.health.values import Day, Diagnosis

WEEKS = 26
DAYS = 7 * WEEKS
# From how large a drop of a fill rate on the page speaks of it.
DROP = 0.2

# What is known of a day: nothing was recorded of the site yet; nobody looked; no look went well;
# it was seen.
State = Literal["before", "unseen", "trouble", "seen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Neighbouring days of one state: the first one's place on the axis, and how many."""

    state: State
    start: int
    length: int


@dataclass(frozen=True, kw_only=True)
class Axis:
    """The DAYS days, in Vietnam, up to and with the one that it is now."""

    now: datetime

    @cached_property
    def days(self) -> tuple[date, ...]:
        """Every day of the axis, the oldest first."""
        last = date.fromisoformat(clock.day_in_vietnam(self.now))
        return tuple(last - timedelta(days=DAYS - 1 - place) for place in range(DAYS))

    @cached_property
    def months(self) -> tuple[int, ...]:
        """Places of the days that open a month."""
        return tuple(place for place, day in enumerate(self.days) if day.day == 1)

    def week(self, number: int) -> tuple[date, date]:
        """First and last day of one of the WEEKS weeks; the latest ends today."""
        return self.days[7 * number], self.days[7 * number + 6]


class Series:
    """One site's days on an axis."""

    def __init__(self, axis: Axis, diagnosis: Diagnosis) -> None:
        known = {day.day: day for day in diagnosis.days}
        first = min(known, default="9999")
        self.days = tuple(
            known.get(day.isoformat()) or Day(day=day.isoformat()) for day in axis.days
        )
        self.states = tuple(_state(day, first) for day in self.days)
        self.fresh = [day.fresh for day in self.days]
        # A backlog met at once would flatten every usual day: such bars are cut off at the top.
        self.met = [max(day.new, day.fresh) for day in self.days]
        self.top = max(*self.fresh, _usual_most(self.met), 1)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was recorded in this stretch of time."""
        return all(state == "before" for state in self.states)

    @property
    def runs(self) -> tuple[Run, ...]:
        """The states as runs of days."""
        found = []
        for state, places in groupby(range(DAYS), key=lambda place: self.states[place]):
            run = list(places)
            found.append(Run(state=state, start=run[0], length=len(run)))
        return tuple(found)

    @property
    def shown(self) -> tuple[tuple[Day, State], ...]:
        """The days since the site is followed, the latest first, for a table."""
        pairs = zip(self.days, self.states, strict=True)
        return tuple(pair for pair in pairs if pair[1] != "before")[::-1]

    def count(self, state: State) -> int:
        """How many days are of a state."""
        return self.states.count(state)

    def week(self, number: int) -> Sequence[Day]:
        """The seven days of a week."""
        return self.days[7 * number : 7 * number + 7]

    def looks(self, number: int) -> bool:
        """Whether any day of a week is one since which the site is followed."""
        return any(state != "before" for state in self.states[7 * number : 7 * number + 7])

    def shares(self, field: str) -> list[float | None]:
        """Week by week the share, 0 to 1, of the articles that have a field; None without any."""
        found: list[float | None] = []
        for number in range(WEEKS):
            days = self.week(number)
            articles = sum(day.articles for day in days)
            had = sum(day.fill.get(field, 0) for day in days)
            found.append(had / articles if articles else None)
        return found


def dropped(diagnosis: Diagnosis, field: str) -> bool:
    """Whether a field is found much more rarely lately than it was usual."""
    now, before = diagnosis.fill.get(field), diagnosis.usual.get(field)
    return now is not None and before is not None and before - now >= DROP


def fallen_weeks(diagnosis: Diagnosis, field: str, shares: Sequence[float | None]) -> int:
    """How many of the latest weeks lie on the low side of a field's drop; 0 where all is well."""
    now, before = diagnosis.fill.get(field), diagnosis.usual.get(field)
    if diagnosis.is_well or now is None or before is None or before - now < DROP:
        return 0
    weeks = 0
    for back, share in enumerate(reversed(shares), 1):
        if share is not None:
            if share > (now + before) / 2:
                break
            weeks = back
    return weeks


def _state(day: Day, first: str) -> State:
    if day.day < first:
        return "before"
    if not day.rounds:
        return "unseen"
    return "seen" if day.well else "trouble"


def _usual_most(counts: Sequence[int]) -> int:
    """What nine in ten of the counts that are not 0 do not exceed; 0 if all are."""
    some = sorted(count for count in counts if count)
    return some[(len(some) - 1) * 9 // 10] if some else 0
