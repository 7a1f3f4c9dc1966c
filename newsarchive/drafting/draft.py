"""What a few pages of a portal tell of it, how sure that is, and the site file that says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from newsarchive.drafting.shapes import Shape, shape_of
from newsarchive.model import Article, Listing
from newsarchive.reader.listed import Listed
from newsarchive.reader.paging import split_page
from newsarchive.sites import Site
from newsarchive.sites._platforms import Platform
from newsarchive.text import fold
from newsarchive.urls import key


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """A page of a list as read. number: 1, or 2 for the page behind the first."""

    url: str
    listing: Listing
    listed: dict[str, Listed]
    number: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """A page expected to be an article: what was read, or why it is none."""

    url: str
    article: Article | None
    reason: str | None


@dataclass(slots=True, kw_only=True)
class Draft:
    """The findings. sure, likely, unknown: lines for a person."""

    shape: Shape
    platform: Platform | None
    sections: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    sure: list[str] = field(default_factory=list)
    likely: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def draft(
    home: ListPage,
    lists: Sequence[ListPage],
    articles: Sequence[ArticlePage],
    platform: Platform | None,
) -> Draft:
    """Work out what the pages tell. home: the first page; lists: of sections, their second too."""
    firsts = [page for page in lists if page.number == 1 and page.listing.articles]
    met = {url for page in (home, *lists) for url in page.listing.articles}
    pages = {u for page in lists for u in (page.url, *page.listing.pages) if u not in met}
    shape = shape_of(met, {home.url, *pages, *home.listing.sections} - met)
    found = Draft(shape=shape, platform=platform, sections=tuple(page.url for page in firsts))
    _say_shape(found)
    _say_lists(found, firsts, lists)
    _say_agreement(found, (home, *lists), articles)
    if platform is not None:
        found.likely.append(f"family: {platform.title} (known from {platform.basis})")
        targets = [urlsplit(url).path for url in met | pages]
        found.skip = tuple(
            p for p in platform.skip if not any(re.search(p, target) for target in targets)
        )
    else:
        found.unknown.append("family: none that is known shows in the markup")
    return found


def _say_shape(found: Draft) -> None:
    shape = found.shape
    if shape.pattern is None:
        found.unknown.append(f"shape of article addresses: {shape.why}")
        return
    told = f"articles: {shape.pattern} fits {shape.fits} of {shape.met} met, and no list"
    (found.sure if shape.fits == shape.met else found.likely).append(told)
    if shape.id_params:
        found.sure.append(f"an article's number stands in the query: {shape.id_params[0]}")


def _say_lists(found: Draft, firsts: Sequence[ListPage], lists: Sequence[ListPage]) -> None:
    if not firsts:
        found.unknown.append("sections: none of the pages tried lists articles")
        return
    found.sure.append(f"sections: {len(firsts)} of those tried list articles")
    seconds = [page for page in lists if page.number == 2]
    for page in seconds:
        first = next((p for p in firsts if split_page(p.url)[0] == split_page(page.url)[0]), None)
        before = set(first.listing.articles) if first is not None else set()
        fresh = [url for url in page.listing.articles if url not in before]
        told = f"paging: {_paging(page.url)}"
        if fresh and told not in found.sure:
            found.sure.append(told)
        elif not fresh:
            found.unknown.append(f"{told} shows the same articles again ({page.url})")
    if not seconds:
        scripted = any(page.listing.scripted for page in firsts)
        why = "a script opens further pages" if scripted else "no list tried has a second page"
        found.unknown.append(f"paging: {why}")


def _paging(url: str) -> str:
    """How the address of a second page carries its number."""
    parts = urlsplit(url)
    if parts.query and (match := re.search(r"(?:^|&)([^=&]+)=2(?:&|$)", parts.query)):
        return f"?{match[1]}=N"
    match = re.search(r"(?:/[a-z]+/|/?[a-z]*-?)2(?=(?:\.\w+)?/?$)", parts.path)
    return f"{match[0][:-1]}N" if match else "by a form"


def _say_agreement(
    found: Draft, lists: Iterable[ListPage], articles: Sequence[ArticlePage]
) -> None:
    """Titles and dates as lists print them, against the articles' own."""
    told: dict[str, Listed] = {}
    for page in lists:
        for url, one in page.listed.items():
            name = key(url)
            if name not in told or len(one.title) > len(told[name].title) or not told[name].day:
                told[name] = one
    read = [page for page in articles if page.article is not None]
    pairs = [(p.article, told[key(p.url)]) for p in read if p.article and key(p.url) in told]
    titles = sum(_alike(article.title, one.title) for article, one in pairs)
    dated = [(a, one) for a, one in pairs if one.day and a.published]
    days = sum((a.published or "")[:10] == one.day for a, one in dated)
    found_all = len(read) == len(articles)
    told_read = f"articles read: {len(read)} of {len(articles)}"
    (found.sure if found_all and articles else found.unknown).append(told_read)
    found.unknown += [f"{p.url}: {p.reason}" for p in articles if p.article is None]
    for what, right, all_ in (("title", titles, len(pairs)), ("date", days, len(dated))):
        line = f"{what} agrees with the list's on {right} of {all_}"
        (found.sure if right == all_ > 0 else found.unknown).append(line)
    without = [p.url for p in read if p.article and p.article.published is None]
    if without:
        found.unknown.append(f"no date on {len(without)} of {len(read)} articles ({without[0]})")


def _alike(one: str, other: str) -> bool:
    """Whether two prints of a title agree; lists cut long ones."""
    first, second = fold(one), fold(other.rstrip(".… "))
    return first == second or (len(second) >= 20 and first.startswith(second))


def site_file(site: Site, found: Draft, day: str, pages: int) -> str:
    """The text of the site's file. day: of the fetch; pages: how many were fetched."""
    unknown = "; ".join(found.unknown) or "nothing that was looked for"
    head = f'"""{site.province or site.name}: drafted from {pages} of its pages.\n\n'
    told = [line for line in found.sure + found.likely if not line.startswith("articles: ")]
    known = f"Known from pages fetched on {day}: {'; '.join(told)}. "
    body = _wrapped(f"{known}Not known: {unknown}.")
    lines = [f"slug={site.slug!r}", f"name={site.name!r}", f"province={site.province!r}",
             f"province_2025={site.province_2025!r}", f"hosts={site.hosts!r}"]  # fmt: skip
    if site.home != f"https://{site.hosts[0]}/":
        lines.append(f"home={site.home!r}")
    lines.append(f"evidence={site.evidence!r}")
    for name in ("article", "id_params", "skip", "family"):
        value = getattr(site, name)
        if value:
            lines.append(f"{name}=" + (_raw(value) if name in ("article", "skip") else repr(value)))
    inner = "".join(f"    {line},\n" for line in lines)
    inner = inner.replace("'", '"')
    return f'{head}{body}\n"""\n\nfrom newsarchive.sites import Site\n\nSITE = Site(\n{inner})\n'


def _raw(value: str | tuple[str, ...]) -> str:
    if isinstance(value, str):
        return f"r'{value}'"
    return "(\n" + "".join(f"        r'{one}',\n" for one in value) + "    )"


def _wrapped(text: str) -> str:
    import textwrap

    text = text.replace("\\", "\\\\").replace('"', "'")
    return "\n".join(textwrap.wrap(text, 99, break_long_words=False, break_on_hyphens=False))
