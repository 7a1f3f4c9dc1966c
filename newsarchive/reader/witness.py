"""What a page says of itself for machines: meta tags, JSON-LD, microdata. Witnesses, no judges."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from newsarchive.reader.blocks import Page
from newsarchive.text import clean

_ARTICLE_TYPES = ("Article", "BlogPosting", "Report", "LiveBlogPosting")
_TITLE_KEYS = ("og:title", "twitter:title", "dc.title", "title", "headline")
_PUBLISHED_KEYS = (
    "article:published_time", "og:published_time", "pubdate", "publishdate", "publish_date",
    "datepublished", "date", "dc.date", "dc.date.issued", "dcterms.created", "article:published",
)  # fmt: skip
_MODIFIED_KEYS = (
    "article:modified_time", "og:updated_time", "lastmod", "datemodified", "dcterms.modified",
    "last-modified", "article:modified",
)  # fmt: skip
_MOST = 20  # titles, dates, sections, authors that one page states
_MOST_TAGS = 200
_LONGEST = 1000  # characters of one of them
_CONTROL = re.compile(r"[\x00-\x1f]+")


@dataclass(slots=True)
class Witness:
    """The machine-readable statements of one page, each list as (origin, value), best first."""

    titles: list[tuple[str, str]] = field(default_factory=list)
    published: list[tuple[str, str]] = field(default_factory=list)
    modified: list[tuple[str, str]] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    sections: list[tuple[str, str]] = field(default_factory=list)
    tags: list[tuple[str, list[str]]] = field(default_factory=list)
    description: str = ""
    site_name: str = ""
    url: str = ""
    is_article: bool = False


def gather(page: Page) -> Witness:
    """All that meta tags, JSON-LD and microdata of the page state."""
    witness = Witness()
    for item in _json_ld(page.json_ld):
        _take_json(item, witness)
    _take_metas(page, witness)
    for prop, value in page.hidden:
        if prop == "datePublished":
            witness.published.append(("microdata", value))
        elif prop == "dateModified":
            witness.modified.append(("microdata", value))
    if page.title:
        witness.titles.append(("title-tag", page.title))
    witness.url = page.canonical or witness.url
    _bound(witness)
    return witness


def _bound(witness: Witness) -> None:
    """Keep so many statements of each kind as an honest page may have, none of a book's length."""
    for stated in (witness.titles, witness.published, witness.modified, witness.sections):
        short = [pair for pair in stated if len(pair[1]) <= _LONGEST]
        stated[:] = [*short[: _MOST - 1], *short[-1:]] if len(short) > _MOST else short
    witness.authors = [name for name in witness.authors if len(name) <= _LONGEST][:_MOST]
    witness.tags = [(origin, tags[:_MOST_TAGS]) for origin, tags in witness.tags[:_MOST]]


def unescaped(value: str) -> str:
    """Cleaned text with entities undone, also those that a CMS escaped twice."""
    for _ in range(2):
        if "&" not in value:
            break
        value = html.unescape(value)
    return clean(re.sub(r"<[^<>]{1,80}>", " ", value) if "<" in value else value)


def _take_metas(page: Page, witness: Witness) -> None:
    lists = {
        **{key: ("titles", True) for key in _TITLE_KEYS},
        **{key: ("published", False) for key in _PUBLISHED_KEYS},
        **{key: ("modified", False) for key in _MODIFIED_KEYS},
        **{key: ("sections", True) for key in ("article:section", "og:section", "articlesection")},
    }
    tags: list[str] = []
    for key, value in page.metas:
        if key in lists:
            name, escaped = lists[key]
            getattr(witness, name).append((f"meta:{key}", unescaped(value) if escaped else value))
        elif key in ("article:tag", "og:article:tag"):
            tags.extend(split_tags(unescaped(value)))
        elif key in ("news_keywords", "keywords"):
            witness.tags.append((f"meta:{key}", split_tags(unescaped(value))))
        elif key in ("og:description", "description"):
            witness.description = witness.description or unescaped(value)
        elif key == "og:site_name":
            witness.site_name = unescaped(value)
        elif key == "og:url":
            witness.url = value
        elif key == "og:type":
            witness.is_article |= value.lower() in ("article", "news", "newsarticle")
    if tags:
        witness.tags.insert(0, ("meta:article:tag", tags))


def split_tags(value: str) -> list[str]:
    """Tags of a comma- or semicolon-separated list, each once."""
    return list(dict.fromkeys(tag for tag in map(str.strip, re.split(r"[,;]", value)) if tag))


def _json_ld(scripts: list[str]) -> Iterator[dict[str, Any]]:
    for script in scripts:
        try:
            # Raw line breaks inside strings are the commonest fault of hand-made JSON-LD.
            data = json.loads(_CONTROL.sub(" ", script))
        except (ValueError, RecursionError):
            continue
        stack = [data]
        seen = 0
        while stack and seen < 500:
            item = stack.pop()
            seen += 1
            if isinstance(item, list):
                stack.extend(reversed(item))
            elif isinstance(item, dict):
                yield item
                graph = item.get("@graph")
                if isinstance(graph, list):
                    stack.extend(reversed(graph))


def _types(item: dict[str, Any]) -> list[str]:
    kind = item.get("@type")
    return [k for k in (kind if isinstance(kind, list) else [kind]) if isinstance(k, str)]


def _text(value: Any) -> str:
    return unescaped(value) if isinstance(value, str) else ""


def _take_json(item: dict[str, Any], witness: Witness) -> None:
    kinds = _types(item)
    if any(kind.endswith(_ARTICLE_TYPES) for kind in kinds):
        witness.is_article = True
        for key, into in (
            ("headline", witness.titles),
            ("datePublished", witness.published),
            ("dateModified", witness.modified),
            ("articleSection", witness.sections),
        ):
            value = item.get(key)
            for text in map(_text, value if isinstance(value, list) else [value]):
                if text:
                    into.append(("json-ld", text))
        authors = item.get("author")
        for author in authors if isinstance(authors, list) else [authors]:
            if isinstance(author, dict) and "Organization" in _types(author):
                continue
            name = _text(author.get("name")) if isinstance(author, dict) else _text(author)
            if name:
                witness.authors.append(name)
    elif "BreadcrumbList" in kinds:
        names = _crumbs(item)
        if names:
            witness.sections.append(("breadcrumb", names[-1]))


def _crumbs(item: dict[str, Any]) -> list[str]:
    """Names of a breadcrumb trail after the home page."""
    elements = item.get("itemListElement")
    names = []
    for element in elements if isinstance(elements, list) else []:
        if not isinstance(element, dict):
            continue
        inner = element.get("item")
        name = _text(element.get("name")) or (
            _text(inner.get("name")) if isinstance(inner, dict) else ""
        )
        if name:
            names.append(name)
    return names[1:]
