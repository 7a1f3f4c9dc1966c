"""Listings: articles of the main list, next page, sections; over real pages and invented ones."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive import urls
from newsarchive.model import Listing
from newsarchive.reader.anchors import Addresses
from newsarchive.reader.listing import listing_score, read_listing
from newsarchive.reader.paging import split_page
from newsarchive.sites import Site

OWN = Path(__file__).parent / "pages" / "listings"
CMS = [
    f"cms/{family}/listing-{n}" for family in ("joomla", "nukeviet", "wordpress") for n in (1, 2, 3)
]
SHARED = [*CMS, *(f"listings/{name}" for name in ("hanoi-liferay", "nld", "tuoitre", "vietnamnet"))]
HOME = "https://congan.vidu.example/"


def page(folder: Path, name: str) -> tuple[lxml.html.HtmlElement, dict[str, Any]]:
    """A stored page as a tree, and its gold."""
    plain, packed = folder / f"{name}.html", folder / f"{name}.html.gz"
    content = plain.read_bytes() if plain.exists() else gzip.decompress(packed.read_bytes())
    gold = json.loads((folder / f"{name}.json").read_text("utf-8"))
    return lxml.html.document_fromstring(content.decode("utf-8", "replace").strip()), gold


def read(html: str, url: str | None = HOME, *, site: Site | None = None) -> Listing:
    return read_listing(lxml.html.document_fromstring(html), url, site=site)


def item(path: str, title: str, *, summary: str = "") -> str:
    return f'<div class="item"><h3><a href="{path}">{title}</a></h3><p>{summary}</p></div>'


TITLES = (
    "Bắt hai đối tượng trộm cáp điện ở khu công nghiệp",
    "Khai trương điểm cấp căn cước lưu động tại chợ huyện",
    "Cứu ba ngư dân trôi dạt sau đêm bão lớn ngoài khơi",
    "Xử phạt chủ tài khoản đăng tin sai về dịch bệnh",
)
SLUGS = (
    "/an-ninh/bat-hai-doi-tuong-trom-cap-dien-o-khu-cong-nghiep-101.html",
    "/hoat-dong/khai-truong-diem-cap-can-cuoc-luu-dong-tai-cho-huyen-102.html",
    "/an-ninh/cuu-ba-ngu-dan-troi-dat-sau-dem-bao-lon-ngoai-khoi-103.html",
    "/an-ninh/xu-phat-chu-tai-khoan-dang-tin-sai-ve-dich-benh-104.html",
)
LIST = "".join(item(path, title) for path, title in zip(SLUGS, TITLES, strict=True))
WANTED = tuple(f"https://congan.vidu.example{path}" for path in SLUGS)


# Gold pages


@pytest.mark.parametrize("name", SHARED)
def test_gold_of_real_pages(shared: Path, name: str) -> None:
    root, gold = page(shared / "pages", name)
    listing = read_listing(root, gold["url"])
    also = set(gold.get("_also", ())) - set(gold["articles"])
    assert [url for url in listing.articles if url not in also] == gold["articles"]
    assert listing.next == gold["next"]
    assert not set(listing.sections) & set(gold["articles"])


@pytest.mark.parametrize("name", sorted(path.stem for path in OWN.glob("*.json")))
def test_gold_of_families(name: str) -> None:
    root, gold = page(OWN, name)
    listing = read_listing(root, gold["url"])
    alts = {other: url for url, other in gold.get("_alts", {}).items()}
    assert [alts.get(url, url) for url in listing.articles] == gold["articles"]
    assert listing.next == gold["next"]
    assert list(listing.pages) == gold["pages"]
    assert list(listing.sections) == gold["sections"]


@pytest.mark.parametrize(
    ("name", "segment"),
    [("joomla", "an-ninh-trat-tu.html"), ("nukeviet", "an-ninh-trat-tu/"),
     ("wordpress", "category/tin-tuc/an-ninh-trat-tu")],
)  # fmt: skip
def test_real_home_pages_name_their_sections(shared: Path, name: str, segment: str) -> None:
    root, gold = page(shared / "pages/cms" / name, "listing-1")
    sections = read_listing(root, gold["url"]).sections
    assert gold["url"] + segment in sections
    assert len(sections) == 4


def test_home_page_of_many_boxes(shared: Path) -> None:
    root, gold = page(shared / "pages/not-articles", "hanoi-home")
    listing = read_listing(root, gold["url"])
    assert len(listing.articles) >= 30
    assert all("/-/view_content/" in url for url in listing.articles)
    assert listing.next is None
    assert "https://sotttt.hanoi.gov.vn/tin-tuc-su-kien.html" in listing.sections
    assert not any("lien-he" in url or "dang-nhap" in url for url in listing.sections)


def test_a_form_is_no_list(shared: Path) -> None:
    root, gold = page(shared / "pages/not-articles", "csgt-lookup")
    listing = read_listing(root, gold["url"])
    assert listing.articles == ()
    assert listing.next is None
    assert listing.sections


# Articles


def test_an_article_counts_once_however_often_it_is_linked() -> None:
    path, title = SLUGS[0], TITLES[0]
    html = f"""<div class=item><a href="{path}"><img src=a.jpg></a><h3>
    <a href="{path}?utm_source=x">{title}</a></h3><a href="{path}#more">Xem tiếp</a></div>"""
    assert read(html).articles == (WANTED[0],)


@pytest.mark.parametrize(
    "box",
    [
        '<ul class="main-menu">{}</ul>',
        '<div id="footer">{}</div>',
        '<footer>{}</footer>',
        '<aside>{}</aside>',
        '<div class="sidebar-right">{}</div>',
        '<div class="tin-lien-quan">{}</div>',
        '<div class="breadcrumb">{}</div>',
        '<div class="xem-nhieu">{}</div>',
        '<div class="tags">{}</div>',
        '<div class="banner_top">{}</div>',
        '<div><h4>Tin đọc nhiều nhất</h4><ul>{}</ul></div>',
        '<marquee>{}</marquee>',
    ],
)  # fmt: skip
def test_boxes_are_not_the_list(box: str) -> None:
    other = '<li><a href="/doi-song/mot-tin-khac-khong-thuoc-danh-sach-chinh-900.html">Một tin khác không thuộc danh sách chính nào cả</a></li>'
    assert read(f"<main>{LIST}</main>" + box.format(other * 2)).articles == WANTED
    assert read(box.format(other * 2) + f"<div>{LIST}</div>").articles == WANTED


def test_without_a_main_list_the_boxes_beside_it_are_taken() -> None:
    assert read(f'<div class="sidebar">{LIST}</div>').articles == WANTED
    assert read(f'<ul class="main-menu">{LIST}</ul>').articles == ()


def test_bare_titles_outside_the_column_of_a_numbered_list() -> None:
    rich = "".join(
        item(path, title, summary="Tổ công tác đã có mặt tại hiện trường sau mười lăm phút.")
        for path, title in zip(SLUGS[:3], TITLES[:3], strict=True)
    )
    column = f"<td>{rich}<p>1 <a href='/an-ninh?page=2'>2</a></p></td>"
    beside = f"<td><ul><li><a href='{SLUGS[3]}'>{TITLES[3]}</a></li></ul></td>"
    table = "<table><tr>{}</tr></table>"
    url = HOME + "an-ninh"
    assert read(table.format(column + beside), url).articles == WANTED[:3]
    # The same titles in the column are of the list; and a home page, without numbers, has boxes.
    assert read(table.format(column[:-5] + beside[4:]), url).articles == WANTED
    assert read(table.format(f"<td>{rich}</td>" + beside), url).articles == WANTED
    # With a heading or a picture they may be the lead stories of the section.
    lead = f"<td>{item(SLUGS[3], TITLES[3])}</td>"
    assert len(read(table.format(lead + column), url).articles) == 4
    lead = beside.replace("<li>", f"<li><a href='{SLUGS[3]}'><img src=a.jpg></a>")
    assert len(read(table.format(lead + column), url).articles) == 4


@pytest.mark.parametrize(
    "frame",
    ["<body class='has-sidebar menu-open'>{}</body>", "<article class='post tag-menu'>{}</article>",
     "<article><header class=entry-header>{}</header></article>"],
)  # fmt: skip
def test_names_that_say_nothing_of_the_place(frame: str) -> None:
    assert read(frame.format(LIST)).articles == WANTED


def test_short_titles_are_known_by_their_list() -> None:
    short = item("/an-ninh/truy-na-105.html", "Truy nã")
    assert read(LIST + short).articles == (*WANTED, HOME + "an-ninh/truy-na-105.html")
    assert read(short).articles == ()


def test_a_heading_in_the_link_makes_it_a_title() -> None:
    card = "<article><a href='/an-ninh/lu-ve-dem-7.html'>{}<p>6/3</p></a></article>"
    assert read(card.format("<h3>Lũ về trong đêm</h3>")).articles == (
        HOME + "an-ninh/lu-ve-dem-7.html",
    )
    assert read(card.format("<span>Lũ về trong đêm</span>")).articles == ()


def test_addresses_unlike_those_of_the_list_are_left_out() -> None:
    page_ = '<p class="x"><b><a href="/trang/quy-che-tiep-nhan-va-tra-loi-cau-hoi.html">Quy chế tiếp nhận và trả lời câu hỏi của công dân</a></b></p>'
    assert read(LIST + page_).articles == WANTED
    assert read(page_).articles == (HOME + "trang/quy-che-tiep-nhan-va-tra-loi-cau-hoi.html",)


def test_reading_on_is_a_sign_of_an_item() -> None:
    link = '<a href="/tin/nuoc-lu-lon-ve-trong-dem">{}</a>'
    title = link.format("Nước lũ lớn về trong đêm")
    assert read(f"<p>{title}</p>").articles == ()
    assert len(read(f"<p>{title} {link.format('Xem tiếp...')}</p>").articles) == 1


def test_a_section_that_articles_lie_under_is_none() -> None:
    section = "/tin-an-ninh-trat-tu-va-an-toan-giao-thong"
    title = "Tin an ninh trật tự và an toàn giao thông"
    articles = item(f"{section}/bat-hai-doi-tuong-trom-cap-dien", TITLES[0])
    assert read(item(section, title) + articles).articles == (
        f"{HOME[:-1]}{section}/bat-hai-doi-tuong-trom-cap-dien",
    )
    assert read(item(section, title)).articles == (HOME[:-1] + section,)


def test_a_long_named_section_is_no_article() -> None:
    name = '<div class=cat><h3><a href="/an-ninh/">Tin an ninh trật tự và an toàn giao thông trong tỉnh</a></h3></div>'
    listing = read(name + LIST)
    assert listing.articles == WANTED


@pytest.mark.parametrize(
    "href",
    [
        "javascript:void(0)", "mailto:bientap@vidu.example", "tel:0123456789", "#dau-trang",
        "http://[bad/an-ninh/mot-bai-viet-nao-do-7.html", "https://congan.vidu.example:99999/a-1.html",
        "https://congan.vidu.example:8080/an-ninh/bai-viet-cua-cong-khac-111.html",
        "https://khac.example/an-ninh/bai-viet-cua-trang-khac-112.html",
        "/uploads/van-ban-huong-dan-cong-tac-kiem-tra-2020-113.PDF", "",
        "/print/an-ninh/bai-viet-chi-co-ban-de-in-ra-giay-114.html",
        "/savefile/an-ninh/bai-viet-chi-co-ban-de-luu-lai-115.html",
        "/tag/toi-pham-cong-nghe-cao-va-lua-dao-qua-mang-116", "/dang-nhap/?nv_redirect=abc-117",
    ],
)  # fmt: skip
def test_links_that_are_no_articles(href: str) -> None:
    other = item(href, "Tiêu đề đủ dài để trông giống một bài viết thật sự")
    listing = read(LIST + other)
    assert listing.articles == WANTED
    assert listing.next is None


def test_links_as_sites_write_them() -> None:
    html = f"""<head><base href="https://congan.vidu.example/an-ninh/"></head><body>
    {item("bat-hai-doi-tuong-trom-cap-dien-o-khu-cong-nghiep-101.html", TITLES[0])}
    {item(chr(10) + "  /hoat-dong/khai-truong-diem-cap-can-cuoc-" + chr(10) + "luu-dong-tai-cho-huyen-102.html ", TITLES[1])}
    {item("//www.congan.vidu.example" + SLUGS[2], TITLES[2])}
    {item("http://congan.vidu.example:80" + SLUGS[3], TITLES[3])}"""
    assert read(html, "https://www.congan.vidu.example/khac/trang").articles == (
        *WANTED[:2],
        WANTED[2].replace("//", "//www."),
        "http://congan.vidu.example:80" + SLUGS[3],
    )


def test_the_port_is_the_pages_own() -> None:
    html = LIST + item("http://127.0.0.1/an-ninh/" + SLUGS[0][9:], TITLES[0])
    assert read(html, "http://127.0.0.1:8801/").articles == tuple(
        f"http://127.0.0.1:8801{path}" for path in SLUGS
    )


def test_without_an_address_links_stay_as_they_stand() -> None:
    html = LIST + "<div class=pagination><b>1</b> <a href='/page-2/'>2</a></div>"
    listing = read(html.replace("/bat-hai", "\n/bat-hai"), None)
    assert listing.articles == SLUGS
    assert listing.next == "/page-2/"


@pytest.mark.parametrize("url", ["urn:sha256:00", "trang.html", "", "https://[xx", "ftp://a.vn/"])
def test_an_address_that_is_no_base(url: str) -> None:
    assert read(LIST, url) == read(LIST, None)


SOUP = st.lists(
    st.sampled_from(
        ["<a href='", "'>", "</a>", "<div class='pagination menu'>", "</div>", "<li class=active>", "²",
         "1", "٣", "»", "Tiếp", "/tin/page-", "?page=", "https://", "//[", "\n", "<h3>", "<nav>", "9" * 9,
         "/an-ninh/mot-bai-viet-co-tieu-de-dai-1.html", "<base href='", "<!--", "%zz", "javascript:"]
    ),
    max_size=40,
)  # fmt: skip


@given(SOUP, st.sampled_from([None, HOME, "https://a.vn/tin/page-2"]))
def test_no_page_is_too_broken(soup: list[str], url: str | None) -> None:
    listing = read("<p>" + "".join(soup), url)
    assert len(set(listing.articles)) == len(listing.articles)
    assert listing.next not in listing.articles
    assert not set(listing.sections) & set(listing.articles)


def test_broken_markup() -> None:
    unclosed = LIST.replace("</h3>", "").replace("</div>", "")
    html = f"<div class=x><table><tr><td>{unclosed}<a href=></td><a"
    assert read(html).articles == WANTED
    assert read("<p>Không có gì</p>") == Listing()
    assert read("<a href='/x'>") == Listing()


def site(**given: Any) -> Site:
    return Site(
        slug="vidu", name="Ví dụ", province=None, province_2025=None, evidence="seen",
        hosts=("congan.vidu.example",), **given,
    )  # fmt: skip


def test_the_sites_rule_decides() -> None:
    html = LIST + item("/bai/x", "Lũ về") + item("/bai/y", "Tin ngắn")
    listing = read(html, site=site(article=r"/bai/[a-z]"))
    assert listing.articles == (HOME + "bai/x", HOME + "bai/y")
    in_menu = f"<nav>{item('/bai/z', 'Lũ về')}</nav>"
    assert read(html + in_menu, site=site(article=r"/bai/[a-z]")).articles == listing.articles


def test_an_article_in_the_pager_is_no_page() -> None:
    html = item("/bai/p7", "Lũ về") + "<div class=pagination><a href='/bai/p7'>Tiếp</a></div>"
    assert read(html, HOME + "bai", site=site(article=r"/bai/p\d")).next is None
    assert read(html, HOME + "bai").next == HOME + "bai/p7"


def test_the_sites_identifying_parameters_decide_what_is_one() -> None:
    html = item("/xem.aspx?id=5&mid=1", TITLES[0]) + item("/xem.aspx?id=5&mid=2", TITLES[0])
    assert len(read(html).articles) == 2
    assert read(html, site=site(id_params=("id",))).articles == (HOME + "xem.aspx?id=5&mid=1",)


# Pages


def pager(links: str, *, box: str = "<div class='pagination'>{}</div>") -> str:
    return LIST + box.format(links)


def number(n: int, url: str) -> str:
    return f"<li><a href='{url}'>{n}</a></li>"


@pytest.mark.parametrize("box", ["<div class='pagination'>{}</div>", "<div><p>{}</p></div>"])
@pytest.mark.parametrize(
    "form",
    ["/an-ninh?page={}", "/an-ninh/page-{}", "/an-ninh/page/{}/", "/an-ninh/trang-{}.html",
     "/an-ninh?pagenumber={}", "/an-ninh/p{}", "/an-ninh?_101_INSTANCE_x_cur={}"],
)  # fmt: skip
def test_numbered_pages(form: str, box: str) -> None:
    links = (
        f"<a href='{form.format(1)}'>1</a> <span>2</span> "
        + "".join(f"<a href='{form.format(n)}'>{n}</a> " for n in (3, 4))
        + f"... <a href='{form.format(50)}'>50</a>"
    )
    listing = read(pager(links, box=box), HOME[:-1] + form.format(2))
    assert listing.next == HOME[:-1] + form.format(3)
    assert listing.pages == tuple(HOME[:-1] + form.format(n) for n in (1, 3, 4, 50))
    assert listing.articles == WANTED


@pytest.mark.parametrize(
    ("links", "url", "expected"),
    [
        # The page itself: unmarked and unlinked, marked, linked to itself.
        ("1 <a href='/t?page=2'>2</a>", "t", "t?page=2"),
        ("<li class=active><a href='/t?page=1'>1</a></li><li><a href='/t?page=2'>2</a></li>", "t",
         "t?page=2"),
        ("<a aria-current=page href='/t?page=2'>2</a><a href='/t?page=3'>3</a>", "t?page=2",
         "t?page=3"),
        ("<a href='/t?page=1'>1</a><a href='/t?page=2'>2</a><a href='/t?page=3'>3</a>", "t?page=2",
         "t?page=3"),
        ("<a href='/t?page=1'>1</a><a href='/t?page=2'>2</a>", "t", "t?page=2"),
        # Offsets and pages counted from 0.
        ("<span>1</span><a href='/t?start=10'>2</a><a href='/t?start=20'>3</a>", "t", "t?start=10"),
        ("<b>2</b><a href='/t?start=20'>3</a><a href='/t?start=0'>1</a>", "t?start=10",
         "t?start=20"),
        ("<li class=active><a href='/t-page0'>1</a></li><a href='/t-page1'>2</a>", "t", "t-page1"),
        # Words and signs alone.
        ("<a href='/t?page=1'>Trang trước</a><a href='/t?page=3'>Trang sau</a>", "t?page=2",
         "t?page=3"),
        ("<a href='/t?page=2'>Tiếp</a>", "t", "t?page=2"),
        ("<a href='/t?page=2'>›</a>", "t", "t?page=2"),
        ("<a href='/t?page=2' class=next><i></i></a>", "t", "t?page=2"),
        ("<a href='/t?page=2'>Bài viết cũ hơn</a>", "t", "t?page=2"),
        ("<a href='/t?page=2'>Sau</a><a href='/t?page=9'>Cuối</a>", "t", "t?page=2"),
        ("<a href='/t?page=9' title='Trang cuối'>»</a><a href='/t?page=2'>2</a>", "t", "t?page=2"),
        # '»' is the last page here, the next one there.
        ("<b>1</b><a href='/t?page=2'>2</a><a href='/t?page=30'>»</a>", "t", "t?page=2"),
        ("<a href='/t?page=1'>1</a><b>2</b><a href='/t?page=30'>»</a>", "t?page=2", None),
        ("<a href='/t?page=4'>4</a><b>5</b><a href='/t?page=6'>»</a>", "t?page=5", "t?page=6"),
        # Nothing is made up, nothing is skipped, nothing leads back.
        ("<a href='/t?page=1'>1</a><b>2</b>", "t?page=2", None),
        ("<b>1</b><a href='/t?page=3'>3</a><a href='/t?page=11'>&gt;</a>", "t", None),
        ("<a href='/t?page=1'>1</a><b>2</b><a href='/t?page=1'>Tiếp</a>", "t?page=2", None),
        ("<a href='/t?page=1'>« Mới hơn</a>", "t?page=2", None),
        ("<b>1</b><a href=\"javascript:__doPostBack('pager','2')\">2</a>", "t", None),
        # rel=next on every number says nothing.
        ("<b>1</b><a rel=next href='/t?page=9'>9</a><a rel=next href='/t?page=2'>2</a>", "t",
         "t?page=2"),
        # Other numbers beside the pager; a sign that leads back to the first page.
        ("Có 125 tin <a href='/t?page=1'>1</a><b class=current>2</b>"
         "<a href='/t?page=3'>3</a>", "t?page=2", "t?page=3"),
        ("Có 125 tin <a href='/t?page=1'>1</a><a href='/t?page=2'>2</a><a href='/t?page=3'>3</a>",
         "t?page=2", "t?page=3"),
        ("Có 125 tin <a href='/t?page=2'>2</a><b class=current>3</b><a href='/t?page=4'>4</a>",
         "t", "t?page=4"),
        ("Có 125 tin, 13 trang <a href='/t?page=1'>1</a><a href='/t?page=3'>3</a>", "t?page=2",
         "t?page=3"),
        ("<a href='/t?page=1'>1</a><b>2</b><a href='/t'>»</a>", "t?page=2", None),
        ("Trang 3/12 <a href='/t?page=2'>2</a><a href='/t?page=4'>4</a>", "t", "t?page=4"),
    ],
)  # fmt: skip
def test_the_next_page(links: str, url: str, expected: str | None) -> None:
    assert read(pager(links), HOME + url).next == (HOME + expected if expected else None)


def test_pages_in_the_form_of_the_list_are_no_articles() -> None:
    titles = [f"<li><a href='{p}'>{t}</a></li>" for p, t in zip(SLUGS, TITLES, strict=True)]
    numbers = "<li>1</li><li><a href='/page-2/'>2</a></li><li><a href='/page-3/'>3</a></li>"
    listing = read(f"<div><ul>{''.join(titles)}</ul><ul>{numbers}</ul></div>")
    assert listing.articles == WANTED
    assert listing.next == HOME + "page-2/"


def test_a_calendar_is_no_pager() -> None:
    days = "".join(f"<td><a href='/lich?d={n}&m=5'>{n}</a></td>" for n in range(2, 29))
    html = f"{LIST}<table><tr><td>1</td>{days}</tr></table><a href='/lich?m=6'>&gt;&gt;</a>"
    assert read(html).next is None
    archive = "".join(f"<li><a href='/2024/05/{n:02d}/'>{n}</a></li>" for n in range(2, 29))
    assert read(f"{LIST}<ul>{archive}</ul>").pages == ()


def test_the_next_article_is_no_next_page() -> None:
    html = f"""<head><link rel="next" href="{SLUGS[1]}"></head><p>Nội dung bài viết.</p>
    <div class="nav-links"><a rel="next" href="{SLUGS[2]}">Bài sau</a></div>"""
    assert read(html, WANTED[0]).next is None
    declared = f'<head><link rel="next" href="/an-ninh/page/2/"></head>{LIST}'
    assert read(declared, HOME + "an-ninh/").next == HOME + "an-ninh/page/2/"


def test_an_article_whose_slug_ends_like_a_page() -> None:
    html = LIST + item("/an-ninh/bi-can-khai-nhan-toan-bo-hanh-vi-trang-2-105.html", "Tiếp")
    assert read(html).next is None


@pytest.mark.parametrize(
    ("url", "base", "value"),
    [
        ("https://a.vn/t/page-2", "https://a.vn/t", 2),
        ("https://a.vn/t/page/3/", "https://a.vn/t", 3),
        ("https://a.vn/t/trang-4.html", "https://a.vn/t", 4),
        ("https://a.vn/t.html?start=10", "https://a.vn/t", 10),
        ("https://a.vn/t-page1", "https://a.vn/t", 1),
        ("https://a.vn/t?id=7", "https://a.vn/t?id=7", None),
        ("https://a.vn/t/bai-viet-12.html", "https://a.vn/t/bai-viet-12", None),
        ("https://a.vn/t?pageid=31", "https://a.vn/t?pageid=31", None),
    ],
)
def test_split_page(url: str, base: str, value: int | None) -> None:
    assert split_page(url) == (base, value)


# Sections


def test_sections_of_menus() -> None:
    menu = """<nav><ul>
    <li><a href="/">Trang chủ</a></li><li><a href="/gioi-thieu/">Giới thiệu</a></li>
    <li><a href="/an-ninh/">An ninh</a><ul><li><a href="/an-ninh/vu-an/">Vụ án</a></li></ul></li>
    <li><a href="/an-ninh">An ninh - trật tự</a></li>
    <li><a href="/index.php?cat=4">Đời sống</a></li>
    <li><a href="/van-ban-quy-pham-phap-luat/">Văn bản quy phạm pháp luật</a></li>
    <li><a href="/thu-tuc-hanh-chinh.html">Thủ tục</a></li><li><a href="/lien-he">Liên hệ</a></li>
    <li><a href="/users/login/">Đăng nhập</a></li><li><a href="/rss/">RSS</a></li>
    <li><a href="/tin/video">Video</a></li><li><a href="/en/">English</a></li>
    <li><a href="/tin?lang=en">EN</a></li><li><a href="/files/lich.pdf">Lịch làm việc</a></li>
    <li><a href="https://khac.example/tin/">Trang khác</a></li><li><a href="#">Mục</a></li>
    <li><a href="/mot-bai-viet/">Một bài viết được ghim trong trình đơn có tên rất dài dòng</a></li>
    </ul></nav>"""
    crumbs = '<nav class="breadcrumb"><a href="/duong-dan/">Đường dẫn</a></nav>'
    assert read(menu + crumbs + LIST).sections == (
        HOME + "an-ninh/", HOME + "an-ninh/vu-an/", HOME + "index.php?cat=4",
    )  # fmt: skip
    assert HOME + "an-ninh/" not in read(menu, HOME + "an-ninh/").sections


def test_sections_that_no_menu_names() -> None:
    labels = LIST.replace("</h3>", '</h3><span><a href="/an-ninh/">An ninh</a></span>')
    menu = '<div class=menu><a href="/phap-luat/">Pháp luật</a></div>'
    assert read(menu + labels).sections == (HOME + "phap-luat/", HOME + "an-ninh/")


def test_sections_without_any_named_menu() -> None:
    links = '<a href="/phap-luat.html">Pháp luật</a> <a href="/t.asp?c=2">Đời sống</a>'
    labels = LIST.replace("</h3>", '</h3><span><a href="/an-ninh/">An ninh</a></span>')
    assert read(f"<table><tr><td>{links}</td></tr></table>{labels}").sections == (
        HOME + "phap-luat.html", HOME + "t.asp?c=2", HOME + "an-ninh/",
    )  # fmt: skip
    beside_a_menu = f"<nav><a href='/doi-song/'>Đời sống</a></nav><p>{links}</p>"
    assert read(beside_a_menu).sections == (HOME + "doi-song/",)


# How much of a list a page is


def test_a_list_scores_above_an_article(shared: Path) -> None:
    for family in ("joomla", "nukeviet", "wordpress"):
        lists = [page(shared / "pages/cms" / family, f"listing-{n}") for n in (1, 2, 3)]
        articles = [page(shared / "pages/cms" / family, f"{n:03}") for n in (2, 3, 4)]
        worst = min(listing_score(root, read_listing(root, gold["url"])) for root, gold in lists)
        best = max(listing_score(root, read_listing(root, gold["url"])) for root, gold in articles)
        assert worst > 0.5 > best


def test_score_without_a_list() -> None:
    root = lxml.html.document_fromstring("<p>" + "Nội dung của một bài viết. " * 20 + "</p>")
    assert listing_score(root, Listing()) == 0.0


# Cost and identity


def test_ten_thousand_links_take_a_bounded_time() -> None:
    def cost(count: int) -> float:
        items = "".join(
            item(f"/an-ninh/{n}-mot-bai-viet-co-tieu-de-du-dai-{n}.html", f"{TITLES[0]} số {n}")
            for n in range(count)
        )
        root = lxml.html.document_fromstring(
            f"<div><div><div>{items}</div><div class=pagination><b>1</b>"
            + "".join(f"<a href='/?page={n}'>{n}</a>" for n in range(2, count))
            + "</div></div></div>"
        )
        start = time.perf_counter()
        listing = read_listing(root, HOME)
        assert len(listing.articles) == count
        assert listing.next == HOME + "?page=2"
        return time.perf_counter() - start

    cost(100)  # warm
    small, large = min(cost(500) for _ in range(3)), cost(5000)
    assert large < small * 40, "cost grows faster than the page"


paths = st.from_regex(r"(/[a-z0-9.~-]{0,8}){0,4}/?(\?[a-z]{1,4}=[0-9a-z]{0,3})?", fullmatch=True)
twins = st.sampled_from(
    ["/print/a/b-1.html", "/a/index.htm", "/index.php/a/b", "/a//b", "/a/", "/en/savefile/b", "/"]
)


@given(paths | twins, st.sampled_from(["https://www.a.vn", "http://a.vn:8801", "https://a.vn:443"]))
def test_the_quick_identity_is_the_identity(path: str, origin: str) -> None:
    root = lxml.html.document_fromstring("<p>x</p>")
    assert Addresses(root, origin + "/x").key(origin + path) == urls.key(origin + path)


@given(
    st.from_regex(r"\.{0,2}/?[a-z0-9.%?=&:#~ -]{0,12}(/[a-z0-9.~-]{0,6}){0,2}", fullmatch=True),
    st.sampled_from(["https://a.vn/x/y.html", "https://a.vn", "https://a.vn/x/?q=1"]),
)
def test_the_quick_address_is_the_address(href: str, base: str) -> None:
    root = lxml.html.document_fromstring("<p>x</p>")
    expected = urls.absolute(base, href)
    assert Addresses(root, base).read(href)[0] == expected
