"""Fuzz the targets, one process each, and print what came of it: `make fuzz ARGS='--minutes 60'`.

Exits 1 where anything was found. Findings are made small and kept; what was learned of inputs
stays in a folder of its own, so that the next run goes on from there.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.util import find_spec
from os import environ
from pathlib import Path
from typing import Any

from conftest import ROOT

import fuzz
from fuzz import findings, seeds
from fuzz.holds import SHORT

_STATUS = re.compile(r"cov: (\d+) ft: (\d+) corp: (\d+)")
_HARD = re.compile(r"hard-(timeout|oom|crash|leak)-")
_RESTARTS = 20  # of a target whose process is ended by an input
_HEADS = (
    "target", "minutes", "runs", "runs/s", "edges", "features", "corpus", "crashes", "timeouts",
    "slowest", "ms/KB at most",
)  # fmt: skip


@dataclass(slots=True)
class Outcome:
    """What became of one target. found: cause of each finding -> the file where it is kept."""

    target: str
    seconds: float = 0.0
    runs: int = 0
    edges: int = 0
    features: int = 0
    corpus: int = 0
    slowest: float = 0.0
    slow_bytes: int = 0
    a_byte: float = 0.0
    timeouts: int = 0
    found: dict[str, Path] = field(default_factory=dict)

    def row(self) -> tuple[str, ...]:
        """A row of the table."""
        rate = self.runs / self.seconds if self.seconds else 0.0
        return (
            self.target, f"{self.seconds / 60:.1f}", f"{self.runs:,}", f"{rate:,.0f}",
            f"{self.edges:,}", f"{self.features:,}", f"{self.corpus:,}", str(len(self.found)),
            str(self.timeouts), f"{self.slowest:.2f} s ({self.slow_bytes:,} B)",
            f"{self.a_byte * 1e6:.1f}",
        )  # fmt: skip


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="in all, shared by the targets")
    parser.add_argument("--target", action="append", choices=fuzz.TARGETS, help="only this one")
    parser.add_argument("--jobs", type=int, default=1, help="targets at a time")
    parser.add_argument("--seconds", type=int, default=30, help="longest time for one input")
    parser.add_argument("--memory", type=int, default=2048, help="MB that a process may need")
    parser.add_argument("--corpus", type=Path, default=ROOT / ".fuzz", help="where inputs are kept")
    parser.add_argument("--findings", type=Path, default=findings.FOLDER)
    parser.add_argument(
        "--real",
        action="store_true",
        help="begin with the markup of the real pages in ../shared, too; look at what is found "
        "before you keep it: it may hold words of theirs",
    )
    return parser.parse_args(given)


def run(target: str, seconds: float, options: argparse.Namespace) -> Outcome:
    """Fuzz one target for so long, begun anew where an input ends its process."""
    outcome = Outcome(target)
    folder = options.corpus / target
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    started = fuzz.target(target).seeds()
    if options.real and target == "parse":
        started += [b"\x01" + page for page in seeds.real()]
    for number, seed in enumerate(started):
        (corpus / f"seed-{number}").write_bytes(seed)
    until = time.monotonic() + seconds
    for _ in range(_RESTARTS):
        if (left := int(until - time.monotonic())) < 1:
            break
        _once(outcome, folder, left, options)
    return outcome


def _once(outcome: Outcome, folder: Path, seconds: int, options: argparse.Namespace) -> None:
    found = folder / "found"
    shutil.rmtree(found, ignore_errors=True)
    found.mkdir()
    for old in (folder / "told.json", *folder.glob("hard-*")):
        old.unlink(missing_ok=True)
    command = (
        sys.executable, "-m", "fuzz.worker", outcome.target, str(folder), str(seconds),
        f"-timeout={options.seconds}", f"-rss_limit_mb={options.memory}",
    )  # fmt: skip
    start = time.monotonic()
    with (folder / "log").open("w+", encoding="utf-8", errors="replace") as log:
        path = f"{ROOT / 'tests'}:{ROOT}"
        subprocess.run(
            command, stdout=log, stderr=log, check=False, env={**environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        log.seek(0)
        lines = log.read()
    outcome.seconds += time.monotonic() - start
    _add(outcome, folder, lines)
    _gather(outcome, folder, options.findings, lines)


def _add(outcome: Outcome, folder: Path, log: str) -> None:
    """Add what a process counted."""
    for edges, features, corpus in _STATUS.findall(log)[-1:]:
        outcome.edges = max(outcome.edges, int(edges))
        outcome.features = max(outcome.features, int(features))
        outcome.corpus = int(corpus)
    told = folder / "told.json"
    counts: dict[str, Any] = json.loads(told.read_text(encoding="utf-8")) if told.exists() else {}
    outcome.runs += counts.get("runs", 0)
    for name in ("slowest", "heaviest"):
        path = folder / f"{name}.bin"
        if not path.exists():
            continue
        data = path.read_bytes()
        taken = _measured(fuzz.target(outcome.target).one, data)
        outcome.a_byte = max(outcome.a_byte, taken / max(len(data), SHORT))
        if taken > outcome.slowest:
            outcome.slowest, outcome.slow_bytes = taken, len(data)


def _measured(one: Callable[[bytes], None], data: bytes) -> float:
    """Seconds of the processor for one input, all modules loaded and nothing watched."""
    findings.tried(one, data)
    start = time.process_time()
    findings.tried(one, data)
    return time.process_time() - start


def _gather(outcome: Outcome, folder: Path, into: Path, log: str) -> None:
    """Keep the findings of a process, those small that did not end it."""
    one = fuzz.target(outcome.target).one
    for path in sorted((folder / "found").glob("*.bin")):
        data = path.read_bytes()
        why = findings.tried(one, data) or "a finding that comes and goes"
        if why not in outcome.found:
            small = findings.smaller(one, data)
            outcome.found[why] = findings.keep(outcome.target, why, small, into)
    hard = [path for path in folder.glob("hard-*") if _HARD.match(path.name)]
    for path in hard:
        kind = path.name.split("-")[1]
        outcome.timeouts += kind == "timeout"
        if kind not in outcome.found:
            outcome.found[kind] = findings.keep(outcome.target, kind, path.read_bytes(), into)
    if not hard and not (folder / "told.json").exists():
        raise SystemExit(f"fuzz.worker {outcome.target} did not start:\n{log[-2000:]}")


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The lines of the table."""
    rows = [_HEADS, *(outcome.row() for outcome in outcomes)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(_HEADS))]
    for row in rows:
        first, *others = (f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True))
        yield "  ".join((f"{first.strip():<{widths[0]}}", *others))


def main(given: Sequence[str] | None = None) -> int:
    """Fuzz; the exit status."""
    options = _arguments(given)
    if find_spec("atheris") is None:
        print(
            "atheris is missing: `make fuzz` installs it, or pip install -e '.[fuzz]'",
            file=sys.stderr,
        )
        return 2
    targets = options.target or list(fuzz.TARGETS)
    share = options.minutes * 60 / len(targets)
    with ThreadPoolExecutor(max_workers=options.jobs) as jobs:
        outcomes = list(jobs.map(lambda name: run(name, share, options), targets))
    print("\n".join(table(outcomes)))
    for outcome in outcomes:
        for why, path in outcome.found.items():
            print(f"{outcome.target}: {why}: {path}")
    return 1 if any(outcome.found for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
