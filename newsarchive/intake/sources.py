"""What lies at a path: WARC, ARC and WACZ files, pages and text dumps, alone or in folders."""

from __future__ import annotations

import os
import re
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from newsarchive.intake import addresses, packages
from newsarchive.intake.limits import Limits
from newsarchive.intake.packed import GZIP, unpacked
from newsarchive.intake.pages import Found, of_file, of_record
from newsarchive.intake.records import Damage, records
from newsarchive.intake.streams import RECORD, File

_HEAD = 1 << 14
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|div|table)\b", re.IGNORECASE)
_ARCHIVE = re.compile(r"\.(?:w?arc(?:\.gz)?|wacz)$", re.IGNORECASE)
# What a browser asks for beside the page; nobody looks whether such files might be pages.
_ASIDE = re.compile(
    r"\.(?:css|m?js|json|map|xml|rss|png|jpe?g|gif|webp|svg|ico|bmp|avif|woff2?|ttf|otf|eot|mp[34]"
    r"|m4[av]|avi|mov|webm|flv|swf|ogg|wav|pdf|docx?|xlsx?|pptx?|zip|rar|7z|tar|cdxj?|db|sqlite)"
    r"(?:[?@].*)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that could not be read. line: what and where."""

    line: str


@dataclass(slots=True)
class Reach:
    """How far the file in hand is read: a share from 0 to 1, None where that is not known."""

    share: float | None = None


_DEFAULT = Limits()


def found_at(path: Path, reach: Reach, limits: Limits = _DEFAULT) -> Iterator[Found | Fault]:
    """All that may be a page at a path, and what is wrong there; `reach` is kept up to date."""
    try:
        if path.is_dir():
            yield from _folder(path, reach, limits)
        elif path.is_file():
            above = path.absolute().parent.parts[1:]
            yield from _file(path, above, (path.name,), reach, limits, strict=True)
        elif path.exists():
            yield Fault(line=f"{path}: is neither a file nor a folder")
        else:
            yield Fault(line=f"{path}: there is no such file or folder")
    except OSError as error:
        yield _unreadable(error.filename or path, error)


def _folder(root: Path, reach: Reach, limits: Limits) -> Iterator[Found | Fault]:
    whole = root.absolute()
    for path, names in _walk(root):
        if isinstance(path, Fault):
            yield path
            continue
        try:
            inside = (whole.name, *names)
            yield from _file(path, whole.parent.parts[1:], inside, reach, limits, strict=False)
        except OSError as error:
            yield _unreadable(path, error)


def _walk(root: Path) -> Iterator[tuple[Path | Fault, tuple[str, ...]]]:
    """The files of a folder and of those in it, each with the names that lead to it, in an order
    of their own. Links are followed within the root alone, and each folder is entered once."""
    home = root.resolve()
    seen = {home}
    waiting: list[tuple[Path, tuple[str, ...]]] = [(root, ())]
    while waiting:
        path, names = waiting.pop()
        if not path.is_dir():
            yield path, names
            continue
        try:
            with os.scandir(path) as entries:
                found = sorted(entries, key=lambda entry: entry.name, reverse=True)
        except OSError as error:
            yield _unreadable(path, error), names
            continue
        for entry in found:
            try:
                if _is_to_be_read(entry, home, seen):
                    waiting.append((path / entry.name, (*names, entry.name)))
            except OSError as error:
                yield _unreadable(path / entry.name, error), names


def _is_to_be_read(entry: os.DirEntry[str], home: Path, seen: set[Path]) -> bool:
    """Whether it is a file, or a folder that was not entered yet. Neither opens a device or a
    queue, nor follows a link that leads out of the root, or to itself."""
    real = None
    if entry.is_symlink() or entry.is_dir():
        try:
            real = Path(os.path.realpath(entry.path, strict=True))
        except OSError:
            return False  # a link to nothing
        if not real.is_relative_to(home) or real in seen:
            return False
    if entry.is_dir():
        assert real is not None
        seen.add(real)
        return True
    return entry.is_file()


def _file(
    path: Path,
    above: tuple[str, ...],
    inside: tuple[str, ...],
    reach: Reach,
    limits: Limits,
    *,
    strict: bool,
) -> Iterator[Found | Fault]:
    """strict: the file was named, so that it is a fault if it holds nothing to be taken in."""
    is_archive = _ARCHIVE.search(path.name) is not None
    if not (strict or is_archive) and _ASIDE.search(path.name):
        return
    with path.open("rb") as file:
        head = file.read(_HEAD)
        start = _begins(head)
        if packages.is_zip(head):
            if strict or is_archive:
                yield from _package(path, file, reach, limits)
        elif RECORD.match(start) or (is_archive and head and path.suffix.lower() != ".wacz"):
            size = os.fstat(file.fileno()).st_size
            yield from _archive(file, head, size, str(path), reach, limits)
        elif is_archive:
            yield Fault(line=f"{path}: {'is no WACZ file' if head else 'is empty'}")
        elif _is_page(path, start, strict=strict):
            file.seek(0)
            yield _page(path, file, above, inside, limits.page)
        elif strict:
            yield Fault(line=f"{path}: is no WARC or WACZ file, no page and no text")


def _is_page(path: Path, start: bytes, *, strict: bool) -> bool:
    if path.suffix.lower() == ".txt" or _MARKUP.search(start.replace(b"\0", b"")):
        return True
    try:
        start[:-4].decode()  # its end may stand in the middle of a letter
    except UnicodeDecodeError:
        return False
    return strict and b"\0" not in start


def _begins(head: bytes) -> bytes:
    """What a file begins with, once unpacked."""
    if not head.startswith(GZIP):
        return head
    try:
        return zlib.decompressobj(wbits=31).decompress(head, _HEAD)
    except zlib.error:
        return b""


def _page(
    path: Path, file: IO[bytes], above: tuple[str, ...], inside: tuple[str, ...], most: int
) -> Found | Fault:
    content = file.read(most + 1)
    if content.startswith(GZIP) and len(content) <= most:
        try:
            content = _gunzip(content, most + 1)
        except EOFError:
            return Fault(line=f"{path}: ends in the middle of what is packed in it")
        except zlib.error:
            return Fault(line=f"{path}: cannot be unpacked; it is damaged")
    if len(content) > most:
        return Fault(line=f"{path}: is too large for a page (over {most} bytes)")
    url = None
    is_dump = not _MARKUP.search(content[:_HEAD].replace(b"\0", b""))
    if not is_dump:
        url = addresses.of_page(content, addresses.of_path(above, inside))
    return of_file(
        content,
        where=str(path),
        url=url,
        kind="text/plain" if is_dump else "text/html",
        modified=min(os.fstat(file.fileno()).st_mtime, time.time()),
    )


def _gunzip(packed: bytes, most: int) -> bytes:
    """At most so many bytes of all members. Raises zlib.error or EOFError for what is not whole."""
    parts: list[bytes] = []
    while packed.strip(b"\0") and most > 0:  # some pad the end with zeros
        unpacker = zlib.decompressobj(wbits=31)
        parts.append(unpacker.decompress(packed, most))
        most -= len(parts[-1])
        if most > 0 and not unpacker.eof:
            raise EOFError
        packed = unpacker.unused_data
    return b"".join(parts)


def _package(path: Path, file: IO[bytes], reach: Reach, limits: Limits) -> Iterator[Found | Fault]:
    for part in packages.parts(file, limits.ratio):
        if isinstance(part, str):
            yield Fault(line=f"{path}: {part}")
            continue
        where = f"{path}/{part.name}"
        try:
            head = part.file.read(_HEAD)
            yield from _archive(part.file, head, part.size, where, reach, limits)
        except packages.UNREADABLE as error:
            yield Fault(line=f"{where}: cannot be unpacked ({error})")


def _archive(
    file: File, head: bytes, size: int, where: str, reach: Reach, limits: Limits
) -> Iterator[Found | Fault]:
    file.seek(0)
    stream = unpacked(file, head, limits.ratio)
    for record in records(stream):
        reach.share = min(1.0, stream.position / size) if size else None
        if isinstance(record, Damage):
            yield Fault(line=f"{where}: {record.what} at offset {record.offset}")
        elif (found := of_record(record, f"{where} at offset {record.offset}")) is None:
            what = "a record without a time, or with one that cannot be"
            yield Fault(line=f"{where}: {what}, at offset {record.offset}")
        else:
            yield found
    reach.share = None


def _unreadable(path: object, error: OSError) -> Fault:
    return Fault(line=f"{path}: cannot be read ({error.strerror or error})")
