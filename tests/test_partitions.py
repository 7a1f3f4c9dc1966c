"""`export --format parquet --partition`: files by province and month that are read as one table."""

from __future__ import annotations

import sqlite3
import tracemalloc
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow.dataset
import pyarrow.parquet
import pytest
from export_cases import SUSPECT, invented, made, run

from newsarchive import query
from newsarchive.exporting import parquet, partitions
from newsarchive.exporting.partitions import month_name, province_name

duckdb = pytest.importorskip("duckdb")
polars = pytest.importorskip("polars")
KEYS = ("province", "month")


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """The archive of the export's tests, whose first site is one of a province."""
    path = made(tmp_path / "a.db")
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("UPDATE sites SET province = iif(slug = 'example', 'Đắk Lắk', NULL)")
    return path


def partitioned(db: Path, folder: Path, *arguments: object) -> Path:
    run("--format", "parquet", "--partition", "-o", folder, *arguments, db=db)
    return folder


def plain(db: Path, path: Path, *arguments: object) -> list[dict[str, Any]]:
    """The rows of a plain export, by id."""
    run("--format", "parquet", "-o", path, *arguments, db=db)
    rows: list[dict[str, Any]] = pyarrow.parquet.read_table(path).to_pylist()
    return sorted(rows, key=lambda row: row["id"])


def by_duckdb(folder: Path) -> list[dict[str, Any]]:
    with closing(duckdb.connect()) as conn:
        conn.execute("SET TimeZone = 'UTC'")
        table = conn.sql(
            "SELECT * FROM read_parquet(?, hive_partitioning = true) ORDER BY id",
            params=[f"{folder}/**/*.parquet"],
        ).to_arrow_table()
    return list(table.to_pylist())


def by_polars(folder: Path) -> list[dict[str, Any]]:
    frame = polars.scan_parquet(folder, hive_partitioning=True).sort("id").collect()
    return list(frame.to_dicts())


def by_arrow(folder: Path) -> list[dict[str, Any]]:
    table = pyarrow.dataset.dataset(folder, partitioning="hive").to_table()
    return sorted(table.to_pylist(), key=lambda row: row["id"])


def alike(row: dict[str, Any]) -> dict[str, Any]:
    """Times as moments, whatever library gave them."""
    return {
        name: value.isoformat().replace("+00:00", "") if hasattr(value, "isoformat") else value
        for name, value in row.items()
    }


@pytest.mark.parametrize("read", [by_duckdb, by_polars, by_arrow])
@pytest.mark.parametrize("more", [(), ("--gone",), ("--mask-names",)])
def test_it_is_read_as_the_plain_export(
    db: Path, tmp_path: Path, read: Any, more: tuple[str, ...]
) -> None:
    folder = partitioned(db, tmp_path / "out", *more)
    rows = read(folder)
    expected = plain(db, tmp_path / "one.parquet", *more)
    held = [{name: value for name, value in row.items() if name not in KEYS} for row in rows]
    assert list(map(alike, held)) == list(map(alike, expected))
    assert len(held) > 3
    assert SUSPECT in str(held) or more == ("--mask-names",)
    assert not (SUSPECT in str(held) and more == ("--mask-names",))


def test_each_article_stands_under_its_province_and_month(db: Path, tmp_path: Path) -> None:
    rows = by_duckdb(partitioned(db, tmp_path / "out"))
    assert {(row["id"], row["province"], row["month"]) for row in rows} == {
        (1, "dak-lak", "2022-08"),
        (2, "dak-lak", "2023-01"),
        (3, "unknown", "2024-02"),
        (4, "unknown", "undated"),
    }
    files = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.parquet"))
    assert files == [
        "out/province=dak-lak/month=2022-08/articles.parquet",
        "out/province=dak-lak/month=2023-01/articles.parquet",
        "out/province=unknown/month=2024-02/articles.parquet",
        "out/province=unknown/month=undated/articles.parquet",
    ]
    # Spark passes over what begins so.
    assert not [path for path in tmp_path.glob("out/**/*") if path.name[0] in "._"]


