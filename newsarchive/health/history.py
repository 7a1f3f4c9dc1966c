"""What is known of one site, in the order in which it happened: days, rounds, spells of trouble."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import NamedTuple

from newsarchive.health.values import FIELDS, Day, Round

VIETNAM = timezone(timedelta(hours=7))
KEPT_DAYS = 14  # rounds are kept for that long
_ADDED = ("new", "fresh", "changed", "gone", "refused", "failed")
_COUNTED = tuple(f.name for f in fields(Day) if f.name not in {"day", "fill", "trouble"})


# Troubles of a part of a site: a list that fails for days says nothing of how long it is ever down.
_PARTIAL = frozenset(("lists", "articles"))


def is_whole(trouble: str) -> bool:
    """Whether with this trouble the site cannot be crawled at all."""
    return trouble not in _PARTIAL


@dataclass(slots=True)
class Spell:
    """Rounds with trouble, one after the other, all of the whole site or all of a part of it.

    first, last: their starts, hours since 1970. met: how many had each trouble. why: what the
    latest round with the commonest one said.
    """

    first: float
    last: float
    rounds: int = 0
    met: dict[str, int] = field(default_factory=dict)
    trouble: str = ""
    why: str | None = None

    def add(self, at: float, trouble: str, why: str | None) -> None:
        """One more round."""
        self.last = at
        self.rounds += 1
        self.met[trouble] = self.met.get(trouble, 0) + 1
        if self.met[trouble] >= self.met.get(self.trouble, 0):
            self.trouble, self.why = trouble, why

    @property
    def whole(self) -> bool:
        """Whether the site could not be crawled at all."""
        return is_whole(self.trouble)

    def hours(self, interval: float) -> float:
        """How long it lasted at least; where rounds are missing nobody can tell."""
        return min(self.last - self.first, (self.rounds - 1) * 1.5 * interval)


def hours(text: str) -> float:
    """A time of ours as hours since 1970."""
    return datetime.fromisoformat(text).timestamp() / 3600


def stamp(hours: float) -> str:
    """The same back as text."""
    return f"{datetime.fromtimestamp(round(hours * 3600), UTC):%Y-%m-%dT%H:%M:%SZ}"


def day_of(hours: float) -> tuple[str, float]:
    """The day in Vietnam and the hour of it, 0 to 24."""
    here = hours + 7
    days = int(here // 24)
    return date.fromordinal(_FIRST + days).isoformat(), here - 24 * days


_FIRST = date(1970, 1, 1).toordinal()


class Batch(NamedTuple):
    """The new articles that one round met: an editor put them up together.

    new, refused: of the round. fill: of FIELDS, how many of n articles had each.
    """

    n: int
    new: int
    refused: int
    fill: tuple[int, ...]
    characters: int
    compared: int
    agreed: int


@dataclass(slots=True)
class History:
    """All that a site is judged by.

    Made by `of` from what an archive holds, or empty, and then by `add`, round for round in the
    order of time. days: the oldest first, today's too. rounds: those of the last two weeks.
    arrivals: of each day the hours (0 to 24, Vietnam) at which a round met fresh articles.
    batches: of each day what rounds met. last_success, last_new: starts of rounds. spells: of
    trouble, closed ones; open: the present one. first: start of the first round known.
    """

    site: str
    name: str = ""
    family: str | None = None
    days: list[Day] = field(default_factory=list)
    rounds: deque[Round] = field(default_factory=deque)
    arrivals: dict[str, list[float]] = field(default_factory=dict)
    batches: dict[str, list[Batch]] = field(default_factory=dict)
    last_success: str | None = None
    last_new: str | None = None
    spells: list[Spell] = field(default_factory=list)
    open: Spell | None = None
    first: str | None = None
    seen: float = 0.0  # start of the latest round, hours since 1970
    looked: float = 0.0  # start of the latest one without trouble
    starts: deque[float] = field(default_factory=deque)  # of `rounds`, hours since 1970
    alone: object = None  # what was learned of it without others, by `diagnose`

    @classmethod
    def of(
        cls,
        site: str,
        *,
        days: Iterable[Day],
        rounds: Iterable[Round],
        name: str = "",
        family: str | None = None,
    ) -> History:
        """The history that an archive tells.

        rounds: in the order of time: those of the last two weeks, and of older ones at least all
        that met something new or had trouble; between these, the days tell whether one was well.
        """
        found = cls(site=site, name=name, family=family, days=list(days))
        by_day = {day.day: day for day in found.days}
        given = list(rounds)
        complete = hours(given[-1].started) - 24 * KEPT_DAYS if given else 0.0
        for round in given:
            at = hours(round.started)
            if found.open is not None and at < complete and _was_well(found.open, at, by_day):
                found._close()
            found._note(round, at)
        return found

    def add(self, round: Round) -> None:
        """Take in one more round, later than all before."""
        if _is_dead(round):
            return
        at = hours(round.started)
        today, _ = day_of(at)
        if self.days and self.days[-1].day == today:
            self.days[-1] = _added(self.days[-1], round)
        else:
            self.days.append(_added(Day(day=today), round))
        self._note(round, at)

    def _note(self, round: Round, at: float) -> None:
        if _is_dead(round):
            return
        self.first = self.first or round.started
        self.seen = max(self.seen, at)
        self.rounds.append(round)
        self.starts.append(at)
        while self.starts[0] < at - 24 * KEPT_DAYS:
            self.starts.popleft()
            self.rounds.popleft()
        if round.new:
            self.last_new = round.started
        today, hour = day_of(at)
        if round.fields.get("articles") or round.refused:
            self.batches.setdefault(today, []).append(_batch(round))
        if round.fresh or _undated(round.fields):
            self.arrivals.setdefault(today, []).append(hour)
        if round.trouble is None:
            self.last_success = round.started
            self.looked = at
            if self.open is not None:
                self._close()
        else:
            if self.open is not None and self.open.whole != is_whole(round.trouble):
                self._close()
            if self.open is None:
                self.open = Spell(at, at)
            self.open.add(at, round.trouble, round.why)

    def _close(self) -> None:
        if self.open is not None:
            self.spells.append(self.open)
            self.open = None


def _batch(round: Round) -> Batch:
    told = round.fields
    return Batch(
        n=told.get("articles", 0),
        new=round.new,
        refused=round.refused,
        fill=tuple(told.get(name, 0) for name in FIELDS),
        characters=told.get("characters", 0),
        compared=told.get("compared", 0),
        agreed=told.get("agreed", 0),
    )


def _undated(fields: Mapping[str, int]) -> int:
    """New articles that show no date: whether they are fresh cannot be told, but they are new."""
    return fields.get("articles", 0) - fields.get("published", 0) if fields else 0


def _is_dead(round: Round) -> bool:
    """Whether it died before it could tell anything."""
    return round.finished is None and round.outcome != "finished"


def _was_well(spell: Spell, at: float, days: Mapping[str, Day]) -> bool:
    """Whether rounds were well between a spell and the next round with something to tell.

    Of old rounds those that met nothing are not kept, but counted in their days.
    """
    between = range(-3, int((at - spell.last) // 24) + 4)
    near = [days.get(day_of(spell.last + 24 * n)[0]) for n in between]
    most = max((day.rounds for day in near if day is not None), default=0)
    if at - spell.last <= 1.6 * 24 / max(most, 1):
        return False
    return any(day is not None and day.well for day in near[3:-2])


def _added(day: Day, round: Round) -> Day:
    fill = dict(day.fill)
    for name in FIELDS:
        fill[name] = fill.get(name, 0) + round.fields.get(name, 0)
    return replace(
        day,
        rounds=day.rounds + 1,
        well=day.well + (round.trouble is None),
        listed=max(day.listed, round.listed),
        fill=fill,
        trouble=round.trouble or day.trouble,
        **{name: getattr(day, name) + getattr(round, name) for name in _ADDED},
        **{
            name: getattr(day, name) + round.fields.get(name, 0)
            for name in ("articles", "characters", "compared", "agreed")
        },
    )
