"""`newsarchive import`: its readers, other writers beside it, kills, and the command."""

from __future__ import annotations

import os
import pty
import select
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from crawl_cases import command, environment, rows
from import_cases import BODY, LATER, ONE, PAGES, TWO, kept, sound
from intake_cases import (
    FETCHED,
    Heard,
    Kept,
    pages,
    run,
    taken,
    urls,
    warc,
)

from newsarchive.archive.locks import Locks
from newsarchive.archive.salvage import open_archive
from newsarchive.errors import NewsArchiveError
from newsarchive.intake import taking
from newsarchive.intake.counts import Counts
from newsarchive.intake.pages import utc
from newsarchive.intake.pool import Pool

# Readers that hang or die; other writers.

READER = """
import os, sys, time
from multiprocessing.connection import Connection
from newsarchive.intake import _worker
honest = _worker.read_page
def read_page(page):
    if page.url.endswith("{hangs}"):
        time.sleep({seconds})
    if page.url.endswith("{dies}"):
        os._exit(7)
    return honest(page)
_worker.read_page = read_page
_worker.main()
"""


def reader(hangs: str = "-", dies: str = "-", seconds: float = 60, **more: Any) -> Pool:
    code = READER.format(hangs=hangs, dies=dies, seconds=seconds)
    return Pool(workers=2, command=(sys.executable, "-c", code), **more)


def take(db: Path, readers: Pool, path: Path) -> tuple[Counts, list[str]]:
    """An import by these readers: what it counted, and its lines of trouble."""
    heard = Heard()
    with closing(open_archive(db)) as archive, readers:
        intake = taking.Intake(archive, readers, heard)
        counts = intake.take([path], lambda _path, _counts: None)
        intake.close()
    return counts, heard.lines


def test_a_page_that_hangs_or_kills_its_reader_costs_that_page(tmp_path: Path) -> None:
    db, path = tmp_path / "a.db", tmp_path / "x.warc.gz"
    warc(path, kept())
    counts, lines = take(db, reader(ONE[-8:], TWO[-8:], patience=1), path)
    assert (counts.new, counts.failed) == (3, 2)
    assert lines[0].startswith(f"{path} at offset ")
    assert lines[0].endswith(f": {ONE}: the reader took longer than 1 s")
    assert lines[1].endswith(f": {TWO}: the reader died (exit status 7)")
    assert len(urls(db)) == 3


