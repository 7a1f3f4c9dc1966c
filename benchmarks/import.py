"""Throughput of `newsarchive import` against reading alone, its memory, and what it writes.

Prints pages a second of both (the ratio should be at least 0.6) and milliseconds of CPU a page
(which other work on the machine disturbs less), the peak memory of an import of 1,000 and of
50,000 pages with its child processes (at most 20 % more), and bytes a page in the WARC and SQLite
files. Exit status 1 where a bound is missed.

    python benchmarks/import.py [--pages N] [--rounds N] [--small N] [--large N]
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from _invented import Page, pages, warc

import newsarchive

CORES = 2
WANTED_RATIO = 0.6
MOST_GROWTH = 1.2
_SUMMARY = re.compile(r": (\d+) records, new (\d+), ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run: pages, seconds, those of CPU; of an import also peak megabytes, bytes of the WARC
    and SQLite files."""

    pages: int
    seconds: float
    cpu: float
    peak: float = 0
    warc: int = 0
    database: int = 0

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds

    @property
    def cost(self) -> float:
        """Milliseconds of CPU a page."""
        return 1000 * self.cpu / self.pages


def cpu() -> float:
    """CPU seconds of all child processes that have ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


_bodies: list[Page] = []  # of the parent, which its forks share


def _parse(span: tuple[int, int]) -> int:
    for url, body in _bodies[slice(*span)]:
        newsarchive.parse(body, url)
    return span[1] - span[0]


def alone(number: int) -> Run:
    """Parsing alone, in a pool of processes that have the pages at hand."""
    _bodies[:] = islice(pages(number), number)
    spans = [(at, min(at + 20, number)) for at in range(0, number, 20)]
    before = cpu()
    with multiprocessing.get_context("fork").Pool(CORES) as pool:
        pool.map(_parse, spans[: 2 * CORES], chunksize=1)  # loads all that reading needs
        started = time.monotonic()
        sum(pool.imap_unordered(_parse, spans))
        seconds = time.monotonic() - started
        pool.close()
        pool.join()
    return Run(pages=number, seconds=seconds, cpu=cpu() - before)


def imported(path: Path, number: int) -> Run:
    """`newsarchive import` of a WARC file into a new archive, start and end included."""
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder, "bench.db")
        before = cpu()
        started = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "newsarchive", "import", "--db", str(db), str(path)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, sum(map(_megabytes, _family(process.pid))))
            time.sleep(0.2)
        seconds = time.monotonic() - started
        said = process.communicate()[0]
        summary = _SUMMARY.search(said)
        if process.returncode or summary is None or int(summary[2]) != number:
            raise SystemExit(f"the import failed: {said}")
        return Run(
            pages=number,
            seconds=seconds,
            cpu=cpu() - before,
            peak=peak,
            warc=sum(file.stat().st_size for file in db.with_suffix(".warc").iterdir()),
            database=db.stat().st_size,
        )


def _family(pid: int) -> list[int]:
    """The process and its descendants (Linux)."""
    found = [pid]
    for parent in found:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found += map(int, children.read_text().split())
            except OSError:
                continue  # the thread ended meanwhile
    return found


def _megabytes(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    resident = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(resident[1]) / 1000 if resident else 0.0


def main() -> int:
    """Measure and print the figures; 1 if a bound is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pages", type=int, default=6000, help="of each round of throughput")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--small", type=int, default=1000, help="pages whose memory is compared")
    parser.add_argument("--large", type=int, default=50_000, help="with that of so many; 0: not")
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:CORES]))
    with tempfile.TemporaryDirectory() as folder:
        good = throughput(Path(folder), given.pages, given.rounds)
        if given.large:
            good &= memory(Path(folder), given.small, given.large)
    return 0 if good else 1


def throughput(folder: Path, number: int, rounds: int) -> bool:
    """Reading alone and import by turns; whether the ratio is as wanted."""
    path = warc(folder, number)
    ratios, costs = [], []
    for _ in range(rounds):
        plain, full = alone(number), imported(path, number)
        ratios.append(full.rate / plain.rate)
        costs.append(plain.cost / full.cost)
        print(f"parse alone {plain.rate:6.1f} pages/s ({plain.cost:.2f} ms CPU a page), ", end="")
        print(f"import {full.rate:6.1f} ({full.cost:.2f} ms)", flush=True)
    ratio = statistics.median(ratios)
    cost = statistics.median(costs)
    print(f"ratio {ratio:.2f} (wanted: at least {WANTED_RATIO}), by CPU {cost:.2f}", flush=True)
    return ratio >= WANTED_RATIO


def memory(folder: Path, small: int, large: int) -> bool:
    """Imports of a small and a large file; whether the large one needs hardly more memory."""
    little, much = (imported(warc(folder, number), number) for number in (small, large))
    print(
        f"peak memory {little.peak:.0f} MB at {small} pages, {much.peak:.0f} MB at {large}, ",
        end="",
    )
    print(f"{much.peak / little.peak - 1:+.0%} (wanted: at most {MOST_GROWTH - 1:+.0%})")
    print(
        f"bytes a page: {much.warc / large:.0f} in the WARC file, {much.database / large:.0f} in "
        f"the database; {much.rate:.1f} pages/s over {large}"
    )
    return much.peak <= MOST_GROWTH * little.peak


if __name__ == "__main__":
    sys.exit(main())
