"""What became of each article: looks at it, the versions that follow from them, gone, returned.

The history of an article is a function of all looks at it, in time order. So captures may come in
any order (an import, a web archive, another archive) and lead to the same versions.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, Literal

from newsarchive.archive import _indexes
from newsarchive.archive._put import (
    PROBLEM,
    Version,
    add_event,
    add_parts,
    add_version,
    row_id,
    show,
    update,
)
from newsarchive.archive._rows import (
    COMPARED,
    INDEXED,
    Row,
    content_of_version,
    row_of,
)
from newsarchive.archive._text import storable
from newsarchive.archive.frontier import Frontier
from newsarchive.model import Article

Outcome = Literal["new", "changed", "unchanged", "withheld"]

_FIND = """
    SELECT id, version, gone, last_seen, capture, title, lead, body, captions, byline, source,
        section, published, published_day, published_text, modified, origins, parser
    FROM articles WHERE id = (
        SELECT article FROM urls WHERE key = ?
        UNION ALL SELECT article FROM urls WHERE url = ?
        LIMIT 1
    )
"""
_META = 5  # columns of _FIND before the fields of the page
_INSERT = """
    INSERT INTO articles(title, lead, body, captions, byline, source, section, published,
        published_day, published_text, modified, origins, parser,
        key, site, url, first_seen, last_seen, capture)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_SEEN = """
    UPDATE articles SET first_seen = min(first_seen, ?), last_seen = max(last_seen, ?)
    WHERE id = ?
"""
_LATEST = """
    SELECT seen, content FROM observations WHERE article = ?
    ORDER BY seen DESC, capture DESC LIMIT 1
"""
_VERSIONS = """
    SELECT title, lead, body, byline, source, section, published, published_text, images
    FROM versions WHERE article = ?
"""
_OBSERVE = """
    INSERT INTO observations(article, seen, capture, content) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET content = excluded.content
"""
_OBSERVATIONS = """
    SELECT o.seen, o.capture, o.content FROM observations AS o
    JOIN captures AS c ON c.id = o.capture
    WHERE o.article = ? ORDER BY o.seen, c.record_id
"""


