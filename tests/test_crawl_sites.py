"""Crawls by name, one or several, by either command; and what a person sees of a crawl."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from crawl_cases import (
    FIELDS,
    SECTIONS,
    article_paths,
    asked,
    command,
    environment,
    portal,
    rows,
    titles,
)
from portals import Portal as Invented
from portals.ways import JsonGet

from newsarchive.crawl import targets
from newsarchive.crawl.loader import LEGACY_TLS, host_settings
from newsarchive.demo.answer import Answer, page
from newsarchive.demo.portal import Portal, serve
from newsarchive.sites import get


def test_on_a_terminal_there_is_a_bar_and_trouble_stands_above_it(tmp_path: Path) -> None:
    crawled = portal(articles=6)
    gone = article_paths(crawled)[0]
    crawled.override[gone] = page("<p>gone</p>", 404)
    ours, theirs = pty.openpty()
    with serve(crawled) as base, os.fdopen(ours, "rb", buffering=0) as terminal:
        done = subprocess.Popen(
            command("crawl", "--url", f"{base}/", "--db", tmp_path / "a.db", "--delay", 0),
            stdout=subprocess.PIPE, stderr=theirs, text=True, env=environment(TERM="xterm"),
        )  # fmt: skip
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # how a terminal ends
            while read := terminal.read(4096):
                shown += read
        said, _ = done.communicate()
    assert done.returncode == 1
    assert re.search(rb"\d+ pages, \d+ articles", shown)
    assert f"{base}{gone}: answered 404".encode() in shown
    assert "new 5, changed 0, unchanged 0, failed 1 (" in said


def test_in_a_pipe_there_is_a_line_at_times(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from types import SimpleNamespace

    from newsarchive.crawl import progress
    from newsarchive.crawl.values import Counts

    monkeypatch.setattr(progress, "EVERY", 0.0)
    lines = progress.fitting(quiet=False)
    counts = Counts(requested=20, new=7, unchanged=2)
    job = SimpleNamespace(counts=counts, target=SimpleNamespace(slug="daklak"))
    lines.page(job, "https://x/tin/")  # type: ignore[arg-type]
    lines.trouble("https://x/:\n  broken")
    lines.summary("daklak: done")
    out, err = capsys.readouterr()
    assert err == "daklak: 20 pages, 9 articles, https://x/tin/\nhttps://x/: broken\n"
    assert out == "daklak: done\n"


# Registered sites, by name. The portals of two invented ones answer behind a proxy, so that their
# names need not resolve.

_SITE = """
from newsarchive.sites import Layout, Site
SITE = Site(
    slug="{slug}", name="Công an tỉnh Ví Dụ", province="Đắk Lắk", province_2025="Đắk Lắk",
    hosts=("{slug}.example",), home="http://{slug}.example/", evidence="seen",
    article=r"/[a-z0-9-]+/[a-z0-9-]+-\\d+\\.html", sections=("/{first}/", "/{second}/"),
)
"""


class Proxy:
    """Hands what is asked of a host to that host's portal."""

    def __init__(self, hosts: dict[str, Portal]) -> None:
        self._hosts = hosts

    def respond(
        self, method: str, target: str, headers: dict[str, str], body: bytes = b""
    ) -> Answer:
        host, slash, path = target.removeprefix("http://").partition("/")
        return self._hosts[host].respond(method, slash + path, {**headers, "host": host}, body)


@pytest.fixture
def two_sites(tmp_path: Path) -> Iterator[tuple[dict[str, Portal], dict[str, str]]]:
    """Two portals whose site files are in the registry of the processes run with this environment."""
    hosts = {f"{slug}.example": portal("nukeviet", articles=9) for slug in ("mot", "hai")}
    folder, start = tmp_path / "registry", tmp_path / "start"
    folder.mkdir()
    start.mkdir()
    for slug in ("mot", "hai"):
        text = _SITE.format(slug=slug, first=SECTIONS[0], second=SECTIONS[1])
        (folder / f"{slug}.py").write_text(text)
    (start / "sitecustomize.py").write_text(
        f"import newsarchive.sites\nnewsarchive.sites.__path__.append({str(folder)!r})\n"
    )
    with serve(Proxy(hosts)) as base:
        yield hosts, environment(PYTHONPATH=str(start), http_proxy=base)


