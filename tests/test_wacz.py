"""WACZ files: what is in them and what is not, and that others replay every version from them."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import tracemalloc
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.request import urlopen
from zipfile import ZIP_STORED, ZipFile

import pytest
import quick
from archive_cases import article, opened
from crawl_cases import command, crawl, environment, portal
from test_cli_archive import on_terminal
from test_warc import exchange
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker
from witnesses import PYWB, pywb, replayed_text, venv_with, wacz_validate

import newsarchive
from newsarchive import query
from newsarchive.archive import Archive, holdings
from newsarchive.archive.bodies import digest_of
from newsarchive.archive.records import base32_sha1, find
from newsarchive.archive.warc import Original, WarcWriter
from newsarchive.demo.server import serve
from newsarchive.errors import ArchiveError, NewsArchiveError
from newsarchive.model import Capture
from newsarchive.packing import wacz
from newsarchive.packing.index import write_index
from newsarchive.packing.parts import Package
from newsarchive.packing.surt import surt
from newsarchive.urls import key as url_key

EDITED, SAME, UNMODIFIED = "20310103000000", "20310101000000", "20310102000000"
PNG = b"\x89PNG\r\n\x1a\n" + b"picture"
HTML_TYPE = ("Content-Type", "text/html; charset=utf-8")


def iso(ts: str) -> str:
    """20310103000000 as 2031-01-03T00:00:00Z."""
    return f"{ts[:4]}-{ts[4:6]}-{ts[6:8]}T{ts[8:10]}:{ts[10:12]}:{ts[12:]}Z"


class Keeper:
    """Keeps answers in an archive as a crawl does, at times of the test's choice."""

    def __init__(self, path: Path, slug: str) -> None:
        self.archive = Archive.open(path)
        self.slug = slug
        self.writer = WarcWriter(self.archive.warc_dir, prefix="later", info={"software": "tests"})

    def __enter__(self) -> Keeper:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.writer.close()
        self.archive.close()

    def keep(
        self, url: str, body: bytes, ts: str, original: Original | None = None, **more: Any
    ) -> int:
        """Keep an answer, as a revisit where its body is kept already; returns the capture."""
        if original is None and more.get("status", 200) in (200, 304):
            digest = digest_of(body) if body else None
            found = self.archive.original(url, digest)
            original = found[0] if found is not None else None
        fields: dict[str, Any] = {"response_headers": [HTML_TYPE]} | more
        asked = exchange(url=url, body=body, fetched=iso(ts), **fields)
        kept = self.writer.write(asked, original)
        capture = Capture(
            record_id=kept.record_id, site=self.slug, url=url, fetched=iso(ts), status=asked.status,
            digest=digest_of(body), warc=kept.warc, offset=kept.offset, length=kept.length,
        )  # fmt: skip
        if original is not None:
            return self.archive.add_revisit(capture, original.record_id)
        return self.archive.add_capture(capture)

    def page(self, url: str, ts: str, body: bytes | None = None, **fields: Any) -> int:
        """Keep a page and store the article on it; returns its capture."""
        told = article(**{"url": url, "images": (), "title": f"Tin {url}", **fields})
        body = body or f"<!doctype html><h1>{told.title}</h1><p>{url}</p>".encode()
        capture = self.keep(url, body, ts)
        self.store(url, ts, capture, told)
        return capture

    def store(self, url: str, ts: str, capture: int, told: newsarchive.Article) -> str:
        return self.archive.store(
            told, site=self.slug, key=url_key(url), url=url, capture=capture, seen=iso(ts),
            parser="1",
        )  # fmt: skip

    def original(self, url: str) -> Original:
        found = self.archive.original(url)
        assert found is not None
        return found[0]


