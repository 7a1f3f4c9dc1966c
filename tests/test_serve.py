"""`newsarchive serve`: Datasette over a real archive, asked over HTTP."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from urllib.error import HTTPError
from urllib.request import urlopen

import archive_cases as cases
import pytest
from archive_cases import HOST, LATER, SEEN, opened, put, rows
from click.testing import CliRunner
from conftest import missing

from newsarchive import web
from newsarchive.archive import Archive, schema
from newsarchive.archive.withhold import Named, named, withhold
from newsarchive.cli.serve import serve
from newsarchive.errors import ArchiveError, NewsArchiveError
from newsarchive.model import Image, Problem
from newsarchive.query import open_readonly
from newsarchive.urls import key as url_key
from newsarchive.web import metadata
from newsarchive.web._shown import Shown


@pytest.fixture(scope="module")
def datasette() -> None:
    if importlib.util.find_spec("datasette") is None:
        missing("datasette is not installed: pip install -e '.[web]'")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # A name that a URI would end at.
    path = tmp_path_factory.mktemp("a #1 ?x") / "archive.db"
    with opened(path) as archive:
        for number in range(1, 4):
            put(archive, number)
    return path


@pytest.fixture(scope="module")
def server(datasette: None, archive: Path) -> Iterator[str]:
    """The address of a server on any free port, as a process of its own."""
    command = [sys.executable, "-m", "newsarchive", "serve", "--db", str(archive), "--port", "0"]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    try:
        assert process.stdout
        line = process.stdout.readline()
        match = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert match, line
        yield match[0]
        # Ctrl-C is how a server ends: no fault, no traceback.
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
        assert (process.returncode, errors) == (0, "")
    finally:
        process.kill()
        process.communicate()


def get(url: str) -> str:
    with urlopen(url, timeout=20) as response:
        return str(response.read().decode("utf-8"))


def refusal(url: str) -> int:
    """The status with which the server refuses."""
    with pytest.raises(HTTPError) as refused:
        get(url)
    with refused.value as answer:
        return int(answer.code)


def test_the_home_page_names_the_archive(server: str) -> None:
    page = get(f"{server}?lang=en")
    assert "newsarchive" in page
    assert "victims and minors" in page
    assert "_memory" not in page


def test_a_table_page(server: str) -> None:
    answer = json.loads(get(f"{server}archive/articles.json?_shape=objects"))
    assert [row["site"] for row in answer["rows"]] == ["example"] * 3
    assert answer["rows"][0]["title"] == "Triệt phá đường dây đánh bạc ở Đắk Lắk"
    page = get(f"{server}archive/articles")
    assert "Summary that opens the story" in page
    assert "/-/desk/data.css" in page


def test_the_search_box_finds_without_accents(server: str) -> None:
    found = json.loads(get(f"{server}archive/articles.json?_search=duong+day+danh+bac"))
    assert found["filtered_table_rows_count"] == 3
    none = json.loads(get(f"{server}archive/articles.json?_search=buon+lau"))
    assert none["filtered_table_rows_count"] == 0


def test_sql_reads_and_does_not_write(server: str, archive: Path) -> None:
    sql = "select+count(*)+as+n+from+articles_exact+where+articles_exact+match+'đường'"
    sql = sql.replace("đường", "%C4%91%C6%B0%E1%BB%9Dng")
    answer = json.loads(get(f"{server}archive.json?sql={sql}&_shape=array"))
    assert answer == [{"n": 3}]
    assert refusal(f"{server}archive.json?sql=delete+from+articles") == 400
    assert rows(archive, "SELECT count(*) FROM articles") == [(3,)]


def test_the_file_is_not_handed_out(server: str) -> None:
    assert refusal(f"{server}archive.db") in (403, 404)


def test_machinery_is_hidden(server: str) -> None:
    tables = {t["name"]: t["hidden"] for t in json.loads(get(f"{server}archive.json"))["tables"]}
    shown = {name for name, hidden in tables.items() if not hidden}
    assert shown == set(metadata.TABLES) - set(metadata.MACHINERY)


def test_every_table_and_column_is_described(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    opened(path).close()
    names = {
        name
        for (name,) in rows(path, "SELECT name FROM sqlite_master WHERE type = 'table'")
        if not name.startswith(("sqlite_", "_sqlite", "articles_"))
    }
    assert set(metadata.TABLES) == names
    for name, (description, columns) in metadata.TABLES.items():
        assert description
        found = [row[1] for row in rows(path, f"PRAGMA table_info({name})")]
        assert list(columns) == found, name
    hidden = {name for (name,) in rows(path, "SELECT name FROM sqlite_master")}
    assert set(metadata.HIDDEN) <= hidden


@pytest.mark.parametrize(
    ("content", "said"), [(b"not a database at all, only text", "not a database"), (None, "")]
)
def test_a_bad_archive_is_one_line(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "x.db"
    if content is not None:
        path.write_bytes(content)
    result = CliRunner().invoke(serve, ["--db", str(path)])
    assert isinstance(result.exception, ArchiveError)
    assert said in str(result.exception)
    assert str(path) in str(result.exception)
    assert not path.with_name("x.db-wal").exists()


def test_without_the_extra_it_says_what_to_install(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As an attribute of its package, too: "from newsarchive.web import server" asks there first.
    monkeypatch.delattr(web, "server", raising=False)
    monkeypatch.delitem(sys.modules, "newsarchive.web.server", raising=False)
    monkeypatch.setitem(sys.modules, "datasette.app", None)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    result = CliRunner().invoke(serve, ["--db", str(archive), "--port", "0"])
    assert isinstance(result.exception, NewsArchiveError)
    assert "pip install 'newsarchive[web]'" in str(result.exception)
    assert "\n" not in str(result.exception)


def test_a_port_in_use_is_one_line(datasette: None, archive: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        command = [sys.executable, "-m", "newsarchive", "serve", "--port", str(port)]
        done = subprocess.run(
            [*command, "--db", str(archive)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == (f"port {port}: address already in use; name another with --port, or 0\n")


# What is withheld.

WORD = "zyxwvu"
# Each would show the withheld article, were it only the view that stood before the table.
TRICKS = (
    "select count(*) from main.articles",
    'select count(*) from MAIN . "Articles"',
    "select title from main.articles",
    "select exists (select 1 from main.articles where id = 2)",
    "select (select title from main.articles where id = 2)",
    "select count(*) from main.articles as a join sites as s on s.slug = 'example'",
    "with articles as (select * from main.articles) select title from articles",
    "with articles_shown as (select * from main.articles) select title from articles_shown",
    "with x as materialized (select * from main.versions) select * from x",
    "with recursive x(t) as (select title from main.articles union select t from x) select * from x",
    "select * from main.articles_shown",
    "select count(*) from main.articles_shown",
    "select title from main.articles_folded",
    "select * from main.versions natural join articles",
    "select block from articles_fts_data",
    "select count(*) from articles_fts_data",
    "select * from articles_exact_idx",
    "select * from articles_fts_docsize",
    "select * from dbstat",
    "select * from sqlite_stmt",
    "explain select title from main.articles",
    "pragma query_only = 0",
    "pragma writable_schema = 1",
    "attach database ':memory:' as other",
    "create temp view x as select * from main.articles",
    "delete from sites",
    "select load_extension('x')",
)
SHOWN = (
    "select * from articles",
    "select * from articles_shown",
    "select * from articles_folded",
    "select * from articles_fts",
    "select * from main.articles_fts",
    "select * from articles_fts where rowid = 2",
    "select rowid, highlight(articles_fts, 0, '', '') from articles_fts('tin')",
    "select * from articles_exact",
    "select rowid, snippet(articles_exact, 0, '', '', '', 9) from articles_exact('tin') order by rank",
    *(f"select * from {table}" for table in metadata.TABLES),
    *(f"select count(*), count(ALL 1) from {table}" for table in metadata.TABLES),
    "select * from sites left join articles on articles.site = sites.slug",
    "select * from articles cross join versions cross join images on versions.article = images.article",
    "select * from sqlite_master",
    "select * from sqlite_temp_master",
    "select a.id, j.value from articles as a, json_each(a.origins) as j",
    "select * from pragma_table_info('articles')",
    "explain query plan select * from articles",
    "explain select * from articles",
    "/* a comment */ select title from articles",
    "with x as (select * from articles) select * from x",
    "select id from articles union select article from versions union select article from urls",
)


@pytest.fixture(scope="module")
def withheld(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three articles, of which the second has all that an article can have, and is withheld."""
    path = tmp_path_factory.mktemp("withheld") / "archive.db"
    with opened(path) as archive:
        for number in (1, 2, 3):
            word = WORD if number == 2 else "khác"
            picture = Image(url=f"{HOST}/{word}-{number}.jpg", caption=word)
            for day, again in (("02", ""), ("03", " nữa")):
                put(
                    archive,
                    number,
                    f"2026-01-{day}T00:00:00Z",
                    title=f"Tin {word}{again}",
                    paragraphs=(word,),
                    images=(picture,),
                    tags=(word,),
                    problems=(Problem(field="published", what=word),),
                )
            twin = f"https://www.congan.example.vn/bai-{number}?utm_source=x"
            archive.add_capture(cases.capture(400 + number, url=twin))
            last = archive._rows("SELECT max(id) FROM captures")[0][0]
            shown = archive.add_capture(cases.capture(100 + number, url=picture.url))
            archive.add_revisit(
                cases.capture(200 + number, url=f"{HOST}/bai-{number}"), f"x{shown}"
            )
            archive.set_gone(number, since="2026-01-04T00:00:00Z", capture=last)
            moved = f"{HOST}/{word}-moved-{number}"
            archive.moved(number, key=url_key(moved), url=moved, seen=LATER, capture=last)
            item = (f"congan.example.vn/bai-{number}", f"{HOST}/{word}-front-{number}")
            archive._conn.execute(
                "INSERT INTO frontier(key, site, url, seen) VALUES (?, 'example', ?, '')", item
            )
            archive._conn.execute(
                "INSERT INTO recoveries(source, url, captured, site, key) "
                "VALUES ('wayback', ?, '2020', 'example', ?)",
                (item[1], item[0]),
            )
        out = Named(article=None, addresses={f"congan.example.vn/{WORD}": f"{HOST}/{WORD}"})
        withhold(archive, out, reason="x", since=SEEN)
        archive.add_capture(cases.capture(300, url=f"{HOST}/{WORD}"))
    return path


