"""HTTP as uvicorn speaks it, with patience that ends: who holds a line and asks nothing loses it.

A few hundred half-open connections would otherwise be all that a server can have.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from newsarchive.web.guard import ALWAYS

HEAD_SECONDS = 10.0  # for a whole request to come, from the first byte or the connection on
STALL_SECONDS = 300.0  # in which not one byte of an answer is taken: a paused download
MOST = 200  # connections


class Patient(H11Protocol):
    """One connection."""

    _late: asyncio.TimerHandle | None = None
    _stalled: asyncio.TimerHandle | None = None
    _since = 0.0

    @property
    def busy(self) -> bool:
        """Whether it asked for something that is not answered yet."""
        return self.cycle is not None and not self.cycle.response_complete

    def connection_made(self, transport: Any) -> None:
        """One more; where there are too many, the one that is silent for longest has to go."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._watch()
        if len(self.connections) > MOST:
            idle = [one for one in self.connections if isinstance(one, Patient) and not one.busy]
            min(idle, key=lambda one: one._since, default=self).end()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        for timer in (self._late, self._stalled):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Take in what has come."""
        super().handle_events()
        self._watch()

    def on_response_complete(self) -> None:
        """An answer is sent."""
        super().on_response_complete()
        self._since = self.loop.time()
        self._watch()

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP is told so, under the same headers as all else."""
        told = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close"), *ALWAYS]
        for event in (
            h11.Response(status_code=400, headers=told, reason=b"Bad Request"),
            h11.Data(data=f"{msg}\n".encode()),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def pause_writing(self) -> None:
        """The other end takes nothing at present."""
        super().pause_writing()
        if self._stalled is None:
            self._stalled = self.loop.call_later(STALL_SECONDS, self.end)

    def resume_writing(self) -> None:
        """It goes on."""
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def end(self) -> None:
        """Close the connection, whatever it is at."""
        self.transport.abort()

    def _watch(self) -> None:
        """No byte of an unfinished request gives it more time."""
        if self.busy:
            if self._late is not None:
                self._late.cancel()
                self._late = None
        elif self._late is None:
            self._late = self.loop.call_later(HEAD_SECONDS, self.end)
