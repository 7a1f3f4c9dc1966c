"""WARC files: every exchange with a server kept as it was, one gzip member a record."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter as _RecordWriter

from newsarchive import clock
from newsarchive.archive import locks
from newsarchive.archive.members import Members, new_record_id
from newsarchive.archive.records import OPEN, Headers, base32_sha1
from newsarchive.errors import ArchiveError

_HOP_BY_HOP = frozenset(
    {"transfer-encoding", "connection", "keep-alive", "proxy-connection", "te", "upgrade"}
)
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_BODILESS = frozenset({204, 304})
_LINE_BREAKS = re.compile(r"[\r\n\0]+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its response. body: bytes as received, their content encoding kept.

    fetched: UTC, ISO 8601 with Z, whole seconds. ip: of the server, where known. rendered: the
    body is what a browser made of the page, not what was served. cut: the connection ended before
    the body did.
    """

    url: str
    method: str
    request_headers: Headers
    request_body: bytes
    status: int
    reason: str
    response_headers: Headers
    body: bytes
    fetched: str
    ip: str | None
    rendered: bool = False
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where the response record lies: the final file name, offset and length of its member."""

    record_id: str
    warc: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The record whose body an answer repeats. digest: its WARC-Payload-Digest."""

    record_id: str
    url: str
    fetched: str
    digest: str


