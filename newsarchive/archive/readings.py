"""What a new reading of the kept bytes makes of an article: which rows would change, and how."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from newsarchive.archive._rows import FIELDS, Row, captions_of, content_of_version, row_of
from newsarchive.archive._text import storable
from newsarchive.model import Article, Problem

REFUSED = "refused by "  # begins the problem of a page in which the present reader finds no article
# A problem of these is a doubt of the reader, and goes where a better one has it no more.
_READ = frozenset({*FIELDS, "paragraphs", "images", "tags"})
Doubt = tuple[int, str, str]  # capture, field, what


class Look(NamedTuple):
    """One look at an article. warc, offset, length: where its body lies; None where it is not
    there. record_id: of the look's own WARC record."""

    capture: int
    seen: str
    content: str
    site: str
    url: str
    fetched: str
    digest: str
    warc: str | None
    offset: int | None
    length: int | None
    record_id: str
    status: int


class Reading(NamedTuple):
    """What a body says: in the form of a row, and what was doubtful."""

    row: Row
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An article as the archive has it.

    row: values, images and tags. versions: (seen, capture, then as `Row.version`) each.
    problems: those of all its captures.
    """

    id: int
    url: str
    withheld: bool
    row: Row
    looks: tuple[Look, ...]
    versions: tuple[tuple[Any, ...], ...]
    problems: frozenset[Doubt]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What new readings make of an article.

    contents: what each look saw, in their order. texts: versions by content. row, versions: as in
    Told. forget, add: problems. fields: name -> (old, new), as text, of what differs.
    """

    contents: tuple[str, ...]
    texts: Mapping[str, tuple[Any, ...]]
    row: Row
    versions: tuple[tuple[Any, ...], ...]
    forget: frozenset[Doubt]
    add: frozenset[Doubt]
    fields: Mapping[str, tuple[str | None, str | None]]


def is_whole(told: Told) -> bool:
    """Whether the versions of an article follow from its looks: each has one that it is told by."""
    said = {content_of_version((*version[2:9], version[10])) for version in told.versions}
    return bool(told.looks) and {look.content for look in told.looks} == said


def reading_of(article: Article, parser: str) -> Reading:
    """The reading as the archive compares and keeps it."""
    return Reading(row_of(article, parser), article.problems)


def change_of(told: Told, readings: Mapping[str, Reading]) -> Change:
    """What these readings, by the digest of the body, make of an article.

    A look whose body was not read keeps what it saw; where another look that saw the same was
    read, it saw what that one did: a better reader is no edit.
    """
    contents, texts = _contents(told, readings)
    pairs = list(zip(contents, told.looks, strict=True))
    groups = [[look for _, look in group] for _, group in groupby(pairs, key=lambda p: p[0])]
    heads = [content for content, _ in groupby(contents)]
    versions = tuple(
        (looks[0].seen, looks[0].capture, *texts[content])
        for content, looks in zip(heads, groups, strict=True)
    )
    latest = readings.get(told.looks[-1].digest)
    if latest is not None:
        row = latest.row
    else:
        row = _shown(told, texts[contents[-1]] if contents[-1] != told.looks[-1].content else None)
    forget, add = _doubts(told, readings, groups)
    return Change(
        contents=contents,
        texts=texts,
        row=row,
        versions=versions,
        forget=forget,
        add=add,
        fields=_fields(told, row, versions, forget, add),
    )


def _contents(
    told: Told, readings: Mapping[str, Reading]
) -> tuple[tuple[str, ...], dict[str, tuple[Any, ...]]]:
    """What each look saw, and what those versions say."""
    texts: dict[str, tuple[Any, ...]] = {}
    renewed: dict[str, str] = {}
    for look in told.looks:
        if (reading := readings.get(look.digest)) is not None:
            renewed.setdefault(look.content, reading.row.content)
            texts.setdefault(reading.row.content, reading.row.version)
    contents = tuple(
        readings[look.digest].row.content
        if look.digest in readings
        else renewed.get(look.content, look.content)
        for look in told.looks
    )
    for _seen, _capture, *version in told.versions:
        content = content_of_version((*version[:7], version[8]))
        if content in contents:
            texts.setdefault(content, tuple(version))
    return contents, texts


def _shown(told: Told, version: tuple[Any, ...] | None) -> Row:
    """The row of an article whose latest look was not read again; version: what it now saw."""
    if version is None:
        return told.row
    title, lead, body, byline, source, section, published, text, images = version
    day = published[:10] if published else None
    said = (title, lead, body, captions_of(images), byline, source, section, published, day, text)
    shown = tuple((i["url"], i["caption"], i["credit"]) for i in json.loads(images))
    return Row(values=(*said, *told.row.values[len(said) :]), images=shown, tags=told.row.tags)


def _doubts(
    told: Told, readings: Mapping[str, Reading], groups: Sequence[Sequence[Look]]
) -> tuple[frozenset[Doubt], frozenset[Doubt]]:
    """The doubts that the reader has no more, and its new ones: each by the capture that its
    version shows."""
    still = {
        (looks[0].capture, problem.field, storable(problem.what))
        for looks in groups
        for look in looks
        if look.digest in readings
        for problem in readings[look.digest].problems
    }
    again = {look.capture for look in told.looks if look.digest in readings}
    gone = {
        doubt
        for doubt in told.problems - still
        if doubt[0] in again and (doubt[1] in _READ or doubt[2].startswith(REFUSED))
    }
    return frozenset(gone), frozenset(still - told.problems)


def _fields(
    told: Told,
    row: Row,
    versions: tuple[tuple[Any, ...], ...],
    forget: frozenset[Doubt],
    add: frozenset[Doubt],
) -> dict[str, tuple[str | None, str | None]]:
    """Name -> (old, new) of what differs."""
    pairs = list(zip(FIELDS, told.row.values, row.values, strict=True))
    pairs.append(("images", _images(told.row), _images(row)))
    pairs.append(("tags", "; ".join(told.row.tags) or None, "; ".join(row.tags) or None))
    found = {name: (old, new) for name, old, new in pairs if old != new}
    if len(versions) != len(told.versions):
        found["versions"] = (str(len(told.versions)), str(len(versions)))
    elif versions[:-1] != told.versions[:-1] or (versions != told.versions and not found):
        found["older versions"] = (None, None)
    if forget or add:
        found["problems"] = (_listed(forget), _listed(add))
    return found


def _images(row: Row) -> str | None:
    return "; ".join(" | ".join(filter(None, image)) or "-" for image in row.images) or None


def _listed(doubts: frozenset[Doubt]) -> str | None:
    return "; ".join(f"{field}: {what}" for _, field, what in sorted(doubts)) or None
