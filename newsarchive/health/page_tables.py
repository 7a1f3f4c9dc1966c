"""The figures behind the charts, as tables; without the end tags that HTML can do without."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from newsarchive.health.page_series import WEEKS, Axis, Series, State
from newsarchive.health.values import FIELDS, Day
from newsarchive.markup import Html, element, joined, markup
from newsarchive.wording import Wording

_COUNTS = ("rounds", "well", "fresh", "new", "changed", "gone", "refused", "failed")


def by_day(series: Series, axis: Axis, words: Wording, *, name: str) -> Html:
    """One site's days, the latest first."""
    dates = {day.isoformat(): day for day in axis.days}
    rows = (
        (
            words.day(dates[day.day]),
            *(words.number(getattr(day, count)) for count in _COUNTS),
            _trouble(day, state, words),
        )
        for day, state in series.shown
    )
    heads = [words(f"column:{column}") for column in ("day", *_COUNTS, "trouble")]
    return _table("days", heads, rows, words, name=name)


def by_week(series: Series, axis: Axis, words: Wording, *, name: str) -> Html:
    """The shares of each field, week by week, the latest first."""
    shares = [series.shares(field) for field in FIELDS]
    rows = (
        (
            words.days(*axis.week(number)),
            words.number(sum(day.articles for day in series.week(number))),
            *(words.percent(share[number]) for share in shares),
        )
        for number in reversed(range(WEEKS))
        if series.looks(number)
    )
    heads = [words("column:week"), words("column:articles")]
    heads += [words.named("field", field) for field in FIELDS]
    return _table("weeks", heads, rows, words, name=name)


def of_all(axis: Axis, counts: dict[str, Sequence[int]], words: Wording, *, name: str) -> Html:
    """What all sites together came to, day by day, the latest first."""
    rows = (
        (words.day(day), *(words.number(each[place]) for each in counts.values()))
        for place, day in reversed(list(enumerate(axis.days)))
    )
    heads = [words("column:day"), *(words(f"all:{kind}") for kind in counts)]
    return _table("days", heads, rows, words, name=name)


def _trouble(day: Day, state: State, words: Wording) -> str:
    if day.trouble is not None:
        return words.named("trouble", day.trouble)
    return "" if state == "seen" else words(f"state:{state}")


def _table(
    kind: str, heads: Sequence[str], rows: Iterable[Sequence[str]], words: Wording, *, name: str
) -> Html:
    caption = words("table:of", table=words(f"table:{kind}"), name=name)
    head = joined(Html(f"<th scope=col>{markup(text)}") for text in heads)
    body = joined(_row(row) for row in rows)
    return element(
        "details",
        element("summary", words(f"table:{kind}")),
        element(
            "div",
            element(
                "table",
                element("caption", caption),
                element("thead", Html(f"<tr>{head}")),
                element("tbody", body),
            ),
            class_="scroll",
            role="region",
            aria_label=caption,
            tabindex=0,
        ),
    )


def _row(cells: Sequence[str]) -> Html:
    return Html(f"<tr><th scope=row>{'<td>'.join(markup(cell) for cell in cells)}")
