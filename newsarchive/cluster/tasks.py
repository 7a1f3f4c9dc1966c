"""Tasks of a cluster: handed out, gathered, and those that kill their workers found out."""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any

from newsarchive.cluster.connection import Cluster, load
from newsarchive.errors import ArchiveError, NewsArchiveError

_LOOK = 2.0  # seconds between two looks at the cluster
_GATHER = 10.0  # seconds for a result to come; longer only while the cluster is well
KILLED = "each worker that read it died"


class Task(ABC):
    """Something to be done by a worker. function: of cluster.work; value: what it is given."""

    function: Callable[[str, Any], bytes]

    @property
    @abstractmethod
    def value(self) -> Any:
        """What the function is given."""

    @abstractmethod
    def take(self, result: bytes) -> None:
        """Take what the function gave back."""

    @abstractmethod
    def fail(self, why: str) -> None:
        """It cannot be done."""

    @abstractmethod
    def halves(self) -> Sequence[Task]:
        """It in smaller tasks; none where it is too small for that."""


class Tasks:
    """Hands out tasks to a cluster, a few for each thread at a time, and takes in what comes.

    A worker that is lost costs what it had in hand once more: that is Dask's own doing. What killed
    several workers, or was beside the culprit on each, is tried again alone and in ever smaller
    parts; what then still kills its workers is given up.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._dask = load()
        self._backlog: deque[Task] = deque()
        self._suspects: deque[Task] = deque()
        self._alone = False
        self._running: dict[str, tuple[Task, Any]] = {}
        self._done: SimpleQueue[str] = SimpleQueue()
        self._run = f"newsarchive-{secrets.token_hex(4)}"
        self._number = 0
        self._threads = cluster.threads()
        self._looked = monotonic()

    @property
    def width(self) -> int:
        """How many tasks are worth to be in hand at a time."""
        return 2 * max(1, self._threads) + 2

    def submit(self, task: Task) -> None:
        """Have a task done."""
        self._backlog.append(task)
        self._hand_out()

    def drop(self, task: Task) -> None:
        """Do without a task."""
        for key, (running, future) in list(self._running.items()):
            if running is task:
                del self._running[key]
                future.cancel()
        for waiting in (self._backlog, self._suspects):
            if task in waiting:
                waiting.remove(task)

    def turn(self, seconds: float = 0.0) -> None:
        """Take in what was done, waiting so long for the first; hand out what waits.

        Raises NewsArchiveError where the scheduler is gone, all workers are, or one has other code.
        """
        self._hand_out()
        try:
            key = self._done.get(timeout=seconds) if seconds > 0 else self._done.get_nowait()
            while True:
                self._take(key)
                key = self._done.get_nowait()
        except Empty:
            pass
        if monotonic() - self._looked >= _LOOK:
            self._looked = monotonic()
            self._threads = self._cluster.threads() or self._threads
        self._hand_out()

    def close(self) -> None:
        """Do without all that is in hand."""
        for _, future in self._running.values():
            future.cancel()
        self._running.clear()

    def _hand_out(self) -> None:
        if self._alone and self._running:
            return
        self._alone = False
        if self._suspects:
            if not self._running:
                self._alone = True
                self._start(self._suspects.popleft())
            return
        while self._backlog and len(self._running) < self.width:
            self._start(self._backlog.popleft())

    def _start(self, task: Task) -> None:
        self._number += 1
        key = f"{self._run}-{self._number}"
        future = self._cluster.submit(task.function, task.value, key)
        self._running[key] = (task, future)
        future.add_done_callback(lambda _future: self._done.put(key))

    def _take(self, key: str) -> None:
        if key not in self._running:
            return  # it was dropped
        task, future = self._running.pop(key)
        try:
            result = self._result(future)
        except self._dask.scheduler.KilledWorker:
            self._suspect(task)
        except ArchiveError as error:
            task.fail(str(error))
        except NewsArchiveError:
            raise
        except Exception as error:  # of a driver, say: whatever it is, the rest can be read
            task.fail(f"cannot be read ({type(error).__name__}: {error})")
        else:
            task.take(result)

    def _result(self, future: Any) -> bytes:
        while True:
            try:
                result: bytes = future.result(timeout=_GATHER)
                return result
            except CancelledError:
                raise self._cluster.gone() from None
            except TimeoutError:
                if future.status == "error":
                    raise  # it is the task's own
                self._cluster.threads()  # which raises where nothing can come any more

    def _suspect(self, task: Task) -> None:
        if not self._alone:
            self._suspects.append(task)
        elif halves := task.halves():
            self._suspects.extendleft(reversed(halves))
        else:
            task.fail(KILLED)
