"""Pages read by a cluster, as intake.pool.Pool has them read on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from newsarchive.archive.records import check_name, raw_member
from newsarchive.cluster import work
from newsarchive.cluster.tasks import Task, Tasks
from newsarchive.errors import ArchiveError
from newsarchive.intake._worker import Answer, Kept, Sent
from newsarchive.intake.pool import Asked, Pool

PAGES = 48  # of one task: some tenths of a second
_BYTES = 4 * 2**20  # of one task
_MOST = 64 * 2**20  # bytes of a record; a longer one holds no page
_SOON = 0.05  # seconds, where two may answer
Wanted = tuple[Asked, Sent | Kept, Sent | Kept]  # the page as it was handed in, and as it is sent


class Readers:
    """Has pages read by a cluster. What its workers cannot get at is read here, in one process.

    warcs: folder or address at which the workers find the archive's WARC files; None: they are
    sent the records.
    """

    def __init__(self, tasks: Tasks, warcs: str | None = None) -> None:
        self._tasks = tasks
        self._warcs = warcs
        self._gathered: list[Wanted] = []
        self._size = 0
        self._pool: Pool | None = None
        self._here: dict[int, tuple[Asked, Asked]] = {}

    @property
    def batch(self) -> int:
        """How many pages are worth to be in hand at a time, twice."""
        return PAGES * self._tasks.width

    def submit(self, page: Sent | Kept) -> Asked:
        """Have a page read."""
        asked = Asked()
        # A revisit's body was written a moment ago; it is told from its neighbours here.
        if isinstance(page, Kept) and (page.payload or not page.length):
            self._read_here(asked, page)
            return asked
        try:
            sent = self._sent(page)
        except (ArchiveError, OSError):
            self._read_here(asked, page)  # and what is wrong is said as ever
            return asked
        self._gathered.append((asked, page, sent))
        self._size += len(sent.payload if isinstance(sent, Sent) else sent.member)
        if len(self._gathered) >= PAGES or self._size >= _BYTES:
            self._send()
        return asked

    def wait(self, asked: Asked, seconds: float) -> Answer | None:
        """The answer, or None if it does not come in time. Raises what Tasks.turn raises."""
        until = monotonic() + seconds
        self._send()
        while asked.answer is None and (left := until - monotonic()) > 0:
            if self._pool is not None and id(asked) in self._here:
                self._pool.wait(self._here[id(asked)][1], min(left, _SOON))
                self.turn()
            else:
                self._tasks.turn(min(left, _SOON if self._here else 1.0))
                self._turn_here()
        return asked.answer

    def turn(self) -> None:
        """Take in what was answered and hand out what waits, while other work is done here."""
        self._tasks.turn()
        self._turn_here()

    def close(self) -> None:
        """End the process of this machine."""
        if self._pool is not None:
            self._pool.close()

    def _sent(self, page: Sent | Kept) -> Sent | Kept:
        """A page as workers are given it."""
        if isinstance(page, Sent):
            return page
        if self._warcs is not None:
            check_name(page.warc)
            return page._replace(folder=self._warcs)
        length = min(page.length, _MOST)
        member = raw_member(Path(page.folder), page.warc, page.offset, length)
        return page._replace(member=member)

    def _send(self) -> None:
        if self._gathered:
            self._tasks.submit(_Pages(self, self._gathered))
            self._gathered, self._size = [], 0

    def settle(self, wanted: Wanted, answer: Answer) -> None:
        """Take the answer to a page; what could not be got at there is read here."""
        asked, page, _ = wanted
        if isinstance(page, Kept) and answer.lost is not None:
            self._read_here(asked, page)
        else:
            asked.settle(answer)

    def _read_here(self, asked: Asked, page: Sent | Kept) -> None:
        if self._pool is None:
            self._pool = Pool(workers=1)
        self._here[id(asked)] = (asked, self._pool.submit(page))

    def _turn_here(self) -> None:
        if self._pool is None:
            return
        self._pool.turn()
        for name, (asked, inner) in list(self._here.items()):
            if inner.answer is not None:
                asked.settle(inner.answer)
                del self._here[name]


class _Pages(Task):
    """Some pages that one worker reads."""

    function = staticmethod(work.read_pages)

    def __init__(self, readers: Readers, wanted: Sequence[Wanted]) -> None:
        self._readers = readers
        self._wanted = wanted

    @property
    def value(self) -> list[Sent | Kept]:
        return [sent for _, _, sent in self._wanted]

    def take(self, result: bytes) -> None:
        for wanted, answer in zip(self._wanted, work.unpacked(result), strict=True):
            self._readers.settle(wanted, answer)

    def fail(self, why: str) -> None:
        for wanted in self._wanted:
            self._readers.settle(wanted, Answer(failed=why))

    def halves(self) -> Sequence[Task]:
        if len(self._wanted) == 1:
            return ()
        middle = len(self._wanted) // 2
        return [
            _Pages(self._readers, part) for part in (self._wanted[:middle], self._wanted[middle:])
        ]
