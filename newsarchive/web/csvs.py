"""CSV of the raw tables and of a visitor's SQL: as Datasette writes it, but nothing in it runs."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Any

from datasette.views import base

from newsarchive.exporting.lines import harmless


class _Writer:
    """A writer of rows of which a spreadsheet runs no cell; names of columns are cells."""

    def __init__(self, file: Any) -> None:
        self._writer = csv.writer(file)

    def writerow(self, row: Iterable[Any]) -> Any:
        """Write a row; gives what the file's `write` does, which Datasette awaits."""
        return self._writer.writerow([harmless(cell) for cell in row])


class _Csv:
    """What Datasette's views know of the module csv."""

    writer = _Writer


def install() -> None:
    """Have Datasette write its CSV so, from now on and in the whole process."""
    base.csv = _Csv
