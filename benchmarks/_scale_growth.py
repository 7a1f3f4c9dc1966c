"""What each command costs as the archive grows: CPU time and memory from 10,000 articles on.

The archives are invented (`_bulk`) with a record for every article (`_records`). Into each the same
small portal is crawled, refreshed and merged. Some commands have to read all there is (export,
verify, backup): their cost may grow as the archive does. Some read a part of it that has a limit,
which small archives do not reach (searches, pages): they may grow, but far less. The others ask for
as much whatever it holds, and may hardly grow.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from math import log
from pathlib import Path
from statistics import median
from typing import NamedTuple

import _bulk
import _records
import serve as desk

from newsarchive.demo.portal import Portal, serve
from newsarchive.demo.stories import make_stories

SIZES = (10_000, 100_000, 1_000_000)
ALL, PART, SAME = "all", "part", "same"
# The exponent e of a cost that grows as N to the e: at most so much.
MOST = {ALL: 1.1, PART: 0.4, SAME: 0.12}
_STORIES = 100
_ASKS = 5  # for each page of the desk


class Cost(NamedTuple):
    """CPU seconds, those of child processes too, and peak MB of the largest process."""

    seconds: float
    megabytes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that is done with an archive. reads: ALL of it, a PART that has a limit, or
    the SAME of any."""

    name: str
    reads: str
    cost: Cost


def measure(given: argparse.Namespace, folder: Path) -> bool:
    """Print the table; whether nothing grows faster than it must."""
    found: dict[str, list[Step]] = {}
    sizes = sorted(given.sizes)
    for size in sizes:
        path = _records.add(_bulk.build(folder / f"bulk-{size}.db", size))
        for step in _steps(path, given.only):
            found.setdefault(step.name, []).append(step)
            print(f"{size:>9,} {step.name:<34}{step.cost.seconds:9.2f} s", file=sys.stderr)
    return _table(found, sizes)


def _table(found: dict[str, list[Step]], sizes: list[int]) -> bool:
    head = "".join(f"{size:>12,}" for size in sizes)
    print(f"{'CPU seconds at articles':<34}{head}   grows as   at most   {'MB':>12}")
    good = True
    for name, steps in found.items():
        most = MOST[steps[0].reads]
        exponent = grown([step.cost.seconds for step in steps], sizes)
        fits = exponent <= most
        good = good and fits
        cells = "".join(f"{step.cost.seconds:12.3f}" for step in steps)
        least, most_mb = steps[0].cost.megabytes, steps[-1].cost.megabytes
        memory = f"{least:.0f}-{most_mb:.0f}" if least else ""
        print(
            f"{name:<34}{cells}   N^{exponent:5.2f}   N^{most:5.2f}  {memory:>12}"
            f"{'' if fits else '   TOO FAST'}"
        )
    return good


def grown(costs: list[float], sizes: list[int]) -> float:
    """The exponent e of N^e, from the smallest archive to the largest."""
    if len(sizes) < 2:
        return 0.0
    return log(max(costs[-1], 1e-9) / max(costs[0], 1e-9)) / log(sizes[-1] / sizes[0])


class _Work(NamedTuple):
    """A step that is not done yet."""

    name: str
    reads: str
    cost: Callable[[], Cost]


def _steps(path: Path, only: Sequence[str] | None) -> Iterator[Step]:
    def wanted(name: str) -> bool:
        return only is None or name.startswith(tuple(only))

    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        for work in _commands(path, Path(scratch)):
            if wanted(work.name):
                yield Step(name=work.name, reads=work.reads, cost=work.cost())
    if wanted("page"):
        yield from _pages(path)


def _commands(db: Path, scratch: Path) -> Iterator[_Work]:
    small = scratch / "small.db"
    portals = [
        Portal(
            family="nukeviet", name="Công an tỉnh Ví Dụ",
            stories=make_stories(_STORIES), page_size=10,
        )
        for _ in range(2)
    ]  # fmt: skip
    with ExitStack() as stack:
        here, there = (stack.enter_context(serve(portal)) for portal in portals)
        crawl = ("crawl", "--delay", 0, "--concurrency", 8, "--quiet", "--url")
        yield _step("crawl of 100 articles", SAME, *crawl, f"{here}/", "--db", db)
        slug = here.removeprefix("http://")
        refresh = ("refresh", slug, "--delay", 0, "--quiet", "--db", db)
        yield _step("refresh, nothing new", SAME, *refresh, rounds=3)
        _run(*crawl, f"{there}/", "--db", small)
        yield _step("merge of 100 articles", SAME, "merge", small, "--quiet", "--db", db)
    search = ("search", "--db", db)
    yield _step("search, rare", PART, *search, "xyanua", rounds=3)
    yield _step("search, frequent", PART, *search, "công an", rounds=3)
    yield _step("health", SAME, "health", "--db", db, allowed=(0, 1), rounds=3)
    yield _step("export, CSV", ALL, "export", "--format", "csv", "--output", scratch / "a.csv",
                "--db", db)  # fmt: skip
    yield _step("export, Parquet", ALL, "export", "--format", "parquet", "--output",
                scratch / "a.parquet", "--db", db)  # fmt: skip
    yield _step("verify", ALL, "verify", "--db", db)
    copy = scratch / "copy" / "a.db"
    copy.parent.mkdir()
    yield _step("backup", ALL, "backup", "--quiet", copy, "--db", db)
    shutil.rmtree(copy.parent)


def _step(
    name: str, reads: str, *args: object, rounds: int = 1, allowed: tuple[int, ...] = (0,)
) -> _Work:
    def cost() -> Cost:
        costs = [_run(*args, allowed=allowed) for _ in range(rounds)]
        return Cost(*map(median, zip(*costs, strict=True)))

    return _Work(name, reads, cost)


def _run(*args: object, allowed: tuple[int, ...] = (0,)) -> Cost:
    command = [sys.executable, "-m", "newsarchive", *map(str, args)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in allowed:
        raise SystemExit(f"{' '.join(command)}: exit status {process.returncode}: {said}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _pages(db: Path) -> Iterator[Step]:
    """The pages of the desk: seconds until the last byte, for they have no process of their own."""
    with desk.serving(db) as port:
        pages = list(desk.ours(db, port))
        for page in pages:
            page.ask()
        for page in pages:
            page.took = [page.ask() for _ in range(_ASKS)]
            cost = Cost(median(page.took) / 1000, 0)
            yield Step(name=f"page: {page.name}", reads=PART, cost=cost)
