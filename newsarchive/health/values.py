"""What a look at the health of a site comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

# What can be wrong with a site, the gravest first: it does not answer; a challenge page; its
# address leads elsewhere; its lists hold no articles any more; its pages are built in another way;
# lists and articles disagree; no news for longer than its rhythm explains; nobody looks at it.
Kind = Literal[
    "unreachable", "challenge", "moved", "no articles", "redesigned", "disagreement", "silent",
    "unwatched",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
WELL = "well"

# Fields whose fill rate is followed: of how many new articles in a hundred they were found.
FIELDS = ("published", "lead", "byline", "section", "image", "caption")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong. since: when it began as far as can be told; why: in words."""

    kind: Kind
    why: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day, in Vietnam, of one site.

    new: articles met for the first time; fresh: those of them published then or up to two days
    before. rounds: crawls begun; well: those of them without trouble of the whole site. fill: of
    each of FIELDS the number of the day's `articles` that had it. characters: of their bodies.
    """

    day: str
    rounds: int = 0
    well: int = 0
    new: int = 0
    fresh: int = 0
    changed: int = 0
    gone: int = 0
    refused: int = 0
    failed: int = 0
    listed: int = 0
    articles: int = 0
    fill: Mapping[str, int] = field(default_factory=dict)
    characters: int = 0
    compared: int = 0
    agreed: int = 0
    trouble: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One crawl of a site, as far as its health is concerned.

    started, finished: UTC with Z; finished None and outcome 'killed' for one that died. trouble,
    why: of the whole site, as in `crawls`. fields: of the new articles, as in model.Tally. The
    other counts are those of model.Tally too.
    """

    started: str
    finished: str | None = None
    outcome: str | None = "finished"
    trouble: str | None = None
    why: str | None = None
    new: int = 0
    fresh: int = 0
    changed: int = 0
    gone: int = 0
    refused: int = 0
    failed: int = 0
    listed: int = 0
    fields: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """How one site is.

    state: WELL, or the kind of its gravest fault. family: of its CMS, where it is known.
    last_success: start of the latest crawl without trouble; last_new: of the latest that met a new
    article. week: articles a week, over the latest four. fill, usual: share (0 to 1) of each of
    FIELDS lately and before; None where too little is known. problems: share of pages asked lately
    that were no article or could not be had. agreement: share of articles lately that bear the
    title under which a list names them. days: its history, the oldest first, for charts.
    """

    site: str
    name: str
    family: str | None = None
    state: str = WELL
    faults: tuple[Fault, ...] = ()
    last_success: str | None = None
    last_new: str | None = None
    week: float = 0.0
    fill: Mapping[str, float | None] = field(default_factory=dict)
    usual: Mapping[str, float | None] = field(default_factory=dict)
    problems: float | None = None
    agreement: float | None = None
    days: tuple[Day, ...] = ()

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.faults
