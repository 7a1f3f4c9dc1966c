"""Both ways to find articles give the same ones, in the same order, whatever the archive holds."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from archive_cases import LATER, opened, put, rows, site

from newsarchive import query
from newsarchive.archive import Archive
from newsarchive.archive.withhold import Named, withhold
from newsarchive.query import _counting, _plans, _sampling, _statements

COUNT = 120
WORDS = (
    "công", "an", "bắt", "đánh", "bạc", "ma", "túy", "lừa", "đảo", "xe", "tỉnh", "huyện", "giữ",
)  # fmt: skip
EVERY = (
    "", "an", "công", "danh bac", '"ma tuy"', "title:an NOT xe", "hiem", "ti* OR khongco",
)  # fmt: skip
CHOICES: tuple[dict[str, Any], ...] = (
    {},
    {"site": "north"},
    {"province": "vi du"},
    {"since": "2020-03-01", "until": "2021-06-30"},
    {"section": "phap luat", "site": "north", "since": "2020-01-01"},
    {"byline": "Tú"},
    {"section": "xa hoi"},
    {"changed": True},
    {"changed": True, "byline": "van tu", "until": "2021-01-01"},
)


def fields(rng: random.Random, number: int) -> dict[str, Any]:
    day = f"20{rng.randint(19, 22)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    when = rng.choice((day, f"{day}T{rng.randint(0, 23):02}:15:00+07:00", "2020-05-05", None))
    return {
        "site": rng.choice(("example", "north")),
        "title": " ".join(rng.choices(WORDS, weights=range(13, 0, -1), k=4)),
        "lead": "hiếm" if number % 40 == 0 else None,
        "paragraphs": (" ".join(rng.choices(WORDS, k=12)), " ".join(rng.choices(WORDS, k=8))),
        "byline": rng.choice(("Văn Tú", "Thu Hà", None)),
        "section": rng.choice(("Pháp luật", "phap luat", "Xã hội", None)),
        "published": when,
        "images": (),
    }


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that was edited, in which some are withheld, some gone, one was deleted."""
    path = tmp_path_factory.mktemp("plans") / "archive.db"
    rng = random.Random(3)
    with opened(path) as archive:
        archive.register_site(site("north"))
        for number in range(COUNT):
            put(archive, number, **fields(rng, number))
        for number in range(0, COUNT, 9):
            put(archive, number, LATER, **fields(rng, number))
        for number in (5, 6, 41):
            key, url = archive._rows("SELECT key, url FROM articles WHERE id = ?", (number,))[0]
            withhold(
                archive, Named(article=number, addresses={key: url}),
                reason="asked", since=LATER,
            )  # fmt: skip
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("UPDATE articles SET gone = ? WHERE id % 17 = 0", (LATER,))
    return path


@pytest.fixture
def conn(path: Path) -> Iterator[sqlite3.Connection]:
    conn = query.open_readonly(path)
    yield conn
    conn.close()


def plainly(conn: sqlite3.Connection, words: str, choice: dict[str, Any]) -> list[int]:
    """The ids in order, found by reading all articles one by one."""
    held = [row["id"] for row in query.articles(conn, words, gone=True, **choice)]
    marks = ", ".join("?" * len(held))
    sql = f"SELECT id, published FROM articles WHERE id IN ({marks})"
    by_time = sorted(conn.execute(sql, held), key=lambda row: (row[1] or "", row[0]), reverse=True)
    return [id for id, _ in by_time]


@pytest.mark.parametrize("choice", CHOICES, ids=str)
@pytest.mark.parametrize("plan", ["words", "articles", None])
def test_both_plans_find_the_same(
    conn: sqlite3.Connection, plan: Any, choice: dict[str, Any]
) -> None:
    for words in EVERY:
        expected = plainly(conn, words, choice)
        found = query.search(conn, words, **choice, plan=plan, limit=COUNT)
        assert [hit.id for hit in found] == expected, words
        page = query.search(conn, words, **choice, plan=plan, limit=7, offset=5)
        assert [hit.id for hit in page] == expected[5:12], words
        assert query.counted(conn, words, **choice, plan=plan) == len(expected)
        most = query.counted(conn, words, **choice, plan=plan, most=10)
        assert most == min(11, len(expected))
        by_year: dict[str | None, int] = {}
        for hit in found:
            year = hit.published and hit.published[:4]
            by_year[year] = by_year.get(year, 0) + 1
        years = query.years(conn, words, **choice, plan=plan)
        assert years == list(by_year.items()), "the newest year first, undated last"
        assert years.exact


