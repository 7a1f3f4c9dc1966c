"""What a user types into the search, against a small real archive."""

from __future__ import annotations

import atexit
import shutil
import sqlite3
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from archive_cases import opened, put

from fuzz.holds import bounded, expect, one_line
from newsarchive import query
from newsarchive.errors import CallError
from newsarchive.words import All, Node, Some, Term, parse_words, snippet

LARGEST = 1_500
_TEXTS = (
    "Bắt nhóm đánh bạc ở Cầu Đá, thu giữ ma túy",
    "Hoà giải ở cơ sở; hòa bình trên biên giới — quý, thuỷ, THỦY",
    'Tang vật: 20-10, "lắc" & heroin (ảnh) title:x a:b c*',
    "Nguyễn Văn A., sinh năm 1990 İstanbul ß ﬁn ½ x² naïve",
)
WORDS = tuple(
    word.encode()
    for word in (
        '"', "'", "*", "(", ")", "-", " - ", "AND", "OR", "NOT", "NEAR", "NEAR(", "^", "+", "{", "}", ":", "title:", "tít:", "TIT:", "lead:",
        "sapo:", "body:", "captions:", "byline:", "rowid:", " AND ", " OR ", " NOT ", " -", "(a OR b)", '"a b"*', '-"a"', "-(", "title:(", "title:-a",
        "bắt", "bat", "đánh bạc", "danh bac", "hoà", "hòa", "hoa*", "thuỷ", "ho", "h*", "20-10", "a:b", "heroin", "İ", "ß", "ﬁ", "½", "²", "\u0301",
        "đ", "Đ", "%", "_", ";", "--", "/*", "\\", "\ufeff", "\u200b", "\u2028", "；", "。", "①", "x AND", "OR x", "NOT", "((((((((((", "))))))",
    )
)  # fmt: skip
_FIELDS = (None, "title", "lead", "body", "captions", "byline")
_DEEPEST = 7  # parentheses that are sure to be seen
_FILTERS: tuple[dict[str, Any], ...] = (
    {}, {"since": "2022-01-02"}, {"site": "example"}, {"until": "2022-01-03", "changed": True},
)  # fmt: skip


@cache
def archive() -> sqlite3.Connection:
    """A small archive; its texts stand in every field in turn."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with opened(folder / "archive.db") as made:
        for n, text in enumerate(_TEXTS, 1):
            other, third = _TEXTS[n % 4], _TEXTS[(n + 1) % 4]
            put(made, n, title=text, lead=other, paragraphs=(third, text), byline=other[:20],
                published=f"2022-01-0{n}")  # fmt: skip
    return query.open_readonly(folder / "archive.db")


def one(data: bytes) -> None:
    """First byte: filters, order, page; the words behind it."""
    how = data[0] if data else 0
    typed = data[1:].decode("utf-8", "surrogateescape")
    conn = archive()
    with bounded(len(data)):
        words = parse_words(typed)
        filters = _FILTERS[how & 3]
        order = "rank" if how & 4 else "newest"
        found = query.search(conn, typed, order=order, offset=how >> 6, **filters)
        if not how >> 6:
            expect(query.counted(conn, typed, **filters) == len(found), "miscounted", typed)
            told = sum(number for _, number in query.years(conn, typed, **filters))
            expect(told == len(found), "years are miscounted", typed)
    if words:
        _valid(conn, words.expression())
        for text in _TEXTS:
            for field in _FIELDS:
                _marked(words.spans(text, field), text)
            one_line(snippet([None, text], words), "a snippet")
    for hit in found:
        _marked(hit.marks, hit.snippet)
    if words.root is not None:
        _again(words.root, typed, exact=words.exact)
    if how & 32:
        _byline(conn, typed)


def _valid(conn: sqlite3.Connection, expression: str) -> None:
    name = "articles_fts"
    conn.execute(f"SELECT rowid FROM {name} WHERE {name} MATCH ? LIMIT 1", (expression,)).fetchone()


def _marked(spans: Any, text: str) -> None:
    end = 0
    for start, behind in spans:
        expect(end <= start < behind <= len(text), "a mark outside the text", (spans, text))
        end = behind


def _byline(conn: sqlite3.Connection, name: str) -> None:
    try:
        query.search(conn, None, byline=name)
    except CallError as error:
        one_line(str(error), "an error")


def _again(root: Node, typed: str, *, exact: bool) -> None:
    """Written out with every sign, the words mean the same."""
    text, depth = _written(root)
    if depth > _DEEPEST or '*"' in text:  # a star in quotes is a sign among others
        return
    read = parse_words(text + (" -đ" if exact else ""))
    one = {term.phrase for term in parse_words(typed).terms}
    other = {term.phrase for term in read.terms}
    expect(one == other, "written out, the words are others", (typed, text, one, other))
    if not exact:
        expect(read.root == root, "written out, it means another thing", (typed, text))


def _written(node: Node) -> tuple[str, int]:
    if isinstance(node, Term):
        text = f'"{node.phrase}"' + "*" * node.open
        return f"{node.field}:{text}" if node.field else text, 0
    parts = [_written(part) for part in node.of]
    texts = [text for text, _ in parts]
    joined = (" OR " if isinstance(node, Some) else " ").join(texts)
    if isinstance(node, All):
        none = [_written(part) for part in node.none]
        joined += "".join(f" -{text}" for text, _ in none)
        parts += none
    return f"({joined})", 1 + max(depth for _, depth in parts)


def seeds() -> list[bytes]:
    """Words as they are typed."""
    typed = (
        'bắt OR (hoà -"ma túy") title:heroin', "đánh bac*", "NOT a", '"a b" c* AND (d OR e)', "20-10",
        "tít:(bắt OR thu) -sapo:hòa", "((a b) OR (c d)) -(e f)", "byline:nguyen van", 'a"b', "* ( -",
    )  # fmt: skip
    return [bytes([n * 29 % 256]) + text.encode() for n, text in enumerate((*typed, *_TEXTS))]
