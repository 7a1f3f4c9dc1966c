"""Reading by a Dask cluster: what a second worker gains, and a reparse that loses one of three."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from _invented import warc

from newsarchive.archive import _indexes
from newsarchive.archive._rows import content_of_version
from newsarchive.archive.salvage import open_archive
from newsarchive.cluster.run import machines
from newsarchive.intake.limits import Limits
from newsarchive.intake.sources import Reach, Read

WANTED = 1.8
_NOW = "2026-01-01T00:00:00Z"
_SECONDS = 120  # for a scheduler and its workers to begin
# Runs a program on one core: as if it had a machine of its own.
_PINNED = """
import os, sys
os.sched_setaffinity(0, {int(sys.argv[1])})
os.execv(sys.argv[2], sys.argv[2:])
"""
# What a poorer reader would have told.
_POORER = (
    "UPDATE articles SET byline = NULL, section = 'Mục', origins = '{}', parser = 'old', "
    "published_day = NULL",
    "UPDATE versions SET byline = NULL, section = 'Mục'",
    "DELETE FROM tags",
    "UPDATE images SET caption = 'Ảnh'",
    "INSERT INTO problems SELECT capture, 'published', 'weekday does not fit', first_seen "
    "FROM articles WHERE id % 7 = 0",
)


def measure(given: argparse.Namespace, folder: Path) -> bool:
    """Print the figures; whether the bounds hold."""
    gain = _gain(folder, given.pages, given.rounds)
    print(f"two workers / one: {gain:.2f} (wanted: at least {WANTED})", flush=True)
    same = _compare(folder, given.articles)
    return gain >= WANTED and same


# One worker, and two.


def _gain(folder: Path, pages: int, rounds: int) -> float:
    path = _built(folder, f"gain-{pages}", pages)
    rates: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(rounds):
        for workers, found in rates.items():
            found.append(_rate(folder, path, pages, workers))
            print(f"{workers} worker{'s' * (workers > 1)}: {found[-1]:.0f} pages/s", flush=True)
    return statistics.median(rates[2]) / statistics.median(rates[1])


def _built(folder: Path, name: str, pages: int) -> Path:
    """A WARC file of invented pages; one that is there is used again."""
    place = folder / name
    if not place.is_dir():
        partial = folder / f"{name}.part"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        warc(partial, pages)
        partial.rename(place)
    return next(place.glob("*.warc.gz"))


def _rate(folder: Path, path: Path, pages: int, workers: int) -> float:
    """Pages a second that so many workers read, each on a core of its own."""
    with _cluster(folder, workers, pinned=True) as (address, _), machines(address, print) as found:
        source = found.source(None, blocks=False)
        # The readers load, one in each worker, all that they need.
        warm = _built(folder, "warm", 300)
        sum(1 for _, items in source([warm], Reach(), Limits()) for _ in items)
        started = time.monotonic()
        read = sum(
            isinstance(item, Read)
            for _, items in source([path], Reach(), Limits())
            for item in items
        )
        seconds = time.monotonic() - started
    if read != pages:
        raise SystemExit(f"{read} of {pages} pages were read")
    return pages / seconds


# A reparse that loses a worker.


def _compare(folder: Path, articles: int) -> bool:
    right, other = _archives(folder, articles)
    started = time.monotonic()
    _run("reparse", "--quiet", "--db", right)
    print(f"reparse of {articles} articles by one process: {time.monotonic() - started:.0f} s")
    with _cluster(folder, 3) as (address, processes):
        started = time.monotonic()
        with subprocess.Popen(
            _command("reparse", "--quiet", "--dask", address, "--db", other),
            env={**os.environ, "NEWSARCHIVE_NOW": _NOW},
        ) as process:
            seconds = _kill_one(address, processes, process, started)
        if process.returncode:
            raise SystemExit(f"the reparse exits with {process.returncode}")
        print(
            f"by three workers, one of them killed after {seconds:.0f} s, while it read: "
            f"{time.monotonic() - started:.0f} s"
        )
    different = list(_differences(right, other))
    for line in different:
        print(line)
    print(f"row for row: {'different' if different else 'the same'}", flush=True)
    return not different


def _archives(folder: Path, articles: int) -> tuple[Path, Path]:
    """Two archives of the same articles, told as by a poorer reader."""
    whole = folder / f"articles-{articles}.db"
    if not whole.exists():
        partial = folder / "articles-part.db"
        _run("import", "--quiet", "--db", partial, _built(folder, f"big-{articles}", articles))
        with closing(open_archive(partial)) as archive:
            _impoverish(archive._conn)
        partial.with_suffix(".warc").rename(whole.with_suffix(".warc"))
        with closing(sqlite3.connect(partial)) as conn:
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        partial.rename(whole)
    found = []
    for name in ("right", "other"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir()
        copy = folder / name / "a.db"
        shutil.copy(whole, copy)
        shutil.copytree(
            whole.with_suffix(".warc"), copy.with_suffix(".warc"), copy_function=os.link
        )
        found.append(copy)
    return found[0], found[1]


def _impoverish(conn: sqlite3.Connection) -> None:
    for statement in _POORER:
        conn.execute(statement)
    versions = conn.execute(
        "SELECT article, seen, title, lead, body, byline, source, section, published, images "
        "FROM versions ORDER BY seen"
    ).fetchall()
    for article, seen, *version in versions:
        conn.execute(
            "UPDATE observations SET content = ? WHERE article = ? AND seen >= ?",
            (content_of_version(version), article, seen),
        )
    _indexes.rebuild_exact(conn)
    conn.commit()


def _kill_one(
    address: str,
    workers: list[subprocess.Popen[bytes]],
    process: subprocess.Popen[bytes],
    started: float,
) -> float:
    """Kill a worker, with all its processes, while it reads; after how many seconds."""
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        while time.monotonic() - started < 10 and process.poll() is None:
            time.sleep(0.2)
        while process.poll() is None and not all(client.processing().values()):
            time.sleep(0.01)
    if process.poll() is not None:
        raise SystemExit("the reparse ended before a worker could be killed: take more articles")
    os.killpg(workers[0].pid, signal.SIGKILL)
    workers[0].wait()
    return time.monotonic() - started


def _differences(right: Path, other: Path) -> Iterator[str]:
    """Rows that only one of two archives has, ids included, and indexes that are not in step."""
    with closing(sqlite3.connect(right)) as conn:
        conn.execute("ATTACH ? AS other", (str(other),))
        tables = [
            name
            for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith(("sqlite_", "articles_fts", "articles_exact"))
        ]
        rows = 0
        keyed = {
            name
            for (name, found) in conn.execute("SELECT name, wr FROM pragma_table_list")
            if found
        }
        for name in tables:
            for one, two in (("main", "other"), ("other", "main")):
                sql = "SELECT count(*) FROM (SELECT I_ * FROM A_ EXCEPT SELECT I_ * FROM B_)"
                sql = sql.replace("A_", f"{one}.{name}").replace("B_", f"{two}.{name}")
                sql = sql.replace("I_", "" if name in keyed else "rowid,")
                if found := conn.execute(sql).fetchone()[0]:
                    yield f"{name}: {found} rows only in {one}"
            rows += conn.execute("SELECT count(*) FROM T_".replace("T_", name)).fetchone()[0]
        print(f"{rows} rows of {len(tables)} tables were compared")
    with closing(open_archive(other)) as archive:
        if not (_indexes.folded_in_step(archive._conn) and _indexes.exact_in_step(archive._conn)):
            yield "its indexes are not in step"


# Processes.


def _command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "newsarchive", *map(str, arguments)]


def _run(*arguments: object) -> None:
    subprocess.run(_command(*arguments), check=True, env={**os.environ, "NEWSARCHIVE_NOW": _NOW})


@contextmanager
def _cluster(
    folder: Path, workers: int, *, pinned: bool = False
) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and so many workers of one thread each: its address and their processes."""
    from distributed import Client

    told = folder / "scheduler.json"
    told.unlink(missing_ok=True)
    begun: list[subprocess.Popen[bytes]] = []

    def begin(*arguments: object, core: int | None = None) -> None:
        command = [sys.executable, "-m", "dask", *map(str, arguments)]
        if core is not None:
            command = [sys.executable, "-c", _PINNED, str(core), *command]
        begun.append(
            subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        )  # fmt: skip

    try:
        begin("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
              "--scheduler-file", told)  # fmt: skip
        until = time.monotonic() + _SECONDS
        while not told.exists() or not told.read_text():
            if time.monotonic() > until:
                raise SystemExit("no scheduler begins")
            time.sleep(0.1)
        address = str(json.loads(told.read_text())["address"])
        cores = sorted(os.sched_getaffinity(0))
        for at in range(workers):
            begin("worker", address, "--host", "127.0.0.1", "--nthreads", "1", "--no-dashboard",
                  "--memory-limit", "0", "--local-directory", folder / "local",
                  core=cores[at % len(cores)] if pinned else None)  # fmt: skip
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=_SECONDS)
        yield address, begun[1:]
    finally:
        for process in reversed(begun):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
