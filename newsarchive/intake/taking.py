"""Taking pages into the archive: read in all cores, written here, in the order they were met."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from newsarchive.archive import Archive, known
from newsarchive.archive.known import Before
from newsarchive.archive.records import base32_sha1
from newsarchive.archive.warc import Original
from newsarchive.intake._worker import Answer, Kept, Sent
from newsarchive.intake.counts import Counts
from newsarchive.intake.pages import Found, utc
from newsarchive.intake.places import PARSER, Places, identity
from newsarchive.intake.pool import Asked, Pool
from newsarchive.intake.progress import Progress
from newsarchive.intake.sources import Fault, Reach, found_at
from newsarchive.model import Article, Capture
from newsarchive.urls import absolute

AHEAD = 8  # pages in hand for each reader
_BYTES = 48 * 2**20  # of pages in hand
COMMIT_SECONDS = 1.0
COMMIT_ARTICLES = 400
_SAME = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"


class _Waiting(NamedTuple):
    """A page in hand. before: of a revisit record, what it repeats."""

    found: Found
    before: Before | None
    asked: Asked


class Intake:
    """Takes what lies at paths into one archive. Memory does not grow with their size."""

    def __init__(
        self, archive: Archive, pool: Pool, progress: Progress, *, site: str | None = None
    ) -> None:
        """site: slug for pages without an address. Raises UnknownSite."""
        self._archive = archive
        self._pool = pool
        self._progress = progress
        self._places = Places(archive, site)
        self._waiting: deque[_Waiting] = deque()
        self._size = 0
        self._counts = Counts()
        self._stored = 0
        self._committed = monotonic()

    def take(self, path: Path) -> Counts:
        """Take in all that lies at a path."""
        counts = self._counts = Counts()
        reach = Reach()
        for item in found_at(path, reach):
            if isinstance(item, Fault):
                self._fail(item.line)
                continue
            counts.records += 1
            self._offer(item)
            self._progress.tell(str(path), f"{counts.records} records", reach.share)
            if self._stored and self._is_due():  # no page may follow for long
                self._commit()
        self._settle_all()
        self._commit()
        return counts

    def close(self) -> None:
        """Keep what was taken in so far."""
        self._places.close()

    def _fail(self, line: str) -> None:
        self._counts.failed += 1
        self._progress.trouble(line)

    # Reading.

    def _offer(self, found: Found) -> None:
        if found.why_not is not None:
            self._counts.no_article += 1
            return
        there = known.of_record(self._archive, found.record_id)
        if there is not None and there.told:
            self._counts.duplicates += 1
        elif found.kind == "revisit":
            self._offer_revisit(found)
        else:
            self._submit(
                found,
                Sent(
                    payload=found.payload,
                    encoding=found.http.get("content-encoding", "").lower(),
                    chunked=found.http.get("transfer-encoding", "").lower() == "chunked",
                    url=found.url,
                    content_type=found.content_type,
                    fetched=datetime.fromisoformat(found.fetched),
                    site=self._places.nameless if found.url is None else None,
                ),
            )

    def _offer_revisit(self, found: Found) -> None:
        """Read again the body that a revisit record repeats, under its address and time."""
        record_id = found.headers.get("WARC-Refers-To", "")
        url = found.headers.get("WARC-Refers-To-Target-URI", found.target).strip("<> ")
        url = absolute(None, url) or url
        fetched = utc(found.headers.get("WARC-Refers-To-Date", "")) or ""
        if any(
            w.found.record_id == record_id or (w.found.url, w.found.fetched) == (url, fetched)
            for w in self._waiting
        ):
            self._settle_all()
        before = known.before(self._archive, record_id, url, fetched)
        place = self._archive.place(before.capture) if before is not None else None
        if before is None or place is None:
            self._counts.unresolved += 1
            return
        kept = Kept(
            folder=str(self._archive.warc_dir),
            warc=place.warc,
            offset=place.offset,
            digest=place.digest,
            url=found.url,
            fetched=datetime.fromisoformat(found.fetched),
            site=self._places.nameless if found.url is None else None,
        )
        self._submit(replace(found, status=place.status), kept, before)

    def _submit(self, found: Found, page: Sent | Kept, before: Before | None = None) -> None:
        self._waiting.append(_Waiting(found, before, self._pool.submit(page)))
        self._size += len(found.block)
        while len(self._waiting) > AHEAD * self._pool.workers or (
            self._size > _BYTES and len(self._waiting) > 1
        ):
            self._settle()

    # Writing.

    def _settle_all(self) -> None:
        while self._waiting:
            self._settle()

    def _settle(self) -> None:
        """Wait for the page that came first, and take it in."""
        found, before, asked = self._waiting.popleft()
        self._size -= len(found.block)
        answer = self._answer(asked)
        if (trouble := answer.lost or answer.failed) is not None:
            self._fail(f"{found.where}: {found.url or found.target}: {trouble}")
        elif answer.article is None:
            self._counts.no_article += 1
        else:
            self._take(found, before, answer.article, answer.digest)
        if self._stored >= COMMIT_ARTICLES or self._is_due():
            self._commit()

    def _answer(self, asked: Asked) -> Answer:
        while (answer := self._pool.wait(asked, COMMIT_SECONDS)) is None:
            self._commit()  # others may write to the archive while a page takes its time
        return answer

    def _is_due(self) -> bool:
        return monotonic() - self._committed >= COMMIT_SECONDS

    def _commit(self) -> None:
        self._places.commit()
        self._stored = 0
        self._committed = monotonic()

    def _take(self, found: Found, before: Before | None, article: Article, digest: str) -> None:
        urn = f"urn:{digest}"
        try:
            url, name = identity(found.url, article.url) if found.url else (urn, urn)
            if known.is_erased(self._archive, name):
                self._counts.withheld += 1
                return
            slug = self._places.slug(found.url)
        except ValueError:
            self._counts.no_article += 1  # its address is malformed
            return
        capture = self._capture(found, before, digest, slug)
        if capture is None:
            self._counts.duplicates += 1
            return
        outcome = self._archive.store(
            article,
            site=slug,
            key=name,
            url=url,
            capture=capture,
            seen=found.fetched,
            parser=PARSER,
        )
        setattr(self._counts, outcome, getattr(self._counts, outcome) + 1)
        self._stored += 1

    def _capture(self, found: Found, before: Before | None, digest: str, slug: str) -> int | None:
        """The capture to store an article by, its record written if need be; None if it was
        stored by it already."""
        url = found.url or found.target
        same = known.of_body(self._archive, url, digest)
        there = known.of_record(self._archive, found.record_id) or same.get(found.fetched)
        if there is not None:
            return None if there.told else there.capture
        original = None
        if before is not None:
            original = Original(
                record_id=before.record_id,
                url=before.url,
                fetched=before.fetched,
                digest=found.headers.get("WARC-Payload-Digest", ""),
            )
        elif same:
            original = self._original(found, url, digest)
        headers, block = found.headers, found.block
        if original is not None:
            headers, block = _revisit(found, original)
        kept = self._places.writer(slug).write_as_is(headers, block)
        capture = Capture(
            record_id=kept.record_id,
            site=slug,
            url=url,
            fetched=found.fetched,
            status=found.status,
            digest=digest,
            etag=found.http.get("etag"),
            last_modified=found.http.get("last-modified"),
            warc=kept.warc,
            offset=kept.offset,
            length=kept.length,
            via="import",
        )
        if original is None:
            return self._archive.add_capture(capture)
        return self._archive.add_revisit(capture, original.record_id)

    def _original(self, found: Found, url: str, digest: str) -> Original | None:
        """The record that has this very body from this address, as it was sent."""
        if found.status != 200 or (same := self._archive.original(url, digest)) is None:
            return None
        digests = (found.headers["WARC-Payload-Digest"], f"sha1:{base32_sha1(found.payload)}")
        return same[0] if same[0].digest in digests else None


def _revisit(found: Found, original: Original) -> tuple[dict[str, str], bytes]:
    """A record that says that a body was the same again: its headers and block."""
    kept = ("WARC-Record-ID", "WARC-Date", "WARC-Target-URI", "WARC-IP-Address")
    headers = {
        "WARC-Type": "revisit",
        **{name: found.headers[name] for name in kept if name in found.headers},
        "WARC-Profile": found.headers.get("WARC-Profile", _SAME),
        "WARC-Refers-To": original.record_id,
        "WARC-Refers-To-Target-URI": original.url,
        "WARC-Refers-To-Date": original.fetched,
    }
    if original.digest:
        headers["WARC-Payload-Digest"] = original.digest
    if found.kind == "resource":
        return headers, b""
    headers["Content-Type"] = "application/http; msgtype=response"
    return headers, found.block[: found.payload_at]
