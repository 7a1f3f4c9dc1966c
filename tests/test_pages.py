"""The one driver of all page fixtures: a page with its gold beside it is a case."""

from __future__ import annotations

import html
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import SHARED
from gold import compare, gold_path, load, report

import newsarchive

PAGES = Path(__file__).parent / "pages"
# A page under ../shared whose field is known not to be read as its gold says, and why.
LIMITS = {
    ("cms/", "modified"): (
        "the gold is what went into the CMS: null is right where the page shows no such day"
    ),
}
HAIDUONG_URL = "https://congan.haiduong.example/nhieu-dia-phuong-to-chuc-ngay-hoi"


def own(folder: str) -> list[Any]:
    """The cases of one folder of ours: every file that has a gold beside it."""
    files = sorted(p for p in (PAGES / folder).glob("*.*") if p.suffix != ".json")
    return [pytest.param(p, id=f"{folder}/{p.name.split('.')[0]}") for p in files]


def neighbours(*folders: str) -> list[str]:
    """Names of the pages under ../shared/pages; one empty name (a skip) where it is missing."""
    pages = SHARED / "pages"
    found = [p for f in folders for p in sorted((pages / f).glob("**/*.html.gz"))]
    return [str(p.relative_to(pages)).removesuffix(".html.gz") for p in found] or [""]


def read(content: bytes | str, url: str | None) -> dict[str, Any]:
    """The article as `newsarchive parse` prints it."""
    return newsarchive.parse(content, url).to_json()


@pytest.mark.parametrize("page", own("articles") + own("dumps"))
def test_page_is_read_as_its_gold_says(page: Path) -> None:
    content, gold = load(page)
    differences = compare(read(content, gold["url"]), gold)
    assert not differences, report(differences)


@pytest.mark.parametrize("page", own("refused"))
def test_page_that_is_no_article_is_refused_with_its_reason(page: Path) -> None:
    gold = json.loads(gold_path(page).read_text(encoding="utf-8"))
    with pytest.raises(newsarchive.NotAnArticle) as refusal:
        newsarchive.parse(page.read_bytes(), gold.get("url"))
    assert gold["reason_contains"].lower() in refusal.value.reason.lower()


@pytest.mark.parametrize("name", neighbours("news", "cms", "listings", "not-articles"))
def test_neighbouring_page(name: str, shared: Path) -> None:
    content, gold = load(shared / "pages" / f"{name}.html.gz")
    if "error" in gold or "articles" in gold:
        with pytest.raises(newsarchive.NotAnArticle):
            newsarchive.parse(content, gold["url"])
        return
    got = read(content, gold["url"])
    differences = [
        d for d in compare(got, gold) if not within_limits(name, d[0], got, content, gold)
    ]
    assert not differences, report(differences)


def within_limits(name: str, field: str, got: dict[str, Any], content: bytes, gold: Any) -> bool:
    """Whether a wrong field is one of the LIMITS, and is wrong in no other way than said there."""
    if not any(name.startswith(start) and field == at for start, at in LIMITS):
        return False
    return got[field] is None and not shows_day(content, datetime.fromisoformat(gold[field]))


def shows_day(content: bytes, stamp: datetime) -> bool:
    """Whether the page holds the day of `stamp`, in Vietnam's time or in UTC."""
    days = (stamp, stamp.astimezone(UTC))
    return any(d.strftime(f).encode() in content for d in days for f in ("%d/%m/%Y", "%Y-%m-%d"))


# The dump of Hải Dương's page, and the same page as the mojoPortal skin would have served it.


def haiduong_lines(shared: Path) -> list[str]:
    text = (shared / "sources" / "haiduong-2022-08-22.txt").read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip()]


def haiduong_gold(lines: list[str], pictures: list[str | None]) -> dict[str, Any]:
    """What both forms must give; the lines are taken by their place in the dump."""
    captions = [lines[5], lines[7], lines[11]]
    return {
        "url": None,
        "title": "Nhiều địa phương tổ chức ngày hội toàn dân bảo vệ ANTQ",
        "published": "2022-08-22T10:11:00+07:00",
        "published_text": "Thứ Hai 22/08/2022 10:11",
        "modified": None,
        "section": None,
        "lead": lines[4],
        "byline": "Văn Tú",
        "source": None,
        "paragraphs": [lines[i] for i in (6, 8, 9, 10, 12)],
        "images": [
            {"url": u, "caption": c, "credit": None}
            for u, c in zip(pictures, captions, strict=True)
        ],
        "tags": [],
    }


