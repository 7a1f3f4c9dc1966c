"""`newsarchive schedule`: what it prints is run as cron and systemd would run it."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import sqlite3
import subprocess
import sys
import venv
from collections.abc import Callable
from configparser import ConfigParser
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import click
import pytest
import quick
from conftest import ROOT
from crawl_cases import command, crawl, environment, portal, story

from newsarchive.cli._units import Job, crontab, units
from newsarchive.demo.portal import serve
from newsarchive.errors import CallError

Done = subprocess.CompletedProcess[str]
# All that shells, crontabs and unit files give a meaning, in one name of a folder.
ODD = "Kho 100% của \"tôi\" & $HOME; 'a' %h #1 `b` {c} Đắk"
EVERY = (5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1440)


def schedule(*args: object, **more: str) -> Done:
    clean = {k: v for k, v in environment().items() if not k.startswith("NEWSARCHIVE")}
    return quick.run(command("schedule", *args), env=clean | more)


def job(*words: str, every: int = 60, chance: int = 0, folder: str = "/srv/news") -> Job:
    return Job(
        words=words or ("/usr/bin/python3", "refresh"), db=Path(folder, "a.db"), every=every,
        chance=chance, folders=(Path(folder),), paths=(), owner="news",
    )  # fmt: skip


# As cron does it


def of_cron(line: str) -> str:
    """The command of a crontab's line, as cron hands it to the shell."""
    text = line.split(maxsplit=5)[5]
    assert "\\" not in text.replace(r"\%", ""), "crons differ in this"
    found, percent, rest = re.sub(r"\\%", "\0", text).partition("%")
    assert not percent, f"{rest} would be its standard input"
    return found.replace("\0", "%")


