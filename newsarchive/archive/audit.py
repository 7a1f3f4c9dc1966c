"""Whether the archive is whole: database, indexes, WARC files, and what leads from one to another.

Reads only, and can run while a crawl writes: what the crawl adds meanwhile is left out.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from newsarchive.archive import _indexes, _retold, locks, records, tallies, volumes
from newsarchive.archive._values import wrong_values
from newsarchive.archive.bodies import digest_of
from newsarchive.archive.records import OPEN, Damaged, Member
from newsarchive.errors import ArchiveError

_FILES = "SELECT warc, count(*), max(offset + length) FROM captures GROUP BY warc ORDER BY warc"
_CAPTURES = """
    SELECT c.id, c.record_id, c.url, c.digest, c.offset, c.length, r.refers_to
    FROM captures AS c LEFT JOIN revisits AS r ON r.capture = c.id
    WHERE c.warc = ? ORDER BY c.offset
"""
_LOST_REVISITS = """
    SELECT c.url, c.warc FROM revisits AS r JOIN captures AS c ON c.id = r.capture
    WHERE NOT EXISTS (SELECT 1 FROM captures WHERE record_id = r.refers_to)
"""
# What every article must be able to show; erased ones show nothing.
_UNFOUNDED = """
    SELECT a.id, a.url FROM articles AS a
    LEFT JOIN captures AS c ON c.id = a.capture
    WHERE c.id IS NULL
        AND a.key NOT IN (SELECT key FROM withholdings WHERE erased IS NOT NULL)
"""
_OUT_OF_STEP = """
    SELECT a.id, a.url FROM articles AS a
    LEFT JOIN versions AS v ON v.article = a.id AND v.version = a.version
    WHERE (v.article IS NULL OR v.title <> a.title OR v.body <> a.body)
        AND a.key NOT IN (SELECT key FROM withholdings WHERE erased IS NOT NULL)
"""
_END = 2**63 - 1  # no offset is behind it
Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that is not as it should be.

    where: the file or address. mends: what `verify --repair` can do about it ('' for nothing).
    captures: ids of those concerned.
    """

    where: str
    what: str
    mends: str = ""
    captures: tuple[int, ...] = ()


def files(conn: sqlite3.Connection, folder: Path) -> int:
    """Bytes of WARC files that `audit` reads."""
    size = 0
    for name, _, _ in conn.execute(_FILES):
        with suppress(ArchiveError):  # `audit` tells of those that are not there
            size += records.find(folder, name).stat().st_size
    return size


def audit(
    conn: sqlite3.Connection, path: Path, *, advance: Advance, indexes: bool = True
) -> Iterator[Fault]:
    """Every fault of the archive at `path`; `conn` reads it (with room for temporary tables).

    advance: is told how many bytes of WARC files were read. indexes: also compare the full-text
    tables word by word, and the tables that follow from the articles.
    """
    yield from _database(conn, path, indexes)
    folder = path.with_suffix(".warc")
    listed = conn.execute(_FILES).fetchall()
    for warc, count, end in listed:
        yield from _file(conn, folder, warc, count, end, advance)
    yield from _others(folder, {name for name, _, _ in listed})
    for url, warc in conn.execute(_LOST_REVISITS):
        yield Fault(
            where=str(folder / warc), what=f"the record that {url} repeats is in no capture"
        )


def _database(conn: sqlite3.Connection, path: Path, indexes: bool) -> Iterator[Fault]:
    for (line,) in conn.execute("PRAGMA integrity_check(20)"):
        if line != "ok":
            yield Fault(where=str(path), what=f"the database is damaged: {' '.join(line.split())}")
    for what in wrong_values(conn):
        yield Fault(where=str(path), what=what)
    for table, rowid, parent, _ in conn.execute("PRAGMA foreign_key_check"):
        yield Fault(where=str(path), what=f"{table}: row {rowid} refers to no row of {parent}")
    if indexes:
        for name, in_step in (
            ("articles_fts", _indexes.folded_in_step),
            ("articles_exact", _indexes.exact_in_step),
        ):
            if not in_step(conn):
                what = f"the full-text table {name} does not hold what the articles say"
                yield Fault(where=str(path), what=what, mends=name)
        yield from _figures(conn, path)
    for article, url in conn.execute(_UNFOUNDED):
        yield Fault(where=url, what=f"article {article} leads back to no capture")
    for article, url in conn.execute(_OUT_OF_STEP):
        yield Fault(where=url, what=f"article {article} is not what its latest version says")


def _figures(conn: sqlite3.Connection, path: Path) -> Iterator[Fault]:
    """Whether what follows from the articles is in step; an older archive has none of it."""
    for name, in_step in (
        ("volumes", volumes.in_step),
        ("tallies", tallies.in_step),
        ("reprints", _retold.in_step),
    ):
        made = conn.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone()
        if made and not in_step(conn):
            what = f"the table {name} does not hold what follows from the articles"
            yield Fault(where=str(path), what=what, mends=name)


