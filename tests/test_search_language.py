"""The language of a search: operators, fields, beginnings; what is exact; what is marked."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from archive_cases import opened, put, site
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive import query
from newsarchive.cli.search import search
from newsarchive.errors import CallError, UnknownSite
from newsarchive.model import Image
from newsarchive.sites import Site
from newsarchive.words import parse_words

EMPTY: dict[str, Any] = {"lead": None, "byline": None, "images": (), "paragraphs": ()}
CASES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Bắt nhóm đánh bạc ở Cầu Đá", {"lead": "Thu giữ ma túy và tiền."}),
    ("Trận đánh bắc sông Cầu", {"paragraphs": ("Chuyện năm xưa.",)}),
    ("Hoà giải ở cơ sở", {"byline": "Hoàng Anh - Thu Hà", "section": "Pháp luật"}),
    ("Hòa bình trên biên giới", {"paragraphs": ("Hoàng hôn, đoàn kết.",)}),
    ("Tang vật", {"images": (Image(url="x", caption="Ma túy thu giữ ở Đắk Lắk"),)}),
    ("Heroin và thuốc lắc", {"lead": "Đánh bạc trên mạng.", "section": "phap luat"}),
    ("Tiếng Anh cho học sinh", {"byline": "Nguyễn Văn Tú"}),
)


@pytest.fixture(scope="module")
def conn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path: Path = tmp_path_factory.mktemp("language") / "archive.db"
    with opened(path) as archive:
        archive.register_site(site("north"))
        archive.register_site(
            Site(
                slug="daknong", name="Công an tỉnh Đắk Nông", province="Đắk Nông",
                province_2025="Lâm Đồng", hosts=("daknong.example.vn",), evidence="guessed",
            )
        )  # fmt: skip
        for number, (title, fields) in enumerate(CASES, 1):
            where = "daknong" if number == 2 else "example"
            fields = {**EMPTY, "section": None, "published": f"2022-01-0{number}", **fields}
            put(archive, number, title=title, **fields, site=where)
    conn = query.open_readonly(path)
    yield conn
    conn.close()


def ids(conn: sqlite3.Connection, words: str | None, **options: Any) -> list[int]:
    found = sorted(hit.id for hit in query.search(conn, words, **options))
    assert query.counted(conn, words, **options) == len(found)
    assert sum(number for _, number in query.years(conn, words, **options)) == len(found)
    options.pop("plan", None)
    assert query.count(conn, words, gone=True, **options) == len(found)
    return found


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        # One mark makes all exact, wherever it stands.
        ("danh bac", [1, 2, 6]),
        ("đánh bạc", [1, 6]),
        ("đánh bắc", [2]),
        ("danh bạc", []),
        ("đanh bac", []),
        ("ma OR túy", [1, 5]),
        ("mang NOT bạc", []),
        ("byline:tú OR danh", [7]),
        # Operators, in capitals alone.
        ("bac and cau", []),
        ("bac AND cau", [1, 2]),
        ("heroin OR hoa", [3, 4, 6]),
        ("heroin or hoa", []),
        ("danh bac NOT ma", [2, 6]),
        ("danh bac -ma", [2, 6]),
        ('danh -"danh bac"', []),
        ("danh AND NOT ma", [2, 6]),
        ("danh NOT (ma OR heroin)", [2]),
        ("danh cau OR heroin", [1, 2, 6]),
        ("danh (cau OR heroin) bac", [1, 2, 6]),
        ("(ma OR hoa) tuy", [1, 5]),
        # What has no sense is left out.
        ("heroin AND", [6]),
        ("OR heroin OR", [6]),
        ("AND OR", []),
        ("NOT heroin", []),
        ("-heroin", []),
        ("hoa OR NOT heroin", [3, 4]),
        ("heroin)", [6]),
        ("((heroin", [6]),
        ('"danh bac', [1, 2, 6]),
        ('"" heroin', [6]),
        ("NOT NOT heroin danh", [1, 2]),
        ("(" * 100 + "heroin OR hoa" + ")" * 100, [3, 4, 6]),
        # A sign in the middle of a word is none.
        ("ma-tuy", [1, 5]),
        ("heroin -- va", [6]),
        ("a:b", []),
        # Phrases.
        ('"ma tuy"', [1, 5]),
        ('"tuy ma"', []),
        ('"giu ma" OR "lac"', [1, 6]),
        # Beginnings.
        ("hero*", [6]),
        ("her* -lac", []),
        ("h*", []),  # of one letter: a word
        ('"thuoc l"*', [6]),
        ("hoà*", [3, 4]),
        ("hòa*", [3, 4]),
        ("hoàn*", [3, 4]),
        ("đá*", [1, 2, 6]),
        ("khongco*", []),
        ("ti*", [1, 7]),
        # Fields.
        ("title:danh", [1, 2]),
        ("lead:danh", [6]),
        ("body:danh", []),
        ("TITLE:danh lead:ma", [1]),
        ("Title:danh", [1, 2]),
        ("TÍT:danh", [1, 2]),
        ("tıtle:danh", []),  # what folds to a field's name is none
        ("captionſ:ma", []),
        ("tít:danh", [1, 2]),  # the field's mark makes nothing exact
        ("sapo:ma", [1]),
        ("caption:ma", [5]),
        ("captions:ma", [5]),
        ("byline:anh", [3]),
        ("anh", [3, 7]),
        ('title:"danh bac"', [1, 2]),
        ("title:(bac OR heroin)", [1, 2, 6]),
        ("title:(bac OR lead:bac)", [1, 2, 6]),
        ("-title:bac danh", [6]),
        ("title:hero*", [6]),
        ("title:", []),
        ("byline:", []),
        # Tone placement, đ.
        ("hoà giải", [3]),
        ("hòa giải", [3]),
        ("dak lak", [5]),
    ],
)
def test_what_words_find(conn: sqlite3.Connection, words: str, expected: list[int]) -> None:
    assert ids(conn, words) == expected
    assert ids(conn, unicodedata.normalize("NFD", words)) == expected
    assert ids(conn, words, plan="articles") == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"province": "Đắk Nông"}, [2]),
        ({"province": "dak nong"}, [2]),
        ({"province": "Tỉnh Đắk Nông"}, [2]),
        ({"province": "LÂM ĐỒNG"}, [2]),
        ({"province": "Bình Thuận"}, []),  # of Vietnam, but none of its sites is here
        ({"province": "Ví Dụ"}, [1, 3, 4, 5, 6, 7]),
        ({"province": "vi du moi"}, [1, 3, 4, 5, 6, 7]),
        ({"province": "lam dong", "site": "daknong"}, [2]),
        ({"province": "lam dong", "site": "example"}, []),
        ({"section": "Pháp luật"}, [3, 6]),
        ({"section": "PHAP LUAT"}, [3, 6]),
        ({"byline": "anh"}, [3]),
        ({"byline": "Thu Hà"}, [3]),
        ({"byline": "thu ha"}, [3]),
        ({"byline": "Thù Hà"}, []),
        ({"byline": "ha thu"}, []),
        ({"byline": 'van "tu'}, [7]),
        ({"byline": "OR"}, []),
        ({"byline": "tu", "site": "example", "since": "2022-01-07"}, [7]),
    ],
)
def test_filters_with_and_without_words(
    conn: sqlite3.Connection, options: dict[str, str], expected: list[int]
) -> None:
    assert ids(conn, "", **options) == ids(conn, None, **options) == expected
    holding = ids(conn, "danh")
    assert ids(conn, "danh", **options) == [id for id in expected if id in holding]
    exact = ids(conn, "đánh")
    assert ids(conn, "đánh", **options) == [id for id in expected if id in exact]


def test_a_filter_that_names_nothing_names_the_nearest(conn: sqlite3.Connection) -> None:
    with pytest.raises(CallError, match="did you mean Lâm Đồng"):
        query.search(conn, "a", province="lam don")
    with pytest.raises(CallError, match="did you mean Ví Dụ"):
        query.counted(conn, "a", province="vi dụu")
    with pytest.raises(CallError, match="did you mean phap luat"):
        query.years(conn, "a", section="Phap lut")
    with pytest.raises(UnknownSite, match="did you mean north"):
        query.count(conn, "a", site="nort")


# The command


def run(conn: sqlite3.Connection, *arguments: str) -> tuple[str, str, int]:
    db = conn.execute("PRAGMA database_list").fetchone()[2]
    result = CliRunner().invoke(search, [*arguments, "--db", db])
    return result.stdout, result.stderr, result.exit_code


def test_the_command_says_how_many_there_are(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, err, code = run(conn, "danh", "--limit", "2")
    assert (out.count("http://"), err, code) == (
        2, "2 of 3, newest first; --offset 2 goes on\n", 0
    )  # fmt: skip
    assert run(conn, "danh", "--limit", "2", "--offset", "2")[1] == "3 to 3 of 3, newest first\n"
    assert run(conn, "danh", "--order", "rank", "--limit", "1")[1].startswith("1 of 3, best first")
    assert run(conn, "danh", "--offset", "3")[1] == "none behind the first 3: there are 3\n"
    assert run(conn, "danh")[1] == ""
    for quiet in ("--quiet", "--json"):
        assert run(conn, "danh", "--limit", "1", quiet)[1] == ""
    monkeypatch.setattr(query, "counted", lambda *_arguments, **_filters: query.MOST + 1)
    assert run(conn, "danh", "--limit", "3")[1].startswith("3 of more than 10,000, newest first")


def test_the_command_takes_every_filter_and_none_without_words(conn: sqlite3.Connection) -> None:
    out, _, code = run(conn, "--province", "lam dong", "--json")
    assert (json.loads(out)["id"], code) == (2, 0)
    assert list(json.loads(out)) == ["id", "site", "url", "title", "published", "snippet"]
    out, _, _ = run(conn, "title:hoa*", "--section", "phap luat", "--byline", "thu ha", "--json")
    assert json.loads(out)["id"] == 3
    assert run(conn, "--json")[2] == 2
    with pytest.raises(CallError, match="no province"):
        CliRunner().invoke(
            search,
            ["--province", "x", "--db", conn.execute("PRAGMA database_list").fetchone()[2]],
            catch_exceptions=False,
        )


# Marks


@pytest.mark.parametrize(
    ("words", "field", "expected"),
    [
        ("danh bac", None, ["Đánh", "bạc", "đánh", "bắc"]),
        ("đánh bạc", None, ["Đánh", "bạc", "đánh"]),
        ('"danh bac"', None, ["Đánh bạc", "đánh bắc"]),
        ("bạc OR hoà", None, ["bạc", "hoà"]),
        ("danh NOT bac", None, ["Đánh", "đánh"]),
        ("danh -bac", None, ["Đánh", "đánh"]),
        ("danh NOT (bac OR hoa)", None, ["Đánh", "đánh"]),
        ("ho*", None, ["hoàng", "hôn", "hoà"]),
        ("hoà*", None, ["hoàng", "hoà"]),
        ("hòa", None, ["hoà"]),
        ('"danh b"*', None, ["Đánh bạc", "đánh bắc"]),
        ("title:bac danh", "title", ["Đánh", "bạc", "đánh", "bắc"]),
        ("title:bac danh", "body", ["Đánh", "đánh"]),
        ("bac (danh bac)", None, ["Đánh", "bạc", "đánh", "bắc"]),
        ("NOT danh", None, []),
    ],
)
def test_what_is_marked(words: str, field: str | None, expected: list[str]) -> None:
    text = "Đánh bạc, đánh bắc; hoàng hôn, hoà bình"
    assert [text[a:b] for a, b in parse_words(words).spans(text, field)] == expected


def test_a_hit_says_where_its_snippet_holds_the_words(conn: sqlite3.Connection) -> None:
    (hit,) = query.search(conn, "hero* OR title:nang lead:mạng")
    assert hit.snippet == "Đánh bạc trên mạng."
    assert [hit.snippet[a:b] for a, b in hit.marks] == ["mạng"]
    (hit,) = query.search(conn, "title:heroin")
    assert (hit.section, hit.byline, hit.gone, hit.marks) == ("phap luat", None, None, ())
    hit = query.search(conn, None)[-1]
    assert (hit.snippet, hit.marks) == ("Thu giữ ma túy và tiền.", ())


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(words=st.text(' "()*:-đaàANDORTtitle', max_size=40))
def test_any_words_mean_the_same_from_both_sides(conn: sqlite3.Connection, words: str) -> None:
    found = ids(conn, words, plan="words")
    assert ids(conn, words, plan="articles") == found
    assert sorted(hit.id for hit in query.search(conn, words, order="rank")) == found
