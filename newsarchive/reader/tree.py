"""One walk over a parsed page: its text and pictures as a flat row of blocks, each in its frame."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from lxml.html import HtmlElement

from newsarchive.reader.roles import Role, roles_of
from newsarchive.text import clean

_SKIPPED = frozenset(
    [
        "style",
        "noscript",
        "template",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "select",
        "option",
        "textarea",
        "canvas",
        "audio",
        "map",
        "button",
        "frameset",
        "applet",
        "datalist",
        "input",
    ]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "source",
        "track",
        "param",
        "picture",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "o:p",
        "st1:place",
        "wbr",
        "nobr",
        "ruby",
        "rb",
        "rt",
        "rp",
    ]
)
_BOLD = frozenset(("b", "strong"))
_ITALIC = frozenset(("i", "em", "cite"))
_LEVELS = {f"h{n}": n for n in range(1, 7)}
_TAG_ROLES = {
    "nav": Role.NAV, "footer": Role.FOOTER, "header": Role.HEADER, "aside": Role.ASIDE,
    "marquee": Role.ADS, "figcaption": Role.CAPTION, "article": Role.ARTICLE, "time": Role.DATE,
}  # fmt: skip
_ARIA = {
    "navigation": Role.NAV, "banner": Role.HEADER, "contentinfo": Role.FOOTER,
    "complementary": Role.ASIDE, "search": Role.ADS, "dialog": Role.ADS,
}  # fmt: skip
_PARTED = Role.DATE | Role.AUTHOR | Role.SECTION | Role.TAGS | Role.SOURCE
_FLAT_BELOW = 220  # deeper markup is read as plain text: nobody nests a story so, attackers do


class Frame:
    """A block element: its roles, its place in the tree and the row of blocks it spans."""

    __slots__ = ("around", "depth", "el", "first", "last", "name", "parent", "roles", "tag")

    def __init__(
        self, el: HtmlElement, tag: str, parent: Frame | None, first: int, name: str, roles: int
    ) -> None:
        self.el = el
        self.tag = tag
        self.parent = parent
        self.depth: int = parent.depth + 1 if parent is not None else 0
        self.first = first  # index of the first block in it
        self.last = first  # index after the last block in it
        self.name = name
        self.roles = roles
        self.around: int = parent.around | roles if parent is not None else roles  # with ancestors'

    def mark(self, role: int) -> None:
        """Give the frame a further role; frames made in it afterwards know."""
        self.roles |= role
        self.around |= role

    def holds(self, block: Block) -> bool:
        """Whether the block stands in this frame."""
        return self.first <= block.index < self.last

    def up(self) -> Iterator[Frame]:
        """This frame and those around it, innermost first."""
        frame: Frame | None = self
        while frame is not None:
            yield frame
            frame = frame.parent


class Block:
    """A line of text, or a picture, as a reader sees it."""

    __slots__ = (
        "align",
        "bold",
        "datetime",
        "frame",
        "href",
        "image",
        "index",
        "inline",
        "italic",
        "level",
        "links",
        "tail_strong",
        "text",
    )  # fmt: skip

    def __init__(self, index: int, text: str, frame: Frame) -> None:
        self.index = index
        self.text = text
        self.frame = frame
        self.links = 0  # characters inside links
        self.bold = 0
        self.italic = 0
        self.level = 0  # of the heading it stands in, 1 to 6
        self.align = ""
        self.href = ""  # address of the last link in it
        self.inline = Role.NONE  # roles of inline elements in it
        self.image: Picture | None = None
        self.datetime = ""
        self.tail_strong = ""  # text of the bold or italic element that ends it

    def is_link(self) -> bool:
        """Whether nearly all its text is a link."""
        return self.links * 10 >= len(self.text) * 8 > 0


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


@dataclass(slots=True)
class Page:
    """All that one walk brought home."""

    root: HtmlElement
    blocks: list[Block] = field(default_factory=list)
    metas: list[tuple[str, str]] = field(default_factory=list)
    json_ld: list[str] = field(default_factory=list)
    title: str = ""
    canonical: str = ""
    base: str = ""
    hidden: list[tuple[str, str]] = field(default_factory=list)  # itemprop -> text
    forms: int = 0
    scripts: int = 0


@lru_cache(maxsize=2048)
def _style_of(style: str) -> tuple[str, bool, bool, bool]:
    """(alignment, hidden, bold, italic) of a style attribute."""
    style = style.lower().replace(" ", "")
    align = ""
    if "text-align:center" in style:
        align = "center"
    elif "text-align:right" in style or "text-align:end" in style:
        align = "right"
    bold = bool(re.search(r"font-weight:(?:bold|[6-9]00)", style))
    return align, "display:none" in style, bold, "font-style:italic" in style


_ALIGN_NAME = re.compile(
    r"text-?(center|right|end)\b|align-?(center|right)\b|\bcenter\b|\bpull-right\b"
)


def _number(value: str) -> int:
    match = re.match(r"\d{1,5}", value)
    return int(match.group()) if match else 0


class _Walker:
    """State of one walk; `text` gathers a line until a block border or a <br> ends it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.parts: list[str] = []
        self.bold = self.italic = self.link = 0
        self.count_bold = self.count_italic = self.count_link = 0
        self.href = self.datetime = ""
        self.inline = Role.NONE
        self.level = 0
        self.align = ""
        self.strong_at = -1  # where the last bold or italic run begins in parts
        self.strong_end = -1
        self.cut_at = -1  # where a named span (date, author, ...) ends in parts
        self.cut_roles = Role.NONE

    def add(self, text: str) -> None:
        if not self.parts and text.isspace():
            return
        self.parts.append(text)
        if self.bold:
            self.count_bold += len(text)
        if self.italic:
            self.count_italic += len(text)
        if self.link:
            self.count_link += len(text)

    def flush(self, frame: Frame) -> None:
        if not self.parts:
            self.inline = Role.NONE
            return
        parts = self.parts
        text = clean("".join(parts))
        if text:
            block = Block(len(self.page.blocks), text, frame)
            raw = sum(map(len, parts)) or 1
            share = len(text) / raw
            block.links = min(len(text), round(self.count_link * share))
            block.bold = min(len(text), round(self.count_bold * share))
            block.italic = min(len(text), round(self.count_italic * share))
            block.level, block.align = self.level, self.align
            block.href, block.datetime, block.inline = self.href, self.datetime, self.inline
            if 0 < self.strong_at < self.strong_end:
                after = clean("".join(parts[self.strong_end :]))
                if len(after) <= 2:
                    block.tail_strong = clean("".join(parts[self.strong_at : self.strong_end]))
            self.page.blocks.append(block)
        self.parts = []
        self.count_bold = self.count_italic = self.count_link = 0
        self.href = self.datetime = ""
        self.inline = Role.NONE
        self.strong_at = self.strong_end = self.cut_at = -1
        if self.link:
            self.href = self._open_href

    _open_href = ""

    def cut(self, frame: Frame) -> None:
        """End the line where one named span gave way to another: '<date> <author>' are two lines."""
        rest = self.parts[self.cut_at :]
        inline = self.inline
        del self.parts[self.cut_at :]
        self.inline = self.cut_roles
        self.flush(frame)
        self.parts = rest
        self.inline = inline & ~self.cut_roles

    def children(self, el: HtmlElement, frame: Frame, depth: int) -> None:
        if el.text:
            self.add(el.text)
        if depth > _FLAT_BELOW:
            self.add(" ".join(el.itertext()))
            return
        for child in el:
            self.element(child, frame, depth + 1)
            if child.tail:
                self.add(child.tail)

    def element(self, el: HtmlElement, frame: Frame, depth: int) -> None:
        tag = el.tag
        if tag in _INLINE:
            self.inline_element(el, tag, frame, depth)
        elif tag == "br":
            self.flush(frame)
        elif tag in _SKIPPED:
            return
        elif tag == "img":
            self.image(el, frame)
        elif tag in _HEAD:
            self.head(el, tag, frame, depth)
        elif isinstance(tag, str):
            self.block(el, tag, frame, depth)

    def block(self, el: HtmlElement, tag: str, frame: Frame, depth: int) -> None:
        self.flush(frame)
        name, style, align, hidden, roles = _attributes(el)
        if tag in _TAG_ROLES:
            if tag == "article":
                # WordPress names a story's tags and categories in the class of its article.
                roles &= ~(Role.TAGS | Role.SECTION | Role.DATE)
            roles |= _TAG_ROLES[tag]
        inner = Frame(el, tag, frame, len(self.page.blocks), name, roles)
        saved_align, saved_level = self.align, self.level
        bold = italic = False
        if style:
            styled, none, bold, italic = _style_of(style)
            align = styled or align
            hidden = hidden or none
        if hidden:
            inner.mark(Role.HIDDEN)
        if tag == "center":
            align = "center"
        if align:
            self.align = align
        if tag in _LEVELS:
            self.level = _LEVELS[tag]
        elif tag == "form":
            self.page.forms += 1
        self.bold += bold
        self.italic += italic
        self.children(el, inner, depth)
        self.flush(inner)
        self.bold -= bold
        self.italic -= italic
        self.align, self.level = saved_align, saved_level
        inner.last = len(self.page.blocks)
        if roles & Role.HIDDEN or "itemprop" in el.attrib:
            self.item(el, inner)

    def item(self, el: HtmlElement, frame: Frame) -> None:
        prop = el.get("itemprop")
        if prop:
            value = el.get("content") or el.get("datetime")
            if not value:
                value = " ".join(b.text for b in self.page.blocks[frame.first : frame.last][:3])
            self.page.hidden.append((prop, value[:400]))

    def inline_element(self, el: HtmlElement, tag: str, frame: Frame, depth: int) -> None:
        start = len(self.parts)
        blocks = len(self.page.blocks)
        bold = tag in _BOLD
        italic = tag in _ITALIC
        link = tag == "a"
        hidden = False
        marked = Role.NONE
        attrs = el.items()
        if attrs:
            name, style, _, hidden, roles = _attributes(el, attrs)
            if style:
                _, none, styled_bold, styled_italic = _style_of(style)
                hidden = hidden or none
                bold = bold or styled_bold
                italic = italic or styled_italic
            if roles or name:
                # A span or link that holds blocks must stand in the tree of frames.
                frame = Frame(el, tag, frame, blocks, name, roles)
                if hidden:
                    frame.mark(Role.HIDDEN)
                marked = roles & _PARTED
                if marked and self.cut_at > 0 and not marked & self.cut_roles:
                    self.cut(frame.parent or frame)
                    start, blocks = len(self.parts), len(self.page.blocks)
                    frame.first = blocks
            self.inline |= roles
            if tag == "time":
                self.inline |= Role.DATE
                self.datetime = self.datetime or (el.get("datetime") or "")
        if hidden:
            self.hidden(el, frame, depth)
            return
        if link:
            saved, self._open_href = self._open_href, el.get("href") or ""
            self.href = self._open_href or self.href
        self.bold += bold
        self.italic += italic
        self.link += link
        self.children(el, frame, depth)
        self.bold -= bold
        self.italic -= italic
        self.link -= link
        if link:
            self._open_href = saved
        if frame.el is el:
            frame.last = len(self.page.blocks)
            if marked and self.parts:
                self.cut_at, self.cut_roles = len(self.parts), marked
            if attrs and "itemprop" in el.attrib:
                value = (
                    el.get("content") or el.get("datetime") or clean("".join(self.parts[start:]))
                )
                self.page.hidden.append((el.get("itemprop") or "", value[:400]))
        if bold or italic:
            if len(self.page.blocks) != blocks:
                start = 0
            self.strong_at, self.strong_end = start, len(self.parts)

    def hidden(self, el: HtmlElement, frame: Frame, depth: int) -> None:
        """Text nobody sees is no part of a line; only what it says of itself is kept."""
        for item in el.iter():
            prop = item.get("itemprop") if isinstance(item.tag, str) else None
            if prop:
                text = item.get("content") or item.get("datetime") or clean(item.text_content())
                self.page.hidden.append((prop, text[:400]))

    def image(self, el: HtmlElement, frame: Frame) -> None:
        self.flush(frame)
        get = el.get
        lazy = ""
        for attr in (
            "data-src",
            "data-original",
            "data-lazy-src",
            "data-img-url",
            "data-lazy",
            "data-url",
        ):
            lazy = get(attr) or ""
            if lazy:
                break
        if not lazy:
            lazy = _largest(get("data-srcset") or get("srcset") or "")
        name = f"{get('class') or ''} {get('id') or ''}".strip()
        style = get("style") or ""
        width, height = _number(get("width") or ""), _number(get("height") or "")
        if style:
            for side, value in re.findall(
                r"(?<![a-z-])(width|height)\s*:\s*(\d+)px", style.lower()
            ):
                if side == "width":
                    width = int(value)
                else:
                    height = int(value)
        block = Block(len(self.page.blocks), "", frame)
        block.align, block.href = self.align, self._open_href if self.link else ""
        block.image = Picture(
            src=(get("src") or "").strip(),
            lazy=lazy.strip(),
            alt=clean(get("alt") or ""),
            title=clean(get("data-caption") or get("title") or ""),
            name=name,
            roles=roles_of(name) if name else Role.NONE,
            width=width,
            height=height,
            href=block.href,
        )
        self.page.blocks.append(block)

    def head(self, el: HtmlElement, tag: str, frame: Frame, depth: int) -> None:
        page = self.page
        if tag == "meta":
            key = el.get("property") or el.get("name") or el.get("itemprop") or el.get("http-equiv")
            value = el.get("content")
            if key and value:
                page.metas.append((key.strip().lower(), value.strip()))
        elif tag == "script":
            page.scripts += 1
            if "ld+json" in (el.get("type") or "") and el.text:
                page.json_ld.append(el.text)
        elif tag == "title":
            page.title = page.title or clean(el.text_content())
        elif tag == "link":
            if "canonical" in (el.get("rel") or "").lower().split():
                page.canonical = page.canonical or (el.get("href") or "").strip()
        elif tag == "base":
            page.base = page.base or (el.get("href") or "").strip()
        else:
            self.children(el, frame, depth)