def run_by_cron(text: str, home: Path) -> Done:
    """Run the one job of a crontab."""
    (line,) = (line for line in text.splitlines() if not line.startswith("#"))
    return subprocess.run(
        ["/bin/sh", "-c", of_cron(line)], cwd=home, capture_output=True, text=True, timeout=120,
        env={"HOME": str(home), "LOGNAME": "news", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"},
        check=False,
    )  # fmt: skip


def times_of_cron(line: str) -> list[int]:
    """The minutes of a day at which a crontab's line runs."""
    minutes, hours, *days = line.split()[:5]
    assert days == ["*", "*", "*"]
    of_day = range(24) if hours == "*" else map(int, hours.split(","))
    return sorted(60 * h + int(m) for h in of_day for m in minutes.split(","))


# As systemd does it (systemd.syntax, systemd.service)


def section(text: str, name: str) -> dict[str, str]:
    parser = ConfigParser(
        interpolation=None, delimiters=("=",), comment_prefixes=("#",), strict=True
    )
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(text)
    assert not any(line.endswith("\\") for line in text.splitlines()), "goes on in the next line"
    return dict(parser[name])


def words_of(text: str) -> list[str]:
    """Words of a setting: quotes and backslashes undone, specifiers filled in."""
    token = r"(?:\"(?:[^\"\\]|\\[\"\\])*\"|[^\s\"'\\;]+)"
    assert re.fullmatch(rf"{token}(?: {token})*", text), text
    found = []
    for word in re.findall(token, text):
        inner = re.sub(r"\\(.)", r"\1", word[1:-1]) if word.startswith('"') else word
        assert "%" not in inner.replace("%%", ""), f"{inner}: a specifier"
        found.append(inner.replace("%%", "%"))
    return found


def run_by_systemd(service: str, home: Path) -> Done:
    program, *more = words_of(section(service, "Service")["ExecStart"])
    assert not any("$" in word.replace("$$", "") for word in more), "a variable"
    more = [word.replace("$$", "$") for word in more]
    name, _, value = section(service, "Service")["Environment"].partition("=")
    environ = {"PATH": "/usr/local/bin:/usr/bin", "USER": "news", name: value}
    return subprocess.run(
        [program, *more], cwd=home, env=environ,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def times_of_timer(timer: str) -> list[int]:
    match = re.fullmatch(r"\*-\*-\* (\*|[\d,]+):([\d,]+):00", section(timer, "Timer")["OnCalendar"])
    assert match
    of_day = range(24) if match[1] == "*" else map(int, match[1].split(","))
    return sorted(60 * h + int(m) for h in of_day for m in match[2].split(","))


def verified(folder: Path) -> None:
    """Ask systemd itself where it is installed; what it checks is checked without it, too."""
    program = shutil.which("systemd-analyze")
    if program is not None:
        files = sorted(folder.glob("newsarchive.*"))
        done = subprocess.run(
            [program, "verify", *files], capture_output=True, text=True, check=False
        )
        assert str(folder) not in done.stderr, done.stderr


# The archive that is refreshed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the archive lies. The folder around it is the home of who runs the schedule."""
    found = tmp_path / ODD
    found.mkdir()
    # A checkout there must not be taken for the package.
    (tmp_path / "newsarchive").mkdir()
    (tmp_path / "newsarchive" / "__init__.py").write_text("raise SystemExit('the wrong one')")
    return found


def refreshed_by(folder: Path, run: Callable[[], Done]) -> None:
    """Crawl, publish one more article, let `run` do what the schedule says, look for it."""
    db = folder / "a.db"
    crawled = portal(articles=3)
    with serve(crawled) as base:
        assert crawl(f"{base}/", db).returncode == 0
        crawled.add(story(4))
        (folder / "newsarchive.toml").write_text("delay = 0\ncontact = 'a@example.org'\n")
        start = len(crawled.requests)
        done = run()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    with closing(sqlite3.connect(db)) as conn:
        assert conn.execute("SELECT count(*) FROM articles").fetchall() == [(4,)]
    agents = {r.headers["user-agent"].partition(" ")[2] for r in crawled.requests[start:]}
    assert agents == {"(+a@example.org)"}, "the settings beside the archive hold"


def test_the_line_of_cron_refreshes_the_archive(folder: Path, tmp_path: Path) -> None:
    def run() -> Done:
        done = schedule("--cron", "--db", folder / "a.db")
        assert (done.returncode, done.stderr) == (0, "")
        assert "MAILTO=" in done.stdout
        return run_by_cron(done.stdout, tmp_path)

    refreshed_by(folder, run)


def test_what_is_wrong_is_what_cron_mails(folder: Path, tmp_path: Path) -> None:
    db = folder / "a.db"
    with serve(portal(articles=3)) as base:
        assert crawl(f"{base}/", db).returncode == 0
    line = schedule("--cron", "--db", db).stdout
    (folder / "newsarchive.toml").write_text("delay = 0\n")
    done = run_by_cron(line, tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert base in done.stderr


def test_a_settings_file_that_was_named_is_named_again(folder: Path, tmp_path: Path) -> None:
    config = folder / "my settings 5%.toml"
    config.write_text('db = "a.db"\ndelay = 0\ncontact = "a@example.org"\n')
    texts = []

    def run() -> Done:
        own = schedule("--cron", "--config", config)
        group = quick.run(command("--config", config, "schedule", "--cron"), env=environment())
        assert (own.returncode, own.stderr, group.stdout) == (0, "", own.stdout)
        texts.append(own.stdout)
        return run_by_cron(own.stdout, tmp_path)

    refreshed_by(folder, run)
    assert "--db" not in texts[0]
    both = schedule("--cron", "--config", config, "--db", folder / "a.db")
    assert "--db" in both.stdout


def test_the_service_refreshes_the_archive(folder: Path, tmp_path: Path) -> None:
    def run() -> Done:
        done = schedule("--systemd", "--db", folder / "a.db", "--out", tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(
            f"{tmp_path}/newsarchive.service\n{tmp_path}/newsarchive.timer\n"
        )
        verified(tmp_path)
        service = (tmp_path / "newsarchive.service").read_text(encoding="utf-8")
        said = section(service, "Service")
        assert said["User"] == pwd.getpwuid((folder / "a.db").stat().st_uid).pw_name
        assert words_of(said["ReadWritePaths"]) == [str(folder)]
        return run_by_systemd(service, tmp_path)

    refreshed_by(folder, run)


def test_what_is_printed_is_what_is_written(tmp_path: Path) -> None:
    (tmp_path / "a.db").touch()
    db = tmp_path / "a.db"
    printed = schedule("--systemd", "--every", "2h", "--db", db).stdout
    (tmp_path / "units").mkdir()
    schedule("--systemd", "--every", "2h", "--db", db, "--out", tmp_path / "units")
    texts = {p.name: p.read_text() for p in sorted((tmp_path / "units").iterdir())}
    assert list(texts) == ["newsarchive.service", "newsarchive.timer"]
    assert printed == "\n".join(f"# {name}\n{text}" for name, text in texts.items())


def test_units_of_a_user(tmp_path: Path) -> None:
    (tmp_path / "a.db").touch()
    done = schedule("--systemd", "--user", "--db", tmp_path / "a.db", "--out", tmp_path)
    assert "systemctl --user" in done.stdout
    assert "enable-linger" in done.stdout
    verified(tmp_path)
    said = section((tmp_path / "newsarchive.service").read_text(), "Service")
    assert said["NoNewPrivileges"] == "true"
    assert not {"User", "ProtectSystem", "ReadWritePaths", "PrivateTmp"} & set(said)


def test_the_service_may_write_where_its_files_lie(tmp_path: Path) -> None:
    (tmp_path / "disk" / "a.warc").mkdir(parents=True)
    (tmp_path / "big").mkdir()
    (tmp_path / "logs").mkdir()
    (tmp_path / "big" / "a.db").touch()
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "a.db").symlink_to(tmp_path / "big" / "a.db")
    (tmp_path / "here" / "a.warc").symlink_to(tmp_path / "disk" / "a.warc")
    (tmp_path / "here" / "newsarchive.toml").write_text("log-json = '../logs/x.jsonl'\n")
    printed = schedule("--systemd", "--db", tmp_path / "here" / "a.db").stdout
    service = printed.partition("# newsarchive.timer")[0]
    paths = words_of(section(service, "Service")["ReadWritePaths"])
    assert paths == [str(tmp_path / name) for name in ("here", "big", "disk", "logs")]


def test_a_private_tmp_hides_nothing_that_is_needed() -> None:
    assert "PrivateTmp=true\n" in units(job(), user=False)["newsarchive.service"]
    assert "PrivateTmp" not in units(job(folder="/tmp/x"), user=False)["newsarchive.service"]


def test_the_service_is_confined() -> None:
    said = section(units(job(), user=False)["newsarchive.service"], "Service")
    assert said["Type"] == "oneshot"
    assert said["ProtectSystem"] == "strict"
    assert said["NoNewPrivileges"] == "true"
    assert said["ReadWritePaths"] == "/srv/news"
    assert {"TimeoutStopSec", "KillMode", "PrivateDevices"} <= set(said)
    timer = units(job(), user=False)["newsarchive.timer"]
    assert section(timer, "Timer")["Persistent"] == "true"
    assert section(timer, "Timer")["RandomizedDelaySec"] == "300s"
    assert section(timer, "Install") == {"WantedBy": "timers.target"}


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("chance", [0, 1, 58, 59, 60, 3599, 4_294_967_295])
def test_both_run_at_even_times_and_never_at_minute_0(every: int, chance: int) -> None:
    one = job(every=every, chance=chance)
    times = times_of_cron(crontab(one)[-1])
    assert times == times_of_timer(units(one, user=False)["newsarchive.timer"])
    assert len(times) == 1440 // every
    assert {b - a for a, b in pairwise(times)} <= {every}
    assert not any(time % 60 == 0 for time in times)


def test_archives_are_not_all_refreshed_at_the_same_minute(tmp_path: Path) -> None:
    lines = []
    for number in range(6):
        db = tmp_path / f"{number}.db"
        db.touch()
        lines.append(schedule("--cron", "--db", db).stdout)
    assert schedule("--cron", "--db", tmp_path / "5.db").stdout == lines[5]
    assert len({line.splitlines()[-1].split()[0] for line in lines}) > 1


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (("/usr/bin/python3", "/srv/a\\b.db"), "has a backslash"),
        (("/usr/bin/python3", "/srv/a\nb.db"), "has a line break"),
        (("/usr/bin/python3", "/srv/a\udcff.db"), "is no text"),
    ],
)
def test_paths_that_no_crontab_holds(words: tuple[str, ...], wrong: str) -> None:
    with pytest.raises(CallError, match=wrong):
        crontab(job(*words))


def test_paths_that_no_unit_holds() -> None:
    for words in (("/opt/$x/python", "a"), ("/usr/bin/python3", "a\nb")):
        with pytest.raises(CallError):
            units(job(*words), user=False)
    service = units(job("/usr/bin/python3", "/srv/a\\b.db"), user=False)["newsarchive.service"]
    assert words_of(section(service, "Service")["ExecStart"])[1] == "/srv/a\\b.db"


@pytest.mark.parametrize(
    ("args", "wrong"),
    [
        ((), "name one: --cron or --systemd"),
        (("--cron", "--systemd"), "name one: --cron or --systemd"),
        (("--cron", "--user"), "--user and --out go with --systemd"),
        (("--cron", "--out", "."), "--user and --out go with --systemd"),
        (("--cron", "--every", "7m"), "--every 7m: choose one of 5m, 10m"),
        (("--cron", "--every", "often"), "--every often: choose one of 5m, 10m"),
        (("--cron", "--db", "/nowhere/a.db"), "/nowhere/a.db: there is no archive"),
        (("--cron", "--config", "/nowhere/a.toml"), "/nowhere/a.toml: cannot be read"),
    ],
)
def test_wrong_calls(args: tuple[str, ...], wrong: str, tmp_path: Path) -> None:
    (tmp_path / "a.db").touch()
    db = () if "--db" in args else ("--db", tmp_path / "a.db")
    done = schedule(*args, *db)
    assert (done.returncode, done.stdout) == (2, "")
    assert wrong in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_folder_for_the_units_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "a.db").touch()
    done = schedule("--systemd", "--db", tmp_path / "a.db", "--out", tmp_path / "none")
    assert (done.returncode, done.stdout) == (1, "")
    assert "newsarchive.service: cannot be written (No such file or directory)" in done.stderr


