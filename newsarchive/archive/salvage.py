"""What the next writer does for one that died: closes its files, adopts and drops captures."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from newsarchive.archive import locks, records
from newsarchive.archive._text import storable
from newsarchive.archive.bodies import digest_of
from newsarchive.archive.records import OPEN, Damaged, Member
from newsarchive.archive.store import Archive
from newsarchive.errors import ArchiveError
from newsarchive.model import Capture

_END = "SELECT max(offset + length) FROM captures WHERE warc = ?"
_BEHIND = "SELECT id FROM captures WHERE warc = ? AND offset + length > ?"
_UNREADABLE = """
    SELECT c.id FROM captures AS c JOIN revisits AS r ON r.capture = c.id WHERE r.refers_to = ?
"""


def open_archive(path: Path, *, create: bool = True) -> Archive:
    """The archive, opened for writing, and in order again if its last writer died.

    Raises ArchiveError as `Archive.open` does.
    """
    archive = Archive.open(path, create=create)
    try:
        settle(archive)
        archive.commit()
    except OSError as error:
        archive.close()
        raise ArchiveError(f"{archive.warc_dir}: cannot be written ({error.strerror})") from None
    except ArchiveError:
        archive.close()
        raise
    return archive


def settle(archive: Archive) -> list[str]:
    """Close the WARC files of dead writers; return the names of those that were closed.

    A torn tail is cut, records that no capture tells of get one, captures whose record is lost
    are dropped. Files of living writers are left alone.
    """
    closed = []
    for path in sorted(archive.warc_dir.glob(f"*.warc.gz{OPEN}")):
        if not is_own(path):
            continue
        try:
            file = path.open("r+b")
        except FileNotFoundError:
            continue  # its writer has closed it just now
        with file:
            # Its writer may live, or have closed it since.
            if locks.hold(file) and locks.is_there(file, path):
                _close(archive, path, file)
                closed.append(path.name)
    return closed


def is_own(path: Path) -> bool:
    """Whether a file of the archive's folder is one that lies there, and may be cut.

    A link leads to what some other program wrote, and would be cut at its first byte.
    """
    return path.is_file() and not path.is_symlink()


def _close(archive: Archive, path: Path, file: IO[bytes]) -> None:
    name = path.name.removesuffix(OPEN)
    size = path.stat().st_size
    known = archive._rows(_END, (name,))[0][0] or 0
    start = known if known <= size else 0
    about = _about(path)
    end = start
    try:
        for member in records.members(path, start):
            _adopt(archive, name, member, about)
            end = member.offset + member.length
    except Damaged as damage:
        end = damage.offset
    file.truncate(end)
    for (capture,) in archive._rows(_BEHIND, (name, end)):
        drop_capture(archive, capture)
    archive.commit()
    if end:
        path.rename(path.with_name(name))
    else:
        path.unlink()


def _about(path: Path) -> dict[str, str]:
    """What the file's warcinfo record says; nothing where there is none."""
    try:
        first = next(records.members(path), None)
    except Damaged:
        return {}
    if first is None or first.kind != "warcinfo":
        return {}
    lines = first.block.decode("utf-8", "replace").splitlines()
    return {n.strip(): v.strip() for n, _, v in (line.partition(":") for line in lines)}


def _adopt(archive: Archive, warc: str, member: Member, about: dict[str, str]) -> None:
    """Record the capture of a response that its writer did not live to record."""
    site = about.get("isPartOf", "")
    record_id = member.headers.get("warc-record-id", "")
    if member.kind not in ("response", "revisit", "resource") or archive.captures_known(
        [record_id]
    ):
        return
    if not archive._rows("SELECT 1 FROM sites WHERE slug = ?", (site,)):
        return  # killed before anything was recorded of the site: it is asked again
    head = member.block.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    status = head[0].split(" ")[1:2] if member.kind != "resource" else ["200"]
    http = {n.strip().lower(): v.strip() for n, _, v in (h.partition(":") for h in head[1:])}
    running = archive._rows(
        "SELECT max(id) FROM crawls WHERE site = ? AND finished IS NULL", (site,)
    )[0][0]
    capture = Capture(
        record_id=record_id,
        site=site,
        url=storable(member.headers.get("warc-target-uri", "").strip("<>")),
        fetched=member.headers.get("warc-date", ""),
        status=int(status[0]) if status and status[0].isdecimal() else 304,
        digest=_digest(archive, warc, member),
        etag=http.get("etag"),
        last_modified=http.get("last-modified"),
        warc=warc,
        offset=member.offset,
        length=member.length,
        via=about.get("via", "live"),
        archive_url=member.headers.get("warc-source-uri"),
        crawl=running if about.get("via", "live") == "live" else None,
    )
    refers_to = member.headers.get("warc-refers-to")
    if member.kind != "revisit":
        archive.add_capture(capture)
    elif refers_to:
        archive.add_revisit(capture, refers_to)


def _digest(archive: Archive, warc: str, member: Member) -> str:
    if member.kind == "revisit":
        of = member.headers.get("warc-refers-to", "")
        found = archive._rows("SELECT digest FROM captures WHERE record_id = ?", (of,))
        if found:
            return str(found[0][0])
    try:
        return digest_of(records.read_record(archive.warc_dir, warc, member.offset)[2])
    except ArchiveError:
        return digest_of(member.block.partition(b"\r\n\r\n")[2])


def drop_capture(archive: Archive, capture: int) -> None:
    """Forget a capture whose record is lost, and what was read from it alone.

    Its address is to be asked again; articles go back to what other captures say of them.
    """
    with archive._writing() as conn, archive._db.atomic():
        record_id, url = conn.execute(
            "SELECT record_id, url FROM captures WHERE id = ?", (capture,)
        ).fetchone()
        seen = conn.execute(
            "SELECT DISTINCT article FROM observations WHERE capture = ?", (capture,)
        ).fetchall()
        conn.execute("DELETE FROM observations WHERE capture = ?", (capture,))
        for (article,) in seen:
            _without(archive, article)
        conn.execute("UPDATE events SET capture = NULL WHERE capture = ?", (capture,))
        conn.execute("UPDATE articles SET capture = NULL WHERE capture = ?", (capture,))
        conn.execute("UPDATE versions SET capture = NULL WHERE capture = ?", (capture,))
        conn.execute("DELETE FROM problems WHERE capture = ?", (capture,))
        conn.execute("DELETE FROM listings WHERE url = ?", (url,))
        conn.execute("UPDATE frontier SET state = 'found' WHERE url = ?", (url,))
        conn.execute("DELETE FROM captures WHERE id = ?", (capture,))
        behind = conn.execute(_UNREADABLE, (record_id,)).fetchall()
    for (other,) in behind:
        drop_capture(archive, other)


def _without(archive: Archive, article: int) -> None:
    with archive._writing() as conn:
        left = conn.execute(
            "SELECT count(*) FROM observations WHERE article = ?", (article,)
        ).fetchone()[0]
        if left:
            archive.retell(article)
            return
        conn.execute(
            "UPDATE frontier SET state = 'found' "
            "WHERE key IN (SELECT key FROM urls WHERE article = ?)",
            (article,),
        )
        archive.forget(article)
