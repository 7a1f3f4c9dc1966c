"""The vocabulary of a site file: Site and Layout, values that refuse what is wrong in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import NoReturn
from urllib.parse import urlsplit

from newsarchive.errors import SiteError
from newsarchive.sites._patterns import fault
from newsarchive.sites._platforms import NAMES as FAMILIES
from newsarchive.text import clean
from newsarchive.urls import DEFAULT_PORTS

EVIDENCE = ("seen", "read", "guessed")
_PAGED = re.compile(r"[?&]page_?(?:index|number|no|num)=[01](?:&|$)", re.IGNORECASE)
TLS = ("legacy",)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HOST = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")


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
        if not self.name:
            raise SiteError("layout: name is empty")
        if not isinstance(self.drop, tuple):
            raise SiteError(f"layout {self.name!r}: drop={self.drop!r} is no tuple of selectors")
        for spec in fields(self):
            value = getattr(self, spec.name)
            if spec.name == "name" or value is None:
                continue
            for selector in value if spec.name == "drop" else (value,):
                if fault := _selector_fault(selector):
                    where = f"layout {self.name!r}: {spec.name}={selector!r}"
                    raise SiteError(f"{where} is no CSS selector: {fault}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Lists of articles in JSON that a portal's scripts ask for.

    url: address or path with the number of the first page in its query (PageIndex=1) and '{list}'
    where the name of a list stands. lists: those names.
    """

    url: str
    lists: tuple[str, ...]

    def __post_init__(self) -> None:
        if "{list}" not in self.url or not _PAGED.search(self.url):
            raise SiteError(f"calls: url={self.url!r} names no {{list}} or no page (PageIndex=1)")
        if not isinstance(self.lists, tuple) or not all(
            isinstance(name, str) and name for name in self.lists
        ):
            raise SiteError(f"calls: lists={self.lists!r} is no tuple of strings")

    def addresses(self) -> tuple[str, ...]:
        """The address, or path, of each list's first page."""
        return tuple(self.url.replace("{list}", name) for name in self.lists)


def _selector_fault(selector: object) -> str | None:
    """What is wrong with a CSS selector, None if nothing."""
    from lxml.cssselect import CSSSelector
    from lxml.etree import Element, LxmlError

    if not isinstance(selector, str):
        return "not a string"
    try:
        CSSSelector(selector, translator="html")(Element("html"))  # a|b fails only when it is used
    except (SyntaxError, LxmlError) as error:
        return clean(str(error))  # it quotes what it does not understand
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One portal: what is known of it, and how far that is proven.

    slug: ASCII name of the site everywhere (file, spider, fixture). province: as it was when the
    portal was made; province_2025: since 1 July 2025. hosts: current first, former after. home:
    address where a crawl starts. sections: addresses or paths of the news sections; empty means
    that they are found on the home page. article: regular expression that the path (and query) of
    an article's address matches in full; None means unknown. id_params: query parameters that
    identify an article. skip: regular expressions searched in the path (and query) of an address;
    where one matches, the address is never asked. family: CMS family, None if unknown. calls:
    lists that the portal's own scripts ask for. tls: 'legacy' for a server that speaks only what
    browsers gave up (TLS 1.0, short keys). browser: whether only a browser shows its pages.
    layouts: newest first. evidence: 'seen' (a real page is in the tests), 'read' (the host, and
    what else is given, read in public source), 'guessed'. active: whether the portal is expected
    to answer. successor: slug of the site that took over. note: what a user must know.
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
    calls: Calls | None = None
    tls: str | None = None
    browser: bool = False
    layouts: tuple[Layout, ...] = ()
    active: bool = True
    successor: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        if not self.home and self.hosts and isinstance(self.hosts, tuple):
            object.__setattr__(self, "home", f"https://{self.hosts[0]}/")
        self._check_tuples()
        self._check_words()
        self._check_addresses()
        self._check_patterns()

    def _check_tuples(self) -> None:
        # ("a.vn") is a string, and a string is a sequence of letters: the commonest slip of all.
        for name in ("hosts", "sections", "id_params", "skip"):
            value = getattr(self, name)
            if not isinstance(value, tuple) or not all(isinstance(v, str) and v for v in value):
                self._refuse(f"{name}={value!r} is no tuple of strings")
            if len(set(value)) != len(value):
                self._refuse(f"{name}={value!r} holds one value twice")
        if not isinstance(self.layouts, tuple) or not all(
            isinstance(layout, Layout) for layout in self.layouts
        ):
            self._refuse("layouts is no tuple of Layout")
        names = [layout.name for layout in self.layouts]
        if len(set(names)) != len(names):
            self._refuse(f"layouts: two of them have one name in {names}")

    def _check_words(self) -> None:
        if not _SLUG.fullmatch(self.slug):
            self._refuse(f"slug={self.slug!r} is not lower-case ASCII words joined by '-'")
        if self.successor is not None and not _SLUG.fullmatch(self.successor):
            self._refuse(f"successor={self.successor!r} is no slug")
        if self.slug == self.successor:
            self._refuse(f"successor={self.successor!r} is the site itself")
        for name in ("name", "province", "province_2025", "note"):
            value = getattr(self, name)
            if value is None:
                continue
            if not isinstance(value, str):
                self._refuse(f"{name}={value!r} is no string")
            if not value or value != clean(value):
                self._refuse(f"{name}={value!r} is empty, untrimmed or not NFC")
        if (self.province is None) != (self.province_2025 is None):
            self._refuse("province and province_2025 are both given or neither")
        if self.evidence not in EVIDENCE:
            self._refuse(f"evidence={self.evidence!r} is none of {', '.join(EVIDENCE)}")
        if self.tls is not None and self.tls not in TLS:
            self._refuse(f"tls={self.tls!r} is none of {', '.join(TLS)}")
        if self.family is not None and self.family not in FAMILIES:
            self._refuse(f"family={self.family!r} is none of {', '.join(FAMILIES)}")

    def _check_addresses(self) -> None:
        if not self.hosts:
            self._refuse("hosts is empty")
        for host in self.hosts:
            if not _HOST.fullmatch(host):
                self._refuse(f"hosts: {host!r} is no host name (no scheme, port or path)")
        if not self._is_own(self.home):
            self._refuse(f"home={self.home!r} is no http(s) address on one of its hosts")
        called = (self.calls.url,) if self.calls is not None else ()
        for name, addresses in (("sections", self.sections), ("calls", called)):
            for address in addresses:
                if "://" in address and not self._is_own(address):
                    self._refuse(f"{name}: {address!r} is not on one of its hosts")
                if "://" not in address and not address.startswith("/"):
                    self._refuse(f"{name}: {address!r} is neither an address nor a path")

    def _is_own(self, address: str) -> bool:
        try:
            parts = urlsplit(address)
        except ValueError:
            return False
        return parts.scheme in DEFAULT_PORTS and parts.hostname in self.hosts

    def _check_patterns(self) -> None:
        patterns = [("skip", pattern) for pattern in self.skip]
        if self.article is not None:
            patterns.append(("article", self.article))
        for name, pattern in patterns:
            try:
                wrong = fault(pattern)
            except (re.error, RecursionError, OverflowError) as error:
                self._refuse(f"{name}: {pattern!r} is no regular expression: {error}")
            if wrong is not None:
                self._refuse(f"{name}: {pattern!r} {wrong}; addresses are made to exploit that")

    def _refuse(self, what: str) -> NoReturn:
        raise SiteError(f"site {self.slug!r}: {what}")
