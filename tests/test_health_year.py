"""A season of eight portals: every fault is reported in time, and nothing else is reported.

In time means within bounds set before anything was judged (year_faults.py). This season is one that
is told without a slip, so that any slip is a change; how often there are some, and in a year of
forty portals, is what benchmarks/health.py counts.
"""

from __future__ import annotations

import pytest
import year_real
from year_cases import Life, Year, names, plan
from year_faults import SHORT, SORTS, Site
from year_judge import judge
from year_portals import DAY, HISTORY

PORTALS, DAYS, FAULTS, SEED = 8, 75, 24, 23


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Year:
    """January to the middle of March, with Tết in it; the faults of one portal begin and end over HTTP."""
    db = tmp_path_factory.mktemp("season") / "season.db"
    with year_real.portals(1) as shown:
        year = plan(names(PORTALS, list(shown)), days=DAYS, seed=SEED, faults=FAULTS)
        Life(year, db, shown, seed=SEED, step=173).live()
    return year


def test_every_fault_is_reported_in_time(season: Year) -> None:
    reports = season.verdict.reports
    assert {report.fault.sort.name for report in reports if report.fault.bound} == set(SORTS)
    assert [report for report in reports if report.late or report.missed] == []


def test_nothing_but_faults_is_reported(season: Year) -> None:
    assert [str(alarm) for alarm in season.verdict.alarms] == []


def test_real_rounds_record_what_the_season_assumes(season: Year) -> None:
    assert len(season.real) >= 4
    assert [told for told in season.real if told[1]] == []


def test_the_archive_tells_the_same_as_the_rounds(season: Year) -> None:
    assert season.looks > DAYS * DAY // 173
    assert season.other == []


@pytest.fixture(scope="module")
def planned() -> Year:
    return plan(names(PORTALS, []), days=DAYS, seed=SEED, faults=FAULTS)


def test_who_tells_nothing_misses_every_fault(planned: Year) -> None:
    for site in planned.sites:
        verdict = judge(site, dict.fromkeys(_looks(site), frozenset()), planned.off, HISTORY * DAY)
        wanted = [f for f in site.faults if f.bound is not None]
        assert [report.fault for report in verdict.reports if report.missed] == wanted
        assert verdict.alarms == []


def test_who_tells_the_truth_is_right_and_who_tells_it_late_is_late(planned: Year) -> None:
    for site in planned.sites:
        wanted = [f for f in site.faults if f.sort is not SHORT]
        told = {
            hour: frozenset(k for f in wanted if f.start <= hour < f.end for k in f.sort.reports)
            for hour in _looks(site)
        }
        verdict = judge(site, told, planned.off, HISTORY * DAY)
        assert (verdict.unreported, verdict.alarms) == ([], [])
        assert all(report.delay == 0 for report in verdict.reports)
        late = {
            hour: frozenset(
                k for f in wanted if (f.bound or f.end) < hour < f.end for k in f.sort.reports
            )
            for hour in _looks(site)
        }
        verdict = judge(site, late, planned.off, HISTORY * DAY)
        assert all(report.late or report.missed for report in verdict.reports if report.fault.bound)


def test_what_is_told_of_a_well_site_is_a_false_alarm_each_time_anew(planned: Year) -> None:
    site = min(planned.sites, key=lambda site: len(site.faults))
    allowed = {h for f in site.faults for h in range(f.start - 1, f.end + 240)}
    free = [hour for hour in _looks(site) if hour not in allowed]
    told = dict.fromkeys(_looks(site), frozenset[str]())
    told |= {free[100]: frozenset(["silent"]), free[200]: frozenset(["moved", "silent"])}
    verdict = judge(site, told, planned.off, HISTORY * DAY)
    assert [(alarm.start, alarm.lingering) for alarm in verdict.alarms] == [
        (free[100], False), (free[200], False),
    ]  # fmt: skip
    assert verdict.false_rate() > 10


def test_a_report_that_outlives_its_fault_is_a_false_alarm(planned: Year) -> None:
    site, fault = next(
        (s, f) for s in planned.sites for f in s.faults if f.sort.name == "challenge"
    )
    told = {hour: frozenset[str]() for hour in _looks(site)}
    told |= dict.fromkeys(range(fault.start, fault.end + 90), frozenset(["challenge"]))
    (alarm,) = judge(site, told, planned.off, HISTORY * DAY).alarms
    assert alarm.lingering
    assert fault.end + 6 <= alarm.start <= fault.end + 24


def _looks(site: Site) -> range:
    return range(HISTORY * DAY, len(site.moments))
