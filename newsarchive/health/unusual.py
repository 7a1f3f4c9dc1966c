"""The one principle of all thresholds: how often each may be passed by chance.

BUDGET says how many false alarms of one kind a site may give in a year, for every site alike; how
long a silence, an outage or a hole between rounds must be follows from it and from the lengths
that the site itself has shown.

Lengths are extrapolated as extreme values are: what lies above a high quantile u of them falls off
exponentially (peaks over threshold), with a mean that is learned. Because that mean is known from
n excesses only, the predictive tail is (1 + x/(n e))^-n rather than exp(-x/e): little experience
makes the threshold longer. It is taken at the highest quantile with enough lengths above it; the
mean found at each lower one stands in for WEIGHT excesses at the next. So a site with a steady beat
soon stands out, and one whose articles come in clusters is given the time that its clusters need.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence

BUDGET = 1 / 30  # false alarms of one kind, a site and year
WEIGHT = 4.0  # excesses that the prior knowledge is worth
QUANTILES = (0.5, 0.75, 0.9, 0.97, 0.99)
_HABIT, _HABIT_HOURS = 3, 30 * 24.0  # alarming ones that make a habit
_ENOUGH = 8  # lengths from which quantiles say anything
_ABOVE = 20  # lengths above a quantile from which it says anything more


def threshold(
    lengths: Sequence[float],
    *,
    a_year: float,
    mean: float,
    weight: float = WEIGHT,
    sure: float = float("inf"),
    budget: float = BUDGET,
) -> float:
    """The length that is passed by chance in `budget` of the years.

    lengths: those met so far, the shortest first. a_year: how many there are in a year. mean: what
    is expected before any was met, worth `weight` of them. sure: what the unit itself is known by,
    in lengths; the tail is not better known than that.
    """
    n = len(lengths)
    known = weight + n
    expected = (weight * mean + sum(lengths)) / known
    if n < _ENOUGH:
        return _reach(expected, min(known, sure), a_year / budget)
    reach = 0.0
    for quantile in QUANTILES:
        first = int(n * quantile)
        above = n - first
        if above < _ABOVE and quantile > QUANTILES[0]:
            break
        base = lengths[first - 1]
        excess = sum(lengths[first:]) - above * base
        expected = (weight * expected + excess) / (weight + above)
        known = min(weight + above, sure)
        reach = base + _reach(expected, known, a_year * above / n / budget)
    return reach


def _reach(mean: float, known: float, often: float) -> float:
    """The excess that one in `often` has."""
    if often <= 1:
        return 0.0
    if known > 1e6:
        known = 1e6
    return float(known * mean * (often ** (1 / known) - 1))


class Lengths:
    """Lengths of one kind that a site has shown.

    A fault must not teach that faults are usual, but a habit must be learned in the end: what was
    alarming is taken in once there are three of it in a month, as long as the shortest of them
    (`add`), or as one more of the longest that was not alarming (`add_cut`).
    """

    __slots__ = ("_odd", "_sorted", "longest", "total")

    def __init__(self) -> None:
        self._sorted: list[float] = []
        self._odd: list[tuple[float, float]] = []  # alarming ones: when, how long
        self.total = 0.0
        self.longest = 0.0  # of those that were not alarming

    def __len__(self) -> int:
        return len(self._sorted)

    def add(self, length: float, *, limit: float, at: float) -> None:
        """Take in one; limit: the threshold that was valid for it. at: when it ended, in hours."""
        if length <= limit:
            self._take(length)
            return
        self._odd = [(when, odd) for when, odd in self._odd if when > at - _HABIT_HOURS]
        self._odd.append((at, length))
        if len(self._odd) >= _HABIT:
            least = min(odd for _, odd in self._odd)
            for _ in self._odd:
                self._take(least)
            self._odd.clear()

    def add_cut(self, length: float, *, limit: float) -> None:
        """Take in one; of an alarming one no more than was usual before."""
        if length > limit:
            length = min(limit, self.longest or limit)
        self._take(length)

    def _take(self, length: float) -> None:
        self.longest = max(self.longest, length)
        insort(self._sorted, length)
        self.total += length

    def excess(self, quantile: float) -> float:
        """The mean of what lies above a quantile, less that; 0 without any."""
        first = int(len(self._sorted) * quantile)
        above = self._sorted[first:]
        return sum(above) / len(above) - self._sorted[max(first - 1, 0)] if above else 0.0

    def threshold(self, *, a_year: float, mean: float, **more: float) -> float:
        """As the function of that name."""
        return threshold(self._sorted, a_year=a_year, mean=mean, **more)
