"""`newsarchive reparse`: a better reader changes what is said of the kept bytes, and nothing else."""

from __future__ import annotations

import os
import re
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from archive_cases import contents
from crawl_cases import rows
from intake_cases import FETCHED, HOST, Heard, Kept, pages, pool, run, taken, urls, warc

from newsarchive import query
from newsarchive.archive import _indexes
from newsarchive.archive.rereading import Rereading
from newsarchive.archive.salvage import open_archive
from newsarchive.intake import again
from newsarchive.intake.places import PARSER

PAGES = pages(4)
(ONE, BODY), (TWO, _), *_ = PAGES
LATER, LAST = "2023-01-01T00:00:00Z", "2024-01-01T00:00:00Z"
EDITED = BODY.replace("tin thứ 4".encode(), "tin thứ bốn".encode())
assert EDITED != BODY
# As a poorer reader told it.
POORER = """
    UPDATE articles SET byline = NULL, section = 'Mục', origins = '{}', parser = 'newsarchive/0.0.1',
        modified = '2001-01-01', published_day = NULL
"""
POORER_VERSIONS = "UPDATE versions SET byline = NULL, section = 'Mục'"


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """An archive of four articles, one of them edited, another seen twice."""
    path = tmp_path / "a.db"
    first = [Kept(url=url, body=body) for url, body in PAGES]
    warc(tmp_path / "x.warc.gz", [*first, Kept(url=ONE, body=EDITED, fetched=LATER)])
    warc(tmp_path / "y.warc.gz", [Kept(url=TWO, body=PAGES[1][1], fetched=LATER)])
    taken(path, tmp_path / "x.warc.gz", tmp_path / "y.warc.gz")
    return path


def poorer(db: Path, *more: str) -> None:
    """Make the archive say what a poorer reader understood, in all tables that hold it."""
    from newsarchive.archive._rows import content_of_version

    with closing(open_archive(db)) as archive:
        conn = archive._conn
        for statement in (POORER, POORER_VERSIONS, *more):
            conn.execute(statement)
        versions = conn.execute(
            "SELECT article, seen, title, lead, body, byline, source, section, published, images "
            "FROM versions ORDER BY seen"
        ).fetchall()
        for article, seen, *version in versions:
            conn.execute(
                "UPDATE observations SET content = ? WHERE article = ? AND seen >= ?",
                (content_of_version(version), article, seen),
            )
        _indexes.rebuild_exact(conn)


def reread(db: Path, *sites: str) -> tuple[again.Report, list[str]]:
    """What a reparse in this process came to, and its lines of trouble."""
    heard = Heard()
    with closing(open_archive(db)) as archive:
        report = again.Again(Rereading.of(archive), pool(), heard).run(sites)
    return report, heard.lines


def in_step(db: Path) -> bool:
    with closing(open_archive(db)) as archive:
        conn = archive._conn
        return _indexes.folded_in_step(conn) and _indexes.exact_in_step(conn)


def without(tables: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: rows for name, rows in tables.items() if name not in names}


def test_the_same_reader_changes_nothing(db: Path) -> None:
    before = contents(db)
    done = run(db, name="reparse")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "nothing changes\n4 articles read again, 0 changed\n"
    assert contents(db) == before


def test_a_better_reader_mends_all_that_was_read(db: Path) -> None:
    right = contents(db)
    poorer(
        db,
        "DELETE FROM tags",
        "UPDATE images SET caption = 'Ảnh'",
        "UPDATE articles SET captions = 'Ảnh', title = title || ' hỏng' WHERE url LIKE '%-3.html'",
        "INSERT INTO problems SELECT capture, 'published', 'weekday does not fit', first_seen FROM articles",
        "INSERT INTO problems SELECT capture, 'page', 'the connection ended', first_seen FROM articles WHERE id = 2",
    )
    wrong = contents(db)
    done = run(db, name="reparse")
    assert (done.returncode, done.stderr) == (0, "")
    after = contents(db)
    assert [p[1:3] for p in after["problems"] if p not in right["problems"]] == [
        ("page", "the connection ended")
    ]
    assert without(after, "problems") == without(right, "problems")
    assert without(wrong, "problems") != without(right, "problems")
    assert in_step(db)
    assert rows(db, "SELECT DISTINCT parser FROM articles") == [(PARSER,)]
    with closing(query.open_readonly(db)) as conn:
        assert len(query.search(conn, "van an")) == 4, "the byline is found again"
        assert not query.search(conn, "hỏng")
    done = run(db, name="reparse")
    assert done.stdout.startswith("nothing changes\n")


