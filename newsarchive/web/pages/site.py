"""The page of a site: what it publishes and when, what it changed, and how it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

from datasette import NotFound, Response

from newsarchive import charts, clock
from newsarchive.health.page_texts import TEXTS as HEALTH
from newsarchive.markup import Html
from newsarchive.query import places, volumes
from newsarchive.sites import Site, all_sites
from newsarchive.web import addresses, rhythm
from newsarchive.web.pages import page, wording
from newsarchive.web.places import short
from newsarchive.web.provinces import became
from newsarchive.web.reading import read
from newsarchive.web.timeline import by_month, timeline
from newsarchive.wording import Wording

_LATEST, _CHANGED, _TOP = 6, 5, 12
# What is recent of a site, in days, and what is compared with it.
_LATELY, _BEFORE = 28, 365


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the archive tells of the site."""

    home: str | None
    volume: volumes.SiteVolume
    months: Sequence[volumes.Volume]
    sections: Sequence[places.Tally]
    bylines: Sequence[places.Tally]
    hours: Sequence[Sequence[int]]
    latest: Sequence[places.Latest]
    edited: Sequence[places.Changed]
    taken: Sequence[places.Changed]
    state: places.State | None
    crawled: places.Crawled
    fills: tuple[places.Fill, places.Fill]


def _look(conn: sqlite3.Connection, slug: str, *, today: str) -> _Found | None:
    row = next((site for site in places.sites(conn) if site.slug == slug), None)
    if row is None:
        return None
    edge = clock.instant(today).date() - timedelta(days=_LATELY - 1)
    before = edge - timedelta(days=_BEFORE), edge - timedelta(days=1)
    return _Found(
        home=row.home,
        volume=next(one for one in volumes.sites(conn) if one.slug == slug),
        months=volumes.months(conn, site=slug),
        sections=places.top(conn, [slug], "section", limit=_TOP),
        bylines=places.top(conn, [slug], "byline", limit=_TOP),
        hours=places.hours(conn, slug),
        latest=places.latest(conn, [slug], limit=_LATEST),
        edited=places.edited(conn, slug, limit=_CHANGED),
        taken=places.taken(conn, slug, limit=_CHANGED),
        state=places.state(conn, slug),
        crawled=places.crawled(conn, slug),
        fills=(
            places.fill(conn, slug, since=edge.isoformat(), until=today),
            places.fill(conn, slug, since=before[0].isoformat(), until=before[1].isoformat()),
        ),
    )


async def site(request: Any, datasette: Any) -> Response:
    """The page at /trang/<slug>. Raises NotFound for a site that the archive does not know."""
    slug = unquote(request.url_vars["slug"])
    t = wording(request)
    today = clock.day_in_vietnam(t.now)
    found = await read(datasette, lambda conn: _look(conn, slug, today=today))
    if found is None:
        raise NotFound(t("place:site:none"))
    registered = all_sites().get(slug)
    return await page(
        request,
        datasette,
        "site.html",
        {
            "found": found,
            "site": found.volume,
            "short": short(found.volume.name),
            "registered": registered,
            "successor": _successor(registered),
            "became": became(found.volume.province),
            "chart": _months(found, t, today=today),
            "heat": _heat(found, t),
            "sections": _ranked(found.sections, "section", t),
            "bylines": _ranked(found.bylines, "byline", t),
            "fills": _fills(found, t),
            "kind": kinds(t.language),
        },
    )


def kinds(language: str) -> Callable[[str], str]:
    """What names a state of a site, as the page of health does."""
    texts = HEALTH[language]
    return lambda state: texts.get(f"kind:{state}", state)


def _successor(registered: Site | None) -> Site | None:
    if registered is None or registered.successor is None:
        return None
    return all_sites().get(registered.successor)


def _months(found: _Found, t: Wording, *, today: str) -> Html | None:
    """Articles by month, those that were edited or taken down apart."""
    line = timeline(found.months, today=today)
    if line is None:
        return None
    counts = by_month(found.months)
    most = max(line.months, key=lambda month: counts.get(month, 0))
    return charts.bars(
        [
            charts.Bar(
                label=t.month_of(month),
                values=(counts.get(month, 0),),
                tick=month[:4] if month.endswith("-01") else "",
            )
            for month in line.months
        ],
        anchor="months",
        title=t("place:months:of", name=found.volume.name),
        what=t(
            "place:months:what",
            first=t.month_of(line.months[0]),
            last=t.month_of(line.months[-1]),
            total=t.count("articles", sum(counts.get(month, 0) for month in line.months)),
            most=t.number(counts.get(most, 0)),
            when=t.month_of(most),
        ),
        parts=[t("place:articles")],
        heading=t("place:month"),
        summary=t("numbers"),
        number=t.number,
        height=200,
    )


def _heat(found: _Found, t: Wording) -> Html | None:
    if not any(map(sum, found.hours)):
        return None
    return rhythm.heat(found.hours, anchor="hours", title=t("place:hours"), t=t)


def _ranked(tallies: Sequence[places.Tally], by: places.Shared, t: Wording) -> Html | None:
    """Sections or bylines, each a link to the search for it."""
    if not tallies:
        return None
    rows = [
        charts.Row(
            label=tally.value,
            value=tally.articles,
            href=addresses.search({"site": tally.site, by: tally.value}),
        )
        for tally in tallies
    ]
    return charts.ranked(rows, title=t(f"place:{by}s"), number=t.number)


def _fills(found: _Found, t: Wording) -> list[dict[str, Any]]:
    """Of each field the share of new articles that had it, lately and before."""
    lately, before = found.fills
    if not lately.articles and not before.articles:
        return []
    return [
        {
            "name": HEALTH[t.language][f"field:{name}"],
            "lately": t.percent(lately.share(name)),
            "before": t.percent(before.share(name)),
        }
        for name in places.FIELDS
    ]


ROUTES = [(r"/trang/(?P<slug>[^/]+)$", site)]
