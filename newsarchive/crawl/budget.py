"""What a run may cost: time and requests. When it is spent, the rest is left for the next run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Budget:
    """Shared by all crawls of a run. seconds, requests: None is no limit.

    spent: what is used up, in the words of the command line; None while something is left.
    late: whether that is the time, so that not even what was counted is sent.
    """

    def __init__(self, *, seconds: float | None = None, requests: int | None = None) -> None:
        self._seconds = seconds
        self._total = requests
        self._left = requests
        self._over: asyncio.Event = asyncio.Event()
        self._listeners: list[Callable[[], None]] = []
        self._timer: asyncio.TimerHandle | None = None
        self.spent: str | None = None
        self.late = False

    def begin(self) -> None:
        """Start the clock, once; to be called in the event loop."""
        if self._seconds is not None and self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._seconds, self._out_of_time)

    def on_end(self, work: Callable[[], None]) -> None:
        """Have `work` done when the budget is spent."""
        self._listeners.append(work)

    def spend(self) -> bool:
        """Count one request; whether it may be sent."""
        if self.spent is not None:
            return False
        if self._left is None:
            return True
        if self._left == 0:
            self._end(f"--max-requests {self._total}")
            return False
        self._left -= 1
        return True

    async def pause(self, seconds: float) -> None:
        """Sleep, but not beyond the end of the budget."""
        try:
            await asyncio.wait_for(self._over.wait(), seconds)
        except TimeoutError:
            return

    def close(self) -> None:
        """The run is over; the clock stops."""
        if self._timer is not None:
            self._timer.cancel()

    def _out_of_time(self) -> None:
        self.late = self.spent is None
        self._end(f"--max-time {self._seconds:g}")

    def _end(self, why: str) -> None:
        if self.spent is None:
            self.spent = why
            self._over.set()
            for work in self._listeners:
                work()
