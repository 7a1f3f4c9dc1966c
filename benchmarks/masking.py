"""Masking of private persons' names: how well, and how fast.

Prints for each half of the gold of the tests how many of the names to be masked were, and how many
of the others were touched; then the milliseconds of processor for 2 KB of ordinary articles and of
the gold (a name in every line), how many times what it takes to find their words alone, and the
seconds for texts of 1 MB, ordinary and made to be slow. At least 0.95 must be masked, at most 0.02
touched; articles may take 10 times their words (2 KB take about 1 ms), 1 MB of them 1 s, and no
text of 1 MB 10 s. Exit status 1 where a bound is missed.

    python benchmarks/masking.py [--articles N]
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
import masking_gold

from newsarchive.demo.stories import make_stories
from newsarchive.masking import find_spans, mask_texts

LEAST_MASKED = 0.95
MOST_TOUCHED = 0.02
MOST_TIMES = 10.0  # what finding the words takes
MOST_S = 1.0  # for 1 MB of articles
MOST_HOSTILE = 10.0  # for 1 MB of anything
_REPEATS = 25
_WORDS = re.compile(r"\w+|[^\w\s]")
_HOSTILE = {
    "one name": "Nguyễn Văn An ",
    "suspects": "đối tượng Nguyễn Văn An, ",
    "capitals": "ĐỐI TƯỢNG NGUYỄN VĂN AN ",
    "brackets": "Nguyễn Văn An (",
    "quotes": 'Tuấn "',
    "commas": "Lê An, ",
    "marks": "a\u0301",
}


def main() -> int:
    """Print the tables; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=60)
    given = parser.parse_args()
    missed = _quality() + _speed(given.articles)
    for line in missed:
        print(line, file=sys.stderr)
    return int(bool(missed))


def _quality() -> list[str]:
    missed = []
    print(f"{'gold':14}{'passages':>9}{'private':>9}{'masked':>9}{'others':>9}{'touched':>9}")
    for halves in (*((half,) for half in masking_gold.HALVES), masking_gold.HALVES):
        found = masking_gold.passages(*halves)
        score = masking_gold.score(found, find_spans)
        name = halves[0] if len(halves) == 1 else "all"
        print(
            f"{name:14}{len(found):9}{score.private:9}{score.masked:9.4f}"
            f"{score.others:9}{score.wrong:9.4f}"
        )
        if score.masked < LEAST_MASKED or score.wrong > MOST_TOUCHED:
            missed.append(f"{name}: fewer than {LEAST_MASKED} masked or too many others touched")
    return missed


def _speed(count: int) -> list[str]:
    missed = []
    stories = [
        (s.title, s.lead or "", *s.paragraphs, *(p.caption or "" for p in s.pictures), *s.tags)
        for s in make_stories(count)
    ]
    gold = [passage.texts for passage in masking_gold.passages()]
    for name, articles in (("articles", stories), ("gold", gold)):
        size = sum(len(text.encode()) for texts in articles for text in texts)
        pairs = [_least(texts) for texts in articles]
        spent, words = (sum(column) * 1000 * 2048 / size for column in zip(*pairs, strict=True))
        print(
            f"{name:14}{size / len(articles):9.0f} bytes an article{spent:9.2f} ms for 2 KB"
            f"{spent / words:9.1f} times the words"
        )
        if name == "articles" and spent > MOST_TIMES * words:
            missed.append(f"{name} took {spent / words:.1f} times their words, not {MOST_TIMES}")
    megabyte = _megabyte(" ".join(" ".join(texts) for texts in stories) + " ")
    for name, text in {"articles": megabyte, **_HOSTILE}.items():
        spent = _once([_megabyte(text)])
        most = MOST_S if name == "articles" else MOST_HOSTILE
        print(f"1 MB of {name:14}{spent:9.2f} s")
        if spent > most:
            missed.append(f"1 MB of {name} took {spent:.2f} s, not {most:.2f}")
    return missed


def _megabyte(text: str) -> str:
    return (
        (text * (1_000_000 // len(text.encode()) + 1)).encode()[:1_000_000].decode(errors="ignore")
    )


def _least(texts: Sequence[str]) -> tuple[float, float]:
    """Seconds for one article, masked and only taken apart: the least of several, in turn."""
    masked, words = zip(
        *((_once(texts), _once(texts, _words)) for _ in range(_REPEATS)), strict=True
    )
    return min(masked), min(words)


def _words(texts: Sequence[str]) -> None:
    for text in texts:
        _WORDS.findall(text)


def _once(texts: Sequence[str], what: Callable[[Sequence[str]], object] = mask_texts) -> float:
    """Seconds of processor."""
    started = time.process_time()
    what(texts)
    return time.process_time() - started


if __name__ == "__main__":
    sys.exit(main())
