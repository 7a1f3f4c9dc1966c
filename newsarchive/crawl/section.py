"""One list of articles, as a walk knows it, and what names its pages. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from newsarchive.model import Step
from newsarchive.urls import key

Link = tuple[str, str]  # (key, url) of an article


@dataclass(slots=True, kw_only=True, eq=False)
class Section:
    """One list of articles and how far it was walked.

    complete: known to its end by an earlier crawl. by: until when what was met proves that (of one
    not complete: that all down to the page `resume` is known). newest: the latest day on which an
    article of it was published, as an earlier crawl saw it; top: as this one did. jumped: the page
    from which the walk went to `resume`, to come back to if that does not join on. gap: what was
    met earlier has not been reached, and nothing leads on.
    whole: this walk reached its end. cut: it was ended early, by --since, --limit, a budget, a
    failure or MAX_PAGES. waiting: keys of articles found here
    that are not answered yet; page: those of the latest page. rest: articles of a feed or sitemap
    that are still to be asked. last: the address of its last page, as the first one links it;
    held: the next page, kept back while the last one is looked at. scripted: whether only a script
    leads to its further pages. searched: articles of it in whose scripts a longer list was looked
    for.
    """

    url: str
    complete: bool
    by: str = ""
    newest: str | None = None
    resume: str | None = None
    alone: bool = False
    pages: int = 0
    top: str | None = None
    jumped: str | Step | None = None
    gap: bool = False
    whole: bool = False
    cut: bool = False
    next: str | Step | None = None
    rest: list[Link] = field(default_factory=list)
    held: str | Step | None = None
    last: str | None = None
    scripted: bool = False
    searched: int = 0
    seen: set[str] = field(default_factory=set)
    been: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    page: set[str] = field(default_factory=set)
    answered: int = 0
    older: int = 0

    @property
    def done(self) -> bool:
        """Whether it can be recorded as known to its end: all of it walked, every article asked."""
        return self.whole and not self.cut and not self.waiting


def address_of(page: str | Step) -> str:
    """The address that is asked for a page."""
    return page.url if isinstance(page, Step) else page


def page_name(page: str | Step) -> str:
    """What tells a page of a section from its others."""
    if isinstance(page, Step):
        return page.name
    return page if "#" in page else key(page)
