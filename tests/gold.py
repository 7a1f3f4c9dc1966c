"""The judge of a reading: one parsed article against the gold that was decided by hand."""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

Difference = tuple[str, Any, Any]

TEXTS = ("title", "section", "lead", "byline", "source")
ZERO_WIDTH = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
# The credit at the end of a caption, as the golds of ../shared/pages/cms keep it.
CREDIT = r"[\s–—\-|(.,]*ảnh\s*:?\s*{}[\s).]*$"


def load(page: Path) -> tuple[bytes, dict[str, Any]]:
    """The bytes of a page (gzip is seen through) and the gold beside it."""
    content = page.read_bytes()
    if page.suffix == ".gz":
        content = gzip.decompress(content)
    gold: dict[str, Any] = json.loads(gold_path(page).read_text(encoding="utf-8"))
    return content, gold


def gold_path(page: Path) -> Path:
    """NAME.json beside NAME.html, NAME.html.gz, NAME.txt or any other NAME.*."""
    return page.with_name(page.name.removesuffix(".gz")).with_suffix(".json")


def compare(got: dict[str, Any], gold: dict[str, Any]) -> list[Difference]:
    """What `got` (an article as `newsarchive parse` prints it) has wrong: (field, got, wanted).

    Keys of a gold: see ../shared/pages/README.md. A field the gold does not name is not judged;
    published_text is judged where the gold gives one.
    """
    alts: dict[str, list[Any]] = gold.get("_alts", {})
    found: list[Difference] = []

    def judge(field: str, right: bool) -> None:
        if not right:
            found.append((field, got.get(field), gold[field]))

    for field in TEXTS:
        if field in gold:
            wanted = [plain(w) for w in (gold[field], *alts.get(field, []))]
            judge(field, plain(got[field]) in wanted)
    for field in ("published", "modified"):
        if field in gold:
            wanted = [to_minute(w) for w in (gold[field], *alts.get(field, []))]
            judge(field, to_minute(got[field]) in wanted)
    if gold.get("published_text") is not None:
        texts = [plain(t) for t in (gold["published_text"], *alts.get("published_text", []))]
        judge("published_text", plain(got["published_text"]) in texts)
    if "paragraphs" in gold:
        bodies = [plain_list(b) for b in (gold["paragraphs"], *alts.get("paragraphs", []))]
        judge("paragraphs", plain_list(got["paragraphs"]) in bodies)
    if "tags" in gold:
        sets = [set(plain_list(t)) for t in (gold["tags"], *alts.get("tags", []))]
        judge(
            "tags",
            set(plain_list(got["tags"])) in sets and len(set(got["tags"])) == len(got["tags"]),
        )
    if "images" in gold:
        found.extend(compare_images(got["images"], gold["images"]))
    found.extend(compare_form(got))
    return found


def compare_images(got: list[dict[str, Any]], gold: list[dict[str, Any]]) -> list[Difference]:
    """The pictures in their order: address (or one of `alts`), caption, credit."""
    if len(got) != len(gold):
        return [("images", got, gold)]
    found: list[Difference] = []
    for place, (one, wanted) in enumerate(zip(got, gold, strict=True)):
        if one["url"] not in (wanted["url"], *wanted.get("alts", [])):
            found.append((f"images[{place}].url", one["url"], wanted["url"]))
        if bare(one["caption"]) not in captions(wanted):
            found.append((f"images[{place}].caption", one["caption"], wanted["caption"]))
        if bare(one["credit"]) != bare(wanted.get("credit")):
            found.append((f"images[{place}].credit", one["credit"], wanted.get("credit")))
    return found


def captions(wanted: dict[str, Any]) -> set[str | None]:
    """The captions taken as right: the gold's, its alternatives, and each without the credit."""
    right = {bare(c) for c in (wanted["caption"], *wanted.get("caption_alts", []))}
    if credit := bare(wanted.get("credit")):
        tail = re.compile(CREDIT.format(re.escape(credit)), re.IGNORECASE)
        right |= {bare(tail.sub("", c)) for c in right if c and tail.search(c)}
    return right


def compare_form(got: dict[str, Any]) -> list[Difference]:
    """Every text is NFC, its whitespace collapsed, without zero-width characters."""
    images = [i[key] for i in got["images"] for key in ("caption", "credit")]
    texts = [got[field] for field in TEXTS] + got["paragraphs"] + got["tags"] + images
    return [
        ("form", text, plain(text))
        for text in texts
        if text is not None and (text != plain(text) or ZERO_WIDTH.search(text) or not text)
    ]


def to_minute(stamp: str | None) -> str | None:
    """An ISO 8601 time without its seconds; a bare day stays a bare day."""
    return stamp and re.sub(r"(T\d\d:\d\d):\d\d(?:\.\d+)?", r"\1", stamp)


def plain(text: str | None) -> str | None:
    """NFC with whitespace collapsed."""
    return None if text is None else " ".join(unicodedata.normalize("NFC", text).split())


def plain_list(texts: list[str]) -> list[str]:
    """`plain` over a list."""
    return [plain(t) or "" for t in texts]


def bare(text: str | None) -> str | None:
    """A caption or credit without its closing full stop: whether it is printed is no matter."""
    return (plain(text) or "").rstrip(" .") or None


def report(differences: list[Difference]) -> str:
    """The differences as lines for a failing test."""
    return "\n".join(
        f"{field}:\n    got    {got!r}\n    wanted {want!r}" for field, got, want in differences
    )
