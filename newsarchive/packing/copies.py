"""Records copied byte for byte out of an archive's WARC files into those of a package."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from newsarchive.archive import records
from newsarchive.archive.members import new_record_id
from newsarchive.archive.records import Damaged, Member, base32_sha1
from newsarchive.errors import ArchiveError
from newsarchive.model import Capture
from newsarchive.packing.parts import Package, Part
from newsarchive.packing.surt import surt

MAX_BYTES = 10**9  # of a WARC file, about
_KINDS = ("response", "revisit", "resource")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The record of a capture, and the gzip members of it and of its request ('' where none)."""

    member: Member
    raw: bytes
    request: bytes


def read(folder: Path, capture: Capture) -> Found:
    """The record of a capture, checked against its digests.

    Raises ArchiveError where it is not there, or not what it was. The request is what lies right
    behind; other writers' files may hold none there.
    """
    path = records.find(folder, capture.warc)
    start, end = capture.offset, capture.offset + capture.length
    request = b""
    try:
        found = records.members(path, start, end + 1)
        member = next(found, None)
        if member is None:
            raise Damaged(path, start, "nothing", torn=True)
        if member.headers.get("warc-record-id") != capture.record_id or member.kind not in _KINDS:
            raise ArchiveError(f"{path}: another record than the archive's at offset {start}")
        raw = records.raw_member(folder, capture.warc, start, member.length)
        behind = _next_sound(found)
        if behind is not None and _belongs(behind, capture.record_id):
            request = records.raw_member(folder, capture.warc, behind.offset, behind.length)
    except FileNotFoundError:
        return read(folder, capture)  # a crawl has just closed the file: its name is another
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be read ({error.strerror})") from None
    return Found(member=member, raw=raw, request=request)


def _next_sound(found: Iterator[Member]) -> Member | None:
    try:
        return next(found, None)
    except Damaged:
        return None  # said of its own capture, if it has one


def _belongs(member: Member, record_id: str) -> bool:
    return member.kind == "request" and member.headers.get("warc-concurrent-to") == record_id


def mime_of(member: Member) -> str:
    """The media type of what a record holds, without parameters; 'unk' where it is not said."""
    if member.kind == "revisit":
        return "warc/revisit"
    value = member.headers.get("content-type", "")
    if member.kind == "response":
        value = _http_header(member, "content-type")
    return value.partition(";")[0].strip().lower() or "unk"


def _http_header(member: Member, name: str) -> str:
    head = member.block.partition(b"\r\n\r\n")[0].decode("latin-1")
    for line in head.split("\r\n")[1:]:
        field, _, value = line.partition(":")
        if field.strip().lower() == name:
            return value
    return ""


def index_line(member: Member, status: int, *, warc: str, offset: int, length: int) -> bytes:
    """The line of the index that leads to a record: key, time, and where it lies."""
    url = member.headers.get("warc-target-uri", "").strip("<>")
    time = "".join(filter(str.isdigit, member.headers.get("warc-date", "")))[:14]
    fields = {"url": url, "mime": mime_of(member)}
    if member.kind != "revisit" or member.block:
        fields["status"] = str(status)
    digest = member.headers.get("warc-payload-digest")
    if digest is None:
        payload = member.block.partition(b"\r\n\r\n")[2]
        digest = f"sha1:{base32_sha1(payload if member.kind == 'response' else member.block)}"
    fields |= {"digest": digest, "length": str(length), "offset": str(offset), "filename": warc}
    return f"{surt(url)} {time} {json.dumps(fields)}\n".encode()


class WarcParts:
    """The WARC files of a package, each of at most about `max_bytes` and headed by `info`."""

    def __init__(
        self, package: Package, *, info: Mapping[str, str], max_bytes: int = MAX_BYTES
    ) -> None:
        self._package = package
        self._info = info
        self._max_bytes = max_bytes
        self._open = ExitStack()
        self._part: Part | None = None
        self._serial = 0
        self._name = ""

    def __enter__(self) -> WarcParts:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._open.close()

    def add(self, found: Found, status: int) -> bytes:
        """Write a record and its request; return its line of the index."""
        part = self._part
        if part is None or part.size >= self._max_bytes:
            part = self._start()
        line = index_line(
            found.member, status, warc=self._name, offset=part.size, length=len(found.raw)
        )
        part.write(found.raw + found.request)
        return line

    def _start(self) -> Part:
        self._open.close()
        self._name = f"newsarchive-{self._package.created:%Y%m%d%H%M%S}-{self._serial:05}.warc.gz"
        self._serial += 1
        self._part = self._open.enter_context(self._package.part(f"archive/{self._name}"))
        self._part.write(self._warcinfo())
        return self._part

    def _warcinfo(self) -> bytes:
        told = {
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            **self._info,
        }
        block = _fields(told)
        head = {
            "WARC-Type": "warcinfo",
            "WARC-Record-ID": new_record_id(),
            "WARC-Filename": self._name,
            "WARC-Date": f"{self._package.created:%Y-%m-%dT%H:%M:%SZ}",
            "WARC-Block-Digest": f"sha1:{base32_sha1(block)}",
            "Content-Type": "application/warc-fields",
            "Content-Length": str(len(block)),
        }
        return gzip.compress(b"WARC/1.1\r\n" + _fields(head) + b"\r\n" + block + b"\r\n\r\n")


def _fields(values: Mapping[str, str]) -> bytes:
    return "".join(f"{name}: {' '.join(v.split())}\r\n" for name, v in values.items()).encode()
