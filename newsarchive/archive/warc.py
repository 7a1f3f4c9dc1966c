"""WARC files: every exchange with a server kept as it was, one gzip member a record."""

from __future__ import annotations

import re
import sys
import uuid
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlsplit

from isal import isal_zlib
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter as _RecordWriter

from newsarchive.errors import ArchiveError

OPEN = ".open"  # suffix of a file that is still written, or whose writer was killed
MAX_BODY = 256 * 2**20  # bytes of a decoded body; a page that unpacks to more is an attack
_HOP_BY_HOP = frozenset(
    {"transfer-encoding", "connection", "keep-alive", "proxy-connection", "te", "upgrade"}
)
_BODILESS = frozenset({204, 304})
_LINE_BREAKS = re.compile(r"[\r\n\0]+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its response. body: bytes as received, their content encoding kept.

    fetched: UTC, ISO 8601 with Z, whole seconds. ip: of the server, where known. rendered: the
    body is what a browser made of the page, not what was served.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where the response record lies: the final file name, offset and length of its member."""

    record_id: str
    warc: str
    offset: int
    length: int


class _Members:
    """A file in which everything up to a flush is one gzip member."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._compress: Any = None

    def write(self, data: bytes) -> None:
        if self._compress is None:
            # ISA-L's highest level: a quarter of zlib's time, files 5 % larger than at its level 6.
            self._compress = isal_zlib.compressobj(3, isal_zlib.DEFLATED, isal_zlib.MAX_WBITS + 16)
        self._file.write(self._compress.compress(data))

    def flush(self) -> None:
        if self._compress is not None:
            self._file.write(self._compress.flush())
            self._compress = None
        self._file.flush()

    def abandon(self) -> None:
        self._compress = None


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
        self._stem = f"{prefix}-{datetime.now(UTC):%Y%m%d%H%M%S}-{uuid.uuid4().hex[:8]}"
        self._info = dict(info)
        # One for all records: making one asks the system for the host's name.
        self._records = _RecordWriter(None, gzip=False, warc_version="1.1")
        self._max_bytes = max_bytes
        self._serial = 0
        self._name = ""
        self._file: IO[bytes] | None = None
        self._warcinfo_id = ""

    def __enter__(self) -> WarcWriter:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def write(self, exchange: Exchange) -> Kept:
        """Write the response and, behind it, the request; return where the response lies."""
        file = self._file or self._start()
        records = self._records
        response = self._response(records, exchange)
        record_id: str = response.rec_headers.get_header("WARC-Record-ID")
        request = self._request(records, exchange, record_id)
        offset = file.tell()
        length = self._append(file, records, response)
        self._append(file, records, request)
        kept = Kept(
            record_id=record_id,
            warc=self._name,
            offset=offset,
            length=length,
        )
        if file.tell() >= self._max_bytes:
            self.close()
        return kept

    def close(self) -> None:
        """Close the present file and give it its final name; a later write starts a new one."""
        if self._file is None:
            return
        self._file.close()
        self._file = None
        (self.folder / (self._name + OPEN)).rename(self.folder / self._name)

    def _start(self) -> IO[bytes]:
        self._name = f"{self._stem}-{self._serial:05}.warc.gz"
        self._serial += 1
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = (self.folder / (self._name + OPEN)).open("xb")
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
        warcinfo.rec_headers.replace_header("WARC-Date", f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
        self._warcinfo_id = warcinfo.rec_headers.get_header("WARC-Record-ID")
        self._file = file
        self._append(file, records, warcinfo)
        return file

    def _append(self, file: IO[bytes], records: Any, record: Any) -> int:
        offset = file.tell()
        members = _Members(file)
        records.out = members
        try:
            records.write_record(record)
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
        return self._record(records, "response", exchange, http, exchange.body, more)

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


def find(folder: Path, warc: str) -> Path:
    """The file of this name, or the one still open. Raises ArchiveError if there is neither."""
    if Path(warc).name != warc:
        raise ArchiveError(f"{warc!r}: not the name of a WARC file")
    for name in (warc, warc + OPEN):
        if (folder / name).is_file():
            return folder / name
    raise ArchiveError(f"{folder / warc}: the WARC file is missing; copy it there")


def read_record(folder: Path, warc: str, offset: int) -> tuple[int, Headers, bytes]:
    """Status, headers and decoded body of the response whose member begins at `offset`.

    Content encodings gzip, deflate, br and zstd are undone. Raises ArchiveError if the file is
    missing or holds no response there, or if the body unpacks to more than MAX_BODY bytes.
    """
    path = find(folder, warc)
    try:
        with path.open("rb") as file:
            file.seek(offset)
            record = next(iter(ArchiveIterator(file)), None)
            if record is None or record.rec_type != "response" or not record.http_headers:
                raise ArchiveError(f"{path}: no response record at offset {offset}")
            http = record.http_headers
            body = _decoded(record, http.get_header("Content-Encoding", "").strip().lower())
            status = int(http.get_statuscode())
    except (ArchiveLoadFailed, EOFError, OSError, ValueError, zlib.error) as error:
        # The cause stays chained; its text quotes raw bytes, nothing to show to a user.
        raise ArchiveError(f"{path}: nothing readable at offset {offset}") from error
    if len(body) > MAX_BODY:
        raise ArchiveError(f"{path}: the body at offset {offset} unpacks to over {MAX_BODY} bytes")
    return status, [(name, value) for name, value in http.headers], body


def _decoded(record: Any, encoding: str) -> bytes:
    """At most MAX_BODY + 1 bytes of the record's body, its content encoding undone.

    Raises ValueError, EOFError or zlib.error where the body is not what it says.
    """
    body: bytes
    if encoding == "zstd":  # warcio does not know it
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd  # Scrapy requires it there

        try:
            with zstd.open(record.raw_stream) as stream:
                return stream.read(MAX_BODY + 1)
        except zstd.ZstdError as error:
            raise ValueError(str(error)) from None
    if encoding == "br":  # warcio 1.8.1 fails with the brotli of today
        import brotli  # type: ignore[import-untyped]

        try:
            body = brotli.Decompressor().process(
                record.raw_stream.read(), output_buffer_limit=MAX_BODY + 1
            )
        except brotli.error as error:
            raise ValueError(str(error)) from None
        return body
    body = record.content_stream().read(MAX_BODY + 1)
    return body
