"""refresh: edits become versions, deletions are confirmed, returns seen, a broken site told apart."""

from __future__ import annotations

import os
import pty
import random
import subprocess
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
import quick
from crawl_cases import asked, command, crawl, environment, portal, rows, story, without_progress

from newsarchive.archive._rows import _digest as digest
from newsarchive.demo.answer import Answer, moved, page
from newsarchive.demo.portal import Portal, serve
from newsarchive.demo.stories import Story

Done = subprocess.CompletedProcess[str]


def refresh(db: Path, *args: object) -> Done:
    return without_progress(quick.run(
        command("refresh", "--db", db, "--delay", 0, "--concurrency", 8, *args),
        timeout=120, cwd=db.parent, env=environment(),
    ))  # fmt: skip


def on_terminal(*args: object) -> str:
    """What the command prints where its output is a terminal."""
    ours, theirs = pty.openpty()
    with open(ours, "rb", buffering=0) as screen:
        subprocess.run(command(*args), stdout=theirs, env=environment(TERM="xterm"), check=True)
        os.close(theirs)
        parts = []
        with suppress(OSError):  # as Linux tells the end of a terminal
            while part := screen.read(65536):
                parts.append(part)
    return b"".join(parts).decode()


def gone(db: Path) -> set[str]:
    return {title for (title,) in rows(db, "SELECT title FROM articles WHERE gone IS NOT NULL")}


def events(db: Path) -> list[tuple[str, str]]:
    return rows(
        db,
        "SELECT a.title, e.what FROM events e JOIN articles a ON a.id = e.article ORDER BY e.rowid",
    )


def edited(crawled: Portal, number: int, title: str) -> None:
    crawled.replace(replace(crawled.stories[number], title=title))


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "a.db"


def test_an_edit_is_a_version_and_nothing_else_changes(db: Path) -> None:
    crawled = portal(articles=12)
    with serve(crawled) as base:
        assert crawl(f"{base}/", db).returncode == 0
        before = rows(db, "SELECT key, title, version FROM articles ORDER BY key")
        old = crawled.stories[3]
        crawled.replace(replace(old, title="Tiêu đề đã sửa của bài này"))
        done = refresh(db, "--recheck", "all")
        assert (done.returncode, done.stderr) == (0, "")
        assert "changed 1, unchanged 11, failed 0" in done.stdout
        again = refresh(db, "--recheck", "all")
    assert "changed 0, unchanged 12, failed 0" in again.stdout
    after = rows(db, "SELECT key, title, version FROM articles ORDER BY key")
    assert [row for row in after if row not in before] == [
        (key, "Tiêu đề đã sửa của bài này", 2) for key, title, _ in before if title == old.title
    ]
    assert rows(db, "SELECT version, title FROM versions WHERE article IN (SELECT article FROM versions WHERE version = 2) ORDER BY 1") == [
        (1, old.title), (2, "Tiêu đề đã sửa của bài này"),
    ]  # fmt: skip
    shown = quick.run(command("search", "--changed", "--db", db), check=True).stdout
    assert shown.count("http://") == 1
    assert "Tiêu đề đã sửa" in shown
    (found,) = rows(db, "SELECT id FROM articles WHERE version = 2")
    words = quick.run(command("diff", found[0], "--db", db), check=True).stdout
    assert "{+Tiêu đề đã sửa" in words
    assert "[-" in words
    assert "\x1b" not in words
    shown = on_terminal("diff", found[0], "--db", db)
    assert "\x1b[32m{+Tiêu đề đã sửa" in shown
    assert "\x1b[31m" in shown


