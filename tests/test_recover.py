"""`newsarchive recover` over HTTP: sites out of web archives that answer as the real ones do."""

from __future__ import annotations

import gzip
import json
import re
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import quick
import timing
from crawl_cases import command, crawl, environment, portal, rows, story
from warcio.archiveiterator import ArchiveIterator
from web_archives import CommonCrawl, Fault, Held, Wayback, digest
from witnesses import pywb

from newsarchive.archive import Archive
from newsarchive.archive.records import base32_sha1
from newsarchive.archive.recoveries import Found, Span
from newsarchive.archive.warc import Exchange, WarcWriter
from newsarchive.cli import main
from newsarchive.crawl import targets
from newsarchive.crawl.recovery_capture import Reply, Sources, of_memento, of_record, redirected
from newsarchive.crawl.recovery_index import CommonCrawl as Index
from newsarchive.crawl.recovery_index import Wayback as WaybackIndex
from newsarchive.crawl.recovery_pages import captures, hosts_of
from newsarchive.demo.answer import Answer
from newsarchive.demo.portal import Portal
from newsarchive.demo.portal import serve as serve_portal
from newsarchive.demo.server import serve
from newsarchive.demo.stories import Story
from newsarchive.errors import FetchError

Done = subprocess.CompletedProcess[str]
Web = Wayback | CommonCrawl
HOST = "conganhaiduong.gov.vn"
PARKED = b"<html><title>For sale</title><body><h1>This domain is for sale</h1></body></html>"
ADDED = "Công an huyện đã bắt giữ thêm {} đối tượng có liên quan và tiếp tục mở rộng điều tra."


def edited(number: int, edits: int = 0) -> Story:
    """An article after so many edits, each of which added a paragraph."""
    one = story(number)
    more = (ADDED.format(edit + 2) for edit in range(edits))
    return replace(one, paragraphs=(*one.paragraphs, *more))


def page(number: int, edits: int = 0) -> bytes:
    one = edited(number, edits)
    shown = Portal(family="mojoportal", name="Công an tỉnh Hải Dương", stories=[one], page_size=5)
    return shown.respond("GET", shown.family.article_path(one), {"host": HOST}).body


def held(number: int, day: str, edits: int = 0, *, at: str = f"http://{HOST}", **more: Any) -> Held:
    more.setdefault("body", page(number, edits))
    more.setdefault("headers", {"Server": "nginx", "ETag": '"a"', "Content-Encoding": "gzip"})
    url = f"{at}/tin-thu-{number}"
    return Held(url, f"{day}120000", content_type="text/html; charset=utf-8", **more)


# Article 1 was edited twice; between, it was captured as it was, at another of its addresses.
CAPTURES = (
    Held(f"http://{HOST}/", "20210101000000", b"<h1>home</h1>"),
    held(1, "20210101"),
    held(1, "20210301", at=f"https://www.{HOST}", revisit=True),
    held(1, "20210601", 1),
    held(1, "20220101", 2, at=f"https://www.{HOST}"),
    held(2, "20220301", at="https://congan.haiduong.gov.vn"),
    Held(f"http://{HOST}/gioi-thieu", "20220401000000", b"<h1>Gioi thieu</h1><p>-</p>"),
    Held(f"http://{HOST}/anh/1.png", "20220401000001", b"\x89PNG", mime="image/png"),
    Held(f"http://{HOST}/cu", "20220401000002", b"", status=301, headers={"Location": "/moi"}),
    Held("http://congan.example.vn/tin-1", "20220401000003", b"foreign"),
)  # fmt: skip
BEST_FIRST = ["/gioi-thieu", "/tin-thu-2", "/tin-thu-1", "/tin-thu-1", "/tin-thu-1"]


def fake(source: str, held: Sequence[Held] = CAPTURES, **more: Any) -> Web:
    if source == "wayback":
        return Wayback(held, **more)
    found = [one for one in held if not one.revisit]
    old = [one for one in found if one.timestamp < "20220101"]
    new = [one for one in found if one.timestamp >= "20220101"]
    return CommonCrawl({"CC-MAIN-2021-31": old, "CC-MAIN-2022-33": new}, block=2, **more)


def places(base: str) -> tuple[str, ...]:
    cdx, web = f"{base}/cdx/search/cdx", f"{base}/web/"
    wayback = ("--wayback-cdx", cdx, "--wayback-web", web)
    return (*wayback, "--cc-index", f"{base}/collinfo.json", "--cc-data", base)


def called(
    base: str, db: Path, *args: object, source: str = "wayback", site: Sequence[str] = ("haiduong",)
) -> list[str]:
    pace = ("--delay", 0) if "--delay" not in args else ()
    return command("recover", *site, "--from", source, "--db", db, *places(base), *pace, *args)


def recover(base: str, db: Path, *args: object, **more: Any) -> Done:
    """`newsarchive recover haiduong`, run to its end."""
    return quick.run(called(base, db, *args, **more), timeout=60, env=environment())


