"""An import as it is done, but in this process: files made of an input into a real archive."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import cast

from fuzz.holds import expect, one_line, tidy
from newsarchive.archive import Archive
from newsarchive.archive.bodies import digest_of
from newsarchive.archive.records import read_record
from newsarchive.archive.salvage import open_archive
from newsarchive.intake._worker import Answer, Kept, Sent, read_page
from newsarchive.intake.pool import Asked, Pool
from newsarchive.intake.progress import Progress
from newsarchive.intake.taking import Intake

_INPUTS = 40  # that go into one archive
_CAPTURES = """
    SELECT url, digest, warc, offset, record_id, id IN (SELECT capture FROM revisits)
    FROM captures WHERE id > ?
"""
_ARTICLES = (
    "SELECT title, section, byline, lead, source, body, captions, url FROM articles WHERE id > ?"
)
_LAST = "SELECT ifnull(max(id), 0) FROM {}"


class _Here:
    """A pool of readers that reads at once, and lets its failures through."""

    def submit(self, page: Sent | Kept) -> Asked:
        asked = Asked(page)
        asked.settle(read_page(page))
        return asked

    def wait(self, asked: Asked, _seconds: float) -> Answer | None:
        return asked.answer

    def turn(self) -> None:
        """Nothing is done meanwhile."""


class _Heard(Progress):
    def __init__(self) -> None:
        self.lines: list[str] = []

    def trouble(self, line: str) -> None:
        self.lines.append(line)


class _Room:
    """An archive that some inputs go into, and a new one after them."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fuzz-", dir=_memory()))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self._left = 0
        self.archive: Archive | None = None

    def opened(self, *, anew: bool) -> Archive:
        if self.archive is not None and (anew or not self._left):
            self.archive.close()
            self.archive = None
        if self.archive is None:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir()
            self.archive, self._left = open_archive(self.folder / "archive.db"), _INPUTS
        self._left -= 1
        return self.archive


@cache
def _room() -> _Room:
    return _Room()


def _memory() -> str | None:
    """Where files cost nothing, if there is such a place."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def taken(name: str, content: bytes, *, anew: bool = False) -> list[str]:
    """Import a file of this name; the lines of trouble. What came in is true to its records."""
    room = _room()
    archive = room.opened(anew=anew)
    path = room.folder / "in" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    captures, articles = (
        archive._rows(_LAST.format(table))[0][0] for table in ("captures", "articles")
    )
    heard = _Heard()
    intake = Intake(archive, cast("Pool", _Here()), heard)
    with closing(intake):
        counts = intake.take([path], lambda _path, _counts: None)
    path.unlink()
    for line in heard.lines:
        one_line(line, "a line of trouble")
        expect("the reader failed" not in line, "the reader failed", line)
    expect(counts.failed == len(heard.lines), "troubles are miscounted", (counts, heard.lines))
    _true(archive, captures, articles)
    return heard.lines


def _true(archive: Archive, captures: int, articles: int) -> None:
    for url, digest, warc, offset, record_id, again in archive._rows(_CAPTURES, (captures,)):
        one_line(url, "the address of a capture")
        one_line(record_id, "the id of a record")
        if not again:  # a record that says that a body was the same has none
            _status, _headers, body = read_record(archive.warc_dir, warc, offset)
            expect(digest_of(body) == digest, "a record with another body", (url, offset))
    for title, section, byline, lead, source, body, captions, url in archive._rows(
        _ARTICLES, (articles,)
    ):
        tidy(title, "a stored title")
        for text in (section, byline, lead, source):
            if text is not None:
                tidy(text, "a stored text")
        for text in (*(body or "").split("\n\n"), *(captions or "").split("\n")):
            tidy(text, "a stored text", empty=True)
        one_line(url, "a stored address")
