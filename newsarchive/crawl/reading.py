"""Reading pages beside the crawl: one worker process, replaced when it hangs, dies or is worn."""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from collections import deque
from pathlib import Path
from typing import Protocol

import newsarchive
from newsarchive.crawl._worker import LENGTH, Page, pack, read_page
from newsarchive.errors import NewsArchiveError
from newsarchive.model import Reading

PATIENCE = 20.0  # seconds for one page
RECYCLE = 5000  # pages a worker reads before a fresh one takes over


class ReaderFailed(NewsArchiveError):
    """The reader hung, died or failed on a page: says which of them."""


class PageReader(Protocol):
    """Something that reads pages for a crawl."""

    async def read(self, page: Page) -> Reading:
        """Read one page; raises ReaderFailed."""

    async def warm(self) -> None:
        """Get ready, before there is a page."""

    async def close(self) -> None:
        """Give back what reading needed."""


class ReaderHere:
    """Reads in this process: for debugging, and where processes are scarce."""

    async def read(self, page: Page) -> Reading:
        """Read one page; raises ReaderFailed."""
        try:
            return read_page(page)
        except Exception as error:  # the same boundary as in the worker
            raise ReaderFailed(f"the reader failed: {type(error).__name__}: {error}") from error

    async def warm(self) -> None:
        """Nothing to get ready."""

    async def close(self) -> None:
        """Nothing to give back."""


class ReaderProcess:
    """Reads in a worker process, started when first needed. For one event loop.

    Pages are answered in order; up to `ahead` of them wait in the worker's pipe, so that it never
    idles. `command` is what starts the worker.
    """

    def __init__(
        self,
        *,
        patience: float = PATIENCE,
        recycle: int = RECYCLE,
        ahead: int = 12,
        command: tuple[str, ...] = (sys.executable, "-m", "newsarchive.crawl._worker"),
    ) -> None:
        self._patience = patience
        self._recycle = recycle
        self._command = command
        self._room = asyncio.Semaphore(ahead)
        self._starting = asyncio.Lock()
        self._worker: _Worker | None = None

    async def read(self, page: Page) -> Reading:
        """Read one page; raises ReaderFailed where it hung, died or failed."""
        async with self._room:
            while True:
                worker = await self._ready()
                answer = await worker.ask(page)
                if answer is not None:
                    break
                # Another page took the worker down before it came to this one.
        if isinstance(answer, str):
            raise ReaderFailed(answer)
        return answer

    async def warm(self) -> None:
        """Start the worker, so that it loads while the first pages are on their way."""
        await self._ready()

    async def close(self) -> None:
        """End the worker."""
        if self._worker is not None:
            await self._worker.end()
            self._worker = None

    async def _ready(self) -> _Worker:
        async with self._starting:
            if self._worker is not None and self._worker.asked >= self._recycle:
                worn, self._worker = self._worker, None
                await worn.end()
            if self._worker is None or self._worker.down:
                self._worker = await _Worker.start(self._command, self._patience)
            return self._worker


class _Worker:
    """One process and the pages that wait in it."""

    def __init__(self, process: asyncio.subprocess.Process, patience: float) -> None:
        self._process = process
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._since = 0.0  # when the page in hand came in hand
        self._watch: asyncio.TimerHandle | None = None
        self._waiting: deque[asyncio.Future[Reading | str | None]] = deque()
        self._answers = asyncio.create_task(self._listen())
        self.asked = 0
        self.down = False

    @classmethod
    async def start(cls, command: tuple[str, ...], patience: float) -> _Worker:
        root = str(Path(newsarchive.__file__).parent.parent)
        path = os.environ.get("PYTHONPATH")
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": root + (os.pathsep + path if path else "")},
            # Ctrl-C is the crawl's to handle: the worker must live through its clean end.
            start_new_session=True,
        )
        return cls(process, patience)

    async def ask(self, page: Page) -> Reading | str | None:
        """The page's reading, why it failed, or None if an earlier page broke the worker."""
        answer: asyncio.Future[Reading | str | None] = self._loop.create_future()
        if not self._waiting:
            self._since = self._loop.time()
        self._waiting.append(answer)
        self.asked += 1
        assert self._process.stdin is not None
        self._process.stdin.write(pack(tuple(page)))
        if self._watch is None:
            self._watch = self._loop.call_later(self._patience, self._look)
        # Shielded: a request that is given up must not make the next answer land on it.
        return await asyncio.shield(answer)

    def _look(self) -> None:
        """Break the worker if the page that it has in hand (not those behind it) hangs."""
        self._watch = None
        if not self._waiting:
            return
        left = self._since + self._patience - self._loop.time()
        if left > 0:
            self._watch = self._loop.call_later(left, self._look)
        else:
            self._break(f"the reader took longer than {self._patience:g} s")

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        try:
            while True:
                head = await self._process.stdout.readexactly(LENGTH.size)
                body = await self._process.stdout.readexactly(LENGTH.unpack(head)[0])
                self._waiting.popleft().set_result(pickle.loads(body))
                self._since = self._loop.time()
        except asyncio.IncompleteReadError:
            if not self.down:
                status = await self._process.wait()
                self._break(f"the reader died (exit status {status})")

    def _break(self, why: str) -> None:
        """Blame the page in hand, hand the others back, end the process."""
        if self.down:
            return
        self.down = True
        if self._process.returncode is None:
            self._process.kill()
        for position, answer in enumerate(self._waiting):
            answer.set_result(None if position else why)
        self._waiting.clear()
        self._quiet()

    def _quiet(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    async def end(self) -> None:
        """Let the worker finish what it has, and go."""
        assert self._process.stdin is not None
        while self._waiting:
            await asyncio.wait({self._waiting[-1]})
        self.down = True
        self._quiet()
        self._process.stdin.close()
        await self._answers
        await self._process.wait()