def test_lists_that_a_site_file_declares_are_asked(tmp_path: Path) -> None:
    class Silent(JsonGet):
        """Hà Nội's interface, on a portal whose pages name it nowhere."""

        def pager(self, portal: Invented, section: str, number: int, last: int) -> str:
            return ""

    crawled = Invented("dnn", Silent(), articles=60)
    lists = tuple(str(300 + n) for n in range(len(crawled.sections)))
    text = _SITE.format(slug="mot", first="a", second="b").replace(
        'sections=("/a/", "/b/"),',
        f'calls=Calls(url="/DesktopModules/cmsview/api/NewsContent/listnew?ModuleId={{list}}'
        f'&PageIndex=1", lists={lists!r}),',
    )
    text = text.replace("import Layout", "import Calls, Layout").replace(r"\.html", "")
    folder, start = tmp_path / "registry", tmp_path / "start"
    folder.mkdir()
    start.mkdir()
    (folder / "mot.py").write_text(text)
    (start / "sitecustomize.py").write_text(
        f"import newsarchive.sites\nnewsarchive.sites.__path__.append({str(folder)!r})\n"
    )
    with serve(Proxy({"mot.example": crawled})) as base:  # type: ignore[dict-item]
        done = subprocess.run(
            command("crawl", "mot", "--db", tmp_path / "a.db", "--delay", 0, "--concurrency", 4),
            capture_output=True, text=True, check=False,
            env=environment(PYTHONPATH=str(start), http_proxy=base),
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert titles(tmp_path / "a.db") == crawled.titles()


def test_a_site_file_says_how_its_host_is_spoken_to() -> None:
    site = get("daklak")
    assert host_settings(site) == {}
    assert host_settings(dataclasses.replace(site, tls="legacy")) == LEGACY_TLS
    assert targets.of_slug("daklak").tls is None


def test_scrapy_crawl_does_what_the_command_does(
    two_sites: tuple[dict[str, Portal], dict[str, str]], tmp_path: Path
) -> None:
    hosts, env = two_sites
    env |= {"SCRAPY_SETTINGS_MODULE": "newsarchive.crawl.settings"}
    ours, theirs = tmp_path / "ours.db", tmp_path / "theirs.db"
    pace = ("--delay", 0, "--concurrency", 4)
    done = subprocess.run(
        command("crawl", "mot", "--db", ours, *pace),
        capture_output=True, text=True, env=env, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    first = sorted(asked(hosts["mot.example"]))
    hosts["mot.example"].requests.clear()
    scrapy = subprocess.run(
        [
            sys.executable, "-m", "scrapy", "crawl", "mot", "-s", f"NEWSARCHIVE_DB={theirs}",
            "-s", "DOWNLOAD_DELAY=0",
        ],
        capture_output=True, text=True, env=env, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert scrapy.returncode == 0, scrapy.stderr
    assert sorted(asked(hosts["mot.example"])) == first
    assert "/" not in first  # the sections are declared

    def summary(text: str) -> str:
        return text.splitlines()[-1].rpartition("(")[0]

    assert summary(scrapy.stdout) == summary(done.stdout)
    assert "new 6, changed 0, unchanged 0, failed 0 " in done.stdout
    sql = f"SELECT key, site, {', '.join(FIELDS)} FROM articles ORDER BY key"
    assert rows(ours, sql) == rows(theirs, sql)
    assert {site for _, site, *_ in rows(ours, sql)} == {"mot"}


def test_several_sites_are_crawled_at_once(
    two_sites: tuple[dict[str, Portal], dict[str, str]], tmp_path: Path
) -> None:
    hosts, env = two_sites
    db = tmp_path / "a.db"
    done = subprocess.run(
        command("crawl", "mot", "hai", "mot", "--db", db, "--delay", 0.3),
        capture_output=True, text=True, env=env, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(line.split(":")[0] for line in done.stdout.splitlines()) == ["hai", "mot"]
    assert rows(db, "SELECT site, count(*) FROM articles GROUP BY site") == [("hai", 6), ("mot", 6)]
    spans = []
    for crawled in hosts.values():
        times = [request.at for request in crawled.requests]
        # Each host at its own pace; a busy machine may notice a request a little late.
        assert min(b - a for a, b in pairwise(times)) > 0.27
        assert times[-1] - times[0] > 0.29 * (len(times) - 1)
        spans.append((times[0], times[-1]))
    (a, b), (c, d) = spans
    assert max(a, c) < min(b, d)  # at once
    warcs = {
        name.rpartition("-20")[0] for (name,) in rows(db, "SELECT DISTINCT warc FROM captures")
    }
    assert warcs == {"mot", "hai"}
