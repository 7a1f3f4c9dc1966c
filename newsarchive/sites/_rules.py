"""The vocabulary of a site file: Site and Layout, frozen values that refuse what is wrong in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from urllib.parse import urlsplit

from newsarchive.errors import SiteError

EVIDENCE = ("seen", "read", "guessed")
FAMILIES = (
    "mojoportal", "nukeviet", "sharepoint", "liferay", "dnn", "vnptportal", "vhv", "wordpress",
    "joomla", "drupal", "thaibinh-jsp", "3cms", "cand", "aspnet", "baochi",
)  # fmt: skip
_SLUG = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
_HOST = re.compile(r"^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the fields stand in one period of a site's design: CSS selectors, all optional but two.

    name: goes into `origins` as 'layout:<name>'. detect: the layout holds for a page where this
    selector matches. drop: what to leave out of the body container.
    """

    name: str
    detect: str
    title: str | None = None
    published: str | None = None
    lead: str | None = None
    byline: str | None = None
    source: str | None = None
    body: str | None = None
    section: str | None = None
    tags: str | None = None
    drop: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        from lxml.cssselect import CSSSelector
        from lxml.etree import ParseError

        for spec in fields(self):
            value = getattr(self, spec.name)
            if spec.name == "name":
                if not value:
                    raise SiteError("a layout needs a name")
                continue
            for selector in value if isinstance(value, tuple) else (value,):
                if selector is None:
                    continue
                try:
                    CSSSelector(selector, translator="html")
                except (SyntaxError, ParseError) as error:
                    raise SiteError(
                        f"layout {self.name!r}: {spec.name}={selector!r} is no CSS selector: {error}"
                    ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One portal: what is known of it, and how far that is proven.

    slug: ASCII name of the site everywhere (file, spider, fixture). province: as it was when the
    portal was made; province_2025: since 1 July 2025. hosts: current first, former after. home:
    address where a crawl starts. sections: addresses or paths of the news sections; empty means
    that they are found on the home page. article: regular expression that the path (and query) of
    an article's address matches in full; None means unknown. id_params: query parameters that
    identify an article. skip: regular expressions of paths that are never asked. family: CMS
    family, None if unknown. layouts: newest first. evidence: 'seen' (a real page is in the
    tests), 'read' (host and CMS read in public source), 'guessed'. active: whether the portal is
    expected to answer. successor: slug of the site that took over. note: what a user must know.
    """

    slug: str
    name: str
    province: str | None
    province_2025: str | None
    hosts: tuple[str, ...]
    evidence: str
    home: str = ""
    sections: tuple[str, ...] = ()
    article: str | None = None
    id_params: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    family: str | None = None
    layouts: tuple[Layout, ...] = ()
    active: bool = True
    successor: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        if not _SLUG.match(self.slug):
            self._refuse(f"slug={self.slug!r} is not lower-case ASCII words joined by '-'")
        if not self.name:
            self._refuse("name is empty")
        if self.evidence not in EVIDENCE:
            self._refuse(f"evidence={self.evidence!r} is none of {', '.join(EVIDENCE)}")
        if self.family is not None and self.family not in FAMILIES:
            self._refuse(f"family={self.family!r} is none of {', '.join(FAMILIES)}")
        if not self.hosts:
            self._refuse("hosts is empty")
        for host in self.hosts:
            if not _HOST.match(host):
                self._refuse(f"hosts: {host!r} is no host name (no scheme, port or path)")
        if len(set(self.hosts)) != len(self.hosts):
            self._refuse("hosts names one host twice")
        if not self.home:
            object.__setattr__(self, "home", f"https://{self.hosts[0]}/")
        for address in (self.home, *(s for s in self.sections if "://" in s)):
            if urlsplit(address).hostname not in self.hosts:
                self._refuse(f"{address!r} is not on one of its hosts")
        for section in self.sections:
            if "://" not in section and not section.startswith("/"):
                self._refuse(f"sections: {section!r} is neither an address nor a path")
        if self.slug == self.successor:
            self._refuse("it cannot succeed itself")
        for pattern in (self.article, *self.skip):
            try:
                re.compile(pattern or "")
            except re.error as error:
                self._refuse(f"{pattern!r} is no regular expression: {error}")

    def _refuse(self, what: str) -> None:
        raise SiteError(f"site {self.slug!r}: {what}")
