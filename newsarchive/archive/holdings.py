"""Which captures show a choice of articles: worked out in a temporary database, flat in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from newsarchive.archive._connect import explain
from newsarchive.errors import ArchiveError
from newsarchive.model import Capture

# SQLite's own temporary file: it goes when the connection does, and sorting spills into it too.
# whole: for a capture without a body of its own, the one that has it; 0 where that is not known.
_TABLES = """
    PRAGMA journal_mode = OFF;
    PRAGMA cache_size = -16000;
    CREATE TABLE chosen (article INTEGER PRIMARY KEY, published TEXT);
    CREATE TABLE wanted (
        capture INTEGER PRIMARY KEY,
        picture INTEGER NOT NULL,
        whole INTEGER
    );
    CREATE TABLE barred (capture INTEGER PRIMARY KEY);
    CREATE TABLE packed (capture INTEGER PRIMARY KEY);
    CREATE TABLE lines (line BLOB NOT NULL);
    BEGIN;
"""
_WANT = """
    INSERT INTO wanted(capture, picture, whole) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET picture = min(picture, excluded.picture), whole = excluded.whole
"""
_WHOLE = """
    SELECT capture, picture, whole FROM wanted
    WHERE whole IS NULL AND capture > ? AND capture NOT IN barred ORDER BY capture LIMIT 500
"""
_REVISITS = """
    SELECT capture, picture, whole FROM wanted
    WHERE whole IS NOT NULL AND capture > ?
        AND capture NOT IN barred AND whole NOT IN barred
    ORDER BY capture LIMIT 500
"""
_COUNT = """
    SELECT count(*) FROM wanted WHERE capture NOT IN barred
        AND (whole IS NULL OR whole NOT IN barred)
"""

_ADDRESSES = """
    SELECT url FROM urls WHERE article = :article
    UNION SELECT c.url FROM observations AS o JOIN captures AS c ON c.id = o.capture
        WHERE o.article = :article
    UNION SELECT c.url FROM versions AS v JOIN captures AS c ON c.id = v.capture
        WHERE v.article = :article
"""
_PICTURES = """
    SELECT url FROM images WHERE article = :article AND url IS NOT NULL
    UNION SELECT json_extract(i.value, '$.url') FROM versions AS v, json_each(v.images) AS i
        WHERE v.article = :article AND json_extract(i.value, '$.url') IS NOT NULL
