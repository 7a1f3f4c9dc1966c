"""An article as a row: what is stored of it, what counts as a change, what is indexed."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from newsarchive.archive._text import storable
from newsarchive.model import Article
from newsarchive.text import one_tone_placement

# Columns of `articles` that come from the page, in this order everywhere below.
FIELDS = (
    "title", "lead", "body", "captions", "byline",
    "source", "section", "published", "published_day", "published_text", "modified",
    "origins", "parser",
)  # fmt: skip
INDEXED = 5  # the first five are searched, in the order of the full-text tables
COMPARED = 8  # the first eight make a new version
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?=T|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`values` in the order of FIELDS; images as (url, caption, credit); tags each once."""

    values: tuple[str | None, ...]
    images: tuple[tuple[str | None, str | None, str | None], ...]
    tags: tuple[str, ...]

    @property
    def images_json(self) -> str:
        """The images as the versions table holds them: a list of objects."""
        names = ("url", "caption", "credit")
        shown = [dict(zip(names, image, strict=True)) for image in self.images]
        return json.dumps(shown, ensure_ascii=False)

    @property
    def version(self) -> tuple[str | None, ...]:
        """The row of `versions`: title, lead, body, byline, source, section, published,
        published_text, images."""
        title, lead, body, _captions, byline, source, section, published, _day, text = self.values[
            :10
        ]
        return (title, lead, body, byline, source, section, published, text, self.images_json)

    @property
    def content(self) -> str:
        """What tells this version of the article from others."""
        return _digest(self.values[:COMPARED])


def _digest(values: Sequence[str | None]) -> str:
    return sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()[:32]


def content_of_version(version: Sequence[str | None]) -> str:
    """The same of a row of `versions`.

    version: title, lead, body, byline, source, section, published, images.
    """
    title, lead, body, byline, source, section, published, images = version
    captions = captions_of(images)
    return _digest((title, lead, body, captions, byline, source, section, published))


def captions_of(images: str | None) -> str | None:
    """The captions in the images of a version, joined as in `articles`."""
    shown = json.loads(images or "[]")
    return "\n".join(image["caption"] for image in shown if image["caption"]) or None


def row_of(article: Article, parser: str) -> Row:
    """The article in the form of its row; all text storable, paragraphs joined by a blank line."""
    published = _text(article.published)
    day = _DAY.match(published) if published else None
    images = tuple((_text(i.url), _text(i.caption), _text(i.credit)) for i in article.images)
    origins = storable(json.dumps(dict(article.origins), ensure_ascii=False, sort_keys=True))
    values = (
        storable(article.title),
        _text(article.lead),
        storable("\n\n".join(p for p in article.paragraphs if p)),
        "\n".join(caption for _, caption, _ in images if caption) or None,
        _text(article.byline),
        _text(article.source),
        _text(article.section),
        published,
        day.group() if day else None,
        _text(article.published_text),
        _text(article.modified),
        origins,
        parser,
    )
    tags = tuple(dict.fromkeys(storable(tag) for tag in article.tags))
    return Row(values=values, images=images, tags=tags)


def _text(value: str | None) -> str | None:
    return None if value is None else storable(value)


def exact_terms(values: tuple[Any, ...]) -> list[str | None]:
    """The searched values as articles_exact indexes them: accents kept, one tone placement."""
    return [v if v is None else one_tone_placement(v) for v in values[:INDEXED]]
