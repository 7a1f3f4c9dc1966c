"""The pages of an article: the text, its versions, its kept original; as text and in a browser."""

from __future__ import annotations

import asyncio
import gzip
import json
import shutil
import sqlite3
import struct
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter
from typing import Any

import archive_cases as cases
import pytest
from archive_cases import HOST, LATER, SEEN
from desk_cases import VIEWS, View, browser, looking, serving
from kept_cases import Keeping, keeping
from lxml import html

from newsarchive.archive import Archive
from newsarchive.archive.bodies import digest_of
from newsarchive.archive.holdings import Holdings
from newsarchive.archive.warc import Exchange
from newsarchive.archive.withhold import named, withhold
from newsarchive.differences import changes
from newsarchive.model import Capture, Image
from newsarchive.pictures import picture_type
from newsarchive.query import open_readonly
from newsarchive.urls import key as url_key
from newsarchive.web import kept, safe
from newsarchive.web.pages.article import origin_in_words
from newsarchive.web.pages.versions import picture_changes
from newsarchive.web.reading_article import outward
from newsarchive.web.texts_article import ENGLISH, VIETNAMESE
from newsarchive.wording import Wording

SECRET = "zyxwvu"
TCVN3 = "C«ng an tØnh triÖt ph¸ ®\xadêng d©y ®¸nh b¹c, thu gi÷ nhiÒu tang vËt".encode(
    "cp1252", "replace"
)
PAGE = (
    '<!DOCTYPE html><html lang="vi"><head><title>{title}</title><link rel="stylesheet" href="/s.css">'
    "<style>h1{{color:#7a1f1f}} .hop{{border:1px solid #ccc;padding:8px}}</style></head><body>"
    '<div class="hop"><a href="/">Trang chủ</a> | <a href="/tin">Tin tức</a></div>'
    '<h1>{title}</h1><p>{lead}</p><img src="/1.jpg" alt="Tang vật" width="600">'
    "{body}<script>document.title='owned'</script></body></html>"
)


