"""Captures of one site that a web archive lists: which are to be fetched, what became of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

from newsarchive.archive import records
from newsarchive.archive._text import storable
from newsarchive.archive.records import Damaged, Member, base32_sha1
from newsarchive.archive.store import Archive
from newsarchive.errors import ArchiveError

MOST_ATTEMPTS = 3  # of a capture that could not be had, one a run
_FIELDS = "best, url, captured, key, digest, place, sure"
_ADD = """
    INSERT INTO recoveries(source, site, url, captured, key, digest, place, sure)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
_SET_LIST = """
    INSERT INTO recovery_lists(site, source, query, resume, done) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET resume = excluded.resume, done = excluded.done
"""
# The index drops neighbours of the same body, but not across its pages, nor of an article's
# several addresses.
_COLLAPSE = """
    DELETE FROM recoveries WHERE site = ? AND source = ? AND state = 'found' AND digest = (
        SELECT before.digest FROM recoveries AS before
        WHERE before.source = recoveries.source AND before.key = recoveries.key
            AND (before.captured, before.url) < (recoveries.captured, recoveries.url)
        ORDER BY before.captured DESC, before.url DESC LIMIT 1)
"""
# A body that was no article under one address is none under another: a host that lapsed shows the
# same advertisement everywhere.
_SAME_BODY = """
    SELECT url, captured, key FROM recoveries INDEXED BY recoveries_digest
    WHERE source = ? AND digest = ? AND state = 'found' AND site = ?
"""
_REFUSED_BODIES = """
    UPDATE recoveries SET state = 'refused'
    WHERE site = :site AND source = :source AND state = 'found' AND digest IN (
        SELECT digest FROM recoveries INDEXED BY recoveries_site
        WHERE site = :site AND source = :source AND state = 'refused')
"""
_SETTLE = """
    UPDATE recoveries SET state = ?, attempts = attempts + ?
    WHERE source = ? AND url = ? AND captured = ?
"""
# The latest page of each article: of its captures that were of use, or may yet be, the last one
# that is certainly a page.
_BEST = """
    UPDATE recoveries SET best = 1 WHERE (source, url, captured) IN (
        SELECT source, url, captured FROM (
            SELECT source, url, captured, row_number() OVER (
                PARTITION BY key ORDER BY sure DESC, captured DESC, url DESC) AS place
            FROM recoveries WHERE site = :site AND source = :source
                AND captured >= :since AND captured <= :until AND state IN ('found', 'done'))
        WHERE place = 1)
"""
# What is withheld is not asked for under any of its addresses.
_WANTED = """
    FROM recoveries AS r WHERE site = :site AND source = :source
        AND (state = 'found' OR state = 'failed' AND attempts < :again)
        AND best >= :best AND captured >= :since AND captured <= :until
        AND NOT EXISTS (SELECT 1 FROM withholdings WHERE key = r.key)
        AND NOT EXISTS (SELECT 1 FROM urls AS u JOIN articles AS a ON a.id = u.article
                        WHERE u.key = r.key AND a.withheld IS NOT NULL)
"""
_NEXT = f"SELECT {_FIELDS} {_WANTED} ORDER BY best DESC, captured DESC, url LIMIT :most"
_LEFT = f"SELECT count(*) {_WANTED}"
# Without statistics SQLite would rather walk through all of a source than look the key up.
_FURTHER = """
    UPDATE recoveries SET best = 1 WHERE (source, url, captured) IN (
        SELECT source, url, captured FROM recoveries INDEXED BY recoveries_key
        WHERE source = ? AND key = ? AND state = 'found'
            AND NOT EXISTS (SELECT 1 FROM urls WHERE key = recoveries.key)
            AND NOT EXISTS (SELECT 1 FROM recoveries AS other INDEXED BY recoveries_key
                WHERE other.source = recoveries.source AND other.key = recoveries.key
                    AND other.state = 'done')
        ORDER BY sure DESC, captured DESC, url DESC LIMIT 1)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A capture as a web archive lists it.

    captured: 14 digits, UTC. key: identity of the article that the address may be. digest: SHA-1
    in base 32, of the body as the web archive has it; None where it says none. place: where its
    record lies (JSON), where it is asked by that. sure: whether it is listed as an HTML page with
    status 200, and not as a revisit, which is listed without a status.
    """

    url: str
    captured: str
    key: str
    digest: str | None = None
    place: str | None = None
    sure: bool = True

    @property
    def fetched(self) -> str:
        """The time of the capture as the archive has times."""
        c = self.captured
        return f"{c[:4]}-{c[4:6]}-{c[6:8]}T{c[8:10]}:{c[10:12]}:{c[12:14]}Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which captures a run wants. since, until: first digits of their times, both inclusive."""

    since: str = ""
    until: str = ""
    best_only: bool = False

    def holds(self, captured: str) -> bool:
        """Whether a capture of this time is wanted."""
        return self.since <= captured <= self.last

    @property
    def last(self) -> str:
        """What no time that is wanted comes behind."""
        return f"{self.until}:"  # the sign behind '9'


