"""The pager of a list: which page comes next, and which others are linked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from urllib.parse import parse_qsl, urlencode, urlsplit

from lxml.html import HtmlElement

from newsarchive.reader.anchors import PAGER, Addresses, Anchor, Place, beginning, folded
from newsarchive.reader.clicks import clicks
from newsarchive.reader.pagelinks import LABEL, NEXT, kind_of, label_of
from newsarchive.text import unaccent

# A page's number in an address: the last of the path ('/page-2', '/page/2/', '-trang-2.html',
# 'kinh-doanh-page1'), or a parameter, with or without a portlet's prefix ('_101_cur').
_PATH = re.compile(
    r"(?:(?<=/)|[-_.,;])(?:page|trang|paged|p)[-_/=]?(\d{1,5})(?=/?(?:\.\w{3,5})?/?$)",
    re.IGNORECASE,
)
_TAIL = re.compile(r"/(\d{1,4})/?$")
_PARAM = re.compile(
    r"(?:.*_)?(?:page|p|pg|paged|pages|pagenumber|pageno|page_no|page_num|pagenum|pageindex|page_index"
    r"|currentpage|curpage|trang|start|limitstart|offset|cur|ipage)",
    re.IGNORECASE,
)
_CURRENT = re.compile(r"(?:^|[\s_-])(?:active|current|selected|on|curr|cur-page)(?:[\s_-]|$)", re.I)
_OF = re.compile(r"(?:trang|page)\s*(\d{1,5})\s*(?:/|of|tren|trong)\s*\d")
_NUMBER = re.compile(r"(?<![\w/.,:-])\d{1,5}(?![\w/.,:-])")
_SLIDES = re.compile(r"swiper|slick|\bowl-|flex-control|carousel|slide|nivo", re.IGNORECASE)
_MAX_TEXT = 40
_MAX_PARTS = 1000  # texts, or elements, of a pager
_MOST_PAGERS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """What the pager of a page says.

    next: the following page, None on the last. click: the link of a script that leads there,
    where no address does. scripted: whether some script leads to further pages. pages: the other
    numbered ones, in order. place: where it stands, None if there is none.
    """

    next: str | None = None
    click: Anchor | None = None
    scripted: bool = False
    pages: tuple[str, ...] = ()
    place: Place | None = None


@dataclass(slots=True, eq=False)
class _Step:
    """A link of a pager. label: the page it names; value: the number in its address."""

    anchor: Anchor
    url: str
    base: str
    label: int | None
    value: int | None
    kind: str  # 'number', 'next', 'forward' (» alone), 'other'


def split_page(url: str) -> tuple[str, int | None]:
    """An address without the number of its page, and that number (None without one).

    >>> split_page('https://a.vn/tin/page-2')
    ('https://a.vn/tin', 2)
    """
    parts = urlsplit(url)
    path, value = parts.path, None
    if match := _PATH.search(path):
        value = int(match.group(1))
        path = path[: match.start()] + path[match.end() :]
    kept = []
    for name, text in parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape"):
        if value is None and text.isdecimal() and len(text) <= 6 and _PARAM.fullmatch(name):
            value = int(text)
        else:
            kept.append((name, text))
    query = urlencode(kept, errors="surrogateescape")
    bare = re.sub(r"(?:/index)?\.(?:html?|aspx|php)$", "", path).rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{bare}" + (f"?{query}" if query else ""), value


def read_pager(
    root: HtmlElement, addresses: Addresses, anchors: Iterable[Anchor], articles: frozenset[str]
) -> Pager:
    """The next page of the list and its other pages, as they are linked: none is made up.

    articles: addresses that are articles, which no page of a list is.
    """
    own_base, own_value = split_page(addresses.url or "")
    steps = [s for a in anchors if (s := _step(a, own_base, articles)) is not None]
    following: str | None = None
    pages: dict[str, None] = {}
    where: Place | None = None
    for place, group in _pagers(steps)[:_MOST_PAGERS]:
        current = _current(place, group, addresses, own_value)
        if following is None:
            following = _following(group, current)
        for step in group:
            if step.label is not None and step.label != current and step.url != addresses.url:
                pages.setdefault(step.url)
        where = where or place
    if following is None and not any(s.label is not None for s in steps):
        following = _declared(root, addresses, own_base, articles)
    if following is None and not any(s.kind in ("next", "forward") for s in steps):
        click, scripted, here = _clicked(root, addresses)
        return Pager(click=click, scripted=scripted, pages=tuple(pages), place=where or here)
    return Pager(next=following, pages=tuple(pages), place=where)


def _is_slider(anchor: Anchor) -> bool:
    """Whether a link is a button of a slide show, which are often called pagers too."""
    place: Place | None = anchor.place
    for _ in range(4):
        if place is None:
            return False
        if _SLIDES.search(place.name):
            return True
        place = place.parent
    return False


def _clicked(root: HtmlElement, addresses: Addresses) -> tuple[Anchor | None, bool, Place | None]:
    """(the link that sends a form for the next page, whether a script leads on, the pager)."""
    steps: list[_Step] = []
    for anchor in clicks(root):
        in_pager = bool(anchor.zone & PAGER)
        sends = anchor.url is not None
        if _is_slider(anchor):
            continue
        if len(anchor.text) > _MAX_TEXT or not (in_pager or (sends and _might_page(anchor))):
            continue
        label = label_of(anchor)
        kind = kind_of(anchor, label)
        if kind != "other" or label is not None:
            named = anchor.url or f"#{len(steps)}"
            steps.append(_Step(anchor, named, "", label, None, kind))
    for place, group in _pagers(steps)[:_MOST_PAGERS]:
        url = _following(group, _current(place, group, addresses, None))
        step = next((s for s in group if s.url == url), None)
        if step is not None:
            return (step.anchor if step.anchor.url else None), step.anchor.url is None, place
    return None, False, None


def _step(anchor: Anchor, own_base: str, articles: frozenset[str]) -> _Step | None:
    """The link as one of a pager, None if it is none."""
    text = anchor.text
    in_pager = bool(anchor.zone & PAGER)
    url = anchor.url
    if url is None or not anchor.own or len(text) > _MAX_TEXT or url in articles:
        return None
    if not in_pager and text and not _might_page(anchor):
        return None
    if not in_pager and not text and anchor.el.get("rel") != "next":
        return None
    label = label_of(anchor)
    kind = kind_of(anchor, label)
    if kind == "other" and label is None:
        return None
    base, value = split_page(url)
    if value is None and base != own_base:
        # Only where a pager is named can a bare number at the end be a page's.
        match = _TAIL.search(urlsplit(url).path) if in_pager else None
        if match is None:
            return None
        value = int(match.group(1))
    elif base != own_base and not in_pager and label is None:
        return None
    return _Step(anchor, url, base, label, value, kind)


def _might_page(anchor: Anchor) -> bool:
    """Cheap look at a link outside anything named a pager."""
    text = anchor.text
    return (
        text.strip("[] ").isdecimal()
        or text in ("›", "»", ">", ">>", "→")
        or (len(text) <= 24 and NEXT.fullmatch(folded(text)) is not None)
    )


def _pagers(steps: list[_Step]) -> list[tuple[Place, list[_Step]]]:
    """The links by the pager they stand in: the largest named one, else their common frame."""
    groups: dict[int, tuple[Place, list[_Step]]] = {}
    for step in steps:
        place = step.anchor.place
        if place.zone & PAGER:
            while place.parent is not None and place.parent.zone & PAGER:
                place = place.parent
        else:
            for _ in range(2):
                if place.parent is not None and place.el.tag in ("li", "span", "td", "b", "font"):
                    place = place.parent
        groups.setdefault(id(place), (place, []))[1].append(step)
    return list(groups.values())


def _current(
    place: Place, group: list[_Step], addresses: Addresses, own_value: int | None
) -> int | None:
    """The number of the page itself, as its pager names it."""
    linked = {s.label for s in group if s.label is not None}
    own = [s.label for s in group if s.label is not None and s.url == addresses.url]
    # Text by text: the numbers of adjacent elements are not one number.
    text = " ".join([part[:_MAX_TEXT] for part in islice(place.el.itertext(), _MAX_PARTS)])
    marked = _marked(place)
    if marked is not None:
        return marked
    if match := _OF.search(unaccent(text).lower()):
        return int(match.group(1))
    if own:
        return own[0]
    if len(text) <= 400:
        unlinked = {int(n) for n in _NUMBER.findall(text)} - linked
        if len(unlinked) == 1:
            return unlinked.pop()
    if own_value is None:
        return 1 if linked else None
    for step in group:
        if step.label is not None and step.value is not None:
            shift = step.label - step.value
            return own_value + shift if shift in (0, 1) else None
    return None


def _marked(place: Place) -> int | None:
    """The number of the element that is marked as the current page."""
    elements = place.el.iter("li", "a", "span", "strong", "b", "em", "td", "div")
    for el in islice(elements, _MAX_PARTS):
        if el is place.el:
            continue
        if not (el.get("aria-current") or _CURRENT.search(el.get("class") or "")):
            continue
        text = beginning(el)
        if len(text) <= 12 and (match := LABEL.fullmatch(folded(text))):
            return int(match.group(1))
    return None


def _following(group: list[_Step], current: int | None) -> str | None:
    """The address of the page after `current`."""
    if current is not None:
        for step in group:
            if step.label == current + 1:
                return step.url
    known = {s.url: s.label for s in group if s.kind == "number" and s.label is not None}
    for kind in ("next", "forward"):
        for step in group:
            if step.kind != kind:
                continue
            label = known.get(step.url, step.label)
            if label is None:
                label = _derived(step, group)
            if label is None and kind == "forward" and current is not None and known:
                continue  # it may be the last page as well
            if label is None or current is None or label == current + 1:
                return step.url
    return None


def _derived(step: _Step, group: list[_Step]) -> int | None:
    """The number of the page a sign leads to, from how numbered links of its pager are made."""
    points = sorted(
        {(s.value, s.label) for s in group if s.value is not None and s.label is not None}
    )
    if step.value is None or not points:
        return None
    value, label = points[0]
    if len(points) == 1:
        return step.value + label - value if label - value in (0, 1) else None
    rise, run = points[-1][1] - label, points[-1][0] - value
    if run == 0 or rise == 0:
        return None
    derived = label + (step.value - value) * rise / run
    return int(derived) if derived == int(derived) else None


def _declared(
    root: HtmlElement, addresses: Addresses, own_base: str, articles: frozenset[str]
) -> str | None:
    """The page that the head declares as the next one; some themes name the next article so."""
    for el in root.iter("link"):
        if (el.get("rel") or "").lower() != "next":
            continue
        url, own = addresses.read(el.get("href") or "")
        if url is None or not own or url in articles or url == addresses.url:
            continue
        base, value = split_page(url)
        if value is not None and (base == own_base or own_base.startswith(base)):
            return url
    return None
