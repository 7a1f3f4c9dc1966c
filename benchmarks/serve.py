"""How long the pages of `newsarchive serve` take over a big archive, beside stock Datasette's.

Every kind of page is asked over HTTP, one request at a time, all pages in turn and then again, as
a browser would: nothing is cached but what SQLite and the system keep. In the same run a stock
Datasette (no plugin, no settings, a process of its own) answers for its table page of the same
file. Of each page the median and the 95th percentile are told.

Bound: of every page of ours p95 under 150 ms. Exit status 1 where one is missed, or where a page
does not answer with 200.

    python benchmarks/serve.py [--articles N] [--keep DIR] [--times N] [--archive FILE]
"""

from __future__ import annotations

import argparse
import http.client
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from urllib.parse import quote, urlencode

from _bulk import build

from newsarchive.web import addresses

BOUND = 150.0  # ms
WARM = 2  # rounds that do not count
_STOCK = "stock Datasette: table"


@dataclass
class Page:
    """A page that is asked; took: milliseconds of each request that counts."""

    name: str
    port: int
    path: str
    took: list[float] = field(default_factory=list)
    size: int = 0

    def ask(self) -> float:
        """Ask for it; returns milliseconds until its last byte."""
        begun = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with closing(connection):
            connection.request("GET", self.path, headers={"Accept-Language": "vi"})
            answer = connection.getresponse()
            body = answer.read()
        took = 1000 * (time.perf_counter() - begun)
        if answer.status != 200:
            raise SystemExit(f"{self.name} {self.path}: status {answer.status}")
        self.size = len(body)
        return took

    def share(self, part: float) -> float:
        """The time under which this part of the requests stayed."""
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def ours(path: Path, port: int) -> Iterator[Page]:
    """Every kind of page, and of searches those that cost most."""

    def search(**asked: str) -> str:
        return f"/tim-kiem?{urlencode(asked)}"

    with closing(sqlite3.connect(path)) as conn:
        newest, site, province = conn.execute(
            "SELECT a.id, a.site, s.province_2025 FROM articles AS a JOIN sites AS s "
            "ON s.slug = a.site WHERE s.province_2025 IS NOT NULL ORDER BY a.id DESC LIMIT 1"
        ).fetchone()
        edited = conn.execute(
            "SELECT id FROM articles INDEXED BY articles_edited WHERE version > 1 LIMIT 1"
        ).fetchone() or (newest,)
    db = quote(path.stem)
    pages = {
        "start": "/",
        "start, a province": f"/?{urlencode({'province': province})}",
        "search: all, newest": "/tim-kiem",
        "search: rare": search(q="xyanua"),
        "search: middling": search(q="đường dây đánh bạc"),
        "search: frequent": search(q="công an"),
        "search: frequent, no accents": search(q="cong an"),
        "search: frequent, page 200": search(q="cong an", page="200"),
        "search: by relevance": search(q="tín dụng đen", order="rank"),
        "search: filters": search(
            q="ma túy", province=province, since="2022-01-01", until="2023-12-31"
        ),
        "search: a site": search(site=site),
        "search: a beginning": search(q="ketam*"),
        "article": addresses.article(newest),
        "article, edited": addresses.article(edited[0]),
        "versions": addresses.versions(edited[0]),
        "site": addresses.site(site),
        "province": addresses.province(province),
        "data": f"/{db}",
        "table": f"/{db}/articles",
        "row": f"/{db}/articles/{newest}",
    }
    for name, where in pages.items():
        yield Page(name, port, where)


@contextmanager
def process(*command: str | Path) -> Iterator[subprocess.Popen[str]]:
    """A process that is ended at the end."""
    running = subprocess.Popen(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with running:
        try:
            yield running
        finally:
            running.kill()


@contextmanager
def serving(path: Path) -> Iterator[int]:
    """`newsarchive serve`; gives its port."""
    command = (sys.executable, "-u", "-m", "newsarchive", "serve", "--db", path, "--port", "0")
    with process(*command) as running:
        assert running.stdout
        match = re.search(r"127\.0\.0\.1:(\d+)/", running.stdout.readline())
        assert match, "serve does not start"
        Thread(target=running.stdout.read, daemon=True).start()
        yield int(match[1])


@contextmanager
def stock(path: Path) -> Iterator[int]:
    """Datasette as it comes; gives its port."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with process(sys.executable, "-m", "datasette", "serve", path, "--port", str(port)):
        limit = time.monotonic() + 60
        while time.monotonic() < limit:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)  # it is not listening yet
        yield port


def main() -> int:
    """Print the table; 0 if the bound holds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, help="where the archive is made once and kept")
    parser.add_argument("--archive", type=Path, help="ask over this one; none is made")
    parser.add_argument("--times", type=int, default=20)
    told = parser.parse_args()
    with ExitStack() as stack:
        folder = told.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        path = told.archive or build(folder / f"bulk-{told.articles}.db", told.articles)
        pages = list(ours(path, stack.enter_context(serving(path))))
        theirs = Page(
            _STOCK, stack.enter_context(stock(path)), f"/{quote(path.stem)}/articles?_size=50"
        )
        for turn in range(WARM + told.times):
            for page in (*pages, theirs):
                took = page.ask()
                if turn >= WARM:
                    page.took.append(took)
    return tell(pages, theirs)


def tell(pages: list[Page], theirs: Page) -> int:
    """Print what was measured; 1 if a page of ours is above the bound."""
    print(f"{'page':<32} {'median':>9} {'p95':>9} {'of stock':>9} {'KB':>6}")
    for page in (*pages, theirs):
        ratio = page.share(0.95) / theirs.share(0.95)
        print(
            f"{page.name:<32} {page.share(0.5):>6.1f} ms {page.share(0.95):>6.1f} ms "
            f"{ratio:>9.2f} {page.size / 1000:>6.0f}"
        )
    slow = [page.name for page in pages if page.share(0.95) >= BOUND]
    worst = max(page.share(0.95) for page in pages)
    held = f"MISSED by {', '.join(slow)}" if slow else "held"
    print(f"slowest p95 {worst:.1f} ms, bound {BOUND:.0f} ms: {held}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
