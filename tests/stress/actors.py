"""Who works on one archive at once: each method is one round of an actor, a thread of its own."""

from __future__ import annotations

import json
import random
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from time import monotonic

from newsarchive.archive.audit import audit
from newsarchive.query import open_readonly
from stress.commands import Commands, Ended, Moment, after
from stress.living import Living
from stress.truth import Truth, Whole

Round = Callable[[random.Random], None]
_PACE = ("--delay", 0.02, "--concurrency", 2)


class Actors:
    """The writers, and those who read all of it. first, second: their portals; third: of `other`.

    withheld: addresses, and since when nobody may be shown them; whole: crawls that were not
    killed; kills: how many were.
    """

    def __init__(
        self, commands: Commands, truth: Truth, first: Living, second: Living, third: Living
    ) -> None:
        self.commands = commands
        self.truth = truth
        self.first, self.second, self.third = first, second, third
        self.db = commands.db
        self.other = self.db.with_name("other.db")
        self.over = threading.Event()
        self.withheld: dict[str, float] = {}
        self.whole: list[Whole] = []
        self._pen = threading.Condition()
        self._writing = 0
        self._alone = False

    def rounds(self) -> list[Round]:
        """All actors."""
        return [
            self.crawls("crawl", self.first, 3), self.crawls("second crawl", self.second, 5),
            self.refresh, self.backup, self.export, self.reparse, self.verify, self.withhold,
            self.merge,
        ]  # fmt: skip

    def run(self, once: Round, rng: random.Random) -> None:
        """Go round until it is over."""
        while not self.over.is_set():
            once(rng)
            self.over.wait(rng.random())

    def begin(self) -> None:
        """What there is when the others begin: one portal crawled, and the other archive."""
        self._crawl("crawl", [self.first], "crawl", "--url", f"{self.first.base}/")
        self._crawl_third()

    def end(self) -> None:
        """Bring the archive up to date, alone: all must go well at once."""
        self._crawl("second crawl", [self.second], "crawl", "--url", f"{self.second.base}/")
        self._crawl("refresh", [self.first, self.second], "refresh", "--recheck", "all")
        self.commands.run("verify", "verify", "--quiet")
        self._backup(None)

    # Writers -----------------------------------------------------------------------------------

    @contextmanager
    def _holding(self) -> Iterator[None]:
        """What a merge that waits for the others waits for."""
        with self._pen:
            self._pen.wait_for(lambda: not self._alone)
            self._writing += 1
        try:
            yield
        finally:
            with self._pen:
                self._writing -= 1
                self._pen.notify_all()

    def _crawl(
        self, name: str, portals: list[Living], *args: object, kill: Moment | None = None
    ) -> Ended:
        with self._holding():
            ended = self.commands.run(name, *args, *_PACE, "--quiet", kill=kill)
        if ended.status == 0:
            self.whole += [Whole(portal, ended.began, ended.ended) for portal in portals]
        return ended

    def crawls(self, name: str, portal: Living, every: int) -> Round:
        """Crawls of one portal; the first and every so many further ones are killed."""
        rounds = count()

        def once(rng: random.Random) -> None:
            kill = _asked([portal], rng.randrange(1, 12)) if next(rounds) % every == 0 else None
            self._crawl(name, [portal], "crawl", "--url", f"{portal.base}/", kill=kill)

        return once

    def refresh(self, rng: random.Random) -> None:
        """Both portals again, with all known articles; now and then killed."""
        portals = [self.first, self.second]
        kill = _asked(portals, rng.randrange(1, 100)) if rng.random() < 0.25 else None
        self._crawl("refresh", portals, "refresh", "--recheck", "all", kill=kill)

    def reparse(self, rng: random.Random) -> None:
        """The same reader reads all again: nothing changes. Now and then killed."""
        kill = after(rng.uniform(1, 3)) if rng.random() < 0.2 else None
        with self._holding():
            ended = self.commands.run("reparse", "reparse", kill=kill)
        if ended.status == 0 and "nothing changes" not in ended.out:
            self.commands.fault(f"reparse by the same reader: {ended.out}")

    def withhold(self, rng: random.Random) -> None:
        """An article out of all that is shown."""
        with closing(open_readonly(self.db)) as conn:
            sql = "SELECT url FROM articles WHERE withheld IS NULL ORDER BY random() LIMIT 1"
            url = str(conn.execute(sql).fetchone()[0])
        ended = self.commands.run("withhold", "withhold", url, "--reason", "thử", "--quiet")
        if ended.status == 0:
            self.withheld[url] = ended.ended
        self.over.wait(rng.uniform(2, 6))

    def merge(self, rng: random.Random) -> None:
        """A third portal's archive into this one: beside the others, and with none writing."""
        self.third.work()
        self._crawl_third()
        self.commands.run("merge", "merge", self.other, "--quiet")
        with self._pen:
            self._alone = True
            self._pen.wait_for(lambda: self._writing == 0)
        try:
            self.commands.run("merge alone", "merge", self.other, "--quiet")
        finally:
            with self._pen:
                self._alone = False
                self._pen.notify_all()
        self.over.wait(rng.uniform(5, 15))

    def _crawl_third(self) -> None:
        crawl = ("crawl", "--url", f"{self.third.base}/", *_PACE, "--quiet")
        self.commands.run("crawl of the other", *crawl, db=self.other)

    def _keys(self) -> set[str]:
        with closing(open_readonly(self.db)) as conn:
            return {key for (key,) in conn.execute("SELECT key FROM articles")}

    # Readers of the whole ------------------------------------------------------------------------

    def verify(self, rng: random.Random) -> None:
        """The archive is whole at any moment; what a killed crawl left open is named."""
        self.commands.run("verify", "verify", "--quiet")

    def backup(self, rng: random.Random) -> None:
        """Copies, now and then killed; each is whole, true, and has all that was there."""
        self._backup(after(rng.uniform(0.5, 1.5)) if rng.random() < 0.2 else None)

    def _backup(self, kill: Moment | None) -> None:
        copy = self.db.parent / "backup" / "copy.db"
        before = self._keys()
        ended = self.commands.run("backup", "backup", copy, "--quiet", kill=kill)
        if ended.status == 0:
            self.commands.note("backup: a copy", None, self.copied(copy, before))

    def copied(self, copy: Path, before: set[str]) -> str:
        """What is wrong with a copy. before: keys of articles that were there when it began."""
        with closing(sqlite3.connect(copy)) as conn:
            faults = [f"{f.where}: {f.what}" for f in audit(conn, copy, advance=lambda _: None)]
            keys = {key for (key,) in conn.execute("SELECT key FROM articles")}
            faults += [f"{key} is not in it" for key in before - keys]
            faults += [f"untrue: {url}" for url in self.truth.untrue(conn)]
        return "; ".join(faults[:5])

    def export(self, rng: random.Random) -> None:
        """What was there is in it, nothing else, and nothing that was withheld."""
        target = self.db.parent / "export.jsonl"
        before = {url for (url,) in self._shown()}
        began = monotonic()
        ended = self.commands.run("export", "export", "--format", "jsonl", "--output", target)
        if ended.status != 0:
            return
        rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
        urls = {row["url"] for row in rows}
        after = {url for (url,) in self._shown()}
        wrong = [
            f"withheld: {u}" for u, when in self.withheld.items() if when < began and u in urls
        ]
        wrong += [f"not exported: {url}" for url in before & after - urls]
        wrong += [f"untrue: {row['url']}" for row in rows if not self._is_true(row)]
        self.commands.note("export: the file", None, "; ".join(wrong[:5]))

    def _shown(self) -> list[tuple[str]]:
        with closing(open_readonly(self.db)) as conn:
            return conn.execute(
                "SELECT url FROM articles WHERE withheld IS NULL AND gone IS NULL"
            ).fetchall()

    def _is_true(self, row: dict[str, object]) -> bool:
        paragraphs = row["paragraphs"]
        assert isinstance(paragraphs, list)
        state = (str(row["title"]), str(row["lead"] or ""), "\n\n".join(paragraphs))
        return self.truth.is_true(str(row["url"]), state)


def _asked(portals: list[Living], requests: int) -> Moment:
    """The moment when so many more requests came to these portals."""
    until = sum(len(portal.requests) for portal in portals) + requests
    return lambda: sum(len(portal.requests) for portal in portals) >= until
