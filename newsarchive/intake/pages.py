"""One page as it is taken in, whatever it was kept in: a record of a WARC file, or a file."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple
from urllib.parse import urlsplit

from newsarchive import clock
from newsarchive.archive.bodies import digest_of
from newsarchive.archive.records import base32_sha1
from newsarchive.intake.records import Record
from newsarchive.urls import absolute

# What an answer is that cannot be a page; the reader would look at every byte of it first.
_NO_PAGE = re.compile(
    r"(?:image|video|audio|font|multipart|model)/|text/(?:css|javascript|calendar|vtt)"
    r"|application/(?:(?:x-)?javascript|json|pdf|zip|octet-stream|font|x-font|vnd\.|msword"
    r"|rss\+xml|atom\+xml|manifest)",
    re.IGNORECASE,
)
_PAGE = re.compile(r"text/(?:html|plain)\b|application/xhtml\+xml", re.IGNORECASE)
_TIME = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ]?(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?)?"
    r"\s*(?:Z|([+-])(\d\d):?(\d\d))?",
    re.IGNORECASE | re.ASCII,
)
# How the names of headers are written, whoever wrote them; records are compared by them.
_NAMES = (
    "WARC-Type", "WARC-Record-ID", "WARC-Date", "WARC-Target-URI", "WARC-IP-Address",
    "WARC-Payload-Digest", "WARC-Identified-Payload-Type", "WARC-Truncated", "WARC-Concurrent-To",
    "WARC-Refers-To", "WARC-Refers-To-Target-URI", "WARC-Refers-To-Date", "WARC-Profile",
    "Content-Type",
)  # fmt: skip
# Such names alone are written again: others could end a line, or be read as something else.
_NAME = re.compile(r"[!#-'*+.^-z|~\-0-9A-Z]{1,200}")
_ID = re.compile(r"[!-~]{1,500}")
_HEAD = 1 << 18  # bytes of an answer's head; in a longer one the body is not looked for
_LONGEST = 100  # characters of a time
_HOST = 200  # characters of a host with its port; names may have 253, none has
_WEB = 1990  # nothing was fetched in a year before
_STATUS = re.compile(r"[1-5]\d\d", re.ASCII)
_SPELT = {name.lower(): name for name in _NAMES}
# Made anew by our writer, or true of the file only that the record came from.
_DROPPED = frozenset({"content-length", "warc-block-digest", "warc-warcinfo-id", "warc-filename"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page, or a record that says that a page was the same again (kind 'revisit').

    where: what to call it in a message. url: under which it is read, None if unknown; target: the
    same as the record names it, or 'urn:sha256:...'. fetched: UTC, whole seconds. headers: those
    of the WARC record to be written, block: its content, payload_at: where in it the body begins.
    http: headers of the answer, names in lower case. why_not: why it can be no page; None if it
    may be one.
    """

    where: str
    kind: str
    url: str | None
    target: str
    fetched: str
    headers: dict[str, str]
    block: bytes
    payload_at: int = 0
    status: int = 200
    http: dict[str, str] = field(default_factory=dict)
    content_type: str | None = None
    why_not: str | None = None

    @property
    def record_id(self) -> str:
        """Of the WARC record."""
        return self.headers["WARC-Record-ID"]

    @property
    def payload(self) -> bytes:
        """The body as it was sent, its encodings kept."""
        return self.block[self.payload_at :]


class _Part(NamedTuple):
    """What the block of a record tells; fields as in Found."""

    payload_at: int
    status: int
    http: dict[str, str]
    content_type: str | None
    why_not: str | None


def of_record(record: Record, where: str) -> Found | None:
    """The page in a record; None where the record has no time."""
    fetched = utc(record.named.get("warc-date", ""))
    if fetched is None:
        return None
    target = record.named.get("warc-target-uri", "").strip("<> ")
    url = _web(target)
    block = record.block or b""
    is_file = record.kind == "resource"
    part = _of_file(record.named) if is_file else _of_answer(block, record.kind)
    why_not = part.why_not
    if is_file and url is None and target.startswith("urn:"):
        target = f"urn:{digest_of(block)}"
    elif url is None:
        why_not = "its address is none of the web"
    if record.block is None or "warc-segment-number" in record.named:
        why_not = "it is too large for a page, or a part of one"
    return Found(
        where=where,
        kind=record.kind,
        url=url,
        target=target,
        fetched=fetched,
        headers=_kept(record, target, fetched, block[part.payload_at :]) if not why_not else {},
        block=block,
        payload_at=part.payload_at,
        status=part.status,
        http=part.http,
        content_type=part.content_type,
        why_not=why_not,
    )


