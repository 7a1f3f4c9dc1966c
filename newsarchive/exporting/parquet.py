"""Parquet files, written in groups of rows: a table of a million articles needs no more memory."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import IO, TYPE_CHECKING, Any

from newsarchive import __version__
from newsarchive.errors import NewsArchiveError
from newsarchive.exporting.dictionary import Column, Table, articles_table
from newsarchive.exporting.lines import Row

if TYPE_CHECKING:
    import pyarrow as pa

# A group ends with so many rows or characters of text, whichever comes first.
ROWS = 5_000
CHARACTERS = 3_000_000


def load() -> Any:
    """The library. Raises NewsArchiveError, which says how to get it, where it is missing."""
    try:
        import pyarrow.parquet
    except ModuleNotFoundError:
        raise NewsArchiveError("Parquet needs pyarrow: pip install 'newsarchive[export]'") from None
    return pyarrow


class ParquetWriter:
    """One file of one table, open for writing; a context manager.

    It is whole when the block has ended without an error. about: further facts for the file's
    own metadata, text by name.
    """

    def __init__(self, file: IO[bytes], table: Table, about: dict[str, str] | None = None) -> None:
        self._arrow = load()
        self._table = table
        self._schema = _schema(self._arrow, table, about or {})
        self._readers = {column.name: _READERS.get(column.kind) for column in table.columns}
        self._cells: dict[str, list[Any]] = {column.name: [] for column in table.columns}
        self._held = self._size = 0
        self.written = 0
        self._writer = self._arrow.parquet.ParquetWriter(
            file,
            self._schema,
            compression="zstd",
            # Of long texts no two are alike.
            use_dictionary=[c.name for c in table.columns if c.name in _REPEATED],
            write_page_index=True,
        )

    def __enter__(self) -> ParquetWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._flush()
        self._writer.close()

    def add(self, row: Row) -> None:
        """Take one row, which has all columns of the table. Raises OSError at a full disk."""
        for name, cells in self._cells.items():
            cell = row[name]
            if isinstance(cell, str):
                self._size += len(cell)
                reader = self._readers[name]
                cell = cell if reader is None else reader(cell)
            cells.append(cell)
        self._held += 1
        self.written += 1
        if self._held >= ROWS or self._size >= CHARACTERS:
            self._flush()

    def _flush(self) -> None:
        if not self._held:
            return
        columns = []
        for name, cells in self._cells.items():
            columns.append(self._arrow.array(cells, self._schema.field(name).type))
            cells.clear()
        batch = self._arrow.RecordBatch.from_arrays(columns, schema=self._schema)
        self._writer.write_batch(batch)
        self._held = self._size = 0


def write_parquet(
    file: IO[bytes], rows: Iterable[Row], *, gone: bool = False, about: dict[str, str] | None = None
) -> int:
    """Write articles as `query.articles` gives them; returns how many.

    gone: with the column gone. Raises NewsArchiveError without pyarrow, OSError where the file
    cannot be written.
    """
    with ParquetWriter(file, articles_table(gone=gone), about) as writer:
        for row in rows:
            writer.add(shaped(row))
    return writer.written


def shaped(row: Row) -> Row:
    """A row of `query.articles` with the columns of the table: day and body, origins as JSON."""
    return {
        **row,
        "day": (row["published"] or "")[:10] or None,
        "body": "\n\n".join(row["paragraphs"]),
        "origins": json.dumps(row["origins"], ensure_ascii=False),
    }


_REPEATED = frozenset(
    {"site", "section", "byline", "source", "province", "province_2025", "via", "what", "tag",
     "origins", "credit", "images.list.element.credit", "tags.list.element"}
)  # fmt: skip
_READERS: dict[str, Any] = {"day": date.fromisoformat, "time": datetime.fromisoformat}


def _schema(arrow: Any, table: Table, about: dict[str, str]) -> pa.Schema:
    fields = [_field(arrow, column) for column in table.columns]
    told = {"title": table.english, "software": f"newsarchive/{__version__}", **about}
    return arrow.schema(fields, metadata=told)


def _field(arrow: Any, column: Column) -> pa.Field:
    image = [arrow.field(name, arrow.string()) for name in ("url", "caption", "credit")]
    kinds = {
        "int": arrow.int64(),
        "small": arrow.int32(),
        "text": arrow.string(),
        "day": arrow.date32(),
        "time": arrow.timestamp("ms", tz="UTC"),
        "texts": arrow.list_(arrow.string()),
        "images": arrow.list_(arrow.struct(image)),
    }
    about = {"description": column.english, "description:vi": column.vietnamese}
    return arrow.field(column.name, kinds[column.kind], nullable=not column.needed, metadata=about)
