"""What is told, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from newsarchive.errors import NewsArchiveError
from newsarchive.text import clean

SUBJECT = 200  # characters; a header's line ends at 998 bytes
# One site's change as JSON: site, name, before, after, why, since.
Fields = Mapping[str, str | None]


class Undelivered(NewsArchiveError):
    """A channel did not take a message; its text says why, and holds no secret of the settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is told. Its texts are cleaned when it is made: nothing acts on headers or terminals.

    subject: one line. text: lines. changes: the same for programs.
    """

    subject: str
    text: str
    changes: tuple[Fields, ...] = ()

    def __post_init__(self) -> None:
        lines = (_line(line) for line in self.text.splitlines())
        changes = tuple(
            {name: None if value is None else clean(value) for name, value in change.items()}
            for change in self.changes
        )
        object.__setattr__(self, "subject", clean(self.subject)[:SUBJECT].rstrip())
        object.__setattr__(self, "text", "\n".join(lines).strip("\n") + "\n")
        object.__setattr__(self, "changes", changes)


def _line(line: str) -> str:
    indent = len(line) - len(line.lstrip(" "))
    return " " * indent + clean(line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of a message. taken: names of the channels that took it; trouble: one line each.

    A channel may stand in both: a mail server that refused one of several recipients.
    """

    taken: tuple[str, ...] = ()
    trouble: tuple[str, ...] = ()
