"""`newsarchive import` of folders and single pages, whose addresses are found out."""

from __future__ import annotations

import gzip
import inspect
import os
import re
import sys
import time
from pathlib import Path

import pytest
from archive_cases import contents
from crawl_cases import rows
from import_cases import BODY, DUMP, ONE, PAGES, SECOND, kept, write
from intake_cases import (
    FETCHED,
    HOST,
    listing,
    run,
    taken,
    urls,
    wacz,
    warc,
)

from newsarchive.archive.bodies import digest_of
from newsarchive.archive.records import header_of, read_record
from newsarchive.intake import addresses, sources

# Folders.


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
