"""The one thread in which a crawl touches the archive and its WARC files, and when it commits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from newsarchive.errors import ArchiveError

if TYPE_CHECKING:
    from newsarchive.archive import Archive
    from newsarchive.archive.warc import Exchange, Kept

COMMIT_SECONDS = 1.0
COMMIT_OPERATIONS = 100
_T = TypeVar("_T")


class Keeper:
    """The archive, opened in a thread of its own; work is handed to it and awaited.

    The event loop never waits for a disk, and the archive has one writer. After the first failure
    (a full disk, say) `broken` says in one line what happened, and all further work is refused
    with it. `start` and `close` are called from outside the event loop.
    """

    def __init__(self, *, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="archive")
        self._archive: Archive | None = None
        self._operations = 0
        self._committed = monotonic()
        self._timer: asyncio.TimerHandle | None = None
        self.broken: str | None = None

    def start(self) -> None:
        """Open the archive, making it if need be; raises ArchiveError."""
        self._thread.submit(self._open).result()

    def _open(self) -> None:
        from newsarchive.archive import Archive

        self._archive = Archive.open(self._path)

    @property
    def warc_dir(self) -> Path:
        """Where the archive's WARC files lie."""
        assert self._archive is not None
        return self._archive.warc_dir

    async def do(self, work: Callable[[Archive], _T]) -> _T:
        """Run `work` on the archive in its thread; raises ArchiveError once the archive fails."""
        result = await asyncio.wrap_future(self._thread.submit(self._run, work))
        if self._operations and self._timer is None:
            # A slow crawl commits by the clock, not by its next page.
            self._timer = asyncio.get_running_loop().call_later(COMMIT_SECONDS, self._tick)
        return result

    def do_now(self, work: Callable[[Archive], _T]) -> _T:
        """The same from outside the event loop, waiting for it, and committed at once."""
        future: Future[_T] = self._thread.submit(self._run, work)
        result = future.result()
        self._thread.submit(self._run, self._commit).result()
        return result

    def close(self) -> None:
        """Commit, close the archive, end the thread. A failure is in `broken` afterwards."""
        if self._timer is not None:
            self._timer.cancel()
        self._thread.submit(self._close).result()
        self._thread.shutdown()

    def _close(self) -> None:
        if self._archive is None:
            return
        try:
            self._archive.close()
        except ArchiveError as error:
            self.broken = self.broken or str(error)

    def _tick(self) -> None:
        self._timer = None
        if self._operations and self.broken is None:
            self._thread.submit(self._run, self._commit)

    def _run(self, work: Callable[[Archive], _T]) -> _T:
        if self.broken is not None:
            raise ArchiveError(self.broken)
        assert self._archive is not None
        try:
            result = work(self._archive)
            self._operations += 1
            if (
                self._operations >= COMMIT_OPERATIONS
                or monotonic() - self._committed >= COMMIT_SECONDS
            ):
                self._commit(self._archive)
        except ArchiveError as error:
            self.broken = str(error)
            raise
        except OSError as error:
            self.broken = f"{self._path}: cannot write ({error.strerror}); make room, run it again"
            raise ArchiveError(self.broken) from error
        return result

    def _commit(self, archive: Archive) -> None:
        archive.commit()
        self._operations = 0
        self._committed = monotonic()


def digest(exchange: Exchange, kept: Kept, folder: Path) -> str:
    """'sha256:' and hex of the body with its content encoding undone, as kept in `folder`.

    A body that does not decode counts as it came.
    """
    from newsarchive.archive.warc import read_record

    body = exchange.body
    if body and any(name.lower() == "content-encoding" for name, _ in exchange.response_headers):
        try:
            body = read_record(folder, kept.warc, kept.offset)[2]
        except ArchiveError:
            body = exchange.body
    return f"sha256:{sha256(body).hexdigest()}"
