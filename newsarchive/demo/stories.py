"""The demo's stories: invented police news, and what a right reading of each must give.

Every province, commune, person, unit, outlet and event in them is made up; nothing in `texts/` is
taken from a real portal. One file holds the stories of one portal, in this form:

    === Title
    section: an-ninh-trat-tu
    published: 2024-08-05 07:30
    byline: Văn An                  (also: modified, label, source, tags, lead)

    A paragraph, one line.
    ## A sub-heading
    [caption of a picture | its credit]
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from functools import cache
from importlib.resources import files
from typing import Any

from newsarchive.text import unaccent

VIETNAM = timezone(timedelta(hours=7))
PROVINCES = ("song-truc", "dak-mo", "van-hai")
_COMMUNES = ("Thạch Bàng", "Phú Mận", "Đồng Giấy", "Đắk Rơ Lang", "Krông Păn", "Cư Ngao",
             "Cồn Muối", "Diêm Thượng", "Nậm Vĩ", "Suối Hoan", "Lũng Sa", "Bàu Năng")  # fmt: skip
_SIDES = ("Đông", "Tây", "Nam", "Bắc", "Thượng", "Hạ")
_FIELDS = frozenset(
    ("section", "published", "modified", "byline", "label", "source", "tags", "lead")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of a story. after: how many paragraphs stand above it."""

    name: str
    caption: str | None
    credit: str | None
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One invented article, as its author would hand it in.

    section: slug of the section. headings: which of the paragraphs are sub-headings, by index.
    byline: the names alone; label: what stands before them in print ('Tin, ảnh'). Times are
    Vietnam's (+07:00).
    """

    id: int
    slug: str
    section: str
    title: str
    lead: str | None
    paragraphs: tuple[str, ...]
    published: datetime
    headings: frozenset[int] = frozenset()
    pictures: tuple[Picture, ...] = ()
    byline: str | None = None
    label: str | None = None
    source: str | None = None
    modified: datetime | None = None
    tags: tuple[str, ...] = ()

    def flow(self) -> Iterator[tuple[str, str] | Picture]:
        """The body in reading order: ('p', text), ('h', sub-heading) and pictures."""
        waiting = sorted(self.pictures, key=lambda picture: picture.after)
        for at, text in enumerate(self.paragraphs):
            while waiting and waiting[0].after <= at:
                yield waiting.pop(0)
            yield ("h" if at in self.headings else "p"), text
        yield from waiting

    def gold(self, url: str, image_base: str) -> dict[str, Any]:
        """What a right reading of the story's page gives: the keys that `newsarchive parse` prints.

        url: the page's address; image_base: address of the folder of its pictures, with a slash at
        its end. `published_text` (it depends on the CMS) is None and `origins` empty.
        """
        return {
            "url": url,
            "site": None,
            "title": self.title,
            "published": self.published.isoformat(),
            "published_text": None,
            "modified": self.modified.isoformat() if self.modified else None,
            "section": None,
            "lead": self.lead,
            "byline": self.byline,
            "source": self.source,
            "paragraphs": list(self.paragraphs),
            "images": [
                {"url": image_base + p.name, "caption": p.caption, "credit": p.credit}
                for p in sorted(self.pictures, key=lambda picture: picture.after)
            ],
            "tags": list(self.tags),
            "origins": {},
        }


def slugify(title: str) -> str:
    """The title as these systems put it into addresses: ASCII words joined by '-'."""
    return "-".join(re.findall(r"[a-z0-9]+", unaccent(title).lower()))


@cache
def stories_of(province: str) -> tuple[Story, ...]:
    """The stories of one of PROVINCES, in the order of their file, with ids from 1."""
    text = (files("newsarchive.demo") / "texts" / f"{province}.txt").read_text(encoding="utf-8")
    blocks = text.split("\n=== ")[1:]
    return tuple(_story(at, block) for at, block in enumerate(blocks, start=1))


def _story(number: int, block: str) -> Story:
    head, _, body = block.partition("\n\n")
    title, *lines = head.splitlines()
    given = dict(line.split(": ", 1) for line in lines)
    if unknown := given.keys() - _FIELDS:
        raise ValueError(f"story {title!r}: unknown fields {sorted(unknown)}")
    slug = slugify(title)
    paragraphs: list[str] = []
    headings: set[int] = set()
    pictures: list[Picture] = []
    for line in filter(None, map(str.strip, body.splitlines())):
        if line.startswith("[") and line.endswith("]"):
            caption, _, credit = (part.strip() for part in line[1:-1].partition("|"))
            name = f"{slug[:40].rstrip('-')}-{len(pictures) + 1}.png"
            pictures.append(
                Picture(
                    name=name,
                    caption=caption or None,
                    credit=credit or None,
                    after=len(paragraphs),
                )
            )
            continue
        if line.startswith("## "):
            headings.add(len(paragraphs))
        paragraphs.append(line.removeprefix("## "))
    return Story(
        id=number,
        slug=slug,
        section=given["section"],
        title=title,
        lead=given.get("lead"),
        paragraphs=tuple(paragraphs),
        headings=frozenset(headings),
        pictures=tuple(pictures),
        byline=given.get("byline"),
        label=given.get("label"),
        source=given.get("source"),
        published=_time(given["published"]),
        modified=_time(given["modified"]) if "modified" in given else None,
        tags=tuple(tag.strip() for tag in given.get("tags", "").split(",") if tag.strip()),
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def make_stories(n: int, seed: int = 1) -> list[Story]:
    """`n` distinct stories recombined from all the written ones: same `n` and `seed`, same stories.

    Every title, address, lead and text is one of its own; ids count from 1, the times go back from
    the end of 2024 without a repetition. Raises ValueError for a negative `n`.
    """
    if n < 0:
        raise ValueError(f"n={n} is negative")
    rng = random.Random(seed)
    pool = [story for province in PROVINCES for story in stories_of(province)]
    by_section: dict[str, list[Story]] = {}
    for story in pool:
        by_section.setdefault(story.section, []).append(story)
    moment = datetime(2024, 12, 30, 17, 0, tzinfo=VIETNAM)
    made = []
    for number in range(1, n + 1):
        moment -= timedelta(minutes=rng.randint(37, 900))
        base = pool[(number - 1) % len(pool)]
        made.append(_recombined(number, moment, base, by_section[base.section], rng))
    return made


def _recombined(
    number: int, moment: datetime, base: Story, kin: list[Story], rng: random.Random
) -> Story:
    """A story under the headline of `base`, its paragraphs taken from those of its kin."""
    commune = f"xã {rng.choice(_COMMUNES)} {rng.choice(_SIDES)}"
    title = f"{base.title} ({commune}, bản tin số {number})"
    opening = (
        f"Ngày {moment.day}/{moment.month}, theo bản tin số {number} của {commune}, có "
        f"{rng.randint(2, 90)} cán bộ, chiến sĩ tham gia giải quyết vụ việc."
    )
    others = [
        text
        for story in kin
        for at, text in enumerate(story.paragraphs)
        if at not in story.headings and len(text) >= 80
    ]
    slug = slugify(title)
    chosen = rng.sample(others, min(len(others), rng.randint(3, 6)))
    pictures = tuple(
        Picture(
            name=f"{number}-{at + 1}.png",
            caption=picture.caption,
            credit=picture.credit,
            after=min(picture.after, at + 1),
        )
        for at, picture in enumerate(base.pictures)
    )
    return replace(
        base,
        id=number,
        slug=slug,
        title=title,
        lead=f"{base.lead or base.paragraphs[0]} Vụ việc được {commune} báo lên trong ngày.",
        paragraphs=(opening, *chosen),
        headings=frozenset(),
        pictures=pictures,
        published=moment,
        modified=None,
    )
