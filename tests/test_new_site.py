"""`newsarchive new-site`: what a few pages tell of a portal, and what a person may accept."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import quick
import site_fixtures
from conftest import ROOT
from crawl_cases import article_paths, asked, command, environment, portal
from portals import Portal as Invented
from test_crawl_sites import Proxy

from newsarchive.cli import _survey
from newsarchive.demo.answer import Answer, page
from newsarchive.demo.portal import Portal
from newsarchive.demo.server import serve
from newsarchive.drafting.shapes import shape_of
from newsarchive.errors import CallError

HOST = "congan.vidu.example"
Done = subprocess.CompletedProcess[str]


def draft(portal: Portal | Invented, folder: Path, *args: str, path: Path = ROOT) -> Done:
    with serve(Proxy({HOST: portal})) as base:  # type: ignore[dict-item]
        call = command("new-site", f"http://{HOST}/", "--delay", "0", *args)
        env = environment(http_proxy=base, PYTHONPATH=str(path))
        if path == ROOT:
            return quick.run(call, cwd=folder, env=env)
        return subprocess.run(
            call, capture_output=True, text=True, cwd=folder, check=False, env=env
        )


def pattern_in(folder: Path) -> str:
    text = (folder / "data" / "new-sites" / "vidu" / "vidu.py").read_text(encoding="utf-8")
    match = re.search(r'article=r"(.*)"', text)
    assert match is not None
    return match[1]


@pytest.mark.parametrize("family", ["nukeviet", "wordpress", "mojoportal"])
def test_a_portal_is_drafted_from_a_few_pages(family: str, tmp_path: Path) -> None:
    crawled = portal(family, articles=40)
    done = draft(crawled, tmp_path, "--province", "hoa binh")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(crawled.requests) <= 15
    assert not [t for t in asked(crawled) if t.startswith(crawled.family.disallow)]
    pattern = pattern_in(tmp_path)
    assert all(re.fullmatch(pattern, path) for path in article_paths(crawled))
    lists = [crawled.family.section_path("an-ninh-trat-tu", n) for n in (1, 2)]
    assert not any(re.fullmatch(pattern, path) for path in ("/", *lists))
    text = (tmp_path / "data" / "new-sites" / "vidu" / "vidu.py").read_text(encoding="utf-8")
    assert f'family="{family}"' in text
    assert 'province_2025="Phú Thọ"' in text
    assert "title agrees with the list's on 6 of 6" in done.stdout
    assert "date agrees with the list's on 6 of 6" in done.stdout
    assert re.search(r"^sure +paging: (?:/page-N|/page/N|\?pagenumber=N)$", done.stdout, re.M)


def test_a_portal_without_a_name_is_drafted_and_not_accepted(tmp_path: Path) -> None:
    crawled = portal("nukeviet", articles=20)
    with serve(crawled) as base:
        done = quick.run(
            command("new-site", f"{base}/", "--delay", "0"), cwd=tmp_path, env=environment()
        )
    assert (done.returncode, done.stderr) == (0, "")
    folder = tmp_path / "data" / "new-sites" / "portal"
    assert 'hosts=("portal.invalid",)' in (folder / "portal.py").read_text(encoding="utf-8")
    site = _survey.drafted(folder, "portal")
    assert site is not None
    with pytest.raises(CallError, match="name the portal's"):
        _survey.accept(folder, tmp_path, site)


def test_numbers_in_the_query_are_found(tmp_path: Path) -> None:
    crawled = Invented("sharepoint", "postback", articles=60, size=5)
    done = draft(crawled, tmp_path, "--slug", "vidu")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "data" / "new-sites" / "vidu" / "vidu.py").read_text(encoding="utf-8")
    assert 'id_params=("itemid",)' in text
    assert "province=None" in text
    pattern = pattern_in(tmp_path)
    assert all(re.fullmatch(pattern, crawled.address(n)) for n in crawled.numbers)
    assert "paging: by a form" in done.stdout


def test_what_no_shape_tells_apart_is_not_known(tmp_path: Path) -> None:
    crawled = Invented("drupal", "query", articles=60)
    done = draft(crawled, tmp_path)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "data" / "new-sites" / "vidu" / "vidu.py").read_text(encoding="utf-8")
    if "article=" not in text:
        assert re.search(r"^not known +shape of article addresses: ", done.stdout, re.M)


def test_an_accepted_site_is_registered_and_tested(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    ignore = shutil.ignore_patterns("__pycache__", "pages", "*.db")
    for name in ("newsarchive", "spiders", "tests", "docs"):
        shutil.copytree(ROOT / name, checkout / name, ignore=ignore)
    crawled = portal("nukeviet", articles=40)
    accept = ("--province", "Hòa Bình", "--accept")
    assert draft(crawled, checkout, *accept[:2], path=checkout).returncode == 0
    drafted = checkout / "data" / "new-sites" / "vidu" / "vidu.py"
    mended = drafted.read_text(encoding="utf-8").replace(
        "    family=", "    active=True,\n    family="
    )
    drafted.write_text(mended, encoding="utf-8")
    crawled.requests.clear()
    done = draft(crawled, checkout, *accept, path=checkout)
    assert done.returncode == 0, done.stderr
    assert crawled.requests == []  # the draft is accepted as a person left it
    assert (checkout / "newsarchive" / "sites" / "vidu.py").read_text(encoding="utf-8") == mended
    assert "accepted: newsarchive/sites/vidu.py" in done.stdout
    assert "accepted: tests/pages/sites/vidu" in done.stdout
    assert "(`vidu`)" in (checkout / "docs" / "provinces.md").read_text(encoding="utf-8")
    env = environment(PYTHONPATH=str(checkout))
    listed = subprocess.run(
        command("sites"), capture_output=True, text=True, cwd=checkout, env=env, check=False
    )
    assert f"vidu\tCông an tỉnh Hòa Bình\tHòa Bình\tPhú Thọ\t{HOST}\tseen" in listed.stdout
    code = "import site_fixtures as s; print(s.check(s.FOLDER / 'vidu'))"
    env = environment(PYTHONPATH=f"{checkout}:{checkout / 'tests'}")
    held = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=checkout, env=env,
        check=False,
    )  # fmt: skip
    assert held.stdout == "3\n", held.stderr
    text = (checkout / "newsarchive" / "sites" / "vidu.py").read_text(encoding="utf-8")
    assert 10 <= text.count("\n") <= 40
    drafted.write_text("SITE = 1", encoding="utf-8")
    again = draft(crawled, checkout, *accept, path=checkout)
    assert again.returncode == 2
    assert "already" in again.stderr


def test_every_site_with_a_fixture_is_held_to_it() -> None:
    for folder in sorted(site_fixtures.FOLDER.glob("*")):
        assert site_fixtures.check(folder) >= 2


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["https://congan.daklak.gov.vn/"], 2, "registered already: it is a host of 'daklak'"),
        (["congan.vidu.example"], 2, "did you mean"),
        ([f"http://{HOST}/", "--province", "Hoa Binhh"], 2, "did you mean Hòa Bình"),
        ([f"http://{HOST}/", "--slug", "daklak"], 2, "there is such a site already"),
        ([f"http://{HOST}/", "--accept"], 2, "works in a checkout"),
    ],
)
def test_wrong_calls(args: list[str], code: int, said: str, tmp_path: Path) -> None:
    done = quick.run(command("new-site", *args), cwd=tmp_path, env=environment())
    assert done.returncode == code
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (page("<html><body><h1>Xin chào</h1><p>Trang đang xây dựng.</p></body></html>"), "no news"),
        (page("", 500), "answered 500"),
    ],
)
def test_what_is_no_portal_is_said(answer: Answer, said: str, tmp_path: Path) -> None:
    crawled = portal("nukeviet", articles=6)
    crawled.override["/"] = answer
    done = draft(crawled, tmp_path)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()


def test_what_robots_txt_forbids_is_not_asked(tmp_path: Path) -> None:
    crawled = portal("nukeviet", articles=6)
    crawled.override["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /\n")
    done = draft(crawled, tmp_path)
    assert done.returncode == 1
    assert "robots.txt forbids" in done.stderr
    assert asked(crawled) == ["/robots.txt"]


@pytest.mark.parametrize(
    ("articles", "lists", "fits", "not_fits"),
    [
        (["/an-ninh/bat-nhom-12.html", "/tin/a-7.html", "/tin/vu-an-9.html"], ["/tin/", "/tin/page-2"],
         ["/x/khac-123.html"], ["/tin/khac.html", "/tin/page-3"]),
        (["/1-mot.html", "/22-hai.html", "/3-ba.html"], ["/tin.html"], ["/4-bon.html"], ["/bon.html"]),
        (["/a/2024/12", "/b/2024/13", "/a/2023/1"], ["/a/"], ["/c/2022/7"], ["/a/2022"]),
        (["/Tin_Tuc/Mot-1", "/Tin/Hai-2", "/Tin/Ba-3"], ["/Tin/"], ["/X_Y/Z-9"], ["/Tin/Z"]),
    ],
)  # fmt: skip
def test_shapes(
    articles: list[str], lists: list[str], fits: list[str], not_fits: list[str]
) -> None:
    base = "https://congan.vidu.example"
    shape = shape_of([base + path for path in articles], [base + path for path in lists])
    assert shape.pattern is not None
    assert shape.fits == len(articles)
    for path in (*articles, *fits):
        assert re.fullmatch(shape.pattern, urlsplit(path).path), path
    for path in (*lists, *not_fits):
        assert not re.fullmatch(shape.pattern, path), path


def test_shapes_that_tell_nothing() -> None:
    base = "https://congan.vidu.example"
    slugs = [f"{base}/{name}" for name in ("mot-tin", "hai-tin", "ba-tin")]
    assert shape_of(slugs, [f"{base}/an-ninh"]).pattern is None
    assert shape_of(slugs[:2], []).pattern is None
    mixed = [f"{base}/a-1.html", f"{base}/b", f"{base}/3-c"]
    assert shape_of(mixed, []).pattern is None
