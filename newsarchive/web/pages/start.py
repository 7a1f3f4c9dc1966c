"""The start page: how much there is, what is new, what changed, what fell silent, how far back.

Counts come from the rolled-up `volumes`, lists from indexes of few rows: it is as quick for a
million articles as for a hundred.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from datasette import Response

from newsarchive import charts, clock
from newsarchive.health.page_texts import TEXTS as HEALTH
from newsarchive.markup import Html
from newsarchive.query import latest, outline, volumes
from newsarchive.query.places import State
from newsarchive.text import fold
from newsarchive.web import addresses
from newsarchive.web.pages import page, wording
from newsarchive.web.places import choices, short
from newsarchive.web.reading import read
from newsarchive.web.timeline import Timeline, by_month, timeline
from newsarchive.wording import Wording

_LATEST, _CHANGED = 8, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the archive tells: sums of the rolled-up counts, and the lists.

    chosen: the months of the province that is asked for; of all where none is.
    """

    months: Sequence[volumes.Volume]
    chosen: Sequence[volumes.Volume]
    years: Sequence[tuple[str | None, str, int]]
    sites: Sequence[volumes.SiteVolume]
    newest: Sequence[tuple[int, str, str, str | None]]
    edited: Sequence[latest.Change]
    taken: Sequence[latest.Change]
    states: Mapping[str, State]


def _look(conn: sqlite3.Connection, province: str) -> _Found:
    months = outline.months(conn)
    sites = volumes.sites(conn)
    known = province in choices(sites).names
    return _Found(
        months=months,
        chosen=volumes.months(conn, province=province) if known else months,
        years=outline.years(conn),
        sites=sites,
        newest=outline.newest(conn, limit=_LATEST),
        edited=latest.edited(conn, limit=_CHANGED),
        taken=latest.taken(conn, limit=_CHANGED),
        states=latest.states(conn),
    )


async def start(request: Any, datasette: Any) -> Response:
    """The page at /; ?province= chooses of whom the chart tells."""
    province = request.args.get("province") or ""
    found = await read(datasette, partial(_look, province=province))
    t = wording(request)
    places = choices(found.sites)
    if province not in places.names:
        province = ""
    line = timeline(found.months, today=clock.day_in_vietnam(t.now))
    return await page(
        request,
        datasette,
        "start.html",
        {
            "found": found,
            "names": {site.slug: site.name for site in found.sites},
            "totals": _totals(found.sites),
            "line": line,
            "chart": _chart(found, province, line, t) if line else None,
            "places": places,
            "province": province,
            "provinces_list": _provinces(found, line, t) if line else [],
            "rows": _rows(found.sites, line, t),
            "kind": _kinds(t.language),
            "ill": [(slug, s) for slug, s in found.states.items() if s.state != "well"],
        },
    )


def _kinds(language: str) -> Callable[[str], str]:
    """What names a state of a site, as the page of health does."""
    texts = HEALTH[language]
    return lambda state: texts.get(f"kind:{state}", state)


def _totals(sites: Sequence[volumes.SiteVolume]) -> dict[str, Any]:
    days = [day for site in sites for day in (site.first_day, site.last_day) if day]
    return {
        "articles": sum(site.articles for site in sites),
        "edited": sum(site.edited for site in sites),
        "gone": sum(site.gone for site in sites),
        "sites": sum(site.articles > 0 for site in sites),
        "first": min(days, default=None),
        "last": max(days, default=None),
    }


def _chart(found: _Found, province: str, line: Timeline, t: Wording) -> Html:
    """The articles by month, of a province or all."""
    counts = by_month(found.chosen if province else found.months)
    columns = [
        charts.Bar(
            label=t.month_of(month),
            values=(counts.get(month, 0),),
            tick=month[:4] if month.endswith("-01") else "",
        )
        for month in line.months
    ]
    most = max(line.months, key=lambda month: counts.get(month, 0))
    return charts.bars(
        columns,
        anchor="months",
        title=t("start:months:of", province=province) if province else t("start:months"),
        what=t(
            "start:months:what",
            first=t.month_of(line.months[0]),
            last=t.month_of(line.months[-1]),
            total=t.count("articles", sum(counts.get(month, 0) for month in line.months)),
            most=t.number(counts.get(most, 0)),
            when=t.month_of(most),
        ),
        parts=[t("start:parts")],
        heading=t("start:month"),
        summary=t("numbers"),
        number=t.number,
        height=220,
    )


def _provinces(found: _Found, line: Timeline, t: Wording) -> list[dict[str, Any]]:
    """Each province of today: how many articles, and how they spread over the years."""
    years = [str(year) for year in range(int(line.months[0][:4]), int(line.months[-1][:4]) + 1)]
    counts: dict[str, dict[str, int]] = {}
    for province, year, articles in found.years:
        counts.setdefault(province or "", {})[year] = articles
    rows = []
    for name, mine in counts.items():
        shown = name or t("start:provinces:none")
        told = ", ".join(f"{year}: {t.number(mine.get(year, 0))}" for year in years)
        rows.append(
            {
                "name": shown,
                "href": addresses.province(name) if name else None,
                "articles": sum(mine.values()),
                "spark": charts.spark(
                    [mine.get(year, 0) for year in years],
                    title=t("start:provinces:spark", province=shown, counts=told),
                ),
            }
        )
    return sorted(rows, key=lambda row: (row["href"] is None, -row["articles"], fold(row["name"])))


def _rows(
    sites: Sequence[volumes.SiteVolume], line: Timeline | None, t: Wording
) -> list[dict[str, Any]]:
    """Each site with its bar on the axis that all share."""
    rows = []
    for site in sorted(sites, key=lambda site: (site.articles == 0, fold(short(site.name)))):
        bar = None
        if line and site.first_day and site.last_day:
            first, last = date.fromisoformat(site.first_day), date.fromisoformat(site.last_day)
            told = t("start:site:spanned", first=t.day(first), last=t.day(last))
            bar = charts.span(first, last, axis=line.axis, title=told)
        rows.append({"site": site, "short": short(site.name), "bar": bar})
    return rows


ROUTES = [(r"/$", start)]
