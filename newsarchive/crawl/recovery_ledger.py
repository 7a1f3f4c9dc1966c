"""What a recovery writes into the archive: lists of captures, the captures, what was read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeVar

from newsarchive.archive.bodies import decoded_digest
from newsarchive.archive.records import base32_sha1, read_record
from newsarchive.archive.recoveries import Found, Recoveries
from newsarchive.crawl.captures import PARSER
from newsarchive.crawl.frontier import now
from newsarchive.crawl.keeper import Keeper
from newsarchive.crawl.recovery_capture import HTTP, Taken
from newsarchive.crawl.recovery_index import Listing
from newsarchive.crawl.targets import Target
from newsarchive.crawl.values import Answer
from newsarchive.errors import ArchiveError, Busy
from newsarchive.model import Article, Capture

if TYPE_CHECKING:
    from newsarchive.archive import Archive
    from newsarchive.archive.store import Outcome
    from newsarchive.archive.warc import Kept, Original

_SAME_BODY = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_T = TypeVar("_T")


class RecoveryLedger:
    """The pen of one recovery. Raises ArchiveError, or Busy where another process has the site.

    It opens no crawl: what is crawled is followed from then on, and asked by every refresh.
    """

    def __init__(
        self, *, target: Target, source: str, keeper: Keeper, about: Mapping[str, str]
    ) -> None:
        from newsarchive.archive.warc import WarcWriter

        self._target = target
        self._source = source
        self._keeper = keeper
        assert keeper.locks is not None
        if not keeper.locks.take(target.slug):
            raise Busy(
                f"{target.slug}: another newsarchive is at work on it in this archive; wait for "
                "its end"
            )
        keeper.do_now(self._register)
        self._warc = WarcWriter(
            keeper.warc_dir,
            prefix=target.slug.replace(":", "_"),
            # What was kept here is the web archive's; its robots.txt is not asked (see recovery).
            info={
                "software": PARSER,
                "isPartOf": target.slug,
                "robots": "ignore",
                "via": source,
                **about,
            },
        )
        keeper.before_commit(self._warc.sync)

    def _register(self, archive: Archive) -> None:
        if self._target.site is not None:
            archive.register_site(self._target.site)
        else:
            archive.register_portal(self._target.slug, self._target.start)

    @property
    def broken(self) -> bool:
        """Whether the archive failed; nothing more is written then."""
        return self._keeper.broken is not None

    async def do(self, work: Callable[[Recoveries], _T]) -> _T:
        """Run `work` on what the web archive lists, in the archive's thread."""
        return await self._keeper.do(lambda archive: work(self._ours(archive)))

    def do_now(self, work: Callable[[Recoveries], _T]) -> _T:
        """The same from outside the event loop."""
        return self._keeper.do_now(lambda archive: work(self._ours(archive)))

    async def settle(self, found: Found, state: str) -> None:
        """Record what became of a capture."""
        await self.do(lambda ours: ours.settle(found, state))

    async def list_state(self, listing: Listing) -> tuple[str | None, bool]:
        """Where to go on with a list, and whether all of it is known."""

        def work(ours: Recoveries) -> tuple[str | None, bool]:
            resume, done = ours.list_state(listing.name)
            return resume, done or ours.list_state(listing.wider)[1]

        return await self.do(work)

    def _ours(self, archive: Archive) -> Recoveries:
        return Recoveries(archive, self._target.slug, self._source)

    async def keep(self, taken: Taken) -> int:
        """Write a capture to the WARC file and record it; return its id, also if it is there."""

        def work(archive: Archive) -> int:
            held = self._ours(archive).held(taken.found)
            return held if held is not None else self._write(archive, taken)

        return await self._keeper.do(work)

    def _write(self, archive: Archive, taken: Taken) -> int:
        digest = decoded_digest(taken.body, taken.headers)
        same = archive.original(taken.url, digest) if taken.status == 200 else None
        # The same page, compressed in another way, is another body.
        if same is None or same[0].digest != f"sha1:{base32_sha1(taken.body)}":
            kept = self._warc.write_as_is(taken.warc, taken.head + taken.body)
            return archive.add_capture(self._capture(taken, kept, digest))
        kept = self._warc.write_as_is(_revisit(taken, same[0]), taken.head)
        return archive.add_revisit(self._capture(taken, kept, digest), same[0].record_id)

    def _capture(self, taken: Taken, kept: Kept, digest: str) -> Capture:
        headers = {name.lower(): value for name, value in taken.headers}
        return Capture(
            record_id=kept.record_id,
            site=self._target.slug,
            url=taken.url,
            fetched=taken.found.fetched,
            status=taken.status,
            digest=digest,
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
            warc=kept.warc,
            offset=kept.offset,
            length=kept.length,
            via=self._source,
            archive_url=taken.archive_url,
        )

    async def held(self, found: Found) -> Answer | Literal["done", "refused"] | None:
        """What is here already of a capture: what became of it, or its page if none was read.

        None: it is to be fetched.
        """
        return await self._keeper.do(lambda archive: self._held(archive, found))

    def _held(self, archive: Archive, found: Found) -> Answer | Literal["done", "refused"] | None:
        ours = self._ours(archive)
        capture = ours.held(found)
        place = archive.place(capture) if capture is not None else None
        if capture is None or place is None:
            return None
        if (state := ours.read_before(capture)) is not None:
            return state
        try:
            status, headers, body = read_record(archive.warc_dir, place.warc, place.offset)
        except ArchiveError:  # damaged: it is fetched again, then
            return None
        if status != 200:
            return "refused"
        kinds = [value for name, value in headers if name.lower() == "content-type"]
        return Answer(
            url=place.url,
            content=body,
            content_type=kinds[0] if kinds else None,
            capture=capture,
            fetched=datetime.fromisoformat(place.fetched),
        )

    async def store(
        self, article: Article, answer: Answer, found: Found, *, key: str, url: str
    ) -> Outcome:
        """Store what was read from a capture, at its place in time."""
        capture = answer.capture
        assert capture is not None

        def work(archive: Archive) -> Outcome:
            outcome = archive.store(
                article,
                site=self._target.slug,
                key=key,
                url=url,
                capture=capture,
                seen=f"{answer.fetched:%Y-%m-%dT%H:%M:%SZ}",
                parser=PARSER,
            )
            self._ours(archive).settle(found, "done")
            return outcome

        return await self._keeper.do(work)

    async def refuse(self, found: Found, capture: int | None, why: str) -> None:
        """Record that a capture is no article."""

        def work(archive: Archive) -> None:
            archive.add_problem(capture=capture, field="page", what=why, seen=now())
            self._ours(archive).settle(found, "refused")

        await self._keeper.do(work)

    def finish(self) -> None:
        """Close the WARC file. From outside the event loop."""
        self._keeper.do_now(lambda _archive: self._warc.close())


def _revisit(taken: Taken, original: Original) -> dict[str, str]:
    """The headers of a record without a body of its own."""
    return {
        "WARC-Type": "revisit",
        "WARC-Target-URI": taken.url,
        "WARC-Date": taken.found.fetched,
        "WARC-Profile": _SAME_BODY,
        "WARC-Refers-To": original.record_id,
        "WARC-Refers-To-Target-URI": original.url,
        "WARC-Refers-To-Date": original.fetched,
        "WARC-Payload-Digest": original.digest,
        "WARC-Source-URI": taken.archive_url,
        "Content-Type": HTTP,
    }
