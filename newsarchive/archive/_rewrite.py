"""Writing a WARC file anew without some of its records; the others byte for byte."""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from newsarchive.archive import locks, records
from newsarchive.archive.records import OPEN, Damaged, Member, base32_sha1
from newsarchive.errors import ArchiveError

NAME = re.compile(r"(?P<base>.+?)(?:-erased(?P<number>\d+))?\.warc\.gz")
_CHUNK = 1 << 20


def free_name(folder: Path, warc: str) -> str:
    """The name under which a file is written anew."""
    match = NAME.fullmatch(warc)
    if match is None:
        raise ArchiveError(f"{folder / warc}: not the name of a WARC file of ours")
    number = int(match["number"] or 0) + 1
    while any(
        (folder / f"{match['base']}-erased{number}.warc.gz{end}").exists() for end in ("", OPEN)
    ):
        number += 1
    return f"{match['base']}-erased{number}.warc.gz"


def without(
    source: Path,
    target: Path,
    doomed: Collection[str],
    known: Mapping[int, tuple[int, str]],
    *,
    reason: str,
    when: str,
    advance: Callable[[int], None] = lambda _: None,
) -> dict[int, int]:
    """Copy a WARC file but for some records; return where the others lie (old offset -> new).

    doomed: ids of those records; what hangs on them (requests, metadata) goes too, and a record
    that says so takes the place of each. known: offset -> (length, record id) of captures, by
    which what cannot be read is passed over. Raises ArchiveError.
    """
    partial = target.with_name(f"{target.name}.part")
    places: dict[int, int] = {}
    try:
        spans = list(_spans(source, known, advance))
        gone = _hanging_on(spans, frozenset(doomed), known)
        if not known.keys() <= {span.offset for span in spans}:
            raise ArchiveError(
                f"{source}: captures lie where no record is; `newsarchive verify --repair` first"
            )
        with source.open("rb") as old, partial.open("wb") as file:
            for span in spans:
                places[span.offset] = file.tell()
                if span.offset in gone:
                    file.write(_tombstone(span, reason, when))
                    del places[span.offset]
                else:
                    _copy(old, file, span.offset, span.length)
            locks.sync(file)
        partial.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        raise ArchiveError(
            f"{error.filename or target}: cannot be read or written ({error.strerror}); "
            "make room, check permissions, run it again"
        ) from None
    finally:
        with suppress(OSError):
            partial.unlink()
    return places


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """A record, or a stretch that cannot be read (kind '')."""

    offset: int
    length: int
    kind: str = ""
    record_id: str = ""
    hangs_on: tuple[str, ...] = ()
    about: tuple[str, str] = ("", "")


def _spans(
    path: Path, known: Mapping[int, tuple[int, str]], advance: Callable[[int], None]
) -> Iterator[_Span]:
    offset, size = 0, path.stat().st_size
    while offset < size:
        try:
            for member in records.members(path, offset):
                yield _span(member)
                offset = member.offset + member.length
                advance(member.length)
            return
        except Damaged as damage:
            length, record_id = known.get(damage.offset, (0, ""))
            end = min((o for o in known if o > damage.offset), default=size)
            end = min(end, damage.offset + length) if length else end
            yield _Span(offset=damage.offset, length=end - damage.offset, record_id=record_id)
            advance(end - offset)
            offset = end


def _span(member: Member) -> _Span:
    headers = member.headers
    names = ("warc-concurrent-to", "warc-refers-to")
    return _Span(
        offset=member.offset,
        length=member.length,
        kind=member.kind,
        record_id=headers.get("warc-record-id", ""),
        hangs_on=tuple(headers[name] for name in names if name in headers),
        about=(headers.get("warc-target-uri", "").strip("<>"), headers.get("warc-date", "")[:19]),
    )


def _hanging_on(
    spans: list[_Span], doomed: frozenset[str], known: Mapping[int, tuple[int, str]]
) -> set[int]:
    """Offsets of the doomed records and of all that says something of them, captures apart."""
    ids = set(doomed)
    spans = [s for s in spans if s.offset not in known or known[s.offset][1] in doomed]
    gone: dict[int, _Span] = {}
    while True:
        about = {span.about for span in gone.values() if span.kind != "warcinfo" and span.about[0]}
        more = [
            span
            for span in spans
            if span.offset not in gone
            and span.kind != "warcinfo"
            and (
                span.record_id in ids
                or not ids.isdisjoint(span.hangs_on)
                or (span.kind == "request" and span.about in about)
            )
        ]
        if not more:
            return set(gone)
        gone |= {span.offset: span for span in more}
        ids |= {span.record_id for span in more if span.record_id}
        # Some writers let the response name its request.
        ids |= {name for span in more if span.kind == "response" for name in span.hangs_on}


def _tombstone(span: _Span, reason: str, when: str) -> bytes:
    lines = f"withheld: {' '.join(reason.split())}\r\nerased: {when}\r\n"
    if span.kind:
        lines += f"was: {span.kind}\r\n"
    block = lines.encode()
    head = (
        "WARC/1.1\r\nWARC-Type: metadata\r\n"
        f"WARC-Record-ID: {span.record_id}\r\nWARC-Date: {when}\r\n"
        f"WARC-Block-Digest: sha1:{base32_sha1(block)}\r\n"
        f"Content-Type: application/warc-fields\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n", mtime=0)


def _copy(source: IO[bytes], target: IO[bytes], offset: int, length: int) -> None:
    source.seek(offset)
    while length:
        data = source.read(min(length, _CHUNK))
        if not data:
            raise OSError(5, "it ended while it was read")
        target.write(data)
        length -= len(data)


def sync_folder(folder: Path) -> None:
    """Make what was renamed in a folder outlast a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
