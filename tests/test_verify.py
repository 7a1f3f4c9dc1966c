"""verify names what is wrong with an archive, and --repair mends what can be rebuilt."""

from __future__ import annotations

import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import quick
from crawl_cases import command, crawl, environment, portal, rows, titles

from newsarchive.demo.portal import Portal, serve

Done = subprocess.CompletedProcess[str]


def verify(db: Path, *args: object) -> Done:
    return quick.run(command("verify", "--db", db, *args), timeout=60, env=environment())


@pytest.fixture
def crawled(tmp_path: Path) -> tuple[Path, Portal, str]:
    """An archive of two crawls, its portal and where that was."""
    shown = portal(articles=8)
    db = tmp_path / "a.db"
    with serve(shown) as base:
        assert crawl(f"{base}/", db).returncode == 0
        refresh = command("refresh", "--db", db, "--delay", 0, "--recheck", "all")
        again = quick.run(refresh, env=environment())
        assert again.returncode == 0, again.stderr
    return db, shown, base


def warcs(db: Path) -> list[Path]:
    return sorted(db.with_suffix(".warc").iterdir(), key=lambda p: p.stat().st_mtime)


def article_capture(db: Path) -> tuple[str, int, int, str]:
    """File, offset, length and address of an article's capture in the first file."""
    return rows(db, "SELECT warc, offset, length, c.url FROM articles a JOIN captures c ON c.id = a.capture ORDER BY offset LIMIT 1")[0]  # fmt: skip


def execute(db: Path, sql: str) -> None:
    conn = sqlite3.connect(db)
    conn.execute(sql)
    conn.commit()
    conn.close()


def test_a_sound_archive_says_so_and_is_left_as_it_is(
    crawled: tuple[Path, Portal, str],
) -> None:
    db, _, _ = crawled
    before = {p: p.stat().st_mtime_ns for p in warcs(db)}
    done = verify(db)
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        done.stdout
        == f"{db}: sound, 8 articles, {len(rows(db, 'SELECT id FROM captures'))} captures\n"
    )
    quiet = verify(db, "--quiet")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    assert {p: p.stat().st_mtime_ns for p in warcs(db)} == before


def test_captures_that_lead_to_another_ones_record_or_to_none_are_named(
    crawled: tuple[Path, Portal, str],
) -> None:
    db, _, _ = crawled
    _, offset, _, url = article_capture(db)
    execute(
        db,
        "INSERT INTO captures(record_id, site, url, fetched, status, digest, warc, offset, length) "
        "SELECT x, site, url || '?' || x, fetched, status, digest, warc, offset + (x = 'b'), length "
        f"FROM captures, (SELECT 'a' AS x UNION SELECT 'b') WHERE url = '{url}' AND offset = {offset}",
    )
    done = verify(db)
    assert done.returncode == 1
    one, other = done.stderr.splitlines()
    assert one.endswith(f"another record than the capture's at offset {offset}: {url}?a")
    assert other.endswith("1 captures lie where no record is")


