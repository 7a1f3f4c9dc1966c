"""What a web archive answers for a capture, turned back into what the portal once answered. Pure.

The record that we keep is of that exchange: the portal's address, its time, status, headers and
body; where the bytes came from stands in WARC-Source-URI.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import quote, urljoin

from newsarchive.archive.bodies import decoded, encoding_of
from newsarchive.archive.records import Damaged, base32_sha1
from newsarchive.archive.recoveries import Found, record_of
from newsarchive.crawl.values import Answer
from newsarchive.errors import FetchError

Headers = list[tuple[str, str]]
HTTP = "application/http; msgtype=response"
_ORIGINAL = "x-archive-orig-"
# What a replay hands on under its own name; all else there is the web archive's.
_HANDED_ON = frozenset({"content-type", "content-language", "content-disposition", "location"})
_TRUE_OF_BODY = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_DROPPED = frozenset({"connection", "keep-alive", "upgrade"})
_REPLAY = re.compile(r"/(\d{1,14})(?:[a-z]{2}_)?/(https?:.+)", re.IGNORECASE)
_LINKED = re.compile(r'<([^<>]+)>\s*;\s*rel="?original"?')
_NOT_ASCII = re.compile(r"[^\x20-\x7e]+")
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a web archive answered. url: that was asked. body: as it came, its encoding kept."""

    url: str
    status: int
    headers: Headers
    body: bytes

    def header(self, name: str) -> str | None:
        """The first header of this name."""
        return next((v for n, v in self.headers if n.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One capture. captured: 14 digits. body: as the portal sent it, as far as it was kept so.

    warc: the headers of its record, whose block is `head` and then the body.
    """

    url: str
    captured: str
    status: int
    headers: Headers
    body: bytes
    archive_url: str
    warc: dict[str, str]
    head: bytes

    @property
    def found(self) -> Found:
        """The capture as an index would list it."""
        return Found(url=self.url, captured=self.captured, key="", digest=base32_sha1(self.body))

    def answer(self, capture: int) -> Answer:
        """The capture as a crawl would have got it. capture: the row that keeps it."""
        kinds = [value for name, value in self.headers if name.lower() == "content-type"]
        return Answer(
            url=self.url,
            content=decoded(self.body, self.headers),
            content_type=kinds[0] if kinds else None,
            capture=capture,
            fetched=datetime.fromisoformat(self.found.fetched),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where captures are fetched: `web` of the Wayback Machine, `data` of Common Crawl."""

    web: str
    data: str

    def request(self, found: Found) -> tuple[str, dict[str, str]]:
        """Address and headers of the request for a capture."""
        if found.place is None:
            # A fragment is none of a request, so that the sign can only be part of the address.
            return f"{self.web}/{found.captured}id_/{found.url.replace('#', '%23')}", {}
        place = json.loads(found.place)
        last = place["offset"] + place["length"] - 1
        # A coded answer would not be the bytes of that place.
        ranged = {"Range": f"bytes={place['offset']}-{last}", "Accept-Encoding": "identity"}
        return f"{self.data}/{place['filename']}", ranged


def redirected(reply: Reply) -> str | None:
    """The capture to which the web archive itself sends us, in place of one that was asked for.

    A redirect with a time of its own is a capture: the portal sent it.
    """
    location = reply.header("Location")
    if not 300 <= reply.status < 400 or location is None or reply.header("Memento-Datetime"):
        return None
    try:
        target = urljoin(reply.url, location)
    except ValueError:
        target = location
    if _REPLAY.search(target) is None:
        raise FetchError(f"the web archive sends us elsewhere, to {target}")
    return target


def refusal(status: int) -> str:
    """A failing status of a web archive in words."""
    if status == 404:
        return "the web archive has it not, although its index lists it"
    return f"the web archive answered {status}"


def of_memento(reply: Reply, found: Found) -> Taken:
    """The capture in an answer of the Wayback Machine, or of another replay of its kind.

    Its time and address are those that it says, which are not always those that were asked for.
    Raises FetchError.
    """
    headers, body = _as_sent(reply, found.digest)
    captured = _memento_time(reply)
    asked = _REPLAY.search(reply.url)
    if captured is None:  # by its body it may be known yet
        if reply.status != 200:
            raise FetchError(refusal(reply.status))
        if base32_sha1(body) != found.digest or asked is None or len(asked[1]) != 14:
            raise FetchError("the web archive's answer is no capture: it tells no time of one")
        captured = asked[1]
    url = found.url
    if captured != found.captured:
        linked = _LINKED.search(reply.header("Link") or "")
        url = linked[1] if linked is not None else asked[2] if asked is not None else url
    head = _head(reply.status, headers)
    at = datetime.strptime(captured, "%Y%m%d%H%M%S")
    return Taken(
        url=url,
        captured=captured,
        status=reply.status,
        headers=headers,
        body=body,
        archive_url=reply.url,
        warc={
            "WARC-Type": "response",
            "WARC-Target-URI": url,
            "WARC-Date": f"{at:%Y-%m-%dT%H:%M:%SZ}",
            "WARC-Payload-Digest": f"sha1:{base32_sha1(body)}",
            "WARC-Source-URI": reply.url,
            "Content-Type": HTTP,
        },
        head=head,
    )


def of_record(reply: Reply, found: Found) -> Taken:
    """The capture in a record of Common Crawl, which is kept as it is there. Raises FetchError."""
    assert found.place is not None
    place = json.loads(found.place)
    first, length = place["offset"], place["length"]
    if reply.status not in (200, 206):
        raise FetchError(refusal(reply.status))
    if reply.status != 206 or len(reply.body) != length:
        raise FetchError("the answer is not the part of the file that was asked for")
    try:
        warc, member = record_of(reply.body, place["filename"])
    except Damaged as damage:
        raise FetchError(f"no sound record: {damage}") from None
    head, mark, body = member.block.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    status = lines[0].split(" ")[1:2]
    if (
        member.kind != "response"
        or not mark
        or not (status and re.fullmatch(r"\d{3}", status[0], re.ASCII))
    ):
        raise FetchError(f"the record is no answer of a portal, but a {member.kind!r}")
    pairs = (line.partition(":") for line in lines[1:])
    source = f"{reply.url}#bytes={first}-{first + length - 1}"
    captured = re.sub(r"\D", "", member.headers.get("warc-date", ""))[:14]
    if len(captured) != 14:
        raise FetchError("the record does not say when it was captured")
    url = member.headers.get("warc-target-uri", found.url).strip("<>")
    more = {"WARC-Date": Found(url=url, captured=captured, key="").fetched}
    return Taken(
        url=url,
        captured=captured,
        status=int(status[0]),
        headers=[(name.strip(), value.strip()) for name, _, value in pairs],
        body=body,
        archive_url=source,
        warc=warc | more | {"WARC-Source-URI": source},
        head=head + mark,
    )


def reader_of(source: str) -> Callable[[Reply, Found], Taken]:
    """What reads the captures of a web archive."""
    return of_memento if source == "wayback" else of_record


def _memento_time(reply: Reply) -> str | None:
    try:
        when = parsedate_to_datetime(reply.header("Memento-Datetime") or "")
        return f"{when.astimezone(UTC):%Y%m%d%H%M%S}"
    except (ValueError, OverflowError):
        return None


def _as_sent(reply: Reply, digest: str | None) -> tuple[Headers, bytes]:
    """Headers and body as the portal sent them.

    A coding of the answer is the web archive's own, unless only the coded body has the digest
    that the index lists; one that the portal's header names is undone, unless the body shows it.
    """
    sent: Headers = []
    for name, value in reply.headers:
        if name.lower().startswith(_ORIGINAL):
            sent.append((name[len(_ORIGINAL) :], value))
    named = {name.lower() for name, _ in sent}
    for name, value in reply.headers:
        if name.lower() in _HANDED_ON and name.lower() not in named:
            if name.lower() == "location" and (found := _REPLAY.search(value)):
                value = found[2]
            sent.append((name, value))
    body, coding = reply.body, encoding_of(reply.headers)
    if coding and base32_sha1(body) != digest:
        body = decoded(body, reply.headers)
        coding = encoding_of(sent) if body.startswith(_GZIP) else ""
    elif not coding and body.startswith(_GZIP):
        coding = encoding_of(sent)
    headers = [
        (f"X-Archive-Orig-{name}" if name.lower() in _TRUE_OF_BODY else name, value)
        for name, value in sent
        if name.lower() not in _DROPPED
    ]
    headers += [("Content-Encoding", coding)] if coding else []
    return [*headers, ("Content-Length", str(len(body)))], body


def _head(status: int, headers: Headers) -> bytes:
    try:
        reason = HTTPStatus(status).phrase
    except ValueError:
        reason = ""
    lines = [f"HTTP/1.1 {status} {reason}".rstrip()]
    lines += [f"{name}: {_NOT_ASCII.sub(_escaped, value)}" for name, value in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii", "replace")


def _escaped(found: re.Match[str]) -> str:
    return quote(found.group(), errors="replace")
