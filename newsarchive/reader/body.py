"""Where on the page the story stands: its container, and what in it is story."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from newsarchive.reader.blocks import Block, Frame, Page
from newsarchive.reader.phrases import is_furniture, is_imprint, is_related_heading
from newsarchive.reader.roles import FURNITURE, Role

_LEAF = frozenset(
    ["p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "pre", "dd", "dt", "figcaption"]
)
_SEE_ALSO = re.compile(
    r"^[>»•\s-]*(?:xem|đọc|tham khảo) thêm\b|^tin liên quan\b|^>>", re.IGNORECASE
)
_TAG_LINE = re.compile(r"^(?:từ khóa|từ khoá|tags?|thẻ|chủ đề)\s*:", re.IGNORECASE)
_PROSE = 60  # characters from which an unlinked line counts as running text
_SENTENCE = 120  # characters from which a line with a full stop is no headline
_HEAD = 12  # lines of a box that tell what it is
_REACH, _GRID = 3, 6  # elements around the story's; around a paragraph alone in a builder's grid
_SPARED = 0.45  # share of all prose that shows that an element's name misleads


@dataclass(slots=True)
class Story:
    """The container of the story and the frames whose names mislead."""

    frame: Frame
    core: Frame  # the innermost element that holds most of it
    spared: set[Frame]
    prose: int  # characters of running text in it
    begin: int  # index of its first running line
    end: int  # index of its last one
    align: str = ""  # how most of its running lines are set; then it sets none of them apart
    slanted: bool = False

    def foreign(self, block: Block) -> bool:
        """Whether a line or picture stands in furniture: in what no part of the article does."""
        return foreign(block.frame, self.spared, self.frame)


def foreign(frame: Frame, spared: set[Frame], inside: Frame | None = None) -> bool:
    """Whether a frame stands in furniture, looked at from within `inside` outwards.

    `spared` frames do not count, nor does the footer of an article element that holds the story.
    """
    if not frame.around & FURNITURE:
        return False
    within = True
    footed = False  # whether it stands in a footer that no article around is known to hold
    for around in frame.up():
        if around is inside:
            within = False
        if within and around.roles & FURNITURE and around not in spared:
            if around.roles & FURNITURE & ~Role.FOOTER:
                return True
            footed = True
        if footed and around.roles & Role.ARTICLE and around.tag != "body" and around in spared:
            footed = False
        if not within and not footed:
            return False
    return footed


def is_prose(block: Block) -> bool:
    """Whether a line is running text: long enough and mostly unlinked."""
    size = len(block.text)
    if size < _PROSE or block.links * 5 >= size * 2 or is_imprint(block.text):
        return False
    if block.frame.around & Role.CAPTION and in_caption(block):
        return False
    return not block.level or block.text[-1] in '.!?…”"'  # a headline is no running text


def in_caption(block: Block) -> bool:
    """Whether a line stands in an element that is named caption and holds little else."""
    for frame in block.frame.up():
        if frame.last - frame.first > 4:
            return False
        if frame.roles & Role.CAPTION:
            return True
    return False


def find_story(page: Page, known: Frame | None = None, after: int = -1) -> Story | None:
    """The element that holds the story (`known` from a layout), None where there is no text.

    after: index of the headline's line where it is certain; the story comes right below it.

    Every line of running text credits the elements around it; names that promise a story weigh
    more, names of furniture less. As in Arc90's Readability, but over one row of blocks.
    """
    prose = [b for b in page.blocks if is_prose(b) and not _teases(page, b, set())]
    spared = _spared(prose)
    if after >= 0:  # what holds the headline is no sidebar, whatever its name
        spared.update(f for f in page.blocks[after].frame.up() if f.roles & Role.ASIDE)
    scores: dict[Frame, float] = {}
    for block in prose:
        if foreign(block.frame, spared):
            continue
        _credit(block, scores)
    if not scores:
        return None
    if known is not None:
        best = core = known
    else:
        places = [b.index for b in prose if b.index > after and not foreign(b.frame, spared)]
        core = max(
            scores, key=lambda f: (scores[f] * _weight(f) * _place(f, places, after), f.depth)
        )
        if page.trace is not None:
            for frame in sorted(scores, key=lambda f: -scores[f])[:5]:
                why = f"{frame.tag} {frame.name}".strip() + (", chosen" * (frame is core))
                weighed = scores[frame] * _weight(frame) * _place(frame, places, after)
                first = page.blocks[frame.first]
                page.trace.note("story", first.text, why, score=weighed, line=first.index)
        core = _narrow(page, core, prose, places)
        best = _widen(page, core, prose, spared)
    inside = sum(
        len(b.text)
        for b in prose
        if best.first <= b.index < best.last and not foreign(b.frame, spared, best)
    )
    # Whatever holds the story is no furniture, whatever its name (WordPress puts a story's tags
    # and categories into the class of its article element).
    spared.update(best.up())
    lines = [b.index for b in prose if best.holds(b)] or [best.first]
    own = [b for b in prose if best.holds(b)]
    align = own[-1].align if own else ""
    return Story(
        frame=best,
        core=core,
        spared=spared,
        prose=inside,
        begin=lines[0],
        end=lines[-1],
        align=align if sum(b.align == align for b in own) * 2 > len(own) else "",
        slanted=sum(b.italic * 10 >= len(b.text) * 9 for b in own) * 2 > len(own) > 1,
    )


def _spared(prose: list[Block]) -> set[Frame]:
    """Frames named like furniture that hold so much of the text that the name must mislead."""
    mass: dict[Frame, int] = {}
    total = 0
    for block in prose:
        size = len(block.text)
        hidden = False
        named = []
        if not block.frame.around & FURNITURE:
            total += size
            continue
        for frame in block.frame.up():
            if frame.roles & FURNITURE:
                named.append(frame)
                # Hidden text and a page's footer stay what they are, however much they hold.
                hidden = hidden or bool(frame.roles & (Role.HIDDEN | Role.FOOTER))
        if hidden:
            continue
        total += size
        for frame in named:
            mass[frame] = mass.get(frame, 0) + size
    return {frame for frame, size in mass.items() if size >= _SPARED * total}


def _credit(block: Block, scores: dict[Frame, float]) -> None:
    size = float(min(len(block.text), 1500))
    frame = block.frame
    if frame.tag in _LEAF or frame.tag == "span":
        scores[frame] = scores.get(frame, 0.0) + size * 0.5
    else:
        scores[frame] = scores.get(frame, 0.0) + size
    share = 1.0
    for around in frame.up():
        if around is frame:
            continue
        if share < 0.2:
            break
        scores[around] = scores.get(around, 0.0) + size * share
        share *= 0.5


def _place(frame: Frame, places: list[int], after: int) -> float:
    """How well an element stands to the headline: what leaves out the text below it is another's.

    places: indices of the running lines below the headline. One may be a lead in its own box.
    """
    if after < 0:
        return 1.0
    if frame.last <= after:
        return 0.3
    skipped = bisect_left(places, frame.first)
    return 1.0 if skipped <= 1 else 0.3


def _weight(frame: Frame) -> float:
    weight = 1.0
    if frame.roles & Role.BODY:
        weight *= 1.4
    if "articleBody" in frame.name:
        weight *= 1.5
    if frame.tag in _LEAF:
        weight *= 0.6
    if frame.tag in ("body", "html"):
        weight *= 0.8
    return weight


def _narrow(page: Page, frame: Frame, prose: list[Block], places: list[int]) -> Frame:
    """The part of `frame` right below the headline, if all its other text is in other boxes."""
    while places and frame.first <= places[0] < frame.last:
        part = page.blocks[places[0]].frame
        if part is frame:
            break
        while part.parent is not None and part.parent is not frame:
            part = part.parent
        others = [b for b in prose if frame.holds(b) and not part.holds(b)]
        if part.tag in _LEAF or not others:
            break
        if not all(_in_other_box(page, b, part) for b in others):
            break
        frame = part
    return frame


def _widen(page: Page, frame: Frame, prose: list[Block], spared: set[Frame]) -> Frame:
    """The smallest element around `frame` that holds what of the story stands beside it.

    Editors paste stories in two or three boxes; a parent is taken when it adds running text that
    is no teaser and brings few links along.
    """
    best = frame
    reach = _GRID if sum(frame.holds(b) for b in prose) == 1 else _REACH
    inside = _mass(frame, prose, spared)
    for around in frame.up():
        if around is frame or around.tag in ("body", "html"):
            continue
        if around.depth < frame.depth - reach:
            break
        mass = _mass(around, prose, spared)
        if mass >= inside * 1.25 and not _brings_links(page, best, around, prose):
            best, inside = around, mass
    return best


def _mass(frame: Frame, prose: list[Block], spared: set[Frame]) -> int:
    return sum(
        len(b.text)
        for b in prose
        if frame.first <= b.index < frame.last and not foreign(b.frame, spared)
    )


def _brings_links(page: Page, inner: Frame, outer: Frame, prose: list[Block]) -> bool:
    """Whether the wider element adds other boxes: with teasers, or with a heading of their own."""
    added = [b for b in prose if outer.holds(b) and not inner.holds(b)]
    links = page.totals().links
    around = links[inner.first] - links[outer.first] + links[outer.last] - links[inner.last]
    if around > sum(len(b.text) for b in added):
        return True
    return sum(1 for b in added if _in_other_box(page, b, inner)) * 2 >= len(added)


def _in_other_box(page: Page, block: Block, inner: Frame) -> bool:
    """Whether a line beside the element `inner` stands in a box of another kind.

    The box is the largest element around the line that does not hold `inner` too.
    """
    box = block.frame
    while box.parent is not None and not box.parent.first <= inner.first < box.parent.last:
        box = box.parent
    if any(
        f.roles & (Role.RELATED | Role.NAV | Role.ASIDE)
        for f in block.frame.up()
        if f.depth >= box.depth
    ):
        return True
    if box.tag in _LEAF:
        return False
    # A box of other stories shows so in its first lines.
    lines = [
        b for b in page.blocks[box.first : min(box.last, box.first + _HEAD)] if b.image is None
    ]
    headlines = sum(b.level > 0 and b.is_link() for b in lines)
    return headlines >= 2 or bool(lines and lines[0].level > 0 and lines[0] is not block)


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
            elif skipping is not None and not _ends_list(page, block, skipping):
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
    if _is_other_story(block):
        return "the headline of another story"
    if is_furniture(block.text):
        return "reads like furniture"
    if _is_teaser(page, block, story):
        return "stands under the headline of another story"
    if block.frame.around & Role.CAPTION and in_caption(block):
        return "a caption of no picture"  # a video's, mostly
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


def _ends_list(page: Page, block: Block, heading: Block) -> bool:
    """Whether the story goes on with this line after a list of other stories."""
    if block.links * 2 >= len(block.text):
        return False
    if is_prose(block) and not block.frame.roles & FURNITURE:
        return True
    if block.links or len(block.text) <= 2:
        return False
    # Items of a list without any link are the story's own.
    around = block.frame.parent if block.frame.tag in _LEAF else block.frame
    links = page.totals().links
    return around is not None and (
        around is heading.frame.parent or links[around.last] == links[around.first]
    )


def _is_teaser(page: Page, block: Block, story: Story) -> bool:
    """Whether a line stands in a small box under the linked headline of another story."""
    box = _box(block)
    return box not in (story.frame, story.core) and _teases(page, block, story.spared)


def _box(block: Block) -> Frame | None:
    return block.frame.parent if block.frame.tag in _LEAF else block.frame


def _teases(page: Page, block: Block, spared: set[Frame]) -> bool:
    """Whether a small box holds a line below the linked headline of another story."""
    box = _box(block)
    if box is None or box.tag in ("td", "body") or box.last - box.first > 6:
        return False
    return any(
        b.image is None
        and b.is_link()
        and len(b.text) >= 20
        and not _is_file(b.href)
        and not foreign(b.frame, spared)
        for b in page.blocks[box.first : block.index]
    )


def _is_other_story(block: Block) -> bool:
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