def cut(path: Path, offset: int, length: int) -> None:
    with path.open("r+b") as file:
        file.truncate(offset + length // 2)


def flip(path: Path, offset: int, length: int) -> None:
    with path.open("r+b") as file:
        file.seek(offset + length // 2)
        (byte,) = file.read(1)
        file.seek(offset + length // 2)
        file.write(bytes([byte ^ 0x10]))


def lose(path: Path, _offset: int, _length: int) -> None:
    path.unlink()


def exchange(path: Path, offset: int, length: int) -> None:
    """A whole record, but not the one that was there."""
    import gzip

    block = b"WARC/1.1\r\nWARC-Type: metadata\r\nContent-Length: 1\r\n\r\nx\r\n\r\n"
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(gzip.compress(block))


@pytest.mark.parametrize(
    ("harm", "what"),
    [
        (cut, "the file ends in the middle of a record at offset"),
        (flip, "a record"),
        (lose, "the WARC file is missing, with"),
        (exchange, "another record than the capture's at offset"),
    ],
)
def test_a_harmed_warc_file_is_named_and_what_is_left_is_rebuilt(
    crawled: tuple[Path, Portal, str],
    harm: Callable[[Path, int, int], None],
    what: str,
    tmp_path: Path,
) -> None:
    db, shown, base = crawled
    warc, offset, length, url = article_capture(db)
    path = db.with_suffix(".warc") / warc
    harm(path, offset, length)
    done = verify(db)
    assert done.returncode == 1
    assert any(line.startswith(f"{path}: ") and what in line for line in done.stderr.splitlines())
    if harm is flip:
        assert f"offset {offset}: {url}" in done.stderr
    repaired = verify(db, "--repair")
    assert "captures without a sound record dropped" in repaired.stdout
    if harm is lose:
        assert repaired.returncode == 0, repaired.stderr
    # What was lost is asked again, and nothing else of the articles.
    host, port = base.removeprefix("http://").split(":")
    with serve(shown, host, int(port)):
        start = len(shown.requests)
        assert crawl(f"{base}/", db).returncode == 0
        assert [r for r in shown.requests[start:] if base + r.target == url]
    assert titles(db) == sorted(s.title for s in shown.stories)
    if harm is lose:
        assert verify(db).returncode == 0


def test_a_damaged_index_is_made_anew(crawled: tuple[Path, Portal, str]) -> None:
    db, _, _ = crawled
    for table in ("articles_fts", "articles_exact"):
        execute(db, f"INSERT INTO {table}({table}) VALUES ('delete-all')")
        done = verify(db)
        assert done.returncode == 1
        assert done.stderr == (
            f"{db}: the full-text table {table} does not hold what the articles say\n"
        )
        mended = verify(db, "--repair")
        assert mended.returncode == 0
        assert f"{table} made anew" in mended.stdout
        assert verify(db).returncode == 0


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("UPDATE articles SET capture = NULL WHERE id = 1", "article 1 leads back to no capture"),
        ("UPDATE versions SET body = '' WHERE article = 2", "article 2 is not what its latest version says"),
        ("UPDATE captures SET digest = 'sha256:00' WHERE id = 3", "a body that has not the capture's digest"),
        ("UPDATE captures SET offset = offset + 1 WHERE id = 3", "1 captures lie where no record is"),
    ],
)  # fmt: skip
def test_what_leads_from_one_to_the_other_is_checked(
    crawled: tuple[Path, Portal, str], sql: str, what: str
) -> None:
    db, _, _ = crawled
    execute(db, sql)
    done = verify(db)
    assert done.returncode == 1
    assert what in done.stderr


def test_a_damaged_database_is_named(crawled: tuple[Path, Portal, str]) -> None:
    db, _, _ = crawled
    size = db.stat().st_size
    with db.open("r+b") as file:
        file.seek(size // 2 // 4096 * 4096)
        file.write(b"\xff" * 8192)
    done = verify(db)
    assert done.returncode == 1
    assert str(db) in done.stderr
    assert "damaged" in done.stderr


def test_a_crawl_at_work_is_no_fault(tmp_path: Path) -> None:
    shown = portal(articles=30)
    db = tmp_path / "a.db"
    with serve(shown) as base:
        process = subprocess.Popen(
            command("crawl", "--url", f"{base}/", "--db", db, "--delay", 0.1),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=tmp_path, env=environment(),
        )  # fmt: skip
        while len(shown.requests) < 20:
            assert process.poll() is None
            time.sleep(0.005)
        during = verify(db)
        assert process.poll() is None, "it was at work all the time"
        process.kill()
        process.wait()
        after = verify(db)
    assert (during.returncode, during.stderr) == (0, "")
    assert after.returncode == 1
    assert after.stderr.count("\n") == 1
    assert ".warc.gz.open: its writer died; the next crawl, or --repair, closes it" in after.stderr
    assert verify(db, "--repair").returncode == 0
    assert verify(db).returncode == 0


def test_an_archive_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    done = verify(tmp_path / "none.db")
    assert done.returncode == 1
    assert "there is no archive" in done.stderr
    assert done.stderr.count("\n") == 1
