"""A refresh that is killed: what it was shown, and had not read, is read by the next crawl."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import quick
from crawl_cases import article_paths, command, crawl, environment, portal, rows, until

from newsarchive.demo.portal import Portal, serve

ARTICLES = 12  # fewer changed ones than are stored before the last look is taken in
KEPT = """
    SELECT DISTINCT c.url FROM captures AS c JOIN urls AS u ON u.url = c.url
    WHERE c.crawl = 2 AND c.status = 200
"""


def edit(crawled: Portal, said: str) -> None:
    for story in crawled.stories:
        crawled.replace(replace(story, paragraphs=(*story.paragraphs, said)))


def refresh(db: Path) -> list[str]:
    return command(
        "refresh", "--db", db, "--delay", 0, "--recheck", "all", "--concurrency", 2, "--quiet"
    )


def killed_refresh(crawled: Portal, db: Path) -> None:
    """Kill a refresh that was shown all articles but one, which hangs: it holds them back."""
    paths = article_paths(crawled)
    crawled.override[paths[-1]] = replace(crawled.respond("GET", paths[-1], {}), delay=20)
    asked = len(crawled.requests)
    process = quick.Started(refresh(db), cwd=db.parent, env=environment())
    until(lambda: len({r.target for r in crawled.requests[asked:]} & set(paths)) == len(paths))
    until(lambda: len(rows(db, KEPT)) == len(paths) - 1)
    process.kill()
    process.wait()
    del crawled.override[paths[-1]]


@pytest.fixture
def crawled(tmp_path: Path) -> tuple[Portal, Path]:
    return portal("mojoportal", articles=ARTICLES), tmp_path / "a.db"


def versions(db: Path) -> list[int]:
    found = rows(db, "SELECT count(*) FROM versions GROUP BY article ORDER BY 1")
    return [number for (number,) in found]


@pytest.mark.parametrize("follows", ["crawl", "refresh"])
def test_what_a_killed_refresh_was_shown_becomes_a_version(
    crawled: tuple[Portal, Path], follows: str
) -> None:
    shown, db = crawled
    with serve(shown) as base:
        assert crawl(f"{base}/", db).returncode == 0
        edit(shown, "Lần một.")
        killed_refresh(shown, db)
        assert versions(db) == [1] * ARTICLES
        edit(shown, "Lần hai.")
        if follows == "crawl":
            assert crawl(f"{base}/", db).returncode == 0
            assert versions(db) == [1] + [2] * (ARTICLES - 1)
            # It was read once; the next crawl has nothing of it to read.
            assert crawl(f"{base}/", db).returncode == 0
        assert quick.run(refresh(db), env=environment()).returncode == 0
        assert len(rows(db, KEPT)) == ARTICLES - 1
    assert versions(db) == [2] + [3] * (ARTICLES - 1)
    texts = [body for (body,) in rows(db, "SELECT body FROM versions WHERE version = 2")]
    assert sum(body.endswith("\n\nLần một.") for body in texts) == ARTICLES - 1
    bodies = [body for (body,) in rows(db, "SELECT body FROM articles")]
    assert all(body.endswith("\n\nLần một.\n\nLần hai.") for body in bodies)
    verify = quick.run(command("verify", "--db", db), env=environment())
    assert (verify.returncode, verify.stderr) == (0, "")


def test_half_a_page_and_what_many_show_are_no_versions(crawled: tuple[Portal, Path]) -> None:
    shown, db = crawled
    with serve(shown) as base:
        assert crawl(f"{base}/", db).returncode == 0
        edit(shown, "Lần một.")
        cut, *alike = article_paths(shown)[:3]
        whole = shown.respond("GET", cut, {})
        shown.override[cut] = replace(whole, cut=len(whole.body) * 3 // 4)
        for path in alike:
            shown.override[path] = shown.respond("GET", article_paths(shown)[5], {})
        killed_refresh(shown, db)
        assert crawl(f"{base}/", db).returncode == 0
        assert f"{base}{cut}" in {url for (url,) in rows(db, KEPT)}
    # Of those that show another's page none is sure to be it, the one that does so rightly as well.
    assert versions(db) == [1] * 5 + [2] * (ARTICLES - 5)


def test_a_site_that_is_done_is_recorded_while_a_slow_one_holds_up_the_run(tmp_path: Path) -> None:
    quick_one, slow = portal("nukeviet", articles=4), portal("wordpress", articles=4)
    db = tmp_path / "a.db"
    with serve(quick_one) as one, serve(slow) as two:
        for base in (one, two):
            assert crawl(base, db).returncode == 0
        slow.override["/"] = replace(slow.respond("GET", "/", {}), delay=60)
        process = quick.Started(refresh(db), cwd=tmp_path, env=environment())
        ended = "SELECT site FROM crawls WHERE id > 2 AND outcome = 'finished'"
        until(lambda: bool(rows(db, ended)))
        process.kill()
        process.wait()
        del slow.override["/"]
        assert rows(db, ended) == [(one.removeprefix("http://"),)]
        done = db.with_suffix(".warc").glob(f"*_{one.rpartition(':')[2]}-*")
        names = [path.name for path in done]
        again = crawl(two, db)
    assert again.returncode == 0, again.stderr
    ends = "SELECT outcome FROM crawls WHERE id > 2 AND site = ? ORDER BY id"
    for base, right in ((one, ["finished"]), (two, ["killed", "finished"])):
        assert [end for (end,) in rows(db, ends, base.removeprefix("http://"))] == right
    assert len(names) == 2
    assert not [name for name in names if name.endswith(".open")]