def test_a_row_that_is_not_what_its_version_says_is_mended_with_its_indexes(db: Path) -> None:
    right = contents(db)
    with closing(open_archive(db)) as archive:
        archive._conn.execute("UPDATE articles SET title = 'hỏng' WHERE id = 2")
        _indexes.rebuild_exact(archive._conn)
    assert reread(db)[0].changed == 1
    assert contents(db) == right
    assert in_step(db)


def test_what_is_shown(db: Path) -> None:
    poorer(db, "UPDATE articles SET body = body || 'x\x1b[31m' WHERE id = 2")
    done = run(db, "--dry-run", name="reparse")
    lines = done.stdout.splitlines()
    at = lines.index("byline: 4 articles change")
    assert lines[at + 1] == f"    1 {ONE}: nothing -> 'Văn An'"
    assert [line.split()[0] for line in lines[at + 1 : at + 4]] == ["1", "2", "3"]
    assert not lines[at + 4].startswith(" "), "three examples, not four"
    at = lines.index("body: 1 article changes")
    assert re.fullmatch(rf"    2 {TWO}: '….{{1,60}}' -> '….{{1,60}}'", lines[at + 1])
    assert "parser: 4 articles change" in lines
    assert lines[-1] == "4 articles read again, 4 changed"
    assert "\x1b" not in done.stdout


def test_dry_run_writes_nothing(db: Path) -> None:
    poorer(db)
    before = {path: path.read_bytes() for path in db.parent.rglob("*") if path.is_file()}
    os.chmod(db, 0o444)
    first = run(db, "--dry-run", name="reparse")
    assert first.returncode == 0
    assert {path: path.read_bytes() for path in db.parent.rglob("*") if path.is_file()} == before
    os.chmod(db, 0o644)
    assert run(db, name="reparse").stdout == first.stdout


def test_quiet(db: Path) -> None:
    poorer(db)
    done = run(db, "--quiet", name="reparse")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_better_reader_is_no_edit(db: Path) -> None:
    """What an older and a newer reader made of the same bytes are not two versions."""
    right = contents(db)
    second = "(SELECT id FROM articles WHERE url = ?)".replace("?", f"'{TWO}'")
    with closing(open_archive(db)) as archive:
        conn = archive._conn
        conn.execute(
            f"INSERT INTO versions SELECT article, 2, ?, 'Đầu đề', lead, byline, source, section, "
            f"published, published_text, body, images, (SELECT max(id) FROM captures) FROM versions "
            f"WHERE article = {second}",
            (LATER,),
        )
        from newsarchive.archive._rows import content_of_version

        (version,) = conn.execute(
            "SELECT title, lead, body, byline, source, section, published, images FROM versions "
            f"WHERE article = {second} AND version = 2"
        )
        conn.execute(
            f"UPDATE observations SET content = ? WHERE seen = ? AND article = {second}",
            (content_of_version(version), LATER),
        )
        conn.execute(f"UPDATE articles SET title = 'Đầu đề', version = 2 WHERE id = {second}")
        _indexes.rebuild_exact(conn)
    report, lines = reread(db)
    assert (report.changed, lines) == (1, [])
    assert report.fields["versions"].examples == [again.Example(2, TWO, "2", "1")]
    assert contents(db) == right, "and the edit of the other one is still there"
    assert rows(db, "SELECT article, version FROM versions WHERE version > 1") == [(1, 2)]


def test_a_newer_reader_that_tells_two_bodies_alike(db: Path) -> None:
    """Versions are told anew from what was seen: where the bytes now say the same, one is left."""
    with closing(open_archive(db)) as archive:
        kept = Rereading.of(archive)
        told = kept.told(1)
        assert told is not None
        from newsarchive.archive.readings import Reading, change_of

        same = Reading(told.row, ())
        change = change_of(told, {look.digest: same for look in told.looks})
        assert kept.put(told, change, LAST)
    assert rows(db, "SELECT version, seen FROM versions WHERE article = 1") == [(1, FETCHED)]
    assert rows(db, "SELECT version, first_seen, last_seen FROM articles WHERE id = 1") == [
        (1, FETCHED, LATER)
    ]


