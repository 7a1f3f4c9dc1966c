"""What a site's walk decides: which links are articles, which page is next, when it ends. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from typing import TypedDict, Unpack

from newsarchive.crawl.section import Link, Section, address_of, page_name
from newsarchive.crawl.targets import Target
from newsarchive.model import Listing, Step
from newsarchive.urls import key, server_of

MAX_PAGES = 2000  # of one section: a calendar or a broken pager has no end
MAX_SECTIONS = 300
CHUNK = 50  # articles of a feed or sitemap that are asked at a time
PINNED = 3  # pages, the first one included, that may hold nothing but what is pinned to the top


class _Known(TypedDict, total=False):
    by: str
    newest: str | None
    resume: str | None
    alone: bool


class Walk:
    """The walk through one site. Knows no network and no archive: it is told what they hold."""

    def __init__(
        self,
        *,
        target: Target,
        allowed: Collection[tuple[str, int]],
        since: str | None = None,
        limit: int | None = None,
        full: bool = False,
    ) -> None:
        self._target = target
        self._allowed = allowed
        self._since = since
        self._left = limit
        self._full = full
        self.sections: dict[str, Section] = {}
        self.asked: set[str] = set()
        self.elsewhere: set[str] = set()  # keys of sections that another worker walks
        self.met = 0
        self._known: set[str] = set()

    def may_ask(self, url: str) -> bool:
        """Whether the address is on a host of this crawl and not excluded by the site's rules."""
        try:
            return server_of(url) in self._allowed and not self._target.skips(url)
        except ValueError:
            return False

    @property
    def known(self) -> int:
        """How many of the articles met were known before this crawl."""
        return len(self._known)

    @property
    def named(self) -> int:
        """How many articles the lists named, each once."""
        return len(set[str]().union(*(section.seen for section in self.sections.values())))

    def allow(self, articles: int) -> None:
        """Let the crawl ask for no more than so many further articles."""
        self._left = max(0, articles)

    @property
    def limited(self) -> bool:
        """Whether --limit allows no further article."""
        return self._left == 0

    def new_sections(self, urls: Iterable[str], *, here: str = "") -> list[str]:
        """Those addresses that are lists of this site and not walked yet, each once.

        here: the page that links to them, which is none of its own sections.
        """
        found: dict[str, str] = {}
        been = {*self.sections, key(here)}
        for url in urls:
            name = key(url)
            if name in been or name in found or not self.may_ask(url):
                continue
            if self._target.is_article(url) is not True:
                found[name] = url
        return list(found.values())[: MAX_SECTIONS - len(self.sections)]

    def open(
        self, url: str, *, complete: bool, step: Step | None = None, **more: Unpack[_Known]
    ) -> Section:
        """Begin a section; `more` as in `Section`.

        step: the request for its first page, where that is no plain address.
        """
        section = Section(url=url, complete=complete, **more)
        self.sections[step.name if step is not None else key(url)] = section
        return section

    def new_calls(self, calls: Iterable[Step]) -> list[Step]:
        """Those lists of scripts that may be asked and are not walked yet."""
        found = [c for c in calls if c.name not in self.sections and self.may_ask(c.url)]
        return found[: MAX_SECTIONS - len(self.sections)]

    def links(self, listing: Listing) -> list[Link]:
        """The articles that a page lists, by the site's rule where there is one, each once."""
        found: dict[str, str] = {}
        for url in dict.fromkeys((*listing.articles, *listing.sections)):
            rule = self._target.is_article(url)
            if rule is False or (rule is None and url not in listing.articles):
                continue
            name = self._target.key(url)
            if (rule or not self.is_section(url)) and self.may_ask(url):
                found.setdefault(name, url)
        return list(found.items())

    def is_section(self, url: str) -> bool:
        """Whether the address is one of the sections met so far."""
        name = key(url)  # told apart by all of their query
        return name in self.sections or name in self.elsewhere

    def is_article(self, url: str) -> bool | None:
        """What the site's rules say of an address; None where they say nothing."""
        return self._target.is_article(url)

    def name(self, url: str) -> str:
        """The identity of the article at an address."""
        return self._target.key(url)

    def turn(
        self,
        section: Section,
        here: str,
        links: list[Link],
        following: str | Step | None,
        known: Collection[str],
        met: Collection[str] = (),
    ) -> list[Link]:
        """Take in one page of a section; return its articles that nobody asked for yet.

        here: the page's address, or the name of the step that led to it. links: what `links` said
        of it. following: the next page, as it says. known: keys of articles that need no fetch;
        met: of those that were met by the time `section.by`. Sets `section.next`, or ends the
        section.
        """
        keys = {name for name, _ in links}
        repeats = page_name(here) in section.been or (bool(keys) and keys <= section.seen)
        section.pages += 1
        section.been.add(page_name(here))
        fresh = [link for link in links if link[0] not in known and link[0] not in self.asked]
        self.met += len(keys - section.seen)
        self._known.update(k for k in keys if k in known and k not in self.asked)
        section.seen |= keys
        section.next = following if following and self.may_ask(address_of(following)) else None
        last = section.next is None or page_name(section.next) in section.been
        # What a crawl met that did not come to its end says nothing about the pages behind.
        all_met = bool(keys) and all(k in met for k in keys)
        section.gap = last and section.complete and bool(keys) and not any(k in met for k in keys)
        if section.jumped is not None:
            self._joined(section, last=last, joins=any(k in met for k in keys))
        elif repeats or last or (all_met and self._enough(section)):
            section.whole, section.next = True, None
        elif all_met and self._may_jump(section):
            section.jumped, section.next, section.resume = section.next, section.resume, None
        elif section.pages >= MAX_PAGES:
            section.cut, section.next = True, None
        section.page = {name for name, _ in fresh}
        section.answered = section.older = 0
        return fresh

    def _enough(self, section: Section) -> bool:
        """Whether a page on which all is known ends the section: unless what it shows is pinned
        there, and the latest known article stands behind it."""
        if not section.complete or self._full:
            return False
        pinned = section.newest and section.top and section.top < section.newest
        return not pinned or section.pages >= PINNED

    def _may_jump(self, section: Section) -> bool:
        return (
            section.resume is not None
            and not self._full
            and self.may_ask(section.resume)
            and page_name(section.resume) not in section.been
        )

    def _joined(self, section: Section, *, last: bool, joins: bool) -> None:
        """The page down to which all was known came: go on there if it still joins on."""
        if not joins:
            section.next = section.jumped
        elif last:
            section.whole, section.next = True, None
        section.jumped = None

    def dated(self, section: Section | None, day: str | None) -> None:
        """An article of the section was published on this day."""
        if section is not None and day is not None:
            section.top = max(section.top or day, day)

    def take(self, section: Section | None, links: list[Link]) -> list[Link]:
        """Those of `links` that --limit still lets this crawl ask for, now counted as asked."""
        taken = [link for link in links if link[0] not in self.asked]
        if self._left is not None:
            taken, left = taken[: self._left], taken[self._left :]
            self._left -= len(taken)
            if left and section is not None:
                section.cut = True
        self.asked.update(name for name, _ in taken)
        if section is not None:
            section.waiting.update(name for name, _ in taken)
            section.page &= section.waiting
        return taken

    def settle(self, section: Section | None, name: str, *, older: bool = False) -> None:
        """An article was answered; older: it was published before --since."""
        if section is None:
            return
        section.waiting.discard(name)
        if name in section.page:
            section.page.discard(name)
            section.answered += 1
            section.older += older

    def probe(self, section: Section, covered: AbstractSet[str]) -> str | None:
        """The last page of a section whose first one feeds and sitemaps cover, to be asked once.

        If they cover that too the pages between need not be asked.
        """
        last, section.last = section.last, None
        if last is None or section.pages != 1 or section.next is None or self._full:
            return None
        if self._since is not None or not (section.seen and section.seen <= covered):
            return None
        if not self.may_ask(last):
            return None
        section.held, section.next = section.next, None
        return last

    def probed(self, section: Section, links: list[Link], covered: AbstractSet[str]) -> None:
        """Take in that last page: ends the section where feeds and sitemaps hold all of it.

        Without links (it could not be had) the section is walked.
        """
        keys = {name for name, _ in links}
        if keys and keys <= covered:
            section.whole = True
        else:
            section.next = section.held
        section.held = None

    def next_links(self, section: Section) -> list[Link]:
        """The next articles of a feed or sitemap if their time has come; ends it with the last."""
        if self._since is not None:
            if section.page:
                return []
            if section.answered and section.answered == section.older:
                section.cut, section.rest = True, []
        elif len(section.waiting) >= CHUNK // 2:
            return []
        if self.limited and section.rest:
            section.cut, section.rest = True, []
        taken, section.rest = section.rest[:CHUNK], section.rest[CHUNK:]
        section.whole = not section.rest
        return taken

    def listed(self, section: Section, links: list[Link], known: Collection[str]) -> list[Link]:
        """Count articles of a feed or sitemap; return those that need to be asked."""
        keys = {name for name, _ in links}
        self.met += len(keys - section.seen)
        section.seen |= keys
        self._known.update(k for k in keys if k in known and k not in self.asked)
        fresh = [link for link in links if link[0] not in known and link[0] not in self.asked]
        section.page = {name for name, _ in fresh}
        section.answered = section.older = 0
        return fresh

    def next_page(self, section: Section) -> str | Step | None:
        """The next page of the section if its time has come, handed out once."""
        if section.next is None:
            return None
        if self.limited:
            section.cut, section.next = True, None
        elif self._since is not None:
            if section.page:
                return None  # the dates of this page's articles decide
            if section.answered and section.answered == section.older:
                section.cut, section.next = True, None
        url, section.next = section.next, None
        return url

    def fail(self, section: Section) -> None:
        """A page of the section could not be had: its end is not known."""
        section.cut, section.whole, section.next = True, False, None