@pytest.mark.parametrize("read", [by_duckdb, by_polars, by_arrow])
def test_a_month_is_text_to_whoever_reads_it(db: Path, tmp_path: Path, read: Any) -> None:
    rows = read(partitioned(db, tmp_path / "out", "--until", "2023-12-31"))
    assert [(row["province"], row["month"]) for row in rows] == [
        ("dak-lak", "2022-08"),
        ("dak-lak", "2023-01"),
    ]


def test_partitions_of_a_choice(db: Path, tmp_path: Path) -> None:
    by_site = by_polars(partitioned(db, tmp_path / "site", "--site", "khac"))
    assert [row["id"] for row in by_site] == [3, 4]
    by_word = by_polars(partitioned(db, tmp_path / "word", SUSPECT))
    assert [row["id"] for row in by_word] == [3]
    by_day = by_polars(
        partitioned(db, tmp_path / "day", "--since", "2023-01-01", "--until", "2023-12-31")
    )
    assert [row["id"] for row in by_day] == [2]


def test_a_folder_is_replaced_only_when_told_and_is_whole_or_not_there(
    db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    (folder / "mine").mkdir(parents=True)
    said = run("--format", "parquet", "--partition", "-o", folder, db=db, status=2)
    assert "holds something already" in said
    with monkeypatch.context() as patch:

        def fails(*_: Any, **__: Any) -> int:
            raise OSError(28, "No space left on device")

        patch.setattr(partitions, "write_parquet", fails)
        arguments = ("--format", "parquet", "--partition", "--overwrite", "-o", folder)
        assert "No space left" in run(*arguments, db=db, status=1)
    assert [path.name for path in folder.iterdir()] == ["mine"]
    partitioned(db, folder, "--overwrite")
    assert len(by_polars(folder)) == 4
    assert not (folder / "mine").exists()
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} <= {"out", "a.warc"}


def test_what_makes_no_sense_is_refused(db: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    run("--format", "csv", "--partition", "-o", folder, db=db, status=2)
    run("--format", "parquet", "--overwrite", "-o", folder, db=db, status=2)
    run("--format", "parquet", "--partition", db=db, status=2)
    said = run("--format", "parquet", "--partition", "-o", folder, "xyzzyq", db=db, status=1)
    assert "no article matches" in said
    assert not folder.exists()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Bà Rịa – Vũng Tàu", "ba-ria-vung-tau"),
        ("../../etc", "etc"),
        ("tỉnh Điện Biên", "dien-bien"),
        ("", "unknown"),
        ("???", "unknown"),
    ],
)
def test_names_of_provinces_are_safe_in_a_path(name: str, expected: str) -> None:
    assert province_name(name) == expected


@pytest.mark.parametrize("day", [None, "", "2022", "2022-13-01", "../x", "20222-01-01"])
def test_what_is_no_day_has_no_month(day: str | None) -> None:
    assert month_name(day) == "undated"


def test_memory_does_not_grow_with_articles_and_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of an archive whose articles are spread over months; one file is open at a time."""

    def places(count: int) -> Any:
        return ((at, "example", f"20{10 + at % 10}-{1 + at % 12:02}-01") for at in range(count))

    monkeypatch.setattr(parquet, "CHARACTERS", 20_000)

    def peak(count: int) -> int:
        monkeypatch.setattr(query, "placed", lambda *_, **__: places(count))
        monkeypatch.setattr(
            query, "given", lambda _conn, ids, **__: (next(iter(invented(1))) for _ in ids)
        )
        with closing(query.open_readonly(made(tmp_path / f"{count}.db"))) as conn:
            tracemalloc.start()
            try:
                written = partitions.write_partitions(conn, tmp_path / str(count), None, {})
                assert written == (count, 60)
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    few = peak(600)
    assert peak(2_400) < 1.5 * few
