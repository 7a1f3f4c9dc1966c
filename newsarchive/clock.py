"""What time it is, for everything that the archive records; a simulation sets it."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))
VARIABLE = "NEWSARCHIVE_NOW"
_STARTED = datetime.now(UTC)


def now() -> datetime:
    """The time in UTC.

    Where the environment's NEWSARCHIVE_NOW holds a time (ISO 8601 with its zone), the process
    began then, and time goes on from it as it does. Raises ValueError if it holds anything else.
    """
    told = os.environ.get(VARIABLE)
    real = datetime.now(UTC)
    if not told:
        return real
    began = datetime.fromisoformat(told)
    if began.tzinfo is None:
        raise ValueError(f"{VARIABLE}={told}: has no time zone; write it with a Z")
    return began.astimezone(UTC) + (real - _STARTED)


def stamp(when: datetime) -> str:
    """A time as all times of ours are written: UTC, ISO 8601 with Z, whole seconds."""
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def instant(text: str) -> datetime:
    """A time of ours, or a day of a page as the midnight that opens it in Vietnam."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=VIETNAM)


def day_in_vietnam(when: datetime) -> str:
    """The day that it is in Vietnam then, as YYYY-MM-DD."""
    return when.astimezone(VIETNAM).date().isoformat()
