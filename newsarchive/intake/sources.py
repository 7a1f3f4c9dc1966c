"""What lies at a path: WARC, ARC and WACZ files, pages and text dumps, alone or in folders."""

from __future__ import annotations

import os
import re
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from newsarchive.intake import addresses, packages
from newsarchive.intake._worker import Answer
from newsarchive.intake.limits import Limits
from newsarchive.intake.packed import GZIP, unpacked
from newsarchive.intake.pages import Found, of_file, of_record
from newsarchive.intake.records import Damage, Record, records
from newsarchive.intake.streams import RECORD, File, Stream

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


class Read(NamedTuple):
    """A page that was read where it was found."""

    found: Found
    answer: Answer


class Named(NamedTuple):
    """A file that is to be looked into. path: its address, too, where it is elsewhere. above,
    inside: the names that lead to it, up to the folder that was named and from there on. strict:
    it was named itself, so that it is a fault if it holds nothing to be taken in."""

    path: Path | str
    above: tuple[str, ...]
    inside: tuple[str, ...]
    strict: bool

    @property
    def name(self) -> str:
        """Without its folders."""
        return self.inside[-1]

    @property
    def is_archive(self) -> bool:
        """Whether it is called as WARC, ARC and WACZ files are."""
        return _ARCHIVE.search(self.name) is not None


class Opened(NamedTuple):
    """A file that is read. size: bytes. modified: seconds since 1970."""

    file: IO[bytes]
    size: int
    modified: float


Opener = Callable[[Named], AbstractContextManager[Opened]]


@dataclass(slots=True)
class Reach:
    """How far the file in hand is read: a share from 0 to 1, None where that is not known."""

    share: float | None = None


_DEFAULT = Limits()


def found_at(path: Path, reach: Reach, limits: Limits = _DEFAULT) -> Iterator[Found | Fault]:
    """All that may be a page at a path, and what is wrong there; `reach` is kept up to date."""
    for named in files_at(path):
        if isinstance(named, Fault):
            yield named
        else:
            yield from found_in(named, reach, limits)


def files_at(path: Path) -> Iterator[Named | Fault]:
    """The files at a path, in an order of their own, and what is wrong there."""
    try:
        whole = path.absolute()
        if path.is_dir():
            for found, names in _walk(path):
                if isinstance(found, Fault):
                    yield found
                else:
                    yield Named(found, whole.parent.parts[1:], (whole.name, *names), False)
        elif path.is_file():
            yield Named(path, whole.parent.parts[1:], (path.name,), True)
        elif path.exists():
            yield Fault(line=f"{path}: is neither a file nor a folder")
        else:
            yield Fault(line=f"{path}: there is no such file or folder")
    except OSError as error:
        yield unreadable(error.filename or path, error)


@contextmanager
def local(named: Named) -> Iterator[Opened]:
    """A file of this machine, opened. Raises OSError."""
    with open(named.path, "rb") as file:
        status = os.fstat(file.fileno())
        yield Opened(file, status.st_size, status.st_mtime)


def found_in(
    named: Named, reach: Reach, limits: Limits = _DEFAULT, opener: Opener = local
) -> Iterator[Found | Fault]:
    """All that may be a page in a file, and what is wrong with it."""
    if is_aside(named):
        return
    try:
        with opener(named) as opened:
            yield from within(named, opened, reach, limits)
    except OSError as error:
        yield unreadable(named.path, error)


def is_aside(named: Named) -> bool:
    """Whether a file need not be opened: it is called as what goes with pages is, and was not
    named itself."""
    return not (named.strict or named.is_archive) and _ASIDE.search(named.name) is not None


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
            yield unreadable(path, error), names
            continue
        for entry in found:
            try:
                if _is_to_be_read(entry, home, seen):
                    waiting.append((path / entry.name, (*names, entry.name)))
            except OSError as error:
                yield unreadable(path / entry.name, error), names


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


def within(named: Named, opened: Opened, reach: Reach, limits: Limits) -> Iterator[Found | Fault]:
    """All that may be a page in an open file, and what is wrong with it. Raises OSError."""
    file, path = opened.file, named.path
    head = file.read(_HEAD)
    start = _begins(head)
    if packages.is_zip(head):
        if named.strict or named.is_archive:
            yield from _package(str(path), file, reach, limits)
    elif RECORD.match(start) or (
        named.is_archive and head and not named.name.lower().endswith(".wacz")
    ):
        yield from _archive(file, head, opened.size, str(path), reach, limits)
    elif named.is_archive:
        yield Fault(line=f"{path}: {'is no WACZ file' if head else 'is empty'}")
    elif _is_page(named.name, start, strict=named.strict):
        file.seek(0)
        yield _page(named, opened, limits.page)
    elif named.strict:
        yield Fault(line=f"{path}: is no WARC or WACZ file, no page and no text")


def _is_page(name: str, start: bytes, *, strict: bool) -> bool:
    if name.lower().endswith(".txt") or _MARKUP.search(start.replace(b"\0", b"")):
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


def _page(named: Named, opened: Opened, most: int) -> Found | Fault:
    path = named.path
    content = opened.file.read(most + 1)
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
        url = addresses.of_page(content, addresses.of_path(named.above, named.inside))
    return of_file(
        content,
        where=str(path),
        url=url,
        kind="text/plain" if is_dump else "text/html",
        modified=min(opened.modified, time.time()),
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


def _package(path: str, file: IO[bytes], reach: Reach, limits: Limits) -> Iterator[Found | Fault]:
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
    yield from of_stream(unpacked(file, head, limits.ratio), size, where, reach)


def of_stream(stream: Stream, size: int, where: str, reach: Reach) -> Iterator[Found | Fault]:
    """What is in the records of a file from where its stream is on. size: of the file."""
    for record in records(stream):
        reach.share = min(1.0, stream.position / size) if size else None
        yield told(record, where)
    reach.share = None


def told(record: Record | Damage, where: str) -> Found | Fault:
    """The page in a record of the file `where`, or what is wrong there."""
    if isinstance(record, Damage):
        return Fault(line=f"{where}: {record.what} at offset {record.offset}")
    found = of_record(record, f"{where} at offset {record.offset}")
    if found is None:
        what = "a record without a time, or with one that cannot be"
        return Fault(line=f"{where}: {what}, at offset {record.offset}")
    return found


def unreadable(path: object, error: OSError) -> Fault:
    """That something cannot be read."""
    return Fault(line=f"{path}: cannot be read ({error.strerror or error})")
