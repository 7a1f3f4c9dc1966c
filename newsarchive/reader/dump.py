"""Text dumps: the rendered text of a page, without any markup."""

from __future__ import annotations

import datetime as dt
import re

from newsarchive import dates
from newsarchive.errors import NotAnArticle
from newsarchive.model import Article, Image, Problem
from newsarchive.reader.lines import is_file_name, split_agency_tag, split_credit, without_end_mark
from newsarchive.reader.names import is_names, signature
from newsarchive.reader.phrases import is_furniture, is_imprint, is_related_heading
from newsarchive.sites import Site
from newsarchive.text import clean

_MARKUP = re.compile(
    rb"<\s*(?:!doctype|html|head|body|div|p|table|span|br|meta|title|article|a\s|h[1-6]|ul|font|center)\b",
    re.IGNORECASE,
)
_CAPTION_MOST = 220


def is_dump(page: bytes) -> bool:
    """Whether a page in UTF-8 is no HTML: not one tag that pages are made of."""
    return _MARKUP.search(page, 0, 200_000) is None


def read_dump(
    text: str, url: str | None, *, fetched: dt.datetime | None, site: Site | None
) -> Article:
    """The article in a dump. Raises NotAnArticle where there is none."""
    lines = [line for line in map(clean, text.splitlines()) if line]
    stamps = {
        at: stamp
        for at, line in enumerate(lines)
        if (stamp := dates.read(line, fetched=fetched)) is not None and not stamp.rest
    }
    prose = [at for at, line in enumerate(lines) if _is_prose(line) and at not in stamps]
    if len(prose) < 2:
        raise NotAnArticle("no running text")
    first = _story_start(lines, prose)
    while first > 1 and first - 1 not in stamps and _is_sentence(lines[first - 1]):
        first -= 1
    title_at = _title(lines, stamps, first)
    if title_at is None:
        raise NotAnArticle("no headline")
    stamp, problems = _published(lines, stamps, title_at, first)
    story = _story(lines, stamps, title_at, first)
    return _assemble(lines[title_at], stamp, problems, story, url, site)


def _is_prose(line: str) -> bool:
    return len(line) >= 100 or (len(line) >= 70 and line[-1] in '.!?…”"')


def _is_sentence(line: str) -> bool:
    """Whether a short line right above the long ones is the story's first sentence."""
    return len(line) >= 30 and line[-1] in '.!?…”"' and not is_furniture(line)


def _story_start(lines: list[str], prose: list[int]) -> int:
    """The first line of the longest row of running lines with few others between."""
    best = (0, prose[0])
    start, mass = prose[0], 0
    for at, line in enumerate(prose):
        if at and line - prose[at - 1] > 4:
            start, mass = line, 0
        mass += len(lines[line])
        best = max(best, (mass, start), key=lambda pair: pair[0])
    return best[1]


def _title(lines: list[str], stamps: dict[int, dates.Stamp], first: int) -> int | None:
    """The headline: above the story, next to a date line where there is one."""
    usable = [
        at
        for at in range(first)
        if at not in stamps and 12 <= len(lines[at]) <= 260 and not is_furniture(lines[at])
        and not is_related_heading(lines[at]) and not is_names(lines[at])
    ]  # fmt: skip
    if not usable:
        return None
    dated = [at for at in usable if at + 1 in stamps or at + 2 in stamps]
    return dated[-1] if dated else usable[-1]


def _published(
    lines: list[str], stamps: dict[int, dates.Stamp], title: int, first: int
) -> tuple[dates.Stamp | None, list[Problem]]:
    """The date between headline and story, else a labelled one below; a clock above is none."""
    between = [at for at in stamps if title < at < first and stamps[at].kind != "modified"]
    below = [at for at in stamps if at > first and stamps[at].kind == "published"]
    above = [at for at in stamps if at == title - 1 and (at > 1 or stamps[at].has_time)]
    for at in (*between[:1], *below[:1], *above[:1]):
        stamp = stamps[at]
        problems = [Problem(field="published", what=stamp.problem)] if stamp.problem else []
        return stamp, problems
    return None, [Problem(field="published", what="no publication date found")]


def _story(lines: list[str], stamps: dict[int, dates.Stamp], title: int, first: int) -> list[str]:
    """The story's lines, from its first to the heading of other stories or the page's furniture."""
    story: list[str] = []
    for at in range(first, len(lines)):
        line = lines[at]
        if is_related_heading(line):
            if not any(
                _is_prose(later) and later[-1] in '.!?”"…' for later in lines[at + 1 : at + 3]
            ):
                break
            continue
        if is_file_name(line) or is_furniture(line) or at in stamps:
            continue
        story.append(line)
    last = max((at for at, line in enumerate(story) if _is_prose(line)), default=-1)
    end = last + 1
    while end < len(story) and _goes_on(story[end]):
        end += 1
    return story[:end]


def _goes_on(line: str) -> bool:
    """Whether a short line below the last long one is still the story's."""
    if is_imprint(line):
        return False
    if signature(line, styled=True) is not None or split_credit(line)[1] is not None:
        return True
    return line[-1] in '.!?…”"'


def _assemble(
    title: str,
    stamp: dates.Stamp | None,
    problems: list[Problem],
    story: list[str],
    url: str | None,
    site: Site | None,
) -> Article:
    byline = source = None
    while story and (found := signature(story[-1], styled=True)) is not None:
        byline, source = byline or found.byline, source or found.source
        story.pop()
    lead: str | None = None
    if len([line for line in story if _is_prose(line)]) >= 3 and len(story[0]) <= 1200:
        lead = split_agency_tag(story.pop(0))[1]
    captions = [line for line in story if _is_caption(line)]
    paragraphs = [line for line in story if not _is_caption(line)]
    if paragraphs:
        paragraphs[-1] = without_end_mark(paragraphs[-1])
    fields = {
        "published": stamp and stamp.iso, "lead": lead, "byline": byline, "source": source,
        "images": captions, "paragraphs": paragraphs, "title": title,
    }  # fmt: skip
    return Article(
        title=title,
        url=url,
        site=site.slug if site is not None else None,
        published=stamp.iso if stamp is not None else None,
        published_text=stamp.text if stamp is not None else None,
        lead=lead,
        byline=byline,
        source=source,
        paragraphs=tuple(paragraphs),
        images=tuple(
            Image(caption=caption, credit=credit) for caption, credit in map(split_credit, captions)
        ),
        origins={name: "text-dump" for name, value in fields.items() if value},
        problems=tuple(problems),
    )


def _is_caption(line: str) -> bool:
    """A short line without a full stop between paragraphs, or one that ends in a credit."""
    if len(line) > _CAPTION_MOST or line[0] in "-+•*" or line[-1] in ":;!?":
        return False
    if split_credit(line)[1] is not None:
        return True
    return line[-1] not in '.…”"' and len(line) >= 15
