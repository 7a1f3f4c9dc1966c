"""What is said in files: settings that came with an archive, manifests, site files, to no harm."""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path

import pytest
from archive_cases import opened, put
from intake_cases import pages

from newsarchive.cli import main
from newsarchive.errors import CallError, NotAnArticle, SiteError
from newsarchive.reader import parse
from newsarchive.settings import read
from newsarchive.sites import Site, all_sites
from newsarchive.sites._patterns import fault

NAME = "newsarchive.toml"
URL, BODY = pages(1)[0]


def call(capsys: pytest.CaptureFixture[str], *args: object) -> tuple[int, str, str]:
    """Exit status of a command, run here, with what it printed; no error gets through."""
    with pytest.raises(SystemExit) as end:
        main([str(arg) for arg in args])
    told = capsys.readouterr()
    return int(str(end.value.code or 0)), told.out, told.err


# Settings


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """An archive as somebody sends it, with settings beside it that serve him."""
    folder = tmp_path / "sent"
    folder.mkdir()
    with opened(folder / "a.db") as archive:
        put(archive, 1)
    (tmp_path / "secret").write_text("s3cret\n")
    (folder / NAME).write_text(
        "delay = 7\nlog-json = '../out.jsonl'\n"
        f"[notify]\ncommand = 'touch {tmp_path}/ran'\n"
        "[notify.mail]\nto = 'thief@example.org'\nhost = '127.0.0.1'\nport = 1\n"
        "user = 'x'\npassword-file = '../secret'\ntls = 'none'\n"
        "[notify.webhook]\nurl = 'http://127.0.0.1:1/'\n"
        "[recover]\nwayback-cdx = 'http://127.0.0.1:1/'\n"
        "[crawl]\nlog-json = 'link/x.jsonl'\n"
    )
    (folder / "link").symlink_to(tmp_path)
    return folder / "a.db"


def test_a_file_that_came_with_an_archive_runs_nothing_and_leaves_its_folder_nowhere(
    sent: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = sent.parent / NAME
    hint = f"if it is yours, name it: --config {file}, or NEWSARCHIVE_CONFIG\n"
    status, _, said = call(capsys, "notify", "--test", "--db", sent)
    assert status == 2  # a user without a password
    assert f"{file}: [notify] command, [notify.mail] password-file: left out" in said
    assert hint in said
    assert "s3cret" not in said
    status, _, said = call(capsys, "refresh", "--db", sent)
    assert f"{file}: log-json, [notify] command, " in said
    assert "left out" not in call(capsys, "health", "--db", sent)[2]  # it uses none of it
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "out.jsonl").exists()
    found = read(file, named=False)
    assert set(found.left_out) == {
        ("", "log-json"), ("crawl", "log-json"), ("notify", "command"),
        ("notify.mail", "password-file"),
    }  # fmt: skip
    assert ("notify", "command") not in found.values


def test_whose_file_it_is_names_it(
    sent: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, said = call(capsys, "--config", sent.parent / NAME, "notify", "--test", "--db", sent)
    assert (tmp_path / "ran").exists()
    assert status == 1  # nobody listens at the other two
    assert "left out" not in said
    line = call(capsys, "schedule", "--cron", "--db", sent)[1]
    assert f"--config {sent.parent / NAME}" in line


def test_paths_in_the_folder_are_its_own(sent: Path) -> None:
    (sent.parent / NAME).write_text("log-json = 'logs/x.jsonl'\n[sites.hanoi]\ndelay = 3\n")
    assert read(sent.parent / NAME, named=False).left_out == ()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("x = " + "[\n" * 5000, "too deep within each other"),
        ("x = " + "{a=" * 1200, "too deep within each other"),
        ("delay = " + "[\n" * 2000 + "]\n" * 2000, "too deep within each other"),
        ("delay = " + "9" * 4000, "is no number from 0 to 3600"),
        ("delay = 0x" + "f" * 4000, "is no number from 0 to 3600"),
        ("x." * 2500 + "x = 1", "line 1 is too long"),
        ("# " + "x" * 5000, "line 1 is too long"),
        ("# x\n" * 70_000, "is too large for a settings file"),
        ("delay = " + "9" * 4350, "is too long"),
        ("max-requests = 99999999999999999999", "is no whole number from 1"),
        ("max-time = '" + "9" * 400 + "d'", "is no duration"),
        ("[crawl]\nlimit = 0x" + "f" * 4000, "is no whole number from 1"),
        ("contact = '\x1b[31m'", "is no TOML"),
    ],
)
def test_a_file_made_to_break_the_reader_is_one_line(tmp_path: Path, text: str, wrong: str) -> None:
    path = tmp_path / NAME
    path.write_text(text)
    with pytest.raises(CallError) as error:
        read(path)
    assert wrong in str(error.value)
    assert str(error.value).startswith(f"{path}: ")
    assert len(str(error.value)) < 300 + len(str(path))


