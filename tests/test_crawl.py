"""The crawl over real HTTP: what is fetched, stored, left alone, and taken up again."""

from __future__ import annotations

import gzip
import re
import signal
import subprocess
import sys
import time
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest
from crawl_cases import (
    PROGRESS,
    SECTIONS,
    article_paths,
    as_parsed,
    asked,
    command,
    crawl,
    environment,
    everything,
    portal,
    rows,
    story,
    titles,
)

from newsarchive.demo.answer import Answer, page
from newsarchive.demo.portal import Portal, serve

FAMILIES = ("mojoportal", "nukeviet", "wordpress")


def is_list(crawled: Portal, target: str) -> bool:
    return target in ("/", "/robots.txt") or target not in {
        path for s in crawled.stories for path in (crawled.family.article_path(s),)
    }


@pytest.mark.parametrize("family", FAMILIES)
def test_every_article_once_as_its_author_wrote_it_and_nothing_else(
    family: str, tmp_path: Path
) -> None:
    crawled = portal(family, articles=16)
    db = tmp_path / "a.db"
    with serve(crawled) as base:
        done = crawl(f"{base}/", db)
        assert (done.returncode, done.stderr) == (0, "")
        targets_asked = [r.target for r in crawled.requests if r.method == "GET"]
        first = everything(db)
        golds = [crawled.gold(s, base) for s in crawled.stories]
        # Again: nothing but lists is asked, and no row changes.
        before = len(crawled.requests)
        again = crawl(f"{base}/", db)
        assert again.returncode == 0
        lists = asked(crawled)[before:]
        # One more article: found, by a walk that stops where the known ones begin.
        new = story(17, section=SECTIONS[0])
        crawled.add(new)
        before = len(crawled.requests)
        third = crawl(f"{base}/", db)
        news = asked(crawled)[before:]
    paths = article_paths(crawled)
    paths.remove(crawled.family.article_path(new))
    assert sorted(t for t in targets_asked if t in paths) == paths
    assert len(targets_asked) == len(set(targets_asked))
    assert [as_parsed(db, gold["url"]) for gold in golds] == golds
    assert len(first["articles"]) == 16
    assert {complete for _, complete in first["sections"]} == {1}
    assert not set(lists) & set(paths)
    assert all(is_list(crawled, target) for target in lists)
    # Complete sections are not walked again; the lists that scripts ask for are, as far as known.
    lists = [target for target in lists if target != crawled.family.call]
    assert len(lists) < len(targets_asked) - len(paths)
    assert [target for target in news if not is_list(crawled, target)] == [
        crawled.family.article_path(new)
    ]
    assert ", new 1, changed 0, unchanged 0, failed 0 (known " in third.stdout
    final = everything(db)
    for table, old in first.items():
        assert set(old) <= set(final[table])


def test_the_archive_leads_back_to_what_was_fetched(tmp_path: Path) -> None:
    from newsarchive.archive.records import read_record

    crawled = portal(articles=6)
    db = tmp_path / "a.db"
    with serve(crawled) as base:
        done = crawl(f"{base}/", db)
        bodies = {
            base + path: crawled.respond("GET", path, {"host": base[7:]}).body
            for path in article_paths(crawled)
        }
    (warc,) = (tmp_path / "a.warc").glob("*")
    assert warc.name.endswith(".warc.gz")
    check = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", warc],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert check.returncode == 0, check.stdout
    assert "digest failed" not in check.stdout
    found = rows(db, "SELECT a.url, warc, offset FROM articles a JOIN captures c ON c.id = capture")
    assert len(found) == 6
    for url, name, offset in found:
        status, _, body = read_record(tmp_path / "a.warc", name, offset)
        assert (status, body) == (200, bodies[url])
    captured = {url.removeprefix(base) for (url,) in rows(db, "SELECT url FROM captures")}
    ((kept,),) = rows(db, "SELECT count(*) FROM captures")
    assert captured == set(asked(crawled)[:kept])
    ((site, outcome, requested, new),) = rows(
        db, "SELECT site, outcome, requested, new FROM crawls WHERE finished >= started"
    )
    assert (site, outcome, new) == (base.removeprefix("http://"), "finished", 6)
    assert f"{site}: requested {requested}, new 6, changed 0, unchanged 0, failed 0" in done.stdout
    assert requested == len(rows(db, "SELECT id FROM captures"))
    host, port = site.split(":")
    assert rows(db, "SELECT * FROM named_hosts") == [(site, host, int(port))]


