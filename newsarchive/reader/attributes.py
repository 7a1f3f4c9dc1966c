"""What an element's attributes tell: alignment, hiding, emphasis, roles; a picture's addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from lxml.html import HtmlElement

from newsarchive.reader.roles import Role, roles_of
from newsarchive.text import clean

_ARIA = {
    "navigation": Role.NAV, "banner": Role.HEADER, "contentinfo": Role.FOOTER,
    "complementary": Role.ASIDE, "search": Role.ADS, "dialog": Role.ADS,
}  # fmt: skip
_NAMING = frozenset(("id", "itemprop", "data-role", "type", "data-testid", "data-block"))
_TELLING = _NAMING | {"class", "style", "align", "hidden", "itemtype", "role", "rel", "property"}
_RDFA = {
    "dc:date": "datePublished", "dc:created": "datePublished", "dc:modified": "dateModified",
    "schema:datePublished": "datePublished", "schema:dateCreated": "datePublished",
    "schema:dateModified": "dateModified",
}  # fmt: skip
_PLACED = frozenset(("table", "img"))
_SIDE = re.compile(r"(?<![a-z-])(width|height)\s*:\s*(\d{1,5})px")
_LONGEST = 1000  # characters of a name or style that tell something; all are remembered
_LAZY = ("data-src", "data-original", "data-lazy-src", "data-img-url", "data-lazy", "data-url")


def _style(style: str) -> tuple[str, bool, bool, bool]:
    """(alignment, hidden, bold, italic) of a style attribute."""
    style = style.lower().replace(" ", "")
    align = ""
    if "text-align:center" in style:
        align = "center"
    elif "text-align:right" in style or "text-align:end" in style:
        align = "right"
    elif "text-align:" in style:
        align = "left"
    bold = bool(re.search(r"font-weight:(?:bold|[6-9]00)", style))
    return align, "display:none" in style, bold, "font-style:italic" in style


_ALIGN_NAME = re.compile(
    r"(?:text-?|align-?|\brte)(?:center|right|end)\b|\bcenter\b|\bpull-right\b"
)


def _number(value: str) -> int:
    match = re.match(r"\d{1,5}", value)
    return int(match.group()) if match else 0


def _largest(srcset: str) -> str:
    """The widest candidate of a srcset, '' if it has none."""
    best, width = "", -1.0
    for candidate in srcset.split(", "):
        parts = candidate.strip().split()
        if not parts:
            continue
        match = re.match(r"[\d.]+", parts[1]) if len(parts) > 1 else None
        size = float(match.group().strip(".") or 0) if match else 1.0
        if size > width:
            best, width = parts[0].rstrip(","), size
    return best


class Marks(NamedTuple):
    """What an element's attributes say: its name (classes, ids and their like), its look, its use.

    align: 'center', 'right', 'left' or '' where nothing says. prop: its item property.
    """

    name: str = ""
    align: str = ""
    hidden: bool = False
    bold: bool = False
    italic: bool = False
    roles: int = Role.NONE
    prop: str = ""


NOTHING = Marks()


def attributes(attrs: list[tuple[str, str]], tag: str) -> Marks:
    """What the attributes of an element, as (name, value), say it is for."""
    if len(attrs) == 1:  # as most elements have
        key, value = attrs[0]
        if key not in _TELLING:
            return NOTHING
        if key == "class" and len(value) <= _LONGEST:
            return _classed(value)
    telling = [
        pair if len(pair[1]) <= _LONGEST else (pair[0], pair[1][:_LONGEST])
        for pair in attrs
        if pair[0] in _TELLING
    ]
    return _marks(tuple(telling), tag in _PLACED) if telling else NOTHING


@lru_cache(maxsize=4096)
def _classed(value: str) -> Marks:
    return _marks((("class", value),), False)


@lru_cache(maxsize=4096)
def _marks(attrs: tuple[tuple[str, str], ...], placed: bool) -> Marks:
    """placed: whether 'align' places the element itself and not its text."""
    name = style = align = prop = ""
    hidden = False
    roles = Role.NONE
    for key, value in attrs:
        if key == "class" or key in _NAMING:
            name = f"{name} {value}" if name else value
            if key == "class":
                match = _ALIGN_NAME.search(value)
                if match:
                    align = "center" if "center" in match.group() else "right"
            elif key == "itemprop":
                prop = prop or value
        elif key == "style":
            style = value
        elif key == "property":  # RDFa, as Drupal 7 writes it
            prop = next((_RDFA[v] for v in value.split() if v in _RDFA), prop)
        elif key == "align":
            if not placed:
                value = value.strip().lower()
                align = value if value in ("center", "right") else "left"
        elif key == "hidden":
            hidden = True
        else:
            roles |= _said(key, value)
    styled, none, bold, italic = _style(style) if style else ("", False, False, False)
    name = name[:_LONGEST]
    roles |= roles_of(name) if name else Role.NONE
    hidden = hidden or none or bool(roles & Role.HIDDEN)
    return Marks(name, styled or align, hidden, bold, italic, roles, prop)


def _said(key: str, value: str) -> int:
    """The role that an attribute for machines names."""
    if key == "itemtype":
        return Role.CRUMB if value.endswith("BreadcrumbList") else Role.NONE
    if key == "role":
        return _ARIA.get(value, Role.NONE)
    if "author" in value:
        return Role.AUTHOR
    if "tag" in value.split():
        return Role.SECTION if "category" in value else Role.TAGS
    return Role.NONE


@dataclass(frozen=True, slots=True)
class Picture:
    """An img element as found: its address candidates and what stands on it."""

    src: str
    lazy: str
    alt: str
    title: str
    name: str
    roles: int
    width: int
    height: int
    href: str


def _without_script(el: HtmlElement) -> str:
    """The address for browsers without scripts, in a <noscript> right behind a stand-in."""
    behind = el.getnext()
    if behind is None or behind.tag != "noscript":
        return ""
    image = next(behind.iter("img"), None)
    return (image.get("src") or "") if image is not None else ""


def picture(el: HtmlElement, href: str) -> Picture:
    """An img element's candidates and what stands on it; `href`: the link it stands in."""
    get = el.get
    lazy = next((value for value in map(get, _LAZY) if value), "")
    if not lazy:
        lazy = _largest(get("data-srcset") or get("srcset") or "") or _without_script(el)
    name = f"{get('class') or ''} {get('id') or ''}".strip()[:_LONGEST]
    width, height = _number(get("width") or ""), _number(get("height") or "")
    style = get("style")
    if style:
        sizes = dict(_SIDE.findall(style[:_LONGEST].lower()))
        width, height = int(sizes.get("width", width)), int(sizes.get("height", height))
    return Picture(
        src=(get("src") or "").strip(),
        lazy=lazy.strip(),
        alt=clean(get("alt") or ""),
        title=clean(get("data-caption") or get("title") or ""),
        name=name,
        roles=roles_of(name) if name else Role.NONE,
        width=width,
        height=height,
        href=href,
    )
