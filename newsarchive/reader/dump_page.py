"""A dump as a row of paragraphs, each with what it is."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from newsarchive import dates
from newsarchive.errors import NotAnArticle
from newsarchive.reader import dump_marks as marks
from newsarchive.reader.dump_lines import Line, printed_lines, without_marks
from newsarchive.reader.dump_wrap import labelled, rejoined, unwrapped, wrap_column
from newsarchive.reader.lines import unglued

_LONG = 300  # characters of a line that is no short one's kind
_MOST_LINES = 300_000


class Kind(Enum):
    """What a line is."""

    PICTURE = auto()
    TRAIL = auto()
    MENU = auto()
    TAGS = auto()
    COMMENTS = auto()
    LIST = auto()  # the heading of a list of other stories, or of another box
    TOOL = auto()
    STAMP = auto()  # a date and nothing else but its own labels and counters
    FOOT = auto()
    CONTACT = auto()
    LINK = auto()
    PROSE = auto()
    SENTENCE = auto()
    OTHER = auto()  # title, name, caption, sub-heading, item of a list


@dataclass(slots=True)
class Dump:
    """The paragraphs of a dump. Kinds and dates are worked out where they are asked for.

    spaced: whether blank lines part its paragraphs. fetched: for dates such as 'hôm qua'.
    """

    lines: list[Line]
    spaced: bool = False
    fetched: dt.datetime | None = None
    _kinds: dict[int, Kind] = field(default_factory=dict)
    _stamps: dict[int, dates.Stamp | None] = field(default_factory=dict)

    def text(self, at: int) -> str:
        return self.lines[at].text

    def stamp(self, at: int) -> dates.Stamp | None:
        """The date that a line prints, whatever else it says."""
        if at not in self._stamps:
            stamp = marks.stamp_of(self.text(at))
            if stamp is not None and stamp.iso is None and self.fetched is not None:
                stamp = dates.read(self.text(at), fetched=self.fetched)
            if stamp is not None and stamp.rest:
                rest = dates.read(stamp.rest)
                if rest is not None and not rest.rest:
                    stamp = replace(stamp, rest="")  # posted and updated in one line
            self._stamps[at] = stamp
        return self._stamps[at]

    def kind(self, at: int) -> Kind:
        if at not in self._kinds:
            self._kinds[at] = self._kind(at)
        return self._kinds[at]

    def _kind(self, at: int) -> Kind:
        line = self.lines[at]
        text = line.text
        if line.picture:
            return Kind.PICTURE
        if len(text) > _LONG:
            return _kind_of_long(text)
        tests = (
            (Kind.TRAIL, marks.is_trail), (Kind.TAGS, _is_tags),
            (Kind.COMMENTS, marks.opens_comments),
            (Kind.TOOL, marks.is_tool), (Kind.LIST, marks.opens_list),
            (Kind.FOOT, marks.is_law),
            (Kind.CONTACT, marks.is_contact), (Kind.LINK, marks.is_related_link),
        )  # fmt: skip
        for kind, test in tests:
            if test(text):
                return kind
        stamp = self.stamp(at)
        if stamp is not None and not stamp.rest:
            return Kind.STAMP
        if marks.is_menu(text, line.cells):
            return Kind.MENU
        if marks.is_prose(text) or unglued(text) is not None:
            return Kind.PROSE
        return Kind.SENTENCE if len(text) >= 20 and marks.ends_sentence(text) else Kind.OTHER

    def is_signed(self, at: int) -> bool:
        return self.kind(at) is Kind.OTHER and marks.is_signed(self.text(at))


def _kind_of_long(text: str) -> Kind:
    """A long line's kind: a menu in one line has no marks of sentences."""
    if marks.is_law(text):
        return Kind.FOOT
    return Kind.PROSE if any(mark in text for mark in ".,;:?!…”") else Kind.MENU


def _is_tags(text: str) -> bool:
    return len(text) <= 400 and (bool(marks.TAGS.match(text)) or marks.is_hashtags(text))


def _paragraphs(lines: list[Line]) -> list[Line]:
    column = wrap_column(lines)
    return unwrapped(lines, column) if column is not None else rejoined(lines)


def read_lines(text: str, fetched: dt.datetime | None) -> Dump:
    """The dump's paragraphs."""
    if text.count("\n") > _MOST_LINES:
        raise NotAnArticle("more lines than a page has")
    lines = _paragraphs(printed_lines(text))
    if not unicodedata.is_normalized("NFC", text):
        # A dumper that wraps decomposed letters counts their marks, a text browser does not.
        lines = min(lines, _paragraphs(printed_lines(text, marks=True)), key=len)
    lines = without_marks(labelled(lines))
    long = [line for line in lines if len(line.text) >= 60]
    spaced = sum(line.gap for line in long) * 5 >= len(long) * 3
    return Dump(lines, spaced, fetched)
