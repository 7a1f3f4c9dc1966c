"""What the reader weighed on a page: each field's candidates, what spoke for and against them."""

from __future__ import annotations

from typing import NamedTuple


class Weighed(NamedTuple):
    """One candidate of a field, or one line that was left out.

    line: number of the line on the page, from 0, where it is a printed one. score: in the points
    of the field's own rule; None where no points are given. why: a few words for people.
    """

    field: str
    value: str
    why: str
    score: float | None = None
    line: int | None = None


class Trace:
    """Filled by the reader's steps for a caller who wants to know; an ordinary reading has none."""

    def __init__(self) -> None:
        self.weighed: list[Weighed] = []

    def note(
        self,
        field: str,
        value: str,
        why: str,
        *,
        score: float | None = None,
        line: int | None = None,
    ) -> None:
        """Keep a candidate of `field` ('body' for lines that were left out of the story)."""
        self.weighed.append(Weighed(field, value, why, score, line))

    def of(self, field: str) -> list[Weighed]:
        """The candidates of a field, the best first, those without points in their order."""
        found = [w for w in self.weighed if w.field == field]
        return sorted(found, key=lambda w: -(w.score if w.score is not None else float("-inf")))