def trouble(done: Done) -> list[str]:
    """What was told on stderr, but for how far it was, which a slow machine tells of."""
    return [line for line in done.stderr.splitlines() if " pages, " not in line]


def fetches(web: Web) -> list[str]:
    """Targets of the requests for captures."""
    return [a.target for a in web.requests if a.target.startswith(("/web/", "/crawl-data/"))]


def versions(db: Path) -> list[tuple[Any, ...]]:
    """Path, version, time, and how many paragraphs it has, of each version of each article."""
    found = rows(
        db,
        "SELECT a.key, v.version, v.seen, v.body FROM versions AS v JOIN articles AS a "
        "ON a.id = v.article ORDER BY a.key, v.version",
    )
    return sorted((k.partition("/")[2], v, seen, len(b.split("\n\n"))) for k, v, seen, b in found)


def records(db: Path) -> list[Any]:
    """The responses and revisits in the archive's WARC files, their digests checked."""
    found = []
    for path in sorted(db.with_suffix(".warc").iterdir()):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                body = record.raw_stream.read()
                if record.rec_type in ("response", "revisit"):
                    found.append((record, body))
    return found


WANTED = [
    ("tin-thu-1", 1, "2021-01-01T12:00:00Z", 3),
    ("tin-thu-1", 2, "2021-06-01T12:00:00Z", 4),
    ("tin-thu-1", 3, "2022-01-01T12:00:00Z", 5),
    ("tin-thu-2", 1, "2022-03-01T12:00:00Z", 3),
]


@pytest.mark.parametrize("source", ["wayback", "commoncrawl"])
def test_a_site_with_the_history_of_its_articles(source: str, tmp_path: Path) -> None:
    db = tmp_path / "archive.db"
    web = fake(source)
    with serve(web) as base:
        done = recover(base, db, "--contact", "a@example.org", source=source)
        assert (done.returncode, trouble(done)) == (0, [])
        assert done.stdout == (
            f"haiduong: from {source}: listed 5, fetched 5, new 2, changed 2, unchanged 0, "
            "no article 1, failed 0 (left 0)\n"
        )
        asked = fetches(web)
        assert len(asked) == 5
        assert {a.user_agent for a in web.requests} == {"newsarchive/0.1.0 (+a@example.org)"}
        assert not [a for a in web.requests if "robots" in a.target]
    assert versions(db) == WANTED
    kept = rows(db, "SELECT url, fetched, status, via, crawl, archive_url, etag FROM captures")
    assert [url.partition(".vn")[2] for url, *_ in kept] == BEST_FIRST
    assert {tuple(row[2:5]) for row in kept} == {(200, source, None)}
    for url, fetched, _, _, _, archive_url, etag in kept:
        digits = re.sub(r"\D", "", fetched)
        if source == "wayback":
            assert archive_url == f"{base}/web/{digits}id_/{url}"
        else:
            assert re.fullmatch(rf"{base}/crawl-data/.*\.warc\.gz#bytes=\d+-\d+", archive_url)
        assert etag == (None if url.endswith("/gioi-thieu") else '"a"')
    assert rows(db, "SELECT count(*) FROM crawls") == [(0,)]  # refresh follows what was crawled
    assert rows(db, "SELECT url, first_seen, last_seen FROM articles WHERE version = 3") == [
        (f"https://www.{HOST}/tin-thu-1", "2021-01-01T12:00:00Z", "2022-01-01T12:00:00Z")
    ]
    assert rows(db, "SELECT field FROM problems") == [("page",)]
    by_url = {url: (url, fetched, at) for url, fetched, *_, at, _ in kept}
    for record, body in records(db):
        headers = record.rec_headers
        where = (headers["WARC-Target-URI"], headers["WARC-Date"], headers["WARC-Source-URI"])
        assert where in {(*row[:2], row[5]) for row in kept}, by_url
        assert record.http_headers.get_header("Content-Encoding") is None
        assert headers["WARC-Payload-Digest"] == f"sha1:{digest(body)}"
        if "/tin-thu-" in where[0]:
            assert record.http_headers["Server"] == "nginx"
            assert record.http_headers["Content-Type"] == "text/html; charset=utf-8"
    # The other web archive lists the same captures: none is fetched again, whatever way it came.
    before = versions(db), kept, rows(db, "SELECT * FROM problems")
    other = "commoncrawl" if source == "wayback" else "wayback"
    web = fake(other)
    with serve(web) as base:
        for run in (1, 2)[: 1 + (other == "wayback")]:
            done = recover(base, db, "--limit", 1, source=other)
            assert done.stdout == (
                f"haiduong: from {other}: listed 5, fetched 0, new 0, changed 0, unchanged 0, "
                f"no article 0, failed 0 (left 0{', known 5' * (run == 1)})\n"
            )
            assert fetches(web) == []
            assert bool(web.requests) == (run == 1)  # the index is not read again either
            web.requests.clear()
    after = rows(db, "SELECT url, fetched, status, via, crawl, archive_url, etag FROM captures")
    assert (versions(db), after, rows(db, "SELECT * FROM problems")) == before


