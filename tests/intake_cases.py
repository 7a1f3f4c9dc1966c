"""Invented pages and the files in which other programs keep such pages, for tests of the intake."""

from __future__ import annotations

import atexit
import gzip
import subprocess
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import quick
from crawl_cases import command, environment, portal, rows
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newsarchive.archive.salvage import open_archive
from newsarchive.intake.pool import Pool
from newsarchive.intake.progress import Progress
from newsarchive.intake.taking import Intake

HOST = "congan.vidu.example.vn"
FETCHED = "2022-08-22T03:11:00Z"
HTML = ("Content-Type", "text/html; charset=utf-8")


def pages(number: int = 5, family: str = "nukeviet", host: str = HOST) -> list[tuple[str, bytes]]:
    """Address and page of invented articles, the newest first."""
    demo = portal(family, articles=number)
    found = []
    for story in demo.stories:
        path = demo.family.article_path(story)
        answer = demo.respond("GET", path, {"host": host})
        assert answer.status == 200
        found.append((f"http://{host}{path}", answer.body))
    return found


def listing(host: str = HOST) -> bytes:
    """A page that is no article."""
    return portal("nukeviet").respond("GET", "/", {"host": host}).body


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One record to be written. more: WARC headers."""

    url: str
    body: bytes = b""
    fetched: str = FETCHED
    kind: str = "response"
    status: str = "200 OK"
    http: Sequence[tuple[str, str]] = (HTML,)
    more: dict[str, str] = field(default_factory=dict)


def warc(path: Path, kept: Iterable[Kept], form: str = "members") -> list[str]:
    """A WARC file as warcio writes it: one gzip member a record ('members'), one around all
    ('one') or none ('plain'). Returns the ids of the records given."""
    file = BytesIO()
    writer = WARCWriter(file, gzip=form == "members")
    writer.write_record(writer.create_warcinfo_record(path.name, {"software": "other"}))
    ids = []
    for one in kept:
        record = _record(writer, one)
        ids.append(record.rec_headers.get_header("WARC-Record-ID"))
        writer.write_record(record)
        if one.kind == "response":
            writer.write_record(_request(writer, one))
    content = file.getvalue()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content, mtime=0) if form == "one" else content)
    return ids


def _record(writer: WARCWriter, kept: Kept) -> Any:
    http = StatusAndHeaders(kept.status, list(kept.http), protocol="HTTP/1.1")
    headers = {"WARC-Date": kept.fetched, **kept.more}
    if kept.kind == "resource":
        return writer.create_warc_record(
            kept.url,
            "resource",
            payload=BytesIO(kept.body),
            length=len(kept.body),
            warc_content_type=dict(kept.http)["Content-Type"],
            warc_headers_dict=headers,
        )
    return writer.create_warc_record(
        kept.url,
        kept.kind,
        payload=BytesIO(kept.body),
        length=len(kept.body),
        http_headers=http,
        warc_headers_dict=headers,
    )


def _request(writer: WARCWriter, kept: Kept) -> Any:
    http = StatusAndHeaders("GET / HTTP/1.1", [("Host", HOST)], is_http_request=True)
    return writer.create_warc_record(
        kept.url, "request", payload=BytesIO(), length=0, http_headers=http
    )


def arc(path: Path, kept: Iterable[Kept], *, packed: bool = False) -> None:
    """An ARC file, version 1."""
    about = b"1 0 InternetArchive\nURL IP-address Archive-date Content-type Archive-length\n"
    parts = [
        b"filedesc://x.arc 0.0.0.0 20220822031100 text/plain %d\n" % len(about) + about + b"\n"
    ]
    for one in kept:
        head = "".join(f"{n}: {v}\r\n" for n, v in one.http)
        block = f"HTTP/1.1 {one.status}\r\n{head}\r\n".encode() + one.body
        digits = "".join(c for c in one.fetched if c.isdigit())
        line = f"{one.url} 192.0.2.1 {digits} text/html {len(block)}\n"
        parts.append(line.encode() + block + b"\n")
    path.write_bytes(b"".join(map(gzip.compress, parts) if packed else parts))


def wacz(path: Path, files: dict[str, bytes], *, packed: bool = False) -> None:
    """A WACZ file that holds these WARC files, by their names."""
    with zipfile.ZipFile(path, "w") as package:
        for name, content in files.items():
            how = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            package.writestr(f"archive/{name}", content, compress_type=how)
        package.writestr("pages/pages.jsonl", "{}\n", compress_type=zipfile.ZIP_DEFLATED)
        package.writestr("datapackage.json", "{}", compress_type=zipfile.ZIP_DEFLATED)


def run(
    db: Path, *args: object, name: str = "import", timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """A command on an archive, run to its end."""
    return quick.run(command(name, "--db", db, *args), timeout=timeout, env=environment())


@cache
def pool() -> Pool:
    """Readers that all tests share: starting them takes longer than what they read here."""
    readers = Pool(workers=1)
    atexit.register(readers.close)
    return readers


def taken(db: Path, *paths: Path, site: str | None = None) -> str:
    """What an import said at its end, here in this process; all went well."""
    heard = Heard()
    with closing(open_archive(db)) as archive:
        intake = Intake(archive, pool(), heard, site=site)
        total = intake.take(paths, lambda _path, _counts: None)
        intake.close()
    assert not heard.lines
    return str(total)


class Heard(Progress):
    """Keeps the lines of trouble."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def trouble(self, line: str) -> None:
        self.lines.append(line)


def urls(db: Path) -> list[str]:
    return [url for (url,) in rows(db, "SELECT url FROM articles ORDER BY url")]
