"""The charts as inline SVG: one column a day or a week, over the same time on every chart.

A chart is as wide as its place: what is drawn on days or weeks is stretched (a nested svg with a
viewBox), and what has a pattern lies outside of that, placed in percent, so that no pattern is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from newsarchive.health.page_series import DAYS, WEEKS, Axis, Series, fallen_weeks
from newsarchive.health.values import FIELDS, Diagnosis
from newsarchive.markup import Html, element, joined
from newsarchive.wording import Wording

# Of the height of a chart of bars, in hundredths: what lies above the scale's top.
_HEADROOM = 12
# Patterns that every chart refers to; their colours are the style sheet's.
PATTERNS = Html(
    '<svg class="defs" aria-hidden="true" focusable="false"><defs>'
    '<pattern id="unseen" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect class="unseen-ground" width="6" height="6"/>'
    '<path class="unseen-line" d="M-1 7L7 -1M-1 1L1 -1M5 7L7 5"/></pattern>'
    '<pattern id="trouble" width="5" height="5" patternUnits="userSpaceOnUse">'
    '<rect class="trouble-ground" width="5" height="5"/>'
    '<path class="trouble-line" d="M0 0L5 5M0 5L5 0"/></pattern>'
    '<path id="cap" class="cap" d="M-4.5 0H4.5L0 6Z"/></defs></svg>'
)


def bars(series: Series, axis: Axis, words: Wording, *, name: str, anchor: str) -> Html:
    """One site's articles a day; its top is series.top."""
    met = _skyline(_heights(series.met, series.top))
    fresh = _skyline(_heights(series.fresh, series.top))
    cut = [place for place, count in enumerate(series.met) if count > series.top]
    drawn = (
        *_states(series),
        *_month_lines(axis),
        _stretched(DAYS, _path("older", met), _path("fresh", fresh), _cuts(cut), height="92%"),
        _weeks(lambda number: _told_of_week(series, axis, words, number)),
    )
    return _chart("bars", anchor, words("bars", name=name), _told(series, axis, words), drawn)


def strips(
    series: Series, diagnosis: Diagnosis, axis: Axis, words: Wording, *, name: str, anchor: str
) -> Html:
    """Of each field, row by row, the share of each week's articles that have it."""
    shares = {field: series.shares(field) for field in FIELDS}
    rows = []
    fallen = []
    for row, field in enumerate(FIELDS):
        found = shares[field]
        low = WEEKS - fallen_weeks(diagnosis, field, found)
        rows += [
            _path("cell", _weeks_with(row, found[:low], 8, 92)),
            # Where this line is, no bar means that no article had it, not that there was none.
            _path("seen", _weeks_with(row, found, 92, 98)),
            _path("had", _cells(row, found[:low], 0)),
            _path("fallen", _cells(row, found[low:], low)),
        ]
        if low < WEEKS:
            fallen.append(_fallen_ground(row, low))
    lately = ", ".join(
        f"{words.named('field', field)} {words.percent(diagnosis.fill.get(field))} "
        f"({words.percent(diagnosis.usual.get(field))})"
        for field in FIELDS
    )
    drawn = (
        *_month_lines(axis),
        *fallen,
        _stretched(WEEKS, *rows, height="100%", tall=100 * len(FIELDS)),
        _weeks(lambda number: _told_of_shares(series, axis, words, shares, number)),
    )
    title = words("strips", name=name)
    return _chart("strips", anchor, title, words("strips:what", shares=lately), drawn)


def band(
    kind: str, counts: Sequence[int], axis: Axis, *, anchor: str, title: str, what: str,
    week: Callable[[int], str],
) -> Html:  # fmt: skip
    """Counts of all sites together, a day each."""
    sky = _skyline(_heights(counts, max(*counts, 1)))
    drawn = (
        *_month_lines(axis),
        _stretched(DAYS, _path(kind, sky), height="100%"),
        _weeks(week),
    )
    return _chart(f"band {kind}-band", anchor, title, what, drawn)


def months(axis: Axis, words: Wording) -> Html:
    """The names of the months beneath a chart."""
    return element(
        "div",
        *(
            element("span", words.month(axis.days[place]), style=f"left:{_percent(place)}")
            for place in axis.months
            if place <= DAYS - 10  # no room for its name
        ),
        class_="months",
        aria_hidden="true",
    )


def swatch(kind: str) -> Html:
    """A sample of what a chart shows, for the key."""
    inner = {
        "fresh": '<rect class="fresh" width="100%" height="100%"/>',
        "older": '<rect class="older" width="100%" height="100%"/>',
        "seen": '<rect class="seen" y="11" width="100%" height="3"/>',
        "trouble": '<rect class="trouble" width="100%" height="100%"/><use href="#cap" x="13"/>',
        "unseen": '<rect class="unseen" width="100%" height="100%"/>',
        "partly": '<rect class="seen" y="11" width="100%" height="3"/>'
        '<rect class="partly" x="10" y="8" width="6" height="6"/>',
        "fill": '<rect class="cell" width="100%" height="100%"/>'
        '<rect class="had" y="4" width="100%" height="10"/>',
        "fallen": '<rect class="trouble" width="100%" height="100%"/>'
        '<rect class="fallen" y="10" width="100%" height="4"/>',
    }[kind]
    return Html(f'<svg class="swatch" aria-hidden="true" focusable="false">{inner}</svg>')


def _chart(kind: str, anchor: str, title: str, what: str, drawn: Sequence[str]) -> Html:
    return element(
        "svg",
        element("title", title, id=f"{anchor}-title"),
        element("desc", what, id=f"{anchor}-desc"),
        *drawn,
        class_=f"chart {kind}",
        role="img",
        aria_labelledby=f"{anchor}-title {anchor}-desc",
    )


