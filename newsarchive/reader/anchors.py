"""The links of a page, each with its absolute address and the zone of the page it stands in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from newsarchive.text import fold
from newsarchive.urls import DEFAULT_PORTS, absolute, bare_host, key

# Zones are bits of one int: a link can stand in a menu of the footer.
NAV, PAGER, CRUMB, FOOTER, HEADER, SIDE, RELATED, JUNK, CATEGORY, STORY = (
    1, 2, 4, 8, 16, 32, 64, 128, 256, 512,
)  # fmt: skip
_NAMES = (
    (
        PAGER,
        r"paginat|\bpagers?\b|blog-?pager|phan-?trang|page-?nav|page-?numbers?\b|page-links?\b|\bpaging"
        r"|page-iterator|posts-navigation",
    ),
    (NAV, r"\bnav\b|\bnav-|-nav\b|\bnavi\b|navbar|navigation|menu"),
    (CRUMB, r"bread-?crumb|\bcrumbs?\b|pathway|duong-?dan"),
    (FOOTER, r"\bfooter\b|\bfoot\b|copyright|site-info\b"),
    (HEADER, r"(?:^|\s)(?:site-|main-|top-)?header(?=\s|$)|masthead|\btop-?bar\b"),
    # Right columns alone: what is called left is as often the main one.
    (
        SIDE,
        r"(?<!has-)(?<!with-)(?<!no-)(?<!content-)\bside-?bar(?!-content)|\baside\b|widget-area"
        r"|\b(?:right-?col|col-?right|cot-?phai|right-?side)",
    ),
    (
        RELATED,
        r"related|lien-?quan|\bothers?\b|\borther|(?:tin|bai|bai-viet)-?khac\b|cung-?chu|items-more"
        r"|\btin-?cu\b|post-navigation|nav-single|recent-?posts|(?<!td-)latest-posts",
    ),
    (CATEGORY, r"categor(?:y-name|ies)|\bcat-(?:item|links?|children)\b|chuyen-?muc|danh-?muc"),
    (
        JUNK,
        r"(?:^|\s)(?:[a-z]+-)?tags?(?:-(?:\d+|links|list\d*|cloud|box|wrap\w*|detail))?(?=\s|$)|tagcloud"
        r"|keyword|tu-?khoa|\bshar(?:e|ing)\b|social|chia-?se|comment|binh-?luan|print-icon"
        r"|top-?hits|most-?(?:read|view)|popular|(?:doc|xem)-?nhieu"
        r"|\bads?\b|advert|quang-?cao|sponsor|banners?\b|login|dang-?nhap|calendar"
        r"|datepicker|archives-list|search-?(?:form|box|bar)\b|languages?\b",
    ),
)  # fmt: skip
_ALL = re.compile("|".join(pattern for _, pattern in _NAMES))
_SINGLE = tuple((zone, re.compile(pattern)) for zone, pattern in _NAMES)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ROLES = {"navigation": NAV, "contentinfo": FOOTER, "complementary": SIDE, "banner": HEADER}
_TAGS = {"nav": NAV, "aside": SIDE, "marquee": JUNK, "article": STORY, "main": STORY}
_DIGITS = re.compile(r"\d+")
_LONGEST_NAME = 1000  # characters of a class name that tell something; all are remembered
_LONGEST_ADDRESS = 4000  # characters; servers take no more
_LONGEST_TEXT = 2000  # characters of a link's text
_BREAKS = str.maketrans("", "", "\t\r\n")
# Joined by hand where nothing can go wrong: urljoin is a third of the time of a page.
_PLAIN = re.compile(r"/(?!/)[\w./,~!$*+@:%-]*(?:\?[\w./,~!$*+@:%=&-]+)?", re.ASCII)
_BESIDE = re.compile(r"\w[\w./,~!$*+@%-]*(?:\?[\w./,~!$*+@:%=&-]+)?", re.ASCII)
# Paths whose identity is plain to see: no query, no twin, nothing to decode.
_SIMPLE = re.compile(
    r"(?:/(?!index\.|default\.|savefile/|print/|sendmail/|amp/)[\w.~-]+)*/?",
    re.ASCII | re.IGNORECASE,
)

# The same menus and labels stand on every page of a site.
folded = lru_cache(maxsize=4096)(fold)


@lru_cache(maxsize=4096)
def zone_of(name: str) -> int:
    """Zones that a string of class names and ids gives."""
    plain = _CAMEL.sub("-", name).lower().replace("_", "-")
    if _ALL.search(plain) is None:
        return 0
    found = 0
    for zone, pattern in _SINGLE:
        if pattern.search(plain):
            found |= zone
    return found


@lru_cache(maxsize=4096)
def _label(tag: str, classes: str) -> str:
    """The element as a step of a structural path: numbers in its first class do not count."""
    first = classes.split(maxsplit=1)
    return f"{tag}.{_DIGITS.sub('', first[0])}" if first else tag


class Place:
    """An element around links: its zones (those of its ancestors included) and its parent."""

    __slots__ = ("depth", "el", "label", "name", "owner", "parent", "zone")

    def __init__(self, el: HtmlElement, parent: Place | None) -> None:
        self.el = el
        self.parent = parent
        self.depth: int = parent.depth + 1 if parent is not None else 0
        self.owner: str | None = None  # key of the only story in it, '' if there are several
        tag = el.tag
        classes = (el.get("class") or "")[:_LONGEST_NAME]
        self.label = _label(tag, classes)
        name = el.get("id")
        self.name = f"{classes} {name}"[:_LONGEST_NAME] if name else classes
        self.zone: int = parent.zone if parent is not None else 0
        zone = self.zone
        if tag in ("body", "html"):  # their classes speak of the whole page
            return
        own = _TAGS.get(tag, 0)
        if tag == "header" or tag == "footer":
            # Inside an item they are the item's.
            own = 0 if zone & STORY else HEADER if tag == "header" else FOOTER
        elif self.name and tag != "article":  # WordPress writes a story's tags into its classes
            own |= zone_of(self.name)
        role = el.get("role")
        if role is not None:
            own |= _ROLES.get(role, 0)
        self.zone = zone | own


@dataclass(slots=True, eq=False)
class Anchor:
    """One link. url: absolute, None if it leads nowhere that could be asked; own: same host, port.

    order: its position among all links of the page. image: holds a picture.
    """

    el: HtmlElement
    url: str | None
    own: bool
    text: str
    image: bool
    place: Place
    order: int

    @property
    def zone(self) -> int:
        """Zones of the place it stands in."""
        return self.place.zone

    def signature(self) -> tuple[str, ...]:
        """Where it stands, in a form equal for the same link of the list's next item."""
        place: Place | None = self.place
        steps = [_label("a", (self.el.get("class") or "")[:_LONGEST_NAME])]
        while place is not None and len(steps) < 5:
            steps.append(place.label)
            place = place.parent
        return tuple(steps)