def test_resume_keys_lead_through_an_index_that_reads_little_at_a_time(tmp_path: Path) -> None:
    # Three rows an answer, filtered ones included: one of pictures alone looks like the end.
    pictures = [Held(f"http://{HOST}/t/{n}.png", "20220401000000", b"%d" % n, mime="image/png")
                for n in range(8)]  # fmt: skip
    pages = [held(n, "20220101") for n in (1, 2, 3)]
    web = Wayback([*pages, *pictures], reads=3)
    db = tmp_path / "archive.db"
    with serve(web) as base:
        done = recover(base, db, "--rows", 2, "--limit", 1)
        assert "listed 3, fetched 1, new 1" in done.stdout, done
        assert "(left 2)" in done.stdout
        asked = [a.target for a in web.requests if a.target.startswith("/cdx")]
        assert len([t for t in asked if "resumeKey=" in t]) >= 4
        lists = rows(db, "SELECT query, resume, done FROM recovery_lists ORDER BY query")
        assert lists == [(f"{h}/*", None, 1) for h in ("congan.haiduong.gov.vn", HOST)]
        # The index is not read again, unless that is asked for; nothing is fetched again.
        web.requests.clear()
        assert "listed 3, fetched 2" in recover(base, db, "--relist", "--rows", 500).stdout
        assert len(web.requests) >= 4
        assert len(fetches(web)) == 2


def test_faults_are_waited_out(tmp_path: Path) -> None:
    faults = [
        Fault(every=2, status=429, retry_after="1", where="/cdx"),
        Fault(every=4, status=None, where="/web/"),
        Fault(every=5, status=503, where="/web/"),
    ]
    web = Wayback(CAPTURES, faults=faults)
    db = tmp_path / "archive.db"
    with serve(web) as base:
        done = recover(base, db)
    assert (done.returncode, trouble(done)) == (0, [])
    assert versions(db) == WANTED
    assert all(digest(body) in {digest(h.body) for h in CAPTURES} for _, body in records(db))
    for one, other in pairwise(web.requests):
        if one.target == other.target and "/cdx" in one.target:
            assert 1.0 <= other.at - one.at < 20


def test_a_web_archive_that_refuses_is_left_alone(tmp_path: Path) -> None:
    db = tmp_path / "archive.db"
    refusing = Wayback(CAPTURES, faults=[Fault(status=429, where="/web/")])
    with serve(refusing) as base:
        done = recover(base, db, "--patience", 1)
        assert done.returncode == 1
        (line,) = trouble(done)
        assert line.startswith(f"{base}/web/2022")
        assert line.endswith("429 (--patience 1); ended here, the same command goes on")
        assert "fetched 0, new 0, changed 0, unchanged 0, no article 0, failed 1 (left 5)" in (
            done.stdout
        )
        assert len(fetches(refusing)) == 3
    hurry = Fault(every=4, status=503, retry_after="4000", where="/web/")
    hurried = Wayback(CAPTURES, faults=[hurry])
    with serve(hurried) as base:
        done = recover(base, db)
    assert done.returncode == 1
    assert "answered 503 and asks for 4000 s of rest (--patience 600); ended" in done.stderr
    assert (
        "fetched 3, new 2, changed 0, unchanged 0, no article 1, failed 1 (left 2)" in done.stdout
    )
    assert len(hurried.requests) == 4
    # What was refused is not the captures' fault.
    assert {row for (row,) in rows(db, "SELECT attempts FROM recoveries")} == {0, 1}


class Odd(Wayback):
    """A Wayback Machine that answers captures of some addresses as it likes."""

    def __init__(self, captures: Sequence[Held], odd: dict[str, Answer]) -> None:
        super().__init__(captures)
        self._odd = odd

    def _answer(self, target: str, headers: Any) -> Answer:
        for end, answer in self._odd.items():
            if target.startswith("/web/") and target.endswith(end):
                return answer
        return super()._answer(target, headers)


def test_what_is_not_a_capture_is_not_kept(tmp_path: Path) -> None:
    away = {"Location": "http://elsewhere.example/web/20220101120000id_/http://a.vn/"}
    loop = {"Location": f"/web/20220101120001id_/http://{HOST}/tin-thu-4"}
    odd = {
        "/tin-thu-1": Answer(status=404, body=b"not archived"),
        "/tin-thu-2": Answer(body=b"<h1>We are back soon</h1>"),
        "/tin-thu-3": Answer(status=302, headers=away),
        "/tin-thu-4": Answer(status=302, headers=loop),
    }
    db = tmp_path / "archive.db"
    web = Odd([held(n, f"2022010{9 - n}") for n in range(1, 7)], odd)
    with serve(web) as base:
        done = recover(base, db)
        assert done.returncode == 1
        lines = trouble(done)
        for line, told in zip(lines, (
            "the web archive has it not, although its index lists it",
            "the web archive's answer is no capture: it tells no time of one",
            "elsewhere.example:80 is not a host of this crawl",
            "the web archive sends us from capture to capture without end; ended here",
        ), strict=True):  # fmt: skip
            assert told in line
        assert "failed 4 (left 6)" in done.stdout
        web.requests.clear()
        # Articles 4 and 5 were captured in these days, 1 to 3 later, 6 before.
        done = recover(base, db, "--since", "2022-01-04", "--until", "2022-01-05")
        assert "from capture to capture without end" in done.stderr
        assert "fetched 1, new 1" in done.stdout, done.stdout
    assert [v[0] for v in versions(db)] == ["tin-thu-5"]
    assert len(records(db)) == 1
    assert rows(db, "SELECT max(attempts) FROM recoveries WHERE state = 'failed'") == [(2,)]


