"""What the next writer makes of files that a dead one left, and of captures without a record."""

from __future__ import annotations

from pathlib import Path

import pytest
from archive_cases import HOST, article, rows, site

from newsarchive.archive import Archive, records
from newsarchive.archive.bodies import digest_of
from newsarchive.archive.salvage import open_archive
from newsarchive.archive.warc import Exchange, Kept, Original, WarcWriter
from newsarchive.model import Capture

INFO = {"software": "test", "isPartOf": "example", "via": "live"}
WHEN = "2026-01-02T03:04:{:02}Z"


def exchange(number: int, body: bytes | None = None) -> Exchange:
    return Exchange(
        url=f"{HOST}/bai-{number}", method="GET", request_headers=[], request_body=b"", status=200,
        reason="OK", response_headers=[("Content-Type", "text/html"), ("ETag", f'"{number}"')],
        body=body or f"<p>Bài {number}</p>".encode(), fetched=WHEN.format(number), ip=None,
    )  # fmt: skip


def record(archive: Archive, made: Exchange, kept: Kept) -> int:
    return archive.add_capture(
        Capture(
            record_id=kept.record_id, site="example", url=made.url, fetched=made.fetched, status=200,
            digest=digest_of(made.body), warc=kept.warc, offset=kept.offset, length=kept.length,
        )
    )  # fmt: skip


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "a.db"
    with Archive.open(path) as archive:
        archive.register_site(site())
    return path


def write(db: Path, *, recorded: int, more: int = 0) -> WarcWriter:
    """A writer with records, the first ones recorded and read as articles, still open."""
    writer = WarcWriter(db.with_suffix(".warc"), prefix="example", info=INFO)
    with Archive.open(db) as archive:
        for number in range(1, recorded + more + 1):
            made = exchange(number)
            kept = writer.write(made)
            if number > recorded:
                continue
            name = f"congan.example.vn/bai-{number}"
            archive.enqueue("example", None, [(name, made.url)], made.fetched)
            capture = record(archive, made, kept)
            archive.store(
                article(title=f"Bài {number}", url=made.url), site="example", key=name, url=made.url,
                capture=capture, seen=made.fetched, parser="1",
            )  # fmt: skip
            archive.settle(name, "done")
    return writer


def urls(db: Path) -> list[str]:
    return [url.removeprefix(f"{HOST}/") for (url,) in rows(db, "SELECT url FROM captures ORDER BY offset")]  # fmt: skip


def warcs(db: Path) -> list[str]:
    return sorted(path.name for path in db.with_suffix(".warc").iterdir())


def test_records_that_no_capture_tells_of_get_one(db: Path) -> None:
    write(db, recorded=2, more=3).abandon()
    open_archive(db).close()
    assert urls(db) == [f"bai-{n}" for n in range(1, 6)]
    ((name,),) = rows(db, "SELECT DISTINCT warc FROM captures")
    assert warcs(db) == [name]
    for url, offset, digest, etag, fetched, status in rows(
        db, "SELECT url, offset, digest, etag, fetched, status FROM captures"
    ):
        number = int(url.rpartition("-")[2])
        _, _, body = records.read_record(db.with_suffix(".warc"), name, offset)
        assert (digest_of(body), etag, fetched, status) == (
            digest, f'"{number}"' if number > 2 else None, WHEN.format(number), 200,
        )  # fmt: skip
    before = urls(db)
    open_archive(db).close()
    assert urls(db) == before


def test_the_file_of_a_living_writer_is_left_alone(db: Path) -> None:
    writer = write(db, recorded=1, more=1)
    open_archive(db).close()
    assert warcs(db)[0].endswith(".open")
    assert urls(db) == ["bai-1"]
    writer.close()
    assert not warcs(db)[0].endswith(".open")


def test_a_torn_tail_is_cut(db: Path) -> None:
    write(db, recorded=1, more=2).abandon()
    (name,) = warcs(db)
    path = db.with_suffix(".warc") / name
    whole = [m.offset + m.length for m in records.members(path)]
    with path.open("r+b") as file:
        file.truncate(whole[-2] - 7)  # in the last response
    open_archive(db).close()
    assert urls(db) == ["bai-1", "bai-2"]
    assert list(records.members(db.with_suffix(".warc") / name.removesuffix(".open")))


