"""`newsarchive import` into what is there: sites, the same again, what is withheld."""

from __future__ import annotations

import gzip
from contextlib import closing
from pathlib import Path

import pytest
from archive_cases import contents
from crawl_cases import rows
from import_cases import BODY, LATER, ONE, TWO, count, kept, sound
from intake_cases import (
    FETCHED,
    HTML,
    Kept,
    pages,
    taken,
    warc,
)
from warcio.archiveiterator import ArchiveIterator

from newsarchive.archive import Archive
from newsarchive.archive.bodies import digest_of
from newsarchive.archive.records import read_record
from newsarchive.archive.salvage import open_archive

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
