"""What the edits of an article changed: two of its versions side by side, word by word."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from datasette import NotFound, Response

from newsarchive.differences import FIELDS, Change, Piece, changes
from newsarchive.errors import CallError
from newsarchive.text import clean
from newsarchive.web import reading_article
from newsarchive.web.pages import page, wording
from newsarchive.web.pages.article import wanted
from newsarchive.web.reading import read
from newsarchive.web.reading_article import line
from newsarchive.wording import Wording

_TIMES = ("published",)
_MOST_PARAGRAPHS = 400  # changed paragraphs that are shown
_MOST_PIECE = 20_000  # characters of one piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that came, went, or bears other words. kind: '+', '-' or '~'.

    words: the changes of its caption and credit, or both as they are.
    """

    kind: str
    url: str | None
    words: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two versions of an article. title: of the article today; versions: all, the latest first."""

    title: str
    versions: list[tuple[int, str]]
    before: dict[str, Any] | None
    after: dict[str, Any]
    changes: list[Change]
    pictures: list[Picture]


class Unknown(CallError):
    """A version that the article does not have."""


async def versions(request: Any, datasette: Any) -> Response:
    """The page at /bai/ID/phien-ban?tu=1&den=2; without these, the latest edit."""
    id, t = wanted(request), wording(request)
    first, last = _number(request, "tu", t), _number(request, "den", t)
    try:
        found = await read(datasette, lambda conn: compare(conn, id, first, last))
    except Unknown as error:
        raise CallError(t("versions:unknown", n=str(error))) from None
    if found is None:
        raise NotFound("no such article")
    shown = [change for change in found.changes if change.field != "images"]
    changed = {change.field for change in found.changes}
    context = {
        "id": id,
        "found": found,
        "fields": [(t.named("article:field", c.field), _pieces(t, c), _left_out(c)) for c in shown],
        "same": [t.named("article:field", field) for field in FIELDS if field not in changed],
        "piece": _piece,
    }
    return await page(request, datasette, "versions.html", context)


def _number(request: Any, name: str, t: Wording) -> int | None:
    text = request.args.get(name) or ""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise CallError(t("versions:unknown", n=clean(text[:40])))
    return int(text)


def compare(
    conn: sqlite3.Connection, article: int, first: int | None, last: int | None
) -> Compared | None:
    """Two versions of an article; by default the latest and the one before it.

    None where there is no such article, or it is withheld. Raises Unknown.
    """
    if not reading_article.exists(conn, article):
        return None
    known = reading_article.versions(conn, article)
    title = conn.execute("SELECT title FROM articles WHERE id = ?", (article,)).fetchone()[0]
    if not known:
        return None
    if last is None:
        last = known[0][0]
    if first is None:
        first = max(last - 1, 1)
    after = _version(conn, article, last)
    before = None if first == last else _version(conn, article, first)
    found = [] if before is None else changes(before, after)
    pictures = [] if before is None else picture_changes(before["images"], after["images"])
    return Compared(
        title=line(title) or "",
        versions=known,
        before=before,
        after=after,
        changes=found,
        pictures=pictures,
    )


def _version(conn: sqlite3.Connection, article: int, number: int) -> dict[str, Any]:
    found = reading_article.version(conn, article, number)
    if found is None:
        raise Unknown(str(number))
    return found


def picture_changes(
    before: list[dict[str, str | None]], after: list[dict[str, str | None]]
) -> list[Picture]:
    """What became of the pictures, known by their addresses: those there, then those taken away."""
    old = {_name(image, place): image for place, image in enumerate(before)}
    new = {_name(image, place): image for place, image in enumerate(after)}
    found: list[Picture] = []
    for name, image in new.items():
        if name not in old:
            found.append(Picture(kind="+", url=image["url"], words=_words(image, "+")))
        elif old[name] != image:
            words = tuple(
                piece
                for field in ("caption", "credit")
                for change in changes({"title": old[name][field]}, {"title": image[field]})
                for piece in change.paragraphs
            )
            found.append(Picture(kind="~", url=image["url"], words=words))
    gone = [image for name, image in old.items() if name not in new]
    return found + [Picture(kind="-", url=i["url"], words=_words(i, "-")) for i in gone]


def _name(image: dict[str, str | None], place: int) -> str:
    return image["url"] or f"{place}"


def _words(image: dict[str, str | None], kind: str) -> tuple[tuple[Piece, ...], ...]:
    return tuple(((kind, text),) for field in ("caption", "credit") if (text := image[field]))


def _pieces(t: Wording, change: Change) -> list[tuple[Piece, ...]]:
    if change.field in _TIMES:
        told = ((kind, value) for kind, value in (("-", change.before), ("+", change.after)))
        return [tuple((kind, t.time(value)) for kind, value in told if value)]
    return list(change.paragraphs[:_MOST_PARAGRAPHS])


def _left_out(change: Change) -> int:
    return max(0, len(change.paragraphs) - _MOST_PARAGRAPHS)


def _piece(text: str) -> str:
    return line(text, _MOST_PIECE) or ""


ROUTES = [(r"/bai/(?P<id>[^/]+)/phien-ban$", versions)]
