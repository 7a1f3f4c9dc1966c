"""The archive as its writer sees it: crawls, captures, articles with their versions, problems."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from newsarchive.archive import reprints
from newsarchive.archive._put import PROBLEM, row_id
from newsarchive.archive._text import storable
from newsarchive.archive.history import Outcome
from newsarchive.archive.rounds import Rounds
from newsarchive.errors import ArchiveError
from newsarchive.model import Capture

if TYPE_CHECKING:
    from newsarchive.archive.warc import Original

__all__ = ["Archive", "Outcome"]

_CAPTURE = """
    INSERT INTO captures(record_id, site, url, fetched, status, digest, etag, last_modified,
        warc, offset, length, via, archive_url, crawl)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT(record_id) DO NOTHING
"""
# A body is where the record is that a revisit refers to.
_PLACE = """
    SELECT c.record_id, c.site, c.url, c.fetched, full.status, c.digest, full.warc, full.offset,
        full.length, c.etag, c.last_modified, c.via, c.archive_url, c.crawl
    FROM captures AS c
    LEFT JOIN revisits AS r ON r.capture = c.id
    JOIN captures AS full ON full.record_id = coalesce(r.refers_to, c.record_id)
    WHERE c.id = ?
"""
_LATEST = "SELECT id FROM captures WHERE url = ? ORDER BY fetched DESC, id DESC LIMIT 1"
_LIST = """
    SELECT c.id FROM listings AS l JOIN captures AS c ON c.url = l.url AND c.fetched = l.kept
    WHERE l.url = ? AND c.status = 200 AND c.via = 'live'
    ORDER BY c.id DESC LIMIT 1
"""
_CAPTURED = """
    SELECT value FROM json_each(?) AS asked
    WHERE EXISTS (SELECT 1 FROM captures WHERE url = asked.value)
"""
# One that leads elsewhere is as good as what it leads to.
_PICTURED = """
    SELECT value FROM json_each(?) AS asked
    WHERE EXISTS (SELECT 1 FROM captures AS c WHERE c.status < 400
        AND c.id = (SELECT max(id) FROM captures WHERE url = asked.value)
        AND NOT EXISTS (SELECT 1 FROM problems WHERE capture = c.id AND field = 'page'))
"""
_PROBLEM = "SELECT 1 FROM problems WHERE capture = ? AND field = 'page' LIMIT 1"
_SAME = """
    SELECT record_id, url, fetched, warc, offset FROM captures AS c
    WHERE url = ? AND digest = ? AND status = 200
        AND NOT EXISTS (SELECT 1 FROM revisits WHERE capture = c.id)
    ORDER BY fetched DESC, id DESC LIMIT 1
"""
_NEWEST = """
    SELECT digest FROM captures WHERE url = ? AND status = 200
    ORDER BY fetched DESC, id DESC LIMIT 1
"""


class Archive(Rounds):
    """One SQLite file with everything that was learned from the captures beside it.

    Writes gather in one transaction until `commit` or `close`; a single call is written whole or
    not at all. All methods raise ArchiveError when the file cannot be used. Times are UTC,
    ISO 8601 with Z, whole seconds.
    """

    def commit(self) -> None:
        """Make everything written so far durable and visible to readers, with the stories that
        it tells."""
        if self._conn.in_transaction:
            with self._writing() as conn:
                reprints.settle(conn)
        super().commit()

    def add_capture(self, capture: Capture) -> int:
        """Record where a response was kept and return the row's id.

        A record that is known by its record_id keeps its row and id.
        """
        c = capture
        with self._writing() as conn:
            cursor = conn.execute(
                _CAPTURE,
                (
                    c.record_id, c.site, storable(c.url), c.fetched, c.status, c.digest, c.etag,
                    c.last_modified, c.warc, c.offset, c.length, c.via, c.archive_url, c.crawl,
                ),
            )  # fmt: skip
            if cursor.rowcount:
                return row_id(cursor)
            known = conn.execute("SELECT id FROM captures WHERE record_id = ?", (c.record_id,))
            return int(known.fetchone()[0])

    def add_revisit(self, capture: Capture, refers_to: str) -> int:
        """Record a response without a body of its own: it is that of the record `refers_to`."""
        with self._writing() as conn:
            found = self.add_capture(capture)
            conn.execute("INSERT OR IGNORE INTO revisits VALUES (?, ?)", (found, refers_to))
            return found

    def place(self, capture: int) -> Capture | None:
        """The capture with status, file, offset and length of the record that holds its body.

        None where there is no such capture, or the record that it refers to is not known.
        """
        found = self._rows(_PLACE, (capture,))
        if not found:
            return None
        return Capture(**dict(zip(Capture.__slots__, found[0], strict=True)))

    def latest_capture(self, url: str) -> int | None:
        """The id of the latest capture of exactly this address."""
        found = self._rows(_LATEST, (url,))
        return int(found[0][0]) if found else None

    def kept_listing(self, url: str) -> int | None:
        """The id of the capture that holds a list as it is; None where there is none."""
        found = self._rows(_LIST, (url,))
        return int(found[0][0]) if found else None

    def captured(self, urls: Iterable[str]) -> set[str]:
        """Those of exactly these addresses of which there is a capture."""
        return {row[0] for row in self._rows(_CAPTURED, (json.dumps(list(urls)),))}

    def pictured(self, urls: Iterable[str]) -> set[str]:
        """Those of exactly these addresses of which a whole picture is kept."""
        return {row[0] for row in self._rows(_PICTURED, (json.dumps(list(urls)),))}

    def came_to_nothing(self, capture: int) -> bool:
        """Whether a capture was read, and something is wrong with it as a page."""
        return bool(self._rows(_PROBLEM, (capture,)))

    def original(self, url: str, digest: str | None = None) -> tuple[Original, str] | None:
        """The latest whole record of this address, and the digest of its body.

        digest: only one with this body. None where there is none, or its file is damaged.
        """
        from newsarchive.archive import records
        from newsarchive.archive.warc import Original

        if digest is None:
            newest = self._rows(_NEWEST, (url,))
            if not newest:
                return None
            digest = newest[0][0]
        for record_id, at, fetched, warc, offset in self._rows(_SAME, (url, digest)):
            try:
                headers = records.header_of(self.warc_dir, warc, offset)
            except ArchiveError:
                return None
            payload = headers.get("warc-payload-digest")
            if payload is not None:
                original = Original(record_id=record_id, url=at, fetched=fetched, digest=payload)
                return original, str(digest)
        return None

    def captures_known(self, record_ids: Iterable[str]) -> set[str]:
        """Those of the record ids that are captures of this archive."""
        return {
            record_id
            for record_id in record_ids
            if self._rows("SELECT 1 FROM captures WHERE record_id = ?", (record_id,))
        }

    def add_problem(self, *, capture: int | None, field: str, what: str, seen: str) -> None:
        """Record something a reader of the archive should know; the same fact only once."""
        with self._writing() as conn:
            conn.execute(PROBLEM, (capture, field, storable(what), seen))
