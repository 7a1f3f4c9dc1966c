"""`newsarchive demo`: what it archives, what it says, what it may throw away."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path

import pytest
from crawl_cases import command, environment, rows, titles

from newsarchive.demo.portal import demo_portals


def run_demo(folder: Path, *args: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command("demo", *args),
        capture_output=True, text=True, cwd=folder, env=environment(), timeout=60, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, float]:
    folder = tmp_path_factory.mktemp("demo")
    started = time.monotonic()
    done = run_demo(folder)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return folder, done.stdout, time.monotonic() - started


def test_it_archives_sixty_articles_of_three_families_in_time(
    demo: tuple[Path, str, float],
) -> None:
    folder, said, seconds = demo
    db = folder / "data" / "demo.db"
    per_site = rows(db, "SELECT site, count(*) FROM articles GROUP BY site")
    assert len(per_site) == 3
    written = sorted(story.title for portal in demo_portals() for story in portal.stories)
    assert len(written) >= 60
    assert titles(db) == written
    assert seconds < 30
    for family in ("mojoportal", "nukeviet", "wordpress"):
        assert family in said
    for _, count in per_site:
        assert re.search(rf" {count} +\d+ +\d+$", said, re.MULTILINE)
    assert list((folder / "data" / "demo.warc").glob("*.warc.gz"))
    assert rows(db, "SELECT DISTINCT outcome FROM crawls") == [("finished",)]


def test_it_shows_a_search_that_finds_and_what_to_type_next(
    demo: tuple[Path, str, float],
) -> None:
    folder, said, _ = demo
    assert "search 'duong day danh bac'" in said
    assert "đường dây đánh bạc" in said.lower()
    typed = [line.split("#")[0].strip() for line in said.split("Next:\n")[1].splitlines()]
    tried = [line for line in typed if line.split()[1] in ("search", "show", "export")]
    assert len(tried) == 3
    for line in tried:
        words = line.removeprefix("newsarchive ").split(" > ")[0].replace("'", "")
        sought = words.replace("Đắk Mơ", "Đắk").split()
        done = subprocess.run(
            command(*sought),
            capture_output=True, text=True, cwd=folder, env=environment(), check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip()


def test_it_replaces_an_older_demo_and_nothing_else(
    demo: tuple[Path, str, float], tmp_path: Path
) -> None:
    folder, _, _ = demo
    db = folder / "data" / "demo.db"
    before = rows(db, "SELECT count(*) FROM articles")
    assert run_demo(folder).returncode == 0
    assert rows(db, "SELECT count(*) FROM articles") == before
    assert rows(db, "SELECT count(*) FROM crawls") == [(3,)]
    mine = tmp_path / "mine.db"
    mine.write_text("precious")
    done = run_demo(tmp_path, "--db", mine)
    assert done.returncode == 2
    assert "no demo made it" in done.stderr
    assert mine.read_text() == "precious"
