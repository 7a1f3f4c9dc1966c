"""The judgement of sites: what is reported and how soon, and what is no fault."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from health_cases import BEGIN, PROCESSES, Process, Year, round_of, steady, until

from newsarchive.archive.rounds import Told
from newsarchive.health import festive
from newsarchive.health.changes import changes, lines
from newsarchive.health.falls import Share, Size
from newsarchive.health.history import History
from newsarchive.health.judge import diagnose
from newsarchive.health.learned import Learned
from newsarchive.health.peers import Peers
from newsarchive.health.rhythm import Rhythm, Shape
from newsarchive.health.unusual import BUDGET, Lengths, threshold
from newsarchive.health.values import Day, Round

# False alarms.


def silences(process: Process, days: int = 365) -> int:
    """False alarms of silence of a site that stands alone, looked at every hour of a year."""
    rhythm, shape, alarms = Rhythm(), Shape(), 0
    for day in range(days):
        begin = BEGIN + timedelta(days=day)
        weekday = (begin + timedelta(hours=7)).weekday()
        met = [float(h) for h in range(0, 24, 6) if process.met(begin + timedelta(hours=h), 6)]
        longest = rhythm.silence(weekday, 1, [], met[0] if met else 24.0)
        alarms += longest > rhythm.limit and not rhythm.alarmed
        rhythm.close(day * 24.0, weekday, met, seen=1, watched=1, expected=1, shape=shape)
    return alarms


def test_silence_is_seldom_told_of_a_site_that_is_well() -> None:
    # 300 site-years; the project promises one false alarm of any kind in ten.
    alarms = {
        (kind, rate): sum(silences(Process(kind, rate, seed)) for seed in range(15))
        for kind in PROCESSES
        for rate in (0.1, 0.5, 2, 8, 20)
    }
    assert sum(alarms.values()) <= 300 * 0.05, alarms
    assert max(alarms.values()) <= 3, alarms


def test_hardly_anything_is_told_of_sites_that_are_well() -> None:
    rates = (0.1, 0.3, 1, 3, 8, 20)
    made = {f"{kind} {rate}": Process(kind, rate, 99) for kind in PROCESSES for rate in rates}
    told = {(d.site, d.state): d.faults[0].why for d in Year(made, hours=12).pass_(365)}
    assert len(told) <= 24 * BUDGET * 4, told


@pytest.mark.parametrize("kind", PROCESSES)
def test_the_threshold_is_passed_as_seldom_as_the_budget_says(kind: str) -> None:
    rng = random.Random(kind)
    draw = {
        "even": lambda: rng.expovariate(1),
        "office": lambda: rng.uniform(0.9, 1.1),
        "clustered": lambda: rng.expovariate(1) * rng.choice((0.3, 3)),
        "weekly": lambda: rng.gammavariate(4, 0.25),
    }[kind]
    passed = years = 0
    for _ in range(60):
        limit = threshold(sorted(draw() for _ in range(200)), a_year=200, mean=1)
        passed += sum(draw() > limit for _ in range(2000))
        years += 10
    assert passed / years <= 1.5 * BUDGET


# Silence.


@pytest.mark.parametrize(
    ("kind", "rate", "days"),
    [("even", 0.3, 60), ("even", 1, 18), ("even", 8, 3), ("office", 3, 7), ("clustered", 5, 12),
     ("weekly", 3, 22)],
)  # fmt: skip
def test_silence_is_told_within_the_rhythm_of_the_site(kind: str, rate: float, days: int) -> None:
    year = Year(steady(ill=Process(kind, rate, 1)))
    assert not [d for d in year.pass_(200) if d.site == "ill"]
    diagnosis, after = until(year, "ill", days, n=0)
    (fault,) = diagnosis.faults
    longest = year.peers.learned("ill", year.at).rhythm.hours.longest / 24
    assert (diagnosis.state, fault.kind) == ("silent", "silent")
    assert after > longest * 0.5
    assert "no new article for" in fault.why
    assert "it never was silent for more than" in fault.why
    # An article ends it.
    year.pass_(0.25, ill={"n": 1})
    assert year.diagnose("ill").is_well


def test_a_steady_beat_is_known_sooner_than_chance() -> None:
    exact = Lengths()
    for _ in range(52):
        exact.add_cut(1.0, limit=100)
    chance = Lengths()
    rng = random.Random(1)
    for _ in range(52):
        chance.add_cut(rng.expovariate(1), limit=100)
    assert exact.threshold(a_year=52, mean=1) < 4 < chance.threshold(a_year=52, mean=1)


def test_little_experience_makes_the_threshold_longer() -> None:
    few, many = [1.0] * 10, [1.0] * 300
    assert threshold(few, a_year=50, mean=1) > 2 * threshold(many, a_year=50, mean=1)


def test_what_an_alarm_teaches() -> None:
    silence = Lengths()
    for length in [1.0] * 20 + [50.0]:
        silence.add_cut(length, limit=5.0)
    assert (silence.total, silence.longest) == (21.0, 1.0)
    outages = Lengths()
    for day in (0, 70, 80, 90):
        assert len(outages) == 0
        outages.add(12.0, limit=5.0, at=24.0 * day)
    assert (len(outages), outages.longest) == (3, 12.0)  # a habit by then


def test_a_pace_that_falls_for_good_is_learned() -> None:
    year = Year(steady(slower=Process("even", 8, 3)))
    year.pass_(120)
    year.processes["slower"].rate = 0.8
    year.pass_(90)
    told = year.pass_(120)
    assert not [d for d in told if d.site == "slower"]


def test_no_silence_where_nobody_could_look() -> None:
    # Eight articles a day; the machine is off for twelve days, or the site is down.
    for trouble in (None, "unreachable"):
        year = Year(steady(site=Process("even", 8, 4)))
        year.pass_(100)
        if trouble is None:
            year.at += timedelta(days=12)
        else:
            year.pass_(12, look=10_000, site={"trouble": trouble})
        year.pass_(0.25, look=10_000, site={"n": 0})
        assert "silent" not in [fault.kind for fault in year.diagnose("site").faults]


def test_a_day_on_which_nobody_looked_any_more_is_no_silence_of_a_busy_site() -> None:
    year = Year({"busy": Process("even", 90, 4)}, hours=1)
    year.pass_(60.25)  # the last round is at six; most comes later in the day
    for later in (14, 24, 48):
        kinds = [fault.kind for fault in year.diagnose("busy", later=later).faults]
        assert "silent" not in kinds, later
    assert kinds == ["unwatched"]


def test_undated_articles_are_news_and_old_ones_are_none() -> None:
    # Without dates nothing can be called fresh; of a backlog nothing is.
    undated = {"articles": 3, "published": 0, "characters": 6000}
    for fields, state in ((undated, "well"), ({}, "silent")):
        history = History(site="site")
        rng = random.Random(5)
        for hour in range(0, 24 * 130, 6):
            at = BEGIN + timedelta(hours=hour)
            if hour < 24 * 100:
                n = int(rng.random() < 0.5)
                history.add(round_of(at, n, fill={"published": 0.0 if fields else 1.0}))
            else:
                history.add(round_of(at, fresh=0, new=3, fields=fields))
        kinds = [fault.kind for fault in diagnose(history, now=at).faults]
        assert ("silent" in kinds) == (state == "silent")


def test_sites_that_fall_silent_together_are_given_more_time() -> None:
    quiet = [Process("even", 3, seed) for seed in range(10)]
    days = {}
    for together in (False, True):
        year = Year({f"s{n}": process for n, process in enumerate(quiet)})
        year.pass_(120)
        ill = {f"s{n}": {"n": 0} for n in range(10 if together else 1)}
        begin = year.at
        while year.diagnose("s0").is_well:
            year.pass_(0.25, look=10_000, **ill)
        days[together] = (year.at - begin) / timedelta(days=1)
    assert days[False] < 6
    assert 2 * days[False] < days[True] < 30  # but it is told in the end


# Holidays.

TET = (
    "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13",
    "2030-02-02", "2031-01-23", "2032-02-11", "2033-01-31", "2034-02-19", "2035-02-08",
)  # fmt: skip


@pytest.mark.parametrize("first", TET)
def test_tet_is_known(first: str) -> None:
    day = date.fromisoformat(first)
    assert [festive.expected(day + timedelta(days=n)) for n in range(4)] == [festive.HOLIDAY] * 4
    assert festive.expected(day - timedelta(days=1)) == festive.HOLIDAY
    assert festive.expected(day + timedelta(days=25)) == 1
    assert festive.HOLIDAY < festive.expected(day + timedelta(days=9)) < 1


def test_holidays_with_their_weekends() -> None:
    assert festive.expected(date(2026, 9, 2)) == festive.HOLIDAY
    assert festive.expected(date(2026, 5, 3)) == festive.HOLIDAY  # Sunday after the 1st, a Friday
    assert festive.expected(date(2026, 5, 5)) == festive.expected(date(2026, 12, 25)) == 1


@pytest.mark.parametrize("alone", [True, False])
def test_nobody_is_silent_at_tet(alone: bool) -> None:
    # From three days before Tết to a week after it, whether the others go on or not.
    year = Year(steady(0 if alone else 6, site=Process("even", 8, 6)))
    year.pass_((datetime(2027, 2, 1, 17, tzinfo=UTC) - BEGIN) / timedelta(days=1), look=10_000)
    year.pass_(1, site={})
    assert year.pass_(11, look=6, site={"n": 0}) == []
    # Silence that stays is told.
    diagnosis, _ = until(year, "site", 14, n=0)
    assert diagnosis.state == "silent"


# Outages.


@pytest.mark.parametrize(
    ("trouble", "state"),
    [("unreachable", "unreachable"), ("challenge", "challenge"), ("moved", "moved"),
     ("no articles", "no articles"), ("robots", "unreachable"), ("articles", "redesigned"),
     ("lists", "no articles")],
)  # fmt: skip
def test_trouble_that_lasts_is_told(trouble: str, state: str) -> None:
    year = Year(steady(site=Process("even", 3, 7)), hours=1)
    year.pass_(30)
    year.pass_(1 / 24, look=1, site={"trouble": trouble, "why": "said so"})
    assert year.diagnose("site").is_well  # one round proves nothing
    diagnosis, after = until(year, "site", 1, look=1, trouble=trouble, why="said so")
    (fault,) = diagnosis.faults
    assert (diagnosis.state, fault.kind) == (state, state)
    assert after < 0.5
    assert "said so" in fault.why
    assert "it never had trouble before" in fault.why
    year.pass_(1 / 24, look=10_000)
    assert year.diagnose("site").is_well


def test_an_outage_that_is_usual_is_none() -> None:
    # Down each night at three for two hours; then for a day.
    year = Year(steady(site=Process("even", 3, 8)), hours=1)
    alarms = []
    for _ in range(60):
        year.pass_(3 / 24, look=1)
        alarms += year.pass_(2 / 24, look=1, site={"trouble": "unreachable"})
        alarms += year.pass_(19 / 24, look=1)
    assert not [d for d in alarms if d.site == "site"]
    diagnosis, after = until(year, "site", 1, look=1, trouble="unreachable")
    assert 2 / 24 < after < 0.5
    assert "60 outages before" in diagnosis.faults[0].why


def needed(often: float, trouble: str) -> float:
    """Days until an outage is told, of a site of which this part of the rounds had a trouble."""
    rng = random.Random(9)
    year = Year(steady(site=Process("even", 3, 9)), hours=6)
    for _ in range(4 * 120):
        how = {"trouble": trouble} if rng.random() < often else {}
        year.pass_(0.25, look=10_000, site=how)
    return until(year, "site", 10, look=6, trouble="unreachable")[1]


def test_a_list_that_often_fails_makes_no_outage_late() -> None:
    assert needed(0.3, "lists") == needed(0.0, "lists")


def test_one_batch_alone_alarms_nobody() -> None:
    share, alarm = Share(), 500_000.0
    for day in range(100):
        share.close(f"{day}", [(3, 3)], alarm=alarm)
    assert share.with_today([(40, 0)]) < alarm
    assert share.with_today([(40, 0), (40, 0)]) > alarm


def test_a_host_that_often_fails_is_given_more_rounds() -> None:
    usually = needed(0.0, "unreachable")
    assert usually <= 1.0
    assert needed(0.3, "unreachable") > 2 * usually


def test_when_no_site_answers_it_is_our_line() -> None:
    year = Year(steady(6), hours=1)
    year.pass_(30)
    down = {name: {"trouble": "unreachable"} for name in year.processes}
    assert year.pass_(0.5, look=1, **down) == []
    told = year.pass_(1, look=6, **down)
    assert {d.state for d in told} == {"unwatched"}
    assert "this machine's line" in told[0].faults[0].why


# Nobody looks.


@pytest.mark.parametrize(("hours", "days"), [(1, 3.0), (24, 5.0), (24 * 7, 21.0)])
def test_unwatched_by_the_interval_of_its_rounds(hours: int, days: float) -> None:
    year = Year(steady(1), hours=hours)
    year.pass_(120, look=24 * 7)
    assert year.diagnose("peer0", later=1.2 * hours).is_well
    diagnosis = year.diagnose("peer0", later=24 * days)
    assert diagnosis.state == "unwatched"
    assert "nobody looked at it for" in diagnosis.faults[0].why


def test_one_crawl_is_no_rhythm_of_rounds() -> None:
    history = History(site="once")
    for hour in range(3):
        history.add(round_of(BEGIN + timedelta(hours=hour), 20))
    assert diagnose(history, now=BEGIN + timedelta(days=300)).is_well


def test_weekends_off_are_usual_once_they_are_known() -> None:
    year = Year(steady(1), hours=1)
    for week in range(12):
        year.pass_(5, look=10_000)
        year.at += timedelta(days=2)
        assert week < 5 or year.diagnose("peer0").is_well
    assert year.diagnose("peer0", later=24 * 10).state == "unwatched"


# Redesigns.


@pytest.mark.parametrize(
    ("how", "state", "why"),
    [
        (
            {"fill": {"published": 0.0, "lead": 1.0, "byline": 0.9, "image": 1.0}},
            "redesigned",
            "date",
        ),
        (
            {"fill": {"published": 1.0, "lead": 1.0, "byline": 0.1, "image": 1.0}},
            "redesigned",
            "byline",
        ),
        ({"characters": 150}, "redesigned", "characters in the body"),
        ({"agreed": 0.1}, "disagreement", "title in the list"),
        ({"refused": 3}, "redesigned", "are no article"),
        ({"listed": 1}, "no articles", "its lists name"),
    ],
)
def test_a_collapse_is_told_after_a_handful_of_articles(how: dict, state: str, why: str) -> None:
    year = Year(steady(site=Process("even", 3, 10)))
    assert not [d for d in year.pass_(90) if d.site == "site"]
    diagnosis, after = until(year, "site", 8, look=6, **how)
    assert after <= 7
    assert diagnosis.state == state
    assert why in diagnosis.faults[0].why
    begun = datetime.fromisoformat(diagnosis.faults[0].since)
    assert abs(begun - (year.at - timedelta(days=after))) <= timedelta(days=1.5)
    # Mended, it is well again soon.
    year.pass_(6, look=10_000)
    assert year.diagnose("site").is_well


def test_all_pages_refused_is_also_a_disagreement() -> None:
    year = Year(steady(site=Process("even", 3, 11)))
    year.pass_(60)
    diagnosis, _ = until(year, "site", 10, n=0, refused=1)
    assert [fault.kind for fault in diagnosis.faults][:2] == ["redesigned", "disagreement"]


def test_a_drift_is_followed() -> None:
    share = Share()
    rng = random.Random(12)
    for day in range(700):
        p = 0.9 - 0.5 * day / 700
        share.close(f"{day:04}", [(3, sum(rng.random() < p for _ in range(3)))], alarm=1e5)
        assert share.score < 1e5
    assert 0.35 < share.usual < 0.6


@pytest.mark.parametrize("p", [0.03, 0.2, 0.5, 0.9, 0.99])
def test_the_mean_time_to_a_false_alarm_of_a_share(p: float) -> None:
    rng = random.Random(p)
    alarms = 0
    for _ in range(20):
        share = Share()
        told = False
        for day in range(730):
            n = rng.choice((0, 1, 2, 5))
            share.close(str(day), [(n, sum(rng.random() < p for _ in range(n)))], alarm=2000)
            alarms += share.since is not None and not told
            told = share.since is not None
    assert alarms <= 20 * 730 / 2000  # the score that alarms is at least the days between two


def test_the_size_of_bodies_may_vary() -> None:
    rng = random.Random(13)
    size = Size()
    for day in range(1500):
        n = rng.choice((1, 1, 2, 8))
        size.close(str(day), [(n, 2000 * 2.718 ** (rng.gauss(0, 0.6) / n**0.5))], alarm=20_000)
        assert size.since is None


def test_what_stays_for_two_months_is_the_habit() -> None:
    share = Share()
    for day in range(60):
        share.close(f"{day:03}", [(2, 2)], alarm=1e5)
    for day in range(60, 150):
        share.close(f"{day:03}", [(2, 0)], alarm=1e5)
        if day == 70:
            assert share.since == "060"
    assert share.since is None
    assert share.usual < 0.1


# A new site, and its peers.


def family(count: int, rate: float = 2.0, **more: Process) -> Year:
    names = steady(count, rate)
    year = Year(names, **dict.fromkeys([*names, *more], "dnn"))
    return year


def test_a_new_site_is_judged_by_its_family() -> None:
    year = family(5)
    year.pass_(60)
    process = Process("even", 4, 20)
    year.processes["new"] = process
    year.histories["new"] = History(site="new", family="dnn")
    year.peers.add(year.histories["new"])
    none = {"fill": {"published": 0.0, "lead": 1.0}}
    diagnosis, after = until(year, "new", 8, **none)
    assert diagnosis.state == "redesigned"
    assert "judged by the 5 others of the family dnn" in diagnosis.faults[0].why
    assert after >= 0.5


def test_a_new_site_without_a_field_on_which_sites_differ_is_well() -> None:
    names = steady(6)
    year = Year(names)
    shares = {name: {"fill": {"published": 1.0, "byline": n % 2}} for n, name in enumerate(names)}
    year.pass_(60, look=10_000, **shares)
    year.processes["new"] = Process("even", 4, 21)
    year.histories["new"] = History(site="new")
    year.peers.add(year.histories["new"])
    assert not year.pass_(20, **shares, new={"fill": {"published": 1.0, "byline": 0.0}})


# What a diagnosis tells.


def test_the_figures() -> None:
    history = History(site="hanoi", name="Công an Hà Nội", family="dnn")
    for day in range(60):
        half = {"published": 1.0, "byline": 1.0 if day < 30 else 0.6, "lead": 0.0}
        at = BEGIN + timedelta(days=day, hours=1)
        history.add(round_of(at, 2, fill=half, refused=1, rng=random.Random(day)))
    late = BEGIN + timedelta(days=59, hours=9)
    history.add(round_of(late, 0, trouble="unreachable"))
    diagnosis = diagnose(history, now=late)
    assert (diagnosis.name, diagnosis.family) == ("Công an Hà Nội", "dnn")
    assert diagnosis.week == 14
    assert diagnosis.last_success == diagnosis.last_new == "2026-05-07T18:00:00Z"
    assert (diagnosis.fill["published"], diagnosis.fill["lead"]) == (1, 0)
    assert 0.4 < diagnosis.fill["byline"] < 0.8 < diagnosis.usual["published"]
    assert diagnosis.problems == pytest.approx(1 / 3)
    assert diagnosis.agreement == 1
    assert len(diagnosis.days) == 60
    assert diagnosis.days[-1].trouble == "unreachable"


def test_nothing_is_known_of_an_empty_history() -> None:
    diagnosis = diagnose(History(site="new"), now=BEGIN)
    assert diagnosis.is_well
    assert (diagnosis.last_success, diagnosis.week, diagnosis.problems) == (None, 0, None)


def test_a_history_of_rows_is_that_of_rounds() -> None:
    # As the archive keeps it: rounds that met nothing are gone after two weeks.
    process = Process("even", 2, 22)
    rng = random.Random(22)
    made, kept = History(site="site"), []
    for hour in range(24 * 80):
        at = BEGIN + timedelta(hours=hour)
        trouble = "unreachable" if rng.random() < 0.05 else None
        round = round_of(at, 0 if trouble else process.met(at, 1), trouble=trouble)
        made.add(round)
        if round.new or round.trouble or hour > 24 * 66:
            kept.append(round)
    told = History.of("site", days=made.days, rounds=kept)
    assert told.arrivals == made.arrivals
    assert [(s.first, s.last) for s in told.spells] == [(s.first, s.last) for s in made.spells]
    one, other = diagnose(made, now=at), diagnose(told, now=at)
    assert (one.state, one.week, one.fill) == (other.state, other.week, other.fill)


def test_a_killed_round_tells_nothing() -> None:
    history = History(site="site")
    history.add(round_of(BEGIN, 1))
    history.add(Round(started="2026-03-10T00:00:00Z", outcome="killed"))
    assert (history.days[0].rounds, len(history.rounds)) == (1, 1)


def test_a_day_that_comes_late_does_not_stop_the_learning() -> None:
    history = History(site="site", days=[Day(day="2026-03-10"), Day(day="2026-03-12")])
    learned = Learned(history)
    assert learned.day(date(2026, 3, 12).toordinal()) is history.days[1]


def test_peers_are_learned_once_a_day() -> None:
    year = Year(steady(2))
    year.pass_(30)
    learned = year.peers.learned("peer0", year.at)
    assert year.peers.learned("peer0", year.at) is learned
    assert Peers(year.histories.values()).learned("peer0", year.at).rhythm.limit == pytest.approx(
        learned.rhythm.limit
    )


# Changes.


def test_changes_and_lines() -> None:
    year = Year(steady(site=Process("even", 3, 23)), hours=1)
    year.pass_(30)
    until(year, "site", 1, look=1, trouble="unreachable", why="no DNS")
    told: dict[str, Told] = {}
    ill = year.diagnoses()
    (change,) = changes(ill, told)
    assert (change.site, change.before, change.after) == ("site", "well", "unreachable")
    assert str(change).startswith("site: unreachable since 2026-04-09 (it does not answer (no DNS)")
    assert str(change).endswith("; before: well")
    assert lines(ill) == [f"site: unreachable since 2026-04-09 ({change.why})"]
    told["site"] = Told("unreachable", change.why, change.since)
    assert changes(ill, told) == []
    year.pass_(3, look=10_000)
    (again,) = changes(year.diagnoses(), told)
    assert str(again) == "site: well again (was unreachable for 3 days)"
    assert lines(year.diagnoses()) == []
    told["site"] = Told("well", "", again.since)
    assert changes(year.diagnoses(), told) == []