def test_a_capture_that_is_another_one(tmp_path: Path) -> None:
    """The index lists one that is not there; the nearest one is shown, and recorded as what it is."""
    near, far = held(1, "20210605"), held(1, "20220101", 1)
    web = Wayback([near, far])
    lost = replace(held(1, "20210601", 2), url=f"https://www.{HOST}/tin-thu-1")
    web._rows += Wayback([lost])._rows
    web._rows.sort(key=lambda row: (row["urlkey"], row["timestamp"]))
    db = tmp_path / "archive.db"
    with serve(web) as base:
        done = recover(base, db)
    assert "listed 3, fetched 3, new 1, changed 1, unchanged 1" in done.stdout, done
    assert versions(db) == [
        ("tin-thu-1", 1, "2021-06-05T12:00:00Z", 3),
        ("tin-thu-1", 2, "2022-01-01T12:00:00Z", 4),
    ]
    kept = rows(db, "SELECT url, fetched FROM captures ORDER BY fetched")
    assert kept == [(near.url, "2021-06-05T12:00:00Z"), (far.url, "2022-01-01T12:00:00Z")]
    assert rows(db, "SELECT DISTINCT state FROM recoveries") == [("done",)]


def test_a_lapsed_host_and_a_body_that_came_back(tmp_path: Path) -> None:
    db = tmp_path / "archive.db"
    held_ones = [
        held(1, "20210101"), held(1, "20210201", 1), held(1, "20210301"),
        held(1, "20250101", body=PARKED), held(2, "20250101", body=PARKED),
    ]  # fmt: skip
    with serve(Wayback(held_ones)) as base:
        done = recover(base, db, "--best-only")
        # The last good capture is the one before the host was for sale.
        assert versions(db) == [("tin-thu-1", 1, "2021-03-01T12:00:00Z", 3)]
        # The same advertisement in place of the other article need not be fetched.
        assert "listed 5, fetched 2, new 1, changed 0, unchanged 0, no article 1" in done.stdout
        assert "(left 0)" in done.stdout
        assert "fetched 2, new 0, changed 2" in recover(base, db).stdout
    assert [v[1:] for v in versions(db)] == [
        (1, "2021-01-01T12:00:00Z", 3), (2, "2021-02-01T12:00:00Z", 4),
        (3, "2021-03-01T12:00:00Z", 3),
    ]  # fmt: skip
    kinds = [r.rec_type for r, _ in records(db)]
    assert sorted(kinds) == ["response"] * 3 + ["revisit"]
    (revisit,) = [r for r, _ in records(db) if r.rec_type == "revisit"]
    assert revisit.rec_headers["WARC-Refers-To-Date"] == "2021-03-01T12:00:00Z"
    assert revisit.rec_headers["WARC-Source-URI"].startswith(f"{base}/web/20210101120000id_/")
    assert rows(db, "SELECT count(*) FROM revisits") == [(1,)]
    bodies = rows(db, "SELECT body FROM versions ORDER BY version")
    assert bodies[0] == bodies[2]


def killed(args: list[str], web: Web, fits: Callable[[], bool]) -> None:
    """Run a command, and kill it as soon as what it asked fits."""
    running = quick.Started(args, env=environment())
    while not fits() and running.poll() is None:
        time.sleep(0.01)
    time.sleep(0.1)  # the answer is on its way, or being read
    running.kill()
    running.wait()
    assert fits()


def _killed_twice(web: Wayback, base: str, db: Path) -> list[float]:
    """Kill it among the lists, then among the captures; the seconds between its requests."""
    paced = called(base, db, "--delay", 0.4, "--rows", 2)
    killed(paced, web, lambda: len(web.requests) >= 5)
    assert not fetches(web)
    web.requests.clear()
    killed(paced, web, lambda: len(fetches(web)) >= 5)
    # Commits go by the second: the last pages may be asked again, not the first ones.
    assert "resumeKey=" in web.requests[0].target
    return [later.at - earlier.at for earlier, later in pairwise(web.requests)]


