"""What the families share: the scene a page is drawn in, Vietnamese dates, small pieces of HTML."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Protocol

from newsarchive.demo.stories import Picture, Story

WEEKDAYS = ("Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All of a portal that is on its every page.

    base: scheme and host as asked, no slash at its end. today: for the page clock. sections: slug
    to name, in the menu's order. latest: newest stories of all sections.
    """

    name: str
    base: str
    today: date
    sections: Mapping[str, str]
    latest: Sequence[Story]


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """The stories around one in its section: newer (nearest first) and older (nearest first)."""

    newer: Sequence[Story] = ()
    older: Sequence[Story] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """One page of a section's list. number: from 1; pages: how many there are."""

    section: str
    stories: Sequence[Story]
    number: int
    pages: int


class Family(Protocol):
    """How one CMS names its addresses and draws its pages; all methods are pure."""

    @property
    def name(self) -> str:
        """One of families.NAMES."""
        ...

    @property
    def disallow(self) -> tuple[str, ...]:
        """Paths that its robots.txt forbids."""
        ...

    @property
    def contact(self) -> str:
        """Path of the contact page."""
        ...

    @property
    def tells_modified(self) -> bool:
        """Whether its pages tell when an article was last changed."""
        ...

    @property
    def call(self) -> str | None:
        """Address that answers its scripts with lists of articles; None where they ask for none."""
        ...

    def article_path(self, story: Story) -> str:
        """Address of the article."""
        ...

    def called(self, body: bytes, held: Mapping[str, Sequence[Story]]) -> bytes:
        """JSON that answers a call. held: each section's stories, newest first."""
        ...

    def section_path(self, section: str, number: int = 1) -> str:
        """Address of a page of the section's list, with its query."""
        ...

    def media_path(self, story: Story) -> str:
        """Folder of the story's pictures, with a slash at its end."""
        ...

    def twins(self, story: Story) -> Mapping[str, str]:
        """Other addresses of the article: to 'same' page, 'print' version or 'moved' (a 301)."""
        ...

    def printed(self, moment: datetime) -> str:
        """The publication date as an article page prints it."""
        ...

    def typeset(self, text: str) -> str:
        """Text of a story as the system sets it: quotes, dashes."""
        ...

    def article(self, scene: Scene, story: Story, near: Near) -> str:
        """The article's page."""
        ...

    def printable(self, scene: Scene, story: Story) -> str:
        """The article's print version."""
        ...

    def listing(self, scene: Scene, shelf: Shelf) -> str:
        """One page of a section's list."""
        ...

    def home(self, scene: Scene, shelves: Sequence[Shelf]) -> str:
        """The home page: the newest stories of each section."""
        ...

    def notice(self, scene: Scene, title: str, text: str) -> str:
        """A page that is no article: contact, not found."""
        ...


def weekday(day: date) -> str:
    """'Thứ Hai' ... 'Chủ Nhật'."""
    at = day.weekday()
    return "Chủ Nhật" if at == 6 else f"Thứ {WEEKDAYS[at]}"


def lower_weekday(day: date) -> str:
    """'Thứ hai' ... 'Chủ nhật', as PHP's Vietnamese tables have it."""
    name = weekday(day)
    return name[:4] + name[4:].lower()


def hits(story: Story) -> int:
    """A count of readers that stays the same for a story."""
    return 40 + int.from_bytes(hashlib.sha256(story.slug.encode()).digest()[:2]) % 4000


def caption_of(picture: Picture, dash: str, html: Callable[[str], str] = escape) -> str | None:
    """The caption as printed, with the credit behind `dash`, or in brackets for '()'.

    html: makes HTML of a text.
    """
    if picture.caption is None or picture.credit is None:
        return html(picture.caption) if picture.caption else None
    credit = f"Ảnh: {picture.credit}"
    if dash == "()":
        return html(f"{picture.caption} ({credit})")
    return html(picture.caption + (" " if picture.caption[-1] in ".!?" else dash) + credit)


def signed(story: Story, html: Callable[[str], str] = escape) -> str | None:
    """The byline with its label as printed ('Tin, ảnh: Minh Đức'), as HTML."""
    if story.byline is None:
        return None
    return html(f"{story.label}: {story.byline}" if story.label else story.byline)


def summary(story: Story) -> str:
    """What lists say of a story: its lead, or the opening of its body; escaped."""
    text = story.lead or story.paragraphs[0]
    if len(text) > 240:
        text = text[:240].rsplit(" ", 1)[0] + "..."
    return escape(text)


def thumbnail(family: Family, story: Story) -> str | None:
    """Address of the story's first picture."""
    if not story.pictures:
        return None
    first = min(story.pictures, key=lambda picture: picture.after)
    return family.media_path(story) + first.name


def noise(seed: str, size: int) -> str:
    """`size` characters of base64 that follow from `seed`: view states, tokens."""
    raw = hashlib.shake_256(seed.encode()).digest(size)
    return base64.b64encode(raw).decode()[:size]


def window(number: int, pages: int) -> range:
    """The numbers a pager shows around the current page."""
    return range(max(1, number - 4), min(pages, number + 4) + 1)


@cache
def _template(name: str) -> Template:
    path = files("newsarchive.demo") / "families" / "templates" / f"{name}.html"
    return Template(path.read_text(encoding="utf-8"))


def fill(template: str, /, **values: object) -> str:
    """The template (`<family>/<page>`) with all its places filled by pieces of ready HTML."""
    return _template(template).substitute(values)
