"""One page's blocks to one article: every field with where it came from."""

from __future__ import annotations

import datetime as dt
import re

from newsarchive.errors import NotAnArticle
from newsarchive.model import Article, Problem
from newsarchive.reader import refuse
from newsarchive.reader.blocks import Block, Page
from newsarchive.reader.body import story_blocks
from newsarchive.reader.container import find_story
from newsarchive.reader.images import Pictures, find_images
from newsarchive.reader.labels import find_section, find_tags
from newsarchive.reader.layouts import override, recognise
from newsarchive.reader.lead import find_lead, same
from newsarchive.reader.lines import is_file_name, split_agency_tag, without_end_mark
from newsarchive.reader.phrases import is_furniture
from newsarchive.reader.published import When, find_when
from newsarchive.reader.signed import Signed, find_signed
from newsarchive.reader.story import Story
from newsarchive.reader.title import certain_title, find_title
from newsarchive.reader.witness import Witness, gather
from newsarchive.sites import Site
from newsarchive.text import fold
from newsarchive.urls import absolute, is_twin, key

# Words that a site's name has before its own: 'Báo Pháp luật' signs 'PL'.
_KINDS = frozenset(("bao", "tap", "chi", "trang", "cong", "dai", "tin", "thong", "dien", "tu"))


def read_article(
    page: Page, url: str | None, *, fetched: dt.datetime | None, site: Site | None
) -> Article:
    """The article on a walked page. Raises NotAnArticle with the reason."""
    witness = gather(page)
    base = (absolute(url, page.base) if page.base else None) or url
    known = recognise(page, site)
    story = find_story(
        page, known.frame if known is not None else None, certain_title(page, witness)
    )
    headline, title_origin, title = find_title(page, witness, story)
    when = find_when(page, witness, story, title, fetched=fetched)
    if story is None:
        refuse.check(page, witness, None, headline, [], dated=False, title=title)
        raise NotAnArticle("no running text")
    start = _start(story, title)
    dates = when.lines | ({title.index} if title is not None else frozenset())
    blocks = story_blocks(page, story, start)
    pictures = find_images(page, story, start, blocks, frozenset(dates), base)
    body = [b for b in blocks if b.index not in dates and b.index not in pictures.lines]
    refuse.check(
        page, witness, story, headline, body,
        dated=bool(when.published or when.printed), title=title,
        captions=sum(len(i.caption or "") for i in pictures.images),
    )  # fmt: skip
    signed = find_signed(page, witness, story, body, title, when.byline_rest)
    if signed.source and "." in signed.source and _own_tag(signed.source, witness, site, url):
        signed.source = signed.source_origin = None
    skip = signed.lines | set(dates) | pictures.lines
    lead, lead_origin = find_lead(page, story, title, body, skip)
    article = _assemble(
        page, witness, url, site, headline, title_origin, when, body, pictures, signed, lead,
        lead_origin, story, title,
    )  # fmt: skip
    return override(article, page, known, fetched=fetched) if known is not None else article


def _start(story: Story, title: Block | None) -> int:
    """Where the story may begin: after the headline if that stands in or before its container."""
    if title is not None and title.index < story.frame.last:
        return title.index + 1
    return story.frame.first


