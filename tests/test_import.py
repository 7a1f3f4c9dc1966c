"""`newsarchive import`: what others kept, in whatever form, comes in once and in its place."""

from __future__ import annotations

import gzip
import inspect
import os
import pty
import re
import select
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import brotli
import pytest
from archive_cases import contents
from crawl_cases import command, environment, rows
from intake_cases import (
    FETCHED,
    HOST,
    HTML,
    Heard,
    Kept,
    arc,
    listing,
    pages,
    run,
    taken,
    urls,
    wacz,
    warc,
)
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from newsarchive.archive import Archive
from newsarchive.archive.bodies import digest_of
from newsarchive.archive.locks import Locks
from newsarchive.archive.records import header_of, read_record
from newsarchive.archive.salvage import open_archive
from newsarchive.errors import NewsArchiveError
from newsarchive.intake import addresses, records, sources, taking
from newsarchive.intake.counts import Counts
from newsarchive.intake.packed import unpacked
from newsarchive.intake.pages import utc
from newsarchive.intake.pool import Pool

PAGES = pages()
(ONE, BODY), (TWO, SECOND), *_ = PAGES
LATER = "2023-01-01T00:00:00Z"
DUMP = """Thứ sáu, ngày 31/3/2023

Tổ tự quản thôn Suối Mơ giữ bình yên cho bản làng

Thứ Hai 22/08/2022 10:11

Xem với cỡ chữ
Sáng 22/8, Công an xã Suối Mơ cùng tổ tự quản đã tổ chức tuần tra, nhắc nhở các hộ dân giữ gìn an ninh trật tự trong thôn, phòng ngừa trộm cắp tài sản vào ban đêm.

Trước đó, trong lúc tuần tra quanh chợ, tổ công tác nhặt được một chiếc ví không có giấy tờ, bên trong có nhiều tiền mặt. Qua loa truyền thanh của xã, Công an đã tìm được người đánh rơi và trao lại đủ số tiền.

Công an khuyến cáo người dân nâng cao cảnh giác, kịp thời trình báo khi phát hiện dấu hiệu nghi vấn để được hướng dẫn và xử lý theo quy định của pháp luật.

Văn Tú
"""


def kept(number: int = len(PAGES), **more: Any) -> list[Kept]:
    return [Kept(url=url, body=body, **more) for url, body in PAGES[:number]]


def count(db: Path, table: str) -> int:
    found: int = rows(db, f"SELECT count(*) FROM {table}")[0][0]
    return found


def sound(folder: Path) -> list[str]:
    """The ids of all records in our WARC files, which must be sound."""
    ids = []
    for path in sorted(folder.iterdir()):
        assert path.name.endswith(".warc.gz"), "left open"

        class Arguments:
            inputs = (str(path),)
            verbose = False

        checker = Checker(Arguments())
        checker.process_all()
        assert not checker.exit_value
        with path.open("rb") as file:
            ids += [
                record.rec_headers.get_header("WARC-Record-ID")
                for record in ArchiveIterator(file)
                if record.rec_type != "warcinfo"
            ]
    return ids


# Forms of files.


