"""When known articles are looked at again."""

from __future__ import annotations

import pytest

from newsarchive.crawl.schedule import after_miss, next_look, next_try, same_day

SEEN = "2026-06-01T00:00:00Z"


@pytest.mark.parametrize(
    ("born", "unchanged", "due"),
    [
        ("2026-06-01", 1, "2026-06-01T06:00:00Z"),
        ("2026-05-31T00:00:00Z", 1, "2026-06-01T06:00:00Z"),
        ("2026-05-25", 1, "2026-06-02T00:00:00Z"),
        ("2026-05-01", 1, "2026-06-08T00:00:00Z"),
        ("2026-01-01", 1, "2026-07-01T00:00:00Z"),
        ("2020-01-01", 1, "2027-06-01T00:00:00Z"),
        ("2020-01-01", 0, "2026-06-08T00:00:00Z"),
        ("2026-06-01", 0, "2026-06-01T06:00:00Z"),
    ],
)
def test_often_while_young_then_seldom(born: str, unchanged: int, due: str) -> None:
    assert next_look(SEEN, born=born, unchanged=unchanged) == due


def test_misses_failures_and_days() -> None:
    assert after_miss(SEEN) == "2026-06-02T00:00:00Z"
    assert after_miss(SEEN, gone=True) == "2026-07-01T00:00:00Z"
    assert next_try(SEEN, attempts=0) == "2026-06-01T01:00:00Z"
    assert next_try(SEEN, attempts=3) == "2026-06-01T08:00:00Z"
    assert next_try(SEEN, attempts=60) == "2026-06-08T00:00:00Z"
    # The day is Vietnam's: it ends at 17:00 UTC.
    assert same_day("2026-06-01T16:59:00Z", "2026-05-31T17:00:00Z")
    assert not same_day("2026-06-01T16:59:00Z", "2026-06-01T17:00:00Z")
