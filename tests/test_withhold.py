"""`newsarchive withhold`: out of all that is shown, and on demand out of every file."""

from __future__ import annotations

import gzip
import json
import random
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import get_args

import archive_cases as cases
import pytest
import quick
from archive_cases import HOST, LATER, SEEN, opened, rows
from crawl_cases import command, environment
from kept_cases import all_bytes, keeping
from test_warc import check, records
from warcio.archiveiterator import ArchiveIterator

from newsarchive import query
from newsarchive.archive import _indexes, _rewrite
from newsarchive.archive._connect import open_readonly
from newsarchive.archive.audit import audit
from newsarchive.archive.history import Outcome
from newsarchive.archive.records import read_record
from newsarchive.archive.salvage import open_archive
from newsarchive.crawl.values import Counts
from newsarchive.model import Image

SECRET = "Nguyễn Thị Zyxwvu"  # a name that stands in one article alone
WORD = "zyxwvu"
SHARED = f"{HOST}/logo.png"
OWN = f"{HOST}/zyxwvu.jpg"


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


def build(db: Path) -> None:
    """Three articles; the second one holds the secret, was edited, seen again, and has pictures."""
    with keeping(db) as kept:
        logo = Image(url=SHARED, caption=None)
        own = Image(url=OWN, caption=f"Ảnh: {SECRET}")
        kept.keep(f"{HOST}/", "<a href=/bai-2>Bài hai</a>")
        kept.store(1, title="Bài một", images=(logo,))
        kept.store(2, title=f"Bắt {SECRET}", images=(logo, own))
        kept.keep(SHARED, b"\x89PNG logo")
        kept.keep(OWN, f"JPEG {SECRET}".encode())
        kept.store(2, seen=LATER, title=f"Bắt {SECRET}", images=(logo, own))  # a revisit record
    with keeping(db, prefix="later") as kept:
        body = (f"Bị can {SECRET} khai nhận.", "Đoạn hai.")
        kept.store(2, seen="2026-01-04T00:00:00Z", paragraphs=body, images=(own,), tags=(SECRET,))
        kept.store(3, title="Bài ba")
        kept.archive.enqueue(
            "example", None, [("congan.example.vn/bai-2x", f"{HOST}/bai-2x")], SEEN
        )


def run(db: Path, *args: object, status: int = 0) -> tuple[str, str]:
    done = quick.run(command("withhold", *args, "--db", db), env=environment())
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout, done.stderr


def hits(db: Path, words: str) -> list[int]:
    with closing(open_readonly(db)) as conn:
        return sorted(hit.id for hit in query.search(conn, words))


def sound(db: Path) -> list[str]:
    """What is wrong with the archive."""
    with closing(sqlite3.connect(db)) as conn:
        faults = audit(conn, db, advance=lambda _: None)
        return [f"{fault.where}: {fault.what}" for fault in faults]


def test_it_leaves_search_export_and_both_indexes(db: Path) -> None:
    build(db)
    assert hits(db, WORD) == [2]
    out, _ = run(db, 2, "--reason", "asked by her")
    assert out.startswith(f"{HOST}/bai-2: withheld since 20")
    assert out.count("\n") == 1
    assert "lists that were kept may still mention it" in out
    assert hits(db, WORD) == []
    assert hits(db, SECRET) == []
    assert hits(db, "bài") == [1, 3]
    with closing(open_readonly(db)) as conn:
        assert [a["id"] for a in query.articles(conn)] == [1, 3]
    ((since,),) = rows(db, "SELECT withheld FROM articles WHERE id = 2")
    assert rows(db, "SELECT what, seen FROM events WHERE article = 2") == [("withheld", since)]
    assert rows(db, "SELECT key, url, reason, since, erased FROM withholdings") == [
        ("congan.example.vn/bai-2", f"{HOST}/bai-2", "asked by her", since, None)
    ]
    assert sound(db) == []


def test_all_its_addresses_are_withheld(db: Path) -> None:
    build(db)
    with opened(db) as archive:
        archive.moved(2, key="congan.example.vn/moi", url=f"{HOST}/moi", seen=LATER, capture=1)
    run(db, f"{HOST}/moi", "--reason", "x")
    assert rows(db, "SELECT key FROM withholdings ORDER BY key") == [
        ("congan.example.vn/bai-2",),
        ("congan.example.vn/moi",),
    ]


