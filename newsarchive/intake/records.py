"""The records of WARC and ARC files that other programs wrote, one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha1, sha256

from newsarchive.archive.records import base32_sha1
from newsarchive.intake.streams import RECORD, Broken, Stream

LARGEST = 33 * 2**20  # bytes of a block that is kept in memory: a page of 32 MB with its header
# Bytes that may be read in vain, beside four times those of the file, for records whose lengths
# lie: each may lead past all others, and what it led past is read again.
VAIN = 2**30
_DIGITS = 18  # of a length, at most
_KINDS = frozenset({"response", "resource", "revisit"})
_OTHER = re.compile(rb"^WARC-Type:[ \t]*(?:request|metadata|warcinfo)[ \t]*\r?$", re.I | re.M)
_SIZE = re.compile(rb"^Content-Length:[ \t]*(\d{1,18})[ \t]*\r?$", re.I | re.M)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record that may hold a page.

    headers: of WARC, with their names as written. named: the same, names in lower case.
    block: None for one that is too large for a page. offset: where in the file it begins.
    """

    named: dict[str, str]
    headers: dict[str, str]
    block: bytes | None
    offset: int

    @property
    def kind(self) -> str:
        """The record's type."""
        return self.named.get("warc-type", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """A place where a file is not what it was. gives_up: from there on less is looked for."""

    offset: int
    what: str
    gives_up: bool = False


class _Malformed(Exception):
    """A record that cannot be read. seen: what of it was read and may hold the next one; None
    where it is known that the next one follows."""

    def __init__(self, what: str, seen: bytes | None = b"") -> None:
        super().__init__(what)
        self.seen = seen


def records(stream: Stream) -> Iterator[Record | Damage]:
    """All records that may hold a page, and where one is damaged; those behind it follow.

    What is broken right behind what is broken, with no sound record between, is no further damage.
    """
    sound = True
    for found in _found(stream):
        if isinstance(found, Damage):
            if sound or found.gives_up:
                yield found
            sound = False
        else:
            sound = True
            if found.kind in _KINDS:
                yield found


def _found(stream: Stream) -> Iterator[Record | Damage]:
    lost = onward = False
    vain = 0
    while True:
        start: int | None = None
        before = stream.passed
        try:
            if lost and not stream.find():
                return
            lost = False
            before = stream.passed
            start = stream.begin()
            if start is None:
                return
            record = _record(stream, start)
        except Broken as broken:
            vain += stream.passed - before
            was, onward = onward, vain > VAIN + 4 * stream.position
            at = broken.offset if start is None else start
            yield _damage(at, str(broken), gives_up=onward and not was)
            if not stream.recover(onward=onward):
                return
        except _Malformed as error:
            assert start is not None
            vain += stream.passed - before
            was, onward = onward, vain > VAIN + 4 * stream.position
            yield _damage(start, str(error), gives_up=onward and not was)
            lost = error.seen is not None
            if error.seen is not None and not onward:
                passed = stream.passed
                try:
                    _again(stream, error.seen)
                    vain += max(0, stream.passed - passed)
                except Broken:  # what it may have led past cannot be unpacked
                    lost = False
                    if not stream.recover(onward=onward):
                        return
        else:
            yield record


def _damage(offset: int, what: str, *, gives_up: bool) -> Damage:
    if gives_up:
        what += "; as too many are, from here on what such records cover is left out"
    return Damage(offset=offset, what=what, gives_up=gives_up)


def _again(stream: Stream, seen: bytes) -> None:
    """Go back into a record whose length is not to be trusted: it may have led past others."""
    if stream.back(unpack=not seen):
        stream.line()
    else:
        stream.unread(seen)


def _record(stream: Stream, start: int) -> Record:
    first = stream.line()
    if not RECORD.match(first):
        raise _Malformed("no WARC record")
    headers = _headers(stream) if first.startswith(b"WARC/") else _of_arc(first)
    named = {name.lower(): value for name, value in headers.items()}
    size = named.get("content-length", "")
    if not (size.isascii() and size.isdecimal() and len(size) <= _DIGITS):
        raise _Malformed("a record without a length")
    block = _block(stream, int(size), named.get("warc-type", "") in _KINDS)
    if not stream.finish():
        raise _Malformed("a record whose length is wrong", block or b"")
    if block is not None and not _sound(named, block, is_checked=stream.is_checked):
        raise _Malformed("a record whose digest is wrong", None)
    return Record(headers=headers, named=named, block=block, offset=start)


def _block(stream: Stream, size: int, wanted: bool) -> bytes | None:
    if wanted and size <= LARGEST:
        block = stream.read(size)
        if len(block) < size:
            raise _Malformed("the file ends in the middle of a record", block)
        return block
    if not stream.skip(size):
        raise _Malformed("the file ends in the middle of a record")
    return None


def _headers(stream: Stream) -> dict[str, str]:
    head = stream.header()
    if head is None:
        raise _Malformed("a record whose header has no end")
    if _OTHER.search(head) and (size := _SIZE.search(head)):
        return {"Content-Length": size[1].decode()}  # all that matters of half of all records
    headers: dict[str, str] = {}
    name = ""
    for line in head.decode("utf-8", "replace").split("\n"):
        if line[:1] in (" ", "\t") and name:
            headers[name] += f" {line.strip()}"
            continue
        name, colon, value = line.partition(":")
        name = name.strip()
        if colon:
            headers[name] = value.strip()
        elif name:
            raise _Malformed("a record whose header is torn")
    return headers


def _of_arc(first: bytes) -> dict[str, str]:
    """The headers that a WARC file would have for a record of an ARC file."""
    url, ip, time, *_, size = first.decode("utf-8", "replace").split()
    headers = {
        "WARC-Type": "response" if url.startswith("http") else "other",
        "WARC-Target-URI": url,
        "WARC-Date": time,
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": size,
    }
    return headers if ip == "0.0.0.0" else headers | {"WARC-IP-Address": ip}


def _sound(named: dict[str, str], block: bytes, *, is_checked: bool) -> bool:
    """Whether the block is the one that was written, as far as its record says.

    Some writers count the payload of chunked answers in their own way; the block is beyond doubt.
    is_checked: whether the member that holds it is as it was packed. That does not say that this is
    what was fetched, but is enough where nothing is told of the block.
    """
    told = _holds(named.get("warc-block-digest", ""), block)
    if told is not None or is_checked:
        return told is not False
    head, _, payload = block.partition(b"\r\n\r\n")
    if named["warc-type"] == "revisit" or b"transfer-encoding" in head.lower():
        return True
    content = block if named["warc-type"] == "resource" else payload
    return _holds(named.get("warc-payload-digest", ""), content) is not False


def _holds(digest: str, content: bytes) -> bool | None:
    """Whether the content has the digest; None for a kind of digest that is not known here."""
    kind, _, value = digest.partition(":")
    value = value.strip()
    if kind.lower() == "sha1" and len(value) == 40:
        return value.lower() == sha1(content).hexdigest()
    if kind.lower() == "sha1":
        return value.upper() == base32_sha1(content)
    if kind.lower() in ("sha256", "sha-256") and len(value) == 64:
        return value.lower() == sha256(content).hexdigest()
    return None
