"""Lists that no link leads through: forms of ASP.NET, calls of scripts and their answers."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import lxml.html
import pytest

from newsarchive.model import Listing, Step
from newsarchive.reader.calls import advanced, read_answer
from newsarchive.reader.listing import read_listing

URL = "https://congan.vidu.example/tin/danh-sach.aspx?id=4"
ITEMS = "".join(
    f'<div class="item"><h3><a href="/tin/bat-nhom-trom-cap-tai-xa-tan-lap-{n}.html">'
    f"Bắt nhóm trộm cắp tài sản tại xã Tân Lập, vụ thứ {n}</a></h3><p>Tóm tắt.</p></div>"
    for n in range(1, 7)
)


def read(html: str, url: str | None = URL) -> Listing:
    return read_listing(lxml.html.document_fromstring(f"<html><body>{html}</body></html>"), url)


def form(pager: str, *, state: str = "dDw1OTs+") -> str:
    return (
        f'<form method="post" action="./danh-sach.aspx?id=4" id="aspnetForm">'
        f'<input type="hidden" name="__EVENTTARGET" value=""/>'
        f'<input type="hidden" name="__EVENTARGUMENT" value=""/>'
        f'<input type="hidden" name="__VIEWSTATE" value="{state}"/>'
        f'<input type="text" name="q" value=""/><input type="submit" name="go" value="Tìm"/>'
        f'{ITEMS}<div class="pager">{pager}</div></form>'
    )


def link(target: str, argument: str, text: str) -> str:
    return f"<a href=\"javascript:__doPostBack('{target}','{argument}')\">{text}</a> "


def sent(step: Step | None) -> dict[str, str]:
    assert step is not None
    assert step.method == "POST"
    assert step.url == URL
    fields = parse_qs(step.body.decode(), keep_blank_values=True)
    return {name: value for name, (value,) in fields.items()}


def test_a_numbered_pager_of_asp_net_is_sent_as_its_form() -> None:
    pager = "<span>1</span> " + link("ctl00$p", "Page$2", "2") + link("ctl00$p", "Page$3", "3")
    listing = read(form(pager))
    assert (listing.next, listing.scripted, len(listing.articles)) == (None, False, 6)
    assert sent(listing.step) == {
        "__EVENTTARGET": "ctl00$p", "__EVENTARGUMENT": "Page$2", "__VIEWSTATE": "dDw1OTs+", "q": "",
    }  # fmt: skip


def test_the_page_after_the_marked_one_is_next_and_the_last_has_none() -> None:
    middle = link("c$1", "", "1") + '<a class="current">2</a> ' + link("c$3", "", "3")
    assert sent(read(form(middle)).step)["__EVENTTARGET"] == "c$3"
    last = link("c$1", "", "1") + link("c$2", "", "2") + '<span class="current">3</span>'
    assert read(form(last)).step is None


def test_a_next_link_of_web_forms_with_options() -> None:
    pager = (
        "<a href='javascript:WebForm_DoPostBackWithOptions(new WebForm_PostBackOptions("
        '"ctl00$next", "", true, "", "", false, true))\'>Trang sau</a>'
    )
    assert sent(read(form(pager)).step)["__EVENTTARGET"] == "ctl00$next"


def test_a_form_that_leads_to_another_host_is_not_sent() -> None:
    html = form(link("p", "2", "2")).replace("./danh-sach", "https://khac.example/danh-sach")
    assert read(html).step is None


def test_numbers_of_a_mere_script_say_that_there_is_more() -> None:
    pager = '<span class="current">1</span> <a href="#">2</a> <a href="javascript:void(0)">3</a>'
    listing = read(f'{ITEMS}<div class="paging">{pager}</div>')
    assert (listing.next, listing.step, listing.scripted) == (None, None, True)
    assert not read(ITEMS + '<div class="menu"><a href="#">2</a></div>').scripted
    slides = f'<div class="swiper-container"><div class="swiper-pagination">{pager}</div></div>'
    assert not read(ITEMS + slides).scripted


def test_a_call_is_known_again_by_its_name() -> None:
    (step,) = read(f"<p>x</p><script>{SHELL}\nvar currentCategory = 7;</script>").calls
    assert Step.of_name(step.name) == step
    form = Step(url=URL, method="POST", body=b"page=1&cat=4",
                content_type="application/x-www-form-urlencoded")  # fmt: skip
    assert Step.of_name(form.name) == form
    assert Step.of_name(URL) is None


def test_a_long_form_is_told_by_its_digest() -> None:
    one, other = (Step(url=URL, method="POST", body=b"x" * 100_000 + end) for end in (b"1", b"2"))
    assert one.name != other.name
    assert len(one.name) < 200


SHELL = """
function SearchOrtherArticle(pageIndex) {
    var sent = { pageIndex: pageIndex, category: currentCategory, startdate: '', keyword: '' };
    jQuery.ajax({ type: 'POST', url: '/Article/ViewPost.aspx/SearchOrtherArticle',
        data: JSON.stringify(sent), contentType: 'application/json; charset=utf-8' });
}
"""


def test_a_call_with_its_fields_in_an_object() -> None:
    (step,) = read(f"<p>x</p><script>{SHELL}\nvar currentCategory = 7;</script>").calls
    assert step.url == "https://congan.vidu.example/Article/ViewPost.aspx/SearchOrtherArticle"
    assert step.content_type == "application/json; charset=utf-8"
    fields = {"pageIndex": 1, "category": 7, "startdate": "", "keyword": ""}
    assert json.loads(step.body) == fields
    after = advanced(step)
    assert after is not None
    assert json.loads(after.body) == fields | {"pageIndex": 2}


def test_a_call_with_something_unknown_in_it_is_none() -> None:
    assert read(f"<p>x</p><script>{SHELL}</script>").calls == ()
    foreign = SHELL.replace("'/Article", "'https://khac.example/Article")
    assert read(f"<p>x</p><script>{foreign} var currentCategory = 7;</script>").calls == ()


@pytest.mark.parametrize(
    "code",
    [
        "var m = 391; function load(n) { $.getJSON('/api/list?ModuleId=' + m + '&PageIndex=' + n); }",
        "function load(m, n) { $.getJSON('/api/list?ModuleId=' + m + '&PageIndex=' + n); } load(391, 1);",
        "$.get('/api/list', { ModuleId: 391, PageIndex: 1 }, show);",
        "$.ajax({ url: '/api/list', data: { 'ModuleId': 391, 'PageIndex': page } });",
        'fetch("/api/list?ModuleId=391&PageIndex=1")',
    ],
)  # fmt: skip
def test_calls_of_an_address(code: str) -> None:
    steps = read(f"<p>x</p><script>{code}</script>").calls
    assert [step.url for step in steps] == [
        "https://congan.vidu.example/api/list?ModuleId=391&PageIndex=1"
    ]
    after = advanced(steps[0])
    assert after is not None
    assert after.url == "https://congan.vidu.example/api/list?ModuleId=391&PageIndex=2"


def test_each_call_of_a_function_is_a_list_of_its_own() -> None:
    code = (
        "function load(m, n) { $.get('/api?m=' + m + '&pageIndex=' + n); } load(3, 1); load(5, 1);"
    )
    urls = [step.url for step in read(f"<p>x</p><script>{code}</script>").calls]
    assert urls == [f"https://congan.vidu.example/api?m={m}&pageIndex=1" for m in (3, 5)]


def test_hostile_scripts_end_soon() -> None:
    for code in (
        "a + " * 100_000 + "'/x?pageIndex='",
        "{pageIndex: " * 20_000,
        "function f(a) { pageIndex: " * 5_000,
        "pageIndex=" * 40_000,
    ):
        read(f"<p>x</p><script>{code}</script>")


CALL = Step(url="https://congan.vidu.example/api/list?PageIndex=3")


def test_an_answer_with_addresses_and_counts() -> None:
    rows = [{"Title": "Một", "ItemUrl": "~/mot-tin", "SiteRoot": "https://congan.vidu.example"},
            {"Title": "Hai", "ItemUrl": "/hai-tin", "SiteRoot": ""}]  # fmt: skip
    body = {"d": {"ListArticle": rows, "PageIndex": 3, "PageSize": 2, "CountItem": 7}}
    listing = read_answer(json.dumps(body).encode(), CALL)
    assert listing is not None
    assert listing.articles == tuple(f"https://congan.vidu.example/{n}-tin" for n in ("mot", "hai"))
    assert listing.titles == ("Một", "Hai")
    assert listing.step is not None
    body["d"]["CountItem"] = 6
    ended = read_answer(json.dumps({"d": json.dumps(body["d"])}).encode(), CALL)
    assert ended is not None
    assert ended.articles == listing.articles  # JSON in JSON, as old ASP.NET answers
    assert ended.step is None


def test_titles_of_an_answer_are_plain_text() -> None:
    """WordPress' are HTML in an object; an address that comes twice keeps its first title."""
    rows = [{"link": "/a-1", "title": {"rendered": "Bắt <b>2</b> đối tượng &#8220;đánh bạc&#8221;"}},
            {"link": "/a-2", "title": "Nhỏ < lớn"},
            {"link": "/a-1", "title": "Khác"}]  # fmt: skip
    listing = read_answer(json.dumps(rows).encode(), CALL)
    assert listing is not None
    assert listing.titles == ("Bắt 2 đối tượng “đánh bạc”", "Nhỏ < lớn")
    assert len(listing.articles) == 2


def test_answers_that_list_nothing() -> None:
    assert read_answer(b"<html>", CALL) is None
    assert read_answer(b'{"ListData": [], "ListMoreData": []}', CALL) == Listing()
    assert read_answer(b'{"menu": [{"Name": "Tin"}, {"Url": "/x"}]}', CALL) == Listing()
    assert read_answer(b"[" * 100_000, CALL) is None
