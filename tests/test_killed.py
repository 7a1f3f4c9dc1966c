"""A crawl that is killed at any moment is taken up by the same command: nothing lost, nothing twice."""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import quick
from crawl_cases import article_paths, asked, command, crawl, environment, portal, rows, titles

from newsarchive.archive import records
from newsarchive.demo.portal import Portal, serve

TRIALS = 5
KILLS = 4  # of each
ARTICLES = 300
CONCURRENCY = 4


@dataclass
class Kill:
    """One kill: how much was asked by then, what verify said, and what was kept whole."""

    at: int
    before: subprocess.CompletedProcess[str]
    open_files: list[str]
    kept: set[str]


@dataclass
class Trial:
    """One crawl that was killed again and again, and what the same command made of it."""

    crawled: Portal
    db: Path
    base: str
    kills: list[Kill]
    again: subprocess.CompletedProcess[str]
    after: subprocess.CompletedProcess[str]


def verify(db: Path) -> subprocess.CompletedProcess[str]:
    return quick.run(command("verify", "--db", db), env=environment())


def responses(path: Path) -> Iterator[str]:
    """Addresses of the whole responses in a WARC file, whatever the database knows of them."""
    with suppress(records.Damaged):  # its torn end
        for member in records.members(path):
            if member.kind == "response":
                yield member.headers["warc-target-uri"]


def killed(crawled: Portal, base: str, db: Path, chance: random.Random) -> Kill:
    """Crawl until some moment, and kill it there."""
    process = quick.Started(
        command("crawl", "--url", f"{base}/", "--db", db, "--delay", 0,
                "--concurrency", CONCURRENCY, "--quiet"),
        cwd=db.parent, env=environment(),
    )  # fmt: skip
    moment = len(crawled.requests) + chance.randrange(1, ARTICLES // KILLS)
    until = time.monotonic() + 60
    while len(crawled.requests) < moment and process.poll() is None:
        assert time.monotonic() < until
        time.sleep(0.001)
    time.sleep(chance.random() * 0.02)
    process.kill()
    process.wait()
    folder = db.with_suffix(".warc")
    opened = [path.name for path in folder.glob("*.open")]
    kept = {url for name in opened for url in responses(folder / name)}
    return Kill(len(crawled.requests), verify(db), opened, kept)


def trial(folder: Path, number: int) -> Trial:
    chance = random.Random(number)
    crawled = portal(articles=ARTICLES, page_size=25)
    db = folder / f"{number}.db"
    with serve(crawled) as base:
        kills = [killed(crawled, base, db, chance) for _ in range(KILLS)]
        again = crawl(f"{base}/", db, "--quiet", concurrency=CONCURRENCY)
        return Trial(crawled, db, base, kills, again, verify(db))


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> list[Trial]:
    folder = tmp_path_factory.mktemp("killed")
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda number: trial(folder, number), range(TRIALS)))


def test_each_ends_with_exactly_the_true_articles(trials: list[Trial]) -> None:
    assert len({(t.base, kill.at) for t in trials for kill in t.kills}) > TRIALS * KILLS // 2
    for t in trials:
        assert (t.again.returncode, t.again.stderr) == (0, "")
        assert titles(t.db) == sorted(s.title for s in t.crawled.stories)
        assert rows(t.db, "SELECT count(*), count(DISTINCT article), max(version) FROM versions") == [
            (ARTICLES, ARTICLES, 1)
        ]  # fmt: skip
        assert rows(t.db, "SELECT key FROM frontier WHERE state <> 'done'") == []
        *outcomes, last = [o for (o,) in rows(t.db, "SELECT outcome FROM crawls ORDER BY id")]
        assert (set(outcomes) <= {"killed"}, last) == (True, "finished")


def test_verify_names_the_file_before_and_finds_nothing_after(trials: list[Trial]) -> None:
    assert sum(bool(kill.open_files) for t in trials for kill in t.kills) > TRIALS * KILLS // 2
    for t in trials:
        for kill in t.kills:
            for name in kill.open_files:
                assert kill.before.returncode == 1
                assert f"{t.db.with_suffix('.warc') / name}: " in kill.before.stderr
        assert (t.after.returncode, t.after.stderr) == (0, "")
        assert not list(t.db.with_suffix(".warc").glob("*.open"))


def test_no_page_that_was_kept_is_fetched_again(trials: list[Trial]) -> None:
    for t in trials:
        paths = set(article_paths(t.crawled))
        targets = asked(t.crawled)
        for kill in t.kills:
            later = {t.base + target for target in targets[kill.at :] if target in paths}
            assert not later & kill.kept
        # Only what was on its way: asked, or answered and waiting to be written.
        twice = len([target for target in targets if target in paths]) - ARTICLES
        assert twice <= 2 * CONCURRENCY * KILLS
        # Nor is any kept twice.
        doubled = rows(t.db, "SELECT url FROM captures GROUP BY url HAVING count(*) > 1")
        assert not {url.removeprefix(t.base) for (url,) in doubled} & paths
