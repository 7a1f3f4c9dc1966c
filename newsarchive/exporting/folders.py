"""Folders that are whole or not there: written beside their place, and moved to it at the end."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from newsarchive.errors import CallError, NewsArchiveError


@contextmanager
def new_folder(target: Path, option: str, *, overwrite: bool = False) -> Iterator[Path]:
    """A folder beside `target` that takes its place when the block has ended without an error.

    option: that names it. overwrite: whether it may hold something, which goes then. Raises
    CallError where it may not be written, NewsArchiveError where it cannot be.
    """
    with _trouble(target, option):
        place = _checked(target, option, overwrite=overwrite)
        partial = place.with_name(f".newsarchive-{token_hex(4)}.part")
        partial.mkdir()
    try:
        with _trouble(target, option):
            yield partial
            for path in (*partial.rglob("*"), partial):
                _sync(path)
            _move(partial, place)
            _sync(place.parent)
    finally:
        if partial.exists():
            shutil.rmtree(partial, ignore_errors=True)


def files_of(folder: Path) -> list[Path]:
    """All files in a folder and those in it, by their names."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _checked(target: Path, option: str, *, overwrite: bool) -> Path:
    place = target.resolve()
    if place.exists() and not place.is_dir():
        raise CallError(f"{option} {target}: is a file; name a folder that is new or empty")
    if place.is_dir() and any(place.iterdir()) and not overwrite:
        raise CallError(f"{option} {target}: holds something already; name a new folder")
    if not place.parent.is_dir():
        raise CallError(f"{option} {target}: there is no folder {place.parent}; make it first")
    return place


def _move(partial: Path, place: Path) -> None:
    if not place.is_dir() or not any(place.iterdir()):
        partial.rename(place)  # in place of an empty folder, too
        return
    old = partial.with_suffix(".old")
    place.rename(old)
    try:
        partial.rename(place)
    except OSError:
        old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _trouble(target: Path, option: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NewsArchiveError(
            f"{target}: cannot be written ({error.strerror}); make room, or name another folder "
            f"with {option}"
        ) from None
