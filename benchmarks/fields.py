"""How rightly pages are read: newsarchive and five other extractors, field by field.

Every page with gold under ../shared/pages/news and ../shared/pages/cms is read by each program;
a row is a field, a column a program, a figure the mean over the pages of what tests/measures.py
gives (1 is right everywhere). A folder named with --pages gets a table of its own.

    python benchmarks/fields.py [--pages FOLDER ...] [--details]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from _processes import ROOT, SHARED, Served, start

sys.path.insert(0, str(ROOT / "tests"))

from gold import load
from measures import FIELDS, means, missed, ours, pages, scores, shared_text

PEERS = ("trafilatura", "newspaper4k", "news-please", "goose3", "readability-lxml")
OURS = "newsarchive"
MOST_BEHIND = 0.02
BESIDES = ("day", "story")
NOTES = f"""\
Title, published, byline, source: the share of pages where it is exactly right. The others: F1.
A field that a program does not offer counts as empty, which is right where the page has none:
source (all peers), published and lead (readability-lxml), pictures (goose3 has to fetch them),
captions (only newspaper4k and readability-lxml keep some, as figcaptions).
A peer's lead is the page's description; a time without a zone is taken for Vietnam's.
Not part of the mean: day, the date without its time; story, lead and body as one text (a peer's
is its text alone, which mostly holds the lead). Peers are given the text as {OURS} decodes it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one program gave for one page. row: its scores by field, and by those of BESIDES."""

    got: dict[str, Any]
    row: dict[str, float]


@dataclass(frozen=True, slots=True)
class Case:
    """One page with its gold."""

    name: str
    content: bytes
    gold: dict[str, Any]

    @property
    def served(self) -> Served:
        """What a worker is given."""
        return self.content, self.gold["url"]


def cases(folders: Sequence[Path]) -> list[Case]:
    """The pages with the gold of an article under the folders."""
    return [
        Case(str(page.relative_to(folder.parent)).partition(".")[0], *load(page))
        for folder in folders
        for page in pages(folder)
    ]


def judged(got: dict[str, Any], gold: dict[str, Any], *, lead_apart: bool) -> Reading:
    """lead_apart: whether the program's body is without the lead, so that both make the story."""
    alts = gold.get("_alts", {})
    leads = [gold.get("lead"), *alts.get("lead", [])]
    bodies = [gold["paragraphs"], *alts.get("paragraphs", [])]
    story = " ".join([got["lead"] or "" if lead_apart else "", *got["paragraphs"]])
    wanted = [" ".join([lead or "", *body]) for lead, body in product(leads, bodies)]
    besides = {
        "day": float((got["published"] or "")[:10] == (gold.get("published") or "")[:10]),
        "story": max(shared_text(story, one) for one in wanted),
    }
    return Reading(got, {**scores(got, gold), **besides})


def read_all(found: list[Case]) -> dict[str, list[Reading]]:
    """Program -> its readings of all pages, newsarchive first."""
    readings = {OURS: [judged(ours(*c.served), c.gold, lead_apart=True) for c in found]}
    for name, worker in start(PEERS, [c.served for c in found]).items():
        got = worker.read()
        worker.close()
        readings[name] = [
            judged(g, c.gold, lead_apart=False) for g, c in zip(got, found, strict=True)
        ]
    return readings


def behind(found: list[Case], readings: dict[str, list[Reading]]) -> Iterator[str]:
    """A line for each page whose body the best peer has more than MOST_BEHIND better."""
    peers = [name for name in readings if name != OURS]
    for place, case in enumerate(found):
        mine = readings[OURS][place].row["body"]
        best = max(peers, key=lambda name: readings[name][place].row["body"], default=OURS)
        theirs = readings[best][place].row["body"]
        if mine < theirs - MOST_BEHIND:
            yield f"{case.name} ({mine:.3f}, {best} {theirs:.3f})"


def details(found: list[Case], readings: list[Reading]) -> Iterator[str]:
    """What newsarchive has wrong, a page and field at a time."""
    for case, reading in zip(found, readings, strict=True):
        for field in FIELDS:
            if reading.row[field] < 1:
                yield f"{case.name} {field} {reading.row[field]:.3f}"
                yield from differences(field, reading.got, case.gold)


def differences(field: str, got: dict[str, Any], gold: dict[str, Any]) -> Iterator[str]:
    """Lines of what was read (-) and what is right (+); of lists only where they differ."""
    one, other = values(field, got), values(field, gold)
    yield from (f"  - {value}" for value in one if value not in other)
    yield from (f"  + {value}" for value in other if value not in one)


def values(field: str, article: dict[str, Any]) -> list[str]:
    """A field as lines."""
    if field == "body":
        return list(article["paragraphs"])
    if field in ("captions", "images"):
        key = "caption" if field == "captions" else "url"
        return [str(image[key]) for image in article["images"]]
    return [str(article.get(field))]


def table(readings: dict[str, list[Reading]]) -> Iterator[str]:
    """The lines of the table: a row a field, a column a program."""
    columns = {name: means(r.row for r in rows) for name, rows in readings.items()}
    for name, rows in readings.items():
        for field in BESIDES:
            columns[name][field] = sum(r.row[field] for r in rows) / len(rows)
    yield f"{'':10}" + "".join(f"{name:>18}" for name in columns)
    for field in (*FIELDS, "mean", *BESIDES):
        yield f"{field:10}" + "".join(f"{c[field]:18.3f}" for c in columns.values())


def compare(title: str, folders: Sequence[Path], *, explain: bool) -> int:
    """Print one table and what misses its bounds; the exit status."""
    found = cases(folders)
    if not found:
        print(f"no pages with gold under {title}: name a folder with --pages", file=sys.stderr)
        return 2
    readings = read_all(found)
    print(f"{title}: {len(found)} pages")
    print(*table(readings), sep="\n")
    worse = list(behind(found, readings))
    print(f"body more than {MOST_BEHIND} behind the best peer: {', '.join(worse) or 'no page'}")
    short = missed(means(r.row for r in readings[OURS]))
    print(*(f"bound missed: {line}" for line in short), sep="\n", end="\n" if short else "")
    if explain:
        print(*details(found, readings[OURS]), sep="\n")
    return int(bool(worse or short))


def main() -> int:
    """Compare on each set of pages; exit status 1 where a bound is missed."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--pages", type=Path, action="append", default=[], metavar="FOLDER")
    options.add_argument("--details", action="store_true", help="what newsarchive has wrong")
    args = options.parse_args()
    status = compare("shared/pages", [SHARED / "news", SHARED / "cms"], explain=args.details)
    for folder in args.pages:
        print()
        status = max(status, compare(str(folder), [folder], explain=args.details))
    print(NOTES)
    return status


if __name__ == "__main__":
    sys.exit(main())
