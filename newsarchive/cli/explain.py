"""What `parse --explain` prints: for one page, each field's candidates, what won and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from newsarchive.cli._print import plain
from newsarchive.model import Article
from newsarchive.reader import read
from newsarchive.reader.trace import Trace, Weighed

_FIELDS = (
    "title", "published", "modified", "section", "lead", "byline", "source", "paragraphs", "images",
    "tags",
)  # fmt: skip
_MOST = 10  # candidates of one field
_WIDTH = 72  # characters of a candidate's text
# Under which field a step's notes are shown, where it has another name.
_NOTES = {"paragraphs": "story"}


def explained(content: bytes, url: str | None) -> tuple[list[str], bool]:
    """(lines to print, whether the page is an article)."""
    trace = Trace()
    reading = read(content, url, want_links=False, trace=trace)
    return list(_lines(reading.article, reading.reason, trace)), reading.article is not None


def _lines(article: Article | None, reason: str | None, trace: Trace) -> Iterator[str]:
    if article is None:
        yield click.style(f"no article: {plain(reason)}", bold=True)
    for name in _FIELDS:
        weighed = trace.of(_NOTES.get(name, name))
        value = getattr(article, name) if article is not None else None
        if value or weighed or article is not None:
            origin = article.origins.get(name, "") if article is not None else ""
            yield from ("", _headline(name, value, origin))
            for place, candidate in enumerate(weighed[:_MOST]):
                best = place == 0 and candidate.score is not None and not _stated(origin)
                yield _candidate(candidate, won=bool(value) and (best or candidate.why == origin))
            if len(weighed) > _MOST:
                yield f"    and {len(weighed) - _MOST} more"
    left_out = trace.of("body")
    if left_out:
        yield from ("", click.style("lines left out of the story", bold=True))
        yield from (_candidate(line, won=False) for line in left_out)
    for problem in article.problems if article is not None else ():
        yield from ("", f"doubtful: {problem.field}: {plain(problem.what)}")
    for told in trace.of("platform"):
        marks = f"  [{plain(told.why)}]" if told.why else ""
        yield from ("", f"{click.style('platform  ', bold=True)} {plain(told.value)}{marks}")


def _headline(name: str, value: Any, origin: str) -> str:
    said = click.style(f"{name:10}", bold=True)
    if not value:
        return f"{said} none"
    if name == "paragraphs":
        shown = f"{len(value)}, {sum(map(len, value))} characters"
    elif name == "images":
        shown = f"{len(value)}, {sum(bool(i.caption) for i in value)} with a caption"
    else:
        shown = ", ".join(map(plain, value)) if isinstance(value, tuple) else _short(value)
    return f"{said} {shown}" + (click.style(f"  [{plain(origin)}]", fg="green") if origin else "")


def _stated(origin: str) -> bool:
    """Whether a value is the metadata's, so that no printed candidate won."""
    return origin.startswith(("meta:", "json-ld", "microdata", "title-tag", "time"))


def _candidate(weighed: Weighed, *, won: bool) -> str:
    score = f"{weighed.score:7.1f}" if weighed.score is not None else " " * 7
    line = f"line {weighed.line:<4}" if weighed.line is not None else " " * 9
    value = _short(weighed.value) or "(no text)"
    return f"{'> ' if won else '  '}{score}  {line}  {value}  | {plain(weighed.why)}"


def _short(text: str) -> str:
    text = plain(text)
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1].rstrip() + "…"