def test_compressed_pages_and_wrong_canonical_addresses(tmp_path: Path) -> None:
    crawled = portal(articles=6)
    paths = article_paths(crawled)
    plain = {path: crawled.respond("GET", path, {"host": "x.example"}).body for path in paths}
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Encoding": "gzip"}
    for path in paths[:2]:
        crawled.override[path] = Answer(headers=headers, body=gzip.compress(plain[path]))
    for path in paths[2:4]:  # every page of such a portal calls the home its canonical address
        body = re.sub(rb'<link rel="canonical"[^>]*>', b"", plain[path])
        body = body.replace(b"</head>", b'<link rel="canonical" href="/"></head>')
        crawled.override[path] = Answer(
            headers={"Content-Type": headers["Content-Type"]}, body=body
        )
    db = tmp_path / "a.db"
    with serve(crawled) as base:
        done = crawl(f"{base}/", db)
    assert (done.returncode, done.stderr) == (0, "")
    assert titles(db) == sorted(s.title for s in crawled.stories)
    assert sorted(url for (url,) in rows(db, "SELECT url FROM articles")) == [
        base + p for p in paths
    ]
    digests = dict(rows(db, "SELECT url, digest FROM captures"))
    for path in paths[:2]:
        assert digests[base + path] == f"sha256:{sha256(plain[path]).hexdigest()}"


def test_a_home_that_only_sends_browsers_on_is_followed(tmp_path: Path) -> None:
    crawled = portal(articles=6)
    target = crawled.family.section_path(SECTIONS[0])
    crawled.override["/"] = page(
        f'<html><head><meta http-equiv="refresh" content="0; url={target}"></head></html>'
    )
    with serve(crawled) as base:
        done = crawl(f"{base}/", tmp_path / "a.db")
    assert done.returncode == 0, done.stderr
    assert titles(tmp_path / "a.db") == sorted(s.title for s in crawled.stories)


