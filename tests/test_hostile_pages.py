"""Attack pages, feeds, sitemaps and addresses against all that reads them; what CSV and SQL make of them."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from pathlib import Path

import pytest
from archive_cases import opened, put
from conftest import ROOT
from hostile_cases import ALL, acting, hostile_archive

import newsarchive
from newsarchive import query
from newsarchive.crawl.sources import read_feed, read_sitemap
from newsarchive.exporting.lines import csv_chunks, jsonl_chunks
from newsarchive.reader import read
from newsarchive.words import parse_words

sys.path.insert(0, str(ROOT / "benchmarks"))
import growth

URL = "https://congan.example.vn/tin/bai-1.html"
STORY = growth.PROSE * 3


@pytest.mark.parametrize("name", growth.ENTRIES)
def test_the_time_of_every_entry_grows_as_its_text_does(name: str) -> None:
    call, pieces = growth.ENTRIES[name]
    for piece in pieces:
        assert not growth.entry_grows(call, piece), piece


LAUGHS = '<!DOCTYPE l [<!ENTITY a0 "lol">{}]>'.format(
    "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
)
OUTSIDE = (
    '<!DOCTYPE x SYSTEM "{0}"><x/>', '<!DOCTYPE r [<!ENTITY e SYSTEM "{0}">]>', '<!DOCTYPE r [<!ENTITY % p SYSTEM "{0}"> %p;]>',
    '<!DOCTYPE r PUBLIC "-//x//y" "{0}" [<!ENTITY e SYSTEM "{0}">]>', '<?xml-stylesheet href="{0}"?>',
)  # fmt: skip


def feeds(inside: str) -> tuple[bytes, bytes]:
    """A feed and a sitemap with one address in them, and this where the text may be."""
    feed = f"<rss version='2.0'><channel><title>{inside}</title><item><title>{inside}</title><link>{URL}</link></item></channel></rss>"
    return feed.encode(), f"<urlset><url><loc>{URL}</loc><x>{inside}</x></url></urlset>".encode()


@pytest.mark.parametrize("prologue", [LAUGHS, *OUTSIDE], ids=lambda text: text[:24])
def test_feeds_and_sitemaps_expand_and_fetch_nothing(prologue: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.dtd"
    secret.write_text('<!ENTITY e "root:x:0:0">root:x:0:0')
    entity = "&a11;" if prologue is LAUGHS else "&e;"
    for content, reader in zip(feeds(entity), (read_feed, read_sitemap), strict=True):
        text = prologue.replace("{0}", secret.as_uri()).encode() + content
        found = reader(text, URL)
        assert "root:x" not in repr(found)
        assert {entry.url for entry in found.entries} <= {URL}
        assert len(repr(found)) < 2000


@pytest.mark.parametrize("tag", ["item", "x", "url", "link", "channel"])
def test_feeds_and_sitemaps_may_be_deep(tag: str) -> None:
    deep = f"<{tag}>" * 3_000
    for content, reader in zip(feeds(deep), (read_feed, read_sitemap), strict=True):
        assert {entry.url for entry in reader(content, URL).entries} <= {URL}


def test_a_feed_of_too_many_tags_is_none() -> None:
    assert "tags" in read_feed(b"<rss version='2.0'>" + b"<x>" * 400_000, URL).trouble


@pytest.mark.parametrize("kind", ["", "NewsArticle"])
def test_json_in_a_page_may_hold_anything(kind: str) -> None:
    values = (
        "[" * 50_000, "[" * 50_000 + "]" * 50_000, '{"a":' * 50_000, "1" * 100_000, "-1e999", "NaN", "Infinity", "1e-999", '"\\ud800"',
        '"\\u0000\\u001b[31m\\u202e"', "null", "true", "[]", "{}", '[{"@type": "NewsArticle"}]', '"' + "a" * 500_000 + '"', "[" + "1," * 100_000 + "1]",
        '{"__proto__": 1, "@graph": [[[]]]}',
    )  # fmt: skip
    for value in values:
        for name in (
            "headline",
            "datePublished",
            "author",
            "image",
            "articleBody",
            "articleSection",
        ):
            script = f'<script type="application/ld+json">{{"@type": "{kind}", "{name}": {value}}}</script>'
            if len(value) > 1000 and name not in ("headline", "author"):
                continue
            got = read(growth.page("", script), URL).article
            assert got is not None
            text = json.dumps(got.to_json(), ensure_ascii=False)
            assert "\ud800" not in text
            assert not acting(text.replace("\\n", ""))


ODD = {
    "utf-16 without a mark": lambda page: page.encode("utf-16-le"), "utf-16 the other way": lambda page: page.encode("utf-16-be"),
    "utf-32 without a mark": lambda page: page.encode("utf-32-le"), "surrogates": lambda page: page.encode().replace(b"Tin", b"\xed\xa0\x80Tin"),
    "nulls": lambda page: page.encode().replace(b"<p>", b"\0<\0p>\0"), "cut within a letter": lambda page: page.encode()[:-3],
    "two encodings": lambda page: page.encode() + page.encode("cp1258", "replace"), "overlong": lambda page: page.encode().replace(b"<", b"\xc0\xbc"),
    "shift": lambda page: page.encode() + b"\x1b$B\x1b(B~{~}", "c1": lambda page: page.encode().replace(b" ", b" \xc2\x9b31m "),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_odd_bytes_end_in_an_article_or_a_reason_and_nothing_of_them_acts(name: str) -> None:
    page = growth.page(f"<p>Tin {ALL} một</p>").replace("<title>", f"<title>{ALL}")
    reading = read(ODD[name](page), URL)
    if reading.article is None:
        assert reading.reason
        return
    told = [v for v in reading.article.to_json().values() if isinstance(v, str)]
    assert not acting("\n".join([*told, *reading.article.paragraphs]))


def test_homoglyphs_stay_what_they_are() -> None:
    page = growth.page("").replace(growth.TITLE, "Сông аn tỉnh bắt đối tượng trộm cắp tài sản")
    assert newsarchive.parse(page, URL).title == "Сông аn tỉnh bắt đối tượng trộm cắp tài sản"


FORMULAS = (
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "=cmd|' /C calc'!A0",
)
RUN = re.compile(r"[=+@＝＋－＠\t\r\n-]")
LISTED = re.compile(r"[-+] [^\W\d_]+ [^\W\d_][^|!(=;]*")


def test_no_cell_of_a_csv_is_a_formula_however_the_lines_are_parted(tmp_path: Path) -> None:
    inner = "".join(f'; {each};"{each}\n{each}' for each in FORMULAS)
    with opened(tmp_path / "x.db") as archive:
        for number, each in enumerate(FORMULAS, 1):
            put(archive, number, title=each, byline=each, source=each, tags=(each,), section=f"x{inner}",
                paragraphs=(each, f"a{inner}", "- Đồng chí An đến nơi"))  # fmt: skip
    conn = query.open_readonly(tmp_path / "x.db")
    text = "".join(csv_chunks(query.articles(conn, ""), excel=True)).lstrip("\ufeff")
    plain = "".join(csv_chunks(query.articles(conn, "")))
    raw = "".join(csv_chunks(query.articles(conn, ""), raw=True))
    lines = "".join(jsonl_chunks(query.articles(conn, "")))
    conn.close()
    for written in (text, plain):
        rows = list(csv.reader(io.StringIO(written, newline="")))
        assert len(rows) == 1 + len(FORMULAS)
        assert [cell for row in rows for cell in row if RUN.match(cell)] == []
    # As a spreadsheet of a language that parts cells by ';' takes the same file.
    for line in re.split(r"[\r\n]", text):
        for cell in [*re.split(r"[;\t]", line)[1:], line]:
            told = cell.strip(' "\t')
            assert not RUN.match(told) or LISTED.fullmatch(told), line
    assert "\n- Đồng chí An đến nơi" in text
    assert "=1+1" in {cell for row in csv.reader(io.StringIO(raw, newline="")) for cell in row}
    assert json.loads(lines.splitlines()[0])["title"] == "=1+1"


@pytest.mark.parametrize("words", ['"' * 3000, "(" * 3000, "a* " * 3000, "NEAR(" * 900, "- " * 3000, "a:b " * 2000, "NOT " * 2000, "\0" * 50,
                                   "'; DROP TABLE articles; --", "{title}:x", "^a", "a\u0323\u0301" * 2000, ALL, "*", "col:*", "\ud800"])  # fmt: skip
def test_no_words_are_an_error_of_full_text(
    words: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    conn = query.open_readonly(_searched(tmp_path_factory))
    try:
        assert query.search(conn, words, limit=2) == [] or parse_words(words)
        query.counted(conn, words)
    finally:
        conn.close()


def _searched(made: pytest.TempPathFactory, kept: dict[str, Path] = {}) -> Path:  # noqa: B006  made once
    if "path" not in kept:
        kept["path"] = hostile_archive(made.mktemp("search") / "kho.db")
    return kept["path"]


def test_the_report_the_health_page_and_a_release_say_it_as_text(tmp_path: Path) -> None:
    from newsarchive.cli import main

    markup = "</title></style></script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>![x](http://evil.test/)`|"
    path = hostile_archive(tmp_path / "kho.db", f"{markup}{ALL}")
    release = tmp_path / "release"
    for command in (
        ["report", "--since", "2022-08-01", "--until", "2022-08-31", "--out", tmp_path / "report.html"],
        ["health", "--html", tmp_path / "health.html", "--quiet"],
        ["export", "--dataset", release, "--title", markup, "--creator", "Nguyễn Văn An"],
    ):  # fmt: skip
        with pytest.raises(SystemExit) as end:
            main([str(each) for each in (*command, "--db", path)])
        assert end.value.code in (0, 1), command
    files = [tmp_path / "report.html", tmp_path / "health.html", *release.glob("*.html")]
    for file in files:
        page = file.read_text()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    for file in release.rglob("*"):
        if file.suffix in (".json", ".jsonl", ".md", ".cff", ".csv", ".txt"):
            text = file.read_text()
            assert not acting(text.replace("\r\n", "\n")), file
