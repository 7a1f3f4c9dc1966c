"""Columns over time, stacked, with a scale, a key and a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from newsarchive.charts._columns import TALL, Number, skyline
from newsarchive.markup import Html, element

# Classes that colour the parts of a stack, in this order; any other colour name of charts.css
# may be given instead: 'rest', 'edited', 'gone'.
KINDS = ("first", "second", "third", "fourth", "fifth", "sixth")
# Of the height of a chart of bars, in hundredths: where the columns begin and end.
_TOP, _FOOT = 9.0, 87.0
# So many names fit beneath a chart on a wide page, and on a phone.
_NAMES_WIDE, _NAMES_NARROW = 18, 8
# Behind this share of the width there is no room for a name to the right of its line.
_LAST_NAME = 0.93


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
        *_grid(top, step),
        _stack(columns, kinds[: len(parts)], top),
        *_numbers(top, step, number),
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


def _grid(top: float, step: float) -> list[Html]:
    lines = []
    for count in range(round(top / step) + 1):
        y = _height(count * step / top)
        kind = "grid" if count else "foot"
        lines.append(Html(f'<line class="{kind}" x2="100%" y1="{y:.2f}%" y2="{y:.2f}%"/>'))
    return lines


def _numbers(top: float, step: float, number: Number) -> list[Html]:
    """What the lines stand for; written over the columns, which would hide it."""
    return [
        element(
            "text",
            number(count * step),
            x="0",
            y=f"{_height(count * step / top):.2f}%",
            dy="-3",
            class_="scale",
        )
        for count in range(1, round(top / step) + 1)
    ]


def _stack(columns: Sequence[Bar], kinds: Sequence[str], top: float) -> Html:
    """The columns, stretched to the chart's width; a path a part."""
    paths = []
    below = [0.0] * len(columns)
    for place, kind in enumerate(kinds):
        above = [
            low + column.values[place] / top for low, column in zip(below, columns, strict=True)
        ]
        paths.append(Html(f'<path class="{kind}" d="{skyline(below, above)}"/>'))
        below = above
    return element(
        "svg",
        *paths,
        y=f"{_TOP}%",
        width="100%",
        height=f"{_FOOT - _TOP}%",
        viewBox=f"0 0 {max(len(columns), 1)} {TALL}",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


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
    whole = sum(column.values)
    if len(parts) == 1 or not whole:
        return f"{column.label}: {number(whole)}"
    each = (
        f"{name} {number(value)}" for name, value in zip(parts, column.values, strict=True) if value
    )
    return f"{column.label}: {number(whole)} ({', '.join(each)})"


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
