"""The pages of provinces: all of them, before and since July 2025, and one with its sites."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from datasette import NotFound, Response

from newsarchive import charts, clock
from newsarchive.markup import Html
from newsarchive.query import latest, places, volumes
from newsarchive.web import addresses
from newsarchive.web.pages import page, wording
from newsarchive.web.pages.site import kinds
from newsarchive.web.places import short
from newsarchive.web.provinces import Province, find, placeless, provinces
from newsarchive.web.reading import read
from newsarchive.web.timeline import Timeline, by_month, timeline
from newsarchive.wording import Wording

_LATEST, _TOP = 10, 10
# More sections than any site has.
_ALL = 5000
# So many sites have a colour of their own.
_OWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the archive tells of a province. former: its former part that was asked for."""

    province: Province
    former: str | None
    months: Sequence[volumes.Volume]
    sections: Sequence[places.Tally]
    bylines: Sequence[places.Tally]
    latest: Sequence[places.Latest]
    states: Mapping[str, places.State]


def _look(conn: sqlite3.Connection, slug: str) -> _Found | None:
    found = find(slug, volumes.sites(conn))
    if found is None:
        return None
    province, former = found
    slugs = [site.slug for site in province.sites]
    return _Found(
        province=province,
        former=former,
        months=[row for each in slugs for row in volumes.months(conn, site=each)],
        sections=places.top(conn, slugs, "section", limit=_ALL),
        bylines=places.top(conn, slugs, "byline", limit=_TOP),
        latest=places.latest(conn, slugs, limit=_LATEST),
        states=latest.states(conn),
    )


async def province(request: Any, datasette: Any) -> Response:
    """The page at /tinh/<slug>; a former province's leads to that which it is part of now.

    Raises NotFound for what was no province.
    """
    slug = unquote(request.url_vars["slug"])
    found = await read(datasette, lambda conn: _look(conn, slug))
    t = wording(request)
    if found is None:
        raise NotFound(t("place:province:none"))
    if found.former is not None:
        now = addresses.province(found.province.name)
        return Response.redirect(f"{now}#{addresses.province_slug(found.former)}")
    line = timeline(found.months, today=clock.day_in_vietnam(t.now))
    names = {site.slug: site.name for site in found.province.sites}
    return await page(
        request,
        datasette,
        "province.html",
        {
            "province": found.province,
            "found": found,
            "names": names,
            "short": short,
            "slug_of": addresses.province_slug,
            "chart": _chart(found, line, t) if line else None,
            "sections": _sections(found, t),
            "bylines": _bylines(found, names, t),
            "kind": kinds(t.language),
        },
    )


def _chart(found: _Found, line: Timeline, t: Wording) -> Html:
    """Articles by month, a colour for each site."""
    ordered = sorted(found.province.sites, key=lambda site: -site.articles)
    groups = [(short(site.name), [site.slug]) for site in ordered if site.articles]
    if len(groups) > _OWN + 1:
        rest = [slug for _, slugs in groups[_OWN:] for slug in slugs]
        groups = [*groups[:_OWN], (t("place:others"), rest)]
    counts = [by_month(found.months, slugs) for _, slugs in groups]
    total = sum(each.get(month, 0) for each in counts for month in line.months)
    return charts.bars(
        [
            charts.Bar(
                label=t.month_of(month),
                values=tuple(each.get(month, 0) for each in counts),
                tick=month[:4] if month.endswith("-01") else "",
            )
            for month in line.months
        ],
        anchor="months",
        title=t("place:months:of", name=found.province.name),
        what=t(
            "place:months:sites",
            first=t.month_of(line.months[0]),
            last=t.month_of(line.months[-1]),
            total=t.count("articles", total),
            sites=", ".join(
                f"{name} {t.number(sum(each.get(month, 0) for month in line.months))}"
                for (name, _), each in zip(groups, counts, strict=True)
            ),
        ),
        parts=[name for name, _ in groups],
        kinds=[*charts.KINDS[:_OWN], "rest"],
        heading=t("place:month"),
        summary=t("numbers"),
        number=t.number,
        height=220,
    )


def _sections(found: _Found, t: Wording) -> Html | None:
    """Sections of all its sites; those of one name are one."""
    counts: Counter[str] = Counter()
    for tally in found.sections:
        counts[tally.value] += tally.articles
    name = found.province.name
    rows = [
        charts.Row(
            label=section,
            value=articles,
            href=addresses.search({"province": name, "section": section}),
        )
        for section, articles in counts.most_common(_TOP)
    ]
    return charts.ranked(rows, title=t("place:sections"), number=t.number) if rows else None


def _bylines(found: _Found, names: Mapping[str, str], t: Wording) -> Html | None:
    """Bylines, each of its site: two of one name are not one person."""
    rows = [
        charts.Row(
            label=tally.value,
            value=tally.articles,
            href=addresses.search({"site": tally.site, "byline": tally.value}),
            note=short(names[tally.site]) if len(names) > 1 else None,
        )
        for tally in found.bylines
    ]
    return charts.ranked(rows, title=t("place:bylines"), number=t.number) if rows else None


async def index(request: Any, datasette: Any) -> Response:
    """The page at /tinh: every province, and which have no portal here."""
    sites, months = await read(datasette, lambda conn: (volumes.sites(conn), volumes.months(conn)))
    t = wording(request)
    line = timeline(months, today=clock.day_in_vietnam(t.now))
    every = provinces(sites)
    return await page(
        request,
        datasette,
        "provinces.html",
        {
            "rows": _rows(every, months, line, t),
            "missing": [each for each in every if not each.sites],
            "held": sum(bool(each.sites) for each in every),
            "placeless": placeless(sites),
            "short": short,
            "slug_of": addresses.province_slug,
            "line": line,
        },
    )


def _rows(
    every: Sequence[Province], months: Sequence[volumes.Volume], line: Timeline | None, t: Wording
) -> list[dict[str, Any]]:
    """Each province with its years as small columns."""
    shown = set(line.months) if line else set()
    years = sorted({month[:4] for month in shown})
    counts: Counter[tuple[str, str]] = Counter()
    for row in months:
        if row.month in shown:
            counts[row.site, row.month[:4]] += row.articles
    rows = []
    for each in every:
        by_year = [sum(counts[site.slug, year] for site in each.sites) for year in years]
        told = ", ".join(
            f"{year}: {t.number(count)}" for year, count in zip(years, by_year, strict=True)
        )
        title = t("place:spark", name=each.name, counts=told)
        spark = charts.spark(by_year, title=title) if any(by_year) else None
        rows.append({"province": each, "spark": spark})
    return rows


ROUTES = [(r"/tinh$", index), (r"/tinh/(?P<slug>[^/]+)$", province)]
