"""The store: schema, identity, versions, indexes, frontier, and every way it can be unusable."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import archive_cases as cases
import pytest
from archive_cases import HOST, LATER, SEEN, contents, opened, put, rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive import query
from newsarchive.archive import Archive
from newsarchive.archive.schema import MIGRATION_NAMES
from newsarchive.archive.sections import Walked
from newsarchive.errors import ArchiveError
from newsarchive.model import Article, Image, Problem, Tally
from newsarchive.text import clean


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "archive.db"


@pytest.fixture
def archive(path: Path) -> Iterator[Archive]:
    with opened(path) as archive:
        yield archive


# The tables are a contract with whoever writes SQL.
COLUMNS = {
    "articles": "id key site url title lead byline source section published published_day "
    "published_text modified captions body origins parser version first_seen last_seen gone "
    "withheld capture",
    "images": "article position url caption credit",
    "versions": "article version seen title lead byline source section published published_text "
    "body images capture",
    "urls": "key article url",
    "events": "article seen what capture",
    "tags": "article tag",
    "captures": "id record_id site url fetched status digest etag last_modified warc offset "
    "length via archive_url crawl",
    "crawls": "id site started finished outcome requested new changed unchanged failed lists listed "
    "known fresh refused forbidden gone returned rechecked trouble why fields",
    "problems": "capture field what seen",
    "sites": "slug name province province_2025 home active",
    "articles_fts": "title lead body captions byline",
    "articles_exact": "title lead body captions byline",
}


@pytest.mark.parametrize("table", COLUMNS)
def test_columns_are_those_people_rely_on(archive: Archive, path: Path, table: str) -> None:
    found = [name for (name,) in rows(path, "SELECT name FROM pragma_table_info(?)", table)]
    assert found == COLUMNS[table].split()


def test_queries_by_day_site_and_address_use_indexes(archive: Archive, path: Path) -> None:
    for sql in (
        "SELECT id FROM articles WHERE published_day >= '2022-01-01'",
        "SELECT id FROM articles WHERE site = 'x'",
        "SELECT id FROM articles WHERE key = 'x'",
        "SELECT id FROM captures WHERE url = 'x'",
        "SELECT article FROM urls WHERE key = 'x'",
        "SELECT article FROM versions WHERE article = 1",
        "SELECT what FROM problems WHERE capture = 1",
    ):
        plan = rows(path, "EXPLAIN QUERY PLAN " + sql)
        assert all("SEARCH" in step[3] and "INDEX" in step[3] for step in plan), (sql, plan)


def test_the_file_is_in_wal_mode_with_foreign_keys_that_hold(archive: Archive, path: Path) -> None:
    assert rows(path, "PRAGMA journal_mode") == [("wal",)]
    with pytest.raises(ArchiveError, match="FOREIGN KEY"):
        archive.begin_crawl("nowhere", SEEN)


def test_an_article_is_stored_with_everything(archive: Archive, path: Path) -> None:
    assert put(archive, 1) == "new"
    archive.commit()
    (row,) = rows(path, "SELECT * FROM articles")
    stored = dict(zip(COLUMNS["articles"].split(), row, strict=True))
    assert stored == {
        "id": 1,
        "key": "congan.example.vn/bai-1",
        "site": "example",
        "url": f"{HOST}/bai-1",
        "title": "Triệt phá đường dây đánh bạc ở Đắk Lắk",
        "lead": "Lực lượng chức năng vừa hoà giải một vụ việc.",
        "byline": "Hoàng Anh - Thu Hà",
        "source": "Báo Ví Dụ",
        "section": "An ninh trật tự",
        "published": "2022-08-22T10:11:00+07:00",
        "published_day": "2022-08-22",
        "published_text": "Thứ Hai, 22/08/2022 10:11",
        "modified": "2022-08-22T11:00:00+07:00",
        "captions": "Tang vật thu giữ",
        "body": "Đoạn thứ nhất kể chuyện.\n\nĐoạn thứ hai nói thêm.",
        "origins": '{"published": "near-title", "title": "h1"}',
        "parser": "1",
        "version": 1,
        "first_seen": SEEN,
        "last_seen": SEEN,
        "gone": None,
        "withheld": None,
        "capture": 1,
    }
    assert rows(path, "SELECT * FROM images") == [
        (1, 1, f"{HOST}/1.jpg", "Tang vật thu giữ", "Minh Đức"),
        (1, 2, f"{HOST}/2.jpg", None, None),
    ]
    assert rows(path, "SELECT tag FROM tags ORDER BY rowid") == [("đánh bạc",), ("ma tuý",)]
    assert rows(path, "SELECT * FROM urls") == [("congan.example.vn/bai-1", 1, f"{HOST}/bai-1")]
    assert rows(path, "SELECT * FROM problems") == [(1, "published", "weekday does not fit", SEEN)]
    assert rows(path, "SELECT article, version, seen, capture FROM versions") == [(1, 1, SEEN, 1)]


def test_the_same_again_moves_only_last_seen(archive: Archive, path: Path) -> None:
    put(archive, 1)
    archive.commit()
    before = contents(path)
    kept = archive.add_capture(cases.capture(1))
    assert kept == 1, "one record is one capture"
    stored = archive.store(
        cases.article(),
        site="example",
        key="congan.example.vn/bai-1",
        url=f"{HOST}/bai-1",
        capture=kept,
        seen=LATER,
        parser="1",
    )
    archive.commit()
    assert stored == "unchanged"
    after = contents(path)
    assert rows(path, "SELECT first_seen, last_seen FROM articles") == [(SEEN, LATER)]
    assert [look[:3] for look in after["observations"]] == [(1, SEEN, 1), (1, LATER, 1)]
    for table in ("articles", "observations"):
        del before[table], after[table]
    assert after == before


def test_an_older_look_moves_first_seen_back(archive: Archive, path: Path) -> None:
    put(archive, 1, LATER)
    put(archive, 1, SEEN)
    archive.commit()
    assert rows(path, "SELECT first_seen, last_seen FROM articles") == [(SEEN, LATER)]


def test_unchanged_again_from_another_capture_repeats_no_problem(
    archive: Archive, path: Path
) -> None:
    put(archive, 1)
    assert put(archive, 1, LATER) == "unchanged"
    archive.commit()
    assert rows(path, "SELECT capture, seen FROM problems") == [(1, SEEN)]
    assert rows(path, "SELECT capture FROM articles") == [(1,)], "the one that gave this version"


def test_decomposed_text_is_the_same_text(archive: Archive, path: Path) -> None:
    put(archive, 1)
    plain = cases.article()
    again = put(
        archive,
        1,
        LATER,
        title=unicodedata.normalize("NFD", plain.title),
        lead=unicodedata.normalize("NFD", plain.lead or ""),
        paragraphs=tuple(unicodedata.normalize("NFD", p) for p in plain.paragraphs),
        tags=tuple(unicodedata.normalize("NFD", t) for t in plain.tags),
    )
    assert again == "unchanged"
    put(archive, 2, title=unicodedata.normalize("NFD", "Phường Hòa Bình"))
    archive.commit()
    assert rows(path, "SELECT title FROM articles WHERE id = 2") == [("Phường Hòa Bình",)]


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Tiêu đề mới"},
        {"lead": None},
        {"byline": "Văn Tú"},
        {"source": None},
        {"section": "Tin khác"},
        {"published": "2022-08-22"},
        {"paragraphs": ("Đoạn đã sửa.",)},
        {"images": (Image(url=f"{HOST}/1.jpg", caption="Chú thích khác"),)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_each_edit_is_a_version(archive: Archive, path: Path, change: dict[str, object]) -> None:
    put(archive, 1)
    assert put(archive, 1, LATER, **change) == "changed"
    assert put(archive, 1, LATER, **change) == "unchanged"
    archive.commit()
    assert rows(path, "SELECT version, capture FROM articles") == [(2, 2)]
    versions = rows(path, "SELECT version, seen, title, lead, body, capture FROM versions")
    old, new = cases.article(), cases.article(**change)
    assert versions == [
        (1, SEEN, old.title, old.lead, "\n\n".join(old.paragraphs), 1),
        (2, LATER, new.title, new.lead, "\n\n".join(new.paragraphs), 2),
    ]


def test_what_makes_no_version_is_still_brought_up_to_date(archive: Archive, path: Path) -> None:
    put(archive, 1)
    change = {"tags": ("mới",), "origins": {"title": "json-ld"}, "published_text": "22.8.2022"}
    assert put(archive, 1, LATER, **change) == "unchanged"
    archive.commit()
    assert rows(path, "SELECT tag FROM tags") == [("mới",)]
    assert rows(path, "SELECT published_text, origins, version FROM articles") == [
        ("22.8.2022", '{"title": "json-ld"}', 1)
    ]


def test_one_article_under_two_addresses_is_one_row(archive: Archive, path: Path) -> None:
    put(archive, 1)
    kept = archive.add_capture(cases.capture(2))
    twin = "https://www.congan.example.vn/bai-1?utm_source=x"
    for key, url in (
        ("congan.example.vn/bai-1", twin),
        # The rules of keys change between versions; an address stays what it was.
        ("other-key", twin),
        ("third-key", f"{HOST}/bai-1"),
        ("third-key", f"{HOST}/moved"),
    ):
        stored = archive.store(
            cases.article(), site="example", key=key, url=url, capture=kept, seen=SEEN, parser="1"
        )
        assert stored == "unchanged", (key, url)
    archive.commit()
    assert rows(path, "SELECT id, key, url FROM articles") == [
        (1, "congan.example.vn/bai-1", f"{HOST}/bai-1")
    ]
    addresses = {f"{HOST}/bai-1", f"{HOST}/moved", twin}
    assert {url for (url,) in rows(path, "SELECT url FROM urls WHERE article = 1")} == addresses
    assert archive.known(["other-key", "third-key", "x"]) == {"other-key", "third-key"}


def test_an_article_seen_again_after_it_was_gone_returns(archive: Archive, path: Path) -> None:
    put(archive, 1)
    archive.commit()
    conn = sqlite3.connect(path)
    conn.execute("UPDATE articles SET gone = '2026-01-02T09:00:00Z'")
    conn.commit()
    conn.close()
    put(archive, 1, SEEN)  # an older look says nothing of now
    assert archive._rows("SELECT gone FROM articles") == [("2026-01-02T09:00:00Z",)]
    put(archive, 1, LATER)
    archive.commit()
    assert rows(path, "SELECT gone FROM articles") == [(None,)]
    assert rows(path, "SELECT article, seen, what FROM events") == [(1, LATER, "returned")]


def test_a_failed_store_leaves_nothing_and_the_rest_stays(archive: Archive, path: Path) -> None:
    put(archive, 1)
    with pytest.raises(ArchiveError, match="FOREIGN KEY"):
        archive.store(
            cases.article(title="Không được lưu"),
            site="nowhere",
            key="k",
            url=f"{HOST}/k",
            capture=1,
            seen=SEEN,
            parser="1",
        )
    put(archive, 2)
    archive.commit()
    assert rows(path, "SELECT id FROM articles") == [(1,), (2,)]
    assert rows(path, "SELECT * FROM articles_exact WHERE articles_exact MATCH 'được'") == []


def test_a_store_that_fails_half_way_leaves_nothing(archive: Archive, path: Path) -> None:
    put(archive, 1)
    archive.commit()
    conn = sqlite3.connect(path)  # something goes wrong late, as on a full disk
    conn.execute(
        "CREATE TRIGGER late BEFORE INSERT ON urls WHEN new.url LIKE '%bai-2' "
        "BEGIN SELECT RAISE(ABORT, 'no room'); END"
    )
    conn.close()
    put(archive, 3)
    with pytest.raises(ArchiveError, match="no room"):
        put(archive, 2, title="Dang dở")
    archive.commit()
    assert rows(path, "SELECT url FROM articles") == [(f"{HOST}/bai-1",), (f"{HOST}/bai-3",)]
    assert rows(path, "SELECT DISTINCT article FROM images") == [(1,), (2,)]
    assert found(path, "articles_fts", "dang do") == found(path, "articles_exact", "dở") == []


def test_nothing_is_seen_before_the_commit_and_all_after_close(path: Path) -> None:
    archive = opened(path)
    archive.commit()
    put(archive, 1)
    assert rows(path, "SELECT count(*) FROM articles") == [(0,)]
    archive.close()
    archive.close()
    assert rows(path, "SELECT count(*) FROM articles") == [(1,)]


def test_text_that_no_column_can_hold_is_cleaned_not_fatal(archive: Archive, path: Path) -> None:
    put(archive, 1, title="Tiêu\x00 đề \ud800 lạ", tags=("a\x00", "a"))
    archive.commit()
    assert rows(path, "SELECT title FROM articles") == [("Tiêu đề  lạ",)]
    assert rows(path, "SELECT tag FROM tags") == [("a",)]


@pytest.mark.parametrize(
    ("published", "day"),
    [("2022-08-22", "2022-08-22"), ("2022-08", None), (None, None), ("2022-08-2200", None)],
)
def test_the_day_is_taken_only_from_a_whole_date(
    archive: Archive, path: Path, published: str | None, day: str | None
) -> None:
    put(archive, 1, published=published)
    archive.commit()
    assert rows(path, "SELECT published_day FROM articles") == [(day,)]


# Full text


def found(path: Path, table: str, words: str) -> list[int]:
    sql = f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rowid"
    return [rowid for (rowid,) in rows(path, sql, words)]


def test_plain_sql_finds_accents_typed_without_them(archive: Archive, path: Path) -> None:
    put(archive, 1)
    put(archive, 2, title="Tin khác", lead=None, images=(), byline=None, paragraphs=())
    archive.commit()
    for words in ("duong day danh bac", "dak lak", "hoang anh", "tang vat", "doan thu nhat"):
        assert found(path, "articles_fts", words) == [1], words
    assert rows(path, "SELECT title FROM articles_fts WHERE articles_fts MATCH 'dak lak'") == [
        ("Triệt phá dường dây dánh bạc ở Dắk Lắk",)
    ]
    joined = "SELECT a.title FROM articles a JOIN articles_fts f ON f.rowid = a.id WHERE "
    assert rows(path, joined + "articles_fts MATCH 'triệt phá'") == [(cases.article().title,)]


def test_plain_sql_finds_accents_exactly(archive: Archive, path: Path) -> None:
    put(archive, 1, title="Vụ má", lead="hoà giải", byline=None, images=())
    put(archive, 2, title="Vụ mà", lead="hòa giải", byline=None, images=())
    archive.commit()
    assert found(path, "articles_exact", "má") == [1]
    assert found(path, "articles_exact", "mà") == [2]
    assert found(path, "articles_exact", "ma") == []
    assert found(path, "articles_exact", "hòa") == [1, 2], "one tone placement for both"
    # The text shown is the page's own.
    assert rows(path, "SELECT lead FROM articles_exact WHERE articles_exact MATCH 'má'") == [
        ("hoà giải",)
    ]


def test_the_indexes_follow_every_edit(archive: Archive, path: Path) -> None:
    put(archive, 1, title="Chữ thuỷ cũ", lead="hoà")
    put(archive, 1, LATER, title="Chữ mới đây", lead="hoà")
    put(archive, 2, title="Bài khác")
    archive.commit()
    for table, old, new in (
        ("articles_fts", ("thuy", "cu"), ("moi", "day", "hoa")),
        ("articles_exact", ("thủy", "cũ"), ("mới", "đây", "hòa")),
    ):
        assert all(1 not in found(path, table, word) for word in old), table
        assert all(1 in found(path, table, word) for word in new), table


def test_the_indexes_are_sound_after_many_edits(archive: Archive, path: Path) -> None:
    for turn in range(5):
        for number in range(1, 8):
            put(archive, number, title=f"Đợt {turn} bài {number}", lead="hoà" * turn or None)
    archive.commit()
    conn = sqlite3.connect(path)
    conn.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")
    conn.execute("INSERT INTO articles_exact(articles_exact) VALUES ('integrity-check')")
    assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
    conn.execute("DELETE FROM articles WHERE id = 3")  # whoever writes, this index follows
    conn.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")
    conn.close()
    assert found(path, "articles_exact", "đợt") == list(range(1, 8))
    assert found(path, "articles_exact", '"đợt 3"') == []


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40).map(clean)
FULL = TEXT.filter(bool)
NULLABLE = st.none() | TEXT
ARTICLES = st.builds(
    Article,
    title=FULL,
    url=st.just(f"{HOST}/x"),
    site=st.just("example"),
    published=st.none() | st.just("2022-08-22") | st.just("2022-08-22T10:11:00+07:00"),
    published_text=NULLABLE,
    modified=NULLABLE,
    section=NULLABLE,
    lead=NULLABLE,
    byline=NULLABLE,
    source=NULLABLE,
    paragraphs=st.lists(FULL, max_size=4).map(tuple),
    images=st.lists(
        st.builds(Image, url=NULLABLE, caption=NULLABLE, credit=NULLABLE), max_size=3
    ).map(tuple),
    tags=st.lists(FULL, max_size=4, unique=True).map(tuple),
    origins=st.dictionaries(FULL, FULL, max_size=3),
    problems=st.lists(st.builds(Problem, field=FULL, what=FULL), max_size=2).map(tuple),
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "archive.db"
    with opened(path):
        pass
    return path


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=ARTICLES, second=ARTICLES)
def test_any_article_comes_back_as_it_was_stored(
    empty: Path, first: Article, second: Article
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.db"
        shutil.copy(empty, path)
        with opened(path) as archive:
            for number, given_ in enumerate((first, second, second), 1):
                kept = archive.add_capture(cases.capture(number))
                archive.store(
                    given_,
                    site="example",
                    key="x",
                    url=f"{HOST}/x",
                    capture=kept,
                    seen=SEEN,
                    parser="1",
                )
                archive.commit()
                conn = query.open_readonly(path)
                read = query.article(conn, 1)
                conn.close()
                assert read is not None
                assert {name: read[name] for name in given_.to_json()} == given_.to_json()
        conn = sqlite3.connect(path)
        conn.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")
        conn.close()


# Crawls and the frontier


def test_a_crawl_is_recorded_from_begin_to_end(archive: Archive, path: Path) -> None:
    crawl = archive.begin_crawl("example", SEEN)
    archive.end_crawl(
        crawl,
        Tally(requested=9, new=4, changed=3, unchanged=2, failed=1),
        finished=LATER,
        outcome="finished",
    )
    archive.commit()
    assert rows(
        path,
        "SELECT id, site, started, finished, outcome, requested, new, changed, unchanged, failed FROM crawls",
    ) == [(1, "example", SEEN, LATER, "finished", 9, 4, 3, 2, 1)]
    assert archive.followed() == ["example"]


def test_registering_a_site_again_updates_it_and_follows_nothing(
    archive: Archive, path: Path
) -> None:
    archive.register_site(replace(cases.site(), name="Tên mới", active=False))
    archive.commit()
    assert rows(path, "SELECT slug, name, active FROM sites") == [("example", "Tên mới", 0)]
    assert archive.followed() == []


def test_named_hosts_belong_to_one_site(archive: Archive) -> None:
    archive.register_site(cases.site("another"))
    archive.name_host("example", "127.0.0.1", 8000)
    archive.name_host("example", "127.0.0.1", 8000)
    assert archive.named_hosts("example") == {("127.0.0.1", 8000)}
    assert archive.named_hosts("another") == set()


def test_the_frontier_hands_out_what_is_not_settled(archive: Archive) -> None:
    put(archive, 1)
    stored = ("congan.example.vn/bai-1", f"{HOST}/bai-1")
    items = [(f"k{n}", f"{HOST}/k{n}") for n in range(5)]
    assert archive.enqueue("example", "tin", [items[0], stored, items[0], *items], SEEN) == items
    assert archive.enqueue("example", "tin", items, LATER) == []
    for key, state in (("k0", "done"), ("k1", "refused"), ("k2", "failed"), ("k3", "skipped")):
        archive.settle(key, state)
    assert archive.known(["x", "k0", "k1", "k2", "k3", "k4", stored[0]]) == {"k0", "k1", stored[0]}
    assert [key for key, _, _ in archive.pending("example")] == ["k2", "k3", "k4"]
    assert archive.pending("example")[0] == ("k2", f"{HOST}/k2", "tin")
    assert archive.pending("another") == []
    with pytest.raises(ValueError, match="'lost'"):
        archive.settle("k0", "lost")


def test_skipped_articles_come_back_only_when_young_enough(archive: Archive) -> None:
    archive.enqueue("example", None, [("old", "u1"), ("older", "u2"), ("undated", "u3")], SEEN)
    archive.settle("old", "skipped", day="2021-06-01")
    archive.settle("older", "skipped", day="2019-06-01")
    archive.settle("undated", "skipped")
    pending = archive.pending("example", since="2021-01-01")
    assert [key for key, _, _ in pending] == ["old", "undated"]


def test_known_takes_any_number_of_keys_of_any_form(archive: Archive) -> None:
    put(archive, 1)
    many = [f"'{n}\"\\ đ" for n in range(50_000)]
    assert archive.known([*many, "congan.example.vn/bai-1"]) == {"congan.example.vn/bai-1"}
    assert archive.known([]) == set()


def test_sections_remember_how_far_they_are_known(archive: Archive) -> None:
    assert archive.section("example", "/tin") == Walked()
    archive.note_section("example", "/tin", SEEN)
    assert not archive.section("example", "/tin").complete
    archive.resume_section("example", "/tin", "/tin?page=7", SEEN)
    assert archive.section("example", "/tin")[3:] == ("/tin?page=7", SEEN)
    archive.complete_section("example", "/tin", LATER, newest="2026-01-02")
    assert archive.section("example", "/tin") == Walked(True, LATER, "2026-01-02", None, None)
    archive.complete_section("example", "/tin", LATER)
    assert archive.section("example", "/tin").newest == "2026-01-02"
    assert archive.walked("example") == LATER
    assert archive.walked("portal.example.vn") == ""


def test_what_was_met_is_told_by_the_time(archive: Archive) -> None:
    archive.enqueue("example", "/tin", [("a", "http://a"), ("b", "http://b")], SEEN)
    archive.enqueue("example", "/tin", [("b", "http://b"), ("c", "http://c")], LATER)
    assert archive.met(["a", "b", "c", "d"], SEEN) == {"a", "b"}
    assert archive.met(["a", "b", "c", "d"], LATER) == {"a", "b", "c"}
    assert archive.met(["a"], "2000-01-01T00:00:00Z") == set()


def test_validators_of_lists_prove_themselves(archive: Archive) -> None:
    url = "http://example.vn/tin"

    def note(digest: str, etag: str | None, modified: str | None) -> tuple[str | None, str | None]:
        archive.note_validators(url, digest=digest, etag=etag, last_modified=modified)
        return archive.list_validators(url)

    assert note("x", "e1", "m1") == (None, None)  # no such list
    archive.set_listing("example", url, "links", SEEN)
    assert note("x", "e1", "m1") == (None, None)
    assert note("x", "e1", "m2") == ("e1", None)  # NukeViet's is always yesterday's
    assert note("x", "e1", "m2") == ("e1", "m2")
    assert note("y", "e2", "m3") == ("e2", "m3")  # both follow the body
    for _ in range(4):
        assert archive.list_validators(url) == ("e2", "m3")
        archive.count_listing(url, LATER, conditional=True)
    assert archive.list_validators(url) == (None, None)  # taken whatever the server says
    assert note("y", "e2", "m3") == ("e2", "m3")
    # One that stays while the list changes lies, and is never believed again.
    assert note("z", "e2", "m4") == (None, "m4")
    assert note("z", "e5", "m4") == (None, "m4")


def test_a_portal_without_rules_never_replaces_a_registered_site(
    archive: Archive, path: Path
) -> None:
    archive.register_portal("example", "http://elsewhere.vn/")
    archive.register_portal("portal.vn", "http://portal.vn/")
    archive.commit()
    assert rows(path, "SELECT slug, name, home FROM sites ORDER BY slug") == [
        ("example", "Công an tỉnh Ví Dụ", "https://example.example.vn/"),
        ("portal.vn", "portal.vn", "http://portal.vn/"),
    ]


def test_problems_without_a_capture_are_each_kept(archive: Archive, path: Path) -> None:
    for capture in (None, None):
        archive.add_problem(capture=capture, field="fetch", what=f"{HOST}: timed out", seen=SEEN)
    archive.commit()
    assert len(rows(path, "SELECT * FROM problems")) == 2


# What can be wrong with the file


def refusal(path: Path, **options: object) -> str:
    """The one line with which opening fails, for writing."""
    with pytest.raises(ArchiveError) as caught:
        Archive.open(path, busy_seconds=0.05, **options)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    assert str(path.parent) in str(caught.value)
    return str(caught.value)


def test_a_missing_file_is_not_made_without_create(path: Path) -> None:
    assert "there is no archive" in refusal(path, create=False)
    assert not path.parent.exists()


def test_an_empty_file_becomes_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    path.touch()
    opened(path).close()
    assert rows(path, "SELECT slug FROM sites") == [("example",)]


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes(b"<html>" * 500)
    assert "not a database" in refusal(path)
    assert path.read_bytes() == b"<html>" * 500
    path.write_bytes(b"SQLite format 3\0" + b"<html>" * 500)
    assert "database" in refusal(path)


def test_a_folder_is_no_archive(tmp_path: Path) -> None:
    folder = tmp_path / "archive.db"
    folder.mkdir()
    assert "is a folder" in refusal(folder)
    (tmp_path / "file").touch()
    assert "Not a directory" in refusal(tmp_path / "file" / "archive.db")


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    conn = sqlite3.connect(path)
    conn.execute("CREATE TABLE articles(id)")
    conn.commit()
    conn.close()
    before = path.read_bytes()
    assert "not one of newsarchive" in refusal(path)
    assert path.read_bytes() == before


def test_a_newer_archive_is_refused_by_name(path: Path) -> None:
    opened(path).close()
    conn = sqlite3.connect(path)
    conn.execute(
        "INSERT INTO _sqlite_migrations(migration_set, name, applied_at) "
        "VALUES ('newsarchive', '999_future', 'now')"
    )
    conn.commit()
    conn.close()
    line = refusal(path)
    assert "newer newsarchive" in line
    assert "999_future" in line
    assert MIGRATION_NAMES[-1] in line
    assert "upgrade" in line


def test_another_writer_is_named_not_waited_for_forever(path: Path) -> None:
    with opened(path) as writer:
        put(writer, 1)
        assert "locked" in refusal(path)
        writer.commit()
        Archive.open(path, busy_seconds=0.05).close()


def test_a_write_that_finds_the_file_locked_says_so(path: Path) -> None:
    opened(path).close()
    with Archive.open(path, busy_seconds=0.05) as first, Archive.open(path) as second:
        put(second, 1)
        with pytest.raises(ArchiveError, match="locked"):
            first.begin_crawl("example", SEEN)
        second.commit()
        first.begin_crawl("example", SEEN)


def test_a_store_waits_for_another_writer_to_commit(path: Path) -> None:
    with opened(path) as first:
        put(first, 1)
        first.commit()
        with Archive.open(path) as second:
            put(second, 2)
            timer = threading.Timer(0.3, second.commit)
            timer.start()
            stored = first.store(
                cases.article(),
                site="example",
                key="k",
                url=f"{HOST}/k",
                capture=1,
                seen=SEEN,
                parser="1",
            )
            timer.join()
        assert stored == "new"


def test_two_first_runs_at_once_make_one_archive(path: Path) -> None:
    code = (
        "import sys, pathlib; from newsarchive.archive import Archive; "
        "Archive.open(pathlib.Path(sys.argv[1]), busy_seconds=20).close()"
    )
    runs = [subprocess.Popen([sys.executable, "-c", code, str(path)]) for _ in range(4)]
    assert [run.wait() for run in runs] == [0] * 4
    applied = rows(path, "SELECT name FROM _sqlite_migrations")
    assert [name for (name,) in applied] == list(MIGRATION_NAMES)


@contextmanager
def unprivileged() -> Iterator[None]:
    """Act as a user whom permissions bind, also where the tests run as root."""
    user, group = os.geteuid(), os.getegid()
    if user == 0:
        os.setegid(65534)
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)
        os.setegid(group)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter (pytest's own are closed)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


def test_a_folder_that_cannot_be_written_is_one_line(open_folder: Path) -> None:
    open_folder.chmod(0o555)
    for path in (open_folder / "archive.db", open_folder / "data" / "archive.db"):
        with unprivileged():
            assert "--db" in refusal(path)
    assert list(open_folder.iterdir()) == []


def test_a_read_only_copy_can_be_read_but_not_written(open_folder: Path) -> None:
    path = open_folder / "archive.db"
    with opened(path) as archive:
        put(archive, 1)
    path.chmod(0o444)
    open_folder.chmod(0o555)
    with unprivileged():
        conn = query.open_readonly(path)
        assert [hit.id for hit in query.search(conn, "dak lak")] == [1]
        conn.close()
        assert "permissions" in refusal(path)
    assert [file.name for file in open_folder.iterdir()] == ["archive.db"]


def test_a_read_only_copy_with_an_unfinished_log_is_not_read_without_it(open_folder: Path) -> None:
    path, copy = open_folder / "live" / "archive.db", open_folder / "archive.db"
    with opened(path) as archive:
        put(archive, 1)
        archive.commit()
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", f"{copy}{suffix}")
    for file in (copy, Path(f"{copy}-wal")):
        file.chmod(0o444)
    open_folder.chmod(0o555)
    # Without the log the article would be missing: better no answer than a wrong one.
    with unprivileged(), pytest.raises(ArchiveError, match="permissions"):
        query.open_readonly(copy)
    open_folder.chmod(0o755)
    conn = query.open_readonly(copy)
    assert [hit.id for hit in query.search(conn, "dak lak")] == [1]
    conn.close()


def test_an_unreadable_file_is_one_line(open_folder: Path) -> None:
    path = open_folder / "archive.db"
    opened(path).close()
    path.chmod(0)
    with unprivileged():
        with pytest.raises(ArchiveError, match=r"cannot be read \(Permission denied\)"):
            query.open_readonly(path)
        assert "cannot be read (Permission denied)" in refusal(path)
