"""`newsarchive health` as people and cron run it, on archives that crawls wrote."""

from __future__ import annotations

import json
import os
import pty
import random
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import quick
from crawl_cases import command, environment
from sqlite_utils import Database, Migrations

from newsarchive.archive import Archive, migrations
from newsarchive.clock import stamp
from newsarchive.errors import ArchiveError, CallError
from newsarchive.health.look import examine
from newsarchive.health.values import FIELDS
from newsarchive.model import Tally
from newsarchive.sites import get

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
NOW = BEGIN + timedelta(days=60)
SITES = ("daklak", "hanoi", "lamdong", "angiang")


def tally(n: int, **fields: int) -> Tally:
    """A crawl that met n fresh articles, all with date and lead."""
    had = {"articles": n, "published": n, "lead": n, "characters": 2000 * n}
    return Tally(
        requested=5 + n, new=n, fresh=n, lists=1, listed=20,
        fields=(had | {"compared": n, "agreed": n} | fields) if n else {},
    )  # fmt: skip


def written(path: Path, told: Callable[[str, float, int], Tally], *, hours: int = 4) -> None:
    """An archive of sixty days of rounds; told: what a site's round met, by its day and chance."""
    rng = random.Random(7)
    with Archive.open(path) as archive:
        for slug in SITES:
            archive.register_site(get(slug))
        for hour in range(0, 24 * 60, hours):
            at = BEGIN + timedelta(hours=hour)
            for slug in SITES:
                met = told(slug, hour / 24, int(rng.random() < 0.5))
                crawl = archive.begin_crawl(slug, stamp(at))
                end = stamp(at + timedelta(seconds=9))
                outcome = "failed" if met.trouble else "finished"
                archive.end_crawl(crawl, met, finished=end, outcome=outcome)


def faulty(slug: str, day: float, n: int) -> Tally:
    if slug == "daklak" and day >= 45:
        return tally(0)
    if slug == "lamdong" and day >= 50:
        return tally(n, lead=0)
    if slug == "angiang" and day >= 58:
        return Tally(trouble="unreachable", why="no answer in 60 s (thử lại sau)")
    return tally(n)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("health") / "archive.db"
    written(path, faulty)
    return path


