"""Text dumps: the rendered text of a page, without any markup."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from newsarchive.errors import NotAnArticle
from newsarchive.model import Article, Image, Problem
from newsarchive.reader.dump_captions import caption_lines
from newsarchive.reader.dump_head import When, find_title, find_when
from newsarchive.reader.dump_labels import find_section, find_tags
from newsarchive.reader.dump_marks import ends_sentence, is_credit, is_posted
from newsarchive.reader.dump_page import Dump, Kind, read_lines
from newsarchive.reader.dump_story import find_core, is_item, story_lines
from newsarchive.reader.lines import split_agency_tag, split_credit, unglued, without_end_mark
from newsarchive.reader.names import Signature, is_names, is_sites, signature
from newsarchive.sites import Site
from newsarchive.text import fold

_MARKUP = re.compile(
    rb"<\s*(?:!doctype|html|head|body|div|p|table|span|br|meta|title|article|a\s|h[1-6]|ul|font|center)\b",
    re.IGNORECASE,
)
_LONGEST_LEAD = 1200
_POSTED = re.compile(
    r"^(?:đăng bởi|gửi bởi|người đăng|bởi|by)\s*[:：]?\s+|\s*\b(?:lúc|vào(?: lúc)?|ngày|on|at)$",
    re.IGNORECASE,
)
_PART = re.compile(r"(?:kỳ|bài|phần)\s+(?:\d|cuối|[ivx]+\b)", re.IGNORECASE)  # of a series
_PARTS = re.compile(r"\s+\|\s+")


@dataclass(slots=True)
class _Signed:
    """Byline and source with where they stand; the lines that are nothing but signatures."""

    byline: str | None = None
    source: str | None = None
    lines: set[int] = field(default_factory=set)

    def take(self, found: Signature) -> None:
        self.byline = self.byline or found.byline
        self.source = self.source or found.source


def is_dump(page: bytes) -> bool:
    """Whether a page in UTF-8 is no HTML: not one tag that pages are made of."""
    return _MARKUP.search(page, 0, 200_000) is None


def read_dump(
    text: str, url: str | None, *, fetched: dt.datetime | None, site: Site | None
) -> Article:
    """The article in a dump. Raises NotAnArticle where there is none."""
    dump = read_lines(text, fetched)
    core = find_core(dump)
    if core is None:
        raise NotAnArticle("no running text")
    title = find_title(dump, core[0])
    if title is None:
        raise NotAnArticle("no headline")
    core = (max(core[0], title + 1), core[1])
    story = story_lines(dump, title + 1, core)
    when = find_when(dump, title, core, story)
    stamps = [at for at in story if dump.kind(at) is Kind.STAMP and at != when.at]
    if len(stamps) >= 3 and len(stamps) * 3 >= len(story):
        raise NotAnArticle("teasers in a row")
    headline = fold(dump.text(title))
    story = [at for at in story if at != when.at and fold(dump.text(at)[:300]) != headline]
    story = _without_particulars(dump, story)
    return _assemble(dump, title, core, when, story, url, site)


def _without_particulars(dump: Dump, story: list[int]) -> list[int]:
    """The story without the page's short lines between headline and text, names apart."""
    running = (
        at
        for at in story
        if dump.kind(at) in (Kind.PROSE, Kind.SENTENCE) or len(dump.text(at)) >= 80
    )
    first = next(running, 0)

    def is_story(at: int) -> bool:
        text = dump.text(at)
        if at >= first or dump.kind(at) is not Kind.OTHER or dump.is_signed(at):
            return True
        if _PART.match(text):
            return True
        return text.count(" ") >= 5 and dump.stamp(at) is None and not is_posted(text)

    return [at for at in story if is_story(at)]


