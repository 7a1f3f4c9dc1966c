"""What a crawl keeps of the answers it gets: records in the WARC file, captures in the archive."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from newsarchive import __version__
from newsarchive.archive.bodies import decoded_digest, digest_of
from newsarchive.archive.records import base32_sha1, header_of, read_record
from newsarchive.crawl.keeper import Keeper
from newsarchive.crawl.values import Answer, Keeping, Options
from newsarchive.errors import ArchiveError
from newsarchive.model import Capture
from newsarchive.reader.challenge import challenge

if TYPE_CHECKING:
    from newsarchive.archive import Archive
    from newsarchive.archive.warc import Exchange, Kept

PARSER = f"newsarchive/{__version__}"
REDIRECTS = 8


class Captures:
    """The captures of one crawl. crawl: id of its row."""

    crawl: int

    def __init__(self, *, slug: str, options: Options, keeper: Keeper) -> None:
        from newsarchive.archive.warc import WarcWriter

        self._slug = slug
        self._keeper = keeper
        self._all_listings = options.keep_listings == "all"
        self._warc = WarcWriter(
            keeper.warc_dir,
            prefix=slug.replace(":", "_"),
            info={
                "software": PARSER,
                "isPartOf": slug,
                "robots": "classic",
                "via": "live",
                "keep_listings": options.keep_listings,
                **options.about,
            },
        )
        keeper.before_commit(self._warc.sync)
        keeper.if_broken(self._warc.abandon)

    async def keep(self, exchange: Exchange, kind: Keeping = "page") -> int | None:
        """Write the exchange to the WARC file and record it; return the capture's id.

        None where nothing is written: the same file again ('file': robots.txt, feeds, sitemaps),
        the same redirect or refusal, or a list ('list') that is known, until `listed` or
        `keep_list` says what it holds.
        """

        def work(archive: Archive) -> int | None:
            digest = decoded_digest(exchange.body, exchange.response_headers)
            is_list = kind != "page" and not self._all_listings
            if is_list and self._is_known(archive, exchange, kind, digest):
                return None
            return self._write(archive, exchange, digest)

        return await self._keeper.do(work)

    def _is_known(self, archive: Archive, exchange: Exchange, kind: Keeping, digest: str) -> bool:
        """Whether a list or file is as when it was last kept, or must wait for its links."""
        name, is_page = _list_name(exchange), exchange.status == 200
        if exchange.status == 304:
            archive.count_listing(name, exchange.fetched, conditional=True)
            return True
        if exchange.status >= 500:
            if kind == "file":  # asked again when its time comes, not by each crawl
                archive.set_listing(self._slug, name, str(exchange.status), exchange.fetched)
            return False
        known = archive.listing(name)
        if is_page and kind == "list":
            return known is not None
        if not is_page:
            # Its body may tell the time; what it says is the status, and where it leads.
            headers = {name.lower(): value for name, value in exchange.response_headers}
            digest = f"{exchange.status} {headers.get('location', '')}"
        if known == digest:
            archive.count_listing(name, exchange.fetched)
        else:
            archive.set_listing(self._slug, name, digest, exchange.fetched)
        if is_page:
            _note(archive, exchange, digest)
        return known == digest

    async def listed(self, answer: Answer, links: str) -> int | None:
        """Take note of what a list links to; return its capture if it was kept.

        links: what tells these links from others. The same as last time are only counted.
        """
        exchange = answer.exchange
        if exchange is None or exchange.status != 200 or self._all_listings:
            return answer.capture

        def work(archive: Archive) -> int | None:
            name, capture = _list_name(exchange), answer.capture
            if capture is None and archive.listing(name) == links:
                archive.count_listing(name, exchange.fetched)
            else:
                archive.set_listing(self._slug, name, links, exchange.fetched)
                capture = capture if capture is not None else self._write(archive, exchange)
            if not answer.partial:
                _note(archive, exchange, decoded_digest(exchange.body, exchange.response_headers))
            return capture

        return await self._keeper.do(work)

    async def kept_list(self, url: str) -> Answer | None:
        """The list or feed as it was when its links were last others than before."""
        return await self._keeper.do(
            lambda archive: self._response(archive, archive.kept_listing(url))[2]
        )

    async def keep_list(self, answer: Answer) -> int | None:
        """Keep a list of which it is not known what it links to; return its capture.

        None for a file that was the same again.
        """
        exchange = answer.exchange
        if answer.capture is not None or exchange is None:
            return answer.capture
        return await self._keeper.do(lambda archive: self._write(archive, exchange))

    def _write(self, archive: Archive, exchange: Exchange, digest: str | None = None) -> int:
        digest = digest or decoded_digest(exchange.body, exchange.response_headers)
        found = None
        if exchange.status == 304:
            found = archive.original(exchange.url)
        elif exchange.status == 200:
            found = archive.original(exchange.url, digest)
            if found is not None and found[0].digest != f"sha1:{base32_sha1(exchange.body)}":
                found = None  # the same page, compressed in another way
        if found is None:
            kept = self._warc.write(exchange)
            return archive.add_capture(self._capture(exchange, kept, digest))
        original, digest = found
        kept = self._warc.write(exchange, original)
        return archive.add_revisit(self._capture(exchange, kept, digest), original.record_id)

    def _capture(self, exchange: Exchange, kept: Kept, digest: str) -> Capture:
        headers = {name.lower(): value for name, value in exchange.response_headers}
        return Capture(
            record_id=kept.record_id,
            site=self._slug,
            url=exchange.url,
            fetched=exchange.fetched,
            status=exchange.status,
            digest=digest,
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
            warc=kept.warc,
            offset=kept.offset,
            length=kept.length,
            crawl=self.crawl,
        )

    async def unread(self, urls: list[str]) -> set[str]:
        """Those of these addresses, of articles not known, of which there is a capture."""
        return await self._keeper.do(lambda archive: archive.captured(urls))

    async def kept(self, url: str) -> Answer | None:
        """What an earlier crawl kept of this address and did not read, if that was a page."""
        return await self._keeper.do(lambda archive: self._answer_kept(archive, url))

    def _answer_kept(self, archive: Archive, url: str) -> Answer | None:
        for _ in range(REDIRECTS):
            found = archive.latest_capture(url)
            if found is not None and archive.came_to_nothing(found):
                return None  # it was read, and another answer may be better
            status, headers, answer = self._response(archive, found, live=True)
            if answer is not None or not 300 <= status < 400 or "location" not in headers:
                return answer
            try:
                url = urljoin(url, headers["location"])
            except ValueError:
                return None  # it leads nowhere
        return None

    async def of_capture(self, capture: int) -> Answer | None:
        """The page that a capture keeps; None where it is none, or cannot be read."""
        return await self._keeper.do(lambda archive: self._response(archive, capture)[2])

    def _response(
        self, archive: Archive, capture: int | None, *, live: bool = False
    ) -> tuple[int, dict[str, str], Answer | None]:
        """Status, headers and, of a page, the answer; (0, {}, None) where nothing can be read."""
        place = archive.place(capture) if capture is not None else None
        if capture is None or place is None or (live and place.via != "live"):
            return 0, {}, None
        try:
            status, fields, body = read_record(self._warc.folder, place.warc, place.offset)
            partial = "warc-truncated" in header_of(self._warc.folder, place.warc, place.offset)
        except ArchiveError:  # asked again, then
            return 0, {}, None
        headers = {name.lower(): value for name, value in fields}
        if not 200 <= status < 300 or status == 206 or challenge(body) is not None:
            return status, headers, None
        answer = Answer(
            url=place.url,
            content=body,
            content_type=headers.get("content-type"),
            capture=capture,
            fetched=datetime.fromisoformat(place.fetched),
            partial=partial,
        )
        return status, headers, answer


def _note(archive: Archive, exchange: Exchange, digest: str) -> None:
    """Take note of the validators of a list or file; digest: of its body."""
    headers = {name.lower(): value for name, value in exchange.response_headers}
    archive.note_validators(
        _list_name(exchange),
        digest=digest,
        etag=headers.get("etag"),
        last_modified=headers.get("last-modified"),
    )


def _list_name(exchange: Exchange) -> str:
    """What tells one list from others: its address, and what was posted to it."""
    if not exchange.request_body:
        return exchange.url
    return f"{exchange.url}#{digest_of(exchange.request_body)}"
