"""Small archives whose captures have their records: for tests of what copies, joins, erases."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import archive_cases as cases
from archive_cases import HOST, SEEN

from newsarchive.archive import Archive
from newsarchive.archive.bodies import digest_of
from newsarchive.archive.records import base32_sha1
from newsarchive.archive.warc import Exchange, Original, WarcWriter
from newsarchive.model import Capture
from newsarchive.urls import key as url_key


class Keeping:
    """An archive with a WARC writer, as a crawl has them."""

    def __init__(self, archive: Archive, *, prefix: str = "example", site: str = "example") -> None:
        self.archive = archive
        self.site = site
        self.crawl: int | None = None
        self.writer = WarcWriter(archive.warc_dir, prefix=prefix, info={"isPartOf": site})

    def keep(
        self,
        url: str,
        body: str | bytes,
        *,
        fetched: str = SEEN,
        status: int = 200,
        again: bool = True,
    ) -> int:
        """Write an answer and record its capture; the same body again is a revisit if `again`."""
        data = body.encode() if isinstance(body, str) else body
        exchange = Exchange(
            url=url,
            method="GET",
            request_headers=[("User-Agent", "newsarchive")],
            request_body=b"",
            status=status,
            reason="OK",
            response_headers=[("Content-Type", "text/html; charset=utf-8")],
            body=data,
            fetched=fetched,
            ip=None,
        )
        digest = digest_of(data)
        found = self.archive.original(url, digest) if again and status == 200 else None
        original: Original | None = None
        if found is not None and found[0].digest == f"sha1:{base32_sha1(data)}":
            original = found[0]
        kept = self.writer.write(exchange, original)
        capture = Capture(
            record_id=kept.record_id, site=self.site, url=url, fetched=fetched, status=status,
            digest=digest, warc=kept.warc, offset=kept.offset, length=kept.length,
            crawl=self.crawl,
        )  # fmt: skip
        if original is not None:
            return self.archive.add_revisit(capture, original.record_id)
        return self.archive.add_capture(capture)

    def store(self, number: int, *, seen: str = SEEN, url: str | None = None, **fields: Any) -> str:
        """Keep and store article NUMBER, whose page holds all its text."""
        url = url or f"{HOST}/bai-{number}"
        article = cases.article(**{"url": url, **fields})
        page = "\n".join((article.title, article.lead or "", *article.paragraphs))
        return self.archive.store(
            article,
            site=self.site,
            key=url_key(url),
            url=url,
            capture=self.keep(url, page, fetched=seen),
            seen=seen,
            parser="1",
        )


@contextmanager
def keeping(path: Path, **more: Any) -> Iterator[Keeping]:
    """A new or an old archive at `path`, its WARC file closed at the end."""
    with cases.opened(path) as archive:
        kept = Keeping(archive, **more)
        yield kept
        kept.writer.close()


def all_bytes(db: Path) -> bytes:
    """Everything that the archive's files hold, WARC files unpacked."""
    parts = [p.read_bytes() for p in sorted(db.parent.glob(f"{db.name}*"))]
    parts += [gzip.decompress(p.read_bytes()) for p in sorted(db.with_suffix(".warc").iterdir())]
    return b"\n".join(parts)