"""
_CAPTURES = """
    SELECT c.id, iif(r.refers_to IS NULL, NULL, coalesce(whole.id, 0))
    FROM captures AS c LEFT JOIN revisits AS r ON r.capture = c.id
    LEFT JOIN captures AS whole ON whole.record_id = r.refers_to
    WHERE c.url IN (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_CAPTURE = """
    SELECT record_id, site, url, fetched, status, digest, warc, offset, length FROM captures
    WHERE id = ?
"""
_FIELDS = ("record_id", "site", "url", "fetched", "status", "digest", "warc", "offset", "length")
_VERSIONS = """
    SELECT v.version, v.title, v.lead, v.body, c.id, c.url, c.fetched
    FROM versions AS v JOIN captures AS c ON c.id = v.capture
    WHERE v.article = ? ORDER BY v.version DESC
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A capture to be packed. picture: it is wanted as a picture only.

    whole: the capture that holds its body, where it has none of its own.
    """

    id: int
    capture: Capture
    picture: bool
    whole: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A version of an article, and the capture that it was read from."""

    article: int
    version: int
    title: str
    lead: str | None
    body: str
    url: str
    fetched: str


class Holdings:
    """What the archive behind a connection holds of chosen articles; of withheld ones, nothing.

    To be used in this order: `choose` each article, `records`, of which each is `keep`t or not,
    then `lines` and `versions`. Raises ArchiveError.
    """

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._path = Path(conn.execute("PRAGMA database_list").fetchone()[2])
        self._own = sqlite3.connect("", isolation_level=None)
        self._own.executescript(_TABLES)
        with self._trouble():
            if not conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'revisits'").fetchone():
                raise ArchiveError(
                    f"{self._path}: written by an older newsarchive; the next crawl into it brings "
                    "it up to date"
                )
            self._bar()

    def __enter__(self) -> Holdings:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._own.close()

    def _bar(self) -> None:
        """Take note of all captures of withheld articles, pictures included."""
        withheld = self._conn.execute("SELECT id FROM articles WHERE withheld IS NOT NULL")
        erased = [url for (url,) in self._conn.execute("SELECT url FROM withholdings")]
        for urls in (erased, *(self._urls(id) for (id,) in withheld)):
            self._own.executemany(
                "INSERT OR IGNORE INTO barred VALUES (?)",
                [(capture,) for capture, _ in self._captures(urls)],
            )

    def _urls(self, article: int) -> list[str]:
        return [*self._selected(_ADDRESSES, article), *self._selected(_PICTURES, article)]

    def _selected(self, sql: str, article: int) -> list[str]:
        return [url for (url,) in self._conn.execute(sql, {"article": article})]

    def _captures(self, urls: Iterable[str]) -> Iterator[tuple[int, int | None]]:
        """Id and `whole` of all captures of these addresses and their twins."""
        for url in urls:
            yield from self._conn.execute(_CAPTURES, _twins(url))

    def choose(self, article: int, published: str | None) -> None:
        """Add an article."""
        with self._trouble():
            self._own.execute("INSERT INTO chosen VALUES (?, ?)", (article, published))
            for picture, sql in ((0, _ADDRESSES), (1, _PICTURES)):
                for capture, whole in self._captures(self._selected(sql, article)):
                    self._own.execute(_WANT, (capture, picture, whole))
                    if whole:
                        # If that one is no whole record either, it stays what it is.
                        self._own.execute(
                            "INSERT OR IGNORE INTO wanted VALUES (?, ?, ?)",
                            (whole, picture, self._whole_of(whole)),
                        )

    def _whole_of(self, capture: int) -> int | None:
        found = self._conn.execute("SELECT 1 FROM revisits WHERE capture = ?", (capture,))
        return 0 if found.fetchone() else None

    def count(self) -> int:
        """How many `records` there are."""
        with self._trouble():
            return int(self._own.execute(_COUNT).fetchone()[0])

    def records(self) -> Iterator[Held]:
        """All captures that show the articles, in the order they came; whole ones first.

        Those without a body go with the record that holds it, whatever address that is of.
        """
        for sql in (_WHOLE, _REVISITS):
            last = 0
            while batch := self._batch(sql, last):
                for id, picture, whole in batch:
                    with self._trouble():
                        row = self._conn.execute(_CAPTURE, (id,)).fetchone()
                    if row is not None:  # not erased meanwhile
                        capture = Capture(**dict(zip(_FIELDS, row, strict=True)))
                        yield Held(id=id, capture=capture, picture=bool(picture), whole=whole)
                last = batch[-1][0]

    def _batch(self, sql: str, last: int) -> list[tuple[int, int, int | None]]:
        with self._trouble():
            return self._own.execute(sql, (last,)).fetchall()

    def keep(self, capture: int, line: bytes) -> None:
        """Take note that a capture was packed, with its line of the index."""
        with self._trouble():
            self._own.execute("INSERT INTO packed VALUES (?)", (capture,))
            self._own.execute("INSERT INTO lines VALUES (?)", (line,))

    def has(self, capture: int) -> bool:
        """Whether a capture was packed."""
        found = self._own.execute("SELECT 1 FROM packed WHERE capture = ?", (capture,))
        return found.fetchone() is not None

    def lines(self) -> Iterator[bytes]:
        """The lines of the index, sorted by their bytes."""
        with self._trouble():
            for (line,) in self._own.execute("SELECT line FROM lines ORDER BY line"):
                yield line

    def versions(self) -> Iterator[Shown]:
        """The versions whose captures were packed, newest first: by publication, then in time."""
        chosen = "SELECT article FROM chosen ORDER BY published DESC NULLS LAST, article DESC"
        with self._trouble():
            for (article,) in self._own.execute(chosen):
                rows = self._conn.execute(_VERSIONS, (article,)).fetchall()
                for version, title, lead, body, capture, url, fetched in rows:
                    if self.has(capture):
                        yield Shown(
                            article=article, version=version, title=title, lead=lead, body=body,
                            url=url, fetched=fetched,
                        )  # fmt: skip

    @contextmanager
    def _trouble(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.ProgrammingError:
            raise  # a mistake of ours, not of the file
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
                # The archive is only read: it is the temporary file that wants room.
                raise ArchiveError(
                    "no room for temporary files; make some, or name a folder in SQLITE_TMPDIR"
                ) from None
            raise explain(error, self._path) from error


def _twins(url: str) -> tuple[str, ...]:
    """Nine addresses that are one: as given, of either scheme, with or without www, last slash.

    They lead to each other, and an article is stored under one of them.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return (url,) * 9
    if parts.scheme not in ("http", "https"):
        return (url,) * 9
    host = parts.netloc.removeprefix("www.")
    path = parts.path.rstrip("/")
    rest = f"?{parts.query}" if parts.query else ""
    return url, *(
        f"{scheme}://{www}{host}{path}{slash}{rest}"
        for scheme in ("http", "https")
        for www in ("", "www.")
        for slash in ("", "/")
    )
