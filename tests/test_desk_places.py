"""Sites and provinces: what is counted of them, their pages, and the questions with a name."""

from __future__ import annotations

import importlib.util
import json
import random
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from pathlib import Path
from string import Formatter
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, build_opener

import archive_cases as cases
import pytest
from conftest import missing
from desk_cases import HOSTILE, VIEWS, WITHHELD, View, browser, build, looking, serving

from newsarchive.archive import Archive, audit
from newsarchive.archive.repair import repair
from newsarchive.errors import ArchiveError
from newsarchive.query import latest, open_readonly, places, volumes
from newsarchive.sites._provinces import PROVINCES
from newsarchive.web import addresses, canned, metadata, texts_places
from newsarchive.web._shown import Shown
from newsarchive.web.provinces import became, find, placeless, provinces

COUNTED = """
    SELECT site, 'section', section, count(*) FROM articles
        WHERE section IS NOT NULL AND withheld IS NULL GROUP BY 1, 3
    UNION ALL SELECT site, 'byline', byline, count(*) FROM articles
        WHERE byline IS NOT NULL AND withheld IS NULL GROUP BY 1, 3
    UNION ALL SELECT site, 'hour',
        strftime('%w', substr(published, 1, 10)) || ' ' || substr(published, 12, 2), count(*)
        FROM articles WHERE length(published) > 10 AND withheld IS NULL GROUP BY 1, 3
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("desk") / "kho.db")


@pytest.fixture
def conn(archive: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_readonly(archive)) as one:
        yield one


@pytest.fixture(scope="module")
def desk(archive: Path) -> Iterator[str]:
    if importlib.util.find_spec("datasette") is None:
        missing("datasette is not installed: pip install -e '.[web]'")
    with serving(archive) as at:
        yield at


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as one:
        yield one


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def ask(address: str, language: str = "vi") -> tuple[int, str, str | None]:
    """Status, text and Location of an answer."""
    opener = build_opener(_Stay)
    opener.addheaders = [("Accept-Language", language)]
    try:
        with opener.open(address, timeout=20) as answer:
            return answer.status, answer.read().decode(), None
    except HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode(), refused.headers.get("Location")


def get(address: str, language: str = "vi") -> str:
    status, text, _ = ask(address, language)
    assert status == 200, (address, status)
    return text


# --- what is counted


def tallies(path: Path) -> list[tuple[Any, ...]]:
    return sorted(cases.rows(path, "SELECT site, field, value, articles FROM tallies"))


def test_tallies_are_what_the_articles_say_whoever_writes(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    cases.opened(path).close()
    chance = random.Random(3)
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("INSERT INTO sites(slug, name) VALUES ('other', 'x')")

        def drawn() -> dict[str, Any]:
            return {
                "site": chance.choice(("example", "other")),
                "section": chance.choice(("A", "B", None)),
                "byline": chance.choice(("Hoàng Anh", "", None)),
                "published": chance.choice(
                    ("2022-08-22T10:11:00+07:00", "2022-08-28T00:01:00+07:00", "2022-08-22",
                     "2022-13-45T10:11:00+07:00", "", None)
                ),
                "withheld": chance.choice((None, None, None, cases.SEEN)),
            }  # fmt: skip

        for number in range(400):
            row = {"id": chance.randrange(1, 30), **drawn()}
            if chance.random() < 0.4:
                conn.execute("DELETE FROM articles WHERE id = :id", row)
            elif conn.execute("SELECT 1 FROM articles WHERE id = :id", row).fetchone():
                name = chance.choice(tuple(drawn()))
                conn.execute(f"UPDATE articles SET {name} = :{name} WHERE id = :id", row)
            else:
                conn.execute(
                    "INSERT INTO articles(id, key, site, url, title, section, byline, published, "
                    "withheld, parser, first_seen, last_seen) VALUES (:id, :id, :site, :id, 't', "
                    ":section, :byline, :published, :withheld, '1', '', '')",
                    row,
                )
            if number % 20 == 0:
                found = conn.execute("SELECT site, field, value, articles FROM tallies").fetchall()
                wanted = [row for row in conn.execute(COUNTED) if row[2] is not None]
                assert sorted(found) == sorted(wanted)
        assert found


def test_an_older_archive_is_counted_when_it_is_brought_up_to_date(
    archive: Path, tmp_path: Path
) -> None:
    path = tmp_path / "old.db"
    path.write_bytes(archive.read_bytes())
    wanted = tallies(path)
    with closing(sqlite3.connect(path)) as conn:
        for (trigger,) in conn.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'tallies%'"
        ).fetchall():
            conn.execute(f"DROP TRIGGER {trigger}")
        for index in ("articles_edited", "articles_taken", "versions_edited"):
            conn.execute(f"DROP INDEX {index}")
        conn.execute("DROP TABLE tallies")
        conn.execute("DELETE FROM _sqlite_migrations WHERE name = '006_places'")
        conn.commit()
    with closing(open_readonly(path)) as old:
        for ask_it in (
            lambda: places.top(old, ["songtruc"], "byline", limit=3),
            lambda: places.edited(old, "songtruc", limit=3),
        ):
            with pytest.raises(ArchiveError, match="older newsarchive; the next crawl"):
                ask_it()
    Archive.open(path).close()
    assert tallies(path) == wanted != []


def test_verify_sees_wrong_tallies_and_repair_counts_anew(archive: Path, tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes(archive.read_bytes())
    wanted = tallies(path)
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("UPDATE tallies SET articles = articles + 1 WHERE field = 'hour'")
        conn.commit()
        faults = [fault for fault in audit._figures(conn, path) if fault.mends == "tallies"]
    assert [fault.what for fault in faults] == [
        "the table tallies does not hold what follows from the articles"
    ]
    with Archive.open(path) as one:
        assert [line for line in repair(one, faults) if "tallies made anew" in line]
    assert tallies(path) == wanted


def test_what_is_told_of_a_site(conn: sqlite3.Connection) -> None:
    sections = places.top(conn, ["songtruc", "dakmo"], "section", limit=3)
    assert [tally.articles for tally in sections] == sorted(
        (tally.articles for tally in sections), reverse=True
    )
    assert {tally.site for tally in sections} <= {"songtruc", "dakmo"}
    assert len(sections) == 3
    dated = sum(v.articles for v in volumes.months(conn, site="songtruc") if v.month)
    assert sum(map(sum, places.hours(conn, "songtruc"))) == dated
    edited = places.edited(conn, "songtruc", limit=9)
    assert [one.version for one in edited] == [3, 3, 3]
    assert {one.at for one in edited} == {"2026-03-23T02:00:00Z"}
    published = [one.published or "" for one in edited]
    assert published == sorted(published, reverse=True)
    assert [one.at for one in places.taken(conn, "dakmo", limit=9)] == [
        "2026-03-25T03:00:00Z",
        "2026-03-22T03:00:00Z",
    ]
    assert places.state(conn, "honmuoi") == places.State(
        state="silent", why="nothing new for 40 days", since="2026-03-10T01:00:00Z"
    )
    assert places.state(conn, "songtruc") is None
    assert places.crawled(conn, "songtruc").first is None


def test_the_latest_are_in_the_order_of_publication(conn: sqlite3.Connection) -> None:
    found = places.latest(conn, ["songtruc", "vanhai"], limit=12)
    sql = "SELECT id FROM articles WHERE site IN ('songtruc', 'vanhai') AND withheld IS NULL " \
          "AND published IS NOT NULL ORDER BY published DESC, id DESC LIMIT 12"  # fmt: skip
    assert [one.id for one in found] == [id for (id,) in conn.execute(sql)]
    assert places.latest(conn, ["baonganh"], limit=500)[-1].published.startswith("2023")


def test_hours_count_weekdays_from_monday(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with cases.opened(path) as archive:
        for number, published in enumerate(
            ("2022-08-22T10:11:00+07:00", "2022-08-28T23:59:00+07:00", "2022-08-22"), 1
        ):
            cases.put(archive, number, published=published)
    with closing(open_readonly(path)) as conn:
        counts = places.hours(conn, "example")
    assert (counts[0][10], counts[6][23], sum(map(sum, counts))) == (1, 1, 2)


def test_fill_counts_the_days_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    cases.opened(path).close()
    with closing(sqlite3.connect(path)) as conn:
        for day, articles, lead in (("2026-01-01", 4, 4), ("2026-01-02", 6, 3)):
            conn.execute(
                "INSERT INTO days(site, day, articles, lead) VALUES ('example', ?, ?, ?)",
                (day, articles, lead),
            )
        conn.commit()
        both = places.fill(conn, "example", since="2026-01-01", until="2026-01-02")
        none = places.fill(conn, "example", since="2026-01-03", until="2026-02-02")
    assert (both.articles, both.share("lead"), both.share("byline")) == (10, 0.7, 0.0)
    assert (none.articles, none.share("lead")) == (0, None)


@pytest.mark.parametrize(
    "sql",
    [places._TOP, places._HOURS, places._EDITED, places._TAKEN, places._LATEST, places._CRAWLED,
     places._FILLS, places._STATE],
)  # fmt: skip
def test_no_page_looks_at_all_articles(conn: sqlite3.Connection, sql: str) -> None:
    values: Any = {"site": "x", "limit": 5} if ":site" in sql else ("x",) * sql.count("?")
    plan = [step[3] for step in conn.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert all(not step.startswith("SCAN") or "CONSTANT" in step for step in plan), plan
    assert plan


def test_nothing_withheld_is_in_any_of_it(conn: sqlite3.Connection) -> None:
    slugs = [site.slug for site in places.sites(conn)]
    told = [
        *places.top(conn, slugs, "section", limit=999), *places.top(conn, slugs, "byline", limit=999),
        *places.latest(conn, slugs, limit=999), *(places.edited(conn, slug, limit=99) for slug in slugs),
        *(places.taken(conn, slug, limit=99) for slug in slugs), *latest.edited(conn, limit=99),
    ]  # fmt: skip
    assert told
    assert WITHHELD not in str(told)


# --- provinces


def test_all_provinces_are_there_with_what_they_were_made_of(conn: sqlite3.Connection) -> None:
    sites = volumes.sites(conn)
    every = {province.name: province for province in provinces(sites)}
    assert every.keys() == {*PROVINCES, "Sông Trúc", "Vạn Hải", "Hòn Muối"}
    assert every["Lâm Đồng"].was == ("Bình Thuận", "Đắk Nông")
    assert [site.slug for site in every["Lâm Đồng"].absent] == ["binhthuan", "daknong", "lamdong"]
    assert every["Lâm Đồng"].sites == ()
    assert [site.slug for site in every["Sông Trúc"].sites] == ["songtruc", "dakmo"]
    assert every["Sông Trúc"].was == ("Đắk Mơ",)
    assert every["Sông Trúc"].articles == 190
    assert [site.slug for site in placeless(sites)] == ["baonganh"]
    names = [province.name for province in provinces(sites)]
    assert names.index("Cao Bằng") < names.index("Đà Nẵng") < names.index("Gia Lai")


@pytest.mark.parametrize(
    ("slug", "now", "former"),
    [
        ("lam-dong", "Lâm Đồng", None),
        ("dak-nong", "Lâm Đồng", "Đắk Nông"),
        ("ba-ria-vung-tau", "Thành phố Hồ Chí Minh", "Bà Rịa - Vũng Tàu"),
        ("dak-mo", "Sông Trúc", "Đắk Mơ"),
        ("quang-tri", "Quảng Trị", None),
    ],
)
def test_a_former_province_leads_to_that_of_today(
    conn: sqlite3.Connection, slug: str, now: str, former: str | None
) -> None:
    found = find(slug, volumes.sites(conn))
    assert found is not None
    assert (found[0].name, found[1]) == (now, former)
    assert (became("Đắk Nông"), became("Lâm Đồng"), became(None)) == ("Lâm Đồng", None, None)


# --- pages


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_of_a_site(desk: str, language: str) -> None:
    page = get(f"{desk}/trang/songtruc", language)
    assert '<h1 id="name" lang="vi">Công an tỉnh Sông Trúc</h1>' in page
    texts = {"vi": texts_places.VIETNAMESE, "en": texts_places.ENGLISH}[language]
    for name in ("months", "hours", "sections", "bylines", "health", "edited", "taken", "fills:none",
                 "followed:never", "taken:none"):  # fmt: skip
        assert texts[f"place:{name}"].replace("'", "&#39;") in page, name
    links = [unescape(link) for link in re.findall(r'href="(/tim-kiem\?[^"]*)"', page)]
    assert "/tim-kiem?site=songtruc" in links
    section = quote("An ninh trật tự").replace("%20", "+")
    assert f"/tim-kiem?site=songtruc&section={section}" in links
    assert sum("byline=" in link for link in links) == 4
    for link in links[:3]:
        get(f"{desk}{link}", language)
    dakmo = get(f"{desk}/trang/dakmo", language)
    assert texts["place:province:now"].format(province="Sông Trúc") in dakmo
    assert "/tinh/song-truc" in dakmo


def test_the_page_of_an_ill_site_says_what_and_why(desk: str) -> None:
    page = get(f"{desk}/trang/honmuoi", "en")
    assert '<span class="badge ill">Silent</span>' in page
    assert "nothing new for 40 days" in page
    assert "told 10 Mar 2026 08:00" in page


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_of_a_province(desk: str, language: str) -> None:
    page = get(f"{desk}/tinh/song-truc", language)
    assert re.findall(r'<tr[^>]*>\s*<th scope="row"><a lang="vi" href="/trang/(\w+)"', page) == [
        "songtruc",
        "dakmo",
    ]
    assert 'id="dak-mo"' in page
    assert ask(f"{desk}/tinh/dak-mo")[::2] == (302, "/tinh/song-truc#dak-mo")
    none = get(f"{desk}/tinh/lam-dong", language)
    texts = {"vi": texts_places.VIETNAMESE, "en": texts_places.ENGLISH}[language]
    assert texts["place:sites:none"] in none
    assert 'id="dak-nong"' in none
    assert "congan.lamdong.gov.vn" in none


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_of_all_provinces_says_which_have_no_portal_here(desk: str, language: str) -> None:
    page = get(f"{desk}/tinh", language)
    named = re.search(r'<p class="notice">(.*?)</p>', page, re.S)
    assert named
    assert all(name in named[1] for name in PROVINCES)
    assert "Sông Trúc" not in named[1]
    assert page.count('class="card none"') == 34
    assert "/trang/baonganh" in page


def test_there_is_no_page_of_what_is_not_there(desk: str) -> None:
    for path in (
        "/trang/none",
        "/tinh/none",
        "/trang/articles",
    ):
        status, page, _ = ask(desk + path)
        assert (status, "<h1" in page) == (404, True), path


def test_hostile_names_are_text_and_withheld_ones_nowhere(desk: str, archive: Path) -> None:
    for path in ("/trang/vanhai", "/tinh/van-hai", "/tinh"):
        page = get(desk + path)
        assert HOSTILE not in page
        assert "<script>document" not in page
        assert WITHHELD not in page
    assert "&lt;script&gt;" in get(f"{desk}/trang/vanhai")


def test_a_portal_crawled_by_its_address_has_a_page_without_a_home_that_runs(
    archive: Path, tmp_path: Path
) -> None:
    path = tmp_path / "odd.db"
    path.write_bytes(archive.read_bytes())
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("INSERT INTO sites(slug, name) VALUES ('127.0.0.1:80', 'Không tỉnh')")
        conn.execute("UPDATE sites SET home = 'javascript:alert(1)' WHERE slug = 'dakmo'")
        conn.commit()
    with serving(path) as at:
        page = get(f"{at}/trang/dakmo")
        bare = get(f"{at}{addresses.site('127.0.0.1:80')}")
    assert texts_places.VIETNAMESE["place:province:nowhere"] in bare
    assert texts_places.VIETNAMESE["place:hours:none"] in bare
    assert "javascript:" not in page
    assert texts_places.VIETNAMESE["place:address:none"] in page


def test_both_languages_have_the_same_texts() -> None:
    vietnamese, english = texts_places.VIETNAMESE, texts_places.ENGLISH
    assert {key.removesuffix(":one") for key in english} == vietnamese.keys()
    for key, text in english.items():
        gaps = [{name for _, name, _, _ in Formatter().parse(one) if name}
                for one in (text, vietnamese[key.removesuffix(":one")])]  # fmt: skip
        assert gaps[0] == gaps[1], key


LOOKED_AT = [
    ("/trang/songtruc", VIEWS[0]), ("/trang/songtruc", VIEWS[3]), ("/trang/vanhai", VIEWS[1]),
    ("/tinh/song-truc", VIEWS[2]), ("/tinh/lam-dong", VIEWS[1]), ("/tinh", VIEWS[3]), ("/tinh", VIEWS[0]),
]  # fmt: skip


@pytest.mark.parametrize(("path", "view"), LOOKED_AT, ids=lambda one: str(one))
def test_a_browser_shows_it(chromium: Any, desk: str, path: str, view: View) -> None:
    shot = path.strip("/").replace("/", "-")
    with looking(chromium, desk, path, view, shot=shot) as page:
        assert page.locator("html").get_attribute("lang") == view.language
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        for image in page.locator("figure [role=img]").all():
            box = image.bounding_box()
            assert box["width"] > 200
            assert box["height"] > 80


# --- questions with a name


@pytest.mark.parametrize("name", canned.QUERIES)
def test_a_question_is_answered_as_serve_answers_it(archive: Path, name: str) -> None:
    query = canned.queries()[name]
    asked = {"words": "đánh bạc"}
    named = set(re.findall(r":(\w+)", query["sql"]))
    assert named == set(query["params"])
    for values in (
        {},
        {"site": "songtruc", "province": "Đắk Mơ", "since": "2012-01", "until": "2026-12-31"},
    ):
        with closing(Shown(open_readonly(archive))) as shown:
            params = {p: values.get(p, asked.get(p, "")) for p in query["params"]}
            rows = shown.execute(query["sql"], params).fetchall()
        assert WITHHELD not in str(rows)
        if name not in ("fill_rates", "latest_problems", "most_reprinted", "taken_down"):
            assert rows, params


def test_questions_tell_what_there_is(archive: Path) -> None:
    with closing(Shown(open_readonly(archive))) as shown:

        def answer(name: str, **values: str) -> list[Any]:
            query = canned.queries()[name]
            params = {p: values.get(p, "") for p in query["params"]}
            return [tuple(row) for row in shown.execute(query["sql"], params).fetchall()]

        months = answer("articles_by_province")
        assert sum(row[2] for row in months) == 313
        assert {row[0] for row in answer("articles_by_province", province="Khe Lâm")} == {"Vạn Hải"}
        assert all(
            row[1] <= "2015-06" for row in answer("articles_by_province", until="2015-06-30")
        )
        edits = answer("edited_after_publication")
        assert [row[5] for row in edits] == [3, 3, 3, 2, 2, 2]
        assert edits == answer("edited_after_publication", site="songtruc")
        assert answer("edited_after_publication", site="dakmo") == []
        assert edits[0][6] == pytest.approx(hours_between(edits[0][3], edits[0][4]), abs=0.06)
        assert [row[1] for row in answer("taken_down")] == ["dakmo", "dakmo"]
        assert answer("hours_of_publication", site="dakmo")[0][1] in range(1, 8)
        ill = answer("health_of_sites")[:2]
        assert [(row[0], row[2]) for row in ill] == [
            ("khelam", "unreachable"),
            ("honmuoi", "silent"),
        ]
        exact, folded = (
            answer("words_by_month", words="đánh bạc"),
            answer("words_by_month", words="danh bac"),
        )
        assert exact == folded != []
        for odd in ('x"y AND (', "", '"', "NEAR(", "*", "title:"):
            answer("words_by_month", words=odd)  # no error of syntax


def hours_between(one: str, other: str) -> float:
    from newsarchive.clock import instant

    return (instant(other) - instant(one)).total_seconds() / 3600


def test_questions_have_words_in_both_languages() -> None:
    for name, query in canned.queries().items():
        assert re.fullmatch("[a-z_]+", name)
        for language in ("vi", "en"):
            assert query[language]["title"]
            assert query[language]["description"].endswith(".")
        assert name not in metadata.TABLES


def test_the_page_of_data_leads_to_them(desk: str) -> None:
    page = get(f"{desk}/kho", "en")
    assert 'href="/kho/bylines"' in page
    assert "Bylines by site" in page
    assert "Tác giả theo trang nguồn" in get(f"{desk}/kho", "vi")
    rows = json.loads(get(f"{desk}/kho/bylines.json?site=songtruc&_shape=array"))
    assert {row["site"] for row in rows} == {"songtruc"}
    assert get(f"{desk}/kho/words_by_month?words=danh+bac")


def test_every_table_and_column_is_described(archive: Path) -> None:
    with closing(open_readonly(archive)) as conn:
        tables = [
            name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        columns = {
            name: [row[1] for row in conn.execute(f"PRAGMA table_info({name})")]
            for name in tables
            if not name.startswith(("sqlite_", "articles_", "_sqlite"))
        }  # fmt: skip
    told = {name: list(of) for name, (_, of) in metadata.TABLES.items()}
    assert {name: sorted(of) for name, of in told.items()} == {
        name: sorted(of) for name, of in columns.items()
    }
    for name, (about, of) in metadata.TABLES.items():
        assert all(text.endswith(".") for text in (about, *of.values())), name
