"""Databases that others made or damaged, under every command that opens one: one clear line, no
other file touched, an archive of ours unharmed."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import struct
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from archive_cases import contents, opened, put
from intake_cases import Kept, pages, taken, warc

from newsarchive.archive import Archive
from newsarchive.archive._connect import look, open_readonly
from newsarchive.cli import main
from newsarchive.errors import ArchiveError

MAGIC = bytes.fromhex("d9d505f920a163d7")
Change = Callable[[sqlite3.Connection], object]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with articles, of which one was edited."""
    folder = tmp_path_factory.mktemp("made")
    kept = [Kept(url=url, body=body) for url, body in pages(3)]
    warc(folder / "x.warc.gz", kept)
    taken(folder / "a.db", folder / "x.warc.gz")
    return folder / "a.db"


@pytest.fixture
def db(made: Path, tmp_path: Path) -> Path:
    """A copy of it, to be harmed."""
    path = tmp_path / "sent" / "a.db"
    path.parent.mkdir()
    shutil.copy(made, path)
    shutil.copytree(made.with_suffix(".warc"), path.with_suffix(".warc"))
    return path


def call(capsys: pytest.CaptureFixture[str], *args: object) -> tuple[int, str]:
    """Exit status of a command, run here, and what it said on stderr; no error gets through."""
    with pytest.raises(SystemExit) as end:
        main([str(arg) for arg in args])
    return int(str(end.value.code or 0)), capsys.readouterr().err


def commands(db: Path, own: Path) -> Iterator[tuple[object, ...]]:
    """Every command that opens a database and is over at once."""
    folder = own.parent
    yield "search", "--db", db, "cong an"
    yield "show", "--db", db, "1"
    yield "diff", "--db", db, "1"
    yield "verify", "--db", db, "--quiet"
    yield "export", "--db", db, "--format", "jsonl", "--quiet"
    yield "export", "--db", db, "--format", "wacz", "--output", folder / "o.wacz", "--quiet"
    yield "health", "--db", db
    yield "reprints", "--db", db
    yield "backup", "--db", db, folder / "copy.db"
    yield "merge", "--db", own, db
    yield "withhold", "--db", db, "1", "--reason", "x"


def altered(db: Path, *statements: str) -> None:
    """Changed by another program, which keeps to no rule."""
    with closing(sqlite3.connect(db, isolation_level=None)) as conn:
        conn.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            conn.execute(statement)


VIEW = (
    "DROP TABLE tags",
    "CREATE VIEW tags AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x FROM c) "
    "SELECT x AS article, x AS tag FROM c",
)
COMPUTED = (
    "DROP TABLE tags",
    "CREATE TABLE tags (article INTEGER, tag AS (zeroblob(2000000000)))",
)
ANOTHER_VIEW = (
    "DROP VIEW articles_folded",
    "CREATE VIEW articles_folded AS SELECT id, load_extension('x') AS title, lead, body, captions, "
    "byline FROM articles",
)
VIRTUAL = ("DROP TABLE tags", "CREATE VIRTUAL TABLE tags USING fts5(article, tag)")


@pytest.mark.parametrize(
    ("statements", "what"),
    [
        (VIEW, "'tags' is a view and not a table"),
        (COMPUTED, "the column 'tag' of 'tags' is computed"),
        (ANOTHER_VIEW, "its view 'articles_folded' is another one"),
        (VIRTUAL, "'tags' is another kind of table"),
    ],
    ids=["view", "computed", "another-view", "virtual"],
)
def test_tables_that_are_programs_are_not_read(
    db: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    statements: tuple[str, ...], what: str,
) -> None:  # fmt: skip
    altered(db, *statements)
    for args in commands(db, tmp_path / "own.db"):
        status, said = call(capsys, *args)
        assert status == 1, args
        assert said == f"{db}: was changed by another program: {what}; take a copy from before\n"
    assert {path.name for path in tmp_path.iterdir()} <= {"sent", "own.db", "own.db-lock"}


