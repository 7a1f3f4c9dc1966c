"""When a site publishes: weekdays by hours as a picture, with a table of the numbers behind it."""

from __future__ import annotations

from collections.abc import Sequence

from newsarchive.markup import Html, element
from newsarchive.wording import Wording

DAYS, HOURS = 7, 24
# Shades from none to the most.
_SHADES = 6
_TICKS = (0, 6, 12, 18)


def heat(counts: Sequence[Sequence[int]], *, anchor: str, title: str, t: Wording) -> Html:
    """The picture of counts by weekday (Monday first) and hour; title names it.

    t needs the texts 'place:hours:*', 'weekday:*', 'weekday:short:*' and 'numbers'.
    """
    most = max(map(max, counts))
    days = element(
        "div",
        *(element("span", t(f"weekday:short:{day}")) for day in range(DAYS)),
        class_="days",
        aria_hidden="true",
    )
    hours = element(
        "div",
        *(element("span", f"{hour}:00") for hour in _TICKS),
        class_="hours",
        aria_hidden="true",
    )
    picture = element(
        "svg",
        element("title", title, id=f"{anchor}-title"),
        element("desc", _told(counts, t), id=f"{anchor}-what"),
        *(
            _cell(day, hour, count, most, t)
            for day, row in enumerate(counts)
            for hour, count in enumerate(row)
        ),
        role="img",
        aria_labelledby=f"{anchor}-title",
        aria_describedby=f"{anchor}-what",
        class_="cells",
    )
    drawn = element("div", days, picture, hours, class_="heat")
    return element("figure", drawn, _table(counts, title, t), class_="chart", id=anchor)


def _cell(day: int, hour: int, count: int, most: int, t: Wording) -> Html:
    shade = 0 if not count else max(1, round(_SHADES * count / most))
    told = t(
        "place:hours:cell",
        weekday=t(f"weekday:{day}"),
        hour=str(hour),
        articles=t.count("articles", count),
    )
    return element(
        "rect",
        element("title", told),
        x=f"{100 * hour / HOURS:.3f}%",
        y=f"{100 * day / DAYS:.3f}%",
        width=f"{100 / HOURS:.3f}%",
        height=f"{100 / DAYS:.3f}%",
        class_=f"shade-{shade}",
    )


def _told(counts: Sequence[Sequence[int]], t: Wording) -> str:
    """The busiest weekday and hour, in words."""
    by_day = [sum(row) for row in counts]
    by_hour = [sum(column) for column in zip(*counts, strict=True)]
    return t(
        "place:hours:what",
        articles=t.count("articles", sum(by_day)),
        weekday=t(f"weekday:{by_day.index(max(by_day))}"),
        hour=str(by_hour.index(max(by_hour))),
    )


def _table(counts: Sequence[Sequence[int]], title: str, t: Wording) -> Html:
    heads = (t("place:hour"), *(t(f"weekday:short:{day}") for day in range(DAYS)))
    rows = (
        element(
            "tr",
            element("th", f"{hour}:00", scope="row"),
            *(element("td", t.number(count)) for count in column),
        )
        for hour, column in enumerate(zip(*counts, strict=True))
    )
    table = element(
        "table",
        element("caption", title),
        element("thead", element("tr", *(element("th", head, scope="col") for head in heads))),
        element("tbody", *rows),
    )
    scroll = element("div", table, class_="numbers", role="region", aria_label=title, tabindex="0")
    return element("details", element("summary", t("numbers")), scroll)
