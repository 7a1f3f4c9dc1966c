"""Two archives into one: the same in either order, nothing lost, nothing brought back."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

import archive_cases as cases
import pytest
import quick
from archive_cases import HOST, LATER, SEEN, opened, rows
from archive_equal import canonical, differences
from crawl_cases import command, environment
from kept_cases import Keeping, all_bytes, keeping
from test_archive import unprivileged

from newsarchive.archive import Archive, _unions
from newsarchive.archive.audit import audit
from newsarchive.archive.locks import Locks
from newsarchive.archive.merge import Counts, Merge, open_other
from newsarchive.archive.records import read_record
from newsarchive.archive.salvage import open_archive
from newsarchive.archive.withhold import FILES, erase, named, plan, withhold
from newsarchive.model import Capture, Image, Problem, Tally
from newsarchive.urls import key as url_key


def merge(db: Path, other: Path) -> Counts:
    """What the command does, in this process."""
    with open_archive(db) as archive, closing(open_other(other)) as conn:
        work = Merge(archive, conn, other.with_suffix(".warc"), "2026-12-31T00:00:00Z")
        work.copy(lambda _: None)
        return work.run(lambda _: None)


def copied(db: Path, name: str) -> Path:
    """A copy of an archive in a folder of its own."""
    target = db.parent.parent / name / "archive.db"
    target.parent.mkdir()
    with closing(sqlite3.connect(db)) as conn:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(db, target)
    if db.with_suffix(".warc").is_dir():
        shutil.copytree(db.with_suffix(".warc"), target.with_suffix(".warc"))
    return target


def faults(db: Path) -> list[str]:
    with closing(sqlite3.connect(db)) as conn:
        return [f"{f.where}: {f.what}" for f in audit(conn, db, advance=lambda _: None)]


def both(a: Path, b: Path) -> tuple[Path, Path]:
    """Merge each into a copy of the other; both must come out the same, sound, and once for all."""
    ab, ba = copied(a, "ab"), copied(b, "ba")
    merge(ab, b)
    merge(ba, a)
    assert differences(ab, ba) == ""
    assert canonical(ab) == canonical(ba)
    for joined in (ab, ba):
        assert faults(joined) == []
        before = canonical(joined)
        for other in (a, b, ab, ba):
            if other != joined:
                counts = merge(joined, other)
                assert (counts.new, counts.changed, counts.captures) == (0, 0, 0), other
                assert canonical(joined) == before, other
    return ab, ba


@pytest.fixture
def a(tmp_path: Path) -> Path:
    return tmp_path / "a" / "archive.db"


@pytest.fixture
def b(tmp_path: Path) -> Path:
    return tmp_path / "b" / "archive.db"


def test_what_one_has_the_other_gets(a: Path, b: Path) -> None:
    with keeping(a, prefix="a") as kept:
        kept.store(1, title="Tin một")
    with keeping(b, prefix="b") as kept:
        kept.store(2, title="Tin hai")
    ab, _ = both(a, b)
    assert rows(ab, "SELECT title FROM articles ORDER BY title") == [("Tin hai",), ("Tin một",)]
    for warc, offset in rows(ab, "SELECT warc, offset FROM captures"):
        assert "Tin" in read_record(ab.with_suffix(".warc"), warc, offset)[2].decode()
    assert len(list(ab.with_suffix(".warc").iterdir())) == 2


def test_versions_follow_from_all_looks_in_their_order(a: Path, b: Path) -> None:
    for db, days in ((a, {1: "A", 3: "A", 6: "C"}), (b, {2: "B", 4: "A", 5: "A"})):
        with keeping(db, prefix=db.parent.name) as kept:
            for day, title in days.items():
                kept.store(1, seen=f"2026-01-0{day}T00:00:00Z", title=f"Tin {title}")
    ab, _ = both(a, b)
    assert rows(ab, "SELECT version, substr(seen, 10, 1), title FROM versions ORDER BY version") == [
        (1, "1", "Tin A"), (2, "2", "Tin B"), (3, "3", "Tin A"), (4, "6", "Tin C"),
    ]  # fmt: skip
    assert rows(ab, "SELECT title, version, first_seen, last_seen FROM articles") == [
        ("Tin C", 4, "2026-01-01T00:00:00Z", "2026-01-06T00:00:00Z")
    ]


def test_gone_and_returned_follow_from_all_looks(a: Path, b: Path) -> None:
    with keeping(a, prefix="a") as kept:
        kept.store(1, seen="2026-01-01T00:00:00Z")
        kept.archive.set_gone(1, since="2026-01-03T00:00:00Z", capture=None)
    with keeping(b, prefix="b") as kept:
        kept.store(1, seen="2026-01-05T00:00:00Z")
        kept.store(2, seen="2026-01-05T00:00:00Z")
        kept.archive.set_gone(2, since="2026-01-07T00:00:00Z", capture=None)
    ab, _ = both(a, b)
    assert rows(ab, "SELECT substr(seen, 10, 1), what FROM events ORDER BY seen") == [
        ("3", "gone"), ("5", "returned"), ("7", "gone"),
    ]  # fmt: skip
    assert rows(ab, "SELECT gone FROM articles ORDER BY key") == [
        (None,),
        ("2026-01-07T00:00:00Z",),
    ]


def test_who_looked_last_says_what_is_in_no_version(a: Path, b: Path) -> None:
    for db, day, tag in ((a, 1, "sớm"), (b, 2, "muộn")):
        with keeping(db, prefix=db.parent.name) as kept:
            kept.store(
                1,
                seen=f"2026-01-0{day}T00:00:00Z",
                tags=(tag, "chung"),
                origins={"title": tag},
                images=(Image(url=f"{HOST}/{day}.jpg"),),
                published_text=tag,
            )
    ab, _ = both(a, b)
    assert rows(ab, "SELECT tag FROM tags ORDER BY rowid") == [("muộn",), ("chung",)]
    assert rows(ab, "SELECT url FROM images") == [(f"{HOST}/2.jpg",)]
    assert rows(ab, "SELECT origins, published_text FROM articles") == [
        ('{"title": "muộn"}', "muộn")
    ]


def test_of_the_same_look_the_better_reader_counts(a: Path, b: Path) -> None:
    with keeping(a) as kept:
        kept.store(1, title="Tin cũ")
    shutil.copytree(a.parent, b.parent)
    with opened(b) as archive:
        archive.store(
            cases.article(title="Tin mới", tags=("mới",)),
            site="example", key="congan.example.vn/bai-1", url=f"{HOST}/bai-1", capture=1,
            seen=SEEN, parser="2",
        )  # fmt: skip
        archive.retell(1)
    ab, _ = both(a, b)
    assert rows(ab, "SELECT title, parser, version FROM articles") == [("Tin mới", "2", 1)]
    assert rows(ab, "SELECT tag FROM tags") == [("mới",)]
    assert rows(ab, "SELECT title FROM versions") == [("Tin mới",)]


def test_two_that_the_other_knows_as_one_are_joined(a: Path, b: Path) -> None:
    with keeping(a, prefix="a") as kept:
        kept.store(2, seen="2026-01-01T00:00:00Z", title="Tin cũ")
        kept.store(1, seen="2026-01-03T00:00:00Z", title="Tin mới")
    with keeping(b, prefix="b") as kept:
        kept.store(2, seen="2026-01-02T00:00:00Z", title="Tin cũ")
        kept.archive.moved(
            1, key=url_key(f"{HOST}/bai-1"), url=f"{HOST}/bai-1", seen=LATER, capture=1
        )
    ab, _ = both(a, b)
    assert rows(ab, "SELECT key, url, title, version FROM articles") == [
        ("congan.example.vn/bai-1", f"{HOST}/bai-1", "Tin mới", 2)
    ]
    assert rows(ab, "SELECT count(*) FROM observations") == [(3,)]
    assert rows(ab, "SELECT key FROM urls ORDER BY key") == [
        ("congan.example.vn/bai-1",),
        ("congan.example.vn/bai-2",),
    ]


@pytest.mark.parametrize(
    ("ours", "theirs", "more", "complete"),
    [
        (1, 1, True, 1),
        (1, 0, True, 0),
        (1, None, True, 0),
        (1, 0, False, 1),
        (1, None, False, 1),
        (0, 1, False, 0),
    ],
)
def test_a_section_stays_complete_only_without_a_hole(
    a: Path, b: Path, ours: int, theirs: int | None, more: bool, complete: int
) -> None:
    """What one knew to its end it does not, once it has newer ones of somebody who did not."""
    for db, known, numbers in ((a, ours, (1, 2)), (b, theirs, (2, 3) if more else (2,))):
        with keeping(db, prefix=db.parent.name) as kept:
            for number in numbers:
                kept.store(number)
            if known is not None:
                note = kept.archive.complete_section if known else kept.archive.note_section
                note("example", f"{HOST}/muc", SEEN)
    for one, other in ((copied(a, "ab"), b), (copied(b, "ba"), a)):
        merge(one, other)
        assert rows(one, "SELECT complete FROM sections") == [(complete,)]
        merge(one, other)
        assert rows(one, "SELECT complete FROM sections") == [(complete,)]


def test_rows_that_a_crawl_steers_by(a: Path, b: Path) -> None:
    for db, state, seen in ((a, "failed", "2026-01-01T00:00:00Z"), (b, "refused", LATER)):
        with opened(db) as archive:
            archive.enqueue("example", "x", [("k", f"{HOST}/{state}")], seen)
            archive.settle("k", state, next_try=LATER if state == "failed" else None)
            archive.set_listing("example", f"{HOST}/muc", state, seen)
            archive.name_host("example", state, 80)
            crawl = archive.begin_crawl("example", seen)
            archive.end_crawl(
                crawl,
                Tally(requested=1, new=1, changed=0, unchanged=0, failed=0),
                finished=LATER,
                outcome="finished",
            )
            archive.add_problem(capture=None, field="page", what="lost", seen=seen)
    with opened(a) as archive:
        archive.begin_crawl("example", LATER)
    ab, _ = both(a, b)
    assert rows(ab, "SELECT url, state, attempts, next_try, seen FROM frontier") == [
        (f"{HOST}/failed", "refused", 1, None, "2026-01-01T00:00:00Z")
    ]
    assert rows(ab, "SELECT links, seen FROM listings") == [("refused", LATER)]
    assert rows(ab, "SELECT count(*) FROM named_hosts") == [(2,)]
    assert rows(ab, "SELECT count(*) FROM crawls") == [(3,)]
    assert rows(ab, "SELECT count(*) FROM problems") == [(2,)]


def test_a_registered_site_wins_over_a_bare_portal(a: Path, b: Path) -> None:
    for db in (a, b):
        with Archive.open(db) as archive:
            if db == a:
                archive.register_portal("example", f"{HOST}/")
            else:
                archive.register_site(cases.site())
    ab, _ = both(a, b)
    assert rows(ab, "SELECT name FROM sites") == [("Công an tỉnh Ví Dụ",)]


def test_what_the_other_stored_needs_no_fetch(a: Path, b: Path) -> None:
    with keeping(a, prefix="a") as kept:
        kept.archive.enqueue("example", None, [("congan.example.vn/bai-1", f"{HOST}/bai-1")], SEEN)
    with keeping(b, prefix="b") as kept:
        kept.store(1)
    ab, _ = both(a, b)
    with open_archive(ab) as archive:
        assert archive.pending("example") == []


# Withheld and erased.


def hold(
    db: Path, number: int, *, erasing: bool = False, reason: str = "x", since: str = LATER
) -> None:
    with open_archive(db) as archive:
        ((article,),) = archive._rows(
            "SELECT article FROM urls WHERE key LIKE ?", (f"%bai-{number}",)
        ) or ((None,),)
        found = named(archive, article, f"{HOST}/bai-{number}")
        if erasing:
            erase(
                archive,
                found,
                plan(archive, found, reason),
                reason=reason,
                when=since,
                advance=lambda _: None,
            )
        else:
            withhold(archive, found, reason=reason, since=since)


SECRET = b"zyxwvu"


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("erasing", [False, True])
def test_what_either_withholds_stays_so(a: Path, b: Path, erasing: bool, known: bool) -> None:
    secret = SECRET.decode()
    with keeping(a, prefix="a") as kept:
        kept.store(1, title="Tin một")
        if known:
            kept.store(2, title=f"Tin {secret} hai")
    with keeping(b, prefix="b") as kept:
        kept.store(3, title="Tin ba")
        kept.store(
            2,
            seen=LATER,
            title=f"Tin {secret} mới",
            images=(Image(url=f"{HOST}/own.jpg"), Image(url=f"{HOST}/logo.png")),
        )
        kept.store(4, title="Tin bốn", images=(Image(url=f"{HOST}/logo.png"),))
        kept.keep(f"{HOST}/own.jpg", SECRET)
        kept.keep(f"{HOST}/logo.png", b"logo")
        kept.archive.enqueue("example", None, [("congan.example.vn/bai-2", f"{HOST}/bai-2")], SEEN)
    hold(a, 2, erasing=erasing, reason="asked")
    for joined in both(a, b):
        assert rows(joined, "SELECT key, withheld FROM articles WHERE withheld IS NOT NULL") == [
            ("congan.example.vn/bai-2", LATER)
        ]
        assert rows(joined, "SELECT key, reason, since, erased FROM withholdings") == [
            ("congan.example.vn/bai-2", "asked", LATER, LATER if erasing else None)
        ]
        assert (
            rows(joined, "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?", secret) == []
        )
        assert rows(joined, "SELECT count(*) FROM captures WHERE url LIKE '%logo.png'") == [(1,)]
        if erasing:
            with closing(sqlite3.connect(joined)) as conn:
                for table in ("articles_fts", "articles_exact"):
                    conn.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")
                conn.commit()
                conn.execute("VACUUM")
            assert SECRET not in all_bytes(joined)
            assert rows(joined, "SELECT title FROM articles WHERE key LIKE '%bai-2'") == [
                ("(withheld)",)
            ]
            assert rows(joined, "SELECT count(*) FROM frontier") == [(0,)]
            assert rows(joined, "SELECT count(*) FROM captures WHERE url LIKE '%own.jpg'") == [(0,)]


@pytest.mark.parametrize("erasing", [False, True])
def test_an_article_is_withheld_under_all_keys_that_either_knows(
    a: Path, b: Path, erasing: bool
) -> None:
    with keeping(a, prefix="a") as kept:
        kept.store(1, title="Tin một")
    with keeping(b, prefix="b") as kept:
        kept.store(1, seen=LATER, title="Tin một")
        kept.archive.moved(
            1, key="congan.example.vn/khac", url=f"{HOST}/khac", seen=LATER, capture=1
        )
    hold(b, 1, since="2026-02-02T00:00:00Z")
    hold(a, 1, erasing=erasing)
    for joined in both(a, b):
        since = "SELECT key, since, erased FROM withholdings ORDER BY key"
        assert rows(joined, since) == [
            ("congan.example.vn/bai-1", LATER, LATER if erasing else None),
            ("congan.example.vn/khac", "2026-02-02T00:00:00Z", LATER if erasing else None),
        ]
        assert rows(joined, "SELECT withheld FROM articles") == [(LATER,)]


def test_the_erased_stays_erased_through_a_copy_from_before(a: Path, b: Path) -> None:
    """A copy that still has the file: nothing of it comes back."""
    with keeping(a) as kept:
        kept.store(1, title="Tin một")
        kept.store(2, title=f"Tin {SECRET.decode()}")
    shutil.copytree(a.parent, b.parent)
    hold(a, 2, erasing=True)
    with keeping(b, prefix="b") as kept:
        kept.store(3, title="Tin ba")
    ab, ba = both(a, b)
    with closing(sqlite3.connect(ba)) as conn:
        conn.execute("VACUUM")
    for joined in (ab, ba):
        names = {p.name.partition("-")[0] for p in joined.with_suffix(".warc").iterdir()}
        assert names == {"example", "b"}
        warcs = b"".join(p.read_bytes() for p in joined.with_suffix(".warc").iterdir())
        assert SECRET not in warcs


# Random histories.


@dataclass(frozen=True)
class Look:
    """A page as it was at some time, with the record that holds it."""

    number: int
    other_address: bool
    seen: str
    title: str
    picture: int
    record: Capture


class World:
    """What went on at a portal; archives know parts of it."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.random = Random(seed)
        self.folder = folder
        self.looks: list[Look] = []
        with keeping(folder / "pool.db") as kept:
            for _ in range(self.random.randint(3, 26)):
                self.looks.append(self._look(kept))
                if self.random.random() < 0.15:  # a new file
                    kept.writer.close()
        self.looks.sort(key=lambda look: look.seen)
        self.aliases = {n for n in range(1, 6) if self.random.random() < 0.4}

    def time(self) -> str:
        return f"2026-01-{self.random.randint(1, 9):02}T00:00:0{self.random.randint(0, 1)}Z"

    def _look(self, kept: Keeping) -> Look:
        number, twin = self.random.randint(1, 5), self.random.random() < 0.3
        seen, title = self.time(), f"Tin {number} {self.random.choice('ABC')}"
        url = f"{HOST}/{'khac' if twin else 'bai'}-{number}"
        capture = kept.keep(url, title, fetched=seen, again=False)
        found = kept.archive.place(capture)
        assert found is not None
        return Look(number, twin, seen, title, self.random.randint(1, 3), found)

    def archive(self, db: Path) -> Path:
        random = self.random
        part = random.choice((0.3, 0.6, 0.9))
        mine = [look for look in self.looks if random.random() < part]
        if random.random() < 0.3:
            random.shuffle(mine)
        parser = random.choice("12")
        with opened(db) as archive:
            crawl = archive.begin_crawl("example", random.choice((SEEN, LATER)))
            for look in mine:
                self._store(archive, look, parser, crawl)
                if random.random() < 0.2:
                    self._more(archive)
            for _ in range(3):
                self._steer(archive)
        pool = (self.folder / "pool.db").with_suffix(".warc")
        shutil.copytree(pool, db.with_suffix(".warc"), dirs_exist_ok=True)
        return db

    def _store(self, archive: Archive, look: Look, parser: str, crawl: int) -> None:
        fields = {name: getattr(look.record, name) for name in Capture.__slots__}
        via = self.random.choice(("live", "live", "import"))
        capture = archive.add_capture(
            Capture(**fields | {"via": via, "crawl": crawl if via == "live" else None})
        )
        title = look.title + (" (đọc lại)" if parser == "2" and look.picture == 1 else "")
        archive.store(
            cases.article(
                title=title,
                url=look.record.url,
                images=(Image(url=f"{HOST}/{look.picture}.jpg", caption="Ảnh"),),
                tags=tuple(self.random.sample(["a", "b", "c"], 2)),
                published_text=f"in {look.picture}",
                problems=(Problem(field="published", what=f"doubt {look.picture}"),),
            ),
            site="example", key=url_key(look.record.url), url=look.record.url, capture=capture,
            seen=look.seen, parser=parser,
        )  # fmt: skip

    def _article(self, archive: Archive) -> tuple[int, int]:
        found = archive._rows("SELECT id, capture FROM articles ORDER BY key")
        return self.random.choice(found)

    def _more(self, archive: Archive) -> None:
        article, capture = self._article(archive)
        what = self.random.randint(1, 5)
        ((key,),) = archive._rows("SELECT key FROM articles WHERE id = ?", (article,))
        if what <= 2:
            archive.set_gone(
                article, since=self.time(), capture=self.random.choice((None, capture))
            )
        elif what == 3 and int(key[-1]) in self.aliases:
            url = f"{HOST}/{'bai' if 'khac' in key else 'khac'}-{key[-1]}"
            archive.moved(article, key=url_key(url), url=url, seen=self.time(), capture=capture)
        elif what == 4:
            archive.checked(
                article, seen=self.time(), due=self.time(), changed=self.random.random() < 0.5
            )
        else:
            archive.miss(
                article,
                how="404",
                seen=self.time(),
                due=self.time(),
                capture=capture,
                gone=self.random.random() < 0.3,
            )

    def _steer(self, archive: Archive) -> None:
        random, url = self.random, f"{HOST}/bai-{self.random.randint(1, 9)}"
        archive.enqueue(
            "example", random.choice((None, "x", "y")), [(url_key(url), url)], self.time()
        )
        archive.settle(
            url_key(url),
            random.choice(("found", "leased", "refused", "failed", "skipped")),
            day=random.choice((None, "2022-01-01")),
            next_try=random.choice((None, self.time())),
        )
        archive.set_listing(
            "example", f"{HOST}/{random.randint(1, 2)}", random.choice("ab"), self.time()
        )
        note = archive.complete_section if random.random() < 0.6 else archive.note_section
        note("example", f"{HOST}/{random.randint(1, 2)}", self.time())
        archive.add_problem(capture=None, field="page", what=random.choice("ab"), seen=SEEN)
        with archive._writing() as conn:
            conn.execute(
                "INSERT OR REPLACE INTO recoveries(source, url, captured, site, key, digest, best, state, attempts) "
                "VALUES ('wayback', ?, '2020', 'example', ?, ?, ?, ?, ?)",
                (
                    url,
                    url_key(url),
                    random.choice((None, "a")),
                    random.randint(0, 1),
                    random.choice(("found", "done")),
                    random.randint(0, 3),
                ),
            )
            conn.execute(
                "INSERT OR REPLACE INTO recovery_lists VALUES ('example', 'wayback', 'q', ?, ?)",
                (random.choice((None, "r1", "r2")), random.randint(0, 1)),
            )

    def withhold(self, db: Path) -> None:
        for number in range(1, 6):
            if self.random.random() < 0.25:
                hold(
                    db,
                    number,
                    erasing=self.random.random() < 0.5,
                    reason=self.random.choice("xy"),
                    since=self.time(),
                )


