"""Charts as inline SVG with the same numbers behind them: pure functions, no script, no style.

Each is as wide as its place and drawn in percent of it. Colours, light and dark, are classes of
`charts.css`, which `style()` gives: a page brings it once. What is to be read out is in the texts
handed in; where numbers do not stand in the chart itself, a table of them comes with it.

- `bars`: columns over time, stacked; with a table. `months_between` gives the months of an axis.
- `ranked`: rows with a bar and a number each, which may be links; a list, its own table.
- `spark`: a row of small columns, within a line or a cell.
- `span`: from when to when, on an axis that several rows share.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from newsarchive.markup import Html, element, joined

# Classes that colour the parts of a stack, in this order; any other colour name of charts.css
# may be given instead: 'rest', 'edited', 'gone'.
KINDS = ("first", "second", "third", "fourth", "fifth", "sixth")
# Of the height of a chart of bars, in hundredths: where the columns begin and end.
_TOP, _FOOT = 9.0, 87.0
_TALL = 1000  # steps of height inside the stretched part
# With more columns than this there is no room between them.
_PARTED = 72
# So many names fit beneath a chart on a wide page, and on a phone.
_NAMES_WIDE, _NAMES_NARROW = 18, 8
# Behind this share of the width there is no room for a name to the right of its line.
_LAST_NAME = 0.93

Number = Callable[[float], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One column.

    label: its name in full, for the table and a pointer over it ('tháng 8/2022'); tick: what is
    written beneath it, '' where nothing is; values: one for each part, none below 0, stacked from
    the foot.
    """

    label: str
    values: tuple[float, ...]
    tick: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of `ranked`. note: said after the name, smaller; current: it is what is chosen."""

    label: str
    value: float
    href: str | None = None
    note: str | None = None
    current: bool = False


@cache
def style() -> str:
    """The style sheet of all charts; it stands alone, with its own colours."""
    return files(__package__).joinpath("charts.css").read_text(encoding="utf-8")


def bars(
    columns: Sequence[Bar],
    *,
    anchor: str,
    title: str,
    what: str,
    parts: Sequence[str],
    heading: str,
    summary: str,
    number: Number,
    kinds: Sequence[str] = KINDS,
    height: int = 190,
) -> Html:
    """Columns over time as a figure: the picture, a key if it has several parts, a table.

    anchor: an id, its own on the page; title and what: name and description that are read out;
    parts: the name of each of the columns' values; heading: of the table's first column; summary:
    what opens the table; number: writes a number in the page's language (Wording.number); kinds:
    a colour for each part; height in pixels.

    Without columns it is an empty figure. Raises ValueError where a column has more or fewer
    values than there are parts, or there are more parts than kinds.
    """
    if any(len(column.values) != len(parts) for column in columns):
        raise ValueError(f"{anchor}: each column has one value for each of {list(parts)}")
    if len(parts) > len(kinds):
        raise ValueError(f"{anchor}: {len(parts)} parts, but {len(kinds)} colours")
    top, step = _scale(max((sum(column.values) for column in columns), default=0))
    picture = element(
        "svg",
        element("title", title, id=f"{anchor}-title"),
        element("desc", what, id=f"{anchor}-what"),
        *_grid(top, step, number),
        _stack(columns, kinds[: len(parts)], top),
        _pointed(columns, parts, number),
        *_ticks(columns),
        role="img",
        aria_labelledby=f"{anchor}-title",
        aria_describedby=f"{anchor}-what",
        width="100%",
        height=height,
        class_="plot",
    )
    return element(
        "figure",
        picture if columns else None,
        _key(parts, kinds) if len(parts) > 1 else None,
        table(columns, parts=parts, heading=heading, summary=summary, caption=title, number=number),
        class_="chart",
        id=anchor,
    )


def table(
    columns: Sequence[Bar],
    *,
    parts: Sequence[str],
    heading: str,
    summary: str,
    caption: str,
    number: Number,
) -> Html:
    """The numbers of a chart, the latest first, folded until asked for."""
    rows = (
        element(
            "tr",
            element("th", column.label, scope="row"),
            *(element("td", number(value)) for value in column.values),
        )
        for column in reversed(columns)
    )
    head = element("tr", *(element("th", name, scope="col") for name in (heading, *parts)))
    body = element(
        "table",
        element("caption", caption),
        element("thead", head),
        element("tbody", *rows),
    )
    # What scrolls must be reached by keyboard, and have a name then.
    scroll = element("div", body, class_="numbers", role="region", aria_label=caption, tabindex="0")
    return element("details", element("summary", summary), scroll)


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
    path = _skyline([0.0] * len(heights), heights)
    drawn = Html(f'<path class="{kind}" d="{path}"/>')
    return element(
        "svg",
        element("title", title),
        drawn,
        role="img",
        aria_label=title,
        class_="spark",
        viewBox=f"0 0 {max(len(values), 1)} {_TALL}",
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


def months_between(first: str, last: str) -> list[str]:
    """Every month from one to another, as 'YYYY-MM'; longer texts of days are cut."""
    year, month = int(first[:4]), int(first[5:7])
    found = []
    while (name := f"{year:04}-{month:02}") <= last[:7]:
        found.append(name)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def _scale(most: float) -> tuple[float, float]:
    """The value at the top of a chart, and the step of its lines: 2 to 5 of them, whole counts."""
    if most <= 0:
        return 1, 1
    rough = most / 5
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * part for part in (1, 2, 2.5, 5, 10) if size * part >= rough)
    step = max(1.0, float(math.ceil(step)) if step < 10 else step)
    return step * math.ceil(most / step), step


def _height(share: float) -> float:
    """Where a share of the scale lies, in percent from the chart's top."""
    return _FOOT - (_FOOT - _TOP) * share


