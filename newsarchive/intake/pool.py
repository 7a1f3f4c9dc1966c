"""Reading pages in all cores: worker processes, replaced when they hang, die or are worn."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing import Pipe
from pathlib import Path
from threading import Lock, local

import newsarchive
from newsarchive.errors import NewsArchiveError
from newsarchive.intake._worker import Answer, Kept, Sent

PATIENCE = 20.0  # seconds for one page
_LOADING = 60.0  # seconds for a process to load all it needs
RECYCLE = 3000  # pages that a process reads before a fresh one takes over
COMMAND = (sys.executable, "-m", "newsarchive.intake._worker")


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Pool:
    """Reads pages in processes of its own, each with a thread here that waits for it.

    A page that hangs or kills its process costs that page alone: its answer says so in `failed`.
    `command`: what starts a process; the number of its socket is added.
    """

    def __init__(
        self,
        *,
        workers: int | None = None,
        patience: float = PATIENCE,
        recycle: int = RECYCLE,
        command: tuple[str, ...] = COMMAND,
    ) -> None:
        self.workers = workers or cores()
        self._patience = patience
        self._recycle = recycle
        self._command = command
        self._threads = ThreadPoolExecutor(self.workers, thread_name_prefix="reading")
        self._mine = local()
        self._lock = Lock()
        self._all: set[_Process] = set()
        self._closed = False

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def submit(self, page: Sent | Kept) -> Future[Answer]:
        """Have a page read. The future raises only where no process can be started at all."""
        return self._threads.submit(self._read, page)

    def close(self) -> None:
        """End all processes, whatever they are at."""
        with self._lock:
            self._closed = True
            for process in self._all:
                process.kill()
        self._threads.shutdown(cancel_futures=True)
        for process in self._all:
            process.end()

    def _read(self, page: Sent | Kept) -> Answer:
        process: _Process | None = getattr(self._mine, "process", None)
        if process is not None and (process.down or process.asked >= self._recycle):
            with self._lock:
                self._all.discard(process)
            process.end()
            process = None
        if process is None:
            with self._lock:
                if self._closed:
                    return Answer(failed="the reader was ended")
                process = _Process(self._command)
                self._all.add(process)
            self._mine.process = process
            process.wait()
        return process.read(page, self._patience)


class _Process:
    """One reader, and the socket that leads to it."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self._line, theirs = Pipe()
        self._answers = select.poll()  # the connection's own makes one for each question
        self._answers.register(self._line, select.POLLIN)
        self.asked = 0
        self.down = False
        root = str(Path(newsarchive.__file__).parent.parent)
        path = os.environ.get("PYTHONPATH")
        with theirs:
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env={**os.environ, "PYTHONPATH": root + (os.pathsep + path if path else "")},
                # Ctrl-C is for whoever started the pool: it ends the processes itself.
                start_new_session=True,
            )

    def wait(self) -> None:
        """Wait until it has loaded all it needs. Raises NewsArchiveError where it does not."""
        with suppress(EOFError, OSError):
            if self._line.poll(_LOADING):
                self._line.recv()
                return
        self.kill()
        raise NewsArchiveError("the reader does not start: `newsarchive parse FILE` may say why")

    def read(self, page: Sent | Kept, patience: float) -> Answer:
        """Read one page; what goes wrong is in the answer."""
        self.asked += 1
        try:
            self._line.send(page)
            if not self._answers.poll(1000 * patience):
                self.kill()
                return Answer(failed=f"the reader took longer than {patience:g} s")
            answer: Answer = self._line.recv()
            return answer
        except (EOFError, OSError):
            self.kill()
            return Answer(failed=f"the reader died (exit status {self._process.wait()})")

    def kill(self) -> None:
        """End it now; a read that waits for it comes back."""
        self.down = True
        self._process.kill()

    def end(self) -> None:
        """Let it go, and give back what it needed."""
        self._line.close()
        self._process.wait()