@pytest.mark.parametrize("seed", range(25))
def test_any_histories_join_the_same_in_either_order(tmp_path: Path, seed: int) -> None:
    world = World(seed, tmp_path)
    a = world.archive(tmp_path / "a" / "archive.db")
    b = world.archive(tmp_path / "b" / "archive.db")
    if seed % 2:
        world.withhold(a)
        world.withhold(b)
    ab, _ = both(a, b)
    if seed % 2 == 0:
        seen = {o for db in (a, b) for o in rows(db, _LOOKS)}
        assert set(rows(ab, _LOOKS)) == seen
    texts = {
        row
        for db in (a, b)
        for row in rows(db, "SELECT title, published_text, images FROM versions")
    }
    assert set(rows(ab, "SELECT title, published_text, images FROM versions")) <= texts


_LOOKS = "SELECT o.seen, c.record_id FROM observations AS o JOIN captures AS c ON c.id = o.capture"


# The command.


def run(db: Path, other: Path, *args: object, status: int = 0) -> tuple[str, str]:
    done = quick.run(command("merge", other, "--db", db, *args), env=environment())
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout, done.stderr


@pytest.fixture
def two(a: Path, b: Path) -> tuple[Path, Path]:
    with keeping(a, prefix="a") as kept:
        kept.store(1, title="Tin một")
        kept.store(2, title="Tin hai")
    with keeping(b, prefix="b") as kept:
        kept.store(2, seen=LATER, title="Tin hai mới")
        kept.store(3, title="Tin ba")
    return a, b


