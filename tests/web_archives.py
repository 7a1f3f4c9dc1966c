"""Web archives that a test fills; they answer as the Wayback Machine and Common Crawl do.

The shapes, traps included, are those of their servers' sources (internetarchive/wayback,
webrecorder/pywb, internetarchive/surt) and of answers that others recorded.
`newsarchive.demo.server.serve` serves both classes on 127.0.0.1.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import time
from base64 import b32encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from io import BytesIO
from urllib.parse import (
    parse_qs,
    quote,
    quote_plus,
    unquote,
    unquote_plus,
    unquote_to_bytes,
    urljoin,
    urlsplit,
)

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newsarchive.demo.answer import HTML, Answer, Asked
from newsarchive.urls import DEFAULT_PORTS

Row = dict[str, str]
Query = Mapping[str, list[str]]
_MEMENTO = re.compile(r"/web/(\d{1,14})([a-z]{2}_)?/(.+)")
_WAYBACK_FIELDS = "urlkey,timestamp,original,mimetype,statuscode,digest,length"
_OTHER_NAMES = {"original": "url", "mimetype": "mime", "statuscode": "status"}
_PLAIN = "".join(map(chr, range(0x21, 0x7F))).replace("%", "").replace("#", "")
_CODINGS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
# So said index.commoncrawl.org in 2026; web.archive.org has no robots.txt.
_ROBOTS = "User-agent: *\nDisallow: /\n\nAllow: /$\nAllow: /index.html$\nAllow: /collinfo.json$\n"


@dataclass(frozen=True, slots=True)
class Held:
    """One capture. url: in ASCII. timestamp: 14 digits, UTC. body: without content encoding.

    content_type: the header, where it says more than mime. headers: the others that the page was
    served with. revisit: the Wayback Machine lists it as warc/revisit without a status, as it does
    where a body was known already; it serves the body all the same.
    """

    url: str
    timestamp: str
    body: bytes
    status: int = 200
    mime: str = "text/html"
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    revisit: bool = False

    def __post_init__(self) -> None:
        if len(self.timestamp) != 14 or not self.url.isascii():
            raise ValueError(f"{self.url} {self.timestamp}: not 14 digits, or not in ASCII")
        moment(self.timestamp)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Happens to every n-th request whose target contains `where`.

    status None: the right answer breaks off half-way.
    """

    every: int = 1
    status: int | None = 503
    retry_after: str | None = None
    where: str = "/"


