"""The reader in a process of its own: pages come in over a socket, what they say goes out."""

from __future__ import annotations

import gc
import sys
import zlib
from datetime import datetime
from io import BytesIO
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from newsarchive.model import Article
    from newsarchive.sites import Site

LARGEST = 32 * 2**20  # bytes of a page
_WARM = b"<html><body><h1>-</h1><p>-</p></body></html>"


class Sent(NamedTuple):
    """A page whose bytes are sent along. site: a slug of the registry, where the address tells
    none. most: bytes of its decoded body; what is larger is no page."""

    payload: bytes
    encoding: str
    chunked: bool
    url: str | None
    content_type: str | None
    fetched: datetime
    site: str | None
    most: int = LARGEST


class Kept(NamedTuple):
    """A page whose bytes lie in a WARC file of the archive. digest: what they must have. payload:
    what a revisit says that the record's WARC-Payload-Digest is; '' where it says nothing.
    length: of the record, in bytes; 0 where it is not known. member: its bytes, where they are
    sent along because the file is on another machine."""

    folder: str
    warc: str
    offset: int
    digest: str
    url: str | None
    fetched: datetime
    site: str | None
    payload: str = ""
    length: int = 0
    member: bytes = b""


class Answer(NamedTuple):
    """What became of a page: its article, or why it is none (`reason`).

    digest: of its decoded body. lost: why its bytes could not be had. failed: why the reader
    could not tell.
    """

    digest: str = ""
    article: Article | None = None
    reason: str | None = None
    lost: str | None = None
    failed: str | None = None


def read_page(page: Sent | Kept) -> Answer:
    """Read one page under its site's rules."""
    from newsarchive.archive.bodies import digest_of
    from newsarchive.errors import ArchiveError

    content_type: str | None
    try:
        if isinstance(page, Sent):
            body, content_type = _decoded(page), page.content_type
        else:
            body, content_type = _kept(page)
    except ArchiveError as error:
        return Answer(lost=str(error))
    except (ValueError, EOFError, zlib.error):
        return Answer(reason="a body that cannot be unpacked")
    digest = digest_of(body)
    if isinstance(page, Kept) and digest != page.digest:
        where = Path(page.folder, page.warc)
        return Answer(lost=f"{where}: another body than was kept at offset {page.offset}")
    if isinstance(page, Kept) and page.payload and not _repeats(page):
        return Answer(failed="says that it repeats a record that has another body")
    most = page.most if isinstance(page, Sent) else LARGEST
    if len(body) > most:
        return Answer(digest=digest, reason=f"a page of over {most} bytes")
    from newsarchive.reader import read

    reading = read(
        body,
        page.url,
        content_type=content_type,
        fetched=page.fetched,
        site=_site(page.site),
        want_links=False,
    )
    return Answer(digest=digest, article=reading.article, reason=reading.reason)


def _decoded(page: Sent) -> bytes:
    from newsarchive.archive.bodies import decode

    if not (page.encoding or page.chunked):
        return page.payload
    return decode(BytesIO(page.payload), page.encoding, chunked=page.chunked, most=page.most)


def _kept(page: Kept) -> tuple[bytes, str | None]:
    from newsarchive.archive.records import read_record

    member = page.member or None
    _, headers, body = read_record(Path(page.folder), page.warc, page.offset, member)
    return body, next((v for n, v in headers if n.lower() == "content-type"), None)


def _repeats(page: Kept) -> bool:
    """Whether the record may be the one that a revisit repeats, as far as digests are alike."""
    from newsarchive.archive.records import header_of

    headers = header_of(Path(page.folder), page.warc, page.offset)
    one, other = page.payload, headers.get("warc-payload-digest", "")
    (kind, _, value), (other_kind, _, other_value) = one.partition(":"), other.partition(":")
    is_alike = kind.lower() == other_kind.lower() and len(value) == len(other_value)
    return not is_alike or value.lower() == other_value.lower()


def _site(slug: str | None) -> Site | None:
    from newsarchive.sites import all_sites

    return all_sites().get(slug) if slug else None


def serve(line: Connection) -> None:
    """Say that all is loaded, then answer each page."""
    from newsarchive.reader import read

    read(_WARM, "http://localhost/")
    # Spare the garbage collector what is loaded for good, and most of its visits: pages leave
    # much behind at once, and each visit looks at all there is.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    line.send(None)
    while True:
        page = line.recv()
        try:
            answer = read_page(page)
        except Exception as error:  # the process boundary: any failure is the page's problem
            answer = Answer(failed=f"the reader failed: {type(error).__name__}: {error}")
        line.send(answer)


def main() -> None:
    """Serve on the socket whose number is the argument, until its other end is closed."""
    try:
        serve(Connection(int(sys.argv[1])))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


if __name__ == "__main__":
    # Under its own name: values that cross the border are told by their module's.
    from newsarchive.intake import _worker

    _worker.main()