def test_the_command_says_what_came(two: tuple[Path, Path]) -> None:
    a, b = two
    assert run(a, b) == (f"{b}: 1 new, 1 changed, 0 unchanged articles, 2 captures\n", "")
    assert run(a, b) == (f"{b}: 0 new, 0 changed, 2 unchanged articles, 0 captures\n", "")
    assert run(a, b, "--quiet") == ("", "")
    assert faults(a) == []


def test_an_archive_that_is_not_there_is_made(two: tuple[Path, Path], tmp_path: Path) -> None:
    a, b = two
    new = tmp_path / "new" / "all.db"
    assert "2 new" in run(new, a)[0]
    assert "1 new, 1 changed" in run(new, b)[0]
    assert faults(new) == []


def test_wrong_calls(two: tuple[Path, Path], tmp_path: Path) -> None:
    a, _ = two
    assert "is the archive itself" in run(a, a, status=2)[1]
    new = tmp_path / "new.db"
    assert "there is no archive" in run(new, tmp_path / "none.db", status=1)[1]
    assert "is a folder" in run(new, tmp_path, status=1)[1]
    text = tmp_path / "text.db"
    text.write_text("not a database, but text")
    assert "not a database" in run(new, text, status=1)[1]
    assert not new.exists()
    for args in ((a, a), (new, text)):
        assert run(*args, status=2 if args[0] == a else 1)[1].count("\n") == 1


