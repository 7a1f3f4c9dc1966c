"""Invented stories, the crawl as a command, what an archive holds: for tests of the crawl."""

from __future__ import annotations

import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import quick
from prose import sentence

from newsarchive.demo.portal import Portal
from newsarchive.demo.stories import VIETNAM, Picture, Story

SECTIONS = ("an-ninh-trat-tu", "hoat-dong-luc-luong", "an-toan-giao-thong")
_PLACES = ("Tân Lập", "Hòa Đông", "Ea Rông", "Bình Sơn", "Phú Cường", "Vĩnh Hưng", "Cẩm Thạch")
_MATTERS = (
    (
        "Triệt phá nhóm trộm cắp xe máy tại",
        "một nhóm đối tượng trộm cắp nhiều xe máy của người dân",
    ),
    ("Khởi tố vụ lừa đảo qua mạng ở", "vụ lừa đảo chiếm đoạt tài sản bằng thủ đoạn giả danh"),
    ("Ra quân bảo đảm trật tự giao thông tại", "đợt cao điểm xử lý vi phạm nồng độ cồn"),
)
# How far a crawl is, told every ten seconds: on a busy machine any crawl takes that long.
PROGRESS = re.compile(r"^\S+: \d+ pages, \d+ articles, .*\n", re.MULTILINE)
_FIRST = datetime(2024, 3, 1, 7, 30, tzinfo=VIETNAM)
# Fields that have the same value wherever the article was archived.
FIELDS = ("url", "title", "lead", "byline", "source", "published", "section", "body")


def story(number: int, *, section: str | None = None, published: datetime | None = None) -> Story:
    """One invented article; a higher number is a day newer."""
    place = _PLACES[number % len(_PLACES)]
    title, matter = _MATTERS[number % len(_MATTERS)]
    chance = random.Random(number)
    said = [sentence(chance) for _ in range(6)]
    return Story(
        id=number,
        slug=f"tin-thu-{number}",
        section=section or SECTIONS[number % len(SECTIONS)],
        title=f"{title} {place}, tin thứ {number}",
        lead=f"Công an xã {place} vừa làm rõ {matter}, theo tin số {number} của đơn vị.",
        paragraphs=(
            f"Theo tin ban đầu, từ đầu tháng đến nay trên địa bàn xã {place} xảy ra {matter}. "
            f"Công an xã đã lập tổ công tác. {said[0]} {said[1]}",
            f"Sau {number} ngày xác minh, tổ công tác đã làm rõ những người liên quan. Tại cơ quan "
            f"Công an, các đối tượng đã khai nhận hành vi của mình. {said[2]} {said[3]}",
            f"Công an khuyến cáo người dân nâng cao cảnh giác. {said[4]} {said[5]}",
        ),
        pictures=(
            Picture(name=f"{number}.png", caption=f"Tổ công tác xã {place}", credit=None, after=1),
        ),
        published=published or _FIRST + timedelta(days=number),
        byline="Văn An",
    )  # fmt: skip


def portal(
    family: str = "mojoportal", *, articles: int = 12, page_size: int = 5, **more: Any
) -> Portal:
    stories = [story(n) for n in range(1, articles + 1)]
    return Portal(
        family=family, name="Công an tỉnh Ví Dụ", stories=stories, page_size=page_size, **more
    )


def command(*args: object) -> list[str]:
    return [sys.executable, "-m", "newsarchive", *map(str, args)]


def environment(**more: str) -> dict[str, str]:
    """The environment without what would change a crawl."""
    ours = {
        k: v
        for k, v in os.environ.items()
        if not k.lower().endswith("_proxy") and not k.startswith("NEWSARCHIVE_")
    }
    return {**ours, **more}


def crawl(
    base: str, db: Path, *args: object, delay: float = 0, concurrency: int = 4, timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    """`newsarchive crawl --url BASE`, run to its end."""
    pace = ("--delay", delay, "--concurrency", concurrency)
    done = quick.run(
        command("crawl", "--url", base, "--db", db, *pace, *args),
        timeout=timeout,
        cwd=db.parent if db.parent.is_dir() else None,
        env=environment(),
    )
    return without_progress(done)


def without_progress(done: subprocess.CompletedProcess[str]) -> subprocess.CompletedProcess[str]:
    """The same, but for what it said of how far it was."""
    done.stderr = PROGRESS.sub("", done.stderr)
    return done


def rows(db: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as conn:
        return conn.execute(sql, values).fetchall()


def titles(db: Path) -> list[str]:
    return [title for (title,) in rows(db, "SELECT title FROM articles ORDER BY title")]


def everything(db: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows that a crawl without news must leave as they are."""
    return {
        "articles": rows(
            db,
            f"SELECT id, key, {', '.join(FIELDS)}, version, first_seen, capture FROM articles "
            "ORDER BY id",
        ),
        "images": rows(db, "SELECT * FROM images ORDER BY article, position"),
        "versions": rows(db, "SELECT * FROM versions ORDER BY article, version"),
        "urls": rows(db, "SELECT * FROM urls ORDER BY key, url"),
        "problems": rows(db, "SELECT * FROM problems ORDER BY capture, field, what"),
        "frontier": rows(db, "SELECT key, state FROM frontier ORDER BY key"),
        "sections": rows(db, "SELECT url, complete FROM sections ORDER BY url"),
    }


def asked(portal: Portal) -> list[str]:
    return [request.target for request in portal.requests]


def article_paths(portal: Portal) -> list[str]:
    return sorted(portal.family.article_path(s) for s in portal.stories)


def as_parsed(db: Path, url: str) -> dict[str, Any]:
    """The archived article in the shape of `newsarchive parse`."""
    ((id_, *values, modified, text, origins),) = rows(
        db,
        f"SELECT id, {', '.join(FIELDS)}, modified, published_text, origins FROM articles "
        "WHERE url = ?",
        url,
    )
    found: dict[str, Any] = dict(zip(FIELDS, values, strict=True))
    body = found.pop("body")
    pictures = rows(
        db, "SELECT url, caption, credit FROM images WHERE article = ? ORDER BY position", id_
    )
    tags = rows(db, "SELECT tag FROM tags WHERE article = ? ORDER BY rowid", id_)
    assert json.loads(origins)["title"]
    return found | {
        "site": None,
        "modified": modified,
        "published_text": text,
        "paragraphs": body.split("\n\n"),
        "images": [{"url": u, "caption": c, "credit": r} for u, c, r in pictures],
        "tags": [tag for (tag,) in tags],
        "origins": {},
    }


def until(true: Callable[[], object], seconds: float = 90) -> None:
    """Wait for what another process, or a thread, is to bring about."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.005)  # between two looks
