"""The sites of an archive side by side: what they do together, and what they tell of a new one.

Days are taken in for all sites in step. When on a day all others published less than they should,
less is expected of each (a flood, a holiday that no calendar knows); but never less than FLOOR of a
usual day, or a fault of our own that silences all would never be told. A holiday is one whatever
others do.

A site that is known for a short time is judged by the others of its family, where at least three
of them are known, else by all others: by their pace, by what their gaps are like, by the shares
of articles with each field as far as the sites agree on them, by their outages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import partial
from statistics import fmean, median

from newsarchive.health import festive
from newsarchive.health.falls import Prior, Share
from newsarchive.health.history import History, Spell, day_of
from newsarchive.health.learned import SHARES, Learned, means, seen_share
from newsarchive.health.outages import Pool, Troubles
from newsarchive.health.rhythm import Rhythm, Shape

FLOOR = 0.25
_USUAL = 5.0  # arrivals that the calendar's word is worth against the other sites'
_VOICE = 2.0  # arrivals a day
_MOST = 4.0  # of a voice, on a day on which the site has much to tell
_EVEN = 4.0  # arrivals that an even week, and an even day, is worth
_LOUDEST = 50.0  # arrivals of one site by which it tells what weekdays and hours are like
_KNOWN = 8.0  # arrivals in memory from which a site's pace can be counted on
_MONTH = 28  # days from which its gaps can
_NEARLY_ALL = 0.8  # of the others, which do not stop answering at once by themselves
_ENOUGH = 3  # sites that make a family
_NO_POOL: Pool = {True: Troubles(), False: Troubles()}


class Peers:
    """What was learned of several sites. Rounds are added to their histories in the order of time,
    those of one hour before any of the sites is judged at it."""

    def __init__(self, histories: Iterable[History]) -> None:
        self._histories = {history.site: history for history in histories}
        self._learned: dict[str, Learned] = {}
        self._until = 0  # ordinal of the first day not taken in
        self._pools: dict[str | None, Pool] = {}
        self._shapes: dict[str | None, Shape] = {}
        self._priors: dict[str | None, dict[str, Prior]] = {}
        self._now = ""
        self._met: dict[str, tuple[float, float]] = {}

    def __len__(self) -> int:
        return len(self._histories)

    def learned(self, site: str, now: datetime) -> Learned:
        """What is known of the site up to the midnight before `now`, in Vietnam."""
        today = date.fromisoformat(day_of(now.timestamp() / 3600)[0]).toordinal()
        if today > self._until or site not in self._learned:
            self._advance(today)
        return self._learned[site]

    def add(self, history: History) -> None:
        """One more site."""
        self._histories[history.site] = history

    def family_of(self, site: str) -> tuple[str | None, int]:
        """The family that a site is judged by, None for all; how many others are in it."""
        family = self._histories[site].family
        others = sum(h.family == family for h in self._histories.values()) - 1
        if family is not None and others >= _ENOUGH:
            return family, others
        return None, len(self._histories) - 1

    def expected(self, site: str, now: datetime) -> float:
        """The share of a usual day that is expected of the site today, up to now."""
        name = day_of(now.timestamp() / 3600)[0]
        day = date.fromisoformat(name)
        usual = festive.expected(day)
        if len(self._histories) < 2:
            return usual
        key = now.isoformat()
        if key != self._now:
            self._now, self._met = key, self._so_far(name, day)
        return _common(usual, self._met, site)

    def shared(self, site: str, spell: Spell) -> bool:
        """Whether nearly all others, three at least, stopped answering together with the site.

        Then it is the line of this machine. spell: of the site, open or closed.
        """
        others = len(self._histories) - 1
        if spell.trouble != "unreachable" or others < _ENOUGH:
            return False
        down = sum(
            any(_spans(other, spell) for other in _latest(history, spell.first))
            for name, history in self._histories.items()
            if name != site
        )
        return down >= _NEARLY_ALL * others

    def _so_far(self, name: str, day: date) -> dict[str, tuple[float, float]]:
        found = {}
        for site, learned in self._learned.items():
            history, rhythm = learned.history, learned.rhythm
            at, hour = day_of(history.looked)
            if at != name or not _counts(learned):
                continue
            expected = rhythm.expected(day.weekday()) * rhythm.share(hour)
            found[site] = (expected, float(len(history.arrivals.get(name, ()))))
        return found

    def _advance(self, today: int) -> None:
        for site, history in self._histories.items():
            known = self._learned.get(site)
            if known is None or (known.until is None and history.days):
                self._learned[site] = Learned(history)
        begins = [learned.until for learned in self._learned.values() if learned.until is not None]
        for ordinal in range(min(begins, default=today), today):
            self._close(ordinal)
        self._until = today

    def _close(self, ordinal: int) -> None:
        due = [
            learned
            for learned in self._learned.values()
            if learned.until is not None and learned.until <= ordinal
        ]
        day = date.fromordinal(ordinal)
        usual = festive.expected(day)
        met = {
            learned.history.site: (
                learned.rhythm.expected(day.weekday()) * seen_share(learned.day(ordinal)),
                float(len(learned.history.arrivals.get(day.isoformat(), ()))),
            )
            for learned in due
            if _counts(learned)
        }
        for learned in due:
            site = learned.history.site
            family, _ = self.family_of(site)
            for measure, prior in self._priors.get(family, {}).items():
                fall = learned.falls[measure]
                assert isinstance(fall, Share)
                fall.prior = prior
            learned.close(
                ordinal,
                expected=_common(usual, met, site) if len(self._histories) > 1 else usual,
                shape=self._shapes.get(family, Shape()),
                pool=self._pools.get(family, _NO_POOL),
                shared=partial(self.shared, site),
            )
        if len(self._histories) > 1:
            self._pool()

    def _pool(self) -> None:
        """What the sites of each family, and all of them, are like."""
        of: dict[str | None, list[Learned]] = {None: list(self._learned.values())}
        for learned in self._learned.values():
            if learned.history.family is not None:
                of.setdefault(learned.history.family, []).append(learned)
        for family, members in of.items():
            if family is not None and len(members) <= _ENOUGH:
                continue
            self._pools[family] = {whole: _outages(members, whole) for whole in (True, False)}
            self._shapes[family] = _shape(members)
            self._priors[family] = _priors(members)


def _latest(history: History, since: float) -> Iterator[Spell]:
    """Spells of a site that did not end before then."""
    if history.open is not None:
        yield history.open
    for spell in reversed(history.spells):
        if spell.last < since:
            return
        yield spell


def _spans(other: Spell, spell: Spell) -> bool:
    """Whether another site did not answer for about the whole time."""
    together = min(other.last, spell.last) - max(other.first, spell.first)
    return other.trouble == "unreachable" and together >= 0.8 * (spell.last - spell.first)


def _counts(learned: Learned) -> bool:
    """Whether the site's day says something of the others': not if it is ill itself."""
    return learned.rhythm.arrivals >= _KNOWN and not learned.rhythm.alarmed


def _common(usual: float, met: dict[str, tuple[float, float]], site: str) -> float:
    """The share of a usual day that is expected of the site, by the others' arrivals."""
    expected = arrived = 0.0
    for name, (theirs, came) in met.items():
        if name != site:
            # Each site has a voice; what it has to tell at once makes it little louder. (Cut at
            # what is expected, a usual day would count for less than one.)
            part = min(1.0, _VOICE / theirs) if theirs else 0.0
            expected += theirs * part
            arrived += min(came * part, _MOST)
    share = (_USUAL + arrived) / (_USUAL + expected)
    return min(usual, max(share, FLOOR))


