"""`newsarchive backup`: a whole copy at any moment, a second one quickly, nothing else overwritten."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pytest
import quick
from archive_cases import HOST, LATER, rows
from archive_equal import canonical
from crawl_cases import command, environment, portal
from kept_cases import all_bytes, keeping
from test_archive import unprivileged
from test_withhold import SECRET, build
from test_withhold import run as run_withhold

from newsarchive.archive import backup
from newsarchive.archive.audit import audit
from newsarchive.archive.locks import Locks
from newsarchive.archive.records import members, read_record
from newsarchive.archive.withhold import FILES
from newsarchive.demo.server import serve


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "archive.db"
    with keeping(path, prefix="first") as kept:
        kept.archive.begin_crawl("example", LATER)
        kept.store(1, title="Tin một")
    with keeping(path, prefix="second") as kept:
        kept.store(2, title="Tin hai")
    return path


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "backup" / "copy.db"


def run(db: Path, path: Path, *args: object, status: int = 0) -> tuple[str, str]:
    done = quick.run(command("backup", path, "--db", db, *args), env=environment())
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert status == 0 or done.stderr.count("\n") == 1, done.stderr
    return done.stdout, done.stderr


def whole(db: Path) -> int:
    """Check that every capture can be read, each file to its end; return how many captures."""
    with closing(sqlite3.connect(db)) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert [f.what for f in audit(conn, db, advance=lambda _: None)] == []
    folder = db.with_suffix(".warc")
    captures = rows(
        db,
        "SELECT warc, offset FROM captures WHERE id NOT IN (SELECT capture FROM revisits)",
    )
    for warc, offset in captures:
        read_record(folder, warc, offset)
    for path in folder.iterdir():
        assert path.name.endswith(".warc.gz")
        assert list(members(path))
    return len(captures)


def test_the_copy_is_an_archive_like_it(db: Path, copy: Path) -> None:
    out, _ = run(db, copy)
    assert out.startswith(f"{copy}: 2 articles, 2 captures; 2 of 2 WARC files copied (")
    assert canonical(copy) == canonical(db)
    assert whole(copy) == 2
    assert sorted(p.name for p in copy.parent.iterdir()) == ["copy.db", "copy.warc"]
    found = quick.run(command("search", "tin", "--db", copy), env=environment(), check=True)
    assert "Tin hai" in found.stdout


def test_a_second_one_copies_what_is_new(db: Path, copy: Path) -> None:
    run(db, copy)
    before = {p: p.stat().st_mtime_ns for p in copy.with_suffix(".warc").iterdir()}
    with keeping(db, prefix="third") as kept:
        kept.store(3, title="Tin ba")
    out, _ = run(db, copy)
    assert "3 articles, 3 captures; 1 of 3 WARC files copied" in out
    assert {p: p.stat().st_mtime_ns for p in before} == before
    assert canonical(copy) == canonical(db)
    assert whole(copy) == 3
    assert "0 of 3 WARC files copied" in run(db, copy)[0]
    assert run(db, copy, "--quiet") == ("", "")


def test_a_file_that_grew_is_copied_again(db: Path, copy: Path) -> None:
    with keeping(db, prefix="live") as kept:
        kept.store(3, title="Tin ba")
        kept.archive.commit()
        kept.writer.sync()
        run(db, copy)
        (part,) = copy.with_suffix(".warc").glob("live-*")
        assert part.name.endswith(".warc.gz")
        assert whole(copy) == 3
        # What the database does not know yet is not in the copy.
        small = part.stat().st_size
        kept.store(4, title="Tin bốn")
        kept.writer.sync()
        run(db, copy)
        assert part.stat().st_size == small
        kept.archive.commit()
        run(db, copy)
        assert part.stat().st_size > small
        assert whole(copy) == 4
    run(db, copy)
    assert whole(copy) == 4
    assert part.read_bytes() == (db.with_suffix(".warc") / part.name).read_bytes()


def test_while_a_crawl_writes(tmp_path: Path) -> None:
    db, copy = tmp_path / "archive.db", tmp_path / "backup" / "archive.db"
    counts: list[int] = []
    wanted = 2
    with serve(portal(articles=90, page_size=30)) as base:
        args = ("crawl", "--url", base, "--db", db, "--delay", 0.15, "--quiet")
        crawl = subprocess.Popen(command(*args), env=environment(), stderr=subprocess.DEVNULL)
        try:
            until = time.monotonic() + 30
            while time.monotonic() < until:
                if db.exists() and _stored(db) >= wanted:
                    run(db, copy)
                    counts.append(whole(copy))
                    wanted = _stored(db) + 2
                if len(counts) == 2:
                    break
                time.sleep(0.05)
            assert crawl.poll() is None, "the crawl ended before it could be copied twice"
            assert len(counts) == 2
            assert counts[0] < counts[1]
            assert any(p.name.endswith(".open") for p in db.with_suffix(".warc").iterdir())
            crawl.send_signal(signal.SIGINT)
            crawl.wait(60)
        finally:
            crawl.kill()
            crawl.wait()
    run(db, copy)
    assert canonical(copy) == canonical(db)
    assert whole(copy) > counts[1]


def _stored(db: Path) -> int:
    try:
        return int(rows(db, "SELECT count(*) FROM articles")[0][0])
    except sqlite3.OperationalError:
        return 0


def test_what_is_written_meanwhile_does_not_disturb(
    db: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is copied as it was, and not from its beginning again at each write."""
    monkeypatch.setattr(backup, "_PAGES", 3)
    before, calls = canonical(db), 0
    work = backup.Backup(db, copy)
    with closing(sqlite3.connect(db)) as conn:

        def write(_bytes: int) -> None:
            nonlocal calls
            calls += 1
            conn.execute("INSERT INTO problems(field, what, seen) VALUES ('x', 'x', 'x')")
            conn.commit()

        work.database(write)
    work.files(lambda _: None)
    work.finish()
    assert calls > 10
    assert canonical(copy) == before


