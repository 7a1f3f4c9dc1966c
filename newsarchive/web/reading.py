"""Reading the archive for a page: in a worker thread, on its own connection, for a limited time."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from newsarchive.errors import ArchiveError, NewsArchiveError
from newsarchive.query import open_readonly

_Found = TypeVar("_Found")

SECONDS = 5.0
# SQLite asks whether to go on after so many of its steps, about a millisecond's.
_STEPS = 20_000
_AHEAD = 4  # chunks of a stream
_LOCAL = threading.local()  # SQLite's connections stay in their threads


class TooLong(NewsArchiveError):
    """What a page asks of the archive takes longer than a reader waits."""


async def read(
    datasette: Any, work: Callable[[sqlite3.Connection], _Found], *, seconds: float = SECONDS
) -> _Found:
    """What `work` gives for a plain read-only connection to the archive.

    It must not keep the connection, nor anything that still reads from it: it runs in one of
    Datasette's threads, and the connection is that thread's. Withheld articles are in it: ask by
    `newsarchive.query`, which leaves them out. Raises TooLong after `seconds` in SQLite.
    """
    path = archive_path(datasette)

    def in_thread() -> _Found:
        conn = _connection(path)
        with _limited(conn, seconds):
            return work(conn)

    return await asyncio.get_running_loop().run_in_executor(datasette.executor, in_thread)


async def stream(
    datasette: Any, work: Callable[[sqlite3.Connection], Iterator[str]]
) -> AsyncGenerator[str]:
    """The chunks that `work` gives, as they are made, however long that takes.

    It runs in a thread of its own, a few chunks ahead of whoever reads them, and ends when nobody
    does any more (`aclose`). What it raises is raised here.
    """
    path = archive_path(datasette)
    loop = asyncio.get_running_loop()
    made: asyncio.Queue[str | Exception | None] = asyncio.Queue(maxsize=_AHEAD)
    unwanted = threading.Event()

    def hand_over(item: str | Exception | None) -> None:
        asyncio.run_coroutine_threadsafe(made.put(item), loop).result()

    def in_thread() -> None:
        try:
            with closing(open_readonly(path)) as conn:
                for chunk in work(conn):
                    if unwanted.is_set():
                        return
                    hand_over(chunk)
            hand_over(None)
        except Exception as error:  # any: it is the reader's, in the other thread
            hand_over(error)

    threading.Thread(target=in_thread, daemon=True).start()
    try:
        while (item := await made.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield item
    finally:
        unwanted.set()
        while not made.empty():  # so that the thread does not wait for room
            made.get_nowait()


def archive_path(datasette: Any) -> Path:
    """The file that is served."""
    return Path(datasette.get_database().path)


def _connection(path: Path) -> sqlite3.Connection:
    """This thread's connection; a file that was put in the place of another is opened anew."""
    known = (path, *_identity(path))
    if getattr(_LOCAL, "known", None) != known:
        if (before := getattr(_LOCAL, "conn", None)) is not None:
            before.close()
        _LOCAL.conn = open_readonly(path)
        _LOCAL.known = known
    conn: sqlite3.Connection = _LOCAL.conn
    return conn


def _identity(path: Path) -> tuple[int, ...]:
    try:
        here = path.stat()
    except OSError:
        return ()  # what is wrong with it, opening it says
    return here.st_dev, here.st_ino


@contextmanager
def _limited(conn: sqlite3.Connection, seconds: float) -> Iterator[None]:
    end = time.monotonic() + seconds
    conn.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
    try:
        yield
    except (sqlite3.OperationalError, ArchiveError) as error:
        if time.monotonic() > end:
            raise TooLong(f"not found out in {seconds:g} seconds") from error
        raise
    finally:
        conn.set_progress_handler(None, 0)
