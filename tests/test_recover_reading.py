"""What a web archive's index is asked and answers, and what its answers are made into."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace

import pytest
from recover_cases import CAPTURES, HOST, fake
from web_archives import CommonCrawl, digest

from newsarchive.archive.records import base32_sha1
from newsarchive.archive.recoveries import Found, Span
from newsarchive.crawl import targets
from newsarchive.crawl.recovery_capture import Reply, Sources, of_memento, of_record, redirected
from newsarchive.crawl.recovery_index import CommonCrawl as Index
from newsarchive.crawl.recovery_index import Listing
from newsarchive.crawl.recovery_index import Wayback as WaybackIndex
from newsarchive.crawl.recovery_pages import captures, hosts_of
from newsarchive.errors import FetchError

# What an index is asked and answers.

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


def resumed(
    index: Index | WaybackIndex, listing: Listing, resume: str | None, status: int, body: bytes
) -> str | None:
    """How the list goes on after an answer, which must be one."""
    told = index.read(listing, resume, status, body)
    assert told is not None
    return told.resume


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
    assert resumed(index, one, "every:", 200, line + b"\n" + line + b"\n" + line) is None
    assert resumed(index, one, None, 200, b"") is None
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
        assert resumed(index, old, None, 200, answer) == resume
    # A page of which the filters leave nothing is a 404, and not the end.
    assert resumed(index, old, "0/2", 404, b"{}") == "1/2"
    assert resumed(index, old, "1/2", 404, b"{}") is None
    assert resumed(index, old, None, 404, b"{}") is None
    assert index.read(old, None, 504, b"") is None
    with pytest.raises(FetchError, match="collinfo"):
        index.begin(b"<html>")


def test_hosts_of_a_site() -> None:
    assert hosts_of(TARGET) == [HOST, "congan.haiduong.gov.vn"]
    assert hosts_of(targets.of_url("https://www.a.vn/")) == ["a.vn"]
    assert hosts_of(targets.of_url("http://127.0.0.1:8080/")) == ["127.0.0.1:8080"]


# What an answer is made into.

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