def test_a_record_is_kept_as_it_was(tmp_path: Path) -> None:
    db, body = tmp_path / "a.db", gzip.compress(BODY, mtime=0)
    http = [("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("ETag", '"7"')]
    more = {"WARC-IP-Address": "192.0.2.7", "WARC-Date": "2022-08-22T10:11:00.250000+07:00"}
    (record_id,) = warc(tmp_path / "x.warc.gz", [Kept(url=ONE, body=body, http=http, more=more)])
    path = tmp_path / "x.warc.gz"
    assert taken(db, path) == (
        "1 records, new 1, changed 0, unchanged 0, duplicates 0, no article 0"
    )
    names = "record_id, site, url, fetched, status, digest, etag, via, crawl, warc, offset"
    ((*found, name, offset),) = rows(db, f"SELECT {names} FROM captures")
    assert found == [
        record_id, HOST, ONE, FETCHED, 200, digest_of(BODY), '"7"', "import", None,
    ]  # fmt: skip
    status, headers, unpacked = read_record(tmp_path / "a.warc", name, offset)
    assert (status, unpacked) == (200, BODY)
    assert headers == http
    head = header_of(tmp_path / "a.warc", name, offset)
    assert (head["warc-date"], head["warc-ip-address"]) == (FETCHED, "192.0.2.7")
    assert (head["warc-record-id"], head["warc-target-uri"]) == (record_id, ONE)
    assert head["warc-payload-digest"].startswith("sha1:")
    assert rows(db, "SELECT slug, home FROM sites") == [(HOST, f"http://{HOST}/")]
    assert rows(db, "SELECT url, first_seen, parser FROM articles")[0][:2] == (ONE, FETCHED)
    assert sound(tmp_path / "a.warc") == [record_id]


@pytest.mark.parametrize(
    "form", ["members", "plain", "one", "arc", "arc.gz", "wacz", "wacz packed"]
)
def test_forms(tmp_path: Path, form: str) -> None:
    path = tmp_path / "x.warc"
    if form.startswith("arc"):
        path = tmp_path / f"x.{form}"
        arc(path, kept(), packed=form == "arc.gz")
    elif form.startswith("wacz"):
        warc(path, kept(), form="members" if form == "wacz" else "plain")
        name = "data.warc.gz" if form == "wacz" else "data.warc"
        content, path = path.read_bytes(), tmp_path / "x.wacz"
        wacz(path, {name: content}, packed=form != "wacz")
    else:
        warc(path, kept(), form=form)
    db = tmp_path / "a.db"
    assert "5 records, new 5," in taken(db, path)
    assert urls(db) == sorted(url for url, _ in PAGES)
    assert rows(db, "SELECT DISTINCT fetched FROM captures") == [(FETCHED,)]
    before = contents(db)
    assert "duplicates 5" in taken(db, path)
    assert contents(db) == before
    assert sorted(os.listdir(tmp_path / "a.warc")) == sorted(
        {w for (w,) in rows(db, "SELECT warc FROM captures")}
    )


@pytest.mark.parametrize("encoding", ["br", "deflate", "chunked", "chunked gzip", "wrong"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    import zlib

    body, http = BODY, [HTML]
    if "gzip" in encoding:
        body = gzip.compress(body)
    if encoding == "br":
        body = brotli.compress(body)
    if encoding == "deflate":
        body = zlib.compress(body)
    if not encoding.startswith("chunked"):
        http.append(("Content-Encoding", {"wrong": "gzip"}.get(encoding, encoding)))
    else:
        half = len(body) // 2
        body = b"%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (
            half,
            body[:half],
            len(body) - half,
            body[half:],
        )
        http.append(("Transfer-Encoding", "chunked"))
        if "gzip" in encoding:
            http.append(("Content-Encoding", "gzip"))
    warc(tmp_path / "x.warc.gz", [Kept(url=ONE, body=body, http=http)])
    db = tmp_path / "a.db"
    assert "new 1," in taken(db, tmp_path / "x.warc.gz")
    ((digest, name, offset),) = rows(db, "SELECT digest, warc, offset FROM captures")
    assert digest == digest_of(BODY)
    assert read_record(tmp_path / "a.warc", name, offset)[2] == BODY


def test_what_is_no_article_is_counted_not_kept(tmp_path: Path) -> None:
    path, db = tmp_path / "x.warc.gz", tmp_path / "a.db"
    warc(
        path,
        [
            Kept(url=f"http://{HOST}/", body=listing()),
            Kept(url=f"http://{HOST}/moved", status="301 Moved", http=[("Location", "/")]),
            Kept(url=TWO, body=SECOND, status="404 Not Found"),
            Kept(url=f"http://{HOST}/a.png", body=b"\x89PNG", http=[("Content-Type", "image/png")]),
            Kept(
                url="dns:congan.example.vn",
                body=BODY,
                kind="resource",
                http=[("Content-Type", "text/dns")],
            ),
            Kept(
                url=f"http://{HOST}/torn",
                body=b"\x28\xb5\x2f\xfd0",
                http=[HTML, ("Content-Encoding", "zstd")],
            ),
            *kept(1),
        ],
    )
    assert taken(db, path).endswith(
        "7 records, new 1, changed 0, unchanged 0, duplicates 0, no article 6"
    )
    assert count(db, "captures") == count(db, "articles") == 1
    assert len(sound(tmp_path / "a.warc")) == 1


def test_a_record_too_large_for_a_page_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(records, "LARGEST", 40_000)
    big = Kept(url=f"http://{HOST}/big", body=BODY + b" " * 40_000)
    for form in ("members", "plain"):
        warc(tmp_path / form, [big, *kept(1)], form=form)
        with (tmp_path / form).open("rb") as file:
            found = list(records.records(unpacked(file, file.peek(2))))
        assert [isinstance(r, records.Record) and r.block is None for r in found] == [True, False]


# Folders.


def write(path: Path, content: bytes | str, modified: int = 1661137860) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (modified, modified))
    return path


def without_address(page: bytes) -> bytes:
    """The page without what tells its address."""
    return re.sub(rb"<link[^>]*canonical[^>]*>|<meta[^>]*og:url[^>]*>", b"", page)


def test_a_mirror(tmp_path: Path) -> None:
    root, db = tmp_path / "mirror", tmp_path / "a.db"
    for url, body in PAGES[:2]:
        write(root / url.removeprefix("http://"), without_address(body))
    write(root / HOST / "index.html", listing())
    write(root / HOST / "style.css", "<html>")
    write(root / "notes.pdf", "%PDF")
    warc(root / "old" / "x.warc.gz", kept()[2:3])
    warc(tmp_path / "data", kept()[3:4])
    wacz(root / "old" / "y.wacz", {"data.warc.gz": (tmp_path / "data").read_bytes()})
    line = taken(db, root)
    assert line.endswith("5 records, new 4, changed 0, unchanged 0, duplicates 0, no article 1")
    assert {u.partition("://")[2] for u in urls(db)} == {u[7:] for u, _ in PAGES[:4]}
    ((kind, fetched, url, name, offset),) = rows(
        db,
        "SELECT 'resource', fetched, url, warc, offset FROM captures WHERE url LIKE ?",
        f"%{ONE[7:]}",
    )
    head = header_of(tmp_path / "a.warc", name, offset)
    assert (head["warc-type"], head["warc-date"], head["content-type"]) == (
        kind,
        FETCHED,
        "text/html",
    )
    assert (fetched, head["warc-target-uri"]) == (FETCHED, url)
    assert read_record(tmp_path / "a.warc", name, offset)[2] == without_address(BODY)
    before = contents(db)
    assert "duplicates 4, no article 1" in taken(db, root)
    assert contents(db) == before


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("m/congan.vidu.vn/tin/bai-1.html", "https://congan.vidu.vn/tin/bai-1.html"),
        ("congan.vidu.vn/tin/index.html", "https://congan.vidu.vn/tin/"),
        ("http/congan.vidu.vn/tin", "http://congan.vidu.vn/tin"),
        ("m/127.0.0.1:8000/tin/a.html", "http://127.0.0.1:8000/tin/a.html"),
        ("m/congan.vidu.vn+8080/a.html", "http://congan.vidu.vn:8080/a.html"),
        ("congan.vidu.vn/default.aspx?id=5&c=a.html", "https://congan.vidu.vn/default.aspx?id=5&c=a"),
        ("congan.vidu.vn/default.aspx@id=5.html", "https://congan.vidu.vn/default.aspx?id=5"),
        ("congan.vidu.vn/index.php?id=5", "https://congan.vidu.vn/index.php?id=5"),
        ("congan.vidu.vn/tin/bai.aspx.html", "https://congan.vidu.vn/tin/bai.aspx"),
        ("congan.vidu.vn/tin mới/a#1 100%.html", "https://congan.vidu.vn/tin%20m%E1%BB%9Bi/a%231%20100%25.html"),
        ("congan.vidu.vn/a%2Fb.html", "https://congan.vidu.vn/a%2Fb.html"),
        ("congan.daklak.gov.vn/a.html", "https://congan.daklak.gov.vn/a.html"),
        ("J.Smith/my.project/a.html", None),
        ("pages/v1.0/a.html", None),
        ("a.html", None),
    ],
)  # fmt: skip
def test_address_by_path(path: str, address: str | None) -> None:
    assert addresses.of_path((), tuple(path.split("/"))) == address


