"""Invented pages of police portals, as many as wanted, and WARC files of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from newsarchive.archive.warc import Exchange, WarcWriter
from newsarchive.demo.portal import Portal
from newsarchive.demo.stories import make_stories

FAMILIES = ("mojoportal", "nukeviet", "wordpress")
_AT_ONCE = 3000  # stories of a portal
Page = tuple[str, bytes]


def pages(number: int) -> Iterator[Page]:
    """Address and page of so many invented articles, of three portals of three families."""
    stories = make_stories(number)
    for start in range(0, number, _AT_ONCE):
        for at, family in enumerate(FAMILIES):
            chosen = stories[start : start + _AT_ONCE][at::3]
            name = "Công an tỉnh Ví Dụ"
            portal = Portal(family=family, name=name, stories=chosen, page_size=20)
            host = f"congan-{family}.example.vn"
            for story in chosen:
                path = portal.family.article_path(story)
                answer = portal.respond("GET", path, {"host": host})
                yield f"http://{host}{path}", answer.body


def warc(folder: Path, number: int) -> Path:
    """A WARC file of so many pages, as a crawl writes it."""
    header = [("Content-Type", "text/html; charset=utf-8")]
    with WarcWriter(folder, prefix="bench", info={}, max_bytes=10**12) as writer:
        for url, body in pages(number):
            exchange = Exchange(
                url=url, method="GET", request_headers=[], request_body=b"", status=200,
                reason="OK", response_headers=header, body=body, fetched="2025-01-01T00:00:00Z",
                ip=None,
            )  # fmt: skip
            name = writer.write(exchange).warc
    return folder / name
