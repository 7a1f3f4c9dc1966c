"""What one site's crawl writes into the archive: each change whole, in the archive's own thread."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from newsarchive import clock
from newsarchive.archive.readings import change_of, reading_of
from newsarchive.archive.rereading import Rereading
from newsarchive.crawl import schedule
from newsarchive.crawl.captures import PARSER
from newsarchive.crawl.frontier import Frontier, now
from newsarchive.crawl.keeper import Keeper
from newsarchive.crawl.targets import Target
from newsarchive.crawl.values import Answer, Counts, Options
from newsarchive.errors import Busy
from newsarchive.model import Article, Reading

if TYPE_CHECKING:
    from newsarchive.archive import Archive
    from newsarchive.archive.checks import Check, Validators
    from newsarchive.archive.store import Outcome


MOST_DUE = 5000  # looks at known articles in one run; what is left is for the next


class Ledger(Frontier):
    """The pen of one crawl. Making one opens the crawl's row; raises ArchiveError, or Busy where
    another process crawls the site.

    crawl: id of that row. named: what a user of this archive once named for the site. before: when
    the crawl before this one began; of the first one, this.
    """

    def __init__(self, *, target: Target, options: Options, keeper: Keeper) -> None:
        super().__init__(slug=target.slug, options=options, keeper=keeper)
        self._target = target
        self.patient = options.recheck == "due"
        assert keeper.locks is not None
        if not keeper.locks.take(target.slug):
            raise Busy(
                f"{target.slug}: another newsarchive crawls it into this archive; wait for its end"
            )
        self.before = now()
        self._left_unread: list[tuple[Check, int]] = []
        self.named, self.crawl = keeper.do_now(self._begin)

    def _begin(self, archive: Archive) -> tuple[set[tuple[str, int]], int]:
        target = self._target
        archive.abandon_crawls(target.slug)
        if target.site is not None:
            archive.register_site(target.site)
        else:
            archive.register_portal(target.slug, target.start)
        for server in target.own():
            archive.name_host(target.slug, *server)
        self._rhythms = archive.rhythms(target.slug)
        self.before = archive.latest_crawl(target.slug) or self.before
        self._left_unread = archive.left_unread(target.slug)
        if last := archive.walked(target.slug):
            self.floor = clock.stamp(clock.instant(last) + timedelta(seconds=1))
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
            seen = clock.stamp(answer.fetched)
            outcome = self._store(archive, article, answer, key=key, url=url)
            if answer.partial:
                what = "the connection ended before the page did"
                archive.add_problem(capture=capture, field="page", what=what, seen=seen)
            archive.settle(link, "done")
            day = article.published[:10] if article.published else None
            rhythm = self._rhythms.get(schedule.age_of(seen, born=day or seen))
            archive.schedule(key, schedule.next_look(seen, born=day or seen, rhythm=rhythm))
            return outcome

        return await self._keeper.do(work)

    async def refuse(self, answer: Answer, *, link: str, why: str) -> None:
        """Record that a page expected to be an article is none."""

        def work(archive: Archive) -> None:
            archive.add_problem(capture=answer.capture, field="page", what=why, seen=now())
            again = schedule.next_doubt(now(), attempts=archive.attempts(link))
            archive.settle(link, "refused", next_try=again)

        await self._keeper.do(work)

    async def problem(self, answer: Answer, why: str) -> None:
        """Record what is wrong with a page."""
        capture = await self.keep_list(answer)
        await self._keeper.do(
            lambda a: a.add_problem(capture=capture, field="page", what=why, seen=now())
        )

    async def due(self, *, everything: bool) -> list[Check]:
        """Known articles to be looked at again: all of them, or those whose time has come."""
        until = None if everything else now()
        return await self._keeper.do(lambda a: a.due(self._slug, until, MOST_DUE))

    async def left_unread(self) -> list[tuple[Check, Answer]]:
        """Whole pages of known articles that earlier crawls kept, and died before reading them."""
        left, self._left_unread = self._left_unread, []
        found = [(check, await self.of_capture(capture)) for check, capture in left]
        return [(check, page) for check, page in found if page is not None and not page.partial]

    async def validators(self, url: str) -> Validators:
        """What a conditional request for this address may send."""
        return await self._keeper.do(lambda a: a.validators(url))

    async def differs(self, check: Check, article: Article) -> bool:
        """Whether what was read is another version than the latest."""
        return await self._keeper.do(lambda a: a.differs(check.article, article, PARSER))

    async def renew(self, check: Check, read: Callable[[Answer], Awaitable[Reading]]) -> None:
        """Read again, with today's reader, what another one made of the latest look.

        Otherwise what a better reader sees would look like an edit.
        """
        if check.parser == PARSER:
            return
        told = await self._keeper.do(lambda a: Rereading.of(a).told(check.article))
        if told is None or not told.looks:
            return
        look = told.looks[-1]
        answer = await self.of_capture(look.capture)
        reading = await read(answer) if answer is not None else None
        if reading is None or reading.article is None:
            return
        change = change_of(told, {look.digest: reading_of(reading.article, PARSER)})
        await self._keeper.do(lambda a: Rereading.of(a).put(told, change, now()))

    async def is_same(self, check: Check, article: Article) -> bool:
        """Whether what another address shows is this article: by its title or its text."""
        return await self._keeper.do(lambda a: a.is_same(check.article, article))

    async def sighted(self, check: Check, answer: Answer) -> None:
        """Record that the server said of an article that it has not changed."""
        seen = clock.stamp(answer.fetched)
        capture = answer.capture
        assert capture is not None

        def work(archive: Archive) -> None:
            archive.sight(check.article, capture=capture, seen=seen)
            self._found(archive, check, seen, changed=False)

        await self._keeper.do(work)

    async def store_late(self, check: Check, article: Article, answer: Answer) -> Outcome:
        """Store what an article said at a look that its crawl did not live to read."""
        return await self._keeper.do(
            lambda archive: self._store(archive, article, answer, key=check.key, url=check.url)
        )

    def _store(
        self, archive: Archive, article: Article, answer: Answer, *, key: str, url: str
    ) -> Outcome:
        assert answer.capture is not None
        return archive.store(
            article,
            site=self._slug,
            key=key,
            url=url,
            capture=answer.capture,
            seen=clock.stamp(answer.fetched),
            parser=PARSER,
        )

    async def store_again(
        self, check: Check, article: Article, answer: Answer, *, moved: str | None
    ) -> Outcome:
        """Store what a known article says now; moved: the address at which it says so."""
        seen = clock.stamp(answer.fetched)
        capture = answer.capture
        assert capture is not None

        def work(archive: Archive) -> Outcome:
            if moved is not None:
                new = self._target.key(moved)
                archive.moved(check.article, key=new, url=moved, seen=seen, capture=capture)
            outcome = self._store(archive, article, answer, key=check.key, url=check.url)
            self._found(archive, check, seen, changed=outcome == "changed")
            return outcome

        return await self._keeper.do(work)

    def _found(self, archive: Archive, check: Check, seen: str, *, changed: bool) -> None:
        born = check.published or check.first_seen
        unchanged = 0 if changed else check.unchanged + 1
        age = schedule.age_of(seen, born=born)
        rhythm = self._rhythms.get(age)
        due = schedule.next_look(seen, born=born, unchanged=unchanged, rhythm=rhythm)
        archive.checked(check.article, seen=seen, due=due, changed=changed)
        days = schedule.days_between(check.checked or check.first_seen, seen)
        archive.count_look(self._slug, age, days=days, changed=changed)

    async def missing(self, check: Check, how: str, answer: Answer, *, gone: bool) -> None:
        """Record that a look did not find an article.

        gone: whether that confirms an earlier one.
        """
        seen = clock.stamp(answer.fetched)
        due = schedule.after_miss(seen, gone=gone or check.gone is not None)

        def work(archive: Archive) -> None:
            if check.gone is not None:
                archive.postpone([check.article], due)
            else:
                archive.miss(
                    check.article, how=how, seen=seen, due=due, capture=answer.capture, gone=gone
                )

        await self._keeper.do(work)

    async def postpone(self, check: Check) -> None:
        """Look at an article another day."""
        due = schedule.after_miss(now())
        await self._keeper.do(lambda a: a.postpone([check.article], due))

    async def not_seen(self, check: Check, why: str, answer: Answer | None) -> None:
        """Record a look that told nothing of its article."""
        capture = answer.capture if answer is not None else None
        due = schedule.after_miss(now())

        def work(archive: Archive) -> None:
            archive.postpone([check.article], due)
            if capture is not None:
                archive.add_problem(capture=capture, field="page", what=why, seen=now())

        await self._keeper.do(work)

    async def pictures_of(self, article: int) -> set[str]:
        """The addresses of an article's pictures."""
        return await self._keeper.do(lambda a: a.pictures_of(article))

    async def picture_lost(self, url: str, why: str, *, soon: bool) -> None:
        """Record that an address gave no picture, so that it is asked again: with its articles,
        which are looked at soon, or when they are due."""
        due = schedule.after_miss(now())

        def work(archive: Archive) -> None:
            if (capture := archive.latest_capture(url)) is not None:
                place = archive.place(capture)
                # A redirect that led to none would pass for one.
                if place and place.status < 400 and not archive.came_to_nothing(capture):
                    archive.add_problem(capture=capture, field="page", what=why, seen=now())
            if soon:
                archive.look_by(url, due)

        await self._keeper.do(work)

    async def lacking(self, urls: list[str]) -> list[str]:
        """Those of these addresses of which no whole picture is kept."""
        kept = await self._keeper.do(lambda archive: archive.pictured(urls))
        return [url for url in urls if url not in kept]

    async def end(self, counts: Counts, outcome: str) -> None:
        """Close the WARC file and the crawl's row, while others go on."""
        # A file that has its final name is not searched for captures that a dead crawl left.
        await self._keeper.commit()
        await self._keeper.do(lambda archive: self._close(archive, counts, outcome))

    def finish(self, counts: Counts, outcome: str) -> None:
        """The same from outside the event loop."""
        self._keeper.do_now(lambda archive: self._close(archive, counts, outcome))

    def _close(self, archive: Archive, counts: Counts, outcome: str) -> None:
        self._warc.close()
        archive.end_crawl(self.crawl, counts, finished=now(), outcome=outcome)
