"""The log for machines: whole lines from many writers, full disks, files taken away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from newsarchive import __version__, clock
from newsarchive.crawl.events import EventLog
from newsarchive.errors import CallError, NewsArchiveError
from newsarchive.model import Tally


def events(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def limited(path: Path, size: int, code: str) -> subprocess.CompletedProcess[str]:
    """Code with a `log`, in a process whose files cannot grow beyond `size` bytes."""
    run = (
        "import resource, signal, sys\nfrom pathlib import Path\n"
        "from newsarchive.crawl.events import EventLog\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, resource.RLIM_INFINITY))\n"
        "log = EventLog(Path(sys.argv[1]))\nlog.tell(print)\n"
    )
    return subprocess.run(
        [sys.executable, "-c", run + code, path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )


def test_each_event_is_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSARCHIVE_NOW", "2026-03-10T01:02:03Z")
    monkeypatch.setattr(clock, "_STARTED", datetime.now(UTC))  # as in a process that begins
    path = tmp_path / "nhật ký.jsonl"
    log = EventLog(path)
    assert path.read_bytes() == b""
    log.run(["hanoi", "daklak"])
    tally = Tally(requested=7, new=2, trouble="lists", why="Đắk\nLắk", fields={"articles": 2})
    log.site("hanoi", "failed", tally, seconds=1.26)
    log.trouble("hanoi: hỏng\x1b[31m\nrồi", site="hanoi")
    log.trouble("x")
    log.health("hanoi", "silent", why="no news", since="2026-03-01")
    log.notified(["hanoi"], ["notify command: ended with status 1"])
    log.end(1, seconds=2.0, requested=7)
    found = events(path)
    for event in found:
        assert event.pop("time")[:17] == "2026-03-10T01:02:"
        assert event.pop("pid") == os.getpid()
    counts = {
        "requested": 7, "new": 2, "changed": 0, "unchanged": 0, "failed": 0, "lists": 0,
        "listed": 0, "known": 0, "fresh": 0, "refused": 0, "forbidden": 0, "gone": 0,
        "returned": 0, "rechecked": 0,
    }  # fmt: skip
    assert counts.items() <= found[1].items()
    assert found[1].keys() == {*Tally.__slots__, "event", "site", "outcome", "seconds"}
    assert found[1] == {
        **found[1], "event": "site", "site": "hanoi", "outcome": "failed", "seconds": 1.3,
        "trouble": "lists", "why": "Đắk Lắk", "fields": {"articles": 2},
    }  # fmt: skip
    assert found[:1] + found[2:] == [
        {"event": "run", "version": __version__, "sites": ["hanoi", "daklak"]},
        {"event": "trouble", "site": "hanoi", "line": "hanoi: hỏng[31m rồi"},
        {"event": "trouble", "site": None, "line": "x"},
        {
            "event": "health",
            "site": "hanoi",
            "state": "silent",
            "why": "no news",
            "since": "2026-03-01",
        },
        {
            "event": "notified",
            "sites": ["hanoi"],
            "trouble": ["notify command: ended with status 1"],
        },
        {"event": "end", "status": 1, "seconds": 2.0, "requested": 7},
    ]
    assert "Đắk" in path.read_text("utf-8")
    assert log.broken is None


def test_lines_of_several_processes_stay_whole(tmp_path: Path) -> None:
    path = tmp_path / "log"
    code = (
        "import sys; from pathlib import Path; from newsarchive.crawl.events import EventLog\n"
        "log = EventLog(Path(sys.argv[1]))\n"
        "sys.stdin.read()\n"  # all begin at once
        "for n in range(200): log.trouble(f'{n} ' + sys.argv[2] * 20_000)"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", code, path, name], cwd=ROOT, stdin=subprocess.PIPE)
        for name in "abc"
    ]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.close()
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    found = events(path)
    assert len(found) == 600
    for writer, name in zip(writers, "abc", strict=True):
        own = [event["line"] for event in found if event["pid"] == writer.pid]
        assert own == [f"{n} " + name * 20_000 for n in range(200)]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (".", "Is a directory"),
        ("none/log", "No such file or directory"),
        ("file/log", "Not a directory"),
        ("x" * 300, "File name too long"),
    ],
)
def test_a_file_that_cannot_be_written_is_said_at_once(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / name
    with pytest.raises(NewsArchiveError) as raised:
        EventLog(path)
    assert str(raised.value) == (
        f"{path}: cannot be written ({why}); name another file with --log-json"
    )


def test_the_archive_is_no_log(tmp_path: Path) -> None:
    archive = tmp_path / "a.db"
    archive.write_bytes(b"SQLite format 3\0")
    link = tmp_path / "link"
    link.symlink_to(archive)
    with pytest.raises(CallError, match=r"--log-json .*link: is the archive"):
        EventLog(link, keep=archive)
    EventLog(tmp_path / "log", keep=archive).trouble("x")
    assert archive.read_bytes() == b"SQLite format 3\0"


def test_a_disk_that_fills_up_is_one_line_and_leaves_no_half_one(tmp_path: Path) -> None:
    path = tmp_path / "log"
    done = limited(path, 1000, "for n in range(20): log.trouble('đầy ' * 30)\nprint(log.broken)")
    one, again = done.stdout.splitlines()
    assert one == again
    assert one == f"{path}: cannot be written (File too large); events are missing in it"
    assert path.stat().st_size < 1000
    assert path.read_bytes().endswith(b"}\n")
    assert len(events(path)) > 1
    EventLog(path).trouble("room again")
    assert events(path)[-1]["line"] == "room again"


def test_what_is_told_of_a_full_disk_may_be_logged_itself(tmp_path: Path) -> None:
    # As the crawl does: its trouble goes to people and into the log.
    done = limited(
        tmp_path / "log",
        10,
        "def both(line):\n    print(line)\n    log.trouble(line)\nlog.tell(both)\nlog.trouble('x')",
    )
    assert done.stdout.count("\n") == 1


def test_a_torn_line_stays_alone(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b'{"event": "ru')
    EventLog(path).trouble("x")
    torn, whole = path.read_text("utf-8").splitlines()
    assert torn == '{"event": "ru'
    assert json.loads(whole)["line"] == "x"


def test_a_file_that_is_rotated_is_left_at_once(tmp_path: Path) -> None:
    path = tmp_path / "log"
    log = EventLog(path)
    log.trouble("one")
    path.rename(tmp_path / "log.1")
    log.trouble("two")
    assert [event["line"] for event in events(tmp_path / "log.1")] == ["one"]
    assert [event["line"] for event in events(path)] == ["two"]
    os.truncate(path, 0)  # as logrotate's copytruncate does
    log.trouble("three")
    assert [event["line"] for event in events(path)] == ["three"]


def test_a_pipe_takes_events_too() -> None:
    ours, theirs = os.pipe()
    log = EventLog(Path(f"/dev/fd/{theirs}"))
    log.trouble("x")
    os.close(theirs)
    with open(ours, encoding="utf-8") as file:
        assert json.loads(file.read())["line"] == "x"
    assert log.broken is None