def test_what_only_this_shell_knows_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.db").touch()
    done = schedule("--cron", NEWSARCHIVE_DB=str(tmp_path / "a.db"), NEWSARCHIVE_DELAY="3")
    assert done.returncode == 0
    assert done.stderr == "NEWSARCHIVE_DELAY: is set here alone; put it into the settings file\n"


def test_a_python_that_has_no_newsarchive_of_its_own_is_refused(tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", symlinks=True)
    (tmp_path / "a.db").touch()
    python = tmp_path / "venv" / "bin" / "python"
    path = os.pathsep.join([str(ROOT), str(Path(click.__file__).parent.parent)])
    done = subprocess.run(
        [python, "-m", "newsarchive", "schedule", "--cron", "--db", tmp_path / "a.db"],
        env=environment(PYTHONPATH=path), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"{python}: newsarchive is not installed in this Python; pip install it there\n"
    )
    assert str(sys.executable) in schedule("--cron", "--db", tmp_path / "a.db").stdout


def test_the_page_of_the_docs_shows_what_is_printed() -> None:
    page = (ROOT / "docs" / "cron.md").read_text(encoding="utf-8")
    words = ("/srv/newsarchive/.venv/bin/python", "-m", "newsarchive", "refresh", "--quiet", "--db")
    one = job(*words, "/srv/news/archive.db", chance=16)
    one = replace(one, db=Path("/srv/news/archive.db"))
    assert "\n".join(crontab(one)) in page
    for text in units(one, user=False).values():
        assert text in page
