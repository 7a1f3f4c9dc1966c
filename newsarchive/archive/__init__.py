"""The archive: the SQLite file with its schema and one writer, and the WARC files beside it."""

from __future__ import annotations

from newsarchive.archive.store import Archive

__all__ = ["Archive"]
