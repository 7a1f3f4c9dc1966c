"""How right a reading is, field by field: scores from 0 to 1 against the gold decided by hand.

The judge of `gold.py` says right or wrong; these measures also say how nearly, so that programs
can be compared with each other (benchmarks/fields.py) and a fall be seen (test_fields.py).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from gold import CREDIT, bare, captions, gold_path, load, plain, to_minute

import newsarchive

FIELDS = ("title", "published", "byline", "source", "lead", "body", "captions", "images")
# What newsarchive must reach on average over a set of pages; source has no bound.
BOUNDS = {
    "title": 1.00,
    "published": 1.00,
    "byline": 0.97,
    "captions": 0.97,
    "lead": 0.97,
    "body": 0.98,
    "mean": 0.98,
}
EMPTY: dict[str, Any] = {
    **dict.fromkeys(("title", "published", "byline", "source", "lead")),
    "paragraphs": [],
    "images": [],
}
ZONE = timezone(timedelta(hours=7))
BETWEEN_NAMES = re.compile(r"[,;/|&\n]|\s[-–—]\s|\svà\s", re.IGNORECASE)
SHINGLE = 4  # words


def pages(folder: Path) -> list[Path]:
    """The pages under `folder` that have the gold of an article beside them."""
    found = []
    for page in sorted(folder.rglob("*.*")):
        if page.suffix in (".gz", ".html") and gold_path(page).is_file():
            _, gold = load(page)
            if "paragraphs" in gold:
                found.append(page)
    return found


def ours(content: bytes, url: str | None) -> dict[str, Any]:
    """newsarchive's article as JSON values, EMPTY where it refuses the page."""
    try:
        return newsarchive.parse(content, url).to_json()
    except newsarchive.NotAnArticle:
        return EMPTY


def scores(got: Mapping[str, Any], gold: Mapping[str, Any]) -> dict[str, float]:
    """A score from 0 to 1 for each of FIELDS.

    got: an article as `newsarchive parse` prints it; EMPTY where nothing could be read. gold: its
    keys are in ../shared/pages/README.md; a field it does not name counts as null.
    """
    alts: Mapping[str, list[Any]] = gold.get("_alts", {})

    def wanted(field: str, none: Any = None) -> list[Any]:
        return [gold.get(field, none), *alts.get(field, [])]

    body = " ".join(got["paragraphs"])
    return {
        "title": float(plain(got["title"]) in map(plain, wanted("title"))),
        "published": float(any(same_moment(got["published"], w) for w in wanted("published"))),
        "byline": float(names(got["byline"]) in map(names, wanted("byline"))),
        "source": float(plain(got["source"]) in map(plain, wanted("source"))),
        "lead": max(shared_text(got["lead"] or "", w or "") for w in wanted("lead")),
        "body": max(shared_text(body, " ".join(w)) for w in wanted("paragraphs", [])),
        "captions": caption_score(got["images"], gold.get("images", [])),
        "images": image_score(got["images"], gold.get("images", [])),
    }


def means(rows: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """The mean of each of FIELDS over pages, and the mean of these as `mean`."""
    table = list(rows)
    found = {field: sum(row[field] for row in table) / len(table) for field in FIELDS}
    return {**found, "mean": sum(found.values()) / len(FIELDS)}


def missed(found: Mapping[str, float]) -> list[str]:
    """A line for each of BOUNDS that the means `found` do not reach."""
    return [
        f"{field}: {found[field]:.4f} is below {least:.2f}"
        for field, least in BOUNDS.items()
        if found[field] < least
    ]


def same_moment(got: str | None, wanted: str | None) -> bool:
    """Whether two ISO 8601 times are the same minute; one without a zone is Vietnam's.

    Where only a day is wanted, that day at midnight is right too: some programs know no bare days.
    """
    if not got or not wanted:
        return not got and not wanted
    if "T" in wanted:
        return "T" in got and in_vietnam(got) == in_vietnam(wanted)
    return got == wanted or ("T" in got and in_vietnam(got) == f"{wanted}T00:00+07:00")


def in_vietnam(stamp: str) -> str | None:
    """An ISO 8601 time in Vietnam's zone, without its seconds; None where it is no time."""
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    moment = moment.astimezone(ZONE) if moment.tzinfo else moment.replace(tzinfo=ZONE)
    return to_minute(moment.replace(microsecond=0).isoformat())


def names(text: str | None) -> frozenset[str]:
    """The names of a byline, folded to one case; their order and what separates them is lost."""
    parts = BETWEEN_NAMES.split(plain_lines(text or ""))
    return frozenset(name for part in parts if (name := (plain(part) or "").casefold()))


def plain_lines(text: str) -> str:
    """`plain` line by line."""
    return "\n".join(plain(line) or "" for line in text.splitlines())


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """The runs of four words of a text, as often as each occurs; all words where they are fewer."""
    words = re.findall(r"\w+", (plain(text) or "").casefold())
    if not words:
        return Counter()
    starts = range(max(1, len(words) - SHINGLE + 1))
    return Counter(tuple(words[start : start + SHINGLE]) for start in starts)


def shared_text(got: str, wanted: str) -> float:
    """F1 of two texts over their shingles; both empty is 1."""
    one, other = shingles(got), shingles(wanted)
    return f1((one & other).total(), one.total(), other.total())


def f1(right: int, got: int, wanted: int) -> float:
    """The harmonic mean of precision and recall, from counts; nothing got of nothing is 1."""
    return 2 * right / (got + wanted) if got + wanted else 1.0


def caption_score(got: list[dict[str, Any]], gold: list[dict[str, Any]]) -> float:
    """F1 of the captions, each right or wrong, whichever picture it stands at."""
    found = [c for image in got if (c := bare(image["caption"]))]
    wanted = [image for image in gold if image["caption"]]
    return f1(paired(found, wanted, same_caption), len(found), len(wanted))


def same_caption(got: str, wanted: dict[str, Any]) -> bool:
    """Whether a caption is the gold's or an alternative, its credit printed with it or not."""
    credit = re.escape(bare(wanted.get("credit")) or "")
    short = re.sub(CREDIT.format(credit), "", got, flags=re.IGNORECASE) if credit else got
    return not captions(wanted).isdisjoint((got, bare(short)))


def image_score(got: list[dict[str, Any]], gold: list[dict[str, Any]]) -> float:
    """F1 of the pictures' addresses; a picture without an address is not counted."""
    found = [image["url"] for image in got if image["url"]]
    wanted = [image for image in gold if image["url"]]
    right = paired(found, wanted, lambda url, w: url in (w["url"], *w.get("alts", [])))
    return f1(right, len(found), len(wanted))


def paired(found: list[str], wanted: list[dict[str, Any]], same: Any) -> int:
    """How many of `found` can be given one of `wanted` that is the same, each taken once."""
    left, right = list(wanted), 0
    for one in found:
        place = next((n for n, other in enumerate(left) if same(one, other)), None)
        if place is not None:
            del left[place]
            right += 1
    return right
