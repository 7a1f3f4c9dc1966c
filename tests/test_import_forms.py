"""`newsarchive import` of all forms of files, whole and damaged."""

from __future__ import annotations

import gzip
import os
import re
from io import BytesIO
from pathlib import Path

import brotli
import pytest
from archive_cases import contents
from crawl_cases import rows
from import_cases import BODY, ONE, PAGES, SECOND, TWO, count, kept, sound, write
from intake_cases import (
    FETCHED,
    HOST,
    HTML,
    Kept,
    arc,
    listing,
    run,
    taken,
    urls,
    wacz,
    warc,
)
from warcio.archiveiterator import ArchiveIterator

from newsarchive.archive.bodies import digest_of
from newsarchive.archive.records import header_of, read_record
from newsarchive.intake import records
from newsarchive.intake.packed import unpacked

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
