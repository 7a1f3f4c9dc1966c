"""Which articles tell the same story: found as articles are written, before each commit.

`settle` takes every article that was written, compares it with those that may be like it, and
brings the stories in step. What leads to a story is symmetric and follows from the texts alone,
so that it does not matter in which order articles come. Without the library nothing is found, and
all that must go still goes; the articles stay due, and `newsarchive reprints` finds them later.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from time import sleep
from typing import TYPE_CHECKING

from newsarchive.archive import likeness

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive

# Of a form of words that thousands of articles have, the latest are enough: what tells the same
# story shares other bands too. So the work for an article does not grow with the archive.
_MOST_OF_BAND = 30
_MOST_COMPARED = 12
_CHUNK = 500  # articles taken at a time
_PAUSE = 0.1  # seconds; SQLite asks as often for a lock that another writer holds
_ROW = "SELECT lead, body FROM articles WHERE id = ? AND withheld IS NULL"
_NOW = "SELECT article FROM reprints_due INDEXED BY reprints_due_now WHERE old = 0 ORDER BY article"
_CANDIDATES = """
    SELECT s.article, s.signature FROM (
        SELECT DISTINCT b.article FROM json_each(:bands) AS asked
        CROSS JOIN bands AS b ON b.band = asked.value AND b.article IN (
            SELECT article FROM bands WHERE band = asked.value AND article <> :article
            ORDER BY article DESC LIMIT :most)
    ) AS met CROSS JOIN signatures AS s ON s.article = met.article
"""
_EACH = likeness.SLOTS // likeness.ROWS
# One statement for all: it takes a third of the time of as many.
_BANDS = f"""
    INSERT OR IGNORE INTO bands(band, article)
    VALUES {", ".join(f"(?{number}, ?{_EACH + 1})" for number in range(1, _EACH + 1))}
"""  # noqa: S608  numbers of parameters
_LIKE = "SELECT other FROM likenesses WHERE article = ?"
_UNLIKE = """
    DELETE FROM likenesses WHERE article = :article AND other = :other
        OR article = :other AND other = :article
"""
_REPRINT = """
    INSERT INTO reprints(article, story, similarity)
    SELECT :article, :story, max(similarity) FROM likenesses WHERE article = :article
    ON CONFLICT DO UPDATE SET story = excluded.story, similarity = excluded.similarity
"""
_COUNT = """
    SELECT count(*), count(DISTINCT a.site), min(a.published_day)
    FROM reprints AS r JOIN articles AS a ON a.id = r.article WHERE r.story = ?