def moment(timestamp: str) -> datetime:
    """The time that 1 to 14 digits begin. Raises ValueError where there is no such time."""
    whole = timestamp + "19960101000000"[len(timestamp) :]
    return datetime.strptime(whole, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def digest(body: bytes) -> str:
    """As both archives write it: SHA-1 in base 32."""
    return b32encode(hashlib.sha1(body).digest()).decode()


def surt(url: str) -> str:
    """The key that an address is indexed by: vn,gov,hungyen,congan)/path?a=1&b=2.

    Scheme, www, letter case, a last slash and the order of parameters do not count. (Nor do the
    numbers of sessions in the real archives; here they do.)
    """
    parts = urlsplit(url if "://" in url else f"http://{url}")
    host = ",".join(reversed(re.sub(r"^www\d*\.", "", parts.hostname or "").split(".")))
    if parts.port not in (None, DEFAULT_PORTS.get(parts.scheme)):
        host += f":{parts.port}"
    path, query = (
        quote(unquote_to_bytes(part), safe=_PLAIN).lower() for part in (parts.path, parts.query)
    )
    path = re.sub("/+", "/", path).rstrip("/") or "/"
    query = "&".join(sorted(query.split("&"), key=lambda word: word.split("=", 1)))
    return f"{host}){path}" + (f"?{query}" if query else "")


def _one(asked: Query, name: str, default: str = "") -> str:
    return asked.get(name, [default])[0]


def _next(text: str) -> str:
    return text[:-1] + chr(ord(text[-1]) + 1)


def _scope(asked: Query) -> tuple[str, str, str]:
    """The address of a query without its wildcard, and the span of keys that it means.

    With a matchType the star is no wildcard: matchType=prefix of HOST/* finds nothing.
    """
    url, match = asked["url"][0], _one(asked, "matchType")
    if not match:
        match = "domain" if url.startswith("*.") else "prefix" if url.endswith("*") else "exact"
        url = url.removeprefix("*.") if match == "domain" else url.removesuffix("*")
    key = surt(url)
    if match == "exact":
        return url, key, key + "!"
    if match == "prefix":
        key += "/" * (url.endswith("/") and not key.endswith("/"))
        return url, key, _next(key)
    host = key.partition(")/")[0]
    return url, f"{host})/", host + ("*" if match == "host" else "-")


def _in_time(row: Row, asked: Query) -> bool:
    stamp, to = row["timestamp"], _one(asked, "to", "9")
    return _one(asked, "from") <= stamp and (stamp <= to or stamp.startswith(to))


def _said(text: str, kind: str = HTML, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, headers={"Content-Type": kind, **named}, body=text.encode())


class _Fake:
    """What both have. requests: all that was asked, in order, what met a fault included."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.requests: list[Asked] = []
        self._faults = faults
        self._counts = [0] * len(faults)

    def respond(
        self, method: str, target: str, headers: dict[str, str], body: bytes = b""
    ) -> Answer:
        now = time.monotonic()
        asked = Asked(method=method, target=target, headers=headers, at=now, body=body)
        self.requests.append(asked)
        fault = self._due(target)
        if fault is not None and fault.status is not None:
            wait = {"Retry_After": fault.retry_after} if fault.retry_after is not None else {}
            return _said(HTTPStatus(fault.status).phrase, HTML, fault.status, **wait)
        try:
            answer = self._answer(target, headers)
        except (KeyError, ValueError, re.error) as error:
            return _said(f"Bad request: {error}", HTML, 400)
        return answer if fault is None else replace(answer, cut=len(answer.body) // 2)

    def _due(self, target: str) -> Fault | None:
        due = []
        for number, fault in enumerate(self._faults):
            if fault.where in target:
                self._counts[number] += 1
                due += [fault] * (self._counts[number] % fault.every == 0)
        return due[0] if due else None

    def _answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        raise NotImplementedError


class Wayback(_Fake):
    """The Wayback Machine: its CDX index, and the captures.

    An index answer reads at most `reads` rows, filtered ones included, and shows no resume key
    where that ended it. It shows one wherever `limit` rows were found, even if none follow; going
    on from it skips captures of the same second. Collapsing sees neighbours only. Texts go in gzip
    to clients that accept it. Without id_ a page has the toolbar in it.
    """

    def __init__(
        self, captures: Sequence[Held], *, faults: Sequence[Fault] = (), reads: int = 150_000
    ) -> None:
        super().__init__(faults)
        self._reads = reads
        self._held: dict[str, list[Held]] = {}
        for held in sorted(captures, key=lambda held: held.timestamp):
            self._held.setdefault(surt(held.url), []).append(held)
        self._rows = [_listed(key, held) for key in sorted(self._held) for held in self._held[key]]

    def _answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        path, _, query = target.partition("?")
        if path == "/cdx/search/cdx":
            answer = self._index(parse_qs(query))
        elif found := _MEMENTO.fullmatch(target):
            answer = self._capture(
                f"http://{headers.get('host')}/web/", found[1], found[2], found[3]
            )
        else:
            answer = _said("Not Found", HTML, 404)
        text = answer.headers["Content-Type"].startswith(("text/", "application/json"))
        if text and answer.body and "gzip" in headers.get("accept-encoding", ""):
            packed = {**answer.headers, "Content-Encoding": "gzip"}
            return replace(answer, headers=packed, body=gzip.compress(answer.body, mtime=0))
        return answer

    def _index(self, asked: Query) -> Answer:
        if "page" in asked or "showNumPages" in asked:
            raise ValueError("this server has no pages")
        limit = int(_one(asked, "limit", "0"))
        most = min(limit, self._reads) if limit > 0 else self._reads
        rows, last = self._found(asked, most)
        names = _one(asked, "fl", _WAYBACK_FIELDS).split(",")
        shown = [[row[name] for name in names] for row in rows][min(limit, 0) :]
        if len(rows) == most and limit >= 0 and _one(asked, "showResumeKey") == "true":
            shown += [[], [quote_plus(f"{last['urlkey']} {_next(last['timestamp'])}")]]
        if _one(asked, "output") == "json":
            return _said(json.dumps([names, *shown] if shown else []) + "\n", "application/json")
        return _said("".join(" ".join(row) + "\n" for row in shown), "text/plain;charset=UTF-8")

    def _found(self, asked: Query, most: int) -> tuple[list[Row], Row]:
        """The rows of an answer, and the last that was read."""
        _, start, end = _scope(asked)
        if key := _one(asked, "resumeKey"):
            # Some clients send it as it was shown, others encode it once more; both are understood.
            start = key if " " in key else unquote_plus(key)
        collapse = [text.partition(":") for text in asked.get("collapse", [])]
        rows: list[Row] = []
        last: Row = {}
        before: list[str] | None = None
        span = [row for row in self._rows if start <= f"{row['urlkey']} {row['timestamp']}" < end]
        for row in span[: self._reads]:
            if len(rows) == most:
                break
            last = row
            if _in_time(row, asked) and all(_regex(text, row) for text in asked.get("filter", [])):
                same = [row[name][: int(length or 999)] for name, _, length in collapse]
                rows += [row] * (not collapse or same != before)
                before = same
        return rows, last

    def _capture(self, base: str, stamp: str, mode: str | None, url: str) -> Answer:
        url = unquote(url) if re.match("https?%3a", url, re.IGNORECASE) else url
        captures = self._held.get(surt(url), [])
        if not captures:
            return _said("<p>The Wayback Machine has not archived that URL.</p>", HTML, 404)

        def distance(held: Held) -> tuple[object, bool]:
            return abs(moment(held.timestamp) - moment(stamp)), held.url != url

        held = min(captures, key=distance)
        if held.timestamp != stamp:
            return _said(
                "", "text/plain; charset=utf-8", 302,
                Location=f"{base}{held.timestamp}{mode or ''}/{held.url}",
                x_archive_redirect_reason=f"found capture at {held.timestamp}",
            )  # fmt: skip
        headers = _replayed(held, mode or "") | {"Link": _links(base, captures, held)}
        toolbar = b"" if mode == "id_" else b"<!-- BEGIN WAYBACK TOOLBAR INSERT -->"
        return Answer(status=held.status, headers=headers, body=toolbar + held.body)


def _listed(key: str, held: Held) -> Row:
    kind, status = ("warc/revisit", "-") if held.revisit else (held.mime, str(held.status))
    length = len(gzip.compress(held.body)) + 400  # of a record, its headers included
    values = (key, held.timestamp, held.url, kind, status, digest(held.body), str(length))
    return dict(zip(_WAYBACK_FIELDS.split(","), values, strict=True))


def _regex(text: str, row: Row) -> bool:
    """Whether a row passes a filter of the Wayback Machine, [!]field:regex of the whole field."""
    name, _, regex = text.removeprefix("!").partition(":")
    return (re.fullmatch(regex, row[name]) is None) is text.startswith("!")


def _replayed(held: Held, mode: str) -> dict[str, str]:
    when = format_datetime(moment(held.timestamp), usegmt=True)
    headers = {
        "Content-Type": held.content_type or held.mime,
        "Memento-Datetime": when,
        "X-Archive-Orig-date": when,
        "X-Archive-Src": f"example-{held.timestamp}/example-00000.warc.gz",
    }
    for name, value in held.headers.items():
        if name.lower() == "location":
            headers[name] = f"/web/{held.timestamp}{mode}/{urljoin(held.url, value)}"
        else:
            headers[f"X-Archive-Orig-{name.lower()}"] = value
    return headers


def _links(base: str, captures: Sequence[Held], held: Held) -> str:
    at = captures.index(held)
    places = {"first ": 0, "prev ": at - 1, "": at, "next ": at + 1, "last ": len(captures) - 1}
    links = [
        f'<{held.url}>; rel="original"',
        f'<{base}timemap/link/{held.url}>; rel="timemap"; type="application/link-format"',
        f'<{base}{held.url}>; rel="timegate"',
    ]
    for name, place in places.items():
        if 0 <= place < len(captures):
            one = captures[place]
            when = format_datetime(moment(one.timestamp), usegmt=True)
            links.append(
                f'<{base}{one.timestamp}/{one.url}>; rel="{name}memento"; datetime="{when}"'
            )
    return ", ".join(links)


class CommonCrawl(_Fake):
    """Common Crawl: the list of collections, their indexes and their WARC files, on one address.

    A query without page= is one for page 0. A page is `page_size` blocks of `block` rows, and is
    filtered afterwards: one in the middle may hold nothing, which is a 404.
    """

    def __init__(
        self,
        captures_by_collection: Mapping[str, Sequence[Held]],
        *,
        faults: Sequence[Fault] = (),
        page_size: int = 5,
        block: int = 3000,
    ) -> None:
        super().__init__(faults)
        self._page_size = page_size
        self._block = block
        self._files: dict[str, bytes] = {}
        self._rows: dict[str, list[Row]] = {}
        for name, captures in captures_by_collection.items():
            rows = self._rows[name] = []
            for folder in ("warc", "crawldiagnostics"):
                path = f"crawl-data/{name}/segments/1660882571090.49/{folder}/{name}-00000.warc.gz"
                some = [held for held in captures if (held.status == 200) is (folder == "warc")]
                self._files[path], more = _crawled(path, some)
                rows += more
            rows.sort(key=lambda row: (row["urlkey"], row["timestamp"]))

    def _answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        path, _, query = target.removeprefix("/").partition("?")
        name = path.removesuffix("-index")
        if path == "robots.txt":
            return _said(_ROBOTS, "text/plain")
        if path == "collinfo.json":
            base = f"http://{headers.get('host')}/"
            found = [
                _collection(base, *entry) for entry in sorted(self._rows.items(), reverse=True)
            ]
            return _said(json.dumps(found, indent=2), "application/json")
        if name in self._rows and path != name:
            return self._index(self._rows[name], parse_qs(query))
        if path in self._files:
            return _part(self._files[path], headers.get("range", ""))
        return _said("<Error><Code>NoSuchKey</Code></Error>", "application/xml", 404)

    def _index(self, rows: Sequence[Row], asked: Query) -> Answer:
        url, start, end = _scope(asked)
        rows = [row for row in rows if start <= row["urlkey"] < end]
        size = int(_one(asked, "pageSize", str(self._page_size)))
        blocks = -(-len(rows) // self._block)
        pages = -(-blocks // size)
        if _one(asked, "showNumPages") == "true":
            return _json({"pages": pages, "pageSize": size, "blocks": blocks})
        page = int(_one(asked, "page", "0"))
        if rows and not 0 <= page < pages:
            last = f"First Page is 0, Last Page is {pages - 1}"
            return _json({"message": f"Page {page} invalid: {last}"}, 400)
        filters = asked.get("filter", [])
        rows = rows[page * size * self._block : (page + 1) * size * self._block]
        rows = [r for r in rows if _in_time(r, asked) and all(_pywb(text, r) for text in filters)]
        if not (rows := rows[: int(_one(asked, "limit", "100000"))]):
            return _json({"message": f"No Captures found for: {url}"}, 404)
        if names := _one(asked, "fl"):
            rows = [{name: row[name] for name in names.split(",") if name in row} for row in rows]
        if _one(asked, "output") == "json":
            return _said("".join(json.dumps(row) + "\n" for row in rows), "text/x-ndjson")
        return _said("".join(" ".join(row.values()) + "\n" for row in rows), "text/plain")


def _json(what: Mapping[str, object], status: int = 200) -> Answer:
    return _said(json.dumps(what), "application/json; charset=utf-8", status)


def _pywb(text: str, row: Row) -> bool:
    """Whether a row passes a filter of Common Crawl, [!][=|~]field:text: a part, all, a regex."""
    name, _, wanted = text.lstrip("!=~").partition(":")
    value = row.get(_OTHER_NAMES.get(name, name), "")
    sign = text.removeprefix("!")[:1]
    if sign == "~":
        fits = re.match(wanted, value) is not None
    else:
        fits = wanted == value if sign == "=" else wanted in value
    return fits is not text.startswith("!")


def _collection(base: str, name: str, rows: Sequence[Row]) -> dict[str, str]:
    found = {
        "id": name,
        "name": f"{name.removeprefix('CC-MAIN-')} Index",
        "timegate": f"{base}{name}/",
        "cdx-api": f"{base}{name}-index",
    }
    times = [f"{moment(row['timestamp']):%Y-%m-%dT%H:%M:%S}" for row in rows]
    return found | ({"from": min(times), "to": max(times)} if times else {})


def _crawled(path: str, captures: Sequence[Held]) -> tuple[bytes, list[Row]]:
    """A WARC file, and its rows of the index."""
    file = BytesIO()
    writer = WARCWriter(file, gzip=True)
    writer.write_record(
        writer.create_warcinfo_record(path.rpartition("/")[2], {"publisher": "test"})
    )
    rows = []
    for held in captures:
        offset = file.tell()
        status = f"{held.status} {HTTPStatus(held.status).phrase}"
        record = writer.create_warc_record(
            held.url,
            "response",
            BytesIO(held.body),
            len(held.body),
            http_headers=StatusAndHeaders(status, _kept(held), "HTTP/1.1"),
            warc_headers_dict={"WARC-Date": f"{moment(held.timestamp):%Y-%m-%dT%H:%M:%SZ}"},
        )
        writer.write_record(record)
        row = {"urlkey": surt(held.url), "timestamp": held.timestamp, "url": held.url}
        row |= {"mime": held.mime, "mime-detected": held.mime, "status": str(held.status)}
        row |= {"digest": digest(held.body), "length": str(file.tell() - offset)}
        row |= {"offset": str(offset), "filename": path}
        if location := held.headers.get("Location"):
            row["redirect"] = urljoin(held.url, location)
        rows.append(row)
    return file.getvalue(), rows


def _kept(held: Held) -> list[tuple[str, str]]:
    """The headers in a record: those that were true of the coded body are renamed."""
    kept = [("Content-Type", held.content_type or held.mime)]
    for name, value in held.headers.items():
        kept.append((f"X-Crawl-{name}" if name.lower() in _CODINGS else name, value))
    return [*kept, ("Content-Length", str(len(held.body)))]


def _part(data: bytes, wanted: str) -> Answer:
    headers = {"Content-Type": "application/octet-stream", "Accept-Ranges": "bytes"}
    if not (found := re.fullmatch(r"bytes=(\d+)-(\d*)", wanted)):
        return Answer(headers=headers, body=data)
    first, last = int(found[1]), min(int(found[2] or len(data)), len(data) - 1)
    if first > last:
        return Answer(status=416, headers=headers | {"Content-Range": f"bytes */{len(data)}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
    return Answer(status=206, headers=headers, body=data[first : last + 1])
