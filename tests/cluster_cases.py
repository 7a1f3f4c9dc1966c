"""A Dask scheduler and its workers as processes of this machine, for tests."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conftest import ROOT
from crawl_cases import environment

SECONDS = 90


class Machines:
    """A scheduler, and workers that are begun and ended. folder: of all that they write."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workers: list[subprocess.Popen[bytes]] = []
        told = folder / "scheduler.json"
        self.scheduler = self._begin(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
            "--no-show", "--scheduler-file", told,
            DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="1",
        )  # fmt: skip
        until = time.monotonic() + SECONDS
        while not told.exists() or not told.read_text():
            assert time.monotonic() < until, "no scheduler"
            time.sleep(0.05)
        self.address: str = json.loads(told.read_text())["address"]

    def _begin(self, *arguments: object, **more: str) -> subprocess.Popen[bytes]:
        paths = f"{ROOT}{os.pathsep}{ROOT / 'tests'}"
        with (self.folder / "log.txt").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", *map(str, arguments)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                env=environment(PYTHONPATH=paths) | more, start_new_session=True,
            )  # fmt: skip

    def start(self, count: int = 1, *arguments: object, **more: str) -> None:
        """Begin so many workers, each a process with one thread; more: their environment."""
        there = self.count()
        for _ in range(count):
            self.workers.append(
                self._begin(
                    "worker", self.address, "--host", "127.0.0.1", "--nthreads", "1",
                    "--no-dashboard", "--memory-limit", "0", "--death-timeout", "60",
                    "--local-directory", self.folder / "local", *arguments, **more,
                )
            )  # fmt: skip
        self.await_workers(there + count)

    def count(self) -> int:
        """How many workers the scheduler knows."""
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            return len(client.nthreads())

    def await_workers(self, count: int) -> None:
        until = time.monotonic() + SECONDS
        while self.count() != count:
            assert time.monotonic() < until, f"{self.count()} workers, not {count}"
            time.sleep(0.2)

    def busy(self) -> bool:
        """Whether each worker has something in hand."""
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            return bool(client.processing()) and all(client.processing().values())

    def tell(self, **told: object) -> None:
        """Write the files that the workers' poison reads; a value that is none takes one away."""
        for name, value in told.items():
            path = self.folder / name
            path.unlink(missing_ok=True)
            if value is not None:
                path.write_text(str(value), encoding="utf-8")

    def kill_worker(self) -> None:
        """End one worker at once, with its nanny."""
        _kill(self.workers.pop())

    def end_scheduler(self) -> None:
        """End it at once."""
        _kill(self.scheduler)

    def stop_workers(self) -> None:
        for worker in self.workers:
            _kill(worker)
        self.workers.clear()

    def close(self) -> None:
        self.stop_workers()
        _kill(self.scheduler)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and those that it began."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def machines(folder: Path) -> Iterator[Machines]:
    found = Machines(folder)
    try:
        yield found
    finally:
        found.close()