def test_it_stays_withheld_when_it_is_met_again(db: Path) -> None:
    build(db)
    run(db, 2, "--reason", "x")
    with keeping(db, prefix="third") as kept:
        assert kept.archive.known(["congan.example.vn/bai-2"]) == {"congan.example.vn/bai-2"}
        assert kept.store(2, seen="2026-02-01T00:00:00Z", title=f"Mới: {SECRET}") == "withheld"
    assert hits(db, WORD) == []
    assert sound(db) == []


def test_withholding_again_keeps_the_time_and_takes_the_reason(db: Path) -> None:
    build(db)
    run(db, 2, "--reason", "first")
    before = rows(db, "SELECT withheld FROM articles WHERE id = 2")
    with closing(sqlite3.connect(db)) as conn, conn:
        conn.execute("UPDATE withholdings SET since = '2026-01-01T00:00:00Z'")
    out, _ = run(db, 2, "--reason", "second")
    assert "since 2026-01-01T00:00:00Z" in out
    assert rows(db, "SELECT reason, since FROM withholdings") == [
        ("second", "2026-01-01T00:00:00Z")
    ]
    assert rows(db, "SELECT withheld FROM articles WHERE id = 2") == before
    assert rows(db, "SELECT count(*) FROM events") == [(1,)]


@pytest.mark.parametrize("erase", [False, True])
def test_an_address_that_is_not_there_never_comes_in(db: Path, erase: bool) -> None:
    build(db)
    out, _ = run(
        db,
        "https://www.congan.example.vn/bai-9?utm_source=x",
        "--reason",
        "x",
        *["--erase"] * erase,
    )
    assert "no article" in out or erase
    assert rows(db, "SELECT key FROM withholdings") == [("congan.example.vn/bai-9",)]
    with keeping(db, prefix="third") as kept:
        assert kept.archive.known(["congan.example.vn/bai-9"]) == {"congan.example.vn/bai-9"}
        assert kept.store(9, title="Bài chín") == "withheld"
    assert hits(db, "bài") == [1, 3]
    assert rows(db, "SELECT count(*) FROM articles WHERE withheld IS NULL") == [(3,)]


def test_it_can_be_restored(db: Path) -> None:
    build(db)
    run(db, 2, "--reason", "x")
    out, _ = run(db, 2, "--restore")
    assert out == f"{HOST}/bai-2: shown again\n"
    assert hits(db, WORD) == hits(db, SECRET) == [2]
    assert rows(db, "SELECT count(*) FROM withholdings") == [(0,)]
    with closing(sqlite3.connect(db)) as conn:
        assert _indexes.exact_in_step(conn)
        assert _indexes.folded_in_step(conn)
    out, _ = run(db, 2, "--restore")
    assert out == f"{HOST}/bai-2: is not withheld\n"


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        ((2,), 2, "say why with --reason"),
        ((2, "--reason", " \n "), 2, "say why with --reason"),
        ((99, "--reason", "x"), 1, "99: no such article"),
        (("nonsense", "--reason", "x"), 2, "neither the id of an article nor an address"),
        (("http://[x/", "--reason", "x"), 2, "neither the id of an article nor an address"),
        ((2, "--restore", "--erase"), 2, "--restore goes without"),
    ],
)
def test_wrong_calls(db: Path, args: tuple[object, ...], status: int, said: str) -> None:
    build(db)
    _, err = run(db, *args, status=status)
    assert said in err
    assert err.count("\n") == 1
    assert rows(db, "SELECT count(*) FROM withholdings") == [(0,)]


def test_an_archive_that_is_not_there(tmp_path: Path) -> None:
    _, err = run(tmp_path / "none.db", 1, "--reason", "x", status=1)
    assert "there is no archive" in err
    assert list(tmp_path.iterdir()) == []


def test_quiet_says_nothing(db: Path) -> None:
    build(db)
    assert run(db, 2, "--reason", "x", "--erase", "--quiet") == ("", "")


# Erasing.


def test_erased_bytes_are_nowhere(db: Path) -> None:
    build(db)
    secret = SECRET.encode()
    folded = [b"zyxwvu", b"Zyxwvu"]
    before = all_bytes(db)
    assert secret in before
    assert all(word in before for word in folded)
    out, err = run(db, 2, "--reason", "asked by her", "--erase")
    assert err == ""
    assert "withheld and erased: 3 captures and 1 of pictures in 2 WARC files" in out
    after = all_bytes(db)
    assert secret not in after
    assert not any(word in after for word in folded)
    assert not Path(f"{db}-wal").exists() or not Path(f"{db}-wal").stat().st_size