def test_identical_bodies_are_read_once(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    submit = pool().submit
    monkeypatch.setattr(pool(), "submit", lambda page: (asked.append(page.digest), submit(page))[1])
    assert reread(db)[0].articles == 4
    assert len(asked) == len(set(asked)) == 5
    assert rows(db, "SELECT count(*) FROM observations") == [(6,)]


# What cannot be read.


def test_a_page_that_the_reader_refuses_keeps_what_it_has(db: Path) -> None:
    poorer(db)
    before = rows(db, "SELECT title, section, parser FROM articles WHERE url = ?", TWO)
    replace_body(db, TWO, b"<html><body><form><input type=password></form></body></html>")
    done = run(db, name="reparse")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"{TWO}: today's reader finds no article: ")
    assert done.stdout.endswith("4 articles read again, 3 changed, 1 failed\n")
    assert rows(db, "SELECT title, section, parser FROM articles WHERE url = ?", TWO) == before
    ((field, what),) = rows(db, "SELECT field, what FROM problems WHERE what LIKE 'refused%'")
    assert field == "page"
    assert what.startswith(f"refused by {PARSER}: ")
    assert run(db, name="reparse").returncode == 1
    assert rows(db, "SELECT count(*) FROM problems WHERE what LIKE 'refused%'") == [(1,)]
    # A later reader that understands it takes the problem back.
    replace_body(db, TWO, PAGES[1][1])
    reread(db)
    assert rows(db, "SELECT count(*) FROM problems WHERE what LIKE 'refused%'") == [(0,)]


def replace_body(db: Path, url: str, body: bytes) -> None:
    """Have all captures of an address hold another body, as if it had been so from the start."""
    from newsarchive.archive.bodies import digest_of
    from newsarchive.archive.warc import WarcWriter

    with (
        closing(open_archive(db)) as archive,
        WarcWriter(archive.warc_dir, prefix="other", info={}) as writer,
    ):
        head = {"WARC-Type": "response", "WARC-Target-URI": url, "WARC-Date": FETCHED}
        head["Content-Type"] = "application/http; msgtype=response"
        kept = writer.write_as_is(
            head, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
        )
        archive._conn.execute(
            "UPDATE captures SET digest = ?, warc = ?, offset = ? WHERE url = ?",
            (digest_of(body), kept.warc, kept.offset, url),
        )


def test_a_missing_file_is_one_line_and_the_rest_is_done(db: Path, tmp_path: Path) -> None:
    name = rows(db, "SELECT warc FROM captures WHERE fetched = ? LIMIT 1", FETCHED)[0][0]
    warc(tmp_path / "z.warc.gz", [Kept(url=u, body=b) for u, b in pages(6)[:2]])
    taken(db, tmp_path / "z.warc.gz")
    poorer(db)
    (db.with_suffix(".warc") / name).unlink()
    done = run(db, name="reparse")
    assert done.returncode == 1
    assert (
        done.stderr
        == f"{db.with_suffix('.warc') / name}: the WARC file is missing; copy it there\n"
    )
    assert rows(db, "SELECT count(*) FROM articles WHERE parser = ?", PARSER) == [(2,)]


@pytest.mark.parametrize("damage", ["flip", "another"])
def test_a_damaged_record_is_one_line_and_the_rest_is_done(db: Path, damage: str) -> None:
    poorer(db)
    ((name, offset),) = rows(
        db, "SELECT warc, offset FROM captures WHERE url = ? AND fetched = ?", TWO, FETCHED
    )
    path = db.with_suffix(".warc") / name
    content = bytearray(path.read_bytes())
    content[offset + 500] ^= 0x55
    path.write_bytes(content)
    if damage == "another":
        replace_body(db, TWO, BODY)
        with closing(open_archive(db)) as archive:
            archive._conn.execute("UPDATE captures SET digest = 'sha256:0' WHERE url = ?", (TWO,))
        path = (
            db.with_suffix(".warc") / rows(db, "SELECT warc FROM captures WHERE url = ?", TWO)[0][0]
        )
    done = run(db, name="reparse")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"{path}: ")
    assert rows(db, "SELECT url FROM articles WHERE parser <> ?", PARSER) == [(TWO,)]


def test_an_old_look_that_cannot_be_read_makes_no_version(db: Path, tmp_path: Path) -> None:
    """The same was seen twice, once by bytes that are lost: what changed is the reader alone."""
    more = PAGES[1][1].replace(b"</body>", b"<!-- 17 visitors --></body>")
    warc(tmp_path / "z.warc.gz", [Kept(url=TWO, body=more, fetched=LAST)])
    taken(db, tmp_path / "z.warc.gz")
    assert rows(db, "SELECT count(*) FROM versions WHERE article = 2") == [(1,)]
    right = rows(db, "SELECT * FROM versions WHERE article = 2")
    poorer(db)
    with closing(open_archive(db)) as archive:
        archive._conn.execute(
            "UPDATE captures SET offset = 1 WHERE url = ? AND fetched = ?", (TWO, FETCHED)
        )
    report, lines = reread(db)
    assert len(lines) == 1
    assert rows(db, "SELECT * FROM versions WHERE article = 2") == right
    assert "versions" not in report.fields


