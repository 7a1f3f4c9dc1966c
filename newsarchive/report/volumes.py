"""The report's volumes: over time, by province and by site, and whether anybody looked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from newsarchive import charts
from newsarchive.charts import Bar, Row
from newsarchive.markup import Html, element, joined
from newsarchive.report import cover
from newsarchive.report.bins import Bin, bins, counted, unit_of
from newsarchive.report.values import DAY_STATES, Part, Report
from newsarchive.sites._provinces import PROVINCES
from newsarchive.text import fold
from newsarchive.wording import Wording

# So many provinces or sites have a colour of their own.
_OWN = 5
_LOOK_KINDS = ("looked", "trouble", "unseen", "blind")


def over_time(report: Report, words: Wording, *, time: str) -> Html:
    """Articles over time, and beneath them on the same days whether sites were looked at."""
    unit = unit_of(report.period)
    columns = bins(report.period, unit, words)
    by = words(f"by:{unit}")
    groups = _groups(report, words)
    series = [counted(_summed(parts), columns) for _, parts in groups]
    sums = [sum(values) for values in zip(*series, strict=True)]
    drawn = charts.bars(
        [
            Bar(label=each.label, tick=each.tick, values=tuple(values))
            for each, values in zip(columns, zip(*series, strict=True), strict=True)
        ],
        anchor="volumes-chart",
        title=words("volumes:title", by=by),
        what=words(
            "volumes:what",
            time=time,
            n=words.count("articles", report.articles),
            most=words.number(max(sums, default=0)),
            unit=words(f"unit:{unit}"),
        ),
        parts=[name for name, _ in groups],
        kinds=[*charts.KINDS[: min(len(groups), _OWN)], "rest"][: len(groups)],
        heading=words(f"unit:{unit}"),
        summary=words("numbers"),
        number=words.number,
        height=260,
    )
    undated = report.total("undated")
    return element(
        "section",
        element("h2", words("volumes")),
        drawn,
        element("p", words.count("undated", undated), class_="soft") if undated else None,
        _looks(report, words, columns, by=by, heading=words(f"unit:{unit}")),
        id="volumes",
    )


def _groups(report: Report, words: Wording) -> list[tuple[str, list[Part]]]:
    """What is stacked: the largest provinces, or the largest sites of one, and all others."""
    named: dict[str, list[Part]] = {}
    for part in report.parts:
        name = part.site.name
        if report.scope is None:
            name = part.site.province_2025 or words("nowhere")
        named.setdefault(name, []).append(part)
    ranked = sorted(
        named.items(), key=lambda item: (-sum(p.articles for p in item[1]), fold(item[0]))
    )
    if len(ranked) <= _OWN + 1:
        return ranked
    rest = [part for _, parts in ranked[_OWN:] for part in parts]
    return [*ranked[:_OWN], (words("others"), rest)]


def _summed(parts: Sequence[Part]) -> dict[date, int]:
    sums: Counter[date] = Counter()
    for part in parts:
        sums.update(part.days)
    return dict(sums)


def _looks(
    report: Report, words: Wording, columns: Sequence[Bin], *, by: str, heading: str
) -> Html | None:
    crawled = [part for part in report.parts if part.verdict != "never"]
    if not crawled:
        return None
    series = []
    for state in DAY_STATES:
        days = Counter(
            day
            for part in crawled
            for day, known in zip(report.period.days, part.states, strict=True)
            if known == state
        )
        series.append(counted(dict(days), list(columns)))
    totals = {
        state: words.number(sum(each)) for state, each in zip(DAY_STATES, series, strict=True)
    }
    return element(
        "div",
        element("h3", words("looks:title", by=by)),
        charts.bars(
            [
                Bar(label=each.label, tick=each.tick, values=tuple(values))
                for each, values in zip(columns, zip(*series, strict=True), strict=True)
            ],
            anchor="looks-chart",
            title=words("looks:title", by=by),
            what=words("looks:what", **totals),
            parts=[words(f"state:{state}") for state in DAY_STATES],
            kinds=_LOOK_KINDS,
            heading=heading,
            summary=words("numbers"),
            number=words.number,
            height=130,
        ),
        class_="looks",
    )


def provinces(report: Report, words: Wording) -> Html:
    """Articles by today's province, and which have no site here."""
    counts: Counter[str] = Counter()
    for part in report.parts:
        if part.site.province_2025:
            counts[part.site.province_2025] += part.articles
    rows = []
    for name, articles in sorted(counts.items(), key=lambda item: (-item[1], fold(item[0]))):
        was = [old for old in PROVINCES.get(name, ()) if old != name]
        note = words("was", names=", ".join(was)) if was else None
        rows.append(Row(label=name, value=articles, note=note))
    none = [row.label for row in rows if not row.value]
    rows = [row for row in rows if row.value]
    missing = words("missing", names=", ".join(sorted(report.missing, key=fold)))
    return element(
        "section",
        element("h2", words("provinces")),
        element("p", words("provinces:note"), class_="soft"),
        charts.ranked(rows, title=words("provinces"), number=words.number) if rows else None,
        element("p", words("no articles", names=", ".join(none)), class_="note") if none else None,
        element("p", missing, class_="note") if report.missing else None,
        id="provinces",
    )


def sites(report: Report, words: Wording) -> Html:
    """All figures of each site, the largest first."""
    heads = (
        "site", "province", "articles", "before", "edits", "taken", *DAY_STATES, "known",
    )  # fmt: skip
    head = element(
        "tr", *(element("th", words(f"column:{name}"), scope="col", class_=name) for name in heads)
    )
    ordered = sorted(report.parts, key=lambda part: (-part.articles, fold(part.site.name)))
    body = element("tbody", *(_row(part, words) for part in ordered))
    title = words("by site")
    table = element("table", element("caption", title), element("thead", head), body)
    return element(
        "section",
        element("h2", title),
        element("div", table, class_="wide", role="region", aria_label=title, tabindex=0),
        id="sites",
    )


def _row(part: Part, words: Wording) -> Html:
    site, number = part.site, words.number
    place = [name for name in (site.province_2025, site.province) if name]
    was = f"({place[1]})" if len(place) == 2 and place[0] != place[1] else None
    never = part.verdict == "never"
    cells = (part.articles, part.before, part.edits, part.taken)
    name = element("a", site.name, href=f"#{cover.anchor(part)}")
    known = joined((cover.sign(part.verdict), words(f"verdict:{part.verdict}")), " ")
    return element(
        "tr",
        element("th", name, scope="row", lang="vi"),
        element(
            "td", joined([*place[:1], element("small", was) if was else None], " "), class_="place"
        ),
        *(element("td", number(count)) for count in cells),
        *(element("td", "–" if never else number(part.count(state))) for state in DAY_STATES),
        element("td", known, class_="known"),
        class_=part.verdict,
    )
