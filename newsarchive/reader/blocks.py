"""What a walk over a page brings home: blocks of text and pictures, each in its frame."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from lxml.html import HtmlElement

from newsarchive.reader.roles import Role
from newsarchive.reader.trace import Trace

_HEADLINE = 20  # characters from which a link may be a headline
_DATE_BEHIND = re.compile(
    r"\s*[(\[|-]?\s*(?:ngày\s*)?[0-9]{1,2}[/.-][0-9]{1,2}(?:[/.-][0-9]{2,4})?"
    r"(?:,?\s+[0-9]{1,2}[:h][0-9]{2})?\s*[)\]]?$"
)


class Frame:
    """A block element: its roles, its place in the tree and the row of blocks it spans."""

    __slots__ = ("around", "depth", "el", "first", "last", "name", "parent", "roles", "tag")

    def __init__(
        self, el: HtmlElement, tag: str, parent: Frame | None, first: int, name: str, roles: int
    ) -> None:
        self.el = el
        self.tag = tag
        self.parent = parent
        self.first = first  # index of the first block in it
        self.last = first  # index after the last block in it
        self.name = name
        self.roles = roles
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.around: int = roles if parent is None else parent.around | roles  # with ancestors'

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
        self.image: HtmlElement | None = None  # the img element of a picture
        self.datetime = ""
        self.tail_strong = ""  # text of the bold, italic or author's element that ends it

    def is_link(self) -> bool:
        """Whether nearly all its text is a link; a date behind a linked headline does not count."""
        size, links = len(self.text), self.links
        if links * 10 >= size * 8 or links * 2 < size or links < _HEADLINE:
            return links * 10 >= size * 8 > 0
        date = _DATE_BEHIND.search(self.text)
        return date is not None and links * 10 >= date.start() * 8


class Totals:
    """Running totals over a page's blocks: entry n sums up the blocks before block n.

    What stands in a frame is then told without looking at each of its blocks again.
    """

    __slots__ = ("characters", "links", "pictures")

    def __init__(self, blocks: list[Block]) -> None:
        self.pictures = [0, *accumulate(int(b.image is not None) for b in blocks)]
        self.characters = [0, *accumulate(len(b.text) for b in blocks)]
        self.links = [0, *accumulate(b.links for b in blocks)]


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
    times: list[tuple[int, str]] = field(default_factory=list)  # (next block's index, datetime)
    forms: int = 0
    passwords: int = 0  # fields for one
    scripts: int = 0
    trace: Trace | None = None  # of what is weighed, where someone wants to know
    _totals: Totals | None = None

    def totals(self) -> Totals:
        """Running totals over the blocks; they are complete once this is asked."""
        if self._totals is None:
            self._totals = Totals(self.blocks)
        return self._totals

    def beside(self, frame: Frame) -> list[Frame]:
        """The other frames with text or pictures in the element around a frame, in order."""
        around = frame.parent
        found: list[Frame] = []
        at = around.first if around is not None else frame.last
        while around is not None and at < around.last:
            inner = self.blocks[at].frame
            while inner is not around and inner.parent is not around and inner.parent is not None:
                inner = inner.parent
            if inner is not around and inner is not frame:
                found.append(inner)
            at = max(inner.last, at + 1) if inner is not around else at + 1
        return found
