"""What a site's rhythm is learned from, and what it is not learned from."""

from __future__ import annotations

from statistics import fmean

import pytest
from health_cases import Process, Year, steady

from newsarchive.health.history import History
from newsarchive.health.rhythm import Rhythm, Shape


def rhythm_of(year: Year, site: str) -> Rhythm:
    """What was learned of the site up to the midnight before."""
    return year.peers.learned(site, year.at).rhythm


def test_weekends_and_nights_of_a_site_that_says_little_are_those_of_the_others() -> None:
    # It has an article in five days, too few to know its weekdays by.
    year = Year({f"s{n}": Process("office", 6, n) for n in range(6)}, hours=1)
    year.pass_(50, look=10_000)
    year.processes["new"] = Process("office", 0.2, 1)
    year.histories["new"] = History(site="new")
    year.peers.add(year.histories["new"])
    year.pass_(30, look=10_000)
    rhythm = rhythm_of(year, "new")
    assert rhythm.arrivals > 2
    assert rhythm.expected(6) < 0.6 * rhythm.expected(2)
    assert rhythm.share(6) < 0.15  # a quarter of an even day


def test_without_others_weekdays_are_even_until_the_site_shows_them() -> None:
    rhythm = Rhythm()
    rhythm.close(0, 0, [9.0], seen=1, watched=1, expected=1, shape=Shape())
    assert 0.9 < rhythm.expected(6) / rhythm.expected(0) < 1.1


@pytest.mark.parametrize("rate", [2.0, 10.0])
def test_on_usual_days_as_much_is_expected_as_the_others_publish(rate: float) -> None:
    year = Year(steady(12, rate), hours=1)
    year.pass_(60.99, look=10_000)
    shares = []
    for _ in range(30):
        year.pass_(1, look=10_000)
        shares.append(year.peers.expected("peer0", year.at))
    assert 0.85 < fmean(shares) <= 1


def _fed(rhythm: Rhythm, days: range, *hours: float) -> None:
    """On each of the days an article at these hours."""
    for day in days:
        rhythm.close(day * 24.0, day % 7, hours, seen=1, watched=1, expected=1, shape=Shape())


def test_silences_of_the_first_two_weeks_are_forgotten() -> None:
    rhythm = Rhythm()
    _fed(rhythm, range(5), 9.0)
    _fed(rhythm, range(5, 10))
    _fed(rhythm, range(10, 33), 9.0)
    assert rhythm.gaps.longest > 4
    limit = rhythm.limit
    _fed(rhythm, range(33, 36), 9.0)
    assert rhythm.gaps.longest < 1.5
    later = len(rhythm.gaps)
    assert rhythm.limit < 0.8 * limit
    _fed(rhythm, range(36, 46), 9.0)
    assert len(rhythm.gaps) == later + 10 >= 30


def test_silences_of_later_weeks_are_not() -> None:
    rhythm = Rhythm()
    _fed(rhythm, range(20), 9.0)
    _fed(rhythm, range(20, 22))
    _fed(rhythm, range(22, 120), 9.0)
    assert rhythm.gaps.longest > 2


def test_refused_articles_teach_no_silence() -> None:
    # For a day and a half each page of one site is refused, while another has nothing.
    year = Year(steady(6, refused=Process("even", 6, 1), other=Process("even", 6, 1)))
    year.pass_(90, look=10_000)
    longest = rhythm_of(year, "refused").gaps.longest
    ill = {"fresh": 0, "new": 0, "fields": {}, "refused": 6}
    year.pass_(1.5, look=10_000, refused=ill, other={"n": 0})
    year.pass_(3, look=10_000)
    assert rhythm_of(year, "other").gaps.longest > 1.2 * longest
    assert rhythm_of(year, "refused").gaps.longest == longest


def test_of_a_day_with_few_rounds_the_quiet_hours_count() -> None:
    rhythm = Rhythm()
    _fed(rhythm, range(40), 9.0, 10.0, 11.0)
    before = rhythm.since
    rhythm.close(960.0, 5, [], seen=1, watched=7 / 24, expected=1, shape=Shape())
    assert 0 < rhythm.since - before < 0.5 * 7 / 24 * rhythm.expected(5)