class WarcWriter:
    """Writes exchanges to new WARC files in `folder`, each of at most about `max_bytes`.

    A file is called PREFIX-TIME-RANDOM-SERIAL.warc.gz, with '.open' behind it until it is closed;
    none is made before the first exchange, and an existing one is never written to. `info` goes
    into the warcinfo record that heads each file. Raises ArchiveError if a file cannot be
    written; what was written before stays whole.
    """

    def __init__(
        self, folder: Path, *, prefix: str, info: Mapping[str, str], max_bytes: int = 10**9
    ) -> None:
        self.folder = folder
        self._stem = f"{prefix}-{clock.now():%Y%m%d%H%M%S}-{uuid.uuid4().hex[:8]}"
        self._info = dict(info)
        # One for all records: making one asks the system for the host's name.
        self._records = _RecordWriter(None, gzip=False, warc_version="1.1")
        self._max_bytes = max_bytes
        self._serial = 0
        self._name = ""
        self._file: IO[bytes] | None = None
        self._warcinfo_id = ""
        self._dirty = False

    def __enter__(self) -> WarcWriter:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def write(self, exchange: Exchange, original: Original | None = None) -> Kept:
        """Write the response and, behind it, the request; return where the response lies.

        original: the earlier record that holds the same body, or the one that the server says
        has not changed (304); a revisit record is written then.
        """
        file = self._file or self._start()
        records = self._records
        if original is None:
            response = self._response(records, exchange)
        else:
            response = self._revisit(records, exchange, original)
        record_id: str = response.rec_headers.get_header("WARC-Record-ID")
        request = self._request(records, exchange, record_id)
        offset = file.tell()
        length = self._append_record(file, response)
        self._append_record(file, request)
        return self._kept(file, record_id, offset, length)

    def write_as_is(self, headers: Mapping[str, str], block: bytes) -> Kept:
        """Write a record that another writer made: its WARC headers and its block.

        Lengths and block digest are made anew; the id stays, or is made where there is none.
        """
        file = self._file or self._start()
        made = {name: _one_line(value) for name, value in headers.items()}
        made.setdefault("WARC-Record-ID", new_record_id())
        made["WARC-Warcinfo-ID"] = self._warcinfo_id
        made["WARC-Block-Digest"] = f"sha1:{base32_sha1(block)}"
        made["Content-Length"] = str(len(block))
        head = "".join(f"{name}: {value}\r\n" for name, value in made.items())
        offset = file.tell()
        data = b"WARC/1.1\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n"
        length = self._append(file, lambda out: out.write(data))
        return self._kept(file, made["WARC-Record-ID"], offset, length)

    def _kept(self, file: IO[bytes], record_id: str, offset: int, length: int) -> Kept:
        kept = Kept(record_id=record_id, warc=self._name, offset=offset, length=length)
        if file.tell() >= self._max_bytes:
            self.close()
        return kept

    def sync(self) -> None:
        """Make what was written outlast a power cut: to be called before its captures are."""
        if self._file is not None and self._dirty:
            locks.sync(self._file)
            self._dirty = False

    def abandon(self) -> None:
        """Leave the present file as it is, open by its name, for the next writer to close."""
        if self._file is not None:
            with suppress(OSError):  # what could not be written is lost already
                self._file.close()
            self._file = None

    def close(self) -> None:
        """Close the present file and give it its final name; a later write starts a new one."""
        if self._file is None:
            return
        self.sync()
        self._file.close()
        self._file = None
        (self.folder / (self._name + OPEN)).rename(self.folder / self._name)

    def _start(self) -> IO[bytes]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = self._new()
        except OSError as error:
            raise ArchiveError(
                f"{self.folder}: cannot make a WARC file ({error.strerror}); check the folder's "
                "permissions"
            ) from None
        records = self._records
        info = {
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            **{_one_line(name): _one_line(value) for name, value in self._info.items()},
        }
        warcinfo = records.create_warcinfo_record(self._name, info)
        # Whole seconds: packagers of WACZ files do not read fractions.
        warcinfo.rec_headers.replace_header("WARC-Date", clock.stamp(clock.now()))
        self._warcinfo_id = warcinfo.rec_headers.get_header("WARC-Record-ID")
        self._file = file
        self._append_record(file, warcinfo)
        return file

    def _new(self) -> IO[bytes]:
        """A new file, held, by which others see whether its writer lives. Raises OSError."""
        while True:
            self._name = f"{self._stem}-{self._serial:05}.warc.gz"
            self._serial += 1
            path = self.folder / (self._name + OPEN)
            file = path.open("xb")
            # Before it was held, somebody who clears up may have taken it for a dead one's.
            if locks.hold(file) and locks.is_there(file, path):
                return file
            file.close()

    def _append_record(self, file: IO[bytes], record: Any) -> int:
        def write(out: Members) -> None:
            self._records.out = out
            self._records.write_record(record)

        return self._append(file, write)

    def _append(self, file: IO[bytes], write: Callable[[Members], object]) -> int:
        offset = file.tell()
        self._dirty = True
        members = Members(file)
        try:
            write(members)
            members.flush()
        except OSError as error:
            file.seek(offset)
            file.truncate()
            raise ArchiveError(
                f"{self.folder / self._name}: cannot be written ({error.strerror}); make room and "
                "run it again"
            ) from None
        return file.tell() - offset

    def _response(self, records: Any, exchange: Exchange) -> Any:
        status = f"{exchange.status} {_ascii(exchange.reason)}".rstrip()
        headers = [(n, v) for n, v in exchange.response_headers if n.lower() not in _HOP_BY_HOP]
        if exchange.body or exchange.status not in _BODILESS:
            headers = _with_length(headers, len(exchange.body))
        http = StatusAndHeaders(status, _header_lines(headers), protocol="HTTP/1.1")
        more = {"WARC-IP-Address": exchange.ip} if exchange.ip else {}
        if exchange.rendered:
            more["X-Newsarchive-Rendered"] = "yes"
        if exchange.cut:
            more["WARC-Truncated"] = "disconnect"
        return self._record(records, "response", exchange, http, exchange.body, more)

    def _revisit(self, records: Any, exchange: Exchange, original: Original) -> Any:
        headers = {
            "WARC-Record-ID": new_record_id(),
            "WARC-Date": exchange.fetched,
            "WARC-Warcinfo-ID": self._warcinfo_id,
            "WARC-Refers-To": original.record_id,
        }
        http = None
        if exchange.status != 304:
            # Those of a 304 would be replayed as an empty page.
            status = f"{exchange.status} {_ascii(exchange.reason)}".rstrip()
            kept = [(n, v) for n, v in exchange.response_headers if n.lower() not in _HOP_BY_HOP]
            http = StatusAndHeaders(status, _header_lines(kept), protocol="HTTP/1.1")
        record = records.create_revisit_record(
            _one_line(exchange.url),
            original.digest,
            _one_line(original.url),
            original.fetched,
            http_headers=http,
            warc_headers_dict=headers,
        )
        if exchange.status == 304:
            record.rec_headers.replace_header("WARC-Profile", NOT_MODIFIED)
        return record

    def _request(self, records: Any, exchange: Exchange, response_id: str) -> Any:
        parts = urlsplit(exchange.url)
        target = _ascii(parts.path or "/") + (f"?{_ascii(parts.query)}" if parts.query else "")
        headers = list(exchange.request_headers)
        if not any(name.lower() == "host" for name, _ in headers):
            headers.insert(0, ("Host", parts.netloc.rpartition("@")[2]))
        if exchange.request_body:
            headers = _with_length(headers, len(exchange.request_body))
        http = StatusAndHeaders(
            f"{target} HTTP/1.1", _header_lines(headers), protocol=exchange.method
        )
        more = {"WARC-Concurrent-To": response_id}
        return self._record(records, "request", exchange, http, exchange.request_body, more)

    def _record(
        self,
        records: Any,
        kind: str,
        exchange: Exchange,
        http: StatusAndHeaders,
        body: bytes,
        more: Mapping[str, str],
    ) -> Any:
        headers = {
            "WARC-Record-ID": new_record_id(),
            "WARC-Date": exchange.fetched,
            "WARC-Warcinfo-ID": self._warcinfo_id,
            **more,
        }
        return records.create_warc_record(
            _one_line(exchange.url),
            kind,
            payload=BytesIO(body),
            length=len(body),
            warc_headers_dict=headers,
            http_headers=http,
        )


def _with_length(headers: Headers, length: int) -> Headers:
    """The headers with one Content-Length that is true of the bytes kept."""
    kept = [(name, value) for name, value in headers if name.lower() != "content-length"]
    return [*kept, ("Content-Length", str(length))]


def _header_lines(headers: Headers) -> Headers:
    return [(_ascii(name), _percent(value)) for name, value in headers]


def _percent(value: str) -> str:
    """The value in ASCII, other characters percent-encoded; warcio's own way fails on some."""
    return _NOT_ASCII.sub(lambda found: quote(found.group(), errors="replace"), _one_line(value))


def _one_line(text: str) -> str:
    return _LINE_BREAKS.sub(" ", text)


def _ascii(text: str) -> str:
    return _one_line(text).encode("ascii", "replace").decode()
