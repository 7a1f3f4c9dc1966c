"""What newsarchive stands on: pinned, and quiet; nothing is asked, started or written unasked."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import audit
import pytest
from conftest import ROOT
from crawl_cases import command, environment, portal
from packaging.utils import canonicalize_name

from newsarchive.demo.server import serve

WATCH = Path(__file__).parent / "watched"
EVERYTHING = """
import importlib, pkgutil, newsarchive
for found in pkgutil.walk_packages(newsarchive.__path__, "newsarchive."):
    if not found.name.endswith("__main__"):
        importlib.import_module(found.name)
        print(found.name)
"""


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {canonicalize_name(name): pinned for name, pinned in pairs}


def watched(log: Path, **more: str) -> dict[str, str]:
    """The environment in which a process, and those that it starts, note what they do."""
    more = {"PYTHONPATH": f"{WATCH}:{ROOT}", "WATCHED": str(log), **more}
    return environment(PYTHONDONTWRITEBYTECODE="1", **more)


def noted(log: Path) -> list[tuple[str, Any]]:
    lines = log.read_text(encoding="utf-8").splitlines()
    return [(event, told) for event, told in map(json.loads, lines)]


def test_every_dependency_is_pinned_to_what_is_installed() -> None:
    needed = audit.closure("newsarchive", {"all"}) - {"pip"}  # of the environment itself
    assert {"scrapy", "lxml", "datasette", "pyarrow", "twisted", "uvicorn"} <= needed
    pinned = pins()
    assert needed - pinned.keys() == set()
    assert {n: version(n) for n in needed} == {n: pinned[n] for n in needed}


def test_what_is_watched_is_seen(tmp_path: Path) -> None:
    log = tmp_path / "log"
    script = (
        "import socket, subprocess, sys; open('x', 'w').close(); "
        "subprocess.run([sys.executable, '-Sc', 'pass']); socket.getaddrinfo('127.0.0.1', 1)"
    )
    subprocess.run([sys.executable, "-c", script], env=watched(log), cwd=tmp_path, check=True)
    assert {"open", "subprocess.Popen", "socket.getaddrinfo"} <= {event for event, _ in noted(log)}


def test_importing_all_of_it_does_nothing_outside_itself(tmp_path: Path) -> None:
    log = tmp_path / "log"
    done = subprocess.run(
        [sys.executable, "-c", EVERYTHING],
        capture_output=True, text=True, env=watched(log), cwd=tmp_path, timeout=300, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") > 200
    assert noted(log) == []


def test_commands_ask_only_the_portal(tmp_path: Path) -> None:
    """A crawl with its readers' processes, an export, and a server that is asked for a page."""
    pytest.importorskip("datasette", reason="needs the extra [web]")
    db, log = tmp_path / "a.db", tmp_path / "log"
    env = watched(log)
    with serve(portal(articles=2)) as base:
        crawl = command("crawl", "--url", f"{base}/", "--db", db, "--delay", 0, "--quiet")
        subprocess.run(crawl, env=env, timeout=300, check=True)
        place = ["127.0.0.1", urlsplit(base).port]
        events = noted(log)
        reached = [told for event, told in events if event == "socket.connect"]
        assert place in reached  # what is watched is seen
        assert [told for told in reached if told != place] == []
        assert not [e for e in events if e[0] in ("socket.bind", "socket.sendto", "urllib.Request")]
        asked = {told for event, told in events if event.startswith("socket.get")}
        assert asked <= {"'127.0.0.1'", "127.0.0.1"}
    log.unlink()
    export = command("export", "--db", db, "--format", "csv", "--output", tmp_path / "a.csv")
    subprocess.run(export, env=env, timeout=300, check=True, stderr=subprocess.DEVNULL)
    assert [e for e in noted(log) if e[0].startswith(("socket", "urllib", "subprocess"))] == []
    log.unlink()
    with subprocess.Popen(
        command("serve", "--db", db, "--port", 0), env=env, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            with urllib.request.urlopen(server.stdout.readline().split(" ")[1]) as answer:
                assert answer.status == 200
        finally:
            server.send_signal(signal.SIGINT)
    events = [(event, told) for event, told in noted(log) if event.startswith(("socket", "urllib"))]
    assert [(event, told[0]) for event, told in events] == [("socket.bind", "127.0.0.1")]


@pytest.mark.parametrize(
    ("out", "line", "status"),
    [
        ("", "nothing was audited: pip-audit cannot ask its database (no network)", 0),
        (
            '{"dependencies": [{"name": "six", "skip_reason": "not found"}]}',
            "nothing was audited: the database knows none of the packages, or is not there",
            0,
        ),
        (
            '{"dependencies": [{"name": "six", "version": "1", "vulns": []}, '
            '{"name": "x", "skip_reason": "not found"}]}',
            "not audited: x\n1 of 2 dependencies audited",
            0,
        ),
        (
            '{"dependencies": [{"name": "six", "version": "1", "vulns": '
            '[{"id": "PYSEC-1", "fix_versions": ["2"]}]}]}',
            "six 1: PYSEC-1, mended in 2\n1 of 1 dependencies audited",
            1,
        ),
    ],
)
def test_what_the_audit_says(out: str, line: str, status: int) -> None:
    assert audit.audited(out, "x\nno network\n") == (line, status)
