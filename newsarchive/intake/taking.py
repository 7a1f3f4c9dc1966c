"""Taking pages into the archive: read in all cores, written here, in the order they were met."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from newsarchive.archive import Archive, known
from newsarchive.archive.known import Before
from newsarchive.intake._worker import Answer, Kept, Sent
from newsarchive.intake.counts import Counts
from newsarchive.intake.limits import Limits
from newsarchive.intake.pages import Found, utc
from newsarchive.intake.places import Places
from newsarchive.intake.pool import Asked, Reads
from newsarchive.intake.progress import Progress
from newsarchive.intake.sources import Fault, Reach, Read, found_at
from newsarchive.intake.storing import store
from newsarchive.urls import absolute

# Pages that are written in one go, and committed. As many are read meanwhile, so that no reader
# idles; and what is written waits for no reader, so that others who write never wait long.
BATCH = 128
_BYTES = 48 * 2**20  # of pages in hand
PAUSE = 0.5  # seconds for which others who write may have to wait


class _Waiting(NamedTuple):
    """A page in hand. before: of a revisit record, what it repeats. counts: of its path."""

    found: Found
    before: Before | None
    asked: Asked
    counts: Counts


class _End(NamedTuple):
    """Behind the last page of a path."""

    path: Path | str
    counts: Counts


Done = Callable[[Path | str, Counts], None]
Items = Iterator[Found | Read | Fault | None]  # None: nothing came for a while
Source = Callable[[Iterable[Path | str], Reach, Limits], Iterator[tuple[Path | str, Items]]]


def here(
    paths: Iterable[Path | str], reach: Reach, limits: Limits
) -> Iterator[tuple[Path | str, Items]]:
    """Each path with what lies there, found by this process."""
    for path in paths:
        yield path, found_at(Path(path), reach, limits)


def page_of(found: Found, nameless: str | None, limits: Limits) -> Sent:
    """What a reader is sent of a page. nameless: the site of pages without an address."""
    return Sent(
        payload=found.payload,
        encoding=found.http.get("content-encoding", "").lower(),
        chunked=found.http.get("transfer-encoding", "").lower() == "chunked",
        url=found.url,
        content_type=found.content_type,
        fetched=datetime.fromisoformat(found.fetched),
        site=nameless if found.url is None else None,
        most=limits.page,
    )


class Intake:
    """Takes what lies at paths into one archive. Memory does not grow with their size."""

    def __init__(
        self,
        archive: Archive,
        pool: Reads,
        progress: Progress,
        *,
        site: str | None = None,
        limits: Limits | None = None,
        source: Source = here,
        batch: int | None = None,
    ) -> None:
        """site: slug for pages without an address. limits: on what is unpacked. source: finds what
        lies at paths. batch: pages that are written in one go.

        Raises UnknownSite.
        """
        self._limits = limits or Limits()
        self._source = source
        self._batch = batch or BATCH
        self._archive = archive
        self._pool = pool
        self._progress = progress
        self._places = Places(archive, site)
        self._waiting: deque[_Waiting | _End] = deque()
        self._size = 0
        self._done: Done = lambda _path, _counts: None
        self._committed = monotonic()

    def take(self, paths: Iterable[Path | str], done: Done) -> Counts:
        """Take in all that lies at these paths; the sum of what became of it.

        done: is told what became of each path, in their order.
        """
        total = Counts()

        def ended(path: Path | str, counts: Counts) -> None:
            total.add(counts)
            done(path, counts)

        self._done = ended
        reach = Reach()
        for path, items in self._source(paths, reach, self._limits):
            counts = Counts()
            reach.share = None
            for item in items:
                if item is None:
                    self._commit()
                    continue
                if isinstance(item, Fault):
                    self._fail(item.line, counts)
                    continue
                counts.records += 1
                if isinstance(item, Read):
                    self._offer(item.found, counts, item.answer)
                else:
                    self._offer(item, counts)
                self._progress.tell(str(path), f"{counts.records} records", reach.share)
                self._keep_few()
            self._waiting.append(_End(path, counts))
            self._keep_few()
        self._settle(len(self._waiting))
        self._commit()
        return total

    def close(self) -> None:
        """Keep what was taken in so far."""
        self._places.close()

    def _fail(self, line: str, counts: Counts) -> None:
        counts.failed += 1
        self._progress.trouble(line)

    # Reading.

    def _offer(self, found: Found, counts: Counts, answer: Answer | None = None) -> None:
        if found.why_not is not None:
            counts.no_article += 1
            return
        there = known.of_record(self._archive, found.record_id)
        if there is not None and there.told:
            counts.duplicates += 1
        elif found.kind == "revisit":
            self._offer_revisit(found, counts)
        elif answer is not None:
            asked = Asked()
            asked.settle(answer)
            self._wait_for(_Waiting(found, None, asked, counts))
        else:
            page = page_of(found, self._places.nameless, self._limits)
            self._submit(found, page, counts)

    def _offer_revisit(self, found: Found, counts: Counts) -> None:
        """Read again the body that a revisit record repeats, under its address and time."""
        record_id = found.headers.get("WARC-Refers-To", "")
        url = found.headers.get("WARC-Refers-To-Target-URI", found.target).strip("<> ")
        url = absolute(None, url) or url
        fetched = utc(found.headers.get("WARC-Refers-To-Date", "")) or ""
        for at, waiting in enumerate(self._waiting, 1):
            if isinstance(waiting, _Waiting) and (
                waiting.found.record_id == record_id
                or (waiting.found.url, waiting.found.fetched) == (url, fetched)
            ):
                self._settle(at)
                break
        before = known.before(self._archive, record_id, url, fetched)
        place = self._archive.place(before.capture) if before is not None else None
        if before is None or place is None:
            counts.unresolved += 1
            return
        kept = Kept(
            folder=str(self._archive.warc_dir),
            warc=place.warc,
            offset=place.offset,
            digest=place.digest,
            url=found.url,
            fetched=datetime.fromisoformat(found.fetched),
            site=self._places.nameless if found.url is None else None,
            payload=found.headers.get("WARC-Payload-Digest", ""),
        )
        self._submit(replace(found, status=place.status), kept, counts, before)

    def _submit(
        self, found: Found, page: Sent | Kept, counts: Counts, before: Before | None = None
    ) -> None:
        self._wait_for(_Waiting(found, before, self._pool.submit(page), counts))

    def _wait_for(self, waiting: _Waiting) -> None:
        self._waiting.append(waiting)
        self._size += len(waiting.found.block)

    def _keep_few(self) -> None:
        while len(self._waiting) >= 2 * self._batch:
            self._settle(self._batch)
        while self._size > _BYTES:
            self._settle(max(1, len(self._waiting) // 2))

    # Writing.

    def _settle(self, number: int) -> None:
        """Take in the first so many that wait, once all of them are read."""
        for waiting in islice(self._waiting, number):
            while isinstance(waiting, _Waiting) and self._pool.wait(waiting.asked, PAUSE) is None:
                self._commit()  # others may write to the archive while a page takes its time
        for _ in range(number):
            waiting = self._waiting.popleft()
            if isinstance(waiting, _End):
                self._done(waiting.path, waiting.counts)
            else:
                self._size -= len(waiting.found.block)
                self._take(waiting)
                self._pool.turn()
            if monotonic() - self._committed >= PAUSE:
                self._commit()
        if number >= self._batch:
            self._commit()

    def _take(self, waiting: _Waiting) -> None:
        found, before, asked, counts = waiting
        answer = asked.answer
        assert answer is not None
        if (trouble := answer.lost or answer.failed) is not None:
            self._fail(f"{found.where}: {found.url or found.target}: {trouble}", counts)
        elif answer.article is None:
            counts.no_article += 1
        else:
            fate = store(self._archive, self._places, found, answer.article, answer.digest, before)
            setattr(counts, fate, getattr(counts, fate) + 1)

    def _commit(self) -> None:
        self._places.commit()
        self._archive.make_way()
        self._committed = monotonic()
