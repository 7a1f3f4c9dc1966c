"""Challenges in place of pages: recognised by their form, asked again a few times, never stored."""

from __future__ import annotations

from pathlib import Path

import pytest
from crawl_cases import article_paths, crawl, portal, rows, titles

from newsarchive.demo.answer import Answer, page
from newsarchive.demo.server import serve
from newsarchive.reader.challenge import challenge

COOKIE = """<html><head><script>document.cookie="D1N=5f0e1c; expires=Fri, 31-Dec-2037; path=/";
window.location.reload(true);</script></head><body></body></html>"""
SLOW_AES = """<html><body><script type="text/javascript" src="/aes.js"></script><script>
function toNumbers(d){var e=[];return e}var a=toNumbers("f655"),b=toNumbers("98");
document.cookie="__test="+toHex(slowAES.decrypt(c,2,a,b))+"; path=/"; location.href="/?i=1";</script>
<noscript>This site requires Javascript to work, please enable Javascript</noscript></body></html>"""
REFRESH = """<html><head><meta http-equiv="refresh" content="1"><script>document.cookie = 'k=' + n();
</script></head><body>Đang kiểm tra kết nối, vui lòng đợi.</body></html>"""
BROWSER = """<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>
<h1>congan.vidu.example</h1><p>Checking your browser before accessing the portal.</p>
<script src="/cdn-cgi/challenge.js"></script></body></html>"""
HUMAN = """<html><body><p>Xác minh bạn là người bằng cách hoàn tất thao tác bên dưới.</p>
<script src="/c.js"></script></body></html>"""


@pytest.mark.parametrize("html", [COOKIE, SLOW_AES, REFRESH, BROWSER, HUMAN])
def test_challenges(html: str) -> None:
    assert challenge(html.encode()) is not None


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<html><head><meta http-equiv='refresh' content='0; url=/trang-chu'></head></html>",
        "<html><body><script>location.href='/vi/'</script></body></html>",
        "<html><body><script>document.cookie='a=1'</script><h1>Đăng nhập</h1></body></html>",
        COOKIE.replace("<body>", "<body>" + "<a href='/tin/1.html'>Tin</a>" * 4),
        COOKIE.replace("<body>", "<body><p>" + "Công an tỉnh thông báo. " * 40),
        "<html><body><p>Just a moment of silence for the victims.</p></body></html>",
        COOKIE + "<!-- " + "x" * 60_000 + " -->",
    ],
)
def test_pages_that_are_none(html: str) -> None:
    assert challenge(html.encode()) is None


@pytest.mark.parametrize("status", [200, 403, 503])
def test_an_article_behind_a_challenge_is_asked_again_and_stays_to_be_asked(
    status: int, tmp_path: Path
) -> None:
    crawled = portal("nukeviet", articles=6)
    db = tmp_path / "a.db"
    hidden = article_paths(crawled)[:2]
    with serve(crawled) as base:
        crawled.override |= {path: page(COOKIE, status) for path in hidden}
        done = crawl(f"{base}/", db)
        tries = [request.target for request in crawled.requests].count(hidden[0])
        crawled.override.clear()
        again = crawl(f"{base}/", db)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1  # once for the host, however many pages it hides
    assert "challenge that wants a browser" in done.stderr
    assert tries == 3
    assert (again.returncode, again.stderr) == (0, "")
    assert len(titles(db)) == 6
    assert rows(db, "SELECT count(*) FROM captures WHERE status = ?", status)[0][0] >= 6


def test_a_list_behind_a_challenge_is_no_quiet_one(tmp_path: Path) -> None:
    crawled = portal("nukeviet", articles=6)
    db = tmp_path / "a.db"
    with serve(crawled) as base:
        crawled.override["/"] = page(BROWSER)
        done = crawl(f"{base}/", db)
    assert done.returncode == 1
    assert "challenge" in done.stderr
    assert rows(db, "SELECT count(*) FROM sections WHERE complete") == [(0,)]
    assert titles(db) == []


def test_robots_txt_behind_a_challenge_allows_nothing(tmp_path: Path) -> None:
    crawled = portal("nukeviet", articles=6)
    with serve(crawled) as base:
        crawled.override["/robots.txt"] = Answer(
            headers={"Content-Type": "text/html"}, body=COOKIE.encode()
        )
        done = crawl(f"{base}/", tmp_path / "a.db")
    assert done.returncode == 1
    assert "robots.txt" in done.stderr
    assert {request.target for request in crawled.requests} == {"/robots.txt"}
