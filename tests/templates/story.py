"""An invented article as a CMS holds it, the family that prints it, and what its page must give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urljoin

from newsarchive.demo.stories import slugify

ZONE = timezone(timedelta(hours=7))
# How the text came into the system's editor: typed, pasted from Word, from a page of DIVs, with empty
# lines between the paragraphs, with indents of spaces.
EDITORS = ("plain", "word", "divs", "blanks", "indents")
# What a page may or may not print; title, day of publication, text and pictures stand on each.
OPTIONAL = frozenset(("section", "lead", "byline", "source", "modified", "tags"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A picture. name: its file; credit: only with a caption."""

    name: str
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A sub-heading of the story."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list of the story."""

    texts: tuple[str, ...]


Part = str | Photo | Heading | Items


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One article. parts: the body in reading order; published, modified: in Vietnam's time.

    editor: one of EDITORS.
    """

    title: str
    published: datetime
    modified: datetime | None = None
    section: str
    lead: str | None = None
    byline: str | None = None
    source: str | None = None
    parts: tuple[Part, ...]
    tags: tuple[str, ...] = ()
    editor: str = "plain"

    @property
    def slug(self) -> str:
        """The title as addresses have it."""
        return slugify(self.title)

    @property
    def photos(self) -> list[Photo]:
        """Its pictures in reading order."""
        return [part for part in self.parts if isinstance(part, Photo)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """How one family prints a story.

    url: address of the page, with {slug}. media, query: what stands before and behind the names of
    its pictures. carries: which of OPTIONAL its page prints. minutes: whether it tells the time of
    day. typeset: what the system makes of the texts that editors typed.
    """

    name: str
    url: str
    media: str
    render: Callable[[Story], str]
    carries: frozenset[str]
    query: str = ""
    minutes: bool = True
    typeset: Callable[[str], str] = str

    def address(self, story: Story) -> str:
        """The page's address."""
        return self.url.format(slug=story.slug)

    def gold(self, story: Story) -> dict[str, Any]:
        """What the page must give; what it does not print is null."""

        def text(field: str) -> str | None:
            value: str | None = getattr(story, field) if field in self.carries else None
            return value and self.typeset(value)

        url = self.address(story)
        stamp = story.published.isoformat()
        changed = story.modified.isoformat() if story.modified else None
        return {
            "url": url,
            "title": self.typeset(story.title),
            "published": stamp if self.minutes else stamp[:10],
            "modified": changed if "modified" in self.carries else None,
            "section": story.section if "section" in self.carries else None,
            "lead": text("lead"),
            "byline": text("byline"),
            "source": text("source"),
            "paragraphs": [self.typeset(line) for line in lines(story)],
            "images": [
                {
                    "url": urljoin(url, self.media + photo.name + self.query),
                    "caption": photo.caption and self.typeset(photo.caption),
                    "credit": photo.credit and self.typeset(photo.credit),
                }
                for photo in story.photos
            ],
            "tags": list(story.tags) if "tags" in self.carries else [],
        }


def lines(story: Story) -> list[str]:
    """The body's lines: paragraphs, sub-headings and list items."""
    found: list[str] = []
    for part in story.parts:
        if isinstance(part, Items):
            found += part.texts
        elif isinstance(part, Heading):
            found.append(part.text)
        elif isinstance(part, str):
            found.append(part)
    return found