# Withheld and erased.


def withhold(db: Path, article: int, *, erased: bool = False) -> None:
    with closing(open_archive(db)) as archive:
        conn = archive._conn
        values = conn.execute(
            "SELECT title, lead, body, captions, byline FROM articles WHERE id = ?", (article,)
        ).fetchone()
        _indexes.unindex(conn, article, values)
        conn.execute("UPDATE articles SET withheld = ? WHERE id = ?", (LATER, article))
        conn.execute(
            "INSERT INTO withholdings SELECT key, url, 'asked', ?, ? FROM articles WHERE id = ?",
            (LATER, LATER if erased else None, article),
        )


def test_withheld_articles_are_read_again_and_stay_withheld(db: Path) -> None:
    withhold(db, 1)
    right = contents(db)
    poorer(db)
    done = run(db, name="reparse")
    assert ONE not in done.stdout
    assert "Văn An" in done.stdout
    assert "byline: 4 articles change" in done.stdout
    assert contents(db) == right
    assert in_step(db)
    with closing(query.open_readonly(db)) as conn:
        assert len(query.search(conn, "van an")) == 3


def test_nothing_is_said_of_a_withheld_one_that_cannot_be_read(db: Path) -> None:
    withhold(db, 2)
    replace_body(db, TWO, b"<html>")
    done = run(db, name="reparse")
    assert done.stderr.startswith("article 2: today's reader finds no article")
    assert TWO not in done.stdout + done.stderr


def test_erased_ones_are_passed_over(db: Path) -> None:
    withhold(db, 1, erased=True)
    with closing(open_archive(db)) as archive:
        archive._conn.execute("UPDATE captures SET warc = 'gone' WHERE url = ?", (ONE,))
    report, lines = reread(db)
    assert (report.articles, lines) == (3, [])


# Which articles, and who else is at work.


def test_sites(db: Path, tmp_path: Path) -> None:
    ((url, body), *_) = pages(1, host="congan.daklak.gov.vn")
    warc(tmp_path / "z.warc.gz", [Kept(url=url, body=body)])
    taken(db, tmp_path / "z.warc.gz")
    right = contents(db)
    poorer(db)
    done = run(db, "daklak", name="reparse")
    assert done.stdout.endswith("1 article read again, 1 changed\n")
    assert rows(db, "SELECT site FROM articles WHERE parser = ?", PARSER) == [("daklak",)]
    assert reread(db, HOST)[0].changed == 4
    assert contents(db) == right, "each under its own site's rules"
    assert reread(db, "lamdong")[0].articles == 0
    done = run(db, "dakalk", name="reparse")
    assert done.returncode == 2
    assert "did you mean daklak" in done.stderr


def test_calls(tmp_path: Path) -> None:
    done = run(tmp_path / "a.db", name="reparse")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert not (tmp_path / "a.db").exists()
    assert "--dry-run" in run(tmp_path / "a.db", "--help", name="reparse").stdout


def test_an_article_that_a_crawl_looks_at_meanwhile_is_read_once_more(db: Path) -> None:
    poorer(db)
    heard = Heard()
    with closing(open_archive(db)) as archive:

        class Crawled(Rereading):
            looks = 0

            def put(self, told: Any, change: Any, now: str) -> bool:
                if not self.looks:
                    Crawled.looks += 1
                    archive.sight(told.id, capture=told.looks[-1].capture, seen=LAST)
                return super().put(told, change, now)

        report = again.Again(Crawled(archive._conn, db, archive), pool(), heard).run()
    assert (report.articles, report.changed, heard.lines) == (4, 4, [])
    assert rows(db, "SELECT seen FROM observations WHERE article = 1 ORDER BY seen DESC")[0] == (
        LAST,
    )
    assert rows(db, "SELECT count(*) FROM versions WHERE article = 1") == [(2,)]
    assert len(urls(db)) == 4


def test_a_record_that_moves_meanwhile_is_read_where_it_is(db: Path) -> None:
    """Erasing another article writes the file anew that both are in."""
    heard = Heard()

    class Moved(Rereading):
        asked = 0

        def told(self, article: int) -> Any:
            told = super().told(article)
            Moved.asked += article == 1
            if told is None or article != 1 or Moved.asked > 1:
                return told
            return replace(told, looks=tuple(k._replace(warc="old.warc.gz") for k in told.looks))

    with closing(open_archive(db)) as archive:
        report = again.Again(Moved(archive._conn, db, archive), pool(), heard).run()
    assert (report.articles, heard.lines) == (4, [])
