"""Throughput of a crawl with everything on against a bare Scrapy spider over the same pages.

Prints pages a second of both, their ratio (at least 0.7 is wanted), and the peak memory of the
crawl with its child processes (under 250 MB, and no growth from half-way to the end).
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONNECTIONS = 16
WANTED_RATIO = 0.7
WANTED_MB = 250
_SUMMARY = re.compile(r"requested (\d+), new (\d+), .* ([\d.]+) s\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One crawl: requests sent, seconds taken, and (seconds, megabytes) samples."""

    pages: int
    seconds: float
    memory: tuple[tuple[float, float], ...] = ()

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds


@contextmanager
def portal(articles: int) -> Iterator[str]:
    """A demo portal in a process of its own; gives its URL."""
    command = [sys.executable, "-m", "newsarchive.demo.portal"]
    process = subprocess.Popen(
        [*command, "--family", "nukeviet", "--articles", str(articles)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


def ours(url: str) -> Run:
    """`newsarchive crawl --url`, everything on, into a new archive."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "newsarchive", "crawl", "--url", f"{url}/", "--delay", "0",
                "--concurrency", str(CONNECTIONS), "--db", str(Path(folder, "bench.db")),
            ],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        memory: list[tuple[float, float]] = []
        watcher = threading.Thread(target=_watch, args=(process, memory))
        watcher.start()
        said, trouble = process.communicate()
        watcher.join()
    summary = _SUMMARY.search(said)
    if process.returncode != 0 or summary is None:
        raise SystemExit(f"the crawl failed: {said}{trouble}")
    return Run(pages=int(summary[1]), seconds=float(summary[3]), memory=tuple(memory))


def _watch(process: subprocess.Popen[str], memory: list[tuple[float, float]]) -> None:
    started = time.monotonic()
    while process.poll() is None:
        total = sum(map(_megabytes, _family(process.pid)))
        memory.append((time.monotonic() - started, total))
        time.sleep(0.2)


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


def bare(url: str) -> Run:
    """A spider that follows the same links and keeps nothing, in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--bare", url], capture_output=True, text=True, check=True
    )
    pages, seconds = done.stdout.split()
    return Run(pages=int(pages), seconds=float(seconds))


def run_bare(url: str) -> None:
    """The bare spider itself; prints requests sent and seconds."""
    from scrapy import Request, Spider
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.http import Response, TextResponse

    from newsarchive.crawl import settings as project

    class Bare(Spider):
        name = "bare"

        async def start(self) -> AsyncIterator[Request]:
            yield Request(f"{url}/", callback=self.home)

        def home(self, response: Response) -> Iterator[Request]:
            assert isinstance(response, TextResponse)
            for link in response.css("nav a::attr(href), .navbar a::attr(href)").getall():
                if re.search(r"^(?:https?://[^/]+)?/[a-z-]+/$", link):
                    yield response.follow(link, callback=self.listing)
            yield from self.listing(response)

        def listing(self, response: Response) -> Iterator[Request]:
            assert isinstance(response, TextResponse)
            for link in response.css("a::attr(href)").getall():
                if re.search(r"/[a-z0-9-]+/[a-z0-9-]+-\d+\.html$", link):
                    yield response.follow(link, callback=self.article)
            for link in response.css("a[rel=next]::attr(href)").getall():
                yield response.follow(link, callback=self.listing)

        def article(self, response: Response) -> None:
            return None

    same = (
        "USER_AGENT", "ROBOTSTXT_OBEY", "ROBOTSTXT_USER_AGENT", "DEFAULT_REQUEST_HEADERS",
        "DOWNLOAD_TIMEOUT", "DOWNLOAD_MAXSIZE", "DOWNLOAD_WARNSIZE", "DOWNLOAD_FAIL_ON_DATALOSS",
        "RETRY_TIMES", "REDIRECT_MAX_TIMES", "COOKIES_ENABLED", "TELNETCONSOLE_ENABLED",
        "REMOTE_CONTROL_ENABLED",
    )  # fmt: skip
    settings: dict[str, Any] = {name: getattr(project, name) for name in same}
    settings |= {
        "DOWNLOAD_DELAY": 0,
        "CONCURRENT_REQUESTS_PER_DOMAIN": CONNECTIONS,
        "CONCURRENT_REQUESTS": 2 * CONNECTIONS,
        "LOG_LEVEL": "WARNING",
    }
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(Bare)
    process.crawl(crawler)
    started = time.monotonic()
    process.start()
    print(crawler.stats.get_value("downloader/request_count"), time.monotonic() - started)


def main() -> int:
    """Run both by turns and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--bare", metavar="URL", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.bare:
        run_bare(given.bare)
        return 0
    with portal(given.articles) as url:
        rounds = [(bare(url), ours(url)) for _ in range(given.rounds)]
    return report(rounds)


def report(rounds: list[tuple[Run, Run]]) -> int:
    """Print the figures of all rounds; 1 if a target is missed."""
    for plain, full in rounds:
        print(f"bare {plain.rate:6.1f} pages/s ({plain.pages} in {plain.seconds:.2f} s), ", end="")
        print(f"newsarchive {full.rate:6.1f} ({full.pages} in {full.seconds:.2f} s)")
    ratio = statistics.median(full.rate / plain.rate for plain, full in rounds)
    peak = max(mb for _, full in rounds for _, mb in full.memory)
    growth = statistics.median(_growth(full) for _, full in rounds)
    print(f"ratio {ratio:.2f} (wanted: at least {WANTED_RATIO})")
    print(
        f"peak memory {peak:.0f} MB (wanted: under {WANTED_MB}), from half-way on {growth:+.0f} MB"
    )
    return 0 if ratio >= WANTED_RATIO and peak < WANTED_MB else 1


def _growth(run: Run) -> float:
    """Megabytes between the middle of the run and its end (the middle of each tenth)."""
    end = run.memory[-1][0]

    def around(share: float) -> float:
        near = [mb for at, mb in run.memory if abs(at - share * end) <= 0.05 * end]
        return statistics.median(near)

    return around(0.95) - around(0.5)


if __name__ == "__main__":
    raise SystemExit(main())