def test_what_was_deleted_carelessly_before_is_nowhere_either(db: Path) -> None:
    build(db)
    with closing(sqlite3.connect(db)) as conn:
        conn.execute("PRAGMA secure_delete = OFF")
        conn.execute("CREATE TABLE x (text)")
        conn.executemany("INSERT INTO x VALUES (?)", [(f"alt {SECRET}" * 200,)] * 50)
        conn.commit()
        conn.execute("DROP TABLE x")
        conn.commit()
    assert f"alt {SECRET}".encode() in db.read_bytes()
    run(db, 2, "--reason", "x", "--erase")
    assert SECRET.encode() not in all_bytes(db)


def test_a_record_that_repeats_an_erased_one_goes_with_it(db: Path) -> None:
    build(db)
    with keeping(db, prefix="third") as kept:
        ((record,),) = kept.archive._rows(
            "SELECT record_id FROM captures WHERE url LIKE '%bai-2' ORDER BY id LIMIT 1"
        )
        kept.keep(f"{HOST}/khac", "anders")
        kept.archive._conn.execute(
            "INSERT INTO revisits SELECT id, ? FROM captures WHERE url LIKE '%khac'", (record,)
        )
    run(db, 2, "--reason", "x", "--erase")
    assert rows(db, "SELECT count(*) FROM captures WHERE url LIKE '%khac'") == [(0,)]
    assert len(list(db.with_suffix(".warc").glob("third-*-erased1.warc.gz"))) == 1
    assert sound(db) == []


def test_the_row_stays_as_a_tombstone(db: Path) -> None:
    build(db)
    run(db, 2, "--reason", "x", "--erase")
    ((since,),) = rows(db, "SELECT withheld FROM articles WHERE id = 2")
    assert rows(
        db,
        "SELECT key, url, title, lead, byline, source, section, published, published_day, "
        "published_text, modified, captions, body, origins, capture FROM articles WHERE id = 2",
    ) == [("congan.example.vn/bai-2", f"{HOST}/bai-2", "(withheld)", *[None] * 9, "", "{}", None)]
    for table in ("images", "tags", "versions", "observations", "checks"):
        assert rows(db, f"SELECT count(*) FROM {table} WHERE article = 2") == [(0,)], table
    assert rows(db, "SELECT what, seen, capture FROM events WHERE article = 2") == [
        ("withheld", since, None)
    ]
    assert rows(db, "SELECT erased = since FROM withholdings") == [(1,)]
    assert rows(db, "SELECT url FROM captures ORDER BY id") == [
        (f"{HOST}/",),
        (f"{HOST}/bai-1",),
        (SHARED,),
        (f"{HOST}/bai-3",),
    ]
    assert rows(db, "SELECT count(*) FROM frontier WHERE key = 'congan.example.vn/bai-2'") == [(0,)]
    assert rows(db, "SELECT count(*) FROM frontier") == [(1,)]
    assert sound(db) == []


def test_the_other_records_stay_as_they_were(db: Path) -> None:
    build(db)
    folder = db.with_suffix(".warc")
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    kept = rows(
        db,
        "SELECT record_id, warc, offset, length FROM captures WHERE url NOT LIKE '%zyx%' AND url NOT LIKE '%bai-2'",
    )
    run(db, 2, "--reason", "asked by\nher", "--erase")
    for record_id, warc, offset, length in kept:
        ((new, at, size),) = rows(
            db, "SELECT warc, offset, length FROM captures WHERE record_id = ?", record_id
        )
        assert (new, size) == (warc.replace(".warc", "-erased1.warc"), length)
        assert (folder / new).read_bytes()[at : at + size] == before[warc][offset : offset + length]
        read_record(folder, new, at)
    assert sorted(p.name for p in folder.iterdir()) == sorted(
        name.replace(".warc", "-erased1.warc") for name in before
    )
    for path in folder.iterdir():
        check(path)