def _grid(top: float, step: float, number: Number) -> list[Html]:
    lines = []
    for count in range(round(top / step) + 1):
        y = _height(count * step / top)
        kind = "grid" if count else "foot"
        lines.append(Html(f'<line class="{kind}" x2="100%" y1="{y:.2f}%" y2="{y:.2f}%"/>'))
        if count:
            text = element(
                "text", number(count * step), x="0", y=f"{y:.2f}%", dy="-3", class_="scale"
            )
            lines.append(text)
    return lines


def _stack(columns: Sequence[Bar], kinds: Sequence[str], top: float) -> Html:
    """The columns, stretched to the chart's width; a path a part."""
    paths = []
    below = [0.0] * len(columns)
    for place, kind in enumerate(kinds):
        above = [
            low + column.values[place] / top for low, column in zip(below, columns, strict=True)
        ]
        paths.append(Html(f'<path class="{kind}" d="{_skyline(below, above)}"/>'))
        below = above
    return element(
        "svg",
        *paths,
        y=f"{_TOP}%",
        width="100%",
        height=f"{_FOOT - _TOP}%",
        viewBox=f"0 0 {max(len(columns), 1)} {_TALL}",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def _skyline(below: Sequence[float], above: Sequence[float]) -> str:
    """A path of columns from one height to another (of 0 to 1).

    Few stand apart; many are one outline, or the seams between them would show.
    """
    low = [_TALL - round(_TALL * share) for share in below]
    high = [_TALL - round(_TALL * share) for share in above]
    if len(low) <= _PARTED:
        return "".join(
            f"M{place + 0.09:.2f} {foot}V{head}h.82V{foot}Z"
            for place, (foot, head) in enumerate(zip(low, high, strict=True))
            if foot > head
        )
    there = "".join(f"V{head}H{place}" for place, head in enumerate(high, 1))
    back = "".join(f"V{foot}H{place}" for place, foot in reversed(list(enumerate(low))))
    return f"M0 {low[0]}{there}{back}Z"


def _pointed(columns: Sequence[Bar], parts: Sequence[str], number: Number) -> Html:
    """What a pointer over a column is told."""
    width = 100 / max(len(columns), 1)
    return element(
        "g",
        *(
            element(
                "rect",
                element("title", _told(column, parts, number)),
                x=f"{place * width:.3f}%",
                y=f"{_TOP}%",
                width=f"{width:.3f}%",
                height=f"{_FOOT - _TOP}%",
            )
            for place, column in enumerate(columns)
        ),
        class_="pointed",
    )


def _told(column: Bar, parts: Sequence[str], number: Number) -> str:
    if len(parts) == 1:
        return f"{column.label}: {number(column.values[0])}"
    each = (
        f"{name} {number(value)}" for name, value in zip(parts, column.values, strict=True) if value
    )
    return f"{column.label}: {number(sum(column.values))} ({', '.join(each)})"


def _ticks(columns: Sequence[Bar]) -> list[Html]:
    """Names beneath the columns; on a phone fewer of them. The latest is always there."""
    named = [place for place, column in enumerate(columns) if column.tick]
    middle = len(named) == len(columns)
    wide = math.ceil(len(named) / _NAMES_WIDE) or 1
    narrow = math.ceil(len(named) / _NAMES_NARROW) or 1
    drawn = []
    for back, place in enumerate(reversed(named)):
        if back % wide and back % narrow:
            continue
        classes = ["tick"]
        if back % narrow:
            classes.append("only-wide")
        elif back % wide:
            classes.append("only-narrow")
        x = f"{100 * (place + middle / 2) / len(columns):.3f}%"
        name = element(
            "text",
            columns[place].tick,
            x=x,
            y="98%",
            class_=" ".join([*classes, "middle"] if middle else classes),
        )
        line = Html(
            f'<line class="{" ".join(classes)}" x1="{x}" x2="{x}" y1="{_FOOT}%" y2="100%"/>'
        )
        if middle:
            drawn.append(name)
        else:
            drawn += [line, name] if place <= _LAST_NAME * len(columns) else [line]
    return drawn


def _key(parts: Sequence[str], kinds: Sequence[str]) -> Html:
    return element(
        "ul",
        *(
            element("li", _swatch(kind), element("span", name))
            for name, kind in zip(parts, kinds, strict=False)
        ),
        class_="key",
    )


def _swatch(kind: str) -> Html:
    return Html(
        '<svg class="swatch" aria-hidden="true" focusable="false">'
        f'<rect class="{kind}" width="100%" height="100%" rx="2"/></svg>'
    )


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
