"""Text that strangers could write into pages, names and addresses, and an archive full of it."""

from __future__ import annotations

import os
import re
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from archive_cases import HOST, LATER, SEEN, opened, put

from newsarchive.archive.rounds import Told
from newsarchive.model import Image, Problem

# Titles, colours that hide, the screen wiped, both sets of controls, links, the clipboard, what
# turns text about, a line that writes over itself, rich's own marks.
ACTS = (
    "\x1b]0;owned\x07", "\x1b[5;8mhidden", "\x1b[2J\x1b[H", "\x9b31m", "\x90q\x9c", "\x1bc", "\x1b]8;;http://evil.test/\x1b\\k",
    "\x1b]52;c;ZXZpbA==\x07", "\u202egnp.exe", "\u2066x", "\u200e\u200f\u061c", "\x08\x08", "\x7f", "\rOWNED", "\nOWNED:",
    "\x00", "\x85", "\u2028", "\x0e", "\x1b(0", "[blink][link=http://evil.test/]y[/link]", "\U000e0041\ufff9",
)  # fmt: skip
ALL = "".join(ACTS)
# What newsarchive and rich send a terminal themselves.
_OURS = re.compile(
    r"\x1b\[(?:(?:0|1|2|3|9|22|3[0-79]|9[0-7]|1;3[0-7]|38;5;\d+|1;38;5;\d+|38;2;\d+;\d+;\d+)?m|\?25[lh]|2K|1A)"
)
_ACTIVE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def acting(output: str) -> list[str]:
    """What in an output would act on a terminal, with what stands about it; tabs may."""
    # rich returns to the beginning of a line before it draws on it again.
    left = re.sub("\r(?!OWNED)", "", _OURS.sub("", output)).replace("\t", " ")
    return [ascii(left[max(0, m.start() - 30) : m.end() + 20]) for m in _ACTIVE.finditer(left)]


class Terminal:
    """A terminal that commands of this process write to; what came is in `shown`."""

    def __init__(self) -> None:
        self.shown = ""

    def run(self, *args: object) -> int:
        """Run a command; its exit status."""
        from newsarchive.cli import main

        with self._connected():
            try:
                main([str(arg) for arg in args])
            except SystemExit as end:
                return int(end.code or 0)
        raise AssertionError("main always exits")

    @contextmanager
    def _connected(self) -> Iterator[None]:
        master, slave = os.openpty()
        came: list[bytes] = []
        reader = threading.Thread(target=read_to_end, args=(master, came))
        reader.start()
        before = sys.stdout, sys.stderr
        try:
            with open(slave, "w", encoding="utf-8", closefd=False) as out:
                sys.stdout = sys.stderr = out
                yield
                out.flush()
        finally:
            sys.stdout, sys.stderr = before
            os.close(slave)
            reader.join()
            os.close(master)
            self.shown = b"".join(came).decode("utf-8", "replace")


def read_to_end(master: int, came: list[bytes]) -> None:
    """Gather what comes to a terminal until nobody has it open any more."""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # the other end is closed
            return
        if not piece:
            return
        came.append(piece)


def hostile_archive(path: Path, text: str = ALL) -> Path:
    """An archive whose every text is hostile, as if another program had written it.

    Three articles: the first edited, the second gone, the third withheld.
    """
    with opened(path) as archive:
        shown: dict[str, Any] = {
            "title": f"đánh bạc {text}", "lead": text, "byline": text, "source": text, "section": text, "published_text": text,
            "paragraphs": (f"đánh bạc {text}", text), "tags": (text,), "origins": {"title": text, text: text},
            "images": (Image(url=f"{HOST}/{text}", caption=text, credit=text),), "problems": (Problem(field=text, what=text),),
        }  # fmt: skip
        for number in (1, 2, 3):
            put(archive, number, **shown)
        put(archive, 1, LATER, **{**shown, "title": f"khác {text}", "paragraphs": (f"mới {text}",)})
        archive.set_gone(2, since=LATER, capture=None)
        archive.set_told([("example", Told("silent", text, SEEN))])
    # What is cleaned on its way in is put there raw.
    with closing(sqlite3.connect(path)) as conn:
        put_raw(conn, text)
        conn.commit()
    return path


_RAW = {
    "articles": ("title", "lead", "byline", "source", "section", "published_text", "captions", "body", "parser"),
    "images": ("caption", "credit", "url"), "versions": ("title", "lead", "byline", "source", "section", "published_text", "body"),
    "problems": ("field", "what"), "sites": ("name", "province", "province_2025", "home"), "captures": ("archive_url",),
}  # fmt: skip


def put_raw(conn: sqlite3.Connection, text: str) -> None:
    """Add the text to the columns of text, whatever the code above would let in."""
    conn.create_function("clean", -1, lambda *_: None)
    for table, columns in _RAW.items():
        for column in columns:
            sql = f"UPDATE {table} SET {column} = coalesce({column}, '') || ?"
            conn.execute(sql, (text,))
    conn.execute(
        "INSERT INTO crawls(site, started, finished, outcome, requested, new, changed, unchanged, failed) "
        "VALUES ('example', ?, ?, 'failed', 9, 0, 0, 0, 9)", (SEEN, LATER),
    )  # fmt: skip
    conn.execute("UPDATE articles SET withheld = ? WHERE id = 3", (f"2026-01-01 {text}",))
    conn.execute("UPDATE articles SET url = url || ?", (f"/{text}",))


def run_all(
    terminal: Terminal, commands: Sequence[Sequence[object]], told: Callable[[list[str]], None]
) -> None:
    """Run commands; `told` gets a line for each thing that would act, or that failed loudly."""
    for command in commands:
        status = terminal.run(*command)
        wrong = [f"{command[0]}: {each}" for each in acting(terminal.shown)[:3]]
        if status not in (0, 1, 2):
            wrong.append(f"{command[0]}: exit status {status}")
        if "Traceback" in terminal.shown:
            wrong.append(f"{command[0]}: {terminal.shown[-600:]}")
        told(wrong)
