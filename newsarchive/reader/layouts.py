"""What a site file knows of a design: selectors that make single fields certain."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from newsarchive import dates
from newsarchive.model import Article
from newsarchive.reader.blocks import Frame, Page
from newsarchive.reader.lines import split_agency_tag
from newsarchive.reader.names import signature
from newsarchive.reader.roles import Role
from newsarchive.reader.title import tidy
from newsarchive.sites import Layout, Site
from newsarchive.text import clean


@lru_cache(maxsize=512)
def _compiled(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")


def _select(page: Page, selector: str | None) -> list[HtmlElement]:
    """The page's elements that a selector matches, in document order."""
    if selector is None:
        return []
    found = _compiled(selector)(page.root)
    return [e for e in found if isinstance(e, HtmlElement)] if isinstance(found, list) else []


# Characters that are read of what one selector finds. What lies within each other is read again
# for each; a field is short.
_MOST = 200_000


@dataclass(slots=True)
class Known:
    """The layout that holds for a page, and its story's frame where the layout names one."""

    layout: Layout
    frame: Frame | None = None
    taken: dict[str, str] = field(default_factory=dict)


def recognise(page: Page, site: Site | None) -> Known | None:
    """The first of the site's layouts whose `detect` matches the page; marks what it drops."""
    for layout in site.layouts if site is not None else ():
        if not _select(page, layout.detect):
            continue
        frames = {f.el: f for block in page.blocks for f in block.frame.up()}
        for selector in layout.drop:
            for element in _select(page, selector):
                if element in frames:
                    _drop(page, frames[element])
        known = Known(layout)
        found = [frames[e] for e in _select(page, layout.body) if e in frames]
        known.frame = max(found, key=lambda f: f.last - f.first, default=None)
        return known
    return None


def _drop(page: Page, frame: Frame) -> None:
    """Hide a frame and all in it."""
    for block in page.blocks[frame.first : frame.last]:
        for inner in block.frame.up():
            inner.mark(Role.HIDDEN)
            if inner is frame:
                break


def _texts(page: Page, selector: str | None) -> list[str]:
    texts: list[str] = []
    left = _MOST
    for element in _select(page, selector):
        text = clean(" ".join(element.itertext()))
        if text:
            texts.append(text)
        left -= len(text)
        if left < 0:
            break
    return texts


def override(article: Article, page: Page, known: Known, *, fetched: dt.datetime | None) -> Article:
    """The article with the fields its layout names taken from there; origin 'layout:<name>'."""
    layout = known.layout
    origin = f"layout:{layout.name}"
    values: dict[str, str | tuple[str, ...]] = {}
    for name in ("title", "lead", "section"):
        texts = _texts(page, getattr(layout, name))
        if texts:
            text = texts[-1] if name == "section" else texts[0]
            values[name] = tidy(text) if name == "title" else split_agency_tag(text)[1]
    for name in ("byline", "source"):
        texts = _texts(page, getattr(layout, name))
        found = signature(texts[0], styled=True) if texts else None
        value = getattr(found, name) if found is not None else None
        if texts and value is None and found is None:
            value = re.sub(r"^[^:]{2,20}:\s*", "", texts[0]).strip(" -–—")
        if value:
            values[name] = value
    tags = _texts(page, layout.tags)
    if tags:
        values["tags"] = tuple(dict.fromkeys(tags))
    stamp = next(
        (s for s in (dates.read(t, fetched=fetched) for t in _texts(page, layout.published)) if s),
        None,
    )
    if stamp is not None and stamp.iso is not None:
        values["published"], values["published_text"] = stamp.iso, stamp.text
        if article.published and article.published.startswith(stamp.iso):
            values["published"] = article.published
    origins = {**article.origins, **{name: origin for name in values if name != "published_text"}}
    if known.frame is not None:
        origins["paragraphs"] = origin
    lead = values.get("lead")
    paragraphs = tuple(p for p in article.paragraphs if p != lead) if lead else article.paragraphs
    # The names of values are fields of an article, which mypy cannot know.
    return replace(article, **values, paragraphs=paragraphs, origins=origins)  # type: ignore[arg-type]
