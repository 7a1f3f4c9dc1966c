"""Second looks at known articles: edits become versions, deletions are confirmed, and a site that
moved or broke is told from one that deleted much."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from newsarchive import clock
from newsarchive.crawl import trouble
from newsarchive.crawl.ledger import Ledger
from newsarchive.crawl.schedule import same_day
from newsarchive.crawl.targets import Target
from newsarchive.crawl.values import Answer, Ask, Counts
from newsarchive.model import Article, Reading
from newsarchive.urls import key

if TYPE_CHECKING:
    from newsarchive.archive.checks import Check

ALIKE = 10  # so many looks that fail alike, and more than half of all: the site, not the articles
HELD = 20  # changed articles that are held back until others have been looked at
UNCONDITIONAL = 5  # every so many looks take the page whatever the server says of it
_NOT_THERE = "the page says that it does not exist"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look came to.

    what: found; missing (deleted, if it is confirmed); failed (nothing is known of it). why: in
    words. alike: what it has in common with others that came to the same. moved: the address that
    it now answers at.
    """

    what: Literal["found", "missing", "failed"]
    why: str = ""
    alike: str = ""
    article: Article | None = None
    moved: str | None = None


class Rechecks:
    """The second looks of one crawl.

    read: reads a page for its article. pictures: requests for those pictures of an article that are
    wanted and not kept. is_list: whether an address is the home or a list. fail:
    reports one failure, and what it says of the site (one of trouble.KINDS), if anything.
    """

    def __init__(
        self,
        *,
        target: Target,
        mode: str,
        ledger: Ledger,
        counts: Counts,
        read: Callable[[Answer], Awaitable[Reading]],
        pictures: Callable[[int], Awaitable[list[Ask]]],
        is_list: Callable[[str], bool],
        fail: Callable[[str, str, str | None], None],
    ) -> None:
        self._target = target
        self._mode = mode
        self._ledger = ledger
        self._counts = counts
        self._read = read
        self._pictures = pictures
        self._is_list = is_list
        self._fail = fail
        self._left = 0
        self._looks = 0
        self._alike: Counter[str] = Counter()
        self._kinds: dict[str, str] = {}
        self._held: list[tuple[Ask, Answer, Look]] = []
        self._missing: list[tuple[Ask, Answer, Look]] = []
        self._failed: list[tuple[Ask, Answer | None, Look]] = []

    async def left_unread(self) -> None:
        """Read what earlier crawls looked at and died before they read it: versions that articles
        may not have any more."""
        read: list[tuple[Check, Answer, Article]] = []
        for check, answer in await self._ledger.left_unread():
            article = (await self._read(answer)).article
            if article is not None:
                read.append((check, answer, article))
        # As for looks that are held back: what several articles show is none of theirs.
        alike = Counter(title for title, _ in {(a.title, check.article) for check, _, a in read})
        for check, answer, article in read:
            if alike[article.title] < 2:
                await self._ledger.renew(check, self._read)
                outcome = await self._ledger.store_late(check, article, answer)
                self._counts.changed += outcome == "changed"

    async def asks(self) -> AsyncIterator[Ask]:
        """The pages to be looked at again."""
        if self._mode == "none":
            return
        checks = await self._ledger.due(everything=self._mode == "all")
        self._left = len(checks)
        for check in checks:
            validators = None
            if check.gone is None and (check.unchanged + 1) % UNCONDITIONAL:
                validators = await self._ledger.validators(check.url)
            yield Ask(
                kind="recheck", url=check.url, name=check.key, check=check, validators=validators
            )

    async def answered(self, ask: Ask, status: int, answer: Answer) -> list[Ask]:
        """Take in an answer, whatever its status; return what to ask next."""
        if status == 304 and answer.capture is not None:
            self._looked(ask, Look(what="found"))
            await self._ledger.sighted(_check(ask), answer)
            self._counts.unchanged += 1
        else:
            await self._take(ask, answer, await self._look(ask, status, answer))
        return await self._pictures(_check(ask).article) + await self._after()

    async def lost(self, ask: Ask, why: str, kind: str) -> list[Ask]:
        """No answer came; kind: what that says of the site. Return what to ask next."""
        look = Look(what="failed", why=why, alike=why)
        self._kinds[why] = kind
        self._looked(ask, look)
        self._failed.append((ask, None, look))
        return await self._after()

    async def _look(self, ask: Ask, status: int, answer: Answer) -> Look:
        if status in (404, 410):
            self._kinds[f"answered {status}"] = "moved"
            return Look(what="missing", why=f"answered {status}", alike=f"answered {status}")
        if not 200 <= status < 300 or status == 206:
            why = trouble.of_status(status)
            self._kinds[f"answered {status}"] = trouble.kind_of_status(status)
            return Look(what="failed", why=why, alike=f"answered {status}")
        elsewhere = self._elsewhere(ask, answer)
        leads = Look(
            what="missing", why=f"redirects to {answer.url}", alike=f"lead to {answer.url}"
        )
        if elsewhere and self._is_list(answer.url):
            return leads
        if answer.partial:
            why = "the connection ended before the page did"
            return Look(what="failed", why=why, alike=why)
        reading = await self._read(answer)
        article, why = reading.article, reading.reason or ""
        if article is None:
            if elsewhere and why.startswith("a listing"):
                return leads
            what: Literal["missing", "failed"] = "missing" if why == _NOT_THERE else "failed"
            return Look(what=what, why=f"is no article any more: {why}", alike=why)
        if elsewhere and not await self._ledger.is_same(_check(ask), article):
            return leads
        alike = f"show the page {article.title!r}"
        return Look(
            what="found", article=article, alike=alike, moved=answer.url if elsewhere else None
        )

    def _elsewhere(self, ask: Ask, answer: Answer) -> bool:
        """Whether the answer came from another page than the one asked."""
        return self._target.key(answer.url) not in (_check(ask).key, self._target.key(ask.url))

    async def _take(self, ask: Ask, answer: Answer, look: Look) -> None:
        self._looked(ask, look)
        if look.what == "missing":
            self._missing.append((ask, answer, look))
        elif look.what == "failed":
            self._failed.append((ask, answer, look))
        if look.article is None:
            return
        await self._ledger.renew(_check(ask), self._read)
        if await self._ledger.differs(_check(ask), look.article):
            # An error page that passes for an article is the same for all of them.
            self._held.append((ask, answer, look))
            if len(self._held) >= HELD:
                await self._store_held()
        else:
            await self._store(ask, answer, look)

    def _looked(self, ask: Ask, look: Look) -> None:
        self._counts.rechecked += not ask.confirms
        if _check(ask).gone is None and not ask.confirms:  # that it is still gone says nothing
            self._looks += 1
            if look.alike:
                self._alike[look.alike] += 1

    async def _store(self, ask: Ask, answer: Answer, look: Look) -> None:
        assert look.article is not None
        check = _check(ask)
        outcome = await self._ledger.store_again(check, look.article, answer, moved=look.moved)
        setattr(self._counts, outcome, getattr(self._counts, outcome) + 1)
        self._counts.returned += check.gone is not None

    async def _store_held(self, *, last: bool = False) -> None:
        """Store what changed into something that is its own."""
        held, self._held = self._held, []
        for ask, answer, look in held:
            if self._alike[look.alike] < 2:
                await self._store(ask, answer, look)
            elif not last:
                self._held.append((ask, answer, look))
            else:
                why = f"shows what {self._alike[look.alike]} articles show: {look.alike[14:]}"
                self._failed.append((ask, answer, replace(look, what="failed", why=why)))

    async def _after(self) -> list[Ask]:
        """What follows when the last look of a round is taken in, and stored."""
        self._left -= 1
        if self._left > 0:
            return []
        broken = self._broken()
        if broken is None and self._mode == "all" and self._unconfirmed():
            asks = [
                replace(ask, confirms=True, validators=None) for ask, _, _ in self._unconfirmed()
            ]
            self._missing = [m for m in self._missing if m[0].confirms or _check(m[0]).gone]
            self._left = len(asks)
            return asks
        await self._judge(broken)
        return []

    def _unconfirmed(self) -> list[tuple[Ask, Answer, Look]]:
        return [m for m in self._missing if not m[0].confirms and _check(m[0]).gone is None]

    def _broken(self) -> str | None:
        """What so many looks came to that it must be the site."""
        for alike, count in self._alike.most_common(1):
            if count >= ALIKE and count * 2 > self._looks:
                return alike
        return None

    async def end(self) -> None:
        """No further answer comes: take in what the looks came to so far."""
        if self._left > 0:
            self._left = 0
            await self._judge(self._broken())

    async def _judge(self, broken: str | None) -> None:
        if broken is not None:
            count = self._alike[broken]
            self._fail(
                self._target.start,
                f"{count} of {self._looks} known articles {broken}: the site has moved or broke; "
                "nothing is marked gone (look at it, and name its new address with --url)",
                "moved" if broken.startswith("lead to") else self._kinds.get(broken, "articles"),
            )
        await self._store_held(last=True)
        for ask, answer, look in self._missing:
            check = _check(ask)
            if broken is not None:
                await self._ledger.postpone(check)
                continue
            gone = check.gone is None and (ask.confirms or self._missed_before(check, answer))
            await self._ledger.missing(check, look.why, answer, gone=gone)
            self._counts.gone += gone
        for ask, failed, look in self._failed:
            if broken is None:
                self._fail(ask.url, look.why, None)
            await self._ledger.not_seen(_check(ask), look.why, failed)

    def _missed_before(self, check: Check, answer: Answer) -> bool:
        seen = clock.stamp(answer.fetched)
        return check.missed is not None and not same_day(check.missed, seen)


def _check(ask: Ask) -> Check:
    assert ask.check is not None
    return ask.check


def is_home(url: str, start: str) -> bool:
    """Whether an address is a portal's home."""
    return "/" not in key(url) or key(url) == key(start)
