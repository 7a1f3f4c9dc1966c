"""The reader: bytes of a page to an article. Pure: no disk, no network, no clock."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from newsarchive.errors import NotAnArticle

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from newsarchive.model import Article, Reading
    from newsarchive.reader.trace import Trace
    from newsarchive.sites import Site

__all__ = ["page_tree", "parse", "read"]

_UNREADABLE = "\ufffd".encode()  # what stands for bytes that are no text


def parse(
    content: bytes | str,
    url: str | None = None,
    *,
    content_type: str | None = None,
    fetched: datetime | None = None,
) -> Article:
    """See `newsarchive.parse`."""
    reading = read(content, url, content_type=content_type, fetched=fetched, want_links=False)
    if reading.article is None:
        raise NotAnArticle(reading.reason or "unknown")
    return reading.article


def read(
    content: bytes | str,
    url: str | None = None,
    *,
    content_type: str | None = None,
    fetched: datetime | None = None,
    site: Site | None = None,
    want_article: bool = True,
    want_links: bool = True,
    want_calls: bool = False,
    trace: Trace | None = None,
) -> Reading:
    """All that a page tells: its article or why it is none, and its links, as far as wanted.

    Never raises for bad content. site: the registered site; by default found by the URL's host.
    want_calls: of the links only the lists that scripts ask for. trace: is filled with what was
    weighed.
    """
    from newsarchive.model import Listing, Reading
    from newsarchive.reader.article import read_article
    from newsarchive.reader.dump import is_dump, read_dump
    from newsarchive.reader.tree import walk

    site = site or _site_of(url)
    try:
        page = _bytes(content, content_type)
        if is_dump(page):
            if page.count(_UNREADABLE) * 100 > len(page):
                raise NotAnArticle("binary noise")
            return Reading(
                article=read_dump(page.decode("utf-8", "replace"), url, fetched=fetched, site=site),
                reason=None,
                listing=Listing(),
            )
        root = _tree(page)
    except NotAnArticle as refusal:
        return Reading(article=None, reason=refusal.reason, listing=Listing())
    if trace is not None:
        _trace_platform(root, trace)
    article, reason = None, None
    try:
        if want_article:
            walked = walk(root)
            walked.trace = trace
            article = read_article(walked, url, fetched=fetched, site=site)
    except NotAnArticle as refusal:
        reason = refusal.reason
    listing = Listing()
    if want_links:
        from newsarchive.reader.listing import read_listing

        listing = read_listing(root, url, site=site)
    elif want_calls:
        from newsarchive.reader.calls import find_calls

        listing = Listing(calls=find_calls(root, url))
    return Reading(article=article, reason=reason, listing=listing)


def page_tree(content: bytes | str, content_type: str | None = None) -> HtmlElement:
    """The element tree of a page, decoded and mended as for reading. Raises NotAnArticle."""
    return _tree(_bytes(content, content_type))


def _trace_platform(root: HtmlElement, trace: Trace) -> None:
    from newsarchive.reader.platforms import recognise

    found = recognise(root)
    title = found.platform.title if found.platform is not None else "unknown"
    trace.note("platform", title, ", ".join(found.marks))


def _site_of(url: str | None) -> Site | None:
    from urllib.parse import urlsplit

    from newsarchive.sites import site_of_host

    try:
        host = urlsplit(url).hostname if url else None
    except ValueError:
        return None
    return site_of_host(host) if host else None


def _bytes(content: bytes | str, content_type: str | None) -> bytes:
    """The page's text in UTF-8."""
    if isinstance(content, str):
        if not content.strip():
            raise NotAnArticle("the page is empty")
        return content.encode("utf-8", "replace")
    from newsarchive.reader.decode import inflate, refuse_binary, utf8

    content = inflate(content)
    refuse_binary(content)
    return utf8(content, content_type)


def _tree(page: bytes) -> HtmlElement:
    from lxml import etree

    from newsarchive.reader.mend import tree

    try:
        return tree(page)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise NotAnArticle(f"no markup that can be read ({error})") from None