@dataclass(frozen=True)
class Made:
    """The archive of the tests: addresses of its articles by what became of them."""

    db: Path
    edited: str
    first: str  # when it was first fetched
    before: bytes
    after: bytes
    withheld: str
    withheld_title: str
    gone: str
    moved: str
    twin: str  # its newest capture holds no body but that of `lender`
    lender: str


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A portal crawled over HTTP, then looked at again: the same, not modified, edited, gone."""
    db = tmp_path_factory.mktemp("wacz") / "archive.db"
    here = portal("nukeviet", articles=9)
    with serve(here) as base:
        done = crawl(f"{base}/", db)
        assert done.returncode == 0, done.stderr
        urls = {s.id: base + here.family.article_path(s) for s in here.stories}
        story = next(s for s in here.stories if s.id == 1)
        bodies = {number: urlopen(url).read() for number, url in urls.items()}
        edit = replace(
            story, paragraphs=("Đính chính: vụ việc xảy ra ở Đắk Mil.", *story.paragraphs)
        )
        here.replace(edit)
        after = urlopen(urls[1]).read()
    with Keeper(db, _value(db, "SELECT slug FROM sites")) as keeper:
        _look_again(keeper, urls, bodies, after)
        titles = {
            number: _value(db, "SELECT title FROM articles WHERE url = ?", url)
            for number, url in urls.items()
        }
    _change(db, "UPDATE articles SET withheld = 'asked for' WHERE url = ?", urls[2])
    # Its picture is another article's too.
    _change(
        db,
        "INSERT INTO images(article, position, url) SELECT b.id, 9, i.url FROM images AS i "
        "JOIN articles AS a ON a.id = i.article, articles AS b WHERE a.url = ? AND b.url = ?",
        urls[2], urls[8],
    )  # fmt: skip
    time = _value(db, "SELECT min(fetched) FROM captures WHERE url = ?", urls[1])
    return Made(
        db=db, edited=urls[1], first=re.sub(r"\D", "", time), before=bodies[1], after=after,
        withheld=urls[2], withheld_title=titles[2], gone=urls[3], moved=urls[4], twin=urls[5],
        lender=urls[6],
    )  # fmt: skip


def _look_again(
    keeper: Keeper, urls: Mapping[int, str], bodies: Mapping[int, bytes], after: bytes
) -> None:
    """What a month of second looks leaves behind."""
    archive = keeper.archive
    ids = {number: _article_id(archive, url) for number, url in urls.items()}
    capture = keeper.keep(urls[1], bodies[1], SAME)
    told = newsarchive.parse(bodies[1], urls[1])
    assert keeper.store(urls[1], SAME, capture, told) == "unchanged"
    capture = keeper.keep(urls[1], b"", UNMODIFIED, status=304, response_headers=[("ETag", '"1"')])
    archive.sight(ids[1], capture=capture, seen=iso(UNMODIFIED))
    capture = keeper.keep(urls[1], after, EDITED)
    told = newsarchive.parse(after, urls[1])
    assert keeper.store(urls[1], EDITED, capture, told) == "changed"
    keeper.keep(urls[2], bodies[2], SAME)
    for number in (1, 2):
        keeper.keep(
            _picture(archive, ids[number]),
            PNG,
            SAME,
            response_headers=[("Content-Type", "image/png")],
        )
    # A picture's address that answers with the portal's home.
    keeper.keep(_picture(archive, ids[7]), b"<h1>Trang nh\xe1\xbb\xaf</h1>", SAME)
    capture = keeper.keep(urls[3], b"<h1>404</h1>", SAME, status=404, reason="Not Found")
    archive.set_gone(ids[3], since=iso(SAME), capture=capture)
    old = urls[4].replace("tin-thu", "tin-cu")
    moved = [("Location", urls[4])]
    keeper.keep(old, b"", SAME, status=301, reason="Moved", response_headers=moved)
    archive.moved(ids[4], key=url_key(old), url=old, seen=iso(SAME), capture=1)
    secure = urls[4].replace("http:", "https:")
    keeper.keep(secure, b"", SAME, status=301, reason="Moved", response_headers=moved)
    # The same body as at another address, which an importing archive may hold so.
    capture = keeper.keep(urls[5], bodies[6], SAME, keeper.original(urls[6]))
    keeper.store(urls[5], SAME, capture, newsarchive.parse(bodies[5], urls[5]))
    keeper.keep(urls[8], bodies[2], SAME, keeper.original(urls[2]))


def _article_id(archive: Archive, url: str) -> int:
    return int(archive._rows("SELECT article FROM urls WHERE url = ?", (url,))[0][0])


def _picture(archive: Archive, article: int) -> str:
    return str(archive._rows("SELECT url FROM images WHERE article = ?", (article,))[0][0])


def _value(db: Path, sql: str, *values: object) -> str:
    with closing(sqlite3.connect(db)) as conn:
        return str(conn.execute(sql, values).fetchone()[0])


def _change(db: Path, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(db)) as conn:
        assert conn.execute(sql, values).rowcount > 0
        conn.commit()


def copied(db: Path, folder: Path) -> Path:
    """A copy of an archive, to be spoiled."""
    shutil.copytree(db.parent, folder / "copy")
    return folder / "copy" / db.name


def export(
    db: Path, path: Path, *args: object, status: int = 0
) -> subprocess.CompletedProcess[str]:
    """`newsarchive export --format wacz --output PATH`, which must exit with `status`."""
    done = quick.run(
        command("export", "--format", "wacz", "--db", db, "--output", path, *args),
        env=environment(),
    )
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not list(path.parent.glob(".newsarchive-*")), "the unfinished file was left"
    return done


@pytest.fixture(scope="module")
def packed(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("packed") / "all.wacz"
    export(made.db, path, "--quiet")
    return path


# What is in the file


class Opened:
    """A WACZ file read by hand. rows: of the index. records: by file and offset."""

    def __init__(self, path: Path) -> None:
        with ZipFile(path) as file:
            self.infos = {info.filename: info for info in file.infolist()}
            self.parts = {name: file.read(name) for name in file.namelist()}
        self.package = json.loads(self.parts["datapackage.json"])
        self.lines = gzip.decompress(self.parts["indexes/index.cdx.gz"]).decode().splitlines()
        self.rows = [self._row(line) for line in self.lines]
        first, *rest = self.parts["pages/pages.jsonl"].decode().splitlines()
        self.header, self.pages = json.loads(first), [json.loads(line) for line in rest]
        self.warcs = {
            name.removeprefix("archive/"): content
            for name, content in self.parts.items()
            if name.startswith("archive/")
        }
        self.records = {
            (name, record[0]): record for name, content in self.warcs.items()
            for record in _records(content)
        }  # fmt: skip

    @staticmethod
    def _row(line: str) -> dict[str, str]:
        key, time, fields = line.split(" ", 2)
        return {"key": key, "time": time, **json.loads(fields)}

    @property
    def urls(self) -> set[str]:
        return {row["url"] for row in self.rows}


def _records(content: bytes) -> Iterator[tuple[int, int, Any, bytes]]:
    """Offset, length, record and body of each; a wrong digest is an error."""
    reader = ArchiveIterator(BytesIO(content), check_digests="raise")
    for record in reader:
        body = record.raw_stream.read()
        yield reader.get_record_offset(), reader.get_record_length(), record, body


def sound(path: Path, folder: Path) -> Opened:
    """The file, after all that its format asks for has been looked at."""
    found = Opened(path)
    for name, info in found.infos.items():
        if name.endswith(".gz"):
            assert info.compress_type == ZIP_STORED, name
    manifest = found.parts["datapackage.json"]
    digest = json.loads(found.parts["datapackage-digest.json"])
    assert digest == {"path": "datapackage.json", "hash": _sha256(manifest)}
    assert found.package["profile"] == "data-package"
    assert found.package["wacz_version"] == "1.1.1"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found.package["created"])
    listed = {r["path"]: (r["name"], r["hash"], r["bytes"]) for r in found.package["resources"]}
    others = {n: c for n, c in found.parts.items() if not n.startswith("datapackage")}
    assert listed == {
        n: (n.rpartition("/")[2], _sha256(content), len(content)) for n, content in others.items()
    }
    assert found.lines == sorted(found.lines, key=str.encode)
    _check_index(found)
    for name, content in found.warcs.items():
        (folder / name).write_bytes(content)
        checker = Checker(SimpleNamespace(inputs=(str(folder / name),), verbose=False))
        checker.process_all()
        assert not checker.exit_value
    return found


def _sha256(content: bytes) -> str:
    return f"sha256:{sha256(content).hexdigest()}"


def _check_index(found: Opened) -> None:
    """Each line leads to its record, each record has one, each request follows its response."""
    led = set()
    for row in found.rows:
        place = row["filename"], int(row["offset"])
        offset, length, record, _ = found.records[place]
        led.add(place)
        assert (offset, length) == (int(row["offset"]), int(row["length"]))
        head = record.rec_headers
        assert head.get_header("WARC-Target-URI") == row["url"]
        assert re.sub(r"\D", "", head.get_header("WARC-Date")) == row["time"]
        assert head.get_header("WARC-Payload-Digest") == row["digest"]
        assert row["key"] == surt(row["url"])
        if record.rec_type == "revisit":
            assert row["mime"] == "warc/revisit"
        else:
            assert record.http_headers.get_statuscode() == row["status"]
    answers = {p for p, r in found.records.items() if r[2].rec_type in ("response", "revisit")}
    assert led == answers
    for content in found.warcs.values():
        (_, _, info, text), *rest = _records(content)
        assert info.rec_type == "warcinfo"
        assert b"software: newsarchive/" in text
        for (_, _, response, _), (_, _, request, _) in zip(rest[::2], rest[1::2], strict=True):
            asked = request.rec_headers.get_header("WARC-Concurrent-To")
            assert asked == response.rec_headers.get_header("WARC-Record-ID")


def test_everything_in_the_file_is_as_its_format_wants_it(
    made: Made, packed: Path, tmp_path: Path
) -> None:
    found = sound(packed, tmp_path)
    assert set(found.infos) - {f"archive/{name}" for name in found.warcs} == {
        "indexes/index.cdx.gz", "indexes/index.idx", "pages/pages.jsonl", "datapackage.json",
        "datapackage-digest.json",
    }  # fmt: skip
    assert found.header == {
        "format": "json-pages-1.0", "id": "pages", "title": "Articles", "hasText": True,
    }  # fmt: skip
    assert found.package["title"] == "newsarchive: all articles"
    assert found.package["software"] == f"newsarchive/{newsarchive.__version__}"
    assert found.package["mainPageUrl"] == found.pages[0]["url"]
    assert found.package["mainPageDate"] == found.pages[0]["ts"]


def test_every_version_is_a_page(made: Made, packed: Path) -> None:
    pages = [page for page in Opened(packed).pages if page["url"] == made.edited]
    assert [page["ts"] for page in pages] == [iso(EDITED), iso(made.first)]
    assert all("Hòa Đông, tin thứ 1" in page["title"] for page in pages)
    assert ["Đính chính: vụ việc" in page["text"] for page in pages] == [True, False]
    assert len({page["id"] for page in pages}) == 2


def test_pages_stand_newest_first(made: Made, packed: Path) -> None:
    found = Opened(packed)
    numbers = [int(re.search(r"-(\d+)\.html", page["url"])[1]) for page in found.pages]  # type: ignore[index]
    assert numbers == [9, 8, 7, 6, 5, 4, 1, 1]
    for page in found.pages:
        assert any((r["url"], iso(r["time"])) == (page["url"], page["ts"]) for r in found.rows)


def test_all_captures_of_an_article_are_in_it_as_they_were(made: Made, packed: Path) -> None:
    found = Opened(packed)
    times = [row["time"] for row in found.rows if row["url"] == made.edited]
    assert times == [made.first, SAME, UNMODIFIED, EDITED]
    folder = made.db.with_suffix(".warc")
    for row in found.rows:
        start, end = int(row["offset"]), int(row["offset"]) + int(row["length"])
        raw = found.warcs[row["filename"]][start:end]
        with closing(sqlite3.connect(made.db)) as conn:
            ((warc, offset, length),) = conn.execute(
                "SELECT warc, offset, length FROM captures WHERE url = ? AND fetched = ?",
                (row["url"], iso(row["time"])),
            ).fetchall()
        assert raw == find(folder, warc).read_bytes()[offset : offset + length]


def test_lists_and_robots_txt_stay_out(made: Made, packed: Path) -> None:
    kept = {u for (u,) in sqlite3.connect(made.db).execute("SELECT url FROM captures")}
    assert any(url.endswith("/robots.txt") for url in kept)
    urls = Opened(packed).urls
    assert all(url.endswith((".html", ".png", ".jpg")) for url in urls), urls
    assert not any(b"Trang nh\xe1\xbb\xaf" in r[3] for r in Opened(packed).records.values())


def test_a_withheld_article_is_nowhere_in_it(made: Made, packed: Path) -> None:
    found = Opened(packed)
    said = b"".join((*found.parts.values(), "\n".join(found.lines).encode()))
    path = made.withheld.rpartition("/")[2].encode()
    assert path not in said
    for text in (found.parts["pages/pages.jsonl"], found.parts["datapackage.json"]):
        assert made.withheld_title.encode() not in text
    with closing(sqlite3.connect(made.db)) as conn:
        pictures = conn.execute(
            "SELECT i.url FROM images AS i JOIN articles AS a ON a.id = i.article WHERE a.url = ?",
            (made.withheld,),
        ).fetchall()
        # Nor does the body come with another article's capture that refers to it.
        barred = conn.execute(
            "SELECT record_id FROM captures WHERE url = ? OR url = ? OR record_id IN ("
            "SELECT c.record_id FROM captures AS c JOIN revisits AS r ON r.capture = c.id "
            "JOIN captures AS w ON w.record_id = r.refers_to WHERE w.url = ?)",
            (made.withheld, pictures[0][0], made.withheld),
        ).fetchall()
    assert len(barred) == 4
    held = {r[2].rec_headers.get_header("WARC-Record-ID") for r in found.records.values()}
    assert held.isdisjoint(record for (record,) in barred)


def test_gone_articles_are_in_it_when_asked_for(made: Made, packed: Path, tmp_path: Path) -> None:
    assert made.gone not in Opened(packed).urls
    export(made.db, tmp_path / "gone.wacz", "--gone", "-q")
    found = sound(tmp_path / "gone.wacz", tmp_path)
    assert [r["status"] for r in found.rows if r["url"] == made.gone] == ["200", "404"]
    assert made.withheld not in found.urls


def test_redirects_to_an_article_are_in_it(made: Made, packed: Path) -> None:
    redirects = {row["url"] for row in Opened(packed).rows if row.get("status") == "301"}
    secure = made.moved.replace("http:", "https:")
    assert redirects == {made.moved.replace("tin-thu", "tin-cu"), secure}


def test_words_and_filters_choose(made: Made, tmp_path: Path) -> None:
    path = tmp_path / "one.wacz"
    done = export(made.db, path, '"tin thứ 5"', "--since", "2024-01-01")
    assert done.stderr == f"{path}: 1 articles, 1 versions, 3 captures\n"
    found = sound(path, tmp_path)
    assert found.package["title"] == 'newsarchive: "tin thứ 5", since 2024-01-01'
    # The body of its newest capture is another article's: that record comes along, no page.
    assert {page["url"] for page in found.pages} == {made.twin}
    assert found.urls == {made.twin, made.lender}
    assert _value(made.db, "SELECT count(*) FROM captures WHERE url = ?", made.lender) == "1"


def test_validators_of_others_find_it_valid(packed: Path) -> None:
    done = wacz_validate(packed)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Validation succeeded" in done.stdout


# Replayed by others


@pytest.fixture(scope="module")
def replayed(packed: Path) -> Iterator[str]:
    with pywb(packed) as address:
        yield address


@pytest.fixture(scope="module")
def replayed_folder(made: Made) -> Iterator[str]:
    with pywb(made.db.with_suffix(".warc")) as address:
        yield address


def replay(address: str, url: str, ts: str) -> bytes:
    with urlopen(f"{address}/{ts}id_/{url}") as answer:
        body: bytes = answer.read()
    return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body


@pytest.mark.parametrize("ts", ["first", SAME, UNMODIFIED, EDITED])
@pytest.mark.parametrize("where", ["replayed", "replayed_folder"])
def test_pywb_replays_every_capture(
    request: pytest.FixtureRequest, made: Made, where: str, ts: str
) -> None:
    address = request.getfixturevalue(where)
    body = replay(address, made.edited, made.first if ts == "first" else ts)
    assert body == (made.after if ts == EDITED else made.before)


def test_pywb_replays_what_surrounds_an_article(made: Made, replayed: str) -> None:
    with closing(sqlite3.connect(made.db)) as conn:
        ((picture,),) = conn.execute(
            "SELECT i.url FROM images AS i JOIN articles AS a ON a.id = i.article WHERE a.url = ?",
            (made.edited,),
        ).fetchall()
    assert replay(replayed, picture, SAME) == PNG
    listed = urlopen(f"{replayed}/cdx?url={made.withheld}").read()
    assert listed == b""
    # A revisit of a record at another address.
    assert b"tin th\xe1\xbb\xa9 6" in replay(replayed, made.twin, SAME)


@pytest.mark.parametrize(("ts", "corrected"), [(UNMODIFIED, False), (EDITED, True)])
def test_replayweb_page_shows_versions(made: Made, packed: Path, ts: str, corrected: bool) -> None:
    text = replayed_text(packed, made.edited, ts)
    assert "Khởi tố vụ lừa đảo qua mạng ở Hòa Đông, tin thứ 1" in text
    assert ("Đính chính: vụ việc xảy ra ở Đắk Mil." in text) == corrected


def test_replayweb_page_finds_addresses_with_a_slash_in_an_index_of_many_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = "http://congan.example.vn/tin/bai"
    urls = [f"{base}{more}/" for more in ("", "-a", "-b", "-c", "/d", "-e/f", "0", "1", "2")]
    db = small(tmp_path, urls)
    monkeypatch.setattr(wacz, "write_index", partial(write_index, block=2))
    path = tmp_path / "x.wacz"
    pack(db, path)
    assert sound(path, tmp_path).parts["indexes/index.idx"].count(b"\n") > 3
    assert f"Tin {base}/" in replayed_text(path, f"{base}/", "20300101000000")
    assert wacz_validate(path).returncode == 0


def small(folder: Path, urls: list[str], **fields: Any) -> Path:
    """An archive with an article at each address."""
    path = folder / "small" / "archive.db"
    opened(path).close()
    with Keeper(path, "example") as keeper:
        for number, url in enumerate(urls):
            keeper.page(
                url, f"20300101{number // 3600:02}{number // 60 % 60:02}{number % 60:02}", **fields
            )
    return path


def pack(db: Path, path: Path, **more: Any) -> tuple[wacz.Counts, list[str]]:
    """Pack all articles; returns what was counted and said."""
    said: list[str] = []
    with (
        closing(query.open_readonly(db)) as conn,
        holdings.Holdings(conn) as held,
        path.open("wb") as out,
    ):
        packer = wacz.Packer(
            held, db.with_suffix(".warc"), title="x", description="", fail=said.append, **more
        )
        chosen = ((row["id"], row["published"]) for row in query.articles(conn))
        return packer.pack(chosen, out), said


def test_records_of_others_need_no_request_and_no_digest(tmp_path: Path) -> None:
    db = small(tmp_path, [])
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>Tin</h1>"
    with Keeper(db, "example") as keeper:
        for number, (kind, content) in enumerate((("response", block), ("resource", b"Tin"))):
            url = f"http://congan.example.vn/bai-{number}"
            headers = {
                "WARC-Type": kind,
                "WARC-Record-ID": f"<urn:uuid:00000000-0000-0000-0000-00000000000{number}>",
                "WARC-Target-URI": f"<{url}>",
                "WARC-Date": "2015-01-01T00:00:00.25Z",
                "Content-Type": "text/plain" if kind == "resource" else "application/http",
            }
            kept = keeper.writer.write_as_is(headers, content)
            capture = Capture(
                record_id=kept.record_id, site="example", url=url, fetched=iso("20150101000000"),
                status=200, digest=digest_of(content), warc=kept.warc, offset=kept.offset,
                length=kept.length,
            )  # fmt: skip
            keeper.store(
                url, "20150101000000", keeper.archive.add_capture(capture), article(url=url)
            )
    counts, said = pack(db, tmp_path / "x.wacz")
    assert (counts.captures, said) == (2, [])
    found = Opened(tmp_path / "x.wacz")
    assert [record.rec_type for _, _, record, _ in found.records.values()] == [
        "warcinfo", "response", "resource",
    ]  # fmt: skip
    assert [(row["url"], row["time"], row["mime"], row["status"]) for row in found.rows] == [
        ("http://congan.example.vn/bai-0", "20150101000000", "text/html", "200"),
        ("http://congan.example.vn/bai-1", "20150101000000", "text/plain", "200"),
    ]
    digests = [f"sha1:{base32_sha1(content)}" for content in (b"<h1>Tin</h1>", b"Tin")]
    assert [row["digest"] for row in found.rows] == digests


def test_long_files_are_followed_by_others(tmp_path: Path) -> None:
    db = small(tmp_path, [f"http://congan.example.vn/bai-{n}" for n in range(9)])
    counts, said = pack(db, tmp_path / "x.wacz", max_bytes=2500)
    assert (counts.captures, said) == (9, [])
    found = sound(tmp_path / "x.wacz", tmp_path)
    assert len(found.warcs) > 2
    assert {row["filename"] for row in found.rows} == set(found.warcs)
    infos = {r[2].rec_headers.get_header("WARC-Filename") for r in found.records.values()}
    assert infos - {None} == set(found.warcs)


def test_memory_does_not_grow_with_the_archive(tmp_path: Path) -> None:
    chance = random.Random(1)
    opened(tmp_path / "a.db").close()
    with Keeper(tmp_path / "a.db", "example") as keeper:
        for number in range(400):
            body = b"<h1>Tin</h1>" + chance.randbytes(24000)
            keeper.page(f"http://congan.example.vn/bai-{number}", "20300101000000", body)
    pack(tmp_path / "a.db", tmp_path / "x.wacz")  # what is loaded once is not counted
    tracemalloc.start()
    pack(tmp_path / "a.db", tmp_path / "x.wacz")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (tmp_path / "x.wacz").stat().st_size > 9_000_000
    assert peak < 2_500_000


# What goes wrong


@pytest.mark.parametrize(
    "args",
    [
        (), ("--output", "-"), ("--output", "x.zip"), ("--output", "x.wacz", "--raw"),
        ("--output", "x.wacz", "--since", "2022"), ("--output", "absent/x.wacz"),
    ],
)  # fmt: skip
def test_a_wrong_call_exits_with_2(made: Made, tmp_path: Path, args: tuple[str, ...]) -> None:
    done = quick.run(
        command("export", "--format", "wacz", "--db", made.db, *args),
        cwd=tmp_path, env=environment(),
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert not os.listdir(tmp_path)


def test_of_nothing_no_file_is_made(made: Made, tmp_path: Path) -> None:
    path = tmp_path / "x.wacz"
    path.write_bytes(b"before")
    done = export(made.db, path, "khong co gi nhu the", status=1)
    assert done.stderr == "no article matches, so no file is made\n"
    assert path.read_bytes() == b"before"


def test_an_archive_without_its_warc_files_is_no_file(made: Made, tmp_path: Path) -> None:
    db = copied(made.db, tmp_path)
    for path in db.with_suffix(".warc").iterdir():
        path.unlink()
    done = export(db, tmp_path / "x.wacz", status=1)
    assert "the WARC file is missing; copy it there" in done.stderr
    assert done.stderr.splitlines()[-1] == "of 7 articles no page can be had, so no file is made"
    assert done.stderr.count("\n") < 12
    assert not (tmp_path / "x.wacz").exists()


def test_a_missing_warc_file_costs_its_captures_alone(made: Made, tmp_path: Path) -> None:
    db = copied(made.db, tmp_path)
    (later,) = db.with_suffix(".warc").glob("later-*")
    later.unlink()
    path = tmp_path / "x.wacz"
    done = export(db, path, status=1)
    first, more, summary = done.stderr.splitlines()
    assert first.endswith(f": {later}: the WARC file is missing; copy it there")
    assert first.startswith(f"{made.edited}, fetched ")
    assert re.fullmatch(
        rf"{re.escape(str(later))}: the WARC file is missing; copy it there \(\d+ captures are "
        r"left out\)",
        more,
    )
    assert re.fullmatch(
        rf"{re.escape(str(path))}: 7 articles, 7 versions, 7 captures; \d+ captures left out",
        summary,
    )
    assert len(sound(path, tmp_path).pages) == 7


def test_a_damaged_record_costs_its_capture_alone(made: Made, tmp_path: Path) -> None:
    db = copied(made.db, tmp_path)
    with closing(sqlite3.connect(db)) as conn:
        warc, offset, length, record = conn.execute(
            "SELECT warc, offset, length, record_id FROM captures WHERE url = ? ORDER BY id",
            (made.edited,),
        ).fetchone()
    whole = db.with_suffix(".warc") / warc
    content = bytearray(whole.read_bytes())
    content[offset + length // 2] ^= 255
    whole.write_bytes(content)
    path = tmp_path / "x.wacz"
    said = export(db, path, "-q", status=1).stderr.splitlines()
    assert said[0].startswith(f"{made.edited}, fetched {iso(made.first)}: {whole}: a record ")
    assert f"at offset {offset}" in said[0]
    # What has no body but that record's cannot be shown either.
    assert len(said) == 3
    assert all("the record that" in line and "is not there" in line for line in said[1:])
    found = sound(path, tmp_path)
    assert [r["time"] for r in found.rows if r["url"] == made.edited] == [EDITED]
    assert [p["ts"] for p in found.pages if p["url"] == made.edited] == [iso(EDITED)]
    held = {r[2].rec_headers.get_header("WARC-Record-ID") for r in found.records.values()}
    assert record not in held


def test_a_record_that_is_another_is_not_taken(made: Made, tmp_path: Path) -> None:
    db = copied(made.db, tmp_path)
    _change(
        db,
        "UPDATE captures SET (warc, offset, length) = "
        "(SELECT warc, offset, length FROM captures WHERE url = ?) WHERE url = ?",
        made.withheld, made.lender,
    )  # fmt: skip
    said = export(db, tmp_path / "x.wacz", "-q", status=1).stderr
    assert f"{made.lender}, fetched " in said
    assert "another record than the archive's" in said
    assert made.withheld not in Opened(tmp_path / "x.wacz").urls


def test_an_erased_article_is_known_by_its_address(made: Made, tmp_path: Path) -> None:
    db = copied(made.db, tmp_path)
    bare = made.lender.replace("http:", "https:")
    _change(
        db, "INSERT INTO withholdings(key, url, reason, since) VALUES (?, ?, 'x', 'x')",
        url_key(bare), bare,
    )  # fmt: skip
    export(db, tmp_path / "x.wacz", '"tin thứ 5"', "-q")
    assert Opened(tmp_path / "x.wacz").urls == {made.twin}


def test_a_disk_without_room_is_one_line(made: Made, tmp_path: Path) -> None:
    full = tmp_path / "x.wacz"
    full.symlink_to("/dev/full")
    done = export(made.db, full, status=1)
    assert done.stderr == f"{full}: cannot be written (No space left on device); make room\n"


def test_an_archive_of_an_older_version_is_one_line(made: Made, tmp_path: Path) -> None:
    db = copied(made.db, tmp_path)
    with closing(sqlite3.connect(db)) as conn:
        conn.execute("DROP TABLE revisits")
    assert "older newsarchive" in export(db, tmp_path / "x.wacz", status=1).stderr


def test_no_room_for_temporary_files_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = small(tmp_path, [f"http://congan.example.vn/bai-{n}" for n in range(200)])
    tables = holdings._TABLES.replace("BEGIN;", "PRAGMA max_page_count = 1; BEGIN;")
    monkeypatch.setattr(holdings, "_TABLES", tables)
    with pytest.raises(ArchiveError, match="SQLITE_TMPDIR"):
        pack(db, tmp_path / "x.wacz")


def test_articles_without_captures_make_no_file(tmp_path: Path) -> None:
    db = small(tmp_path, ["http://congan.example.vn/bai-1"])
    for table in ("articles", "versions"):
        _change(db, f"UPDATE {table} SET capture = NULL")
    for table in ("observations", "captures"):
        _change(db, f"DELETE FROM {table}")
    with pytest.raises(NewsArchiveError, match="no page can be had"):
        pack(db, tmp_path / "x.wacz")


def test_a_bar_is_drawn_on_a_terminal(made: Made, tmp_path: Path) -> None:
    args = ("export", "--format", "wacz", "-o", str(tmp_path / "x.wacz"))
    assert b"packing" in on_terminal(*args, db=made.db)
    assert on_terminal(*args, "--quiet", db=made.db) == b""


# Keys and blocks of the index

KEYS = {
    "http://www.congan.example.vn/": "vn,example,congan)/",
    "https://www2.Congan.example.vn:443/Tin/Bai.html": "vn,example,congan)/tin/bai.html",
    "http://congan.example.vn:8080/a//b/../c/?b=2&a=1": "vn,example,congan:8080)/a/c?a=1&b=2",
    "http://127.0.0.1:39355/vi/tin-1/": "1,0,0,127:39355)/vi/tin-1",
    "http://a.vn/t%C3%ACm tin?q=%2520đ": "vn,a)/t%c3%acm%20tin?q=%20%c4%91",
    "http://a.vn/%FB%E3": "vn,a)/%fb%e3",
    "http://a.vn/(S(abcdefghijklmnopqrstuvwx))/b.aspx?x=1": "vn,a)/b.aspx?x=1",
    "http://a.vn/a?PHPSESSID=0123456789abcdef0123456789abcdef&id=3": "vn,a)/a?id=3",
    "http://a.vn/a?b&&a=%26": "vn,a)/a?&&a=&b",
    "urn:sha256:abc": "urn:sha256:abc",
}  # fmt: skip


@pytest.mark.parametrize("url", KEYS)
def test_keys_of_the_index(url: str) -> None:
    assert surt(url) == KEYS[url]


def test_keys_are_those_that_pywb_looks_for() -> None:
    code = "import sys; from pywb.utils.canonicalize import canonicalize as c; print(*map(c, sys.argv[1:]), sep='\\n')"
    python = venv_with("pywb", PYWB) / "python"
    done = subprocess.run([python, "-c", code, *KEYS], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == list(KEYS.values())


def test_blocks_end_where_no_player_is_led_astray() -> None:
    keys = ["vn,a)/b", "vn,a)/b", "vn,a)/b-c", "vn,a)/b/d", "vn,a)/b/d?e", "vn,a)/b0"]
    lines = [f"{key} {2000 + n} {{}}\n".encode() for n, key in enumerate(keys)]
    out = BytesIO()
    with Package(out, datetime.now(UTC)) as package:
        write_index(package, lines, block=2)
    with ZipFile(out) as file:
        meta, *blocks = file.read("indexes/index.idx").decode().splitlines()
        index = file.read("indexes/index.cdx.gz")
    assert meta == '!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}'
    assert [block.rpartition(" {")[0] for block in blocks] == [
        "vn,a)/b 2000", "vn,a)/b/d 2003", "vn,a)/b0 2005",
    ]  # fmt: skip
    read = b""
    for block in blocks:
        place = json.loads(block[block.index("{") :])
        part = index[place["offset"] : place["offset"] + place["length"]]
        assert place["digest"] == _sha256(part)
        read += gzip.decompress(part)
    assert read == b"".join(lines)
