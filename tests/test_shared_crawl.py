"""One crawl by several workers over a Redis: nothing lost, nothing twice, one visitor a host."""

from __future__ import annotations

import json
import os
import pickle
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from crawl_cases import (
    article_paths,
    asked,
    command,
    crawl,
    environment,
    portal,
    rows,
    story,
    titles,
    until,
)
from portals import Portal as Invented
from redis_cases import (
    PASSWORD,
    Region,
    Server,
    article_counts,
    articles_of,
    crawl_together,
    end_workers,
    ended,
    merged,
    redis_server,
    worker,
)

from newsarchive.crawl.shared.address import connect, parse
from newsarchive.demo.answer import Answer
from newsarchive.demo.portal import Portal
from newsarchive.demo.server import serve

WORKERS, KILLS = 4, 2


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with redis_server(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture(autouse=True)
def _no_worker_is_left() -> Iterator[None]:
    yield
    end_workers()


@pytest.fixture
def url(server: Server) -> str:
    client = connect(parse(server.url))
    client.flushall()
    client.close()
    return server.url


def test_workers_that_are_killed_lose_nothing_and_hosts_see_one_visitor(
    url: str, tmp_path: Path
) -> None:
    delay = 0.1
    region = Region(tmp_path / "region", portals=6, articles=40)
    with region.serve() as env:
        outcome = crawl_together(
            region, env, url, tmp_path, workers=WORKERS, kills=KILLS,
            chance=random.Random(2022), delay=delay, lease=4,
        )  # fmt: skip
    assert [(status, err) for status, _, err in outcome.told] == [(0, "")] * (WORKERS - KILLS)
    # Two of a host follow each other only after its delay, whichever worker sent them: what the
    # portals' one thread took to come to a request, on a busy machine, aside.
    assert region.gaps()[0] >= delay * 0.8
    assert region.gaps()[5] >= delay
    db = merged(outcome.dbs, tmp_path / "all" / "archive.db")
    assert articles_of(db) == region.articles()
    count = len(region.articles())
    assert article_counts(db) == [(count, count, 0)]
    assert rows(db, "SELECT DISTINCT state, next_try FROM frontier") == [("done", None)]
    done = subprocess.run(
        command("verify", "--db", db), capture_output=True, text=True, check=False,
        env=environment(), timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    # What is asked again is what the dead had in hand or had not committed, however much that is on
    # a busy machine: of what they had committed, only that of the last moment.
    stored = [row for path in outcome.dbs for row in rows(path, "SELECT key FROM articles")]
    assert len(stored) - len(set(stored)) < count / 10
    assert sum(region.twice().values()) < count / 2
    # All that lived took part, and none has all of it; who is killed early may have nothing yet.
    shares = [rows(path, "SELECT count(*) FROM articles")[0][0] for path in outcome.dbs]
    assert all(share < count for share in shares)
    assert all(share > 0 for n, share in enumerate(shares) if n not in outcome.killed)


def together(
    crawled: Portal | Invented,
    url: str,
    folder: Path,
    *args: object,
    workers: int = 2,
    **more: object,
) -> list[tuple[int, str, str]]:
    """The crawl of one portal by workers whose archives are folder/0/a.db, folder/1/a.db, ..."""
    with serve(crawled) as base:
        running = [
            worker(url, folder / str(n) / "a.db", "--url", f"{base}/", *args, **more)
            for n in range(workers)
        ]
        return [ended(process) for process in running]


def archives(folder: Path, workers: int = 2) -> list[Path]:
    return [folder / str(n) / "a.db" for n in range(workers)]


def test_a_later_crawl_asks_only_what_is_new_whoever_walks(
    server: Server, url: str, tmp_path: Path
) -> None:
    crawled = portal("nukeviet", articles=30)
    with serve(crawled) as base:

        def both() -> list[tuple[int, str, str]]:
            running = [worker(url, db, "--url", f"{base}/", lease=30) for db in archives(tmp_path)]
            return [ended(process) for process in running]

        first = both()
        assert [(status, err) for status, _, err in first] == [(0, ""), (0, "")]
        paths = set(article_paths(crawled))
        assert sorted(t for t in asked(crawled) if t in paths) == sorted(paths)
        lists = len([t for t in asked(crawled) if t not in paths])
        before = len(crawled.requests)
        late = ended(worker(url, tmp_path / "late" / "a.db", "--url", f"{base}/", lease=30))
        assert late[::2] == (0, "")
        assert "the crawl 'crawl' has just ended; in " in late[1]
        assert len(crawled.requests) == before
        client = connect(parse(url))
        (over,) = client.keys("newsarchive:crawl:*")
        assert 0 < client.pttl(over) <= 60_000
        client.delete(over)  # as if that time were over
        crawled.requests.clear()
        for number in (31, 32):
            crawled.add(story(number))
        second = both()
        assert [(status, err) for status, _, err in second] == [(0, ""), (0, "")]
        new = set(article_paths(crawled)) - paths
        assert sorted(t for t in asked(crawled) if t in paths | new) == sorted(new)
        # Nor are lists walked to their ends again.
        assert len([t for t in asked(crawled) if t not in paths | new]) < lists
    db = merged(archives(tmp_path), tmp_path / "all" / "a.db")
    assert titles(db) == sorted(s.title for s in crawled.stories)
    assert article_counts(db) == [(32, 32, 0)]
    assert rows(db, "SELECT count(*) FROM frontier WHERE state <> 'done' OR next_try > ''") == [
        (0,)
    ]
    assert rows(db, "SELECT count(*) FROM sections WHERE complete = 0") == [(0,)]


def test_an_archive_knows_what_other_workers_stored_until_it_must_be_merged(
    url: str, tmp_path: Path
) -> None:
    crawled = portal("nukeviet", articles=20)
    with serve(crawled) as base:
        running = [worker(url, db, "--url", f"{base}/", delay=0.02) for db in archives(tmp_path)]
        assert [ended(process)[0] for process in running] == [0, 0]
        walker = max(
            archives(tmp_path), key=lambda db: rows(db, "SELECT count(*) FROM frontier")[0][0]
        )
        held = rows(walker, "SELECT count(*) FROM articles")[0][0]
        assert held < 20
        assert rows(walker, "SELECT count(*) FROM frontier WHERE state = 'done'") == [(20,)]
        assert rows(
            walker, "SELECT count(*) FROM frontier WHERE julianday(next_try) - julianday() BETWEEN 29 AND 30"
        ) == [(20 - held,)]  # fmt: skip
        crawled.requests.clear()
        assert crawl(f"{base}/", walker).returncode == 0
        paths = set(article_paths(crawled))
        assert [t for t in asked(crawled) if t in paths] == []
        # Where it was not merged in a month, nothing may be lost for good.
        done = crawl(f"{base}/", walker, "--quiet")
        assert done.returncode == 0
        import sqlite3

        with sqlite3.connect(walker) as conn:
            conn.execute(
                "UPDATE frontier SET next_try = '2020-01-01T00:00:00Z' WHERE next_try > ''"
            )
        assert crawl(f"{base}/", walker).returncode == 0
    assert titles(walker) == sorted(s.title for s in crawled.stories)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_who_is_stopped_gives_back_at_once(number: int, url: str, tmp_path: Path) -> None:
    crawled = portal("nukeviet", articles=30)
    one, two = archives(tmp_path)
    with serve(crawled) as base:
        # Its lease would hold up the others for ten minutes.
        first = worker(url, one, "--url", f"{base}/", delay=0.1, lease=600)
        until(lambda: len(crawled.requests) > 15)
        first.send_signal(number)
        status, _, err = ended(first)
        assert status == 130
        assert "stopped; the same command takes it up again" in err
        client = connect(parse(url))
        (prefix,) = {key.decode().rpartition(":")[0] for key in client.keys("*:queue")}
        assert client.zcard(f"{prefix}:leases") == 0
        assert client.hget(f"{prefix}:walk", "worker") is None
        second = worker(url, two, "--url", f"{base}/", lease=600)
        status, _, err = ended(second, 60)
        assert (status, err) == (0, "")
    paths = set(article_paths(crawled))
    assert sorted(t for t in asked(crawled) if t in paths) == sorted(paths)
    assert titles(merged([one, two], tmp_path / "all" / "a.db")) == sorted(
        s.title for s in crawled.stories
    )


def test_who_stands_still_is_replaced_and_takes_part_again(url: str, tmp_path: Path) -> None:
    """A machine that slept for longer than a lease: its pages are asked by others, its walk too."""
    crawled = portal("nukeviet", articles=60)
    one, two = archives(tmp_path)
    with serve(crawled) as base:
        shared = ("--url", f"{base}/")
        first = worker(url, one, *shared, delay=0.1, lease=5)
        until(lambda: len(crawled.requests) > 15)
        first.send_signal(signal.SIGSTOP)
        stood = len(crawled.requests)
        client = connect(parse(url))
        (walk,) = client.keys("*:walk")
        walker = client.hget(walk, "worker")
        second = worker(url, two, *shared, delay=0.1, lease=5)
        until(lambda: client.hget(walk, "worker") not in (walker, None))
        until(lambda: len(crawled.requests) > stood + 15)
        first.send_signal(signal.SIGCONT)
        status, _, err = ended(second)
        assert (status, err) == (0, "")
        status, _, err = ended(first)
    assert status == 1
    assert "stood still for longer than --lease 5: another worker walks its lists now" in err
    assert titles(merged([one, two], tmp_path / "all" / "a.db")) == sorted(
        s.title for s in crawled.stories
    )
    paths = [target for target in asked(crawled) if target in set(article_paths(crawled))]
    # Twice is what it had in hand, or had not yet committed.
    assert len(paths) - len(set(paths)) <= 15
    assert rows(two, "SELECT count(*) FROM articles")[0][0] >= 15


def test_a_budget_that_is_spent_leaves_the_rest_to_the_others(url: str, tmp_path: Path) -> None:
    crawled = portal("nukeviet", articles=20)
    with serve(crawled) as base:
        one = worker(
            url,
            tmp_path / "0" / "a.db",
            "--url",
            f"{base}/",
            "--max-requests",
            12,
            delay=0.3,
            lease=600,
        )
        assert ended(one)[0] == 0
        assert len(crawled.requests) == 12
        two = worker(url, tmp_path / "1" / "a.db", "--url", f"{base}/", lease=600)
        assert ended(two)[::2] == (0, "")
    db = merged(archives(tmp_path), tmp_path / "all" / "a.db")
    assert titles(db) == sorted(s.title for s in crawled.stories)


def test_a_limit_holds_for_all_together(url: str, tmp_path: Path) -> None:
    crawled = portal("nukeviet", articles=30)
    told = together(crawled, url, tmp_path, "--limit", 11)
    assert [status for status, _, _ in told] == [0, 0]
    paths = set(article_paths(crawled))
    assert len([t for t in asked(crawled) if t in paths]) == 11
    assert len(titles(merged(archives(tmp_path), tmp_path / "all" / "a.db"))) == 11


def test_pages_of_lists_are_walked_only_as_far_as_since_wants(url: str, tmp_path: Path) -> None:
    crawled = portal("nukeviet", articles=40)
    alone = tmp_path / "alone.db"
    with serve(crawled) as base:
        assert crawl(f"{base}/", alone, "--since", "2024-03-31").returncode == 0
    lists = {t for t in asked(crawled)} - set(article_paths(crawled))
    crawled.requests.clear()
    told = together(crawled, url, tmp_path, "--since", "2024-03-31")
    assert [(status, err) for status, _, err in told] == [(0, ""), (0, "")]
    assert {t for t in asked(crawled)} - set(article_paths(crawled)) <= lists
    assert titles(merged(archives(tmp_path), tmp_path / "all" / "a.db")) == titles(alone)


def test_pictures_are_kept_once_by_whoever_has_time(url: str, tmp_path: Path) -> None:
    crawled = portal("nukeviet", articles=12)
    told = together(crawled, url, tmp_path, "--images", delay=0.02)
    assert [(status, err) for status, _, err in told] == [(0, ""), (0, "")]
    pictures = [t for t in asked(crawled) if t.endswith(".png")]
    assert len(pictures) == len(set(pictures)) >= 12
    db = merged(archives(tmp_path), tmp_path / "all" / "a.db")
    kept = rows(db, "SELECT count(DISTINCT url) FROM captures WHERE url LIKE '%.png'")
    assert kept == [(len(pictures),)]


class Tired(Portal):
    """A portal that once asks for rest."""

    rest: float = 0.0
    after = 10
    asked_at: float | None = None

    def respond(
        self, method: str, target: str, headers: dict[str, str], body: bytes = b""
    ) -> Answer:
        answer = super().respond(method, target, headers, body)
        if self.rest and len(self.requests) == self.after:
            self.asked_at = time.monotonic()
            return Answer(status=503, headers={"Retry-After": str(int(self.rest))}, body=b"later")
        return answer


def tired(articles: int = 15) -> Tired:
    return Tired(
        family="nukeviet", name="Công an tỉnh Ví Dụ", page_size=5,
        stories=[story(n) for n in range(1, articles + 1)],
    )  # fmt: skip


def test_a_host_that_asks_for_rest_has_it_from_all_workers(url: str, tmp_path: Path) -> None:
    crawled = tired()
    crawled.rest = 2
    told = together(crawled, url, tmp_path, workers=3)
    assert [(status, err) for status, _, err in told] == [(0, "")] * 3
    assert crawled.asked_at is not None
    later = [r.at for r in crawled.requests if r.at > crawled.asked_at]
    assert min(later) - crawled.asked_at >= crawled.rest
    assert titles(merged(archives(tmp_path, 3), tmp_path / "all" / "a.db")) == sorted(
        s.title for s in crawled.stories
    )


def test_a_crawl_delay_holds_between_workers(url: str, tmp_path: Path) -> None:
    crawled = portal("nukeviet", articles=6, crawl_delay=0.3)
    told = together(crawled, url, tmp_path, workers=2, concurrency=4)
    assert [(status, err) for status, _, err in told] == [(0, ""), (0, "")]
    times = [r.at for r in crawled.requests if r.target != "/robots.txt"]
    assert min(later - sooner for sooner, later in pairwise(sorted(times))) >= 0.29


# Redis in trouble


def test_a_redis_that_is_away_for_a_while_is_waited_for(tmp_path: Path) -> None:
    crawled = portal("nukeviet", articles=20)
    with redis_server(tmp_path) as away, serve(crawled) as base:
        one = worker(away.url, tmp_path / "0" / "a.db", "--url", f"{base}/", delay=0.05, lease=8)
        until(lambda: len(crawled.requests) > 10)
        assert away.process is not None
        away.process.send_signal(signal.SIGSTOP)
        time.sleep(6.5)  # longer than an answer may take
        before = len(crawled.requests)
        away.process.send_signal(signal.SIGCONT)
        status, _, err = ended(one)
        assert before <= 13  # nothing is asked out of turn
    assert status == 0
    assert re.fullmatch(
        rf"redis://127\.0\.0\.1:{away.port}/0: Redis does not answer; nothing is asked until it "
        r"does, for 16 s at most\n", err,
    )  # fmt: skip
    assert titles(tmp_path / "0" / "a.db") == sorted(s.title for s in crawled.stories)


def test_a_redis_that_dies_ends_the_crawl_in_order_and_the_same_command_goes_on(
    tmp_path: Path,
) -> None:
    crawled = portal("nukeviet", articles=30)
    db = tmp_path / "0" / "a.db"
    with redis_server(tmp_path, PASSWORD) as dying, serve(crawled) as base:
        one = worker(dying.url, db, "--url", f"{base}/", delay=0.05, lease=1)
        until(lambda: len(crawled.requests) > 12)
        dying.stop()
        status, out, err = ended(one)
        shown = f"redis://127.0.0.1:{dying.port}/0"
        lines = err.splitlines()
        assert status == 1
        assert lines[0].startswith(
            f"{shown}: Redis does not answer; nothing is asked until it does"
        )
        assert lines[-1].startswith(f"{shown}: Redis does not answer (")
        assert lines[-1].endswith("The same command goes on where this crawl ended")
        assert len(lines) == 2
        assert rows(db, "SELECT outcome FROM crawls") == [("stopped",)]
        assert len(titles(db)) > 3
        dying.start()  # it knows nothing any more
        again = worker(dying.url, db, "--url", f"{base}/", lease=1)
        assert ended(again)[::2] == (0, "")
    assert titles(db) == sorted(s.title for s in crawled.stories)
    paths = set(article_paths(crawled))
    told = [t for t in asked(crawled) if t in paths]
    assert len(told) - len(set(told)) <= 2  # what was on its way
    assert "khẩu" not in out + err
    assert PASSWORD not in out + err


def test_a_redis_that_forgot_the_crawl_is_said(url: str, tmp_path: Path) -> None:
    crawled = portal("nukeviet", articles=30)
    with serve(crawled) as base:
        one = worker(url, tmp_path / "0" / "a.db", "--url", f"{base}/", delay=0.05)
        until(lambda: len(crawled.requests) > 12)
        connect(parse(url)).flushall()
        status, _, err = ended(one)
    assert status == 1
    assert "the keys of this crawl are gone (was Redis restarted" in err
    assert len(err.splitlines()) == 1


EVIL = "the code of a pickle ran"


class Evil:
    def __reduce__(self) -> tuple[Any, ...]:
        return (os.system, (f"echo {EVIL} >&2",))


def test_a_hostile_redis_runs_no_code_and_leads_nowhere(url: str, tmp_path: Path) -> None:
    crawled, other = portal("nukeviet", articles=20), portal(articles=3)
    db = tmp_path / "0" / "a.db"
    with serve(crawled) as base, serve(other) as elsewhere:
        one = worker(url, db, "--url", f"{base}/", delay=0.05)
        client = connect(parse(url))
        until(lambda: bool(client.keys("*:queue")))
        (prefix,) = {key.decode().rpartition(":")[0] for key in client.keys("*:queue")}
        told = {"kind": "article", "section": None, "calls": None}
        for number, body in enumerate(
            (
                pickle.dumps(Evil()),
                json.dumps(told | {"url": f"{elsewhere}/tin", "name": "x"}).encode(),
                json.dumps(told | {"url": f"{base}/tin-1", "name": "another"}).encode(),
                b"[" * 30_000,
            )
        ):
            client.hset(f"{prefix}:items", f"evil{number}", body)
            client.lpush(f"{prefix}:queue", f"evil{number}")
        client.lpush(f"{prefix}:queue", b"\xff\x00", "nothing")
        client.rpush(f"{prefix}:settled", pickle.dumps(Evil()), b"{}")
        status, out, err = ended(one)
    assert status == 1
    assert EVIL not in out + err
    assert err.count("\n") == 1
    assert "Redis holds what no worker of this crawl wrote" in err
    assert other.requests == []
    assert titles(db) == sorted(s.title for s in crawled.stories)


def test_keys_of_another_kind_are_said(url: str, tmp_path: Path) -> None:
    crawled = portal("nukeviet", articles=5)
    with serve(crawled) as base:
        host = base.removeprefix("http://")
        connect(parse(url)).set(f"newsarchive:crawl:crawl:{host}:walk", "something else")
        status, _, err = ended(worker(url, tmp_path / "0" / "a.db", "--url", f"{base}/"))
    assert status == 1
    assert "Redis refuses what a crawl needs" in err
    assert len(err.splitlines()) == 1


# Calls


def test_no_password_is_shown_or_stored(tmp_path: Path) -> None:
    crawled = portal("nukeviet", articles=5)
    folder = tmp_path / "0"
    with redis_server(tmp_path, PASSWORD) as guarded, serve(crawled) as base:
        options = ("--url", f"{base}/", "--verbose", "--log-json", folder / "log.json")
        status, out, err = ended(worker(guarded.url, folder / "a.db", *options))
    assert status == 0, err
    kept = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert len(kept) >= 3
    for secret in (PASSWORD, "mật khẩu-7f3a", "7f3a"):
        assert secret not in out + err
        assert not any(secret.encode() in content for content in kept)


@pytest.mark.parametrize(
    ("args", "status", "line"),
    [
        (("--redis", "geheim@host"), 2, "--redis: not the address of a Redis"),
        (
            ("--redis", "redis://:geheim@127.0.0.1:1/"),
            1,
            "redis://127.0.0.1:1/0: Redis does not answer",
        ),
        (
            ("--redis", "redis://:geheim@127.0.0.1:1/", "--name", "một"),
            2,
            "--name một: write up to 64",
        ),
        (("--name", "x"), 2, "give --redis too"),
        (("--lease", "5"), 2, "give --redis too"),
    ],
)
def test_a_wrong_call_is_one_line(
    args: tuple[str, ...], status: int, line: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        command("crawl", "--url", "http://127.0.0.1:1/", "--db", tmp_path / "a.db", *args),
        capture_output=True, text=True, check=False, env=environment(), timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (status, "")
    assert line in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "geheim" not in done.stderr
    assert not (tmp_path / "a.db").exists()


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as u\nreal = u.find_spec\n"
        "u.find_spec = lambda n, *a: None if n == 'scrapy_redis' else real(n, *a)\n"
    )
    done = subprocess.run(
        command("crawl", "--url", "http://127.0.0.1:1/", "--db", tmp_path / "a.db",
                "--redis", "redis://127.0.0.1:1/"),
        capture_output=True, text=True, check=False, timeout=60,
        env=environment(PYTHONPATH=str(tmp_path)),
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "--redis wants a client of Redis: pip install 'newsarchive[redis]'\n"


def test_workers_must_agree_and_say_in_what_they_do_not(url: str, tmp_path: Path) -> None:
    crawled = portal("nukeviet", articles=20)
    with serve(crawled) as base:
        one = worker(url, tmp_path / "0" / "a.db", "--url", f"{base}/", delay=3, lease=60)
        until(lambda: len(crawled.requests) > 0)
        two = worker(url, tmp_path / "1" / "a.db", "--url", f"{base}/", "--since", "2024-03-10")
        status, _, err = ended(two)
        assert (status, len(err.splitlines())) == (2, 1)
        assert "runs with other values of --since: give the same, or another --name" in err
        one.terminate()
        assert ended(one)[0] == 130


def test_a_plain_crawl_loads_no_client_of_redis(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom newsarchive.cli import main\n"
        f"try: main(['crawl', '--url', 'http://127.0.0.1:1/', '--db', {str(tmp_path / 'a.db')!r}])\n"
        "except SystemExit: pass\n"
        "print(sorted({m.partition('.')[0] for m in sys.modules} & {'redis', 'scrapy_redis', 'scrapy'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True,
        env=environment(), timeout=60,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "['scrapy']"
