"""One line of the table that the stress prints."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one kind of fault did.

    injected: how many times it was put in the way. survived: how often the program did what it
    promises (a problem on record or one clear line, the right exit status, no hang, no traceback).
    true, lost, wrong: articles afterwards that are in the archive as their portal has them, that
    are missing although they could be had, and that are there but not as their portal has them.
    """

    fault: str
    injected: int
    survived: int
    true: int = 0
    lost: int = 0
    wrong: int = 0

    @property
    def held(self) -> bool:
        """Whether every one was survived, and no article was lost or made wrong."""
        return self.survived == self.injected and not self.lost and not self.wrong
