"""The lead: the summary that opens a story."""

from __future__ import annotations

import re

from newsarchive.reader.blocks import Block, Frame, Page
from newsarchive.reader.phrases import is_furniture
from newsarchive.reader.roles import Role
from newsarchive.reader.story import Story, is_prose
from newsarchive.text import fold

_OTHER = {"div": "p", "p": "div"}


def find_lead(
    page: Page, story: Story, title: Block | None, body: list[Block], skip: set[int]
) -> tuple[list[Block], str | None]:
    """(the lead's lines, origin); no lines where nothing marks a lead.

    In order: a block named as summary above or at the head of the story, a heading-like line
    right above it, the story's first paragraph if it alone is bold (or italic).
    """
    start = title.index + 1 if title is not None else 0
    lines, origin = _marked(page, story, start, body, skip)
    if page.trace is not None:
        for block in lines:
            page.trace.note("lead", block.text, origin or "", line=block.index)
        if not lines:
            page.trace.note("lead", "", "nothing sets a summary apart")
    return lines, origin


def _marked(
    page: Page, story: Story, start: int, body: list[Block], skip: set[int]
) -> tuple[list[Block], str | None]:
    named = _named(page, story, start, skip)
    if named:
        return named, "summary-block"
    above = _above(page, story, start, skip)
    if above:
        return above, "above-story"
    texts = [b for b in body if b.image is None and b.index not in skip]
    if texts and (_emphatic(texts) or _other_element(story, texts)):
        return [texts[0]], "first-paragraph"
    joined = _joomla(story, texts)
    return ([joined], "intro-text") if joined is not None else ([], None)


def _usable(block: Block, skip: set[int]) -> bool:
    return (
        block.image is None
        and block.index not in skip
        and len(block.text) >= 25
        and block.links * 2 < len(block.text)
    )


def _named(page: Page, story: Story, start: int, skip: set[int]) -> list[Block]:
    end = min(story.frame.last, story.frame.first + 16)
    too_long: set[Frame] = set()
    for block in page.blocks[start:end]:
        if not _usable(block, skip):
            continue
        if block.inline & Role.LEAD and not story.foreign(block):
            return [block]
        for depth, frame in enumerate(block.frame.up()):
            if depth > 4 or frame is story.frame:
                break
            if (
                frame.roles & Role.LEAD
                and not frame.roles & (Role.META | Role.TAGS)
                and frame not in too_long
                and not story.foreign(block)
            ):
                lines = [b for b in page.blocks[frame.first : frame.last] if _usable(b, skip)]
                if sum(len(b.text) for b in lines) <= 1500:
                    return lines
                too_long.add(frame)
    return []


def _above(page: Page, story: Story, start: int, skip: set[int]) -> list[Block]:
    """A line set apart above the story: a heading of sentence length, or a box of its own.

    Such a box is one paragraph beside the element that holds all the others.
    """
    outside = []
    for block in page.blocks[start : max(story.frame.first, story.core.first)]:
        if not _usable(block, skip) or story.foreign(block) or is_furniture(block.text):
            continue
        if len(block.text) >= 60 and (block.level >= 2 or block.bold * 10 >= len(block.text) * 9):
            return [block]
        if len(block.text) >= 40 and block.text[-1] in ".!?…”":
            outside.append(block)
    if len(outside) == 1 and _beside(outside[0], story):
        return outside
    return []


def _beside(block: Block, story: Story) -> bool:
    """Whether a line's box stands beside the story's, with a few wrappers around each."""
    near = tuple(story.core.up())[1:4]
    return any(frame in near for frame in tuple(block.frame.up())[1:4])


def _emphatic(texts: list[Block]) -> bool:
    """Whether the first paragraph alone is set in bold or italics from end to end."""
    first = texts[0]
    if len(first.text) < 50 or len(first.text) > 1200 or len(texts) < 2:
        return False
    tag = re.match(r"^[(\[][^()\[\]]{2,30}[)\]]\s*[-–—]?\s*", first.text)
    size = len(first.text) - (len(tag.group()) if tag else 0)
    for share in ("bold", "italic"):
        if getattr(first, share) * 10 >= size * 9:
            rest = [
                b
                for b in texts[1:6]
                if getattr(b, share) * 10 >= len(b.text) * 9 and len(b.text) >= 80
            ]
            if not rest:
                return True
    return first.level >= 2 and len(first.text) >= 60


def _other_element(story: Story, texts: list[Block]) -> bool:
    """Whether the first paragraph alone is a div, the others being p's beside it, or vice versa."""
    prose = [b for b in texts if is_prose(b)]
    first = texts[0].frame
    return (
        len(prose) >= 3
        and prose[0] is texts[0]
        and first.tag in _OTHER
        and first.last - first.first == 1
        and all(
            b.frame.tag == _OTHER[first.tag] and b.frame.parent is first.parent for b in prose[1:]
        )
    )


def _joomla(story: Story, texts: list[Block]) -> Block | None:
    """Joomla's intro text: its core joins it to the full text with one space, editors use breaks.

    (libraries/ of Joomla 3: `$item->text = $item->introtext . ' ' . $item->fulltext`.)
    """
    if "articleBody" not in story.frame.name or not texts:
        return None
    around = story.frame.parent
    if around is None or "item-page" not in around.name:
        return None
    children = list(story.frame.el)
    joins = [at for at, child in enumerate(children[:-1]) if child.tail == " "]
    if len(joins) != 1 or len(children) < 3:
        return None
    intro = set(children[: joins[0] + 1])
    held = [b for b in texts if any(f.el in intro for f in b.frame.up())]
    if len(held) == 1 and held[0] is texts[0] and len(held[0].text) <= 800:
        return held[0]
    return None


def same(text: str, other: str) -> bool:
    """Whether two texts say the same, whatever their marks and punctuation."""
    return fold(text) == fold(other)
