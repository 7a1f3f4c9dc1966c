"""Parts of a cluster's work, done in this process: whatever is cut, it is as if nothing was."""

from __future__ import annotations

import gzip
import os
import random
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import fsspec
import pytest
from archive_cases import contents
from intake_cases import (
    HOST,
    Heard,
    Kept,
    arc,
    listing,
    pages,
    pool,
    taken,
    wacz,
    warc,
)  # fmt: skip

from newsarchive.archive.salvage import open_archive
from newsarchive.cluster import connection, finding, planning, storage, tasks, work
from newsarchive.cluster.code import difference, fingerprint
from newsarchive.cluster.finding import boundary
from newsarchive.cluster.readers import Readers
from newsarchive.cluster.source import Parts
from newsarchive.errors import CallError, NewsArchiveError
from newsarchive.intake._worker import Kept as KeptPage
from newsarchive.intake.limits import Limits
from newsarchive.intake.sources import Fault, Reach, Read, found_at
from newsarchive.intake.taking import Intake

PAGES = pages(12)
FIRST = [Kept(url=url, body=body) for url, body in PAGES]


class Here:
    """Stands for cluster.tasks.Tasks: does each task when its turn comes, in this process."""

    width = 3

    def __init__(self) -> None:
        self.waiting: list[Any] = []
        self.done = 0

    def submit(self, task: Any) -> None:
        self.waiting.append(task)

    def drop(self, task: Any) -> None:
        if task in self.waiting:
            self.waiting.remove(task)

    def turn(self, _seconds: float = 0) -> None:
        if self.waiting:
            # The last first: the order of answers must not matter.
            task = self.waiting.pop()
            self.done += 1
            task.take(task.function(fingerprint(), task.value))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces that are cut every 3,000 bytes, and one process that reads."""
    monkeypatch.setattr(planning, "CUT", 3_000)
    monkeypatch.setattr(planning, "_WHOLE", 2_000)
    monkeypatch.setattr(work, "_pool", pool)


def cut(path: Path | str, here: Here | None = None) -> list[Any]:
    """What a cluster finds at a path: where, or what is wrong."""
    found = []
    for _, items in Parts(here or Here(), None)([path], Reach(), Limits()):
        for item in items:
            if isinstance(item, Read):
                found.append((item.found.where, item.answer.article is not None))
            elif item is not None:
                found.append(item.line if isinstance(item, Fault) else (item.where, item.kind))
    return found


def whole(path: Path) -> list[str]:
    return [i.line if isinstance(i, Fault) else i.where for i in found_at(path, Reach())]


def named(found: Iterable[Any]) -> list[str]:
    return [item if isinstance(item, str) else item[0] for item in found]


def several(path: Path, kept: list[Kept], number: int) -> None:
    """A WARC file with so many records in each gzip member."""
    one = path.with_name("one.warc.gz")
    members = []
    for record in kept:
        warc(one, [record])
        packed = one.read_bytes()
        members.append(gzip.decompress(packed))
    one.unlink()
    path.write_bytes(
        b"".join(
            gzip.compress(b"".join(members[at : at + number]))
            for at in range(0, len(members), number)
        )
    )


def nested(path: Path) -> None:
    """A WARC file that holds WARC files: what begins in them is no record of its own."""
    inner = path.with_name("inner.warc.gz")
    warc(inner, FIRST[6:])
    packed = inner.read_bytes()
    inner.unlink()
    kind = ("Content-Type", "application/warc")
    warc(
        path,
        [
            *FIRST[:3],
            Kept(url=f"http://{HOST}/x", body=packed, http=[kind]),
            *FIRST[3:6],
        ],
    )


FORMS: dict[str, Any] = {
    "members": lambda path: warc(path, FIRST),
    "one": lambda path: warc(path, FIRST, form="one"),
    "plain": lambda path: warc(path.with_suffix(""), FIRST, form="plain"),
    "several": lambda path: several(path, FIRST, 3),
    "nested": nested,
    "arc": lambda path: arc(path.with_name("x.arc.gz"), FIRST, packed=True),
    "wacz": lambda path: wacz(path.with_name("x.wacz"), {"x.warc.gz": made(path)}),
}


def made(path: Path) -> bytes:
    warc(path, FIRST)
    content = path.read_bytes()
    path.unlink()
    return content


@pytest.mark.parametrize("form", FORMS)
def test_whatever_is_cut_is_found_as_one(tmp_path: Path, form: str) -> None:
    FORMS[form](tmp_path / "x.warc.gz")
    (path,) = tmp_path.iterdir()
    here = Here()
    found = cut(path, here)
    assert named(found) == whole(path)
    assert len(found) >= 7
    if form in ("members", "plain", "arc"):
        assert here.done > 5, "it was cut"


def test_what_a_place_seems_to_be_is_checked_against_the_record_before(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    nested(path)
    with path.open("rb") as file:
        size = path.stat().st_size
        starts = {boundary(file, at, size, packed=True) for at in range(1, size, 500)}
    found = {int(where.rpartition(" ")[2]) for where in whole(path)}
    assert starts - found - {None}, "within the inner file something seems to begin"
    assert named(cut(path)) == whole(path)


def test_who_begins_at_the_wrong_record_reads_again_and_not_the_coordinator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.warc.gz"
    warc(path, FIRST)

    def second(file: Any, start: int, stop: int, *, packed: bool) -> int | None:
        first = boundary(file, start, stop, packed=packed)
        return None if first is None else boundary(file, first + 1, stop, packed=packed)

    monkeypatch.setattr(finding, "boundary", second)
    found = cut(path)
    assert named(found) == whole(path)
    assert not [kind for _, kind in found if kind == "response"], "found, and not read, by this one"


@pytest.mark.parametrize("seed", range(12))
def test_what_is_damaged_is_told_as_ever(tmp_path: Path, seed: int) -> None:
    chosen = random.Random(seed)
    path = tmp_path / "x.warc.gz"
    warc(path, FIRST, form=chosen.choice(["members", "plain", "one"]))
    content = bytearray(path.read_bytes())
    for _ in range(chosen.randint(1, 3)):
        at = chosen.randrange(len(content))
        content[at : at + 40] = chosen.randbytes(chosen.choice([0, 10, 40, 200]))
    path.write_bytes(content[: chosen.choice([len(content), len(content) - 100])])
    assert named(cut(path)) == whole(path)


def test_a_part_that_gives_back_much_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MOST", 30_000)
    monkeypatch.setattr(planning, "CUT", 1_000_000)
    path = tmp_path / "x.warc.gz"
    warc(path, FIRST)
    here = Here()
    found = cut(path, here)
    assert named(found) == whole(path)
    assert here.done > 2
    warc(path, FIRST, form="one")  # here it cannot go on: this process reads it
    assert named(cut(path)) == whole(path)


def test_limits_hold_on_workers(tmp_path: Path) -> None:
    bomb = Kept(url=f"http://{HOST}/bomb", body=b"\0" * 100_000_000)
    warc(tmp_path / "in" / "x.warc.gz", [*FIRST[:2], bomb, *FIRST[2:4]])
    large = b"<html><p>" + b"x" * (33 * 2**20)
    (tmp_path / "in" / "large.html").write_bytes(large)
    (tmp_path / "in" / "large.html.gz").write_bytes(gzip.compress(large))
    (tmp_path / "secret.html").write_bytes(PAGES[5][1])
    (tmp_path / "in" / "link.html").symlink_to(tmp_path / "secret.html")
    os.mkfifo(tmp_path / "in" / "queue.html")
    expected = whole(tmp_path / "in")
    assert named(cut(tmp_path / "in")) == expected
    assert sum("too large for a page" in line for line in expected) == 2
    assert any("times its size" in line for line in expected)
    assert "link" not in str(expected)


def test_a_file_that_workers_do_not_see_is_read_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.warc.gz"
    warc(path, FIRST)
    expected = whole(path)
    read = finding.read

    def elsewhere(part: Any, readers: Any) -> Any:
        pieces = tuple(piece._replace(size=piece.size + 1) for piece in part.pieces)
        return read(part._replace(pieces=pieces), readers)

    monkeypatch.setattr(finding, "read", elsewhere)
    found = cut(path)
    assert named(found) == expected
    assert {kind for _, kind in found} == {"response"}, "no worker read them"


def test_relative_paths_are_those_of_the_coordinator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warc(tmp_path / "x.warc.gz", FIRST)
    monkeypatch.chdir(tmp_path)
    read = finding.read

    def elsewhere(part: Any, readers: Any) -> Any:
        with monkeypatch.context() as patch:
            patch.chdir("/")
            return read(part, readers)

    monkeypatch.setattr(finding, "read", elsewhere)
    found = cut(Path("x.warc.gz"))
    assert {answered for _, answered in found} == {True}, "workers read them"
    assert found[0][0].startswith("x.warc.gz at offset ")


def test_an_archive_is_that_of_one_process(tmp_path: Path) -> None:
    edited = PAGES[0][1].replace(b"tin", b"TIN")
    again = {"WARC-Refers-To-Target-URI": PAGES[1][0], "WARC-Refers-To-Date": FIRST[1].fetched}
    more = [
        Kept(url=PAGES[0][0], body=edited, fetched="2023-01-01T00:00:00Z"),
        Kept(url=PAGES[1][0], fetched="2023-01-01T00:00:00Z", kind="revisit", more=again),
        Kept(url=f"http://{HOST}/", body=listing()),
    ]
    paths = [tmp_path / "x.warc.gz", tmp_path / "y.warc.gz"]
    warc(paths[0], [*FIRST, *more])
    warc(paths[1], [*FIRST[3:6], *more])
    said = taken(tmp_path / "one.db", *paths)
    here, heard = Here(), Heard()
    with closing(open_archive(tmp_path / "other.db")) as archive:
        readers = Readers(here)
        intake = Intake(archive, readers, heard, source=Parts(here, None), batch=2)
        assert str(intake.take(paths, lambda _path, _counts: None)) == said
        intake.close()
        readers.close()
    assert heard.lines == []
    one, other = contents(tmp_path / "one.db"), contents(tmp_path / "other.db")
    assert one.keys() == other.keys()
    assert {name for name in one if one[name] != other[name]} <= {"captures"}


# Addresses


@pytest.fixture
def memory() -> Iterator[Any]:
    fs = fsspec.filesystem("memory")
    fs.pipe("/box/a/x.warc.gz", b"")
    yield fs
    fs.rm("/box", recursive=True)


def test_what_lies_at_an_address_is_found_as_in_a_folder(tmp_path: Path, memory: Any) -> None:
    folder = tmp_path / "box"
    warc(folder / "a" / "x.warc.gz", FIRST)
    warc(folder / "y.warc", FIRST[:2], form="plain")
    (folder / HOST / "tin").mkdir(parents=True)
    (folder / HOST / "tin" / "1.html").write_bytes(PAGES[9][1])
    (folder / "style.css").write_bytes(b"p { }")
    (folder / "broken.wacz").write_bytes(b"PK\3\4")
    for path in folder.rglob("*"):
        if path.is_file():
            memory.pipe(f"/box/{path.relative_to(folder)}", path.read_bytes())
    found = cut("memory://box")
    expected = [line.replace(str(folder), "memory:///box") for line in whole(folder)]
    assert [line.replace("memory://box", "memory:///box") for line in named(found)] == expected
    assert len(expected) == 12 + 2 + 1 + 1
    assert cut("memory://box/none.warc.gz") == [
        "memory://box/none.warc.gz: there is no such file or folder"
    ]


def test_a_file_address_is_a_path_with_all_that_is_checked_of_paths(tmp_path: Path) -> None:
    assert storage.located(f"file://{tmp_path}/a%20b") == tmp_path / "a b"
    assert storage.located("a/b.warc.gz") == Path("a/b.warc.gz")
    assert storage.located("memory://box") == "memory://box"


def test_an_address_without_a_driver_says_which_package() -> None:
    with pytest.raises(NewsArchiveError, match=r"s3:// needs the package s3fs .* install s3fs"):
        storage.located("s3://bucket/a.warc.gz")
    with pytest.raises(CallError, match="no such kind of address"):
        storage.located("nonsense://bucket/a.warc.gz")


def test_records_are_fetched_from_an_address(tmp_path: Path, memory: Any) -> None:
    path = tmp_path / "x.warc.gz"
    warc(path, FIRST[:2])
    memory.pipe("/box/x.warc.gz", path.read_bytes())
    offset = int(whole(path)[1].rpartition(" ")[2])

    def page(folder: str, name: str) -> KeptPage:
        from datetime import UTC, datetime

        return KeptPage(
            folder=folder, warc=name, offset=offset, digest="", url=PAGES[1][0],
            fetched=datetime(2022, 8, 22, tzinfo=UTC), site=None,
            length=path.stat().st_size - offset,
        )  # fmt: skip

    wanted = [page("memory://box", "x.warc.gz"), page("memory://box", "y.warc.gz")]
    there, missing = work.unpacked(work.read_pages(fingerprint(), wanted))
    assert "another body" in there.lost, "it was read; the digest that was asked for is none"
    assert missing.lost == "memory://box/y.warc.gz: the WARC file is missing; copy it there"
    with pytest.raises(NewsArchiveError, match="not the name of a WARC file"):
        work.read_pages(fingerprint(), [page("memory://box", "../x.warc.gz")])


# What is refused


def test_a_worker_of_other_code_is_refused() -> None:
    other = fingerprint().replace("(", "(0")
    assert "install the same" in difference(other, fingerprint()) + "; install the same"
    with pytest.raises(work.OtherCode, match=r"runs newsarchive .* and here newsarchive"):
        work.read_pages(other, [])


@pytest.mark.parametrize("address", ["nonsense", "tcp://", "http://x:1", "tcp://a:b", "a b:1", ""])
def test_what_is_no_address_of_a_scheduler(address: str) -> None:
    with pytest.raises(CallError, match="is no address of a scheduler"):
        connection.check_address(address)


def test_a_missing_extra_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(NewsArchiveError, match=r"pip install 'newsarchive\[dask\]'"),
        connection.connect("tcp://127.0.0.1:1", print),
    ):
        pass


class Deadly(tasks.Task):
    """A task of numbers; each worker that meets 13 dies, with whatever it has in hand."""

    def __init__(self, numbers: list[int], told: dict[int, str]) -> None:
        self.numbers, self.told = numbers, told
        self.function = None  # type: ignore[assignment]  # no cluster calls it

    @property
    def value(self) -> list[int]:
        return self.numbers

    def take(self, result: bytes) -> None:
        self.told.update(dict.fromkeys(self.numbers, result.decode()))

    def fail(self, why: str) -> None:
        self.told.update(dict.fromkeys(self.numbers, why))

    def halves(self) -> list[Deadly]:
        middle = len(self.numbers) // 2
        parts = (self.numbers[:middle], self.numbers[middle:])
        return [Deadly(part, self.told) for part in parts] if middle else []


class Dying:
    """Stands for a cluster: what is in hand beside a deadly task is said to have killed, too."""

    def __init__(self, killed: type[Exception]) -> None:
        self.killed = killed
        self.held: list[Any] = []
        self.started = 0

    def threads(self) -> int:
        return 2

    def submit(self, _function: Any, value: list[int], _key: str) -> Any:
        self.started += 1
        future = Future(value, self)
        self.held.append(future)
        return future


class Future:
    def __init__(self, value: list[int], cluster: Dying) -> None:
        self.value, self.cluster, self.status = value, cluster, "pending"
        self.beside = [value]

    def add_done_callback(self, done: Any) -> None:
        self.done = done

    def result(self, timeout: float) -> bytes:
        if any(13 in value for value in self.beside):
            raise self.cluster.killed("x", None, 3)
        return b"read"


def test_what_kills_its_workers_is_found_out_and_costs_nothing_else() -> None:
    distributed = pytest.importorskip("distributed")
    cluster = Dying(lambda *_: distributed.scheduler.KilledWorker("x", None, 3))  # type: ignore[arg-type]
    found = tasks.Tasks(cluster)  # type: ignore[arg-type]
    told: dict[int, str] = {}
    for start in range(0, 40, 5):
        found.submit(Deadly(list(range(start, start + 5)), told))
    while len(told) < 40:
        held, cluster.held = cluster.held, []
        assert held
        for future in held:
            future.beside = [other.value for other in held]
        for future in held:
            future.done(future)
        found.turn()
    assert {number for number, said in told.items() if said != "read"} == {13}
    assert told[13] == tasks.KILLED


def test_a_plain_line_in_a_page_is_no_boundary() -> None:
    content = b"x" * 10 + b"\nWARC/1.1\r\nA: b\r\n" + b"y" * 10 + b"WARC/1.1\r\n"
    assert boundary(BytesIO(content), 1, len(content), packed=False) == 11
    assert boundary(BytesIO(content), 12, len(content), packed=False) is None
