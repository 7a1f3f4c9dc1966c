"""The portals of a simulated year: how often each publishes and when, and what its articles hold.

Time is counted in whole hours since ZERO, in Vietnam; the year begins HISTORY days later. All is
drawn from the seed, portal by portal, so that the same seed gives the same year.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from newsarchive.clock import VIETNAM
from newsarchive.health.values import FIELDS

ZERO = datetime(2025, 12, 1, tzinfo=VIETNAM)
HISTORY = 31  # days
DAY = 24
# First and last day, and what share of the usual is published: on most portals, on busy ones.
HOLIDAYS = (
    (date(2026, 1, 1), date(2026, 1, 1), 0.3, 0.7),
    (date(2026, 2, 14), date(2026, 2, 22), 0.04, 0.6),  # Tết is 17 February
    (date(2026, 2, 23), date(2026, 2, 24), 0.5, 0.9),
    (date(2026, 4, 25), date(2026, 4, 27), 0.3, 0.8),  # Giỗ Tổ
    (date(2026, 4, 30), date(2026, 5, 3), 0.2, 0.7),
    (date(2026, 8, 29), date(2026, 9, 2), 0.2, 0.7),
)
_HOURS = (
    *(0.01,) * 5, 0.05, 0.3, 0.8, 1.2, 1.3, 1.3, 1.0, 0.3, 0.5, 1.1, 1.3, 1.2, 1.0, 0.5, 0.4, 0.3,
    0.2, 0.1, 0.04,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Post:
    """One article. hour: published. shown: what a reader finds in it, of FIELDS. refused: its page
    is no article (a film, a gallery); old: it bears a date of long ago."""

    hour: int
    shown: frozenset[str]
    characters: int
    compared: bool
    agreed: bool
    refused: bool = False
    old: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How a portal works. rate: articles a day, `cluster` of them together on the average.

    saturday, sunday: shares of a working day. hours: shares of a day. busy: it goes on in
    holidays. trend: logarithm of the change within a year; lull: share of the usual in July. swing:
    how much its weeks differ. notices: share of postings that are short, without lead, byline and
    picture. drift: its bylines become fewer within the year. lists, listed: of each round. single,
    partial, killed, budget: shares of rounds that fail, lose a list, die, are cut short; night:
    hours of each night in which it is often down; brief: outages of a few hours within a year.
    """

    slug: str
    real: bool
    begins: int
    rate: float
    cluster: float
    saturday: float
    sunday: float
    hours: tuple[float, ...]
    busy: bool
    trend: float
    lull: float
    swing: float
    fill: Mapping[str, float]
    characters: float
    agreement: float
    compared: float
    refused: float
    old: float
    notices: float
    drift: bool
    lists: int
    listed: int
    single: float
    partial: float
    killed: float
    budget: float
    night: range
    brief: float


def when(hour: float) -> datetime:
    """The time of an hour."""
    return ZERO + timedelta(hours=hour)


@cache
def day_of(number: int) -> date:
    """The day of a number of days since ZERO."""
    return (ZERO + timedelta(days=number)).date()


def holiday(day: date) -> tuple[float, float] | None:
    """What share is published on this day by most portals and by busy ones; None on usual days."""
    return next(((most, few) for a, b, most, few in HOLIDAYS if a <= day <= b), None)


