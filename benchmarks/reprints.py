"""Finding reprints as articles are stored: what it costs, what it finds, how it grows.

Three figures, all from one run. Cost: CPU time of storing articles with it, at most 1.3 times that
without. Gold: of invented pairs, how many that tell the same story are found (recall, at least
0.95) and how many found ones do (precision, at least 0.99). Growth: CPU time of one more article at
200,000 against 10,000, at most 1.5 times. Exit status 1 where a bound is missed.

    python benchmarks/reprints.py [--articles N] [--most N] [--seed N]
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import reprint_cases  # noqa: E402  the path is set above

from newsarchive.archive import Archive, likeness, reprints  # noqa: E402  the same
from newsarchive.demo.stories import make_stories  # noqa: E402  the same
from newsarchive.model import Article, Capture  # noqa: E402  the same

HOST = "congan.example.vn"
SEEN = "2026-01-01T00:00:00Z"
MOST_RATIO = 1.3
LEAST_RECALL = 0.95
LEAST_PRECISION = 0.99
MOST_GROWTH = 1.5
EARLY = 10_000
WINDOW = 2_000  # articles over which a figure is taken
BATCH = 100  # articles of a commit
REPRINTED = 0.05  # of the articles, those that tell an earlier one again


class Cost(NamedTuple):
    """CPU milliseconds an article: of storing all, and of finding reprints."""

    storing: float
    finding: float


class Watch:
    """Takes the time of `settle`."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._settle = reprints.settle
        reprints.settle = self._timed

    def _timed(self, conn: sqlite3.Connection) -> None:
        started = time.process_time()
        self._settle(conn)
        self.seconds += time.process_time() - started

    def close(self) -> None:
        """Put things as they were."""
        reprints.settle = self._settle


def cost(folder: Path, articles: int, rng: random.Random) -> Cost:
    """Store generated articles, a twentieth of them reprints, as a crawl does."""
    told: list[tuple[str, ...]] = []
    for story in make_stories(articles):
        again = told and rng.random() < REPRINTED
        text = (
            rng.choice(told)
            if again
            else (*([story.lead] if story.lead else []), *story.paragraphs)
        )
        told.append(rng.choice(reprint_cases.CHANGES)(text, rng) if again else text)
    watch = Watch()
    started = time.process_time()
    with Archive.open(folder / "a.db") as archive:
        archive.register_portal(HOST, f"http://{HOST}/")
        for number, paragraphs in enumerate(told):
            _store(archive, number, paragraphs)
            if number % BATCH == BATCH - 1:
                archive.commit()
    seconds = time.process_time() - started
    watch.close()
    return Cost(1000 * seconds / articles, 1000 * watch.seconds / articles)


def _store(archive: Archive, number: int, paragraphs: tuple[str, ...]) -> None:
    url = f"http://{HOST}/bai-{number}"
    capture = Capture(
        record_id=f"<urn:uuid:{number:032}>", site=HOST, url=url, fetched=SEEN, status=200,
        digest=f"sha256:{number:064}", warc="bench.warc.gz", offset=number, length=1,
    )  # fmt: skip
    article = Article(
        title=f"Bản tin số {number}", url=url, site=HOST, published="2024-08-22T10:11:00+07:00",
        paragraphs=paragraphs,
    )  # fmt: skip
    archive.store(
        article, site=HOST, key=f"{HOST}/bai-{number}", url=url,
        capture=archive.add_capture(capture), seen=SEEN, parser="benchmark",
    )  # fmt: skip


def gold(rng: random.Random) -> tuple[float, float]:
    """(recall, precision) over invented pairs."""
    same = [_found(one, other) for _, one, other in reprint_cases.reprints(rng)]
    wrong = sum(_found(one, other) for _, one, other in reprint_cases.others(rng))
    return sum(same) / len(same), sum(same) / max(1, sum(same) + wrong)


