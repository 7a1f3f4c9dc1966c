"""What an element's attributes tell: alignment, hiding, emphasis, roles; a picture's addresses."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml.html import HtmlElement

from newsarchive.reader.blocks import Picture
from newsarchive.reader.roles import Role, roles_of
from newsarchive.text import clean

_ARIA = {
    "navigation": Role.NAV, "banner": Role.HEADER, "contentinfo": Role.FOOTER,
    "complementary": Role.ASIDE, "search": Role.ADS, "dialog": Role.ADS,
}  # fmt: skip
_NAMING = frozenset(("id", "itemprop", "data-role", "type", "data-testid", "data-block"))
_SIDE = re.compile(r"(?<![a-z-])(width|height)\s*:\s*(\d{1,5})px")
_LONGEST = 1000  # characters of a name or style that tell something; all are remembered
_LAZY = ("data-src", "data-original", "data-lazy-src", "data-img-url", "data-lazy", "data-url")


@lru_cache(maxsize=2048)
def style_of(style: str) -> tuple[str, bool, bool, bool]:
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


def attributes(
    el: HtmlElement, attrs: list[tuple[str, str]] | None = None
) -> tuple[str, str, str, bool, int]:
    """(name, style, align, hidden, roles): what an element's attributes say it is for."""
    name = style = align = ""
    hidden = False
    extra = Role.NONE
    for key, value in attrs if attrs is not None else el.items():
        if key == "class":
            name = f"{name} {value}" if name else value
            if "center" in value or "right" in value or "end" in value:
                match = _ALIGN_NAME.search(value, 0, _LONGEST)
                if match:
                    align = "center" if "center" in match.group() else "right"
        elif key in _NAMING:
            name = f"{name} {value}" if name else value
        elif key == "style":
            style = value
        elif key == "align" and el.tag not in ("table", "img"):
            # On a table it places the table, not its text.
            value = value.strip().lower()
            align = value if value in ("center", "right") else "left"
        elif key == "hidden" or (key == "aria-hidden" and value == "true"):
            hidden = key == "hidden"
        elif key == "itemtype":
            extra |= Role.CRUMB if value.endswith("BreadcrumbList") else Role.NONE
        elif key == "role":
            extra |= _ARIA.get(value, Role.NONE)
        elif key == "rel" and ("author" in value or "tag" in value.split()):
            extra |= (
                Role.AUTHOR
                if "author" in value
                else Role.SECTION
                if "category" in value
                else Role.TAGS
            )
    name, style = name[:_LONGEST], style[:_LONGEST]
    roles = (roles_of(name) if name else Role.NONE) | extra
    return name, style, align, hidden or bool(roles & Role.HIDDEN), roles


def picture(el: HtmlElement, href: str) -> Picture:
    """An img element's candidates and what stands on it; `href`: the link it stands in."""
    get = el.get
    lazy = next((value for value in map(get, _LAZY) if value), "")
    if not lazy:
        lazy = _largest(get("data-srcset") or get("srcset") or "")
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