def _file(
    conn: sqlite3.Connection, folder: Path, warc: str, count: int, end: int, advance: Advance
) -> Iterator[Fault]:
    try:
        path = records.find(folder, warc)
    except ArchiveError:
        ids = tuple(id for (id,) in conn.execute("SELECT id FROM captures WHERE warc = ?", (warc,)))
        what = f"the WARC file is missing, with {count} captures in it"
        yield Fault(where=str(folder / warc), what=what, mends="captures", captures=ids)
        return
    stop = None
    if path.name.endswith(OPEN):
        held = locks.is_held(path)
        if held:
            stop = end  # a crawl writes to it; what it wrote so far must be right
        elif held is not None:  # nor was it closed just now
            what = "its writer died; the next crawl, or --repair, closes it"
            yield Fault(where=str(path), what=what, mends="open")
    yield from _records(path, _Captures(conn, warc), stop, advance)


class _Row(NamedTuple):
    """A capture as the database has it. refers_to: of a revisit, else None."""

    id: int
    record_id: str
    url: str
    digest: str
    offset: int
    length: int
    refers_to: str | None


class _Captures:
    """The captures of a WARC file as they lie in it; memory holds one of them."""

    def __init__(self, conn: sqlite3.Connection, warc: str) -> None:
        self._rows = map(_Row._make, conn.execute(_CAPTURES, (warc,)))
        self.next = next(self._rows, None)

    def before(self, offset: int) -> Iterator[_Row]:
        """Pass over those that lie before an offset."""
        while self.next is not None and self.next.offset < offset:
            yield self.next
            self.next = next(self._rows, None)

    def at(self, offset: int) -> Iterator[_Row]:
        """Pass over those at an offset, which is not behind the next one's."""
        while self.next is not None and self.next.offset == offset:
            yield self.next
            self.next = next(self._rows, None)


def _records(
    path: Path, captures: _Captures, stop: int | None, advance: Advance
) -> Iterator[Fault]:
    """Read a file from its beginning to its end, over what cannot be read."""
    lost: list[int] = []
    offset = 0
    while True:
        try:
            for member in records.members(path, offset, stop):
                offset = member.offset + member.length
                advance(member.length)
                lost += (row.id for row in captures.before(member.offset))
                for row in captures.at(member.offset):
                    yield from _compare(path, member, row)
            break
        except Damaged as damage:
            lost += (row.id for row in captures.before(damage.offset))
            hit = list(captures.at(damage.offset))
            mends = "open" if path.name.endswith(OPEN) and damage.torn else "captures"
            yield Fault(
                where=str(path),
                what=str(damage).removeprefix(f"{path}: ") + (f": {hit[0].url}" if hit else ""),
                mends=mends if hit or mends == "open" else "",
                captures=tuple(row.id for row in hit),
            )
            if captures.next is None:
                break
            advance(captures.next.offset - offset)
            offset = captures.next.offset
    lost += (row.id for row in captures.before(_END))
    if lost:
        what = f"{len(lost)} captures lie where no record is"
        yield Fault(where=str(path), what=what, mends="captures", captures=tuple(lost))


def _compare(path: Path, member: Member, row: _Row) -> Iterator[Fault]:
    capture, record_id, url, digest, offset, length, refers_to = row
    wrong = None
    if member.headers.get("warc-record-id") != record_id or member.length != length:
        wrong = "another record than the capture's"
    elif refers_to is None:
        try:
            _, _, body = records.read_record(path.parent, path.name.removesuffix(OPEN), offset)
            found = digest_of(body)
        except ArchiveError:
            found = digest_of(member.block.partition(b"\r\n\r\n")[2])
        if found != digest:
            wrong = "a body that has not the capture's digest"
    elif member.headers.get("warc-refers-to") != refers_to:
        wrong = "a revisit of another record than the archive says"
    if wrong:
        yield Fault(
            where=str(path),
            what=f"{wrong} at offset {offset}: {url}",
            mends="captures",
            captures=(capture,),
        )


def _others(folder: Path, known: set[str]) -> Iterator[Fault]:
    """Files of dead writers that no capture names."""
    for path in sorted(folder.glob(f"*.warc.gz{OPEN}")):
        if path.is_symlink() or (path.exists() and not path.is_file()):
            yield Fault(where=str(path), what="is no file of this folder; remove it")
        elif path.name.removesuffix(OPEN) not in known and locks.is_held(path) is False:
            what = "its writer died; the next crawl, or --repair, closes it"
            yield Fault(where=str(path), what=what, mends="open")
