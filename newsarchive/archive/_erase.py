"""Taking the bytes of articles out of the WARC files and the database, whole or not at all.

A file that holds such bytes is written anew under another name, X-erased1 beside X; captures are
led there in the transaction that erases the articles, and only then X goes. Whatever ends the work
in between, captures lead to records, and `sweep` removes the file that is too many.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from newsarchive.archive import records, salvage
from newsarchive.archive._addresses import addresses, pictures
from newsarchive.archive._rewrite import NAME, free_name, without
from newsarchive.archive.records import OPEN
from newsarchive.archive.store import Archive
from newsarchive.errors import ArchiveError

TITLE = "(withheld)"
_OF_ARTICLE = """
    SELECT capture FROM observations WHERE article = :article
    UNION SELECT capture FROM versions WHERE article = :article
    UNION SELECT capture FROM events WHERE article = :article
    UNION SELECT capture FROM checks WHERE article = :article
    UNION SELECT capture FROM articles WHERE id = :article
"""
_EMPTY = """
    UPDATE articles SET title = ?, lead = NULL, byline = NULL, source = NULL, section = NULL,
        published = NULL, published_day = NULL, published_text = NULL, modified = NULL,
        captions = NULL, body = '', origins = '{}', parser = '', version = 1, gone = NULL,
        capture = NULL
    WHERE id = ?
"""
_MOVE = "UPDATE captures SET warc = ?, offset = ? WHERE warc = ? AND offset = ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is to be erased. article: its id; None for addresses that no article has.

    keys: all keys of it. reason: goes into the record that takes the place of others.
    """

    article: int | None
    keys: tuple[str, ...]
    reason: str


