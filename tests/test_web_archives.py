"""The web archives that tests fill: they answer over HTTP in the shapes of the real ones."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection, HTTPResponse, IncompleteRead
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from warcio.archiveiterator import ArchiveIterator
from web_archives import CommonCrawl, Fault, Held, Wayback, digest, surt

from newsarchive.demo.server import Respondent, serve

HOST = "congan.hungyen.gov.vn"
ONE, TWO = f"http://{HOST}/tin/mot-1.html", f"https://www.{HOST}/tin/hai-2.html"
BODY = "<h1>Triệt phá đường dây đánh bạc</h1>".encode()
CAPTURES = [
    Held(f"http://{HOST}/", "20210101000000", b"home"),
    Held(ONE, "20220822101100", BODY, headers={"Server": "nginx", "Content-Encoding": "gzip"}),
    Held(ONE, "20220823101100", BODY, revisit=True),
    Held(ONE, "20230101000000", b"other", content_type="text/html; charset=utf-8"),
    Held(TWO, "20220901000000", b"", status=301, headers={"Location": "/tin/ba-3.html"}),
    Held(f"http://{HOST}/anh.jpg", "20220901000001", b"\xff\xd8", mime="image/jpeg"),
    Held(f"http://phong.{HOST}/", "20220901000002", b"sub"),
    Held("http://congan.example.vn/", "20220901000003", b"foreign"),
]
KEYS = [surt(held.url) for held in CAPTURES]
CDX = "/cdx/search/cdx"
Got = tuple[HTTPResponse, bytes]


def get(base: str, target: str, **headers: str) -> Got:
    connection = HTTPConnection(urlsplit(base).netloc, timeout=10)
    try:
        connection.request("GET", target, headers=headers)
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def cdx(base: str, **query: str | Sequence[str]) -> list[list[str]]:
    asked = {"url": f"{HOST}/*", "output": "json"} | query
    response, body = get(base, f"{CDX}?{urlencode(asked, doseq=True)}")
    assert response.status == 200
    assert response.headers["Content-Type"] == "application/json"
    found: list[list[str]] = json.loads(body)
    return found


def captures(base: str, **query: str | Sequence[str]) -> list[tuple[str, str]]:
    """Key and timestamp of the rows of an answer, without the row of names."""
    return [(row[0], row[1]) for row in cdx(base, **query)[1:]]


@pytest.fixture(scope="module")
def wayback() -> Iterator[str]:
    fake: Respondent = Wayback(CAPTURES)
    with serve(fake) as base:
        yield base


def crawled() -> CommonCrawl:
    pages = [
        Held(f"http://{HOST}/{number}", "20220812000000", f"{number}".encode())
        for number in range(5)
    ]
    return CommonCrawl({"CC-MAIN-2022-33": CAPTURES, "CC-MAIN-2022-40": pages}, block=1)


@pytest.fixture(scope="module")
def crawl() -> Iterator[str]:
    with serve(crawled()) as base:
        yield base


def index(base: str, name: str = "CC-MAIN-2022-33", **query: str) -> tuple[int, Any]:
    """Status, and the rows or the one object of an answer."""
    asked = {"url": f"{HOST}/*", "output": "json"} | query
    response, body = get(base, f"/{name}-index?{urlencode(asked)}")
    rows = [json.loads(line) for line in body.splitlines()]
    return response.status, rows if "ndjson" in response.headers["Content-Type"] else rows[0]


@pytest.mark.parametrize(
    ("url", "key"),
    [
        (TWO, "vn,gov,hungyen,congan)/tin/hai-2.html"),
        ("http://WWW2.a.vn:80/Tin/?b=2&A=1#x", "vn,a)/tin?a=1&b=2"),
        ("a.vn:8080", "vn,a:8080)/"),
        ("https://a.vn/tin%2Dm%E1%BB%9Bi//x/", "vn,a)/tin-m%e1%bb%9bi/x"),
    ],
)
def test_keys_of_the_index(url: str, key: str) -> None:
    assert surt(url) == key


def test_a_row_of_the_wayback_index(wayback: str) -> None:
    names, row = cdx(wayback, url=ONE, to="20220822")
    assert ",".join(names) == "urlkey,timestamp,original,mimetype,statuscode,digest,length"
    key = "vn,gov,hungyen,congan)/tin/mot-1.html"
    assert row[:6] == [key, "20220822101100", ONE, "text/html", "200", digest(BODY)]
    assert row[6].isdigit()
    assert digest(b"") == "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"  # what both show for redirects
    assert cdx(wayback, url=ONE, fl="statuscode,timestamp", collapse="urlkey") == [
        ["statuscode", "timestamp"],
        ["200", "20220822101100"],
    ]
    assert cdx(wayback, url="nothing.example/*") == []


def test_what_a_query_spans(wayback: str) -> None:
    host = {key for key in KEYS if key.startswith("vn,gov,hungyen,congan)/")}
    domain = host | {"vn,gov,hungyen,congan,phong)/"}
    spans = [
        ({}, host),
        ({"matchType": "host"}, host),
        ({"matchType": "domain"}, domain),
        ({"url": f"*.{HOST}"}, domain),
        ({"url": f"{HOST}/tin/", "matchType": "prefix"}, {k for k in host if "/tin/" in k}),
        ({"matchType": "prefix"}, set()),  # there the star is no wildcard
        ({"url": HOST}, {"vn,gov,hungyen,congan)/"}),
    ]
    for query, wanted in spans:
        assert {key for key, _ in captures(wayback, **query)} == wanted, query


def test_filters_times_and_collapsing(wayback: str) -> None:
    one = KEYS[1]
    fits = captures(wayback, filter=["statuscode:200", "mimetype:text/.*", "!digest:.*XYZ"])
    assert fits == [(KEYS[0], "20210101000000"), (one, "20220822101100"), (one, "20230101000000")]
    assert captures(wayback, filter="statuscode:20") == []
    assert (one, "20220823101100") in captures(wayback, filter="mimetype:warc/revisit")
    assert captures(wayback, url=ONE, **{"from": "20220823", "to": "2022"}) == [
        (one, "20220823101100")
    ]
    for collapse in ("digest", "timestamp:4"):
        found = captures(wayback, url=ONE, collapse=collapse)
        assert found == [(one, "20220822101100"), (one, "20230101000000")]
    assert captures(wayback, url=ONE, limit="-1") == [(one, "20230101000000")]


def test_resume_keys_lead_through_all_rows(wayback: str) -> None:
    found, key, asked = [], "", 0
    while True:
        rows = cdx(wayback, limit="2", showResumeKey="true", **{"resumeKey": key} if key else {})
        asked += 1
        if len(rows) < 2 or rows[-2] != []:
            break
        assert rows[0][0] == "urlkey"
        (key,) = rows[-1]
        found += rows[1:-2]
    # 6 rows: the last full answer cannot know that nothing follows.
    assert (len(found), asked, rows) == (6, 4, [])
    assert found == cdx(wayback)[1:]
    (first,) = cdx(wayback, url=ONE, limit="1", showResumeKey="true")[-1]
    assert first == quote(KEYS[1], safe="") + "+20220822101101"
    # The key as it was shown, and encoded as a value: both go on.
    rest = captures(wayback, url=ONE, resumeKey=first)
    assert [stamp for _, stamp in rest] == ["20220823101100", "20230101000000"]
    shown = get(wayback, f"{CDX}?url={ONE}&output=json&resumeKey={first}")[1]
    assert len(json.loads(shown)) == 1 + len(rest)


def test_an_index_answer_that_read_its_fill_looks_complete() -> None:
    with serve(Wayback(CAPTURES, reads=3)) as base:
        rows = cdx(base, limit="3", showResumeKey="true", filter="mimetype:text/html")
    assert len(rows) == 3
    assert [] not in rows


def test_a_capture_and_its_headers(wayback: str) -> None:
    for url in (ONE, quote(ONE, safe="")):
        response, body = get(wayback, f"/web/20220822101100id_/{url}")
        assert (response.status, body) == (200, BODY)
    headers = response.headers
    assert headers["Memento-Datetime"] == "Mon, 22 Aug 2022 10:11:00 GMT"
    assert headers["X-Archive-Orig-Server"] == "nginx"
    assert (headers["Content-Type"], headers["Content-Encoding"]) == ("text/html", None)
    assert headers["Link"].startswith(f'<{ONE}>; rel="original", <{wayback}/web/timemap/link/')
    assert f'<{wayback}/web/20220823101100/{ONE}>; rel="next memento"' in headers["Link"]
    assert 'rel="prev memento"' not in headers["Link"]
    assert get(wayback, f"/web/20220823101100id_/{ONE}")[1] == BODY  # a revisit
    assert b"TOOLBAR" in get(wayback, f"/web/20220822101100/{ONE}")[1]
    packed, body = get(wayback, f"/web/20220822101100id_/{ONE}", **{"Accept-Encoding": "gzip"})
    assert (packed.headers["Content-Encoding"], gzip.decompress(body)) == ("gzip", BODY)


def test_redirects_to_the_nearest_capture_and_those_of_the_page(wayback: str) -> None:
    for stamp, nearest in (("20220822224000", "20220823101100"), ("2023", "20230101000000")):
        response, _ = get(wayback, f"/web/{stamp}id_/https://www.{HOST}/tin/mot-1.html")
        assert response.status == 302
        assert response.headers["Location"] == f"{wayback}/web/{nearest}id_/{ONE}"
        assert response.headers["Memento-Datetime"] is None
    response, _ = get(wayback, f"/web/20220901000000id_/{TWO}")
    assert response.status == 301
    assert response.headers["Location"] == (
        f"/web/20220901000000id_/https://www.{HOST}/tin/ba-3.html"
    )
    assert response.headers["Memento-Datetime"]
    response, _ = get(wayback, f"/web/20220901000000id_/http://{HOST}/khong-co")
    assert (response.status, response.headers["Memento-Datetime"]) == (404, None)
    assert get(wayback, "/robots.txt")[0].status == 404
    assert get(wayback, f"/web/20221399id_/{ONE}")[0].status == 400
    assert get(wayback, CDX)[0].status == 400
    assert get(wayback, f"{CDX}?url={HOST}/*&page=0")[0].status == 400


def test_faults_come_to_every_nth_request_and_all_are_noted() -> None:
    faults = [
        Fault(every=2, status=429, retry_after="1", where="/cdx"),
        Fault(every=3, status=None, where="/web"),
    ]
    fake = Wayback(CAPTURES, faults=faults)
    with serve(fake) as base:
        answers = [get(base, f"{CDX}?url={HOST}/*")[0] for _ in range(4)]
        memento = f"/web/20220822101100id_/{ONE}"
        assert [get(base, memento)[1] for _ in range(2)] == [BODY, BODY]
        with pytest.raises(IncompleteRead) as error:
            get(base, memento)
    assert error.value.partial == BODY[: len(BODY) // 2]
    assert [answer.status for answer in answers] == [200, 429, 200, 429]
    assert answers[1].headers["Retry-After"] == "1"
    assert [asked.target for asked in fake.requests][3:] == [f"{CDX}?url={HOST}/*", *[memento] * 3]
    assert {asked.method for asked in fake.requests} == {"GET"}
    assert fake.requests[0].at <= fake.requests[-1].at


def test_the_list_of_collections(crawl: str) -> None:
    newest, older = json.loads(get(crawl, "/collinfo.json")[1])
    assert (newest["id"], older["id"]) == ("CC-MAIN-2022-40", "CC-MAIN-2022-33")
    assert older["cdx-api"] == f"{crawl}/CC-MAIN-2022-33-index"
    assert older["timegate"] == f"{crawl}/CC-MAIN-2022-33/"
    assert older["name"]
    assert (older["from"], older["to"]) == ("2021-01-01T00:00:00", "2023-01-01T00:00:00")
    assert b"Disallow: /\n" in get(crawl, "/robots.txt")[1]


def test_an_index_row_leads_to_one_record(crawl: str) -> None:
    status, rows = index(crawl, url=ONE, to="20220822")
    assert status == 200
    (row,) = rows
    names = "urlkey timestamp url mime mime-detected status digest length offset filename"
    assert " ".join(row) == names
    assert (row["urlkey"], row["digest"]) == (KEYS[1], digest(BODY))
    first = int(row["offset"])
    last = first + int(row["length"]) - 1
    response, body = get(crawl, f"/{row['filename']}", Range=f"bytes={first}-{last}")
    assert response.status == 206
    assert response.headers["Content-Range"].startswith(f"bytes {first}-{last}/")
    assert len(body) == int(row["length"])
    records = ArchiveIterator(BytesIO(body), check_digests="raise")
    record = next(records)
    assert record.content_stream().read() == BODY
    assert record.rec_type == "response"
    assert record.rec_headers["WARC-Target-URI"] == ONE
    assert record.rec_headers["WARC-Date"] == "2022-08-22T10:11:00Z"
    assert record.rec_headers["WARC-Payload-Digest"] == f"sha1:{row['digest']}"
    assert record.http_headers["X-Crawl-Content-Encoding"] == "gzip"
    assert next(records, None) is None


def test_files_of_common_crawl(crawl: str) -> None:
    (redirect,) = index(crawl, url=TWO)[1]
    assert "/crawldiagnostics/" in redirect["filename"]
    assert redirect["redirect"] == f"https://www.{HOST}/tin/ba-3.html"
    path = f"/{redirect['filename']}"
    whole, body = get(crawl, path)
    assert [record.rec_type for record in ArchiveIterator(BytesIO(body))] == [
        "warcinfo", "response",
    ]  # fmt: skip
    assert get(crawl, path, Range=f"bytes={len(body) - 3}-")[1] == body[-3:]
    assert get(crawl, path, Range=f"bytes={len(body)}-")[0].status == 416
    assert get(crawl, "/crawl-data/none.warc.gz")[0].status == 404
    assert whole.headers["Accept-Ranges"] == "bytes"


def test_pages_of_an_index(crawl: str) -> None:
    name = "CC-MAIN-2022-40"
    pages = {"pages": 3, "pageSize": 2, "blocks": 5}
    assert index(crawl, name, showNumPages="true", pageSize="2") == (200, pages)
    nothing = {"pages": 0, "pageSize": 5, "blocks": 0}
    assert index(crawl, name, url="a.vn", showNumPages="true") == (200, nothing)
    found = [
        [row["url"][-1] for row in index(crawl, name, page=str(page), pageSize="2")[1]]
        for page in range(3)
    ]
    assert found == [["0", "1"], ["2", "3"], ["4"]]
    assert len(index(crawl, name, pageSize="2")[1]) == 2  # without page= the first one
    too_far = {"message": "Page 3 invalid: First Page is 0, Last Page is 2"}
    assert index(crawl, name, page="3", pageSize="2") == (400, too_far)
    # Filters come after the pages.
    assert index(crawl, name, page="0", pageSize="2", filter="=url:no")[0] == 404


def test_filters_of_common_crawl_and_what_it_has_not(crawl: str) -> None:
    for text, wanted in (
        ("mime:image", 1),
        ("=mime:image", 0),
        ("=status:301", 1),
        ("~url:.*/tin/", 4),
        ("!~url:.*/tin/", 2),
        ("!=statuscode:200", 1),
    ):
        status, rows = index(crawl, filter=text, pageSize="9")
        assert (status, len(rows) if status == 200 else 0) == (200 if wanted else 404, wanted), text
    for query, named in (({"url": "a.vn/*"}, "a.vn/"), ({"url": "*.a.vn"}, "a.vn")):
        assert index(crawl, **query) == (404, {"message": f"No Captures found for: {named}"})
    assert index(crawl, url=ONE, **{"from": "2023"})[1][0]["timestamp"] == "20230101000000"
    assert index(crawl, fl="url,status", limit="1") == (
        200, [{"url": f"http://{HOST}/", "status": "200"}],
    )  # fmt: skip