def _assemble(
    page: Page,
    witness: Witness,
    url: str | None,
    site: Site | None,
    headline: str,
    title_origin: str,
    when: When,
    body: list[Block],
    pictures: Pictures,
    signed: Signed,
    lead: list[Block],
    lead_origin: str | None,
    story: Story,
    title: Block | None,
) -> Article:
    origins = {"title": title_origin}
    lead_text, source = _lead_text(lead, signed.source, witness, site, url)
    if source is not None and signed.source is None:
        signed.source, signed.source_origin = source, "agency-tag"
    paragraphs = _paragraphs(body, signed, {b.index for b in lead}, headline)
    section, section_origin = find_section(page, witness, story, title, headline)
    tags, tags_origin = find_tags(page, witness, story, url)
    origins["paragraphs"] = "story"
    for name, value, origin in (
        ("published", when.published, when.origin),
        ("modified", when.modified, when.modified_origin),
        ("lead", lead_text, lead_origin),
        ("byline", signed.byline, signed.byline_origin),
        ("source", signed.source, signed.source_origin),
        ("images", pictures.images, pictures.origin),
        ("section", section, section_origin),
        ("tags", tags, tags_origin),
    ):
        if value and origin:
            origins[name] = origin
    problems = list(when.problems)
    if when.published is None and not any(p.field == "published" for p in problems):
        problems.append(Problem(field="published", what="no publication date found"))
    return Article(
        title=headline,
        url=_canonical(witness, url),
        site=site.slug if site is not None else None,
        published=when.published,
        published_text=when.printed,
        modified=when.modified,
        section=section,
        lead=lead_text,
        byline=signed.byline,
        source=signed.source,
        paragraphs=paragraphs,
        images=tuple(pictures.images),
        tags=tags,
        origins=origins,
        problems=tuple(problems),
    )


def _canonical(witness: Witness, url: str | None) -> str | None:
    """The page's canonical address where it is one of the same article, else the one asked."""
    stated = absolute(url, witness.url) if witness.url else None
    if url is None:
        return stated if stated and "://" in stated else None
    try:
        # NukeViet's page to save calls itself canonical.
        if stated is not None and key(stated) == key(url) and (is_twin(url) or not is_twin(stated)):
            return stated
    except ValueError:  # the one asked is none
        return url
    return url


def _lead_text(
    lead: list[Block], source: str | None, witness: Witness, site: Site | None, url: str | None
) -> tuple[str | None, str | None]:
    """(the lead without its agency tag, the agency if it is another outlet than the site)."""
    if not lead:
        return None, None
    tag, text = split_agency_tag(" ".join(b.text for b in lead))
    if tag is None or source is not None:
        return text, None
    return text, None if _own_tag(tag, witness, site, url) else tag


def _own_tag(tag: str, witness: Witness, site: Site | None, url: str | None) -> bool:
    """Whether an agency tag names the site itself: by its name, host or initials."""
    folded = fold(tag).replace(" ", "")
    names = [witness.site_name, witness.url, url or ""]
    if site is not None:
        names += [site.name, *site.hosts]
    for name in names:
        plain = fold(name)
        if not plain:
            continue
        words = plain.split()
        initials = "".join(word[0] for word in words)
        if folded in ("".join(w[0] for w in words if w not in _KINDS), initials):
            return True
        if folded in plain.replace(" ", "") or (len(folded) > 2 and folded in initials + "o"):
            return True
    return _abbreviates(folded, url or witness.url)


def _abbreviates(tag: str, url: str) -> bool:
    """Whether a tag's letters stand in this order in the host's name: 'HNM' of hanoimoi.com.vn.

    Not on .gov.vn: 'CAND' would be short for many a police portal's host.
    """
    host = url.partition("//")[2].partition("/")[0].removeprefix("www.")
    if not host or host.endswith(".gov.vn") or host.startswith("congan"):
        return False
    tag = re.sub(r"(?:online|news|vn|o)$", "", re.sub(r"(?:com)?vn$", "", tag)) or tag
    letters = iter(host.partition(".")[0])
    return len(tag) >= 2 and host[0] == tag[0] and all(letter in letters for letter in tag)


def _paragraphs(
    body: list[Block], signed: Signed, lead: set[int], headline: str
) -> tuple[str, ...]:
    """The story's lines as paragraphs: signatures, lead, file names and furniture left out."""
    texts: list[str] = []
    blocks = [b for b in body if b.image is None and b.index not in lead]
    for block in blocks:
        if block.index in signed.lines:
            continue
        text = signed.replaced.get(block.index, block.text)
        if is_file_name(text) or is_furniture(text) or not any(c.isalnum() for c in text):
            continue
        if text.isdigit() and block.frame.tag not in ("td", "th", "li", "p"):
            continue  # a counter
        if not texts and same(text, headline):
            continue
        texts.append(text)
    if texts:
        texts[-1] = without_end_mark(texts[-1])
    return tuple(texts)
