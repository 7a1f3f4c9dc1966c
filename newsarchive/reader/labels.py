"""Section and tags: what the page files the story under."""

from __future__ import annotations

import re
from itertools import islice

from newsarchive.dates import possible
from newsarchive.reader.blocks import Block, Frame, Page
from newsarchive.reader.names import is_sites
from newsarchive.reader.phrases import is_furniture, is_related_heading
from newsarchive.reader.roles import Role
from newsarchive.reader.story import Story
from newsarchive.reader.witness import Witness
from newsarchive.text import clean, fold

_HOME = frozenset(("trang chu", "trang nhat", "home", "you are here", "trang tin", "index"))
_HOMES = tuple(_HOME)
_ANY = frozenset(("tin tuc", "tin", "tin bai", "tin tuc su kien", "bai viet"))  # say little
_PAGE = frozenset({
    "chi tiet", "chi tiet tin", "tin chi tiet", "chi tiet bai viet", "noi dung", "noi dung tin",
    "xem tin", "bai viet", "tin bai", "detail", "details", "article",
})  # fmt: skip
_MOST_CRUMBS = 60  # lines of a breadcrumb trail
_MOST_LINKS = 200  # links of one line, tags of one story
_SECTION_LABEL = re.compile(
    r"\b(?:(?:chuyên mục|danh mục|thể loại)\s*:|posted in|đăng trong(?: mục)?)\s*", re.IGNORECASE
)
_BOX = re.compile(r"(?:đọc|xem) nhiều|nổi bật|mới nhất|tiêu điểm|bình luận", re.IGNORECASE)
_DAY = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}")
_TAG_LABEL = re.compile(
    r"^(?:tags?|từ khóa|từ khoá|thẻ|chủ đề|keywords?)\s*[:：]?\s*", re.IGNORECASE
)


def find_section(
    page: Page, witness: Witness, story: Story, title: Block | None, headline: str
) -> tuple[str | None, str | None]:
    """(deepest section named on the page, origin)."""
    crumb, crumb_at = _crumbs(page, title, headline)
    title_at = title.index if title is not None else 0
    category, category_at = _category(page, title, headline, story)
    if page.trace is not None:
        stated = [(value, f"stated by {origin}") for origin, value in witness.sections]
        for value, why in [(crumb, "a breadcrumb trail"), (category, "a category's link"), *stated]:
            if value:
                page.trace.note("section", value, why)
    # A trail far from the headline, where a category stands right above it, is a menu.
    if (
        title is not None
        and category
        and 0 < title.index - category_at <= 8
        and abs(title.index - crumb_at) > 15
    ):
        crumb = None
    if crumb and category and fold(crumb) in _ANY and category_at - title_at <= 4:
        crumb = None
    if crumb:
        return crumb, "breadcrumb"
    if category:
        return category, "category"
    for origin, value in sorted(witness.sections, key=lambda pair: pair[0] != "breadcrumb"):
        if (
            value
            and fold(value) not in _HOME
            and fold(value) != fold(headline)
            and len(value) <= 60
        ):
            return value, origin
    place = _above(page, witness, title, story)
    return (place, "above-title") if place is not None else (None, None)


def _above(page: Page, witness: Witness, title: Block | None, story: Story) -> str | None:
    """The section that only its place tells: a short line set apart right above the headline."""
    if title is None or not title.index:
        return None
    block = page.blocks[title.index - 1]
    if block.index and block.image is None and len(block.text) <= 60 and possible(block.text):
        block = page.blocks[block.index - 1]  # the date may stand between
    text = block.text
    if block.image is not None or not 2 <= len(text.split()) <= 6 or text[-1] in ".:;!?":
        return None
    apart = text.isupper() or block.bold * 10 >= len(text) * 9 or block.align == "center"
    before = page.blocks[max(0, block.index - 1)]
    alone = block.is_link() and before.frame.parent is not block.frame.parent  # no menu's last
    if not (apart or block.level or alone):
        return None
    if is_sites(text, witness.site_name) or text.isascii() or any(c.isdigit() for c in text):
        return None
    around = next((f for f in block.frame.up() if f.holds(title)), None)
    if around is None or around.tag in ("body", "html"):
        return None
    near = around.holds(page.blocks[story.begin])  # all three stand in the article's own box
    return text if near and not story.foreign(block) and _is_name(text, title.text) else None