def test_a_file_of_gigabytes_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / NAME
    with path.open("wb") as file:
        file.truncate(4 * 2**30)
    with pytest.raises(CallError, match="is too large"):
        read(path)
    path.unlink()
    path.symlink_to("/dev/zero")
    with pytest.raises(CallError, match="is too large"):
        read(path)


def test_a_queue_beside_an_archive_is_no_settings_file(
    sent: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (sent.parent / NAME).unlink()
    os.mkfifo(sent.parent / NAME)
    assert NAME not in call(capsys, "health", "--db", sent)[2]


# Manifests and the files they name


def test_a_manifest_of_traps_costs_its_lines_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = tmp_path / "good\u2028one.html"  # a line break to str.splitlines, not to a manifest
    good.write_bytes(BODY)
    os.mkfifo(tmp_path / "queue")
    (tmp_path / "large").write_bytes(b"<html>" + b" " * 33 * 2**20)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    layered = BODY
    for _ in range(7):
        layered = gzip.compress(layered)
    (tmp_path / "layers.gz").write_bytes(layered)
    names = ["a\0b", "/dev/zero", f"{tmp_path}/queue", f"{tmp_path}/large", f"{tmp_path}/loop",
             "x" * 5000, f"{tmp_path}", f"{tmp_path}/layers.gz", "\x1b[31m"]  # fmt: skip
    manifest = tmp_path / "m.tsv"
    lines = [f"{URL}\t{good}", *(f"\t{name}" for name in names), f"{URL}\t{good}"]
    manifest.write_text("\r\n".join(lines), encoding="utf-8")
    status, out, said = call(capsys, "parse", "--manifest", manifest)
    assert status == 1
    assert out.count("\n") == 2
    assert said.count("\n") == len(names)
    assert "\x1b" not in said
    for what in ("a NUL in its name", "/dev/zero: cannot be read: is no file", "queue: cannot be",
                 "large: cannot be read: too large", "gzip within gzip"):  # fmt: skip
        assert what in said


def test_a_file_that_unpacks_to_itself_is_no_article() -> None:
    """As the known ones do that are their own content; here layer within layer."""
    content = BODY
    for _ in range(1500):  # more than Python's calls may lie within each other
        content = gzip.compress(content)
    with pytest.raises(NotAnArticle, match="gzip within gzip"):
        parse(content)


# Site files


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+$", r"(?:[a-z-]+)*x", r"(?:\w+\s?)*", r"(?:a|ab)+", r"(?:a|a?)+", r"(?:a*){12}",
        r"/(?:[a-z]+-?)+\.html", r"(?=(?:a+)+b)x", r"(?:(?:/[a-z]+)+)+", r".*.*.*.*x",
        r"/(?:.*)-(?:.*)-(?:.*)-(?:.*)", r"(?i)(?:[A-Z]+|k)+", r"(?:.{1,3}[ab])*x", r"(?:a/?a?){2,}x", "a" * 1001,
        r"(?:(?:a|b)*-(?:a|b)?)+?", r"(?:\w-*-?){2,}x", r"(?:(?:a|b)?(?:a|b){1,3}/){2,}",
        r"(?:.+?[^/]{2,}\w{2,})?(?:[a-z]{2,}[a-z]*)", r"(?:\w+[^/]+?){1,3}x",
    ],
)  # fmt: skip
def test_an_expression_that_may_take_for_ever_is_refused(pattern: str) -> None:
    for values in ({"article": pattern}, {"skip": (pattern,)}):
        with pytest.raises(SiteError, match="addresses are made to exploit that"):
            Site(
                slug="x", name="X", province=None, province_2025=None, hosts=("x.vn",),
                evidence="seen", **values,  # type: ignore[arg-type]  # one of two of its fields
            )  # fmt: skip


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?:/[\w-]+)+", r"/tin/(?:[a-z]+-)*\d+\.html", r"(x|y)+", r"/[a-z0-9-]+-\d+(?:\?.*)?",
        r"(?:/[a-z0-9-]+){1,4}/[a-z0-9-]+\.html",
    ],
)  # fmt: skip
def test_what_is_parted_is_taken(pattern: str) -> None:
    assert fault(pattern) is None
    # And does not take for ever: the square of these would.
    assert re.fullmatch(pattern, "/a-" * 2000 + "!") is None


def test_all_registered_expressions_are_taken() -> None:
    patterns = [p for site in all_sites().values() for p in (*site.skip, site.article) if p]
    assert len(patterns) > 20
    assert not [p for p in patterns if fault(p)]
