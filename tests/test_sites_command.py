"""`newsarchive sites`: what a pipe, a terminal and a program get of the registry."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner, Result
from conftest import ROOT

from newsarchive.cli.sites import COLUMNS, sites
from newsarchive.sites import all_sites


def run(*args: str) -> Result:
    result = CliRunner().invoke(sites, args)
    assert result.exit_code == 0, result.output
    return result


def slugs(*args: str) -> list[str]:
    return [line.split("\t")[0] for line in run(*args).stdout.splitlines()]


def test_a_pipe_gets_a_line_a_site_and_a_tab_a_column() -> None:
    lines = [line.split("\t") for line in run().stdout.splitlines()]
    assert [line[0] for line in lines] == list(all_sites())
    assert {len(line) for line in lines} == {len(COLUMNS)}
    row = next(line for line in lines if line[0] == "haiduong")
    assert row == ["haiduong", "Công an tỉnh Hải Dương", "Hải Dương", "Hải Phòng",
                   "conganhaiduong.gov.vn", "guessed", "inactive", ""]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Đắk Lắk", ["daklak", "phuyen"]),
        ("dak lak", ["daklak", "phuyen"]),
        ("ĐĂ\u0301K LĂ\u0301K", ["daklak", "phuyen"]),
        ("Lâm Đồng", ["binhthuan", "daknong", "lamdong"]),  # as it is now
        ("Hải Dương", ["haiduong"]),  # as it was
    ],
)
def test_province(name: str, found: list[str]) -> None:
    assert slugs("--province", name) == found


def test_filters_combine() -> None:
    every = all_sites().values()
    assert slugs("--evidence", "guessed") == [s.slug for s in every if s.evidence == "guessed"]
    assert slugs("--province", "Hải Phòng", "--inactive") == ["haiduong"]
    assert slugs("--province", "Lâm Đồng", "--evidence", "read") == ["lamdong"]
    assert len(slugs("--active")) + len(slugs("--inactive")) == len(all_sites())


def test_a_former_province_says_what_it_is_part_of() -> None:
    result = run("--province", "binh thuan")
    assert result.stderr == "Bình Thuận is part of Lâm Đồng since 1 July 2025\n"
    assert result.stdout.startswith("binhthuan\t")


def test_nothing_found_is_said_beside_the_data() -> None:
    result = run("--province", "Lâm Đồng", "--evidence", "seen")
    assert result.stdout == ""
    assert result.stderr == "no registered site matches (--url takes any portal)\n"


def test_a_province_that_there_is_not() -> None:
    command = [sys.executable, "-m", "newsarchive", "sites", "--province", "lam dogn"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no province of Vietnam" in done.stderr
    assert "did you mean Lâm Đồng" in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_page_of_provinces_is_what_the_registry_says() -> None:
    page = (ROOT / "docs" / "provinces.md").read_text(encoding="utf-8")
    assert run("--markdown").stdout == page, "newsarchive sites --markdown > docs/provinces.md"
    for site in all_sites().values():
        assert f"(`{site.slug}`)" in page
    assert page.count("\n## ") == 34 + 1


def test_json() -> None:
    found = [json.loads(line) for line in run("--json").stdout.splitlines()]
    assert [site["slug"] for site in found] == list(all_sites())
    site = next(site for site in found if site["slug"] == "haiduong")
    assert site["hosts"] == ["conganhaiduong.gov.vn", "congan.haiduong.gov.vn"]
    assert (site["successor"], site["active"], site["family"]) == ("haiphong", False, None)


def test_a_terminal_gets_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsarchive.cli.sites._on_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    lines = run().stdout.splitlines()
    assert lines[0].split() == ["slug", "province", "host", "evidence"]
    assert not any("\t" in line for line in lines)
    assert all(len(line) <= 80 for line in lines)
    assert re.fullmatch(rf"{len(all_sites())} sites: \d+ read, \d+ guessed", lines[-1])
    for site in all_sites().values():
        assert any(line.startswith(site.slug) and site.hosts[0] in line for line in lines)


def test_an_unknown_evidence_is_a_wrong_call() -> None:
    result = CliRunner().invoke(sites, ["--evidence", "sure"])
    assert result.exit_code == 2
    assert "guessed" in result.stderr


@pytest.mark.parametrize("args", [["sites"], ["sites", "--json"], ["sites", "--help"], ["--help"]])
def test_a_reader_that_left_is_no_error(args: list[str]) -> None:
    # `newsarchive sites | head -1`, with a head that is gone before the first line.
    read, write = os.pipe()
    os.close(read)
    try:
        command = [sys.executable, "-m", "newsarchive", *args]
        done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (0, "")
