"""Bounds of time: other work on the machine only ever adds, so the least of some measures counts."""

from __future__ import annotations

import time
from collections.abc import Callable

TRIES = 3


def least(measure: Callable[[], float], bound: float, tries: int = TRIES) -> float:
    """The least of so many measures; one below the bound ends the search, as it decides it."""
    best = measure()
    for _ in range(tries - 1):
        if best < bound:
            break
        best = min(best, measure())
    return best


def cpu_seconds(work: Callable[[], object]) -> float:
    """The CPU time that this process takes for it."""
    start = time.process_time()
    work()
    return time.process_time() - start
