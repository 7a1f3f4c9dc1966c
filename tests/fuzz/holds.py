"""What must hold of everything that comes out, whatever went in."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}\+07:00)?")
# Zero widths, soft hyphens, directions, byte order marks: nothing that a text may be stored with.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffc]")
_NO_TEXT = frozenset({"Cc", "Cs", "Zl", "Zp"})
# Far more than any page takes, and far less than what grows with the square of its length.
_SECONDS = 5.0
_BYTES_A_SECOND = 10_000
SHORT = 200  # bytes: what is shorter takes long for its size


class Broken(AssertionError):
    """A promise that was not kept. rule: which one, in the same words whatever the input."""

    def __init__(self, rule: str, detail: object = "") -> None:
        super().__init__(f"{rule}: {detail!r:.300}" if detail != "" else rule)
        self.rule = rule


def expect(kept: object, rule: str, detail: object = "") -> None:
    """Raise Broken unless `kept`."""
    if not kept:
        raise Broken(rule, detail)


def tidy(text: object, what: str, *, empty: bool = False) -> None:
    """A text as it is stored: NFC, one line, trimmed, nothing in it that is not seen."""
    if not isinstance(text, str):
        raise Broken(f"{what} is no text", text)
    expect(text or empty, f"{what} is empty")
    expect(text == " ".join(text.split()), f"{what} has blanks that are not collapsed", text)
    expect(unicodedata.is_normalized("NFC", text), f"{what} is not NFC", text)
    if not text.isprintable():
        bad = [c for c in text if unicodedata.category(c) in _NO_TEXT]
        expect(not bad, f"{what} holds control characters", bad)
    expect(not _INVISIBLE.search(text), f"{what} holds invisible characters", text)


def one_line(text: str, what: str) -> None:
    """A line that is shown to a user: nothing in it that a terminal obeys."""
    bad = [c for c in text if unicodedata.category(c) in _NO_TEXT]
    expect(not bad, f"{what} holds control characters", text)


def moment(iso: str, what: str) -> None:
    """A day, or a moment in Vietnam's time, that the calendar has."""
    expect(_ISO.fullmatch(iso), f"{what} is no date of ours", iso)
    if len(iso) == 10:
        date.fromisoformat(iso)
    else:
        datetime.fromisoformat(iso)


@contextmanager
def bounded(size: int) -> Iterator[None]:
    """Raise Broken where the processor is kept busy for longer than so many bytes can cost."""
    start = time.process_time()
    yield
    taken = time.process_time() - start
    expect(taken < _SECONDS + size / _BYTES_A_SECOND, "work without bound", round(taken, 1))