def test_a_crawl_loads_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    with serve(portal(articles=1)) as base:
        done = subprocess.run(
            command("crawl", "--url", f"{base}/", "--db", tmp_path / "a.db", "--delay", 0),
            env=environment(PYTHONPROFILEIMPORTTIME="1"),
            capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert {"scrapy.core.engine", "newsarchive.crawl.middlewares"} <= loaded
    foreign = ("aiohttp", "requests", "tldextract", "urllib3", "scrapy.extensions.telnet", "pandas")
    assert not loaded.intersection(foreign)


def test_it_says_who_asks_and_keeps_the_pace(tmp_path: Path) -> None:
    crawled = portal(articles=3, crawl_delay=0.25)
    with serve(crawled) as base:
        done = crawl(f"{base}/", tmp_path / "a.db", "--contact", "lab@uni.edu", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    for request in crawled.requests:
        assert request.user_agent == "newsarchive/0.1.0 (+lab@uni.edu)"
        assert request.headers["accept-language"] == "vi"
        assert "cookie" not in request.headers
    times = [request.at for request in crawled.requests]
    assert len(times) > 5
    # Although four connections and no delay were asked for.
    assert min(b - a for a, b in pairwise(times[1:])) > 0.2


def test_robots_txt_is_kept(tmp_path: Path) -> None:
    crawled = portal(articles=6)
    path = crawled.family.article_path(crawled.stories[2])
    crawled.override["/robots.txt"] = Answer(
        headers={"Content-Type": "text/plain"},
        body=f"User-agent: newsarchive\nDisallow: {path}\n".encode(),
    )
    with serve(crawled) as base:
        done = crawl(f"{base}/", tmp_path / "a.db")
    assert done.returncode == 0
    assert asked(crawled)[0] == "/robots.txt"
    assert path not in asked(crawled)
    assert "new 5," in done.stdout
    assert "forbidden 1" in done.stdout


def test_a_section_by_its_url_is_all_that_is_walked(tmp_path: Path) -> None:
    crawled = portal(articles=12, page_size=2)
    section = crawled.family.section_path(SECTIONS[1])
    with serve(crawled) as base:
        done = crawl(f"{base}{section}", tmp_path / "a.db")
    assert done.returncode == 0
    expected = sorted(s.title for s in crawled.stories if s.section == SECTIONS[1])
    assert titles(tmp_path / "a.db") == expected
    assert "/" not in asked(crawled)


def test_a_limit_leaves_no_hole(tmp_path: Path) -> None:
    crawled = portal(articles=14, page_size=3)
    db = tmp_path / "a.db"
    with serve(crawled) as base:
        first = crawl(f"{base}/", db, "--limit", 4)
        assert first.returncode == 0
        assert len(titles(db)) == 4
        assert rows(db, "SELECT outcome FROM crawls") == [("limited",)]
        assert rows(db, "SELECT url FROM sections WHERE complete") == []
        second = crawl(f"{base}/", db)
    assert ", new 10," in second.stdout
    assert len(titles(db)) == 14
    paths = article_paths(crawled)
    assert sorted(t for t in asked(crawled) if t in paths) == paths


def test_since_keeps_what_is_newer_and_leaves_no_hole(tmp_path: Path) -> None:
    crawled = portal(articles=24, page_size=2)
    db = tmp_path / "a.db"
    day = "2024-03-18"  # stories 17 to 24
    with serve(crawled) as base:
        first = crawl(f"{base}/", db, "--since", day)
        assert first.returncode == 0
        kept = rows(db, "SELECT title FROM articles WHERE published_day < ?", day)
        skipped = rows(db, "SELECT count(*), min(day) FROM frontier WHERE state = 'skipped'")
        few = len(crawled.requests)
        assert (len(titles(db)), kept) == (8, [])
        assert 0 < skipped[0][0] < 16
        # The bytes of the older ones are kept all the same.
        assert rows(db, "SELECT count(*) FROM captures")[0][0] == few
        second = crawl(f"{base}/", db)
    assert second.returncode == 0
    assert len(titles(db)) == 24


def _crawling(base: str, db: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command("crawl", "--url", f"{base}/", "--db", db, "--delay", 0.02),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=db.parent, env=environment(),
    )  # fmt: skip


def _wait_for(crawled: Portal, requests: int) -> None:
    until = time.monotonic() + 20
    while len(crawled.requests) < requests:
        assert time.monotonic() < until, "the crawl asked for too little"
        time.sleep(0.01)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_or_stopped_crawl_is_taken_up_again(how: signal.Signals, tmp_path: Path) -> None:
    crawled = portal(articles=40, page_size=4)
    db = tmp_path / "a.db"
    with serve(crawled) as base:
        process = _crawling(base, db)
        _wait_for(crawled, 20)
        process.send_signal(how)
        out, err = process.communicate(timeout=20)
        stored = len(titles(db)) if db.exists() else 0
        assert stored < 40
        if how == signal.SIGINT:
            assert process.returncode == 130
            assert PROGRESS.sub("", err) == "stopped; the same command takes it up again\n"
            assert f"new {stored}," in out
            assert rows(db, "SELECT outcome FROM crawls") == [("stopped",)]
        again = crawl(f"{base}/", db)
    assert again.returncode == 0, again.stderr
    assert titles(db) == sorted(s.title for s in crawled.stories)
    assert rows(db, "SELECT count(*), count(DISTINCT article) FROM versions") == [(40, 40)]
    assert rows(db, "SELECT url FROM sections WHERE NOT complete") == []
    # What was asked twice is only what the first had asked for and not yet stored.
    paths = article_paths(crawled)
    twice = len([t for t in asked(crawled) if t in paths]) - 40
    assert twice <= (20 if how == signal.SIGKILL else 0)
    names = {name for (name,) in rows(db, "SELECT DISTINCT warc FROM captures")}
    assert names <= {p.name.removesuffix(".open") for p in (tmp_path / "a.warc").iterdir()}