def test_what_another_reader_made_of_a_page_is_no_edit(db: Path) -> None:
    crawled = portal(articles=6)
    with serve(crawled) as base:
        assert crawl(f"{base}/", db).returncode == 0
        bylines = rows(db, "SELECT key, byline FROM articles ORDER BY key")
        # As an older reader may have read it: without the byline.
        _write(db, "UPDATE articles SET byline = NULL, parser = 'newsarchive/0.0.1'")
        for key, title, lead, body, captions, source, section, published in rows(
            db, "SELECT id, title, lead, body, captions, source, section, published FROM articles"
        ):
            content = digest((title, lead, body, captions, None, source, section, published))
            _write(db, f"UPDATE observations SET content = '{content}' WHERE article = {key}")
        _write(db, "UPDATE versions SET byline = NULL")
        victim = crawled.stories[2]
        crawled.replace(replace(victim, title="Một tiêu đề mới"))
        done = refresh(db, "--recheck", "all")
    assert (done.returncode, done.stderr) == (0, "")
    assert "changed 1, unchanged 5" in done.stdout
    assert rows(db, "SELECT key, byline FROM articles ORDER BY key") == bylines
    assert rows(
        db, "SELECT title, max(version) FROM versions GROUP BY article HAVING max(version) > 1"
    ) == [("Một tiêu đề mới", 2)]
    assert rows(db, "SELECT count(*) FROM versions WHERE byline IS NULL") == [(0,)]
    assert len(rows(db, "SELECT DISTINCT parser FROM articles")) == 1


@pytest.mark.parametrize("how", ["404", "410", "soft", "home"])
def test_a_deletion_is_confirmed_in_the_same_run_and_undone_by_a_return(db: Path, how: str) -> None:
    crawled = portal(articles=12)
    answers = {
        "404": Answer(status=404), "410": Answer(status=410), "home": moved("/", 302),
        "soft": page("<html><head><title>Không tìm thấy trang</title></head><body><h1>Không tìm "
                     "thấy trang</h1><p>Trang bạn yêu cầu không tồn tại.</p></body></html>"),
    }  # fmt: skip
    with serve(crawled) as base:
        assert crawl(f"{base}/", db).returncode == 0
        victim = crawled.stories[5]
        path = crawled.family.article_path(victim)
        crawled.override[path] = answers[how]
        asked_before = len(crawled.requests)
        done = refresh(db, "--recheck", "all")
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        assert asked(crawled)[asked_before:].count(path) == 2
        assert "gone 1" in done.stdout
        assert gone(db) == {victim.title}
        assert rows(db, "SELECT count(*) FROM versions") == [(12,)]
        assert events(db) == [(victim.title, "gone")]
        still = refresh(db, "--recheck", "all")
        assert still.returncode == 0
        assert events(db) == [(victim.title, "gone")]
        del crawled.override[path]
        time.sleep(1)  # what is seen in the same second as a deletion does not undo it
        back = refresh(db, "--recheck", "all")
    assert back.returncode == 0
    assert "returned 1" in back.stdout
    assert gone(db) == set()
    assert events(db) == [(victim.title, "gone"), (victim.title, "returned")]
    assert rows(db, "SELECT count(*), max(version) FROM versions") == [(12, 1)]


def test_a_look_that_is_not_confirmed_marks_nothing(db: Path) -> None:
    crawled = portal(articles=6)
    with serve(crawled) as base:
        assert crawl(f"{base}/", db).returncode == 0
        path = crawled.family.article_path(crawled.stories[2])
        crawled.override[path] = Answer(status=404)
        due = "UPDATE checks SET due = '2020-01-01T00:00:00Z'"
        _write(db, due)
        first = refresh(db)
        assert first.returncode == 0, first.stderr
        assert gone(db) == set()
        assert rows(db, "SELECT how FROM checks WHERE missed IS NOT NULL") == [("answered 404",)]
        _write(db, due)
        same_day = refresh(db)
        assert same_day.returncode == 0
        assert gone(db) == set()
        # A day later.
        _write(db, "UPDATE checks SET missed = '2020-01-01T00:00:00Z' WHERE missed IS NOT NULL")
        _write(db, due)
        later = refresh(db)
    assert later.returncode == 0
    assert gone(db) == {crawled.stories[2].title}
    assert rows(db, "SELECT gone FROM articles WHERE gone IS NOT NULL") == [
        ("2020-01-01T00:00:00Z",)
    ]