def _is_name(text: str, headline: str) -> bool:
    if not 2 <= len(text) <= 60 or _DAY.search(text):
        return False
    if is_furniture(text) or is_related_heading(text) or _BOX.match(text):
        return False
    folded = fold(text)
    return bool(folded) and folded not in _HOME and folded != fold(headline)


def _crumbs(page: Page, title: Block | None, headline: str) -> tuple[str | None, int]:
    """(the last link of the breadcrumb trail that is not the story itself, where it ends)."""
    best: list[str] = []
    at = 0
    done: set[Frame] = set()
    for block in page.blocks:
        if block.image is not None or not block.text:
            continue
        if not block.frame.around & Role.CRUMB:
            if title is None or not 0 < title.index - block.index <= 30 or not block.links:
                continue
            if block.text.startswith(("»", "›", ">")) or fold(block.text).startswith(_HOMES):
                texts = link_texts(block)
                if _is_trail(block.text, texts) and _is_name(texts[-1], headline):
                    best, at = texts, block.index
            continue
        frame = [f for f in block.frame.up() if f.roles & Role.CRUMB][-1]  # the whole trail
        if frame in done:
            continue
        done.add(frame)
        names = _trail(page, frame, headline)
        if names and (not best or (title is not None and frame.first < title.index)):
            best, at = names, frame.last
    return (best[-1] if best else None), at


def _is_trail(line: str, texts: list[str]) -> bool:
    """Whether a line without a telling name is a trail: 'Trang chủ / Giao thông'."""
    if not 1 < len(texts) <= 4 or not (line[0] in "»›>" or fold(texts[0]) in _HOME):
        return False
    for text in texts:
        line = line.replace(text, "", 1)
    return bool(re.fullmatch(r"\s*(?:[/>»›→]\s*)+", line))


def _trail(page: Page, frame: Frame, headline: str) -> list[str]:
    names = []
    for block in page.blocks[frame.first : min(frame.last, frame.first + _MOST_CRUMBS)]:
        if (
            block.image is not None
            or block.frame.around & Role.SHARE
            or any(
                "drop" in f.name or "sub-" in f.name or "dropdown" in f.name
                for f in block.frame.up()
                if f.depth > frame.depth
            )
        ):
            continue
        links = link_texts(block)
        names += [name for name in links if _is_name(name, headline)]
        rest = block.text[block.text.rfind(links[-1]) + len(links[-1]) :] if links else block.text
        here = rest.strip(" »›>/|→-·")
        if names and _is_name(here, headline) and not _is_page(here, headline):
            names.append(here)  # the section itself, which needs no link where one is in it
    if any(fold(name) == fold(headline) for name in names):
        names = names[: [fold(n) for n in names].index(fold(headline))]
    return names


def _is_page(text: str, headline: str) -> bool:
    """Whether a trail's unlinked end is the page's own: its date, its headline cut, 'Chi tiết'."""
    folded = fold(text)
    if folded in _PAGE or len(folded.split()) > 7 or re.search(r"\d\d", folded):
        return True
    return fold(headline).startswith(folded)


def link_texts(block: Block) -> list[str]:
    """Texts of the links in one line, in order."""
    if block.is_link() and block.frame.tag == "a":
        return [block.text]
    line = fold(block.text)
    links = islice(block.frame.el.iter("a"), _MOST_LINKS)
    texts = [clean("".join(islice(a.itertext(), 50))) for a in links if a.get("href")]
    return [text for text in texts if text and fold(text) in line]


def _category(
    page: Page, title: Block | None, headline: str, story: Story
) -> tuple[str | None, int]:
    """(a link in an element named category, near the headline or under the story; its place)."""
    if title is None:
        return None, 0
    above = page.blocks[max(0, title.index - 8) : title.index]
    for block in (*reversed(above), *page.blocks[title.index + 1 : story.frame.last + 14]):
        name = _category_of(block, title, headline, story)
        if name is not None:
            return name, block.index
    return None, 0


