"""When a known article is looked at again: often while it is young, then more and more seldom."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from newsarchive.clock import VIETNAM, instant, stamp

if TYPE_CHECKING:
    from newsarchive.archive.checks import Rhythm

DAY = timedelta(days=1)
# Younger than -> again after. Corrections come within hours, take-downs within weeks.
_INTERVALS = (
    (2 * DAY, DAY / 4),
    (14 * DAY, DAY),
    (90 * DAY, 7 * DAY),
    (730 * DAY, 30 * DAY),
    (timedelta.max, 365 * DAY),
)
# Of a hundred looks so many should meet a change: where a site's articles of an age change more
# often than the interval supposes, they are looked at sooner, within these bounds. Until a site
# has a history of its own, so many looks at those intervals stand for one.
_SHARE = 0.05
_BEFORE = 20
_BOUNDS = (1 / 4, 4.0)
_LONGEST = 730 * DAY
_AFTER_CHANGE = 7 * DAY  # what was edited once is edited again
_GONE = 30 * DAY
_LONGEST_PAUSE = 7 * DAY
_DOUBTS = (DAY, 7 * DAY, 30 * DAY)
_UNMERGED = 30 * DAY
MISSED = DAY  # a look that did not find it is confirmed on another day


def age_of(seen: str, *, born: str) -> int:
    """The number of the interval for an article of the age that it has at `seen`."""
    age = instant(seen) - instant(born)
    return next(n for n, (limit, _) in enumerate(_INTERVALS) if age < limit)


def days_between(one: str, other: str) -> float:
    """The days from one time to another; not less than none."""
    return max(0.0, (instant(other) - instant(one)) / DAY)


def next_look(seen: str, *, born: str, unchanged: int = 0, rhythm: Rhythm | None = None) -> str:
    """When to look again at an article found at `seen`.

    born: its day of publication, or when it was first met. unchanged: how many looks in a row,
    this one included, found it as it was; 0 after an edit. rhythm: how the site's articles of its
    age were found to change.
    """
    pause = _INTERVALS[age_of(seen, born=born)][1]
    if rhythm is not None:
        days = pause / DAY
        rate = (rhythm.changes + _BEFORE * _SHARE) / (rhythm.days + _BEFORE * days)
        learned = _SHARE / rate / days
        pause = min(pause * min(max(learned, _BOUNDS[0]), _BOUNDS[1]), _LONGEST)
    if unchanged == 0:
        pause = min(pause, _AFTER_CHANGE)
    return stamp(instant(seen) + pause)


def after_miss(seen: str, *, gone: bool = False) -> str:
    """When to look again at an article that a look at `seen` did not find."""
    return stamp(instant(seen) + (_GONE if gone else MISSED))


def next_try(failed: str, *, attempts: int) -> str:
    """When a page that failed at `failed`, after so many attempts before, is asked again."""
    return stamp(instant(failed) + min(timedelta(hours=2 ** min(attempts, 10)), _LONGEST_PAUSE))


def next_doubt(refused: str, *, attempts: int) -> str | None:
    """When a page that was no article at `refused`, after so many attempts before, is asked again:
    a portal in trouble says so on pages that look well. None: it was asked often enough.
    """
    pause = _DOUBTS[attempts] if attempts < len(_DOUBTS) else None
    return stamp(instant(refused) + pause) if pause is not None else None


def if_unmerged(stored: str) -> str:
    """When an article that another worker stored at `stored` is asked, unless it was merged."""
    return stamp(instant(stored) + _UNMERGED)


def same_day(one: str, other: str) -> bool:
    """Whether two times fall on one day in Vietnam."""
    return instant(one).astimezone(VIETNAM).date() == instant(other).astimezone(VIETNAM).date()
