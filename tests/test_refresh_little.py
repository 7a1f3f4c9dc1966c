"""refresh asks for little: one page a section, by condition where that is safe, within a budget."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import quick
from crawl_cases import (
    SECTIONS,
    article_paths,
    asked,
    command,
    crawl,
    environment,
    portal,
    rows,
    story,
    titles,
    without_progress,
)

from newsarchive.demo.answer import HTML, Answer, moved
from newsarchive.demo.portal import Portal, serve

Done = subprocess.CompletedProcess[str]
# Further articles of the site, as if an earlier crawl had found them all.
_MORE = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
    INSERT INTO {into} SELECT {values} FROM n
"""


def refresh(db: Path, *args: object, delay: float = 0, **more: str) -> Done:
    return without_progress(quick.run(
        command("refresh", "--db", db, "--delay", delay, "--concurrency", 4, *args),
        timeout=300, cwd=db.parent, env=environment(**more),
    ))  # fmt: skip


def grow(db: Path, count: int) -> None:
    """Put so many more articles of the archive's one site into it, none of them due."""
    with closing(sqlite3.connect(db)) as conn:
        ((site, first),) = conn.execute("SELECT site, max(id) FROM articles GROUP BY site")
        values = {"count": count, "site": site, "first": first}
        url = f"'http://{site}/cu-' || (:first + i)"
        for into, chosen in (
            (
                "articles(id, key, site, url, title, body, published_day, parser, first_seen, last_seen)",
                f":first + i, '{site}/cu-' || (:first + i), :site, {url}, 'Tin cũ số ' || i, 'Nội dung', "
                "'2020-01-01', 'x', '2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z'",
            ),
            ("urls(key, article, url)", f"'{site}/cu-' || (:first + i), :first + i, {url}"),
            ("checks(article, due)", ":first + i, '2099-01-01T00:00:00Z'"),
            (
                "frontier(key, site, url, state, seen)",
                f"'{site}/cu-' || (:first + i), :site, {url}, 'done', '2020-01-01T00:00:00Z'",
            ),
        ):
            conn.execute(_MORE.format(into=into, values=chosen), values)
        conn.commit()


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "a.db"


def test_nothing_new_costs_one_page_a_section_whatever_the_size(db: Path) -> None:
    crawled = portal("wordpress", articles=100, page_size=5)
    crawled.warm("http://127.0.0.1")
    costs = []
    with serve(crawled) as base:
        assert crawl(f"{base}/", db, concurrency=8).returncode == 0
        assert len(titles(db)) == 100
        for more in (0, 900, 9000):
            if more:
                grow(db, more)
            before = len(crawled.requests)
            done = refresh(db)
            assert (done.returncode, done.stderr) == (0, "")
            costs.append(sorted(asked(crawled)[before:]))
    assert rows(db, "SELECT count(*) FROM articles") == [(10_000,)]
    assert costs[0] == costs[1] == costs[2]
    assert len(costs[0]) <= len(SECTIONS) + 2
    assert {"/", "/robots.txt"} <= set(costs[0])


@pytest.mark.parametrize("family", ["mojoportal", "nukeviet", "wordpress"])
def test_pages_are_read_as_long_as_they_hold_anything_new(family: str, db: Path) -> None:
    crawled = portal(family, articles=30, page_size=3)
    section = SECTIONS[0]
    with serve(crawled) as base:
        assert crawl(f"{base}/", db).returncode == 0
        for number in range(31, 38):  # two pages and a third of another
            crawled.add(story(number, section=section))
        before = len(crawled.requests)
        done = refresh(db)
        assert done.returncode == 0, done.stderr
    assert ", new 7," in done.stdout
    assert titles(db) == sorted(s.title for s in crawled.stories)
    pages = [crawled.family.section_path(section, n) for n in (1, 2, 3, 4, 5)]
    read = [page for page in pages if page in asked(crawled)[before:]]
    assert pages[:3] == read[:3]
    assert len(read) <= 4