def test_killed_twice_and_at_its_pace(tmp_path: Path) -> None:
    count = 9
    web = Wayback([held(n, "20220101") for n in range(1, count + 1)])
    with serve(web) as base:
        # A server that is held up sees two requests closer than they were sent, not always.
        for trial in range(timing.TRIES):
            web.requests.clear()
            db = tmp_path / f"{trial}.db"
            apart = _killed_twice(web, base, db)
            if min(apart) > 0.35:
                break
        first = len(web.requests)
        done = recover(base, db, "--rows", 2)
    assert (done.returncode, trouble(done)) == (0, [])
    assert not [a for a in web.requests[first:] if "/cdx" in a.target]
    assert len(versions(db)) == count
    assert rows(db, "SELECT count(*), count(DISTINCT url) FROM captures") == [(count, count)]
    assert len(records(db)) == count
    assert len(fetches(web)) <= count + 1  # at most the one that was on its way
    assert rows(db, "SELECT DISTINCT via, archive_url LIKE '%/web/2022%' FROM captures") == [
        ("wayback", 1)
    ]
    assert min(apart) > 0.35
    assert sorted(apart)[len(apart) // 2] < 3


def test_ctrl_c_while_it_waits(tmp_path: Path) -> None:
    db = tmp_path / "archive.db"
    web = Wayback(CAPTURES, faults=[Fault(status=429, retry_after="40", where="/web/")])
    with serve(web) as base:
        running = subprocess.Popen(
            called(base, db), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment(),
        )  # fmt: skip
        while not fetches(web) and running.poll() is None:
            time.sleep(0.02)
        started = time.monotonic()
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=20)
        assert time.monotonic() - started < 5
    assert running.returncode == 130
    assert err == "stopped; the same command takes it up again\n"
    assert "failed 0 (left 5)" in out


def test_what_is_withheld_is_not_asked(tmp_path: Path) -> None:
    db = tmp_path / "archive.db"
    with Archive.open(db) as archive, archive._writing() as conn:
        for number, erased in ((1, None), (2, "2026-01-01T00:00:00Z")):
            host = HOST if number == 1 else "congan.haiduong.gov.vn"
            values = (f"{host}/tin-thu-{number}", "x", "-", "2026-01-01T00:00:00Z", erased)
            conn.execute("INSERT INTO withholdings VALUES (?, ?, ?, ?, ?)", values)
    web = fake("wayback")
    with serve(web) as base:
        done = recover(base, db)
    assert done.returncode == 0
    assert [target.rpartition("/")[2] for target in fetches(web)] == ["gioi-thieu"]
    assert "listed 5, fetched 1" in done.stdout
    assert "(left 0)" in done.stdout
    assert rows(db, "SELECT count(*) FROM articles") == [(0,)]


def test_a_site_of_which_nothing_is_known(tmp_path: Path) -> None:
    with serve(fake("wayback", [])) as base:
        done = recover(base, tmp_path / "archive.db", "--quiet")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"haiduong: wayback lists no article of {HOST}, congan.haiduong.gov.vn\n"
    )


