"""`--dask`: workers read, this process writes; the result is that of one process, row for row."""

from __future__ import annotations

import io
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, redirect_stderr
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from archive_cases import contents
from archive_equal import differences
from cluster_cases import Machines, machines
from conftest import ROOT
from crawl_cases import command, environment, rows, until
from intake_cases import HOST, Kept, arc, listing, pages, run, taken, wacz, warc
from test_reparse import POORER, POORER_VERSIONS

from newsarchive.archive import _indexes
from newsarchive.archive._rows import content_of_version
from newsarchive.archive.salvage import open_archive
from newsarchive.cli import main

pytest.importorskip("distributed")
PAGES = pages(24)
HTML = ("Content-Type", "text/html; charset=utf-8")
LATER, NOW = "2023-01-01T00:00:00Z", "2026-01-01T00:00:00Z"


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


def trouble(said: str) -> list[str]:
    """Lines of stderr without those that say at times how far it is."""
    bare = re.compile(r"$|.*: \d+ (?:records|of)\b")
    return [line for line in said.splitlines() if not bare.match(line)]


def same(tmp_path: Path, one: subprocess.CompletedProcess[str], other: Any) -> None:
    """Both said the same and made the same archive, `one.db` and `other.db`."""
    assert other.returncode == one.returncode, other.stderr
    assert other.stdout == one.stdout
    assert sorted(trouble(other.stderr)) == sorted(trouble(one.stderr))
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
    assert len(trouble(one.stderr)) > 2
    assert len(rows(tmp_path / "one.db", "SELECT 1 FROM articles")) == 24
    other = run(tmp_path / "other.db", "--dask", cluster.address, kept, kept / "none.warc")
    same(tmp_path, one, other)
    again = run(tmp_path / "other.db", "--dask", cluster.address, "--quiet", kept / "a.warc.gz")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def poorer(db: Path) -> None:
    """The archive as a poorer reader told it."""
    with closing(open_archive(db)) as archive:
        conn = archive._conn
        for statement in (POORER, POORER_VERSIONS, "DELETE FROM tags"):
            conn.execute(statement)
        versions = conn.execute(
            "SELECT article, title, lead, body, byline, source, section, published, images "
            "FROM versions"
        ).fetchall()
        for article, *version in versions:
            conn.execute(
                "UPDATE observations SET content = ? WHERE article = ?",
                (content_of_version(version), article),
            )
        _indexes.rebuild_exact(conn)


def copied(db: Path, folder: Path) -> Path:
    """The archive with its WARC files, once more."""
    folder.mkdir()
    shutil.copy(db, folder / "a.db")
    shutil.copytree(db.with_suffix(".warc"), folder / "a.warc")
    return folder / "a.db"


