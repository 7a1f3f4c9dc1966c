"""The history of an article follows from all looks at it, in whatever order they come."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import archive_cases as cases
import pytest
from archive_cases import HOST, opened, rows

from newsarchive import query
from newsarchive.archive import Archive
from newsarchive.archive import migrations as steps
from newsarchive.archive._connect import recognise
from newsarchive.archive.schema import FULL_TEXT, TABLES
from newsarchive.differences import changes

KEY = "congan.example.vn/bai-1"
Look = tuple[int, str | None]  # day, and the title that was there; None: it was gone


def when(day: int) -> str:
    return f"2026-01-{day:02}T03:04:05Z"


def take(archive: Archive, look: Look) -> None:
    """One look at the article, live or from elsewhere."""
    day, title = look
    if title is None:
        found = query.find(archive._conn, KEY)
        assert found is not None
        archive.set_gone(found, since=when(day), capture=None)
        return
    capture = archive.add_capture(cases.capture(day, url=f"{HOST}/bai-1", fetched=when(day)))
    archive.store(
        cases.article(title=title, url=f"{HOST}/bai-1", tags=(title,)),
        site="example", key=KEY, url=f"{HOST}/bai-1", capture=capture, seen=when(day), parser="1",
    )  # fmt: skip


def told(path: Path) -> dict[str, Any]:
    """What the archive says became of the article."""
    return {
        "versions": rows(path, "SELECT version, seen, title, c.record_id FROM versions v JOIN captures c ON c.id = v.capture ORDER BY 1"),
        "events": rows(path, "SELECT seen, what FROM events ORDER BY seen, what"),
        "row": rows(path, "SELECT a.title, version, gone, first_seen, last_seen, record_id FROM articles a JOIN captures c ON c.id = a.capture"),
        "found": [
            rows(path, f"SELECT rowid FROM {table} WHERE {table} MATCH ?", title)
            for table in ("articles_fts", "articles_exact") for title in ("alpha", "beta", "gamma")
        ],
    }  # fmt: skip


def expected(looks: Sequence[Look]) -> dict[str, Any]:
    versions: list[tuple[int, str, str]] = []
    events = []
    gone: str | None = None
    for day, title in sorted(looks):
        if title is None:
            gone = when(day)
            events.append((gone, "gone"))
            continue
        if gone is not None:
            events.append((when(day), "returned"))
            gone = None
        if not versions or versions[-1][2] != title:
            versions.append((len(versions) + 1, when(day), title))
    seen = sorted(day for day, title in looks if title is not None)
    return {
        "versions": versions,
        "events": events,
        "row": (versions[-1][2], len(versions), gone, when(seen[0]), when(seen[-1])),
    }


@pytest.mark.parametrize("seed", range(6))
def test_looks_in_any_order_lead_to_one_history(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    days = chance.sample(range(1, 28), 9)
    looks: list[Look] = [(day, chance.choice(["alpha", "beta", "gamma"])) for day in days]
    lost: list[Look] = [
        (day, None) for day in chance.sample(sorted(set(range(2, 28)) - set(days)), 2)
    ]
    wanted = expected([*looks, *lost])
    for turn in range(3):
        path = tmp_path / f"{turn}.db"
        order = looks[:]
        if turn:
            chance.shuffle(order)
        with opened(path) as archive:
            for look in order:
                take(archive, look)
            for look in lost:  # as another archive may know of them
                take(archive, look)
            archive.retell(1)
        found = told(path)
        assert [version[:3] for version in found["versions"]] == wanted["versions"]
        assert found["events"] == wanted["events"]
        assert found["row"][0][:5] == wanted["row"]
        title = wanted["row"][0]
        assert (
            found["found"]
            == [[(1,)] if word == title else [] for word in ("alpha", "beta", "gamma")] * 2
        )


def test_an_older_look_leaves_the_row_to_the_latest(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with opened(path) as archive:
        take(archive, (10, "beta"))
        take(archive, (12, "beta"))
        take(archive, (5, "alpha"))
        take(archive, (11, "gamma"))
    assert told(path)["versions"] == [
        (1, when(5), "alpha", cases.capture(5).record_id),
        (2, when(10), "beta", cases.capture(10).record_id),
        (3, when(11), "gamma", cases.capture(11).record_id),
        (4, when(12), "beta", cases.capture(12).record_id),
    ]
    assert rows(path, "SELECT title, version, first_seen, last_seen FROM articles") == [
        ("beta", 4, when(5), when(12))
    ]
    assert rows(path, "SELECT tag FROM tags") == [("beta",)]


def test_an_archive_of_the_first_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    new = tmp_path / "new.db"
    with opened(new) as archive:
        take(archive, (1, "alpha"))
        take(archive, (3, "beta"))
        archive.set_gone(1, since=when(5), capture=None)
        archive.enqueue("example", None, [("congan.example.vn/x", f"{HOST}/x")], when(1))
    with closing(sqlite3.connect(path)) as conn:
        for statement in (*TABLES, *FULL_TEXT):
            conn.execute(statement)
        conn.execute("CREATE TABLE _sqlite_migrations(migration_set, name, applied_at)")
        conn.execute("INSERT INTO _sqlite_migrations VALUES ('newsarchive', '001_first', '')")
        conn.execute("ATTACH ? AS new", (str(new),))
        for table in ("sites", "captures", "articles", "versions", "urls", "tags", "images"):
            conn.execute(f"INSERT INTO {table} SELECT * FROM new.{table}")
        conn.execute(
            "INSERT INTO frontier SELECT key, site, section, url, state, day, attempts, seen "
            "FROM new.frontier"
        )
        conn.commit()
        assert recognise(conn, path)
    with Archive.open(path) as archive:
        assert archive.pending("example") == [("congan.example.vn/x", f"{HOST}/x", None)]
        take(archive, (2, "gamma"))
        take(archive, (4, "beta"))
    assert [version[1:3] for version in told(path)["versions"]] == [
        (when(1), "alpha"), (when(2), "gamma"), (when(3), "beta"),
    ]  # fmt: skip
    assert told(path)["found"] == [[], [(1,)], []] * 2
    assert len(steps.MIGRATION_NAMES) == len(rows(path, "SELECT name FROM _sqlite_migrations"))


def test_what_an_edit_changed_is_told_in_words() -> None:
    old = {
        "title": "Bắt nhóm đánh bạc", "lead": None, "images": [],
        "body": "Một đoạn không đổi.\n\nĐoạn hai nói về năm đối tượng bị bắt.\n\nĐoạn bị bỏ đi.",
    }  # fmt: skip
    new = {
        "title": "Bắt nhóm đánh bạc", "lead": "Tóm tắt mới.",
        "images": [{"url": "http://a.vn/1.jpg", "caption": "Tang vật", "credit": None}],
        "body": "Một đoạn không đổi.\n\nĐoạn hai nói về sáu đối tượng bị bắt.",
    }  # fmt: skip
    found = {change.field: change.paragraphs for change in changes(old, new)}
    assert list(found) == ["lead", "body", "images"]
    assert found["lead"] == ((("+", "Tóm tắt mới."),),)
    assert found["body"] == (
        (("=", "Đoạn hai nói về"), ("-", "năm"), ("+", "sáu"), ("=", "đối tượng bị bắt.")),
        (("-", "Đoạn bị bỏ đi."),),
    )
    assert found["images"] == ((("+", "Tang vật | http://a.vn/1.jpg"),),)
    assert changes(new, new) == []
    # Words far from any change are left out.
    many = " ".join(f"từ{n}" for n in range(100))
    ((pieces,),) = [
        change.paragraphs for change in changes({"body": many}, {"body": many + " mới"})
    ]
    assert pieces[1] == ("+", "mới")
    assert len(pieces[0][1].split()) < 12
