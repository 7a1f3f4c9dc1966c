"""The cut of the stress that reads files and pages; and that the stress fails when it should."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from archive_cases import SEEN, capture, opened
from archive_cases import article as made
from stress import __main__ as stress
from stress.actors import Actors
from stress.commands import Commands, judge
from stress.living import Living
from stress.parts import PARTS, table
from stress.row import Row
from stress.truth import Truth, Whole
from stress_cases import check

from newsarchive.archive import Archive
from newsarchive.query import open_readonly

BASE = "http://127.0.0.1:1"


@pytest.mark.parametrize("part", ["files", "pages"])
def test_the_cut(part: str, tmp_path: Path) -> None:
    check(part, tmp_path)


def row(**counts: int) -> Row:
    return Row(**{"fault": "reset", "injected": 3, "survived": 3, "true": 5, **counts})


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"survived": 2}, "reset: 2 of 3 survived, 0 lost, 0 wrong"),
        ({"lost": 1}, "reset: 3 of 3 survived, 1 lost, 0 wrong"),
        ({"wrong": 2}, "reset: 3 of 3 survived, 0 lost, 2 wrong"),
        ({"injected": 0, "survived": 0}, "injected nothing"),
    ],
)
def test_what_does_not_hold_is_said_and_fails(
    counts: dict[str, int], said: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(stress, "_part", lambda part, *_: [row(**counts)])
    assert stress.main(["--part", "pages"]) == 1
    assert capsys.readouterr().err == f"pages: {said}\n"
    monkeypatch.setattr(stress, "_part", lambda part, *_: [row()])
    assert stress.main(["--part", "pages"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.splitlines()[-1].split() == ["total", "3", "3", "5", "0", "0"]


def test_all_parts_are_run_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stress, "_part", lambda part, *_: [row(lost=int(part == "together"))])
    assert stress.main(["--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert tuple(found) == PARTS
    assert [rows[0]["lost"] for rows in found.values()] == [0, 0, 0, 0, 0, 1]


def test_a_part_that_dies_is_a_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    args = stress._arguments(["--cut"])
    (dead,) = stress._part("nonesuch", tmp_path, args)
    assert not dead.held
    assert "nonesuch: " in capsys.readouterr().err


def test_the_table_sums_up() -> None:
    lines = table([row(), row(survived=1, lost=2)]).splitlines()
    assert lines[0].split() == [
        "fault",
        "injected",
        "survived",
        "articles",
        "true",
        "lost",
        "wrong",
    ]
    assert lines[-1].split() == ["total", "6", "4", "10", "2", "0"]


@pytest.mark.parametrize(
    ("status", "err", "name"),
    [
        (0, "Traceback (most recent call last):\n  x", "crawl"),
        (None, "Traceback (most recent call last):\n  x", "crawl"),
        (1, "a.db: locked: another program is writing to it; try again", "crawl"),
        (1, "", "backup"),
        (3, "", "backup"),
        (0, "a.db: another newsarchive writes to it; wait for its end", "merge"),
        (1, "x.warc.gz.open: its writer died", "backup"),
        (1, "x.warc.gz: a record whose digest is wrong", "verify"),
        (0, "warning: something", "crawl"),
        (1, "\nhangs: no end after 180 s", "crawl"),
    ],
)
def test_ends_of_commands_that_are_faults(status: int | None, err: str, name: str) -> None:
    assert judge(status, err, name)[0]


@pytest.mark.parametrize(
    ("status", "err", "name", "refused"),
    [
        (0, "", "crawl", False),
        (None, "", "crawl", False),
        (0, "reparse: 5 of 9 articles (55%)\n", "reparse", False),
        (1, "a.db: another newsarchive writes to it; wait for its end\n", "merge", True),
        (1, "d: another newsarchive crawls it into this archive; wait\n", "crawl", True),
        (1, "w/x.warc.gz.open: its writer died; the next crawl closes it\n", "verify", False),
    ],
)
def test_ends_of_commands_that_are_none(
    status: int | None, err: str, name: str, refused: bool
) -> None:
    assert judge(status, err, name) == ([], refused)


def test_a_command_that_hangs_or_fails_is_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = Commands(tmp_path / "none.db", tmp_path / "faults.txt")
    assert commands.run("backup", "backup", tmp_path / "copy.db").status == 1
    assert "there is no archive" in (tmp_path / "faults.txt").read_text(encoding="utf-8")
    monkeypatch.setattr("stress.commands.HANGS", 0.05)
    commands.run("search", "search", "x")
    assert [(t.injected, t.survived) for t in commands.tallies.values()] == [(1, 0), (1, 0)]
    assert "hangs" in commands.faults[-1]
    assert "hangs" in capsys.readouterr().err


# What an archive of a portal that works on must hold.


@pytest.fixture
def portal() -> Living:
    portal = Living(family="mojoportal", name="Công an tỉnh Ví Dụ", first=3, seed=1, most=10)
    portal.begin(BASE)
    return portal


def store(archive: Archive, portal: Living, story: int, state: int, number: int) -> None:
    title, lead, body = portal.states[story][state]
    url = portal.url(story)
    kept = archive.add_capture(capture(number, url=url))
    archive.store(
        made(url=url, title=title, lead=lead, paragraphs=tuple(body.split("\n\n"))),
        site="example", key=url, url=url, capture=kept, parser="1",
        seen=SEEN.replace("03:04", f"03:{number:02}"),
    )  # fmt: skip


def counts(portal: Living, db: Path, **more: object) -> tuple[int, int, int]:
    whole = [Whole(portal, 0.0, 9e9)] if more.get("asked") else []
    found = Truth([portal]).verdict(db, (), whole)
    assert len(found.lines) == found.lost + found.wrong
    return found.true, found.lost, found.wrong


def test_what_is_lost_and_what_is_wrong_is_counted(portal: Living, tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    stories = list(portal.states)
    with opened(db) as archive:
        for number, story in enumerate(stories, start=1):
            store(archive, portal, story, 0, number)
    assert counts(portal, db) == (3, 0, 0)
    edited = portal.stories[0]
    portal._edit(edited)  # the archive does not know it yet
    assert counts(portal, db) == (2, 0, 1)
    with Archive.open(db) as archive:
        store(archive, portal, edited.id, 1, 9)
    assert counts(portal, db) == (3, 0, 0)
    # A state that went out to a crawl, and is in no version.
    portal._edit(portal.stories[0])
    portal.respond("GET", portal.family.article_path(edited), {"host": "127.0.0.1:1"})
    portal._edit(portal.stories[0])
    with Archive.open(db) as archive:
        store(archive, portal, edited.id, 3, 12)
    assert counts(portal, db) == (3, 0, 0)
    assert counts(portal, db, asked=True) == (2, 1, 0)
    portal._publish(portal._waiting.pop())
    assert counts(portal, db) == (3, 1, 0)
    with Archive.open(db) as archive, archive._writing() as conn:
        conn.execute("UPDATE versions SET body = 'x' WHERE version = 1 AND article = 2")
    assert counts(portal, db) == (3, 1, 1)
    with closing(open_readonly(db)) as conn:
        assert len(Truth([portal]).untrue(conn)) == 1


def test_a_copy_that_lacks_an_article_is_a_fault(portal: Living, tmp_path: Path) -> None:
    commands = Commands(tmp_path / "a.db", tmp_path / "faults.txt")
    with opened(commands.db) as archive:
        store(archive, portal, portal.stories[0].id, 0, 1)
    actors = Actors(commands, Truth([portal]), portal, portal, portal)
    keys = actors._keys()
    assert "is not in it" not in actors.copied(commands.db, keys)
    assert "other is not in it" in actors.copied(commands.db, {*keys, "other"})
