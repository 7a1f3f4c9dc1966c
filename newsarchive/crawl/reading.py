"""Reading pages beside the crawl: worker processes, replaced when they hang, die or are worn."""

from __future__ import annotations

import asyncio
import os
import pickle
from collections import deque
from typing import Protocol

from newsarchive import workers
from newsarchive.crawl._worker import LENGTH, Page, pack, read_page
from newsarchive.errors import NewsArchiveError
from newsarchive.model import Reading

PATIENCE = 20.0  # seconds for one page
RECYCLE = 5000  # pages a worker reads before a fresh one takes over
WORKERS = 2  # at most; a polite crawl keeps one busy now and then
AHEAD = 12  # pages that may wait in a worker's pipe
BACKLOG = 6  # waiting pages that show that another worker is of use


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
    """Reads in worker processes, started when needed. For one event loop.

    A second one starts only where pages pile up before the first, and where there is a core for
    it; what piled up while the first one loaded does not count. A worker answers its pages in
    order; some wait in its pipe, so that it never idles. `command` is what starts a worker.
    """

    def __init__(
        self,
        *,
        patience: float = PATIENCE,
        recycle: int = RECYCLE,
        workers: int = min(WORKERS, os.cpu_count() or 1),
        command: tuple[str, ...] | None = None,
    ) -> None:
        self._patience = patience
        self._recycle = recycle
        self._command = command
        self._most = workers
        self._room = asyncio.Semaphore(AHEAD * workers)
        self._starting = asyncio.Lock()
        self._workers: list[_Worker] = []

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
        """End the workers."""
        workers, self._workers = self._workers, []
        for worker in workers:
            await worker.end()

    async def _ready(self) -> _Worker:
        """The worker with the fewest pages before it."""
        async with self._starting:
            for worker in [w for w in self._workers if w.down or w.asked >= self._recycle]:
                self._workers.remove(worker)
                if not worker.down:
                    await worker.end()
            least = min((worker.backlog for worker in self._workers), default=BACKLOG)
            at_work = all(worker.answered >= BACKLOG for worker in self._workers)
            if least >= BACKLOG and at_work and len(self._workers) < self._most:
                self._workers.append(await _Worker.start(self._command, self._patience))
            return min(self._workers, key=lambda worker: worker.backlog)


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
        self.answered = 0
        self.down = False

    @property
    def backlog(self) -> int:
        """How many pages wait for an answer."""
        return len(self._waiting)

    @classmethod
    async def start(cls, command: tuple[str, ...] | None, patience: float) -> _Worker:
        process = await asyncio.create_subprocess_exec(
            *(command or workers.command("newsarchive.crawl._worker")),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=workers.environment(),
            # Ctrl-C is the crawl's to handle: the worker must live through its clean end.
            start_new_session=True,
        )
        return cls(process, patience)

    async def ask(self, page: Page) -> Reading | str | None:
        """The page's reading, why it failed, or None if an earlier page broke the worker."""
        if self.down:  # it may have died while another one was started
            return None
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
                if self.down:
                    return  # it was late: its pages are settled
                self._waiting.popleft().set_result(pickle.loads(body))
                self.answered += 1
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
