"""The one thread in which a crawl touches the archive and its WARC files, and when it commits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from newsarchive.errors import ArchiveError

if TYPE_CHECKING:
    from newsarchive.archive import Archive
    from newsarchive.archive.locks import Locks

COMMIT_SECONDS = 1.0
COMMIT_OPERATIONS = 400
AWAITED_SECONDS = 0.1  # after which others that wait to write have their turn
_BATCH = 16  # answers that may wait for each other
_T = TypeVar("_T")
# Work with the future that awaits it: the event loop's, or (without a loop) a waiting thread's.
_Future = asyncio.Future[Any] | Future[Any]
_Order = tuple[Callable[[], Any], _Future, asyncio.AbstractEventLoop | None]
_Answer = tuple[_Future, Any, Exception | None]


class Keeper:
    """The archive, opened in a thread of its own; work is handed to it and awaited.

    The event loop never waits for a disk, and the archive has one writer. After the first failure
    (a full disk, say) `broken` says in one line what happened, and all further work is refused
    with it. `start`, `do_now` and `close` are called from outside the event loop.
    """

    def __init__(self, *, path: Path) -> None:
        self._path = path
        self._queue: SimpleQueue[_Order | None] = SimpleQueue()
        self._thread = Thread(target=self._serve, name="archive", daemon=True)
        self._archive: Archive | None = None
        self._operations = 0
        self._began = monotonic()
        self._timer: asyncio.TimerHandle | None = None
        self._before: list[Callable[[], None]] = []
        self._after: list[Callable[[], None]] = []
        self._after_failure: list[Callable[[], None]] = []
        self.locks: Locks | None = None
        self.broken: str | None = None

    def start(self) -> None:
        """Open the archive, making it if need be; raises ArchiveError."""
        self._thread.start()
        opened: Future[None] = Future()
        self._queue.put((self._open, opened, None))
        opened.result()

    def _open(self) -> None:
        from newsarchive.archive.locks import Locks
        from newsarchive.archive.salvage import open_archive

        self._archive = open_archive(self._path)
        self.locks = Locks(self._path)

    def before_commit(self, work: Callable[[], None]) -> None:
        """Have `work` done before each commit: a capture must not outlive its record."""
        self._before.append(work)

    def after_commit(self, work: Callable[[], None]) -> None:
        """Have `work` done after each commit, in the archive's thread."""
        self._after.append(work)

    def if_broken(self, work: Callable[[], None]) -> None:
        """Have `work` done at the end if the archive failed."""
        self._after_failure.append(work)

    @property
    def warc_dir(self) -> Path:
        """Where the archive's WARC files lie."""
        assert self._archive is not None
        return self._archive.warc_dir

    async def do(self, work: Callable[[Archive], _T]) -> _T:
        """Run `work` on the archive in its thread; raises ArchiveError once the archive fails."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[_T] = loop.create_future()
        self._queue.put((lambda: self._run(work), done, loop))
        result = await done
        if self._operations and self._timer is None:
            # A slow crawl commits by the clock, not by its next page.
            self._timer = loop.call_later(AWAITED_SECONDS, self._tick, loop)
        return result

    async def commit(self) -> None:
        """Commit at once what was done so far; raises ArchiveError once the archive fails."""
        await self.do(self._commit)

    def do_now(self, work: Callable[[Archive], _T]) -> _T:
        """The same from outside the event loop, waiting for it, and committed at once."""

        def both() -> _T:
            result = self._run(work)
            self._run(self._commit)
            return result

        done: Future[_T] = Future()
        self._queue.put((both, done, None))
        return done.result()

    def close(self) -> None:
        """Commit, close the archive, end the thread. A failure is in `broken` afterwards."""
        if self._timer is not None:
            self._timer.cancel()
        self._queue.put(None)
        self._thread.join()
        if self.broken is not None:
            self._leave_in_order()

    def _leave_in_order(self) -> None:
        """Close what the failure left open, as the next writer would; if need be it still can."""
        from newsarchive.archive.salvage import open_archive

        for work in self._after_failure:
            work()
        with suppress(ArchiveError):
            open_archive(self._path, create=False).close()

    def _serve(self) -> None:
        """The thread: all that waits is done in one go, so that each page costs few wake-ups."""
        answers: list[_Answer] = []
        loop: asyncio.AbstractEventLoop | None = None
        while (order := self._queue.get()) is not None:
            work, future, home = order
            result: Any = None
            error: Exception | None = None
            try:
                result = work()
            except Exception as raised:  # handed to whoever awaits it
                error = raised
            if home is None:
                _settle([(future, result, error)])
            else:
                loop = home
                answers.append((future, result, error))
            if loop is not None and answers and (self._queue.empty() or len(answers) >= _BATCH):
                loop.call_soon_threadsafe(_settle, answers)
                answers = []
        self._close()

    def _close(self) -> None:
        if self.locks is not None:
            self.locks.close()
        if self._archive is None:
            return
        try:
            if self.broken is None:
                self._run(self._commit)
            self._archive.close()
        except ArchiveError as error:
            self.broken = self.broken or str(error)

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        if not self._operations or self.broken is not None:
            return
        if self._is_time():
            self._queue.put((lambda: self._run(self._commit), Future(), None))
        else:
            self._timer = loop.call_later(AWAITED_SECONDS, self._tick, loop)

    def _is_time(self) -> bool:
        """Whether to commit by now: others may be waiting to write."""
        assert self._archive is not None
        since = monotonic() - self._began
        return since >= COMMIT_SECONDS or (since >= AWAITED_SECONDS and self._archive.awaited)

    def _run(self, work: Callable[[Archive], _T]) -> _T:
        if self.broken is not None:
            raise ArchiveError(self.broken)
        assert self._archive is not None
        try:
            result = work(self._archive)
            if not self._operations:
                self._began = monotonic()  # what it waited for others is not its turn
            self._operations += 1
            if self._operations >= COMMIT_OPERATIONS or self._is_time():
                self._commit(self._archive)
        except ArchiveError as error:
            self.broken = str(error)
            raise
        except OSError as error:
            self.broken = f"{self._path}: cannot write ({error.strerror}); make room, run it again"
            raise ArchiveError(self.broken) from error
        return result

    def _commit(self, archive: Archive) -> None:
        for work in self._before:
            work()
        archive.commit()
        self._operations = 0
        for work in self._after:
            work()


def _settle(answers: list[_Answer]) -> None:
    for future, result, error in answers:
        if future.done():
            continue  # whoever awaited it was cancelled
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)
