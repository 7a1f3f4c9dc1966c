"""Files of articles: CSV, JSON lines and Parquet, what is in them and what they cost."""

from __future__ import annotations

import csv
import io
import json
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from archive_cases import HOST
from conftest import missing
from export_cases import GONE, SUSPECT, WITHHELD, invented, made, run, stored

from newsarchive.exporting.lines import (
    CELL,
    COLUMNS,
    MARK,
    csv_chunks,
    jsonl_chunks,
    write_csv,
    write_jsonl,
)

try:
    import pyarrow
    import pyarrow.parquet
except ImportError:
    pyarrow = None


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("export") / "archive.db")


@pytest.fixture
def arrow() -> Any:
    if pyarrow is None:
        missing("pyarrow is missing: pip install -e '.[dev]'")
    return pyarrow


def row(**fields: Any) -> dict[str, Any]:
    (made_up,) = invented(1)
    return made_up | fields


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


# CSV

ODD = (
    'Dấu "ngoặc", dấu phẩy; chấm phẩy',
    "hai\ndòng\n\nvà trống",
    "về đầu dòng\rcũ\r\nvà mới",
    "'nháy",
    " đầu và cuối ",
    "Hoà, hòa, đ, Đ, ữ, 😀",
)


@pytest.mark.parametrize("title", ODD)
def test_a_cell_comes_back_as_it_was(title: str) -> None:
    text = "".join(csv_chunks([row(title=title), row(title="sau")]))
    assert [found["title"] for found in read(text)] == [title, "sau"]


