"""The crawl where things go wrong: one line says what, a right exit status, nothing lost."""

from __future__ import annotations

import os
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import quick
from crawl_cases import asked, command, crawl, environment, portal, rows, titles

from newsarchive.demo.answer import Answer, moved, page
from newsarchive.demo.portal import Portal, serve

Done = subprocess.CompletedProcess[str]
SLOW = Answer(delay=3.0, body=b"late")

# The first page. Each case: what the portal answers, and what the one line must say.

HOMES: dict[str, tuple[dict[str, Answer], str]] = {
    "timeout": ({"/": SLOW}, "no answer in 0.4 s (try again later, or give it more: --timeout)"),
    "500": ({"/": page("<p>lỗi</p>", 500)}, "answered 500 Internal Server Error (the portal is"),
    "404": ({"/": page("<p>không có</p>", 404)}, "answered 404 Not Found: the page is gone"),
    "circle": ({"/": moved("/a", 302), "/a": moved("/", 302)}, "redirects in a circle, to http"),
    "elsewhere": (
        {"/": moved("http://moved.example/")},
        "redirects to another host, http://moved.example/ (if the portal has moved there",
    ),
    "scheme": ({"/": moved("ftp://moved.example/")}, "answered 301 Moved Permanently"),
    "empty": ({"/": Answer(headers={"Content-Type": "text/html"})}, "the page is empty"),
    "cut": ({"/": Answer(body=b"<html>", cut=-1)}, "the connection failed"),
    "barren": (
        {"/": page("<html><body><h1>Công an</h1><p>Đang xây dựng.</p></body></html>")},
        "no articles found: 1 page held no link to one (is this the home",
    ),
    "pdf": (
        {"/": Answer(headers={"Content-Type": "application/pdf"}, body=b"%PDF-1.4 ...")},
        "no articles found",
    ),
    "forbidden": (
        {"/robots.txt": Answer(body=b"User-agent: *\nDisallow: /\n")},
        "robots.txt forbids it",
    ),
    "articles forbidden": (
        {"/robots.txt": Answer(body=b"User-agent: *\nDisallow: /tin-thu\n")},
        "robots.txt forbids all 3 articles found",
    ),
    "robots 500": (
        {"/robots.txt": Answer(status=503)},
        "robots.txt answered 503; without it nothing is asked (try again later)",
    ),
    "robots away": (
        {"/robots.txt": moved("http://moved.example/robots.txt")},
        "robots.txt redirects to another host, http://moved.example/robots.txt",
    ),
}


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Portal, str, Path, Done]]:
    """One crawl for each case, several at a time: they wait more than they work."""
    folder = tmp_path_factory.mktemp("homes")
    with ExitStack() as stack:

        def run(name: str) -> tuple[Portal, str, Path, Done]:
            broken = portal(articles=3)
            broken.override.update(HOMES[name][0])
            base = stack.enter_context(serve(broken))
            db = folder / f"{name.replace(' ', '-')}.db"
            return broken, base, db, crawl(f"{base}/", db, "--timeout", 0.4)

        with ThreadPoolExecutor(4) as pool:
            return dict(zip(HOMES, pool.map(run, HOMES), strict=True))


