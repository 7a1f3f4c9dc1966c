"""The indexes of web archives: what to ask them, and what their answers list. Pure.

Both are CDX servers; their shapes are those of internetarchive/wayback and webrecorder/pywb, and
differ in all that matters here: the Wayback Machine answers a JSON array and goes on by resume
keys, pywb answers lines of JSON, Common Crawl has one index a collection, in numbered pages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import unquote_plus, urlencode, urljoin

from newsarchive.archive.recoveries import Span
from newsarchive.errors import FetchError

Row = Mapping[str, Any]
# Said by what is left out: so revisits (no status, no type of their own) stay, pages without a
# type too, and pywb, to which these are no regular expressions, finds nothing to leave out.
_FILTERS = (
    ("filter", "!statuscode:[345].."),
    ("filter", "!mimetype:(image|audio|video|font)/.*"),
    ("filter", "!mimetype:text/(css|javascript)|application/(pdf|json|.*javascript|.*ms.*)"),
    ("collapse", "digest"),
)
_PAGES = 100_000
_ROW = 20  # bytes that a row has at least
_EVERY = 10**9  # rows; for pywb, which has no resume keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One list of an index: what it lists of a host.

    name: tells it from others, in the archive too. wider: the name of the list that holds all of
    this one and more, where there is one. api: the address that is asked.
    """

    name: str
    wider: str
    api: str
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One answer. resume: what to go on from; None where the list is at its end."""

    rows: list[Row]
    resume: str | None


class Index(Protocol):
    """A web archive's index."""

    @property
    def source(self) -> str:
        """Its name in the archive."""

    @property
    def start(self) -> str | None:
        """What is to be asked before it is known which lists there are."""

    def begin(self, body: bytes) -> list[Listing]:
        """The lists there are, by the answer to `start`. Raises FetchError."""

    def address(self, listing: Listing, resume: str | None) -> str:
        """The address of a list's first page, or of the one to go on with."""

    def read(self, listing: Listing, resume: str | None, status: int, body: bytes) -> Listed | None:
        """What an answer lists; None where it is none. Raises FetchError for what is no list."""

    def place(self, row: Row) -> str | None:
        """Where the record of a row lies; None where a capture is asked by its time."""


class Wayback:
    """The Wayback Machine, or another CDX server of its kind. rows: how many are asked at a time.

    Its answers read so many rows at most, those that the filters leave out included, and show no
    resume key where that ended them. So where none is shown it is asked once more from there,
    without filters, when a key is shown wherever more follows.
    """

    source = "wayback"
    start = None

    def __init__(self, *, cdx: str, hosts: Iterable[str], span: Span, rows: int) -> None:
        self._lists = [_listing(f"{host}/*", cdx, host, span) for host in hosts]
        self._span = span
        self._rows = rows

    def begin(self, body: bytes) -> list[Listing]:
        """One list a host."""
        return self._lists

    def address(self, listing: Listing, resume: str | None) -> str:
        """See Index."""
        mode, _, key = (resume or "filtered:").partition(":")
        # Without fl= both kinds of server name all that is needed.
        asked = [("url", f"{listing.host}/*"), ("output", "json"), *_times(self._span)]
        asked += _FILTERS if mode == "filtered" else ()
        rows = _EVERY if mode == "every" else self._rows
        asked += [("limit", str(rows)), ("showResumeKey", "true")]
        asked += [("resumeKey", key)] if key else ()
        return f"{listing.api}?{urlencode(asked, safe='/*:!')}"

    def read(self, listing: Listing, resume: str | None, status: int, body: bytes) -> Listed | None:
        """See Index."""
        if status != 200:
            return None
        mode, _, key = (resume or "filtered:").partition(":")
        text = body.strip()
        if text.startswith(b"{"):
            rows = _lines(text)
            full = mode != "every" and len(rows) >= self._rows
            return Listed(rows=rows, resume="every:" if full else None)
        table = _table(text)
        further = ""
        if len(table) > 2 and table[-2] == []:
            further = unquote_plus(str(table[-1][0]))
            table = table[:-2]
        rows = [dict(zip(table[0], row, strict=False)) for row in table[1:]]
        if further:
            return Listed(rows=rows, resume=f"{mode}:{further}")
        if mode != "filtered" or not text:
            return Listed(rows=rows, resume=None)
        if rows and rows[-1].get("urlkey"):
            key = f"{rows[-1]['urlkey']} {rows[-1].get('timestamp', '')}"
        return Listed(rows=rows, resume=f"whole:{key}")

    def place(self, row: Row) -> str | None:
        """A capture is asked by its time."""
        return None


