"""What a page links to: articles of its main list, the pages of that list, the site's sections."""

from __future__ import annotations

import re
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
from newsarchive.reader.paging import read_pager
from newsarchive.reader.stories import MEDIA, Story, path_and_query, pick, without_boxes
from newsarchive.sites import Site

_MAX_WORDS = 9  # of a section's name
# What a portal's menu holds beside news. Kept short: an introduction asked for in vain costs one
# request, a section left out costs its articles.
_NO_NEWS = re.compile(
    r"(?:^|/)(?:lien-he|gioi-thieu[\w-]*|van-ban[\w-]*|thu-tuc[\w-]*|hoi-(?:dap|ap)[\w-]*|dang-(?:nhap|ky)"
    r"|thu-vien[\w-]*|videos?|photos?|anh|album[\w-]*|sitemap|so-do[\w-]*|rss|feeds?|login|logout|signin"
    r"|register|users?|contact|admin|wp-[\w-]+|search|tim-kiem|gop-y[\w-]*|tra-cuu[\w-]*|dich-vu-cong"
    r"|e-?paper|podcast|download[\w-]*|about|lich-(?:cong-tac|tiep)[\w-]*|tags?|author|banners"
    r"|danh-ba[\w-]*|co-cau-to-chuc|chuc-nang[\w-]*|en|vi|vn|english|trang-chu|home|index|default"
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
_LANGUAGE = re.compile(r"[?&](?:lang|language|l|theme|nv\w*)=", re.IGNORECASE)
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
        rule = lambda address: pattern.fullmatch(path_and_query(address)) is not None  # noqa: E731
    stories = pick(links, addresses=addresses, rule=rule, id_params=site.id_params if site else ())
    found = frozenset(s.url for s in stories)
    following, pages = read_pager(root, addresses, links, found)
    kept = without_boxes(stories, paged=following is not None or bool(pages))
    return Listing(
        articles=tuple(s.url for s in kept),
        next=following,
        pages=pages,
        sections=_sections(links, stories, addresses),
    )


def _sections(
    links: Iterable[Anchor], stories: list[Story], addresses: Addresses
) -> tuple[str, ...]:
    """The site's sections: what its menus name, and what its articles lie under."""
    parents = _parents(stories)
    taken = {s.key for s in stories}
    own = addresses.key(addresses.url) if addresses.url else None
    in_menus: dict[str, str] = {}
    elsewhere: dict[str, str] = {}
    judged: dict[str, str | None] = {}
    for link in links:
        zone, url = link.zone, link.url
        if url is None or not link.own or zone & (CRUMB | PAGER | RELATED):
            continue
        if not link.text or len(link.text) > 80 or len(link.text.split()) > _MAX_WORDS:
            continue
        if url not in judged:
            judged[url] = _section_key(url, addresses, taken)
        name = judged[url]
        if name is None or _NO_NEWS_TEXT.fullmatch(folded(link.text)):
            continue
        if _stem(name) in parents or (zone & (NAV | HEADER | CATEGORY) and not zone & JUNK):
            in_menus.setdefault(name, url)
        elif not zone:
            elsewhere.setdefault(name, url)
    # A page without a named menu, as old table layouts are: its short links are all there is.
    chosen = in_menus or elsewhere
    if own is not None:
        chosen.pop(own, None)
    return tuple(chosen.values())


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
    """How much more of the page's text is titles of its list than running text: 0 to 1.

    Above 0.5 the page is a list rather than an article. Texts of links of the main list are
    weighed against paragraphs of more than 100 characters that hold no link of the list.
    """
    wanted = {_tail(url) for url in listing.articles}
    titles = 0
    holders = set()
    for el in root.iter("a"):
        href = el.get("href")
        if href and _tail(href) in wanted:
            titles += len(el.text_content())
            holders.update(el.iterancestors("p"))
    running = sum(
        length
        for el in root.iter("p")
        if el not in holders and (length := len(el.text_content())) > 100
    )
    return titles / (titles + running) if titles else 0.0


def _tail(url: str) -> str:
    return url.partition("#")[0].rstrip("/").rpartition("/")[2]