@dataclass(slots=True, kw_only=True)
class Plan:
    """Which captures go: id -> record id. files: WARC file -> why.

    pictures: how many of them are of pictures. missing: files that are not here.
    """

    targets: tuple[Target, ...]
    captures: dict[int, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    pictures: int = 0
    missing: list[str] = field(default_factory=list)

    def size(self, folder: Path) -> int:
        """Bytes of the files that are to be written anew."""
        return sum((folder / name).stat().st_size for name in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """A file written anew. places: old offset -> new one, of the records that stay."""

    old: str
    new: str
    places: Mapping[int, int]


def doomed(
    conn: sqlite3.Connection,
    targets: Iterable[Target],
    *beside: tuple[sqlite3.Connection, Collection[int]],
) -> Plan:
    """Find the captures that are to be erased, and their files.

    beside: another archive, and those of its articles that are erased too: a picture that others
    of it show stays.
    """
    found = Plan(targets=tuple(targets))
    articles = [t.article for t in found.targets if t.article is not None]
    for target in found.targets:
        ids = {
            row[0]
            for row in conn.execute(_OF_ARTICLE, {"article": target.article})
            if row[0] is not None
        }
        ids |= _captures(conn, addresses(conn, target.article, target.keys))
        shown: set[str] = set()
        if target.article is not None:
            shown = pictures(conn, target.article, (conn, articles), *beside)
        of_pictures = _captures(conn, shown)
        found.pictures += len(of_pictures - ids - found.captures.keys())
        for capture in sorted(_with_revisits(conn, ids | of_pictures)):
            record_id, warc = conn.execute(
                "SELECT record_id, warc FROM captures WHERE id = ?", (capture,)
            ).fetchone()
            found.captures[capture] = record_id
            found.files[warc] = target.reason
    return found


def plan(
    conn: sqlite3.Connection,
    folder: Path,
    targets: Iterable[Target],
    *beside: tuple[sqlite3.Connection, Collection[int]],
) -> Plan:
    """Find what is to be erased of an archive whose WARC files are in `folder`.

    Raises ArchiveError if a file of it is being written.
    """
    found = doomed(conn, targets, *beside)
    for warc in list(found.files):
        if _is_missing(folder, warc):
            found.missing.append(warc)
            del found.files[warc]
    return found


def _is_missing(folder: Path, warc: str) -> bool:
    try:
        path = records.find(folder, warc)
    except ArchiveError:
        return True
    if path.name.endswith(OPEN):
        raise ArchiveError(
            f"{path}: is being written; erase when that work has ended (without --erase it can be "
            "withheld now)"
        )
    return False


def _captures(conn: sqlite3.Connection, urls: Iterable[str]) -> set[int]:
    return {
        capture
        for url in urls
        for (capture,) in conn.execute("SELECT id FROM captures WHERE url = ?", (url,))
    }


def _with_revisits(conn: sqlite3.Connection, captures: set[int]) -> set[int]:
    """These captures and those whose body is that of one of them."""
    todo = list(captures)
    while todo:
        behind = conn.execute(
            "SELECT r.capture FROM captures AS c JOIN revisits AS r ON r.refers_to = c.record_id "
            "WHERE c.id = ?",
            (todo.pop(),),
        ).fetchall()
        todo += [capture for (capture,) in behind if capture not in captures]
        captures = captures | {capture for (capture,) in behind}
    return captures


def rewrite(
    conn: sqlite3.Connection, folder: Path, plan: Plan, when: str, advance: Callable[[int], None]
) -> list[Rewritten]:
    """Write the files of a plan anew, all or none; nothing leads to the new ones yet.

    advance: is told how many bytes of files were read. Raises ArchiveError.
    """
    doomed = frozenset(plan.captures.values())
    done: list[Rewritten] = []
    try:
        for warc, reason in plan.files.items():
            new = free_name(folder, warc)
            at = "SELECT offset, length, record_id FROM captures WHERE warc = ?"
            known = {o: (length, record) for o, length, record in conn.execute(at, (warc,))}
            places = without(
                folder / warc,
                folder / new,
                doomed,
                known,
                reason=reason,
                when=when,
                advance=advance,
            )
            done.append(Rewritten(old=warc, new=new, places=places))
    except BaseException:
        for one in done:
            with suppress(OSError):
                (folder / one.new).unlink()
        raise
    return done


def apply(archive: Archive, plan: Plan, rewritten: Iterable[Rewritten], when: str) -> None:
    """Erase the articles of a plan, in the open transaction; its captures go, others move."""
    with archive._writing() as conn:
        for one in rewritten:
            moved = [(one.new, new, one.old, old) for old, new in one.places.items()]
            conn.executemany(_MOVE, moved)
        for target in plan.targets:
            _empty(conn, target, when)
        for capture in plan.captures:
            if conn.execute("SELECT 1 FROM captures WHERE id = ?", (capture,)).fetchone():
                salvage.drop_capture(archive, capture)
        for target in plan.targets:
            for key in target.keys:
                conn.execute("DELETE FROM frontier WHERE key = ?", (key,))
                conn.execute("DELETE FROM recoveries WHERE key = ?", (key,))


def _empty(conn: sqlite3.Connection, target: Target, when: str) -> None:
    for key in target.keys:
        conn.execute(
            "UPDATE withholdings SET erased = ? WHERE key = ? AND erased IS NULL", (when, key)
        )
    if target.article is None:
        return
    for table in ("observations", "versions", "images", "tags", "checks"):
        conn.execute(f"DELETE FROM {table} WHERE article = ?", (target.article,))  # noqa: S608  names of ours
    conn.execute("DELETE FROM events WHERE article = ? AND what <> 'withheld'", (target.article,))
    conn.execute("UPDATE events SET capture = NULL WHERE article = ?", (target.article,))
    conn.execute(_EMPTY, (TITLE, target.article))


def sweep(conn: sqlite3.Connection, folder: Path) -> None:
    """Remove files that were written anew, or were to be, and that no capture leads to."""
    for path in folder.glob("*.warc.gz.part"):
        if path.is_symlink() or not path.is_dir():
            path.unlink()
    found = [NAME.fullmatch(path.name) for path in folder.glob("*.warc.gz")]
    families = {match["base"] for match in found if match and match["number"]}
    for base in families:
        names = {int(m["number"] or 0): m[0] for m in found if m and m["base"] == base}
        used = {
            name
            for name in names.values()
            if conn.execute("SELECT 1 FROM captures WHERE warc = ? LIMIT 1", (name,)).fetchone()
        }
        for name in names.values():
            if name not in (used or {names[max(names)]}):
                (folder / name).unlink()
