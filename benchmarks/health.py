"""A simulated year of portals with faults: what `newsarchive health` tells of them, and when.

Prints for each kind of fault how many there were, how many had to be reported, and how many were
in time by the site's own rhythm (tests/year_faults.py says what that is); delays in hours and in
rhythms; false alarms per 10 site-years, also by how much sites publish. Where a fault begins or
ends on one of the real portals the round is a real refresh over HTTP, and what it records is
compared with what the year assumes. Exit status 1 where a fault is late or missed, where there is
more than one false alarm per 10 site-years, and where a real round records something else.

    python benchmarks/health.py [--portals N] [--real N] [--days N] [--faults N] [--seed N ...]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from _processes import ROOT

sys.path.insert(0, str(ROOT / "tests"))

import year_real
from year_cases import Life, Year, names, plan
from year_judge import HEAD, Verdict, table
from year_portals import when

MOST_FALSE = 1.0  # alarms per 10 site-years
CLASSES = (
    ("less than one a week", 0, 1 / 7), ("one a week to one a day", 1 / 7, 1),
    ("one to five a day", 1, 5), ("five and more", 5, 1e9),
)  # fmt: skip


def main() -> int:
    """Simulate and print the figures; 1 if a bound is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--portals", type=int, default=40)
    parser.add_argument("--real", type=int, default=5, help="of them served over HTTP")
    parser.add_argument("--days", type=int, default=365, help="beside a month of history")
    parser.add_argument("--faults", type=int, help="of single sites; else one in two months each")
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument("--step", type=int, default=61, help="hours between looks into the archive")
    given = parser.parse_args()
    if given.real > given.portals or given.days < 60:
        parser.error("--real is at most --portals, --days at least 60")
    faults = given.faults if given.faults is not None else given.portals * given.days // 60
    whole = Verdict()
    wrong = 0
    for seed in given.seed:
        year = simulated(given.portals, given.real, given.days, seed, faults, given.step)
        wrong += told_of(year, seed)
        whole.add(year.verdict)
    show(whole)
    good = not whole.unreported and whole.false_rate() <= MOST_FALSE and not wrong
    return 0 if good else 1


def simulated(portals: int, real: int, days: int, seed: int, faults: int, step: int) -> Year:
    """A year of this seed, lived through."""
    with tempfile.TemporaryDirectory() as folder, year_real.portals(real) as shown:
        year = plan(names(portals, list(shown)), days=days, seed=seed, faults=faults)

        def progress(hour: int, hours: int) -> None:
            if when(hour).day == 1:
                print(f"seed {seed}: {when(hour):%d %b %Y}, {hour / hours:.0%}", file=sys.stderr)

        Life(year, Path(folder, "year.db"), shown, seed=seed, step=step).live(progress)
    return year


def told_of(year: Year, seed: int) -> int:
    """Print what went wrong in one year; how often a real round, or the archive, told
    something else than it should."""
    for report in year.verdict.unreported:
        fault = report.fault
        what = "missed" if report.missed else f"reported after {report.delay} h"
        print(
            f"seed {seed}: {fault.slug}: {fault.sort.name} from {when(fault.start):%d %b %H h}, "
            f"{fault.end - fault.start} h, {what}; {(fault.bound or 0) - fault.start} h allowed"
        )
    for alarm in year.verdict.alarms:
        print(f"seed {seed}: false: {alarm}")
    different = [(name, wrong) for name, wrong in year.real if wrong]
    for name, wrong in different:
        print(f"seed {seed}: real round: {name}: {'; '.join(wrong)}")
    print(f"seed {seed}: {len(year.real)} real rounds, {len(different)} other than assumed")
    for told in year.other:
        print(f"seed {seed}: the archive tells something else: {told}")
    print(f"seed {seed}: {year.looks} looks into the archive, {len(year.other)} sites otherwise")
    return len(different) + len(year.other)


def show(verdict: Verdict) -> None:
    """Print the tables."""
    rows = [HEAD, *table(verdict)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *cells in rows:
        aligned = (f"{cell:>{width}}" for cell, width in zip(cells, widths[1:], strict=True))
        print(f"{name:<{widths[0]}}  {'  '.join(aligned)}")
    years = sum(years for _, years in verdict.years)
    lingering = sum(alarm.lingering for alarm in verdict.alarms)
    print(
        f"false alarms: {len(verdict.alarms)} ({lingering} of them true once and told too long) "
        f"in {years:.1f} site-years without a fault, {verdict.false_rate():.2f} per 10 "
        f"(wanted: at most {MOST_FALSE:g})"
    )
    for name, low, high in CLASSES:
        part = sum(years for rate, years in verdict.years if low <= rate < high)
        rate = verdict.false_rate(low, high)
        print(f"  sites with {name}: {rate:.2f} per 10 in {part:.1f} site-years")


if __name__ == "__main__":
    sys.exit(main())
