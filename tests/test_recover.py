"""`newsarchive recover` over HTTP: sites out of web archives that answer as the real ones do."""

from __future__ import annotations

import gzip
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
from crawl_cases import command, crawl, environment, portal, rows
from recover_cases import BEST_FIRST, CAPTURES, HOST, PARKED, Web, fake, held, page
from warcio.archiveiterator import ArchiveIterator
from web_archives import Fault, Held, Wayback, digest
from witnesses import pywb

from newsarchive.archive import Archive
from newsarchive.archive.warc import Exchange, WarcWriter
from newsarchive.cli import main
from newsarchive.demo.answer import Answer
from newsarchive.demo.portal import serve as serve_portal
from newsarchive.demo.server import serve

Done = subprocess.CompletedProcess[str]


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
