"""Set-up by make: which Python it takes, what a missing piece says, when it runs again."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from conftest import ROOT, missing
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TOOLS = ("sh", "awk", "rm", "touch", "grep", "tail", "sed", "mkdir", "cat", "chmod", "find")
# A Python of our own making: it passes the version check, makes a .venv whose Python is itself,
# and writes down what it was asked.
FAKE = """#!/bin/sh
echo "$(basename "$0") $*" >> "$CALLS"
case "$*" in
  *version_info*) {version} ;;
  *ensurepip*) {ensurepip} ;;
  "-m venv "*) mkdir -p "$3/bin"; cat "$0" > "$3/bin/python"; chmod +x "$3/bin/python" ;;
  *"install -c"*) {install} ;;
esac
exit 0
"""
VERSION = 'case "$*" in *print*) echo 3.12 ;; esac'


class Checkout:
    """A folder with what set-up reads, and a PATH of its own with nothing but the shell's tools."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "path"
        self.bin.mkdir()
        self.calls_file = folder / "calls"
        for name in ("Makefile", "pyproject.toml", "constraints.txt"):
            shutil.copy(ROOT / name, folder)
        for tool in (*TOOLS, "basename"):
            found = shutil.which(tool)
            assert found, f"{tool} is part of every system that has make"
            (self.bin / tool).symlink_to(found)

    def python(
        self, name: str, *, version: str = VERSION, ensurepip: str = ":", install: str = ":"
    ) -> None:
        """Put a fake Python on the PATH."""
        path = self.bin / name
        path.write_text(FAKE.format(version=version, ensurepip=ensurepip, install=install))
        path.chmod(0o755)

    def make(self, *args: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run make with this PATH alone, free of the variables of a make or pip around it."""
        make = shutil.which("make")
        if make is None:
            missing("make is not installed: apt-get install make")
        assert make
        outer = ("MAKE", "MFLAGS", "PIP_", "PYTHON", "ARGS", "VENV", "SITE", "DB")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(outer)}
        kept |= {"PATH": str(self.bin), "CALLS": str(self.calls_file), **environment}
        return subprocess.run(
            [make, *args],
            cwd=self.folder,
            env=kept,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def calls(self) -> list[str]:
        """What the fakes were asked since the last look, without the checks of what they are."""
        lines = self.calls_file.read_text().splitlines() if self.calls_file.exists() else []
        self.calls_file.unlink(missing_ok=True)
        return [x for x in lines if not re.search("version_info|ensurepip|--version", x)]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def said(result: subprocess.CompletedProcess[str]) -> str:
    """The one line that make's recipe said on stderr; make's own '*** Error' is not counted."""
    lines = [line for line in result.stderr.splitlines() if not line.startswith("make")]
    assert len(lines) == 1, result.stderr
    assert result.returncode == 2
    return lines[0]


def test_no_python(checkout: Checkout) -> None:
    line = said(checkout.make("demo"))
    assert "Python 3.11 or newer is needed and was not found" in line
    assert "apt-get install python3 python3-venv" in line


def test_only_an_old_python(checkout: Checkout) -> None:
    checkout.python("python3", version="exit 1")
    assert "Python 3.11 or newer" in said(checkout.make("test"))
    assert not (checkout.folder / ".venv").exists()


def test_the_named_python_is_none(checkout: Checkout) -> None:
    checkout.python("python3")
    assert "PYTHON=/nowhere/python3 is none" in said(
        checkout.make("demo", "PYTHON=/nowhere/python3")
    )


def test_no_venv_module(checkout: Checkout) -> None:
    checkout.python("python3", ensurepip="exit 1")
    line = said(checkout.make("demo"))
    assert "python3 has no venv module" in line
    assert "apt-get install python3-venv" in line
    assert "python3.12-venv" in line


def test_venv_fails(checkout: Checkout) -> None:
    checkout.python("python3")
    python = checkout.bin / "python3"
    python.write_text(python.read_text().replace("mkdir -p", "echo no room; exit 1; mkdir"))
    assert "python3 cannot make .venv: no room" in said(checkout.make("demo"))


def test_pip_without_a_network(checkout: Checkout) -> None:
    # The real thing: this Python's pip, against a port where nobody listens.
    environment = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "0",
        "PIP_CONFIG_FILE": os.devnull,
    }
    result = checkout.make("demo", f"PYTHON={sys.executable}", **environment)
    line = said(result)
    assert "check the network or proxy" in line
    assert ".venv/setup.log" in line
    assert not (checkout.folder / ".venv" / ".use").exists()


def test_pip_fails_for_another_reason(checkout: Checkout) -> None:
    fault = "echo ERROR: ResolutionImpossible; echo hint: look it up; exit 1"
    checkout.python("python3", install=fault)
    line = said(checkout.make("demo"))
    assert "pip cannot install the dependencies: ERROR: ResolutionImpossible" in line


def test_set_up_once_and_again_when_the_pins_change(checkout: Checkout) -> None:
    checkout.python("python3.12")
    assert checkout.make("demo").returncode == 0
    made, install, demo = checkout.calls()
    assert made == "python3.12 -m venv .venv"
    assert install.endswith("install -c constraints.txt -e .[all]")
    assert demo == "python -m newsarchive demo"

    assert checkout.make("demo").returncode == 0
    assert checkout.calls() == ["python -m newsarchive demo"]

    # The tests need more; what they brought is enough for the demo.
    assert checkout.make("test", "ARGS=-k dates").returncode == 0
    install, tests = checkout.calls()
    assert install.endswith("install -c constraints.txt -e .[dev]")
    assert tests == ("python -m pytest -n auto --dist loadfile --no-loadscope-reorder -k dates")
    checkout.make("demo")
    assert checkout.calls() == ["python -m newsarchive demo"]

    stamp = checkout.folder / ".venv" / ".use"
    for name in ("pyproject.toml", "constraints.txt"):
        os.utime(stamp, (0, 0))
        for source in ("pyproject.toml", "constraints.txt"):
            os.utime(checkout.folder / source, (0, int(source == name)))
        checkout.make("demo")
        assert checkout.calls()[0].endswith("-e .[all]"), name


def test_a_half_made_venv_is_rebuilt(checkout: Checkout) -> None:
    checkout.python("python3")
    (checkout.folder / ".venv" / "bin").mkdir(parents=True)
    left = checkout.folder / ".venv" / "left-over"
    left.touch()
    assert checkout.make("demo").returncode == 0
    assert not left.exists()
    assert checkout.calls()[0] == "python3 -m venv .venv"


def test_an_interrupted_install_is_taken_up(checkout: Checkout) -> None:
    checkout.python("python3", install='[ -e again ] || { touch again; echo "ERROR: x"; exit 1; }')
    assert checkout.make("demo").returncode == 2
    checkout.calls()
    assert checkout.make("demo").returncode == 0
    install, _ = checkout.calls()
    assert "-m pip" in install


def test_a_shim_of_a_version_not_installed_is_passed_over(checkout: Checkout) -> None:
    checkout.python("python3.14", version="echo python3.14: command not found >&2; exit 127")
    checkout.python("python3.12")
    checkout.python("python3", version="exit 1")
    result = checkout.make("demo")
    assert (result.returncode, result.stderr) == (0, "")
    assert "Python 3.12" in result.stdout
    assert checkout.calls()[0].startswith("python3.12 -m venv")


def test_crawl_asks_which_site(checkout: Checkout) -> None:
    checkout.python("python3")
    assert said(checkout.make("crawl")) == "which site? make crawl SITE=daklak"
    checkout.calls()
    assert checkout.make("crawl", "SITE=daklak", "ARGS=--limit 2").returncode == 0
    assert checkout.calls() == ["python -m newsarchive crawl daklak --db data/archive.db --limit 2"]
    checkout.make("serve", "DB=data/demo.db")
    assert checkout.calls() == ["python -m newsarchive serve --db data/demo.db"]


def test_help_names_every_target(checkout: Checkout) -> None:
    result = checkout.make()
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony
    named = re.findall(r"^make (\w+) ", result.stdout, re.MULTILINE)
    assert sorted(named) == sorted(phony[1].split())


def test_every_target_that_the_documents_name_is_there() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", text, re.MULTILINE))
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / ".ci" / "run"):
        named = set(
            re.findall(r"(?:^|^\$ |`)make ([a-z]+)", path.read_text(encoding="utf-8"), re.M)
        )
        assert named, path
        assert named <= targets, path


@pytest.mark.parametrize(
    ("answer", "calls", "status"),
    [(":", ["make check", "make test"], 0), ('[ "$1" != check ]', ["make check"], 1)],
)
def test_ci_calls_make(checkout: Checkout, answer: str, calls: list[str], status: int) -> None:
    bash = shutil.which("bash")
    if bash is None:
        missing("bash is not installed: apt-get install bash")
    assert bash
    make = checkout.bin / "make"
    make.write_text(f'#!/bin/sh\necho "make $*" >> "$CALLS"\n{answer}\n')
    make.chmod(0o755)
    (checkout.bin / "dirname").symlink_to(shutil.which("dirname") or "/nowhere")
    environment = {"PATH": str(checkout.bin), "CALLS": str(checkout.calls_file)}
    result = subprocess.run([bash, ROOT / ".ci" / "run"], env=environment, check=False, timeout=60)
    assert checkout.calls() == calls
    assert result.returncode == status
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def pins() -> dict[str, str]:
    """constraints.txt as name -> version."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    found = {}
    for line in lines:
        if not line.startswith("#"):
            match = re.fullmatch(r"([A-Za-z0-9._-]+)==([0-9][0-9A-Za-z.]*)", line)
            assert match, f"constraints.txt: {line!r} is no exact pin"
            assert canonicalize_name(match[1]) not in found, line
            found[canonicalize_name(match[1])] = match[2]
    return found


def test_every_dependency_is_pinned_within_its_bounds() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(r for extra in extras.values() for r in extra)]
    pinned = pins()
    for requirement in map(Requirement, wanted):
        if requirement.name != project["name"]:
            version = pinned.get(canonicalize_name(requirement.name))
            assert version, f"{requirement} is not in constraints.txt"
            assert version in requirement.specifier, f"{requirement}: pinned to {version}"
    assert "pip" not in pinned