def test_address_of_a_file_in_the_middle_of_a_mirror() -> None:
    above = ("home", "me", "my.site", "congan.vidu.vn", "tin")
    assert addresses.of_path(above, ("a.html",)) == "https://congan.vidu.vn/tin/a.html"
    assert addresses.of_path(("home", "my.site"), ("a.html",)) is None


SAVED = b"<!-- saved from url=(0042)https://congan.vidu.vn/tin/bai-1.html?a=1&amp;b=2 -->"
HTTRACK = b"<!-- Mirrored from congan.vidu.vn/tin/bai-1.html by HTTrack Website Copier/3.x [XR&CO'2014], Mon, 22 Aug 2022 -->"
SINGLE = b"<!--\n Page saved with SingleFile \n url: https://congan.vidu.vn/tin/bai-1.html \n saved date: Mon -->"
CANONICAL = b'<link href="https://congan.vidu.vn/tin/bai-1.html" rel="canonical">'
OG = b"<meta content=http://congan.vidu.vn/tin/bai-1.html property=og:url>"


@pytest.mark.parametrize(
    ("content", "guess", "address"),
    [
        (SAVED, None, "https://congan.vidu.vn/tin/bai-1.html?a=1&b=2"),
        (SAVED, "https://other.vn/x.html", "https://congan.vidu.vn/tin/bai-1.html?a=1&b=2"),
        (HTTRACK, None, "https://congan.vidu.vn/tin/bai-1.html"),
        (HTTRACK, "http://congan.vidu.vn/tin/bai-1a2b.html", "http://congan.vidu.vn/tin/bai-1.html"),
        (SINGLE, None, "https://congan.vidu.vn/tin/bai-1.html"),
        (CANONICAL, "http://www.congan.vidu.vn/x.html", "https://congan.vidu.vn/tin/bai-1.html"),
        (OG + CANONICAL, None, "https://congan.vidu.vn/tin/bai-1.html"),
        (OG, "http://congan.vidu.vn/x.html", "http://congan.vidu.vn/tin/bai-1.html"),
        # Not on the host of the mirror; the home, or the section, as everywhere on some portals.
        (CANONICAL, "https://other.vn/x.html", "https://other.vn/x.html"),
        (b'<link rel=canonical href="https://congan.vidu.vn/">', "https://congan.vidu.vn/a", "https://congan.vidu.vn/a"),
        (b'<link rel=canonical href="https://congan.vidu.vn/tin">', "https://congan.vidu.vn/tin/a", "https://congan.vidu.vn/tin/a"),
        (b'<link rel=canonical href="https://congan.vidu.vn/">', None, None),
        (b"<p>", "https://congan.vidu.vn/a", "https://congan.vidu.vn/a"),
    ],
)  # fmt: skip
def test_address_by_what_the_page_says(
    content: bytes, guess: str | None, address: str | None
) -> None:
    assert addresses.of_page(b"<html><head>" + content, guess) == address


