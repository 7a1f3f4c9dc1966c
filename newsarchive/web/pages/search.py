"""The search page: as typed, with filters, counts and counts by year, page by page."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from datasette import Response

from newsarchive import charts, query
from newsarchive.errors import CallError, UnknownSite
from newsarchive.markup import Html
from newsarchive.query import latest, places, volumes
from newsarchive.text import unaccent
from newsarchive.web import addresses
from newsarchive.web.asking import MOST, PAGE, Asked, asked, tidy
from newsarchive.web.language import ARGUMENT
from newsarchive.web.marking import marked
from newsarchive.web.pages import page, wording
from newsarchive.web.places import Choices, choices, short
from newsarchive.web.reading import read
from newsarchive.wording import Wording
from newsarchive.words import parse_words

_SECTIONS = 40  # so many are suggested
_RANKED = 10_000  # of more with frequent words a browser would wait for the comparison
_FLAG = re.compile(r"--(\w+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """hits: of this page; edited: which of them were; count: more than MOST means so many at
    least; years: of the same search without its days; sections: that may be chosen.
    """

    hits: Sequence[query.Hit]
    edited: set[int]
    count: int
    years: query.Years
    sections: Sequence[str]


async def search(request: Any, datasette: Any) -> Response:
    """The page at /tim-kiem: all of a search is in its address."""
    wanted = asked(request.args)
    if not wanted.wrong and not tidy(request.query_string, wanted.choice()):
        told = wanted.choice()
        if lang := request.args.get(ARGUMENT):
            told[ARGUMENT] = lang
        return Response.redirect(addresses.search(told))
    t = wording(request)
    places_of = choices(await read(datasette, volumes.sites))
    wanted = _known(wanted, places_of)
    wanted, found = await _find(datasette, wanted, places_of)
    words = parse_words(wanted.q)
    context = {
        "asked": wanted,
        "words": words,
        "found": found,
        "marked": lambda text, field: marked(text, words.spans(text, field)),
        "snippet": lambda hit: marked(hit.snippet, hit.marks),
        "names": {site.slug: site.name for site in places_of.sites},
        "places": places_of,
        "short": short,
        "errors": _errors(wanted, t),
        "count": _count(found.count, t),
        "ranked": t("search:ranked", n=t.number(_RANKED))
        if wanted.order == "rank" and not wanted.filters and found.count > MOST
        else "",
        "chips": _chips(wanted, places_of, t),
        "years": _years(found.years, wanted, t),
        "pages": _pages(wanted, found.count),
        "lax": unaccent(wanted.q) if words.exact and not found.count else "",
    }
    return await page(request, datasette, "search.html", context)


def _known(wanted: Asked, known: Choices) -> Asked:
    """Without a site or province that the archive has not; those are wrong."""
    slugs = {site.slug for site in known.sites}
    for name, there in (("site", slugs), ("province", known.names)):
        value = getattr(wanted, name)
        if value and value not in there:
            wanted = _without(wanted, name)
    return wanted


def _without(wanted: Asked, name: str) -> Asked:
    changes: dict[str, Any] = {name: "", "wrong": {**wanted.wrong, name: getattr(wanted, name)}}
    return replace(wanted, **changes)


async def _find(datasette: Any, wanted: Asked, known: Choices) -> tuple[Asked, _Found]:
    """What a search finds; filters that the query refuses are taken out of it, as wrong."""
    while True:
        try:
            # Side by side, on two connections: the years take about as long as all the rest, so
            # the number is counted without waiting for them, though exact ones would tell it.
            (hits, edited, count, sections), years = await asyncio.gather(
                read(datasette, partial(_hits, wanted=wanted, known=known)),
                read(datasette, partial(_by_year, wanted=wanted)),
            )
        except CallError as error:
            name = "site" if isinstance(error, UnknownSite) else _named(error)
            if not name or not getattr(wanted, name, ""):
                raise
            wanted = _without(wanted, name)
        else:
            return wanted, _Found(
                hits=hits, edited=edited, count=count, years=years, sections=sections
            )


def _named(error: CallError) -> str:
    match = _FLAG.match(str(error))
    return match[1] if match else ""


def _hits(
    conn: sqlite3.Connection, wanted: Asked, known: Choices
) -> tuple[list[query.Hit], set[int], int, list[str]]:
    choice: dict[str, Any] = wanted.query()
    hits = query.search(
        conn, wanted.q, order=wanted.order, limit=PAGE, offset=wanted.offset, among=_RANKED,
        **choice,
    )  # fmt: skip
    edited = latest.edited_among(conn, [hit.id for hit in hits])
    count = query.counted(conn, wanted.q, most=MOST, **choice)
    return hits, edited, count, _sections(conn, wanted, known)


def _by_year(conn: sqlite3.Connection, wanted: Asked) -> query.Years:
    choice: dict[str, Any] = wanted.query()
    return query.years(conn, wanted.q, **choice | {"since": None, "until": None})


def _sections(conn: sqlite3.Connection, wanted: Asked, known: Choices) -> list[str]:
    """The sections with most articles, of the sites that are chosen."""
    slugs = known.sites_of(wanted.province) if wanted.province else {s.slug for s in known.sites}
    if wanted.site:
        slugs = {wanted.site}
    counts: Counter[str] = Counter()
    for tally in places.top(conn, sorted(slugs), "section", limit=_SECTIONS):
        counts[tally.value] += tally.articles
    return [section for section, _ in counts.most_common(_SECTIONS)]


def _errors(wanted: Asked, t: Wording) -> list[str]:
    told = []
    for name, value in wanted.wrong.items():
        if name == "days":
            since, _, until = value.partition(" ")
            told.append(t("search:error:days", since=t.time(since), until=t.time(until)))
        else:
            told.append(t(f"search:error:{name}", value=value))
    return told


def _count(count: int, t: Wording) -> str:
    if count > MOST:
        return t("search:count:more", n=t.number(MOST))
    return t.count("search:count", count) if count else t("search:count:none")


def _chips(wanted: Asked, known: Choices, t: Wording) -> list[tuple[str, str]]:
    """The filters in force in words, each with the address of the search without it."""
    names: Mapping[str, str] = {site.slug: short(site.name) for site in known.sites}
    chips = []
    for name, value in wanted.filters.items():
        shown = names.get(value, value) if name == "site" else value
        shown = t.time(value) if name in ("since", "until") else shown
        told = t(f"search:is:{name}", value=shown)
        chips.append((told, addresses.search(wanted.choice(**{name: ""}))))
    return chips


def _years(years: query.Years, wanted: Asked, t: Wording) -> Html | None:
    """Counts by year, each a link to that year alone; the one chosen leads back to all."""
    if not years:
        return None
    rows = []
    for year, count in years:
        if year is None:
            rows.append(charts.Row(label=t("undated"), value=count))
            continue
        days = {"since": f"{year}-01-01", "until": f"{year}-12-31"}
        chosen = (wanted.since, wanted.until) == (days["since"], days["until"])
        if chosen:
            days = {"since": "", "until": ""}
        href = addresses.search(wanted.choice(**days))
        rows.append(charts.Row(label=year, value=count, href=href, current=chosen))

    def number(value: float) -> str:
        return t.number(value) if years.exact else t("search:years:about", n=t.number(value))

    return charts.ranked(rows, title=t("search:years:what"), number=number)


def _pages(wanted: Asked, count: int) -> dict[str, Any]:
    """Where the pages before and after are, and which are near."""
    last = max(1, -(-min(count, MOST) // PAGE))
    here = wanted.page
    near = sorted({1, last, *range(max(1, here - 2), min(last, here + 2) + 1)})
    return {
        "here": here,
        "last": last,
        "before": addresses.search(wanted.to_page(min(here - 1, last))) if here > 1 else None,
        "after": addresses.search(wanted.to_page(here + 1)) if here < last else None,
        "near": [(number, addresses.search(wanted.to_page(number))) for number in near],
    }


ROUTES = [(r"/tim-kiem$", search)]