def test_what_stands_in_the_place_of_a_record(db: Path) -> None:
    build(db)
    (erased,) = rows(
        db, "SELECT record_id FROM captures WHERE url LIKE '%bai-2' ORDER BY id LIMIT 1"
    )
    run(db, 2, "--reason", "asked by\nher", "--erase")
    ((since,),) = rows(db, "SELECT withheld FROM articles WHERE id = 2")
    (path,) = db.with_suffix(".warc").glob("example-*")
    found = [(record, text) for record, text in records(path)]
    kinds = [record.rec_type for record, _ in found]
    assert kinds == [
        "warcinfo",
        *("response", "request"),  # the list
        *("response", "request"),  # the first article
        *("metadata", "metadata"),
        *("response", "request"),  # the picture that others show
        *("metadata", "metadata"),
        *("metadata", "metadata"),  # the revisit
    ]
    record, text = found[5]
    assert record.rec_headers.get_header("WARC-Record-ID") == erased[0]
    assert record.rec_headers.get_header("Content-Type") == "application/warc-fields"
    assert record.rec_headers.get_header("WARC-Date") == since
    assert record.rec_headers.get_header("WARC-Target-URI") is None
    assert text.decode() == f"withheld: asked by her\r\nerased: {since}\r\nwas: response\r\n"


def test_what_was_withheld_can_be_erased_later_and_again(db: Path) -> None:
    build(db)
    run(db, 2, "--reason", "x")
    with keeping(db, prefix="third") as kept:
        kept.store(2, seen="2026-02-01T00:00:00Z", title=f"Mới: {SECRET}")
    out, _ = run(db, 2, "--reason", "x", "--erase")
    assert "4 captures and 1 of pictures in 3 WARC files" in out
    assert SECRET.encode() not in all_bytes(db)
    out, _ = run(db, 2, "--reason", "x", "--erase")
    assert "0 captures and 0 of pictures in 0 WARC files" in out
    assert sound(db) == []
    with keeping(db, prefix="fourth") as kept:
        assert kept.store(2, seen="2026-03-01T00:00:00Z") == "withheld"
    out, _ = run(db, 2, "--reason", "x", "--erase")
    assert "1 captures" in out
    assert rows(db, "SELECT body FROM articles WHERE id = 2") == [("",)]
    assert sound(db) == []


def test_two_articles_of_one_file_are_erased_one_after_the_other(db: Path) -> None:
    build(db)
    run(db, 2, "--reason", "x", "--erase")
    run(db, 1, "--reason", "x", "--erase")
    names = sorted(p.name.partition("-erased")[2] for p in db.with_suffix(".warc").iterdir())
    assert names == ["1.warc.gz", "2.warc.gz"]
    assert rows(db, "SELECT url FROM captures ORDER BY id") == [(f"{HOST}/",), (f"{HOST}/bai-3",)]
    assert sound(db) == []


def test_what_is_erased_cannot_be_restored(db: Path) -> None:
    build(db)
    run(db, 2, "--reason", "x", "--erase")
    _, err = run(db, 2, "--restore", status=1)
    assert "was erased" in err
    assert "nothing to restore" in err


def test_twins_of_its_address_are_erased_too(db: Path) -> None:
    build(db)
    with keeping(db, prefix="third") as kept:
        kept.keep("https://www.congan.example.vn/bai-2?utm_source=a", f"{SECRET} 2")
        kept.keep(f"{HOST}/print/bai-2", f"{SECRET} 3", status=404)
        kept.keep(f"{HOST}/bai-22", "another article")
    run(db, 2, "--reason", "x", "--erase")
    assert SECRET.encode() not in all_bytes(db)
    assert rows(db, "SELECT count(*) FROM captures WHERE url LIKE '%bai-22'") == [(1,)]


def test_a_file_that_is_written_is_an_error_and_nothing_is_done(db: Path) -> None:
    build(db)
    with keeping(db, prefix="crawl") as kept:
        kept.store(2, seen="2026-02-01T00:00:00Z", title=f"Mới: {SECRET}")
        kept.archive.commit()
        before = {p: p.read_bytes() for p in db.with_suffix(".warc").iterdir()}
        _, err = run(db, 2, "--reason", "x", "--erase", status=1)
        assert "is being written; erase when that work has ended" in err
        assert err.count("\n") == 1
        assert {p: p.read_bytes() for p in db.with_suffix(".warc").iterdir()} == before
        assert rows(db, "SELECT count(*) FROM withholdings") == [(0,)]
        assert hits(db, WORD) == [2]
    run(db, 2, "--reason", "x", "--erase")


