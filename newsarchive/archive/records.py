"""Reading WARC files: one record by its place, or all members of a file, each checked."""

from __future__ import annotations

import zlib
from base64 import b32encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha1, sha256
from io import BytesIO
from pathlib import Path
from typing import IO

from isal import isal_zlib
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from newsarchive.archive import bodies, unpacking
from newsarchive.errors import ArchiveError

OPEN = ".open"  # suffix of a file that is still written, or whose writer was killed
Headers = list[tuple[str, str]]
_CHUNK = 1 << 16
_NAME = 240  # bytes of a file's name; with its suffix it may have 255


class Damaged(ArchiveError):
    """A record that is not what it was: cut short, changed, or no record at all.

    offset: of its member in the file. torn: whether the file ends in it.
    """

    def __init__(self, path: Path, offset: int, what: str, *, torn: bool = False) -> None:
        super().__init__(f"{path}: {what} at offset {offset}")
        self.offset = offset
        self.torn = torn


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One record as it lies in its file. headers: of WARC, names in lower case."""

    offset: int
    length: int
    headers: dict[str, str]
    block: bytes

    @property
    def kind(self) -> str:
        """The record's type."""
        return self.headers.get("warc-type", "")


def members(path: Path, start: int = 0, stop: int | None = None) -> Iterator[Member]:
    """The records of a file, one gzip member each, from `start` to `stop`; digests are checked.

    Raises Damaged at the first that is not sound.
    """
    with _opened(path) as file:
        offset = start
        while (stop is None or offset < stop) and (found := _unpack(path, file, offset)):
            data, length = found
            yield _member(path, offset, length, data)
            offset += length


def _unpack(path: Path, file: IO[bytes], offset: int) -> tuple[bytes, int] | None:
    """What the gzip member at `offset` holds, and its length; None at the end of the file."""
    file.seek(offset)
    unpacker = isal_zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    length = size = 0
    try:
        while not unpacker.eof:
            chunk = file.read(_CHUNK)
            if not chunk:
                if not length:
                    return None
                raise Damaged(path, offset, "the file ends in the middle of a record", torn=True)
            parts.append(unpacker.decompress(chunk))
            length += len(chunk)
            size += len(parts[-1])
            if size > bodies.MAX_BODY:
                raise Damaged(path, offset, f"a record unpacks to over {bodies.MAX_BODY} bytes")
    except (isal_zlib.error, zlib.error):  # type: ignore[misc]  # its stubs call it a value
        raise Damaged(path, offset, "a record that cannot be unpacked") from None
    return b"".join(parts), length - len(unpacker.unused_data)


def _member(path: Path, offset: int, length: int, data: bytes) -> Member:
    head, mark, block = data.partition(b"\r\n\r\n")
    lines = head.decode("utf-8", "replace").split("\r\n")
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines[1:])
    }
    size = headers.get("content-length", "")
    if not (mark and lines[0].startswith("WARC/") and size.isdecimal()):
        raise Damaged(path, offset, "no WARC record")
    if block[int(size) :] != b"\r\n\r\n":
        raise Damaged(path, offset, "a record whose length is wrong")
    block = block[: int(size)]
    member = Member(offset=offset, length=length, headers=headers, block=block)
    payload = block.partition(b"\r\n\r\n")[2] if member.kind in ("response", "request") else block
    for name, content in (("warc-block-digest", block), ("warc-payload-digest", payload)):
        if name == "warc-payload-digest" and member.kind == "revisit":
            continue  # it is of the record that it refers to
        if not _holds(headers.get(name), content):
            raise Damaged(path, offset, "a record whose digest is wrong")
    return member


def _holds(digest: str | None, content: bytes) -> bool:
    """Whether the content has the digest; True for a kind of digest that we do not know."""
    kind, _, value = (digest or "").partition(":")
    if kind.lower() == "sha1":
        return value.upper() == base32_sha1(content) or value.lower() == sha1(content).hexdigest()
    if kind.lower() in ("sha256", "sha-256"):
        made = sha256(content)
        return value.upper() == b32encode(made.digest()).decode() or (
            value.lower() == made.hexdigest()
        )
    return True


