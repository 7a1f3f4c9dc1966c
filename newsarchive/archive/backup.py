"""A copy of the archive while others write to it: the database first, then the files it needs.

The copy is one state of the database; every capture in it has its record in the copied files. It
takes the place of an older one when it is whole, and what that one had of files is kept.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from newsarchive.archive import _erase, records
from newsarchive.archive._connect import explain, open_readonly
from newsarchive.archive._copies import copy_file
from newsarchive.archive._rewrite import sync_folder
from newsarchive.archive.records import OPEN
from newsarchive.errors import ArchiveError, Busy, CallError

Advance = Callable[[int], None]
_PAGES = 2000  # of the database, copied in one step
_NEEDED = "SELECT warc, max(offset + length) FROM captures GROUP BY warc"
# What tells one archive from another: its crawls, which are never deleted.
_FOREIGN = "SELECT site, started FROM crawls"
_SOME = "SELECT record_id FROM captures ORDER BY id LIMIT 1000"


@dataclass(slots=True, kw_only=True)
class Done:
    """What is in a copy, and how much of it was copied this time."""

    articles: int
    captures: int
    files: int
    copied: int = 0
    bytes: int = 0


def check(db: Path, target: Path) -> None:
    """Whether the archive at `db` may be copied to `target`.

    Raises CallError or ArchiveError where something else is there, or would be overwritten.
    """
    if target.is_dir():
        raise CallError(f"{target}: is a folder; name a file in it")
    if target.suffix == ".warc":
        raise CallError(f"{target}: that name is for WARC files; name another file")
    folder, own = target.with_suffix(".warc"), db.with_suffix(".warc")
    if target.resolve() == db.resolve() or (target.exists() and target.samefile(db)):
        raise CallError(f"{target}: is the archive itself; name another file")
    if folder.resolve() == own.resolve() or (
        folder.exists() and own.exists() and folder.samefile(own)
    ):
        raise CallError(
            f"{target}: its WARC files would be those of the archive; name another file"
        )
    if not target.exists():
        return
    try:
        with closing(open_readonly(target)) as there, closing(open_readonly(db)) as here:
            same = _is_of(there, here)
    except ArchiveError as error:
        if isinstance(error, Busy) or "locked" in str(error):
            raise
        raise ArchiveError(
            f"{target}: is there already and is no backup; name another file, or delete it"
        ) from None
    if not same:
        raise ArchiveError(f"{target}: is another archive, no backup of {db}; name another file")


def _is_of(there: sqlite3.Connection, here: sqlite3.Connection) -> bool:
    """Whether one archive is what the other was."""
    crawls = set(here.execute(_FOREIGN).fetchall())
    if not crawls.issuperset(there.execute(_FOREIGN)):
        return False
    captures = there.execute(_SOME).fetchall()
    known = "SELECT 1 FROM captures WHERE record_id = ?"
    return not captures or any(here.execute(known, record).fetchone() for record in captures)


class Backup:
    """Copying the archive at `db` to `target`: `database`, then `files`, then `finish`.

    Nothing may erase records of the archive meanwhile. Raises ArchiveError; an older copy at
    `target` stays as it was then.
    """

    def __init__(self, db: Path, target: Path) -> None:
        self._db = db
        self._target = target
        self._source = db.with_suffix(".warc")
        self._folder = target.with_suffix(".warc")
        self._partial = target.with_name(f".{target.name}.part")
        self._needed: dict[str, int] = {}
        self.done = Done(articles=0, captures=0, files=0)

    def database(self, advance: Advance) -> None:
        """Copy the database as it is now. advance: is told of bytes."""
        try:
            self._target.parent.mkdir(parents=True, exist_ok=True)
            self._folder.mkdir(exist_ok=True)
            self._partial.unlink(missing_ok=True)
            with closing(open_readonly(self._db)) as old, closing(self._new()) as new:
                self._copy_pages(old, new, advance)
                self._look(new)
            with self._partial.open("rb") as file:
                os.fsync(file.fileno())
        except sqlite3.Error as error:
            raise explain(error, self._target) from error
        except OSError as error:
            raise self._trouble(error) from None

    def _new(self) -> sqlite3.Connection:
        conn = sqlite3.connect(self._partial)
        conn.execute("PRAGMA synchronous = OFF")  # it is synced as a whole
        return conn

    def _copy_pages(
        self, old: sqlite3.Connection, new: sqlite3.Connection, advance: Advance
    ) -> None:
        size = old.execute("PRAGMA page_size").fetchone()[0]
        told = 0

        def tell(_status: int, remaining: int, total: int) -> None:
            nonlocal told
            advance((total - remaining - told) * size)
            told = total - remaining

        # In one transaction, or what others write in between would have it begin again.
        old.isolation_level = None
        old.execute("BEGIN")
        old.execute("SELECT count(*) FROM sites").fetchone()
        old.backup(new, pages=_PAGES, progress=tell)

    def _look(self, conn: sqlite3.Connection) -> None:
        self._needed = dict(conn.execute(_NEEDED).fetchall())
        for name in self._needed:
            records.check_name(name)
        for name in ("articles", "captures"):
            count = conn.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608  names of ours
            setattr(self.done, name, count)

    @property
    def size(self) -> int:
        """Bytes of WARC files that are to be copied."""
        return sum(self._end(name) for name in self._names() if not self._is_there(name))

    def _names(self) -> list[str]:
        """The files of the archive, and those that the copied database needs."""
        others = {path.name for path in self._source.glob("*.warc.gz")}
        return sorted(self._needed.keys() | others)

    def _path(self, name: str) -> Path | None:
        """Where the file is, which its writer may be about to close; None for one that is lost."""
        for _ in range(2):
            with suppress(ArchiveError):
                return records.find(self._source, name)
        return None

    def _end(self, name: str) -> int:
        """How far a file is copied: of one that is written, as far as the database knows it."""
        path = self._path(name)
        if path is None:
            return 0
        if path.name.endswith(OPEN):
            return self._needed.get(name, 0)
        with suppress(FileNotFoundError):
            return path.stat().st_size
        return self._needed.get(name, 0)

    def _is_there(self, name: str) -> bool:
        there = self._folder / name
        return there.is_file() and there.stat().st_size == self._end(name)

    def files(self, advance: Advance) -> None:
        """Copy the WARC files that are not in the copy yet, and see that all are long enough."""
        names = self._names()
        self.done.files = len(names)
        for name in names:
            path, end = self._path(name), self._end(name)
            if path is None or not end or self._is_there(name):
                continue
            try:
                copy_file(path, self._folder / name, advance, end)
            except ArchiveError:
                if path.exists():
                    raise
                # Its writer has closed it, and given it its last name.
                copy_file(self._source / name, self._folder / name, advance, end)
            self.done.copied += 1
            self.done.bytes += end
        for name, end in sorted(self._needed.items()):
            there = self._folder / name
            if not there.is_file() or there.stat().st_size < end:
                what = "is missing" if self._path(name) is None else "is shorter than it was"
                raise ArchiveError(
                    f"{self._source / name}: {what}; `newsarchive verify` says what is lost"
                )

    def finish(self) -> Done:
        """Put the copy in the place of an older one."""
        try:
            self._close_old()
            self._partial.rename(self._target)
            sync_folder(self._target.parent)
            with closing(open_readonly(self._target)) as conn:
                _erase.sweep(conn, self._folder)
        except OSError as error:
            raise self._trouble(error) from None
        return self.done

    def _close_old(self) -> None:
        """Leave nothing beside the target that SQLite would take for part of the new one."""
        if self._target.exists():
            try:
                with closing(sqlite3.connect(self._target, timeout=1)) as conn:
                    mode = conn.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
            except sqlite3.Error as error:
                raise explain(error, self._target) from error
            if mode != "delete":
                raise ArchiveError(f"{self._target}: is open in another program; close that first")
        for suffix in ("-wal", "-shm"):
            Path(f"{self._target}{suffix}").unlink(missing_ok=True)

    def discard(self) -> None:
        """Remove what a copy that failed left."""
        for suffix in ("", "-journal", "-wal", "-shm"):
            with suppress(OSError):
                Path(f"{self._partial}{suffix}").unlink()

    def _trouble(self, error: OSError) -> ArchiveError:
        return ArchiveError(
            f"{error.filename or self._target}: cannot be written ({error.strerror}); make room, "
            "check permissions, or name another file"
        )
