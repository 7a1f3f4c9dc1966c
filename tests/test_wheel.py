"""What pip installs outside a checkout crawls as the checkout does: the built wheel, tried."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
from conftest import ROOT, missing
from crawl_cases import environment, portal, rows, titles

from newsarchive.demo.portal import serve


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts' folder of a new environment that holds the wheel; libraries are borrowed."""
    try:
        import hatchling  # noqa: F401
    except ImportError:
        missing("hatchling is missing: pip install -e '.[dev]'")
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", symlinks=True)
    scripts = folder / "venv" / "bin"
    _run(
        sys.executable, "-m", "pip", "--python", scripts / "python", "install", "--quiet",
        "--no-deps", "--no-index", "--disable-pip-version-check", wheel, cwd=folder,
    )  # fmt: skip
    site = sysconfig.get_path("purelib", vars={"base": str(folder / "venv")})
    # A line in a .pth adds a folder, but not what that folder's own .pth files add: the checkout
    # stays out of sight.
    Path(site, "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return scripts


def _run(*command: object, cwd: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    env = environment(SCRAPY_SETTINGS_MODULE="newsarchive.crawl.settings")
    env.pop("PYTHONPATH", None)
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    if check:
        assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_the_installed_copy_is_the_one_tried(installed: Path, tmp_path: Path) -> None:
    code = "import newsarchive as n, newsarchive.spiders.portal as p; print(n.__file__, p.__file__)"
    for path in _run(installed / "python", "-c", code, cwd=tmp_path).stdout.split():
        assert Path(path).is_relative_to(installed.parent)
    done = _run(installed / "python", "-c", "import spiders", cwd=tmp_path, check=False)
    assert "No module named 'spiders'" in done.stderr


def test_scrapy_lists_the_spiders_of_the_installed_copy(installed: Path, tmp_path: Path) -> None:
    from newsarchive.sites import all_sites

    done = _run(installed / "python", "-m", "scrapy", "list", cwd=tmp_path)
    assert done.stdout.split() == sorted(all_sites())


def test_the_installed_copy_crawls(installed: Path, tmp_path: Path) -> None:
    crawled = portal(articles=4)
    with serve(crawled) as base:
        done = _run(
            installed / "newsarchive", "crawl", "--url", f"{base}/", "--delay", 0, cwd=tmp_path
        )
    assert done.stderr == ""
    assert titles(tmp_path / "data" / "archive.db") == sorted(s.title for s in crawled.stories)


def test_the_installed_copy_has_its_demo(installed: Path, tmp_path: Path) -> None:
    done = _run(installed / "newsarchive", "demo", cwd=tmp_path)
    assert "đường dây đánh bạc" in done.stdout.lower()
    assert rows(tmp_path / "data" / "demo.db", "SELECT count(*) FROM articles")[0][0] >= 60
    assert os.listdir(tmp_path) == ["data"]


def test_what_the_desk_shows_is_installed(installed: Path, tmp_path: Path) -> None:
    code = (
        "from importlib.resources import files\n"
        "for name in ('charts/charts.css', 'web/templates/base.html', 'web/static/desk.css'):\n"
        "    assert files('newsarchive').joinpath(name).is_file(), name"
    )
    _run(installed / "python", "-c", code, cwd=tmp_path)