def test_what_was_erased_leaves_the_copy_too(tmp_path: Path, copy: Path) -> None:
    db = tmp_path / "data" / "archive.db"
    build(db)
    run(db, copy)
    assert SECRET.encode() in all_bytes(copy)
    run_withhold(db, 2, "--reason", "x", "--erase")
    run(db, copy)
    assert SECRET.encode() not in all_bytes(copy)
    assert canonical(copy) == canonical(db)
    assert whole(copy) == 4


def test_a_file_that_got_lost_stays_in_the_copy(db: Path, copy: Path) -> None:
    run(db, copy)
    (lost,) = db.with_suffix(".warc").glob("first-*")
    lost.unlink()
    run(db, copy)
    assert whole(copy) == 2


@pytest.mark.parametrize("how", ["missing", "short"])
def test_what_is_not_whole_takes_no_place(db: Path, copy: Path, how: str) -> None:
    run(db, copy)
    before = canonical(copy)
    with keeping(db, prefix="third") as kept:
        kept.store(3, title="Tin ba")
    (lost,) = db.with_suffix(".warc").glob("third-*")
    lost.unlink()
    if how == "short":
        lost.write_bytes(b"x")
    _, err = run(db, copy, status=1)
    assert f"{lost}: is {'missing' if how == 'missing' else 'shorter than it was'}" in err
    assert canonical(copy) == before
    assert whole_database(copy)
    assert not list(copy.parent.glob(".*"))


def whole_database(db: Path) -> bool:
    return rows(db, "PRAGMA integrity_check") == [("ok",)]


def test_what_it_does_not_overwrite(db: Path, copy: Path, tmp_path: Path) -> None:
    copy.parent.mkdir()
    assert "is a folder; name a file in it" in run(db, copy.parent, status=2)[1]
    assert "is the archive itself" in run(db, db, status=2)[1]
    assert "would be those of the archive" in run(db, db.with_suffix(".sqlite"), status=2)[1]
    assert "is for WARC files" in run(db, copy.parent / "x.warc", status=2)[1]
    for content in (b"a letter to my aunt, of some length", b""):
        copy.write_bytes(content)
        assert "is no backup; name another file" in run(db, copy, status=1)[1]
        assert copy.read_bytes() == content
    copy.unlink()
    with closing(sqlite3.connect(copy)) as conn:
        conn.execute("CREATE TABLE recipes (name)")
    assert "is no backup; name another file" in run(db, copy, status=1)[1]
    copy.unlink()
    with keeping(copy, prefix="other") as kept:
        kept.store(1)
    before = canonical(copy)
    assert f"is another archive, no backup of {db}" in run(db, copy, status=1)[1]
    assert canonical(copy) == before
    assert "there is no archive" in run(tmp_path / "none.db", tmp_path / "x.db", status=1)[1]
    assert not (tmp_path / "x.db").exists()


