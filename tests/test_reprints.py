"""Reprints: which texts tell the same story, and the tables that say so, whoever writes."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import reprint_cases
from archive_cases import HOST, LATER, opened, put, rows, site
from archive_equal import differences
from test_volumes import made_old

from newsarchive import query
from newsarchive.archive import Archive, _retold, likeness
from newsarchive.archive import reprints as kept
from newsarchive.archive.audit import audit
from newsarchive.archive.merge import Merge, open_other
from newsarchive.archive.repair import repair
from newsarchive.archive.withhold import named, withhold
from newsarchive.cli import main
from newsarchive.query.reprints import first, most, of

STORIES = reprint_cases.stories()
A, B, C = STORIES[0], STORIES[1], STORIES[2]


def tell(archive: Archive, number: int, story: tuple[str, ...], **fields: Any) -> str:
    """Store an article that tells a story."""
    return put(archive, number, **{"lead": None, "paragraphs": story, **fields})


def stories(path: Path) -> set[frozenset[int]]:
    """The ids of the articles of each story."""
    found: dict[int, set[int]] = {}
    for story, article in rows(path, "SELECT story, article FROM reprints"):
        found.setdefault(story, set()).add(article)
    return set(map(frozenset, found.values()))


def whole(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as conn:
        return _retold.in_step(conn)


def read(path: Path, call: Callable[..., Any], *args: Any, **choice: Any) -> Any:
    with closing(query.open_readonly(path)) as conn:
        return call(conn, *args, **choice)


def run(*arguments: str, status: int = 0) -> tuple[str, str]:
    """(stdout, stderr) of a command."""
    with (
        redirect_stdout(StringIO()) as out,
        redirect_stderr(StringIO()) as trouble,
        pytest.raises(SystemExit) as end,
    ):
        main(list(arguments))
    assert end.value.code == status, trouble.getvalue()
    return out.getvalue(), trouble.getvalue()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1 and 2 tell the same on two sites, 3 and 4 on one, 5 tells something else."""
    path = tmp_path_factory.mktemp("made") / "a.db"
    with opened(path) as archive:
        archive.register_site(site("other"))
        tell(archive, 1, A, published="2022-08-22T10:00:00+07:00")
        tell(archive, 2, (*A[:-1], "Theo Báo Ví Dụ"), published="2022-08-23", site="other")
        tell(archive, 3, B, published="2022-08-01")
        tell(archive, 4, B, published="2022-08-01T09:00:00+07:00", title="Một đầu đề khác")
        tell(archive, 5, C, published="2022-08-22T08:00:00+07:00")
    return path


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copy(made, tmp_path / "a.db"))


# What two texts have in common.


def test_pairs_that_tell_the_same_story_are_found_and_others_are_not() -> None:
    """The gold: every kind of change of a reprint, every kind of likeness that is none."""

    def found(pairs: Iterator[tuple[str, str, str]]) -> Counter[str]:
        count: Counter[str] = Counter()
        for what, one, other in pairs:
            ours, theirs = likeness.shingles(one), likeness.shingles(other)
            if not ours or not theirs:
                continue
            signed = likeness.signature(ours), likeness.signature(theirs)
            met = set(likeness.bands(signed[0])) & set(likeness.bands(signed[1]))
            similar = likeness.similarity(ours, theirs)
            if met and likeness.is_likely(likeness.guess(*signed)):
                count[what] += likeness.tell_the_same(one, other, similar)
        return count

    wanted = Counter(what for what, _, _ in reprint_cases.reprints(random.Random(3)))
    assert len(wanted) == len(reprint_cases.CHANGES) + 1
    assert found(reprint_cases.reprints(random.Random(3))) == wanted
    assert not +found(reprint_cases.others(random.Random(3)))


def test_reports_of_two_weeks_have_the_words_of_a_reprint() -> None:
    """So that it is the numbers that part them, and the test of the gold tests these."""
    rng = random.Random(5)
    alike = []
    for make in (reprint_cases.week, reprint_cases.case):
        pairs = [("\n".join(make(rng)), "\n".join(make(rng))) for _ in range(20)]
        alike += [
            likeness.similarity(likeness.shingles(one), likeness.shingles(other))
            for one, other in pairs
        ]
        assert not any(likeness.tell_the_same(one, other, 0.9) for one, other in pairs)
    assert max(alike) > 0.3