def take_out(path: Path, number: int = 2) -> None:
    with Archive.open(path) as archive:
        withhold(archive, named(archive, number, ""), reason=WORD, since=SEEN)


def shown(path: Path) -> Shown:
    return Shown(open_readonly(path))


def test_nothing_of_a_withheld_article_is_in_any_table(withheld: Path, tmp_path: Path) -> None:
    path = tmp_path / "copy.db"
    shutil.copy(withheld, path)
    with closing(shown(path)) as conn:
        before = {sql: conn.execute(sql).fetchall() for sql in SHOWN}
        met = {sql for sql, found in before.items() if WORD in str(found)}
        tables = (
            "articles",
            "versions",
            "images",
            "tags",
            "captures",
            "problems",
            "urls",
            "frontier",
        )
        assert {f"select * from {table}" for table in tables} <= met
        take_out(path)  # while the connection is open
        for sql in SHOWN:
            assert WORD not in str(conn.execute(sql).fetchall()), sql
        for sql in TRICKS:
            with pytest.raises(sqlite3.DatabaseError):
                conn.execute(sql).fetchall()
        left = {
            table: len(conn.execute(f"select * from {table}").fetchall())
            for table in metadata.TABLES
        }
        counted = {
            table: conn.execute(f"select count(*) from [{table}]").fetchall()[0][0]
            for table in metadata.TABLES
        }
    assert left == counted
    assert {table: left[table] for table in COUNTS} == COUNTS
    assert all(rows(path, f"SELECT count(*) FROM {t}")[0][0] > n for t, n in COUNTS.items())


