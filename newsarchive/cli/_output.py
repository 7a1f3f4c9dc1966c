"""Files that commands write: whole or not at all, and never the archive itself."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast

from newsarchive.errors import CallError, NewsArchiveError
from newsarchive.text import inert_lines


@contextmanager
def output(
    path: Path | None, *, keep: Path, encoding: str = "utf-8", option: str = "--output"
) -> Iterator[IO[str]]:
    """A text file to write to; None or '-' is standard output.

    It is written beside its place and moved there at the end, so that a failure leaves what was
    there before. Devices and pipes are written directly. `keep` is a file that must not be
    overwritten, `option` the flag that names the path. Raises CallError if the path cannot be
    meant, NewsArchiveError if it cannot be written.
    """
    if path is None or str(path) == "-":
        with _trouble("standard output", option):
            yield cast("IO[str]", _Shown(sys.stdout)) if sys.stdout.isatty() else sys.stdout
            sys.stdout.flush()
        return
    with _written(
        path, keep, lambda at, mode: at.open(mode, encoding=encoding, newline=""), option
    ) as file:
        yield file


class _Shown:
    """A terminal on which nothing that is written acts."""

    def __init__(self, terminal: IO[str]) -> None:
        self._terminal = terminal

    def write(self, text: str) -> int:
        """Write text; how much of it."""
        self._terminal.write(inert_lines(text))
        return len(text)


@contextmanager
def binary_output(path: Path, *, keep: Path) -> Iterator[IO[bytes]]:
    """The same for a file of bytes, which has to have a place."""
    with _written(path, keep, lambda at, mode: at.open(mode + "b"), "--output") as file:
        yield file


@contextmanager
def _written(
    path: Path, keep: Path, opened: Callable[[Path, str], IO[Any]], option: str
) -> Iterator[IO[Any]]:
    with _trouble(str(path), option):
        target = _checked(path, keep, option)
        is_device = target.exists() and not target.is_file()
    if is_device:
        with _trouble(str(path), option), opened(target, "w") as file:
            yield file
        return
    partial = target.with_name(f".newsarchive-{os.getpid()}.part")
    try:
        with _trouble(str(path), option):
            with opened(partial, "x") as file:
                yield file
            partial.replace(target)
    finally:
        with suppress(OSError):  # moved already, or never made
            partial.unlink()


def _checked(path: Path, keep: Path, option: str) -> Path:
    target = path.resolve()  # through a link, so that the link stays
    if target.is_dir():
        raise CallError(f"{option} {path}: is a folder; name a file")
    if not target.parent.is_dir():
        raise CallError(f"{option} {path}: there is no folder {target.parent}; make it first")
    if target.exists() and keep.exists() and target.samefile(keep):
        raise CallError(f"{option} {path}: is the archive itself; name another file")
    return target


@contextmanager
def _trouble(name: str, option: str) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise  # the reader left, which is no error of ours
    except OSError as error:
        advice = "make room" if error.errno == errno.ENOSPC else f"name another file with {option}"
        raise NewsArchiveError(f"{name}: cannot be written ({error.strerror}); {advice}") from None
