"""Statements of visitors, each answered by a process that is ended when it takes too long."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from newsarchive import workers
from newsarchive.web._statements import Outcome, Statement

_GRACE = 2.0  # seconds over a statement's own limit, for the answer to come
_LOADING = 60.0  # seconds for a process to start and to take its first statement


class Row(tuple[Any, ...]):
    """A row as sqlite3.Row is one: by place, and by the names of its columns."""

    columns: tuple[str, ...]

    @classmethod
    def of(cls, columns: tuple[str, ...], values: tuple[Any, ...]) -> Row:
        """The values under these names."""
        row = cls(values)
        row.columns = columns
        return row

    def keys(self) -> list[str]:
        """Names of the columns."""
        return list(self.columns)

    def __getitem__(self, which: Any) -> Any:
        """The value at a place or under a name; IndexError where there is none."""
        if not isinstance(which, str):
            return super().__getitem__(which)
        if which in self.columns:
            return super().__getitem__(self.columns.index(which))
        raise IndexError("No item with that key")


class Statements:
    """Asks processes for what statements find: one for each thread that asks.

    path: the archive. What is withheld is in no answer.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()

    async def ask(self, executor: Executor, asked: Statement) -> Outcome:
        """The outcome; if whoever asks is cancelled, the statement ends at once."""
        call = _Call(self, asked)
        try:
            return await asyncio.get_running_loop().run_in_executor(executor, call.run)
        except asyncio.CancelledError:
            call.end()
            raise

    def process(self) -> _Process:
        """This thread's process; a new one where the last was ended."""
        there: _Process | None = getattr(self._local, "process", None)
        if there is None or there.down:
            there = self._local.process = _Process(self._path)
        return there


class _Call:
    """One statement on its way."""

    def __init__(self, statements: Statements, asked: Statement) -> None:
        self._statements = statements
        self._asked = asked
        self._lock = threading.Lock()
        self._process: _Process | None = None
        self._unwanted = False

    def run(self) -> Outcome:
        """In a thread: ask, and wait."""
        process = self._statements.process()
        with self._lock:
            if self._unwanted:
                return _LATE
            self._process = process
        try:
            return process.ask(self._asked)
        finally:
            with self._lock:
                self._process = None

    def end(self) -> None:
        """Nobody waits for it any more."""
        with self._lock:
            self._unwanted = True
            if self._process is not None:
                self._process.kill()


_LATE = Outcome(wrong="interrupted", kind="slow")


class _Process:
    """One process, and the socket that leads to it."""

    def __init__(self, path: Path) -> None:
        command = (*workers.command("newsarchive.web._statements"), str(path))
        self._process, self._line = workers.begin(command)
        self._fresh = True
        self.down = False

    def ask(self, asked: Statement) -> Outcome:
        """Have it execute a statement; it is ended where it does not answer in time."""
        patience = asked.seconds + (_LOADING if self._fresh else _GRACE)
        try:
            self._line.send(tuple(asked))
            if not self._line.poll(patience):
                self._end()
                return _LATE
            outcome = Outcome(*self._line.recv())
        except (EOFError, OSError):
            killed = self.down
            self._end()
            return _LATE if killed else Outcome(wrong="the statement takes too much", kind="sql")
        self._fresh = False
        return outcome

    def kill(self) -> None:
        """End it from another thread; whoever waits for its answer gets none."""
        self.down = True
        self._process.kill()

    def _end(self) -> None:
        self.kill()
        self._process.wait()
        self._line.close()

    def __del__(self) -> None:
        """With its thread, or with what is served."""
        if not self._line.closed:
            self._end()
