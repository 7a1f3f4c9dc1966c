"""Pages as no editor meant them: any nesting, real templates damaged, and what must not matter."""

from __future__ import annotations

import gzip
import random
import re
import time
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from gold import compare, report
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from templates import BY_NAME, TEMPLATES, Template
from test_templates import EXAMPLES

import newsarchive

URL = "https://congan.example.vn/tin-tuc/bai-viet-1234.html"
QUICK = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
MARKUP = re.compile(r"<(?:p|br|div|span|a|img|b|li|td)\b|</|<!--|-->", re.IGNORECASE)
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffc]")
STORY = EXAMPLES["all fields"]


def parse(content: bytes | str, url: str = URL) -> dict[str, Any] | str:
    """The article, or the reason why it is none."""
    try:
        return newsarchive.parse(content, url).to_json()
    except newsarchive.NotAnArticle as refusal:
        return refusal.reason


def texts_of(got: dict[str, Any]) -> list[str]:
    """Every text of an article."""
    fields = ("title", "published_text", "section", "lead", "byline", "source")
    images = [image[part] for image in got["images"] for part in ("caption", "credit")]
    found = [got[field] for field in fields] + got["paragraphs"] + got["tags"] + images
    return [text for text in found if text is not None]


def examine(content: bytes | str, *, raw: bool = False) -> dict[str, Any] | None:
    """What holds for every page. raw: markup may be a page's text (cut scripts, open titles)."""
    start = time.process_time()
    got = parse(content)
    assert time.process_time() - start < 2.0 + len(content) / 100_000
    assert parse(content) == got
    if isinstance(got, str):
        assert got
        return None
    for text in texts_of(got):
        assert text
        assert text == " ".join(text.split())
        assert unicodedata.is_normalized("NFC", text)
        assert not INVISIBLE.search(text)
        assert raw or not MARKUP.search(text), text
    return got


# Any nesting of elements with the names that real ones have.

CLASSES = (
    "sapo", "article-content", "news-detail", "date", "time", "breadcrumb", "related", "caption",
    "author", "tags", "title", "footer", "menu", "share", "sidebar", "comment", "summary", "bodytext",
    "hidden", "entry-content", "tin-lien-quan", "articletitle", "noidung", "image", "social",
)  # fmt: skip
TAGS = (
    "p", "div", "span", "td", "tr", "table", "ul", "li", "h1", "h2", "h3", "a", "b", "strong", "em", "i",
    "font", "center", "figure", "figcaption", "article", "section", "aside", "blockquote", "form",
    "header", "footer", "nav", "main", "time", "dl", "dd", "label", "x-news", "tbody", "u",
)  # fmt: skip
ATTRIBUTES = (
    "", ' style="text-align:right"', " style='display:none'", ' align="center"', " hidden", ' href="/bai-1.html"',
    ' itemprop="articleBody"', ' itemprop="datePublished" content="2022-08-22T10:11:00"', ' title="a > b"',
    ' href="javascript:void(0)"', ' datetime="2022-08-22"', " onclick=\"x('<p>')\"", ' class="a" class="b"',
)  # fmt: skip
VOID = (
    "<br>",
    "<img src=/a.jpg>",
    '<img data-src="/b.jpg" src="data:,">',
    "<hr>",
    "<input value=x>",
    "<br/>",
)
WORDS = (
    "Công an tỉnh tổ chức tuyên truyền pháp luật cho nhân dân trong tỉnh, được bà con đồng tình ủng hộ. ",
    "“Chúng tôi đến từng nhà”, Trung úy Lê Văn An nói. ", "Bắt hai đối tượng trộm xe", "22/08/2022 10:11", "31/02/2022",
    "Thứ Hai, ngày 22 tháng 8 năm 2022", "Ảnh: Văn Tú", "Tác giả: Văn Tú", "Nguồn: Báo Hạ", "Văn Tú", "Tin liên quan",
    "Từ khóa:", "Trang chủ", "&nbsp;", "&amp;", "&#8220;", "a\u0323\u0301", "tuy\u00ad\u200bến", "\u00a0", "&#x200B;", "&copy;",
)  # fmt: skip


