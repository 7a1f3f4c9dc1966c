"""What an export costs: rows a second and peak memory, as CSV, JSON lines, Parquet and a release.

Each export is a process of its own, of 2,000 and of 50,000 invented articles. Beside it, in the
same run, the floor: a plain SELECT of the articles' columns through csv.writer. Prints rows a
second of the larger one, how many times the floor's time it takes, and the growth of the peak
memory from the smaller to the larger. Exit status 1 where a bound is missed.

    python benchmarks/export.py [--few N] [--many N] [--rounds N] [--folder KEPT]
"""

from __future__ import annotations

import argparse
import csv
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

from _bulk import build

GROWTH = 1.2  # of the peak memory
# Times the floor's time, at most.
MOST = {"csv": 3.0, "jsonl": 3.0, "parquet": 3.0, "release": 5.0}
_COLUMNS = (
    "id, key, site, url, title, published, published_text, modified, section, lead, byline, "
    "source, body, captions, origins, first_seen, last_seen, version"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one export: CPU seconds, and the peak of the process's memory in MB."""

    seconds: float
    megabytes: float


def floor(db: Path, out: Path) -> None:
    """A plain SELECT through csv.writer."""
    with closing(sqlite3.connect(db)) as conn, (out / "floor.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerows(conn.execute(f"SELECT {_COLUMNS} FROM articles ORDER BY id"))  # noqa: S608  names of ours


def exported(form: str) -> Callable[[Path, Path], None]:
    """The command itself, without its start."""

    def run(db: Path, out: Path) -> None:
        from newsarchive.cli.export import export

        where = ["--dataset", out / "release"] if form == "release" else None
        where = where or ["--format", form, "--output", out / f"out.{form}"]
        arguments = [str(word) for word in (*where, "--gone", "--quiet", "--db", db)]
        export.main(arguments, standalone_mode=False)

    return run


WAYS: dict[str, Callable[[Path, Path], None]] = {
    "floor": floor,
    **{form: exported(form) for form in MOST},
}


def _measured(name: str, db: Path, out: Path, answer: Any) -> None:
    """Run one export in this process, whose peak is then its own."""
    started = time.process_time()
    WAYS[name](db, out)
    seconds = time.process_time() - started
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (peak,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    answer.send(Cost(seconds=seconds, megabytes=int(peak) / 1024))


def cost(name: str, db: Path) -> Cost:
    """Of one export of the archive at `db`, in a new process."""
    context = get_context("spawn")
    here, there = context.Pipe()
    out = Path(tempfile.mkdtemp(prefix="newsarchive-export-"))
    try:
        process = context.Process(target=_measured, args=(name, db, out, there))
        process.start()
        there.close()
        found: Cost = here.recv()
        process.join()
    finally:
        shutil.rmtree(out)
    return found


def main() -> int:
    """Print the figures; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=2_000)
    parser.add_argument("--many", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="Where the archives stay for another time.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newsarchive-export-") as name:
        folder = given.folder or Path(name)
        few, many = (
            build(folder / f"bulk-{count}.db", count, quiet=True)
            for count in (given.few, given.many)
        )
        cost("floor", many)  # what the disk holds is in memory for all that follow
        small = {way: cost(way, few) for way in WAYS}
        large = {way: [cost(way, many) for _ in range(given.rounds)] for way in WAYS}
    missed = []
    base = median(one.seconds for one in large["floor"])
    print(f"{'':10}{'rows/s':>10}{'of the floor':>14}{'MB':>8}{'MB':>8}{'growth':>8}")
    for way, found in large.items():
        seconds = median(one.seconds for one in found)
        peak = median(one.megabytes for one in found)
        ratio, growth = seconds / base, peak / small[way].megabytes
        print(
            f"{way:10}{given.many / seconds:10.0f}{ratio:14.2f}{small[way].megabytes:8.0f}"
            f"{peak:8.0f}{growth:8.2f}"
        )
        if growth > GROWTH:
            missed.append(f"{way}: memory grows by more than {GROWTH - 1:.0%}")
        if ratio > MOST.get(way, ratio):
            missed.append(f"{way}: takes more than {MOST[way]:g} times the floor")
    for line in missed:
        print(line, file=sys.stderr)
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
