"""When a share, a length or a count has fallen: redesigned pages, lists that disagree.

Each measure of a site is watched by the procedure of Shiryaev and Roberts. Every day with articles
gives a ratio: how likely is it if the measure has fallen, against how likely it is as ever. The
score after a day is (1 + the score before) times that ratio; as long as nothing falls it is
about the number of days in the mean, so that the mean time to a false alarm is at least as many
days as the score that alarms. That score follows from the budget of false alarms alone, shared out
among all measures. No run of days need be chosen, and a collapse is met after the few articles
that it takes to be sure.

"As ever" is what the site itself did, forgotten with a half-life of a quarter of a year, and never
surer than its days agree among themselves (beta-binomial: the articles of one day resemble each
other). Before it has articles of its own it is what the other sites of its family do, as far as
these are alike. "Fallen" is a mixture of a half, a fifth and a fiftieth of that; a drift from 60 %
to 45 % is none of them. Days are not learned from while the evidence is more than half-way to the
alarm (on the scale of logarithms), nor after it until the score is back. What has stayed for two
months is the site's habit from then on.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Sequence
from math import exp, lgamma, log, sqrt
from typing import NamedTuple

_KEEP = 0.5 ** (1 / 90)  # of a day's weight, a day later
_FALLEN = (0.5, 0.2, 0.02)
_ODD = 0.01  # of pages are odd anywhere: one without a date is nothing
_RARE = 0.15  # a field that fewer articles have is none of the site's
_OWN = 30.0  # articles from which a site is judged by itself
_ALIKE = (0.3, 100.0)  # how much a batch's articles resemble each other; pairs that it is worth
_SHORTER = tuple(log(ratio) for ratio in (2.5, 6.0, 20.0))
_TAILS = 20.0  # degrees of freedom: days that lie far off tell little
_HABIT_DAYS, _HABIT_ARTICLES = 60, 30  # after which a fallen measure is the habit
_ONE_BATCH = 1_000.0  # an editor may put up some of another sort at once: it takes two to alarm
_TOP = 1.5  # times the score that alarms; more would only take longer to forget
OVER = 0.3  # of the score that alarms: below it is over, so that it does not flicker


class Fallen(NamedTuple):
    """A measure that has fallen: since which day, and what it was and is.

    now, before: means. of: articles (or days) since then.
    """

    since: str
    now: float
    before: float
    of: int


class _Seen(NamedTuple):
    """A day with articles; evidence: logarithm of its ratio."""

    day: str
    n: int
    value: float
    evidence: float


class Prior(NamedTuple):
    """What other sites do: successes and failures that their example is worth; from how many."""

    yes: float = 0.5
    no: float = 0.5
    sites: int = 0


class Fall(ABC):
    """The score of one measure; the kinds below say what a day is worth.

    since: the day from which it looks fallen, once it alarmed.
    """

    __slots__ = ("_days", "_pending", "_recent", "_scores", "since")

    def __init__(self, kinds: int) -> None:
        self._scores = [0.0] * kinds
        self._pending: list[tuple[int, float]] = []  # not learned from yet
        self._recent: deque[_Seen] = deque(maxlen=240)
        self._days = 0  # since the alarm
        self.since: str | None = None

    @property
    def score(self) -> float:
        """The score after the last day learned."""
        return sum(self._scores) / len(self._scores)

    def with_today(self, batches: Sequence[tuple[int, float]]) -> float:
        """The score if these batches of a day were added: (n, value) of each."""
        scores = self._scores
        for n, value in batches:
            if n:
                scores = [
                    (1 + s) * r for s, r in zip(scores, self._evidence(n, value), strict=True)
                ]
        return sum(scores) / len(scores)

    def close(self, day: str, batches: Sequence[tuple[int, float]], *, alarm: float) -> None:
        """Take in a day that has ended: of each batch the articles n, and value as the kind has it.

        alarm: the score that alarms.
        """
        self._fade()
        self._days += self.since is not None
        for n, value in batches:
            if n:
                self._met(day, n, value, alarm)

    def _met(self, day: str, n: int, value: float, alarm: float) -> None:
        ratios = self._evidence(n, value)
        top = _TOP * alarm
        self._scores = [min((1 + s) * r, top) for s, r in zip(self._scores, ratios, strict=True)]
        self._recent.append(_Seen(day, n, value, _log_mean(ratios)))
        self._pending.append((n, value))
        score = self.score
        if score >= alarm and self.since is None:
            self.since, self._days = self._fallen_days([])[0].day, 0
        self._take(score, alarm)

    def _evidence(self, n: int, value: float) -> list[float]:
        """The ratios of a batch, none so high that it alarms alone."""
        return [min(ratio, _ONE_BATCH) for ratio in self._ratios(n, value)]

    def _take(self, score: float, alarm: float) -> None:
        if self.since is None:
            # Half-way, on the scale of logarithms, it is doubtful whether a day is as ever.
            if score < sqrt(sqrt(alarm)) or not self.own or len(self._pending) > _HABIT_DAYS:
                self._learn_pending()
        elif score < OVER * alarm:  # as ever again: what was between is nothing to learn from
            self._pending.clear()
            self._recent.clear()
            self._begin_anew()
        elif self._days >= _HABIT_DAYS and sum(n for n, _ in self._pending) >= _HABIT_ARTICLES:
            self._forget()
            self._learn_pending()
            self._begin_anew()

    def _begin_anew(self) -> None:
        self._scores = [0.0] * len(self._scores)
        self.since = None

    def _learn_pending(self) -> None:
        for n, value in self._pending:
            self._learn(n, value)
        self._pending.clear()

    def _fallen_days(self, today: Sequence[_Seen]) -> list[_Seen]:
        """The batches since it fell, or most likely fell; one at least."""
        met = [*self._recent, *today]
        if self.since is not None:
            return [one for one in met if one.day >= self.since] or met[-1:]
        best, first, total = 0.0, len(met) - 1, 0.0
        for at in range(len(met) - 1, -1, -1):
            total += met[at].evidence
            if total > best:
                best, first = total, at
        return met[first:]

    def fallen(self, today: str, batches: Sequence[tuple[int, float]]) -> Fallen:
        """What to tell of a measure whose score alarms, with today's batches."""
        last = [_Seen(today, n, v, _log_mean(self._ratios(n, v))) for n, v in batches if n]
        met = self._fallen_days(last)
        return Fallen(
            self.since or met[0].day, self._mean_of(met), self.usual, sum(one.n for one in met)
        )

    @property
    @abstractmethod
    def own(self) -> bool:
        """Whether it is judged by what the site itself did: before, all of that is learned."""

    @property
    @abstractmethod
    def usual(self) -> float:
        """What is expected."""

    @abstractmethod
    def _mean_of(self, days: Sequence[_Seen]) -> float:
        """The mean over these batches."""

    @abstractmethod
    def _ratios(self, n: int, value: float) -> Sequence[float]:
        """How likely each kind of fall makes a batch, against how likely it is as ever."""

    @abstractmethod
    def _learn(self, n: int, value: float) -> None:
        """Take a batch for as ever."""

    @abstractmethod
    def _forget(self) -> None:
        """Forget what was as ever."""

    @abstractmethod
    def _fade(self) -> None:
        """Let a day pass."""


