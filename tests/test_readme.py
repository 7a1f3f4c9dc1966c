"""The README's examples: run in a copy of its folder, their real output compared.

In ```console blocks every line that begins with `$ newsarchive` is run, in the order of the page,
but for what asks a real portal, needs an archive of one, or does not end. Output stands beneath
its command, '...' for lines left out. Ports, durations and ids differ from run to run.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from crawl_cases import PROGRESS

from newsarchive.cli import COMMANDS

README = (ROOT / "README.md").read_text(encoding="utf-8")
# Commands on a real portal, or on the archive of one: shown with no output, and not run.
NOT_RUN = re.compile(r"^newsarchive (?:crawl|serve)\b")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def examples() -> list[tuple[str, str]]:
    """Commands of ours and the output shown beneath each, in the order of the page."""
    found = []
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            if command.startswith("newsarchive ") and not NOT_RUN.match(command):
                found.append((command, output))
    return found


def runnable() -> list[tuple[str, str]]:
    """Those that show their output."""
    return [(command, shown) for command, shown in examples() if shown]


def bash(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line as a user in a pipe would, with this Python's newsarchive."""
    python = shlex.quote(sys.executable)
    shell = f'newsarchive() {{ {python} -m newsarchive "$@"; }}; python3() {{ {python} "$@"; }}; '
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NEWSARCHIVE")}
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {shell}{command}"],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(ROOT), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the examples name."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "docs").symlink_to(ROOT / "docs")
    return folder


def settled(text: str) -> list[str]:
    """The lines of an output without what differs from run to run."""
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", text)
    text = re.sub(r"\d+(?:\.\d+)? s\b", "N s", text)
    text = re.sub(r"^ {,5}\d+(?=  \S)", "    ID", text, flags=re.MULTILINE)
    return [line.rstrip() for line in text.strip().splitlines()]


def fits(shown: list[str], real: list[str]) -> bool:
    """Whether the output shown is the real one; '...' stands for any lines."""
    pattern = "".join(r"(?:.*\n)*?" if s == "..." else re.escape(s) + r"\n" for s in shown)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in real)) is not None


@pytest.mark.parametrize(("command", "shown"), runnable(), ids=lambda value: value[:40])
def test_a_command_prints_what_the_readme_shows(command: str, shown: str, folder: Path) -> None:
    done = bash(command, folder)
    assert (done.returncode, PROGRESS.sub("", done.stderr)) == (0, "")
    real = settled(done.stdout)
    assert fits(settled(shown), real), "\n".join(real)


def test_examples_are_found() -> None:
    commands = [command.split()[1] for command, _ in runnable()]
    assert {"parse", "sites", "demo", "search", "export"} <= set(commands)


def test_fits_tells_outputs_apart() -> None:
    assert fits(["a", "...", "d"], ["a", "b", "c", "d"])
    assert fits(["a", "...", "d"], ["a", "d"])
    assert not fits(["a", "d"], ["a", "b", "d"])
    assert not fits(["a", "..."], ["b"])


@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_python_examples_run(number: int, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", blocks("python")[number]],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_every_command_is_in_the_table() -> None:
    table = re.search(r"^## Commands\n(.*?)^## ", README, re.MULTILINE | re.DOTALL)
    assert table
    named = set(re.findall(r"^\| `([a-z-]+)", table[1], re.MULTILINE))
    assert named == set(COMMANDS)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_help_with_its_options(command: str, folder: Path) -> None:
    done = bash(f"newsarchive {command} --help", folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Usage: newsarchive {command}" in done.stdout
    # What the README says of its options is so.
    for line in re.findall(rf"^\| .*`{command}[ `].*$", README, re.MULTILINE):
        for option in re.findall(r"--[a-z]+", line):
            assert option in done.stdout, f"{command} {option}"


def test_commands_shown_have_the_options_shown(folder: Path) -> None:
    for command, _ in (e for e in examples_of_all() if "--" in e[0]):
        words = shlex.split(command.partition(" | ")[0], comments=True)
        usage = bash(f"newsarchive {words[1]} --help", folder).stdout
        for option in (w for w in words if w.startswith("--")):
            assert option in usage, command


def examples_of_all() -> list[tuple[str, str]]:
    """Every command of ours in console blocks, the ones that are not run too."""
    lines = [line for block in blocks("console") for line in block.splitlines()]
    return [(line[2:], "") for line in lines if line.startswith("$ newsarchive ")]


def test_links_lead_somewhere() -> None:
    for path in ROOT.glob("*.md"):
        text = path.read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_sql_in_the_readme_runs(tmp_path: Path) -> None:
    import archive_cases

    path = tmp_path / "archive.db"
    with archive_cases.opened(path) as archive:
        archive_cases.put(archive, 1)
    (sql,) = blocks("sql")
    assert archive_cases.rows(path, sql) == [
        ("2022-08-22T10:11:00+07:00", archive_cases.article().title)
    ]
