"""Commands of newsarchive run beside each other: how each ended, how long each took."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

from crawl_cases import PROGRESS, command, environment

Moment = Callable[[], bool]
HANGS = 600.0  # seconds; no command of these takes a tenth of it alone
# What a command may say of another one that is at work; anything else is a fault.
BUSY = re.compile(
    r"another newsarchive (?:crawls it into this archive|uses its (?:WARC )?files|writes to it)"
    r"|another (?:refresh|reparse) is at work"
)
# What is no trouble: how far it is, how much there is.
PLAIN = re.compile(r"^reparse: \d+ of \d+ articles|: \d+ articles?$")
# What verify says of a crawl that was killed, until the next one has cleared up.
DIED = re.compile(r"\.warc\.gz\.open: ")


@dataclass(slots=True)
class Tally:
    """How one kind of work went. seconds: of each that was not killed."""

    injected: int = 0
    survived: int = 0
    refused: int = 0
    killed: int = 0
    seconds: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended. began, ended: time.monotonic(); status: None if it was killed."""

    began: float
    ended: float
    status: int | None
    out: str
    refused: bool


class Commands:
    """Runs commands on one archive, from several threads; judges each by what is promised."""

    def __init__(self, db: Path, log: Path) -> None:
        self.db = db
        self.tallies: dict[str, Tally] = defaultdict(Tally)
        self.faults: list[str] = []
        self._log = log
        self._lock = threading.Lock()

    def run(
        self, name: str, *args: object, db: Path | None = None, kill: Moment | None = None
    ) -> Ended:
        """Run a command. name: of the row. kill: becomes true when it is to be killed, if it still
        runs. A fault is noted."""
        line = command(*args, "--db", db or self.db)
        began = monotonic()
        with subprocess.Popen(
            line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
        ) as process:
            killed = kill is not None and _killed(process, kill, began + HANGS)
            try:
                out, err = process.communicate(timeout=HANGS)
            except subprocess.TimeoutExpired:
                process.kill()
                out, err = process.communicate()
                err += f"\nhangs: no end after {HANGS:.0f} s"
        status = None if killed else process.returncode
        wrong, refused = judge(status, PROGRESS.sub("", err), name)
        ended = Ended(began, monotonic(), status, out, refused)
        self._note(name, ended, [f"{' '.join(map(str, args))}: {what}" for what in wrong])
        return ended

    def _note(self, name: str, ended: Ended, wrong: list[str]) -> None:
        with self._lock:
            tally = self.tallies[name]
            tally.injected += 1
            tally.survived += not wrong
            tally.refused += ended.refused
            tally.killed += ended.status is None
            if ended.status is not None and not ended.refused:
                tally.seconds.append(ended.ended - ended.began)
        for what in wrong:
            self.fault(what)

    def note(self, name: str, seconds: float | None, wrong: str = "") -> None:
        """Count something that is no command. seconds: what it took, None for what has none."""
        with self._lock:
            tally = self.tallies[name]
            tally.injected += 1
            tally.survived += not wrong
            if seconds is not None:
                tally.seconds.append(seconds)
        if wrong:
            self.fault(f"{name}: {wrong}")

    def fault(self, what: str) -> None:
        """Note what went wrong, and show it."""
        with self._lock:
            self.faults.append(what)
            with self._log.open("a", encoding="utf-8") as file:
                file.write(f"{what}\n")
            print(f"together: {what[:2000]}", file=sys.stderr, flush=True)


def after(seconds: float) -> Moment:
    """The moment so many seconds from now."""
    until = monotonic() + seconds
    return lambda: monotonic() > until


def _killed(process: subprocess.Popen[str], kill: Moment, until: float) -> bool:
    """Wait for the end of a process, or for the moment and kill it; whether it was killed."""
    while process.poll() is None and monotonic() < until:
        if kill():
            process.kill()
            return True
        sleep(0.005)
    return False


def judge(status: int | None, err: str, name: str) -> tuple[list[str], bool]:
    """What is wrong with the end of a command, and whether it left its work to another one.

    status: None for one that was killed, of which only what it said before is judged.
    """
    lines = [line for line in err.splitlines() if line.strip() and not PLAIN.search(line)]
    if "Traceback" in err:
        return [err], False
    allowed = [line for line in lines if BUSY.search(line)]
    if name == "verify":
        allowed += [line for line in lines if DIED.search(line)]
    wrong = [line for line in lines if line not in allowed]
    if status is not None and status not in (0, 1):
        wrong.append(f"exit status {status}: {err}")
    if status == 1 and not lines:
        wrong.append("exit status 1, and no word why")
    if status == 0 and allowed and not wrong:
        wrong.append(f"exit status 0, but: {err}")
    return wrong, bool(allowed) and not wrong and name != "verify"


def latencies(tallies: dict[str, Tally]) -> str:
    """A table: median, 95th of a hundred, and longest, in milliseconds."""
    lines = [f"{'':24}{'times':>7}{'median':>9}{'p95':>9}{'max':>9}"]
    for name, tally in tallies.items():
        took = sorted(1000 * second for second in tally.seconds)
        if took:
            at = (len(took) // 2, min(len(took) - 1, int(0.95 * len(took))), -1)
            figures = "".join(f"{took[place]:>9.0f}" for place in at)
            lines.append(f"{name:24}{len(took):>7}{figures}")
    return "\n".join(lines)
