"""What became of the pages of an import."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(slots=True, kw_only=True)
class Counts:
    """What became of the records, or files, of one import.

    unresolved: revisit records of a page that the archive does not have. failed: damaged places,
    files that could not be read, pages that the reader failed on.
    """

    records: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    duplicates: int = 0
    no_article: int = 0
    withheld: int = 0
    unresolved: int = 0
    failed: int = 0

    def add(self, other: Counts) -> None:
        """Add those of another import."""
        for count in fields(self):
            setattr(self, count.name, getattr(self, count.name) + getattr(other, count.name))

    def __str__(self) -> str:
        line = (
            f"{self.records} records, new {self.new}, changed {self.changed}, unchanged "
            f"{self.unchanged}, duplicates {self.duplicates}, no article {self.no_article}"
        )
        aside = ("withheld", "unresolved", "failed")
        return line + "".join(f", {n} {getattr(self, n)}" for n in aside if getattr(self, n))