def test_another_at_work(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    db = tmp_path / "archive.db"
    holder = "import sys; from pathlib import Path; from newsarchive.archive.locks import Locks; "
    holder += "l = Locks(Path(sys.argv[1])); print(l.take('haiduong'), flush=True); input()"
    with subprocess.Popen(
        [*command()[:1], "-c", holder, str(db)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"True\n"
        with pytest.raises(SystemExit) as end:
            main(["recover", "haiduong", "--from", "wayback", "--db", str(db)])
        assert end.value.code == 1
        other.communicate(b"\n")
    assert "haiduong: another newsarchive is at work on it" in capsys.readouterr().err


def test_out_of_pywb(tmp_path: Path) -> None:
    """A second witness: another replay, over the WARC files of earlier crawls."""
    shown, old = portal(articles=3), tmp_path / "old.db"
    with serve_portal(shown) as base:
        assert crawl(f"{base}/", old).returncode == 0
    files = old.with_suffix(".warc")
    packed = gzip.compress(page(9))
    more = {f"{base}/tin-thu-9": packed, f"{base}/tin-thu-2": gzip.compress(page(2, 1))}
    with WarcWriter(files, prefix="packed", info={}) as writer:
        for url, body in more.items():
            writer.write(Exchange(
                url=url, method="GET", request_headers=[], request_body=b"", status=200,
                reason="OK", body=body, fetched="2021-01-02T03:04:05Z", ip=None,
                response_headers=[("Content-Type", "text/html"), ("Content-Encoding", "gzip")],
            ))  # fmt: skip
    db = tmp_path / "archive.db"
    with pywb(files) as coll:
        at = ("--wayback-cdx", f"{coll}/cdx", "--wayback-web", coll)
        done = recover(coll, db, *at, "--rows", 7, site=("--url", f"{base}/"))
        assert (done.returncode, trouble(done)) == (0, [])
    found = {name: version for name, version, *_ in versions(db)}
    assert found == {"tin-thu-1": 1, "tin-thu-2": 2, "tin-thu-3": 1, "tin-thu-9": 1}
    sql = "SELECT key, url, title, lead, body, published, last_seen FROM articles WHERE key LIKE ?"
    for number in (1, 2, 3):
        like = f"%/tin-thu-{number}"
        assert rows(db, sql, like) == rows(old, sql, like)
    ((fetched, archive_url, via),) = rows(
        db, "SELECT fetched, archive_url, via FROM captures WHERE url LIKE '%/tin-thu-9'"
    )
    assert (fetched, via) == ("2021-01-02T03:04:05Z", "wayback")
    assert archive_url == f"{coll}/20210102030405id_/{base}/tin-thu-9"
    ((record, body),) = [(r, b) for r, b in records(db) if b == packed]
    assert record.rec_headers["WARC-Date"] == fetched
    assert record.http_headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["haiduong"], "Missing option '--from'"),
        (["--from", "wayback"], "name one site"),
        (["haiduong", "--url", "http://a.vn/", "--from", "wayback"], "name one site"),
        (["haidong", "--from", "wayback"], "did you mean"),
        (["haiduong", "--from", "wayback", "--until", "2022"], "--until 2022: not a day"),
        (["haiduong", "--from", "wayback", "--since", "2023-01-01", "--until", "2022-01-01"],
         "--since 2023-01-01 is later than"),
        (["haiduong", "--from", "wayback", "--collections", "2"], "--collections is for"),
        (["haiduong", "--from", "wayback", "--wayback-web", "web"], "WAYBACK_WEB_URL 'web': no"),
        (["haiduong", "--from", "wayback", "--contact", "me"], "--contact me"),
    ],
)  # fmt: skip
def test_wrong_calls(
    args: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    db = tmp_path / "archive.db"
    with pytest.raises(SystemExit) as end:
        main(["recover", *args, "--db", str(db)])
    assert end.value.code == 2
    assert told in capsys.readouterr().err
    assert not db.exists()


def test_addresses_come_from_the_environment_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSARCHIVE_CC_INDEX_URL", "collinfo.json")
    with pytest.raises(SystemExit):
        main(["recover", "haiduong", "--from", "commoncrawl", "--db", str(tmp_path / "a.db")])
    assert "CC_INDEX_URL 'collinfo.json': no http(s) address" in capsys.readouterr().err


# Pure: what an index is asked and answers.

TARGET = targets.of_slug("haiduong", yes=True)
NAMES = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]


def listed(url: str, *, mime: str = "text/html", status: str = "200", **more: str) -> list[Found]:
    index = WaybackIndex(cdx="http://a/cdx", hosts=[HOST], span=Span(), rows=9)
    told = {"timestamp": "20220101120000", "original": url, "mimetype": mime, "statuscode": status}
    return list(captures([told | more], TARGET, index, Span()))


def test_rows_that_may_be_articles() -> None:
    good = f"http://{HOST}/tin/mot-1.html"
    for url in (good, f"http://www.{HOST}:80/a.aspx?id=3", "https://congan.haiduong.gov.vn/a/b"):
        assert [found.url for found in listed(url)] == [url]
    for url in (
        f"http://{HOST}/", f"http://{HOST}/index.php", f"http://{HOST}/a.css", f"http://{HOST}/rss",
        f"http://{HOST}/a/feed/", f"http://{HOST}:8080/a-1", "http://a.vn/a-1", "ftp://a.vn/",
        f"http://{HOST}/van-ban.pdf", f"http://{HOST}/dang-nhap", "http://[/", "",
    ):  # fmt: skip
        assert listed(url) == [], url
    for more in (
        {"status": "404"}, {"mime": "text/css"}, {"timestamp": "20221399000000"},
        {"timestamp": "2022"}, {"mime": "application/json"},
    ):  # fmt: skip
        assert listed(good, **more) == [], more
    (sure,) = listed(good, digest="a" * 32)
    assert (sure.sure, sure.digest, sure.key) == (True, "A" * 32, f"{HOST}/tin/mot-1.html")
    (revisit,) = listed(good, mime="warc/revisit", status="-", digest="-")
    assert (revisit.sure, revisit.digest) == (False, None)
    daklak = targets.of_slug("daklak")
    rule = "https://congan.daklak.gov.vn/nguoi-tot-viec-tot/trao-lai-chiec-vi-7301.html"
    for url, count in ((rule, 1), (f"{rule}?utm_source=zalo", 1), (rule[:40], 0)):
        row = {"timestamp": "20220101120000", "url": url, "mime": "text/html", "status": "200"}
        index = WaybackIndex(cdx="http://a/cdx", hosts=[], span=Span(), rows=9)
        assert len(list(captures([row], daklak, index, Span()))) == count, url


