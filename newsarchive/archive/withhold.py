"""Withholding: an article leaves all that is shown, and stays out when it is met again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from newsarchive.archive import _erase, _indexes, locks
from newsarchive.archive._addresses import addresses, key_of
from newsarchive.archive._erase import Plan, Target
from newsarchive.archive._put import add_event
from newsarchive.archive._text import storable
from newsarchive.archive.locks import Locks
from newsarchive.archive.records import OPEN
from newsarchive.archive.store import Archive
from newsarchive.errors import ArchiveError, CallError

FILES = "files"  # the lock of whoever needs WARC files to stay as they are, or rewrites them
_WITHHOLD = """
    INSERT INTO withholdings(key, url, reason, since) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET reason = excluded.reason
"""
_ADDRESSES = """
    SELECT key, url FROM articles WHERE id = :article
    UNION ALL SELECT key, url FROM urls WHERE article = :article
"""
_SEARCHED = "SELECT title, lead, body, captions, byline, withheld FROM articles WHERE id = ?"
_HELD = """
    SELECT min(since), min(erased) FROM withholdings WHERE key IN (SELECT value FROM json_each(?))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What is to be withheld. article: its id; None for an address that no article has.

    addresses: each of its keys, the article's own first, with an address.
    """

    article: int | None
    addresses: dict[str, str]

    @property
    def keys(self) -> tuple[str, ...]:
        """All its keys."""
        return tuple(self.addresses)

    @property
    def url(self) -> str:
        """Its address."""
        return next(iter(self.addresses.values()))


def named(archive: Archive, article: int | None, url: str) -> Named:
    """The article of this id, or of this address, or the address that no article has.

    Raises CallError for what can be none.
    """
    if article is None:
        try:
            key = key_of(url)
        except ValueError:
            raise CallError(
                f"{url!r}: neither the id of an article nor an address (http://...)"
            ) from None
        held = archive._rows("SELECT article FROM urls WHERE key = ? LIMIT 1", (key,))
        if not held:
            return Named(article=None, addresses={storable(key): storable(url)})
        article = int(held[0][0])
    found: dict[str, str] = {}
    for key, address in archive._rows(_ADDRESSES, {"article": article}):
        found.setdefault(key, address)
    return Named(article=article, addresses=found)


def held(archive: Archive, named: Named) -> tuple[str | None, str | None]:
    """Since when it is withheld, and when it was erased."""
    found = archive._rows(_HELD, (json.dumps(named.keys),))
    return found[0][0], found[0][1]


def withhold(archive: Archive, named: Named, *, reason: str, since: str) -> None:
    """Withhold it under all its keys; of what is withheld already, take the new reason."""
    reason = storable(" ".join(reason.split()))
    with archive._writing() as conn, archive._db.atomic():
        for key, url in named.addresses.items():
            conn.execute(_WITHHOLD, (key, url, reason, since))
        if named.article is None:
            return
        for key in named.keys:
            # So that whoever leaves out its captures knows all addresses they are of.
            conn.executemany(
                "INSERT OR IGNORE INTO urls(key, article, url) VALUES (?, ?, ?)",
                [(key, named.article, url) for url in sorted(addresses(conn, None, (key,)))],
            )
        if hide(conn, named.article, since):
            add_event(conn, named.article, since, "withheld", None)


def hide(conn: sqlite3.Connection, article: int, since: str) -> bool:
    """Mark an article as withheld, out of both full-text tables; False if it was so before."""
    *searched, withheld = conn.execute(_SEARCHED, (article,)).fetchone()
    if withheld is None:
        _indexes.unindex(conn, article, tuple(searched))
        conn.execute("UPDATE articles SET withheld = ? WHERE id = ?", (since, article))
    return withheld is None


def restore(archive: Archive, named: Named) -> bool:
    """Show it again; False if it was not withheld. Raises ArchiveError for what was erased."""
    since, erased = held(archive, named)
    if erased is not None:
        raise ArchiveError(f"{named.url}: was erased ({erased}): there is nothing to restore")
    with archive._writing() as conn, archive._db.atomic():
        for key in named.keys:
            conn.execute("DELETE FROM withholdings WHERE key = ?", (key,))
        if named.article is not None:
            *searched, withheld = conn.execute(_SEARCHED, (named.article,)).fetchone()
            if withheld is not None:
                conn.execute("UPDATE articles SET withheld = NULL WHERE id = ?", (named.article,))
                _indexes.index(conn, named.article, tuple(searched))
                return True
    return since is not None


def plan(archive: Archive, named: Named, reason: str) -> Plan:
    """What erasing it would erase. Raises ArchiveError where a file of it is being written."""
    target = Target(article=named.article, keys=named.keys, reason=reason)
    return _erase.plan(archive._conn, archive.warc_dir, [target])


def erase(
    archive: Archive,
    named: Named,
    plan: Plan,
    *,
    reason: str,
    when: str,
    advance: Callable[[int], None],
) -> None:
    """Withhold it and erase its bytes, all or nothing; commits.

    For the holder of the lock FILES. advance: is told how many bytes of WARC files were read.
    """
    archive.commit()
    archive._conn.execute("PRAGMA secure_delete = ON")
    try:
        _erase.sweep(archive._conn, archive.warc_dir)
        rewritten = _erase.rewrite(archive._conn, archive.warc_dir, plan, when, advance)
        withhold(archive, named, reason=reason, since=when)
        _erase.apply(archive, plan, rewritten, when)
        archive.commit()
        _erase.sweep(archive._conn, archive.warc_dir)
    except OSError as error:
        archive._conn.rollback()
        raise ArchiveError(
            f"{error.filename}: cannot be removed ({error.strerror}); check permissions, and run "
            "it again"
        ) from None
    except ArchiveError:
        archive._conn.rollback()
        raise


def compact(archive: Archive, own: Locks) -> bool:
    """Leave no trace of what was deleted in the database's files; False if that is not possible.

    It is not while others write: they would not wait long enough. own: the locks of this process.
    """
    conn = archive._conn
    if not alone(archive, own):
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return False
    try:
        with archive._writing():
            # Their words of deleted articles stay until parts are joined.
            for table in ("articles_fts", "articles_exact"):
                conn.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")  # noqa: S608  names of ours
        archive.commit()
        conn.execute("VACUUM")
        busy = conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError:
        return False
    return not busy


def alone(archive: Archive, own: Locks) -> bool:
    """Whether nobody else writes to the archive; from now on, none that crawls or imports can."""
    sites = [slug for (slug,) in archive._rows("SELECT slug FROM sites")]
    return all(own.take(name) for name in ("import", "reparse", *sites)) and not living(
        archive.warc_dir.glob(f"*{OPEN}")
    )


def living(files: Iterable[Path]) -> bool:
    """Whether one of these files is being written."""
    return any(map(locks.is_held, files))


def reason_of(conn: sqlite3.Connection, key: str) -> str | None:
    """Why the article of this key is withheld; None where that is not known."""
    found = conn.execute("SELECT reason FROM withholdings WHERE key = ?", (key,)).fetchone()
    return None if found is None else str(found[0])