def test_one_number_that_was_put_right_is_no_other_story() -> None:
    text = "\n".join(reprint_cases.week(random.Random(1)))
    number = next(word for word in text.split() if word.isdigit() and len(word) == 3)
    assert likeness.tell_the_same(text, text.replace(number, "7", 1), 0.95)


def test_a_part_that_many_pages_have_makes_no_story() -> None:
    """Even if it is most of both texts: what stands before it is in one of them only."""
    form = "\n".join(B + C)
    one, other = (f"{' '.join(' '.join(own).split()[:110])}.\n{form}" for own in (A, STORIES[3]))
    similar = likeness.similarity(likeness.shingles(one), likeness.shingles(other))
    assert similar > 0.6
    assert not likeness.tell_the_same(one, other, similar)


def test_shingles_do_not_see_case_marks_of_print_and_the_place_of_a_tone() -> None:
    words = " ".join(f"từ{n} hoà" for n in range(40))
    printed = words.replace("từ1 hoà", "“TỪ1”, HÒA –").replace("từ9 hoà", "từ9… hòa!")
    assert likeness.shingles(words) == likeness.shingles(printed)
    assert likeness.shingles(words) != likeness.shingles(words.replace("từ", "tu"))


def test_a_short_text_is_like_nothing() -> None:
    words = [f"từ{n}" for n in range(likeness.LEAST)]
    assert len(likeness.shingles(" ".join(words))) == likeness.LEAST - likeness.SIZE + 1
    assert likeness.shingles(" ".join(words[1:])) == []
    assert likeness.shingles("") == []


def test_bands_are_numbers_that_sqlite_stores_in_four_bytes() -> None:
    bands = likeness.bands(likeness.probe())
    assert len(set(bands)) == likeness.SLOTS // likeness.ROWS
    assert all(-(1 << 31) <= band < 1 << 31 for band in bands)
    assert not set(bands) & set(likeness.bands(bytes(reversed(likeness.probe()))))


def test_a_guess_is_near_the_similarity() -> None:
    for what, one, other in reprint_cases.others(random.Random(2)):
        ours, theirs = likeness.shingles(one), likeness.shingles(other)
        if ours and theirs:
            guessed = likeness.guess(likeness.signature(ours), likeness.signature(theirs))
            assert abs(guessed - likeness.similarity(ours, theirs)) < 0.3, what


# What is stored.


def test_stories_are_found_as_articles_are_stored(path: Path) -> None:
    assert stories(path) == {frozenset({1, 2}), frozenset({3, 4})}
    assert sorted(rows(path, "SELECT articles, sites, day FROM stories")) == [
        (2, 1, "2022-08-01"),
        (2, 2, "2022-08-22"),
    ]
    assert rows(path, "SELECT count(*) FROM reprints_due") == [(0,)]
    assert whole(path)


def test_a_lead_may_stand_in_the_text_on_one_portal(tmp_path: Path) -> None:
    with opened(tmp_path / "a.db") as archive:
        tell(archive, 1, A)
        tell(archive, 2, A[1:], lead=A[0])
    assert rows(tmp_path / "a.db", "SELECT similarity FROM reprints") == [(1.0,), (1.0,)]


def test_short_articles_are_in_no_story(tmp_path: Path) -> None:
    with opened(tmp_path / "a.db") as archive:
        put(archive, 1)
        put(archive, 2)
    assert stories(tmp_path / "a.db") == set()
    assert rows(tmp_path / "a.db", "SELECT count(*) FROM signatures") == [(0,)]
    assert whole(tmp_path / "a.db")


def test_an_edit_is_compared_anew(path: Path) -> None:
    with Archive.open(path) as archive:
        tell(archive, 2, C, seen=LATER, site="other")
    assert stories(path) == {frozenset({3, 4}), frozenset({2, 5})}
    assert whole(path)
    with Archive.open(path) as archive:
        tell(archive, 5, B, seen=LATER)
    assert stories(path) == {frozenset({3, 4, 5})}
    assert whole(path)