def _assemble(
    dump: Dump,
    title: int,
    core: tuple[int, int],
    when: When,
    story: list[int],
    url: str | None,
    site: Site | None,
) -> Article:
    signed = _find_signed(dump, story, core[0], when)
    texts = {at: dump.text(at) for at in story if at not in signed.lines}
    glued = unglued(texts[core[1]]) if core[1] in texts else None
    if glued is not None and (found := signature(glued[1], styled=True)) is not None:
        signed.take(found)
        texts[core[1]] = glued[0]
    captions = caption_lines(dump, [at for at in story if at not in signed.lines])
    body = [at for at in texts if at not in captions and not dump.lines[at].picture]
    lead = split_agency_tag(texts[body.pop(0)])[1] if _has_lead(dump, body) else None
    paragraphs = [texts[at] for at in body]
    if paragraphs:
        paragraphs[-1] = without_end_mark(paragraphs[-1])
    section = find_section(dump, title)
    tags = find_tags(dump, core[1] + 1)
    stamp = when.published
    fields = {
        "published": stamp and stamp.iso, "modified": when.modified, "lead": lead,
        "byline": signed.byline, "source": signed.source, "images": captions, "section": section,
        "paragraphs": paragraphs, "title": True, "tags": tags,
    }  # fmt: skip
    return Article(
        title=dump.text(title),
        url=url,
        site=site.slug if site is not None else None,
        published=stamp.iso if stamp is not None else None,
        published_text=stamp.text if stamp is not None else None,
        modified=when.modified.iso if when.modified is not None else None,
        section=section,
        lead=lead,
        byline=signed.byline,
        source=signed.source,
        paragraphs=tuple(paragraphs),
        images=tuple(
            Image(caption=caption, credit=credit)
            for caption, credit in (split_credit(dump.text(at)) for at in sorted(captions))
        ),
        tags=tags,
        origins={name: "text-dump" for name, value in fields.items() if value},
        problems=(Problem(field="published", what=when.problem),) if when.problem else (),
    )


def _has_lead(dump: Dump, body: list[int]) -> bool:
    """Whether the first paragraph is taken for the lead: where enough running text follows it."""
    long = [at for at in body if dump.kind(at) is Kind.PROSE and len(dump.text(at)) >= 70]
    if len(long) < 3 or dump.lines[body[0]].bullet:
        return False
    first = dump.text(body[0])
    return len(first) <= _LONGEST_LEAD and (ends_sentence(first) or len(first) >= 60)


def _find_signed(dump: Dump, story: list[int], first: int, when: When) -> _Signed:
    """Byline and source: at the story's end, under the headline, beside the date."""
    signed = _Signed()
    own: list[Signature] = []
    for place in range(len(story) - 1, -1, -1):
        at = story[place]
        text = dump.text(at)
        if at <= first or dump.kind(at) not in (Kind.OTHER, Kind.SENTENCE, Kind.PICTURE):
            break
        if dump.lines[at].picture:
            continue
        found = _both(text) if dump.is_signed(at) else signature(text, styled=False)
        if place and is_item(dump, at, story[place - 1]):
            break
        if found is None and not (is_credit(text) and place and dump.is_signed(story[place - 1])):
            break
        signed.lines.add(at)
        own += [found] if found is not None else []
    # A label decides; else the name right below the story: a unit, tags, other names may follow.
    for found in (*(one for one in own if one.labelled), *reversed(own)):
        signed.take(found)
    _head_signed(dump, [at for at in story if at < first], signed)
    rest = _POSTED.sub("", when.rest).strip(" •·|-–,/")
    if signed.byline is None and rest:
        beside = signature(rest, styled=True)
        if beside is not None and not is_sites(rest, ""):
            signed.take(beside)
    return signed


def _both(text: str) -> Signature | None:
    """The signature of a line, of one in parts too: 'Tác giả: Văn Tú | Nguồn: Báo CAND'."""
    parts = [signature(part, styled=True) for part in _PARTS.split(text)]
    if len(parts) == 1:
        return parts[0]
    known = [part for part in parts if part is not None]
    byline = next((part.byline for part in known if part.byline), None)
    source = next((part.source for part in known if part.source), None)
    return Signature(byline, source, labelled=True) if known else None


def _head_signed(dump: Dump, head: list[int], signed: _Signed) -> None:
    """Names between headline and text; a single word or a unit there may be anything."""
    names: list[str] = []
    for at in head:
        found = _both(dump.text(at)) if dump.kind(at) is Kind.OTHER else None
        if found is None:
            continue
        signed.lines.add(at)
        name = found.byline
        if found.source:
            signed.take(Signature(source=found.source))
        if name and (found.labelled or (is_names(name) and (" " in name or name.isupper()))):
            names.append(name)
    if names:
        signed.take(Signature(byline=" - ".join(dict.fromkeys(names[:5]))))