def test_another_file_of_the_same_name_is_an_error(two: tuple[Path, Path]) -> None:
    a, b = two
    (theirs,) = b.with_suffix(".warc").iterdir()
    ours = a.with_suffix(".warc") / theirs.name
    ours.write_bytes(b"other")
    before = canonical(a)
    _, err = run(a, b, status=1)
    assert f"{ours}: holds other records than {theirs}" in err
    assert err.count("\n") == 1
    assert canonical(a) == before
    assert ours.read_bytes() == b"other"
    ours.write_bytes(theirs.read_bytes())
    run(a, b)


def test_a_missing_file_is_an_error(two: tuple[Path, Path]) -> None:
    a, b = two
    before = canonical(a)
    (theirs,) = b.with_suffix(".warc").iterdir()
    theirs.unlink()
    assert "the WARC file is missing" in run(a, b, status=1)[1]
    assert canonical(a) == before


def test_files_of_dead_writers_are_closed_first(two: tuple[Path, Path]) -> None:
    a, b = two
    (theirs,) = b.with_suffix(".warc").iterdir()
    theirs.rename(f"{theirs}.open")
    run(a, b)
    assert theirs.exists()
    assert (a.with_suffix(".warc") / theirs.name).exists()


def test_what_cannot_be_written_is_read_all_the_same(two: tuple[Path, Path]) -> None:
    import newsarchive.archive.salvage
    import newsarchive.archive.withhold  # noqa: F401  what is loaded needs no permission later
    from newsarchive.cli.merge import _merge

    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to others
        folder = Path(name)
        folder.chmod(0o755)
        for path in two:
            shutil.copytree(path.parent, folder / path.parent.name)
        a, b = (folder / path.parent.name / path.name for path in two)
        for path in (a.parent, *a.parent.rglob("*")):
            path.chmod(0o777 if path.is_dir() else 0o666)
        for path in (*b.parent.rglob("*"), b.parent):
            path.chmod(0o555 if path.is_dir() else 0o444)
        try:
            with unprivileged(), closing(Locks(a)) as locks:
                counts, clean = _merge(b, a, locks, True)
        finally:
            for path in (b.parent, *b.parent.rglob("*")):
                path.chmod(0o755 if path.is_dir() else 0o644)
        assert (counts.new, counts.changed, clean) == (1, 1, True)


