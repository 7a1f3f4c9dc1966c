"""Portals whose pages only a browser shows: driven by the system's Chromium, over real HTTP."""

from __future__ import annotations

import dataclasses
import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from crawl_cases import command, crawl, environment, rows, titles
from portals import Portal
from warcio.archiveiterator import ArchiveIterator

from newsarchive.crawl.browser import CHROMIUM, browser_settings, is_foreign
from newsarchive.crawl.loader import host_settings
from newsarchive.demo.answer import Answer, page
from newsarchive.demo.server import serve
from newsarchive.errors import CallError
from newsarchive.sites import get

MISSING = not any(map(shutil.which, CHROMIUM)) or find_spec("scrapy_playwright") is None
if MISSING and os.environ.get("CI") != "true":
    pytest.skip(
        "no browser: apt-get install chromium; pip install 'newsarchive[browser]'",
        allow_module_level=True,
    )

SHOW = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>Công an</title></head><body>
<div id="all"></div><img src="/anh-lon.jpg"><script src="http://127.0.0.2:9/theo-doi.js"></script>
<script>document.getElementById("all").innerHTML = decodeURIComponent(escape(atob("{}")));</script>
</body></html>"""


class Scripted:
    """A portal that writes each of its pages by a script."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def respond(
        self, method: str, target: str, headers: dict[str, str], body: bytes = b""
    ) -> Answer:
        import base64

        answer = self.portal.respond(method, target, headers, body)
        if b"<body" not in answer.body or answer.status != 200:
            return answer
        inner = answer.body.partition(b"<body")[2].partition(b">")[2].rpartition(b"</body>")[0]
        return page(SHOW.format(base64.b64encode(inner).decode()))


def test_a_page_that_a_script_writes_is_archived_as_shown(tmp_path: Path) -> None:
    portal = Portal("nukeviet", "path", articles=8, size=5)
    db = tmp_path / "a.db"
    with serve(Scripted(portal)) as base:
        plain = crawl(f"{base}/", tmp_path / "plain.db")
        portal.requests.clear()
        done = crawl(f"{base}/", db, "--browser", concurrency=2, timeout=120)
    assert plain.returncode == 1  # without a browser nothing is there, and that is said
    assert (done.returncode, done.stderr) == (0, "")
    assert titles(db) == portal.titles()
    assert not [r for r in portal.requests if r.target.endswith(".jpg")]  # pictures are not asked
    agents = {r.user_agent for r in portal.requests}
    assert len(agents) == 1
    assert agents.pop().startswith("newsarchive/")
    shown = set()
    for file in (tmp_path / "a.warc").glob("*.warc.gz"):
        with file.open("rb") as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type == "response":
                    uri = record.rec_headers.get_header("WARC-Target-URI")
                    marked = record.rec_headers.get_header("X-Newsarchive-Rendered")
                    assert (marked == "yes") is not uri.endswith(("/robots.txt", "/sitemap.xml"))
                    shown.add(uri)
    assert len(shown) == rows(db, "SELECT count(DISTINCT url) FROM captures")[0][0]


def asking(url: str, page_url: str, *, kind: str = "script", before: Any = None) -> Any:
    frame = SimpleNamespace(page=SimpleNamespace(url=page_url))
    return SimpleNamespace(url=url, frame=frame, resource_type=kind, redirected_from=before)


@pytest.mark.parametrize(
    ("url", "page_url", "kind", "foreign"),
    [
        ("https://a.vn/x.js", "https://a.vn/tin", "script", False),
        ("https://www.a.vn/x.js", "http://a.vn/tin", "xhr", False),
        ("https://b.vn/x.js", "https://a.vn/tin", "script", True),
        ("https://a.vn:8443/x.js", "https://a.vn/tin", "script", True),
        ("https://b.vn/", "https://a.vn/tin", "document", True),
        ("https://a.vn/1.jpg", "https://a.vn/tin", "image", True),
        ("data:text/css,x", "https://a.vn/tin", "stylesheet", True),
        ("https://a.vn/tin", "about:blank", "document", False),
    ],
)
def test_what_the_browser_asks_besides(url: str, page_url: str, kind: str, foreign: bool) -> None:
    assert is_foreign(asking(url, page_url, kind=kind)) is foreign


def test_a_redirect_to_another_host_is_not_followed() -> None:
    first = asking("https://a.vn/tin", "about:blank", kind="document")
    assert is_foreign(asking("https://b.vn/", "about:blank", kind="document", before=first))
    assert not is_foreign(asking("https://a.vn/x", "about:blank", kind="document", before=first))


def test_a_browser_that_is_missing_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import subprocess

    done = subprocess.run(
        command("crawl", "--url", "http://127.0.0.1:9/", "--browser", "--db", tmp_path / "a.db"),
        capture_output=True, text=True, check=False,
        env=environment(NEWSARCHIVE_CHROMIUM="/nowhere/chromium"),
    )  # fmt: skip
    assert done.returncode == 2
    assert "no browser at /nowhere/chromium: apt-get install chromium" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "a.db").exists()
    monkeypatch.setattr("newsarchive.crawl.browser.find_spec", lambda name: None)
    with pytest.raises(CallError, match=r"pip install 'newsarchive\[browser\]'"):
        browser_settings()


def test_a_site_file_may_want_a_browser() -> None:
    site = dataclasses.replace(get("quangtri"), browser=True)
    handlers = host_settings(site)["DOWNLOAD_HANDLERS"]
    assert "playwright" in handlers["https"]