def test_the_archive_of_these_tests_has_what_they_are_about(conn: sqlite3.Connection) -> None:
    shown = query.search(conn, "", limit=COUNT)
    assert len(shown) == COUNT - 3
    assert [hit.published for hit in shown[-3:]] == [None] * 3
    assert len({hit.published for hit in shown}) < len(shown) - 20, "many at one time"
    assert any(hit.gone for hit in shown)
    assert query.counted(conn, changed=True) > 5
    assert {5, 6, 41}.isdisjoint(hit.id for hit in shown)


@pytest.mark.parametrize("choice", CHOICES, ids=str)
@pytest.mark.parametrize(
    ("few", "costs", "ways"),
    [
        (COUNT, {"_WALKED": 0, "_PROBE": 0, "_LISTED": 1e9}, set()),
        (COUNT, {"_LOOKED_UP": 0, "_WALKED": 1e9, "_LISTED": 1e9}, set()),
        (1, {"_COMPARED": 0, "_LEFT": 0, "_WALKED": 1e9, "_LISTED": 1e9}, {"among"}),
        (1, {"_COMPARED": 1e9, "_LEFT": 1e9, "_LOOKED_UP": 1e9}, {"along"}),
        (
            1,
            {"_COMPARED": 0, "_LEFT": 1, "_LOOKED_UP": 1e9, "_LISTED": 0, "_NEAR": 0.9},
            {"too far", "among"},
        ),
    ],
    ids=["walk", "join", "among", "along", "too far apart"],
)
def test_every_way_through_a_plan_finds_the_same(
    conn: sqlite3.Connection,
    few: int,
    costs: dict[str, float],
    ways: set[str],
    choice: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = {words: plainly(conn, words, choice) for words in EVERY}
    # As in an archive so big that all these words are frequent: short steps, little patience.
    for name, value in {
        "RARE": 2, "_FIRST": 2, "_MOST": 4, "_PATIENCE": 6, "_PROBE": 1, "_FEW": few, **costs
    }.items():  # fmt: skip
        monkeypatch.setattr(_plans, name, value)
    taken = spied(monkeypatch)
    for words, ids in expected.items():
        for limit, offset in ((5, 0), (4, 9), (COUNT, 0)):
            found = query.search(conn, words, **choice, limit=limit, offset=offset)
            assert [hit.id for hit in found] == ids[offset : offset + limit], words
        for most in (1, 5, COUNT):
            assert query.counted(conn, words, **choice, most=most) == min(most + 1, len(ids))
        assert sum(n for _, n in query.years(conn, words, **choice)) == len(ids)
    if "site" in choice or "since" in choice:
        assert taken >= ways
        assert bool(taken) == bool(ways)


def spied(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Which of the ways of _counting are taken from now on."""
    taken: set[str] = set()
    among, along = _counting.among, _counting.along

    def spied_among(*given: Any, **more: Any) -> int:
        taken.add("among")
        return among(*given, **more)

    def spied_along(*given: Any, **more: Any) -> int | None:
        found = along(*given, **more)
        taken.add("too far" if found is None else "along")
        return found

    monkeypatch.setattr(_counting, "among", spied_among)
    monkeypatch.setattr(_counting, "along", spied_along)
    return taken


def test_rank_finds_the_same_and_turns_pages(conn: sqlite3.Connection) -> None:
    for choice in CHOICES[::3]:
        for words in EVERY:
            expected = plainly(conn, words, choice)
            whole = query.search(conn, words, **choice, order="rank", limit=COUNT)
            ids = [hit.id for hit in whole]
            assert sorted(ids) == sorted(expected)
            pages = [
                hit.id
                for at in range(0, len(expected), 11)
                for hit in query.search(
                    conn, words, **choice, order="rank", limit=11, offset=at
                )
            ]  # fmt: skip
            assert pages == ids


def test_of_frequent_words_rank_may_compare_the_latest_alone(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ranked(**more: Any) -> list[int]:
        found = query.search(conn, "an", order="rank", limit=COUNT, **more)
        return [hit.id for hit in found]

    whole = ranked()
    assert ranked(among=10) == whole, "rare words are compared everywhere"
    monkeypatch.setattr(_plans, "RARE", 5)
    latest = ranked(among=10)
    assert 5 <= len(latest) <= 20 < len(whole)
    assert latest == [id for id in whole if id >= min(latest)]
    assert min(latest) > max(set(whole) - set(latest)), "no later one is left out"
    year = {"since": "2021-01-01", "until": "2021-12-31"}
    assert ranked(among=10, **year) == ranked(**year), "what filters leave is compared"


def test_an_archive_without_the_narrow_indexes_is_searched_all_the_same(
    path: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(old)) as target:
        source.backup(target)
        for name in _statements._INDEXES:
            target.execute(f"DROP INDEX {name}")
        target.execute("DELETE FROM _sqlite_migrations WHERE name = '005_search'")
        kept = target.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name GLOB 'volumes_*'"
        ).fetchall()
        for name, _ in kept:
            target.execute(f"DROP TRIGGER {name}")
        target.execute("ALTER TABLE volumes RENAME TO set_aside")
        target.commit()
    with closing(query.open_readonly(path)) as new, closing(query.open_readonly(old)) as conn:
        for choice in CHOICES[::2]:
            for words in EVERY[::2]:
                expected = plainly(new, words, choice)
                for plan in ("words", "articles", None):
                    found = query.search(conn, words, **choice, plan=plan, limit=COUNT)
                    assert [hit.id for hit in found] == expected
                assert query.counted(conn, words, **choice) == len(expected)
                assert sum(n for _, n in query.years(conn, words, **choice)) == len(expected)
    with closing(sqlite3.connect(old)) as conn:
        conn.execute("ALTER TABLE set_aside RENAME TO volumes")
        for _, sql in kept:
            conn.execute(sql)
    Archive.open(old).close()
    indexes = {name for (name,) in rows(old, "SELECT name FROM sqlite_schema WHERE type = 'index'")}
    assert set(_statements._INDEXES) <= indexes, "the next writer makes them"


@pytest.mark.parametrize(
    ("template", "index"),
    [
        (_statements.SORTED, "articles_narrow"),
        (_statements.COUNTED, "articles_narrow"),
        (_statements.COUNTED_AMONG, "articles_newest"),
        (_statements.YEARS_AMONG, "articles_newest"),
        (_statements.CHOSEN_IDS, "articles_newest"),
        (_statements.COUNTED_GIVEN, "articles_narrow"),
        (_statements.YEARS, "articles_narrow"),
        (_statements.RANKED, "articles_narrow"),
        (_statements.WALK, "articles_newest"),
        (_statements.COUNTED_ARTICLES, "articles_newest"),
        (_statements.COUNT, "articles_narrow"),
    ],
)
@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_a_search_reads_no_rows_but_those_it_shows(
    conn: sqlite3.Connection, template: str, index: str, choice: dict[str, Any]
) -> None:
    from newsarchive.query._filters import choose
    from newsarchive.words import parse_words

    chosen = choose(conn, **{name: v for name, v in choice.items() if name != "byline"})
    asked = _statements.questions(conn, parse_words("an"), chosen.byline)
    write = _statements.Statements(conn, chosen, asked)
    values = write.values(limit=1, at=0, ids="[1, 2]", after=0, upto=9)
    steps = conn.execute(f"EXPLAIN QUERY PLAN {write.sql(template)}", values).fetchall()
    told = [step[-1] for step in steps]
    assert any(f"USING COVERING INDEX {index}" in step for step in told), told
    if template == _statements.WALK:
        assert not any("TEMP B-TREE" in step for step in told), told


@pytest.mark.parametrize("choice", [{}, {"site": "north"}, {"section": "xa hoi"}], ids=str)
def test_years_of_frequent_words_in_a_big_archive_are_estimates(
    conn: sqlite3.Connection, choice: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_plans, "EXACT", 0)
    monkeypatch.setattr(_plans, "RARE", 2)
    exact = dict(query.years(conn, "an", plan="words", **choice))
    for name, value in {
        "STRETCHES": 9, "_LEAST": 6, "_BLIND": 9, "_EVEN": 3, "_OF_SITES": 9, "_SHORT": 6
    }.items():  # fmt: skip
        monkeypatch.setattr(_sampling, name, value)
    found = query.years(conn, "an", **choice)
    assert not found.exact
    assert sum(dict(found).values()) == pytest.approx(sum(exact.values()), rel=0.4)
    assert [year for year, _ in found] == sorted(dict(found), key=lambda y: y or "", reverse=True)


def test_estimates_are_shares_of_what_each_year_holds(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words in all articles give the exact numbers, wherever the stretches happen to lie."""
    monkeypatch.setattr(_plans, "EXACT", 0)
    monkeypatch.setattr(_plans, "RARE", 2)
    monkeypatch.setattr(_sampling, "_BLIND", 1)
    monkeypatch.setattr(_sampling, "_EVEN", 1)
    monkeypatch.setattr(_sampling, "_SURE", 1)
    everything = " OR ".join(WORDS)
    for choice in ({}, {"site": "north"}):
        found = query.years(conn, everything, **choice)
        assert not found.exact
        whole = dict(query.years(conn, "", **choice))
        assert dict(found).items() <= whole.items()
        assert len(found) >= len(whole) - 1, "but for years of which none is seen"


def test_an_estimate_has_the_digits_that_it_rests_on() -> None:
    assert _sampling._rounded(12_345, _sampling._SURE) == 12_000
    assert _sampling._rounded(14_321, _sampling._FAIR - 1) == 10_000
    few = _sampling._SURE - 1
    assert [_sampling._rounded(number, few) for number in (12_345, 14_321, 23_456, 34_567)] == [
        10_000, 15_000, 25_000, 30_000,
    ]  # fmt: skip
    assert [_sampling._rounded(number, few) for number in (0.4, 1, 1.6, 9.6)] == [1, 1, 2, 10]


def test_filters_that_leave_few_are_looked_for_in_longer_stretches(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    lengths: list[int] = []
    everywhere = _sampling._everywhere

    def noting(*asked: Any) -> Any:
        lengths.append(asked[-1])
        return everywhere(*asked)

    monkeypatch.setattr(_plans, "RARE", 1)
    monkeypatch.setattr(_plans, "EXACT", 0)
    monkeypatch.setattr(_sampling, "_BLIND", 1)
    monkeypatch.setattr(_sampling, "_EVEN", 1)
    monkeypatch.setattr(_sampling, "_everywhere", noting)
    everything = " OR ".join(WORDS)
    for filters in ({}, {"changed": True}):
        assert not query.years(conn, everything, **filters).exact
    assert lengths[0] == _sampling._LEAST < lengths[1] <= _sampling._LONGEST_FILTERED


def test_beginnings_are_looked_for_either_way(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from newsarchive.query import _vocabulary

    assert _vocabulary.endings(conn, "articles_fts", "ti") == ["tinh"]
    assert _vocabulary.endings(conn, "articles_exact", "tỉ") == ["tỉnh"]
    assert _vocabulary.endings(conn, "articles_fts", "zz") == []
    words = 'tu* OR "danh b"* OR da*'
    found = [hit.id for hit in query.search(conn, words, limit=COUNT)]
    assert found
    monkeypatch.setattr(_vocabulary, "MOST_ENDINGS", 0)
    assert _vocabulary.endings(conn, "articles_fts", "t") is None
    assert [hit.id for hit in query.search(conn, words, limit=COUNT)] == found
    assert query.counted(conn, words) == sum(n for _, n in query.years(conn, words)) == len(found)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        conn.execute("DELETE FROM problems")
    with pytest.raises(sqlite3.OperationalError, match="unsafe use of virtual table"):
        conn.execute("DELETE FROM articles")  # by a trigger
