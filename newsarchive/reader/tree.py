"""One walk over a parsed page: its text and pictures as a flat row of blocks, each in its frame."""

from __future__ import annotations

from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from newsarchive.reader.attributes import NOTHING, Marks, attributes
from newsarchive.reader.blocks import Block, Frame, Page
from newsarchive.reader.elements import (
    AS_BREAK,
    AS_HEAD,
    AS_INLINE,
    AS_PICTURE,
    BOLD,
    HEAD,
    INLINE,
    ITALIC,
    KINDS,
    LEVELS,
    LOOKS,
    PICTURES,
    PLAIN,
    SKIPPED,
    TAG_DENIES,
    TAG_ROLES,
)
from newsarchive.reader.gathering import Line
from newsarchive.reader.roles import Role, roles_of
from newsarchive.text import clean

_PARTED = Role.DATE | Role.AUTHOR | Role.SECTION | Role.TAGS | Role.SOURCE | Role.TITLE
_FLAT_BELOW = 100  # deeper markup is read as bare lines: nobody nests a story so, attackers do
_SAID = 400  # characters of what an item property says


class _Walker(Line):
    """State of one walk."""

    def children(self, el: HtmlElement, frame: Frame, depth: int) -> None:
        """All that stands in an element. The loop that every element passes: kept short."""
        parts = self.parts
        text = el.text
        if text and (parts or not text.isspace()):
            self.add(text)
        if not len(el):
            return
        if depth > _FLAT_BELOW:
            self.flat(el, frame)
            return
        depth += 1
        kinds = KINDS
        for child in el:
            tag = child.tag
            kind = kinds.get(tag)
            if kind == AS_INLINE:
                self.inline_element(child, tag, frame, depth)
            elif kind is not None:
                self.other(child, kind, frame, depth)
            elif tag.__class__ is str:
                self.block(child, tag, frame, depth)
            text = child.tail
            if text and (parts or not text.isspace()):
                if text[0].isupper():
                    self.part()
                self.add(text)

    def flat(self, el: HtmlElement, frame: Frame) -> None:
        """The lines in an element, after its first text, whatever stands in what."""
        walk = etree.iterwalk(el, events=("start", "end"))
        for event, inner in walk:
            if inner is el:
                continue
            tag = inner.tag
            if tag not in INLINE and tag not in SKIPPED and tag not in HEAD:
                self.flush(frame)
            if event == "end":
                if inner.tail and (self.parts or not inner.tail.isspace()):
                    self.add(inner.tail)
            elif tag in SKIPPED or tag in HEAD or not isinstance(tag, str):
                walk.skip_subtree()
            elif tag in PICTURES:
                self.image(inner, frame)
            elif inner.text and (self.parts or not inner.text.isspace()):
                self.add(inner.text)

    def element(self, el: HtmlElement, frame: Frame) -> None:
        """An element beside the body, as lenient parsers leave some."""
        kind = KINDS.get(el.tag)
        if kind == AS_INLINE:
            self.inline_element(el, el.tag, frame, 0)
        elif kind is not None:
            self.other(el, kind, frame, 0)
        elif isinstance(el.tag, str):
            self.block(el, el.tag, frame, 0)

    def other(self, el: HtmlElement, kind: int, frame: Frame, depth: int) -> None:
        """An element that neither stands in a line nor is a block."""
        if kind == AS_BREAK:
            self.flush(frame)
        elif kind == AS_PICTURE:
            self.image(el, frame)
        elif kind == AS_HEAD:
            self.head(el, el.tag, frame, depth)
        elif el.tag == "input" and el.get("type") == "password":
            self.page.passwords += 1

    def block(self, el: HtmlElement, tag: str, frame: Frame, depth: int) -> None:
        if self.parts:
            self.flush(frame)
        else:
            self.inline = Role.NONE
        attrs = el.items()
        marks = attributes(attrs, tag) if attrs else NOTHING
        name, align, hidden, bold, italic, roles, prop = marks
        plain = tag in PLAIN
        if not plain:
            if tag in TAG_ROLES:
                roles = roles & ~TAG_DENIES.get(tag, Role.NONE) | TAG_ROLES[tag]
            elif "-" in tag:  # a custom element is called what it is for
                name = f"{tag} {name}"
                roles |= roles_of(tag)
        inner = Frame(el, tag, frame, len(self.blocks), name, roles)
        if hidden:
            inner.mark(Role.HIDDEN)
        if align or bold or italic or not (plain or tag not in LOOKS):
            self.styled(el, tag, inner, depth, marks)
        else:
            self.children(el, inner, depth)
        if self.parts:
            self.flush(inner)
        else:
            self.inline = Role.NONE
        inner.last = len(self.blocks)
        if prop:
            self.item(el, prop, inner)

    def styled(self, el: HtmlElement, tag: str, frame: Frame, depth: int, marks: Marks) -> None:
        """What stands in a block that gives its lines a look: alignment, level, emphasis."""
        saved = self.align, self.level
        align = "center" if tag == "center" else marks.align
        if align:
            self.align = "" if align == "left" else align
        if tag in LEVELS:
            self.level = LEVELS[tag]
        elif tag == "form":
            self.page.forms += 1
        if marks.bold or marks.italic:
            self.emphasise(marks.bold, marks.italic, 1)
            self.children(el, frame, depth)
            if self.parts:
                self.flush(frame)
            self.emphasise(marks.bold, marks.italic, -1)
        else:
            self.children(el, frame, depth)
            if self.parts:
                self.flush(frame)
        self.align, self.level = saved

    def item(self, el: HtmlElement, prop: str, frame: Frame) -> None:
        value = el.get("content") or el.get("datetime")
        if not value:
            end = min(frame.last, frame.first + 3)
            value = " ".join(b.text[:_SAID] for b in self.blocks[frame.first : end])
        self.page.hidden.append((prop, value[:_SAID]))

    def inline_element(self, el: HtmlElement, tag: str, frame: Frame, depth: int) -> None:
        attrs = el.items()
        marks = attributes(attrs, tag) if attrs else NOTHING
        text = el.text
        if text and self.parts and text[0].isupper():
            self.part()
        outer = frame
        if marks is not NOTHING or tag == "time":
            frame = self.named(el, tag, frame, marks)
            if frame is not outer and frame.roles & Role.HIDDEN:
                self.hidden(el)
                return
        bold, italic = marks.bold or tag in BOLD, marks.italic or tag in ITALIC
        start = len(self.parts)
        if not text and not len(el):
            pass  # an icon: it has a name and parts words, no more
        elif bold or italic or tag == "a":
            self.run(el, frame, depth, bold, italic, tag == "a")
        else:
            self.children(el, frame, depth)
        if frame is not outer:
            self.leave(el, marks.prop, frame, start)

    def run(
        self, el: HtmlElement, frame: Frame, depth: int, bold: bool, italic: bool, link: bool
    ) -> None:
        """What stands in an element that makes a run of bold, italic or linked text."""
        href = el.get("href") if link else None  # an anchor without one is no link
        start, blocks, opened = len(self.parts), len(self.blocks), self.open_href
        if link:  # a link in a link ends the outer one, as in HTML 5: that was never closed
            self.link = href is not None
            self.open_href = href or ""
            self.href = href or self.href
        self.bold += bold
        self.italic += italic
        self.marked = self.link or self.bold > 0 or self.italic > 0
        self.children(el, frame, depth)
        if link:
            self.link = False
        self.bold -= bold
        self.italic -= italic
        self.marked = self.link or self.bold > 0 or self.italic > 0
        self.open_href = opened
        if bold or italic:
            self.strong_at = start if len(self.blocks) == blocks else 0
            self.strong_end = len(self.parts)

    def named(self, el: HtmlElement, tag: str, frame: Frame, marks: Marks) -> Frame:
        """The frame of an inline element; it gets one of its own if it is named.

        A span or link that holds blocks, or says what it is, must stand in the tree of frames.
        """
        name, roles = marks.name, marks.roles
        if tag == "time":
            roles |= Role.DATE
            told = el.get("datetime") or ""
            self.datetime = self.datetime or told
            if told:
                self.page.times.append((len(self.blocks), told))
        if roles or name or marks.hidden or marks.prop:
            # Tags are words of the text where a story links its terms: they part nothing.
            parts = roles & _PARTED or self.cut_roles & ~Role.TAGS
            if self.cut_at > 0 and parts and not roles & self.cut_roles:
                self.cut(frame)
            frame = Frame(el, tag, frame, len(self.blocks), name, roles)
            if marks.hidden or "location" in name or "dateline" in name:
                frame.mark(Role.HIDDEN)  # a place stamp before the first word is no part of it
        self.inline |= roles
        return frame

    def leave(self, el: HtmlElement, prop: str, frame: Frame, start: int) -> None:
        """Close a named inline element: where it ends, and what its item property says."""
        frame.last = len(self.blocks)
        marked = frame.roles & _PARTED
        if marked and self.parts:
            if marked & ~Role.TAGS:
                self.parts.append(" ")  # '<author><date>' are two words where no blank parts them
            self.cut_at, self.cut_roles = len(self.parts), marked
            if marked & Role.AUTHOR:
                self.strong_at, self.strong_end = start, len(self.parts)
        if prop:
            value = el.get("content") or el.get("datetime")
            if not value:
                said = self.parts[start : start + _SAID]
                value = clean("".join([part[:_SAID] for part in said]))
            self.page.hidden.append((prop, value[:_SAID]))

    def hidden(self, el: HtmlElement) -> None:
        """Text nobody sees is no part of a line; only what it says of itself is kept."""
        for item in islice(el.iter(), 200):
            prop = item.get("itemprop") if isinstance(item.tag, str) else None
            if prop:
                text = item.get("content") or item.get("datetime") or _beginning(item)
                self.page.hidden.append((prop, text[:_SAID]))

    def image(self, el: HtmlElement, frame: Frame) -> None:
        self.flush(frame)
        block = Block(len(self.blocks), "", frame)
        block.align, block.href = self.align, self.open_href if self.link else ""
        block.image = el
        self.blocks.append(block)

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


def _beginning(el: HtmlElement) -> str:
    """The text an element begins with, however much of the page stands in it."""
    parts = islice(el.itertext(), 20)
    return clean("".join([part[:_SAID] for part in parts]))


def walk(root: HtmlElement) -> Page:
    """Walk over the tree of a page once; the only walk the reader makes.

    Depth is bounded: markup nested deeper than any editor's comes as plain text.
    """
    page = Page(root)
    walker = _Walker(page)
    top = Frame(root, "html", None, 0, "", Role.NONE)
    for child in root:
        if child.tag == "body":
            frame = Frame(child, "body", top, len(page.blocks), "", Role.NONE)
            walker.children(child, frame, 0)
            walker.flush(frame)
            frame.last = len(page.blocks)
        else:
            walker.element(child, top)
            if child.tail and (walker.parts or not child.tail.isspace()):
                walker.add(child.tail)
    walker.flush(top)
    top.last = len(page.blocks)
    return page