def test_feeds_and_sitemaps_are_asked_when_lists_do_not_join_on(db: Path) -> None:
    crawled = portal("wordpress", articles=9, page_size=20)
    sitemap = Answer(headers={"Content-Type": "application/xml"}, body=b"")

    def locations(method: str, target: str, headers: object) -> Answer:
        found = "".join(f"<url><loc>{base}{path}</loc></url>" for path in article_paths(crawled))
        body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{found}</urlset>'
        return replace(sitemap, body=body.encode())

    with serve(crawled) as base:
        robots = f"User-agent: *\nSitemap: {base}/so-do.xml\n".encode()
        crawled.override["/robots.txt"] = Answer(
            headers={"Content-Type": "text/plain"}, body=robots
        )
        crawled.override["/so-do.xml"] = locations
        assert crawl(f"{base}/", db).returncode == 0
        start = len(crawled.requests)
        assert refresh(db).returncode == 0
        assert "/so-do.xml" not in asked(crawled)[start:]
        # A list of which all is new, and no page leads on: what lies between only the map tells.
        for number in range(10, 40):
            crawled.add(story(number, section=SECTIONS[0]))
        shown = crawled.family.section_path(SECTIONS[0])
        crawled.page_size = 4
        crawled._arrange()
        body = crawled.respond("GET", shown, {"host": base[7:]}).body
        alone = re.sub(rb"<a[^>]*page/2[^>]*>", b"<a>", body)
        crawled.override[shown] = Answer(headers={"Content-Type": HTML}, body=alone)
        start = len(crawled.requests)
        done = refresh(db)
        assert done.returncode == 0, done.stderr
        assert "/so-do.xml" in asked(crawled)[start:]
        assert len(titles(db)) == 39
        # Now and then they are looked through although the lists tell all.
        with closing(sqlite3.connect(db)) as conn:
            conn.execute("UPDATE listings SET seen = '2020-01-01T00:00:00Z'")
            conn.commit()
        start = len(crawled.requests)
        assert refresh(db).returncode == 0
        assert "/so-do.xml" in asked(crawled)[start:]


def test_lists_are_asked_by_condition_where_that_proved_itself(db: Path) -> None:
    crawled = portal("wordpress", articles=12, page_size=20)
    shown = crawled.family.section_path(SECTIONS[0])
    sent: list[str | None] = []

    def listing(method: str, target: str, headers: dict[str, str]) -> Answer | None:
        if sent and headers.get("if-none-match") == f'"{len(crawled.stories)}"':
            sent.append(headers["if-none-match"])
            return Answer(status=304, headers={"ETag": headers["if-none-match"]})
        sent.append(headers.get("if-none-match"))
        body = crawled._answer("GET", target, headers)
        return replace(body, headers={**body.headers, "ETag": f'"{len(crawled.stories)}"'})

    crawled.override[shown] = listing  # type: ignore[assignment]
    with serve(crawled) as base:
        assert crawl(f"{base}/", db).returncode == 0
        for _ in range(2):
            assert refresh(db).returncode == 0
        captures = rows(db, "SELECT max(id) FROM captures")
        third = refresh(db)
        assert (third.returncode, third.stderr) == (0, "")
        assert rows(db, "SELECT max(id) FROM captures") == captures
        assert rows(db, "SELECT listed, lists FROM crawls ORDER BY id DESC LIMIT 1") == [(12, 4)]
        crawled.add(story(13, section=SECTIONS[0]))
        assert ", new 1," in refresh(db).stdout
    assert sent[:2] == [None, None]
    assert '"12"' in sent
    assert len(titles(db)) == 13


def test_a_budget_ends_a_run_in_order_and_the_next_goes_on(db: Path) -> None:
    crawled = portal("wordpress", articles=60, page_size=4)
    pages = [crawled.family.section_path(slug, n) for slug in SECTIONS for n in range(1, 6)]
    counts = []
    with serve(crawled) as base:
        first = crawl(f"{base}/", db, "--max-requests", 15)
        assert (first.returncode, first.stderr) == (0, "")
        assert "ended by --max-requests 15, the rest is for the next run" in first.stdout
        for _ in range(30):
            counts.append(len(crawled.requests))
            done = refresh(db, "--max-requests", 15)
            assert (done.returncode, done.stderr) == (0, ""), done.stderr
            if "ended by" not in done.stdout:
                break
    counts.append(len(crawled.requests))
    assert titles(db) == sorted(s.title for s in crawled.stories)
    assert max(b - a for a, b in zip([0, *counts], counts, strict=False)) <= 15
    outcomes = [outcome for (outcome,) in rows(db, "SELECT outcome FROM crawls ORDER BY id")]
    assert set(outcomes[:-1]) == {"budget"}
    assert outcomes[-1] == "finished"
    paths = article_paths(crawled)
    assert sorted(t for t in asked(crawled) if t in paths) == paths  # each once
    # Whoever goes on does not walk through all pages again.
    deep = [page for page in pages[2:5]]
    assert all(asked(crawled).count(page) <= 3 for page in deep)


