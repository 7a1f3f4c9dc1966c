"""What is to be read, in parts for the workers of a cluster: files cut, small ones together."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from newsarchive.cluster import storage
from newsarchive.cluster.finding import Piece, opener
from newsarchive.intake import packages
from newsarchive.intake.packed import GZIP
from newsarchive.intake.sources import Fault, files_at, is_aside, unreadable

CUT = 2**20  # bytes of a piece of a file: about a hundred pages, packed
_FILES = 100  # in one part
_WHOLE = 8 * 2**20  # bytes of the files of one part, unpacked; larger ones are cut, or read here
_GROWS = 8  # how many times its size a WARC file unpacks to
NOWHERE = 1 << 62  # behind all files


@dataclass(frozen=True, slots=True)
class Begins:
    """A path begins."""

    path: Path | str


@dataclass(frozen=True, slots=True)
class Own:
    """A file that the coordinator reads."""

    piece: Piece


Planned = Begins | Own | Fault | tuple[Piece, ...]  # the last: what one worker reads in one go


def plan(paths: Iterable[Path | str]) -> Iterator[Planned]:
    """What lies at the paths, as it is to be handed out, in the order of one process."""
    for path in paths:
        yield Begins(path)
        group: list[Piece] = []
        weight = 0
        found: storage.Met | Fault | None
        for found in _met(path):
            if isinstance(found, storage.Met) and _weight(found) <= _WHOLE:
                group.append(_piece(found))
                weight += _weight(found)
                if len(group) < _FILES and weight < _WHOLE:
                    continue
                found = None
            if group:
                yield tuple(group)
                group, weight = [], 0
            if isinstance(found, Fault):
                yield found
            elif found is not None:
                yield from _cut(_piece(found))
        if group:
            yield tuple(group)


def _cut(whole: Piece) -> Iterator[Planned]:
    try:
        with opener(whole)(whole.named) as opened:
            head = opened.file.read(len(GZIP) + 2)
    except Exception:  # whatever a driver raises: it is said when the file is read
        head = b""
    is_warc = whole.named.is_archive and not whole.named.name.lower().endswith(".wacz")
    if not head or not is_warc or packages.is_zip(head):
        yield Own(whole)
        return
    for start in range(0, whole.size, CUT):
        stop = start + CUT if start + CUT < whole.size else NOWHERE
        packed = head.startswith(GZIP)
        yield (whole._replace(start=start, stop=stop, packed=packed, sure=start == 0),)


def _met(path: Path | str) -> Iterator[storage.Met | Fault]:
    """The files at a path or address that are to be looked into, and what is wrong there."""
    if isinstance(path, str):
        for met in storage.files_at(path):
            if isinstance(met, Fault) or not is_aside(met.named):
                yield met
        return
    for named in files_at(path):
        if isinstance(named, Fault):
            yield named
        elif not is_aside(named):
            try:
                status = Path(named.path).stat()
            except OSError as error:
                yield unreadable(named.path, error)
            else:
                yield storage.Met(named, status.st_size, status.st_mtime)


def _piece(met: storage.Met) -> Piece:
    """The whole file; workers have folders of their own that relative paths would begin at."""
    return Piece(met.named, os.path.abspath(met.named.path), met.size, met.modified)


def _weight(met: storage.Met) -> int:
    """About how many bytes a file unpacks to."""
    return met.size * (_GROWS if met.named.is_archive else 1)
