"""Attack pages, by seed, against the reader and then against everything that shows what it read."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from archive_cases import SEEN, capture, opened
from conftest import ROOT
from hostile_cases import ACTS, ALL, Terminal, acting, hostile_archive

from newsarchive import query
from newsarchive.exporting.lines import csv_chunks, jsonl_chunks
from newsarchive.reader import read
from newsarchive.urls import key
from newsarchive.web.safe import safe_page
from stress.row import Row

sys.path.insert(0, str(ROOT / "benchmarks"))
import growth

URL = "https://congan.example.vn/tin/bai-{}.html"
_SECONDS = 120  # until a page is given up; it takes well under one
_SIZE, _CUT_SIZE = 400_000, 40_000  # bytes of a page
_PIECES = (
    *ACTS, "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "]]>", "<!--", "<b><i><p>", "</b></p>", "<table><tr><td>", "<select><option>",
    "<plaintext>", "<svg><style>", "<template>", "&#0;", "&#x110000;", "&nbsp;", "\ud800", "=1+1", "@SUM(1)", "<textarea>", "<title>", "<a href='",
    "22/08/2022 10:11", "Ảnh: Văn Tú", "Tin liên quan", "<figure><img src=/a.jpg><figcaption>", "<h1>", "<body>", "<frameset>", "<base href=//x>",
)  # fmt: skip
_ALIVE = re.compile(r"<script|\son\w+\s*=|javascript:", re.I)


def run(folder: Path, *, cut: bool, seed: int) -> list[Row]:
    """Read attack pages, store those that are articles, look at them by every way out."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = random.Random(seed)
    rows = [_shapes(folder, dice, cut=cut)]
    pages = [_page(dice) for _ in range(30 if cut else 600)]
    rows.append(_soup(folder / "kho.db", pages))
    rows.append(_row("ways out of the archive", _ways_out(folder / "kho.db")))
    rows.append(_row("kept pages", (not _ALIVE.search(_tags(page)) for page in pages)))
    hostile = hostile_archive(folder / "hostile.db")
    rows.append(_row("texts of strangers on a terminal", _commands(hostile, folder)))
    return rows


def _row(fault: str, held: Iterator[bool]) -> Row:
    told = list(held)
    return Row(fault=fault, injected=len(told), survived=sum(told))


def _shapes(folder: Path, dice: random.Random, *, cut: bool) -> Row:
    """Pages filled with one hostile thing, each read in time; all in one process beside."""
    names = dice.sample(list(growth.SHAPES), 25) if cut else list(growth.SHAPES)
    todo = folder / "shapes.json"
    todo.write_text(json.dumps([names, _CUT_SIZE if cut else _SIZE]), encoding="utf-8")
    command = [sys.executable, __file__, str(todo)]
    path = ":".join([*sys.path, str(Path(growth.__file__).parent)])
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_SECONDS * (1 if cut else 4),
            check=False, env={"PYTHONPATH": path, "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
        survived = done.stdout.count("read\n")
    except subprocess.TimeoutExpired as late:
        survived = (late.stdout or b"").count(b"read\n")
    return Row(fault="pages of one hostile thing", injected=len(names), survived=survived)


def _page(dice: random.Random) -> str:
    soup = "".join(dice.choice(_PIECES) for _ in range(dice.randrange(1, 40)))
    title = "".join(dice.choice(_PIECES) for _ in range(dice.randrange(3)))
    return growth.page(soup + growth.PROSE).replace("<title>", f"<title>{title}")


def _soup(path: Path, pages: list[str]) -> Row:
    """Read pages and store what they are; of those, which are in the archive as they were read."""
    survived = true = wrong = 0
    with opened(path) as archive:
        for number, page in enumerate(pages, 1):
            url = URL.format(number)
            article = read(page.encode("utf-8", "surrogatepass"), url).article
            survived += 1
            if article is None:
                continue
            kept = archive.add_capture(capture(number, url=url))
            archive.store(
                article, site="example", key=key(url), url=url, capture=kept, seen=SEEN, parser="1"
            )  # fmt: skip
            ((title, body),) = archive._rows(
                "SELECT title, body FROM articles WHERE url = ?", (url,)
            )
            same = (title, body) == (article.title, "\n\n".join(article.paragraphs))
            true, wrong = true + same, wrong + (not same)
    return Row(
        fault="pages of many hostile things", injected=len(pages), survived=survived, true=true, wrong=wrong
    )  # fmt: skip


def _ways_out(path: Path) -> Iterator[bool]:
    conn = query.open_readonly(path)
    try:
        rows = list(query.articles(conn, ""))
        text = "".join(csv_chunks(iter(rows), excel=True)).lstrip("\ufeff")
        cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
        yield from (not re.match(r"[=+@\t\r＝＋－＠-]", cell) for cell in cells)
        for line in "".join(jsonl_chunks(iter(rows))).splitlines():
            yield not acting(line) and bool(json.loads(line)["title"])
    finally:
        conn.close()


def _tags(page: str) -> str:
    """The tags of the page that shows a kept one; text and tips may say anything."""
    shown = safe_page(page, picture="p", title="t").partition("<body")[2]
    return " ".join(re.sub(r'"[^"]*"', '""', tag) for tag in re.findall(r"<[^>]*>", shown))


def _commands(path: Path, folder: Path) -> Iterator[bool]:
    argument = ALL.replace("\0", "")
    terminal = Terminal()
    for command in (
        ("search", "đánh", "bạc"), ("search", argument), ("show", 1), ("show", 1, "--json"), ("show", argument), ("diff", 1), ("diff", 1, "--json"),
        ("health",), ("health", "--html", "-"), ("verify", "--quiet"), ("export", "--format", "csv"), ("export", "--format", "jsonl"),
        ("reprints",), ("reparse", "--dry-run"), ("withhold", 2, "--reason", argument), ("crawl", argument), ("refresh", argument),
        ("report", "--since", "2022-08-01", "--until", "2022-08-31", "--out", folder / "report.html"),
    ):  # fmt: skip
        status = terminal.run(*command, "--db", path)
        told = terminal.shown
        yield status in (0, 1, 2) and not acting(told) and "Traceback" not in told


if __name__ == "__main__":
    shapes, size = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    for name in shapes:
        read(growth.SHAPES[name](size).encode("utf-8", "replace"), URL.format(1))
        print("read", flush=True)
