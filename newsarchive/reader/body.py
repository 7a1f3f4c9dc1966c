"""The lines and pictures of the story: what in its container is none of it."""

from __future__ import annotations

import re

from newsarchive.reader.blocks import Block, Frame, Page
from newsarchive.reader.phrases import is_furniture, is_related_heading
from newsarchive.reader.roles import FURNITURE, LEAF, Role
from newsarchive.reader.story import Story, foreign, in_caption, is_prose
from newsarchive.reader.teasers import is_other_story, is_teaser

_TAG_LINE = re.compile(r"^(?:từ khóa|từ khoá|tags?|thẻ|chủ đề)\s*:", re.IGNORECASE)


def story_blocks(page: Page, story: Story, start: int) -> list[Block]:
    """The lines and pictures of the story in reading order, from block `start` on.

    Leaves out furniture by name and by form, lists of other stories (also in the middle of the
    story), and all that follows the heading of such a list when no running text comes after.
    """
    inside = story.frame
    kept: list[Block] = []
    skipping: Block | None = None  # the heading of a list of other stories being left out
    for block in page.blocks[max(start, inside.first) : inside.last]:
        why = _outside(block, story)
        if not why and block.image is not None:
            other = skipping is not None and (block.href or block.index > story.end)
            why = "in a list of other stories" if other else ""
        elif not why:
            if is_related_heading(block.text):
                skipping, why = block, "heads a list of other stories"
            elif skipping is not None and not _ends_list(page, block, skipping, story):
                why = "in a list of other stories"
            else:
                skipping, why = None, _no_part(page, block, story)
        if not why:
            kept.append(block)
        elif page.trace is not None and block.image is None:
            page.trace.note("body", block.text, why, line=block.index)
    return kept


def _outside(block: Block, story: Story) -> str:
    """Why a line or picture in the container is none of the story's by its place, '' if it is."""
    if foreign(block.frame, story.spared, story.frame):
        return "stands in furniture"
    if _in_form(block, story.frame):
        return "stands in a form"
    if block.index < story.begin and block.image is None and _is_label(block, story):
        return "a label above the story"
    return ""


def _no_part(page: Page, block: Block, story: Story) -> str:
    """Why a line is no part of the story by what it says, '' if it is one."""
    if block.links and _TAG_LINE.match(block.text):
        return "a line of tags"
    if is_other_story(block):
        return "the headline of another story"
    if is_furniture(block.text):
        return "reads like furniture"
    if block.index in story.summaries or is_teaser(page, block, story):
        return "stands under the headline of another story"
    if block.frame.around & Role.CAPTION and in_caption(block):
        return "a caption by its element's name"  # of a picture or a video
    return ""


def _is_label(block: Block, story: Story) -> bool:
    """Whether a line above the story's first sentence is no sub-heading of it but a label."""
    return not story.core.holds(block) or (block.is_link() and len(block.text) < 40)


def _in_form(block: Block, inside: Frame) -> bool:
    """Whether the line belongs to a form that stands in the story (a newsletter's, a poll's)."""
    for frame in block.frame.up():
        if frame is inside:
            return False
        if frame.tag == "form":
            return True
    return False


def _ends_list(page: Page, block: Block, heading: Block, story: Story) -> bool:
    """Whether the story goes on with this line after a list of other stories."""
    if block.links * 2 >= len(block.text) or block.index in story.summaries:
        return False
    if is_prose(block) and not block.frame.roles & FURNITURE:
        return True
    if block.links or len(block.text) <= 2:
        return False
    # Items of a list without any link are the story's own.
    around = block.frame.parent if block.frame.tag in LEAF else block.frame
    links = page.totals().links
    return around is not None and (
        around is heading.frame.parent or links[around.last] == links[around.first]
    )