class History(Frontier):
    """The part of the archive that knows articles and what became of them."""

    def store(
        self,
        article: Article,
        *,
        site: str,
        key: str,
        url: str,
        capture: int,
        seen: str,
        parser: str,
    ) -> Outcome:
        """Store what was read from `capture`, found by `key`, or else by another address of it.

        'new' and 'changed' (title, lead, body, captions, byline, source, section or time of
        publication differ) each add a row to `versions`; 'unchanged' moves last_seen, and what
        does not make a version (tags, origins, a better parser's name) is brought up to date.
        A capture older than what is known takes its place in time, and leaves the article's row
        to the latest one. Nothing is stored ('withheld') of what was erased.
        """
        row = row_of(article, parser)
        url = storable(url)
        with self._writing() as conn, self._db.atomic():
            old = conn.execute(_FIND, (key, url)).fetchone()
            keys = {key}
            if old is not None:  # it may be withheld under another of its addresses
                names = conn.execute("SELECT key FROM urls WHERE article = ?", (old[0],))
                keys.update(name for (name,) in names)
            held = _withheld(conn, sorted(keys))
            if held is not None and held[1]:
                return "withheld"
            if old is None:
                cursor = conn.execute(_INSERT, (*row.values, key, site, url, seen, seen, capture))
                found, shown, outcome = row_id(cursor), capture, "new"
                add_version(conn, row.version, found, 1, seen, capture)
                conn.execute(_OBSERVE, (found, seen, capture, row.content))
                conn.execute("INSERT INTO checks(article, due) VALUES (?, ?)", (found, seen))
                if held is None:
                    _indexes.index(conn, found, row.values)
                add_parts(conn, row, found)
            else:
                found, shown = old[0], old[4]
                outcome, shown = self._again(conn, row, old, seen, capture)
            conn.execute(
                "INSERT OR IGNORE INTO urls(key, article, url) VALUES (?, ?, ?)", (key, found, url)
            )
            if held is not None and old is None:
                conn.execute("UPDATE articles SET withheld = ? WHERE id = ?", (held[0], found))
            for problem in article.problems:
                # By the capture that the row shows: the same doubts seen again are no new ones.
                conn.execute(PROBLEM, (shown, problem.field, storable(problem.what), seen))
        return "withheld" if held is not None else outcome  # type: ignore[return-value]  # from the table

    def _again(
        self, conn: sqlite3.Connection, row: Row, old: Any, seen: str, capture: int
    ) -> tuple[str, int]:
        """Take in another look at an article; return the outcome and the capture it shows."""
        found, version, gone, last_seen, shown = old[:_META]
        latest = conn.execute(_LATEST, (found,)).fetchone()
        conn.execute(_OBSERVE, (found, seen, capture, row.content))
        if latest is not None and seen < latest[0]:
            self.retell(found, {row.content: row.version})
            after = conn.execute(
                "SELECT version, capture FROM articles WHERE id = ?", (found,)
            ).fetchone()
            return ("changed" if after[0] != version else "unchanged"), after[1]
        changed: bool = old[_META : _META + COMPARED] != row.values[:COMPARED]
        update(conn, found, old[_META:], row)
        conn.execute(_SEEN, (seen, seen, found))
        if gone is not None and seen > max(gone, last_seen):
            _returned(conn, found, seen, capture)
        if changed:
            version, shown = version + 1, capture
            conn.execute(
                "UPDATE articles SET version = ?, capture = ? WHERE id = ?",
                (version, capture, found),
            )
            add_version(conn, row.version, found, version, seen, capture)
        add_parts(conn, row, found)
        return ("changed" if changed else "unchanged"), shown

    def sight(self, article: int, *, capture: int, seen: str) -> None:
        """Record that an article was there and said what it said when last seen."""
        with self._writing() as conn, self._db.atomic():
            latest = conn.execute(_LATEST, (article,)).fetchone()
            gone, last_seen = conn.execute(
                "SELECT gone, last_seen FROM articles WHERE id = ?", (article,)
            ).fetchone()
            conn.execute(_OBSERVE, (article, seen, capture, latest[1]))
            conn.execute(_SEEN, (seen, seen, article))
            if gone is not None and seen > max(gone, last_seen):
                _returned(conn, article, seen, capture)

    def differs(self, article: int, read: Article, parser: str) -> bool:
        """Whether what was read of an article is another version than the latest."""
        latest = self._rows(_LATEST, (article,))
        return not latest or latest[0][1] != row_of(read, parser).content

    def is_same(self, article: int, read: Article) -> bool:
        """Whether what was read has the title or the text of this article."""
        ((title, body),) = self._rows("SELECT title, body FROM articles WHERE id = ?", (article,))
        values = row_of(read, "").values
        return title == values[0] or bool(body and body == values[2])

    def set_gone(self, article: int, *, since: str, capture: int | None) -> None:
        """Record that the site no longer has an article; everything of it is kept."""
        with self._writing() as conn:
            conn.execute("UPDATE articles SET gone = ? WHERE id = ?", (since, article))
            add_event(conn, article, since, "gone", capture)

    def moved(self, article: int, *, key: str, url: str, seen: str, capture: int) -> None:
        """Record that an article answers under another address from now on."""
        with self._writing() as conn:
            if not conn.execute(
                "SELECT 1 FROM urls WHERE key = ? AND article = ?", (key, article)
            ).fetchone():
                add_event(conn, article, seen, "moved", capture)
            conn.execute(
                "INSERT OR IGNORE INTO urls(key, article, url) VALUES (?, ?, ?)",
                (key, article, storable(url)),
            )

    def forget(self, article: int) -> None:
        """Delete an article with all that hangs on it; its captures stay."""
        with self._writing() as conn:
            old = conn.execute(
                "SELECT title, lead, body, captions, byline, withheld FROM articles WHERE id = ?",
                (article,),
            ).fetchone()
            if old[INDEXED] is None:
                _indexes.unindex(conn, article, old[:INDEXED])
            conn.execute("DELETE FROM articles WHERE id = ?", (article,))

    def retell(self, article: int, fresh: Mapping[str, Version] | None = None) -> None:
        """Make versions, returns and the row of an article follow from its observations anew.

        fresh: versions that no row of `versions` holds yet, by their content's digest. What a
        version does not hold (tags, origins, parser) stays with the row.
        """
        with self._writing() as conn:
            looks = conn.execute(_OBSERVATIONS, (article,)).fetchall()
            texts: dict[str, Version] = dict(fresh or {})
            for version in conn.execute(_VERSIONS, (article,)):
                texts.setdefault(content_of_version((*version[:7], version[8])), version)
            conn.execute("DELETE FROM versions WHERE article = ?", (article,))
            number = 0
            for number, (content, group) in enumerate(groupby(looks, key=lambda o: o[2]), 1):
                seen, capture, _ = next(group)
                add_version(conn, texts[content], article, number, seen, capture)
            show(conn, article, texts[content], number, capture)
            conn.execute(
                "UPDATE articles SET first_seen = ?, last_seen = ? WHERE id = ?",
                (looks[0][0], looks[-1][0], article),
            )
            _retell_returns(conn, article, [(seen, capture) for seen, capture, _ in looks])


def _retell_returns(
    conn: sqlite3.Connection, article: int, looks: Iterable[tuple[str, int]]
) -> None:
    """A return is the first look after each time that the article was found gone."""
    conn.execute("DELETE FROM events WHERE article = ? AND what = 'returned'", (article,))
    gone = [
        seen
        for (seen,) in conn.execute(
            "SELECT seen FROM events WHERE article = ? AND what = 'gone' ORDER BY seen", (article,)
        )
    ]
    looks = list(looks)
    for since in gone:
        after = next(((seen, capture) for seen, capture in looks if seen > since), None)
        if after is not None:
            add_event(conn, article, after[0], "returned", after[1])
    still = gone[-1] if gone and gone[-1] >= looks[-1][0] else None
    conn.execute("UPDATE articles SET gone = ? WHERE id = ?", (still, article))


def _returned(conn: sqlite3.Connection, found: int, seen: str, capture: int) -> None:
    conn.execute("UPDATE articles SET gone = NULL WHERE id = ?", (found,))
    add_event(conn, found, seen, "returned", capture)


def _withheld(conn: sqlite3.Connection, keys: Iterable[str]) -> tuple[str, str | None] | None:
    """Since when one of the keys is withheld, and since when erased."""
    found = None
    for key in keys:
        row = conn.execute(
            "SELECT since, erased FROM withholdings WHERE key = ?", (key,)
        ).fetchone()
        if row is not None and (found is None or row[1]):
            found = row[0], row[1]
    return found
