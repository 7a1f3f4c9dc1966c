"""Captions and credits of an article's pictures: which lines are a picture's, and what they say."""

from __future__ import annotations

import re

from newsarchive.reader.attributes import Picture
from newsarchive.reader.blocks import Block, Frame, Page
from newsarchive.reader.lines import is_file_name, split_credit
from newsarchive.reader.names import is_names, is_unit, signature
from newsarchive.reader.phrases import is_furniture, is_related_heading
from newsarchive.reader.roles import Role
from newsarchive.reader.story import Story, in_caption

_PICTURE_LABEL = re.compile(
    r"^[(\[]?\s*(?:nguồn )?(?:ảnh|hình|clip|video|photo)\s*[:：]", re.IGNORECASE
)
_ROW = 50  # pictures beside each other
_LONGEST = 420  # characters of a caption; longer text after a picture is story


def caption_lines(
    page: Page, story: Story, block: Block, end: int, skip: frozenset[int]
) -> list[Block]:
    """The lines that are the picture's caption, by the markup that ties them to it."""
    boxed = _figure(block)
    if boxed is not None:
        return _texts_after(page, block, boxed, skip, whole=True)
    table = _table(page, story, block)
    if table is not None:
        return _cell_below(page, block, table, skip)
    return _following(page, story, block, end, skip) or _before(page, story, block, skip)


def read_caption(lines: list[Block], picture: Picture) -> tuple[str | None, str | None]:
    """(caption, credit) of a picture's lines; a line of its own named author is the credit."""
    signed = [b for b in lines if any(f.roles & Role.AUTHOR for f in tuple(b.frame.up())[:2])]
    text = " ".join(b.text for b in lines if b not in signed).strip()
    if not text and picture.roles & Role.CAPTION:
        text = picture.title
    caption, credit = split_credit(text) if text else (None, None)
    tail = lines[-1].tail_strong if lines and lines[-1].inline & Role.AUTHOR else ""
    if credit is None and tail and caption != tail and (caption or "").endswith(tail):
        credit = split_credit(tail)[1] or tail
        caption = (caption or "")[: -len(tail)].rstrip(" -–—|(") or None
    if credit is None and signed:
        credit = split_credit(signed[0].text)[1] or signed[0].text
    return caption, credit


def _before(page: Page, story: Story, block: Block, skip: frozenset[int]) -> list[Block]:
    """A caption above its picture: a centred and slanted line with running text before it."""
    if block.index < story.begin + 2:
        return []
    line, before = page.blocks[block.index - 1], page.blocks[block.index - 2]
    size = len(line.text)
    slanted = line.image is None and line.italic * 10 >= size * 9 > 0 and not story.slanted
    if not slanted or line.align != "center" or size > 200 or line.level or line.index in skip:
        return []
    return [line] if before.image is None and line.text[-1] not in ".:?!" else []


def _figure(block: Block) -> Frame | None:
    """The figure, or the caption box, around a picture."""
    for depth, frame in enumerate(block.frame.up()):
        if frame.tag == "figure":
            return frame
        if frame.roles & Role.CAPTION and frame.last - frame.first <= 6 and depth <= 3:
            return frame
        if depth > 6:
            break
    return None


def _table(page: Page, story: Story, block: Block) -> Frame | None:
    """The table that holds just a picture and its caption, if the picture stands in one."""
    for depth, frame in enumerate(block.frame.up()):
        if frame is story.core or frame.first <= story.begin <= story.end < frame.last:
            return None  # the page's layout
        if frame.tag == "table":
            totals = page.totals()
            pictures = totals.pictures[frame.last] - totals.pictures[frame.first]
            texts = frame.last - frame.first - pictures
            size = totals.characters[frame.last] - totals.characters[frame.first]
            return frame if texts and size <= 500 * pictures and texts <= 3 * pictures else None
        if depth > 7:
            break
    return None


def _cell_below(page: Page, block: Block, table: Frame, skip: frozenset[int]) -> list[Block]:
    """The caption in a table: pictures in a row have theirs in the row below, one each."""
    blocks = page.blocks
    first = last = block.index
    left, right = max(table.first, first - _ROW), min(table.last, last + _ROW)
    while first > left and blocks[first - 1].image is not None:
        first -= 1
    while last + 1 < right and blocks[last + 1].image is not None:
        last += 1
    texts = _texts_after(page, blocks[last], table, skip, whole=last == first)
    if last > first and len(texts) == last - first + 1:
        return [texts[block.index - first]]
    return texts if block.index == last else []


def _texts_after(
    page: Page, block: Block, box: Frame, skip: frozenset[int], *, whole: bool
) -> list[Block]:
    lines = []
    for at in range(block.index + 1, box.last):
        other = page.blocks[at]
        if other.image is not None:
            break
        if other.index not in skip and not is_file_name(other.text):
            lines.append(other)
    pictures = page.totals().pictures
    if not lines and whole and pictures[box.last] - pictures[box.first] == 1:
        lines = [b for b in page.blocks[box.first : block.index] if b.index not in skip]
    size = sum(len(b.text) for b in lines)
    return lines if size <= 2 * _LONGEST else []


def _following(
    page: Page, story: Story, block: Block, end: int, skip: frozenset[int]
) -> list[Block]:
    """A caption without markup of its own: the short line after the picture that looks like one."""
    lines: list[Block] = []
    for other in page.blocks[block.index + 1 : min(end, block.index + 4)]:
        if other.image is not None or other.index in skip:
            break
        if is_file_name(other.text):
            continue
        if lines:
            if _is_credit_line(other) and other.align != "right" and not _signs(story, other):
                lines.append(other)
            break
        # The story's first line is no caption of the picture that stands above the story.
        if story.frame.holds(block) != story.frame.holds(other):
            break
        if not _looks_like_caption(story, block, other):
            break
        lines.append(other)
    return lines


def _signs(story: Story, line: Block) -> bool:
    """Whether a labelled line names the story's author or, at its end, its source."""
    found = signature(line.text, styled=False)
    if found is None or not found.labelled or _PICTURE_LABEL.match(line.text):
        return False
    return bool(found.byline) or line.index > story.end


def _is_credit_line(block: Block) -> bool:
    caption, credit = split_credit(block.text)
    return caption is None and credit is not None


def _looks_like_caption(story: Story, picture: Block, line: Block) -> bool:
    text = line.text
    if len(text) > _LONGEST or line.links * 2 > len(text):
        return False
    if line.inline & Role.CAPTION or (line.frame.around & Role.CAPTION and in_caption(line)):
        return True
    if line.level or is_related_heading(text) or is_furniture(text) or _signs(story, line):
        return False
    if _is_credit_line(line) or split_credit(text)[1] is not None:
        return True
    same = line.frame is picture.frame and picture.frame.tag in ("p", "div", "td", "center", "span")
    slanted = line.italic * 10 >= len(text) * 9 and not story.slanted
    centred = line.align == "center" != story.align
    bold = line.bold * 10 >= len(text) * 9
    # Where no running text follows, a name is a signature.
    if line.align == "right" or (signature(text, styled=True) and story.end <= line.index):
        return False
    if slanted or (centred and not bold):
        return True
    if same and picture.frame.last - picture.frame.first <= 3 and len(text) <= 250 and not bold:
        return True
    if centred and bold:
        return len(text) > 30 and not is_names(text) and not is_unit(text)
    # Some editors give captions no markup at all: then a short line without a full stop.
    if re.match(r"^[^:]{2,25}:\s", text):
        return False  # 'Name: ...', a particular of the story
    return not bold and len(text) <= 200 and text[-1] not in ".:;!?…" and not is_names(text)