class CommonCrawl:
    """Common Crawl. most: so many collections, the newest ones; None: all."""

    source = "commoncrawl"

    def __init__(self, *, info: str, hosts: Iterable[str], span: Span, most: int | None) -> None:
        self.start = info
        self._hosts = list(hosts)
        self._span = span
        self._most = most

    def begin(self, body: bytes) -> list[Listing]:
        """One list a collection and host, the newest collection first."""
        try:
            told = json.loads(body)
            found = [(str(c["id"]), urljoin(self.start, str(c["cdx-api"])), c) for c in told]
        except (ValueError, TypeError, KeyError, RecursionError):
            raise FetchError("no list of collections (is this a collinfo.json?)") from None
        since, last = self._span.since, self._span.last
        lists = []
        for name, api, about in found[: self._most]:
            times = [re.sub(r"\D", "", str(about.get(end, ""))) for end in ("from", "to")]
            if all(times) and (times[0] > last or times[1] < since):
                continue
            for host in self._hosts:
                lists.append(_listing(f"{name} {host}/*", api, host, self._span))
        return lists

    def address(self, listing: Listing, resume: str | None) -> str:
        """See Index. Without `resume`: how many pages there are."""
        asked = [("url", f"{listing.host}/*"), ("output", "json")]
        if resume is None:
            asked += [("showNumPages", "true")]
        else:
            asked += [*_times(self._span), ("filter", "=status:200"), ("filter", "~mime:.*html")]
            asked += [("page", resume.partition("/")[0])]
        return f"{listing.api}?{urlencode(asked, safe='/*:=~')}"

    def read(self, listing: Listing, resume: str | None, status: int, body: bytes) -> Listed | None:
        """See Index. A page of which the filters leave nothing, and a host unknown, are a 404."""
        if status not in (200, 404):
            return None
        if resume is None:
            return Listed(rows=[], resume=_number_of_pages(body) if status == 200 else None)
        page, _, pages = resume.partition("/")
        further = int(page) + 1
        rows = _lines(body.strip()) if status == 200 else []
        return Listed(rows=rows, resume=f"{further}/{pages}" if further < int(pages) else None)

    def place(self, row: Row) -> str | None:
        """File, offset and length of the record."""
        try:
            offset, length = int(row["offset"]), int(row["length"])
            place = {"filename": str(row["filename"]), "offset": offset, "length": length}
        except (KeyError, ValueError):
            return None
        return json.dumps(place)


def _listing(name: str, api: str, host: str, span: Span) -> Listing:
    limits = [f" {name} {value}" for name, value in _times(span)]
    return Listing(name=name + "".join(limits), wider=name, api=api, host=host)


def _times(span: Span) -> list[tuple[str, str]]:
    return [(name, day) for name, day in (("from", span.since), ("to", span.until)) if day]


def _table(text: bytes) -> list[list[Any]]:
    try:
        # Of what is no list of captures a few bytes can become many objects.
        table = json.loads(text or b"[]") if text.count(b"[") <= 9 + len(text) // _ROW else None
    except (ValueError, RecursionError):
        table = None
    if not isinstance(table, list) or not all(isinstance(row, list) for row in table):
        raise FetchError("the answer is no list of captures (is this the address of a CDX server?)")
    return table


def _lines(text: bytes) -> list[Row]:
    try:
        rows = [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        raise FetchError("the answer is no list of captures, or not all of one") from None
    return [row for row in rows if isinstance(row, dict)]


def _number_of_pages(body: bytes) -> str | None:
    """'0/N', from the two forms in which servers tell N; None where there are none."""
    try:
        told = json.loads(body)
        pages = int(told["pages"] if isinstance(told, dict) else told)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise FetchError("the answer does not tell how many pages there are") from None
    if pages > _PAGES:
        raise FetchError(f"the answer tells of {pages} pages, which no site has")
    return f"0/{pages}" if pages > 0 else None