def element(tag: str, name: str, attribute: str, inside: list[str], closed: bool) -> str:
    """One element around what is in it; the end tag may be missing."""
    end = f"</{tag}>" if closed else ""
    return f'<{tag} class="{name}"{attribute}>{"".join(inside)}{end}'


LEAVES = st.one_of(st.sampled_from(WORDS), st.sampled_from(WORDS), st.sampled_from(VOID))
NESTINGS = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        element,
        st.sampled_from(TAGS),
        st.sampled_from(CLASSES),
        st.sampled_from(ATTRIBUTES),
        st.lists(inner, max_size=5),
        st.sampled_from((True, True, True, False)),
    ),
    max_leaves=40,
)


@given(st.lists(NESTINGS, max_size=8).map("".join))
@settings(QUICK, max_examples=150)
def test_any_nesting_ends_in_an_article_or_a_reason(soup: str) -> None:
    examine(soup)
    prose = "".join(f"<p>{text}</p>" for text in WORDS[:2] * 3)
    examine(f"<html><body><h1>{WORDS[2]}</h1>{soup}<div>{prose}{soup}</div></body></html>")


# Real templates, damaged.

INSERTED = (
    "<", ">", '"', "'", "</div>", "</p>", "<p>", "<table>", "</td></tr></table>", "<!--", "-->", "<b>", "</strong>",
    "<script>", "</script>", "<style>", "\x00", "\u200b", "&", "&#", "<![CDATA[", "<div class=related>", "</body></html>",
    "<form>", "<li>", "<a href='", "<h1>", "<br><br>", "\ufeff", "\ud800", "\u0301",
)  # fmt: skip
PLACES = st.floats(0, 1, exclude_max=True)
DAMAGES = st.lists(
    st.tuples(
        st.sampled_from(("cut", "drop", "twice", "insert")), PLACES, PLACES, st.sampled_from(INSERTED)
    ),
    min_size=1,
    max_size=6,
)  # fmt: skip


def damaged(page: str, damages: list[tuple[str, float, float, str]]) -> str:
    """The page after the damages, each by its kind and place."""
    for kind, place, size, text in damages:
        at = int(len(page) * place)
        end = at + int((len(page) - at) * size * 0.3)
        if kind == "cut":
            page = page[: max(at, 200)]
        elif kind == "drop":
            page = page[:at] + page[end:]
        elif kind == "twice":
            page = page[:end] + page[at:]
        else:
            page = page[:at] + text + page[at:]
    return page[:60_000]


@given(st.sampled_from(TEMPLATES), DAMAGES)
@settings(QUICK, max_examples=200)
def test_a_damaged_template_ends_in_an_article_or_a_reason(
    template: Template, damages: list[tuple[str, float, float, str]]
) -> None:
    page = damaged(template.render(STORY), damages)
    examine(page, raw=True)
    examine(page.encode("utf-8", "surrogatepass"), raw=True)


@given(st.sampled_from(TEMPLATES), st.lists(st.tuples(PLACES, st.integers(0, 255)), max_size=40))
@settings(QUICK, max_examples=80)
def test_a_template_with_any_bytes_changed_ends_in_an_article_or_a_reason(
    template: Template, changes: list[tuple[float, int]]
) -> None:
    content = bytearray(template.render(STORY).encode())
    for place, byte in changes:
        content[int(len(content) * place)] = byte
    examine(bytes(content), raw=True)


@pytest.mark.parametrize("name", BY_NAME)
def test_a_template_cut_below_its_text_gives_a_beginning_of_it(name: str) -> None:
    template, dice = BY_NAME[name], random.Random(name)
    page, gold = template.render(STORY), template.gold(STORY)
    start = page.rindex("có mặt; Trung úy")  # in the body's second paragraph
    rest = [*gold["paragraphs"], gold["byline"] or "", gold["source"] or ""]
    for _ in range(25):
        at = dice.randrange(start + 200, len(page))
        got = parse(page[:at], gold["url"])
        assert isinstance(got, dict), (at, got)
        assert (got["title"], got["lead"]) == (gold["title"], gold["lead"]), at
        whole = sum(one == two for one, two in zip(got["paragraphs"], rest, strict=False))
        torn = got["paragraphs"][whole:]
        assert len(torn) <= 1, (at, torn)
        assert not torn or any(torn[0].rstrip("<") in text for text in rest), (at, torn)