def _stretched(columns: int, *parts: str | None, height: str, tall: int = 100) -> Html:
    inner = joined(parts)
    return Html(
        f'<svg width="100%" height="{height}" viewBox="0 0 {columns} {tall}" '
        f'preserveAspectRatio="none">{inner}</svg>'
    )


def _path(kind: str, d: str) -> Html | None:
    return Html(f'<path class="{kind}" d="{d}"/>') if d else None


def _percent(place: float, of: int = DAYS) -> str:
    return f"{100 * place / of:.2f}".rstrip("0").rstrip(".") + "%"


def _heights(counts: Sequence[int], top: int) -> list[float]:
    """Of each day how far its bar stands beneath the upper edge, in hundredths; 100 is nothing."""
    scale = (100 - _HEADROOM) / top
    # The least count of a site with hundreds a day must be seen still.
    return [100 - max(count and 2, min(100, count * scale)) for count in counts]


def _skyline(heights: Sequence[float]) -> str:
    """Bars of neighbouring days as one outline: no seams between them."""
    parts = []
    place = 0
    for standing, run in groupby(heights, key=lambda height: height < 100):
        found = list(run)
        if standing:
            tops = "".join(
                f"V{_short(height)}H{place + offset}" for offset, height in enumerate(found, 1)
            )
            parts.append(f"M{place} 100{tops}V100Z")
        place += len(found)
    return "".join(parts)


def _cells(row: int, shares: Sequence[float | None], first: int) -> str:
    """One row of a chart of shares: a bar a week, as high as the share, with a gap between."""
    foot = 100 * row + 92
    return "".join(
        f"M{number}.06 {foot}V{_short(foot - 84 * share)}h.88V{foot}Z"
        for number, share in enumerate(shares, first)
        if share
    )


def _weeks_with(row: int, shares: Sequence[float | None], top: int, foot: int) -> str:
    """A band, from one hundredth of the row to another, over the weeks that had articles."""
    parts = []
    place = 0
    for known, run in groupby(shares, key=lambda share: share is not None):
        length = len(list(run))
        if known:
            parts.append(f"M{place} {100 * row + top}h{length}V{100 * row + foot}h-{length}Z")
        place += length
    return "".join(parts)


def _fallen_ground(row: int, first: int) -> Html:
    x, width = _percent(first, WEEKS), _percent(WEEKS - first, WEEKS)
    y, height = (_percent(part, 100 * len(FIELDS)) for part in (100 * row + 8, 84))
    return Html(f'<rect class="trouble" x="{x}" y="{y}" width="{width}" height="{height}"/>')


def _cuts(places: Sequence[int]) -> Html | None:
    return _path("cut", "".join(f"M{place} 9l1-5" for place in places))


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _states(series: Series) -> list[Html]:
    """What is known of each day, beneath its bars, and the line of the days that were seen."""
    parts = []
    for run in series.runs:
        x, width = _percent(run.start), _percent(run.length)
        if run.state == "seen":
            parts.append(f'<rect class="seen" x="{x}" y="94%" width="{width}" height="6%"/>')
        elif run.state != "before":
            parts.append(f'<rect class="{run.state}" x="{x}" width="{width}" height="100%"/>')
        if run.state == "trouble":
            middle = _percent(run.start + run.length / 2)
            parts.append(f'<use href="#cap" x="{middle}"/>')
    parts += [
        f'<rect class="partly" x="{_percent(place)}" y="90%" width="{_percent(1)}" height="10%"/>'
        for place, day in enumerate(series.days)
        if 0 < day.well < day.rounds
    ]
    return [Html(part) for part in parts]


def _month_lines(axis: Axis) -> list[Html]:
    return [
        Html(f'<line x1="{x}" x2="{x}" y2="100%"/>')
        for x in (_percent(place) for place in axis.months)
    ]


def _weeks(told: Callable[[int], str]) -> Html:
    """What a pointer over a week is told. One that says nothing has no column."""
    columns = (
        Html(f'<rect x="{_percent(number, WEEKS)}">{element("title", what)}</rect>')
        for number in range(WEEKS)
        if (what := told(number))
    )
    return Html(f'<g class="weeks">{joined(columns)}</g>')  # as wide as the style sheet says


def _told(series: Series, axis: Axis, words: Wording) -> str:
    return words(
        "bars:what",
        days=words.days(axis.days[0], axis.days[-1]),
        fresh=words.number(sum(series.fresh)),
        met=words.number(sum(day.new for day in series.days)),
        most=words.number(max(series.fresh)),
        trouble=words.count("day", series.count("trouble")),
        unseen=words.count("day", series.count("unseen")),
    )


def _told_of_week(series: Series, axis: Axis, words: Wording, number: int) -> str:
    if not series.looks(number):
        return ""
    days = series.week(number)
    states = series.states[7 * number : 7 * number + 7]
    text = words(
        "bars:week",
        days=words.days(*axis.week(number)),
        fresh=words.number(sum(day.fresh for day in days)),
        met=words.number(sum(day.new for day in days)),
    )
    for state in ("trouble", "unseen"):
        if some := states.count(state):
            text += words(f"{state}:some", days=words.count("day", some))
    return text


def _told_of_shares(
    series: Series,
    axis: Axis,
    words: Wording,
    shares: dict[str, list[float | None]],
    number: int,
) -> str:
    if not series.looks(number):
        return ""
    days = words.days(*axis.week(number))
    articles = sum(day.articles for day in series.week(number))
    if not articles:
        return words("strips:none", days=days)
    return words(
        "strips:week",
        days=days,
        articles=words.count("articles", articles),
        shares=", ".join(
            f"{words.named('field', field)} {words.percent(shares[field][number])}"
            for field in FIELDS
        ),
    )