def _write(db: Path, sql: str) -> None:
    import sqlite3

    conn = sqlite3.connect(db)
    conn.execute(sql)
    conn.commit()
    conn.close()


@pytest.mark.parametrize("how", ["404", "home", "one page", "500", "not an article"])
def test_a_site_that_moved_or_broke_loses_nothing(db: Path, how: str) -> None:
    crawled = portal(articles=15)
    answers = {
        "404": Answer(status=404), "home": moved("/", 302), "500": Answer(status=500),
        "not an article": page("<html><body><h1>Đăng nhập</h1><form><input type=password></form>"),
        "one page": page(
            "<html><head><title>Thông báo bảo trì hệ thống</title></head><body><h1>Thông báo bảo trì "
            "hệ thống</h1><p>22/08/2024 10:11</p>" + "<p>Cổng thông tin điện tử đang được nâng cấp, "
            "mong bạn đọc thông cảm và quay lại sau khi việc bảo trì đã hoàn tất trong tuần này.</p>" * 6
            + "</body></html>"
        ),
    }  # fmt: skip
    with serve(crawled) as base:
        assert crawl(f"{base}/", db).returncode == 0
        before = rows(db, "SELECT key, title, body, version, gone FROM articles ORDER BY key")
        for one in crawled.stories[:13]:
            crawled.override[crawled.family.article_path(one)] = answers[how]
        done = refresh(db, "--recheck", "all")
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1, done.stderr
        assert "of 15 known articles" in done.stderr
        assert "the site has moved or broke; nothing is marked gone" in done.stderr
        assert (
            rows(db, "SELECT key, title, body, version, gone FROM articles ORDER BY key") == before
        )
        assert events(db) == []
        assert rows(db, "SELECT count(*) FROM checks WHERE missed IS NOT NULL") == [(0,)]
        crawled.override.clear()
        mended = refresh(db, "--recheck", "all")
    assert (mended.returncode, mended.stderr) == (0, "")


def test_an_article_that_answers_elsewhere_has_moved(db: Path) -> None:
    crawled = portal(articles=6)
    with serve(crawled) as base:
        assert crawl(f"{base}/", db).returncode == 0
        one = crawled.stories[1]
        path = crawled.family.article_path(one)
        body = crawled.respond("GET", path, {"host": base[7:]}).body
        crawled.override[path] = moved("/moi/bai-viet-da-chuyen.html")
        crawled.override["/moi/bai-viet-da-chuyen.html"] = page(body.decode())
        done = refresh(db, "--recheck", "all")
    assert (done.returncode, done.stderr) == (0, "")
    assert events(db) == [(one.title, "moved")]
    assert len(rows(db, "SELECT id FROM articles")) == 6
    assert (f"{base}/moi/bai-viet-da-chuyen.html",) in rows(db, "SELECT url FROM urls")