def rhythms(slugs: list[str], seed: int, days: int) -> list[Rhythm]:
    """A rhythm for each slug, from one article a fortnight to 25 a day; an address is a real one.

    Real portals publish some articles a day, short ones with all fields, and are there from the
    beginning, as their real rounds have it. Every eighth of the others begins within the year.
    """
    rng = random.Random(f"{seed} rates")
    low, high = math.log(1 / 14), math.log(25)
    rates = [math.exp(low + (high - low) * (at + 0.5) / len(slugs)) for at in range(len(slugs))]
    real = [slug for slug in slugs if ":" in slug]
    middle = sorted(rates, key=lambda rate: abs(math.log(rate / 4)))[: len(real)]
    others = [rate for rate in rates if rate not in middle]
    rng.shuffle(middle)
    rng.shuffle(others)
    made = []
    for at, slug in enumerate(slugs):
        rate = (middle if ":" in slug else others).pop()
        late = at % 8 == 3 and ":" not in slug
        begins = DAY * (HISTORY + rng.randint(days // 12, days // 3)) + 10 if late else 0
        made.append(
            _rhythm(slug, rate, begins, random.Random(f"{seed} {slug.partition(':')[0]} {at}"))
        )
    return made


def _rhythm(slug: str, rate: float, begins: int, rng: random.Random) -> Rhythm:
    real = ":" in slug
    hours = [share * rng.uniform(0.5, 1.5) for share in _HOURS]
    weekend = rng.choice((0.1, 0.3, 0.6, 0.9))
    slow_host = not real and rng.random() < 0.08
    return Rhythm(
        slug=slug,
        real=real,
        begins=begins,
        rate=rate,
        cluster=1 + rng.random() * min(2.0, rate),
        saturday=min(1.0, weekend * rng.uniform(0.8, 1.3)),
        sunday=weekend * rng.uniform(0.6, 1.0),
        hours=tuple(share / sum(hours) for share in hours),
        busy=rng.random() < 0.2,
        trend=rng.choice((0, 0, 0, 0.4, -0.4, -1.2)),
        lull=rng.choice((1.0, 1.0, 0.7, 0.5)),
        swing=rng.uniform(0.1, 0.35),
        fill=_fill(rng, real),
        characters=350 if real else rng.uniform(900, 3500),
        agreement=1.0 if real else rng.choice((1.0, 0.99, 0.97, 0.9)),
        compared=1.0 if real or rng.random() < 0.9 else 0.0,
        refused=0.0 if real else rng.choice((0, 0, 0.02, 0.1)),
        old=0.0 if real else rng.choice((0, 0.02, 0.08)),
        notices=0.0 if real else rng.choice((0, 0.1, 0.2)),
        drift=not real and rng.random() < 0.15,
        lists=rng.randint(3, 12),
        listed=rng.randint(12, 80),
        single=0.05 if slow_host else math.exp(rng.uniform(math.log(5e-4), math.log(0.02))),
        partial=0.15 if slow_host else 0.002,
        killed=0.0005,
        budget=0.2 if slow_host else 0.0,
        night=range(2, 2 + rng.choice((1, 1, 3))) if rng.random() < 0.12 else range(0),
        brief=rng.uniform(0, 6),
    )


def _fill(rng: random.Random, real: bool) -> dict[str, float]:
    if real:
        return dict.fromkeys(FIELDS, 1.0)
    return {
        "published": 1.0 if rng.random() < 0.8 else 0.95,
        "lead": rng.choice((0.2, 0.6, 0.85, 0.95, 1.0)),
        "byline": rng.choice((0.0, 0.1, 0.5, 0.8, 0.95)),
        "section": rng.choice((0.0, 0.9, 1.0, 1.0)),
        "image": rng.choice((0.5, 0.8, 0.95)),
        "caption": rng.choice((0.0, 0.2, 0.6, 0.85)),
    }


def usual(rhythm: Rhythm, hours: int) -> list[float]:
    """Postings (of one article or several) that are to be expected in each hour of usual days.

    Trend and lull are in it, holidays and the swing of its weeks are not.
    """
    week = [1.0] * 5 + [rhythm.saturday, rhythm.sunday]
    scale = 7 / sum(week)
    found = []
    for day in range(-(-hours // DAY)):
        slow = math.exp(rhythm.trend * (day - HISTORY) / 365)
        slow *= rhythm.lull if day_of(day).month == 7 else 1.0
        moments = rhythm.rate / rhythm.cluster * scale * week[day_of(day).weekday()] * slow
        found += [moments * share for share in rhythm.hours]
    return found[:hours]


def posts(rhythm: Rhythm, seed: int, hours: int) -> list[Post]:
    """All that the portal publishes, in order."""
    rng = random.Random(f"{seed} {rhythm.rate} posts")
    expected = usual(rhythm, hours)
    made: list[Post] = []
    swing = 0.0
    burst = 0.0
    for hour in range(hours):
        if hour % DAY == 0:
            swing = 0.82 * swing + math.sqrt(1 - 0.82**2) * rhythm.swing * rng.gauss(0, 1)
            burst = 4.0 if rng.random() < 0.012 else 1.0  # a campaign, a congress
        share = math.exp(swing - rhythm.swing**2 / 2) * burst
        if (shares := holiday(day_of(hour // DAY))) is not None:
            share *= shares[rhythm.busy]
        for _ in range(_poisson(expected[hour] * share, rng)):
            made += _posting(rhythm, hour, rng)
    return made


def _posting(rhythm: Rhythm, hour: int, rng: random.Random) -> Iterator[Post]:
    """The articles that are put up together; they are of one sort."""
    notice = rng.random() < rhythm.notices
    number = 1
    while rng.random() < 1 - 1 / rhythm.cluster:
        number += 1
    for _ in range(number):
        yield post(rhythm, hour, rng, notice=notice)


def post(rhythm: Rhythm, hour: int, rng: random.Random, *, notice: bool = False) -> Post:
    """One article as the portal makes them."""
    fill = dict(rhythm.fill)
    if rhythm.drift:
        fill["byline"] *= max(0.5, 1 - 0.5 * max(0, hour / DAY - HISTORY) / 365)
    if notice:
        fill |= {"lead": fill["lead"] * 0.2, "byline": 0.0, "image": 0.1, "caption": 0.0}
    length = rhythm.characters * math.exp(rng.gauss(0, 0.5)) * (0.35 if notice else 1)
    compared = rng.random() < rhythm.compared
    return Post(
        hour=hour,
        shown=frozenset(name for name in FIELDS if rng.random() < fill[name]),
        characters=int(length) + 120,
        compared=compared,
        agreed=compared and rng.random() < rhythm.agreement,
        refused=rng.random() < rhythm.refused,
        old=rng.random() < rhythm.old,
    )


def _poisson(mean: float, rng: random.Random) -> int:
    bound, number, left = math.exp(-mean), 0, rng.random()
    while left > bound:
        number += 1
        left *= rng.random()
    return number


def troubles(rhythm: Rhythm, seed: int, hours: int) -> list[str]:
    """What habitually goes wrong in each hour: '' for nothing, 'unreachable', 'lists', 'killed',
    'budget'."""
    rng = random.Random(f"{seed} {rhythm.rate} troubles")
    found = []
    for hour in range(hours):
        draw = rng.random()
        down = hour % DAY in rhythm.night and rng.random() < 0.9
        if down or draw < rhythm.single:
            found.append("unreachable")
        elif draw < rhythm.single + rhythm.partial:
            found.append("lists")
        elif draw < rhythm.single + rhythm.partial + rhythm.killed:
            found.append("killed")
        else:
            found.append("budget" if rng.random() < rhythm.budget else "")
    if not rhythm.real:
        for _ in range(_poisson(rhythm.brief * hours / DAY / 365, rng)):
            start = rng.randrange(hours)
            for hour in range(start, min(hours, start + rng.randint(2, 5))):
                found[hour] = "unreachable"
    return found
