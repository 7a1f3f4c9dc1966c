"""What pages say, as Parquet: a row for each page that was read, in files of some thousand rows.

Nothing is known here of other readings of the same page: neither versions nor duplicates.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from newsarchive.archive._rows import FIELDS
from newsarchive.archive.readings import Look, reading_of
from newsarchive.archive.rereading import Rereading
from newsarchive.exporting.dictionary import ARTICLES, CAPTURES, Column, Table
from newsarchive.exporting.folders import new_folder
from newsarchive.exporting.parquet import ParquetWriter, load
from newsarchive.intake._worker import Answer
from newsarchive.intake.again import body_of
from newsarchive.intake.counts import Counts
from newsarchive.intake.limits import Limits
from newsarchive.intake.pages import Found
from newsarchive.intake.places import PARSER, identity, slug_of
from newsarchive.intake.pool import Asked, Reads
from newsarchive.intake.progress import Progress
from newsarchive.intake.sources import Fault, Reach, Read
from newsarchive.intake.taking import Done, Source, page_of

ROWS = 50_000  # of a file
_NAMES = ("record_id", "fetched", "status", "digest")
_TOLD = (
    "key", "site", "url", "title", "published", "day", "published_text", "modified", "section",
    "lead", "byline", "source", "body", "images", "tags", "origins",
)  # fmt: skip


def _columns() -> tuple[Column, ...]:
    held = {column.name: column for column in (*CAPTURES.columns, *ARTICLES.columns)}
    more = (
        Column("file", "text", "Where the page was kept.", "Nơi giữ trang.", True),
        Column("problems", "texts", "What is doubtful in it.", "Những điểm còn ngờ.", True),
        Column("parser", "text", "What read it.", "Phần mềm đã đọc.", True),
    )
    return (*(held[name] for name in (*_NAMES, *_TOLD)), *more)


READINGS = Table("readings", "A page as it was read.", "Một trang theo lần đọc.", _columns())


class _Page(NamedTuple):
    """Whose page an answer is of. url: None if unknown."""

    record_id: str
    fetched: str
    status: int
    url: str | None
    site: str
    file: str


class Writer:
    """Files of rows in one folder, one open at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[bytes] | None = None
        self._writer: ParquetWriter | None = None
        self._files = 0

    def add(self, row: dict[str, Any]) -> None:
        """Write a row. Raises OSError."""
        if self._writer is None or self._writer.written >= ROWS:
            self._end()
            self._begin()
        assert self._writer is not None
        self._writer.add(row)

    def close(self) -> None:
        """Make the last file whole; there is at least one, so that the folder can be read."""
        if not self._files:
            self._begin()
        self._end()

    def _begin(self) -> None:
        self._file = (self._folder / f"part-{self._files:05}.parquet").open("xb")
        self._files += 1
        self._writer = ParquetWriter(self._file, READINGS)

    def _end(self) -> None:
        if self._writer is not None and self._file is not None:
            self._writer.__exit__(None)
            self._file.close()
        self._writer = self._file = None


@contextmanager
def writer(folder: Path, *, overwrite: bool) -> Iterator[Writer]:
    """A writer to a folder that is there when the block ends without an error. Raises CallError
    where it holds something, NewsArchiveError where it cannot be written or pyarrow is missing."""
    load()
    with new_folder(folder, "--parts", overwrite=overwrite) as partial:
        found = Writer(partial)
        yield found
        found.close()


def _row(page: _Page, answer: Answer) -> dict[str, Any]:
    """A reading. Raises ValueError where the page's address is malformed."""
    assert answer.article is not None
    urn = f"urn:{answer.digest}"
    url, key = identity(page.url, answer.article.url) if page.url else (urn, urn)
    row, problems = reading_of(answer.article, PARSER)
    told = dict(zip(FIELDS, row.values, strict=True))
    names = ("url", "caption", "credit")
    return told | {
        "record_id": page.record_id,
        "fetched": page.fetched,
        "status": page.status,
        "digest": answer.digest,
        "key": key,
        "site": page.site,
        "url": url,
        "day": told["published_day"],
        "images": [dict(zip(names, image, strict=True)) for image in row.images],
        "tags": list(row.tags),
        "file": page.file,
        "problems": [f"{problem.field}: {problem.what}" for problem in problems],
    }


