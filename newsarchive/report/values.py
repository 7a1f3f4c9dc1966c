"""What a report is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from newsarchive.health.values import Diagnosis
from newsarchive.query.period import Edit, Period, Taken, Trouble
from newsarchive.query.places import Site

# What the archive knows of a site on a day. looked: a crawl of that day went well; trouble: there
# were crawls, none went well; unseen: nobody looked, but a later crawl went well, and found what
# was still to be found; blind: no crawl went well on that day or since, so nothing can be said.
DayState = Literal["looked", "trouble", "unseen", "blind"]
DAY_STATES: tuple[DayState, ...] = ("looked", "trouble", "unseen", "blind")
# What its days come to. never: this archive does not crawl it, its articles came in other ways.
Verdict = Literal["covered", "silent", "partly", "broken", "unlooked", "blind", "never"]
VERDICTS: tuple[Verdict, ...] = (
    "broken", "blind", "unlooked", "partly", "silent", "never", "covered",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One site in the report's time.

    days: articles by day of publication; undated: articles without one, first met in that time;
    before: articles of the time of equal length before; states: of each day; troubles: what its
    crawls met; diagnosis: how it was at the end, None where it was never crawled.
    """

    site: Site
    days: Mapping[date, int]
    states: tuple[DayState, ...]
    verdict: Verdict
    undated: int = 0
    before: int = 0
    edits: int = 0
    taken: int = 0
    returned: int = 0
    troubles: tuple[Trouble, ...] = ()
    diagnosis: Diagnosis | None = None

    @property
    def articles(self) -> int:
        """Articles published in that time."""
        return sum(self.days.values())

    def count(self, state: DayState) -> int:
        """Days of a state."""
        return self.states.count(state)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An edit that the report names. changed: parts of the article; before: its title until then.

    hours: from publication to when the edit was met, None where no time of publication is given.
    """

    edit: Edit
    changed: tuple[str, ...]
    before: str | None
    hours: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One article of a story that several portals brought."""

    article: int
    site: str
    url: str
    title: str
    published: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story that several sites brought: on how many, in how many articles, some of these.

    first: whether the first of its articles is known to have told it first.
    """

    copies: tuple[Copy, ...]
    articles: int
    sites: int
    first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that the page says.

    archive: name of its file; now: as of when; scope: name of the one site or province it is
    about; parts: every site of it; delays: edits by how long after publication they were met, in
    the order of DELAYS; edits, taken: those that are named (of `gone` articles only if asked for),
    the latest first; whole: whether the time was over when the report was made; span: days of the
    archive's oldest and newest article.
    """

    archive: str
    version: str
    now: datetime
    period: Period
    whole: bool
    scope: str | None
    parts: tuple[Part, ...]
    articles_edited: int
    delays: tuple[int, ...]
    edits: tuple[Shown, ...]
    taken: tuple[Taken, ...]
    gone: bool
    stories: tuple[Story, ...]
    span: tuple[date, date] | None
    missing: tuple[str, ...] = field(default=())

    @property
    def articles(self) -> int:
        """Articles published in that time, of all sites."""
        return sum(part.articles for part in self.parts)

    def total(self, name: str) -> int:
        """Sum of a count of the parts."""
        return sum(getattr(part, name) for part in self.parts)


# Upper bounds, in hours, of the classes of `Report.delays`; the last one has none, and one more is
# of edits of which the time of publication is not known.
DELAYS = (1.0, 24.0, 7 * 24.0, 30 * 24.0)