def test_beside_a_crawl_traces_are_said_to_stay(db: Path) -> None:
    build(db)
    with keeping(db, prefix="crawl") as kept:
        kept.store(4, title="Bài bốn")
        kept.archive.commit()
        out, err = run(db, 2, "--reason", "x", "--erase", status=1)
        assert "withheld and erased" in out
        assert "traces of the text may stay" in err
        assert kept.store(5, title="Bài năm") == "new", "the crawl goes on"
    _, err = run(db, 2, "--reason", "x", "--erase")
    assert err == ""
    assert b"zyxwvu" not in all_bytes(db)


def test_a_missing_file_is_named(db: Path) -> None:
    build(db)
    (lost,) = db.with_suffix(".warc").glob("later-*")
    lost.unlink()
    _, err = run(db, 2, "--reason", "x", "--erase", status=1)
    assert f"{lost}: is missing" in err
    assert SECRET.encode() not in all_bytes(db)


def test_a_damaged_record_of_another_does_not_stop_it(db: Path) -> None:
    build(db)
    folder = db.with_suffix(".warc")
    ((warc, offset, length),) = rows(
        db, "SELECT warc, offset, length FROM captures WHERE url LIKE '%bai-1'"
    )
    data = bytearray((folder / warc).read_bytes())
    data[offset + length // 2] ^= 0xFF
    (folder / warc).write_bytes(data)
    run(db, 2, "--reason", "x", "--erase")
    ((new, at),) = rows(db, "SELECT warc, offset FROM captures WHERE url LIKE '%bai-1'")
    assert (folder / new).read_bytes()[at : at + length] == data[offset : offset + length]
    assert rows(db, "SELECT count(*) FROM captures WHERE url LIKE '%bai-2'") == [(0,)]


def test_its_own_damaged_record_is_erased(db: Path) -> None:
    build(db)
    folder = db.with_suffix(".warc")
    ((warc, offset, length),) = rows(
        db, "SELECT warc, offset, length FROM captures WHERE url LIKE '%bai-2' ORDER BY id LIMIT 1"
    )
    data = bytearray((folder / warc).read_bytes())
    data[offset + length - 6] ^= 0xFF  # the checksum: what it holds can still be unpacked
    (folder / warc).write_bytes(data)
    run(db, 2, "--reason", "x", "--erase")
    (path,) = folder.glob("example-*")
    assert bytes(data[offset : offset + length - 8]) not in path.read_bytes()
    check(path)


def test_an_imported_request_before_its_response_goes_too(tmp_path: Path) -> None:
    """Other writers put the request first, and name neither by the other."""
    source, target = tmp_path / "a.warc.gz", tmp_path / "b.warc.gz"
    uri, date = f"{HOST}/{WORD}", "2020-01-01T00:00:00Z"

    def record(kind: str, number: int, block: bytes, more: str = "") -> bytes:
        head = (
            f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n{more}"
            f"WARC-Target-URI: {uri if number < 5 else HOST}\r\nWARC-Date: {date}\r\n"
            f"Content-Length: {len(block)}\r\n\r\n"
        )
        return gzip.compress(head.encode() + block + b"\r\n\r\n")

    parts = [
        record("request", 1, b"GET / HTTP/1.1\r\n\r\n"),
        record("response", 2, b"HTTP/1.1 200 OK\r\n\r\nx"),
        record("metadata", 3, b"a: b", "WARC-Concurrent-To: <urn:uuid:2>\r\n"),
        record("conversion", 4, b"text", "WARC-Refers-To: <urn:uuid:2>\r\n"),
        record("response", 5, b"HTTP/1.1 200 OK\r\n\r\ny"),
        record("request", 6, b"GET /y HTTP/1.1\r\n\r\n"),
    ]
    source.write_bytes(b"".join(parts))
    at = len(parts[0])
    known = {
        at: (len(parts[1]), "<urn:uuid:2>"),
        sum(map(len, parts[:4])): (len(parts[4]), "<urn:uuid:5>"),
    }
    places = _rewrite.without(source, target, {"<urn:uuid:2>"}, known, reason="x", when=date)
    with target.open("rb") as file:
        kinds = [r.rec_type for r in ArchiveIterator(file)]
    assert kinds == ["metadata"] * 4 + ["response", "request"]
    assert WORD.encode() not in gzip.decompress(target.read_bytes())
    assert len(places) == 2


KILL = """
import os, signal, sys
from pathlib import Path
from typing import get_args
from newsarchive.archive import _erase, _rewrite, withhold
step = {step!r}
def kill(*_args, **_more):
    os.kill(os.getpid(), signal.SIGKILL)
module, _, name = step.rpartition('.')
setattr({{'_erase': _erase, '_rewrite': _rewrite, 'withhold': withhold}}[module], name, kill)
from newsarchive.cli import main
main(['withhold', '2', '--reason', 'x', '--erase', '--db', sys.argv[1]])
"""


@pytest.mark.parametrize(
    "step",
    [
        "_rewrite._tombstone",
        "_rewrite.sync_folder",
        "_erase.apply",
        "_erase._empty",
        "withhold.compact",
    ],
)
def test_a_kill_at_any_moment_leaves_a_sound_archive(db: Path, step: str) -> None:
    build(db)
    killed = [sys.executable, "-c", KILL.format(step=step), str(db)]
    done = quick.run(killed, env=environment())
    assert done.returncode == -signal.SIGKILL
    with open_archive(db):
        pass
    assert sound(db) == []
    assert rows(db, "SELECT count(*) FROM withholdings") == [(int(step == "withhold.compact"),)]
    run(db, 2, "--reason", "x", "--erase")
    assert sound(db) == []
    assert b"zyxwvu" not in all_bytes(db)
    assert len(list(db.with_suffix(".warc").iterdir())) == 2


def test_a_kill_before_the_old_file_goes_is_made_good(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(db)
    copies = {p: p.read_bytes() for p in db.with_suffix(".warc").iterdir()}
    run(db, 2, "--reason", "x", "--erase")
    for path, data in copies.items():
        path.write_bytes(data)
    assert SECRET.encode() in all_bytes(db)
    run(db, 2, "--reason", "x", "--erase")
    assert SECRET.encode() not in all_bytes(db)
    assert sound(db) == []


def test_the_erased_stays_so_under_another_key_of_its_address(db: Path) -> None:
    build(db)
    run(db, 2, "--reason", "x", "--erase")
    ((url,),) = rows(db, "SELECT url FROM articles WHERE id = 2")
    with cases.opened(db) as archive:
        capture = archive.add_capture(cases.capture(900, url=url))
        outcome = archive.store(
            cases.article(title=SECRET, url=url),
            site="example",
            key="congan.example.vn/another-key",
            url=url,
            capture=capture,
            seen="2026-03-01T00:00:00Z",
            parser="1",
        )
    assert outcome == "withheld"
    assert SECRET.encode() not in all_bytes(db)
    assert rows(db, "SELECT count(*) FROM observations WHERE article = 2") == [(0,)]


def test_a_full_disk_leaves_all_as_it_was(db: Path) -> None:
    build(db)
    with keeping(db, prefix="large") as kept:
        kept.keep(f"{HOST}/large", random.Random(1).randbytes(2**21))
        kept.store(2, seen="2026-03-01T00:00:00Z", title=f"Khác {SECRET}")
    script = (
        "import resource, sys; from newsarchive.cli import main\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, resource.RLIM_INFINITY))\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"main(['withhold', '2', '--reason', 'x', '--erase', '--db', {str(db)!r}])"
    )
    before = {p: p.read_bytes() for p in db.with_suffix(".warc").iterdir()}
    done = quick.run([sys.executable, "-c", script], env=environment())
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    assert "-erased1.warc.gz: cannot be read or written (File too large)" in done.stderr
    assert {p: p.read_bytes() for p in db.with_suffix(".warc").iterdir()} == before
    assert rows(db, "SELECT count(*) FROM withholdings") == [(0,)]
    assert hits(db, WORD) == [2]


# Show.


@pytest.mark.parametrize("erase", [False, True])
def test_show_says_that_it_is_withheld_and_no_more(db: Path, erase: bool) -> None:
    build(db)
    run(db, 2, "--reason", "asked by her", *["--erase"] * erase)
    ((since,),) = rows(db, "SELECT withheld FROM articles WHERE id = 2")
    shown = show(db, 2)
    assert "withheld" in shown
    assert since in shown
    assert "asked by her" in shown
    assert "Bị can" not in shown
    assert SECRET not in shown
    assert json.loads(show(db, 2, "--json")) == {
        "id": 2,
        "key": "congan.example.vn/bai-2",
        "withheld": since,
        "reason": "asked by her",
    }


def show(db: Path, *args: object) -> str:
    done = quick.run(command("show", *args, "--db", db), env=environment(), check=True)
    return done.stdout


def test_a_crawl_can_count_whatever_becomes_of_an_article() -> None:
    # One may be withheld while it is on its way.
    assert all(getattr(Counts(), outcome) == 0 for outcome in get_args(Outcome))