# What no reader of the page sees changes nothing.

TEXT = re.compile(r">[^<>]+(?=<)")
OPENED = re.compile(r"<(/?)([a-z][a-z0-9]*)")
LETTERS = re.compile("[^\x00-\x7f]")
SCRIPT = re.compile(r"(<script.*?</script>|<title>.*?</title>)", re.DOTALL)


def outside_scripts(change: Callable[[str], str]) -> Callable[[str], str]:
    """The change in all but scripts and the title tag, which hold no markup."""

    def changed(page: str) -> str:
        parts = SCRIPT.split(page)
        return "".join(p if SCRIPT.match(p) else change(p) for p in parts)

    return changed


def in_texts(change: Callable[[str], str]) -> Callable[[str], str]:
    """The change in what stands between tags."""
    return outside_scripts(lambda page: TEXT.sub(lambda text: ">" + change(text[0][1:]), page))


SAME: dict[str, Callable[[str], str | bytes]] = {
    "decomposed": lambda page: unicodedata.normalize("NFD", page),
    "bytes": lambda page: page.encode(),
    "byte order mark": lambda page: b"\xef\xbb\xbf" + page.encode(),
    "utf-16": lambda page: page.encode("utf-16"),
    "compressed": lambda page: gzip.compress(page.encode()),
    "references": outside_scripts(
        lambda page: LETTERS.sub(lambda letter: f"&#{ord(letter[0])};", page)
    ),
    "hexadecimal references": outside_scripts(
        lambda page: LETTERS.sub(lambda letter: f"&#x{ord(letter[0]):X};", page)
    ),
    "lines of Windows": lambda page: page.replace("\n", "\r\n"),
    "capital tags": outside_scripts(
        lambda page: OPENED.sub(lambda tag: f"<{tag[1]}{tag[2].upper()}", page)
    ),
    "wide blanks": in_texts(lambda text: text.replace(" ", " \n\t ")),
    "blanks that do not break": in_texts(lambda text: text.replace(" ", "\u00a0")),
    "soft hyphens": in_texts(lambda text: re.sub(r"(?<![&#])\b([^\W\d]{2})([^\W\d])", "\\1\u00ad\\2", text)),
    "zero widths": in_texts(lambda text: re.sub(r"(\w) (\w)", "\\1\u200b \u200b\\2", text)),
    "comments": outside_scripts(lambda page: re.sub(r"(</(?:p|div|li)>)", r"\1<!-- x -->", page)),
    "comments in lines": in_texts(lambda text: text.replace(" ", " <!--[if IE]>x<![endif]-->", 1)),
    "conditional scripts": lambda page: page.replace("</p>", "<script>var a = '<p>x';</script></p>"),
    "an instruction above": lambda page: '<?xml version="1.0" encoding="utf-8"?>\n' + page,
    "text behind the end": lambda page: page + "\n<!-- 0.231s, 14 queries -->\n",
    "a wrapper": lambda page: re.sub(
        r"(<body[^>]*>)(.*)(</body>)", r'\1<div id="wrapper">\2</div>\3', page, flags=re.DOTALL
    ),
    "empty spans": lambda page: re.sub(r"(<p[^>]*>)", r"\1<span></span>", page),
    "bookmarks of Word": lambda page: re.sub(r"(<p[^>]*>)", r'\1<a name="_GoBack"></a><o:p></o:p>', page),
    "fonts of Word": outside_scripts(
        lambda page: re.sub(
            r"<p([^>]*)>(.*?)</p>",
            r'<p\1><span style="font-family:Times New Roman"><font size="3">\2</font></span></p>',
            page,
            flags=re.DOTALL,
        )
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("change", SAME)
def test_what_is_not_seen_changes_nothing(change: str, name: str) -> None:
    template = BY_NAME[name]
    gold = template.gold(STORY)
    content = SAME[change](template.render(STORY))
    got = newsarchive.parse(content, gold["url"]).to_json()
    found = compare(got, gold)
    assert not found, report(found)
