"""What the tests of the desk's pages share: an archive with a bit of everything, a server, a browser.

A test file has fixtures of its own in three lines each:

    @pytest.fixture(scope="module")
    def desk(tmp_path_factory): with serving(build(tmp_path_factory.mktemp("desk") / "kho.db")) as at: yield at
    @pytest.fixture(scope="module")
    def chromium(): with browser() as one: yield one

and looks at a page so, in each of VIEWS:

    with looking(chromium, desk, "/tim-kiem?q=ma+tuy", view) as page: ...

which fails, at its end, if the page wrote an error to the console or asked anybody else, if it is
wider than its window, or if axe-core finds something serious. With NEWSARCHIVE_SHOTS=FOLDER the
page's picture is put there.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

from archive_cases import capture
from conftest import missing
from witnesses import axe_core

from newsarchive.archive import Archive
from newsarchive.archive.rounds import Told
from newsarchive.archive.withhold import named, withhold
from newsarchive.errors import CallError
from newsarchive.model import Article, Image
from newsarchive.sites import Site
from newsarchive.urls import key as url_key

NOW = "2026-03-28T07:05:00Z"
SEEN = "2026-03-20T01:00:00Z"
# A word that withheld articles alone hold: no page may show it.
WITHHELD = "zyxwvu"
HOSTILE = "</title></style><script>document.title='owned'</script>\"'><img src=//evil.test/x onerror=alert(1)>"
# slug, name, province until July 2025 and since, first year, articles.
SITES = (
    ("songtruc", "Công an tỉnh Sông Trúc", "Sông Trúc", "Sông Trúc", 2012, 120),
    ("dakmo", "Công an tỉnh Đắk Mơ", "Đắk Mơ", "Sông Trúc", 2014, 70),
    ("vanhai", "Công an thành phố Vạn Hải", "Vạn Hải", "Vạn Hải", 2016, 60),
    ("khelam", "Công an tỉnh Khe Lâm", "Khe Lâm", "Vạn Hải", 2019, 30),
    ("honmuoi", "Công an tỉnh Hòn Muối", "Hòn Muối", "Hòn Muối", 2021, 20),
    ("baonganh", "Báo Công an Ngành", None, None, 2023, 12),
)
_SECTIONS = ("An ninh trật tự", "Phòng chống tội phạm", "Người tốt việc tốt", "Cải cách hành chính")
_BYLINES = ("Hoàng Anh - Thu Hà", "Văn Tú", "Minh Đức", "Ngọc Bích", None)
_TITLES = (
    "Triệt phá đường dây đánh bạc qua mạng tại {place}",
    "Bắt quả tang nhóm đối tượng mua bán ma túy ở {place}",
    "Trao lại chiếc ví cho người đánh rơi ở {place}",
    "Công an {place} tuyên truyền phòng chống lừa đảo trên không gian mạng",
    "Khởi tố vụ án trộm cắp tài sản tại {place}",
    "Cứu người đuối nước trong đêm mưa lũ ở {place}",
    "Hoà giải thành công vụ tranh chấp đất đai kéo dài tại {place}",
    "Cấp căn cước lưu động cho người già yếu ở {place}",
    "Xử lý nghiêm vi phạm nồng độ cồn dịp cuối tuần tại {place}",
)
_PLACES = ("huyện Suối Mơ", "xã Đồng Bắc", "phường Bến Trăng", "thị xã Đá Vàng", "thôn Hoà Thịnh")
_BODY = (
    "Ngày hôm qua, lực lượng chức năng {place} phối hợp các đơn vị nghiệp vụ kiểm tra và lập biên bản vụ việc.",
    "Bước đầu, nhóm đối tượng khai nhận đã nhiều lần đánh bạc, cá độ bóng đá với số tiền hàng trăm triệu đồng.",
    "Tại hiện trường, tổ công tác thu giữ nhiều tang vật có liên quan, trong đó có điện thoại di động và tiền mặt.",
    "Cơ quan Cảnh sát điều tra Công an tỉnh đang củng cố hồ sơ để xử lý theo quy định của pháp luật.",
    "Quần chúng nhân dân khi phát hiện dấu hiệu vi phạm cần báo ngay cho công an nơi gần nhất.",
    "Đây là hoạt động thiết thực, góp phần giữ vững an ninh trật tự trên địa bàn trong dịp cao điểm.",
)


@dataclass(frozen=True)
class View:
    """How a page is looked at."""

    language: str = "vi"
    width: int = 1280
    scheme: str = "light"
    scripts: bool = True

    def __str__(self) -> str:
        return f"{self.language}-{self.width}-{self.scheme}"


VIEWS = (
    View("vi", 1280, "light"),
    View("en", 1280, "dark"),
    View("vi", 360, "dark"),
    View("en", 360, "light"),
)


def build(path: Path) -> Path:
    """An archive at `path`: six portals of five provinces, twelve years, every fate of an article.

    Some articles are edited, gone, withheld, without a date, without a byline; one is all hostile
    strings. The same at each call. Returns the path.
    """
    chance = random.Random(7)
    with Archive.open(path) as archive:
        for slug, name, before, after, first, many in SITES:
            archive.register_site(
                Site(slug=slug, name=name, province=before, province_2025=after,
                     hosts=(f"{slug}.example.vn",), evidence="guessed")
            )  # fmt: skip
            for number in range(1, many + 1):
                put(archive, _article(chance, slug, first, number, many))
        _fates(archive)
        archive.set_told(
            [("honmuoi", Told("silent", "nothing new for 40 days", "2026-03-10T01:00:00Z")),
             ("khelam", Told("unreachable", "no answer since Monday", "2026-03-23T01:00:00Z")),
             ("vanhai", Told("well", "", "2026-03-01T01:00:00Z"))]
        )  # fmt: skip
    return path


def _article(chance: random.Random, slug: str, first: int, number: int, many: int) -> Article:
    start = datetime(first, 3, 1)
    end = datetime(2026, 2, 10) if slug == "honmuoi" else datetime(2026, 3, 28)
    share = (number / many) ** 0.6  # more and more of them
    when = start + (end - start) * share - timedelta(minutes=chance.randrange(30, 2000))
    place = chance.choice(_PLACES)
    host = f"https://{slug}.example.vn"
    paragraphs = chance.sample(_BODY, 4)
    published = f"{when:%Y-%m-%dT%H:%M}:00+07:00"
    return Article(
        title=chance.choice(_TITLES).format(place=place),
        url=f"{host}/tin-tuc/bai-viet-{number}.html",
        site=slug,
        published=None if number % 31 == 0 else published,
        published_text=f"{when:%d/%m/%Y %H:%M}",
        section=chance.choice(_SECTIONS),
        lead=f"Sáng {when.day}/{when.month}, Công an {place} cho biết kết quả ban đầu của vụ việc.",
        byline=chance.choice(_BYLINES),
        paragraphs=tuple(each.format(place=place) for each in paragraphs),
        images=(
            Image(
                url=f"{host}/anh/{number}.jpg",
                caption=f"Tang vật thu giữ tại {place}",
                credit="Minh Đức",
            ),
        )
        if number % 3
        else (),
        tags=("an ninh", "trật tự"),
        origins={"title": "h1", "published": "near-title", "byline": "story-end"},
    )


def put(archive: Archive, article: Article, seen: str = SEEN) -> int:
    """Store an article as if fetched then; return its id."""
    assert article.url
    assert article.site
    number = archive._rows("SELECT count(*) FROM captures")[0][0] + 1
    kept = archive.add_capture(capture(number, url=article.url, site=article.site, fetched=seen))
    archive.store(
        article, site=article.site, key=url_key(article.url), url=article.url, capture=kept,
        seen=seen, parser="1",
    )  # fmt: skip
    found = archive._rows("SELECT article FROM urls WHERE url = ?", (article.url,))
    return int(found[0][0])


def _fates(archive: Archive) -> None:
    """What became of some of the articles since; every kind of thing that can."""
    chance = random.Random(11)
    for number in (3, 9, 27):
        first = _article(chance, "songtruc", 2012, number, 120)
        for day, more in (
            ("21", "Tin được bổ sung."),
            ("23", "Toà soạn xin đính chính tên địa danh."),
        ):
            edited = replace(
                first,
                title=f"{first.title} (cập nhật {day}/3)",
                paragraphs=(*first.paragraphs, more),
            )
            put(archive, edited, f"2026-03-{day}T02:00:00Z")
    for number, day in ((5, "22"), (6, "25")):
        url = f"https://dakmo.example.vn/tin-tuc/bai-viet-{number}.html"
        id = archive._rows("SELECT article FROM urls WHERE url = ?", (url,))[0][0]
        archive.set_gone(id, since=f"2026-03-{day}T03:00:00Z", capture=None)
    out = _article(chance, "vanhai", 2016, 500, 500)
    id = put(
        archive,
        replace(out, title=f"Bài {WITHHELD}", lead=WITHHELD, byline=WITHHELD, section=WITHHELD,
                url=f"https://vanhai.example.vn/{WITHHELD}.html", paragraphs=(WITHHELD,)),
    )  # fmt: skip
    withhold(archive, named(archive, id, ""), reason="x", since=SEEN)
    put(
        archive,
        replace(out, title=f"Bài có mã lạ {HOSTILE}", lead=HOSTILE, byline=f"An {HOSTILE}", section=HOSTILE,
                url="https://vanhai.example.vn/%22%3E%3Cscript%3Ealert(1)%3C/script%3E.html",
                published="2026-03-27T08:00:00+07:00", paragraphs=(HOSTILE, "mã lạ"), tags=(HOSTILE,),
                images=(Image(url="javascript:alert(1)", caption=HOSTILE),)),
    )  # fmt: skip


@contextmanager
def serving(path: Path) -> Iterator[str]:
    """`newsarchive serve` as a process of its own, on the day of NOW; gives its address, no slash."""
    command = [sys.executable, "-m", "newsarchive", "serve", "--db", str(path), "--port", "0"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1", "NEWSARCHIVE_NOW": NOW},
    )  # fmt: skip
    with process:
        try:
            assert process.stdout
            match = re.search(r"(http://127\.0\.0\.1:\d+)/", process.stdout.readline())
            if match is None:
                missing("serve does not start: pip install -e '.[web]'")
            assert match
            Thread(target=process.stdout.read, daemon=True).start()
            yield match[1]
        finally:
            process.kill()


@contextmanager
def browser() -> Iterator[Any]:
    """The system's Chromium, which can ask this machine alone."""
    try:
        from playwright.sync_api import sync_playwright

        from newsarchive.crawl.browser import browser_settings

        options = browser_settings()["PLAYWRIGHT_LAUNCH_OPTIONS"]
    except ImportError:
        missing("playwright is not installed: pip install -e '.[browser]'")
    except CallError as error:
        missing(str(error))
    options["args"] += [
        "--disable-background-networking",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ]
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(**options)
        try:
            yield one
        finally:
            one.close()