def _outages(members: list[Learned], whole: bool) -> Troubles:
    troubles = [learned.troubles(whole) for learned in members]
    return Troubles(
        a_year=median(one.a_year for one in troubles),
        hours=fmean(one.hours for one in troubles),
    )


def _shape(members: list[Learned]) -> Shape:
    known = [
        learned.rhythm
        for learned in members
        if learned.rhythm.arrivals >= _KNOWN and learned.rhythm.days >= _MONTH
    ]
    if len(known) < _ENOUGH:
        return Shape()
    # Sites differ, and a new one may be among those with the longest gaps.
    excesses = sorted(rhythm.gaps.excess(0.75) for rhythm in known)
    week, day = _habits(known)
    return Shape(
        mean=excesses[int(0.9 * len(excesses))],
        level=median(rhythm.level for rhythm in known),
        week=week,
        day=day,
    )


def _habits(known: list[Rhythm]) -> tuple[list[float], list[float]]:
    """What weekdays have of an even week's day, and each hour of a day; no site is loud in it."""
    met, even, hours = [_EVEN] * 7, [_EVEN] * 7, [_EVEN / 24] * 24
    for rhythm in known:
        theirs, usual, of_day = rhythm.habits()
        loud = max(sum(theirs) / _LOUDEST, 1.0)
        for at in range(7):
            met[at] += theirs[at] / loud
            even[at] += usual[at] / loud
        for at, count in enumerate(of_day):
            hours[at] += count / loud
    return [a / b for a, b in zip(met, even, strict=True)], [n / sum(hours) for n in hours]


def _priors(members: list[Learned]) -> dict[str, Prior]:
    found = {}
    for measure in SHARES:
        falls = [fall for m in members if isinstance(fall := m.falls[measure], Share)]
        told = means(falls)
        if told is None:
            continue
        mean, variance, sites = told
        mean = min(max(mean, 0.01), 0.99)
        worth = mean * (1 - mean) / max(variance, 1e-4) - 1
        worth = min(max(worth, 1.0), 10.0)
        found[measure] = Prior(worth * mean, worth * (1 - mean), sites)
    return found