def test_triggers_of_others_run_for_no_writer(db: Path) -> None:
    altered(
        db,
        "CREATE TRIGGER evil AFTER INSERT ON sites BEGIN DELETE FROM articles; END",
        "CREATE TRIGGER theirs AFTER INSERT ON sites BEGIN SELECT 1; END",
        "DROP TRIGGER articles_fts_insert",
        "CREATE TRIGGER articles_fts_insert AFTER INSERT ON articles BEGIN DELETE FROM sites; END",
    )
    with pytest.raises(ArchiveError, match="was changed by another program: "):
        Archive.open(db)
    open_readonly(db).close()  # who only reads runs none


def test_what_an_analyst_adds_is_his(db: Path) -> None:
    altered(
        db,
        "CREATE TABLE mine (x)",
        "CREATE VIEW my_view AS SELECT title FROM articles",
        "CREATE TRIGGER my_trigger AFTER INSERT ON mine BEGIN SELECT 1; END",
        "CREATE INDEX my_index ON articles(byline)",
        "ALTER TABLE articles ADD COLUMN note TEXT",
    )
    Archive.open(db).close()
    open_readonly(db).close()


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE articles SET body = x'ff00'", "3 rows of articles hold no text in 'body'"),
        ("UPDATE articles SET origins = '1e308'", "3 rows of articles hold no JSON in 'origins'"),
        ("UPDATE versions SET images = printf('%.*c', 100000, '[')", "hold no JSON in 'images'"),
        ("UPDATE captures SET status = 'http://[::1'", "rows of captures hold no integer in"),
        ("UPDATE captures SET fetched = '9999-12-31T23:59:59Z'", "captures hold no time in"),
        ("UPDATE articles SET published = '2022-13-45'", "hold no time in 'published'"),
        ("UPDATE captures SET crawl = 9223372036854775807", "of captures leads to no crawls"),
        ("UPDATE captures SET warc = '../../../x'", ""),
        ("UPDATE captures SET warc = printf('%.*c', 10000, 'x')", ""),
        ("UPDATE captures SET offset = -1, length = 9223372036854775807", ""),
        ("UPDATE sites SET slug = '../../x'", ""),
        ("UPDATE articles SET title = cast(x'c328' AS TEXT)", ""),
        ("UPDATE articles SET url = char(0) || '\x1b[31m' || char(10) || id", ""),
    ],
)
def test_values_that_make_no_sense_are_one_line(
    db: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], statement: str, what: str
) -> None:
    """No command fails with more than lines of its own, and a merge takes none of it in."""
    altered(db, statement)
    own = tmp_path / "own.db"
    with opened(own) as archive:
        put(archive, 1)
    before = contents(own)
    for args in commands(db, own):
        status, said = call(capsys, *args)
        assert status in (0, 1), args
        assert "Traceback" not in said
        assert "\x1b" not in said
        if what and args[0] == "merge":
            assert (status, said.count("\n")) == (1, 1)
            assert what in said
            assert said.startswith(f"{db}: ")
            assert contents(own) == before
        if what and args[0] == "verify":
            assert status == 1
            assert what in said or "foreign" in what or "leads to no" in what
    outside = {path.name for path in tmp_path.iterdir()}
    assert outside <= {
        "sent",
        "own.db",
        "own.db-lock",
        "own.warc",
        "copy.db",
        "copy.warc",
        "o.wacz",
    }


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_file_is_one_line_and_harms_no_other(
    db: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], seed: int
) -> None:
    chance = random.Random(seed)
    content = bytearray(db.read_bytes())
    if seed % 4 == 0:
        del content[chance.randrange(len(content)) :]
    elif seed % 4 == 1:
        page = chance.randrange(1, len(content) // 4096)
        content[page * 4096 : (page + 1) * 4096] = bytes(4096)
    else:
        for _ in range(chance.choice((1, 50, 2000))):
            content[chance.randrange(100, len(content))] ^= 1 << chance.randrange(8)
    db.write_bytes(content)
    own = tmp_path / "own.db"
    with opened(own) as archive:
        put(archive, 1)
    for args in commands(db, own):
        status, said = call(capsys, *args)
        assert status in (0, 1), args
        assert "Traceback" not in said
    assert call(capsys, "search", "--db", own, "Triệt phá") == (0, "")
    with closing(open_readonly(own)) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_text_in_the_schema_that_is_none(db: Path) -> None:
    content = db.read_bytes()
    at = content.index(b"CREATE VIEW articles_folded")
    db.write_bytes(content[:at] + b"CREAT\xd5 " + content[at + 7 :])
    with pytest.raises(ArchiveError, match="the database is damaged"):
        open_readonly(db)


# What lies beside it


def named_journal(db: Path, victim: Path) -> bytes:
    """A journal to be rolled back that names another one, which SQLite then deletes."""
    name = os.fsencode(victim)
    count = db.stat().st_size // 4096
    head = (MAGIC + struct.pack(">5I", 0, 0, count, 512, 4096)).ljust(512, b"\0")
    return head + struct.pack(">I", 1) + name + struct.pack(">2I", len(name), sum(name)) + MAGIC


def test_a_journal_deletes_no_other_file(
    db: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    victim = tmp_path / "thesis.txt"
    journal = Path(f"{db}-journal")
    bare = tmp_path / "bare.db"
    victim.write_text("precious")
    with closing(sqlite3.connect(bare)) as conn:
        conn.execute("CREATE TABLE t (x)")
        conn.commit()
    Path(f"{bare}-journal").write_bytes(named_journal(bare, victim))
    with closing(sqlite3.connect(bare)) as conn:
        conn.execute("SELECT * FROM t").fetchall()
    assert not victim.exists()  # so it is with others
    victim.write_text("precious")
    journal.write_bytes(named_journal(db, victim))
    for args in commands(db, tmp_path / "own.db"):
        status, said = call(capsys, *args)
        assert (status, said.count("\n")) == (1, 1)
        assert said.startswith(f"{journal}: leads to a file of another database")
    assert victim.read_text() == "precious"
    (tmp_path / "link.db").symlink_to(db)  # SQLite looks beside the file itself
    with pytest.raises(ArchiveError, match="leads to a file of another database"):
        look(tmp_path / "link.db")


@pytest.mark.parametrize("suffix", ["-wal", "-journal", "-shm", "-lock"])
def test_links_beside_it_lead_to_no_other_file(
    db: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    victim = tmp_path / "thesis.txt"
    victim.write_text("precious")
    Path(f"{db}{suffix}").unlink(missing_ok=True)
    Path(f"{db}{suffix}").symlink_to(victim)
    for args in commands(db, tmp_path / "own.db"):
        assert call(capsys, *args)[0] in (0, 1)
    assert victim.read_text() == "precious"


def test_a_log_of_another_database_is_not_played_into_this_one(
    db: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cut, noise, or another's: either it is not taken, or what is damaged by it is told."""
    other = tmp_path / "other.db"
    with opened(other) as archive:
        put(archive, 1)
        archive.commit()
        log = Path(f"{other}-wal").read_bytes()
    assert log
    for content in (log, log[:-1000], b"\0" * 5000, os.urandom(5000)):
        Path(f"{db}-wal").write_bytes(content)
        for args in commands(db, tmp_path / "own.db"):
            status, said = call(capsys, *args)
            assert status in (0, 1), args
            assert "Traceback" not in said


@pytest.mark.parametrize("kind", ["queue", "device", "text", "folder", "zeros"])
def test_what_is_no_database_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    db = tmp_path / "x.db"
    if kind == "queue":
        os.mkfifo(db)
    elif kind == "device":
        db.symlink_to("/dev/zero")
    elif kind == "folder":
        db.mkdir()
    else:
        db.write_bytes(b"SELECT 1;\n" * 1000 if kind == "text" else bytes(5000))
    for args in commands(db, tmp_path / "own.db"):
        status, said = call(capsys, *args)
        assert (status, said.count("\n")) in ((1, 1), (2, 1)), args
        assert str(db) in said


def test_a_value_of_gigabytes_is_not_read(db: Path) -> None:
    altered(db, "UPDATE articles SET lead = zeroblob(300000000) WHERE id = 1")
    with closing(open_readonly(db)) as conn, pytest.raises(sqlite3.DataError):
        conn.execute("SELECT lead FROM articles").fetchall()
