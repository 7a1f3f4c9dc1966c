"""Searching and reading: accents, order, filters, snippets, and words of any kind."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from archive_cases import HOST, LATER, SEEN, opened, put
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from newsarchive import query
from newsarchive.archive import Archive
from newsarchive.cli import search as command
from newsarchive.errors import ArchiveError, CallError, UnknownSite
from newsarchive.model import Image
from newsarchive.words import SNIPPET, parse_words, snippet

EMPTY: dict[str, object] = {"lead": None, "byline": None, "images": (), "paragraphs": ()}
# title, published, other fields; the number of each is its id
CASES = (
    ("Triệt phá đường dây đánh bạc", "2022-08-22T10:11:00+07:00", {}),
    ("Tin từ Đắk Lắk", "2022-08-22", {}),
    ("Đường xá và dây điện, không bạc, không đánh", "2021-01-01T08:00:00+07:00", {}),
    ("Hoà giải ở cơ sở", None, {"lead": "Duong day danh bac viết không dấu"}),
    ("Thuỷ lợi", "2023-12-31T23:59:00+07:00", {"paragraphs": ("Hòa bình và thủy lợi.",)}),
    ("Chuyện ảnh", "2020-02-02", {"images": (Image(url="x", caption="Tang vật vụ án"),)}),
    ("Chuyện người viết", "2020-02-01", {"byline": "Văn Tú"}),
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("query") / "archive.db"
    with opened(path) as archive:
        for number, (title, published, fields) in enumerate(CASES, 1):
            put(archive, number, title=title, published=published, **{**EMPTY, **fields})
    return path


@pytest.fixture
def conn(path: Path) -> Iterator[sqlite3.Connection]:
    conn = query.open_readonly(path)
    yield conn
    conn.close()


def ids(conn: sqlite3.Connection, words: str, **options: object) -> list[int]:
    return [hit.id for hit in query.search(conn, words, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("duong day danh bac", [1, 3, 4]),
        ("DUONG Day", [1, 3, 4]),
        ("đường dây đánh bạc", [1, 3]),
        ("Đường Dây", [1, 3]),
        ("đường day", []),  # one mark makes the whole query exact
        ("dak lak", [2]),
        ("Đắk Lắk", [2]),
        ("Đăk Lăk", []),
        ("hoà", [5, 4]),
        ("hòa", [5, 4]),
        ("thủy", [5]),
        ("tang vat", [6]),
        ("van tu", [7]),
        ("văn tú", [7]),
        ("duong khong-co", []),
        ('"duong day"', [1, 4]),
        ('"đường dây" bạc', [1]),
        ("duong OR van", [1, 3, 7, 4]),
        ("du*", [1, 3, 4]),
        ("title:duong", [1, 3]),
        ("", [5, 1, 2, 3, 6, 7, 4]),
        (" ", [5, 1, 2, 3, 6, 7, 4]),
        ("---", []),
        ('"', []),
        ('""', []),
        ("duong ---", [1, 3, 4]),
        ("duong (", [1, 3, 4]),
        ("NEAR(duong day)", []),
        ("điện,", [3]),
    ],
)
def test_words_find_what_they_should(
    conn: sqlite3.Connection, words: str, expected: list[int]
) -> None:
    assert ids(conn, words) == expected
    assert sorted(found["id"] for found in query.articles(conn, words)) == sorted(expected)
    assert query.count(conn, words) == len(expected)


def test_decomposed_words_are_the_same_words(conn: sqlite3.Connection) -> None:
    import unicodedata

    assert ids(conn, unicodedata.normalize("NFD", "đường dây")) == [1, 3]


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(words=st.text(max_size=40) | st.text("\"'*():^-+{}\\ đạ\x00\ud800NEARDOT", max_size=20))
@example("a" * 100_000)
@example(" ".join(f"w{n}" for n in range(10_000)))
@example("(" * 5_000 + "a" + ")" * 5_000)
@example("a OR (" * 200 + "b NOT " * 200)
@example("-" * 3_000 + '"' * 3_001)
@example("title:" * 500 + "a* AND NOT OR -(")
@example(" OR ".join(f'title:"đ{n}"*' for n in range(1_000)))
@example("\ud800\x00")
@example("İ ß ﬁ 한국 ไทย a\u0310c 𞤀")
def test_no_words_are_an_error(conn: sqlite3.Connection, words: str) -> None:
    for order in query.ORDERS:
        query.search(conn, words, order=order)
    list(query.articles(conn, words))
    assert query.find(conn, words) is None or words.strip()


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(words=st.text(max_size=30), text=st.text(max_size=300))
def test_a_snippet_is_whole_words_of_the_text(words: str, text: str) -> None:
    text = " ".join(text.split())
    shown = snippet([text], parse_words(words))
    inner = shown.removeprefix("… ").removesuffix(" …")
    assert f" {inner} " in f" {text} "
    longest = max((len(word) for word in text.split()), default=0)
    assert len(inner) <= max(SNIPPET, len(inner.split(" ")[0])) + 2 * longest + len(words)


def test_newest_is_by_publication_and_undated_comes_last(conn: sqlite3.Connection) -> None:
    listed = [1, 2, 3, 4, 5, 6, 7]
    published = {number: case[1] for number, case in enumerate(CASES, 1)}
    sql = "SELECT id FROM articles ORDER BY published DESC NULLS LAST"
    order = [row[0] for row in conn.execute(sql)]
    assert sorted(order) == listed
    assert published[order[-1]] is None
    assert ids(conn, "duong") == [number for number in order if number in (1, 3, 4)]
    assert ids(conn, "duong", limit=2) == [1, 3]


def test_rank_puts_a_title_before_a_lead(conn: sqlite3.Connection) -> None:
    assert ids(conn, "danh bac", order="rank")[-1] == 4
    assert set(ids(conn, "danh bac", order="rank")) == {1, 3, 4}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"since": "2022-08-22"}, [5, 1, 2]),
        ({"until": "2022-08-22", "since": "2022-08-22"}, [1, 2]),
        ({"until": "2022-08-21"}, [3, 6, 7]),
        ({"since": "2023-12-31", "until": "2023-12-31"}, [5]),
        ({"site": "example"}, [5, 1, 2, 3, 6, 7, 4]),
        ({}, [5, 1, 2, 3, 6, 7, 4]),
    ],
)
def test_filters_are_days_inclusive_and_a_site(
    tmp_path: Path, options: dict[str, str], expected: list[int]
) -> None:
    path = tmp_path / "archive.db"
    with opened(path) as archive:
        for number, (title, published, fields) in enumerate(CASES, 1):
            fields = {**EMPTY, **fields, "section": None, "byline": "Chung"}
            put(archive, number, title=title, published=published, **fields)
    conn = query.open_readonly(path)
    assert ids(conn, "chung", **options) == expected
    exported = [row["id"] for row in query.articles(conn, **options)]  # type: ignore[arg-type]
    assert exported == sorted(expected)
    assert query.count(conn, **options) == len(expected)  # type: ignore[arg-type]
    conn.close()


@pytest.mark.parametrize(
    "options",
    [
        {"since": "2022-8-1"},
        {"until": "22/08/2022"},
        {"since": "2022-02-30"},
        {"since": ""},
        {"since": "２０２２-08-22"},
        {"since": "2022-08-23", "until": "2022-08-22"},
        {"order": "oldest"},
        {"limit": 0},
        {"offset": -1},
        {"province": "Atlantis"},
        {"section": "Không có"},
        {"byline": " ! "},
    ],
)
def test_a_malformed_filter_is_a_wrong_call(
    conn: sqlite3.Connection, options: dict[str, object]
) -> None:
    with pytest.raises(CallError) as caught:
        query.search(conn, "duong", **options)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


def test_an_unknown_site_names_the_nearest(conn: sqlite3.Connection) -> None:
    with pytest.raises(UnknownSite, match="did you mean example"):
        query.search(conn, "duong", site="exampel")
    assert ids(conn, "duong", site="daklak") == [], "a registered site without articles is none"


def test_withheld_is_in_no_answer_and_gone_only_in_search(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with opened(path) as archive:
        for number in (1, 2, 3):
            put(archive, number)
    conn = sqlite3.connect(path)
    conn.execute("UPDATE articles SET withheld = 'asked for' WHERE id = 1")
    conn.execute("UPDATE articles SET gone = ? WHERE id = 2", (LATER,))
    conn.commit()
    conn.close()
    conn = query.open_readonly(path)
    assert ids(conn, "dak lak") == ids(conn, "đắk lắk") == [3, 2]
    assert [row["id"] for row in query.articles(conn)] == [3]
    both = list(query.articles(conn, gone=True))
    assert [(row["id"], row["gone"]) for row in both] == [(2, LATER), (3, None)]
    assert (query.count(conn), query.count(conn, gone=True)) == (1, 2)
    conn.close()


# Snippets


def test_a_snippet_keeps_accents_and_stands_around_the_match() -> None:
    text = "Mở đầu rất dài dòng. " * 20 + "Bắt đường dây đánh bạc. " + "Kết thúc cũng vậy. " * 20
    words = parse_words("duong day danh bac")
    shown = snippet([text], words)
    assert "Bắt đường dây đánh bạc." in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < SNIPPET + 20
    for length in range(60):  # wherever the cut falls, words stay whole
        cut = snippet(["x" * length + " " + text], words)
        assert f" {cut.removeprefix('… ').removesuffix(' …')} " in f" {text} "
    assert [shown[start:end] for start, end in words.spans(shown)] == [
        "đường", "dây", "đánh", "bạc",
    ]  # fmt: skip


def test_a_snippet_prefers_the_text_with_most_of_the_words() -> None:
    texts = ["chỉ có đánh ở đây", None, "", "cả đánh lẫn bạc ở đây", "đánh bạc nữa"]
    assert snippet(texts, parse_words("danh bac")) == "cả đánh lẫn bạc ở đây"


def test_a_match_elsewhere_shows_the_beginning() -> None:
    assert snippet(["Câu đầu.", "Câu sau."], parse_words("xyz")) == "Câu đầu."
    assert snippet([None, ""], parse_words("xyz")) == ""


def test_spans_count_whole_words_in_both_tone_placements() -> None:
    text = "Hoà, hòa; hoàng và HÒA"
    assert [text[a:b] for a, b in parse_words("hoà").spans(text)] == ["Hoà", "hòa", "HÒA"]
    assert [text[a:b] for a, b in parse_words("hoa").spans(text)] == ["Hoà", "hòa", "HÒA"]
    assert parse_words('"hoa hoang"').spans(text) == [(5, 15)]


# One article


def test_one_article_with_all_that_is_known(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with opened(path) as archive:
        put(archive, 1)
    conn = query.open_readonly(path)
    found = query.article(conn, 1)
    assert found is not None
    assert found["paragraphs"] == ["Đoạn thứ nhất kể chuyện.", "Đoạn thứ hai nói thêm."]
    assert found["images"][1] == {"url": f"{HOST}/2.jpg", "caption": None, "credit": None}
    assert found["origins"] == {"title": "h1", "published": "near-title"}
    assert found["urls"] == [f"{HOST}/bai-1"]
    assert found["capture"]["warc"] == "example-1.warc.gz"
    assert found["capture"]["offset"] == 100
    assert found["problems"] == [
        {"field": "published", "what": "weekday does not fit", "seen": SEEN}
    ]
    assert query.article(conn, 2) is None
    conn.close()


def test_an_article_is_found_by_id_key_and_any_address(path: Path) -> None:
    conn = query.open_readonly(path)
    for which in (
        "1",
        f"{HOST}/bai-1",
        "congan.example.vn/bai-1",
        "https://www.congan.example.vn/bai-1/?utm_source=x#top",
    ):
        assert query.find(conn, which) == 1, which
    for which in ("99", "0", "9" * 30, "-1", f"{HOST}/bai-99", "", "http://[bad", "²"):
        assert query.find(conn, which) is None, which
    conn.close()


def test_counts_are_of_the_tables(conn: sqlite3.Connection) -> None:
    assert query.counts(conn) == {
        "articles": 7, "images": 1, "versions": 7, "captures": 7, "crawls": 0, "problems": 7,
        "sites": 1,
    }  # fmt: skip


# The file


def test_reading_makes_no_file_and_leaves_none(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with opened(path) as archive:
        put(archive, 1)
    data = path.read_bytes()
    for _ in range(2):
        conn = query.open_readonly(path)
        assert ids(conn, "dak lak") == [1]
        conn.close()
        assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == data
    with pytest.raises(ArchiveError, match="there is no archive"):
        query.open_readonly(tmp_path / "absent.db")
    assert list(tmp_path.iterdir()) == [path]


def test_a_reader_cannot_write(conn: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        conn.execute("DELETE FROM problems")
    with pytest.raises(sqlite3.OperationalError, match="unsafe use of virtual table"):
        conn.execute("DELETE FROM articles")  # by a trigger


def test_a_reader_sees_what_is_committed_while_a_writer_writes(tmp_path: Path) -> None:
    path = tmp_path / "dữ liệu?#%.db"
    with opened(path) as archive:
        put(archive, 1)
        archive.commit()
        put(archive, 2)
        conn = query.open_readonly(path)
        assert ids(conn, "dak lak") == [1]
        archive.commit()
        assert ids(conn, "dak lak") == [2, 1]
        stream = query.articles(conn)
        assert next(stream)["id"] == 1
        put(archive, 3)
        archive.commit()
        assert [row["id"] for row in stream] == [2], "a stream is one moment's view"
        conn.close()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "there is no archive"),
        (b"%PDF-1.4" * 100, "not a database"),
        (b"SQLite format 3\0" + b"x" * 5000, "database"),
    ],
)
def test_a_file_that_is_no_archive_is_one_line(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=message) as caught:
        query.open_readonly(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == content


def test_a_foreign_and_a_newer_database_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    conn = sqlite3.connect(path)
    conn.execute("CREATE TABLE notes(text)")
    conn.commit()
    conn.close()
    with pytest.raises(ArchiveError, match="not one of newsarchive"):
        query.open_readonly(path)
    path.unlink()
    Archive.open(path).close()
    conn = sqlite3.connect(path)
    conn.execute("UPDATE _sqlite_migrations SET name = '999_future' WHERE name = '001_first'")
    conn.commit()
    conn.close()
    with pytest.raises(ArchiveError, match="999_future"):
        query.open_readonly(path)


def test_a_damaged_archive_is_one_line_whatever_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with opened(path) as archive:
        for number in range(60):
            put(archive, number)
    data = bytearray(path.read_bytes())
    data[4096 * 3 :] = b"\xff" * (len(data) - 4096 * 3)
    path.write_bytes(data)
    with pytest.raises(ArchiveError, match="damaged") as caught:
        read_all(path)
    assert "\n" not in str(caught.value)


def read_all(path: Path) -> None:
    with closing(query.open_readonly(path)) as conn:
        ids(conn, "dak lak")
        list(query.articles(conn))


def test_the_command_has_the_orders_that_there_are() -> None:
    assert command.ORDERS == query.ORDERS
