"""What a page links to: articles of its main list, the pages of that list, the site's sections."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from newsarchive.model import Listing
from newsarchive.reader.anchors import (
    CATEGORY,
    CRUMB,
    HEADER,
    JUNK,
    NAV,
    PAGER,
    RELATED,
    Addresses,
    Anchor,
    anchors,
    folded,
)
from newsarchive.reader.boxes import without_boxes
from newsarchive.reader.calls import find_calls
from newsarchive.reader.clicks import sent_form
from newsarchive.reader.paging import read_pager
from newsarchive.reader.stories import MEDIA, Story, path_and_query, pick
from newsarchive.sites import Site
from newsarchive.text import clean

_MAX_WORDS = 9  # of a section's name
# What a portal's menu holds beside news. Kept short: an introduction asked for in vain costs one
# request, a section left out costs its articles.
_NO_NEWS = re.compile(
    r"(?:^|/)(?:lien-he|gioi-thieu[\w-]*|van-ban[\w-]*|thu-tuc[\w-]*|hoi-(?:dap|ap)[\w-]*|dang-(?:nhap|ky)"
    r"|thu-vien[\w-]*|videos?|photos?|anh|album[\w-]*|sitemap|so-do[\w-]*|rss|feeds?|login|logout|signin"
    r"|register|users?|contact|admin|wp-[\w-]+|search|tim-kiem|gop-y[\w-]*|tra-cuu[\w-]*|dich-vu-cong"
    r"|e-?paper|podcast|download[\w-]*|about|lich-(?:cong-tac|tiep)[\w-]*|tags?|author|banners"
    r"|calendar|danh-ba[\w-]*|co-cau-to-chuc|chuc-nang[\w-]*|en|vi|vn|english|trang-chu|home"
    r"|page|date|\d{4}|laws?|thanh-vien|seek|voting|statistics|mailto|component|documents?"
    r"|quang-cao|thong-tin-toa-soan|lay-y-kien[\w-]*)(?=[/.]|$)",
    re.IGNORECASE,
)
_NO_NEWS_TEXT = re.compile(
    r"(?:trang chu|trang nhat|home|lien he|gioi thieu|dang nhap|dang ky|dang xuat|rss|sitemap"
    r"|so do (?:trang|site|cong).*|english|tieng anh|tieng viet|tim kiem|search|video(?: clips?)?"
    r"|thu vien (?:anh|video)|van ban.*|thu tuc.*|hoi dap.*|lich cong tac|gop y|login|contact"
    r"|ve dau trang|hop thu.*|thu dien tu|xem them|xem tat ca|print|in|email)"
)
_FEED = re.compile(r"^application/(?:rss|atom)\+xml")
_FEED_PATH = re.compile(
    r"(?:^|/)(?:rss|feeds?|atom)(?:\.(?:xml|aspx|php))?/?$|\.rss$", re.IGNORECASE
)
_MOST_FEEDS = 20
_COMMENTS = re.compile(r"\b(?:comments?|binh luan|phan hoi)\b")
_LANGUAGE = re.compile(r"[?&](?:lang|language|l|theme|nv\w*)=", re.IGNORECASE)
_SHORT = 60  # characters: shorter paragraphs are labels, dates, captions
_EXTENSION = re.compile(r"\.(?:html?|aspx|php|jsp)$", re.IGNORECASE)


def read_listing(root: HtmlElement, url: str | None, *, site: Site | None = None) -> Listing:
    """The links of a page: pure, one pass over its <a> elements.

    root: the parsed page. url: its own address; without it only relative links are the page's own
    and are returned as they stand. site: the rules of its site; where they know the shape of an
    article's address, that decides which links are articles. Works on any page, an article's too:
    its lists are then what it recommends.
    """
    addresses = Addresses(root, url)
    links = anchors(root, addresses)
    rule = None
    if site is not None and site.article is not None:
        pattern = re.compile(site.article)
        rule = lambda address: pattern.fullmatch(path_and_query(address)) is not None  # noqa: E731  one of two
    stories = pick(links, addresses=addresses, rule=rule, id_params=site.id_params if site else ())
    found = frozenset(s.url for s in stories)
    pager = read_pager(root, addresses, links, found)
    kept = without_boxes(stories, pager.place)
    step = sent_form(pager.click, addresses) if pager.click is not None else None
    return Listing(
        articles=tuple(s.url for s in kept),
        titles=tuple(clean(s.title.text) if s.title is not None else "" for s in kept),
        next=pager.next,
        step=step,
        scripted=pager.scripted,
        pages=pager.pages,
        sections=_sections(links, stories, addresses),
        feeds=_feeds(root, addresses, links),
        calls=find_calls(root, addresses.base),
    )


def _feeds(root: HtmlElement, addresses: Addresses, links: Iterable[Anchor]) -> tuple[str, ...]:
    """The feeds of articles that the page's head names or that it links to; none of comments."""
    found: dict[str, None] = {}
    for el in root.iter("link"):
        if el.get("rel", "").lower() != "alternate" or not _FEED.search(el.get("type", "")):
            continue
        url, own = addresses.read(el.get("href") or "")
        told = folded(f"{el.get('title') or ''} {el.get('href') or ''}")
        if url is not None and own and not _COMMENTS.search(told):
            found.setdefault(url)
    for link in links:
        path = urlsplit(link.url or "").path
        if link.own and link.url and _FEED_PATH.search(path) and not _COMMENTS.search(folded(path)):
            found.setdefault(link.url)
    return tuple(found)[:_MOST_FEEDS]