def _category_of(block: Block, title: Block, headline: str, story: Story) -> str | None:
    """The section that a line names by label or by its element's name, None if it does not."""
    if block.image is not None or len(block.text) > 80:
        return None
    if block.level and not (block.is_link() and 0 < title.index - block.index <= 3):
        return None
    labelled = _SECTION_LABEL.search(block.text)
    if labelled and block.links:
        after = block.text[labelled.end() :]
        texts = [t for t in link_texts(block) if after.startswith(t) and _is_name(t, headline)]
        if texts:
            return max(texts, key=len)
    near = block.inline
    if not (near | block.frame.around) & Role.SECTION:
        return None
    for frame in tuple(block.frame.up())[:4]:
        # WordPress names a story's sections in the class of its article.
        whole = frame.roles & Role.ARTICLE and frame.last - frame.first > 3
        near |= frame.roles & ~(Role.SECTION if whole else Role.NONE)
    if not near & Role.SECTION or near & (Role.NAV | Role.TAGS | Role.RELATED):
        return None
    if near & Role.HEADER and not _own_header(block, story):
        return None
    if not block.links and not title.index - 3 <= block.index < title.index:
        return None
    name = _last_name(block, headline)
    return name if _is_name(name, headline) else None


def _last_name(block: Block, headline: str) -> str:
    """The narrowest section that a line names: links or words side by side lead down to it."""
    links = [text for text in link_texts(block) if _is_name(text, headline)] if block.links else []
    if len(links) > 1 or (links and not block.is_link()):
        return links[-1]
    name = re.sub(r"^[^:]{2,20}:\s*", "", block.text)
    return re.split(r"\s*[>»›|]\s*", name)[-1].strip(" |/·•-–")


def _own_header(block: Block, story: Story) -> bool:
    """Whether the header around a line is the article's, not the page's."""
    return any(f.roles & Role.ARTICLE and f in story.spared for f in block.frame.up())


def find_tags(
    page: Page, witness: Witness, story: Story, url: str | None
) -> tuple[tuple[str, ...], str | None]:
    """(the story's tags as shown, else from the page's own keywords, origin)."""
    shown: list[str] = []
    for block in page.blocks:
        if block.image is not None or not block.links or len(block.text) > 400:
            continue
        shown.extend(_tags_of(block, story))
        if len(shown) >= _MOST_LINKS:
            break
    if page.trace is not None:
        for origin, values in [("tag-links", shown), *witness.tags]:
            if values:
                page.trace.note("tags", ", ".join(values), origin)
    if shown:
        return tuple(dict.fromkeys(shown)), "tag-links"
    for origin, values in witness.tags:
        if values and _about(values, page, story) and not _of_site(values, witness, url):
            return tuple(values), origin
    return (), None


def _about(values: list[str], page: Page, story: Story) -> bool:
    """Whether keywords are the story's own: at least half of them occur in it, accents and all."""
    blocks = page.blocks[story.frame.first : story.frame.last]
    text = f" {_words(' '.join(b.text for b in blocks))} "
    return 2 * sum(f" {_words(value)} " in text for value in values) > len(values)


def _of_site(values: list[str], witness: Witness, url: str | None) -> bool:
    """Whether keywords are those of the site, on all its pages: its name and address hold them."""
    host = (url or witness.url).partition("//")[2].partition("/")[0]
    names = [witness.site_name, host, *(v for o, v in witness.titles if o == "title-tag")]
    site = " ".join(fold(name).replace(" ", "") for name in names)
    return all(fold(value).replace(" ", "") in site for value in values)


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def _tags_of(block: Block, story: Story) -> list[str]:
    """Texts of the links in a block of tags."""
    marked = block.inline & Role.TAGS or (
        block.frame.around & Role.TAGS
        and any(
            f.roles & Role.TAGS and f not in story.spared and f.last - f.first <= 40
            for f in block.frame.up()
        )
    )
    label = _TAG_LABEL.match(block.text)
    if not marked and not (label and block.links * 3 >= len(block.text)):
        return []
    if not block.links:
        return []
    names = [text.lstrip("#").strip(" ,;") for text in link_texts(block)]
    return [n for n in names if 1 < len(n) <= 60 and not _TAG_LABEL.fullmatch(n)]
