"""What a refresh with nothing new costs as the archive grows: requests, CPU time, memory.

A portal is crawled for real over HTTP, then the archive is filled up with further articles of it,
none of them due, and `newsarchive refresh` is run as cron runs it. Prints a row for each size and
the ratio of the largest to the smallest. Requests must be equal; CPU time may grow to at most 1.3
times, memory to 1.2 times. Exit status 1 where a bound is missed.

    python benchmarks/refresh.py [--sizes 100 1000 10000 100000] [--rounds N]
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import NamedTuple

from newsarchive.demo.portal import Portal, serve
from newsarchive.demo.stories import make_stories

CPU, MEMORY = 1.3, 1.2  # of the largest archive, at most so many times the smallest's
_BODY = "Công an tỉnh Ví Dụ vừa triệt phá một đường dây đánh bạc trên địa bàn. " * 20
_DAY = "'2020-01-01T00:00:00Z'"
_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)"
_ROWS = {
    "articles(id, key, site, url, title, body, published_day, parser, first_seen, last_seen)": (
        ":first + i, :site || '/cu-' || (:first + i), :site, 'http://' || :site || '/cu-' || "
        f"(:first + i), 'Tin cũ số ' || i, :body, '2020-01-01', 'x', {_DAY}, {_DAY}"
    ),
    "urls(key, article, url)": (
        ":site || '/cu-' || (:first + i), :first + i, 'http://' || :site || '/cu-' || (:first + i)"
    ),
    "checks(article, due)": ":first + i, '2099-01-01T00:00:00Z'",
    "frontier(key, site, url, state, seen)": (
        ":site || '/cu-' || (:first + i), :site, 'http://' || :site || '/cu-' || (:first + i), "
        f"'done', {_DAY}"
    ),
}


class Cost(NamedTuple):
    """Of one refresh: requests, CPU seconds and peak MB of its largest process."""

    requests: int
    seconds: float
    megabytes: float


def main() -> int:
    """Measure and print; 1 if a bound is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=3)
    told = parser.parse_args()
    sizes = sorted(told.sizes)
    stories = make_stories(min(sizes[0], 100))
    portal = Portal(family="nukeviet", name="Công an tỉnh Ví Dụ", stories=stories, page_size=10)
    costs: list[Cost] = []
    with tempfile.TemporaryDirectory() as folder, serve(portal) as base:
        db = Path(folder) / "a.db"
        _newsarchive("crawl", "--url", f"{base}/", "--db", db, "--delay", 0, "--concurrency", 8)
        print(f"{'articles':>9} {'requests':>9} {'CPU s':>7} {'MB':>7}")
        for size in sizes:
            _fill(db, size)
            found = [_refreshed(portal, db) for _ in range(told.rounds)]
            cost = Cost(*(median(values) for values in zip(*found, strict=True)))
            costs.append(cost)
            print(f"{size:9} {cost.requests:9.0f} {cost.seconds:7.2f} {cost.megabytes:7.0f}")
    return _judge(costs[0], costs[-1])


def _judge(small: Cost, large: Cost) -> int:
    missed = 0
    for name, ratio, most in (
        ("requests", large.requests / small.requests, 1.0),
        ("CPU time", large.seconds / small.seconds, CPU),
        ("memory", large.megabytes / small.megabytes, MEMORY),
    ):
        missed += ratio > most
        print(f"{name}: {ratio:.2f} of the smallest archive's (at most {most:g})")
    return int(bool(missed))


def _newsarchive(*args: object) -> tuple[float, float]:
    """Run a command; CPU seconds of it and its readers, peak MB of the largest of them."""
    command = [sys.executable, "-m", "newsarchive", *map(str, args)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit status {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def _refreshed(portal: Portal, db: Path) -> Cost:
    before = len(portal.requests)
    seconds, megabytes = _newsarchive("refresh", "--db", db, "--quiet", "--delay", 0)
    return Cost(len(portal.requests) - before, seconds, megabytes)


def _fill(db: Path, size: int) -> None:
    """Put further articles of the archive's one site into it, up to `size`."""
    with closing(sqlite3.connect(db)) as conn:
        ((site, first, count),) = conn.execute(
            "SELECT site, max(id), count(*) FROM articles GROUP BY site"
        )
        if size <= count:
            return
        values = {"count": size - count, "site": site, "first": first, "body": _BODY}
        for into, chosen in _ROWS.items():
            conn.execute(
                f"{_NUMBERS} INSERT INTO {into} SELECT {chosen} FROM n",  # noqa: S608  names of ours
                values,
            )
        conn.commit()


if __name__ == "__main__":
    raise SystemExit(main())