def _sections(
    links: Iterable[Anchor], stories: list[Story], addresses: Addresses
) -> tuple[str, ...]:
    """The site's sections: what its menus name, and what its articles lie under."""
    parents = _parents(stories)
    taken = {s.key for s in stories}
    own = addresses.key(addresses.url) if addresses.url else None
    found: dict[str, tuple[str, bool]] = {}
    judged: dict[str, str | None] = {}
    menus = False
    for link in links:
        zone, url = link.zone, link.url
        if url is None or not link.own or zone & (CRUMB | PAGER | RELATED):
            continue
        named = bool(zone & (NAV | HEADER | CATEGORY))
        if (zone & JUNK and not named) or not _is_name(link.text):
            continue
        if url not in judged:
            judged[url] = _section_key(url, addresses, taken)
        name = judged[url]
        if name is None or name == own or _NO_NEWS_TEXT.fullmatch(folded(link.text)):
            continue
        menus = menus or named
        sure = named or _stem(name) in parents
        if sure or not zone:
            found[name] = (found.get(name, (url,))[0], sure or found.get(name, ("", False))[1])
    # A page without a named menu, as old table layouts are: its short links are all there is.
    return tuple(url for url, sure in found.values() if sure or not menus)


def _is_name(text: str) -> bool:
    """Whether the text of a link can be the name of a section."""
    if not 2 <= len(text) <= 80 or len(text.split()) > _MAX_WORDS:
        return False
    return any(c.isalpha() for c in text)


def _section_key(url: str, addresses: Addresses, taken: set[str]) -> str | None:
    """The identity of an address that may be a section's, None if it is not one."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    segments = [s for s in path.split("/") if s]
    if (not segments and not parts.query) or len(segments) > 4 or MEDIA.search(path):
        return None
    if _NO_NEWS.search(path) or _LANGUAGE.search(url):
        return None
    name = addresses.key(url)
    return None if name in taken or not name.partition("/")[2] else name


def _stem(name: str) -> str:
    return _EXTENSION.sub("", name.partition("?")[0]).partition("/")[2]


def _parents(stories: list[Story]) -> set[str]:
    """Paths that at least one article lies under."""
    found = set()
    for story in stories:
        stem = story.stem.rpartition("/")[0]
        if stem:
            found.add(stem)
    return found


def listing_score(root: HtmlElement, listing: Listing) -> float:
    """How far the page is a list rather than one story: 0 to 1.

    The characters of the titles of its list are weighed against the largest body of text, which
    is the paragraphs of one element together: a story's stand in one, the summaries of a list
    each in an item of their own. A short story beside long lists of other news comes out near
    the middle, so that this is one witness among others.
    """
    wanted = {_tail(url) for url in listing.articles}
    titles: dict[str, int] = {}
    for el in root.iter("a"):
        tail = _tail(el.get("href") or "")
        if tail in wanted:
            titles[tail] = max(titles.get(tail, 0), len(el.text_content().strip()))
    bodies: Counter[HtmlElement | None] = Counter()
    for el in root.iter("p"):
        length = len(el.text_content().strip())
        if length > _SHORT and not any(_tail(a.get("href") or "") in wanted for a in el.iter("a")):
            bodies[el.getparent()] += length
    weight = sum(titles.values())
    return weight / (weight + max(bodies.values(), default=0)) if weight else 0.0


def _tail(url: str) -> str:
    return url.partition("#")[0].rstrip("/").rpartition("/")[2]
