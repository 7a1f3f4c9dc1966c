"""Two readers of an archive that others write to: one searches, one asks the pages of `serve`."""

from __future__ import annotations

import json
import random
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from time import monotonic

from crawl_cases import command, environment

import newsarchive
from newsarchive.errors import NewsArchiveError
from stress.commands import Commands
from stress.truth import Truth

WORDS = ("công an", "danh bac", "lừa đảo", "xe máy", "giao thong", "bản tin", "tòa soạn")
_PAUSE = 0.05


class Reader:
    """What both have in common. withheld: addresses and since when nobody may be shown them."""

    def __init__(self, commands: Commands, truth: Truth, withheld: dict[str, float]) -> None:
        self.commands = commands
        self.truth = truth
        self.withheld = withheld

    def hidden(self, urls: list[str], began: float) -> str:
        """What of this must not have been shown to who asked at that time."""
        for url in urls:
            if self.withheld.get(url, began) < began:
                return f"withheld, and shown: {url}"
        return ""


class Searcher(Reader):
    """Searches in this process as a notebook does, and now and then on the command line."""

    def run(self, over: threading.Event, rng: random.Random) -> None:
        """Search until it is over."""
        while not over.wait(_PAUSE):
            words = rng.choice(WORDS)
            if rng.random() < 0.04:
                self._command(words)
            else:
                self._notebook(words)

    def _notebook(self, words: str) -> None:
        began = monotonic()
        wrong = ""
        try:
            with closing(newsarchive.open(self.commands.db)) as room:
                found = list(room.search(words, limit=10))
                for hit in found[:2]:
                    article = room.article(hit.id)
                    if article is not None:
                        wrong = wrong or self._of(article)
            wrong = wrong or self.hidden([hit.url for hit in found], began)
        except NewsArchiveError as error:
            wrong = str(error)
        self.commands.note("reader: search", monotonic() - began, wrong)

    def _of(self, article: dict[str, object]) -> str:
        url = str(article["url"])
        paragraphs = article["paragraphs"]
        assert isinstance(paragraphs, list)
        state = (str(article["title"]), str(article["lead"] or ""), "\n\n".join(paragraphs))
        return "" if self.truth.is_true(url, state) else f"untrue: {url}"

    def _command(self, words: str) -> None:
        began = monotonic()
        ended = self.commands.run("search", "search", words, "--json")
        urls = [json.loads(line)["url"] for line in ended.out.splitlines()]
        if wrong := self.hidden(urls, began):
            self.commands.fault(wrong)


class Asker(Reader):
    """Asks pages of one server, as a browser does."""

    def run(self, over: threading.Event, rng: random.Random) -> None:
        """Ask until it is over."""
        with _served(self.commands) as base:
            name = self.commands.db.stem
            while not over.wait(_PAUSE):
                path = rng.choice(
                    (
                        "", f"tim-kiem?q={urllib.request.quote(rng.choice(WORDS))}",
                        f"{name}/articles.json?_shape=objects&_size=20&_sort_desc=id",
                        f"{name}.json?sql=select+url,title+from+articles+order+by+random()+limit+5"
                        "&_shape=array",
                    )
                )  # fmt: skip
                self._ask(base + path)

    def _ask(self, address: str) -> None:
        began = monotonic()
        wrong = ""
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:
                text = answer.read().decode("utf-8")
            if "json" in address:
                rows = json.loads(text)
                rows = rows["rows"] if isinstance(rows, dict) else rows
                wrong = self.hidden([row["url"] for row in rows], began)
        except (OSError, ValueError) as error:  # HTTPError is an OSError
            said = error.read().decode("utf-8")[:500] if hasattr(error, "read") else ""
            wrong = f"{address}: {error} {said}"
        self.commands.note("reader: serve", monotonic() - began, wrong)


@contextmanager
def _served(commands: Commands) -> Iterator[str]:
    """A server of the archive as a process of its own; what it says of troubles is a fault."""
    line = command("serve", "--db", commands.db, "--port", 0)
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split(" ")[1]
        finally:
            process.terminate()
            _, err = process.communicate(timeout=60)
            if "Traceback" in err or "locked" in err:
                commands.fault(f"serve: {err}")
