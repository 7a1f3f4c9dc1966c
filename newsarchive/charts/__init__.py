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

from functools import cache
from importlib.resources import files

from newsarchive.charts._bars import KINDS, Bar, bars, table
from newsarchive.charts._columns import Number
from newsarchive.charts._rows import Row, ranked, span, spark

__all__ = [
    "KINDS", "Bar", "Number", "Row", "bars", "months_between", "ranked", "span", "spark", "style",
    "table",
]  # fmt: skip


@cache
def style() -> str:
    """The style sheet of all charts; it stands alone, with its own colours."""
    return files(__package__).joinpath("charts.css").read_text(encoding="utf-8")


def months_between(first: str, last: str) -> list[str]:
    """Every month from one to another, as 'YYYY-MM'; longer texts of days are cut."""
    year, month = int(first[:4]), int(first[5:7])
    found = []
    while (name := f"{year:04}-{month:02}") <= last[:7]:
        found.append(name)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found