def test_a_copy_that_was_crawled_into_is_not_overwritten(db: Path, copy: Path) -> None:
    run(db, copy)
    with keeping(copy, prefix="other") as kept:
        kept.archive.begin_crawl("example", "2026-05-05T00:00:00Z")
    assert "is another archive" in run(db, copy, status=1)[1]


def test_a_copy_in_use_is_not_overwritten(db: Path, copy: Path) -> None:
    run(db, copy)
    with closing(sqlite3.connect(copy)) as conn:
        conn.execute("SELECT * FROM articles").fetchone()
        with keeping(db, prefix="third") as kept:
            kept.store(3, title="Tin ba")
        err = run(db, copy, status=1)[1]
        assert str(copy) in err
        assert conn.execute("SELECT count(*) FROM articles").fetchall() == [(2,)]
    run(db, copy)
    assert whole(copy) == 3


def test_a_log_that_is_left_beside_it_does_not_spoil_it(db: Path, copy: Path) -> None:
    run(db, copy)
    with closing(sqlite3.connect(copy)) as conn:
        conn.execute("UPDATE articles SET title = 'anderer'")
        conn.commit()
        log = Path(f"{copy}-wal").read_bytes()
    assert log
    copy.unlink()
    Path(f"{copy}-wal").write_bytes(log)
    run(db, copy)
    assert canonical(copy) == canonical(db)


def test_it_waits_for_no_erasure(db: Path, copy: Path) -> None:
    with closing(Locks(db)) as locks:
        assert locks.take(FILES)
        assert "another newsarchive uses its WARC files" in run(db, copy, status=1)[1]
    assert not copy.exists()


def test_a_kill_leaves_the_older_copy(db: Path, copy: Path) -> None:
    run(db, copy)
    before = canonical(copy)
    with keeping(db, prefix="third") as kept:
        kept.store(3, title="Tin ba")
    script = (
        "import os, signal, sys\nfrom newsarchive.archive import backup\n"
        "backup.Backup.finish = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"from newsarchive.cli import main\nmain(['backup', {str(copy)!r}, '--db', {str(db)!r}])"
    )
    done = quick.run([sys.executable, "-c", script], env=environment())
    assert done.returncode == -signal.SIGKILL
    assert canonical(copy) == before
    run(db, copy)
    assert canonical(copy) == canonical(db)
    assert not list(copy.parent.glob(".*"))


def test_a_full_disk_is_one_line(db: Path, copy: Path) -> None:
    script = (
        "import resource, signal; from newsarchive.cli import main\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))\n"
        f"main(['backup', {str(copy)!r}, '--db', {str(db)!r}])"
    )
    done = quick.run([sys.executable, "-c", script], env=environment())
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    assert "disk" in done.stderr or "room" in done.stderr
    assert not copy.exists()
    assert not list(copy.parent.glob(".*"))


def test_an_archive_that_cannot_be_written_is_copied(db: Path) -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to others
        folder = Path(name)
        folder.chmod(0o777)
        theirs = folder / "theirs"
        shutil.copytree(db.parent, theirs)
        for path in (*theirs.rglob("*"), theirs):
            path.chmod(0o555 if path.is_dir() else 0o444)
        try:
            with unprivileged():
                (folder / "copies").mkdir()
                copy = folder / "copies" / "copy.db"
                work = backup.Backup(theirs / db.name, copy)
                work.database(lambda _: None)
                work.files(lambda _: None)
                work.finish()
        finally:
            for path in (theirs, *theirs.rglob("*")):
                path.chmod(0o755 if path.is_dir() else 0o644)
        assert canonical(copy) == canonical(db)


def test_restoring_is_copying_it_back(db: Path, copy: Path) -> None:
    run(db, copy)
    before = canonical(db)
    shutil.rmtree(db.parent)
    run(copy, db)
    assert canonical(db) == before
    with keeping(db, prefix="after") as kept:
        assert kept.store(3, url=f"{HOST}/bai-3", title="Tin ba") == "new"
    assert whole(db) == 3