class Addresses:
    """How the links of one page read: its base, and which hosts are its own."""

    def __init__(self, root: HtmlElement, url: str | None) -> None:
        # An address such as 'urn:...' or a file's name is no base of links.
        url = self.base = absolute(None, url) if url is not None and "://" in url else None
        for el in root.iter("base"):
            if href := el.get("href"):
                self.base = absolute(url, href) or url
            break
        page = urlsplit(url or self.base or "")
        self.url = url
        self._home = _site(page.netloc, page.scheme)
        base = urlsplit(self.base or "")
        self._origin = f"{base.scheme}://{base.netloc}" if base.netloc else ""
        # What urljoin would straighten in the base is left to it.
        odd = "//" in base.path or "/." in base.path
        self._folder = "" if odd else self._origin + base.path.rpartition("/")[0] + "/"
        self._base_own = _site(base.netloc, base.scheme) == self._home
        self._known: dict[str, tuple[str | None, bool]] = {}
        self._prefix = key(f"{self._origin}/") if self._origin else ""

    def read(self, href: str) -> tuple[str | None, bool]:
        """The absolute address of a link, and whether it is the page's own host and port."""
        found = self._known.get(href)
        if found is None:
            found = self._known[href] = self._read(href)
        return found

    def key(self, url: str, *, id_params: tuple[str, ...] = ()) -> str:
        """`urls.key`, without its cost for the plain addresses most links have."""
        start = len(self._origin)
        if start and url.startswith(self._origin) and _SIMPLE.fullmatch(url, start):
            return self._prefix + url[start:].rstrip("/")
        return key(url, id_params=id_params)

    def _read(self, href: str) -> tuple[str | None, bool]:
        if self._origin and "/." not in href:
            if _PLAIN.fullmatch(href):
                return self._origin + href, self._base_own
            if self._folder and _BESIDE.fullmatch(href) and "//" not in href:
                return self._folder + href, self._base_own
            if href.startswith(self._origin) and _PLAIN.fullmatch(href, len(self._origin)):
                return href, self._base_own
        url = absolute(self.base, href.translate(_BREAKS))
        if url is None:
            return None, False
        try:
            parts = urlsplit(url)
            return url, (not parts.netloc or _site(parts.netloc, parts.scheme) == self._home)
        except ValueError:
            return None, False


@lru_cache(maxsize=256)
def _site(netloc: str, scheme: str) -> tuple[str, int]:
    """Host without www and port; the ports of http and https count as one."""
    parts = urlsplit(f"//{netloc}")
    try:
        port = parts.port
    except ValueError:
        port = -1
    if port is None or (port in DEFAULT_PORTS.values() and scheme in DEFAULT_PORTS):
        port = 0
    return bare_host(parts.hostname or ""), port


def anchors(root: HtmlElement, addresses: Addresses) -> list[Anchor]:
    """Every link of the page that has an address, in order. One pass over the <a> elements."""
    places: dict[HtmlElement, Place] = {}
    found: list[Anchor] = []
    for el in root.iter("a"):
        href = el.get("href")
        if not href or len(href) > _LONGEST_ADDRESS:
            continue
        url, own = addresses.read(href)
        if url is None:
            continue
        image = False
        if len(el):
            text = beginning(el)
            image = next(el.iter("img", "picture"), None) is not None
        else:
            text = " ".join((el.text or "")[:_LONGEST_TEXT].split())
        found.append(Anchor(el, url, own, text, image, place_of(el, places), len(found)))
    return found


def beginning(el: HtmlElement) -> str:
    """The text that an element begins with, its blanks collapsed.

    All of it unless it is hostile: elements that stand in each other by the hundred would each
    bring the text of all within.
    """
    parts = islice(el.itertext(), 200)
    return " ".join("".join([part[:_LONGEST_TEXT] for part in parts])[:_LONGEST_TEXT].split())


def place_of(el: HtmlElement, places: dict[HtmlElement, Place]) -> Place:
    """The place of a link: that of its parent, made with those above it where they are new."""
    fresh: list[HtmlElement] = []
    place: Place | None = None
    for parent in el.iterancestors():
        place = places.get(parent)
        if place is not None:
            break
        fresh.append(parent)
    for parent in reversed(fresh):
        place = places[parent] = Place(parent, place)
    return place if place is not None else Place(el, None)  # the root itself can be a link
