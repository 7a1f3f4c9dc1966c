"""All that was learned of one site up to the last day that ended, day by day."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from operator import sub
from statistics import median

from newsarchive.health.falls import Fall, Share, Size
from newsarchive.health.history import Batch, History, Spell
from newsarchive.health.outages import Outages, Pool, Troubles
from newsarchive.health.rhythm import Rhythm, Shape
from newsarchive.health.unusual import BUDGET, Lengths
from newsarchive.health.values import FIELDS, Day

SHARES = (*FIELDS, "agreement", "accepted")
SIZES = ("characters", "listed")
MEASURES = (*SHARES, *SIZES)
# What is expected before any site has shown it, and worth as many as said: a machine that is off is
# off for three hours, and rarer rounds come late by a twelfth of their interval.
_HOLE, _HOLES_A_YEAR, _HOLES_WORTH = 3.0, 4.0, 8.0
_GLANCE = 3  # a false word that nobody looks costs a glance at cron; a missed one costs articles
_REGULAR = 6  # days with rounds that make a rhythm of rounds


class Learned:
    """What judge and peers need to know of a site; all of it ends with `until`.

    until: ordinal of the day after the last one taken in. outages: of the whole site (True), and of
    parts of it. interval: usual hours between rounds, None
    without a rhythm. unwatched: hours without a round that alarm. alarm: score of a fall that does.
    """

    def __init__(self, history: History) -> None:
        self.history = history
        self.until = date.fromisoformat(history.days[0].day).toordinal() if history.days else None
        self.rhythm = Rhythm()
        self.falls: dict[str, Fall] = {
            **{name: Share() for name in SHARES},
            **{name: Size() for name in SIZES},
        }
        self.outages = {True: Outages(), False: Outages()}
        self.interval: float | None = None
        self.unwatched = float("inf")
        self.alarm = float("inf")
        self._spells = 0
        self._rounds = 0
        self._batches = 0
        self._next = 0  # index of the first day not taken in
        self._dates: deque[int] = deque(maxlen=60)  # days with rounds
        self._holes = Lengths()
        self._hole = 0.0  # hours that the latest days lack
        self._latest = 0.0  # round of which the interval was learned

    @property
    def years(self) -> float:
        """How long the site is known."""
        if self.until is None or not self.history.days:
            return 0.0
        first = date.fromisoformat(self.history.days[0].day).toordinal()
        return max(self.until - first, 0) / 365.25

    def troubles(self, whole: bool) -> Troubles:
        """Its outages, of the whole site or of parts of it, for the pool."""
        return self.outages[whole].told(self.years)

    def day(self, ordinal: int) -> Day | None:
        """The site's day of that date, if it is the next one that is not taken in."""
        days, name = self.history.days, date.fromordinal(ordinal).isoformat()
        while self._next < len(days) and days[self._next].day < name:
            self._next += 1  # it came when its day was closed already
        if self._next < len(days) and days[self._next].day == name:
            return days[self._next]
        return None

    def close(
        self,
        ordinal: int,
        *,
        expected: float,
        shape: Shape,
        pool: Pool,
        shared: Callable[[Spell], bool],
    ) -> None:
        """Take in the day of that date, which has ended.

        expected: share of a usual day. shape, pool: what the gaps and outages of others are like.
        shared: whether an outage was that of nearly all sites.
        """
        day = self.day(ordinal)
        name = date.fromordinal(ordinal).isoformat()
        values = measured(day, self.history.batches.get(name, ()))
        self._batches += len(self.history.batches.get(name, ()))
        known = max(self.years * 365.25, 1.0)
        a_year = max(365.25 * (self._batches + 1) / (known + 1), 12.0)
        self.alarm = a_year * len(MEASURES) / BUDGET
        for measure, fall in self.falls.items():
            fall.close(name, values[measure], alarm=self.alarm)
        self.rhythm.close(
            (ordinal - _EPOCH) * 24.0 - 7,
            (ordinal + 6) % 7,
            self.history.arrivals.get(name, ()),
            seen=seen_share(day),
            watched=self._watched(day),
            expected=expected,
            blind=bool(day and day.refused) and self.falls["accepted"].since is not None,
            shape=shape,
        )
        if day is not None:
            self._next += 1
            self._rounds += day.rounds
            if day.rounds:
                self._met(ordinal, day.rounds)
        self.until = ordinal + 1
        self._learn_unwatched()
        self._learn_outages(ordinal, pool, shared)

    def _watched(self, day: Day | None) -> float:
        """The share of a day's usual rounds that there were: after the last look nothing is known
        of it, least of all silence."""
        if day is None or self.interval is None:
            return 1.0
        return min(1.0, day.rounds * self.interval / 24)

    def _met(self, ordinal: int, rounds: int) -> None:
        """Take in a day with rounds: how long did nobody look, by the rounds that it lacks?

        Counted in days, because of older ones the archive keeps no more.
        """
        dates = self._dates
        if self.interval is not None:
            unseen = (ordinal - dates[-1] - 1) * 24.0
            self._lacks(ordinal, unseen + max(24.0 - rounds * self.interval, 0.0))
        dates.append(ordinal)
        if len(dates) >= _REGULAR:
            known = self.interval is not None
            interval = self._learn_interval()
            if not known:
                self._lacks(ordinal, max(24.0 - rounds * interval, 0.0))

    def _lacks(self, ordinal: int, hours: float) -> None:
        """Take in how many hours before a day's end, and after the day before, nobody looked."""
        interval = self.interval or 1.0
        if hours > max(1.6 * interval, interval + 1) or (self._hole and hours >= interval):
            self._hole += hours  # over midnight it is still one
        elif self._hole:
            at = (ordinal - _EPOCH) * 24.0
            self._holes.add(self._hole - interval, limit=self.unwatched - interval, at=at)
            self._hole = 0.0

    def _learn_interval(self) -> float:
        starts = list(self.history.starts)
        if self.interval is None or (starts and starts[-1] > self._latest):
            dates = list(self._dates)
            between = median(map(sub, dates[1:], dates))
            gaps = list(map(sub, starts[1:], starts))
            self.interval = float(between * 24 if between > 1 or not gaps else median(gaps))
            self._latest = starts[-1] if starts else 0.0
        return self.interval

    def _learn_unwatched(self) -> None:
        if self.interval is None:
            return
        self.unwatched = self.interval + self._holes.threshold(
            a_year=(len(self._holes) + _HOLES_A_YEAR) / (self.years + 1),
            mean=max(_HOLE, self.interval / 12),
            weight=_HOLES_WORTH,
            budget=_GLANCE * BUDGET,
        )

    def lasted(self, spell: Spell) -> float:
        """Hours of a spell of trouble."""
        return spell.hours(self.interval or 1.0)

    def _learn_outages(self, ordinal: int, pool: Pool, shared: Callable[[Spell], bool]) -> None:
        spells, end = self.history.spells, (ordinal + 1 - _EPOCH) * 24.0 - 7
        before = self._spells
        if self.outages[True].limit == float("inf"):
            self._learn_limits(pool)
        while self._spells < len(spells) and spells[self._spells].last < end:
            spell = spells[self._spells]
            self.outages[spell.whole].passed(spell, self.lasted(spell), shared)
            self._spells += 1
        if self._spells > before or ordinal % 7 == 0:  # without outages its rate falls slowly
            self._learn_limits(pool)

    def _learn_limits(self, pool: Pool) -> None:
        for whole, outages in self.outages.items():
            outages.learn(
                pool[whole], years=self.years, rounds=self._rounds, interval=self.interval or 1.0
            )