_HEAD = frozenset(("meta", "script", "title", "link", "base", "head"))


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


def _attributes(
    el: HtmlElement, attrs: list[tuple[str, str]] | None = None
) -> tuple[str, str, str, bool, int]:
    """(name, style, align, hidden, roles) out of the attributes that tell what an element is for."""
    name = style = align = ""
    hidden = False
    extra = Role.NONE
    for key, value in attrs if attrs is not None else el.items():
        if key == "class":
            name = f"{name} {value}" if name else value
            if "center" in value or "right" in value or "end" in value:
                match = _ALIGN_NAME.search(value)
                if match:
                    align = "center" if "center" in match.group() else "right"
        elif key in ("id", "itemprop", "data-role", "type"):
            name = f"{name} {value}" if name else value
        elif key == "style":
            style = value
        elif key == "align":
            align = value.lower() if value.lower() in ("center", "right") else align
        elif key == "hidden" or (key == "aria-hidden" and value == "true"):
            hidden = key == "hidden"
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
    roles = (roles_of(name) if name else Role.NONE) | extra
    return name, style, align, hidden or bool(roles & Role.HIDDEN), roles


def walk(root: HtmlElement) -> Page:
    """Walk over the tree of a page once; the only walk the reader makes.

    Depth is bounded: markup nested deeper than any editor's comes as plain text.
    """
    page = Page(root)
    walker = _Walker(page)
    top = Frame(root, "html", None, 0, "", Role.NONE)
    for child in root:
        if child.tag == "body":
            body = Frame(child, "body", top, len(page.blocks), "", Role.NONE)
            walker.children(child, body, 0)
            walker.flush(body)
            body.last = len(page.blocks)
        else:
            walker.element(child, top, 0)
            if child.tail:
                walker.add(child.tail)
    walker.flush(top)
    top.last = len(page.blocks)
    return page
