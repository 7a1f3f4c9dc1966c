"""Captures of another archive and the WARC files they lie in, as a merge takes them in."""

from __future__ import annotations

import filecmp
import os
import sqlite3
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsarchive.archive import locks, records
from newsarchive.archive._rewrite import NAME, free_name, sync_folder, without
from newsarchive.archive._unions import order
from newsarchive.archive.records import OPEN
from newsarchive.errors import ArchiveError

_CHUNK = 1 << 20
_CAPTURES = """
    SELECT c.id, c.record_id, c.site, c.url, c.fetched, c.status, c.digest, c.etag,
        c.last_modified, c.via, c.archive_url, k.site, k.started, k.finished, c.crawl,
        c.warc, c.offset, c.length, r.refers_to
    FROM captures AS c LEFT JOIN crawls AS k ON k.id = c.crawl
    LEFT JOIN revisits AS r ON r.capture = c.id
"""
_PLACE = slice(15, 18)  # where the record lies, which is local
_INSERT = """
    INSERT INTO captures(record_id, site, url, fetched, status, digest, etag, last_modified,
        via, archive_url, crawl, warc, offset, length)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_UPDATE = """
    UPDATE captures SET site = ?, url = ?, fetched = ?, status = ?, digest = ?, etag = ?,
        last_modified = ?, via = ?, archive_url = ?, crawl = ?
    WHERE id = ?
"""


def lacking(
    conn: sqlite3.Connection, other: sqlite3.Connection, banned: Collection[str]
) -> set[str]:
    """Names of the other archive's WARC files in which captures lie that are not here."""
    found = set()
    for record_id, warc in other.execute("SELECT record_id, warc FROM captures"):
        if record_id not in banned and warc not in found and not _known(conn, record_id):
            found.add(warc)
    return found


def _known(conn: sqlite3.Connection, record_id: str) -> bool:
    found = conn.execute("SELECT 1 FROM captures WHERE record_id = ?", (record_id,))
    return found.fetchone() is not None


@dataclass(slots=True, kw_only=True)
class Copy:
    """A WARC file to be copied, or one that is there already.

    warc: its name there. doomed: ids of records that are left out. places: where its records lie
    then (old offset -> new); None where they stay.
    """

    warc: str
    source: Path
    target: Path
    known: Mapping[int, tuple[int, str]]
    doomed: Collection[str]
    places: Mapping[int, int] | None = None

    @property
    def size(self) -> int:
        """Bytes to be read; 0 for one that is there."""
        return 0 if self._is_there() else self.source.stat().st_size

    def _is_there(self) -> bool:
        return not self.doomed and self.target.exists()

    def make(self, *, reason: str, when: str, advance: Callable[[int], None]) -> None:
        """Copy it. Raises ArchiveError."""
        if self._is_there():
            return
        if self.doomed:
            self.places = without(
                self.source,
                self.target,
                self.doomed,
                self.known,
                reason=reason,
                when=when,
                advance=advance,
            )
        else:
            copy_file(self.source, self.target, advance)


def copy_file(
    source: Path, target: Path, advance: Callable[[int], None], end: int | None = None
) -> None:
    """Copy a file, or its beginning up to `end`, whole or not at all. Raises ArchiveError."""
    partial = target.with_name(f"{target.name}.part")
    try:
        with source.open("rb") as old, partial.open("wb") as new:
            left = os.fstat(old.fileno()).st_size if end is None else end
            while left and (data := old.read(min(left, _CHUNK))):
                new.write(data)
                left -= len(data)
                advance(len(data))
            locks.sync(new)
        partial.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        raise ArchiveError(
            f"{target}: cannot be written ({error.strerror}); make room, check permissions, run "
            "it again"
        ) from None
    finally:
        with suppress(OSError):
            partial.unlink()


def plan(
    other: sqlite3.Connection,
    source: Path,
    target: Path,
    names: Collection[str],
    banned: Collection[str],
) -> list[Copy]:
    """How these files come from one folder into the other; ArchiveError where they cannot."""
    found = []
    for warc in sorted(names):
        path = records.find(source, warc)
        if path.name.endswith(OPEN):
            raise ArchiveError(
                f"{path}: is being written, or its writer died and it cannot be closed; wait for "
                "the end of the crawl, or copy the archive where it can be written"
            )
        at = "SELECT offset, length, record_id FROM captures WHERE warc = ?"
        known = {o: (length, record) for o, length, record in other.execute(at, (warc,))}
        doomed = {record for _, record in known.values() if record in banned}
        name = free_name(target, warc) if doomed else _name(path, target, warc)
        found.append(Copy(warc=warc, source=path, target=target / name, known=known, doomed=doomed))
    return found


def _name(path: Path, target: Path, warc: str) -> str:
    """What a file is to be called there; the name of one that is there, if it is the same."""
    taken = [
        target / (warc + suffix) for suffix in ("", OPEN) if (target / (warc + suffix)).exists()
    ]
    if not taken or filecmp.cmp(path, taken[0], shallow=False):
        return warc
    match = NAME.fullmatch(warc)
    if match is None or match["number"] is None:
        raise ArchiveError(f"{taken[0]}: holds other records than {path}; rename one of them")
    return free_name(target, warc)  # both were written anew out of one file


def put(
    conn: sqlite3.Connection,
    other: sqlite3.Connection,
    copies: Collection[Copy],
    banned: Collection[str],
    crawls: Mapping[int, int],
) -> tuple[dict[int, int], int]:
    """Take in the captures; return the ids here of theirs, and how many were not here.

    Of what both tell of one record, a live capture's word counts.
    """
    placed = {copy.warc: copy for copy in copies}
    ids: dict[int, int] = {}
    new = 0
    for row in other.execute(f"{_CAPTURES} ORDER BY c.id"):
        if row[1] in banned:
            continue
        crawl = None if row[14] is None else crawls[row[14]]
        ours = conn.execute(f"{_CAPTURES} WHERE c.record_id = ?", (row[1],)).fetchone()
        if ours is None:
            warc, offset, length = row[_PLACE]
            copy = placed[warc]
            at = offset if copy.places is None else copy.places[offset]
            place = (copy.target.name, at, length)
            cursor = conn.execute(_INSERT, (*row[1:11], crawl, *place))
            assert cursor.lastrowid is not None
            ids[row[0]] = cursor.lastrowid
            new += 1
        else:
            ids[row[0]] = ours[0]
            if row[2:14] != ours[2:14] and _word(row) > _word(ours):
                conn.execute(_UPDATE, (*row[2:11], crawl, ours[0]))
        if row[18] is not None:
            conn.execute(
                "INSERT INTO revisits(capture, refers_to) VALUES (?, ?) ON CONFLICT DO UPDATE "
                "SET refers_to = max(refers_to, excluded.refers_to)",
                (ids[row[0]], row[18]),
            )
    return ids, new


def _word(row: tuple[Any, ...]) -> tuple[bool, str]:
    return row[9] == "live", order(row[2:14])