class Share(Fall):
    """How many of n articles have something: value is that number."""

    __slots__ = ("_pairs", "_spread", "no", "prior", "yes")

    def __init__(self) -> None:
        super().__init__(len(_FALLEN))
        self.prior = Prior()
        self.yes = self.no = 0.0
        self._spread = self._pairs = 0.0

    @property
    def own(self) -> bool:
        """As for all."""
        return self.yes + self.no >= _OWN

    @property
    def usual(self) -> float:
        """The share that is expected."""
        yes, no = self.yes + self.prior.yes, self.no + self.prior.no
        return yes / (yes + no)

    def _expected(self) -> tuple[float, float]:
        yes, no = self.yes + self.prior.yes, self.no + self.prior.no
        known, usual = yes + no, yes / (yes + no)
        first, worth = _ALIKE
        alike = (self._spread + first * worth) / (self._pairs + worth)
        known = min(known, 1 / min(max(alike, 0.01), 0.5) - 1)
        usual = min(usual, 1 - _ODD)
        return known * usual, known * (1 - usual)

    def _ratios(self, n: int, value: float) -> Sequence[float]:
        if self.usual < _RARE:
            return (0.0,) * len(_FALLEN)
        yes, no = self._expected()
        as_ever = _beta(yes, no, n, value)
        usual = yes / (yes + no)
        found = []
        for part in _FALLEN:
            # As spread as before, so that the ratio tells of the mean alone.
            less, more = (yes + no) * usual * part, (yes + no) * (1 - usual * part)
            found.append(exp(min(_beta(less, more, n, value) - as_ever, 50.0)))
        return found

    def _learn(self, n: int, value: float) -> None:
        usual = min(max(self.usual, 0.02), 0.98)
        if n > 1 and self.yes + self.no >= 10:
            self._spread += (value - n * usual) ** 2 / (usual * (1 - usual)) - n
            self._pairs += n * (n - 1)
        self.yes += value
        self.no += n - value

    def _forget(self) -> None:
        self.yes = self.no = 0.0

    def _fade(self) -> None:
        self.yes *= _KEEP
        self.no *= _KEEP
        self._spread *= _KEEP
        self._pairs *= _KEEP

    def _mean_of(self, days: Sequence[_Seen]) -> float:
        return sum(day.value for day in days) / sum(day.n for day in days)