def as_mojoportal(lines: list[str]) -> str:
    """The dump's lines in the older mojoPortal article skin, furniture and all."""
    picture = (
        '<p style="text-align: center;"><img alt="" src="/Data/Sites/1/media/ngay-hoi-{n}.jpg" '
        'style="width: 600px;" /></p>\n<p style="text-align: center;">{caption}</p>'
    )
    body, number = [], 0
    for place, line in enumerate(lines[5:13], start=5):
        if place in (5, 7, 11):
            number += 1
            body.append(picture.format(n=number, caption=html.escape(line)))
        else:
            body.append(f'<p style="text-align: justify;">{html.escape(line)}</p>')
    return f"""<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml"><head id="ctl00_Head1"><meta charset="utf-8" />
<title>{lines[1]} - Công an tỉnh</title></head><body class="pagebody">
<form method="post" action="./bai-viet" id="aspnetForm">
<div class="aspNetHidden"><input type="hidden" name="__VIEWSTATE" value="/wEPDwUKLTk5" /></div>
<div class="topbar"><span class="date-time">{lines[0]}</span>
<ul class="menu"><li><a href="/">Trang chủ</a></li><li><a href="/gioi-thieu">Giới thiệu</a></li>
<li><a href="/tin-tuc">Tin tức</a></li><li><a href="/lien-he">Liên hệ</a></li></ul></div>
<div id="ctl00_divCenter" class="center-rightmargin cmszone">
<div class="panelwrapper articleview"><div class="modulecontent">
<div class="articlecenter-rightnav"><div class="header-article">
<h2 class="articletitle">{html.escape(lines[1])}&nbsp;<a class="ModuleEditLink"></a></h2>
<img src="/Data/Images/special/post-clock.png" alt="" />
<span class="post-date-article contentdes">{lines[2]}</span>
<span class="wvag">{lines[3]} <i class="fa fa-font" onclick="fontMinus()"></i>
<i class="fa fa-font fa-2x" onclick="fontPlus()"></i></span></div>
<div id="article_Summary">{html.escape(lines[4])}</div>
<div class="articletext" id="article_text">
{chr(10).join(body)}
<p style="text-align: right;"><strong>{lines[13]}</strong></p>
</div>
<div class="contentNews__Other"><div class="divorthertitle">{lines[14]}</div>
<ul class="ulArticleOrther" id="ShowArticleOrther"></ul><div class="Pager"></div></div>
</div></div></div></div>
<div class="footer"><p>Trang thông tin điện tử Công an tỉnh. Giấy phép số 12/GP-TTĐT ngày
15/03/2019</p><p>Lượt truy cập: 1.234.567</p></div></form></body></html>"""


def test_dump_of_haiduong_is_read_exactly(shared: Path) -> None:
    path = shared / "sources" / "haiduong-2022-08-22.txt"
    lines = haiduong_lines(shared)
    got = read(path.read_bytes(), None)
    differences = compare(got, haiduong_gold(lines, [None, None, None]))
    assert not differences, report(differences)
    assert got["lead"].startswith("Vừa qua trong tháng 8.2022, ")
    assert not any(lines[0] in text or lines[3] in text for text in texts_of(got))


def test_haiduong_as_a_mojoportal_page_is_read_exactly(shared: Path) -> None:
    lines = haiduong_lines(shared)
    base = HAIDUONG_URL.rsplit("/", 1)[0]
    pictures: list[str | None] = [f"{base}/Data/Sites/1/media/ngay-hoi-{n}.jpg" for n in (1, 2, 3)]
    got = read(as_mojoportal(lines).encode(), HAIDUONG_URL)
    differences = compare(got, haiduong_gold(lines, pictures))
    assert not differences, report(differences)
    assert not any(lines[0] in text or lines[3] in text for text in texts_of(got))


def texts_of(got: dict[str, Any]) -> list[str]:
    """Every text of an article, to look for what must stand nowhere in it."""
    captions = [i["caption"] or "" for i in got["images"]]
    return [got["title"], got["lead"] or "", got["byline"] or "", *got["paragraphs"], *captions]


# The judge itself: a driver that could not fail would prove nothing.

JUDGED = {
    "title": "Bắt hai đối tượng trộm xe",
    "published": "2023-05-04T08:30:00+07:00",
    "published_text": None,
    "modified": None,
    "section": None,
    "lead": "Tóm tắt",
    "byline": "Văn Khải",
    "source": None,
    "paragraphs": ["Một.", "Hai."],
    "images": [{"url": "https://a.example/1.jpg", "caption": "Tang vật", "credit": "V.K"}],
    "tags": ["trộm cắp", "an ninh"],
}


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("title", "Bắt hai đối tượng"),
        ("published", "2023-05-04T08:31:00+07:00"),
        ("published", "2023-05-04"),
        ("modified", "2023-05-05"),
        ("lead", None),
        ("byline", "Văn"),
        ("source", "Báo"),
        ("paragraphs", ["Một. Hai."]),
        ("paragraphs", ["Hai.", "Một."]),
        ("images", []),
        ("images", [{"url": "https://a.example/2.jpg", "caption": "Tang vật", "credit": "V.K"}]),
        ("images", [{"url": "https://a.example/1.jpg", "caption": None, "credit": "V.K"}]),
        ("images", [{"url": "https://a.example/1.jpg", "caption": "Tang vật", "credit": None}]),
        ("tags", ["trộm cắp"]),
        ("tags", ["trộm cắp", "an ninh", "an ninh"]),
        ("paragraphs", ["Một.", "Hai\u200b."]),
    ],
)
def test_judge_sees_a_wrong_field(field: str, wrong: Any) -> None:
    assert compare(JUDGED, JUDGED) == []
    fields = {d[0].split("[")[0] for d in compare({**JUDGED, field: wrong}, JUDGED)}
    assert fields & {field, "form"}


def test_judge_takes_a_credited_caption_with_and_without_its_credit() -> None:
    credited = {"url": None, "caption": "Tang vật. Ảnh: Lâm", "credit": "Lâm"}
    gold = {**JUDGED, "images": [credited]}
    for caption in ("Tang vật. Ảnh: Lâm", "Tang vật.", "Tang vật"):
        assert compare({**JUDGED, "images": [{**credited, "caption": caption}]}, gold) == []
    assert compare({**JUDGED, "images": [{**credited, "caption": "Ảnh: Lâm"}]}, gold)


def test_the_weekday_that_judged_between_two_dates_is_said_in_the_origins() -> None:
    content, gold = load(PAGES / "articles" / "date-weekday-confirms-machine.html")
    article = newsarchive.parse(content, gold["url"])
    assert article.published is not None
    assert article.origins["published"].endswith("+weekday")
