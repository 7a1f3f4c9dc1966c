"""A crawl that is killed at any moment is taken up by the same command: nothing lost, nothing twice."""

from __future__ import annotations

import random
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from crawl_cases import article_paths, asked, command, crawl, environment, portal, rows, titles

from newsarchive.archive import records
from newsarchive.demo.portal import Portal, serve

KILLS = 20
ARTICLES = 300
CONCURRENCY = 4


@dataclass
class Trial:
    """One crawl that was killed, and what the same command made of it."""

    crawled: Portal
    db: Path
    killed_at: int
    before: subprocess.CompletedProcess[str]
    open_files: list[str]
    kept: set[str]
    again: subprocess.CompletedProcess[str]
    after: subprocess.CompletedProcess[str]
    base: str


def verify(db: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command("verify", "--db", db), capture_output=True, text=True, check=False,
        env=environment(), timeout=60,
    )  # fmt: skip


def responses(path: Path) -> Iterator[str]:
    """Addresses of the whole responses in a WARC file, whatever the database knows of them."""
    with suppress(records.Damaged):  # its torn end
        for member in records.members(path):
            if member.kind == "response":
                yield member.headers["warc-target-uri"]


def trial(folder: Path, number: int) -> Trial:
    chance = random.Random(number)
    crawled = portal(articles=ARTICLES, page_size=25)
    db = folder / f"{number}.db"
    with serve(crawled) as base:
        process = subprocess.Popen(
            command("crawl", "--url", f"{base}/", "--db", db, "--delay", 0,
                    "--concurrency", CONCURRENCY, "--quiet"),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, env=environment(),
        )  # fmt: skip
        moment = chance.randrange(1, ARTICLES)
        until = time.monotonic() + 60
        while len(crawled.requests) < moment and process.poll() is None:
            assert time.monotonic() < until
            time.sleep(0.001)
        time.sleep(chance.random() * 0.02)
        process.kill()
        process.wait()
        killed_at = len(crawled.requests)
        opened = [p.name for p in db.with_suffix(".warc").glob("*.open")]
        before = verify(db)
        kept = {url for name in opened for url in responses(db.with_suffix(".warc") / name)}
        again = crawl(f"{base}/", db, "--quiet", concurrency=CONCURRENCY)
        return Trial(crawled, db, killed_at, before, opened, kept, again, verify(db), base)


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> list[Trial]:
    folder = tmp_path_factory.mktemp("killed")
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda number: trial(folder, number), range(KILLS)))


def test_each_ends_with_exactly_the_true_articles(trials: list[Trial]) -> None:
    assert len({t.killed_at for t in trials}) > KILLS // 2, "at different moments"
    for t in trials:
        assert (t.again.returncode, t.again.stderr) == (0, "")
        assert titles(t.db) == sorted(s.title for s in t.crawled.stories)
        assert rows(t.db, "SELECT count(*), count(DISTINCT article), max(version) FROM versions") == [
            (ARTICLES, ARTICLES, 1)
        ]  # fmt: skip
        assert rows(t.db, "SELECT key FROM frontier WHERE state <> 'done'") == []
        outcomes = [outcome for (outcome,) in rows(t.db, "SELECT outcome FROM crawls ORDER BY id")]
        assert outcomes in (["killed", "finished"], ["finished"])


def test_verify_names_the_file_before_and_finds_nothing_after(trials: list[Trial]) -> None:
    assert sum(bool(t.open_files) for t in trials) > KILLS // 2
    for t in trials:
        for name in t.open_files:
            assert t.before.returncode == 1
            assert f"{t.db.with_suffix('.warc') / name}: " in t.before.stderr
        assert (t.after.returncode, t.after.stderr) == (0, "")
        assert not list(t.db.with_suffix(".warc").glob("*.open"))


def test_no_page_that_was_kept_is_fetched_again(trials: list[Trial]) -> None:
    for t in trials:
        paths = set(article_paths(t.crawled))
        times = Counter(target for target in asked(t.crawled) if target in paths)
        twice = {path for path, count in times.items() if count > 1}
        assert max(times.values()) <= 2
        # Only what was on its way: asked, or answered and waiting to be written.
        assert len(twice) <= 2 * CONCURRENCY, (t.killed_at, sorted(twice))
        assert not {t.base + path for path in twice} & t.kept
        # Nor is any kept twice.
        doubled = rows(t.db, "SELECT url FROM captures GROUP BY url HAVING count(*) > 1")
        assert not {url.removeprefix(t.base) for (url,) in doubled} & paths