@pytest.fixture(scope="module")
def well(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("well") / "archive.db"
    written(path, lambda slug, day, n: tally(n))
    return path


def health(
    db: Path, *args: object, now: datetime = NOW, **env: str
) -> subprocess.CompletedProcess[str]:
    return quick.run(
        command("health", "--db", db, *args), env=environment(NEWSARCHIVE_NOW=stamp(now), **env)
    )


def test_all_well(well: Path) -> None:
    done = health(well)
    assert (done.returncode, done.stderr) == (0, "")
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert [(row[0], row[1]) for row in rows] == [(slug, "well") for slug in sorted(SITES)]
    success, new, week, fill, problems, agreement = rows[0][2:]
    assert success == "2026-04-30 03:00"  # Vietnam's clock
    assert new <= success
    assert 15 < float(week) < 27
    assert fill.startswith("100% 100% 0%")
    assert (problems, agreement) == ("0%", "100%")
    quiet = health(well, "--quiet")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")


def test_what_is_wrong(made: Path) -> None:
    done = health(made, "--quiet", LANG="C", LC_ALL="C")
    assert (done.returncode, done.stdout) == (1, "")
    lines = done.stderr.splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["angiang", "daklak", "lamdong"]
    assert (
        "unreachable since 2026-04-28 (it does not answer (no answer in 60 s (thử lại sau))"
        in lines[0]
    )
    assert "silent since 2026-04-1" in lines[1]
    assert "no new article for 15 days; it never was silent for more than " in lines[1]
    assert "redesigned since 2026-04-2" in lines[2]
    assert "lead found in " in lines[2]


def test_some_sites_alone(made: Path) -> None:
    assert health(made, "hanoi").returncode == 0
    done = health(made, "lamdong", "hanoi", "--json")
    assert done.returncode == 1
    assert [json.loads(line)["site"] for line in done.stdout.splitlines()] == ["lamdong", "hanoi"]
    # They are judged beside the others all the same.
    assert [d.state for d in examine(made, now=NOW, sites=["lamdong"])] == ["redesigned"]


def test_json(made: Path) -> None:
    done = health(made, "--json")
    told = {(one := json.loads(line))["site"]: one for line in done.stdout.splitlines()}
    for one in told.values():
        assert list(one) == [
            "site", "name", "family", "state", "faults", "last_success", "last_new", "week",
            "fill", "usual", "problems", "agreement",
        ]  # fmt: skip
        assert list(one["fill"]) == list(one["usual"]) == list(FIELDS)
    assert told["daklak"]["name"] == get("daklak").name
    assert told["daklak"]["family"] == get("daklak").family
    (fault,) = told["lamdong"]["faults"]
    assert list(fault) == ["kind", "why", "since"]
    assert (fault["kind"], told["lamdong"]["state"]) == ("redesigned", "redesigned")
    assert datetime.fromisoformat(fault["since"]).tzinfo is not None
    assert told["lamdong"]["usual"]["lead"] > 0.9 > told["lamdong"]["fill"]["lead"]
    assert told["angiang"]["last_success"] == "2026-04-27T20:00:00Z"
    assert told["hanoi"]["faults"] == []


def test_what_is_later_is_not_looked_at(made: Path) -> None:
    early = health(made, "--json", now=BEGIN + timedelta(days=40))
    assert early.returncode == 0
    assert all(json.loads(line)["state"] == "well" for line in early.stdout.splitlines())
    late = health(made, "hanoi", now=NOW + timedelta(days=30))
    assert "hanoi: unwatched since 2026-04-30 (nobody looked at it for 30 days; " in late.stderr


def test_a_day_of_vietnam_is_looked_at_from_its_midnight_on(well: Path, tmp_path: Path) -> None:
    """From then until seven it is still the day before by the times of ours."""
    copy = tmp_path / "archive.db"
    shutil.copy(well, copy)
    midnight = NOW + timedelta(hours=17)
    with Archive.open(copy, create=False) as archive:
        crawl = archive.begin_crawl("hanoi", stamp(midnight))
        end = stamp(midnight + timedelta(seconds=9))
        archive.end_crawl(crawl, tally(6, published=0, lead=0), finished=end, outcome="finished")
    (hanoi,) = examine(copy, now=midnight + timedelta(minutes=1), sites=["hanoi"])
    assert (hanoi.days[-1].day, hanoi.days[-1].articles) == ("2026-05-01", 6)


def test_quiet_rounds_that_are_forgotten_change_nothing(made: Path, tmp_path: Path) -> None:
    copy = tmp_path / "archive.db"
    with Archive.open(made, create=False) as archive:
        archive.commit()
    shutil.copy(made, copy)
    before = health(copy, "--json").stdout
    with Archive.open(copy, create=False) as archive:
        assert archive.forget_quiet_crawls(stamp(BEGIN), stamp(NOW - timedelta(days=14))) > 200
    assert health(copy, "--json").stdout == before


@pytest.mark.parametrize("columns", [76, 120])
def test_table_on_a_terminal(made: Path, columns: int) -> None:
    here, there = pty.openpty()
    process = subprocess.Popen(
        command("health", "--db", made),
        stdout=there,
        stderr=subprocess.DEVNULL,
        env=environment(NEWSARCHIVE_NOW=stamp(NOW), COLUMNS=str(columns), TERM="xterm"),
    )
    os.close(there)
    shown = b""
    while True:
        try:
            shown += (more := os.read(here, 4096))
        except OSError:
            break  # the end, on Linux
        if not more:
            break
    os.close(here)
    text = shown.decode()
    assert process.wait() == 1
    assert "success" in text
    assert "4 sites: " in text
    assert "1 silent" in text
    assert "…" not in text  # a narrow one wraps, and cuts no day off


def test_html_speaks_two_languages(made: Path, tmp_path: Path) -> None:
    for lang, word in (("vi", '<html lang="vi"'), ("en", '<html lang="en"')):
        out = tmp_path / f"{lang}.html"
        health(made, "--quiet", "--html", out, "--lang", lang)
        assert word in out.read_text(encoding="utf-8")


def test_html(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "health.html"
    done = health(made, "--quiet", "--html", out)
    assert done.returncode == 1
    assert "daklak" in out.read_text(encoding="utf-8")
    assert get("daklak").name in out.read_text(encoding="utf-8")
    there = health(made, "--html", "-")
    assert there.stdout.lstrip().startswith("<!")
    assert "\t" not in there.stdout.splitlines()[-1]
    wrong = health(made, "--html", tmp_path / "no" / "health.html")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
    assert wrong.stderr.startswith("--html ")
    assert health(made, "--html", made).returncode == 2  # never the archive itself
    assert health(made, "hanoi").returncode == 0


def test_a_site_that_is_not_followed(made: Path) -> None:
    done = health(made, "camau")
    assert done.returncode == 2
    assert done.stderr.startswith("camau: this archive does not follow it (it follows angiang, ")
    with pytest.raises(CallError):
        examine(made, now=NOW, sites=["nowhere"])


def test_no_archive_and_no_crawls(tmp_path: Path) -> None:
    missing = health(tmp_path / "none.db")
    assert (missing.returncode, missing.stderr.count("\n")) == (1, 1)
    assert not (tmp_path / "none.db").exists()
    empty = tmp_path / "empty.db"
    with Archive.open(empty) as archive:
        archive.register_site(get("hanoi"))
    done = health(empty)
    assert (done.returncode, done.stdout) == (0, "")
    assert "no site was crawled into this archive yet" in done.stderr
    assert examine(empty, now=NOW) == []


def test_an_archive_of_an_older_version(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    db = Database(path)
    steps = Migrations("newsarchive")
    steps(name="001_first")(migrations._first)
    steps(name="002_history")(migrations._history)
    steps.apply(db)
    db.execute("INSERT INTO sites(slug, name) VALUES ('hanoi', 'Hà Nội')")
    db.execute("INSERT INTO crawls(site, started) VALUES ('hanoi', '2026-01-01T00:00:00Z')")
    db.conn.commit()
    db.close()
    before = path.read_bytes()
    done = health(path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "the next crawl or refresh brings it up to date" in done.stderr
    assert path.read_bytes() == before
    with pytest.raises(ArchiveError, match="older newsarchive"):
        examine(path, now=NOW)


def test_a_crawl_that_runs_or_died_tells_nothing(well: Path, tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    shutil.copy(well, path)
    with Archive.open(path, create=False) as archive:
        archive.begin_crawl("hanoi", stamp(NOW))
        archive.abandon_crawls("hanoi")
        archive.begin_crawl("daklak", stamp(NOW))
    done = health(path, "--json", now=NOW + timedelta(hours=1))
    assert done.returncode == 0
    assert {json.loads(line)["last_success"] for line in done.stdout.splitlines()} == {
        "2026-04-29T20:00:00Z"
    }


def test_nothing_is_written(made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "shut"
    folder.mkdir()
    copy = folder / "archive.db"
    shutil.copy(made, copy)
    before = copy.read_bytes()
    assert health(copy).returncode == 1
    assert copy.read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["archive.db"]


def test_help_names_each_field() -> None:
    shown = quick.run(command("health", "--help"), check=True, env=environment()).stdout
    for name in ("last_success", "usual", "agreement", "faults", "--html"):
        assert name in shown