class Reading:
    """Reads what lies at paths into a writer, in the order in which it was met."""

    def __init__(
        self, out: Writer, pool: Reads, progress: Progress, batch: int, nameless: str | None
    ) -> None:
        self._out = out
        self._pool = pool
        self._progress = progress
        self._batch = batch
        self._nameless = nameless
        self._waiting: deque[tuple[_Page, Asked, Counts]] = deque()

    def take(
        self, paths: Iterable[Path | str], source: Source, limits: Limits, done: Done
    ) -> Counts:
        """Read all that lies there. A page that was read counts as new; revisit records, whose
        page is elsewhere, as unresolved."""
        total = Counts()
        reach = Reach()
        for path, items in source(paths, reach, limits):
            counts = Counts()
            for item in items:
                if isinstance(item, Fault):
                    self._fail(item.line, counts)
                elif item is not None:
                    counts.records += 1
                    self._offer(item, limits, counts)
                    self._progress.tell(str(path), f"{counts.records} records", reach.share)
                self._settle(2 * self._batch)
            self._settle(0)
            total.add(counts)
            done(path, counts)
        return total

    def _fail(self, line: str, counts: Counts) -> None:
        counts.failed += 1
        self._progress.trouble(line)

    def _offer(self, item: Found | Read, limits: Limits, counts: Counts) -> None:
        found = item.found if isinstance(item, Read) else item
        if found.why_not is not None:
            counts.no_article += 1
        elif found.kind == "revisit":
            counts.unresolved += 1
        else:
            asked = Asked()
            if isinstance(item, Read):
                asked.settle(item.answer)
            else:
                asked = self._pool.submit(page_of(found, self._nameless, limits))
            site = slug_of(found.url, self._nameless)
            page = _Page(found.record_id, found.fetched, found.status, found.url, site, found.where)
            self._waiting.append((page, asked, counts))

    def _settle(self, most: int) -> None:
        """Write what was read, until so many wait."""
        while len(self._waiting) > most:
            page, asked, counts = self._waiting.popleft()
            while (answer := self._pool.wait(asked, 60.0)) is None:
                pass
            if (trouble := answer.lost or answer.failed) is not None:
                self._fail(f"{page.file}: {page.url or 'a page'}: {trouble}", counts)
            elif answer.article is None:
                counts.no_article += 1
            else:
                try:
                    self._out.add(_row(page, answer))
                    counts.new += 1
                except ValueError:
                    counts.no_article += 1  # its address is malformed


def reread(
    kept: Rereading,
    sites: Collection[str],
    out: Writer,
    pool: Reads,
    progress: Progress,
    batch: int,
) -> Counts:
    """Read all bodies of an archive's articles again, into a writer; withheld articles are left
    out. The archive stays as it is."""
    counts = Counts()
    total = kept.count(sites)
    waiting: deque[tuple[_Page, Asked]] = deque()

    def settle(most: int) -> None:
        while len(waiting) > most:
            page, asked = waiting.popleft()
            while (answer := pool.wait(asked, 60.0)) is None:
                pass
            if answer.article is None:
                why = answer.lost or answer.failed or f"no article: {answer.reason}"
                counts.failed += 1
                progress.trouble(f"{page.url or page.file}: {why}")
            else:
                out.add(_row(page, answer))
                counts.new += 1

    for number, article in enumerate(kept.articles(sites), 1):
        told = kept.told(article)
        if told is not None and not told.withheld:
            for look in {look.digest: look for look in reversed(told.looks)}.values():
                if look.warc is None or look.offset is None:
                    counts.failed += 1
                    progress.trouble(f"{told.url}: the record of its body is not in the archive")
                    continue
                counts.records += 1
                waiting.append((_of_look(look), pool.submit(body_of(kept, look))))
        settle(2 * batch)
        progress.tell("reparse", f"{number} of {total} articles", number / max(total, 1))
    settle(0)
    return counts


def _of_look(look: Look) -> _Page:
    url = None if look.url.startswith("urn:") else look.url
    file = f"{look.warc} at offset {look.offset}"
    return _Page(look.record_id, look.fetched, look.status, url, look.site, file)
