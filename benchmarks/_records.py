"""Gives the articles of a big archive what a crawl keeps of each: a record, a capture, a look.

The records are real WARC records with a page of the article's own title and text; they lie in one
file a site, as crawls write them. What is there stays as it is.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from contextlib import closing
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from newsarchive.archive._rows import content_of_version
from newsarchive.archive.warc import Exchange, WarcWriter

_BATCH = 10_000
_LACKING = """
    SELECT a.id, a.key, a.site, a.url, a.title, a.lead, a.body, a.captions, a.byline, a.source,
        a.section, a.published, a.first_seen, v.images
    FROM articles AS a JOIN versions AS v ON v.article = a.id AND v.version = a.version
    WHERE a.capture IS NULL AND a.id BETWEEN ? AND ?
"""
_CAPTURE = """
    INSERT INTO captures(id, record_id, site, url, fetched, status, digest, warc, offset, length)
    VALUES (:id, :record_id, :site, :url, :first_seen, 200, :digest, :warc, :offset, :length)
"""
_LATER = "2099-01-01T00:00:00Z"
_ROWS = (
    _CAPTURE,
    "INSERT INTO observations(article, seen, capture, content) "
    "VALUES (:id, :first_seen, :id, :content)",
    "UPDATE articles SET capture = :id WHERE id = :id",
    f"INSERT OR IGNORE INTO checks(article, due) VALUES (:id, '{_LATER}')",  # noqa: S608  ours
    "INSERT OR IGNORE INTO frontier(key, site, url, state, seen) "
    "VALUES (:key, :site, :url, 'done', :first_seen)",
)
_PAGE = """<!DOCTYPE html><html lang="vi"><head><title>{title}</title></head><body><h1>{title}</h1>
<p class="lead">{lead}</p>{body}</body></html>"""


def add(path: Path, *, quiet: bool = False) -> Path:
    """Give every article of the archive at `path` that has no capture one of its own."""
    started = time.monotonic()
    writers: dict[str, WarcWriter] = {}
    with closing(sqlite3.connect(path)) as conn:
        conn.row_factory = sqlite3.Row
        conn.execute("PRAGMA synchronous = OFF")
        last = conn.execute("SELECT max(id) FROM articles").fetchone()[0] or 0
        for first in range(1, last + 1, _BATCH):
            found = conn.execute(_LACKING, (first, first + _BATCH - 1)).fetchall()
            rows = [_kept(dict(row), _writer(writers, path, row["site"])) for row in found]
            with conn:
                for sql in _ROWS:
                    conn.executemany(sql, rows)
            if rows and not quiet:
                print(f"{first} records, {time.monotonic() - started:.0f} s", file=sys.stderr)
        for writer in writers.values():
            writer.close()
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def _writer(writers: dict[str, WarcWriter], path: Path, site: str) -> WarcWriter:
    if site not in writers:
        folder = path.with_suffix(".warc")
        writers[site] = WarcWriter(folder, prefix=site, info={"software": "bulk"})
    return writers[site]


def _kept(row: dict[str, Any], writer: WarcWriter) -> dict[str, Any]:
    """The row with what its record says of it."""
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in row["body"].split("\n\n"))
    page = _PAGE.format(title=escape(row["title"]), lead=escape(row["lead"] or ""), body=paragraphs)
    body = page.encode()
    kept = writer.write(
        Exchange(
            url=row["url"], method="GET", request_headers=[("Accept", "*/*")], request_body=b"",
            status=200, reason="OK",
            response_headers=[("Content-Type", "text/html; charset=utf-8")], body=body,
            fetched=row["first_seen"], ip=None,
        )
    )  # fmt: skip
    told = ("title", "lead", "body", "byline", "source", "section", "published", "images")
    return {
        **row,
        "record_id": kept.record_id, "warc": kept.warc, "offset": kept.offset,
        "length": kept.length, "digest": f"sha256:{sha256(body).hexdigest()}",
        "content": content_of_version([row[name] for name in told]),
    }  # fmt: skip
