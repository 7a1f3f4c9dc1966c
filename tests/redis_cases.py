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
from pathlib import Path

from conftest import missing
from crawl_cases import PROGRESS, command, environment, rows

from newsarchive.demo.server import Respondent, serve

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
            args += ["--requirepass", _plain(self.password)]
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


def _plain(password: str) -> str:
    from urllib.parse import unquote

    return unquote(password)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def redis_server(folder: Path, password: str | None = None) -> Iterator[Server]:
    """A running one; without the program the test skips."""
    if shutil.which("redis-server") is None:
        missing("redis-server is not installed: apt-get install redis-server")
    server = Server(folder, password)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def worker(url: str, db: Path, *args: object, **more: object) -> subprocess.Popen[str]:
    """`newsarchive crawl --redis`, begun. more: options by their names."""
    options = {"delay": 0, "lease": 2, **more}
    flags = [text for name, value in options.items() for text in (f"--{name}", str(value))]
    db.parent.mkdir(parents=True, exist_ok=True)
    return subprocess.Popen(
        command("crawl", "--redis", url, "--db", db, *flags, *args),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=db.parent,
        env=environment(),
    )  # fmt: skip


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


def serving(portal: Respondent) -> object:
    """The portal over HTTP."""
    return serve(portal)


def article_counts(db: Path) -> list[tuple[int, int, int]]:
    """(articles, versions, articles with more than one version)."""
    return rows(
        db,
        "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM versions), "
        "(SELECT count(*) FROM articles WHERE version > 1)",
    )
