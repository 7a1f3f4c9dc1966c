"""`--dask`: workers read, this process writes; the result is that of one process, row for row."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from archive_cases import contents
from archive_equal import differences
from cluster_cases import Machines, machines
from crawl_cases import rows
from intake_cases import (
    HOST,
    Kept,
    arc,
    listing,
    pages,
    run,
    wacz,
    warc,
)  # fmt: skip

pytest.importorskip("distributed")
PAGES = pages(24)
HTML = ("Content-Type", "text/html; charset=utf-8")
LATER = "2023-01-01T00:00:00Z"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """A scheduler with three workers, and what spoils some of them when it is asked to."""
    with machines(tmp_path_factory.mktemp("cluster")) as found:
        found.start(3, "--preload", "cluster_poison")
        yield found


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of all kinds of files: packed, plain, damaged, with revisits and duplicates."""
    folder = tmp_path_factory.mktemp("kept")
    first = [Kept(url=url, body=body) for url, body in PAGES]
    (one, _), *_ = PAGES
    ids = warc(folder / "a.warc.gz", [*first[:8], Kept(url=f"http://{HOST}/", body=listing())])
    again = {"WARC-Refers-To": ids[0], "WARC-Refers-To-Target-URI": one}
    warc(
        folder / "b.warc.gz",
        [
            Kept(url=one, fetched=LATER, kind="revisit", more=again),
            Kept(url=one, fetched="2024-01-01T00:00:00Z", kind="revisit", more={"WARC-Refers-To": "<urn:x>"}),
            *first[6:12],
            Kept(url=PAGES[7][0], body=PAGES[7][1].replace(b"tin", b"TIN"), fetched=LATER),
        ],
    )  # fmt: skip
    warc(folder / "c.warc", first[12:15], form="plain")
    warc(folder / "d.warc.gz", first[14:17], form="one")
    arc(folder / "e.arc.gz", first[17:19], packed=True)
    wacz(folder / "f.wacz", {"x.warc.gz": (folder / "a.warc.gz").read_bytes()})
    damaged = bytearray((folder / "b.warc.gz").read_bytes())
    damaged[len(damaged) // 2] ^= 0xFF
    (folder / "g.warc.gz").write_bytes(damaged)
    (folder / "empty.warc.gz").write_bytes(b"")
    pictures = folder / HOST / "tin"
    pictures.mkdir(parents=True)
    for number, (_, body) in enumerate(PAGES[19:]):
        (pictures / f"{number}.html").write_bytes(body)
    (pictures / "x.css").write_bytes(b"p { }")
    return folder


def same(tmp_path: Path, one: subprocess.CompletedProcess[str], other: Any) -> None:
    """Both said the same and made the same archive, `one.db` and `other.db`."""
    assert other.returncode == one.returncode, other.stderr
    assert other.stdout == one.stdout
    assert sorted(other.stderr.splitlines()) == sorted(one.stderr.splitlines())
    assert differences(tmp_path / "one.db", tmp_path / "other.db") == ""
    # Its numbers, too: all was written in the same order. Where a record lies is no file's own.
    one_holds, other_holds = contents(tmp_path / "one.db"), contents(tmp_path / "other.db")
    for table in one_holds.keys() - {"captures"}:
        assert other_holds[table] == one_holds[table]
    sql = "SELECT id, record_id FROM captures ORDER BY id"
    assert rows(tmp_path / "other.db", sql) == rows(tmp_path / "one.db", sql)


def test_import_is_that_of_one_process(tmp_path: Path, kept: Path, cluster: Machines) -> None:
    one = run(tmp_path / "one.db", kept, kept / "none.warc")
    assert one.returncode == 1
    assert one.stderr.count("\n") > 2
    assert len(rows(tmp_path / "one.db", "SELECT 1 FROM articles")) == 24
    other = run(tmp_path / "other.db", "--dask", cluster.address, kept, kept / "none.warc")
    same(tmp_path, one, other)
    again = run(tmp_path / "other.db", "--dask", cluster.address, "--quiet", kept / "a.warc.gz")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
