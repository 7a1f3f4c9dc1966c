"""Where on the page the story stands: the element that holds it."""

from __future__ import annotations

from bisect import bisect_left

from newsarchive.reader.blocks import Block, Frame, Page
from newsarchive.reader.roles import FURNITURE, LEAF, Role
from newsarchive.reader.story import Story, foreign, is_prose
from newsarchive.reader.teasers import summaries_of, teases

_HEAD = 12  # lines of a box that tell what it is
_REACH, _GRID = 3, 6  # elements around the story's; around a paragraph alone in a builder's grid
_SPARED = 0.45  # share of all prose that shows that an element's name misleads


def find_story(page: Page, known: Frame | None = None, after: int = -1) -> Story | None:
    """The element that holds the story (`known` from a layout), None where there is no text.

    after: index of the headline's line where it is certain; the story comes right below it.

    Every line of running text credits the elements around it; names that promise a story weigh
    more, names of furniture less. As in Arc90's Readability, but over one row of blocks.
    """
    prose = [b for b in page.blocks if is_prose(b) and not teases(page, b, set())]
    summaries = summaries_of(page, prose)
    if summaries:
        prose = [b for b in prose if b.index not in summaries]
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
        best, core = _chosen(page, scores, prose, spared, after)
    inside = sum(
        len(b.text)
        for b in prose
        if best.first <= b.index < best.last and not foreign(b.frame, spared, best)
    )
    # Whatever holds the story is no furniture, whatever its name (WordPress puts a story's tags
    # and categories into the class of its article element).
    spared.update(best.up())
    own = [b for b in prose if best.holds(b) and not foreign(b.frame, spared, best)]
    lines = [b.index for b in own] or [best.first]
    align = own[-1].align if own else ""
    return Story(
        frame=best,
        core=core,
        spared=spared,
        prose=inside,
        begin=lines[0],
        end=lines[-1],
        summaries=summaries,
        align=align if sum(b.align == align for b in own) * 2 > len(own) else "",
        slanted=sum(b.italic * 10 >= len(b.text) * 9 for b in own) * 2 > len(own) > 1,
    )


def _chosen(
    page: Page, scores: dict[Frame, float], prose: list[Block], spared: set[Frame], after: int
) -> tuple[Frame, Frame]:
    """(the element that holds the story, the innermost one that holds most of it)."""
    places = [b.index for b in prose if b.index > after and not foreign(b.frame, spared)]
    weighed = {f: scores[f] * _weight(f) * _place(f, places, after) for f in scores}
    core = max(weighed, key=lambda f: (weighed[f], f.depth))
    if page.trace is not None:
        for frame in sorted(scores, key=lambda f: -scores[f])[:5]:
            why = f"{frame.tag} {frame.name}".strip() + (", chosen" * (frame is core))
            first = page.blocks[frame.first]
            page.trace.note("story", first.text, why, score=weighed[frame], line=first.index)
    core = _narrow(page, core, prose, places)
    return _widen(page, core, prose, spared), core


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
    if frame.tag in LEAF or frame.tag == "span":
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
    if frame.tag in LEAF:
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
        if part.tag in LEAF or not others:
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
    if box.tag in LEAF:
        return False
    # A box of other stories shows so in its first lines.
    lines = [
        b for b in page.blocks[box.first : min(box.last, box.first + _HEAD)] if b.image is None
    ]
    headlines = sum(b.level > 0 and b.is_link() for b in lines)
    return headlines >= 2 or bool(lines and lines[0].level > 0 and lines[0] is not block)
