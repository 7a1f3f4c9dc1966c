"""backup: a consistent copy while a crawl writes, and only what is new the next time."""

from __future__ import annotations

import sqlite3
import subprocess
from pathlib import Path

import pytest
from crawl_cases import command, crawl, environment, portal, rows, story, titles

from newsarchive.archive import records
from newsarchive.archive.bodies import digest_of
from newsarchive.demo.portal import serve

Done = subprocess.CompletedProcess[str]


def run(name: str, *args: object) -> Done:
    return subprocess.run(
        command(name, *args),
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(),
        check=False,
    )


def backup(db: Path, path: Path, *args: object) -> Done:
    return run("backup", path, "--db", db, *args)


def assert_whole(db: Path) -> int:
    """Every capture has its record, every article its capture; returns how many articles."""
    folder = db.with_suffix(".warc")
    for warc, offset, digest in rows(
        db,
        "SELECT warc, offset, digest FROM captures WHERE id NOT IN (SELECT capture FROM revisits)",
    ):
        _, _, body = records.read_record(folder, warc, offset)
        assert digest_of(body) == digest
    done = run("verify", "--db", db)
    assert (done.returncode, done.stderr) == (0, "")
    return len(titles(db))


def test_a_copy_is_whole_while_a_crawl_goes_on(tmp_path: Path) -> None:
    crawled = portal(articles=60, page_size=10)
    db, copy = tmp_path / "a.db", tmp_path / "copies" / "b.db"
    copy.parent.mkdir()
    with serve(crawled) as base:
        process = subprocess.Popen(
            command("crawl", "--url", f"{base}/", "--db", db, "--delay", 0.2, "--quiet"),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=environment(),
        )  # fmt: skip
        sizes = []
        for wanted in (20, 35, 50):
            while len(crawled.requests) < wanted:
                assert process.poll() is None
            done = backup(db, copy)
            assert (done.returncode, done.stderr) == (0, "")
            assert process.poll() is None, "the crawl was at work all the time"
            sizes.append(assert_whole(copy))
        _, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, "")
    assert 0 < sizes[0] < sizes[1] < sizes[2] < 60
    last = backup(db, copy)
    assert last.stdout.startswith(f"{copy}: 60 articles; 1 WARC files copied (")
    assert assert_whole(copy) == 60
    again = backup(db, copy)
    assert "; 0 WARC files copied (0.0 MB), 1 were there" in again.stdout
    assert (backup(db, copy, "--quiet").stdout, again.stderr) == ("", "")
    # The copy is an archive: a crawl goes on in it.
    with serve(crawled) as base:
        assert crawl(f"{base}/", copy).returncode == 0


def test_what_the_archive_has_no_more_leaves_the_copy(tmp_path: Path) -> None:
    crawled = portal(articles=4)
    db, copy = tmp_path / "a.db", tmp_path / "b.db"
    with serve(crawled) as base:
        assert crawl(f"{base}/", db).returncode == 0
    assert backup(db, copy).returncode == 0
    (old,) = db.with_suffix(".warc").iterdir()
    new = old.with_name("renamed.warc.gz")
    old.rename(new)
    conn = sqlite3.connect(db)
    conn.execute("UPDATE captures SET warc = 'renamed.warc.gz'")
    conn.commit()
    conn.close()
    assert backup(db, copy).returncode == 0
    assert [path.name for path in copy.with_suffix(".warc").iterdir()] == ["renamed.warc.gz"]
    assert assert_whole(copy) == 4


@pytest.mark.parametrize("what", ["folder", "itself", "foreign", "text", "nowhere"])
def test_a_place_that_cannot_be_meant_is_a_wrong_call(tmp_path: Path, what: str) -> None:
    crawled = portal(articles=3)
    db = tmp_path / "a.db"
    with serve(crawled) as base:
        assert crawl(f"{base}/", db).returncode == 0
    foreign, text = tmp_path / "foreign.db", tmp_path / "text.db"
    conn = sqlite3.connect(foreign)
    conn.execute("CREATE TABLE mine (x)")
    conn.commit()
    conn.close()
    text.write_text("no database\n" * 50)
    before = {path: path.read_bytes() for path in (foreign, text)}
    places = {
        "folder": (tmp_path, "is a folder; name a file in it"), "itself": (db, "is the archive itself"),
        "foreign": (foreign, "not one of newsarchive"), "text": (text, "not a database"),
        "nowhere": (tmp_path / "no" / "b.db", "there is no folder"),
    }  # fmt: skip
    place, line = places[what]
    done = backup(db, place)
    assert done.returncode == (1 if what in ("foreign", "text") else 2)
    assert line in done.stderr
    assert done.stderr.count("\n") == 1
    assert {path: path.read_bytes() for path in (foreign, text)} == before


def test_a_missing_warc_file_is_one_line_and_leaves_the_earlier_copy(tmp_path: Path) -> None:
    crawled = portal(articles=3)
    db, copy = tmp_path / "a.db", tmp_path / "b.db"
    with serve(crawled) as base:
        assert crawl(f"{base}/", db).returncode == 0
        assert backup(db, copy).returncode == 0
        before = copy.read_bytes()
        crawled.add(story(9))
        assert crawl(f"{base}/", db).returncode == 0
    for path in db.with_suffix(".warc").iterdir():
        if not (copy.with_suffix(".warc") / path.name).exists():
            path.unlink()
    done = backup(db, copy)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "the WARC file is missing" in done.stderr
    assert copy.read_bytes() == before
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]