@contextmanager
def looking(
    chromium: Any, address: str, path: str, view: View = VIEWS[0], *, shot: str = "", axe: bool = True,
    errors: int = 0,
) -> Iterator[Any]:  # fmt: skip
    """A page in a fresh browser of that view; see the top of this module for what it watches.

    shot: the name of its picture; axe: whether axe-core looks at it, as it is at the end; errors:
    how many failures to load the console may tell (a page of status 404 is one).
    """
    context = chromium.new_context(
        viewport={"width": view.width, "height": 900},
        color_scheme=view.scheme,
        locale={"vi": "vi-VN", "en": "en-GB"}[view.language],
        java_script_enabled=view.scripts,
        accept_downloads=True,
    )
    said: list[str] = []
    asked: list[str] = []
    try:
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address + path)
        yield page
        if shot and (folder := os.environ.get("NEWSARCHIVE_SHOTS")):
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder, f"{shot}-{view}.png"), full_page=True)
        if view.scripts:
            assert fits(page), f"{path} is wider than {view.width}"
            assert page.title() != "owned"
        assert len(said) == errors, said
        foreign = [url for url in asked if not url.startswith((f"{address}/", "data:"))]
        assert not foreign, foreign
        if axe and view.scripts:
            found = hindrances(page)
            assert not found, "\n".join(found)
    finally:
        context.close()


def fits(page: Any) -> bool:
    """Whether a page is no wider than its window."""
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


def hindrances(page: Any) -> list[str]:
    """What axe-core finds that is serious or critical for some readers, a line each."""
    page.evaluate(axe_core())
    found = page.evaluate("axe.run({resultTypes: ['violations']}).then(found => found.violations)")
    return [
        f"{each['id']}: {each['help']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]
