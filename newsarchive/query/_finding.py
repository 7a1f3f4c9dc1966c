"""Search: the articles of a choice by words and filters, how many there are, and of which years."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Unpack

from newsarchive.errors import CallError
from newsarchive.query._filters import Filters, choose
from newsarchive.query._plans import Finder, Plan
from newsarchive.query._rows import trouble
from newsarchive.text import clean
from newsarchive.words import Span, Words, marked_snippet, parse_words

ORDERS = ("newest", "rank")
MOST = 10_000  # where counting stops

_SHOWN = """
    SELECT id, site, url, title, published, section, byline, lead, captions, body, gone
    FROM articles WHERE id = ? AND withheld IS NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One article found. published and gone as stored; snippet: plain text around the first match.

    marks: where in the snippet what was looked for stands, in order, none overlapping.
    """

    id: int
    site: str
    url: str
    title: str
    published: str | None
    snippet: str
    section: str | None
    byline: str | None
    gone: str | None
    marks: tuple[Span, ...]


class Years(list[tuple[str | None, int]]):
    """Articles by year of publication, the newest first, undated ones (None) last.

    exact: False where they are estimates, from a sample of the archive, to one or two digits.
    """

    def __init__(self, counts: Iterable[tuple[str | None, int]], *, exact: bool) -> None:
        super().__init__(counts)
        self.exact = exact


def search(
    conn: sqlite3.Connection,
    words: str | None = None,
    *,
    order: str = "newest",
    limit: int = 20,
    offset: int = 0,
    plan: Plan | None = None,
    among: int | None = None,
    **filters: Unpack[Filters],
) -> list[Hit]:
    """The articles that the words find, without those withheld; with None or '', all of them.

    How words are read: see newsarchive.words; what filters mean: `Filters`. Newest is by
    publication, undated last; rank is by how well the words fit. among: where nothing is filtered
    rank compares only about so many of the articles with these words, those archived last. plan:
    from which side to look, the words' or the articles'; None is best.

    Raises CallError for a malformed filter and one that names nothing there is.
    """
    if order not in ORDERS:
        raise CallError(f"order {order!r} is neither {' nor '.join(ORDERS)}")
    if limit < 1:
        raise CallError(f"limit {limit} is not a positive number")
    if offset < 0:
        raise CallError(f"offset {offset} is below 0")
    choice = choose(conn, **filters)
    sought = wanted(words)
    with trouble(conn):
        finder = Finder(conn, sought, choice, plan)
        find = finder.newest if order == "newest" else partial(finder.ranked, among=among)
        shown = sought or Words(root=None, exact=False)
        return [hit for id in find(limit, offset) if (hit := _hit(conn, id, shown)) is not None]


def counted(
    conn: sqlite3.Connection,
    words: str | None = None,
    *,
    most: int = MOST,
    plan: Plan | None = None,
    **filters: Unpack[Filters],
) -> int:
    """How many articles `search` finds in all; counting stops at `most`: one more means more."""
    choice = choose(conn, **filters)
    with trouble(conn):
        return Finder(conn, wanted(words), choice, plan).counted(most)


def years(
    conn: sqlite3.Connection,
    words: str | None = None,
    *,
    plan: Plan | None = None,
    **filters: Unpack[Filters],
) -> Years:
    """How many of the articles that `search` finds were published in each year.

    Exact for words in up to 5,000 articles, for filters without words, and wherever that can be
    expected to take no more than 35 ms; else every year is estimated, `exact` of the answer is
    False, and a year with few of them may be missing.
    """
    choice = choose(conn, **filters)
    with trouble(conn):
        found, exact = Finder(conn, wanted(words), choice, plan).years()
    return Years(found, exact=exact)


def wanted(words: str | None) -> Words | None:
    """The words as they are read, None where nothing is typed."""
    return parse_words(words) if words is not None and words.strip() else None


def _hit(conn: sqlite3.Connection, found: int, words: Words) -> Hit | None:
    row = conn.execute(_SHOWN, (found,)).fetchone()
    if row is None:
        return None
    id, site, url, title, published, section, byline, lead, captions, body, gone = row
    texts = (
        ("lead", lead),
        *(("body", paragraph) for paragraph in body.split("\n\n")),
        *(("captions", caption) for caption in (captions or "").split("\n")),
        ("byline", byline),
    )
    shown, marks = marked_snippet(((field, clean(t)) for field, t in texts if t), words)
    return Hit(
        id=id, site=site, url=url, title=title, published=published, snippet=shown,
        section=section, byline=byline, gone=gone, marks=tuple(marks),
    )  # fmt: skip
