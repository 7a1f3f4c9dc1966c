"""DataFrames of what was found, with typed columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from newsarchive.errors import CallError, NewsArchiveError

if TYPE_CHECKING:
    import pandas

Row = dict[str, Any]
COLUMNS = (
    "id", "key", "site", "url", "title", "published", "day", "published_text", "modified",
    "section", "lead", "byline", "source", "body", "images", "tags", "origins", "first_seen",
    "last_seen", "version",
)  # fmt: skip
_VIETNAM = "Asia/Ho_Chi_Minh"
_DAY = len("2022-08-22")
# Column -> how its text is read; what is not named here stays as it is.
_PAGE_TIMES = frozenset({"published", "modified"})
_OUR_TIMES = frozenset({"first_seen", "last_seen", "gone", "seen", "fetched"})
_DAYS = frozenset({"day", "first_day", "last_day"})
_MONTHS = frozenset({"month"})
_NUMBERS = frozenset({"capture"})  # which may be missing
_COUNTS = frozenset({"id", "article", "version", "articles", "edited", "count"})
_OBJECTS = frozenset({"images", "tags", "origins"})
_FEW = frozenset({"site", "province", "province_2025"})


def load() -> Any:
    """The library. Raises NewsArchiveError, which says how to get it, where it is missing."""
    try:
        import pandas
    except ModuleNotFoundError:
        raise NewsArchiveError(
            "a DataFrame needs pandas: pip install 'newsarchive[analysis]'"
        ) from None
    return pandas


def articles_frame(
    rows: Iterable[Row], columns: Iterable[str] | None, *, gone: bool
) -> pandas.DataFrame:
    """Articles as `query.articles` gives them, indexed by id; only these columns, if told."""
    load()
    known = (*COLUMNS, "gone") if gone else COLUMNS
    wanted = known if columns is None else tuple(columns)
    for name in wanted:
        if name not in known:
            raise CallError(f"no column {name!r}; there are {', '.join(known)}")
    cells: dict[str, list[Any]] = {name: [] for name in dict.fromkeys(("id", *wanted))}
    for row in rows:
        for name, held in cells.items():
            held.append(_cell(row, name))
    return _typed(cells).set_index("id")[[name for name in wanted if name != "id"]]


def _cell(row: Row, name: str) -> Any:
    if name == "body":
        return "\n\n".join(row["paragraphs"])
    if name == "day":
        return row["published"] and row["published"][:_DAY]
    return row[name]


def frame(rows: Sequence[Any], names: Sequence[str]) -> pandas.DataFrame:
    """Rows that are dicts or objects, with these names in each. With `published` comes `day`."""
    load()
    cells = {
        name: [row[name] if isinstance(row, dict) else getattr(row, name) for row in rows]
        for name in names
    }
    if "published" in cells and "day" not in cells:
        at = list(cells).index("published") + 1
        items = list(cells.items())
        items.insert(at, ("day", [text and text[:_DAY] for text in cells["published"]]))
        cells = dict(items)
    return _typed(cells)


def _typed(cells: dict[str, list[Any]]) -> pandas.DataFrame:
    typed = {}
    for name in list(cells):
        counted = name == "gone" and "articles" in typed  # beside others, it is a number
        column = cells.pop(name)  # what is typed needs its text no more
        typed[name] = _series("count" if counted else name, column)
    return load().DataFrame(typed)


def _series(name: str, column: list[Any]) -> Any:
    """The column with the type that its name asks for."""
    pandas = load()
    if name in _PAGE_TIMES:
        # A day alone is no time: midnight would be a guess.
        times = [text if text and len(text) > _DAY else None for text in column]
        return _times(times).dt.tz_convert(_VIETNAM)
    if name in _OUR_TIMES:
        return _times(column)
    if name in _DAYS:
        days = pandas.Series(column, dtype=object)
        return pandas.to_datetime(days, format="%Y-%m-%d").dt.as_unit("us")
    if name in _MONTHS:
        return pandas.Series(pandas.PeriodIndex(column, freq="M"))
    if name in _FEW:
        return pandas.Series(column, dtype="category")
    if name in _COUNTS:
        return pandas.Series(column, dtype="int64")
    if name in _NUMBERS:
        return pandas.Series(column, dtype="Int64")
    series = pandas.Series(column)
    if series.dtype == object and name not in _OBJECTS:
        return series.astype("str")  # nothing but missing text
    return series


def _times(column: list[str | None]) -> Any:
    pandas = load()
    return pandas.to_datetime(pandas.Series(column, dtype=object), utc=True).dt.as_unit("us")
