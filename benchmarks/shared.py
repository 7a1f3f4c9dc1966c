"""A crawl by several workers over a Redis, some killed with SIGKILL at random moments.

Twenty local portals with 2,000 articles in all. Prints how many articles the merged archive lacks
(none is wanted) or holds twice (none), how many pages were asked again because of the killed (at
most what they had in hand or had not committed), and the shortest gap that any portal saw between
two requests, as a part of the delay (at least 1 is wanted, but for what a busy machine takes to
note a request). Needs redis-server.
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from redis_cases import (  # noqa: E402  of the tests
    Outcome,
    Region,
    article_counts,
    articles_of,
    crawl_together,
    end_workers,
    merged,
    redis_server,
)

WANTED_GAP = 0.95


def main() -> int:
    """Crawl, kill, merge and count; 1 if anything is missing, twice or too close together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--portals", type=int, default=20)
    parser.add_argument("--articles", type=int, default=100, help="of each portal")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--delay", type=float, default=0.1, help="seconds")
    parser.add_argument("--lease", type=float, default=5.0, help="seconds")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    given = parser.parse_args()
    if shutil.which("redis-server") is None:
        print("shared.py: left out: apt-get install redis-server", file=sys.stderr)
        return 0
    with tempfile.TemporaryDirectory() as name:
        return run(Path(name), given)


def run(folder: Path, given: argparse.Namespace) -> int:
    """The same in an empty folder."""
    region = Region(folder / "region", portals=given.portals, articles=given.articles)
    try:
        with redis_server(folder) as server, region.serve() as env:
            outcome = crawl_together(
                region, env, server.url, folder, workers=given.workers, kills=given.kills,
                chance=random.Random(given.seed), delay=given.delay, lease=given.lease,
            )  # fmt: skip
    finally:
        end_workers()
    began = time.monotonic()
    db = merged(outcome.dbs, folder / "all" / "archive.db")
    return told(region, outcome, db, given, merging=time.monotonic() - began)


def told(
    region: Region, outcome: Outcome, db: Path, given: argparse.Namespace, *, merging: float
) -> int:
    """Print the figures; 1 if any is not as it should be."""
    expected, found = region.articles(), articles_of(db)
    missing = (Counter(expected) - Counter(found)).total()
    twice = (Counter(found) - Counter(expected)).total()
    ((articles, versions, edited),) = article_counts(db)
    gap = region.gaps()[0] / given.delay if given.delay else 1.0
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{given.workers} workers, {len(outcome.killed)} killed (seed {given.seed}), "
        f"{given.portals} portals, {len(expected)} articles, delay {given.delay:g} s: "
        f"{outcome.seconds:.0f} s, merged in {merging:.0f} s, "
        f"{usage.ru_utime + usage.ru_stime:.0f} s of CPU"
    )
    statuses = [status for status, _, _ in outcome.told]
    trouble = [line for _, _, err in outcome.told for line in err.splitlines()]
    print(f"exit statuses of those that lived: {statuses}")
    print(*trouble, sep="\n", end="\n" if trouble else "")
    print(f"missing: {missing}; twice: {twice}; edited: {edited}")
    print(f"asked again: {sum(region.twice().values())} of {region.requests} requests")
    print(f"shortest gap at a portal: {gap:.2f} of the delay (wanted: at least {WANTED_GAP})")
    whole = found == expected and versions == articles
    return int(not whole or gap < WANTED_GAP or any(statuses))


if __name__ == "__main__":
    sys.exit(main())
