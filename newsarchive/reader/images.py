"""The article's own pictures, each with its caption and credit."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from newsarchive.model import Image
from newsarchive.reader.attributes import Picture
from newsarchive.reader.attributes import picture as read_picture
from newsarchive.reader.blocks import Block, Frame, Page
from newsarchive.reader.lines import is_file_name, split_credit
from newsarchive.reader.names import is_names, is_unit, signature
from newsarchive.reader.phrases import is_furniture, is_related_heading
from newsarchive.reader.roles import FURNITURE, Role
from newsarchive.reader.story import Story, in_caption
from newsarchive.urls import absolute

_DECOR = re.compile(
    r"(?:^|[/_.-])(?:\w*buttons?|icons?|logo|avatars?|emoji|smil(?:ey|ies)|spacer|blank|pixel|loading|loader|placeholder|button|btn"
    r"|share|print|clock|banner|arrow|bullet|star|rss|facebook|zalo|twitter|youtube|qr-?code|captcha|no-?image|transparent|1x1)"
    r"(?:[/_.-]|\d*\.(?:png|gif|svg|jpe?g|webp)|$)",
    re.IGNORECASE,
)
# Little pictures of old portals, told by their format.
_ICON = re.compile(
    r"(?:^|[/_-])(?:e?mail|send|new|hot|moi|home|menu|search|zoom|dot|line|next|prev|back|top|muiten|nut"
    r"|tick|check|pdf|word|excel|file|attach\w*|dinhkem)[\w-]{0,4}\.gif$",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"^data:|(?:blank|placeholder|loading|loader|lazy|spacer|transparent|1x1|pixel|no-?image|grey|gray|empty)[^/]*$"
    r"|/(?:trans|dot|space|lazy|bg|default)\.(?:gif|png|jpe?g)$",
    re.IGNORECASE,
)
# Next.js serves pictures through an address that holds the picture's own.
_WRAPPED = re.compile(r"/_next/image/?\?(?:[^#]*&)?url=([^&#]+)")
_SIZE = re.compile(r"-\d{2,4}x\d{2,4}(?=\.\w{3,4}$)")
_THUMB = re.compile(r"/(?:thumb_w|thumb|zoom|resize|crop)/[\d_x]+/", re.IGNORECASE)
_PICTURE_LABEL = re.compile(
    r"^[(\[]?\s*(?:nguồn )?(?:ảnh|hình|clip|video|photo)\s*[:：]", re.IGNORECASE
)
_ROW = 50  # pictures beside each other
_LONGEST = 420  # characters of a caption; longer text after a picture is story


@dataclass(slots=True)
class Pictures:
    """The images in order, and the lines that are theirs and so no part of the story."""

    images: list[Image] = field(default_factory=list)
    lines: set[int] = field(default_factory=set)
    origin: str | None = None


def find_images(
    page: Page, story: Story, start: int, body: list[Block], skip: frozenset[int], url: str | None
) -> Pictures:
    """Pictures of the story from block `start` to its end, captions tied to them.

    body: lines and pictures of its container. skip: indices of lines that are known to be
    something else (headline, dates).
    """
    found = Pictures()
    blocks = page.blocks
    end = story.frame.last
    rows: list[tuple[int, Block]] = []
    seen: dict[str, int] = {}  # address without size and query -> place among the images
    own = {b.index for b in body}
    # A picture may stand above the headline, in the article's own box.
    first = story.frame.first if story.frame.first < start < story.frame.last else start
    for block in blocks[first:end]:
        if block.image is None:
            continue
        if block.index >= start and story.frame.holds(block) and block.index not in own:
            continue
        picture = read_picture(block.image, block.href)
        source = _source(picture)
        why = _disowned(block, picture, source, story)
        address = _address(source, url)
        if page.trace is not None:
            page.trace.note(
                "images", address or picture.src, why or "the story's", line=block.index
            )
        if why or address is None:
            continue
        lines = _caption_lines(page, story, block, end, skip)
        caption, credit = _read_caption(lines, picture)
        found.lines.update(b.index for b in lines)
        base = _base(address)
        if base in seen:
            _merge(found, seen[base], caption, credit)
            continue
        seen[base] = len(found.images)
        rows.append((len(found.images), block))
        found.images.append(Image(url=address, caption=caption, credit=credit))
    if found.images:
        found.origin = "story"
        _share_captions(found, rows)
    return found


def _share_captions(found: Pictures, rows: list[tuple[int, Block]]) -> None:
    """Pictures that stand beside each other in one element share the only caption of their row.

    rows: place among the images and block of each.
    """
    for (at, one), (after, other) in zip(reversed(rows[:-1]), reversed(rows[1:]), strict=True):
        first, second = found.images[at], found.images[after]
        around = one.frame.parent
        beside = other.index - one.index == 1 and (
            one.frame is other.frame
            or (around is not None and around is other.frame.parent and _is_row(around))
        )
        if beside and after == at + 1 and not (first.caption or first.credit):
            found.images[at] = replace(first, caption=second.caption, credit=second.credit)


def _is_row(frame: Frame) -> bool:
    """Whether an element holds little more than pictures beside each other."""
    return frame.last - frame.first <= 6 and frame.tag not in ("body", "td", "article")


def _read_caption(lines: list[Block], picture: Picture) -> tuple[str | None, str | None]:
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


def _merge(found: Pictures, at: int, caption: str | None, credit: str | None) -> None:
    """A picture shown twice is one; a caption that only the second showing has is kept."""
    image = found.images[at]
    if image.caption is None and caption is not None:
        found.images[at] = Image(url=image.url, caption=caption, credit=credit)


def _base(address: str) -> str:
    plain = address.split("?")[0]
    return _THUMB.sub("/", _SIZE.sub("", plain))


def _source(picture: Picture) -> str:
    """The address that shows the picture: the lazily loaded one where src is a stand-in."""
    source = picture.src
    if source and not (picture.lazy or source.startswith("data:")):
        return source
    if not source or _is_placeholder(source):
        source = picture.lazy or ("" if source.startswith("data:") else source)
    return "" if source.startswith("data:") else source


def _address(source: str, url: str | None) -> str | None:
    """The absolute address of a picture."""
    if not source:
        return None
    wrapped = _WRAPPED.search(source)
    return absolute(url, unquote(wrapped[1]) if wrapped else source)


def _is_placeholder(source: str) -> bool:
    return bool(_PLACEHOLDER.search(source if len(source) <= 300 else source[:8] + source[-290:]))


def _disowned(block: Block, picture: Picture, source: str, story: Story) -> str:
    """Why a picture is none of the article's, '' if it is one."""
    if not (picture.src or picture.lazy):
        return "has no address"
    if picture.roles & (Role.ICON | Role.SHARE | Role.ADS):
        return "is named an icon or an advertisement"
    if 0 < picture.width < 60 or 0 < picture.height < 50:
        return "is small"
    path = source.split("?")[0]
    if _DECOR.search(path[-80:]) or _ICON.search(path[-60:]) or path.lower().endswith(".svg"):
        return "is called like an ornament"
    for frame in block.frame.up():
        if frame is story.frame:
            break
        if (
            frame.roles & (FURNITURE | Role.AUTHOR | Role.ICON | Role.HEADER)
            and frame not in story.spared
        ):
            return "stands in furniture"
    return "leads to another page" if _leads_elsewhere(block, picture) else ""


def _leads_elsewhere(block: Block, picture: Picture) -> bool:
    """Whether the picture is a link to another page (a teaser), not to its own larger copy."""
    href = picture.href
    if not href or href.startswith(("#", "javascript:", "data:")):
        return False
    path = href.split("?")[0].lower()
    return not re.search(r"\.(?:jpe?g|png|gif|webp|bmp)$|/(?:attachment|image|photo)s?/", path)


def _caption_lines(
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
