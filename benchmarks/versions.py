"""What later looks at known articles cost: an edit, the same page again, a 304; bytes and time.

Prints bytes an article in the WARC files and in SQLite, and milliseconds, for the first look and
for each kind of later one, and their ratios to the first look. An edit should cost no more than
the first look, the same page again at most a fifth of its bytes, a 304 at most a sixth. Exit
status 1 where a bound is missed.

    python benchmarks/versions.py [--articles N]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import newsarchive
from newsarchive.archive import Archive
from newsarchive.archive.bodies import digest_of
from newsarchive.archive.warc import Exchange, WarcWriter
from newsarchive.demo.portal import Portal
from newsarchive.demo.stories import Story, make_stories
from newsarchive.model import Capture
from newsarchive.urls import key

HOST = "congan.example.vn"
MOST = {"edit": 1.0, "same": 0.2, "304": 1 / 6}
_START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one look at one article: bytes in the WARC and SQLite files, milliseconds."""

    warc: float
    database: float
    milliseconds: float

    @property
    def bytes(self) -> float:
        """Of both."""
        return self.warc + self.database


class Bench:
    """An archive that looks at the articles of a portal again and again."""

    def __init__(self, folder: Path, stories: list[Story]) -> None:
        self._db = folder / "a.db"
        self._portal = Portal(
            family="nukeviet", name="Công an tỉnh Ví Dụ", stories=stories, page_size=20
        )
        self._round = 0
        with Archive.open(self._db) as archive:
            archive.register_portal(HOST, f"http://{HOST}/")

    def edit(self) -> None:
        """Change a sentence of every article."""
        for story in self._portal.stories:
            first, *rest = story.paragraphs
            self._portal.replace(replace(story, paragraphs=(f"{first} (Tin sửa.)", *rest)))

    def look(self, status: int = 200) -> Cost:
        """Look at every article once."""
        before = self._sizes()
        started = time.perf_counter()
        self._round += 1
        info = {"software": "benchmark", "isPartOf": HOST}
        with (
            WarcWriter(self._db.with_suffix(".warc"), prefix=str(self._round), info=info) as warc,
            Archive.open(self._db) as archive,
        ):
            for number, story in enumerate(self._portal.stories):
                path = self._portal.family.article_path(story)
                body = self._portal.respond("GET", path, {"host": HOST}).body
                seen = _START + timedelta(days=self._round, seconds=number)
                _keep(archive, warc, f"http://{HOST}{path}", body, status, seen)
                if number % 100 == 0:
                    archive.commit()
        seconds = time.perf_counter() - started
        after = self._sizes()
        count = len(self._portal.stories)
        return Cost(
            warc=(after[0] - before[0]) / count,
            database=(after[1] - before[1]) / count,
            milliseconds=1000 * seconds / count,
        )

    def _sizes(self) -> tuple[int, int]:
        warcs = self._db.with_suffix(".warc").glob("*")
        return sum(path.stat().st_size for path in warcs), self._db.stat().st_size


def _keep(
    archive: Archive, warc: WarcWriter, url: str, body: bytes, status: int, seen: datetime
) -> None:
    when = f"{seen:%Y-%m-%dT%H:%M:%SZ}"
    exchange = Exchange(
        url=url, method="GET", request_headers=[("User-Agent", "newsarchive")], request_body=b"",
        status=status, reason="", response_headers=[("Content-Type", "text/html; charset=utf-8")],
        body=body if status == 200 else b"", fetched=when, ip="127.0.0.1",
    )  # fmt: skip
    digest = digest_of(body)
    found = archive.original(url, digest)
    kept = warc.write(exchange, found[0] if found else None)
    capture = Capture(
        record_id=kept.record_id, site=HOST, url=url, fetched=when, status=status, digest=digest,
        warc=kept.warc, offset=kept.offset, length=kept.length,
    )  # fmt: skip
    if found is None:
        row = archive.add_capture(capture)
    else:
        row = archive.add_revisit(capture, found[0].record_id)
    archive.store(
        newsarchive.parse(body, url), site=HOST, key=key(url), url=url, capture=row, seen=when,
        parser="benchmark",
    )  # fmt: skip


def main() -> int:
    """Print the table; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=500)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), make_stories(given.articles))
        costs = {"first": bench.look()}
        costs["same"] = bench.look()
        costs["304"] = bench.look(304)
        bench.edit()
        costs["edit"] = bench.look()
    first = costs["first"]
    print(f"{'look':8}{'WARC bytes':>12}{'SQLite bytes':>14}{'ms':>8}{'of the first':>14}")
    for name, cost in costs.items():
        print(
            f"{name:8}{cost.warc:12.0f}{cost.database:14.0f}{cost.milliseconds:8.2f}"
            f"{cost.bytes / first.bytes:14.2f}"
        )
    missed = [name for name, most in MOST.items() if costs[name].bytes > most * first.bytes]
    for name in missed:
        print(f"{name}: costs more than {MOST[name]:.2f} of the first look", file=sys.stderr)
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
