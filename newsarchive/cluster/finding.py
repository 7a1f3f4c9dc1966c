"""A part of what is read, on the worker: its pages found, and read, in their order."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import IO, NamedTuple

from newsarchive.cluster import storage
from newsarchive.intake._worker import Answer
from newsarchive.intake.limits import Limits
from newsarchive.intake.packed import MEMBER, PROBE, Packed, begins_record
from newsarchive.intake.pages import Found
from newsarchive.intake.pool import Asked, Reads
from newsarchive.intake.records import Damage, records
from newsarchive.intake.sources import (
    Fault,
    Named,
    Opened,
    Opener,
    Reach,
    Read,
    local,
    told,
    within,
)
from newsarchive.intake.streams import CHUNK, RECORD, Stream
from newsarchive.intake.taking import page_of

MOST = 16 * 2**20  # bytes of what one part gives back; the coordinator holds some of them
_PENDING = 32  # pages that a reader is given ahead
_LINE = 8192  # bytes in which the first line of a record ends
_MEMBER = re.compile(re.escape(MEMBER))


class Piece(NamedTuple):
    """A file, or the records of one that begin from `start` up to `stop`.

    real: its path, if it is none of an address, from the root on. size, modified: of the file, as
    the coordinator met it. packed: whether it is of gzip members.
    sure: whether it is known that a record begins at `start`.
    """

    named: Named
    real: str
    size: int
    modified: float
    start: int = 0
    stop: int | None = None
    packed: bool = False
    sure: bool = True


class Part(NamedTuple):
    """What one worker reads in one go. nameless: the site of pages without an address. blocks:
    whether the records of articles are given back, to be kept."""

    pieces: tuple[Piece, ...]
    limits: Limits
    nameless: str | None
    blocks: bool


class Outcome(NamedTuple):
    """What came of a piece. first: where its first record lies. next: where the next one behind it
    does, None at the end of the file. read: False where the coordinator has to read it itself: the
    worker does not see the file, or the piece is damaged or too large to be given back."""

    items: tuple[Found | Read | Fault, ...] = ()
    first: int | None = None
    next: int | None = None
    read: bool = True


class _Unseen(Exception):
    """The file is not there, or another one."""


def read(part: Part, pool: Reads) -> list[Outcome]:
    """Find and read the pages of a part. Raises what the driver of an address does."""
    outcomes: list[Outcome] = []
    left = MOST
    for piece in part.pieces:
        gathered = _Gathered(part, pool, left)
        try:
            outcomes.append(_of_range(piece, gathered) if piece.stop else _of_file(piece, gathered))
        except (_Unseen, OSError):
            if isinstance(piece.named.path, str):
                raise  # a service that fails may be well when it is asked again
            outcomes.append(Outcome(read=False))
        left -= gathered.size
    return outcomes


def waited(pool: Reads, asked: Asked) -> Answer:
    """The answer, once it is there."""
    while (answer := pool.wait(asked, 60.0)) is None:
        pass
    return answer


class _Gathered:
    """The pages of a piece, each read; memory holds what is given back, and a few more."""

    def __init__(self, part: Part, pool: Reads, left: int) -> None:
        self.limits = part.limits
        self._part = part
        self._pool = pool
        self._left = left
        self._items: list[Found | Read | Fault] = []
        self._pending: deque[tuple[int, Found, Asked]] = deque()
        self.size = 0

    @property
    def full(self) -> bool:
        """Whether there is enough to be given back."""
        return self.size >= self._left

    def add(self, item: Found | Fault) -> None:
        """Take what was found; have it read if it may be a page."""
        if isinstance(item, Fault):
            self._items.append(item)
        elif item.why_not is not None:
            self._items.append(replace(item, block=b""))
        elif item.kind == "revisit":
            self._items.append(replace(item, block=item.block[: item.payload_at]))
        else:
            page = page_of(item, self._part.nameless, self._part.limits)
            self._pending.append((len(self._items), item, self._pool.submit(page)))
            self._items.append(item)
            self.size += len(item.block)
            while len(self._pending) > _PENDING:
                self._settle()

    def _settle(self) -> None:
        at, found, asked = self._pending.popleft()
        answer = waited(self._pool, asked)
        if answer.article is None or not self._part.blocks:
            self.size -= len(found.block)
            found = replace(found, block=b"")
        self._items[at] = Read(found, answer)

    def taken(self) -> tuple[Found | Read | Fault, ...]:
        """All of them, once all are read."""
        while self._pending:
            self._settle()
        return tuple(self._items)


def opener(piece: Piece) -> Opener:
    """What opens the file of a piece, here or at its address."""

    @contextmanager
    def here(named: Named) -> Iterator[Opened]:
        with local(named._replace(path=piece.real)) as opened:
            if (opened.size, int(opened.modified)) != (piece.size, int(piece.modified)):
                raise _Unseen
            yield opened

    @contextmanager
    def there(named: Named) -> Iterator[Opened]:
        with storage.opened(storage.Met(named, piece.size, piece.modified)) as opened:
            yield opened

    return there if isinstance(piece.named.path, str) else here


def _of_file(piece: Piece, gathered: _Gathered) -> Outcome:
    with opener(piece)(piece.named) as opened:
        for item in within(piece.named, opened, Reach(), gathered.limits):
            gathered.add(item)
            if gathered.full:
                return Outcome(read=False)
    return Outcome(items=gathered.taken())


def _of_range(piece: Piece, gathered: _Gathered) -> Outcome:
    assert piece.stop is not None
    with opener(piece)(piece.named) as opened:
        start: int | None = piece.start
        if not piece.sure:
            start = boundary(opened.file, piece.start, piece.stop, packed=piece.packed)
        if start is None:
            return Outcome()
        stream = stream_at(opened.file, start, packed=piece.packed, ratio=gathered.limits.ratio)
        first = after = None
        for record in records(stream):
            mark = stream.mark
            if isinstance(record, Damage):
                return Outcome(read=False)
            if first is None:
                first = -1 if mark is None else mark
            elif gathered.full and mark is None:
                return Outcome(read=False)
            elif gathered.full:
                after = mark
                break
            if mark is not None and mark >= piece.stop:
                after = mark
                break
            gathered.add(told(record, str(piece.named.path)))
        return Outcome(items=gathered.taken(), first=first, next=after)


def stream_at(file: IO[bytes], start: int, *, packed: bool, ratio: int) -> Stream:
    """The stream of a file from a place where a record begins."""
    stream = Packed(file, ratio) if packed else Stream(file)
    stream.start(start)
    return stream


def boundary(file: IO[bytes], start: int, stop: int, *, packed: bool) -> int | None:
    """The first place from `start` up to `stop` where a record seems to begin. Whether one does is
    known where the record before ends there."""
    pattern, ahead = (_MEMBER, PROBE) if packed else (RECORD, _LINE)
    at = max(start, 1)
    while at < stop:
        file.seek(at - 1)  # a line begins behind the end of another
        block = file.read(CHUNK + ahead)
        for match in pattern.finditer(block, 1):
            found = match.start()
            if found > CHUNK or at - 1 + found >= stop:
                break
            if not packed or begins_record(block[found : found + PROBE]):
                return at - 1 + found
        if len(block) < CHUNK + ahead:
            return None
        at += CHUNK
    return None
