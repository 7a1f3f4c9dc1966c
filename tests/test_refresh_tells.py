"""refresh tells of a site that broke and of one that is well again: once, and by its exit status."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

import pytest
import quick
from crawl_cases import asked, command, crawl, environment, portal, rows, story

from newsarchive.archive import Archive
from newsarchive.clock import stamp
from newsarchive.demo.portal import Portal, serve
from newsarchive.model import Tally

HOUR = timedelta(hours=1)
NOON = datetime(2026, 10, 6, 5, 0, tzinfo=UTC)


def refresh(db: Path, now: datetime, *args: object) -> subprocess.CompletedProcess[str]:
    return quick.run(
        command("refresh", "--db", db, "--delay", 0, "--quiet", "--recheck", "none", *args),
        timeout=120, cwd=db.parent, env=environment(NEWSARCHIVE_NOW=stamp(now)),
    )  # fmt: skip


def watched(db: Path, site: str, until: datetime, *, days: int = 40) -> None:
    """Hourly rounds of a site that publishes some articles on each day, as an archive has them."""
    with Archive.open(db) as archive:
        at = until - timedelta(days=days)
        bodies = cycle((800, 1500, 2600, 4200, 600))  # characters; one of 470 is short for them
        while at < until:
            fresh = int(at.hour in (1, 3, 8))
            tally = Tally(requested=5, lists=4, listed=30, known=30 - fresh, new=fresh, fresh=fresh)
            tally.fields = dict.fromkeys(
                ("articles", "published", "lead", "byline", "section", "image", "caption"), fresh
            ) | {"characters": next(bodies) * fresh, "compared": fresh, "agreed": fresh}
            crawled = archive.begin_crawl(site, stamp(at))
            archive.end_crawl(crawled, tally, finished=stamp(at + HOUR / 60), outcome="finished")
            at += HOUR


def begun(crawled: Portal, base: str, db: Path) -> str:
    """The portal crawled, and watched for weeks since."""
    done = quick.run(
        command("crawl", "--url", f"{base}/", "--db", db, "--delay", 0),
        env=environment(NEWSARCHIVE_NOW=stamp(NOON - timedelta(days=50))),
    )
    assert done.returncode == 0, done.stderr
    site = base.removeprefix("http://")
    watched(db, site, NOON)
    return site


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "a.db"


def test_a_change_is_told_once_and_every_round_has_its_status(db: Path) -> None:
    told = db.with_name("told.txt")
    notify = ("--notify", f"cat >> '{told}'; echo ---- >> '{told}'")
    crawled = portal("wordpress", articles=6)
    now = NOON
    with serve(crawled) as base:
        site = begun(crawled, base, db)
        well = refresh(db, now, *notify)
        assert (well.returncode, well.stdout, well.stderr) == (0, "", "")
        assert not told.exists()
        requests = len(crawled.requests)
    for _ in range(9):  # nobody answers
        now += HOUR
        down = refresh(db, now, *notify)
        assert down.returncode == 1
        assert down.stderr.count("\n") == 1, down.stderr
        assert down.stderr.startswith(f"{site}: ")
    assert len(crawled.requests) == requests
    assert told.read_text(encoding="utf-8").count("----") == 1
    assert f"{site}: unreachable since" in told.read_text(encoding="utf-8")
    assert rows(db, "SELECT site, state FROM health") == [(site, "unreachable")]
    host, port = site.split(":")
    assert host == "127.0.0.1"
    with serve(crawled, port=int(port)):
        for _ in range(4):
            now += HOUR
            up = refresh(db, now, *notify)
        assert (up.returncode, up.stderr) == (0, "")
    text = told.read_text(encoding="utf-8")
    assert text.count("----") == 2
    assert f"{site}: well again (was unreachable" in text
    assert rows(db, "SELECT site, state FROM health") == [(site, "well")]


def test_what_could_not_be_told_is_told_by_the_next_run(db: Path) -> None:
    told, log = db.with_name("told.txt"), db.with_name("log.jsonl")
    crawled = portal("wordpress", articles=6)
    with serve(crawled) as base:
        site = begun(crawled, base, db)
    now = NOON
    for _ in range(9):
        now += HOUR
        failed = refresh(db, now, "--notify", "exit 3", "--log-json", log)
        if "exit" in failed.stderr:
            break
    assert failed.returncode == 1
    assert rows(db, "SELECT * FROM health") == []
    refresh(db, now + HOUR, "--notify", f"cat >> '{told}'")
    assert f"{site}: unreachable" in told.read_text(encoding="utf-8")
    events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [e["state"] for e in events if e["event"] == "health"][-1] == "unreachable"
    assert [e["trouble"] for e in events if e["event"] == "notified"][-1]


def test_a_site_that_answers_and_says_nothing_new_is_found(db: Path) -> None:
    """The lists are there, and the same for weeks: silence is an alarm."""
    crawled = portal("wordpress", articles=6)
    with serve(crawled) as base:
        site = begun(crawled, base, db)
        quiet = NOON
        with Archive.open(db) as archive:
            for _ in range(24 * 12):
                quiet += HOUR
                crawl_id = archive.begin_crawl(site, stamp(quiet))
                tally = Tally(requested=5, lists=4, listed=30, known=30)
                archive.end_crawl(crawl_id, tally, finished=stamp(quiet), outcome="finished")
        done = refresh(db, quiet + HOUR)
        assert done.returncode == 1
        assert done.stderr.startswith(f"{site}: silent since 2026-10-0"), done.stderr
        assert done.stderr.count("\n") == 1
        # An article, and it is well.
        crawled.add(story(7, published=quiet + HOUR))
        again = refresh(db, quiet + 2 * HOUR)
        assert (again.returncode, again.stderr) == (0, "")
    assert rows(db, "SELECT new, fresh FROM crawls ORDER BY id DESC LIMIT 1") == [(1, 1)]


def test_rows_of_crawls_that_met_nothing_go_and_their_days_stay(db: Path) -> None:
    crawled = portal("wordpress", articles=6)
    with serve(crawled) as base:
        begun(crawled, base, db)
        days = rows(db, "SELECT * FROM days ORDER BY day")
        before = rows(db, "SELECT count(*) FROM crawls WHERE new = 0")[0][0]
        assert refresh(db, NOON + HOUR).returncode == 0
    limit = stamp(NOON + HOUR - timedelta(days=14))
    assert rows(db, "SELECT count(*) FROM crawls WHERE new = 0 AND started < ?", limit) == [(0,)]
    assert before > rows(db, "SELECT count(*) FROM crawls WHERE new = 0")[0][0] > 24 * 12
    assert rows(db, "SELECT count(*) FROM crawls WHERE new > 0")[0][0] == 121
    kept = rows(db, "SELECT * FROM days ORDER BY day")
    assert kept[: len(days) - 1] == days[:-1]


def test_asked_only_of_some_sites_it_tells_only_of_these(db: Path) -> None:
    one, two = portal("wordpress", articles=3), portal("nukeviet", articles=3)
    with serve(one) as first:
        with serve(two) as second:
            for base in (first, second):
                assert crawl(f"{base}/", db).returncode == 0
            before = len(two.requests)
        done = quick.run(
            command("refresh", first[7:], "--db", db, "--delay", 0, "--quiet"), env=environment()
        )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(asked(two)) == before