def test_a_file_that_is_being_written_is_an_error(two: tuple[Path, Path]) -> None:
    a, b = two
    with keeping(b, prefix="crawl") as kept:
        kept.store(9, title="Tin chín")
        kept.archive.commit()
        before = canonical(a)
        assert "is being written" in run(a, b, status=1)[1]
        assert canonical(a) == before
    run(a, b)


def test_a_crawl_or_a_backup_at_work_is_an_error(two: tuple[Path, Path]) -> None:
    a, b = two
    for db, name in ((a, "example"), (a, FILES), (b, FILES)):
        with closing(Locks(db)) as locks:
            assert locks.take(name)
            err = run(a, b, status=1)[1]
            assert f"{db}: another newsarchive" in err
            assert err.count("\n") == 1
    run(a, b)


def test_a_kill_before_the_end_changes_nothing(two: tuple[Path, Path]) -> None:
    a, b = two
    before = canonical(a)
    script = (
        "import os, signal, sys\nfrom newsarchive.archive import merge\n"
        "merge._unions.put_sections = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"from newsarchive.cli import main\nmain(['merge', {str(b)!r}, '--db', {str(a)!r}])"
    )
    done = quick.run([*command()[:1], "-c", script], env=environment())
    assert done.returncode < 0
    assert canonical(a) == before
    run(a, b)
    assert faults(a) == []


