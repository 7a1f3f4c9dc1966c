"""A Redis of the tests' own, workers of one crawl, and archives merged: for tests of shared crawls."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random
from urllib.parse import unquote

from crawl_cases import PROGRESS, command, environment, rows
from portals import WAYS, Portal

from newsarchive.demo.answer import Answer
from newsarchive.demo.server import serve

_begun: list[subprocess.Popen[str]] = []
PASSWORD = "mật%20khẩu-7f3a"  # as it stands in an address; '%20' is a blank


@dataclass
class Server:
    """A redis-server on 127.0.0.1 that keeps nothing on disk."""

    folder: Path
    password: str | None = None
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Its address, password and all."""
        user = f":{self.password}@" if self.password else ""
        return f"redis://{user}127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, at the port that it had if it had one, and wait until it answers."""
        self.port = self.port or _free_port()
        args = ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", ""]
        if self.password:
            args += ["--requirepass", unquote(self.password)]
        self.process = subprocess.Popen(
            [*args, "--appendonly", "no", "--dir", str(self.folder)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError("redis-server does not answer")

    def stop(self) -> None:
        """End it; it forgets all."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def redis_server(folder: Path, password: str | None = None) -> Iterator[Server]:
    """A running one; without the program the test skips."""
    if shutil.which("redis-server") is None:
        from conftest import missing  # of pytest, which benchmarks do without

        missing("redis-server is not installed: apt-get install redis-server")
    server = Server(folder, password)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def worker(
    url: str, db: Path, *args: object, env: dict[str, str] | None = None, **more: object
) -> subprocess.Popen[str]:
    """`newsarchive crawl --redis`, begun. more: options by their names."""
    options = {"delay": 0, "lease": 2, **more}
    flags = [text for name, value in options.items() for text in (f"--{name}", str(value))]
    db.parent.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        command("crawl", "--redis", url, "--db", db, *flags, *args),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=db.parent,
        env=env or environment(),
    )  # fmt: skip
    _begun.append(process)
    return process


def end_workers() -> None:
    """Kill those that a test left behind."""
    while _begun:
        process = _begun.pop()
        if process.poll() is None:
            process.kill()
        if process.stdout is not None and not process.stdout.closed:
            process.communicate()


def ended(process: subprocess.Popen[str], timeout: float = 90) -> tuple[int, str, str]:
    """Its status, stdout, and stderr without what told how far it was."""
    try:
        out, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        out, err = process.communicate()
        raise AssertionError(f"did not end: {out} {err}") from None
    return process.returncode, out, PROGRESS.sub("", err)


def merged(dbs: list[Path], target: Path) -> Path:
    """All of them taken into one archive, by the command."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for db in dbs:
        done = subprocess.run(
            command("merge", db, "--db", target, "--quiet"), capture_output=True, text=True,
            env=environment(), check=False, timeout=300,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, ""), (db, done)
    return target


def article_counts(db: Path) -> list[tuple[int, int, int]]:
    """(articles, versions, articles with more than one version)."""
    return rows(
        db,
        "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM versions), "
        "(SELECT count(*) FROM articles WHERE version > 1)",
    )


# Many registered sites, whose portals answer behind a proxy.

_SITE = """
from newsarchive.sites import Site
SITE = Site(
    slug="{slug}", name="Công an tỉnh Ví Dụ", province="Đắk Lắk", province_2025="Đắk Lắk",
    hosts=("{slug}.example",), home="http://{slug}.example/", evidence="seen",
)
"""
_WAYS = [way for way in WAYS if way != "script"]


class Proxy:
    """Hands what is asked of a host to that host's portal."""

    def __init__(self, hosts: dict[str, Portal]) -> None:
        self._hosts = hosts

    def respond(
        self, method: str, target: str, headers: dict[str, str], body: bytes = b""
    ) -> Answer:
        host, slash, path = target.removeprefix("http://").partition("/")
        return self._hosts[host].respond(method, slash + path, {**headers, "host": host}, body)


def articles_of(db: Path) -> list[tuple[str, str]]:
    """Site and title of all articles of an archive."""
    return sorted(rows(db, "SELECT site, title FROM articles"))


class Region:
    """Portals of every family and every way of paging, as registered sites. articles: of each."""

    def __init__(self, folder: Path, *, portals: int, articles: int) -> None:
        self.slugs = [f"tinh{number}" for number in range(portals)]
        ways = [_WAYS[number % len(_WAYS)] for number in range(portals)]
        self.portals = {
            f"{slug}.example": Portal(WAYS[way][0], way, articles=articles)
            for slug, way in zip(self.slugs, ways, strict=True)
        }
        registry, self._start = folder / "registry", folder / "start"
        registry.mkdir(parents=True)
        self._start.mkdir()
        for slug in self.slugs:
            (registry / f"{slug}.py").write_text(_SITE.format(slug=slug), encoding="utf-8")
        (self._start / "sitecustomize.py").write_text(
            f"import newsarchive.sites\nnewsarchive.sites.__path__.append({str(registry)!r})\n",
            encoding="utf-8",
        )

    @contextmanager
    def serve(self) -> Iterator[dict[str, str]]:
        """Have them answer; gives the environment of their crawls."""
        with serve(Proxy(self.portals)) as base:
            yield environment(PYTHONPATH=str(self._start), http_proxy=base)

    @property
    def requests(self) -> int:
        """How many came in, of all."""
        return sum(len(portal.requests) for portal in self.portals.values())

    def articles(self) -> list[tuple[str, str]]:
        """Site and title of all that an archive of all of them holds; titles recur among sites."""
        return sorted(
            (slug, title)
            for slug, portal in zip(self.slugs, self.portals.values(), strict=True)
            for title in portal.titles()
        )

    def gaps(self) -> list[float]:
        """Seconds between requests that one portal saw one after the other, the shortest first."""
        found = []
        for portal in self.portals.values():
            times = sorted(request.at for request in portal.requests)
            found += [later - sooner for sooner, later in pairwise(times)]
        return sorted(found)

    def twice(self) -> dict[str, int]:
        """How often articles were asked, but for the first time, by host."""
        counts = {}
        for host, portal in self.portals.items():
            numbers = [portal.number_at(r.target) for r in portal.requests if r.method == "GET"]
            asked = [number for number in numbers if number is not None]
            counts[host] = len(asked) - len(set(asked))
        return counts


@dataclass
class Outcome:
    """A crawl by several workers. killed: which of them; told: status, stdout, stderr of the rest."""

    killed: list[int]
    told: list[tuple[int, str, str]]
    dbs: list[Path]
    seconds: float


def crawl_together(
    region: Region,
    env: dict[str, str],
    url: str,
    folder: Path,
    *,
    workers: int,
    kills: int,
    chance: Random,
    **more: object,
) -> Outcome:
    """All portals of a region by several workers, some of which are killed at random moments."""  # fmt: skip
    dbs = [folder / f"worker{number}" / "archive.db" for number in range(workers)]
    began = time.monotonic()
    running = [worker(url, db, *region.slugs, env=env, **more) for db in dbs]
    total = len(region.articles())
    killed = sorted(chance.sample(range(workers), kills))
    moments = sorted(chance.randrange(total // 10, total * 8 // 10) for _ in killed)
    for number, moment in zip(killed, moments, strict=True):
        while region.requests < moment and running[number].poll() is None:
            time.sleep(0.002)
            assert time.monotonic() - began < 600
        assert running[number].poll() is None, "over before it could be killed"
        running[number].send_signal(signal.SIGKILL)
    told = [ended(process, 600) for n, process in enumerate(running) if n not in killed]
    for number in killed:
        running[number].communicate()
    return Outcome(killed, told, dbs, time.monotonic() - began)
