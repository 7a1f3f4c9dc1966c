"""Invented articles and small archives for the tests of the store and of what reads it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from newsarchive.archive import Archive
from newsarchive.model import Article, Capture, Image, Problem
from newsarchive.sites import Site
from newsarchive.urls import key as url_key

SEEN = "2026-01-02T03:04:05Z"
LATER = "2026-01-03T03:04:05Z"
HOST = "http://congan.example.vn"


def site(slug: str = "example") -> Site:
    return Site(
        slug=slug,
        name="Công an tỉnh Ví Dụ",
        province="Ví Dụ",
        province_2025="Ví Dụ Mới",
        hosts=(f"{slug}.example.vn",),
        evidence="guessed",
    )


def article(**fields: Any) -> Article:
    """An article with every field filled, but for those given."""
    return Article(
        **{
            "title": "Triệt phá đường dây đánh bạc ở Đắk Lắk",
            "url": f"{HOST}/bai-1",
            "site": "example",
            "published": "2022-08-22T10:11:00+07:00",
            "published_text": "Thứ Hai, 22/08/2022 10:11",
            "modified": "2022-08-22T11:00:00+07:00",
            "section": "An ninh trật tự",
            "lead": "Lực lượng chức năng vừa hoà giải một vụ việc.",
            "byline": "Hoàng Anh - Thu Hà",
            "source": "Báo Ví Dụ",
            "paragraphs": ("Đoạn thứ nhất kể chuyện.", "Đoạn thứ hai nói thêm."),
            "images": (
                Image(url=f"{HOST}/1.jpg", caption="Tang vật thu giữ", credit="Minh Đức"),
                Image(url=f"{HOST}/2.jpg"),
            ),
            "tags": ("đánh bạc", "ma tuý"),
            "origins": {"title": "h1", "published": "near-title"},
            "problems": (Problem(field="published", what="weekday does not fit"),),
            **fields,
        }
    )


def capture(number: int = 1, **fields: Any) -> Capture:
    return Capture(
        **{
            "record_id": f"<urn:uuid:00000000-0000-0000-0000-{number:012}>",
            "site": "example",
            "url": f"{HOST}/bai-{number}",
            "fetched": SEEN,
            "status": 200,
            "digest": "sha256:" + "0" * 64,
            "warc": "example-1.warc.gz",
            "offset": 100 * number,
            "length": 90,
            **fields,
        }
    )


def opened(path: Path) -> Archive:
    """A new archive with the site 'example' in it."""
    archive = Archive.open(path)
    archive.register_site(site())
    return archive


def put(archive: Archive, number: int, seen: str = SEEN, **fields: Any) -> str:
    """Store an article at address bai-NUMBER with a capture of its own; return the outcome."""
    url = f"{HOST}/bai-{number}"
    slug = fields.get("site", "example")
    captures = archive._rows("SELECT count(*) FROM captures")[0][0]
    kept = archive.add_capture(capture(captures + 1, url=url, site=slug))
    return archive.store(
        article(**{"url": url, **fields}),
        site=slug,
        key=url_key(url),
        url=url,
        capture=kept,
        seen=seen,
        parser="1",
    )


def rows(path: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """What any other program sees: the answer to plain SQL."""
    conn = sqlite3.connect(path)
    try:
        return conn.execute(sql, values).fetchall()
    finally:
        conn.close()


def contents(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of ours; a story goes by the first of its articles, for which one
    it got its number from is chance."""
    tables = rows(
        path,
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%_sqlite%' "
        "AND name NOT LIKE 'articles\\_%' ESCAPE '\\'",
    )
    found = {name: rows(path, f"SELECT * FROM {name} ORDER BY 1, 2") for (name,) in tables}
    first: dict[int, int] = {}
    for article, story, _ in found["reprints"]:
        first[story] = min(article, first.get(story, article))
    found["reprints"] = [
        (article, first[story], *more) for article, story, *more in found["reprints"]
    ]
    found["stories"] = sorted((first[story], *more) for story, *more in found["stories"])
    return found