COUNTS = {
    "articles": 2, "versions": 4, "images": 2, "tags": 2, "urls": 4, "events": 4,
    "observations": 4, "checks": 2, "captures": 10, "revisits": 2, "problems": 4, "frontier": 2,
    "recoveries": 2, "withholdings": 0,
}  # fmt: skip


@pytest.mark.parametrize("sql", TRICKS)
def test_no_trick_reads_the_tables_themselves(withheld: Path, sql: str) -> None:
    with closing(shown(withheld)) as conn, pytest.raises(sqlite3.DatabaseError):
        conn.execute(sql).fetchall()


def test_a_name_out_of_the_temporary_schema_is_no_key(withheld: Path) -> None:
    with closing(shown(withheld)) as conn:
        names = [name for (name,) in conn.execute("select name from sqlite_temp_master").fetchall()]
        inner = next(name for name in names if name.endswith("_articles"))
        for name in (inner, inner.partition("_")[0]):
            sql = f'with "{name}" as (select * from main.articles) select * from "{name}"'
            with pytest.raises(sqlite3.DatabaseError, match="not authorized"):
                conn.execute(sql)


def test_the_full_text_tables_go_on_after_a_change_of_the_schema(
    withheld: Path, tmp_path: Path
) -> None:
    path = tmp_path / "copy.db"
    shutil.copy(withheld, path)
    with closing(shown(path)) as conn:
        sql = "select rowid from articles_fts where articles_fts match 'tin' order by rowid"
        assert len(conn.execute(sql).fetchall()) == 3
        with closing(sqlite3.connect(path)) as other:
            other.execute("CREATE INDEX x ON articles(byline)")
            other.commit()
            other.execute("VACUUM")
        assert len(conn.execute(sql).fetchall()) == 3
        assert len(conn.execute("select * from articles").fetchall()) == 3


