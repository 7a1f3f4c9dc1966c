"""Two versions of an article, and what changed."""

from __future__ import annotations

from typing import Any

from fuzz.holds import bounded, expect
from fuzz.seeds import articles
from newsarchive.differences import CONTEXT, FIELDS, changes
from newsarchive.text import clean

LARGEST = 60_000
_BETWEEN = b"\n===\n"
WORDS = (
    _BETWEEN, b"\n", b"\n\n", b" ", b"a a a a a a a a ", b"x\n" * 20, b"\x1c", b"\x85", b"\xc2\xa0", b" | ",
    "Công an tỉnh ".encode(), "…".encode(), "\u2028".encode(), b"\0", b"\0\0", b"\0\0\0\0\0\0",
)  # fmt: skip


def one(data: bytes) -> None:
    """Two versions, each its fields with a NUL between them."""
    one, _, other = data.partition(_BETWEEN)
    before, after = _version(one), _version(other)
    with bounded(len(data)):
        found = changes(before, after)
    expect([c.field for c in found] == _changed(before, after), "the changed fields", found)
    for change in found:
        old, new = change.before or "", change.after or ""
        gone = [words for part in change.paragraphs for sign, words in part if sign == "-"]
        come = [words for part in change.paragraphs for sign, words in part if sign == "+"]
        _within(gone, old, "what is gone was not there")
        _within(come, new, "what is new is not there")
        if old.split() != new.split() and "\n" not in old + new:
            expect(gone or come, "a change that is not told", (old, new))
        lines = {
            sign: {tuple(line.split()) for line in text.split("\n")}
            for sign, text in (("-", old), ("+", new))
        }
        for part in change.paragraphs:
            _whole(part, lines)
    expect(not changes(after, after), "a version is not itself")


def _whole(part: Any, lines: dict[str, set[tuple[str, ...]]]) -> None:
    """A short change, read with what stayed, is a paragraph of each version: of its lines."""
    signs = {sign for sign, _ in part}
    expect(signs <= {"=", "+", "-"}, "a sign", signs)
    kept = [words for sign, words in part if sign == "="]
    if any(len(words.split()) > CONTEXT for words in kept):
        return  # words in the middle may be left out
    for sign, known in lines.items():
        words = tuple(word for s, w in part if s in ("=", sign) for word in w.split())
        expect(not words or words in known, "a paragraph that is in neither", words)


def _within(pieces: list[str], text: str, rule: str) -> None:
    plain = " ".join(text.split())
    for piece in pieces:
        expect(piece in plain, rule, (piece, text))


def _version(data: bytes) -> dict[str, Any]:
    parts = data.decode("utf-8", "replace").split("\0")
    version: dict[str, Any] = {}
    for field, text in zip(FIELDS, parts, strict=False):
        version[field] = "\n".join(map(clean, text.split("\n"))).strip("\n") or None
    if version.get("images"):
        version["images"] = [
            {"caption": line, "credit": None, "url": line[:9] or None}
            for line in version["images"].split("\n")
        ]
    return version


def _changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [field for field in FIELDS if _shown(before, field) != _shown(after, field)]


def _shown(version: dict[str, Any], field: str) -> Any:
    value = version.get(field)
    if not isinstance(value, list):
        return value
    return "\n".join(" | ".join(filter(None, (i["caption"], i["url"]))) for i in value)


def seeds() -> list[bytes]:
    """Articles beside themselves with a word changed, moved or gone."""
    found = []
    for article in articles()[:12]:
        if not article.get("paragraphs"):
            continue
        body = article["paragraphs"]
        old = [article.get(field) for field in FIELDS[:6]] + ["\n\n".join(body)]
        new = [*old[:6], "\n\n".join([*body[1:], body[0].replace(" ", " không ", 1)])]
        one, other = ("\0".join(text or "" for text in version).encode() for version in (old, new))
        found.append(one + _BETWEEN + other)
    return found
