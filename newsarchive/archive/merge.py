"""Two archives become one: whichever takes in the other, the same is in it, and twice is as once.

Articles are one by any key or address that both archives know them under; how they join is said
in _telling, of other rows in _unions. Ids are local, and so is where a record lies.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from newsarchive.archive import _articles, _copies, _erase, _telling, _unions
from newsarchive.archive._connect import check_values, explain, open_readonly
from newsarchive.archive._erase import Plan, Rewritten, Target
from newsarchive.archive._groups import Group, groups
from newsarchive.archive._withheld import Withheld
from newsarchive.archive.schema import MIGRATION_NAMES, MIGRATION_SET
from newsarchive.archive.store import Archive
from newsarchive.archive.withhold import hide
from newsarchive.errors import ArchiveError

Advance = Callable[[int], None]
_ADDRESSES = """
    SELECT key, url FROM urls WHERE article = :id UNION SELECT key, url FROM articles WHERE id = :id
"""
_OF_KEY = "SELECT article FROM urls WHERE key = :key UNION SELECT id FROM articles WHERE key = :key"


@dataclass(slots=True, kw_only=True)
class Counts:
    """What a merge did: articles that were not here, that are told differently now, that are as
    they were; captures that were not here."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    captures: int = 0


def open_other(path: Path) -> sqlite3.Connection:
    """The other archive, to be read in one state. Raises ArchiveError."""
    conn = open_readonly(path)
    try:
        sql = "SELECT name FROM _sqlite_migrations WHERE migration_set = ?"
        if (MIGRATION_NAMES[-1],) not in conn.execute(sql, (MIGRATION_SET,)).fetchall():
            raise ArchiveError(
                f"{path}: written by an older newsarchive; copy it where it can be written"
            )
        conn.isolation_level = None
        conn.execute("BEGIN")
        conn.execute("SELECT count(*) FROM sites").fetchone()
        check_values(conn, path)  # what is damaged there must not come here
    except sqlite3.Error as error:
        conn.close()
        raise explain(error, path) from error
    except ArchiveError:
        conn.close()
        raise
    return conn


