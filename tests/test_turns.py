"""Writers beside each other: each has its turn, locks stay with who took them, files with theirs."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from archive_cases import opened
from kept_cases import keeping

from newsarchive.archive import Archive, _writer, locks, records, salvage, warc
from newsarchive.archive.audit import audit
from newsarchive.archive.locks import Locks, lock_file
from newsarchive.archive.records import OPEN
from newsarchive.archive.withhold import living
from newsarchive.crawl import keeper as keeping_thread
from newsarchive.crawl.keeper import Keeper
from newsarchive.errors import ArchiveError

ROUNDS = 20


def note(archive: Archive) -> None:
    archive.add_problem(capture=None, field="page", what="x", seen="2026-01-02T03:04:05Z")


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    opened(path).close()
    return path


def test_who_waits_has_the_next_turn(db: Path) -> None:
    """Beside a writer that leaves no time between two transactions. By SQLite alone, some dozens
    of its turns pass before a pause between two questions happens to meet a gap, or all of them."""
    over, turns, ready = threading.Event(), 0, threading.Event()

    def busy() -> None:
        nonlocal turns
        with Archive.open(db) as archive:
            while not over.is_set():
                note(archive)
                ready.set()
                over.wait(0.02)
                archive.commit()
                turns += 1

    thread = threading.Thread(target=busy)
    thread.start()
    passed = []
    try:
        with Archive.open(db, busy_seconds=30) as other:
            for _ in range(ROUNDS):
                ready.clear()
                ready.wait()  # it is in the middle of one
                before = turns
                note(other)
                passed.append(turns - before)
                other.commit()
    finally:
        over.set()
        thread.join()
    # The one that it is in, and at most one that it begins while the other comes to the door.
    assert max(passed) <= 2, passed


@pytest.mark.parametrize("pages", [1, 10_000], ids=["idle", "busy"])
def test_a_crawl_gives_way(db: Path, pages: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would commit after a second, or 400 operations: here never."""
    monkeypatch.setattr(keeping_thread, "COMMIT_SECONDS", 1e9)
    monkeypatch.setattr(keeping_thread, "COMMIT_OPERATIONS", 10**9)
    keeper = Keeper(path=db)
    keeper.start()
    begun, over = threading.Event(), threading.Event()

    async def crawl() -> None:
        for _ in range(pages):
            await keeper.do(note)
            begun.set()
            if over.is_set():
                break
            await asyncio.sleep(0.001)
        while not over.is_set():
            await asyncio.sleep(0.01)

    thread = threading.Thread(target=lambda: asyncio.run(crawl()))
    thread.start()
    try:
        begun.wait()
        with Archive.open(db, create=False) as other:
            note(other)
    finally:
        over.set()
        thread.join()
        keeper.close()
    assert keeper.broken is None


