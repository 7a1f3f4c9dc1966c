"""How fast pages are read: newsarchive against a bare lxml parse and against trafilatura.

All pages under ../shared/pages are read in one process, in turns, several rounds; what counts is
the best round of each (CPU time). Prints the two ratios that docs/benchmarks.md keeps.

    python benchmarks/parse.py [--pages FOLDER] [--rounds N]
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import lxml.html

from newsarchive.reader import read

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "pages"
MOST_LXML = 10.0
LEAST_TRAFILATURA = 4.0
Pages = list[tuple[bytes, str]]


def load(folder: Path) -> Pages:
    """(bytes, address) of every page with gold under `folder`."""
    pages = []
    for path in sorted(folder.rglob("*.html.gz")):
        gold = json.loads(path.with_name(path.name[:-8] + ".json").read_text(encoding="utf-8"))
        pages.append((gzip.decompress(path.read_bytes()), gold["url"]))
    return pages


def bare(pages: Pages) -> None:
    """The floor: lxml's own parse, nothing read."""
    for content, _ in pages:
        lxml.html.document_fromstring(content)


def ours(pages: Pages) -> None:
    """All fields of every page."""
    for content, url in pages:
        read(content, url, want_links=False)


def with_links(pages: Pages) -> None:
    """All fields and all links, as a crawl reads a page."""
    for content, url in pages:
        read(content, url, want_links=True)


def peer() -> Callable[[Pages], None] | None:
    """trafilatura with metadata, None where the extra [bench] is not installed."""
    try:
        import trafilatura
    except ImportError:
        return None

    def extract(pages: Pages) -> None:
        for content, url in pages:
            trafilatura.extract(content, url=url, with_metadata=True)

    return extract


def measure(
    work: dict[str, Callable[[Pages], None]], pages: Pages, rounds: int
) -> dict[str, float]:
    """Best CPU seconds of each over the rounds, taken in turns."""
    best = dict.fromkeys(work, float("inf"))
    for _ in range(rounds):
        for name, run in work.items():
            start = time.process_time()
            run(pages)
            best[name] = min(best[name], time.process_time() - start)
    return best


def main() -> int:
    """Measure, print the table and the ratios; exit status 1 where a bound is missed."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--pages", type=Path, default=SHARED, help="folder of pages with gold")
    options.add_argument("--rounds", type=int, default=7)
    args = options.parse_args()
    pages = load(args.pages) if args.pages.is_dir() else []
    if not pages:
        print(f"no pages under {args.pages}: name a folder with --pages", file=sys.stderr)
        return 2
    work: dict[str, Callable[[Pages], None]] = {
        "lxml, bare": bare,
        "newsarchive": ours,
        "newsarchive with links": with_links,
    }
    other = peer()
    if other is None:
        print("trafilatura is not installed: pip install -e '.[bench]'", file=sys.stderr)
    else:
        work["trafilatura"] = other
    best = measure(work, pages, args.rounds)
    size = sum(len(content) for content, _ in pages)
    cores, rounds = os.cpu_count(), args.rounds
    print(f"{len(pages)} pages, {size / 1e6:.1f} MB, {cores} cores, CPU time, best of {rounds}")
    for name, seconds in best.items():
        print(f"{name:24}{1000 * seconds / len(pages):8.2f} ms a page")
    floor = best["newsarchive"] / best["lxml, bare"]
    print(f"newsarchive / lxml         {floor:.1f} (at most {MOST_LXML:.0f})")
    missed = floor > MOST_LXML
    if other is not None:
        gain = best["trafilatura"] / best["newsarchive"]
        print(f"trafilatura / newsarchive  {gain:.1f} (at least {LEAST_TRAFILATURA:.0f})")
        missed |= gain < LEAST_TRAFILATURA
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