def test_answers_of_an_index_in_their_shapes() -> None:
    span = Span(since="20220101", until="20221231")
    index = WaybackIndex(cdx="http://a/cdx", hosts=["a.vn"], span=span, rows=2)
    (one,) = index.begin(b"")
    assert (one.name, one.wider) == ("a.vn/* from 20220101 to 20221231", "a.vn/*")
    address = index.address(one, None)
    assert address.startswith("http://a/cdx?url=a.vn/*&output=json&from=20220101&to=20221231&")
    assert "collapse=digest&limit=2&showResumeKey=true" in address
    row = ["vn,a)/1", "20220101000000", "http://a.vn/1", "text/html", "200", "A", "1"]
    table = json.dumps([NAMES, row, [], ["vn%2Ca%29%2F2+20220101000001"]]).encode()
    told = index.read(one, None, 200, table)
    assert told is not None
    assert (told.rows[0]["original"], told.resume) == (row[2], "filtered:vn,a)/2 20220101000001")
    assert "resumeKey=vn%2Ca%29/2+20220101000001" in index.address(one, told.resume)
    # Without a key, it is asked without filters whether more follows.
    told = index.read(one, told.resume, 200, json.dumps([NAMES, row]).encode())
    assert told is not None
    assert told.resume == "whole:vn,a)/1 20220101000000"
    assert "filter" not in index.address(one, told.resume)
    told = index.read(one, told.resume, 200, b"[]\n")
    assert told is not None
    assert (told.rows, told.resume) == ([], None)
    # pywb: lines, and no resume keys.
    line = json.dumps(dict(zip(NAMES, row, strict=True))).encode()
    told = index.read(one, None, 200, line + b"\n" + line)
    assert told is not None
    assert (len(told.rows), told.resume) == (2, "every:")
    assert "limit=1000000000" in index.address(one, told.resume)
    assert index.read(one, "every:", 200, line + b"\n" + line + b"\n" + line).resume is None  # type: ignore[union-attr]
    assert index.read(one, None, 200, b"").resume is None  # type: ignore[union-attr]
    assert index.read(one, None, 503, b"") is None
    for wrong in (b"<html>", b'{"a": ', b"[1]"):
        with pytest.raises(FetchError):
            index.read(one, None, 200, wrong)


def test_collections_of_common_crawl() -> None:
    told = [
        {"id": f"CC-{year}", "cdx-api": f"http://i/CC-{year}-index", "from": f"{year}-01-01T00:00:00", "to": f"{year}-02-01T00:00:00"}
        for year in (2024, 2023, 2022)
    ]  # fmt: skip
    body = json.dumps([*told, {"id": "CC-old", "cdx-api": "/CC-old-index"}]).encode()

    def names(most: int | None = None, **span: str) -> list[str]:
        index = Index(info="http://i/collinfo.json", hosts=["a.vn"], span=Span(**span), most=most)
        return [listing.wider for listing in index.begin(body)]

    assert names() == [f"CC-{n} a.vn/*" for n in (2024, 2023, 2022, "old")]
    assert names(2) == ["CC-2024 a.vn/*", "CC-2023 a.vn/*"]
    assert names(since="20230115") == [f"CC-{n} a.vn/*" for n in (2024, 2023, "old")]
    assert names(until="20230115") == [f"CC-{n} a.vn/*" for n in (2023, 2022, "old")]
    index = Index(info="http://i/collinfo.json", hosts=["a.vn"], span=Span(), most=None)
    old = index.begin(body)[-1]
    assert old.api == "http://i/CC-old-index"
    assert (
        index.address(old, None) == "http://i/CC-old-index?url=a.vn/*&output=json&showNumPages=true"
    )
    for answer, resume in ((b'{"pages": 2}', "0/2"), (b"2\n", "0/2"), (b'{"pages": 0}', None)):
        assert index.read(old, None, 200, answer).resume == resume  # type: ignore[union-attr]
    # A page of which the filters leave nothing is a 404, and not the end.
    assert index.read(old, "0/2", 404, b"{}").resume == "1/2"  # type: ignore[union-attr]
    assert index.read(old, "1/2", 404, b"{}").resume is None  # type: ignore[union-attr]
    assert index.read(old, None, 404, b"{}").resume is None  # type: ignore[union-attr]
    assert index.read(old, None, 504, b"") is None
    with pytest.raises(FetchError, match="collinfo"):
        index.begin(b"<html>")


def test_hosts_of_a_site() -> None:
    assert hosts_of(TARGET) == [HOST, "congan.haiduong.gov.vn"]
    assert hosts_of(targets.of_url("https://www.a.vn/")) == ["a.vn"]
    assert hosts_of(targets.of_url("http://127.0.0.1:8080/")) == ["127.0.0.1:8080"]


# Pure: what an answer is made into.

PLAIN = b"<p>Tin</p>" * 20
PACKED = gzip.compress(PLAIN, mtime=0)
FOUND = Found(url="http://a.vn/1", captured="20220101120000", key="a.vn/1")


def reply(body: bytes, status: int = 200, **headers: str) -> Reply:
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    when = ("Memento-Datetime", "Sat, 01 Jan 2022 12:00:00 GMT")
    url = f"http://w/web/{FOUND.captured}id_/{FOUND.url}"
    return Reply(url=url, status=status, headers=[when, *named], body=body)


