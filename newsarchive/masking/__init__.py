"""Private persons' names in an article become initials; officers', officials' and places' stay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from newsarchive.masking.persons import Person, gather
from newsarchive.masking.replacing import Span, replaced, spans
from newsarchive.masking.tokens import read

__all__ = ["Masker", "Person", "Span", "find_spans", "mask_texts", "persons"]

_TEXTS = ("title", "lead", "body", "snippet")


def find_spans(texts: Sequence[str]) -> list[list[Span]]:
    """Of each text of one article what `mask_texts` replaces in its composed (NFC) form."""
    parts = [read(text) for text in texts]
    book = gather(parts)
    return [spans(part, book) for part in parts]


def mask_texts(texts: Sequence[str], signed: Sequence[str] = ()) -> list[str]:
    """The texts of one article, in order, with initials for the private persons named in them.

    Who is introduced in one of them is masked in all. signed: its bylines and credits, whose names
    stay. A text that names none comes back as it is, others composed (NFC). Never raises; in time
    in proportion to the texts.
    """
    parts = [read(text) for text in texts]
    book = gather(parts, [read(text) for text in signed])
    masked = []
    for text, part in zip(texts, parts, strict=True):
        found = spans(part, book)
        masked.append(replaced(part, found) if found else text)
    return masked


def persons(texts: Sequence[str]) -> list[Person]:
    """The private persons whom the texts of one article introduce."""
    return gather([read(text) for text in texts]).people()


class Masker:
    """Masks articles, one at a time; nothing is remembered from one to the next."""

    def mask(self, row: dict[str, Any]) -> dict[str, Any]:
        """A copy of an article as `query.articles` gives it, with private persons' names masked.

        Title, lead, paragraphs, captions and tags change; byline, credits, section and addresses
        stay (an address often spells the title: docs/ethics.md). Keys that are missing stay so.
        """
        fields = [name for name in _TEXTS if isinstance(row.get(name), str)]
        paragraphs = row.get("paragraphs") or []
        images = row.get("images") or []
        tags = row.get("tags") or []
        captions = [image.get("caption") or "" for image in images]
        texts = [*(row[name] for name in fields), *paragraphs, *captions, *tags]
        signed = [row.get("byline"), *(image.get("credit") for image in images)]
        masked = iter(mask_texts(texts, [name for name in signed if name]))
        changed: dict[str, Any] = {name: next(masked) for name in fields}
        if paragraphs:
            changed["paragraphs"] = [next(masked) for _ in paragraphs]
        if images:
            told = [next(masked) for _ in images]
            changed["images"] = [
                image | {"caption": caption} if image.get("caption") else dict(image)
                for image, caption in zip(images, told, strict=True)
            ]
        if tags:
            changed["tags"] = [next(masked) for _ in tags]
        return row | changed