@pytest.mark.parametrize(
    ("sql", "index"),
    [
        ("select * from articles where id = 1", "PRIMARY KEY"),
        ("select * from articles where key = 'x'", "INDEX"),
        ("select * from articles where site = 'x'", "articles_site"),
        ("select * from articles where published_day > '2022' limit 9", "articles_published_day"),
        ("select * from articles order by published_day desc limit 9", "articles_published_day"),
        ("select * from versions where article = 1", "INDEX"),
        ("select * from images where article = 1 and position = 1", "INDEX"),
        ("select * from urls where key = 'x'", "INDEX"),
        ("select * from urls where article = 1", "urls_article"),
        ("select * from events where article = 1", "events_article"),
        ("select * from events where rowid = 1", "PRIMARY KEY"),
        ("select * from tags where tag = 'x'", "tags_tag"),
        ("select * from captures where id = 1", "PRIMARY KEY"),
        ("select * from captures where url = 'x'", "captures_url"),
        ("select * from captures where site = 'x' order by fetched limit 9", "captures_site"),
        ("select * from problems where capture = 1", "problems_capture"),
        ("select * from frontier where key = 'x'", "INDEX"),
        ("select * from checks order by due limit 9", "checks_due"),
        ("select * from sites left join articles on articles.site = sites.slug", "articles_site"),
    ],
)  # fmt: skip
def test_the_views_take_no_index_away(withheld: Path, sql: str, index: str) -> None:
    with closing(shown(withheld)) as conn:
        plan = [step[3] for step in conn.execute(f"explain query plan {sql}").fetchall()]
    own = [step for step in plan if step.startswith(("SEARCH main.", "SCAN main."))]
    assert index in own[0], plan
    # What makes the set of the withheld goes by indexes too, but for the few that are withheld.
    whole = [s for s in own if s.startswith("SCAN") and "INDEX" not in s]
    assert all(s == "SCAN main.withholdings" for s in whole), plan


def test_an_archive_of_an_older_schema_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    conn = sqlite3.connect(path)
    for statement in (*schema.TABLES, *schema.FULL_TEXT):
        conn.execute(statement)
    conn.execute("CREATE TABLE _sqlite_migrations (migration_set TEXT, name TEXT, applied_at TEXT)")
    conn.execute("INSERT INTO _sqlite_migrations VALUES ('newsarchive', '001_first', '')")
    conn.execute("INSERT INTO sites(slug, name) VALUES ('x', 'x')")
    for number, out in ((1, None), (2, SEEN)):
        conn.execute(
            "INSERT INTO articles(key, site, url, title, parser, first_seen, last_seen, withheld) "
            "VALUES (?, 'x', ?, 'tin', '1', '', '', ?)",
            (f"k{number}", f"u{number}", out),
        )
        conn.execute("INSERT INTO urls VALUES (?, ?, ?)", (f"k{number}", number, f"u{number}"))
    conn.commit()
    conn.close()
    with closing(shown(path)) as old:
        assert [row[0] for row in old.execute("select id from articles").fetchall()] == [1]
        assert [row[0] for row in old.execute("select article from urls").fetchall()] == [1]
        assert old.execute("select count(*) from captures").fetchall()[0][0] == 0