def base32_sha1(content: bytes) -> str:
    """SHA-1 as WARC files and web archives write it."""
    return b32encode(sha1(content, usedforsecurity=False).digest()).decode()


def header_of(folder: Path, warc: str, offset: int) -> dict[str, str]:
    """The WARC headers of the record at `offset`, names in lower case. Raises ArchiveError."""
    path = find(folder, warc)
    try:
        with _opened(path) as file:
            found = _unpack(path, file, offset)
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be read ({error.strerror})") from None
    if found is None:
        raise Damaged(path, offset, "nothing", torn=True)
    return _member(path, offset, found[1], found[0]).headers


def raw_member(folder: Path, warc: str, offset: int, length: int) -> bytes:
    """The bytes of a record as they lie in the file. Raises ArchiveError."""
    path = find(folder, warc)
    with _opened(path) as file:
        file.seek(offset)
        return file.read(length)


def check_name(warc: object) -> None:
    """Raise ArchiveError for what is no name of a file in the archive's folder."""
    if not isinstance(warc, str) or Path(warc).name != warc or len(warc.encode()) > _NAME:
        raise ArchiveError(f"{str(warc)[:100]!r}: not the name of a WARC file")


def find(folder: Path, warc: str) -> Path:
    """The file of this name, or the one still open. Raises ArchiveError if there is neither."""
    check_name(warc)
    for name in (warc, warc + OPEN):
        if (folder / name).is_file():
            return folder / name
    raise ArchiveError(f"{folder / warc}: the WARC file is missing; copy it there")


def _opened(path: Path) -> IO[bytes]:
    """The file, opened; under the name it has since, where its writer has just closed it."""
    try:
        return path.open("rb")
    except FileNotFoundError:
        if not path.name.endswith(OPEN):
            raise
        return path.with_name(path.name.removesuffix(OPEN)).open("rb")


def read_record(
    folder: Path, warc: str, offset: int, member: bytes | None = None
) -> tuple[int, Headers, bytes]:
    """Status, headers and decoded body of the response whose member begins at `offset`.

    A resource record (a file, never served) counts as a response of status 200. member: its bytes
    as they lie there, where the file itself is on another machine.

    Content encodings gzip, deflate, br and zstd are undone. Raises ArchiveError if the file is
    missing or holds no response there, or if the body unpacks to more than MAX_BODY bytes.
    """
    path = find(folder, warc) if member is None else folder / warc
    try:
        with _opened(path) if member is None else BytesIO(member) as file:
            file.seek(offset if member is None else 0)
            record = next(iter(ArchiveIterator(file)), None)
            if record is not None and record.rec_type == "resource":
                kind = record.rec_headers.get_header("Content-Type") or ""
                body = record.raw_stream.read(bodies.MAX_BODY + 1)
                return 200, [("Content-Type", kind)], body
            if record is None or record.rec_type != "response" or not record.http_headers:
                raise ArchiveError(f"{path}: no response record at offset {offset}")
            http = record.http_headers
            body = bodies.decode(
                record.raw_stream,
                http.get_header("Content-Encoding", "").strip().lower(),
                chunked=http.get_header("Transfer-Encoding", "").strip().lower() == "chunked",
            )
            status = int(http.get_statuscode())
    except unpacking.Bomb as bomb:
        raise ArchiveError(f"{path}: the body at offset {offset} {bomb}") from None
    except (ArchiveLoadFailed, EOFError, OSError, ValueError, zlib.error) as error:
        # The cause stays chained; its text quotes raw bytes, nothing to show to a user.
        raise ArchiveError(f"{path}: nothing readable at offset {offset}") from error
    if len(body) > bodies.MAX_BODY:
        raise ArchiveError(
            f"{path}: the body at offset {offset} unpacks to over {bodies.MAX_BODY} bytes"
        )
    return status, [(name, value) for name, value in http.headers], body
