"""What lies at paths and addresses, found and read by a cluster, given in the order of one process.

A file is cut where records begin. That one begins there is known for sure only from the record
before: each piece says where the next one has to begin. Where that does not fit, where something is
damaged, or where a worker does not see the file, this process goes on with it by itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from newsarchive.cluster import work
from newsarchive.cluster.finding import Outcome, Part, Piece, opener, stream_at
from newsarchive.cluster.planning import NOWHERE, Begins, Own, Planned, plan
from newsarchive.cluster.tasks import Task, Tasks
from newsarchive.intake.limits import Limits
from newsarchive.intake.pages import Found
from newsarchive.intake.sources import (
    Fault,
    Reach,
    Read,
    found_in,
    of_stream,
    unreadable,
)

_AHEAD = 10  # steps for each job that are planned
_PAUSE = 0.5  # seconds after which others may write
Item = Found | Read | Fault | None


@dataclass(slots=True)
class _Job:
    """A part that a worker reads. outcomes: of its pieces, once they are there; text: why not."""

    part: Part
    task: _Pieces | None = None
    outcomes: dict[int, Outcome | str] = field(default_factory=dict)
    given: list[tuple[tuple[int, ...], bytes]] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Whether all is there."""
        held = sum(len(numbers) for numbers, _ in self.given)
        return held + len(self.outcomes) == len(self.part.pieces)

    def unpack(self) -> list[Outcome | str]:
        """What came of its pieces; until then it is kept as it was sent, which takes less."""
        for numbers, result in self.given:
            self.outcomes.update(zip(numbers, work.unpacked(result), strict=True))
        return [self.outcomes[number] for number in range(len(self.part.pieces))]


_Step = Begins | Own | _Job | Fault


class _Pieces(Task):
    """Some pieces of a job."""

    function = staticmethod(work.read_part)

    def __init__(self, job: _Job, numbers: tuple[int, ...]) -> None:
        self._job = job
        self._numbers = numbers

    @property
    def value(self) -> Part:
        return self._job.part._replace(
            pieces=tuple(self._job.part.pieces[number] for number in self._numbers)
        )

    def take(self, result: bytes) -> None:
        self._job.given.append((self._numbers, result))

    def fail(self, why: str) -> None:
        self._job.outcomes.update(dict.fromkeys(self._numbers, why))

    def halves(self) -> Sequence[Task]:
        if len(self._numbers) == 1:
            return ()
        middle = len(self._numbers) // 2
        parts = (self._numbers[:middle], self._numbers[middle:])
        return [_Pieces(self._job, part) for part in parts]


class Parts:
    """A source of an intake (intake.taking.Source). Some parts are in hand at a time, however much
    there is to be read.

    nameless: the site of pages without an address. blocks: whether records are wanted, too.
    """

    def __init__(self, tasks: Tasks, nameless: str | None, *, blocks: bool = True) -> None:
        self._tasks = tasks
        self._nameless = nameless
        self._blocks = blocks
        self._ahead: deque[_Step] = deque()
        self._jobs = 0
        self._planned: Iterator[Planned] = iter(())
        self._reach = Reach()
        self._limits = Limits()

    def __call__(
        self, paths: Iterable[Path | str], reach: Reach, limits: Limits
    ) -> Iterator[tuple[Path | str, Iterator[Item]]]:
        """Each path with what lies there."""
        self._reach, self._limits = reach, limits
        self._planned = plan(paths)
        while (step := self._next()) is not None:
            assert isinstance(step, Begins)
            yield step.path, self._items()

    def _next(self) -> _Step | None:
        width = self._tasks.width
        while self._jobs < width and len(self._ahead) < _AHEAD * width:
            if (planned := next(self._planned, None)) is None:
                break
            if isinstance(planned, tuple):
                self._ahead.append(self._begun(planned))
            else:
                self._ahead.append(planned)
        if not self._ahead:
            return None
        step = self._ahead.popleft()
        self._jobs -= isinstance(step, _Job)
        return step

    def _begun(self, pieces: tuple[Piece, ...]) -> _Job:
        job = _Job(Part(pieces, self._limits, self._nameless, self._blocks))
        job.task = _Pieces(job, tuple(range(len(pieces))))
        self._tasks.submit(job.task)
        self._jobs += 1
        return job

    # What is found.

    def _items(self) -> Iterator[Item]:
        """What lies at the path that began, up to the next one."""
        expected = 0  # where the next piece of a file has to begin; -1: that is not known
        while (step := self._next()) is not None:
            if isinstance(step, Begins):
                self._ahead.appendleft(step)
                return
            if isinstance(step, Fault):
                yield step
            elif isinstance(step, Own):
                yield from self._own(step.piece, 0)
            elif step.part.pieces[0].stop is None:
                yield from self._whole(step)
            else:
                expected = yield from self._range(step, expected)

    def _whole(self, job: _Job) -> Iterator[Item]:
        yield from self._until(job)
        for piece, outcome in zip(job.part.pieces, job.unpack(), strict=True):
            if isinstance(outcome, str):
                yield Fault(line=f"{piece.named.path}: {outcome}")
            elif outcome.read:
                yield from outcome.items
            else:
                yield from self._own(piece, 0)

    def _range(self, job: _Job, expected: int) -> Generator[Item, None, int]:
        """What is in a piece of a file, which is to begin at `expected`; where the next one is to
        begin, -1 where that is not known."""
        piece = job.part.pieces[0]
        assert piece.stop is not None
        if piece.start == 0:
            expected = 0
        if expected >= piece.stop:
            assert job.task is not None
            self._tasks.drop(job.task)
            return expected
        yield from self._until(job)
        (outcome,) = job.unpack()
        self._reach.share = min(1.0, piece.stop / piece.size)
        if isinstance(outcome, str):
            yield Fault(line=f"{piece.named.path}: from {piece.start} on: {outcome}")
            return -1
        fits = piece.sure or expected in (-1, outcome.first)
        if outcome.read and not fits:
            # Where it begins was guessed by the worker, and is known by now.
            self._ahead.appendleft(self._begun((piece._replace(start=expected, sure=True),)))
            return expected
        if not outcome.read:
            yield from self._own(piece, expected if expected >= 0 else piece.start)
            return NOWHERE
        yield from outcome.items
        if outcome.next is None:
            return NOWHERE if outcome.first is not None or expected >= 0 else -1
        if outcome.next < piece.stop:  # more than is given back at a time
            rest = piece._replace(start=outcome.next, sure=True)
            self._ahead.appendleft(self._begun((rest,)))
        return outcome.next

    def _until(self, job: _Job) -> Iterator[None]:
        while not job.done:
            self._tasks.turn(_PAUSE)
            if not job.done:
                yield None

    def _own(self, piece: Piece, start: int) -> Iterator[Item]:
        """All of a file from a record on, found by this process."""
        named = piece.named
        try:
            if start == 0:
                yield from found_in(named, self._reach, self._limits, opener(piece))
                return
            with opener(piece)(named) as opened:
                ratio = self._limits.ratio
                stream = stream_at(opened.file, start, packed=piece.packed, ratio=ratio)
                yield from of_stream(stream, piece.size, str(named.path), self._reach)
        except OSError as error:
            yield unreadable(named.path, error)
        except Exception as error:  # of a driver, whose service says what it likes
            if not isinstance(named.path, str):
                raise
            yield Fault(line=f"{named.path}: cannot be read ({type(error).__name__}: {error})")
