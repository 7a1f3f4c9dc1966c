"""The archive: the SQLite file with its schema and one writer, and the WARC files beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive

__all__ = ["Archive"]


def __getattr__(name: str) -> Any:
    """The writer, loaded when it is wanted: who only reads starts without it."""
    if name == "Archive":
        from newsarchive.archive.store import Archive

        return Archive
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
