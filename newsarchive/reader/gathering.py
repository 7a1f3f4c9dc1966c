"""The line that a walk gathers until a block border or a <br> ends it."""

from __future__ import annotations

from newsarchive.reader.blocks import Block, Frame, Page
from newsarchive.reader.roles import Role
from newsarchive.text import clean


class Line:
    """The line being gathered, and the row of blocks that it joins when it ends."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.blocks = page.blocks
        self.parts: list[str] = []  # one list for the whole walk: the loops below hold it
        self.bold = self.italic = 0
        self.link = False
        self.marked = False  # whether any of these three holds
        self.count_bold = self.count_italic = self.count_link = 0
        self.href = self.datetime = ""
        self.open_href = ""  # of the link that the walk is in
        self.inline = Role.NONE
        self.level = 0
        self.align = ""
        self.strong_at = -1  # where the last bold or italic run begins in parts
        self.strong_end = -1
        self.cut_at = -1  # where a named span (date, author, ...) ends in parts
        self.cut_roles = Role.NONE

    def add(self, text: str) -> None:
        """Gather text of a line, which no blanks begin."""
        self.parts.append(text)
        if self.marked:
            size = len(text)
            self.count_bold += size if self.bold else 0
            self.count_italic += size if self.italic else 0
            self.count_link += size if self.link else 0

    def part(self) -> None:
        """Keep words apart that only a style sheet parts: '<b>08:00</b><b>Cập nhật</b>'."""
        before = self.parts[-1][-1:] if self.parts else ""
        if before.islower() or before.isdigit():
            self.parts.append(" ")

    def flush(self, frame: Frame) -> None:
        """End the line: a block in `frame`, if there is any text."""
        parts = self.parts
        if not parts:
            self.inline = Role.NONE
            return
        joined = parts[0] if len(parts) == 1 else "".join(parts)
        text = clean(joined)
        if text:
            blocks = self.blocks
            block = Block(len(blocks), text, frame)
            if self.count_link or self.count_bold or self.count_italic:
                self.measure(block, len(joined))
            block.level, block.align = self.level, self.align
            block.href, block.datetime, block.inline = self.href, self.datetime, self.inline
            if 0 < self.strong_at < self.strong_end:
                after = clean("".join(parts[self.strong_end :]))
                if len(after) <= 2:
                    block.tail_strong = clean("".join(parts[self.strong_at : self.strong_end]))
            blocks.append(block)
        parts.clear()
        self.count_bold = self.count_italic = self.count_link = 0
        self.datetime = ""
        self.inline = Role.NONE
        self.strong_at = self.strong_end = self.cut_at = -1
        self.href = self.open_href if self.link else ""

    def measure(self, block: Block, gathered: int) -> None:
        """How much of a line is linked, bold, slanted; of what was gathered the blanks are gone."""
        size = len(block.text)
        if size == gathered:
            block.links, block.bold, block.italic = (
                self.count_link, self.count_bold, self.count_italic,
            )  # fmt: skip
            return
        share = size / gathered
        block.links = min(size, round(self.count_link * share))
        block.bold = min(size, round(self.count_bold * share))
        block.italic = min(size, round(self.count_italic * share))

    def cut(self, frame: Frame) -> None:
        """End the line where one named span gave way to another: date and author are two."""
        rest = self.parts[self.cut_at :]
        inline = self.inline
        del self.parts[self.cut_at :]
        self.inline = self.cut_roles
        self.flush(frame)
        self.parts += rest
        self.inline = inline & ~self.cut_roles

    def emphasise(self, bold: bool, italic: bool, by: int) -> None:
        """Begin or end a run of bold or italic text."""
        self.bold += by * bold
        self.italic += by * italic
        self.marked = self.link or self.bold > 0 or self.italic > 0