def test_erased_text_leaves_no_trace_in_the_database_either(a: Path, b: Path) -> None:
    for db in (a, b):
        with keeping(db, prefix=db.parent.name) as kept:
            kept.store(1, title=f"Tin {SECRET.decode()}")
            kept.store(2, title="Tin hai")
    hold(b, 1, erasing=True)
    assert SECRET in all_bytes(a)
    run(a, b)
    assert SECRET not in all_bytes(a)
    assert faults(a) == []


def test_what_is_merged_is_looked_up_and_the_archive_not_gone_through(tmp_path: Path) -> None:
    with opened(tmp_path / "a.db") as archive:
        conn = archive._conn
        conn.execute("CREATE TEMP TABLE theirs (key, site, PRIMARY KEY (key, site)) WITHOUT ROWID")
        conn.execute("CREATE TEMP TABLE held_back (key PRIMARY KEY) WITHOUT ROWID")
        for sql in (
            _unions._SETTLE, _unions._SETTLE_KEY, _unions._THEY_BRING, *_unions._WE_BRING
        ):  # fmt: skip
            values = {"site": "x", "key": "y"}
            steps = [row[-1] for row in conn.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
            scans = {step.split()[1] for step in steps if step.startswith("SCAN")}
            assert scans <= {"sites", "t"}, (sql, steps)  # t: what the other one brings