def test_hostile_pages_cost_little_before_the_reader_has_them() -> None:
    started = time.process_time()
    for piece in (b"<link ", b"<meta = ", b"<!--Mirrored from ", b"<meta =="):
        addresses.of_page(piece * 30_000, None)
    assert time.process_time() - started < 2


def test_single_pages_and_dumps(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    nameless = without_address(SECOND)
    write(
        tmp_path / "saved.html",
        SAVED.replace(b"congan.vidu.vn", HOST.encode()) + without_address(BODY),
    )
    write(tmp_path / "nameless.html.gz", gzip.compress(nameless))
    write(tmp_path / "dump.txt", DUMP)
    args = [tmp_path / name for name in ("saved.html", "nameless.html.gz", "dump.txt")]
    assert taken(db, *args) == (
        "3 records, new 3, changed 0, unchanged 0, duplicates 0, no article 0"
    )
    dump, page = (f"urn:{digest_of(c)}" for c in (DUMP.encode(), nameless))
    found = dict(rows(db, "SELECT key, url || ' ' || site FROM articles"))
    assert found[dump] == f"{dump} import"
    assert found[page] == f"{page} import"
    assert len(found) == 3
    assert rows(db, "SELECT title, published, byline FROM articles WHERE key = ?", dump) == [
        ("Tổ tự quản thôn Suối Mơ giữ bình yên cho bản làng", "2022-08-22T10:11:00+07:00", "Văn Tú")
    ]
    assert "duplicates 3" in taken(db, *args)


def test_the_site_of_what_has_no_address(tmp_path: Path) -> None:
    db, path = tmp_path / "a.db", write(tmp_path / "dump.txt", DUMP)
    done = run(db, "--site", "haidoung", path)
    assert done.returncode == 2
    assert "did you mean" in done.stderr
    assert not db.exists()
    taken(db, path, site="haiduong")
    assert rows(db, "SELECT site FROM articles") == [("haiduong",)]
    assert rows(db, "SELECT province FROM sites") == [("Hải Dương",)]
    done = run(db, "--site", "nowhere", path)
    assert done.returncode == 2, "neither registered nor in the archive"


def test_links_that_lead_out_are_not_followed(tmp_path: Path) -> None:
    db, root, out = tmp_path / "a.db", tmp_path / "in", tmp_path / "out"
    write(root / HOST / "a" / "bai.html", without_address(BODY))
    write(out / "hai.html", without_address(SECOND))
    (root / HOST / "b.html").symlink_to(out / "hai.html")
    (root / HOST / "out").symlink_to(out)
    (root / HOST / "loop").symlink_to(root)
    (root / HOST / "dead.html").symlink_to(root / "nothing")
    (root / HOST / "again.html").symlink_to(root / HOST / "a" / "bai.html")
    os.mkfifo(root / HOST / "pipe.html")
    assert "2 records, new 2," in taken(db, root)
    assert urls(db) == [f"https://{HOST}/a/bai.html", f"https://{HOST}/again.html"]


def test_deep_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "in"
    page = write(here.joinpath(*"a" * 200) / "bai.html", without_address(BODY))
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 100)
    try:
        found = list(sources._walk(here))
    finally:
        sys.setrecursionlimit(before)
    assert found == [(page, (*"a" * 200, "bai.html"))]


