"""Reading the archive's own pages again, in all cores, and changing what they say by now."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from newsarchive import clock
from newsarchive.archive.readings import (
    Change,
    Look,
    Reading,
    Told,
    change_of,
    is_whole,
    reading_of,
)
from newsarchive.archive.rereading import Rereading
from newsarchive.intake._worker import Answer, Kept
from newsarchive.intake.places import PARSER
from newsarchive.intake.pool import Asked, Reads
from newsarchive.intake.progress import Progress

# Bodies that are taken in, and committed, in one go. As many are read meanwhile; and what is
# written waits for no reader, so that others who write never wait long.
BATCH = 64
EXAMPLES = 3  # of each field


class Example(NamedTuple):
    """One article that changes in a field."""

    id: int
    url: str
    old: str | None
    new: str | None


@dataclass(slots=True)
class Changes:
    """In how many articles a field changes, and some of them (withheld ones never)."""

    count: int = 0
    examples: list[Example] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """What came of it. changed: articles; failed: lines of trouble; fields: by name."""

    articles: int = 0
    changed: int = 0
    failed: int = 0
    fields: dict[str, Changes] = field(default_factory=dict)

    def add(self, told: Told, change: Change) -> None:
        """Count what changes in an article."""
        self.changed += bool(change.fields)
        for name, (old, new) in change.fields.items():
            changes = self.fields.setdefault(name, Changes())
            changes.count += 1
            if not told.withheld and len(changes.examples) < EXAMPLES:
                changes.examples.append(Example(told.id, told.url, old, new))


def body_of(kept: Rereading, look: Look) -> Kept:
    """Where the body of a look is, whose place is known."""
    assert look.warc is not None
    assert look.offset is not None
    return Kept(
        folder=str(kept.warc_dir),
        warc=look.warc,
        offset=look.offset,
        digest=look.digest,
        url=None if look.url.startswith("urn:") else look.url,
        fetched=datetime.fromisoformat(look.fetched),
        site=look.site,
        length=look.length or 0,
    )


class _Waiting(NamedTuple):
    """An article in hand, and its bodies that are read, each by the first look that met it."""

    told: Told
    bodies: list[tuple[Look, Asked]]


class Again:
    """Reads articles again. Writes where `kept` can; else it only reports."""

    def __init__(
        self, kept: Rereading, pool: Reads, progress: Progress, *, batch: int | None = None
    ) -> None:
        """batch: bodies that are taken in, and committed, in one go; as many are read meanwhile."""
        self._batch = batch or BATCH
        self._kept = kept
        self._pool = pool
        self._progress = progress
        self._waiting: deque[_Waiting] = deque()
        self._bodies = 0
        self._report = Report()
        self._said: set[str] = set()

    def run(self, sites: Collection[str] = ()) -> Report:
        """Read all articles of these sites again (none: of all)."""
        total = self._kept.count(sites)
        for article in self._kept.articles(sites):
            self._offer(article)
            if self._bodies >= 2 * self._batch:
                self._settle(self._batch)
            done = self._report.articles
            self._progress.tell("reparse", f"{done} of {total} articles", done / max(total, 1))
        while self._waiting:
            self._settle(self._batch)
        return self._report

    def _fail(self, line: str) -> None:
        self._report.failed += 1
        self._progress.trouble(line)

    def _offer(self, article: int) -> None:
        told = self._kept.told(article)
        if told is None:
            return
        if not is_whole(told):
            self._fail(f"{_name(told)}: its versions and looks do not fit; it stays as is")
            return
        bodies: dict[str, tuple[Look, Asked]] = {}
        for look in told.looks:
            if look.digest in bodies:
                continue
            if look.warc is None or look.offset is None:
                self._fail(f"{_name(told)}: the record that holds its body is not in the archive")
                continue
            bodies[look.digest] = (look, self._pool.submit(body_of(self._kept, look)))
        self._waiting.append(_Waiting(told, list(bodies.values())))
        self._bodies += len(bodies)

    def _settle(self, bodies: int) -> None:
        """Take in the articles that wait first, with about so many bodies, once those are read."""
        ready: list[_Waiting] = []
        while self._waiting and bodies > 0:
            waiting = self._waiting.popleft()
            bodies -= max(1, len(waiting.bodies))
            for _, asked in waiting.bodies:
                while self._pool.wait(asked, 60.0) is None:
                    pass
            ready.append(waiting)
        for told, read in ready:
            self._bodies -= len(read)
            self._report.articles += 1
            self._take(told, read)
            self._pool.turn()
        self._kept.commit()

    def _take(self, told: Told, bodies: list[tuple[Look, Asked]]) -> None:
        readings: dict[str, Reading] = {}
        troubled: list[tuple[Look, Answer]] = []
        for look, asked in bodies:
            answer = asked.answer
            assert answer is not None
            if answer.article is not None:
                readings[look.digest] = reading_of(answer.article, PARSER)
            else:
                troubled.append((look, answer))
        lost = any(answer.lost is not None for _, answer in troubled)
        # A crawl may have looked at it meanwhile, or its record moved when another was erased.
        if (lost and self._kept.told(told.id) != told) or (
            readings and not self._change(told, readings)
        ):
            self._report.articles -= 1
            self._offer(told.id)
            return
        for look, answer in troubled:
            self._trouble(told, look, answer)

    def _change(self, told: Told, readings: dict[str, Reading]) -> bool:
        """False where the article is not any more as it was told."""
        change = change_of(told, readings)
        if change.fields and self._kept.writes and not self._kept.put(told, change, _now()):
            return False
        self._report.add(told, change)
        return True

    def _trouble(self, told: Told, look: Look, answer: Answer) -> None:
        if answer.lost is not None:
            # One line for a file that is missing, not one for each page in it.
            if answer.lost not in self._said:
                self._said.add(answer.lost)
                self._fail(answer.lost)
        elif answer.failed is not None:
            self._fail(f"{_name(told)}: {answer.failed}")
        else:
            reason = answer.reason or "no reason given"
            self._fail(f"{_name(told)}: today's reader finds no article: {reason}; it stays as is")
            if self._kept.writes:
                self._kept.refuse(look.capture, parser=PARSER, reason=reason, now=_now())


def _name(told: Told) -> str:
    """What to call an article in a message; nothing is said of a withheld one."""
    return f"article {told.id}" if told.withheld else told.url


def _now() -> str:
    return clock.stamp(clock.now())
