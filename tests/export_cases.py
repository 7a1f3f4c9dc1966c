"""An invented archive with all that an export must keep apart, and rows by the thousand."""

from __future__ import annotations

import io
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, redirect_stderr
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from archive_cases import HOST, LATER, SEEN, opened, put, site

from newsarchive import query
from newsarchive.cli import main
from newsarchive.model import Image

NOW = "2026-03-04T05:06:07Z"
# Nobody but this archive knows these words.
WITHHELD = "Bài mật không cho xem xyzzy"
GONE = "Bài đã bị gỡ plugh"
SUSPECT = "Nguyễn Văn Tèo"
# Each article: what differs from `archive_cases.article`.
ARTICLES: dict[int, dict[str, Any]] = {
    1: {},
    2: {
        "published": "2023-01-31",
        "modified": None,
        "section": None,
        "lead": None,
        "byline": None,
        "source": None,
        "tags": (),
        "images": (),
    },
    3: {
        "title": f"Bắt đối tượng {SUSPECT} (SN 1990)",
        "lead": f"Đối tượng {SUSPECT} trú tại xã Ví Dụ.",
        "published": "2024-02-29T23:59:00+07:00",
        "paragraphs": (f"Công an bắt giữ đối tượng {SUSPECT} (SN 1990).", "Vụ việc ở xã Ví Dụ."),
        "images": (Image(url=f"{HOST}/3.jpg", caption=f"Đối tượng {SUSPECT} bị bắt"),),
        "tags": (SUSPECT,),
        "site": "khac",
    },
    4: {"title": "Không rõ ngày", "published": None, "published_text": None, "site": "khac"},
    5: {"title": GONE, "lead": GONE},
    6: {"title": WITHHELD, "lead": WITHHELD, "paragraphs": (WITHHELD,)},
}
# Of article 3, what it said at first: without the words by which a suspect is known.
BEFORE: dict[str, Any] = {
    "title": f"Lời khai của {SUSPECT}",
    "lead": None,
    "paragraphs": (f"{SUSPECT} đã khai.",),
    "images": (),
    "tags": (),
}


def made(path: Path) -> Path:
    """Make the archive: article 1 edited once, 3 edited, 5 gone, 6 withheld, 1 moved."""
    with opened(path) as archive:
        archive.register_site(site("khac"))
        for number, fields in ARTICLES.items():
            put(archive, number, **fields | (BEFORE if number == 3 else {}))
        put(archive, 1, LATER, title="Triệt phá đường dây đánh bạc lớn ở Đắk Lắk")
        put(archive, 3, LATER, **ARTICLES[3])
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("UPDATE articles SET gone = ? WHERE id = 5", (LATER,))
        conn.execute("UPDATE articles SET withheld = ? WHERE id = 6", (LATER,))
        conn.executemany(
            "INSERT INTO events(article, seen, what) VALUES (?, ?, ?)",
            [(1, LATER, "moved"), (2, LATER, "withheld"), (5, LATER, "gone"), (6, SEEN, "gone")],
        )
        conn.execute(
            "INSERT INTO crawls(site, started, finished) VALUES ('example', ?, ?)", (SEEN, LATER)
        )
    return path


def stored(path: Path, **choice: Any) -> list[dict[str, Any]]:
    """What the archive itself says of a choice."""
    with closing(query.open_readonly(path)) as conn:
        return list(query.articles(conn, **choice))


def invented(count: int) -> Iterator[dict[str, Any]]:
    """Rows as `query.articles` gives them, each with about 2,000 characters of its own."""
    for number in range(count):
        yield {
            "id": number,
            "key": f"congan.example.vn/bai-{number}",
            "site": "example",
            "url": f"{HOST}/bai-{number}",
            "title": f"Tin số {number}",
            "published": "2022-08-22T10:11:00+07:00",
            "published_text": "22/08/2022",
            "modified": None,
            "section": "An ninh trật tự",
            "lead": None,
            "byline": "Văn Tú",
            "source": None,
            "paragraphs": [f"Đoạn {place} của bài {number}. " + "chữ " * 100 for place in range(5)],
            "images": [{"url": f"{HOST}/{number}.jpg", "caption": None, "credit": None}],
            "tags": ["đánh bạc"],
            "origins": {"title": "h1"},
            "first_seen": SEEN,
            "last_seen": SEEN,
            "version": 1,
        }


def run(*arguments: object, db: Path, status: int = 0, now: str = NOW) -> str:
    """`newsarchive export ...`, which must exit with `status`; returns standard error."""
    said = io.StringIO()
    with (
        mock.patch.dict(os.environ, {"NEWSARCHIVE_NOW": now}),
        redirect_stderr(said),
        pytest.raises(SystemExit) as end,
    ):
        main(["export", *map(str, arguments), "--db", str(db)])
    assert end.value.code == status, said.getvalue()
    return said.getvalue()