def beside(name: str, db: Path, *arguments: object) -> subprocess.Popen[str]:
    """A command that runs meanwhile."""
    return subprocess.Popen(
        command(name, "--db", db, *arguments),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=environment(NEWSARCHIVE_NOW=NOW),
    )  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hundred articles, told as by a poorer reader."""
    folder = tmp_path_factory.mktemp("archive")
    warc(folder / "x.warc.gz", [Kept(url=url, body=body) for url, body in pages(130)])
    assert ", new 130," in run(folder / "a.db", folder / "x.warc.gz").stdout
    poorer(folder / "a.db")
    return folder / "a.db"


def test_a_reparse_that_loses_a_worker_is_that_of_one_process(
    tmp_path: Path, archive: Path, cluster: Machines
) -> None:
    one, other = copied(archive, tmp_path / "one"), copied(archive, tmp_path / "other")
    before = contents(one)
    with beside("reparse", one) as process:
        said, _ = process.communicate(timeout=90)
    cluster.tell(slow=1)
    with beside("reparse", other, "--dask", cluster.address) as process:
        until(cluster.busy)
        cluster.kill_worker()
        cluster.tell(slow=None)
        other_said, told = process.communicate(timeout=90)
    assert (other_said, trouble(told)) == (said, [])
    assert process.returncode == 0
    assert contents(other) == contents(one)
    assert contents(other) != before
    assert cluster.count() == 2
    cluster.start(1, "--preload", "cluster_poison")


def test_workers_find_the_records_where_they_are_told(
    tmp_path: Path, kept: Path, cluster: Machines
) -> None:
    db, elsewhere = tmp_path / "a.db", tmp_path / "elsewhere"
    taken(db, kept / "a.warc.gz")
    db.with_suffix(".warc").rename(elsewhere)
    for place in (elsewhere, f"simplecache::file://{elsewhere}"):
        options = ("--dask", cluster.address, "--dry-run", "--warcs", place)
        done = run(db, *options, name="reparse")
        assert done.stdout == "nothing changes\n8 articles read again, 0 changed\n"
        assert trouble(done.stderr) == []
    none = run(db, "--dask", cluster.address, "--dry-run", name="reparse")
    assert none.returncode == 1
    assert "the WARC file is missing; copy it there" in none.stderr


def test_what_kills_each_worker_is_told_and_the_rest_is_read(
    tmp_path: Path, cluster: Machines
) -> None:
    for number, (url, body) in enumerate(PAGES[:6]):
        warc(tmp_path / "in" / f"{number}-{'bad' if number == 3 else 'good'}.warc.gz",
             [Kept(url=url, body=body)])  # fmt: skip
    cluster.tell(poison="3-bad")
    try:
        done = run(tmp_path / "a.db", "--dask", cluster.address, tmp_path / "in")
    finally:
        cluster.tell(poison=None)
    assert done.returncode == 1
    path = tmp_path / "in" / "3-bad.warc.gz"
    assert trouble(done.stderr) == [f"{path}: each worker that read it died"]
    assert done.stdout.endswith("5 records, new 5, changed 0, unchanged 0, duplicates 0, no article 0, failed 1\n")  # fmt: skip
    cluster.await_workers(3)


def some(cluster: Machines) -> bool:
    """Whether some worker has something in hand."""
    from distributed import Client

    with Client(cluster.address, set_as_default=False) as client:
        return any(client.processing().values())


def test_ctrl_c_keeps_what_was_taken_in(tmp_path: Path, cluster: Machines) -> None:
    warc(tmp_path / "x.warc.gz", [Kept(url=url, body=body) for url, body in PAGES])
    cluster.tell(slow=3)
    with beside(
        "import", tmp_path / "a.db", "--dask", cluster.address, tmp_path / "x.warc.gz"
    ) as p:
        until(lambda: some(cluster))
        p.send_signal(signal.SIGINT)
        _, err = p.communicate(timeout=60)
    cluster.tell(slow=None)
    assert (p.returncode, trouble(err)) == (130, ["stopped by the user"])
    done = run(tmp_path / "a.db", "--dask", cluster.address, tmp_path / "x.warc.gz")
    assert ", new 24," in done.stdout


def test_parts_hold_what_was_read(tmp_path: Path, kept: Path, cluster: Machines) -> None:
    options = ("--dask", cluster.address, "--parts", tmp_path / "parts")
    done = run(tmp_path / "none.db", *options, kept / "a.warc.gz", kept / "c.warc")
    assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "none.db").exists()
    found = pyarrow.parquet.read_table(tmp_path / "parts").to_pylist()
    db = tmp_path / "a.db"
    taken(db, kept / "a.warc.gz", kept / "c.warc")
    sql = """
        SELECT c.record_id, c.fetched, c.digest, a.key, a.site, a.url, a.title, a.published, a.body,
            a.lead, a.byline, a.section, a.origins, a.parser
        FROM articles AS a JOIN captures AS c ON c.id = a.capture ORDER BY a.id
    """
    names = ("record_id", "fetched", "digest", "key", "site", "url", "title", "published", "body",
             "lead", "byline", "section", "origins", "parser")  # fmt: skip
    for row in found:
        row["fetched"] = f"{row['fetched']:%Y-%m-%dT%H:%M:%SZ}"
    assert [tuple(row[name] for name in names) for row in found] == rows(db, sql)
    assert found[0]["file"] == f"{kept / 'a.warc.gz'} at offset {found[0]['file'].split()[-1]}"
    again = ("--dask", cluster.address, "--parts", tmp_path / "again")
    before = contents(db)
    done = run(db, *again, name="reparse")
    assert done.stdout == f"{tmp_path / 'again'}: {len(found)} pages read again\n"
    assert contents(db) == before
    told = pyarrow.parquet.read_table(tmp_path / "again").to_pylist()
    assert [(row["key"], row["title"], row["body"]) for row in told] == [
        (row["key"], row["title"], row["body"]) for row in found
    ]


def test_a_scheduler_that_is_not_there(tmp_path: Path, kept: Path) -> None:
    done = subprocess.run(
        command("import", "--db", tmp_path / "a.db", "--dask", "tcp://127.0.0.1:1", kept),
        capture_output=True, text=True, timeout=60, check=False,
        env=environment(DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT="1s"),
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("--dask tcp://127.0.0.1:1: no scheduler answers (")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "a.db").exists()


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """A scheduler without workers."""
    with machines(tmp_path_factory.mktemp("bare")) as found:
        yield found


def test_without_workers_a_command_waits_and_gives_up(tmp_path: Path, bare: Machines) -> None:
    done = subprocess.run(
        command("import", "--db", tmp_path / "a.db", "--dask", bare.address, tmp_path),
        capture_output=True, text=True, timeout=60, check=False,
        env=environment(DASK_DISTRIBUTED__SCHEDULER__NO_WORKERS_TIMEOUT="1s"),
    )  # fmt: skip
    assert done.returncode == 1
    waiting, given_up = trouble(done.stderr)
    assert waiting == f"{bare.address}: no worker is there; waiting for one"
    assert given_up.startswith(f"{bare.address}: no worker came within 1 s; start some with `dask")


@pytest.mark.parametrize("kind", ["other", "none"])
def test_a_worker_without_the_same_code_is_refused(
    tmp_path: Path, bare: Machines, kind: str
) -> None:
    place = tmp_path / kind / "newsarchive"
    if kind == "other":
        shutil.copytree(ROOT / "newsarchive", place, ignore=shutil.ignore_patterns("__pycache__"))
        with (place / "reader" / "title.py").open("a") as file:
            file.write("# other\n")
    else:
        place.mkdir(parents=True)
        (place / "__init__.py").write_text("raise ImportError('there is none')")
    bare.start(1, "--no-nanny", PYTHONPATH=str(place.parent))
    try:
        done = run(tmp_path / "a.db", "--dask", bare.address, tmp_path)
    finally:
        bare.stop_workers()
        bare.await_workers(0)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = trouble(done.stderr)
    assert line.endswith("; install the same on all machines")
    said = "this worker runs newsarchive" if kind == "other" else "has no newsarchive, or another"
    assert said in line
    assert not (tmp_path / "a.db").exists()


def test_a_scheduler_that_goes_ends_the_command(
    tmp_path: Path, archive: Path, bare: Machines
) -> None:
    db = copied(archive, tmp_path / "a")
    bare.tell(slow=2)
    bare.start(1, "--no-nanny", "--preload", "cluster_poison")
    with beside("reparse", db, "--dask", bare.address) as process:
        until(bare.busy)
        bare.end_scheduler()
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    gone = f"{bare.address}: the scheduler is gone; what was taken in is kept, run it again"
    assert trouble(err) == [gone]


def test_what_makes_no_sense_is_refused(tmp_path: Path, kept: Path) -> None:
    for arguments, said in (
        (("--parts", tmp_path / "x", kept), "--parts goes with --dask"),
        (("--overwrite", kept), "--overwrite goes with --parts"),
        (("memory://box/a.warc.gz",), "addresses are read with --dask"),
        (("--dask", "x", kept), "is no address of a scheduler"),
    ):
        heard = io.StringIO()
        with redirect_stderr(heard), pytest.raises(SystemExit) as end:
            main(["import", "--db", str(tmp_path / "a.db"), *map(str, arguments)])
        assert end.value.code == 2
        assert said in heard.getvalue()
