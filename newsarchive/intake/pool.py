"""Reading pages in all cores: worker processes, replaced when they hang, die or are worn."""

from __future__ import annotations

import os
import select
from collections import deque
from time import monotonic
from typing import Protocol

from newsarchive import workers
from newsarchive.errors import NewsArchiveError
from newsarchive.intake._worker import Answer, Kept, Sent

PATIENCE = 20.0  # seconds for one page
RECYCLE = 3000  # pages that a process reads before a fresh one takes over
_ROOM = 1 << 17  # bytes of pages that may wait in a socket: half of what it takes in for sure
_QUEUE = 4  # pages that may wait there
_LOADING = 60.0  # seconds for a process to load all it needs


class Asked:
    """A page that was handed in. answer: None until it is there."""

    __slots__ = ("answer", "page")

    def __init__(self, page: Sent | Kept | None = None) -> None:
        self.page = page
        self.answer: Answer | None = None

    def settle(self, answer: Answer) -> None:
        """Keep the answer, and the page no longer."""
        self.answer, self.page = answer, None


class Reads(Protocol):
    """Reads pages elsewhere: in processes of this machine, or of others."""

    def submit(self, page: Sent | Kept, /) -> Asked:
        """Have a page read."""

    def wait(self, asked: Asked, seconds: float, /) -> Answer | None:
        """The answer, or None if it does not come in time."""

    def turn(self) -> None:
        """Take in what was answered and hand out what waits, while other work is done here."""


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Pool:
    """Reads pages in processes of its own; nothing here waits for them but `wait`.

    A page that hangs or kills its process costs that page alone: its answer says so in `failed`.
    No threads: their changing of places costs a page more than all else there is to do here.
    `command`: what starts a process; the number of its socket is added.
    """

    def __init__(
        self,
        *,
        workers: int | None = None,
        patience: float = PATIENCE,
        recycle: int = RECYCLE,
        command: tuple[str, ...] | None = None,
    ) -> None:
        self.workers = workers or cores()
        self._patience = patience
        self._recycle = recycle
        self._command = command
        self._backlog: deque[Asked] = deque()
        self._processes: dict[int, _Process] = {}
        self._answers = select.poll()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def warm(self) -> None:
        """Start the processes, so that they load while other things are got ready."""
        while len(self._processes) < self.workers:
            process = _Process(self._command)
            self._processes[process.number] = process
            self._answers.register(process.number, select.POLLIN)

    def submit(self, page: Sent | Kept) -> Asked:
        """Have a page read, once a process is free for it."""
        asked = Asked(page)
        self._backlog.append(asked)
        self._pump(0)
        return asked

    def wait(self, asked: Asked, seconds: float) -> Answer | None:
        """The answer, or None if it does not come in time.

        Raises NewsArchiveError where no process can be started at all.
        """
        until = monotonic() + seconds
        while asked.answer is None and (left := until - monotonic()) > 0:
            self._pump(left)
        return asked.answer

    def turn(self) -> None:
        """Take in what was answered and hand out what waits, while other work is done here."""
        self._pump(0)

    def close(self) -> None:
        """End all processes, whatever they are at."""
        for process in self._processes.values():
            process.kill()
        for process in list(self._processes.values()):
            self._end(process)

    def _pump(self, seconds: float) -> None:
        """Take in what was answered, waiting so long for the first; hand out what waits."""
        self._hand_out()
        late = min((process.until for process in self._processes.values()), default=0.0)
        seconds = max(0.0, min(seconds, late - monotonic()))
        for line, _event in self._answers.poll(1000 * seconds):
            self._processes[line].take(self._patience)
        now = monotonic()
        for process in list(self._processes.values()):
            if process.until <= now and not process.down:
                process.fail(f"the reader took longer than {self._patience:g} s")
            if process.down or (process.asked >= self._recycle and not process.in_hand):
                self._backlog.extendleft(reversed(process.in_hand))
                self._end(process)
        self._hand_out()

    def _hand_out(self) -> None:
        if self._backlog:
            self.warm()
        for least in range(1 + _QUEUE):
            for process in self._processes.values():
                if not self._backlog:
                    return
                if (
                    len(process.in_hand) == least
                    and process.takes(self._backlog[0])
                    and process.asked < self._recycle
                ):
                    process.give(self._backlog.popleft(), self._patience)

    def _end(self, process: _Process) -> None:
        del self._processes[process.number]
        self._answers.unregister(process.number)
        process.end()


class _Process:
    """One reader, and the socket that leads to it.

    in_hand: the page that it reads, and those that wait there, so that it never idles. until:
    when it is late with what it is at.
    """

    def __init__(self, command: tuple[str, ...] | None) -> None:
        command = command or workers.command("newsarchive.intake._worker")
        self._process, self._line = workers.begin(command, buffer=2 * _ROOM)
        self.number = self._line.fileno()
        self._loading = True
        self.in_hand: deque[Asked] = deque()
        self._waiting = 0  # bytes
        self.until = monotonic() + _LOADING
        self.asked = 0
        self.down = False

    def takes(self, asked: Asked) -> bool:
        """Whether it can be given this page now.

        Pages may wait in the socket only if they fit into it: else both ends could wait for the
        other to read, for ever.
        """
        if self._loading or self.down:
            return False
        return not self.in_hand or self._waiting + _size(asked) <= _ROOM

    def give(self, asked: Asked, patience: float) -> None:
        """Have it read a page."""
        self.asked += 1
        if not self.in_hand:
            self.until = monotonic() + patience
        else:
            self._waiting += _size(asked)
        self.in_hand.append(asked)
        try:
            self._line.send(asked.page)
        except OSError:
            self._died()

    def take(self, patience: float) -> None:
        """Take in what it says."""
        if self.down:
            return
        try:
            answer: Answer | None = self._line.recv()
        except (EOFError, OSError):
            self._died()
            return
        self._loading = False
        if self.in_hand and answer is not None:
            self.in_hand.popleft().settle(answer)
            if self.in_hand:
                self._waiting -= _size(self.in_hand[0])
        self.until = monotonic() + patience if self.in_hand else float("inf")

    def _died(self) -> None:
        self.kill()
        self.fail(f"the reader died (exit status {self._process.wait()})")

    def fail(self, why: str) -> None:
        """Blame the page that it reads, and end the process."""
        self.kill()
        if self._loading:
            raise NewsArchiveError(
                "the reader does not start; `newsarchive parse FILE` may say why"
            )
        if self.in_hand:
            self.in_hand.popleft().settle(Answer(failed=why))

    def kill(self) -> None:
        """End it now."""
        self.down = True
        self._process.kill()

    def end(self) -> None:
        """Let it go, and give back what it needed."""
        self._line.close()
        self._process.wait()


def _size(asked: Asked) -> int:
    """About how many bytes a page takes on its way."""
    return len(asked.page.payload) if isinstance(asked.page, Sent) else 0