@dataclass(frozen=True, slots=True)
class Recoveries:
    """What one web archive (source) lists of one site, as the archive's writer sees it."""

    archive: Archive
    site: str
    source: str

    def list_state(self, query: str) -> tuple[str | None, bool]:
        """Where to go on with a list of the index, and whether it was read to its end."""
        found = self.archive._rows(
            "SELECT resume, done FROM recovery_lists WHERE site = ? AND source = ? AND query = ?",
            (self.site, self.source, query),
        )
        return (found[0][0], bool(found[0][1])) if found else (None, False)

    def add(self, query: str, found: Iterable[Found], *, resume: str | None, done: bool) -> int:
        """Record a page of the index and how far it leads; return how many were not known."""
        added = 0
        with self.archive._writing() as conn:
            for f in found:
                url = storable(f.url)
                row = (url, f.captured, storable(f.key), f.digest, f.place, int(f.sure))
                added += conn.execute(_ADD, (self.source, self.site, *row)).rowcount
            conn.execute(_SET_LIST, (self.site, self.source, query, resume, int(done)))
        return added

    def forget_lists(self) -> None:
        """Have the index read again from its beginning; what was fetched stays so."""
        with self.archive._writing() as conn:
            conn.execute(
                "DELETE FROM recovery_lists WHERE site = ? AND source = ?", (self.site, self.source)
            )

    def arrange(self, span: Span) -> None:
        """Drop what says the same as the capture before it; choose each article's best capture.

        What failed is found again, until it has failed MOST_ATTEMPTS times.
        """
        ours = (self.site, self.source)
        with self.archive._writing() as conn:
            conn.execute(
                "UPDATE recoveries SET state = 'found' WHERE site = ? AND source = ? "
                "AND state = 'failed' AND attempts < ?",
                (*ours, MOST_ATTEMPTS),
            )
            conn.execute(_COLLAPSE, ours)
            conn.execute(_REFUSED_BODIES, self._span(span))
            conn.execute("UPDATE recoveries SET best = 0 WHERE site = ? AND source = ?", ours)
            conn.execute(_BEST, self._span(span))

    def wanted(self, span: Span, most: int) -> list[Found]:
        """The next captures to fetch, the newest first: best ones, or none of them."""
        found = self.archive._rows(_NEXT, {**self._span(span), "again": 0, "most": most})
        return [
            Found(url=url, captured=at, key=key, digest=digest, place=place, sure=bool(sure))
            for best, url, at, key, digest, place, sure in found
            if best == found[0][0]
        ]

    def counts(self, span: Span) -> tuple[int, int]:
        """How many captures are listed, and how many of the span later runs will ask for."""
        ours = (self.site, self.source)
        listed = self.archive._rows(
            "SELECT count(*) FROM recoveries WHERE site = ? AND source = ?", ours
        )
        left = self.archive._rows(_LEFT, {**self._span(span), "again": MOST_ATTEMPTS})
        return listed[0][0], left[0][0]

    def _span(self, span: Span) -> dict[str, object]:
        return {
            "site": self.site,
            "source": self.source,
            "best": int(span.best_only),
            "since": span.since,
            "until": span.last,
        }

    def settle(self, found: Found, state: str) -> None:
        """Record what became of a capture: done, refused (no article) or failed (not to be had).

        What has the same body as one that is refused is not asked. Where the best capture of an
        article was of no use, its next one takes its place.
        """
        same: list[tuple[str, str, str]] = []
        with self.archive._writing() as conn:
            conn.execute(_SETTLE, (state, 1, self.source, storable(found.url), found.captured))
            if state == "done":
                return
            if state == "refused":
                same = conn.execute(_SAME_BODY, (self.source, found.digest, self.site)).fetchall()
            for url, captured, _ in same:
                conn.execute(_SETTLE, (state, 0, self.source, url, captured))
            for key in {storable(found.key), *(key for *_, key in same)}:
                conn.execute(_FURTHER, (self.source, key))

    def held(self, found: Found) -> int | None:
        """The capture of the same address, second and body that is here already, however it came.

        Of what came from this web archive, address and second are enough: the digest that it
        lists is not always that of the body that it serves.
        """
        for capture, via in self.archive._rows(
            "SELECT id, via FROM captures WHERE url = ? AND fetched = ? ORDER BY id",
            (storable(found.url), found.fetched),
        ):
            if via == self.source or self._has_body(capture, found.digest):
                return int(capture)
        return None

    def read_before(self, capture: int) -> Literal["done", "refused"] | None:
        """What became of a capture that was read before; None where none is known to have been."""
        rows = self.archive._rows
        if rows("SELECT 1 FROM observations WHERE capture = ? LIMIT 1", (capture,)):
            return "done"
        page = "SELECT 1 FROM problems WHERE capture = ? AND field = 'page' LIMIT 1"
        return "refused" if rows(page, (capture,)) else None

    def _has_body(self, capture: int, digest: str | None) -> bool:
        place = self.archive.place(capture)
        if place is None or digest is None:
            return False
        folder = self.archive.warc_dir
        try:
            headers = records.header_of(folder, place.warc, place.offset)
            if headers.get("warc-payload-digest") == f"sha1:{digest}":
                return True
            return base32_sha1(records.read_record(folder, place.warc, place.offset)[2]) == digest
        except ArchiveError:  # damaged: it is fetched again, then
            return False


def record_of(data: bytes, name: str) -> tuple[dict[str, str], Member]:
    """The one WARC record that `data` is, and its headers with their names as they are written.

    Raises Damaged where it is none, or not all of one, or its digests are wrong.
    """
    path = Path(name)
    unpacked = records._unpack(path, BytesIO(data), 0)
    if unpacked is None:
        raise Damaged(path, 0, "nothing", torn=True)
    member = records._member(path, 0, unpacked[1], unpacked[0])
    head = unpacked[0].partition(b"\r\n\r\n")[0].decode("utf-8", "replace").split("\r\n")
    pairs = (line.partition(":") for line in head[1:])
    return {name.strip(): value.strip() for name, _, value in pairs}, member