@pytest.mark.parametrize("most", [1, 2, 3])
def test_a_budget_that_ends_before_a_site_began_is_no_trouble(most: int, db: Path) -> None:
    one, two = portal("wordpress", articles=6), portal("nukeviet", articles=6)
    with serve(one) as first, serve(two) as second:
        for base in (first, second):
            assert crawl(f"{base}/", db).returncode == 0
        before = len(one.requests) + len(two.requests)
        done = refresh(db, "--max-requests", most)
        assert (done.returncode, done.stderr) == (0, "")
        assert len(one.requests) + len(two.requests) == before + most
    assert rows(db, "SELECT outcome, trouble FROM crawls WHERE id > 2") == [("budget", None)] * 2


def test_a_run_ends_when_its_time_is_up(db: Path) -> None:
    crawled = portal("wordpress", articles=60, page_size=4)
    with serve(crawled) as base:
        done = crawl(f"{base}/", db, "--max-time", "3s", delay=0.2, concurrency=1)
        assert (done.returncode, done.stderr) == (0, "")
        assert "ended by --max-time 3" in done.stdout
        assert 0 < len(titles(db)) < 60
        assert rows(db, "SELECT outcome FROM crawls") == [("budget",)]
        assert crawl(f"{base}/", db, "--max-time", "10m").returncode == 0
    assert len(titles(db)) == 60


def test_rechecks_that_a_budget_cuts_short_are_kept(db: Path) -> None:
    crawled = portal("wordpress", articles=40, page_size=20)
    with serve(crawled) as base:
        assert crawl(f"{base}/", db).returncode == 0
        for one in crawled.stories[:3]:
            crawled.replace(replace(one, title=f"Đã sửa: {one.title}"))
        with closing(sqlite3.connect(db)) as conn:
            conn.execute("UPDATE checks SET due = '2020-01-01T00:00:00Z'")
            for one in crawled.stories[:3]:
                conn.execute(
                    "UPDATE checks SET due = '2019-01-01T00:00:00Z' WHERE article = "
                    "(SELECT id FROM articles WHERE title = ?)", (one.title.removeprefix("Đã sửa: "),)
                )  # fmt: skip
            conn.commit()
        done = refresh(db, "--max-requests", 15)
        assert done.returncode == 0, done.stderr
    assert "changed 3," in done.stdout
    assert rows(db, "SELECT count(*) FROM checks WHERE due < '2021'")[0][0] > 20


@pytest.mark.parametrize(
    ("how", "kind", "words"),
    [
        ("down", "unreachable", "connection refused"),
        ("500", "unreachable", "answered 500"),
        ("challenge", "challenge", "wants a browser"),
        ("robots", "robots", "robots.txt forbids"),
        ("moved", "moved", "redirects to another host"),
        ("all moved", "moved", "redirects to another host"),
        ("empty", "no articles", "no articles found"),
    ],
)
def test_what_is_wrong_with_the_site_is_recorded(how: str, kind: str, words: str, db: Path) -> None:
    crawled = portal("wordpress", articles=12)
    answers = {
        "500": Answer(status=500),
        "challenge": Answer(status=403, headers={"Content-Type": HTML}, body=_CHALLENGE),
        "moved": moved("http://127.0.0.2/"),
        "empty": Answer(headers={"Content-Type": HTML}, body=b"<html><h1>B\xe1\xba\xa3o tr\xc3\xac</h1>"),
    }  # fmt: skip
    with serve(crawled) as base:
        assert crawl(f"{base}/", db).returncode == 0
        for path in ["/", *(crawled.family.section_path(slug) for slug in SECTIONS)]:
            if how in answers:
                crawled.override[path] = answers[how]
        if how == "robots":
            body = b"User-agent: *\nDisallow: /\n"
            crawled.override["/robots.txt"] = Answer(
                headers={"Content-Type": "text/plain"}, body=body
            )
        if how == "all moved":
            for path in ("/robots.txt", "/", *article_paths(crawled)):
                crawled.override[path] = moved("http://127.0.0.2/")
        if how != "down":
            done = refresh(db, "--quiet", "--recheck", "all")
    if how == "down":
        done = refresh(db, "--quiet", "--recheck", "all")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    assert words in done.stderr
    assert done.stdout == ""
    ((trouble, why),) = rows(db, "SELECT trouble, why FROM crawls ORDER BY id DESC LIMIT 1")
    assert trouble == kind
    assert words in why
    assert rows(db, "SELECT trouble, rounds, well FROM days") == [(kind, 2, 1)]


_CHALLENGE = (
    b"<html><head><title>Just a moment...</title></head><body><script>window._cf_chl_opt={};"
    b"</script><div id='cf-wrapper'></div></body></html>"
)


