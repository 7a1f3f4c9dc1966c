"""Which links of a page are articles of its main list, and which only look like them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from newsarchive.reader.anchors import (
    CATEGORY,
    CRUMB,
    FOOTER,
    HEADER,
    JUNK,
    NAV,
    PAGER,
    RELATED,
    SIDE,
    Addresses,
    Anchor,
    Place,
    folded,
)
from newsarchive.reader.paging import split_page
from newsarchive.urls import key

_HARD = NAV | PAGER | CRUMB | FOOTER | CATEGORY | JUNK
_SOFT = SIDE | RELATED | HEADER
MEDIA = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|bmp|ico|tiff?|pdf|docx?|xlsx?|pptx?|odt|rtf|txt|csv|zip|rar|7z|gz"
    r"|mp[34]|m4[av]|avi|mov|wmv|flv|webm|wav|css|js|xml|rss|apk|exe)$",
    re.IGNORECASE,
)
_NO_STORY = re.compile(
    r"/(?:tags?|tu-khoa|author|tac-gia|category|chuyen-muc|wp-(?:admin|login|content|json)|login|logout"
    r"|dang-nhap|dang-ky|register|rss|feeds?|search|tim-kiem|banners|users?|sendmail|sitemap|contact"
    r"|lien-he|component/(?:tags|users|mailto))(?:[/.?]|$)"
    r"|[?&](?:tmpl=component|print=|format=feed|replytocom=|nv_redirect=|share=)",
    re.IGNORECASE,
)
_TWIN = re.compile(r"/(?:savefile|print|sendmail|amp)/", re.IGNORECASE)
_EXTENSION = re.compile(r"\.(?:s?html?|aspx?|php|jsp|htmls|delaye)$", re.IGNORECASE)
_STEM_END = re.compile(r"(?:^|[-_.])([a-z]{0,3})\d+$", re.IGNORECASE)
_STEM_START = re.compile(r"\d+[-_]")
_ID_PARAM = re.compile(r"(?:.*id|p|view|news|tin|baiviet|sid)", re.IGNORECASE)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5"))
_TITLED = re.compile(r"title|tieu-?de|headline|heading", re.IGNORECASE)
_MORE = re.compile(
    r"(?:xem|doc) (?:tiep|them|chi tiet|tat ca)|chi tiet|read more|more|continue reading"
    r"|tiep tuc doc"
)
_DEEPEST = 12  # segments of an address above its last that may name a section
_PAGE_PART = 24  # characters
_SURE, _PERHAPS = 3.0, 1.5


class Story:
    """What may be an article: every link to it, its best text, and how like an article it is."""

    __slots__ = ("anchors", "key", "listed", "score", "stem", "styles", "title", "url")

    def __init__(self, key: str, url: str) -> None:
        self.key = key
        self.url = url
        self.anchors: list[Anchor] = []
        self.title: Anchor | None = None  # the link that stands for it in the list
        self.listed: list[Anchor] = []
        self.score = 0.0
        path, _, query = key.partition("?")
        segments = path.split("/")[1:]
        if segments:
            segments[-1] = _EXTENSION.sub("", segments[-1])
        self.stem = "/".join(segments)
        self.styles = _styles(segments, query)


def _styles(segments: list[str], query: str) -> frozenset[str]:
    """The ways in which an address carries a number: an article's address most often has one."""
    found = set()
    last = segments[-1] if segments else ""
    if match := _STEM_END.search(last):
        found.add(f"end:{match.group(1).lower()}" if "-" in last or "_" in last else "end")
    if _STEM_START.match(last):
        found.add("start")
    if any(s.isdigit() for s in segments):
        found.add("segment")
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if value.isdigit() and _ID_PARAM.fullmatch(name):
            found.add(f"query:{name.lower()}")
    return frozenset(found)


def pick(
    anchors: Iterable[Anchor],
    *,
    addresses: Addresses,
    rule: Callable[[str], bool] | None = None,
    id_params: tuple[str, ...] = (),
) -> list[Story]:
    """The articles of the page's main list, in its order.

    addresses: how its links read; the page's own is no article. rule: decides by the address,
    where the site's is known; without it form and surroundings of the links do. Where nothing
    stands in the main column, what stands in columns and boxes beside it is taken.
    """
    stories = _candidates(anchors, addresses, rule, id_params)
    if rule is None:
        base = split_page(addresses.url or "")[0]
        stories = [s for s in stories if not _is_page(s.url, base)]
    for forbidden in (_HARD | _SOFT, _HARD):
        placed = [story for story in stories if _settle(story, forbidden)]
        chosen = placed if rule is not None else _consent(placed)
        if chosen:
            return sorted(chosen, key=story_order)
    return []


def address_shape(url: str) -> tuple[object, str]:
    """What addresses of one kind have in common: how a number stands in them, how they end.

    Where none does, the number of steps of the path tells articles from lists, as far as anything.
    """
    path, _, query = key(url).partition("?")
    segments = path.split("/")[1:]
    last = segments[-1] if segments else ""
    bare = _EXTENSION.sub("", last)
    styles = _styles([*segments[:-1], bare], query)
    return (styles or len(segments)), last[len(bare) :].lower()


def may_be_story(url: str) -> bool:
    """Whether nothing in an address says that it is a file, a twin, a tag, a log-in."""
    return _possible(url, None)


def story_order(story: Story) -> int:
    """Where the story stands in the page's list."""
    return story.listed[0].order


