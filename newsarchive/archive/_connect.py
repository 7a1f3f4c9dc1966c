"""What kind of file lies at a path, and one clear line for everything that can be wrong with it."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from pathlib import Path
from threading import Lock
from urllib.parse import quote

from newsarchive.archive._trust import check_beside, check_schema, harden
from newsarchive.archive.schema import MIGRATION_NAMES, MIGRATION_SET
from newsarchive.errors import ArchiveError

_MAGIC = b"SQLite format 3\0"
BUSY_SECONDS = 5.0
_ELSEWHERE = "name another with --db"


def missing(path: Path) -> ArchiveError:
    """The error for an archive that is not there."""
    return ArchiveError(
        f"{path}: there is no archive; `newsarchive crawl SITE` makes one, or {_ELSEWHERE}"
    )


# Descriptors of the files looked at, by device and inode.
_looked: dict[tuple[int, int], int] = {}
_LOOKING = Lock()
_MOST = 100


def look(path: Path) -> bool:
    """Whether a database file lies at `path`; False if nothing does, or an empty file.

    Raises ArchiveError for a folder, an unreadable file, a file that is no database, and one
    beside which a journal leads to another file.
    """
    try:
        head = _head(path)
    except FileNotFoundError:
        return False
    except IsADirectoryError:
        raise ArchiveError(f"{path}: is a folder, not an archive; {_ELSEWHERE}") from None
    except OSError as error:
        raise ArchiveError(
            f"{path}: cannot be read ({error.strerror}); check its permissions, or {_ELSEWHERE}"
        ) from None
    if head and head != _MAGIC:
        raise ArchiveError(f"{path}: not a database; {_ELSEWHERE}")
    check_beside(path)
    return bool(head)


def _head(path: Path) -> bytes:
    """The first bytes of a file, which stays open.

    A process that closes any descriptor of a file loses all its locks on it (POSIX), those that
    SQLite holds for its own connections too: another process could then take the WAL from under
    them (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """
    here = path.stat()
    with _LOOKING:
        for which, fd in list(_looked.items()):
            if os.fstat(fd).st_nlink == 0 or len(_looked) > _MOST:
                os.close(_looked.pop(which))
        which = (here.st_dev, here.st_ino)
        if which not in _looked:
            if stat.S_ISDIR(here.st_mode):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            if not stat.S_ISREG(here.st_mode):  # opening a pipe would wait for its other end
                raise OSError(errno.EINVAL, "it is no file")
            _looked[which] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        return os.pread(_looked[which], len(_MAGIC), 0)


def recognise(conn: sqlite3.Connection, path: Path) -> bool:
    """Whether the database is an archive; False if it holds no tables yet.

    Raises ArchiveError if it is something else, or was written by a newer version; sqlite3.Error
    if it cannot be read.
    """
    try:
        return _recognised(conn, path)
    except UnicodeDecodeError:  # SQLite quotes what it cannot read, and Python cannot read that
        raise ArchiveError(
            f"{path}: the database is damaged (no text in its schema); restore it from a copy"
        ) from None


def _recognised(conn: sqlite3.Connection, path: Path) -> bool:
    harden(conn)
    tables = {row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type='table'")}
    if not tables - {"sqlite_sequence"}:
        return False
    applied: list[str] = []
    if "_sqlite_migrations" in tables:
        applied = [
            row[0]
            for row in conn.execute(
                "SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY rowid",
                (MIGRATION_SET,),
            )
        ]
    if not applied:
        raise ArchiveError(f"{path}: a database, but not one of newsarchive; {_ELSEWHERE}")
    newer = [name for name in applied if name not in MIGRATION_NAMES]
    if newer:
        raise ArchiveError(
            f"{path}: written by a newer newsarchive (schema {newer[-1]!r}, this one knows "
            f"{MIGRATION_NAMES[-1]!r}); upgrade newsarchive"
        )
    check_schema(conn, path)
    return True


def explain(error: sqlite3.Error, path: Path) -> ArchiveError:
    """One line for a failure of SQLite: what happened to which file, and what to do."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        what = "locked: another program is writing to it; try again when that has ended"
    elif code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        what = (
            f"cannot be opened or written ({error}); check the permissions of the file and its "
            f"folder, or {_ELSEWHERE}"
        )
    elif code == sqlite3.SQLITE_FULL:
        what = "the disk is full; make room and run it again"
    elif code == sqlite3.SQLITE_IOERR:
        what = f"cannot be read or written ({error}): is the disk full? make room and run it again"
    elif code == sqlite3.SQLITE_NOTADB:
        what = f"not a database; {_ELSEWHERE}"
    elif code == sqlite3.SQLITE_CORRUPT:
        what = f"the database is damaged ({error}); restore it from a copy"
    else:
        what = str(error)
    return ArchiveError(f"{path}: {what}")


def open_readonly(path: Path) -> sqlite3.Connection:
    """A connection that cannot write, to the archive at `path`; makes no file.

    Reads beside a writer, and in a folder that cannot be written. Raises ArchiveError, in one
    line that says what to do, if the file is missing, unreadable, no archive, or from a newer
    version.
    """
    path = Path(path)
    if not look(path):
        raise missing(path)
    # A reader in mode 'ro' leaves the log files that it had to make; one that might write (but
    # for query_only) removes them. Where a log is there already, a writer or a copy owns it.
    modes = ["mode=ro"] if _logged(path) else ["mode=rw", "mode=ro", "immutable=1"]
    for mode in modes:
        conn: sqlite3.Connection | None = None
        try:
            conn = sqlite3.connect(_uri(path, mode), uri=True, timeout=BUSY_SECONDS)
            conn.execute("PRAGMA query_only = ON")
            if not recognise(conn, path):
                raise ArchiveError(
                    f"{path}: an empty database, not an archive; name another with --db"
                )
            return conn
        except sqlite3.DatabaseError as error:
            if conn is not None:
                conn.close()
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            # Read-only media: no log can be made beside the file, and nobody can write one.
            denied = code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
            if mode == modes[-1] or not denied:
                raise explain(error, path) from error
        except ArchiveError:
            if conn is not None:
                conn.close()
            raise
    raise AssertionError("the last mode returns or raises")


def _logged(path: Path) -> bool:
    log, index = Path(f"{path}-wal"), Path(f"{path}-shm")
    return index.exists() or (log.exists() and log.stat().st_size > 0)


def _uri(path: Path, mode: str) -> str:
    return f"file:{quote(str(path.absolute()))}?{mode}"


def check_values(conn: sqlite3.Connection, path: Path) -> None:
    """Raise ArchiveError where the database is damaged, or holds what newsarchive never wrote.

    Reads all of it. To be called before others' rows are taken in, and where a row made no sense.
    """
    from newsarchive.archive._values import wrong_values

    try:
        for (line,) in conn.execute("PRAGMA quick_check(1)"):
            if line != "ok":
                raise ArchiveError(f"{path}: the database is damaged: {' '.join(line.split())}")
        for table, row, parent, _ in conn.execute("PRAGMA foreign_key_check"):
            raise ArchiveError(f"{path}: is damaged: row {row} of {table} leads to no {parent}")
        for what in wrong_values(conn):
            raise ArchiveError(f"{path}: was changed by another program: {what}")
    except sqlite3.Error as error:
        raise explain(error, path) from error