@pytest.mark.parametrize(
    ("body", "headers", "listed", "kept", "coding"),
    [
        # The coding is the web archive's own: of the way to us.
        (PACKED, {"Content_Encoding": "gzip", "X_Archive_Orig_Content_Encoding": "gzip"}, PLAIN, PLAIN, None),
        (PLAIN, {"X_Archive_Orig_Content_Encoding": "gzip"}, PLAIN, PLAIN, None),
        # It is the portal's: the index lists the coded body.
        (PACKED, {"Content_Encoding": "gzip"}, PACKED, PACKED, "gzip"),
        (PACKED, {"X_Archive_Orig_Content_Encoding": "gzip"}, PACKED, PACKED, "gzip"),
        # Nothing is listed that would tell.
        (PACKED, {"Content_Encoding": "gzip"}, b"other", PLAIN, None),
        (gzip.compress(PACKED, mtime=0), {"Content_Encoding": "gzip", "X_Archive_Orig_Content_Encoding": "gzip"}, PACKED, PACKED, "gzip"),
    ],
)  # fmt: skip
def test_codings(
    body: bytes, headers: dict[str, str], listed: bytes, kept: bytes, coding: str | None
) -> None:
    found = replace(FOUND, digest=base32_sha1(listed))
    taken = of_memento(reply(body, Content_Type="text/html", **headers), found)
    told = {name.lower(): value for name, value in taken.headers}
    assert (taken.body, told.get("content-encoding")) == (kept, coding)
    assert told["content-length"] == str(len(kept))
    assert taken.answer(1).content == PLAIN
    assert taken.head.startswith(b"HTTP/1.1 200 OK\r\n")


def test_headers_times_and_addresses_of_a_capture() -> None:
    taken = of_memento(
        reply(
            b"x", 302, Content_Type="text/html", X_Archive_Orig_Server="Đắk\x0b", X_App="w",
            Location="/web/20220101120000id_/http://a.vn/2", X_Archive_Orig_Connection="close",
        ),
        FOUND,
    )  # fmt: skip
    head = taken.head.decode("ascii")
    assert head.startswith("HTTP/1.1 302 Found\r\nServer: %C4%90%E1%BA%AFk%0B\r\n")
    assert "\r\nLocation: http://a.vn/2\r\n" in head
    assert "X-App" not in head
    assert "Connection" not in head
    other = Reply(
        url="http://w/coll/20220101id_/http://a.vn/1",
        status=200,
        headers=[
            ("Memento-Datetime", "Sun, 02 Jan 2022 00:00:00 GMT"),
            ("Link", '<http://www.a.vn/1>; rel="original", <http://w/x>; rel="timegate"'),
        ],
        body=b"x",
    )
    taken = of_memento(other, FOUND)
    assert (taken.url, taken.captured) == ("http://www.a.vn/1", "20220102000000")
    # Without a time of its own an answer is a capture only if its body is the one listed.
    bare = replace(other, url="http://w/20220101120000id_/http://a.vn/1", headers=[])
    with pytest.raises(FetchError):
        of_memento(bare, FOUND)
    assert of_memento(bare, replace(FOUND, digest=digest(b"x"))).captured == "20220101120000"
    asked, _ = Sources(web="http://w", data="").request(replace(FOUND, url="http://a.vn/#!1"))
    assert asked == "http://w/20220101120000id_/http://a.vn/%23!1"


def test_redirects_of_a_web_archive_and_those_captured() -> None:
    to = "/web/20220101120001id_/http://a.vn/1"
    own = replace(reply(b"", 302, Location=to), headers=[("Location", to)])
    assert redirected(own) == f"http://w{to}"
    assert redirected(reply(b"", 302, Location=to)) is None
    assert redirected(reply(b"")) is None
    with pytest.raises(FetchError):
        redirected(replace(own, headers=[("Location", "/sorry")]))


@pytest.mark.parametrize("harm", ["cut", "changed", "whole", "none"])
def test_records_that_are_not_sound(harm: str) -> None:
    crawled = fake("commoncrawl", CAPTURES[1:2])
    assert isinstance(crawled, CommonCrawl)
    ((row, *_),) = (r for r in crawled._rows.values() if r)
    first, length = int(row["offset"]), int(row["length"])
    place = json.dumps({"filename": row["filename"], "offset": first, "length": length})
    data = crawled._files[row["filename"]][first : first + length]
    found = replace(FOUND, place=place)
    sound = replace(reply(data, 206), headers=[])
    assert of_record(sound, found).body == CAPTURES[1].body
    wrong = {
        "cut": replace(sound, body=data[:-9]),
        "changed": replace(sound, body=data[:99] + b"\0" + data[100:]),
        "whole": replace(sound, status=200),
        "none": replace(sound, status=404),
    }
    with pytest.raises(FetchError):
        of_record(wrong[harm], found)