def test_captures_whose_record_was_lost_go_and_their_pages_are_asked_again(db: Path) -> None:
    """A power cut may take what the disk had not written yet."""
    write(db, recorded=3).abandon()
    (name,) = warcs(db)
    (offset,) = rows(db, "SELECT offset FROM captures WHERE url LIKE '%-3'")[0]
    with (db.with_suffix(".warc") / name).open("r+b") as file:
        file.truncate(offset + 20)
    with open_archive(db) as archive:
        assert archive.pending("example") == [("congan.example.vn/bai-3", f"{HOST}/bai-3", None)]
    assert urls(db) == ["bai-1", "bai-2"]
    assert rows(db, "SELECT title FROM articles") == [("Bài 1",), ("Bài 2",)]
    for table in ("articles_fts", "articles_exact"):
        assert len(rows(db, f"SELECT rowid FROM {table} WHERE {table} MATCH 'an'")) == 0
        assert len(rows(db, f"SELECT rowid FROM {table} WHERE {table} MATCH 'bài OR bai'")) == 2


def test_a_version_whose_record_was_lost_goes_back_to_the_one_before(db: Path) -> None:
    writer = write(db, recorded=1)
    with Archive.open(db) as archive:
        edited = exchange(1, "<p>Bài 1, đã sửa</p>".encode())
        capture = record(archive, edited, writer.write(edited))
        archive.store(
            article(title="Bài 1, đã sửa", url=edited.url), site="example",
            key="congan.example.vn/bai-1", url=edited.url, capture=capture, seen=WHEN.format(9),
            parser="1",
        )  # fmt: skip
    writer.abandon()
    (name,) = warcs(db)
    (offset,) = rows(db, "SELECT offset FROM captures WHERE id = 2")[0]
    with (db.with_suffix(".warc") / name).open("r+b") as file:
        file.truncate(offset)
    open_archive(db).close()
    assert rows(db, "SELECT title, version, capture FROM articles") == [("Bài 1", 1, 1)]
    assert rows(db, "SELECT version, title FROM versions") == [(1, "Bài 1")]


def test_a_revisit_goes_with_the_record_that_it_repeats(db: Path) -> None:
    write(db, recorded=1).close()
    writer = WarcWriter(db.with_suffix(".warc"), prefix="later", info=INFO)
    with Archive.open(db) as archive:
        found = archive.original(f"{HOST}/bai-1")
        assert found is not None
        original, digest = found
        assert isinstance(original, Original)
        again = exchange(1)
        kept = writer.write(again, original)
        revisit = archive.add_revisit(
            Capture(
                record_id=kept.record_id, site="example", url=again.url, fetched=WHEN.format(30),
                status=200, digest=digest, warc=kept.warc, offset=kept.offset, length=kept.length,
            ), original.record_id,
        )  # fmt: skip
        archive.sight(1, capture=revisit, seen=WHEN.format(30))
    writer.abandon()
    open_archive(db).close()
    place_of = rows(db, "SELECT count(*) FROM observations WHERE article = 1")
    assert place_of == [(2,)]
    from newsarchive.archive.salvage import drop_capture

    with Archive.open(db) as archive:
        place = archive.place(revisit)
        assert place is not None
        _, _, body = records.read_record(archive.warc_dir, place.warc, place.offset)
        assert body == again.body
        drop_capture(archive, 1)
    assert rows(db, "SELECT id FROM captures") == []
    assert rows(db, "SELECT id FROM articles") == []


def test_a_file_without_a_whole_record_goes(db: Path) -> None:
    folder = db.with_suffix(".warc")
    folder.mkdir()
    (folder / "example-1.warc.gz.open").write_bytes(b"\x1f\x8b\x08torn")
    open_archive(db).close()
    assert warcs(db) == []


def test_record_ids_sort_in_the_order_made(db: Path) -> None:
    writer = WarcWriter(db.with_suffix(".warc"), prefix="example", info=INFO)
    ids = [writer.write(exchange(n)).record_id for n in range(1, 40)]
    writer.close()
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
