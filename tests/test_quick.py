"""Commands that are forked instead of started: as if they had been started."""

from __future__ import annotations

import ast
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import quick
from conftest import ROOT
from crawl_cases import command, environment

# What a module may look at only when it is called: else it would see what the first process saw.
_SEEN = frozenset(
    ("environ", "environb", "getenv", "now", "utcnow", "today", "time", "monotonic", "cwd", "getcwd",
     "getpid", "argv", "isatty", "gettempdir", "getlocale", "urandom")
)  # fmt: skip


def _when_it_loads(node: ast.AST) -> Iterator[ast.AST]:
    """What is executed when a module loads: all but the bodies of functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            for part in (*child.decorator_list, *child.args.defaults, *child.args.kw_defaults):
                if part is not None:
                    yield part
                    yield from _when_it_loads(part)
        elif isinstance(child, ast.Lambda):
            yield from map(ast.expr, child.args.defaults)  # type: ignore[arg-type]
        else:
            yield child
            yield from _when_it_loads(child)


def _looks(path: Path) -> set[str]:
    """What of _SEEN the module uses when it loads."""
    nodes = list(_when_it_loads(ast.parse(path.read_text(encoding="utf-8"))))
    used = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    called = {n.func.id for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    return (used | called) & _SEEN


def test_no_module_but_those_loaded_anew_looks_around_when_it_loads() -> None:
    found = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for folder in ("newsarchive", "spiders")
        for path in (ROOT / folder).rglob("*.py")
        if _looks(path)
    }
    assert found == set(quick.ANEW)


CODE = """
import json, os, sys, time
from newsarchive import clock
from newsarchive.crawl import settings
print(json.dumps({
    "args": sys.argv, "folder": os.getcwd(), "environment": dict(os.environ), "zone": time.tzname,
    "db": settings.NEWSARCHIVE_DB, "now": clock.stamp(clock.now()), "leads": os.getpid() == os.getpgid(0),
    "stdin": sys.stdin.read(), "files": sorted(os.listdir("/proc/self/fd"))[:3],
}))
print("lạ\\r\\n", file=sys.stderr)
sys.exit(7)
"""


def test_what_runs_is_as_if_it_had_been_started(tmp_path: Path) -> None:
    env = {
        "PATH": "/bin", "TZ": "Asia/Tokyo", "NEWSARCHIVE_DB": "x.db", "NEWSARCHIVE_NOW": "2020-01-01T00:00:00Z",
    }  # fmt: skip
    time.sleep(1.1)  # the process that forks is older than what it forks
    done = quick.run([sys.executable, "-c", CODE, "--a", "b c"], cwd=tmp_path, env=env)
    assert (done.returncode, done.stderr) == (7, "lạ\n\n")
    told = json.loads(done.stdout)
    assert told.pop("now") in ("2020-01-01T00:00:00Z", "2020-01-01T00:00:01Z")
    assert told == {
        "args": ["-c", "--a", "b c"], "folder": str(tmp_path), "environment": env, "zone": ["JST", "JST"],
        "db": "x.db", "leads": True, "stdin": "", "files": ["0", "1", "2"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "args", [("--version",), ("sites", "--json"), ("search",), ("crawl", "no-such-site")]
)
def test_a_command_says_what_it_says_when_it_is_started(
    args: tuple[str, ...], tmp_path: Path
) -> None:
    forked = quick.run(command(*args), cwd=tmp_path, env=environment())
    started = subprocess.run(
        command(*args), cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
    )
    assert (forked.returncode, forked.stdout, forked.stderr) == (
        started.returncode, started.stdout, started.stderr,
    )  # fmt: skip


def test_one_that_is_killed_or_late_leaves_nothing(tmp_path: Path) -> None:
    code = "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(60)"
    running = quick.Started([sys.executable, "-c", code], cwd=tmp_path)
    assert running.poll() is None
    running.kill()
    assert running.wait() == -signal.SIGKILL
    with pytest.raises(subprocess.TimeoutExpired):
        quick.run([sys.executable, "-c", code], cwd=tmp_path, timeout=2)
    pid = int((tmp_path / "pid").read_text())
    until = time.monotonic() + 30
    while time.monotonic() < until and Path(f"/proc/{pid}").exists():
        time.sleep(0.01)
    assert not Path(f"/proc/{pid}").exists()


WORKER = """
import asyncio, sys
from newsarchive.crawl import reading
from newsarchive.crawl._worker import Page
from datetime import UTC, datetime
async def main():
    reader = reading.ReaderProcess()
    page = Page(b"<p>x</p>", "http://a.example/", None, datetime.now(UTC), None, True)
    print((await reader.read(page)).listing.articles)
    worker = reader._workers[0]
    worker._process.kill()
    await worker._process.wait()
    print(worker._process.returncode)
    while not worker.down:
        await asyncio.sleep(0.01)
    print((await reader.read(page)).listing.articles, len(reader._workers))
    await reader.close()
asyncio.run(main())
"""


def test_its_workers_answer_and_die_as_those_that_are_started(tmp_path: Path) -> None:
    script = [sys.executable, "-c", WORKER]
    env = environment(PYTHONPATH=os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", ""))))
    forked = quick.run(script, cwd=tmp_path, env=env)
    started = subprocess.run(script, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert forked.stdout == started.stdout
    assert forked.returncode == started.returncode == 0, forked.stderr + started.stderr