@contextmanager
def serving(path: Path) -> Iterator[str]:
    """A server of its own; what it says of failures is nobody's concern."""
    command = [sys.executable, "-m", "newsarchive", "serve", "--db", str(path), "--port", "0"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    with process:
        try:
            assert process.stdout
            match = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
            assert match
            # Datasette prints a traceback for each failure, more than a pipe holds.
            Thread(target=process.stdout.read, daemon=True).start()
            yield match[0]
        finally:
            process.kill()


def test_withholding_takes_effect_on_the_next_request(
    datasette: None, withheld: Path, tmp_path: Path
) -> None:
    path = tmp_path / "archive.db"
    shutil.copy(withheld, path)
    pages = [
        "archive/articles", "archive/articles.json", "archive/articles?_facet=title",
        "archive/articles.csv?_stream=on", f"archive/articles.json?_search={WORD}",
        f"archive/articles.json?_search_title={WORD}", "archive/versions", "archive/images",
        "archive/tags?_facet=tag", "archive/urls", "archive/problems", "archive/captures",
        "archive/urls.json?_labels=on", "archive/frontier", "archive/recoveries",
        "archive.json?sql=select+*+from+articles", "archive/articles_fts", "archive/articles_folded",
        "archive/articles_shown.json",
    ]  # fmt: skip
    gone = ["archive/articles/2", "archive/articles/2.json", "archive/captures/6", "archive/events/3",
            "archive/versions/2,1", "archive/problems/3"]  # fmt: skip
    with serving(path) as server:
        for page in (*pages, *gone):
            assert WORD in get(server + page) or page in gone, page
        take_out(path)
        for page in pages:
            # What was searched for is on the page all the same.
            answer = (
                get(server + page)
                .replace(f"_search={WORD}", "")
                .replace(f"_search_title={WORD}", "")
            )
            assert WORD not in re.sub('matches .{1,2}zyxwvu|"search(_0)?": "zyxwvu"', "", answer), (
                page
            )
        for page in gone:
            assert refusal(server + page) == 404, page
        tables = {t["name"]: t["count"] for t in json.loads(get(f"{server}archive.json"))["tables"]}
        assert {name: tables[name] for name in COUNTS} == COUNTS
        assert refusal(f"{server}archive.json?sql=select+title+from+main.articles") == 400
        assert refusal(f"{server}archive/articles_fts_data") == 404
        assert refusal(f"{server}archive/articles_fts_data/1") in (400, 404, 500)
        home = json.loads(get(f"{server}.json"))["archive"]
        assert home["tables_count"] == len(metadata.TABLES) - len(metadata.MACHINERY)


def test_pages_know_keys_labels_and_order(server: str) -> None:
    answer = json.loads(
        get(f"{server}archive/articles.json?_size=1&_facet=site&_labels=on&_sort=id")
    )
    assert answer["primary_keys"] == ["id"]
    assert answer["rows"][0]["site"] == {"value": "example", "label": "Công an tỉnh Ví Dụ"}
    assert answer["facet_results"]["site"]["results"][0]["count"] == 3
    assert answer["next"]
    following = json.loads(get(answer["next_url"]))
    assert following["rows"][0]["id"] != answer["rows"][0]["id"]
    row = json.loads(get(f"{server}archive/articles/1.json?_extras=foreign_key_tables"))
    counts = {t["other_table"]: t["count"] for t in row["foreign_key_tables"]}
    assert counts == {"checks": 1, "events": 0, "images": 2, "observations": 1, "tags": 2, "urls": 1,
                      "versions": 1}  # fmt: skip
    for table, pk in (
        ("problems", "1"),
        ("images", "1,2"),
        ("urls", "congan~2Eexample~2Evn~2Fbai-1,"),
    ):
        assert "archive" in get(f"{server}archive/{table}")
        if table != "urls":
            assert json.loads(get(f"{server}archive/{table}/{pk}.json"))["rows"]
    answer = json.loads(get(f"{server}archive/problems.json?_size=1"))
    assert answer["columns"] == ["rowid", "capture", "field", "what", "seen"]
    assert json.loads(get(answer["next_url"]))["rows"][0][0] == 2
    assert json.loads(get(f"{server}archive/articles.json?_search_title=duong"))["rows"]
