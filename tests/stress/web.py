"""Attacks on `newsarchive serve`: heavy and forbidden SQL, odd HTTP, silent and leaving clients."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

from desk_cases import serving
from hostile_cases import ACTS, ALL, hostile_archive
from test_hostile_web import HEAVY, REFUSED, WRITING, ask, get, is_safe, most_memory, status

from stress.row import Row

_MOST_MEMORY = 600 * 2**20
_ROUTES = (
    "/", "/tim-kiem", "/xuat", "/bai/1", "/bai/1/phien-ban", "/bai/1/goc", "/trang/example", "/tinh/x", "/kho", "/kho.json", "/kho.csv",
    "/kho/articles", "/kho/articles.json", "/kho/articles.csv", "/kho/articles/1", "/kho/images.json", "/-/static/app.css",
)  # fmt: skip
_NAMES = (
    "q", "lang", "site", "since", "until", "page", "order", "format", "sql", "_sort", "_facet", "_size", "_next", "_where", "_search",
    "title__contains", "_shape", "_col", "_labels", "_timelimit", "tu", "den",
)  # fmt: skip
_VALUES = (
    *ACTS, ALL, "'", '"', "0", "-1", "9" * 30, "1e999", "NaN", "../../etc/passwd", "//evil.test", "javascript:alert(1)", "<script>alert(1)</script>",
    "' or 1=1 --", "%", "*", "(" * 500, "a" * 5000, "{{7*7}}", "http://evil.test/", "\r\nX-Evil: 1", "articles", "on", "[", "null", "select 1",
)  # fmt: skip


def run(folder: Path, *, cut: bool, seed: int) -> list[Row]:
    """Attack a server over a hostile archive, a row for each kind of attack."""
    folder.mkdir(parents=True, exist_ok=True)
    path = hostile_archive(folder / "kho.db")
    before = path.read_bytes()
    dice = random.Random(seed)
    with serving(path) as address:
        port = int(address.rpartition(":")[2])
        rows = [
            _row("SQL that writes", _statements(port, WRITING[:6] if cut else WRITING)),
            _row("SQL without end", _statements(port, HEAVY[:2] if cut else HEAVY)),
            _row("odd HTTP", _requests(port, cut=cut)),
            _row("odd addresses", _addresses(port, dice, 60 if cut else 1500)),
            _row("silent clients", _silent(port, 250 if cut else 1000)),
            _row("the server's memory", iter([most_memory(port) < _MOST_MEMORY])),
        ]
    rows.append(_row("the archive as it was", iter([path.read_bytes() == before])))
    return rows


def _row(fault: str, held: Iterator[bool]) -> Row:
    told = list(held)
    return Row(fault=fault, injected=len(told), survived=sum(told))


def _statements(port: int, statements: tuple[str, ...]) -> Iterator[bool]:
    for sql in statements:
        for form in ("json", "csv"):
            query = urlencode({"sql": sql, "_timelimit": 500})
            head, body = ask(port, _request(f"/kho.{form}?{query}"))
            yield status(head) in (200, 400, 503) and len(body) < 2**20 and is_safe(head)


def _requests(port: int, *, cut: bool) -> Iterator[bool]:
    for request in list(REFUSED.values())[:: 4 if cut else 1]:
        head, _ = ask(port, request)
        yield 400 <= status(head) < 500 and is_safe(head)
    for site in ("cross-site", "same-site"):
        head = get(port, "/kho", f"Sec-Fetch-Site: {site}", "Sec-Fetch-Mode: no-cors")
        yield status(head) == 403


def _addresses(port: int, dice: random.Random, many: int) -> Iterator[bool]:
    for _ in range(many):
        path = dice.choice(_ROUTES) + quote(dice.choice(("", "", "", "/", dice.choice(_VALUES))))
        given = {dice.choice(_NAMES): dice.choice(_VALUES) for _ in range(dice.randrange(4))}
        head, body = ask(port, _request(f"{path}?{urlencode(given)}"))
        place = head.lower().partition("\nlocation: ")[2][:2]
        yield (
            status(head) < 600 and status(head) != 500 and is_safe(head)
            and "\nx-evil" not in head.lower() and b"<script>alert" not in _shown(head, body)
            and place[:1] in ("", "/") and place not in ("//", "/\\")
        )  # fmt: skip


def _shown(head: str, body: bytes) -> bytes:
    """What a browser would take for a page."""
    return body if "text/html" in head.lower() else b""


def _silent(port: int, many: int) -> Iterator[bool]:
    held = []
    try:
        for _ in range(many):
            held.append(line := socket.create_connection(("127.0.0.1", port), timeout=60))
            line.sendall(b"GET / HTTP/1.1\r\nHost: loc")
        yield status(get(port, "/tim-kiem")) == 200
    finally:
        for line in held:
            line.close()


def _request(path: str) -> bytes:
    return f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode()