def test_a_new_date_is_that_of_the_story(path: Path) -> None:
    with Archive.open(path) as archive:
        tell(archive, 1, A, seen=LATER, published="2022-08-20")
    assert (2, 2, "2022-08-20") in rows(path, "SELECT articles, sites, day FROM stories")
    assert whole(path)


def chain(path: Path) -> None:
    """1, 2 and 3 of which only 2 is like both others; 4 and 5 are like 3."""
    middle = (*A, *B)
    ends = [(*A, *B[: len(B) // 2]), (*A[len(A) // 2 :], *B)]
    with opened(path) as archive:
        for number, told in enumerate((ends[0], middle, *[ends[1]] * 3), 1):
            tell(archive, number, told)


def test_a_story_falls_apart_without_what_held_it_together(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    chain(path)
    assert stories(path) == {frozenset({1, 2, 3, 4, 5})}
    assert (1, 3) not in rows(path, "SELECT article, other FROM likenesses")
    assert whole(path)
    with Archive.open(path) as archive:
        tell(archive, 2, C, seen=LATER)
    assert stories(path) == {frozenset({3, 4, 5})}
    assert whole(path)
    with Archive.open(path) as archive:
        tell(archive, 2, (*A, *B), seen="2026-01-04T03:04:05Z")
    assert stories(path) == {frozenset({1, 2, 3, 4, 5})}
    assert whole(path)


def test_both_pieces_of_a_story_stay_stories(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    chain(path)
    with Archive.open(path) as archive:
        tell(archive, 6, (*A, *B[: len(B) // 2]))
        archive.commit()
        assert len(stories(path)) == 1
        withhold(archive, named(archive, 2, ""), reason="x", since=LATER)
    assert stories(path) == {frozenset({1, 6}), frozenset({3, 4, 5})}
    assert whole(path)


def test_an_article_joins_two_stories(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with opened(path) as archive:
        for number, told in enumerate(((*A, *B[: len(B) // 2]), (*A[len(A) // 2 :], *B)) * 2, 1):
            tell(archive, number, told)
        archive.commit()
        assert stories(path) == {frozenset({1, 3}), frozenset({2, 4})}
        tell(archive, 5, (*A, *B))
    assert stories(path) == {frozenset({1, 2, 3, 4, 5})}
    assert rows(path, "SELECT articles FROM stories") == [(5,)]
    assert whole(path)


@pytest.mark.parametrize("left", ["withheld", "deleted", "forgotten"])
def test_what_leaves_the_archive_leaves_its_story(path: Path, left: str) -> None:
    with Archive.open(path) as archive:
        if left == "withheld":
            withhold(archive, named(archive, 2, ""), reason="x", since=LATER)
        elif left == "forgotten":
            archive.forget(2)
        else:
            archive._conn.execute("PRAGMA foreign_keys = OFF")
            with archive._writing() as conn:
                conn.execute("DELETE FROM articles WHERE id = 2")
    assert stories(path) == {frozenset({3, 4})}
    assert read(path, of, 1) == []
    for table in ("signatures", "bands", "likenesses"):
        assert rows(path, f"SELECT 1 FROM {table} WHERE article = 2") == []
    assert whole(path)


def test_a_withheld_article_is_not_shown_before_the_tables_know_of_it(path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("UPDATE articles SET withheld = ? WHERE id = 2", (LATER,))
        conn.commit()
    assert read(path, of, 1) == []
    assert HOST + "/bai-2" not in str(read(path, most))


def test_what_is_met_again_while_withheld_stays_out(path: Path) -> None:
    with Archive.open(path) as archive:
        withhold(archive, named(archive, None, f"{HOST}/bai-6"), reason="x", since=LATER)
        assert tell(archive, 6, A) == "withheld"
    assert stories(path) == {frozenset({1, 2}), frozenset({3, 4})}
    assert rows(path, "SELECT count(*) FROM reprints_due") == [(0,)]


def test_nothing_of_a_transaction_that_failed_stays(path: Path) -> None:
    before = rows(path, "SELECT * FROM likenesses"), rows(path, "SELECT * FROM bands")
    archive = Archive.open(path)
    tell(archive, 6, A)
    archive._conn.close()  # as if it were killed
    assert (rows(path, "SELECT * FROM likenesses"), rows(path, "SELECT * FROM bands")) == before
    assert rows(path, "SELECT count(*) FROM reprints_due") == [(0,)]


def test_the_order_of_articles_does_not_matter(tmp_path: Path) -> None:
    told = [A, B, C, (*A, *B), (*A, *B[: len(B) // 2]), (*A[len(A) // 2 :], *B), A, B]
    found = []
    for seed in range(3):
        path = tmp_path / f"{seed}.db"
        numbers = list(range(len(told)))
        random.Random(seed).shuffle(numbers)
        with opened(path) as archive:
            for number in numbers:
                tell(archive, number, told[number])
                if number % 3 == 0:
                    archive.commit()
        keys = dict(rows(path, "SELECT id, key FROM articles"))
        found.append({frozenset(keys[article] for article in story) for story in stories(path)})
        assert whole(path)
    assert found[0] == found[1] == found[2]


def test_merged_archives_are_the_same_either_way(tmp_path: Path) -> None:
    paths = [tmp_path / name / "a.db" for name in ("one", "two")]
    for at, path in enumerate(paths):
        path.parent.mkdir()
        with opened(path) as archive:
            for number in (1, 2, 3):
                tell(archive, 10 * at + number, (A, B, C)[number - 1])
            tell(archive, 7, (*A, *B[: len(B) // 2]))
    copies = [tmp_path / name / "a.db" for name in ("both", "htob")]
    for at, copy in enumerate(copies):
        copy.parent.mkdir()
        copy.write_bytes(paths[at].read_bytes())
        with Archive.open(copy) as archive, closing(open_other(paths[1 - at])) as other:
            merge = Merge(archive, other, paths[1 - at].with_suffix(".warc"), LATER)
            merge.run(lambda _: None)
        assert whole(copy)
        assert len(stories(copy)) == 3
    assert differences(*copies) == ""


def test_forms_of_words_do_not_make_the_work_for_an_article_grow(tmp_path: Path) -> None:
    """Of a hundred articles with the same bands, a few are looked at."""
    rng = random.Random(1)
    with opened(tmp_path / "a.db") as archive:
        for number in range(100):
            tell(archive, number, reprint_cases.case(rng))
        tell(archive, 200, A)
        tell(archive, 201, reprint_cases.case(random.Random(1)))
    path = tmp_path / "a.db"
    assert whole(path)
    assert frozenset({1, 102}) in stories(path)
    assert len(rows(path, "SELECT 1 FROM likenesses WHERE article = 102")) <= 12


# Without the library, and in older archives.


def test_without_the_library_articles_are_taken_and_compared_later(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(likeness, "available", lambda: False)
    with Archive.open(path) as archive:
        tell(archive, 6, A)
        tell(archive, 4, C, seen=LATER)
    assert stories(path) == {frozenset({1, 2})}
    assert rows(path, "SELECT article, old FROM reprints_due") == [(4, 1), (6, 1)]
    assert whole(path)
    _, trouble = run("reprints", "--db", str(path), status=1)
    assert "2 articles are not compared; install rensa" in trouble
    monkeypatch.undo()
    assert run("reprints", "--db", str(path))[1] == "2 articles compared\n"
    assert stories(path) == {frozenset({1, 2, 6}), frozenset({4, 5})}
    assert whole(path)


def test_an_older_archive_is_compared_by_the_command(path: Path) -> None:
    found = stories(path)
    made_old(path)
    assert read(path, of, 1) == []
    with Archive.open(path) as archive:
        tell(archive, 6, C)  # which is compared at once, with what is compared already
    assert stories(path) == set()
    assert len(rows(path, "SELECT 1 FROM reprints_due")) == 5
    assert run("reprints", "--db", str(path), "--quiet") == ("", "")
    assert stories(path) == {*found, frozenset({5, 6})}
    assert whole(path)


def test_the_command_goes_on_where_it_was_stopped(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = stories(path)
    with Archive.open(path) as archive:
        with archive._writing() as conn:
            kept.reset(conn)
        monkeypatch.setattr(kept, "_CHUNK", 2)
        done: list[int] = []

        def stop(articles: int) -> None:
            done.append(articles)
            if sum(done) >= 4:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            kept.fill(archive, stop)
    assert rows(path, "SELECT article FROM reprints_due") == [(5,)]
    assert stories(path) == found
    with Archive.open(path) as archive:
        assert kept.fill(archive, done.append)
    assert done == [2, 2, 1]
    assert whole(path)


def test_signatures_of_another_release_are_made_anew(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = stories(path)
    other = bytes(64)
    monkeypatch.setattr(likeness, "probe", lambda: other)
    with Archive.open(path) as archive:
        tell(archive, 6, A)  # cannot be compared with the others
    assert rows(path, "SELECT article, old FROM reprints_due") == [(6, 1)]
    run("reprints", "--db", str(path))
    assert rows(path, "SELECT probe FROM signature_probe") == [(other,)]
    assert stories(path) == {frozenset({1, 2, 6}), *(found - {frozenset({1, 2})})}


# What is told of them.


def test_of_tells_the_others_with_the_first(path: Path) -> None:
    (other,) = read(path, of, 1)
    assert (other.article, other.site, other.url) == (2, "other", f"{HOST}/bai-2")
    assert (other.published, other.first, other.gone) == ("2022-08-23", False, None)
    assert 0.6 <= other.similarity < 1
    (other,) = read(path, of, 2)
    assert (other.article, other.first) == (1, True)
    assert read(path, first, 1) == read(path, first, 2) == 1
    assert read(path, of, 5) == []
    assert read(path, first, 5) is None
    with Archive.open(path) as archive:
        archive.set_gone(2, since=LATER, capture=None)
    assert read(path, of, 1)[0].gone == LATER


@pytest.mark.parametrize(
    ("published", "known"),
    [
        (("2022-08-22T10:00:00+07:00", "2022-08-22T09:00:00+07:00"), 2),
        (("2022-08-22T10:00:00+07:00", "2022-08-22T10:00:00+07:00"), None),
        (("2022-08-22T23:00:00+07:00", "2022-08-22"), None),
        (("2022-08-22", "2022-08-22"), None),
        (("2022-08-22T23:00:00+07:00", "2022-08-23"), 1),
        (("2022-08-22", "2022-08-22T23:00:00+07:00", "2022-08-21"), 3),
        ((None, "2022-08-22"), 2),
        ((None, None), None),
    ],
)
def test_who_was_first(tmp_path: Path, published: tuple[Any, ...], known: int | None) -> None:
    path = tmp_path / "a.db"
    with opened(path) as archive:
        for number, time in enumerate(published, 1):
            tell(archive, number, A, published=time)
    assert read(path, first, 1) == known
    assert [told.article for told in read(path, of, 1) if told.first] == [known] * (
        known not in (None, 1)
    )
    (story,) = read(path, most)
    assert (story.first, story.article if story.first else None) == (known is not None, known)


def test_the_earliest_come_first_and_undated_ones_last(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with opened(path) as archive:
        times = (None, "2022-08-22T10:00:00+07:00", "2022-08-22", "2022-08-21", "2023-01-01")
        for number, published in enumerate(times, 1):
            tell(archive, number, A, published=published)
    assert [told.article for told in read(path, of, 2)] == [4, 3, 5, 1]


def test_most_are_the_stories_of_most_sites(path: Path) -> None:
    found = read(path, most)
    assert [(s.sites, s.articles, s.day, s.article, s.first) for s in found] == [
        (2, 2, "2022-08-22", 1, True),
        (1, 2, "2022-08-01", 3, False),
    ]
    assert found[0].title.startswith("Triệt phá")
    assert [s.article for s in read(path, most, limit=1)] == [1]
    assert [s.article for s in read(path, most, until="2022-08-21")] == [3]
    assert [s.article for s in read(path, most, since="2022-08-22", until="2022-08-22")] == [1]
    assert read(path, most, since="2022-08-23") == []


def test_the_command_tells_them(path: Path) -> None:
    told, _ = run("reprints", "--db", str(path))
    assert told.splitlines()[0].startswith("2 sites, 2 articles: Triệt phá")
    assert f"first 2022-08-22 10:00 example 1: {HOST}/bai-1" in told
    assert f"first not known; e.g. 2022-08-01 example 3: {HOST}/bai-3" in told
    told, _ = run("reprints", "--db", str(path), "--json")
    lines = [json.loads(line) for line in told.splitlines()]
    assert [(s["article"], [r["article"] for r in s["reprints"]]) for s in lines] == [
        (1, [2]),
        (3, [4]),
    ]


def test_show_names_them(path: Path) -> None:
    told = " ".join(run("show", "2", "--db", str(path))[0].split())
    assert "reprint 1: 2022-08-22 10:00, example," in told
    assert f"alike, the first: {HOST}/bai-1" in told
    (reprint,) = json.loads(run("show", "1", "--db", str(path), "--json")[0])["reprints"]
    assert (reprint["article"], reprint["first"]) == (2, False)


# Whether they are in step.


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE signatures SET signature = zeroblob(64) WHERE article = 5",
        "DELETE FROM signatures WHERE article = 5",
        "INSERT INTO signatures SELECT 99, signature FROM signatures WHERE article = 5",
        "DELETE FROM bands WHERE article = 5",
        "INSERT INTO bands VALUES (1, 5)",
        "DELETE FROM likenesses WHERE article = 1",
        "DELETE FROM likenesses",
        "UPDATE likenesses SET similarity = 0.5 WHERE article = 1",
        "UPDATE reprints SET similarity = 0.5 WHERE article = 1",
        "UPDATE reprints SET story = (SELECT max(story) FROM reprints)",
        "INSERT INTO reprints SELECT 5, story, similarity FROM reprints WHERE article = 1",
        "DELETE FROM reprints WHERE article = 1",
        "UPDATE stories SET articles = articles + 1",
        "UPDATE stories SET day = NULL",
        "INSERT INTO stories VALUES (99, 2, 1, NULL)",
        "DELETE FROM stories",
    ],
)
def test_what_is_out_of_step_is_found_and_mended(path: Path, damage: str) -> None:
    found = stories(path)
    with closing(sqlite3.connect(path)) as conn:
        conn.execute(damage)
        conn.commit()
    assert not whole(path)
    with Archive.open(path) as archive, archive._writing() as conn:
        kept.rebuild(conn)
    assert whole(path)
    assert stories(path) == found


def test_verify_says_what_is_out_of_step_and_repair_mends_it(path: Path) -> None:
    found = stories(path)
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("DELETE FROM likenesses WHERE article = 1")
        conn.execute("UPDATE volumes SET gone = 7")
        conn.commit()
        faults = [f for f in audit(conn, path, advance=lambda _: None) if f.mends != "captures"]
    assert [fault.mends for fault in faults] == ["volumes", "reprints"]
    with Archive.open(path) as archive:
        done = repair(archive, faults)
    assert [line.split(": ")[1] for line in done] == ["volumes made anew", "reprints made anew"]
    with closing(sqlite3.connect(path)) as conn:
        faults = [f for f in audit(conn, path, advance=lambda _: None) if f.mends != "captures"]
    assert faults == []
    assert stories(path) == found


@pytest.mark.parametrize("table", ["reprints", "likenesses", "stories", "signatures", "bands"])
def test_a_damaged_table_stops_no_writer(path: Path, table: str) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.execute(f"DELETE FROM {table} WHERE rowid = 1" if table in ("reprints", "stories")
                     else f"DELETE FROM {table} WHERE article = 1")  # fmt: skip
        conn.commit()
    with Archive.open(path) as archive:
        for number, told in ((1, C), (2, B), (6, A)):
            tell(archive, number, told, seen=LATER)
    assert rows(path, "SELECT title FROM articles WHERE id = 6") != []
    assert rows(path, "SELECT count(*) FROM reprints_due") == [(0,)]