class Size(Fall):
    """The mean of something over n articles; value is that mean, above 0. On a scale of ratios."""

    __slots__ = ("_mean", "_spread", "_weight")

    def __init__(self) -> None:
        super().__init__(len(_SHORTER))
        self._mean = self._weight = 0.0
        self._spread = 0.0

    @property
    def own(self) -> bool:
        """As for all; without the days for it, nothing is judged."""
        return self._weight >= 8

    @property
    def usual(self) -> float:
        """The mean that is expected; geometric."""
        return exp(self._mean)

    def _variance(self, n: int) -> float:
        one = (self._spread + 4 * 0.3) / (self._weight + 4)  # as if four days had varied so
        return max(one, 0.01) * (_part(n) + 1 / max(self._weight, 1))

    def _ratios(self, n: int, value: float) -> Sequence[float]:
        if not self.own:
            return (0.0,) * len(_SHORTER)
        scale = self._variance(n)
        off = log(value) - self._mean

        def density(from_: float) -> float:
            return -(_TAILS + 1) / 2 * log(1 + (off - from_) ** 2 / scale / _TAILS)

        as_ever = density(0.0)
        return [exp(density(-less) - as_ever) for less in _SHORTER]

    def _learn(self, n: int, value: float) -> None:
        off = log(value) - self._mean
        weight = self._weight + 1
        if self._weight:
            self._spread += off * off * self._weight / weight / _part(n)
        self._mean += off / weight
        self._weight = weight

    def _forget(self) -> None:
        self._mean = self._weight = self._spread = 0.0

    def _fade(self) -> None:
        self._weight *= _KEEP
        self._spread *= _KEEP

    def _mean_of(self, days: Sequence[_Seen]) -> float:
        return sum(day.n * day.value for day in days) / sum(day.n for day in days)


def _log_mean(ratios: Sequence[float]) -> float:
    return log(max(sum(ratios) / len(ratios), 1e-30))


def _part(n: int) -> float:
    """The variance of a mean of n articles, in that of one: half of it is the batch's own."""
    return 0.5 + 0.5 / n


def _beta(yes: float, no: float, n: int, value: float) -> float:
    """Logarithm of the likelihood of `value` in n, but for what depends on n and yes + no alone."""
    return lgamma(yes + value) + lgamma(no + n - value) - lgamma(yes) - lgamma(no)