class Merge:
    """Taking the archive behind `other` into `archive`; nobody else may write to it meanwhile.

    folder: the other one's WARC files. when: this second. To be used in this order: `copy`, `run`.
    Raises ArchiveError; then nothing was taken in.
    """

    def __init__(
        self, archive: Archive, other: sqlite3.Connection, folder: Path, when: str
    ) -> None:
        self._archive = archive
        self._conn = archive._conn
        self._other = other
        self._when = when
        _erase.sweep(self._conn, archive.warc_dir)
        self._groups = groups(self._conn, other)
        self._withheld = Withheld(self._conn, other)
        erased = self._spread()
        self._sections = _unions.sections(self._conn, other, self._withheld)
        self._plan, theirs = self._plans(erased)
        self._banned = set(theirs.captures.values())
        self._reasons = theirs.files
        self._rewritten: list[Rewritten] = []
        names = _copies.lacking(self._conn, other, self._banned)
        self._copies = _copies.plan(other, folder, archive.warc_dir, names, self._banned)
        archive.commit()  # of temporary tables, but a transaction all the same

    @property
    def size(self) -> int:
        """Bytes of WARC files that `copy` reads."""
        return sum(copy.size for copy in self._copies) + self._plan.size(self._archive.warc_dir)

    @property
    def articles(self) -> int:
        """How many articles `run` tells."""
        return len(self._groups)

    @property
    def erases(self) -> bool:
        """Whether the other archive erased what is here."""
        return bool(self._plan.captures)

    @property
    def missing(self) -> list[str]:
        """WARC files of ours that are not here, so that nothing of them can be erased."""
        return self._plan.missing

    def _spread(self) -> list[tuple[Group, tuple[str, ...]]]:
        """Withhold what either withholds; return what either erased, with all keys."""
        of_here = {id: group for group in self._groups for id in group.here}
        of_there = {id: group for group in self._groups for id in group.there}
        met: dict[Group, dict[str, str]] = {}
        for key in self._withheld:
            for group in self._of_key(key, of_here, of_there):
                met.setdefault(group, self._urls(group))
        for urls in met.values():
            self._withheld.spread(urls)
        known = {key for urls in met.values() for key in urls}
        found = [(group, tuple(urls)) for group, urls in met.items()]
        found += [(Group((), ()), (key,)) for key in self._withheld if key not in known]
        return [(group, keys) for group, keys in found if self._withheld.erased(keys)]

    def _of_key(
        self, key: str, of_here: dict[int, Group], of_there: dict[int, Group]
    ) -> Iterator[Group]:
        for (article,) in self._conn.execute(_OF_KEY, {"key": key}):
            if article not in of_here:  # the other archive withholds it, but has it not
                of_here[article] = Group((article,), ())
                self._groups.append(of_here[article])
            yield of_here[article]
        for (article,) in self._other.execute(_OF_KEY, {"key": key}):
            yield of_there[article]

    def _urls(self, group: Group) -> dict[str, str]:
        """All keys of a group, with an address of each."""
        found: dict[str, str] = {}
        for conn, articles in ((self._conn, group.here), (self._other, group.there)):
            for id in articles:
                for key, url in conn.execute(_ADDRESSES, {"id": id}):
                    found[key] = min(url, found.get(key, url))
        return dict(sorted(found.items()))

    def _plans(self, erased: list[tuple[Group, tuple[str, ...]]]) -> tuple[Plan, Plan]:
        """What is to be erased here, and what is to be left out of theirs."""
        targets: tuple[list[Target], list[Target]] = ([], [])
        for group, keys in erased:
            reason = self._withheld.reason(keys)
            for found, articles in zip(targets, (group.here, group.there), strict=True):
                found += [
                    Target(article=article, keys=keys, reason=reason)
                    for article in articles or (None,)
                ]
        here, there = (
            (conn, [t.article for t in found if t.article is not None])
            for conn, found in zip((self._conn, self._other), targets, strict=True)
        )
        plan = _erase.plan(self._conn, self._archive.warc_dir, targets[0], there)
        return plan, _erase.doomed(self._other, targets[1], here)

    def copy(self, advance: Advance) -> None:
        """Bring the files together: theirs that are not here, without what was erased; ours anew
        if theirs erased some of it."""
        try:
            self._archive.warc_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveError(
                f"{self._archive.warc_dir}: cannot make the folder ({error.strerror})"
            ) from None
        for copy in self._copies:
            reason = self._reasons.get(copy.warc, "")
            copy.make(reason=reason, when=self._when, advance=advance)
        folder = self._archive.warc_dir
        self._rewritten = _erase.rewrite(self._conn, folder, self._plan, self._when, advance)

    def run(self, advance: Advance) -> Counts:
        """Join the databases, and commit. advance: is told of articles."""
        conn, other = self._conn, self._other
        conn.execute("PRAGMA secure_delete = ON")
        counts = Counts()
        try:
            with self._archive._writing():
                _unions.union(conn, other, "sites", ("slug",), _unions.fullest)
                crawls = _unions.crawls(conn, other)
                self._withheld.put(conn)
                for target in self._plan.targets:
                    if target.article is not None:
                        hide(conn, target.article, self._withheld.since(target.keys) or self._when)
                _erase.apply(self._archive, self._plan, self._rewritten, self._when)
                ids, counts.captures = _copies.put(conn, other, self._copies, self._banned, crawls)
                for group in self._groups:
                    self._tell(group, counts)
                    advance(1)
                _unions.problems(conn, other, ids)
                _unions.steering(conn, other)
                _unions.put_sections(conn, self._sections)
                self._forget_erased()
            self._archive.commit()
        except BaseException:
            conn.rollback()
            raise
        _erase.sweep(conn, self._archive.warc_dir)
        return counts

    def _tell(self, group: Group, counts: Counts) -> None:
        """Join the tellings of a group, and write what differs."""
        here = {id: _telling.read(self._conn, id) for id in group.here}
        joined = _telling.join([*here.values(), *(self._theirs(id) for id in group.there)])
        keys = joined.keys
        if self._withheld.erased(keys):
            joined = _telling.tombstone(joined, _erase.TITLE)
        since = [time for time in (joined.withheld, self._withheld.since(keys)) if time]
        joined = replace(joined, withheld=min(since, default=None))
        if not here:
            _articles.insert(self._conn, joined, self._id_of)
            counts.new += 1
            return
        kept = next((id for id, told in here.items() if told.key == joined.key), group.here[0])
        for id in group.here:
            if id != kept:
                self._archive.forget(id)
        if here[kept] != joined:
            old = here[kept]
            _articles.update(self._conn, kept, old, joined, self._id_of)
            counts.changed += 1
        elif group.there:
            counts.unchanged += 1

    def _theirs(self, article: int) -> _telling.Telling:
        """What the other archive tells, of records that came with it."""
        told = _telling.read(self._other, article)
        if self._banned.isdisjoint(record for _, record in told.looks):
            return told
        looks = {look: c for look, c in told.looks.items() if look[1] not in self._banned}
        return replace(told, looks=looks)

    def _id_of(self, record_id: str | None) -> int | None:
        if record_id is None:
            return None
        found = self._conn.execute("SELECT id FROM captures WHERE record_id = ?", (record_id,))
        row = found.fetchone()
        return None if row is None else int(row[0])

    def _forget_erased(self) -> None:
        for key in self._withheld:
            if self._withheld.erased((key,)):
                self._conn.execute("DELETE FROM frontier WHERE key = ?", (key,))
                self._conn.execute("DELETE FROM recoveries WHERE key = ?", (key,))