def test_large_pages_and_what_they_say_pass_each_other(tmp_path: Path) -> None:
    """Neither end of a socket waits for the other to read while that waits for the same."""
    prose = "<p>" + "Công an xã đã tổ chức tuần tra, nhắc nhở các hộ dân. " * 30 + "</p>"
    long = [b.replace(b"<p", (prose * 600).encode() + b"<p", 1) for _, b in PAGES]
    assert min(map(len, long)) > 1_000_000
    large = [Kept(url=url, body=body) for (url, _), body in zip(PAGES, long, strict=True)]
    mixed = [*large, *kept(fetched=LATER)]
    warc(tmp_path / "x.warc.gz", mixed)

    def late(*_signal: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(60)
    try:
        counts, _ = take(tmp_path / "a.db", Pool(workers=1), tmp_path / "x.warc.gz")
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    assert (counts.new, counts.changed) == (5, 5)
    assert (
        max(length for (length,) in rows(tmp_path / "a.db", "SELECT length(body) FROM versions"))
        > 500_000
    )


def test_readers_are_replaced_when_they_are_worn(tmp_path: Path) -> None:
    warc(tmp_path / "x.warc.gz", kept())
    counts, lines = take(tmp_path / "a.db", Pool(workers=1, recycle=2), tmp_path / "x.warc.gz")
    assert (counts.new, lines) == (5, [])


def test_a_reader_that_does_not_start_is_an_error(tmp_path: Path) -> None:
    warc(tmp_path / "x.warc.gz", kept(1))
    with pytest.raises(NewsArchiveError, match="the reader does not start"):
        take(tmp_path / "a.db", Pool(command=(sys.executable, "-c", "1")), tmp_path / "x.warc.gz")


def test_others_may_write_while_a_page_takes_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db, path = tmp_path / "a.db", tmp_path / "x.warc.gz"
    warc(path, kept())
    monkeypatch.setattr(taking, "BATCH", 1)
    monkeypatch.setattr(taking, "PAUSE", 0.2)
    readers = reader(hangs=PAGES[4][0][-8:], seconds=1.5)
    wait, seen = readers.wait, []

    def watched(asked: Any, seconds: float) -> Any:
        page = asked.page
        answer = wait(asked, seconds)
        if answer is not None and page is not None and page.url == PAGES[4][0]:
            with closing(sqlite3.connect(db, timeout=0)) as other:
                other.execute("INSERT INTO sites(slug, name) VALUES ('other', 'Other')")
                other.commit()
                seen.append(other.execute("SELECT count(*) FROM articles").fetchone())
        return answer

    monkeypatch.setattr(readers, "wait", watched)
    assert take(db, readers, path)[0].new == 5
    assert seen == [(4,)]


def test_others_may_write_beside_a_long_import(tmp_path: Path) -> None:
    """Each write of theirs finds a gap, long before SQLite gives up waiting (five seconds).

    On a disk that does not make the program wait: that it may, is no matter of gaps.
    """
    db, path = tmp_path / "a.db", tmp_path / "x.warc.gz"
    warc(path, [Kept(url=u, body=b) for u, b in pages(500)])
    open_archive(db).close()
    (tmp_path / "sitecustomize.py").write_text("import os\nos.fsync = lambda line: None\n")
    env = environment()
    env["PYTHONPATH"] = os.pathsep.join(filter(None, (str(tmp_path), env.get("PYTHONPATH"))))
    process = subprocess.Popen(
        command("import", "--quiet", "--db", db, path), env=env, stderr=subprocess.PIPE
    )
    waits = []
    with closing(sqlite3.connect(db, timeout=5)) as other:
        while process.poll() is None:
            started = time.monotonic()
            other.execute("INSERT INTO sites(slug, name) VALUES (?, 'x')", (f"s{len(waits)}",))
            other.commit()
            waits.append(time.monotonic() - started)
            time.sleep(0.02)
    assert process.communicate()[1] == b""
    assert len(waits) > 10
    assert max(waits) < 3


@pytest.mark.parametrize("limit", ["BATCH", "_BYTES"])
def test_pages_in_hand_are_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(taking, limit, 10 if limit == "BATCH" else 100_000)
    large = [Kept(url=f"{ONE}?x={n}", body=b"<html><p>" + b" " * 10_000) for n in range(100)]
    warc(tmp_path / "x.warc.gz", large)
    most = 0
    real = taking.Intake._submit

    def measured(intake: Any, *args: Any) -> None:
        nonlocal most
        real(intake, *args)
        most = max(most, len(intake._waiting))

    monkeypatch.setattr(taking.Intake, "_submit", measured)
    assert take(tmp_path / "a.db", Pool(), tmp_path / "x.warc.gz")[0].no_article == 100
    assert most <= (20 if limit == "BATCH" else 10)


def test_one_import_at_a_time(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    warc(tmp_path / "x.warc.gz", kept(1))
    with closing(Locks(db)) as locks:
        assert locks.take("import")
        done = run(db, tmp_path / "x.warc.gz")
    assert (done.returncode, done.stderr) == (
        1,
        f"{db}: another import is at work; wait for its end\n",
    )
    assert "new 1" in taken(db, tmp_path / "x.warc.gz")


# Killed.

KILLED = """
import os, signal, sys
from newsarchive.archive import Archive
from newsarchive.intake import places, taking
taking.BATCH = 2
real, count = getattr({owner}, {name!r}), 0
def killing(*args, **more):
    global count
    count += 1
    if count == {at}:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*args, **more)
setattr({owner}, {name!r}, killing)
from newsarchive.cli import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize(
    ("owner", "name", "at"),
    [
        ("Archive", "store", 1),  # the site is known, a record written, nothing of it committed
        ("Archive", "add_capture", 4),  # some are committed, a record is not
        ("Archive", "add_revisit", 1),
        ("places.Places", "commit", 1),  # the site is not known yet
        ("places.Places", "commit", 4),
    ],
)
def test_a_killed_import_goes_on(tmp_path: Path, owner: str, name: str, at: int) -> None:
    db, path = tmp_path / "a.db", tmp_path / "x.warc.gz"
    ids = warc(path, [*kept(), Kept(url=ONE, body=BODY, fetched=LATER)])
    code = KILLED.format(owner=owner, name=name, at=at)
    done = subprocess.run(
        [sys.executable, "-c", code, "import", "--db", str(db), str(path)],
        env=environment(), capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL
    taken(db, path)
    assert len(urls(db)) == 5
    assert {i for (i,) in rows(db, "SELECT record_id FROM captures")} == set(ids)
    assert rows(db, "SELECT count(*) FROM observations") == [(6,)]
    assert rows(db, "SELECT DISTINCT via FROM captures") == [("import",)]
    assert sorted(sound(tmp_path / "a.warc")) == sorted(ids), "each record once"
    whole = tmp_path / "b.db"
    taken(whole, path)
    sql = "SELECT key, url, title, version, first_seen, last_seen FROM articles ORDER BY key"
    assert rows(db, sql) == rows(whole, sql)


# The command.


def test_quiet_says_nothing_but_problems(tmp_path: Path) -> None:
    warc(tmp_path / "x.warc.gz", kept(1))
    done = run(tmp_path / "a.db", "--quiet", tmp_path / "x.warc.gz", tmp_path / "none")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{tmp_path / 'none'}: there is no such file or folder\n"


def test_calls(tmp_path: Path) -> None:
    assert run(tmp_path / "a.db").returncode == 2
    done = run(tmp_path / "a.db", "--help")
    assert done.returncode == 0
    assert "newsarchive import mirror/" in done.stdout
    assert not (tmp_path / "a.db").exists()


def test_nothing_in_a_message_acts_on_the_terminal(tmp_path: Path) -> None:
    done = run(tmp_path / "a.db", tmp_path / "a\x1b[31m\nb")
    assert done.stderr.count("\n") == 1
    assert "\x1b" not in done.stderr + done.stdout


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("2022-08-22T03:11:00Z", FETCHED),
        ("2022-08-22T03:11:00.999999Z", FETCHED),
        ("2022-08-22T10:11:00+07:00", FETCHED),
        ("20220822031100", FETCHED),
        ("2022-08", None),
        ("2022-13-22T03:11:00Z", None),
        ("", None),
    ],
)
def test_times(written: str, time: str | None) -> None:
    assert utc(written) == time


def test_the_bar_leaves_the_terminal_as_it_was(tmp_path: Path) -> None:
    warc(tmp_path / "x.warc.gz", kept(2))
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "wb") as end:
        process = subprocess.Popen(
            command("import", "--db", tmp_path / "a.db", tmp_path / "x.warc.gz", tmp_path / "none"),
            stderr=end, stdout=subprocess.PIPE, env=environment(TERM="xterm"), text=True,
        )  # fmt: skip
    drawn = b""
    while select.select([ours], [], [], 60)[0]:
        try:
            drawn += os.read(ours, 10_000)
        except OSError:  # the other end is closed
            break
    os.close(ours)
    said = process.communicate(timeout=60)[0]
    assert said.splitlines()[-1].startswith("total: 2 records, new 2,")
    assert b"x.warc.gz" in drawn
    assert b"there is no such file or folder" in drawn
    assert drawn.count(b"\x1b[?25l") == drawn.count(b"\x1b[?25h"), "the cursor is shown again"
