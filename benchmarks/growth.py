"""How the time of reading grows with a page's size, over shapes made to hurt a reader.

Each shape is one hostile way to fill a page, built at doubling sizes and read as a crawl reads a
page, links and all. Prints milliseconds per MB; exit status 1 where the last doubling of the size
costs more than 2.6 times the time, measured again at more leisure.

    python benchmarks/growth.py [--shape NAME ...] [--most MB] [--rounds N]
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator

from newsarchive import dates, text, urls, words
from newsarchive.crawl.sources import read_feed, read_sitemap
from newsarchive.differences import changes
from newsarchive.exporting import lines
from newsarchive.reader import read
from newsarchive.web import safe

URL = "https://congan.example.vn/tin-tuc/an-ninh/bai-viet-dai-1234.html"
MOST_GROWTH = 2.6  # times, for twice the size
NOISE = 0.02  # seconds: below it a doubling proves nothing
SIZES = (0.3, 0.6, 1.2, 2.4, 4.8)  # MB
LINE = "Công an tỉnh đã tổ chức tuyên truyền, vận động nhân dân chấp hành tốt quy định mới. "
PROSE = f"<p>{LINE * 2}</p>"
Shape = Callable[[int], str]
_ANY = (
    "p div span font b i a table tr td ul li h2 center form em strong blockquote "
    "section article figure select button label dl dt pre u sup"
)


def page(body: str, head: str = "") -> str:
    """A whole page with a headline, a date and a short story around `body`."""
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{TITLE} - Công an</title>{head}'
        f'</head><body><div class="main"><h1 class="title">{TITLE}</h1>'
        f'<span class="date">22/08/2022 10:11</span><div class="content">{PROSE * 3}{body}</div>'
        "</div></body></html>"
    )


TITLE = "Tăng cường tuyên truyền pháp luật cho nhân dân vùng sâu"


def times(piece: str) -> Shape:
    """A page filled with one piece over and over."""
    return lambda size: page(piece * (size // len(piece.encode())))


def numbered(piece: str) -> Shape:
    """A page filled with a piece that carries a number, so that no two are alike."""

    def build(size: int) -> str:
        count = size // len(piece.replace("{}", "10000").encode())
        return page("".join(piece.replace("{}", str(n)) for n in range(count)))

    return build


def nested(opening: str, closing: str = "") -> Shape:
    """A page whose elements all stand in each other; without `closing` none is closed."""

    def build(size: int) -> str:
        count = size // len(opening + closing)
        return page(f"{opening * count}{PROSE}{closing * count}")

    return build


def head(piece: str) -> Shape:
    """A page whose head is filled."""
    return lambda size: page("", piece * (size // len(piece.encode())))


def json_ld(inside: Callable[[int], str]) -> Shape:
    """A page whose JSON-LD is filled."""
    return lambda size: page("", f'<script type="application/ld+json">{inside(size)}</script>')


def attributes(size: int) -> str:
    """One element with as many attributes as fit."""
    return page(f"<div {' '.join(f'a{n}=1' for n in range(size // 10))}>{PROSE}</div>")


def unclosed(size: int) -> str:
    """Tags of every kind, opened at random and never closed."""
    dice = random.Random(7)
    tags = _ANY.split()
    return page("".join(f"<{dice.choice(tags)}>Tin tức " for _ in range(size // 17)))


def crossed(size: int) -> str:
    """Opening and closing tags at random."""
    dice = random.Random(11)
    tags = _ANY.split()
    marks = ("<", "</")
    return page("".join(f"{dice.choice(marks)}{dice.choice(tags)}>Tin " for _ in range(size // 11)))


def title(size: int) -> str:
    """A headline and a title tag that are the whole page."""
    text = LINE * (size // 2 // len(LINE.encode()))
    return page(PROSE).replace(TITLE, text)


def run(character: str, around: str = "<p>{}</p>") -> Shape:
    """One run of a single character, in one element."""
    return lambda size: page(around.replace("{}", character * (size // len(character.encode()))))


def runs(character: str, length: int) -> Shape:
    """Many lines, each a run of a single character: what makes a search begin anew and anew."""
    return times(f"<p>{character * length}</p>")


def article(key: str, value: str) -> str:
    """JSON-LD of an article with one more property."""
    return f'{{"@type": "NewsArticle", "headline": "{TITLE}", "{key}": {value}}}'


SHAPES: dict[str, Shape] = {
    "one paragraph": lambda size: page(f"<p>{LINE * (size // len(LINE.encode()))}</p>"),
    "small paragraphs": numbered("<p>Đoạn văn số {} của bài viết này.</p>"),
    "prose paragraphs": numbered("<p>" + LINE + "Tin {}.</p>"),
    "own boxes": numbered('<div class="b{}"><p>' + LINE + "</p></div>"),
    "furniture prose": numbered('<div class="related"><p>' + LINE + "{}</p></div>"),
    "links": numbered('<a href="/tin-tuc/bai-{}.html">Tin số</a> '),
    "linked headlines": numbered(
        '<div class="item"><h3><a href="/tin-tuc/cong-an-tinh-ra-quan-tuan-tra-{}.html">'
        "Công an tỉnh ra quân tuần tra kiểm soát giao thông</a></h3><p>Tóm tắt của bài</p></div>"
    ),
    "tag links": numbered('<a class="tag" rel="tag" href="/tag/{}">thẻ số</a> '),
    "tags in one line": lambda size: page(
        '<div class="tags">'
        + "".join(f"<a href=/t/{n}>từ {n}</a>" for n in range(size // 30))
        + "</div>"
    ),
    "crumbs": numbered('<div class="breadcrumb"><a href="/m/{}">Mục {}</a></div>'),
    "nested crumbs": nested('<div class="breadcrumb">Mục ', "</div>"),
    "pager": lambda size: page(
        '<div class="pagination">'
        + "".join(f'<a href="/tin/page-{n}">{n}</a> ' for n in range(size // 40))
        + "</div>"
    ),
    "pagers": numbered('<div class="pagination"><a href="/tin/page-{}">2</a> 1</div>'),
    "images": numbered('<img src="/anh/{}.jpg">'),
    "same image": times('<img src="/anh/chung.jpg"><p><i>Ảnh: Văn Tú</i></p>'),
    "figures": numbered('<figure><img src="/a/{}.jpg"><figcaption>Chú thích</figcaption></figure>'),
    "figure of images": lambda size: page(
        f"<figure>{''.join(f'<img src=/a/{n}.jpg>' for n in range(size // 22))}</figure>"
    ),
    "table of images": lambda size: page(
        "<table><tr>"
        + "".join(f"<td><img src=/a/{n}.jpg></td><td>Chú thích</td>" for n in range(size // 55))
        + "</tr></table>"
    ),
    "table row of images": lambda size: page(
        "<table><tr>"
        + "".join(f"<td><img src=/a/{n}.jpg></td>" for n in range(size // 31))
        + "</tr><tr><td>Chú thích chung</td></tr></table>"
    ),
    "nested divs": nested("<div>", "</div>"),
    "nested divs, no end": nested("<div>"),
    "nested text": nested("<div>Tin tức ", "</div>"),
    "nested prose": nested(f"<div>{LINE}", "</div>"),
    "nested spans": nested("<span>", "</span>"),
    "nested named spans": nested('<span class="date" itemprop="x">a', "</span>"),
    "nested hidden": nested('<div itemprop="x" class="hidden">a', "</div>"),
    "nested fonts": nested('<font color="red">', "</font>"),
    "nested bold": nested("<b><i>", "</i></b>"),
    "nested tables": nested("<table><tr><td>", "</td></tr></table>"),
    "nested lists": nested("<ul><li>", "</li></ul>"),
    "nested forms": nested("<form><div>", "</div></form>"),
    "nested links": nested('<div><a href="/x">a', "</a></div>"),
    "unclosed tags": unclosed,
    "crossed tags": crossed,
    "unclosed bold": times("<p><b>Tin tức"),
    "unclosed fonts": times("<p><font size=2>Tin"),
    "stray closings": times("Tin tức</p>\n"),
    "stray closings of divs": times("Tin tức</span></div>\n"),
    "attributes": attributes,
    "attributes on each": times('<div a=1 b=2 c=3 d=4 e=5 f=6 g=7 h=8 i=9 class="x">Tin</div>'),
    "huge class name": lambda size: page(f'<div class="{"ten-" * (size // 4)}">{PROSE}</div>'),
    "huge class of words": lambda size: page(f'<div class="{"a " * (size // 2)}">{PROSE}</div>'),
    "huge class of dashes": lambda size: page(f'<div class="{"-" * size}">{PROSE}</div>'),
    "huge class of links": lambda size: page(
        f'<div class="{"tu-khoa-" * (size // 8)}"><a href="/a">Tin</a>{PROSE}</div>'
    ),
    "huge class of letters": lambda size: page(f'<div class="{"a" * size}"><a href=/b>b</a></div>'),
    "class names, no two alike": numbered('<div class="ten-{} khac-{}">Tin</div>'),
    "huge style": lambda size: page(f'<div style="{"width:1px;" * (size // 10)}">{PROSE}</div>'),
    "huge srcset": lambda size: page(f'<img srcset="{"/a.jpg 2x, " * (size // 11)}">'),
    "huge address": lambda size: page(f'<a href="/{"a/" * (size // 2)}">Tin</a>'),
    "huge address of digits": lambda size: page(f'<a href="/tin-{"1" * size}">Tin</a>'),
    "huge address, climbing": lambda size: page(f'<a href="/{"../" * (size // 3)}">Tin</a>'),
    "huge address of twins": lambda size: page(f'<a href="{"/print" * (size // 6)}/">Tin</a>'),
    "huge address of slashes": lambda size: page(f'<a href="/a{"/" * size}b">Tin</a>'),
    "huge query": lambda size: page(f'<a href="/a?{"b=1&amp;" * (size // 8)}">Tin</a>'),
    "huge image address": lambda size: page(f'<img src="/{"blank" * (size // 5)}/a">'),
    "huge image address, dots": lambda size: page(f'<img src="/a{"-1x1" * (size // 4)}">'),
    "breaks": times("<br>"),
    "lines at breaks": times("Tin tức<br>"),
    "rules": times("<hr>"),
    "comments": times("<!-- a -->"),
    "comment, unclosed": lambda size: page("<!-- " + "a-" * (size // 2)),
    "comment openings": times("<!-- a "),
    "script openings": times("<script>a"),
    "cdata": times("<![CDATA[a]]>"),
    "lone signs": run("<"),
    "lone ampersands": run("&"),
    "entities": times("&nbsp;&amp;&lt;&aacute;"),
    "numeric entities": times("&#7855;"),
    "unknown entities": times("&abcdefghij;"),
    "metas": head('<meta property="og:title" content="Tin tức">'),
    "tag metas": head('<meta property="article:tag" content="từ, khóa">'),
    "date metas": head('<meta property="article:published_time" content="2022-08-22">'),
    "title metas": lambda size: page(
        "".join(f"<h2>Tiêu đề phụ số {n} của bài viết</h2>" for n in range(size // 100)),
        "".join(
            f'<meta property="og:title" content="Tiêu đề chính số {n}">' for n in range(size // 100)
        ),
    ),
    "huge meta": lambda size: page("", f'<meta name="keywords" content="{"a, " * (size // 3)}">'),
    "keywords": lambda size: page(
        PROSE * (size // 400),
        '<meta name="keywords" content="' + ", ".join(f"từ {n}" for n in range(size // 20)) + '">',
    ),
    "title": title,
    "json-ld items": times('<script type="application/ld+json">{"@type":"Thing"}</script>'),
    "json-ld articles": times(f'<script type="application/ld+json">{article("a", "1")}</script>'),
    "json-ld list": json_ld(lambda n: "[" + ",".join([article("a", "1")] * (n // 130)) + "]"),
    "json-ld string": json_ld(lambda n: article("articleSection", f'"{"a " * (n // 2)}"')),
    "json-ld escapes": json_ld(lambda n: article("articleSection", f'"{"&lt;" * (n // 4)}"')),
    "json-ld authors": json_ld(
        lambda n: article("author", "[" + ",".join(['{"name": "Văn Tú"}'] * (n // 20)) + "]")
    ),
    "json-ld headlines": json_ld(
        lambda n: article("headline", "[" + ",".join(f'"Tin {k}"' for k in range(n // 14)) + "]")
    ),
    "json-ld sections": json_ld(
        lambda n: article("articleSection", "[" + ",".join(['"Tin tức"'] * (n // 12)) + "]")
    ),
    "json-ld depth": json_ld(lambda n: "[" * (n // 2) + "]" * (n // 2)),
    "json-ld depth, unclosed": json_ld(lambda n: '{"a":' * (n // 5)),
    "json-ld digits": json_ld(lambda n: article("a", "1" * n)),
    "capitals": run("A"),
    "capital words": run("Văn Tú "),
    "capitals with full stops": run("A."),
    "spaces": run(" ", "<p>a{}b</p>"),
    "hard spaces": run("&nbsp;", "<p>a{}b</p>"),
    "dashes": run("- "),
    "digits": run("1"),
    "dates": run("22/08/2022 "),
    "date-like": run("1/"),
    "brackets": run("("),
    "quotes": run('"'),
    "slashes": run("/."),
    "zero widths": run("\u200b"),
    "combining marks": run("\u0323"),
    "mixed combining marks": run("\u0323\u0301"),
    "lines of capitals": runs("A", 110),
    "lines of names": runs("Văn Tú ", 15),
    "lines of initials": runs("A.", 55),
    "lines of dashes": runs("- ", 55),
    "lines of digits": runs("1", 150),
    "lines of dates": runs("22/08/2022 ", 14),
    "lines of clocks": runs("1:1 ", 38),
    "lines of relative dates": runs("một giờ ", 12),
    "lines of furniture": runs("in ", 36),
    "lines of credits": times("<p>Quang cảnh. Ảnh: Văn Tú</p>"),
    "pictures and credits": times('<img src="/a.jpg"><p>Quang cảnh. Ảnh: Văn Tú</p>'),
    "centred lines": numbered('<img src="/{}.jpg"><p align="center">Văn Tú</p>'),
    "related lists": times(f'<p>Tin liên quan</p><ul><li><a href="/a">{TITLE}</a></li></ul>'),
    "related headings, no links": lambda size: page(
        "<p>Tin liên quan</p><p>Một mục nữa</p>" * (size // 52) + PROSE
    ),
    "related, no prose": times("<p>Tin liên quan</p><ul><li>Một mục nữa</li></ul>"),
    "one related list": lambda size: page(
        "<p>Tin liên quan</p><div>" + "<p>Một mục nữa</p>" * (size // 24) + "</div>"
    ),
    "dated links": numbered(
        '<li><a href="/tin-{}.html">Công an tỉnh ra quân tuần tra đêm</a> 22/08/2022</li>'
    ),
    "dated lines": times('<p class="date">22/08/2022 10:11</p>'),
    "item properties": times('<span itemprop="author">Văn Tú</span> '),
    "hidden item properties": lambda size: page(
        '<div class="hidden">' + '<span itemprop="a">b' * (size // 23) + "</div>"
    ),
    "author boxes": times('<div class="author">Văn Tú</div>'),
    "authors in one line": times('<span class="author">A</span>'),
    "dates in one line": times('<span class="date">22/08/2022</span><span class="author">A</span>'),
    "bold runs in one line": times("<b>Tin</b> <i>tức</i> "),
    "second bodies": times("<body><p>Tin tức"),
    "second pages": times("<html><head><title>a</title></head><body><p>Tin tức</p></body></html>"),
    "plaintext": lambda size: page("<plaintext>" + "<p>Tin tức</p>" * (size // 17)),
    "nested footers": lambda size: page(
        '<article><div class="footer">' * 140 + "<p>22/08/2022</p>" * (size // 17)
    ),
    "nested properties": lambda size: page(
        '<span itemprop="a">' * 140 + "Tin <i>tức</i> " * (size // 18)
    ),
    "nested hidden properties": lambda size: page(
        '<span class="hidden">' + '<span itemprop="a">' * 1900 + "Tin <i>tức</i> " * (size // 18)
    ),
    "calls of scripts": lambda size: page(
        "<script>"
        + "$.get('/api/list', { pageIndex: 1, cat: 'tin' }, show);\n" * (size // 53)
        + "</script>"
    ),
    "functions of scripts": lambda size: page(
        "<script>"
        + "".join(
            f"function f{n}(a, b) {{ ask({{ pageIndex: b, cat: a }}); }} f{n}(1, 2);\n"
            for n in range(size // 62)
        )
        + "</script>"
    ),
    "sums of scripts": lambda size: page(
        "<script>var u = "
        + "a + 'x' + " * (size // 12)
        + "'/l?pageIndex=' + " * (size // 60)
        + "1;</script>"
    ),
    "braces of scripts": lambda size: page(
        "<script>" + "{ pageIndex: " * (size // 13) + "</script>"
    ),
    "links that send a form": lambda size: page(
        "<form method='post'><div class='pager'>"
        + "".join(
            f"<a href=\"javascript:__doPostBack('p','{n}')\">{n}</a> " for n in range(size // 56)
        )
        + "</div></form>"
    ),
    "links of scripts": lambda size: page(
        "<div class='pager'>" + "<a href='#'>2</a> <b>x</b> " * (size // 27) + "</div>"
    ),
    "links in links": lambda size: page(
        '<a href="/x"><div>' * 900 + "Tin <i>tức</i> " * (size // 18)
    ),
    "deep headlines": lambda size: page(
        "<div>" * 1900
        + "".join(
            f'<h3><a href="/tin-{n}.html">Công an tỉnh ra quân tuần tra đêm</a></h3>'
            for n in range(size // 90)
        )
    ),
    "deep pagers": lambda size: page(
        '<div><a href="/tin/page-2">2</a>' * 1900 + "Tin <i>tức</i> " * (size // 18)
    ),
    "one deep headline": lambda size: page(
        '<div><a href="/tin-1.html">Công an tỉnh ra quân tuần tra đêm nay</a>'
        + "<div>" * 1900
        + "Tin <i>tức</i> " * (size // 18)
    ),
    "deep addresses": numbered('<a href="/mot-hai-ba-bon-nam/{}' + "/ab" * 900 + '">Tin</a>'),
    "huge canonical": lambda size: page(
        "", f'<link rel="canonical" href="{"/print" * (size // 6)}/a">'
    ),
    "breadcrumb of lines": lambda size: page(
        '<div class="breadcrumb">' + '<a href="/m">Mục</a> ba<br>' * (size // 32) + "</div>"
    ),
    "tags of lines": lambda size: page(
        "<div>" + '<a rel="tag" href="/m">Mục</a> ba<br>' * (size // 42) + "</div>"
    ),
    "long lead": lambda size: (
        f'<title>{TITLE}</title><h1>{TITLE}</h1><div class="sapo">'
        + f"<p>{LINE}</p>" * (size // 330)
        + '</div><div class="content">'
        + PROSE * (size // 400)
        + "</div>"
    ),
    "long intro": lambda size: page(
        '<div class="item-page"><div itemprop="articleBody">'
        + f"<p>{LINE}</p>\n" * (size // 120)
        + f"<p>{LINE}</p> <p>{LINE}</p></div></div>"
    ),
    "pictures after text": lambda size: page(
        "<figure>"
        + "<p>Chú thích</p>" * (size // 40)
        + "<img src=/a.jpg>" * (size // 32)
        + "</figure>"
    ),
    "attributes, quoted": lambda size: page(
        f"""<a {" ".join(f"a{n}='>'" for n in range(size // 12))}>{PROSE}</a>"""
    ),
    "attributes of a script": lambda size: page(
        f"<script {' '.join(f'a{n}' for n in range(size // 8))}>a</script>"
    ),
    "tags without an end": lambda size: page("<a " * (size // 3)),
    "quotes without an end": lambda size: page("<a b='" * (size // 6)),
    "dump of prose": lambda size: "\n".join([TITLE, "22/08/2022"] + [LINE] * (size // 110)),
    "dump of short lines": lambda size: "\n".join(["Tin tức trong ngày"] * (size // 24)),
    "dump of dates": lambda size: "\n".join(["22/08/2022 10:11"] * (size // 17) + [LINE] * 3),
    "dump of related": lambda size: "\n".join(
        [TITLE, LINE, LINE] + ["Tin liên quan"] * (size // 17)
    ),
    "dump of names": lambda size: "\n".join([TITLE, LINE, LINE] + ["Văn Tú"] * (size // 10)),
    "dump in one line": lambda size: LINE * (size // len(LINE.encode())),
    "dump of blanks": lambda size: TITLE + "\n" + " " * size + LINE,
    "dump of signs": lambda size: "<" * size,
    "dump of signs and blanks": lambda size: "<" + " " * size,
    "dump of tag-like": lambda size: "< " * (size // 2),
}


_ENDS = ("a", " ", "1/", "\u0323\u0301", "&a;", "<", "%41", "(")
# What else takes text of strangers: name -> (what reads it, pieces of which hostile ones consist).
ENTRIES: dict[str, tuple[Callable[[str], object], tuple[str, ...]]] = {
    "a printed date": (dates.read, (*_ENDS, "22/08/2022 ", "một giờ trước ", "Thứ Hai, ", "1:1 ")),
    "dates of a text": (dates.find, (*_ENDS, "22/08/2022 ", "ngày 1 tháng ", "T6, ")),
    "a date of metadata": (dates.read_machine, (*_ENDS, "2022-08-22T10:11:00 ")),
    "an address": (lambda text: urls.absolute(URL, text[:8000]), (*_ENDS, "../", "//", "\\")),
    "the key of an address": (
        lambda text: urls.key(f"http://h/{text}"),
        (*_ENDS, "/print", "/index.php", "?a=1&", "a=1&", "//"),
    ),
    "words of a search": (
        lambda text: words.parse_words(text).expression(),
        (*_ENDS, '"a ', "a* ", "NEAR ", "OR ", "Công an "),
    ),
    "clean text": (text.clean, (*_ENDS, "\u200b", "\x1b[31m", "hoà ")),
    "text for a terminal": (text.inert, ("\x1b", "\u202e", " \n", "a\x9b")),
    "a cell of a spreadsheet": (
        lambda text: lines.harmless_within(f"\n{text}"),
        (";", '\n "', "\n- a a", "\n-  ", "; =", "\t"),
    ),
    "styles of a page": (
        safe.quiet_css,
        (*_ENDS, "url(", "@import ", "\\75", "url('data:image/png;base64,"),
    ),
    "a kept page": (
        lambda text: safe.safe_page(text, picture="p", title="t"),
        ("<b><i>", "<a href=", "<!--", "<style>", "<svg>", "&a;"),
    ),
    "a feed": (
        lambda text: read_feed(f"<rss version='2.0'><channel>{text}".encode(), URL),
        ("<item><link>a", "<x>", "&a;", "<![CDATA["),
    ),
    "a sitemap": (
        lambda text: read_sitemap(f"<urlset>{text}".encode(), URL),
        ("<url><loc>a</loc>", "<url>", "&a;", "<!--"),
    ),
    "an edit": (
        lambda text: changes({"body": text}, {"body": f"{text[::-1]} x"}),
        ("a ", "a\n", "a b c ", "\n\n"),
    ),
}


def entry_grows(call: Callable[[str], object], piece: str) -> bool:
    """Whether eight times the text takes far more than eight times the CPU time."""

    def best(size: int) -> float:
        given = (piece * (size // len(piece) + 1))[:size]
        spent = []
        for _ in range(2):
            start = time.process_time()
            call(given)
            spent.append(time.process_time() - start)
        return min(spent)

    return best(16_000) > 25 * max(best(2_000), 0.004)


def milliseconds(shape: Shape, size: float, rounds: int) -> tuple[float, float]:
    """(best CPU time of reading the shape at `size` MB, MB it really has)."""
    content = shape(int(size * 1e6)).encode("utf-8", "replace")
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        read(content, URL)
        best = min(best, time.process_time() - start)
    return 1000 * best, len(content) / 1e6


def steps(shape: Shape, most: float, rounds: int) -> Iterator[tuple[float, float]]:
    """(milliseconds, MB) at each size up to `most` MB."""
    for size in SIZES:
        if size <= most:
            yield milliseconds(shape, size, rounds)


def grows_too_fast(measured: list[tuple[float, float]]) -> bool:
    """Whether the last doubling of the size costs more than MOST_GROWTH times the time.

    An earlier one can cost a step once, where a cache is full or the page gets deep enough to be
    mended; growth with the square shows in every doubling, the last one too.
    """
    if len(measured) < 2:
        return False
    (before, small), (after, large) = measured[-2:]
    allowed = MOST_GROWTH * (large / small) / 2
    return after > 1000 * NOISE and after > allowed * before


def confirmed(shape: Shape, most: float) -> bool:
    """Whether a shape that seemed to grow too fast does so measured at more leisure, too."""
    return grows_too_fast(list(steps(shape, most, 4)))


def main() -> int:
    """Measure and print the table; exit status 1 where a shape's time grows too fast."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--shape", action="append", choices=SHAPES, metavar="NAME")
    options.add_argument("--most", type=float, default=SIZES[-1], metavar="MB")
    options.add_argument("--rounds", type=int, default=2)
    args = options.parse_args()
    sizes = [size for size in SIZES if size <= args.most]
    print(f"{'ms per MB, at MB:':28}" + "".join(f"{size:8.1f}" for size in sizes))
    bad = []
    for name in args.shape or SHAPES:
        print(f"{name:28}", end="", flush=True)
        measured = []
        for spent, size in steps(SHAPES[name], args.most, args.rounds):
            measured.append((spent, size))
            print(f"{spent / size:8.0f}", end="", flush=True)
        if grows_too_fast(measured) and confirmed(SHAPES[name], args.most):
            bad.append(name)
            print("  grows too fast", end="")
        print()
    for name, (call, pieces) in ({} if args.shape else ENTRIES).items():
        grown = [piece for piece in pieces if entry_grows(call, piece)]
        print(f"{name:28}{f'  grows too fast: {grown}' if grown else ''}")
        bad += [name] * bool(grown)
    print(
        f"{len(bad)} of {len(args.shape or [*SHAPES, *ENTRIES])} shapes and entries grow too fast"
        + "".join(f"\n  {n}" for n in bad)
    )
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
