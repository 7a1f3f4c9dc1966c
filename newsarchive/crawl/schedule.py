"""When a known article is looked at again: often while it is young, then more and more seldom."""

from __future__ import annotations

from datetime import timedelta

from newsarchive.clock import VIETNAM, instant, stamp

DAY = timedelta(days=1)
# Younger than -> again after. Corrections come within hours, take-downs within weeks.
_INTERVALS = (
    (2 * DAY, DAY / 4),
    (14 * DAY, DAY),
    (90 * DAY, 7 * DAY),
    (730 * DAY, 30 * DAY),
)
_LONGEST = 365 * DAY
_AFTER_CHANGE = 7 * DAY  # what was edited once is edited again
_GONE = 30 * DAY
_LONGEST_PAUSE = 7 * DAY
MISSED = DAY  # a look that did not find it is confirmed on another day


def next_look(seen: str, *, born: str, unchanged: int = 0) -> str:
    """When to look again at an article found at `seen`.

    born: its day of publication, or when it was first met. unchanged: how many looks in a row,
    this one included, found it as it was; 0 after an edit.
    """
    now = instant(seen)
    age = now - instant(born)
    pause = next((pause for limit, pause in _INTERVALS if age < limit), _LONGEST)
    if unchanged == 0:
        pause = min(pause, _AFTER_CHANGE)
    return stamp(now + pause)


def after_miss(seen: str, *, gone: bool = False) -> str:
    """When to look again at an article that a look at `seen` did not find."""
    return stamp(instant(seen) + (_GONE if gone else MISSED))


def next_try(failed: str, *, attempts: int) -> str:
    """When a page that failed at `failed`, after so many attempts before, is asked again."""
    return stamp(instant(failed) + min(timedelta(hours=2 ** min(attempts, 10)), _LONGEST_PAUSE))


def same_day(one: str, other: str) -> bool:
    """Whether two times fall on one day in Vietnam."""
    return instant(one).astimezone(VIETNAM).date() == instant(other).astimezone(VIETNAM).date()
