"""Rolled-up volumes: in step with the articles, whoever writes them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from archive_cases import LATER, SEEN, opened, put, rows, site

from newsarchive import query
from newsarchive.archive import Archive, volumes
from newsarchive.archive.withhold import named, withhold
from newsarchive.errors import ArchiveError, CallError
from newsarchive.query.volumes import SiteVolume, Volume, months, sites

ALL = "SELECT site, month, articles, edited, gone, first_day, last_day FROM volumes"


def filled(path: Path) -> None:
    """Two sites, two months, one undated, one edited, one gone."""
    with opened(path) as archive:
        archive.register_site(site("other"))
        put(archive, 1, published="2022-08-22T10:11:00+07:00")
        put(archive, 2, published="2022-08-02")
        put(archive, 3, published="2022-09-01")
        put(archive, 4, published=None)
        put(archive, 5, published="2022-08-31T23:59:00+07:00", site="other")
        put(archive, 1, LATER, published="2022-08-22T10:11:00+07:00", title="Một đầu đề khác")
        archive.set_gone(3, since=LATER, capture=None)


def read(path: Path, call: Any, **choice: Any) -> Any:
    with closing(query.open_readonly(path)) as conn:
        return call(conn, **choice)


def in_step(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as conn:
        return volumes.in_step(conn)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    filled(tmp_path / "a.db")
    return tmp_path / "a.db"


def test_articles_are_counted_by_site_and_month_of_publication(path: Path) -> None:
    assert rows(path, f"{ALL} ORDER BY 1, 2") == [
        ("example", "", 1, 0, 0, None, None),
        ("example", "2022-08", 2, 1, 0, "2022-08-02", "2022-08-22"),
        ("example", "2022-09", 1, 0, 1, "2022-09-01", "2022-09-01"),
        ("other", "2022-08", 1, 0, 0, "2022-08-31", "2022-08-31"),
    ]
    assert in_step(path)


def test_months_come_in_order_and_undated_articles_last(path: Path) -> None:
    assert read(path, months) == [
        Volume(month="2022-08", site="example", articles=2, edited=1, gone=0),
        Volume(month="2022-08", site="other", articles=1, edited=0, gone=0),
        Volume(month="2022-09", site="example", articles=1, edited=0, gone=1),
        Volume(month=None, site="example", articles=1, edited=0, gone=0),
    ]


@pytest.mark.parametrize(
    ("choice", "found"),
    [
        ({"site": "other"}, [("2022-08", "other")]),
        ({"since": "2022-08-30"}, [("2022-08", "example"), ("2022-08", "other"),
                                   ("2022-09", "example")]),
        ({"since": "2022-09-01"}, [("2022-09", "example")]),
        ({"until": "2022-08-01"}, [("2022-08", "example"), ("2022-08", "other")]),
        ({"until": "2022-08", "site": "example"}, [("2022-08", "example")]),
        ({"province": "Ví Dụ Mới", "since": "2022-09"}, [("2022-09", "example")]),
        ({"province": "Ví Dụ", "site": "other"}, [("2022-08", "other")]),
        ({"province": "vi du", "site": "other"}, [("2022-08", "other")]),
    ],
)  # fmt: skip
def test_a_choice_of_months(path: Path, choice: dict[str, str], found: list[Any]) -> None:
    assert [(v.month, v.site) for v in read(path, months, **choice)] == found


def test_a_province_that_is_none_is_no_empty_choice(path: Path) -> None:
    with pytest.raises(CallError, match="Nơi Khác"):
        read(path, months, province="Nơi Khác")


def test_sites_have_their_sums(path: Path) -> None:
    with Archive.open(path) as archive:
        archive.register_site(site("silent"))
    found = {volume.slug: volume for volume in read(path, sites)}
    assert found["example"] == SiteVolume(
        slug="example", name="Công an tỉnh Ví Dụ", province="Ví Dụ", province_2025="Ví Dụ Mới",
        articles=4, first_day="2022-08-02", last_day="2022-09-01", edited=1, gone=1,
        last_seen=SEEN,
    )  # fmt: skip
    assert found["silent"].articles == 0
    assert found["silent"].first_day is None
    assert found["silent"].last_seen is None


def test_what_is_withheld_is_not_counted(path: Path) -> None:
    with Archive.open(path) as archive:
        for which in (1, 3, 5):
            withhold(archive, named(archive, which, ""), reason="x", since=LATER)
    assert rows(path, f"{ALL} ORDER BY 1, 2") == [
        ("example", "", 1, 0, 0, None, None),
        ("example", "2022-08", 1, 0, 0, "2022-08-02", "2022-08-02"),
    ]
    assert in_step(path)


def test_any_change_of_an_article_moves_it(path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn:
        for change in (
            "UPDATE articles SET published_day = '2022-08-25' WHERE id = 2",
            "UPDATE articles SET published_day = NULL WHERE id = 2",
            "UPDATE articles SET published_day = '2023-01-01', site = 'other' WHERE id = 4",
            "UPDATE articles SET gone = NULL, version = 3 WHERE id = 3",
            "UPDATE articles SET gone = 'x'",
            "UPDATE articles SET gone = 'y', version = version + 1",
            "UPDATE articles SET withheld = 'x' WHERE id IN (1, 2)",
            "UPDATE articles SET withheld = NULL WHERE id = 2",
            "PRAGMA foreign_keys = OFF",
            "DELETE FROM articles WHERE id IN (1, 3)",
        ):
            conn.execute(change)
            assert volumes.in_step(conn), change
        conn.commit()
        conn.execute("DELETE FROM articles")
        assert conn.execute(ALL).fetchall() == []


def test_an_older_archive_is_counted_when_it_is_opened(path: Path) -> None:
    counted = rows(path, f"{ALL} ORDER BY 1, 2")
    made_old(path)
    with pytest.raises(ArchiveError, match="written by an older newsarchive"):
        read(path, months)
    Archive.open(path).close()
    assert rows(path, f"{ALL} ORDER BY 1, 2") == counted


def made_old(path: Path) -> None:
    """Make of an archive one as it was before there were volumes and reprints."""
    with closing(sqlite3.connect(path)) as conn:
        for kind, name in conn.execute(
            "SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'table') AND "
            "(name LIKE 'volumes%' OR name LIKE 'reprints%' OR name IN ('signatures', 'bands', "
            "'signature_probe', 'likenesses', 'stories')) ORDER BY type DESC"
        ).fetchall():
            conn.execute(f"DROP {kind} {name}")
        conn.execute("DELETE FROM _sqlite_migrations WHERE name = '004_reprints'")
        conn.commit()


def test_verify_finds_wrong_counts_and_repair_counts_again(path: Path) -> None:
    counted = rows(path, f"{ALL} ORDER BY 1, 2")
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("UPDATE volumes SET articles = articles + 1 WHERE month = '2022-09'")
        conn.commit()
    assert not in_step(path)
    with Archive.open(path) as archive, archive._writing() as conn:
        volumes.rebuild(conn)
    assert rows(path, f"{ALL} ORDER BY 1, 2") == counted