def _web(target: str) -> str | None:
    """The address of a page, None where it cannot have been asked."""
    url = absolute(None, target) if target.startswith(("http://", "https://")) else None
    # Sites and their files are called by the host, and no file may have such a name either.
    return url if url is None or len(urlsplit(url).netloc) <= _HOST else None


def _kept(record: Record, target: str, fetched: str, payload: bytes) -> dict[str, str]:
    """The headers that go with the record."""
    headers = {
        _SPELT.get(name.lower(), name): value
        for name, value in record.headers.items()
        if name.lower() not in _DROPPED and _NAME.fullmatch(name)
    }
    headers |= {"WARC-Target-URI": target, "WARC-Date": fetched}
    if not _ID.fullmatch(headers.get("WARC-Record-ID", "")):
        headers["WARC-Record-ID"] = made_id(target, fetched, payload)
    if "WARC-Payload-Digest" not in headers and record.kind != "revisit":
        headers["WARC-Payload-Digest"] = f"sha1:{base32_sha1(payload)}"
    return headers


def _of_file(named: dict[str, str]) -> _Part:
    kind = named.get("content-type", "")
    return _Part(0, 200, {}, kind, None if _PAGE.match(kind) else "it is no text")


def _of_answer(block: bytes, kind: str) -> _Part:
    """What the head of an answer tells."""
    ends = [
        (at, mark)
        for mark in (b"\r\n\r\n", b"\n\n")
        if (at := block.find(mark, 0, _HEAD + len(mark))) >= 0
    ]
    end, mark = min(ends, default=(len(block), b""))
    if end > _HEAD:
        return _Part(end, 200, {}, None, "its head has no end")
    first, *lines = block[:end].decode("latin-1").split("\n")
    status = first.split()[1:2] if first.startswith("HTTP/") else []
    http: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        http.setdefault(name.strip().lower(), value.strip())
    content_type = http.get("content-type")
    why_not = None
    number = int(status[0]) if status and _STATUS.fullmatch(status[0]) else 0
    if kind == "response" and not 200 <= number < 300:
        why_not = "it is no answer with a page"
    elif _NO_PAGE.match(content_type or ""):
        why_not = "it is no text"
    return _Part(end + len(mark), number or 200, http, content_type, why_not)


def of_file(content: bytes, *, where: str, url: str | None, kind: str, modified: float) -> Found:
    """The page in a file. kind: its media type. modified: seconds since 1970."""
    fetched = _written(datetime.fromtimestamp(max(0, int(modified)), UTC))
    target = url or f"urn:{digest_of(content)}"
    headers = {
        "WARC-Type": "resource",
        "WARC-Record-ID": made_id(target, fetched, content),
        "WARC-Date": fetched,
        "WARC-Target-URI": target,
        "WARC-Payload-Digest": f"sha1:{base32_sha1(content)}",
        "Content-Type": kind,
    }
    return Found(
        where=where,
        kind="resource",
        url=url,
        target=target,
        fetched=fetched,
        headers=headers,
        block=content,
        content_type=kind,
    )


def made_id(target: str, fetched: str, content: bytes) -> str:
    """An id for what has none, the same whenever the same is met again."""
    name = f"{target} {fetched} {digest_of(content)}"
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name.encode('utf-8', 'replace').decode())}>"


def utc(text: str) -> str | None:
    """A time of a WARC or ARC file as ours are written; None where it is none, or cannot be true.

    >>> utc("2022-08-22T10:11:00.5+07:00"), utc("20220822031100"), utc("2022-08-22")
    ('2022-08-22T03:11:00Z', '2022-08-22T03:11:00Z', '2022-08-22T00:00:00Z')
    """
    match = _TIME.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None:
        return None
    *numbers, sign, hours, minutes = match.groups()
    year, month, day, hour, minute, second = (int(number or 0) for number in numbers)
    zone = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    try:
        there = timezone(-zone if sign == "-" else zone)
        moment = datetime(year, month, day, hour, minute, second, tzinfo=there).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    # One from the future would for ever be what was seen last of its page.
    if moment.year < _WEB or moment > clock.now() + timedelta(days=1):
        return None
    return _written(moment)


def _written(moment: datetime) -> str:
    return f"{moment.replace(tzinfo=None).isoformat(timespec='seconds')}Z"