def test_new_articles_are_counted_with_their_fields(db: Path) -> None:
    crawled = portal("wordpress", articles=6, page_size=10)
    at = {"NEWSARCHIVE_NOW": "2024-03-07T10:00:00Z"}
    with serve(crawled) as base:
        begun = quick.run(
            command("crawl", "--url", f"{base}/", "--db", db, "--delay", 0), env=environment(**at)
        )
        assert begun.returncode == 0, begun.stderr
        # Stories are of the 2nd to the 7th of March; fresh are those of the 5th and later.
        assert rows(db, "SELECT new, fresh FROM crawls") == [(6, 3)]
        crawled.add(replace(story(7), byline=None, title="Một tin mới trong ngày hôm nay"))
        assert refresh(db, NEWSARCHIVE_NOW="2024-03-08T10:00:00Z").returncode == 0
    ((new, fresh, fields),) = rows(
        db, "SELECT new, fresh, fields FROM crawls ORDER BY id DESC LIMIT 1"
    )
    told = json.loads(fields)
    assert (new, fresh) == (1, 1)
    assert {name: told[name] for name in ("articles", "published", "byline", "compared", "agreed")} == {
        "articles": 1, "published": 1, "byline": 0, "compared": 1, "agreed": 1,
    }  # fmt: skip
    assert told["characters"] > 100
    assert rows(db, "SELECT day, fresh, articles, byline FROM days ORDER BY day") == [
        ("2024-03-07", 3, 3, 3), ("2024-03-08", 1, 1, 0),
    ]  # fmt: skip


def test_a_slow_site_holds_up_no_other(db: Path) -> None:
    slow, fast = portal("wordpress", articles=6), portal("nukeviet", articles=30)
    with serve(slow) as one, serve(fast) as two:
        for base in (one, two):
            assert crawl(f"{base}/", db).returncode == 0
        for number in range(31, 41):
            fast.add(story(number))
        slow.override["/"] = Answer(status=200, headers={"Content-Type": HTML}, body=b"x", delay=4)
        start = len(slow.requests), len(fast.requests)
        done = refresh(db, "--timeout", 30)
        assert done.returncode == 1  # what came at last was no portal's home
    assert ", new 10," in done.stdout
    asked_slow = [r.at for r in slow.requests[start[0] :] if r.target == "/"]
    late = [r for r in fast.requests[start[1] :] if r.at > asked_slow[0] + 4]
    assert not late


def test_the_log_for_machines_tells_all(db: Path) -> None:
    crawled = portal("wordpress", articles=6)
    log = db.with_name("log.jsonl")
    with serve(crawled) as base:
        assert crawl(f"{base}/", db, "--log-json", log).returncode == 0
    done = refresh(db, "--log-json", log, "--quiet")
    assert done.returncode == 1
    events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [e["event"] for e in events] == [
        "run", "site", "end", "run", "trouble", "site", "health", "end",
    ]  # fmt: skip
    assert (events[1]["new"], events[1]["outcome"], events[2]["status"]) == (6, "finished", 0)
    assert events[5]["trouble"] == "unreachable"
    assert (events[4]["site"], events[7]["status"]) == (base[7:], 1)
    assert events[2]["requested"] == events[1]["requested"] > 6


@pytest.mark.parametrize("pinned", [1, 4])
def test_what_is_pinned_to_the_top_hides_nothing(pinned: int, db: Path) -> None:
    """A list whose first page begins with old articles, or holds nothing else."""
    crawled = Pinning(articles=24, page_size=4, pinned=pinned)
    with serve(crawled) as base:
        assert crawl(f"{base}/", db).returncode == 0
        assert refresh(db).returncode == 0
        crawled.add(story(25, section=SECTIONS[0]))
        start = len(crawled.requests)
        done = refresh(db)
        assert done.returncode == 0, done.stderr
        assert ", new 1," in done.stdout
        assert len(asked(crawled)[start:]) <= len(SECTIONS) + 2 + 3
    assert titles(db) == sorted(s.title for s in crawled.stories)


class Pinning(Portal):
    """A portal whose one section shows its oldest articles first; the home shows none of it."""

    def __init__(self, *, articles: int, page_size: int, pinned: int) -> None:
        self.pinned = pinned
        super().__init__(
            family="wordpress", name="Công an tỉnh Ví Dụ", page_size=page_size,
            stories=[story(n) for n in range(1, articles + 1)],
        )  # fmt: skip

    def _shelves(self, slug, held):  # type: ignore[no-untyped-def]
        if slug == SECTIONS[0] and len(held) > 5:
            held = [*held[-self.pinned :], *held[: -self.pinned]]
        return super()._shelves(slug, held)