def test_pandas_reads_what_excel_gets(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    path = tmp_path / "excel.csv"
    rows = [row(id=number, title=title) for number, title in enumerate(ODD)]
    with path.open("w", encoding="utf-8", newline="") as file:
        write_csv(file, rows, excel=True)
    frame = pandas.read_csv(path, encoding="utf-8-sig", keep_default_na=False)
    assert tuple(frame.columns) == COLUMNS
    # pandas takes any end of line for '\n' in a cell that no quotes keep; these are quoted.
    assert list(frame["title"]) == list(ODD)
    assert list(frame["id"]) == list(range(len(ODD)))


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_begins_as_a_formula_does(sign: str) -> None:
    cell = f"{sign}cmd|' /C calc'!A0"
    rows = [row(title=cell, tags=[cell], paragraphs=[cell])]
    for column in ("title", "tags", "body"):
        assert read("".join(csv_chunks(rows)))[0][column] == f"'{cell}"
        assert read("".join(csv_chunks(rows, raw=True)))[0][column] == cell


def test_a_nul_ends_no_file() -> None:
    rows = [row(title="trước\0sau")]
    assert "\0" not in "".join(csv_chunks(rows))
    assert read("".join(csv_chunks(rows)))[0]["title"] == "trước\ufffdsau"


def test_excel_gets_no_longer_cell_than_it_takes() -> None:
    # Excel counts the units of UTF-16: an emoji is two.
    for letter, width in (("đ", 1), ("😀", 2)):
        long = letter * (CELL + 1)
        cut = read("".join(csv_chunks([row(title=long)], excel=True)).removeprefix(MARK))[0]
        assert len(cut["title"].encode("utf-16-le")) // 2 in (CELL, CELL - 1)
        assert cut["title"].rstrip("…") == letter * ((CELL - 1) // width)
        assert cut["title"].endswith("…")
        assert read("".join(csv_chunks([row(title=long)])))[0]["title"] == long
    fits = "a" * CELL
    assert read("".join(csv_chunks([row(title=fits)], excel=True)))[0]["title"] == fits


def test_chunks_are_whole_lines_and_few() -> None:
    rows = list(invented(500))
    for chunks in (list(csv_chunks(rows)), list(jsonl_chunks(rows))):
        assert 5 < len(chunks) < 50
        assert all(chunk.endswith("\n") for chunk in chunks)
    assert [json.loads(line) for line in "".join(jsonl_chunks(rows)).splitlines()] == rows
    assert [int(found["id"]) for found in read("".join(csv_chunks(rows)))] == list(range(500))


def test_of_nothing_there_is_a_line_of_names() -> None:
    assert list(jsonl_chunks([])) == []
    assert "".join(csv_chunks([], gone=True)) == ",".join((*COLUMNS, "gone")) + "\n"


# Parquet


def parquet(path: Path, rows: list[dict[str, Any]], **options: Any) -> Any:
    from newsarchive.exporting.parquet import write_parquet

    with path.open("wb") as file:
        assert write_parquet(file, rows, **options) == len(rows)
    return pyarrow.parquet.ParquetFile(path)


def as_stored(found: dict[str, Any]) -> dict[str, Any]:
    """A row of the file in the shape that `query.articles` gives."""
    found = dict(found)
    assert found.pop("day") == (
        date.fromisoformat(found["published"][:10]) if found["published"] else None
    )
    body = found.pop("body")
    times = {
        name: None if found[name] is None else f"{found[name]:%Y-%m-%dT%H:%M:%SZ}"
        for name in ("first_seen", "last_seen", "gone")
        if name in found
    }
    return found | times | {
        "paragraphs": body.split("\n\n") if body else [],
        "origins": json.loads(found["origins"]),
    }  # fmt: skip


@pytest.mark.parametrize("gone", [False, True])
def test_parquet_holds_every_row_as_the_archive_does(
    db: Path, tmp_path: Path, arrow: Any, gone: bool
) -> None:
    path = tmp_path / "articles.parquet"
    run("--format", "parquet", "-o", path, *["--gone"] * gone, db=db)
    found = [as_stored(one) for one in arrow.parquet.read_table(path).to_pylist()]
    assert found == stored(db, gone=gone)
    assert [one["id"] for one in found] == [1, 2, 3, 4, *[5] * gone]


def test_parquet_has_types(db: Path, tmp_path: Path, arrow: Any) -> None:
    path = tmp_path / "articles.parquet"
    assert run("--format", "parquet", "-o", path, db=db) == f"{path}: 4 articles\n"
    file = arrow.parquet.ParquetFile(path)
    types = {field.name: str(field.type) for field in file.schema_arrow}
    assert types["published"] == "string"
    assert types["day"] == "date32[day]"
    assert types["first_seen"] == "timestamp[ms, tz=UTC]"
    assert types["images"] == "list<element: struct<url: string, caption: string, credit: string>>"
    assert types["tags"] == "list<element: string>"
    assert not file.schema_arrow.field("title").nullable
    assert file.schema_arrow.field("lead").nullable
    assert b"Headline" in file.schema_arrow.field("title").metadata[b"description"]
    assert file.schema_arrow.metadata[b"software"].startswith(b"newsarchive/")
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    first = file.read().to_pylist()[0]
    assert first["day"] == date(2022, 8, 22)
    assert first["first_seen"] == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert first["images"][0] == {
        "url": f"{HOST}/1.jpg", "caption": "Tang vật thu giữ", "credit": "Minh Đức"
    }  # fmt: skip


def test_parquet_is_written_in_groups(tmp_path: Path, arrow: Any) -> None:
    file = parquet(tmp_path / "many.parquet", list(invented(6_000)))
    assert file.metadata.num_row_groups > 2
    assert file.read(["id"]).column("id").to_pylist() == list(range(6_000))


def test_parquet_of_nothing_has_its_columns(tmp_path: Path, arrow: Any) -> None:
    file = parquet(tmp_path / "none.parquet", [])
    assert file.metadata.num_rows == 0
    assert "title" in file.schema_arrow.names


def test_the_same_rows_are_the_same_bytes(tmp_path: Path, arrow: Any) -> None:
    for name in ("one", "two"):
        parquet(tmp_path / name, list(invented(100)))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


# Memory


def lines(write: Callable[..., None]) -> Callable[[int], int]:
    def peak(count: int) -> int:
        tracemalloc.start()
        try:
            with Path("/dev/null").open("w") as file:
                write(file, invented(count))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    return peak


@pytest.mark.parametrize("write", [write_csv, write_jsonl])
def test_lines_need_no_more_memory_for_more_rows(write: Callable[..., None]) -> None:
    peak = lines(write)
    few, many = peak(300), peak(2_000)
    assert many < few * 1.2
    assert many < 2_000_000


def test_parquet_needs_no_more_memory_for_more_rows(
    arrow: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from newsarchive.exporting import parquet
    from newsarchive.exporting.parquet import write_parquet

    monkeypatch.setattr(parquet, "CHARACTERS", 400_000)

    def peak(count: int) -> tuple[int, int]:
        pool = arrow.default_memory_pool()
        before, most = pool.bytes_allocated(), 0

        def watched() -> Any:
            nonlocal most
            for one in invented(count):
                most = max(most, pool.bytes_allocated() - before)
                yield one

        tracemalloc.start()
        try:
            with Path("/dev/null").open("wb") as file:
                write_parquet(file, watched())
            return tracemalloc.get_traced_memory()[1], most
        finally:
            tracemalloc.stop()

    few, many = peak(400), peak(3_000)
    assert many[0] < few[0] * 1.2
    assert many[1] < max(few[1], 1_000_000) * 1.2


# The command


def test_the_filters_of_search_choose(db: Path, tmp_path: Path, arrow: Any) -> None:
    path = tmp_path / "x.parquet"

    def ids(*arguments: str) -> list[int]:
        run("--format", "parquet", "-o", path, "-q", *arguments, db=db)
        found: list[int] = arrow.parquet.read_table(path).column("id").to_pylist()
        return found

    assert ids("--site", "khac") == [3, 4]
    assert ids("--since", "2023-01-01", "--until", "2023-12-31") == [2]
    assert ids("xa vi du") == [3]
    assert ids("--province", "Ví Dụ Mới", "--site", "khac") == [3, 4]
    assert ids("--section", "An ninh trật tự") == [1, 3, 4]
    assert ids("--byline", "Thu Hà") == [1, 3, 4]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name one of --format csv|jsonl|parquet|wacz and --dataset DIR"),
        (("--format", "csv", "--dataset", "x"), "name one of"),
        (("--format", "parquet"), "--output NAME.parquet"),
        (("--format", "parquet", "-o", "-"), "--output NAME.parquet"),
        (("--format", "parquet", "-o", "x", "--excel"), "go with --format csv"),
        (
            ("--format", "wacz", "-o", "x.wacz", "--mask-names"),
            "the pages in a WACZ hold the names",
        ),
        (("--format", "csv", "--title", "x"), "go with --dataset"),
        (("--format", "csv", "--creator", "x"), "go with --dataset"),
        (("--dataset", "x", "-o", "y"), "leave --output out"),
        (("--dataset", "x", "--raw"), "go with --format csv"),
    ],
)
def test_a_wrong_call_is_one_line(
    db: Path, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    said = run(*arguments, db=db, status=2)
    assert message in said
    assert said.count("\n") == 1


def test_what_is_withheld_or_gone_is_in_no_file(db: Path, tmp_path: Path) -> None:
    for form in ("csv", "jsonl"):
        path = tmp_path / f"x.{form}"
        run("--format", form, "-o", path, db=db)
        text = path.read_text(encoding="utf-8")
        assert SUSPECT in text
        assert WITHHELD not in text
        assert GONE not in text


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_names_are_masked_in_every_field(db: Path, tmp_path: Path, arrow: Any, form: str) -> None:
    path = tmp_path / f"x.{form}"
    run("--format", form, "--mask-names", "-o", path, db=db)
    text = path.read_text(encoding="utf-8") if form != "parquet" else str(
        arrow.parquet.read_table(path).to_pylist()
    )  # fmt: skip
    assert "Tèo" not in text
    assert "Ví Dụ" in text
    assert "Hoàng Anh - Thu Hà" in text  # who signed it stays


@pytest.mark.parametrize(
    ("library", "arguments", "message"),
    [
        ("pyarrow", ("--format", "parquet", "-o"), "Parquet needs pyarrow"),
        ("pyarrow", ("--dataset",), "Parquet needs pyarrow"),
        ("rocrate", ("--dataset",), "a release needs rocrate"),
    ],
)
def test_a_missing_library_is_one_line(
    db: Path, tmp_path: Path, library: str, arguments: tuple[str, ...], message: str
) -> None:
    code = (
        f"import sys; sys.modules['{library}'] = None\n"
        "from newsarchive.cli import main; main(sys.argv[1:])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "export", *arguments, tmp_path / "x", "--db", db],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr == f"{message}: pip install 'newsarchive[export]'\n"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_who_is_killed_leaves_the_old_file(db: Path, tmp_path: Path, form: str) -> None:
    target = tmp_path / "out"
    target.write_text("old")
    code = (
        "import os, signal, sys\n"
        "from newsarchive import query\n"
        "whole = query.articles\n"
        "def articles(*args, **more):\n"
        "    for number, row in enumerate(whole(*args, **more)):\n"
        "        if number == 2:\n"
        "            os.kill(os.getpid(), signal.SIGKILL)\n"
        "        yield row\n"
        "query.articles = articles\n"
        "from newsarchive.cli import main; main(sys.argv[1:])"
    )
    arguments = ["export", "--format", form, "-o", str(target), "--db", str(db)]
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True)
    assert done.returncode == -signal.SIGKILL
    assert target.read_text() == "old"