@pytest.mark.parametrize("name", HOMES)
def test_a_first_page_that_is_none(
    name: str, homes: dict[str, tuple[Portal, str, Path, Done]]
) -> None:
    broken, base, db, done = homes[name]
    assert done.returncode == 1
    assert done.stderr.startswith(f"{base}/: ")
    assert HOMES[name][1] in done.stderr
    assert done.stderr.count("\n") == 1
    assert "failed 1 " in done.stdout
    assert rows(db, "SELECT outcome, failed FROM crawls") == [("failed", 1)]
    if name in ("500", "robots 500"):
        assert len(set(asked(broken)[-3:])) == 1  # asked, and twice again
    if name in ("forbidden", "robots 500", "robots away"):
        assert set(asked(broken)) == {"/robots.txt"}
    # Whatever was answered was kept, failures too.
    answered = [t for t in asked(broken) if name not in ("timeout", "cut") or t != "/"]
    assert len(rows(db, "SELECT id FROM captures")) == len(answered)


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("http://no-such-host.invalid/", "its host does not resolve"),
        ("http://127.0.0.1:{free}/", "connection refused (is the portal up, and the port right?)"),
    ],
)
def test_a_host_that_is_not_there(url: str, what: str, tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound but not listening: refuses
        url = url.format(free=held.getsockname()[1])
        done = crawl(url, tmp_path / "a.db")
    assert done.returncode == 1
    assert done.stderr.startswith(f"{url}: {what}")
    assert done.stderr.count("\n") == 1


# Pages behind the first.


@pytest.fixture(scope="module")
def trouble(tmp_path_factory: pytest.TempPathFactory) -> tuple[Portal, Path, Done, Done]:
    """One crawl of a portal where much goes wrong, and a second when most of it is mended."""
    db = tmp_path_factory.mktemp("trouble") / "a.db"
    broken = portal(articles=20, page_size=4)
    paths = [broken.family.article_path(s) for s in broken.stories]
    listing = broken.family.section_path("an-toan-giao-thong", 2)
    faults = {
        paths[0]: page("<p>gone</p>", 404),
        paths[1]: page("<p>trouble</p>", 500),
        paths[2]: SLOW,
        paths[3]: moved("https://moved.example/tin"),
        paths[4]: moved(paths[4]),
        paths[5]: Answer(headers={"Content-Type": "application/pdf"}, body=b"%PDF-1.4 \x00\x01"),
        paths[6]: Answer(headers={"Content-Type": "text/html"}, body=bytes(range(256)) * 40),
        paths[7]: moved("/"),
        paths[8]: Answer(headers={"Content-Type": "text/html"}, body=b""),
        listing: page("<p>trouble</p>", 500),
    }
    broken.override.update(faults)
    with serve(broken) as base:
        first = crawl(f"{base}/", db, "--timeout", 0.5)
        for target in (paths[0], paths[1], paths[2], listing):
            del broken.override[target]
        broken.requests.append(
            broken.requests[-1].__class__(method="-", target="-", headers={}, at=0)
        )
        second = crawl(f"{base}/", db, "--timeout", 0.5)
    return broken, db, first, second


def test_each_failure_is_one_line_and_the_rest_is_done(
    trouble: tuple[Portal, Path, Done, Done],
) -> None:
    broken, _, first, _ = trouble
    paths = [broken.family.article_path(s) for s in broken.stories]
    assert first.returncode == 1
    lines = {line.split(": ", 1)[0]: line.split(": ", 1)[1] for line in first.stderr.splitlines()}
    told = {"/" + url.split("/", 3)[3]: what for url, what in lines.items()}
    assert told.pop(paths[0]).startswith("answered 404")
    assert told.pop(paths[1]).startswith("answered 500")
    assert told.pop(paths[2]).startswith("no answer in 0.5 s")
    assert "https://moved.example/tin" in told.pop(paths[3])
    assert "circle" in told.pop(paths[4])
    assert told.pop(broken.family.section_path("an-toan-giao-thong", 2)).startswith("answered 500")
    assert told == {}
    assert "failed 6 " in first.stdout
    assert "no article 4" in first.stdout


def test_a_page_that_is_no_article_is_a_problem_and_no_failure(
    trouble: tuple[Portal, Path, Done, Done],
) -> None:
    broken, db, _, _ = trouble
    paths = [broken.family.article_path(s) for s in broken.stories]
    found = rows(db, "SELECT url, field, what FROM problems JOIN captures ON captures.id = capture")
    told = {"/" + url.split("/", 3)[3]: (field, what) for url, field, what in found}
    assert {field for field, _ in told.values()} == {"page"}
    assert set(told) == {paths[5], paths[6], "/", paths[8]}
    assert "PDF" in told[paths[5]][1]
    assert "empty" in told[paths[8]][1]


def test_the_next_crawl_asks_again_what_may_have_mended(
    trouble: tuple[Portal, Path, Done, Done],
) -> None:
    broken, db, _, second = trouble
    assert second.returncode == 0
    assert second.stderr == ""
    paths = [broken.family.article_path(s) for s in broken.stories]
    later = asked(broken)[asked(broken).index("-") + 1 :]
    again = [path for path in paths if path in later and path in asked(broken)[: -len(later) - 1]]
    assert sorted(again) == sorted(paths[1:3])
    lost = {broken.stories[n].title for n in (0, 3, 4, 5, 6, 7, 8)}
    assert titles(db) == sorted(s.title for s in broken.stories if s.title not in lost)
    assert rows(db, "SELECT url FROM sections WHERE NOT complete") == []


def test_a_portal_in_trouble_for_a_while_is_waited_for(tmp_path: Path) -> None:
    crawled = portal(articles=4)
    path = crawled.family.article_path(crawled.stories[0])
    left = [Answer(status=503, headers={"Retry-After": "1"}) for _ in range(2)]
    crawled.override[path] = lambda method, target, headers: left.pop() if left else None
    with serve(crawled) as base:
        done = crawl(f"{base}/", tmp_path / "a.db")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(titles(tmp_path / "a.db")) == 4
    times = [request.at for request in crawled.requests if request.target == path]
    assert len(times) == 3
    assert times[1] - times[0] > 0.9  # as the portal asks
    assert times[2] - times[1] > 0.9


# The archive.


def test_an_archive_that_cannot_be_used_is_seen_before_any_request(tmp_path: Path) -> None:
    text, foreign, newer, locked = (
        tmp_path / f"{n}.db" for n in ("text", "foreign", "newer", "locked")
    )
    text.write_text("no database\n" * 50)
    with closing(sqlite3.connect(foreign)) as conn:
        conn.execute("CREATE TABLE mine (x)")
    quiet = portal(articles=3)
    with serve(quiet) as base:
        assert crawl(f"{base}/", locked).returncode == 0
        shutil.copy(locked, newer)
        with closing(sqlite3.connect(newer)) as conn, conn:
            conn.execute(
                "INSERT INTO _sqlite_migrations(migration_set, name, applied_at) "
                "VALUES ('newsarchive', '999_later', '2030-01-01')"
            )
        quiet.requests.clear()
        with closing(sqlite3.connect(locked)) as conn:
            conn.execute("BEGIN IMMEDIATE")
            cases = (
                (text, "not a database"),
                (foreign, "not one of newsarchive"),
                (newer, "newer newsarchive"),
                (locked, "locked"),
                (tmp_path, "is a folder"),
                (text / "a.db", "cannot"),
            )
            with ThreadPoolExecutor(3) as pool:
                results = list(pool.map(lambda case: crawl(f"{base}/", case[0]), cases))
        for (db, what), done in zip(cases, results, strict=True):
            assert (done.returncode, done.stdout) == (1, ""), done
            assert what in done.stderr
            assert str(text if db == text / "a.db" else db) in done.stderr
            assert done.stderr.count("\n") == 1
    assert quiet.requests == []


@pytest.mark.parametrize("size", [25_000, 60_000])
def test_a_full_disk_stops_the_crawl_with_one_line(size: int, tmp_path: Path) -> None:
    full = portal(articles=30, page_size=5)
    db = tmp_path / "a.db"

    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    with serve(full) as base:
        assert crawl(f"{base}/", db, "--limit", 1).returncode == 0
        full.requests.clear()
        # What cannot grow first is the database's log or the WARC file, by the size.
        done = subprocess.run(
            command("crawl", "--url", f"{base}/", "--db", db, "--delay", 0),
            capture_output=True, text=True, env=environment(), check=False, preexec_fn=small_disk,
        )  # fmt: skip
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "make room" in done.stderr or "disk" in done.stderr
        assert len(full.requests) < 60
        with closing(sqlite3.connect(db)) as conn:
            assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        again = crawl(f"{base}/", db)
    assert again.returncode == 0
    assert titles(db) == sorted(s.title for s in full.stories)
    _assert_sound(db)


def _assert_sound(db: Path) -> None:
    done = quick.run(command("verify", "--db", db), env=environment())
    assert (done.returncode, done.stderr) == (0, "")


def test_a_database_that_is_locked_in_the_middle_stops_the_crawl_with_one_line(
    tmp_path: Path,
) -> None:
    slow = portal(articles=40, page_size=5)
    db = tmp_path / "a.db"
    with serve(slow) as base:
        assert crawl(f"{base}/", db, "--limit", 1).returncode == 0
        process = subprocess.Popen(
            command("crawl", "--url", f"{base}/", "--db", db, "--delay", 1.5, "--quiet"),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(),
        )  # fmt: skip
        start = len(slow.requests)
        while len(slow.requests) < start + 3:
            assert process.poll() is None
            time.sleep(0.005)
        with closing(sqlite3.connect(db, timeout=10)) as conn:
            conn.execute("BEGIN IMMEDIATE")
            _, err = process.communicate(timeout=40)
        assert process.returncode == 1
        assert err.count("\n") == 1
        assert "locked: another program is writing to it" in err
        again = crawl(f"{base}/", db)
    assert again.returncode == 0, again.stderr
    assert titles(db) == sorted(s.title for s in slow.stories)
    _assert_sound(db)


@pytest.mark.parametrize(
    ("args", "what"),
    [
        (["nosuchsite"], "unknown site 'nosuchsite'"),
        (["haiduong"], "evidence 'guessed'"),
        ([], "name sites"),
        (["daklak", "--url", "http://127.0.0.1:1/"], "name sites"),
        (["daklak", "--since", "tomorrow"], "YYYY-MM-DD"),
        (["daklak", "--limit", "0"], "--limit"),
        (["daklak", "--contact", "nobody"], "--contact"),
        (["--url", "congan.daklak.gov.vn"], "did you mean --url https://congan.daklak.gov.vn"),
    ],
)
def test_a_wrong_call_exits_2(args: list[str], what: str, tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    done = quick.run(command("crawl", *args, "--db", db), env=environment())
    assert done.returncode == 2
    assert what in done.stderr
    assert "Traceback" not in done.stderr
    assert not db.exists()


# Scrapy's own command.


def scrapy(*args: str, cwd: Path, **more: str) -> Done:
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *args],
        capture_output=True, text=True, cwd=cwd, check=False,
        env=environment(SCRAPY_SETTINGS_MODULE="newsarchive.crawl.settings", **more),
    )  # fmt: skip


def test_scrapy_lists_the_registry(tmp_path: Path) -> None:
    from newsarchive.sites import all_sites

    done = scrapy("list", cwd=tmp_path)
    assert (done.returncode, done.stdout.split()) == (0, sorted(all_sites()))


@pytest.mark.parametrize(
    ("args", "what"),
    [
        (["haiduong"], "evidence 'guessed'"),
        (["dakla"], "did you mean daklak"),
        (["daklak", "-a", "limit=none"], "limit=none"),
        (["daklak", "-a", "lmit=1"], "no such argument"),
    ],
)
def test_scrapy_crawl_refuses_as_the_command_does(
    args: list[str], what: str, tmp_path: Path
) -> None:
    done = scrapy("crawl", *args, cwd=tmp_path)
    assert done.returncode == 2
    assert what in done.stderr
    assert "Traceback" not in done.stderr
    assert os.listdir(tmp_path) == []
