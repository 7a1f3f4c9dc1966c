"""What one site's crawl notes of lists and of the addresses that they name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from newsarchive import clock
from newsarchive.crawl import schedule
from newsarchive.crawl.captures import Captures
from newsarchive.crawl.section import Link
from newsarchive.model import Step

if TYPE_CHECKING:
    from newsarchive.archive import Archive
    from newsarchive.archive.checks import Validators
    from newsarchive.archive.sections import Walked


def now() -> str:
    """This second, as all times of ours are written."""
    return clock.stamp(clock.now())


class Seen(NamedTuple):
    """What is known of the articles of a list.

    known: keys of those that need no fetch. met: of those that were met by the time up to which the
    list is known. newest: the latest day on which one of the known ones was published.
    """

    known: set[str]
    met: set[str]
    newest: str | None


class Frontier(Captures):
    """The part of a crawl's pen that knows lists.

    floor: later than anything that an earlier crawl knew; '' where there was none. patient: leave
    pages that failed alone until their next try.
    """

    floor = ""
    patient = False

    async def settle(self, link: str, state: str, *, day: str | None = None) -> None:
        """Record what became of an address; see the archive's `settle`."""

        def work(archive: Archive) -> None:
            again = None
            if state == "failed":
                again = schedule.next_try(now(), attempts=archive.attempts(link))
            elif state == "refused":
                again = schedule.next_doubt(now(), attempts=archive.attempts(link))
            archive.settle(link, state, day=day, next_try=again)

        await self._keeper.do(work)

    async def pending(self, since: str | None) -> list[tuple[str, str, str | None]]:
        """(key, url, section) of what an earlier crawl found and did not settle."""
        until = now() if self.patient else None
        return await self._keeper.do(
            lambda a: a.pending(self._slug, since=since, now=until, today=now())
        )

    async def look_up(self, links: list[Link], by: str) -> Seen:
        """What is known of the articles of a list; by: see `Seen.met`."""
        keys = [name for name, _ in links]

        def work(archive: Archive) -> Seen:
            known = archive.known(keys, now(), patient=self.patient)
            return Seen(known, archive.met(keys, by) if by else set(), archive.newest(known))

        return await self._keeper.do(work)

    async def all_known(self, digest: Callable[[str], str]) -> list[str]:
        """What `digest` makes of the key of each article that needs no fetch."""
        return await self._keeper.do(
            lambda archive: [digest(name) for name in archive.all_known(self._slug, now())]
        )

    async def take_over(self, links: list[Link], section: str | None) -> None:
        """Record that the crawl has these in hand, which another worker of it may have met."""

        def work(archive: Archive) -> None:
            archive.enqueue(self._slug, section, links, self._met())
            archive.lease(name for name, _ in links)

        await self._keeper.do(work)

    async def settle_elsewhere(self, link: str, how: str, *, day: str | None) -> None:
        """Record what became of an address that another worker asked, unless it is known here."""

        def work(archive: Archive) -> None:
            if archive.known([link], now()):
                return
            again = None
            if how in ("done", "known"):
                again = schedule.if_unmerged(now())
            elif how in ("failed", "lost"):
                again = schedule.next_try(now(), attempts=archive.attempts(link))
            elif how == "refused":
                again = schedule.next_doubt(now(), attempts=archive.attempts(link))
            state = {"known": "done", "lost": "failed", "forbidden": "found"}.get(how, how)
            archive.settle(link, state, day=day, next_try=again)

        await self._keeper.do(work)

    async def in_archive(self, work: Callable[[], None]) -> None:
        """Have `work` done in the archive's thread, before the next commit."""
        await self._keeper.do(lambda _: work())

    async def lease(self, links: list[Link]) -> None:
        """Record that the crawl has these in hand."""
        await self._keeper.do(lambda a: a.lease(name for name, _ in links))

    async def enqueue(self, section: str, links: list[Link], *, page: str | None = None) -> None:
        """Record links met in a section; page: the one down to which all of it is known now."""

        def work(archive: Archive) -> None:
            archive.enqueue(self._slug, section, links, self._met())
            if page is not None:
                archive.resume_section(self._slug, section, page, self._met())

        await self._keeper.do(work)

    def _met(self) -> str:
        """Now, but later than anything an earlier crawl knew: the same second proves nothing."""
        return max(now(), self.floor)

    async def section(self, section: str) -> Walked:
        """How far a section is known."""
        return await self._keeper.do(lambda a: a.section(self._slug, section))

    async def calls(self) -> list[Step]:
        """Lists of scripts that earlier crawls met on articles, which are not asked again."""
        names = await self._keeper.do(lambda a: a.sections(self._slug))
        return [step for step in map(Step.of_name, names) if step is not None]

    async def note(self, section: str) -> None:
        """Record that a section was met."""
        await self._keeper.do(lambda a: a.note_section(self._slug, section, now()))

    async def set_complete(self, section: str, *, newest: str | None) -> None:
        """Record that the section is known to its end; newest: the day of its latest article."""
        await self._keeper.do(
            lambda a: a.complete_section(self._slug, section, self._met(), newest=newest)
        )

    async def list_seen(self, url: str) -> str | None:
        """When a list, feed or sitemap was last answered."""
        return await self._keeper.do(lambda a: a.listing_seen(url))

    async def list_validators(self, url: str) -> Validators | None:
        """What a conditional request for a list may send; None where nothing proved itself."""
        etag, modified = await self._keeper.do(lambda a: a.list_validators(url))
        if not (etag or modified):
            return None
        from newsarchive.archive.checks import Validators

        return Validators(etag=etag, last_modified=modified)
