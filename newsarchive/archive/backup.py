"""A consistent copy of an archive, also while a crawl writes to it.

The database is copied first and the WARC files after it, so that every capture of the copy has its
record in the copied files.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from newsarchive.archive import records
from newsarchive.archive._connect import explain, look, open_readonly, recognise
from newsarchive.archive.records import OPEN, Damaged
from newsarchive.errors import ArchiveError, CallError

_FILES = "SELECT warc, max(offset + length) FROM captures GROUP BY warc ORDER BY warc"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What a backup did. files, bytes: WARC files copied; there: those that were there already."""

    articles: int
    files: int
    bytes: int
    there: int


def backup(source: Path, target: Path, *, advance: Callable[[int, int], None]) -> Copied:
    """Copy the archive at `source` to `target`, and its WARC files beside that.

    What an earlier backup copied is not copied again; files that the archive has no more (erased
    ones) are deleted from the copy. advance: is told bytes of WARC files copied, and how many
    there are. Raises CallError for a target that cannot be meant, ArchiveError where reading or
    writing fails; an earlier copy is then as it was, but for more WARC files beside it.
    """
    _check(source, target)
    partial = target.with_name(f".{target.name}.part")
    folder, copies = source.with_suffix(".warc"), target.with_suffix(".warc")
    try:
        articles, wanted = _copy_database(source, partial)
        copied = _copy_files(folder, copies, wanted, advance)
        partial.replace(target)
        _sync_folder(target.parent)
        _forget(copies, folder, {name for name, _ in wanted})
    except OSError as error:
        raise ArchiveError(
            f"{error.filename or target}: cannot be copied ({error.strerror}); make room, or name "
            "another place"
        ) from None
    finally:
        with suppress(OSError):
            partial.unlink()
    return Copied(articles=articles, **copied)


def _check(source: Path, target: Path) -> None:
    if target.is_dir():
        raise CallError(f"{target}: is a folder; name a file in it, such as {target / source.name}")
    if not target.parent.is_dir():
        raise CallError(f"{target}: there is no folder {target.parent}; make it first")
    if not look(source):
        raise ArchiveError(f"{source}: there is no archive; name another with --db")
    if not target.exists():
        return
    if target.samefile(source):
        raise CallError(f"{target}: is the archive itself; name another place")
    log = Path(f"{target}-wal")
    if log.exists() and log.stat().st_size:
        raise CallError(f"{target}: somebody works with it; name another place")
    if look(target):
        with closing(sqlite3.connect(f"file:{target}?mode=ro", uri=True)) as conn:
            recognise(conn, target)  # what is no archive is not overwritten


def _copy_database(source: Path, partial: Path) -> tuple[int, list[tuple[str, int]]]:
    """Copy it as it is now; return its articles, and its WARC files with how far each is needed."""
    partial.unlink(missing_ok=True)
    with closing(open_readonly(source)) as conn, closing(sqlite3.connect(partial)) as copy:
        try:
            conn.backup(copy)  # in one step: in several, a busy writer would start it over
            articles = copy.execute("SELECT count(*) FROM articles").fetchone()[0]
            wanted = copy.execute(_FILES).fetchall()
            # A log beside the copy would not be moved with it.
            copy.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.DatabaseError as error:
            raise explain(error, source) from error
    with partial.open("rb+") as file:
        os.fsync(file.fileno())
    return int(articles), wanted


def _copy_files(
    folder: Path, copies: Path, wanted: list[tuple[str, int]], advance: Callable[[int, int], None]
) -> dict[str, int]:
    copies.mkdir(exist_ok=True)
    plan = []
    there = 0
    for name, end in wanted:
        path = records.find(folder, name)
        length = _needed(path, end)
        copy = copies / name
        if copy.is_file() and copy.stat().st_size == length:
            there += 1
        else:
            plan.append((name, length))
    total = sum(length for _, length in plan)
    for name, length in plan:
        _copy_file(folder, name, length, copies / name, lambda done: advance(done, total))
    _sync_folder(copies)
    return {"files": len(plan), "bytes": total, "there": there}


def _needed(path: Path, end: int) -> int:
    """Bytes of a WARC file to copy: all, or of one that is still written the records recorded."""
    size = path.stat().st_size
    if size < end:
        raise ArchiveError(f"{path}: is shorter than its captures say; see `newsarchive verify`")
    if not path.name.endswith(OPEN):
        return size
    with suppress(Damaged, StopIteration):
        behind = next(records.members(path, end))
        if behind.kind == "request":  # of the last response
            return end + behind.length
    return end


def _copy_file(
    folder: Path, name: str, length: int, copy: Path, advance: Callable[[int], None]
) -> None:
    partial = copy.with_name(f".{name}.part")
    try:
        # It may be closed, and so renamed, at any moment; what is open stays the same file.
        with records.find(folder, name).open("rb") as file, partial.open("wb") as out:
            left = length
            while left and (chunk := file.read(min(_CHUNK, left))):
                out.write(chunk)
                left -= len(chunk)
                advance(len(chunk))
            out.flush()
            os.fsync(out.fileno())
        if left:
            raise ArchiveError(f"{folder / name}: became shorter while it was copied")
        shutil.copystat(records.find(folder, name), partial)
        partial.replace(copy)
    finally:
        partial.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _forget(copies: Path, folder: Path, wanted: set[str]) -> None:
    """Delete copies of files that the archive does not have any more."""
    for path in copies.glob("*.warc.gz"):
        if path.name not in wanted and not (folder / path.name).exists():
            path.unlink()