def seen_share(day: Day | None) -> float:
    """The share of a day's rounds that saw the site."""
    return day.well / day.rounds if day is not None and day.rounds else 0.0


Met = Sequence[tuple[int, float]]


def measured(day: Day | None, batches: Sequence[Batch]) -> Mapping[str, Met]:
    """Of each of MEASURES: for each batch (or the day) of how many articles it is told, and its
    value."""
    if day is None:
        return _NOTHING
    found: dict[str, Met] = {
        name: [(b.n, b.fill[at]) for b in batches] for at, name in enumerate(FIELDS)
    }
    found["agreement"] = [(b.compared, b.agreed) for b in batches]
    # Not where old articles came: lists were walked far back.
    recent = [b for b in batches if b.new - b.n <= b.n + b.refused]
    found["accepted"] = [(b.n + b.refused, b.n) for b in recent]
    found["characters"] = [(b.n, max(b.characters / b.n, 1.0)) for b in batches if b.n]
    walked = len(recent) == len(batches)
    found["listed"] = [(1, 1.0 + day.listed)] if day.well and walked else []
    return found


_NOTHING: Mapping[str, Met] = {name: () for name in MEASURES}
_EPOCH = date(1970, 1, 1).toordinal()


def means(falls: Sequence[Share]) -> tuple[float, float, int] | None:
    """Mean and variance of what sites do, of those that are known well enough; None if few."""
    usual = [fall.usual for fall in falls if fall.yes + fall.no >= 20]
    if len(usual) < 3:
        return None
    mean = sum(usual) / len(usual)
    # As if two more had been as different as sites can be: few that agree prove little.
    apart = sum((u - mean) ** 2 for u in usual) + 2 * mean * (1 - mean) / 2
    return mean, apart / (len(usual) + 1), len(usual)
