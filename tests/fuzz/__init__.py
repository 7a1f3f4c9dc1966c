"""Fuzzing: what newsarchive reads from others, fed with what nobody meant.

Every target is a module with `one(data)`, which raises only where something is truly wrong;
`seeds()`, inputs to begin with; `WORDS`, what to put into them; and `LARGEST`, bytes of an input.
None of this needs atheris but `worker`, which fuzzes one target guided by coverage.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

TARGETS = (
    "parse", "dump", "dates", "warc", "wacz", "search", "settings", "sites", "urls", "text",
    "diff", "masking",
)  # fmt: skip


class Target(Protocol):
    """What a target's module offers."""

    WORDS: Sequence[bytes]
    LARGEST: int

    def one(self, data: bytes) -> None:
        """Try one input. Raises where something is wrong."""

    def seeds(self) -> list[bytes]:
        """Inputs that are well formed, the same every time."""


def target(name: str) -> Target:
    """The target of this name."""
    if name not in TARGETS:
        raise LookupError(f"no target {name!r}; there are {', '.join(TARGETS)}")
    return cast("Target", import_module(f"fuzz.{name}"))
