"""Reading the archive: search, one article, all articles of a choice, counts. Never writes."""

from __future__ import annotations

from newsarchive.query._filters import Filters
from newsarchive.query._finding import MOST, ORDERS, Hit, Years, counted, search, years
from newsarchive.query._reading import (
    Version,
    article,
    articles,
    count,
    counts,
    find,
    given,
    placed,
    versions,
)
from newsarchive.query._rows import open_readonly

__all__ = [
    "MOST", "ORDERS", "Filters", "Hit", "Version", "Years", "article", "articles", "count",
    "counted", "counts", "find", "given", "open_readonly", "placed", "search", "versions", "years",
]  # fmt: skip