def _found(one: str, other: str) -> bool:
    runs = likeness.shingles(one), likeness.shingles(other)
    if not all(runs):
        return False
    signed = tuple(map(likeness.signature, runs))
    if not set(likeness.bands(signed[0])) & set(likeness.bands(signed[1])):
        return False
    if not likeness.is_likely(likeness.guess(*signed)):
        return False
    return likeness.tell_the_same(one, other, likeness.similarity(*runs))


def growth(folder: Path, most: int, rng: random.Random) -> Iterator[tuple[int, float, float]]:
    """(articles, CPU milliseconds, milliseconds) of finding reprints for one more article.

    Only the tables that it needs are filled, or the index of words would take most of the time.
    """
    texts = _texts(rng)
    with Archive.open(folder / "b.db") as archive:
        archive.register_portal(HOST, f"http://{HOST}/")
        archive.commit()
        conn = archive._conn
        names = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'articles'"
        for (name,) in conn.execute(names).fetchall():
            conn.execute(f"DROP TRIGGER {name}")
        done, cpu, wall = 0, 0.0, 0.0
        while done < most:
            rows = [
                (done + n + 1, f"k{done + n}", HOST, f"u{done + n}", next(texts))
                for n in range(BATCH)
            ]
            conn.executemany(
                "INSERT INTO articles(id, key, site, url, body, title, parser, first_seen, "
                "last_seen) VALUES (?, ?, ?, ?, ?, 'tin', '', '', '')",
                rows,
            )
            started, clock = time.process_time(), time.perf_counter()
            reprints.take(conn, [row[0] for row in rows])
            archive.commit()
            cpu += time.process_time() - started
            wall += time.perf_counter() - clock
            done += BATCH
            if done % WINDOW == 0:
                if done in (EARLY, most):
                    yield done, 1000 * cpu / WINDOW, 1000 * wall / WINDOW
                cpu, wall = 0.0, 0.0


def _texts(rng: random.Random) -> Iterator[str]:
    """Police news without an end: told with the same phrases, one in twenty told before."""
    phrases = [
        " ".join(words[at : at + 9])
        for story in reprint_cases.stories()
        for words in (" ".join(story).split(),)
        for at in range(0, len(words), 9)
    ]
    syllables = [f"từ{number}" for number in range(20_000)]
    rare = [" ".join(rng.choices(syllables, k=9)) for _ in range(50_000)]
    late: list[str] = []
    while True:
        if late and rng.random() < REPRINTED:
            yield f"{rng.choice(late)} Theo Báo Ví Dụ."
            continue
        parts = rng.choices(phrases, k=rng.randint(8, 30)) + rng.choices(rare, k=rng.randint(8, 30))
        rng.shuffle(parts)
        late.append(". ".join(parts))
        if len(late) > WINDOW:
            late.pop(0)
        yield late[-1]


def main() -> int:
    """Print the figures; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--most", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    rng = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as folder:
        spent = cost(Path(folder), given.articles, rng)
        recall, precision = gold(rng)
        steps = list(growth(Path(folder), given.most, rng))
        size = (Path(folder) / "b.db").stat().st_size
    ratio = spent.storing / (spent.storing - spent.finding)
    grown = steps[-1][1] / steps[0][1]
    print(f"storing an article: {spent.storing:.2f} ms of CPU, {spent.finding:.2f} of it reprints")
    print(f"with / without {ratio:.2f} (wanted: at most {MOST_RATIO})")
    print(f"recall {recall:.3f}, precision {precision:.3f} on invented pairs")
    for articles, cpu, wall in steps:
        print(f"one more at {articles:7,} articles: {cpu:.2f} ms of CPU, {wall:.2f} ms")
    print(f"growth {grown:.2f} (wanted: at most {MOST_GROWTH}); {size / given.most:.0f} bytes each")
    missed = [
        ratio > MOST_RATIO,
        recall < LEAST_RECALL or precision < LEAST_PRECISION,
        grown > MOST_GROWTH,
    ]
    for name, bad in zip(("cost", "gold", "growth"), missed, strict=True):
        if bad:
            print(f"{name}: a bound is missed", file=sys.stderr)
    return int(any(missed))


if __name__ == "__main__":
    sys.exit(main())
