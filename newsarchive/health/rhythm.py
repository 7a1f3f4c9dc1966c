"""A site's own rhythm, and how long it may be silent.

Time is measured in articles: one unit is the time in which the site's recent pace, its weekdays,
its hours and the holidays let one arrival be expected (an arrival is a round that met fresh
articles, however many: those that come in one batch are one decision of an editor). On that clock
a site without any structure has gaps of mean 1 with an exponential tail, one that publishes each
Monday has gaps of just about 1, one that works in bursts has a heavy tail. Each gap is measured
with what was known before it began, so that the errors of pace and weekdays are part of the gaps
from which the threshold is learned (`unusual`), as they are part of the silence that is judged; but
the gaps of the first two weeks, in which weekdays were known from other sites at most, are
forgotten once as many have followed.

Only days with rounds that were well count, in the share of them that was: a night in which nobody
looked, or in which the site did not answer, is no silence. After an alarm nothing is learned from
the silence until it ends; nor from one in which the site published and no page could be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import sub

from newsarchive.health.unusual import BUDGET, Lengths

_WEEKDAY = 4.0  # arrivals that others' share of each weekday is worth
_HOUR = 24.0  # arrivals that others' day is worth
_MEMORY = 60.0  # arrivals that are remembered, in between _SHORT and _LONG days
_WORTH = 8.0  # gaps that what is known of others' is worth
_FIRST, _ENOUGH = 14.0, 20  # days of which the gaps are forgotten, once as many follow, and so many
_SHORT, _LONG = 28.0, 180.0
_LOUD = 1.3  # silence that is not told is what no reader of the archive would notice either
_HABIT = 0.5 ** (1 / _LONG)  # what weekdays and hours keep of a day's weight


class Rhythm:
    """What was learned of one site up to a day.

    since: units without an arrival up to the end of that day. limit: how many alarm. arrivals:
    number of them in memory. alarmed: whether the silence had passed the limit by then.
    """

    __slots__ = (
        "_blind", "_by_hour", "_by_weekday", "_days", "_later", "_profile", "_quiet",
        "_weekday_days", "_weekday_share", "alarmed", "arrivals", "days", "gaps", "hours", "last",
        "level", "limit", "since",
    )  # fmt: skip

    def __init__(self) -> None:
        self.arrivals = 0.0
        self._days = 0.0
        self._by_weekday = [0.0] * 7
        self._weekday_days = [0.0] * 7
        self._weekday_share = [1.0] * 7
        self._by_hour = [0.0] * 24
        self._profile = [n / 24 for n in range(25)]
        self.level = 0.0
        self.gaps = Lengths()
        self._later: Lengths | None = Lengths()  # of them, those after the first weeks
        self.hours = Lengths()  # gaps in plain hours
        self._blind = False  # the silence so far is that of a reader, not of the site
        self.since = 0.0
        self.last: float | None = None  # the latest arrival, hours since 1970
        self.limit = float("inf")
        self.alarmed = False
        self.days = 0  # days with well rounds
        self._quiet: list[tuple[int, float]] = []  # since the last arrival, not learned from yet

    def expected(self, weekday: int) -> float:
        """Arrivals on a usual day of this weekday (0 is Monday)."""
        return self.level * self._weekday_share[weekday]

    def share(self, hour: float) -> float:
        """The share of a day's arrivals that comes before this hour of it."""
        if hour >= 24:
            return 1.0
        whole = int(hour)
        low = self._profile[whole]
        return low + (self._profile[whole + 1] - low) * (hour - whole)

    def _least(self, watched: float) -> float:
        """The share of a day's arrivals that so much of a day has in any case: where rounds are
        missing nobody knows at which hours, and after the last one nothing is known of the day."""
        if watched >= 1:
            return 1.0
        hours: list[float] = sorted(map(sub, self._profile[1:], self._profile))
        whole = int(24 * watched)
        return sum(hours[:whole]) + (24 * watched - whole) * hours[whole]

    def silence(
        self, weekday: int, expected: float, arrivals: Sequence[float], until: float
    ) -> float:
        """Units without an arrival up to an hour of the day after the last one learned.

        expected: the share of a usual day that is expected of it.
        """
        today = self.expected(weekday) * expected
        if arrivals:
            return today * max(0.0, self.share(until) - self.share(arrivals[-1]))
        return self.since + today * self.share(until)

    def close(
        self,
        day: float,
        weekday: int,
        arrivals: Sequence[float],
        *,
        seen: float,
        watched: float,
        expected: float,
        blind: bool = False,
        shape: Shape,
    ) -> None:
        """Take in a day that has ended.

        day: its begin, hours since 1970. seen: share of its rounds that were well; watched: share
        of the usual ones that there were. expected: share of a usual day that was expected of it.
        blind: whether pages were refused that day, and it is told already that they are.
        shape: what other sites' gaps are like.
        """
        self.days += seen > 0
        untold = self.alarmed or self._blind
        today = self.expected(weekday) * seen * self._least(watched) * expected
        before = 0.0
        for hour in arrivals:
            share = self.share(hour)
            self._arrived(day + hour, self.since + today * (share - before))
            self.since, before = 0.0, share
        self.since += today * (1 - before)
        self._quiet.append((weekday, seen * expected if expected >= 0.5 else 0.0))
        if arrivals or self.days <= _SHORT:
            # Until it ends a silence is measured by what was known when it began; in the first
            # weeks that is nothing yet.
            quiet = [] if untold else self._quiet[:-1]
            for each, share in quiet:
                self._learn(each, (), share, shape)
            self._learn(weekday, arrivals, self._quiet[-1][1], shape)
            self._quiet.clear()
        self._blind = self._blind or blind
        self.limit = self._threshold(shape)
        self.alarmed = self.since > self.limit

    def _arrived(self, at: float, gap: float) -> None:
        if self.last is not None and self.level and not self._blind:
            self.gaps.add_cut(gap, limit=self.limit)
            if self.days > _FIRST and self._later is not None:
                self._later.add_cut(gap, limit=self.limit)
                if len(self._later) >= max(len(self.gaps) / 2, _ENOUGH):
                    self.gaps, self._later = self._later, None
            if gap <= self.limit:
                self.hours.add_cut(at - self.last, limit=float("inf"))
        self.last = at
        self.alarmed = self._blind = False

    def _learn(self, weekday: int, arrivals: Sequence[float], seen: float, shape: Shape) -> None:
        memory = min(max(_MEMORY / self.level if self.level else _SHORT, _SHORT), _LONG)
        keep = 0.5 ** (1 / memory)
        self.arrivals *= keep
        self._days *= keep
        if not seen:
            return
        n = len(arrivals)
        self.arrivals += n
        self._days += seen * self._weekday_share[weekday]
        if self.arrivals:
            lent = shape.sure if shape.level else 0.0
            days = self._days + (lent / shape.level if lent else 0.0)
            self.level = (self.arrivals + lent) / days
        for each in range(7):
            self._by_weekday[each] *= _HABIT
            self._weekday_days[each] *= _HABIT
        self._by_weekday[weekday] += n
        self._weekday_days[weekday] += seen
        even = sum(self._by_weekday) / sum(self._weekday_days)
        self._weekday_share = [
            (met + _WEEKDAY * theirs) / (even * days + _WEEKDAY)
            for met, days, theirs in zip(
                self._by_weekday, self._weekday_days, shape.week, strict=True
            )
        ]
        if n:
            self._by_hour = [x * _HABIT for x in self._by_hour]
            for hour in arrivals:
                self._by_hour[min(int(hour), 23)] += 1
            self._profile = _profile(self._by_hour, shape.day)

    def habits(self) -> tuple[Sequence[float], Sequence[float], Sequence[float]]:
        """What weekdays and hours were like: arrivals of each weekday, what they would be in an
        even week, arrivals of each hour."""
        total = sum(self._weekday_days)
        even = sum(self._by_weekday) / total if total else 0.0
        return self._by_weekday, [even * days for days in self._weekday_days], self._by_hour

    def _threshold(self, shape: Shape) -> float:
        # The pace, the unit of the gaps, is known by as many arrivals as are remembered; but those
        # of one day are one day's.
        return self.gaps.threshold(
            a_year=max(self.level * 365, 1.0),
            mean=shape.mean,
            weight=shape.weight,
            sure=max(min(self.arrivals, self.days), 1.0) + shape.sure,
            budget=_LOUD * BUDGET,
        )


class Shape:
    """What the gaps of other sites are like, for one that has few itself.

    mean: of their gaps, in units; weight: how many gaps that is worth. level: arrivals a day of
    the median one, 0 if unknown; sure: how many arrivals that is worth. week: what weekdays have
    of an even week's day, Monday first. day: the share of each hour.
    """

    __slots__ = ("day", "level", "mean", "sure", "week", "weight")

    def __init__(
        self,
        mean: float = 1.0,
        weight: float = _WORTH,
        level: float = 0.0,
        sure: float = 1.0,
        week: Sequence[float] = (1.0,) * 7,
        day: Sequence[float] = (1 / 24,) * 24,
    ) -> None:
        self.mean = mean
        self.weight = weight
        self.level = level
        self.sure = sure
        self.week = week
        self.day = day


def _profile(by_hour: Sequence[float], theirs: Sequence[float]) -> list[float]:
    total = sum(by_hour) + _HOUR
    found, sum_ = [0.0], 0.0
    for count, share in zip(by_hour, theirs, strict=True):
        sum_ += (count + _HOUR * share) / total
        found.append(sum_)
    found[24] = 1.0
    return found