def png(width: int = 320, height: int = 200) -> bytes:
    """A picture: a gradient."""
    rows = b"".join(
        b"\0" + bytes(v for x in range(width) for v in (90, x * 160 // width, y * 200 // height))
        for y in range(height)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def keep(
    keeping: Keeping, url: str, body: bytes, headers: dict[str, str], *, fetched: str = SEEN, digest: str = ""
) -> int:  # fmt: skip
    """Keep an answer with headers of its own."""
    exchange = Exchange(
        url=url, method="GET", request_headers=[], request_body=b"", status=200, reason="OK",
        response_headers=list(headers.items()), body=body, fetched=fetched, ip=None,
    )  # fmt: skip
    where = keeping.writer.write(exchange)
    capture = Capture(
        record_id=where.record_id, site="example", url=url, fetched=fetched, status=200,
        digest=digest or digest_of(body), warc=where.warc, offset=where.offset, length=where.length,
    )  # fmt: skip
    return keeping.archive.add_capture(capture)


def store(archive: Archive, number: int, capture: int, seen: str = SEEN, **fields: Any) -> None:
    url = f"{HOST}/bai-{number}"
    archive.store(
        cases.article(**{"url": url, **fields}), site="example", key=url_key(url), url=url,
        capture=capture, seen=seen, parser="newsarchive/1",
    )  # fmt: skip


TITLE = "Triệt phá đường dây đánh bạc qua mạng ở Đắk Mơ"
LEAD = "Sáng 22/8, lực lượng chức năng phối hợp triệt phá một đường dây đánh bạc, thu giữ nhiều tang vật."
BODY = (
    "Theo điều tra ban đầu, từ đầu năm, nhóm đối tượng lập các tài khoản trên một trang mạng có máy chủ "
    "đặt ở nước ngoài, rồi chia nhỏ cho nhiều người cùng tham gia cá độ bóng đá.",
    "Tại thời điểm kiểm tra, tổ công tác thu giữ 12 điện thoại di động, 3 máy tính và hơn 400 triệu đồng.",
    "Quá trình đấu tranh",
    "Cơ quan Cảnh sát điều tra đã tạm giữ 9 người để làm rõ hành vi tổ chức đánh bạc và đánh bạc. Đây là "
    "kết quả của nhiều tháng trinh sát, xác minh của các đơn vị nghiệp vụ.",
    "Vụ việc đang được tiếp tục điều tra, mở rộng.",
)


def whole_page(title: str = TITLE, body: tuple[str, ...] = BODY) -> str:
    return PAGE.format(title=title, lead=LEAD, body="".join(f"<p>{p}</p>" for p in body))


def build(path: Path) -> Path:
    """Articles: 1 edited twice and moved, with a kept picture; 2 gone; 3 withheld; 4 without any
    capture's file; 5 in an old encoding, gzip; 6 a PDF; 7 plain text; 8 huge; 9 a revisit of an
    unknown record; 10 damaged; 11 with the
    picture of the withheld one."""
    with keeping(path) as one:
        archive = one.archive
        pictures = (
            Image(
                url=f"{HOST}/anh-1.png",
                caption="Tang vật thu giữ tại hiện trường",
                credit="Minh Đức",
            ),
            Image(url=f"{HOST}/anh-2.jpg", caption="Các đối tượng tại cơ quan công an"),
            Image(url=None),
        )
        words = {"title": TITLE, "lead": LEAD, "paragraphs": BODY, "images": pictures}
        store(archive, 1, one.keep(f"{HOST}/bai-1", whole_page()), **words)
        keep(one, f"{HOST}/anh-1.png", png(), {"Content-Type": "image/png"})
        keep(one, f"{HOST}/anh-2.jpg", b"<svg onload=alert(1)>", {"Content-Type": "image/jpeg"})
        again = (BODY[0], BODY[1].replace("12 điện thoại", "15 điện thoại"), *BODY[2:])
        words |= {"paragraphs": again, "byline": "Hoàng Anh"}
        store(
            archive,
            1,
            one.keep(f"{HOST}/bai-1", whole_page(body=again), fetched=LATER),
            LATER,
            **words,
        )
        words |= {
            "title": f"{TITLE} (cập nhật)",
            "published": "2022-08-22T15:30:00+07:00",
            "images": (Image(url=f"{HOST}/anh-1.png", caption="Tang vật tại hiện trường", credit="Minh Đức"),
                       Image(url=f"{HOST}/anh-3.jpg", caption="Cơ quan điều tra làm việc")),
        }  # fmt: skip
        third = "2026-01-05T03:04:05Z"
        page = whole_page(f"{TITLE} (cập nhật)", again)
        last = one.keep(f"{HOST}/bai-1", page, fetched=third)
        store(archive, 1, last, third, **words)
        revisit = one.keep(f"{HOST}/bai-1", page, fetched="2026-01-06T03:04:05Z")
        archive.sight(1, capture=revisit, seen="2026-01-06T03:04:05Z")
        moved = f"{HOST}/moi/bai-1"
        archive.moved(
            1, key=url_key(moved), url=moved, seen="2026-01-06T03:04:05Z", capture=revisit
        )
        one.store(2, title="Bài đã bị gỡ")
        archive.set_gone(2, since=LATER, capture=None)
        picture = Image(url=f"{HOST}/{SECRET}.png", caption=SECRET)
        one.store(3, title=f"Bài {SECRET}", paragraphs=(SECRET,), images=(picture,))
        keep(one, f"{HOST}/{SECRET}.png", png(4, 4), {"Content-Type": "image/png"})
        withhold(archive, named(archive, 3, ""), reason=f"vì {SECRET}", since=SEEN)
        cases.put(archive, 4, title="Bài không có tệp WARC")
        packed = gzip.compress(
            b"<html><meta charset=windows-1252><body><p>" + TCVN3 + b"</p></body></html>"
        )
        headers = {"Content-Type": "text/html", "Content-Encoding": "gzip"}
        store(archive, 5, keep(one, f"{HOST}/bai-5", packed, headers))
        store(
            archive,
            6,
            keep(one, f"{HOST}/bai-6", b"%PDF-1.4 \0\1\2", {"Content-Type": "application/pdf"}),
        )
        store(
            archive,
            7,
            keep(
                one,
                f"{HOST}/bai-7",
                b"Tin <b>ch\xe1\xbb\xaf</b>\n&amp;",
                {"Content-Type": "text/plain"},
            ),
        )
        huge = ("<html><body>" + "<p>Đoạn văn dài.</p>" * 200_000 + SECRET).encode()
        store(archive, 8, keep(one, f"{HOST}/bai-8", huge, {"Content-Type": "text/html"}))
        alone = archive.add_revisit(cases.capture(900, url=f"{HOST}/bai-9"), "<urn:uuid:nobody>")
        store(archive, 9, alone)
        store(archive, 10, damaged := one.keep(f"{HOST}/bai-10", "x" * 5000))
        one.store(11, title="Bài chung ảnh", images=(picture,))
        archive.register_site(cases.site("khac"))
        for number, hour, fate in ((12, "09", None), (13, "17", LATER)):
            long = (*again, *(f"{text} Bài {n}." for n, text in enumerate(BODY)))
            told = {
                "title": f"Bài đăng lại {number}",
                "lead": LEAD,
                "paragraphs": long,
                "site": "khac",
            }
            cases.put(
                archive, number, published=f"2022-08-{20 + number - 12}T{hour}:00:00+07:00", **told
            )
            if fate:
                archive.set_gone(13, since=fate, capture=None)
        archive._conn.execute("UPDATE captures SET offset = offset + 7 WHERE id = ?", (damaged,))
    return path


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("article") / "kho.db")


class Asking:
    """Pages of an archive, asked without a network."""

    def __init__(self, path: Path) -> None:
        pytest.importorskip(
            "datasette", reason="datasette is not installed: pip install -e '.[web]'"
        )
        from newsarchive.web.server import build as serve

        self.datasette = serve(path)

    def __call__(self, address: str, lang: str = "vi") -> Any:
        headers = {"Host": "127.0.0.1", "Cookie": f"newsarchive_lang={lang}"}
        return asyncio.run(self.datasette.client.get(address, headers=headers))

    def tree(self, address: str, lang: str = "vi") -> Any:
        answer = self(address, lang)
        assert answer.status_code == 200, answer.text[:500]
        return html.document_fromstring(answer.content)


@pytest.fixture(scope="module")
def ask(archive: Path) -> Asking:
    return Asking(archive)


def words(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


# --- the article


def test_the_text_is_set_to_be_read_and_says_where_it_comes_from(ask: Asking) -> None:
    tree = ask.tree("/bai/1")
    (article,) = tree.xpath("//article")
    assert article.get("lang") == "vi"
    assert words(article.find(".//h1")) == f"{TITLE} (cập nhật)"
    assert words(article.find_class("lead")[0]) == LEAD
    assert [words(p) for p in article.find_class("body")[0].iter("p")][1].startswith(
        "Tại thời điểm kiểm tra, tổ công tác thu giữ 15"
    )
    byline = article.find_class("byline")[0]
    assert (words(byline), byline.get("href")) == ("Hoàng Anh", "/tim-kiem?byline=Ho%C3%A0ng+Anh")
    first, second = article.iter("figure")
    assert first.find("img").get("src") == "/bai/1/anh/0"
    assert first.find("img").get("alt") == "Tang vật tại hiện trường"
    assert "Ảnh: Minh Đức" in words(first)
    # What is not kept is not fetched: its address is text.
    assert second.find("img") is None
    assert f"{HOST}/anh-3.jpg" in words(second)
    record = tree.xpath("//aside")[0]
    (link,) = [a for a in record.iter("a") if a.get("href").startswith("http")]
    assert (link.get("href"), link.get("rel")) == (f"{HOST}/bai-1", "noreferrer noopener nofollow")
    assert f"{HOST}/moi/bai-1" in words(record)
    assert "Ngày đăng: weekday does not fit" in words(record)
    origins = [words(row) for row in record.find(".//details//tbody")]
    assert origins == [
        "Tiêu đề tiêu đề lớn nhất trên trang h1",
        "Ngày đăng dòng ngày cạnh tiêu đề near-title",
    ]
    assert "Where each field came from" in words(ask.tree("/bai/1", "en").xpath("//aside")[0])


def test_the_history_is_in_the_order_of_time(ask: Asking) -> None:
    steps = [words(step) for step in ask.tree("/bai/1").find_class("history")[0]]
    assert [step.rpartition(" ")[0].rpartition(" ")[0] for step in steps] == [
        "Sửa lần cuối, theo trang", "Đăng, theo trang", "Gặp lần đầu", "Gặp bản 2, xem chỗ sửa (Bản 2)",
        "Gặp bản 3, xem chỗ sửa (Bản 3)", "Chuyển sang địa chỉ khác", "Gặp lần cuối",
    ]  # fmt: skip
    assert steps[2] == "Gặp lần đầu 2/1/2026 10:04"
    gone = ask.tree("/bai/2", "en")
    assert words(gone.find_class("history")[0][-1]) == "Gone from the site 3 Jan 2026 10:04"
    notice = words(gone.find_class("notice")[0])
    assert "no longer on the site of Công an tỉnh Ví Dụ" in notice
    assert "Gone since 3 Jan 2026 10:04" in notice


def test_the_same_story_elsewhere_and_who_was_first(ask: Asking) -> None:
    def told(tree: Any) -> dict[str, str]:
        return {li.find("a").get("href"): words(li) for li in tree.find_class("reprints")[0]}

    first, second = ask.tree("/bai/12", "en"), ask.tree("/bai/13", "en")
    assert told(first)["/bai/13"] == (
        "Bài đăng lại 13 Công an tỉnh Ví Dụ , 21 Aug 2022 17:00 , 100% alike taken down"
    )
    assert "This article was first with the story." in words(first.xpath("//aside")[0])
    assert told(second)["/bai/12"].endswith("100% alike first")
    assert "had the story before this one" in words(second.xpath("//aside")[0])
    assert not ask.tree("/bai/6").find_class("reprints")


def test_a_withheld_article_is_as_one_that_never_was(ask: Asking) -> None:
    for tail in ("", ".json", "/goc", "/goc/1", "/phien-ban", "/phien-ban?tu=1&den=1", "/anh/0"):
        withheld, unknown = ask(f"/bai/3{tail}"), ask(f"/bai/99{tail}")
        assert withheld.status_code == unknown.status_code == 404
        assert withheld.text.replace("/bai/3", "/bai/99") == unknown.text
        assert SECRET not in withheld.text
    for lang, said in (("vi", "Không có trang này"), ("en", "There is no such page")):
        assert said in ask("/bai/99", lang).text
    for odd in (
        "/bai/0",
        "/bai/-1",
        "/bai/abc",
        "/bai/99999999999999999999",
    ):
        assert ask(odd).status_code == 404, odd


def test_what_a_withheld_article_shares_with_others_stays_out_too(
    ask: Asking, archive: Path
) -> None:
    assert "<img" not in ask("/bai/11").text.partition("<article")[2].partition("</article")[0]
    assert ask("/bai/11/anh/0").status_code == 404
    # Nor is a capture of it shown as one of another article.
    with closing(open_readonly(archive)) as conn:
        of_withheld = [k.id for k in kept.captures_of(conn, 3)]
    assert of_withheld
    for capture in of_withheld:
        for tail in ("", "/trang", "/nguon", "/tai", "/warc"):
            assert ask(f"/bai/1/goc/{capture}{tail}").status_code == 404


def test_what_may_be_shown_is_what_a_package_would_hold(ask: Asking, archive: Path) -> None:
    with closing(open_readonly(archive)) as conn:
        ids = [id for (id,) in conn.execute("SELECT id FROM captures")]
        articles = [id for (id,) in conn.execute("SELECT id FROM articles WHERE withheld IS NULL")]
        with Holdings(conn) as holdings:
            for id in articles:
                holdings.choose(id, None)
            held = {record.id for record in holdings.records()}
        ours = {one.id for id in articles for one in kept.captures_of(conn, id)}
    shown = asyncio.run(kept.shown(ask.datasette, ids))
    assert held <= shown
    assert ours <= shown
    assert len(ids) > len(shown)


def test_the_json_has_all_of_it(ask: Asking) -> None:
    answer = ask("/bai/1.json")
    assert answer.headers["content-type"].startswith("application/json")
    found = json.loads(answer.text)
    assert (found["title"], found["paragraphs"][1][:5]) == (f"{TITLE} (cập nhật)", "Tại t")
    assert found["capture"]["url"] == f"{HOST}/bai-1"
    assert "withheld" not in found
    assert json.loads(ask("/bai/99.json").text) == {"ok": False, "error": "no such article"}


def test_a_picture_is_a_picture_by_its_bytes(ask: Asking) -> None:
    answer = ask("/bai/1/anh/0")
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.content == png()
    assert ask("/bai/1/anh/1").status_code == 404
    assert ask("/bai/1/anh/7").status_code == 404
    assert picture_type(b"<svg xmlns='http://www.w3.org/2000/svg'/>") is None
    assert picture_type(b"RIFF\0\0\0\0WEBPVP8 ") == "image/webp"


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("http://congan.example.vn/bai-1", True),
        ("https://congan.example.vn:8443/tin?a=1&b=%20#c", True),
        ("https://congan.example.vn/tin-tức", True),
        ("javascript:alert(1)", False), ("JAVASCRIPT:x", False), ("data:text/html,x", False), ("ftp://a/", False),
        ("//a.example/", False), ("/tin", False), ("", False), (None, False), ("http://", False),
        ("http://a b/", False), ("http://a/\"x", False), ("http://a/<x>", False), (" http://a/", False),
        ("http://user:pass@a/", False), ("http://a\u202e/", False), ("http://a/\x00", False), ("http://a:99999/", False),
        ("http://[::1", False), ("http://a/" + "x" * 3000, False), ("urn:sha256:abc", False),
    ],
)  # fmt: skip
def test_only_a_plain_address_becomes_a_link(url: str | None, leads: bool) -> None:
    assert (outward(url) is not None) is leads


def test_origins_are_told_in_words_and_unknown_ones_as_they_are() -> None:
    texts = {"vi": VIETNAMESE, "en": ENGLISH}
    english = Wording("en", datetime(2026, 3, 28, tzinfo=UTC), texts)
    assert origin_in_words(english, "near-title+json-ld") == (
        "the date line near the title, confirmed by data for machines in the page (JSON-LD)"
    )
    assert origin_in_words(english, "layout:2021") == "the known layout of the site (2021)"
    assert origin_in_words(english, "meta:og:{0}") == "the meta element “og:{0}”"
    assert origin_in_words(english, "something-new") == "something-new"


def test_both_languages_have_the_same_texts() -> None:
    def gaps(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert VIETNAMESE.keys() | {"article:edited:one"} == ENGLISH.keys()
    for key, text in VIETNAMESE.items():
        assert gaps(text) == gaps(ENGLISH[key]), key


# --- versions


def test_the_words_that_an_edit_changed_are_marked_for_eyes_and_ears(ask: Asking) -> None:
    tree = ask.tree("/bai/1/phien-ban?tu=1&den=3", "en")
    fields = {words(f.find("h3")): f for f in tree.find_class("field")}
    assert list(fields) == ["Title", "Published", "Byline", "Body", "Pictures"]
    body = fields["Body"]
    assert [words(d) for d in body.iter("del")] == ["[removed: 12 ]"]
    assert [words(d) for d in body.iter("ins")] == ["[added: 15 ]"]
    assert (
        words(fields["Published"][1]) == "[removed: 22 Aug 2022 10:11 ] [added: 22 Aug 2022 15:30 ]"
    )
    pictures = [words(li) for li in fields["Pictures"].iter("li")]
    assert pictures[0].startswith("caption changed Tang vật [removed: thu giữ ] tại hiện trường")
    assert [p.partition(" [")[0] for p in pictures[1:3]] == ["picture added", "picture removed"]
    assert words(tree.find_class("same")[0]) == "Unchanged: Section, Source, Lead."
    rows = [words(row) for row in tree.xpath("//table//tbody/tr")]
    assert rows[0] == "3 latest 5 Jan 2026 10:04 version 3 against the one before"
    assert len(rows) == 3


def test_without_numbers_the_latest_edit_is_shown(ask: Asking) -> None:
    assert "Bản 2 → bản 3" in ask("/bai/1/phien-ban").text
    assert "Bản 1 → bản 2" in ask("/bai/1/phien-ban?tu=1&den=2").text
    assert "Bản 3 → bản 1" in ask("/bai/1/phien-ban?tu=3&den=1").text
    assert "Chỉ có một bản" in ask("/bai/2/phien-ban").text
    assert "không khác nhau" in ask("/bai/1/phien-ban?tu=2&den=2").text
    for odd in ("tu=9", "den=0", "tu=x", "tu=-1", "tu=99999999999", "den=%00"):
        answer = ask(f"/bai/1/phien-ban?{odd}")
        assert answer.status_code == 400
        assert "Bài này không có bản" in answer.text


def test_a_picture_is_known_by_its_address() -> None:
    def image(
        url: str | None, caption: str | None = None, credit: str | None = None
    ) -> dict[str, str | None]:
        return {"url": url, "caption": caption, "credit": credit}

    before = [image("a", "một hai"), image("b"), image(None, "x")]
    after = [image("b", None, "An"), image("a", "một ba"), image("c", "mới")]
    found = [(p.kind, p.url, p.words) for p in picture_changes(before, after)]
    assert found == [
        ("~", "b", ((("+", "An"),),)),
        ("~", "a", ((("=", "một"), ("-", "hai"), ("+", "ba")),)),
        ("+", "c", ((("+", "mới"),),)),
        ("-", None, ((("-", "x"),),)),
    ]
    assert picture_changes(before, before) == []


def test_long_texts_are_compared_up_to_a_bound_and_never_wrongly() -> None:
    long = " ".join(f"chữ{n % 50}" for n in range(30_000))
    before = {"body": f"Mở đầu {long} kết thúc."}
    after = {"body": f"Mở bài {long} kết thúc nhé."}
    (change,) = changes(before, after)
    assert change.paragraphs[0][0] == ("=", "Mở")
    assert {kind for kind, _ in change.paragraphs[0]} == {"=", "+", "-"}
    # Rows of one word, each weighed against each, would take minutes.
    hostile = {"body": "\n\n".join(" ".join(["x"] * 900 + [str(n)]) for n in range(300))}
    other = {"body": "\n\n".join(" ".join(["x", "y"] * 450 + [str(n)]) for n in range(300))}
    (change,) = changes(hostile, other)
    assert len(change.paragraphs) == 600
    # What is alike stands side by side still.
    (change,) = changes({"body": "a b c d\n\ne f g h"}, {"body": "một\n\ne f g x"})
    assert change.paragraphs == (
        (("+", "một"),),
        (("-", "a b c d"),),
        (("=", "e f g"), ("-", "h"), ("+", "x")),
    )


# --- the kept original


def test_the_frame_can_do_nothing(ask: Asking) -> None:
    tree = ask.tree("/bai/1/goc")
    (frame,) = tree.iter("iframe")
    assert frame.get("sandbox") == ""
    assert frame.get("title") == "Trang như đã lưu"
    answer = ask(frame.get("src"))
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"].split("; ")
    assert {"sandbox", "default-src 'none'", "form-action 'none'", "base-uri 'none'"} <= set(policy)
    assert answer.headers["x-dns-prefetch-control"] == "off"
    assert answer.headers["referrer-policy"] == "no-referrer"
    text = answer.text
    assert f"<h1>{TITLE} (cập nhật)</h1>" in text
    assert "h1{color:#7a1f1f}" in text
    assert '<a title="/tin">Tin tức</a>' in text
    assert "ảnh: Tang vật" in text
    for gone in ("<script", "href=", "<link", "src=", "owned"):
        assert gone not in text


def test_every_capture_of_the_article_can_be_opened(ask: Asking) -> None:
    rows = [words(row) for row in ask.tree("/bai/1/goc", "en").xpath("//table//tbody/tr")]
    assert rows == [
        "6 Jan 2026 10:04 200 same as before from the site itself",
        "5 Jan 2026 10:04 shown here 200 from the site itself",
        "3 Jan 2026 10:04 200 from the site itself",
        "2 Jan 2026 10:04 200 from the site itself",
    ]
    tree = ask.tree("/bai/1/goc")
    links = [a.get("href") for a in tree.xpath("//table//a")]
    frames = [ask(f"{link}/trang").text for link in links]
    assert frames[0] == frames[1]  # the same body, of another capture
    assert "12 điện thoại" in frames[3]
    assert "Lần này trang y như" in ask(links[0]).text
    other = ask.tree("/bai/2/goc").xpath("//table//a")[0].get("href").rpartition("/")[2]
    assert ask(f"/bai/1/goc/{other}").status_code == 404


def test_the_source_is_text_and_the_file_is_what_was_served(ask: Asking) -> None:
    capture = ask.tree("/bai/5/goc").xpath("//table//a")[0].get("href")
    source = ask(f"{capture}/nguon")
    assert source.headers["content-type"] == "text/plain; charset=utf-8"
    assert source.headers["x-content-type-options"] == "nosniff"
    assert "triệt phá đường dây đánh bạc" in source.text
    assert "triệt phá đường dây đánh bạc" in ask(f"{capture}/trang").text
    file = ask(f"{capture}/tai")
    assert TCVN3 in file.content
    assert file.headers["content-type"] == "application/octet-stream"
    assert file.headers["content-disposition"].startswith('attachment; filename="newsarchive-')
    record = gzip.decompress(ask(f"{capture}/warc").content)
    assert record.startswith(b"WARC/1.1\r\n")
    assert f"WARC-Target-URI: {HOST}/bai-5".encode() in record


@pytest.mark.parametrize(
    ("number", "said", "detail"),
    [
        (4, "The WARC file that holds this page is not in its place", "kho.warc/example-1.warc.gz"),
        (6, "This is neither a page of text nor a picture", "application/pdf"),
        (9, "The record that holds this page's body is not in the archive", "import the WARC file"),
        (10, "The record that holds this page cannot be read", "newsarchive verify"),
    ],
)
def test_what_cannot_be_shown_says_why_and_what_to_do(
    ask: Asking, number: int, said: str, detail: str
) -> None:
    tree = ask.tree(f"/bai/{number}/goc", "en")
    assert not list(tree.iter("iframe"))
    notice = words(tree.find_class("notice")[0])
    assert said in notice
    assert detail in notice
    capture = tree.xpath("//table//a")[0].get("href")
    assert ask(f"{capture}/trang").status_code == 404
    assert ask(f"{capture}/tai").status_code == (200 if number == 6 else 404)


def test_plain_text_stays_text_and_a_huge_page_is_cut(ask: Asking) -> None:
    capture = ask.tree("/bai/7/goc").xpath("//table//a")[0].get("href")
    assert "Tin &lt;b&gt;chữ&lt;/b&gt;\n&amp;amp;" in ask(f"{capture}/trang").text
    tree = ask.tree("/bai/8/goc", "en")
    assert "The page is 4.8 MB long; the frame shows the first 2 MB." in words(tree.find("body"))
    shown = ask(tree.find(".//iframe").get("src")).text
    assert len(shown) < 3 * safe.MOST
    assert SECRET not in shown
    assert SECRET in ask(f"{tree.find('.//iframe').get('src').removesuffix('trang')}nguon").text


def test_an_archive_of_an_older_version_is_shown_too(archive: Path, tmp_path: Path) -> None:
    path = tmp_path / "kho.db"
    shutil.copy(archive, path)
    shutil.copytree(archive.with_suffix(".warc"), path.with_suffix(".warc"))
    with closing(sqlite3.connect(path)) as conn:
        for table in ("observations", "revisits", "checks", "likenesses", "reprints"):
            conn.execute(f"DROP TABLE {table}")
        conn.commit()
    old = Asking(path)
    assert TITLE in old("/bai/1").text
    assert [row[0] is not None for row in old.tree("/bai/1/goc").xpath("//table//tbody/tr")] == [
        True
    ] * 4
    assert old("/bai/3/goc").status_code == 404


def test_a_safe_page_keeps_what_is_harmless() -> None:
    def shown(text: str) -> str:
        return (
            safe.safe_page(text, picture="ảnh", title="t")
            .partition("<body")[2]
            .partition(">")[2]
            .removesuffix("</body></html>")
        )

    assert (
        shown('<p class="a" style="color:red">Tin <b>vui</b></p>')
        == '<p class="a" style="color:red">Tin <b>vui</b></p>'
    )
    assert (
        shown("<table><tr><td colspan=2 bgcolor=#fff>x</table>")
        == '<table><tr><td colspan="2" bgcolor="#fff">x</td></tr></table>'
    )
    assert shown("<noscript><p>không mã</p></noscript>x") == "<p>không mã</p>x"
    assert (
        shown("a<script>b</script>c<style>p{color:red}</style>") == "ac<style>p{color:red}</style>"
    )
    assert (
        shown('<img src="data:image/png;base64,AAAA" alt=x>')
        == '<img src="data:image/png;base64,AAAA" alt="x">'
    )
    assert shown('<img src="/dot.gif" width=1 height=1>') == ""
    assert shown("<a href='javascript:x'>y</a>") == '<a title="javascript:x">y</a>'
    assert shown("&lt;script&gt; &amp;amp;") == "&lt;script&gt; &amp;amp;"
    assert shown("") == shown("<!-- x -->") == ""
    assert "chữ" in shown("<div>" * 2000 + "chữ")
    assert shown("<div>" * 2000 + "chữ").count("<div") == 250
    assert safe.quiet_css("a{background:url(x.png)}") == "a{background:x-url(x.png)}"
    assert safe.quiet_css("a{background:u\\72 l(x)}") == "a{background:x-url(x)}"
    assert safe.quiet_css("a::before{content:'\\201C\\22'}") == "a::before{content:'\\201C\\22'}"
    assert (
        safe.quiet_css("a{background:url('data:image/gif;base64,AA==')}")
        == "a{background:url('data:image/gif;base64,AA==')}"
    )


# --- in a browser


@pytest.fixture(scope="module")
def desk(archive: Path) -> Iterator[str]:
    with serving(archive) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as one:
        yield one


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_the_way_of_a_reader(desk: str, chromium: Any, view: View) -> None:
    """From the article to its edits and back, then to the kept page; each page as it should be."""
    with looking(chromium, desk, "/bai/1", view, shot="article") as page:
        picture = page.locator("article figure img")
        picture.scroll_into_view_if_needed()  # it is loaded when it is near what is seen
        assert picture.evaluate("img => img.decode().then(() => img.naturalWidth)") == 320
        page.locator("summary").focus()
        page.keyboard.press("Enter")
        assert page.locator("details table").is_visible()
    with looking(chromium, desk, "/bai/1", view, axe=False) as page:
        page.locator(".history a").first.click()
        page.wait_for_url("**/phien-ban?tu=1&den=2")
        page.select_option("#den", "3")
        page.locator(".choose button").click()
        page.wait_for_url("**/phien-ban?tu=1&den=3")
        assert page.locator(".difference ins").count() > 3
        page.locator(".back a").click()
        page.wait_for_url("**/bai/1")
    with looking(chromium, desk, "/bai/1/phien-ban?tu=1&den=3", view, shot="versions"):
        pass
    with looking(chromium, desk, "/bai/1/goc", view, shot="original") as page:
        assert page.frame_locator("iframe").locator("h1").inner_text() == f"{TITLE} (cập nhật)"


@pytest.mark.parametrize("view", [VIEWS[0], VIEWS[3]], ids=str)
def test_the_pages_of_what_is_gone_or_lost(desk: str, chromium: Any, view: View) -> None:
    for path, shot in (("/bai/2", "gone"), ("/bai/4/goc", "missing")):
        with looking(chromium, desk, path, view, shot=shot) as page:
            assert page.locator(".notice").is_visible()
    with looking(chromium, desk, "/bai/3", view, errors=1) as page:
        assert page.locator("main .failure").is_visible()


def test_the_pages_work_without_scripts_and_are_downloads_by_name(desk: str, chromium: Any) -> None:
    with looking(chromium, desk, "/bai/1/goc", View(scripts=False)) as page:
        with page.expect_download() as started:
            page.locator(".actions a").nth(1).click()
        assert started.value.suggested_filename.endswith(".html")
        page.locator(".actions a").first.click()
        page.wait_for_url("**/nguon")
        assert "<script>document.title='owned'</script>" in page.locator("body").inner_text()
