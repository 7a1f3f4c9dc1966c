"""Charts of one line: rows with a bar each, small columns, a span of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from newsarchive.charts._columns import TALL, Number, skyline
from newsarchive.markup import Html, element, joined


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of `ranked`. note: said after the name, smaller; current: it is what is chosen."""

    label: str
    value: float
    href: str | None = None
    note: str | None = None
    current: bool = False


def ranked(rows: Sequence[Row], *, title: str, number: Number, kind: str = "first") -> Html:
    """Rows with a bar and a number each, as long as the largest is wide; a list that is read out.

    title names the list.
    """
    most = max((row.value for row in rows), default=0) or 1
    return element(
        "ul",
        *(element("li", _ranked(row, row.value / most, number, kind)) for row in rows),
        class_="ranked",
        aria_label=title,
    )


def spark(
    values: Sequence[float], *, title: str, kind: str = "first", top: float | None = None
) -> Html:
    """A row of small columns; its size is the style sheet's, class 'spark'.

    title: read out in its place, so it says what matters; top: the value of full height, so that
    several can be compared, else the largest.
    """
    most = top or max(values, default=0) or 1
    heights = [min(value / most, 1) for value in values]
    path = skyline([0.0] * len(heights), heights)
    drawn = Html(f'<path class="{kind}" d="{path}"/>')
    return element(
        "svg",
        element("title", title),
        drawn,
        role="img",
        aria_label=title,
        class_="spark",
        viewBox=f"0 0 {max(len(values), 1)} {TALL}",
        preserveAspectRatio="none",
    )


def span(
    first: date, last: date, *, axis: tuple[date, date], title: str, kind: str = "first"
) -> Html:
    """A bar from one day to another on an axis between two days; title is read out."""
    begin, end = axis
    whole = max((end - begin).days, 1)
    x = min(max((first - begin).days / whole, 0), 1)
    width = min(max((last - first).days / whole, 0), 1 - x)
    return element(
        "svg",
        element("title", title),
        Html('<rect class="rail" y="40%" width="100%" height="20%" rx="1"/>'),
        # However short, it can be seen.
        Html(f'<rect class="{kind}" x="{min(100 * x, 99):.2f}%" '
             f'width="{max(100 * width, 1):.2f}%" height="100%" rx="2"/>'),
        role="img",
        aria_label=title,
        class_="span",
    )  # fmt: skip


def _ranked(row: Row, share: float, number: Number, kind: str) -> Html:
    told = joined(
        (
            element("span", row.label, class_="label"),
            element("small", row.note) if row.note else None,
            Html(
                '<svg class="meter" aria-hidden="true" focusable="false">'
                f'<rect class="{kind}" width="{max(100 * share, 0.5):.2f}%" height="100%" rx="2"/>'
                "</svg>"
            ),
            element("span", number(row.value), class_="value"),
        ),
        " ",
    )
    current = "true" if row.current else None
    if row.href is None:
        return element("span", told, class_="row", aria_current=current)
    return element("a", told, class_="row", href=row.href, aria_current=current)
