"""The parts of the stress, and what they came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

from stress.row import Row

PARTS = ("network", "places", "files", "pages", "web", "together")
_COUNTS = ("injected", "survived", "true", "lost", "wrong")
_HEADS = ("fault", "injected", "survived", "articles true", "lost", "wrong")


def run_part(
    part: str, folder: Path, *, cut: bool, seed: int, minutes: float | None = None
) -> list[Row]:
    """Run one of PARTS in a folder of its own. minutes: how long `together` lasts."""
    run = import_module(f"stress.{part}").run
    more = {"minutes": minutes} if part == "together" and minutes is not None else {}
    rows: list[Row] = run(folder, cut=cut, seed=seed, **more)
    return rows


def troubles(rows: Mapping[str, Sequence[Row]]) -> list[str]:
    """What did not hold, a line each: by part, its rows. A part that injected nothing proves
    nothing."""
    found = []
    for part, of_part in rows.items():
        if not sum(row.injected for row in of_part):
            found.append(f"{part}: injected nothing")
        for row in of_part:
            if not row.held:
                found.append(
                    f"{part}: {row.fault}: {row.survived} of {row.injected} survived, "
                    f"{row.lost} lost, {row.wrong} wrong"
                )
    return found


def table(rows: Sequence[Row]) -> str:
    """The rows and their total, in columns."""
    cells = [
        (row.fault, *(str(getattr(row, name)) for name in _COUNTS)) for row in (*rows, total(rows))
    ]
    width = max(len(cell[0]) for cell in cells)
    lines = [_line(_HEADS, width), *(_line(cell, width) for cell in cells)]
    rule = "-" * len(lines[0])
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])


def _line(cell: Sequence[str], width: int) -> str:
    numbers = "  ".join(
        text.rjust(max(len(head), 6)) for text, head in zip(cell[1:], _HEADS[1:], strict=True)
    )
    return f"{cell[0]:{width}}  {numbers}"


def total(rows: Sequence[Row]) -> Row:
    """All rows as one."""
    return Row(
        fault="total",
        **{name: sum(getattr(row, name) for row in rows) for name in _COUNTS},
    )
