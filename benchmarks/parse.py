"""How fast pages are read: newsarchive against a bare lxml parse and against six other extractors.

All pages with gold under ../shared/pages are read by each program in a process of its own, in
turns whose order rotates, several rounds; what counts is the best round of each (CPU time). Prints
the ratios that docs/benchmarks.md keeps, for pages read before and for a first reading, when the
caches of functions (newsarchive's, trafilatura's) are still empty.

    python benchmarks/parse.py [--pages FOLDER] [--rounds N]
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from _processes import ROOT, SHARED, Served, Worker, start

sys.path.insert(0, str(ROOT / "tests"))

from gold import gold_path, load

MOST_LXML = 8.0
LEAST_TRAFILATURA = 5.0
FLOOR, OURS, PEER = "lxml, bare", "newsarchive", "trafilatura"
FIRST = ", first reading"
PROGRAMS = (FLOOR, OURS, "newsarchive with links", PEER)
QUICK = ("resiliparse",)
SLOW = ("newspaper4k", "news-please", "goose3", "readability-lxml")
SLOW_ROUNDS = 2
Turn = Callable[[], float]


def served(folder: Path) -> list[Served]:
    """(bytes, address) of every page with gold under `folder`."""
    found = []
    for page in sorted(folder.rglob("*.html*")):
        if gold_path(page).is_file():
            content, gold = load(page)
            found.append((content, gold["url"]))
    return found


def turns(workers: dict[str, Worker]) -> dict[str, Turn]:
    """What gives the CPU seconds of one reading of all pages, for each row of the table."""
    found: dict[str, Turn] = {name: worker.seconds for name, worker in workers.items()}
    for name in (OURS, PEER):
        if name in workers:
            found[name + FIRST] = partial(workers[name].seconds, first=True)
    return found


def measure(work: dict[str, Turn], rounds: int) -> dict[str, float]:
    """Best CPU seconds of each over the rounds, taken in turns; each round begins one further on.

    The slow ones take part in the first SLOW_ROUNDS rounds alone.
    """
    best = dict.fromkeys(work, float("inf"))
    for number in range(rounds):
        names = [name for name in work if number < SLOW_ROUNDS or name not in SLOW]
        begin = number % len(names)
        for name in names[begin:] + names[:begin]:
            best[name] = min(best[name], work[name]())
    return best


def ratios(best: dict[str, float]) -> bool:
    """Print the ratios of pages read before and of a first reading; whether a bound is missed."""
    missed = False
    for when in ("", FIRST):
        floor = best[OURS + when] / best[FLOOR]
        print(f"{OURS + ' / ' + FLOOR + when:44}{floor:5.1f} (at most {MOST_LXML:.0f})")
        missed |= floor > MOST_LXML
        if PEER in best:
            gain = best[PEER + when] / best[OURS + when]
            print(f"{PEER + ' / ' + OURS + when:44}{gain:5.1f} (at least {LEAST_TRAFILATURA:.0f})")
            missed |= gain < LEAST_TRAFILATURA
    return missed


def main() -> int:
    """Measure, print the table and the ratios; exit status 1 where a bound is missed."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--pages", type=Path, default=SHARED, help="folder of pages with gold")
    options.add_argument("--rounds", type=int, default=7)
    args = options.parse_args()
    pages = served(args.pages) if args.pages.is_dir() else []
    if not pages:
        print(f"no pages under {args.pages}: name a folder with --pages", file=sys.stderr)
        return 2
    workers = start((*PROGRAMS, *QUICK, *SLOW), pages)
    best = measure(turns(workers), args.rounds)
    for worker in workers.values():
        worker.close()
    size, cores = sum(len(content) for content, _ in pages), os.cpu_count()
    print(f"{len(pages)} pages, {size / 1e6:.1f} MB, {cores} cores, CPU time, each in a process")
    print(
        f"of its own, best of {args.rounds} ({min(SLOW_ROUNDS, args.rounds)} of {', '.join(SLOW)})"
    )
    for name, seconds in sorted(best.items(), key=lambda row: row[1]):
        print(f"{name:28}{1000 * seconds / len(pages):8.2f} ms a page")
    return int(ratios(best))


if __name__ == "__main__":
    sys.exit(main())