# Sites and identity.


def test_sites_by_host(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    hosts = ("congan.daklak.gov.vn", "www.congan.other.vn", "congan.other.vn", "127.0.0.1:8000")
    warc(
        tmp_path / "x.warc.gz",
        [
            Kept(url=pages(n, host=h)[0][0], body=pages(n, host=h)[0][1])
            for n, h in enumerate(hosts, 1)
        ],
    )
    assert "new 4" in taken(db, tmp_path / "x.warc.gz")
    assert rows(db, "SELECT slug, home FROM sites ORDER BY slug") == [
        ("127.0.0.1:8000", "http://127.0.0.1:8000/"),
        ("daklak", "https://congan.daklak.gov.vn/"),
        ("www.congan.other.vn", "http://www.congan.other.vn/"),
    ]
    names = {w.partition("-2")[0] for (w,) in rows(db, "SELECT warc FROM captures")}
    assert names == {"import-127.0.0.1_8000", "import-daklak", "import-www.congan.other.vn"}


def test_identity_by_the_number_in_the_query(tmp_path: Path) -> None:
    from newsarchive.intake.places import identity
    from newsarchive.sites import all_sites

    site = next(s for s in all_sites().values() if s.id_params)
    base, name = f"https://{site.hosts[0]}/tin", site.id_params[0]
    asked = f"{base}?{name}=7&utm_source=x&x=1"
    assert identity(asked, None) == (asked, f"{site.hosts[0].removeprefix('www.')}/tin?{name}=7")
    assert identity("http://a.vn/x?a=1", "https://a.vn/tin/7")[1] == "a.vn/tin/7"
    assert identity("http://a.vn/x", "https://b.vn/tin/7")[1] == "a.vn/x"
    assert identity("http://a.vn/x", "https://a.vn/")[1] == "a.vn/x"


# The same again.


def test_the_same_bytes_at_another_time_are_a_revisit(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    warc(tmp_path / "1.warc.gz", kept(1))
    (again,) = warc(tmp_path / "2.warc.gz", kept(1, fetched=LATER))
    taken(db, tmp_path / "1.warc.gz")
    line = taken(db, tmp_path / "2.warc.gz")
    assert line.endswith("1 records, new 0, changed 0, unchanged 1, duplicates 0, no article 0")
    (first, second) = rows(db, "SELECT id, record_id, length, digest FROM captures ORDER BY id")
    assert second[1] == again
    assert second[2] < 1000 < first[2]
    assert rows(db, "SELECT capture, refers_to FROM revisits") == [(second[0], first[1])]
    assert rows(db, "SELECT seen FROM observations ORDER BY seen") == [(FETCHED,), (LATER,)]
    assert rows(db, "SELECT first_seen, last_seen, version FROM articles") == [(FETCHED, LATER, 1)]
    with closing(Archive.open(db)) as archive:
        place = archive.place(second[0])
    assert place is not None
    assert read_record(tmp_path / "a.warc", place.warc, place.offset)[2] == BODY
    with (tmp_path / "a.warc" / rows(db, "SELECT warc FROM captures WHERE id = 2")[0][0]).open(
        "rb"
    ) as file:
        revisit = next(r for r in ArchiveIterator(file) if r.rec_type == "revisit")
        assert revisit.http_headers.get_header("Content-Type") == HTML[1]
        assert revisit.rec_headers.get_header("WARC-Refers-To-Date") == FETCHED
    assert len(sound(tmp_path / "a.warc")) == 2
    # The same look by another record is none of its own.
    warc(tmp_path / "3.warc.gz", kept(1, fetched=LATER))
    before = contents(db)
    assert "duplicates 1," in taken(db, tmp_path / "3.warc.gz")
    assert contents(db) == before


def test_the_same_page_packed_in_another_way_is_kept_whole(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    packed = Kept(
        url=ONE, body=gzip.compress(BODY), fetched=LATER, http=[HTML, ("Content-Encoding", "gzip")]
    )
    warc(tmp_path / "1.warc.gz", [*kept(1), packed])
    assert "new 1, changed 0, unchanged 1" in taken(db, tmp_path / "1.warc.gz")
    assert count(db, "revisits") == 0


@pytest.mark.parametrize("named", ["by id", "by address and time"])
def test_revisit_records(tmp_path: Path, named: str) -> None:
    db, path = tmp_path / "a.db", tmp_path / "x.warc.gz"
    first = "<urn:uuid:00000000-0000-4000-8000-000000000001>"
    at = {"WARC-Refers-To-Target-URI": ONE, "WARC-Refers-To-Date": FETCHED}
    refers = {"WARC-Refers-To": first} if named == "by id" else at
    unknown = {"WARC-Refers-To": first.replace("1>", "2>")}
    warc(
        path,
        [
            *kept(1, more={"WARC-Record-ID": first}),
            Kept(url=ONE, fetched=LATER, kind="revisit", more=refers),
            Kept(url=TWO, fetched=LATER, kind="revisit", more=unknown),
        ],
    )
    line = taken(db, path)
    assert line.endswith(
        "3 records, new 1, changed 0, unchanged 1, duplicates 0, no article 0, unresolved 1"
    )
    assert rows(db, "SELECT refers_to FROM revisits") == [(first,)]
    assert rows(db, "SELECT digest, status FROM captures") == [(digest_of(BODY), 200)] * 2
    assert rows(db, "SELECT seen FROM observations ORDER BY seen") == [(FETCHED,), (LATER,)]
    assert "duplicates 2, no article 0, unresolved 1" in taken(db, path)
    assert count(db, "captures") == 2


def test_older_captures_take_their_place(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    edited = BODY.replace("tin thứ 5".encode(), "tin thứ năm".encode())
    assert edited != BODY
    times = ("2022-01-01T00:00:00Z", "2022-02-01T00:00:00Z", "2022-03-01T00:00:00Z")
    bodies = (BODY, edited, BODY)
    for number in (2, 0, 1):
        warc(
            tmp_path / f"{number}.warc.gz",
            [Kept(url=ONE, body=bodies[number], fetched=times[number])],
        )
    assert "new 1," in taken(db, tmp_path / "2.warc.gz")
    assert "unchanged 1," in taken(db, tmp_path / "0.warc.gz")
    assert "changed 1," in taken(db, tmp_path / "1.warc.gz")
    assert rows(db, "SELECT version, seen FROM versions ORDER BY version") == [*enumerate(times, 1)]
    titles = [t for (t,) in rows(db, "SELECT title FROM versions ORDER BY version")]
    assert titles[0] == titles[2] != titles[1]
    assert rows(db, "SELECT first_seen, last_seen, version FROM articles") == [
        (times[0], times[2], 3)
    ]


# Withheld and erased.


@pytest.mark.parametrize("erased", [None, "2026-01-01T00:00:00Z"])
def test_withheld_articles_stay_out(tmp_path: Path, erased: str | None) -> None:
    from newsarchive.urls import key

    db = tmp_path / "a.db"
    with closing(open_archive(db)) as archive, archive._writing() as conn:
        conn.execute(
            "INSERT INTO withholdings VALUES (?, ?, 'asked', '2026-01-01T00:00:00Z', ?)",
            (key(ONE), ONE, erased),
        )
    warc(tmp_path / "x.warc.gz", kept(2))
    assert taken(db, tmp_path / "x.warc.gz").endswith(
        "new 1, changed 0, unchanged 0, duplicates 0, no article 0, withheld 1"
    )
    assert rows(db, "SELECT url FROM articles WHERE withheld IS NULL") == [(TWO,)]
    assert count(db, "articles") == count(db, "captures") == (1 if erased else 2)
    assert len(sound(tmp_path / "a.warc")) == (1 if erased else 2)


# Damage.


def offsets(path: Path) -> list[int]:
    """Where the records lie in a WARC file of one member each."""
    with path.open("rb") as file:
        found = ArchiveIterator(file)
        return [found.get_record_offset() for _ in found]


@pytest.mark.parametrize("form", ["members", "plain"])
@pytest.mark.parametrize("damage", ["flip", "cut"])
def test_damaged_files(tmp_path: Path, form: str, damage: str) -> None:
    path, db = tmp_path / "x.warc.gz", tmp_path / "a.db"
    warc(path, kept(), form=form)
    content = bytearray(path.read_bytes())
    # warcinfo, then a response and a request for each page
    starts = (
        offsets(path)
        if form == "members"
        else [m.start() for m in re.finditer(rb"WARC/1\.", content)]
    )
    at = starts[5] + 900
    if damage == "flip":
        content[at] ^= 0x55
    else:
        del content[at:]
    path.write_bytes(content)
    done = run(db, path)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"{path}: ")
    assert line.endswith(f" at offset {starts[5]}")
    there = 4 if damage == "flip" else 2
    assert done.stdout.endswith(
        f": {there} records, new {there}, changed 0, unchanged 0, duplicates 0, no article 0, failed 1\n"
    )
    assert urls(db) == sorted(
        url for n, (url, _) in enumerate(PAGES) if (n != 2 if damage == "flip" else n < 2)
    )


@pytest.mark.parametrize("form", ["members", "plain"])
@pytest.mark.parametrize("length", [b"99999999", b"12345"])
def test_a_wrong_length_costs_one_record(tmp_path: Path, form: str, length: bytes) -> None:
    path = tmp_path / "x.warc"
    warc(path, kept(), form="plain")
    content = path.read_bytes()
    at = content.index(b"Content-Length: ", content.index(TWO.encode()))
    parts = [content[: at + 16], length, content[content.index(b"\r", at) :]]
    if form == "members":
        parts = list(map(gzip.compress, re.split(rb"(?=WARC/1\.\d\r\n)", b"".join(parts))[1:]))
    found = list(records.records(unpacked(BytesIO(b"".join(parts)), parts[0][:2])))
    there = [r.named["warc-target-uri"] for r in found if isinstance(r, records.Record)]
    assert there == [url for url, _ in PAGES if url != TWO]
    (damage,) = (d for d in found if isinstance(d, records.Damage))
    assert damage.offset == (
        sum(map(len, parts[:3])) if form == "members" else content.rindex(b"WARC/1", 0, at)
    )


def test_a_wacz_cut_short(tmp_path: Path) -> None:
    db, path = tmp_path / "a.db", tmp_path / "x.wacz"
    warc(tmp_path / "data", kept())
    content = (tmp_path / "data").read_bytes()
    wacz(path, {"data.warc.gz": content})
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b"\x1f\x8b") + offsets(tmp_path / "data")[5] + 100])
    done = run(db, path)
    assert done.returncode == 1
    first, second = done.stderr.splitlines()
    assert first == f"{path}: is cut short or damaged: no directory at offset {path.stat().st_size}"
    assert second.startswith(f"{path}/archive/data.warc.gz: the file ends in the middle")
    assert "new 2," in done.stdout
    path.write_bytes(whole[:-10])
    done = run(tmp_path / "b.db", path)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "new 5," in done.stdout


BAD = {
    "empty.warc.gz": (b"", "is empty"),
    "text.warc.gz": (b"what is this?\n" * 10, "no WARC record at offset 0"),
    "noise.warc": (b"\x1f\x8b\x08" + bytes(7) + b"\xff" * 99, "a record that cannot be unpacked at offset 0"),
    "page.wacz": (b"<html>", "is no WACZ file"),
    "other.wacz": (b"PK\x05\x06" + bytes(18), "is a ZIP file, but no WACZ: there is no archive/*.warc.gz in it"),
    "noise.bin": (bytes(range(256)) * 9, "is no WARC or WACZ file, no page and no text"),
    "nothing": (None, "there is no such file or folder"),
}  # fmt: skip


def test_what_cannot_be_taken_in_is_one_line(tmp_path: Path) -> None:
    for name, (content, _) in BAD.items():
        if content is not None:
            write(tmp_path / name, content)
    warc(tmp_path / "good.warc.gz", kept(1))
    done = run(tmp_path / "a.db", *(tmp_path / name for name in BAD), tmp_path / "good.warc.gz")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"{tmp_path / name}: {line}" for name, (_, line) in BAD.items()
    ]
    assert done.stdout.splitlines()[-1].startswith("total: 1 records, new 1,")


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
