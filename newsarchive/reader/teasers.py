"""Teasers: the headlines of other stories on a page, and the lines that sum those up."""

from __future__ import annotations

import re

from newsarchive.reader.blocks import Block, Frame, Page
from newsarchive.reader.roles import LEAF
from newsarchive.reader.story import Story, foreign

_SEE_ALSO = re.compile(
    r"^[>»•\s-]*(?:xem|đọc|tham khảo) thêm\b|^tin liên quan\b|^>>", re.IGNORECASE
)
_TEASER = 3  # lines of a teaser from its headline to its summary
_SUMMARY = 250  # characters of a teaser's summary at most
_SENTENCE = 120  # characters from which a line with a full stop is no headline


def is_teaser(page: Page, block: Block, story: Story) -> bool:
    """Whether a line stands in a small box under the linked headline of another story."""
    box = _box(block)
    return box not in (story.frame, story.core) and teases(page, block, story.spared)


def teases(page: Page, block: Block, spared: set[Frame]) -> bool:
    """Whether a small box holds a line below the linked headline of another story."""
    box = _box(block)
    if box is None or box.tag in ("td", "body") or box.last - box.first > 6:
        return False
    return any(
        _is_headline(b) and not foreign(b.frame, spared)
        for b in page.blocks[box.first : block.index]
    )


def _is_headline(block: Block) -> bool:
    """Whether a line is nothing but the linked headline of a story."""
    return (
        block.image is None
        and block.is_link()
        and len(block.text) >= 20
        and not _is_file(block.href)
    )


def summaries_of(page: Page, prose: list[Block]) -> set[int]:
    """Indices of the lines that sum up other stories, one under each of three headlines or more.

    Lists of stories often put no box around each: headline, date and summary just follow.
    """
    found: set[int] = set()
    run: list[int] = []
    kind = None
    last = 0
    for block in prose:
        between = page.blocks[max(last, block.index - _TEASER) : block.index]
        last = block.index
        sums_up = len(block.text) <= _SUMMARY and any(_is_headline(b) for b in between)
        if not sums_up or kind != (block.frame.tag, block.frame.name, block.frame.depth):
            run = []
        if sums_up:
            kind = (block.frame.tag, block.frame.name, block.frame.depth)
            run.append(block.index)
            if len(run) >= 3:
                found.update(run)
    return found


def is_other_story(block: Block) -> bool:
    """Whether the line is nothing but a link with a headline for its text."""
    if _SEE_ALSO.match(block.text) and block.links * 2 >= len(block.text):
        return True
    if not block.is_link() or len(block.text) < 20:
        return False
    if len(block.text) >= _SENTENCE and block.text[-1] in '.!?…”"':
        return False  # a link that was never closed, over a paragraph
    return not _is_file(block.href) and not block.href.startswith(("#", "mailto:", "tel:"))


def _is_file(href: str) -> bool:
    path = href.split("?")[0].split("#")[0].lower()
    return path.endswith(
        (".pdf", ".doc", ".docx", ".xls", ".xlsx", ".zip", ".rar", ".ppt", ".pptx", ".jpg", ".png")
    ) or "/documents/" in path or "download" in path  # fmt: skip


def _box(block: Block) -> Frame | None:
    return block.frame.parent if block.frame.tag in LEAF else block.frame
