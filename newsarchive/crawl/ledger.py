"""What one site's crawl writes into the archive: each change whole, in the archive's own thread."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from newsarchive.crawl.captures import PARSER, Captures
from newsarchive.crawl.keeper import Keeper
from newsarchive.crawl.targets import Target
from newsarchive.crawl.values import Answer, Counts, Options
from newsarchive.crawl.walk import Link
from newsarchive.errors import ArchiveError
from newsarchive.model import Article, Step

if TYPE_CHECKING:
    from newsarchive.archive import Archive
    from newsarchive.archive.store import Outcome


def now() -> str:
    """This second, as all times of ours are written."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


class Ledger(Captures):
    """The pen of one crawl. Making one opens the crawl's row; raises ArchiveError.

    crawl: id of that row. named: what a user of this archive once named for the site.
    """

    def __init__(self, *, target: Target, options: Options, keeper: Keeper) -> None:
        super().__init__(slug=target.slug, options=options, keeper=keeper)
        self._target = target
        self._doubted = False
        self.named, self.crawl = keeper.do_now(self._begin)

    def _begin(self, archive: Archive) -> tuple[set[tuple[str, int]], int]:
        target = self._target
        locks = self._keeper.locks
        assert locks is not None
        if not locks.take(target.slug):
            raise ArchiveError(
                f"{target.slug}: another newsarchive crawls it into this archive; wait for its end"
            )
        archive.abandon_crawls(target.slug)
        if target.site is not None:
            archive.register_site(target.site)
        else:
            archive.register_portal(target.slug, target.start)
        if target.named is not None:
            archive.name_host(target.slug, *target.named)
        return archive.named_hosts(target.slug), archive.begin_crawl(target.slug, now())

    @property
    def broken(self) -> bool:
        """Whether the archive failed; nothing more is written then."""
        return self._keeper.broken is not None

    async def store(
        self, article: Article, answer: Answer, *, link: str, key: str, url: str
    ) -> Outcome:
        """Store what was read; link: the key under which the page was asked for."""
        capture = answer.capture
        assert capture is not None

        def work(archive: Archive) -> Outcome:
            seen = f"{answer.fetched:%Y-%m-%dT%H:%M:%SZ}"
            outcome = archive.store(
                article,
                site=self._slug,
                key=key,
                url=url,
                capture=capture,
                seen=seen,
                parser=PARSER,
            )
            if answer.partial:
                what = "the connection ended before the page did"
                archive.add_problem(capture=capture, field="page", what=what, seen=seen)
            archive.settle(link, "done")
            return outcome

        return await self._keeper.do(work)

    async def refuse(self, answer: Answer, *, link: str, why: str) -> None:
        """Record that a page expected to be an article is none."""

        def work(archive: Archive) -> None:
            archive.add_problem(capture=answer.capture, field="page", what=why, seen=now())
            archive.settle(link, "refused")

        await self._keeper.do(work)

    async def problem(self, answer: Answer, why: str) -> None:
        """Record what is wrong with a page."""
        capture = await self.keep_list(answer)
        await self._keeper.do(
            lambda a: a.add_problem(capture=capture, field="page", what=why, seen=now())
        )

    async def settle(self, link: str, state: str, *, day: str | None = None) -> None:
        """Record what became of an address; see the archive's `settle`."""
        await self._keeper.do(lambda a: a.settle(link, state, day=day))

    async def pending(self, since: str | None) -> list[tuple[str, str, str | None]]:
        """(key, url, section) of what an earlier crawl found and did not settle."""
        return await self._keeper.do(lambda a: a.pending(self._slug, since=since))

    async def known(self, links: list[Link]) -> set[str]:
        """Keys of those links that need no fetch."""
        return await self._keeper.do(lambda a: a.known([name for name, _ in links], now()))

    async def lease(self, links: list[Link]) -> None:
        """Record that the crawl has these in hand."""
        await self._keeper.do(lambda a: a.lease(name for name, _ in links))

    async def enqueue(self, section: str, links: list[Link], *, through: list[str]) -> None:
        """Record links met in a section; through: sections that this crawl has walked to the end.

        Until a crawl is through, a known article proves nothing about those behind it: it may be
        one that this crawl, killed before its end, has just stored. So the first links take back
        what was said of all sections.
        """

        def work(archive: Archive) -> None:
            if not self._doubted:
                archive.doubt_sections(self._slug)
                for url in through:
                    archive.set_section(self._slug, url, True, now())
                self._doubted = True
            archive.enqueue(self._slug, section, links, now())

        await self._keeper.do(work)

    async def complete(self, section: str) -> bool:
        """Whether an earlier crawl knew the section to its end."""
        return await self._keeper.do(lambda a: a.section_complete(self._slug, section))

    async def calls(self) -> list[Step]:
        """Lists of scripts that earlier crawls met on articles, which are not asked again."""
        names = await self._keeper.do(lambda a: a.sections(self._slug))
        return [step for step in map(Step.of_name, names) if step is not None]

    async def note(self, section: str) -> None:
        """Record that a section was met."""
        await self._keeper.do(lambda a: a.note_section(self._slug, section, now()))

    async def set_complete(self, section: str) -> None:
        """Record that the section is known to its end."""
        await self._keeper.do(lambda a: a.set_section(self._slug, section, True, now()))

    def finish(self, counts: Counts, outcome: str) -> None:
        """Close the WARC file and the crawl's row. From outside the event loop."""

        def work(archive: Archive) -> None:
            self._warc.close()
            archive.end_crawl(
                self.crawl,
                finished=now(),
                outcome=outcome,
                requested=counts.requested,
                new=counts.new,
                changed=counts.changed,
                unchanged=counts.unchanged,
                failed=counts.failed,
            )

        self._keeper.do_now(work)
