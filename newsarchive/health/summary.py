"""The figures of a diagnosis: articles a week, and which fields they have, of late and before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from newsarchive.health.falls import Share
from newsarchive.health.history import History, day_of
from newsarchive.health.learned import Learned
from newsarchive.health.values import FIELDS, Day

_WEEKS = 4
_LATELY = 14  # days, or as many as hold _FEW articles
_FEW = 20


def summary(history: History, learned: Learned, at: float) -> dict[str, Any]:
    """week, fill, usual, problems and agreement of a Diagnosis."""
    today = date.fromisoformat(day_of(at)[0])
    late = _lately(history.days, today)
    articles = sum(day.articles for day in late)
    asked = sum(day.new + day.refused + day.failed for day in late)
    compared = sum(day.compared for day in late)
    return {
        "week": _a_week(history.days, today),
        "fill": {name: n / articles if articles else None for name, n in _filled(late).items()},
        "usual": {name: _usual(learned, name) for name in FIELDS},
        "problems": sum(day.refused + day.failed for day in late) / asked if asked else None,
        "agreement": sum(day.agreed for day in late) / compared if compared else None,
    }


def _filled(days: Sequence[Day]) -> dict[str, int]:
    """Of each field, how many articles of the days had it."""
    found = dict.fromkeys(FIELDS, 0)
    for day in days:
        for name, n in day.fill.items():
            if name in found:
                found[name] += n
    return found


def _lately(days: Sequence[Day], today: date) -> list[Day]:
    found: list[Day] = []
    articles = 0
    since = date.fromordinal(today.toordinal() - _LATELY).isoformat()
    for day in reversed(days):
        if day.day <= since and articles >= _FEW:
            break
        found.append(day)
        articles += day.articles
    return found


def _a_week(days: Sequence[Day], today: date) -> float:
    """Fresh articles a week over the latest four, or over the time that the site is known."""
    since = date.fromordinal(today.toordinal() - 7 * _WEEKS).isoformat()
    fresh = 0
    for day in reversed(days):
        if day.day <= since:
            break
        fresh += day.fresh
    if not days:
        return 0.0
    known = (today - date.fromisoformat(days[0].day)).days + 1
    return fresh / min(max(known / 7, 1.0), _WEEKS)


def _usual(learned: Learned, name: str) -> float | None:
    fall = learned.falls[name]
    assert isinstance(fall, Share)
    total = fall.yes + fall.no
    return fall.yes / total if total >= 5 else None
