"""The pages and pictures of an article as they were kept: which there are, and their bytes."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from newsarchive.archive import records
from newsarchive.errors import ArchiveError, NotAnArticle
from newsarchive.pictures import picture_type

Kind = Literal["html", "text", "picture", "other"]

MOST_KEPT = 200  # captures of an article that are listed, the latest
MOST_PICTURES = 200  # pictures of an article that are shown
MOST_PICTURE = 20 * 2**20  # bytes of one of them
_HOPS = 5  # revisit records that lead to one another

# What a newsarchive of today knows of an article's captures; an older archive lacks some tables.
_CHOSEN = """
    SELECT capture FROM articles WHERE id = :article
    UNION SELECT capture FROM versions WHERE article = :article
    UNION SELECT capture FROM events WHERE article = :article
    UNION SELECT capture FROM observations WHERE article = :article
    UNION SELECT capture FROM checks WHERE article = :article
    UNION SELECT c.id FROM urls AS u JOIN captures AS c ON c.url = u.url WHERE u.article = :article
"""
_KEPT = """
    SELECT c.id, c.record_id, c.url, c.fetched, c.status, c.digest, c.via, c.archive_url, c.warc,
        c.offset, c.length
    FROM captures AS c WHERE c.id IN (CHOSEN_) ORDER BY c.fetched DESC, c.id DESC LIMIT :most
"""
_REFERRED = """
    SELECT w.id, w.record_id, w.url, w.fetched, w.status, w.digest, w.via, w.archive_url, w.warc,
        w.offset, w.length
    FROM revisits AS r JOIN captures AS w ON w.record_id = r.refers_to WHERE r.capture = ?
"""
_IS_REVISIT = "SELECT 1 FROM revisits WHERE capture = ?"
_PICTURE = """
    SELECT max(id) FROM captures WHERE url = ? AND status = 200
"""
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|div|p|table)\b", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One capture. whole: the record that holds its body, itself or, of a revisit, another one;
    None where that record is not in the archive."""

    id: int
    record_id: str
    url: str
    fetched: str
    status: int
    digest: str
    via: str
    archive_url: str | None
    warc: str
    offset: int
    length: int
    whole: Kept | None = None
    revisit: bool = False

    @property
    def ids(self) -> tuple[int, ...]:
        """All captures that it takes to show it."""
        return (self.id,) if self.whole is None else (self.id, self.whole.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a record holds. content: its content encoding undone; content_type: the header's."""

    status: int
    content_type: str
    content: bytes

    @property
    def kind(self) -> Kind:
        """What it is, by its bytes rather than by what the server called it."""
        return kind_of(self.content, self.content_type)


class Missing(ArchiveError):
    """The WARC file is not where it belongs. warc: its name; folder: where it belongs."""

    def __init__(self, folder: Path, warc: str) -> None:
        super().__init__(f"{folder / warc}: the WARC file is missing; copy it there")
        self.warc = warc
        self.folder = folder


def captures_of(conn: sqlite3.Connection, article: int) -> list[Kept]:
    """The captures of an article's pages, the latest first, at most MOST_KEPT.

    Whether they may be shown is not asked here: a capture may be one of a withheld article too.
    """
    there = {name for (name,) in conn.execute("SELECT name FROM sqlite_master")}
    parts = [
        part
        for part in _CHOSEN.split("UNION")
        if set(re.findall(r"(?:FROM|JOIN) (\w+)", part)) <= there
    ]
    sql = _KEPT.replace("CHOSEN_", "UNION".join(parts))
    rows = conn.execute(sql, {"article": article, "most": MOST_KEPT}).fetchall()
    revisits = "revisits" in there
    return [_whole(conn, Kept(**_named(row)), revisits) for row in rows]


def _named(row: Iterable[Any]) -> dict[str, Any]:
    return dict(zip(Kept.__slots__, row, strict=False))


def _whole(conn: sqlite3.Connection, kept: Kept, revisits: bool) -> Kept:
    holder: Kept | None = kept
    for _ in range(_HOPS):
        if not revisits or holder is None:
            break
        if conn.execute(_IS_REVISIT, (holder.id,)).fetchone() is None:
            break
        row = conn.execute(_REFERRED, (holder.id,)).fetchone()
        holder = None if row is None else Kept(**_named(row))
    fields = {name: getattr(kept, name) for name in Kept.__slots__}
    return Kept(**fields | {"whole": holder, "revisit": holder is not kept})


def pictures_of(conn: sqlite3.Connection, images: Iterable[Mapping[str, Any]]) -> dict[int, int]:
    """Place of a picture among an article's -> the latest capture of its address, where kept."""
    found: dict[int, int] = {}
    for place, image in enumerate(images):
        if place >= MOST_PICTURES:
            break
        if image["url"]:
            ((capture,),) = conn.execute(_PICTURE, (image["url"],)).fetchall()
            if capture is not None:
                found[place] = int(capture)
    return found


def capture_of_picture(conn: sqlite3.Connection, capture: int) -> Kept | None:
    """A picture's capture by its id."""
    row = conn.execute(_KEPT.replace("CHOSEN_", ":capture"), {"capture": capture, "most": 1})
    found = row.fetchone()
    if found is None:
        return None
    made = conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'revisits'").fetchone()
    return _whole(conn, Kept(**_named(found)), made is not None)


async def shown(datasette: Any, ids: Iterable[int]) -> set[int]:
    """Those of these captures that may be shown: none of a withheld article is.

    It is asked of what every statement of a visitor is answered by, where withheld rows are not.
    """
    asked = sorted(set(ids))
    if not asked:
        return set()
    marks = ",".join("?" * len(asked))
    sql = f"SELECT id FROM captures WHERE id IN ({marks})"  # noqa: S608  question marks
    found = await datasette.get_database().execute(sql, asked)
    return {row[0] for row in found.rows}


def body_of(folder: Path, kept: Kept) -> Body | None:
    """The bytes of a capture; None where the archive does not have the record that holds them.

    Raises Missing, and ArchiveError for a record that cannot be read.
    """
    whole = kept.whole
    if whole is None:
        return None
    try:
        records.find(folder, whole.warc)
    except ArchiveError:
        raise Missing(folder, whole.warc) from None
    status, headers, content = records.read_record(folder, whole.warc, whole.offset)
    types = (value for name, value in headers if name.lower() == "content-type")
    return Body(status=status, content_type=next(types, ""), content=content)


def record_of(folder: Path, kept: Kept) -> bytes:
    """The capture's own record as it lies in its WARC file, compressed. Raises ArchiveError."""
    return records.raw_member(folder, kept.warc, kept.offset, kept.length)


def kind_of(content: bytes, content_type: str) -> Kind:
    """What a body is."""
    from newsarchive.reader.decode import inflate, refuse_binary

    if picture_type(content) is not None:
        return "picture"
    try:
        plain = inflate(content)
        refuse_binary(plain)
    except NotAnArticle:
        return "other"
    told = content_type.partition(";")[0].strip().lower()
    if told in ("text/html", "application/xhtml+xml") or _HTML.search(plain[:4096]):
        return "html"
    if told.startswith("text/") or told.endswith(("json", "xml")):
        return "text"
    head = plain[:4096]
    odd = sum(byte < 9 or 13 < byte < 32 for byte in head)
    return "other" if odd * 20 > len(head) else "text"


def text_of(body: Body) -> str:
    """The text of a page, decoded as the reader of articles decodes it."""
    from newsarchive.reader.decode import decode, inflate

    try:
        return decode(inflate(body.content), body.content_type)
    except NotAnArticle:  # noise that calls itself text
        return body.content.decode("utf-8", "replace")
