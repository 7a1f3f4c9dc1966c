"""What a page does in the browser to get out of its crawl: over real HTTP, in the system's Chromium."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
from crawl_cases import asked, portal, rows, titles
from gate_browser_cases import Escaping, udp
from gate_cases import decoy
from internet import Internet

from newsarchive.crawl.browser import CHROMIUM
from newsarchive.demo.server import serve

MISSING = not any(map(shutil.which, CHROMIUM)) or find_spec("scrapy_playwright") is None
if MISSING and os.environ.get("CI") != "true":
    pytest.skip(
        "no browser: apt-get install chromium; pip install 'newsarchive[browser]'",
        allow_module_level=True,
    )


def test_no_page_leads_the_browser_away(tmp_path: Path) -> None:
    shown = portal(articles=2, page_size=5)
    escaping = Escaping(shown)
    with decoy() as trap, udp() as packets, serve(escaping) as base:
        escaping.there = f"http://127.0.0.1:{trap.port}"
        escaping.udp = packets.getsockname()[1]
        port = base.rpartition(":")[2]
        # The browser knows the name by us alone, and where it was when it was looked at.
        net = Internet(
            decoy=("127.0.0.1", trap.port),
            names={"portal.example": [["127.0.0.1"], ["127.0.0.2"]]},
        )
        net.listens(base, int(port), at="127.0.0.1")
        done, log = net.run(
            tmp_path, "crawl", "--url", f"http://portal.example:{port}/", "--db", "a.db",
            "--delay", 0, "--concurrency", 2, "--browser", HTTP_PROXY=f"127.0.0.1:{trap.port}",
            NO_PROXY="portal.example",
        )  # fmt: skip
        with pytest.raises(BlockingIOError):
            packets.recv(100)
    db = tmp_path / "a.db"
    assert trap.met == []
    assert titles(db) == sorted(s.title for s in shown.stories), done.stderr
    assert (
        f"/tin-dan-di: redirects to another host, {escaping.there}/x (if the portal" in done.stderr
    )
    assert {"/tin-thu-1", "/tin-thu-2"} <= set(asked(shown))
    assert sum(line[:2] == ["lookup", "portal.example"] for line in log) == 1
    for (url,) in rows(db, "SELECT url FROM captures UNION SELECT url FROM articles"):
        assert url.startswith(f"http://portal.example:{port}/")
