"""What passes between the spider and its job: what to ask, what came back, what was counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

from newsarchive.crawl.section import Section
from newsarchive.model import Listing, Step, Tally

if TYPE_CHECKING:
    from newsarchive.archive.checks import Check, Validators
    from newsarchive.archive.warc import Exchange

# How an answer is kept: always; only if its links are others than last time; only if it is another.
Keeping = Literal["page", "list", "file"]
# What any worker of a shared crawl may ask for the others.
SHARED = ("article", "image")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a crawl was asked for; see the command.

    about: what the WARC files say of the crawl beside that.
    """

    since: str | None = None
    limit: int | None = None
    full: bool = False
    recheck: Literal["none", "due", "all"] = "none"
    keep_listings: Literal["changed", "all"] = "changed"
    images: bool = False
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ask:
    """One page that the crawl wants.

    name: the article's key, for articles. refreshed: a page sent the crawl here by its markup.
    step: the request, where the address alone does not make it. probe: it is asked for nothing
    but whether feeds and sitemaps know its articles already. kept: an earlier crawl may have kept
    its answer, and did not come to read it. check: the known article that is
    looked at again; confirms: for the second time; validators: on what condition its page is
    wanted. lease: its id among all workers of a shared crawl, when it is this one's to ask; calls:
    whether the lists that its scripts ask for are wanted, where the one who found it says.
    """

    kind: Literal["home", "list", "article", "feed", "sitemap", "recheck", "image"]
    url: str
    section: Section | None = None
    name: str = ""
    refreshed: bool = False
    step: Step | None = None
    probe: bool = False
    kept: bool = False
    check: Check | None = None
    confirms: bool = False
    validators: Validators | None = None
    lease: str = ""
    calls: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: content as it reads (its encoding undone), and the capture that keeps it.

    None where it waits (a list, until its links are known): `exchange` is what may be kept then.
    partial: the connection ended before the page did. refresh: the address to which the page's
    own markup sends a browser at once.
    """

    url: str
    content: bytes
    content_type: str | None
    capture: int | None
    fetched: datetime
    partial: bool = False
    refresh: str | None = None
    exchange: Exchange | None = None


@dataclass(slots=True, kw_only=True)
class Counts(Tally):
    """What a crawl counts. older: articles published before --since. withheld: those that were
    taken out of the archive while they were on their way; nobody is told of them.
    """

    older: int = 0
    withheld: int = 0


def sent(step: Step | None) -> dict[str, Any]:
    """Arguments of a Scrapy request: method, body and header of a form or call; none for a link."""
    if step is None:
        return {}
    headers = {"Content-Type": step.content_type} if step.content_type else None
    return {"method": step.method, "body": step.body, "headers": headers}


def keeping(ask: Ask | None) -> Keeping:
    """How the answer to a request is kept; None stands for robots.txt."""
    if ask is None or ask.kind in ("feed", "sitemap"):
        return "file"
    return "list" if ask.kind in ("home", "list") else "page"


def links_of(listing: Listing) -> str:
    """What tells the links of a list from those it had another time; their order does not."""
    links = {*listing.articles, *listing.sections, *listing.feeds, str(listing.next)}
    return sha256("\n".join(sorted(links)).encode("utf-8", "replace")).hexdigest()
