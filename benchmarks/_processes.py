"""Starts each program as a worker in a process of its own, and asks it to read or to be timed.

So the programs share no memory, no caches and no patched modules, and those that cannot be
installed beside newsarchive's own dependencies run in an environment of their own, `.venv-peers`,
which is made when it is first needed.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from _peers import NOWHERE

from newsarchive.errors import NotAnArticle
from newsarchive.reader.decode import decode, inflate

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "pages"
APART = ("newspaper4k", "news-please", "readability-lxml")
ENVIRONMENT = ROOT / ".venv-peers"
PINS = Path(__file__).with_name("peers.txt")
Served = tuple[bytes, str | None]


class Missing(Exception):
    """A program cannot run here; the text says why and what to do."""


class NoEnvironment(Missing):
    """The peers' own environment cannot be made."""


class Worker:
    """One program in its own process; end it with `close`."""

    def __init__(self, name: str, pages: Iterable[Served]) -> None:
        """pages: (bytes, address), what the program reads whenever it is asked."""
        python = peers_python() if name in APART else Path(sys.executable)
        self._process = subprocess.Popen(
            [python, Path(__file__).with_name("_worker.py"), name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
        if self._answer() is not None:
            self.close()
            raise Missing("pip install -e '.[bench]'")
        self._ask("pages", [packed(content, url) for content, url in pages])

    def read(self) -> list[dict[str, Any]]:
        """What the program reads on each page, in the shape of newsarchive's JSON."""
        found: list[dict[str, Any]] = self._ask("read")
        return found

    def seconds(self, *, first: bool = False) -> float:
        """CPU seconds of reading all pages; first: the caches of functions are emptied before."""
        return float(self._ask("first" if first else "time"))

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def _ask(self, task: str, told: Any = None) -> Any:
        assert self._process.stdin is not None
        print(json.dumps([task, told]), file=self._process.stdin, flush=True)
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise Missing("it ended while it started or read: see above")
        return json.loads(line)


def packed(content: bytes, url: str | None) -> tuple[str, str, str]:
    """A page as a worker takes it: its bytes, its text as newsarchive decodes it, its address."""
    try:
        text = decode(inflate(content))
    except NotAnArticle:
        text = content.decode("utf-8", "replace")
    return base64.b64encode(content).decode("ascii"), text, url or NOWHERE


def start(names: Iterable[str], pages: list[Served]) -> dict[str, Worker]:
    """A worker for each program; one that is missing is a line on stderr and is left out."""
    found = {}
    tried: NoEnvironment | None = None  # an environment that cannot be made is tried once
    for name in names:
        try:
            if tried is not None and name in APART:
                raise tried
            found[name] = Worker(name, pages)
        except Missing as error:
            if isinstance(error, NoEnvironment):
                tried = error
            print(f"{name} is not installed: {error}", file=sys.stderr)
    return found


def peers_python() -> Path:
    """The Python of the peers' own environment, which is made where it is not there yet."""
    python, stamp = ENVIRONMENT / "bin" / "python", ENVIRONMENT / "installed.txt"
    pins = PINS.read_text(encoding="utf-8")
    if python.exists() and stamp.is_file() and stamp.read_text(encoding="utf-8") == pins:
        return python
    print(f"Setting up {ENVIRONMENT.name} ...", file=sys.stderr)
    run(sys.executable, "-m", "venv", "--clear", ENVIRONMENT)
    pip = (python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    run(*pip, "-r", PINS)
    stamp.write_text(pins, encoding="utf-8")
    return python


def run(*command: str | Path) -> None:
    """Run a step of setting up; NoEnvironment with its last line where it fails."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        raise NoEnvironment(f"{ENVIRONMENT.name} cannot be made: {lines[-1]}")