"""


def can_sign(conn: sqlite3.Connection) -> bool:
    """Whether signatures made now can be compared with those of this archive."""
    if not likeness.available():
        return False
    known = conn.execute("SELECT probe FROM signature_probe").fetchone()
    if known is None:
        conn.execute("INSERT INTO signature_probe VALUES (1, ?)", (likeness.probe(),))
        return True
    return bool(known[0] == likeness.probe())


def settle(conn: sqlite3.Connection) -> None:
    """Bring the stories in step with all that was written, in the open transaction."""
    now = [article for (article,) in conn.execute(_NOW)]
    if now:
        take(conn, now)


def due(conn: sqlite3.Connection) -> int:
    """How many articles are still to be compared."""
    return int(conn.execute("SELECT count(*) FROM reprints_due").fetchone()[0])


def next_due(conn: sqlite3.Connection, most: int, after: int = 0) -> list[int]:
    """The first of them, or of those whose ids are greater than `after`."""
    sql = "SELECT article FROM reprints_due WHERE article > ? ORDER BY article LIMIT ?"
    return [article for (article,) in conn.execute(sql, (after, most))]


def rebuild(conn: sqlite3.Connection) -> None:
    """Find all stories anew."""
    reset(conn)
    last = 0
    while found := next_due(conn, _CHUNK, last):
        take(conn, found)
        last = found[-1]


def fill(archive: Archive, advance: Callable[[int], None]) -> bool:
    """Compare all that is due; False, and nothing done, if the library is missing.

    Some articles at a time, so that nothing is lost if it is killed, and with pauses that are
    long enough for others to write. advance: is told of articles. Raises ArchiveError.
    """
    if not likeness.available():
        return False
    with archive._writing() as conn:
        if not can_sign(conn):  # signed by another release of the library: by this one from now on
            reset(conn)
    archive.commit()
    last = 0
    while True:
        with archive._writing() as conn:
            found = next_due(conn, _CHUNK, last)
            take(conn, found)
        archive.commit()
        if not found:
            return True
        last = found[-1]
        advance(len(found))
        sleep(_PAUSE)


def reset(conn: sqlite3.Connection) -> None:
    """Forget all stories and signatures; every article is due again."""
    for table in (
        "signature_probe", "signatures", "bands", "likenesses", "reprints", "stories",
        "reprints_due",
    ):  # fmt: skip
        conn.execute(f"DELETE FROM {table}")  # noqa: S608  names of ours
    conn.execute("INSERT INTO reprints_due(article, old) SELECT id, 1 FROM articles")


def take(conn: sqlite3.Connection, articles: Sequence[int]) -> None:
    """Compare these articles anew; those that cannot be compared now stay due."""
    able = can_sign(conn)
    stories: set[int] = set()
    for article in articles:
        _leave(conn, article, stories)
    for article in articles:
        row = conn.execute(_ROW, (article,)).fetchone()
        if row is not None and not able:
            conn.execute("UPDATE reprints_due SET old = 1 WHERE article = ?", (article,))
            continue
        conn.execute("DELETE FROM reprints_due WHERE article = ?", (article,))
        if row is not None:
            _enter(conn, article, text_of(*row), stories)
    _count(conn, stories)


def text_of(lead: str | None, body: str) -> str:
    """What of an article is compared. Not the title: reprints have another one."""
    return f"{lead}\n{body}" if lead else body


def _leave(conn: sqlite3.Connection, article: int, stories: set[int]) -> None:
    """Take an article out of everything. stories: those whose members change are added."""
    old = conn.execute("SELECT signature FROM signatures WHERE article = ?", (article,)).fetchone()
    if old is None:
        return
    conn.executemany(
        "DELETE FROM bands WHERE band = ? AND article = ?",
        [(band, article) for band in likeness.bands(old[0])],
    )
    conn.execute("DELETE FROM signatures WHERE article = ?", (article,))
    others = [other for (other,) in conn.execute(_LIKE, (article,))]
    if not others:
        return
    story = _story(conn, article)
    if story is None:  # the tables are damaged: what is left of them goes on
        story = _new_story(conn)
    for other in others:
        conn.execute(_UNLIKE, {"article": article, "other": other})
    conn.execute("DELETE FROM reprints WHERE article = ?", (article,))
    stories.add(story)
    _part(conn, story, others, stories)


def _part(conn: sqlite3.Connection, story: int, others: list[int], stories: set[int]) -> None:
    """See what a story falls into that lost an article which led from each of these to another."""
    left = set(others)
    kept = False
    while left:
        start = min(left)
        # The piece that keeps the story's number need not be known to its end.
        piece = _reached(conn, start, None if kept else left)
        left -= piece
        if conn.execute(_LIKE, (start,)).fetchone() is None:
            conn.execute("DELETE FROM reprints WHERE article = ?", (start,))
        elif kept:
            _tell(conn, piece, _new_story(conn), stories)
        else:
            _tell(conn, piece.intersection(others), story, stories)
            kept = True


def _reached(conn: sqlite3.Connection, start: int, wanted: set[int] | None) -> set[int]:
    """All that likenesses lead to from an article; or as much as it takes to meet all wanted."""
    reached, todo = {start}, [start]
    while todo and (wanted is None or not wanted <= reached):
        for (other,) in conn.execute(_LIKE, (todo.pop(),)):
            if other not in reached:
                reached.add(other)
                todo.append(other)
    return reached


def _enter(conn: sqlite3.Connection, article: int, text: str, stories: set[int]) -> None:
    """Sign an article, and join it to what tells its story."""
    runs = likeness.shingles(text)
    if not runs:
        return
    signed = likeness.signature(runs)
    found = likeness.bands(signed)
    alike = list(_alike(conn, article, text, runs, signed, found))
    conn.execute("INSERT INTO signatures VALUES (?, ?)", (article, signed))
    conn.execute(_BANDS, (*found, article))
    if not alike:
        return
    for other, similar in alike:
        conn.executemany(
            "INSERT OR REPLACE INTO likenesses VALUES (?, ?, ?)",
            [(article, other, similar), (other, article, similar)],
        )
    _join(conn, [article, *(other for other, _ in alike)], stories)


def _alike(
    conn: sqlite3.Connection,
    article: int,
    text: str,
    runs: list[bytes],
    signed: bytes,
    found: list[int],
) -> Iterator[tuple[int, float]]:
    """Articles that tell the same story, each with the similarity of the texts."""
    asked = {"bands": json.dumps(found), "article": article, "most": _MOST_OF_BAND}
    guesses = [
        (likeness.guess(signed, other_signed), other)
        for other, other_signed in conn.execute(_CANDIDATES, asked)
    ]
    likely = sorted((g for g in guesses if likeness.is_likely(g[0])), reverse=True)
    for _, other in likely[:_MOST_COMPARED]:
        row = conn.execute(_ROW, (other,)).fetchone()
        if row is None:
            continue  # withheld or gone from the table in this transaction: its turn comes
        other_text = text_of(*row)
        similar = likeness.similarity(runs, likeness.shingles(other_text))
        if likeness.tell_the_same(text, other_text, similar):
            yield other, round(similar, 3)


def _join(conn: sqlite3.Connection, articles: list[int], stories: set[int]) -> None:
    """Make one story of what these articles tell; the one that most tell takes the others in."""
    known = {story for article in articles if (story := _story(conn, article)) is not None}
    sql = "SELECT count(*) FROM reprints WHERE story = ?"
    sizes = {story: conn.execute(sql, (story,)).fetchone()[0] for story in known}
    kept = max(known, key=lambda s: (sizes[s], -s)) if known else _new_story(conn)
    for other in known - {kept}:
        conn.execute("UPDATE reprints SET story = ? WHERE story = ?", (kept, other))
        stories.add(other)
    _tell(conn, articles, kept, stories)


def _tell(conn: sqlite3.Connection, articles: Iterable[int], story: int, stories: set[int]) -> None:
    for article in articles:
        conn.execute(_REPRINT, {"article": article, "story": story})
    stories.add(story)


def _story(conn: sqlite3.Connection, article: int) -> int | None:
    found = conn.execute("SELECT story FROM reprints WHERE article = ?", (article,)).fetchone()
    return None if found is None else int(found[0])


def _new_story(conn: sqlite3.Connection) -> int:
    cursor = conn.execute("INSERT INTO stories(articles, sites) VALUES (0, 0)")
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _count(conn: sqlite3.Connection, stories: Iterable[int]) -> None:
    """Write what each story's row says; one that nobody tells any more goes."""
    for story in stories:
        articles, sites, day = conn.execute(_COUNT, (story,)).fetchone()
        if articles:
            conn.execute(
                "UPDATE stories SET articles = ?, sites = ?, day = ? WHERE id = ?",
                (articles, sites, day, story),
            )
        else:
            conn.execute("DELETE FROM stories WHERE id = ?", (story,))