def test_a_page_that_ends_early_is_no_edit(db: Path) -> None:
    crawled = portal(articles=6)
    with serve(crawled) as base:
        assert crawl(f"{base}/", db).returncode == 0
        path = crawled.family.article_path(crawled.stories[1])
        whole = crawled.respond("GET", path, {"host": base[7:]})
        crawled.override[path] = replace(whole, cut=len(whole.body) * 3 // 4)
        done = refresh(db, "--recheck", "all")
    assert done.returncode == 1
    assert "the connection ended before the page did" in done.stderr
    assert rows(db, "SELECT max(version) FROM articles") == [(1,)]


def test_unchanged_pages_cost_a_revisit_record_and_lists_only_a_count(db: Path) -> None:
    crawled = portal(articles=12)
    with serve(crawled) as base:
        assert crawl(f"{base}/", db).returncode == 0
        captures = rows(db, "SELECT count(*) FROM captures")[0][0]
        assert refresh(db, "--recheck", "all").returncode == 0
        new = rows(db, "SELECT url, digest FROM captures WHERE id > ?", captures)
        assert len(new) == 12
        assert len(rows(db, "SELECT * FROM revisits WHERE capture > ?", captures)) == 12
        # All but the sitemap that there is none of, which a complete site is not asked for.
        assert rows(db, "SELECT url FROM listings WHERE same < 1") == [(f"{base}/sitemap.xml",)]
        # Two identical bodies prove ETag and Last-Modified: the third look may ask by them.
        assert refresh(db, "--recheck", "all").returncode == 0
        everything = refresh(db, "--recheck", "all", "--keep-listings", "all")
    assert everything.returncode == 0
    kept = {
        url.removeprefix(base)
        for (url,) in rows(db, "SELECT DISTINCT url FROM captures WHERE crawl = 4")
    }
    assert {"/", "/robots.txt"} <= kept


def test_validators_are_sent_where_they_proved_themselves(db: Path) -> None:
    crawled = portal(articles=6)
    with serve(crawled) as base:
        paths = [crawled.family.article_path(s) for s in crawled.stories]
        answers = {p: crawled.respond("GET", p, {"host": base[7:]}) for p in paths}
        steady, drifting = paths[0], paths[1]
        for path in (steady, drifting):
            stamp = "Mon, 22 Aug 2022 03:11:00 GMT"
            headers = {**answers[path].headers, "ETag": '"a"', "Last-Modified": stamp}
            crawled.override[path] = replace(answers[path], headers=headers)
        assert crawl(f"{base}/", db).returncode == 0
        # As NukeViet does: Last-Modified is always yesterday's.
        later = {
            **crawled.override[drifting].headers,
            "Last-Modified": "Tue, 23 Aug 2022 03:11:00 GMT",
            "ETag": '"b"',
        }
        crawled.override[drifting] = replace(crawled.override[drifting], headers=later)
        assert refresh(db, "--recheck", "all").returncode == 0
        crawled.override[steady] = Answer(status=304, headers={"ETag": '"a"'})
        start = len(crawled.requests)
        done = refresh(db, "--recheck", "all")
        third = {r.target: r.headers for r in crawled.requests[start:]}
        assert third[steady]["if-none-match"] == '"a"'
        assert third[steady]["if-modified-since"] == stamp
        assert "if-none-match" not in third[drifting]
        assert "if-modified-since" not in third[drifting]
        assert "changed 0, unchanged 6, failed 0" in done.stdout
        # Now and then the page is wanted whatever the server says of it.
        for _ in range(3):
            assert refresh(db, "--recheck", "all").returncode == 0
    sent = [bool(r.headers.get("if-none-match")) for r in crawled.requests if r.target == steady]
    assert sent[2:] == [True, True, False, True] or sent.count(False) >= 3
    found = rows(
        db,
        "SELECT c.status, r.refers_to FROM captures c JOIN revisits r ON r.capture = c.id WHERE c.status = 304",
    )
    assert found
    whole = rows(
        db,
        "SELECT record_id FROM captures WHERE url = ? AND status = 200 ORDER BY id",
        base + steady,
    )
    assert {refers_to for _, refers_to in found} <= {record for (record,) in whole}


def test_a_page_that_fails_is_left_alone_for_a_while(db: Path) -> None:
    crawled = portal(articles=6)
    path = crawled.family.article_path(crawled.stories[2])
    crawled.override[path] = Answer(status=500)
    with serve(crawled) as base:
        assert crawl(f"{base}/", db).returncode == 1
        assert rows(db, "SELECT attempts FROM frontier WHERE state = 'failed'") == [(1,)]
        start = len(crawled.requests)
        soon = refresh(db)
        assert (soon.returncode, soon.stderr) == (0, "")
        assert path not in asked(crawled)[start:]
        _write(db, "UPDATE frontier SET next_try = '2020-01-01T00:00:00Z' WHERE state = 'failed'")
        later = refresh(db)
        assert later.returncode == 1
        assert path in asked(crawled)[start:]
        ((again,),) = rows(db, "SELECT next_try FROM frontier WHERE state = 'failed'")
        assert again > "2026"
        del crawled.override[path]
        assert ", new 1," in crawl(f"{base}/", db).stdout  # who crawls by hand need not wait


def test_one_refresh_at_a_time(db: Path) -> None:
    crawled = portal(articles=6)
    with serve(crawled) as base:
        assert crawl(f"{base}/", db).returncode == 0
        crawled.override["/"] = Answer(delay=60.0, body=b"late")
        first = subprocess.Popen(
            command("refresh", "--db", db), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            cwd=db.parent, env=environment(),
        )  # fmt: skip
        start = len(crawled.requests)
        while len(crawled.requests) < start + 1:
            assert first.poll() is None
            time.sleep(0.005)
        second = refresh(db)
        other = crawl(f"{base}/", db)
        first.kill()
        first.communicate()
        assert (second.returncode, second.stderr) == (0, "")
        assert "another refresh is at work" in second.stdout
        assert other.returncode == 1
        assert "another newsarchive crawls it into this archive" in other.stderr
        del crawled.override["/"]
        # A lock of a dead process holds nobody up.
        third = refresh(db)
    assert third.returncode == 0, third.stderr
    assert rows(db, "SELECT outcome FROM crawls ORDER BY id") == [
        ("finished",),
        ("killed",),
        ("finished",),
    ]


def test_what_is_not_followed_is_a_wrong_call(db: Path) -> None:
    crawled = portal(articles=3)
    with serve(crawled) as base:
        assert crawl(f"{base}/", db).returncode == 0
    done = refresh(db, "daklak")
    assert done.returncode == 2
    assert "daklak: this archive does not follow it" in done.stderr


def test_pictures_are_kept_once_where_they_are_wanted(db: Path) -> None:
    crawled = portal(articles=4)
    with serve(crawled) as base:
        assert crawl(f"{base}/", db, "--images").returncode == 0
        pictures = {url for (url,) in rows(db, "SELECT url FROM images")}
        kept = [url for (url,) in rows(db, "SELECT url FROM captures WHERE status = 200")]
        assert pictures <= set(kept)
        again = len(crawled.requests)
        assert refresh(db, "--images", "--recheck", "all").returncode == 0
    assert not [r for r in asked(crawled)[again:] if base + r in pictures]


class Observer:
    """Who sees every change at the portal as it is made."""

    def __init__(self, crawled: Portal, chance: random.Random) -> None:
        self.crawled = crawled
        self.chance = chance
        self.next = len(crawled.stories) + 1
        self.deleted: dict[int, Story] = {}
        self.paths = {s.id: crawled.family.article_path(s) for s in crawled.stories}
        self.versions = {s.id: [_said(s)] for s in crawled.stories}
        self.events: dict[int, list[str]] = {s.id: [] for s in crawled.stories}

    def act(self) -> None:
        """One random edit, deletion, return or publication."""
        present = self.crawled.stories
        kind = self.chance.choices(["edit", "delete", "return", "publish"], [5, 2, 2, 3])[0]
        if kind == "return" and not self.deleted:
            kind = "edit"
        if kind == "publish":
            new = story(self.next)
            self.next += 1
            self.crawled.add(new)
            self.paths[new.id] = self.crawled.family.article_path(new)
        elif kind == "return":
            back = self.chance.choice(sorted(self.deleted))
            self.crawled.add(self.deleted.pop(back))
            self.crawled.override.pop(self.paths[back], None)
        elif kind == "delete" and len(self.deleted) * 4 < len(present):
            victim = self.chance.choice(present)
            self.deleted[victim.id] = victim
            self.crawled.remove(victim.id)
            if self.chance.random() < 0.5:  # else the portal says 404 itself
                self.crawled.override[self.paths[victim.id]] = self.chance.choice(
                    [Answer(status=410), moved("/", 302)]
                )
        else:
            self._edit(self.chance.choice(present))

    def _edit(self, old: Story) -> None:
        mark = self.chance.randrange(10**9)
        what = self.chance.choice(["title", "lead", "body"])
        if what == "title":
            new = replace(old, title=f"{old.title.split(', sửa')[0]}, sửa {mark}")
        elif what == "lead":
            new = replace(
                old,
                lead=f"Công an vừa làm rõ vụ việc trên địa bàn, theo tin sửa số {mark} của đơn vị.",
            )
        else:
            new = replace(
                old,
                paragraphs=(
                    *old.paragraphs[:-1],
                    f"{old.paragraphs[-1].split(' (')[0]} (số {mark})",
                ),
            )
        self.crawled.replace(new)

    def look(self) -> None:
        """What an archive that looks now can know."""
        for number in self.deleted:
            happened = self.events.get(number)
            if happened is not None and happened[-1:] != ["gone"]:
                happened.append("gone")
        for one in self.crawled.stories:
            if one.id not in self.versions:
                self.versions[one.id], self.events[one.id] = [_said(one)], []
                continue
            if self.events[one.id][-1:] == ["gone"]:
                self.events[one.id].append("returned")
            if self.versions[one.id][-1] != _said(one):
                self.versions[one.id].append(_said(one))


def _said(one: Story) -> tuple[str, str | None, tuple[str, ...]]:
    return one.title, one.lead, one.paragraphs


def test_a_thousand_changes_leave_what_a_perfect_observer_saw(db: Path) -> None:
    crawled = portal(articles=60, page_size=10)
    watcher = Observer(crawled, random.Random(20220822))
    with serve(crawled) as base:
        assert crawl(f"{base}/", db).returncode == 0
        for _ in range(10):
            for _ in range(100):
                watcher.act()
            watcher.look()
            # Looks of one second are one, and a refresh may be as quick.
            time.sleep(1 - time.time() % 1)
            done = refresh(db, "--recheck", "all", "--quiet")
            assert (done.returncode, done.stderr, done.stdout) == (0, "", "")
    keys = {number: (base + path).removeprefix("http://") for number, path in watcher.paths.items()}
    found: dict[str, list[tuple[str, str, tuple[str, ...]]]] = {}
    for name, title, lead, body in rows(
        db,
        "SELECT a.key, v.title, v.lead, v.body FROM versions v JOIN articles a ON a.id = v.article "
        "ORDER BY a.key, v.version",
    ):
        found.setdefault(name, []).append((title, lead, tuple(body.split("\n\n"))))
    assert found == {keys[number]: said for number, said in watcher.versions.items()}
    assert sum(len(said) - 1 for said in found.values()) > 200
    is_gone = {name for (name,) in rows(db, "SELECT key FROM articles WHERE gone IS NOT NULL")}
    assert is_gone == {keys[n] for n in watcher.deleted if n in watcher.versions}
    happened: dict[str, list[str]] = {name: [] for name in found}
    for name, what in rows(
        db,
        "SELECT a.key, e.what FROM events e JOIN articles a ON a.id = e.article "
        "ORDER BY e.seen, e.rowid",
    ):
        happened[name].append(what)
    assert happened == {keys[number]: what for number, what in watcher.events.items()}
    assert sum(map(len, happened.values())) > 50
    # The latest version is what the row shows.
    assert rows(
        db,
        "SELECT count(*) FROM articles a JOIN versions v ON v.article = a.id "
        "AND v.version = a.version WHERE a.title = v.title AND a.body = v.body",
    ) == [(len(found),)]
