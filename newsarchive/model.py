"""The values that travel the road of a page: Article, Image, Capture, Problem. All frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture of the article itself.

    url: absolute where the page's own address is known; None in a text dump. caption: as printed,
    without the credit.
    credit: photographer or agency, without the word for 'photo'.
    """

    url: str | None = None
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something a reader of the archive should know: which field, and what about it."""

    field: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as read from one page. All text is NFC with whitespace collapsed.

    url: the page's canonical address, or the one it was read under; None if unknown.
    site: slug of the registered site whose host it is; None otherwise.
    published, modified: ISO 8601 in Vietnam's time ('2022-08-22T10:11:00+07:00'), or a day
        ('2022-08-22') when the page gives no time.
    published_text: the date as printed on the page.
    section: the deepest section named on the page.
    lead: the summary that opens the story (sapo).
    byline: names of the authors as printed, or the unit that wrote it.
    source: the outlet the story was taken from, if another one.
    paragraphs: body text in reading order, sub-headings and list items included.
    origins: field name -> where its value came from ('near-title', 'json-ld', 'layout:2021').
    problems: what was doubtful in reading; not part of the JSON.
    """

    title: str
    url: str | None = None
    site: str | None = None
    published: str | None = None
    published_text: str | None = None
    modified: str | None = None
    section: str | None = None
    lead: str | None = None
    byline: str | None = None
    source: str | None = None
    paragraphs: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    tags: tuple[str, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The article as `newsarchive parse` prints it: plain JSON values, missing is null."""
        return {
            "url": self.url,
            "site": self.site,
            "title": self.title,
            "published": self.published,
            "published_text": self.published_text,
            "modified": self.modified,
            "section": self.section,
            "lead": self.lead,
            "byline": self.byline,
            "source": self.source,
            "paragraphs": list(self.paragraphs),
            "images": [
                {"url": i.url, "caption": i.caption, "credit": i.credit} for i in self.images
            ],
            "tags": list(self.tags),
            "origins": dict(self.origins),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One response as it was kept: where its bytes lie and how they came here.

    record_id: of the WARC record ('<urn:uuid:...>'). fetched: UTC, ISO 8601 with Z.
    digest: 'sha256:' + hex of the body with its content encoding undone.
    warc: file name (no folder); offset, length: bytes of the gzip member in it.
    via: live, import, wayback or commoncrawl. archive_url: where a web archive holds it.
    crawl: id of the crawl that fetched it.
    """

    record_id: str
    site: str
    url: str
    fetched: str
    status: int
    digest: str
    warc: str
    offset: int
    length: int
    etag: str | None = None
    last_modified: str | None = None
    via: str = "live"
    archive_url: str | None = None
    crawl: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A request for a page of a list that no link leads to: a form sent, a call of a script.

    body, content_type: of a POST; content_type is the header's value.
    """

    url: str
    method: str = "GET"
    body: bytes = b""
    content_type: str = ""

    @property
    def name(self) -> str:
        """What tells this request from others; short, for the state of an ASP.NET page is not."""
        if not self.body:
            return self.url
        if len(self.body) > 300:
            return f"{self.url}#{sha256(self.body).hexdigest()}"
        return f"{self.url}#{self.body.decode('utf-8', 'replace')}"

    @classmethod
    def of_name(cls, name: str) -> Step | None:
        """The call of a script that bears this name; None for a plain address or a long form."""
        url, _, body = name.partition("#")
        if "=" not in body and not body.startswith("{"):
            return None
        kind = "json; charset=utf-8" if body.startswith("{") else "x-www-form-urlencoded"
        return cls(url=url, method="POST", body=body.encode(), content_type=f"application/{kind}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a page links to, as a crawl needs it; all addresses absolute.

    articles: of the main list, in order, each once; titles: as it prints them, one for each of
    these or none at all, '' where it prints none. next: the following page of the list.
    step: the request for the following page where no link leads there. scripted: whether there
    are further pages that only a script opens. pages: other numbered pages of the same list.
    sections: links of the site's menus. feeds: RSS and Atom that the page names. calls: lists
    that its scripts ask for.
    """

    articles: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    next: str | None = None
    step: Step | None = None
    scripted: bool = False
    pages: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    calls: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that one page told: an article, or the reason why it is none, and its links."""

    article: Article | None
    reason: str | None
    listing: Listing


@dataclass(slots=True, kw_only=True)
class Tally:
    """What one crawl of a site counted.

    lists: pages of lists that came; listed: articles that lists and feeds named; known: those of
    them that needed no fetch. new: articles met for the first time; fresh: those of them published
    since two days before the crawl before this one. refused: pages expected to be articles
    that are none. trouble: what is wrong with the whole site, one word of crawl.trouble's KINDS,
    and why in words. fields: of the fresh articles, how many there were ('articles'), how many had
    each field (published, lead, byline, section, image, caption), the characters of their bodies,
    how many were compared with the title under which a list names them, and how many agreed.
    """

    requested: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    failed: int = 0
    lists: int = 0
    listed: int = 0
    known: int = 0
    fresh: int = 0
    refused: int = 0
    forbidden: int = 0
    gone: int = 0
    returned: int = 0
    rechecked: int = 0
    trouble: str | None = None
    why: str | None = None
    fields: dict[str, int] = field(default_factory=dict)
