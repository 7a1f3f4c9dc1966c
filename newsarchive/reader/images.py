"""The article's own pictures, each with its caption and credit."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from newsarchive.model import Image
from newsarchive.reader.attributes import Picture
from newsarchive.reader.attributes import picture as read_picture
from newsarchive.reader.blocks import Block, Frame, Page
from newsarchive.reader.captions import caption_lines, read_caption
from newsarchive.reader.roles import FURNITURE, Role
from newsarchive.reader.story import Story
from newsarchive.urls import absolute

# Both of an address in lower case.
_DECOR = re.compile(
    r"(?:^|[/_.-])(?:\w*buttons?|icons?|logo|avatars?|emoji|smil(?:ey|ies)|spacer|blank|pixel|loading|loader|placeholder|button|btn"
    r"|share|print|clock|banner|arrow|bullet|star|rss|facebook|zalo|twitter|youtube|qr-?code|captcha|no-?image|transparent|1x1)"
    r"(?:[/_.-]|\d*\.(?:png|gif|svg|jpe?g|webp)|$)"
)
# Little pictures of old portals, told by their format.
_ICON = re.compile(
    r"(?:^|[/_-])(?:e?mail|send|new|hot|moi|home|menu|search|zoom|dot|line|next|prev|back|top|muiten|nut"
    r"|tick|check|pdf|word|excel|file|attach\w*|dinhkem)[\w-]{0,4}\.gif$"
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
        lines = caption_lines(page, story, block, end, skip)
        caption, credit = read_caption(lines, picture)
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
    path = source.split("?")[0].lower()
    if path.endswith(".svg") or _DECOR.search(path[-80:]) or _ICON.search(path[-60:]):
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
