"""Which line is the headline."""

from __future__ import annotations

import re

from newsarchive.reader.blocks import Block, Page
from newsarchive.reader.labels import link_texts
from newsarchive.reader.names import is_sites
from newsarchive.reader.roles import FURNITURE, Role
from newsarchive.reader.story import Story, foreign
from newsarchive.reader.witness import Witness
from newsarchive.text import fold

_STEP = re.compile(r"\s*[>»›/|]\s*")
_COUNTER = re.compile(
    r"\s*[(\[|–-]*\s*(?:\d[\d.,]*\s*(?:lượt xem|lượt đọc|views?|hits?)"
    r"|(?:đã xem|lượt xem|views?|hits?)\s*:?\s*\d[\d.,]*)\s*[)\]]?\s*$",
    re.IGNORECASE,
)
_EDIT = re.compile(r"\s*(?:\[?(?:sửa bài|sửa|edit|chỉnh sửa|xóa)\]?|✎)\s*$", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s+[-–—|»:·]+\s+|\s*\|\s*")


# Words of a counter or an edit link, and how far from the end they stand; most headlines have none.
_TAIL = ("xem", "đọc", "view", "hit", "sửa", "edit", "xóa", "✎")
_TAIL_REACH = 30  # characters
_MOST_OF_IT = 0.4  # of a title tag is the headline, or it begins with the site's name
_MENU = 8  # links between a headline and its story
_BANNER = -2.5
_SECTION = -4.0


def tidy(text: str) -> str:
    """A headline without hit counter and edit link."""
    tail = text[-_TAIL_REACH:].lower()
    if not any([word in tail for word in _TAIL]):
        return text.strip()
    return _EDIT.sub("", _COUNTER.sub("", text)).strip()


def find_title(page: Page, witness: Witness, story: Story | None) -> tuple[str, str, Block | None]:
    """(headline, origin, its block). '' where the page shows none.

    The printed headline wins; what the page says of itself only helps to tell it from other
    headings. Without any printed one the page's own words are taken, the site's name cut off.
    """
    best = _best(page, witness, story)
    if best is not None and best[0] >= 1.6:
        block = best[1]
        return _without_links(block), _origin(block), block
    bold = _bold_line(page, story)
    for origin, value in witness.titles:
        text = tidy(without_site(value, witness.site_name))
        if bold is not None and is_sites(text, witness.site_name):
            return tidy(bold.text), "bold-line", bold
        if len(text) >= 8:
            return text, origin, best[1] if best and fold(best[1].text) == fold(text) else None
    if best is not None and best[0] >= 1.0:
        return tidy(best[1].text), _origin(best[1]), best[1]
    return "", "", None


def _bold_line(page: Page, story: Story | None) -> Block | None:
    """The one bold line right above the story, where no heading and no name tells the headline."""
    if story is None:
        return None
    lines = [
        b
        for b in page.blocks[max(0, story.begin - 5) : story.begin + 1]
        if b.image is None and b.bold * 10 >= len(b.text) * 9 and not b.links
        and 4 <= len(b.text.split()) <= 40 and len(b.text) <= 250 and b.text[-1] not in ".:;"
        and not foreign(b.frame, story.spared)
    ]  # fmt: skip
    return lines[0] if lines else None


def _best(page: Page, witness: Witness, story: Story | None) -> tuple[float, Block] | None:
    """The printed line with the most points for being the headline."""
    stated = [value for value in (fold(value) for _, value in witness.titles) if value]
    end = story.frame.last if story else len(page.blocks)
    first_prose = story.begin if story else len(page.blocks)
    spoken = " \n ".join(value for _, value in witness.titles)
    best: tuple[float, Block] | None = None
    crumbs = _crumbs(page, end)
    menus = _links_before(page, first_prose)
    for block in page.blocks[:end]:
        if block.image is not None or not 4 <= len(block.text) <= 320:
            continue
        if not (block.level or _roles(block) & Role.TITLE or block.text in spoken):
            continue
        points = _points(block, stated, first_prose, story)
        if points and menus > block.index:
            points.append((_BANNER, "a menu stands between it and the story"))
        if points and fold(block.text) in crumbs:
            points.append((_SECTION, "is a section's name in the trail"))
        score = sum(point for point, _ in points)
        if page.trace is not None:
            why = ", ".join(f"{reason} {point:+.1f}" for point, reason in points)
            page.trace.note("title", block.text, why or "no title", score=score, line=block.index)
        if score > 0 and (best is None or score > best[0]):
            best = (score, block)
    if page.trace is not None:
        for origin, value in witness.titles:
            page.trace.note("title", value, f"stated by {origin}: a witness")
    return best


def _crumbs(page: Page, end: int) -> set[str]:
    """Names of sections, folded, that the page's trail holds above the story."""
    trail = [
        b.text for b in page.blocks[:end] if b.frame.around & Role.CRUMB and len(b.text) <= 200
    ]
    parts = (fold(part) for text in trail for part in _STEP.split(text))
    return {part for part in parts if part and len(part.split()) <= 4}


def _links_before(page: Page, first: int) -> int:
    """Index of the line before which a menu's worth of links parts the lines from the story."""
    links = 0
    for at in range(min(first, len(page.blocks)) - 1, -1, -1):
        links += page.blocks[at].is_link()
        if links >= _MENU:
            return at
    return 0


def _without_links(block: Block) -> str:
    """The headline without a short link before or after it ('Quay lại')."""
    text = tidy(block.text)
    if not block.links or block.is_link():
        return text
    for link in link_texts(block):
        if len(link) <= 15:
            text = text.removeprefix(link).removesuffix(link).strip()
    return text


def certain_title(page: Page, witness: Witness) -> int:
    """Index of the line that the page's own title tag or metadata surely names; -1 if unsure."""
    stated = [fold(value) for _, value in witness.titles]
    best = (0.0, -1)
    for block in page.blocks:
        if not 12 <= len(block.text) <= 320:
            continue
        if not (0 < block.level <= 2 or _roles(block) & Role.TITLE) or block.is_link():
            continue
        text = fold(tidy(block.text))
        if len(text.split()) < 4 or (foreign(block.frame, set()) and not _in_column(block)):
            continue
        agreement = max((_agreement(text, value) for value in stated if value), default=0.0)
        best = max(best, (agreement, block.index), key=lambda pair: pair[0])
    return best[1] if best[0] >= 0.8 else -1


def _in_column(block: Block) -> bool:
    """Whether a first-level headline stands in nothing worse than a column named sidebar."""
    return block.level == 1 and block.frame.around & FURNITURE == Role.ASIDE


def _origin(block: Block) -> str:
    return f"h{block.level}" if block.level else "styled-line"


def _roles(block: Block) -> int:
    roles = block.inline | block.frame.roles
    return roles | block.frame.parent.roles if block.frame.parent is not None else roles


def _points(
    block: Block, stated: list[str], first: int, story: Story | None
) -> list[tuple[float, str]]:
    """What speaks for and against a line as headline, in points; nothing where it cannot be one."""
    text = fold(tidy(block.text))
    if not text or foreign(block.frame, story.spared if story is not None else set()):
        return []
    named = bool(_roles(block) & Role.TITLE)
    agreement = max((_agreement(text, value) for value in stated), default=0.0)
    # A line without heading or name, or a headline that leads elsewhere.
    if agreement < 0.7 and (block.is_link() or not (block.level or named)):
        return []
    points = [(3.0 * agreement, "agrees with what the page says of itself"), *_marks(block, story)]
    words = len(text.split())
    if words < 4 and agreement < 0.7:
        points.append((-1.2, "few words"))
    if words < 3:
        points.append((-0.8, "hardly any words"))
    if 0 <= first - block.index <= 6:
        points.append((0.9, "right above the story"))  # or its first long line
    elif block.index > first and agreement < 0.7:
        points.append((-1.0, "within the story"))
    return points


def _marks(block: Block, story: Story | None) -> list[tuple[float, str]]:
    """Points for what a line's elements are and are called."""
    named = bool(_roles(block) & Role.TITLE)
    header = block.frame.around & Role.HEADER and not _own_header(block, story)
    marks = (
        (block.inline & Role.SHARE, -0.5, "has tools in it"),
        (block.level, {1: 1.6, 2: 1.0, 3: 0.7, 4: 0.4}.get(block.level, 0.0), f"h{block.level}"),
        (named, 0.8, "is named a title"),
        (named and block.frame.roles & Role.ARTICLE, 0.3, "of an article"),
        (header, -2.0, "in the page's header"),
        ("headline" in block.frame.name, 1.0, "is named the headline"),
    )
    return [(point, why) for holds, point, why in marks if holds]


def _own_header(block: Block, story: Story | None) -> bool:
    """Whether the header around a line is small, or of an article element: not the page's own."""
    headers = [f for f in block.frame.up() if f.roles & Role.HEADER]
    spared = story.spared if story is not None else set()
    for frame in block.frame.up():
        if frame.roles & Role.ARTICLE and (frame in spared or frame.tag == "article"):
            return True
    return all(f.first > 3 and f.last - f.first <= 8 for f in headers)


def _agreement(text: str, stated: str) -> float:
    """1.0 for equal, near 1 where the stated one adds a site's name, else share of common words."""
    if text == stated:
        return 1.0
    share = len(text) / len(stated)
    if len(text) >= 12 and stated.startswith(text + " ") and share >= _MOST_OF_IT:
        return 0.75 + 0.25 * share
    if len(text) >= 12 and stated.endswith(" " + text):
        return 0.5 + 0.45 * share
    if len(text) >= 12 and text in stated:
        return 0.9 * share + 0.05
    mine, theirs = set(text.split()), set(stated.split())
    if len(mine) < 4:
        return 0.0
    shared = len(mine & theirs) / max(len(mine), len(theirs))
    return 0.9 * shared if shared >= 0.3 else 0.0  # a word or two agree by chance


def without_site(title: str, site_name: str) -> str:
    """A title tag's text without the site's name before or after it."""
    parts = [part for part in _SEPARATOR.split(title) if part]
    if len(parts) < 2:
        return title
    site = fold(site_name)
    if site and fold(parts[-1]) == site:
        cut = title.rfind(parts[-1])
        return title[:cut].rstrip(" -–—|»:·")
    if site and fold(parts[0]) == site:
        return title[title.find(parts[0]) + len(parts[0]) :].lstrip(" -–—|»:·")
    longest = max(parts, key=len)
    if len(longest) >= 25 and len(longest) >= 1.5 * max(
        len(part) for part in parts if part is not longest
    ):
        return longest
    return title
