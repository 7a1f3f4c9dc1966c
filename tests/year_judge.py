"""How well a year's faults were reported: which in time, how fast, and what was a false alarm."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from year_faults import SHORT, SORTS, Fault, Site, settled
from year_portals import DAY, when

Seen = Mapping[int, frozenset[str]]  # the kinds of fault told of a site, by the hours of the looks


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of a fault. at: the hour of the first report, None if there is none."""

    fault: Fault
    at: int | None

    @property
    def delay(self) -> int | None:
        """Hours until it was reported."""
        return None if self.at is None else self.at - self.fault.start

    @property
    def late(self) -> bool:
        """Whether it was reported, and too late."""
        bound = self.fault.bound
        return bound is not None and self.at is not None and self.at > bound

    @property
    def missed(self) -> bool:
        """Whether it had to be reported and never was."""
        return self.fault.bound is not None and self.at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A false one. start, end: hours of the first and the last look that told it. lingering: it
    began rightly and did not end when it should have."""

    slug: str
    rate: float
    start: int
    end: int
    kinds: frozenset[str]
    lingering: bool

    def __str__(self) -> str:
        how = "still told" if self.lingering else "told"
        kinds = ", ".join(sorted(self.kinds))
        return (
            f"{self.slug} ({self.rate:.2g} a day): {kinds} {how} from {when(self.start):%d %b %H h}"
            f" to {when(self.end):%d %b %H h}"
        )


@dataclass(slots=True, kw_only=True)
class Verdict:
    """Of a year or several. years: of sites without a fault, by what they publish in a day."""

    reports: list[Report] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)
    years: list[tuple[float, float]] = field(default_factory=list)

    def add(self, other: Verdict) -> None:
        """Take in the verdict on another year."""
        self.reports += other.reports
        self.alarms += other.alarms
        self.years += other.years

    def false_rate(self, low: float = 0, high: float = 1e9) -> float:
        """False alarms per 10 site-years, of sites that publish so many articles a day."""
        alarms = sum(low <= alarm.rate < high for alarm in self.alarms)
        years = sum(years for rate, years in self.years if low <= rate < high)
        return 10 * alarms / years if years else 0.0

    @property
    def unreported(self) -> list[Report]:
        """Faults that were reported late or never."""
        return [report for report in self.reports if report.late or report.missed]


def judge(site: Site, seen: Seen, off: Sequence[range], first: int) -> Verdict:
    """The verdict on what was told of one site from the hour `first` on."""
    faults = [f for f in site.faults if f.end > first]
    allowed = [(fault, kind, *span) for fault in faults for kind, span in _spans(site, fault, off)]
    verdict = Verdict()
    for fault in faults:
        if fault.sort is not SHORT:
            told = (h for h in sorted(seen) if fault.start <= h < fault.end)
            at = next((h for h in told if seen[h] & fault.sort.reports), None)
            verdict.reports.append(Report(fault=fault, at=at))
    verdict.alarms += _false(site, seen, allowed, first)
    begin = max(first, site.rhythm.begins)
    ill = {h for f in faults if f.sort is not SHORT for h in range(f.start, f.end)}
    well = sum(hour not in ill for hour in range(begin, len(site.moments)))
    verdict.years.append((site.rhythm.rate, well / DAY / 365))
    return verdict


def _spans(site: Site, fault: Fault, off: Sequence[range]) -> Iterator[tuple[str, tuple[int, int]]]:
    for kind in fault.sort.reports | fault.sort.tolerated:
        yield kind, (fault.start, settled(site, kind, fault.end, off))


def _false(
    site: Site, seen: Seen, allowed: list[tuple[Fault, str, int, int]], first: int
) -> Iterator[Alarm]:
    """Runs of looks that tell a kind that is not true then."""
    hours = [hour for hour in sorted(seen) if hour >= first]
    run: list[int] = []
    kinds: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()  # what was told rightly by the look before
    lingering = False
    for hour in [*hours, -1]:
        right = {kind for _, kind, start, end in allowed if start <= hour < end}
        wrong = seen.get(hour, frozenset()) - right
        if wrong:
            if not run:
                lingering = bool(wrong & before)
            run.append(hour)
            kinds |= wrong
        elif run:
            yield Alarm(
                slug=site.rhythm.slug, rate=site.rhythm.rate, start=run[0], end=run[-1],
                kinds=kinds, lingering=lingering,
            )  # fmt: skip
            run, kinds = [], frozenset()
        before = seen.get(hour, frozenset()) - wrong


HEAD = (
    "fault", "injected", "to report", "in time", "late", "missed", "median", "worst", "of rhythm",
)  # fmt: skip


def table(verdict: Verdict) -> Iterator[tuple[str, ...]]:
    """Rows for HEAD: delays in hours and, of the median and the worst, in rhythms."""
    by_sort = defaultdict(list)
    for report in verdict.reports:
        by_sort[report.fault.sort.name].append(report)
    for name in SORTS:
        if not (reports := by_sort[name]):
            continue
        due = [r for r in reports if r.fault.bound is not None]
        delays = [r.delay for r in due if r.delay is not None]
        shares = [r.delay / r.fault.rhythm for r in due if r.delay is not None]
        late, missed = sum(r.late for r in due), sum(r.missed for r in due)
        yield (
            name,
            *map(str, (len(reports), len(due), len(due) - late - missed, late, missed)),
            f"{statistics.median(delays):.0f} h" if delays else "",
            f"{max(delays)} h" if delays else "",
            f"{statistics.median(shares):.2f}, {max(shares):.2f}" if shares else "",
        )