def test_way_is_made_for_a_foreign_program_once_a_second(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It asks each tenth of a second, and meets a gap that is longer than that."""
    now, gaps = [0.0], []
    monkeypatch.setattr(_writer, "monotonic", lambda: now[0])

    def slept(seconds: float) -> None:
        gaps.append((now[0], seconds))
        with closing(sqlite3.connect(db, timeout=0)) as other:
            other.execute("INSERT INTO sites(slug, name) VALUES (?, 'x')", (f"s{len(gaps)}",))
            other.commit()

    monkeypatch.setattr(_writer, "sleep", slept)
    with opened(db) as archive:
        for step in range(1, 31):
            note(archive)
            now[0] = step / 10
            archive.commit()
            archive.make_way()
    assert [begun for begun, _seconds in gaps] == [1.1, 2.2]
    assert all(seconds > 0.1 for _begun, seconds in gaps)


def test_one_that_does_not_get_on_is_not_waited_for_for_ever(db: Path) -> None:
    with Archive.open(db, busy_seconds=0.1) as archive, closing(sqlite3.connect(db)) as foreign:
        foreign.execute("BEGIN IMMEDIATE")
        with pytest.raises(ArchiveError, match="locked: another program is writing to it"):
            note(archive)
        # Nobody stands at the door any more.
        foreign.rollback()
        note(archive)
        archive.commit()
        with Archive.open(db, busy_seconds=0.1) as other:
            assert not other.awaited


def test_one_of_ours_is_waited_for_as_long_as_it_writes(db: Path) -> None:
    """Ten times as long as a foreign program would be."""
    lock_file(db).touch()  # as each crawl leaves it
    with Archive.open(db) as archive, Archive.open(db, busy_seconds=0.05) as other:
        note(archive)
        timer = threading.Timer(0.5, archive.commit)
        timer.start()
        note(other)
        timer.join()


def test_who_waits_alone_leaves_no_file(db: Path) -> None:
    with Archive.open(db) as archive:
        note(archive)
    assert not lock_file(db).exists()


def test_closing_a_second_one_keeps_the_locks_of_the_first(db: Path) -> None:
    """Locks of the process (fcntl's older ones) would all go with any of its files that closes."""
    with closing(Locks(db)) as first:
        assert first.take("refresh")
        with closing(Locks(db)) as second:
            assert second.take("daklak")
            assert not second.take("refresh")
        with closing(Locks(db)) as third:
            assert not third.take("refresh")
            assert third.take("daklak")


# WARC files that change their names while somebody looks.


def test_a_file_taken_before_it_was_held_is_left_to_whoever_took_it(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between making a file and holding it, the next writer clears it up as a dead one's."""
    hold, times = locks.hold, 0

    def late(file: object) -> bool:
        nonlocal times
        times += 1
        if times == 1:
            with Archive.open(db) as archive:
                monkeypatch.setattr(locks, "hold", hold)
                assert len(salvage.settle(archive)) == 1
                monkeypatch.setattr(locks, "hold", late)
        return hold(file)  # type: ignore[arg-type]

    monkeypatch.setattr(warc.locks, "hold", late)
    with keeping(db, prefix="first") as kept:
        kept.archive.commit()
        kept.store(1, title="Tin một")
    assert times == 2
    with closing(sqlite3.connect(db)) as conn:
        assert [f.what for f in audit(conn, db, advance=lambda _: None)] == []
        assert conn.execute("SELECT count(*) FROM captures").fetchone() == (1,)


@pytest.mark.parametrize("when", ["opened", "held"])
def test_a_file_closed_while_it_is_looked_at_is_no_dead_ones(
    db: Path, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with keeping(db, prefix="first") as kept:
        kept.store(1, title="Tin một")
        kept.archive.commit()
        real = salvage.is_own if when == "opened" else locks.hold

        def closing_it(of: object) -> bool:
            found = real(of) if when == "opened" else True  # type: ignore[arg-type]
            kept.writer.close()
            return bool(found) and (when == "opened" or real(of))  # type: ignore[arg-type]

        target = (salvage, "is_own") if when == "opened" else (locks, "hold")
        with Archive.open(db) as other:
            monkeypatch.setattr(*target, closing_it)
            assert salvage.settle(other) == []
            monkeypatch.undo()
    (left,) = db.with_suffix(".warc").iterdir()
    assert left.name.endswith(".warc.gz")
    with closing(sqlite3.connect(db)) as conn:
        assert [f.what for f in audit(conn, db, advance=lambda _: None)] == []


@pytest.mark.parametrize("when", ["found", "held"])
def test_verify_reads_a_file_that_is_closed_meanwhile(
    db: Path, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with keeping(db, prefix="first") as kept:
        kept.store(1, title="Tin một")
        kept.archive.commit()
        kept.writer.sync()
        name = "find" if when == "found" else "is_held"
        module = records if when == "found" else locks
        real = getattr(module, name)

        def closing_it(*args: object) -> object:
            found = real(*args)
            kept.writer.close()
            return found

        monkeypatch.setattr(module, name, closing_it)
        with closing(sqlite3.connect(db)) as conn:
            assert [f.what for f in audit(conn, db, advance=lambda _: None)] == []


def test_a_file_that_is_gone_is_not_being_written(tmp_path: Path) -> None:
    assert not living([tmp_path / f"x.warc.gz{OPEN}"])
