"""The months that a chart of the whole archive spans, and what was published in each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from newsarchive.charts import months_between
from newsarchive.query.volumes import Volume

# A page with a wrong date must not stretch the axis: months before this share of all articles.
_STRAY = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """months: 'YYYY-MM', each, without gaps, up to the present one. before: articles dated before
    the first of them; undated: those without a date; axis: its first and last day.
    """

    months: tuple[str, ...]
    before: int
    undated: int
    axis: tuple[date, date]


def by_month(rows: Sequence[Volume], sites: Collection[str] | None = None) -> Counter[str]:
    """Articles by month, of these sites or all; undated ones under ''."""
    counts: Counter[str] = Counter()
    for row in rows:
        if sites is None or row.site in sites:
            counts[row.month or ""] += row.articles
    return counts


def timeline(rows: Sequence[Volume], *, today: str) -> Timeline | None:
    """The axis of these articles; None where none of them has a date up to today."""
    counts = by_month(rows)
    undated = counts.pop("", 0)
    dated = sorted(month for month, count in counts.items() if month <= today[:7] and count > 0)
    if not dated:
        return None
    stray = _STRAY * sum(counts.values())
    before = 0
    while before + counts[dated[0]] <= stray:
        before += counts[dated.pop(0)]
    first = date.fromisoformat(f"{dated[0]}-01")
    return Timeline(
        months=tuple(months_between(dated[0], today)),
        before=before,
        undated=undated,
        axis=(first, date.fromisoformat(today)),
    )