def _candidates(
    anchors: Iterable[Anchor],
    addresses: Addresses,
    rule: Callable[[str], bool] | None,
    id_params: tuple[str, ...],
) -> list[Story]:
    """Every address of the site that could be an article's, with all its links."""
    found: dict[str, Story] = {}
    known: dict[str, Story | None] = {}
    menus: list[Anchor] = []
    own = addresses.key(addresses.url, id_params=id_params) if addresses.url else None
    for anchor in anchors:
        if not anchor.own or anchor.url is None or anchor.zone & PAGER:
            continue
        if anchor.zone & _HARD:
            menus.append(anchor)
            continue
        if anchor.url not in known:
            known[anchor.url] = None
            if _possible(anchor.url, rule):
                key = _key(addresses, anchor.url, id_params)
                if key is not None and key != own:
                    known[anchor.url] = found.setdefault(key, Story(key, anchor.url))
        story = known[anchor.url]
        if story is not None:
            story.anchors.append(anchor)
    # Menus only tell what else an address is: none of their own is worth its identity's cost.
    for anchor in menus:
        story = known.get(anchor.url or "")
        if story is not None:
            story.anchors.append(anchor)
    return list(found.values())


def _is_page(url: str, list_base: str) -> bool:
    """Whether the address is that of another page of the list itself."""
    if "?" not in url and len(url) > len(list_base) + _PAGE_PART:
        return False  # what names a page is short, an article's slug is not
    base, number = split_page(url)
    return number is not None and base == list_base


def _possible(url: str, rule: Callable[[str], bool] | None) -> bool:
    path = url.partition("?")[0]
    if MEDIA.search(path) or _TWIN.search(path):
        return False
    return rule(url) if rule is not None else _NO_STORY.search(url) is None


def _key(addresses: Addresses, url: str, id_params: tuple[str, ...]) -> str | None:
    """The identity of an address; None for the home page and for what has none."""
    try:
        key = addresses.key(url, id_params=id_params)
    except ValueError:
        return None
    return key if "/" in key else None


def _is_headline(title: Anchor) -> bool:
    """Whether the link stands in a heading, or holds one, or something named a title."""
    place: Place | None = title.place
    for _ in range(2):
        if place is not None and (place.el.tag in HEADINGS or _TITLED.search(place.name)):
            return True
        place = place.parent if place is not None else None
    return next(title.el.iter(*HEADINGS), None) is not None


def _settle(story: Story, forbidden: int) -> bool:
    """Find the links by which the story stands in the main list; False if there are none."""
    related = forbidden & RELATED
    if related and any(a.zone & RELATED for a in story.anchors) and _is_full(story.anchors):
        forbidden &= ~RELATED
    story.listed = [a for a in story.anchors if not a.zone & forbidden]
    if not story.listed:
        return False
    story.title = max(story.listed, key=lambda a: _title_length(a.text))
    return True


def _is_full(anchors: list[Anchor]) -> bool:
    """Whether a story has a picture's link and a heading in a box called 'related'.

    On some portals such boxes hold parts of the main list; real ones hold bare titles.
    """
    boxed = [a for a in anchors if a.zone & RELATED]
    return any(a.image and not a.text for a in boxed) and any(
        a.text and a.place.el.tag in HEADINGS for a in boxed
    )


def _title_length(text: str) -> int:
    return 0 if len(text) < 40 and is_more(text) else len(text)


def is_more(text: str) -> bool:
    """Whether the text of a link says nothing but 'read on'."""
    return _MORE.fullmatch(folded(text)) is not None


def _consent(stories: list[Story]) -> list[Story]:
    """Those that are articles by their own form or by that of the others of their list."""
    parents = _parents(stories)
    stories = [s for s in stories if s.stem not in parents and not _in_menu(s)]
    for story in stories:
        story.score = _score(story)
    sure = [s for s in stories if s.score >= _SURE]
    styles = Counter(style for s in sure for style in s.styles)
    style, count = styles.most_common(1)[0] if styles else ("", 0)
    if count < 3 or count * 10 < len(sure) * 6:
        style = ""
    signatures = {_signature(s) for s in sure if not style or style in s.styles}

    return [
        s
        for s in stories
        if (s.score >= _SURE and (not style or style in s.styles))
        or (_signature(s) in signatures and (s.score >= _PERHAPS or style in s.styles))
    ]


def _signature(story: Story) -> tuple[str, ...]:
    assert story.title is not None
    return story.title.signature()


def _parents(stories: list[Story]) -> set[str]:
    """Addresses that others lie under: sections, whatever their names look like."""
    found: set[str] = set()
    for story in stories:
        stem = story.stem
        if stem.count("-") + stem.count("_") < 4 and not story.styles:
            continue
        for _ in range(_DEEPEST):
            stem = stem.rpartition("/")[0]
            if not stem:
                break
            found.add(stem)
    return found


def _in_menu(story: Story) -> bool:
    """A short name that stands in a menu too is a section's."""
    return any(
        a.zone & (NAV | CRUMB | CATEGORY) and a.text and len(a.text.split()) <= 9
        for a in story.anchors
    )


def _score(story: Story) -> float:
    """How like an article the links to a story and its address are; _SURE is enough alone."""
    assert story.title is not None
    title = story.title
    words = len(title.text.split())
    score = 2.0 if words >= 8 else 1.0 if words >= 5 else 0.0 if words >= 3 else -1.5
    slug = max(story.stem.rsplit("/", 2)[-2:], key=len)
    hyphens = slug.count("-") + slug.count("_")
    score += 1.5 if hyphens >= 5 else 0.5 if hyphens >= 3 else 0.0
    if story.styles:
        score += 1.5
    if _is_headline(title):
        score += 1.0
    if any(a.image for a in story.listed):
        score += 1.0
    elif any(is_more(a.text) for a in story.listed):
        score += 0.5
    return score


def path_and_query(url: str) -> str:
    """The part of an address that a site's rules are matched with."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
