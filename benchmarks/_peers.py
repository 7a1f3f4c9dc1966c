"""How each program is called: newsarchive's peers at their best, and what they are timed against.

Nothing is imported before it is asked for: no environment holds all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

NOWHERE = "https://example.vn/"  # for a page whose address is not known


@dataclass(frozen=True, slots=True)
class Page:
    """content: bytes as served. text: the same decoded. url: its address."""

    content: bytes
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Program:
    """read: what is timed. record: its result as `newsarchive parse` would print it, as far as the
    program offers the fields; None for one that is only timed. timed: where that is another call.
    """

    read: Callable[[Page], Any]
    record: Callable[[Any, Page], dict[str, Any]] | None = None
    timed: Callable[[Page], Any] | None = None


def record(
    *,
    title: str | None = None,
    published: Any = None,
    authors: list[str] | str | None = None,
    lead: str | None = None,
    text: str | None = None,
    images: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """A peer's fields in the shape of newsarchive's JSON; none tells whom a story is taken from."""
    names = authors.split(";") if isinstance(authors, str) else authors or []
    return {
        "title": title or None,
        "published": iso(str(published)) if published else None,
        "byline": ", ".join(names) or None,
        "source": None,
        "lead": lead or None,
        "paragraphs": [text] if text else [],
        "images": images or [],
    }


def iso(stamp: str) -> str:
    """A time as ISO 8601 has it, where only its blanks are not: '2026-03-07 08:52:11 +07:00'."""
    return re.sub(r"(?<=\d) (?=\d)", "T", re.sub(r"(?<=\d) (?=[+-]\d)", "", stamp))


def picture(url: str | None, caption: str | None = None) -> dict[str, Any]:
    """One picture, or a caption whose picture is not told."""
    return {"url": url, "caption": caption or None, "credit": None}


def pictures(tree: Any, url: str) -> list[dict[str, Any]]:
    """The pictures of a tree and, apart from them, the texts of its figcaptions."""
    if tree is None:
        return []
    sources = [s for image in tree.iter("img") if (s := image.get("src"))]
    captions = [" ".join("".join(c.itertext()).split()) for c in tree.iter("figcaption")]
    return [picture(urljoin(url, s)) for s in sources] + [picture(None, c) for c in captions]


def trafilatura() -> Program:
    """With its dates' times, which it gives when asked for a format that has them."""
    from trafilatura import bare_extraction, extract

    dates = {"outputformat": "%Y-%m-%dT%H:%M:%S%z", "original_date": True}

    def read(page: Page) -> Any:
        return bare_extraction(
            page.text,
            url=page.url,
            with_metadata=True,
            include_comments=False,
            include_images=True,
            date_extraction_params=dates,
        )

    def fields(found: Any, page: Page) -> dict[str, Any]:
        return record(
            title=found.title,
            published=found.date,
            authors=found.author,
            lead=found.description,
            text=" ".join(found.body.itertext()),
            images=[picture(urljoin(page.url, g.get("src"))) for g in found.body.iter("graphic")],
        )

    return Program(
        read, fields, timed=lambda page: extract(page.content, url=page.url, with_metadata=True)
    )


def newspaper4k() -> Program:
    """Pictures are those of the element it takes for the story: `images` are all of the page."""
    from newspaper import Article

    def read(page: Page) -> Any:
        article = Article(page.url, language="vi", fetch_images=False)
        article.download(input_html=page.text)
        article.parse()
        return article

    def fields(found: Any, page: Page) -> dict[str, Any]:
        return record(
            title=found.title,
            published=found.publish_date,
            authors=found.authors,
            lead=found.meta_description,
            text=found.text,
            images=pictures(found.top_node, page.url),
        )

    return Program(read, fields)


def news_please() -> Program:
    """Votes among other extractors, newspaper4k and readability-lxml among them."""
    from newsplease import NewsPlease

    def fields(found: Any, page: Page) -> dict[str, Any]:
        image = found.image_url  # the page's own address where it found none
        return record(
            title=found.title,
            published=found.date_publish,
            authors=found.authors,
            lead=found.description,
            text=found.maintext,
            images=[picture(image)] if image and image != page.url else [],
        )

    return Program(
        lambda page: NewsPlease.from_html(page.text, url=page.url, fetch_images=False), fields
    )


def goose3() -> Program:
    """Without pictures, which it has to fetch before it tells of them."""
    from goose3 import Goose

    goose = Goose(
        {"enable_image_fetching": False, "use_meta_language": False, "target_language": "vi"}
    )

    def fields(found: Any, page: Page) -> dict[str, Any]:
        return record(
            title=found.title,
            published=found.publish_date,
            authors=found.authors,
            lead=found.meta_description,
            text=found.cleaned_text,
            images=pictures(found.top_node, page.url),
        )

    return Program(lambda page: goose.extract(raw_html=page.text), fields)


def readability() -> Program:
    """Title, author and the story's markup."""
    import lxml.html
    from readability import Document

    def read(page: Page) -> Any:
        document = Document(page.text, url=page.url)
        return document.short_title(), document.author(), document.summary()

    def fields(found: Any, page: Page) -> dict[str, Any]:
        title, author, summary = found
        tree: Any = lxml.html.document_fromstring(summary)
        return record(
            title=title,
            authors=[author] if author != "[no-author]" else [],
            text=" ".join(tree.itertext()),
            images=pictures(tree, page.url),
        )

    return Program(read, fields)


def resiliparse() -> Program:
    """The story's text alone, by a parser and rules written in C++."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    return Program(
        lambda page: extract_plain_text(
            HTMLTree.parse_from_bytes(page.content), main_content=True, alt_texts=False
        )
    )


def bare_lxml() -> Program:
    """The floor: lxml's own parse, nothing read."""
    import lxml.html

    return Program(lambda page: lxml.html.document_fromstring(page.content))


def newsarchive() -> Program:
    """All fields of a page."""
    from newsarchive.reader import read

    return Program(lambda page: read(page.content, page.url, want_links=False))


def newsarchive_with_links() -> Program:
    """All fields and all links, as a crawl reads a page."""
    from newsarchive.reader import read

    return Program(lambda page: read(page.content, page.url, want_links=True))


PROGRAMS: dict[str, Callable[[], Program]] = {
    "trafilatura": trafilatura,
    "newspaper4k": newspaper4k,
    "news-please": news_please,
    "goose3": goose3,
    "readability-lxml": readability,
    "resiliparse": resiliparse,
    "lxml, bare": bare_lxml,
    "newsarchive": newsarchive,
    "newsarchive with links": newsarchive_with_links,
}
