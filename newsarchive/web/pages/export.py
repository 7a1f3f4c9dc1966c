"""What a search found, all of it, as a file that comes while it is read."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Any

from datasette import Response

from newsarchive import clock, query
from newsarchive.exporting.lines import Row, csv_chunks, jsonl_chunks
from newsarchive.text import fold
from newsarchive.web.asking import Asked, asked
from newsarchive.web.pages import wording
from newsarchive.web.reading import stream

_Chunks = Callable[[Iterator[Row]], Iterator[str]]
# format -> its type, and what makes chunks of rows. Excel knows the CSV's encoding by its mark.
FORMATS: dict[str, tuple[str, _Chunks]] = {
    "csv": ("text/csv", lambda rows: csv_chunks(rows, gone=True, excel=True)),
    "jsonl": ("application/x-ndjson", jsonl_chunks),
}


async def export(request: Any, datasette: Any, receive: Any, send: Any) -> Response | None:
    """The file at /xuat: all that the same address under /tim-kiem finds; ?format=csv or jsonl.

    Articles that are gone from their portals are in it, as they are in what is shown; withheld
    ones are not. Rows come in the order in which they entered the archive. A search that is wrong
    leads to its page, which says what is.
    """
    wanted = asked(request.args)
    kind = request.args.get("format") or "csv"
    if wanted.wrong:
        return Response.redirect(f"/tim-kiem?{request.query_string}")
    if kind not in FORMATS:
        t = wording(request)
        return Response.text(t("search:error:format", value=kind), status=400)
    media, chunks = FORMATS[kind]
    made = stream(datasette, lambda conn: chunks(_rows(conn, wanted)))
    first = await anext(made, "")  # what is wrong with the archive is told as a page still
    name = _name(wanted, kind)
    headers = [
        (b"content-type", f"{media}; charset=utf-8".encode()),
        (b"content-disposition", f'attachment; filename="{name}"'.encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await _send(first, made, receive, send)
    return None


def _rows(conn: sqlite3.Connection, wanted: Asked) -> Iterator[Row]:
    choice: dict[str, Any] = wanted.query()
    return query.articles(conn, wanted.q, gone=True, **choice)


async def _send(first: str, made: AsyncGenerator[str], receive: Any, send: Any) -> None:
    """Send the chunks until there are no more, or nobody takes them."""
    left = asyncio.ensure_future(_gone(receive))
    try:
        chunk: str | None = first
        while chunk is not None and not left.done():
            body = {"type": "http.response.body", "body": chunk.encode(), "more_body": True}
            await send(body)
            chunk = await anext(made, None)
        await send({"type": "http.response.body", "body": b""})
    finally:
        left.cancel()
        await made.aclose()


async def _gone(receive: Any) -> None:
    """Comes back when the browser has left."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _name(wanted: Asked, kind: str) -> str:
    """What the file is called: by the words, in letters that every system takes, and the day."""
    words = "-".join(fold(wanted.q).split())[:60].strip("-")
    day = clock.day_in_vietnam(clock.now())
    return "-".join(part for part in ("newsarchive", words, day) if part) + f".{kind}"


ROUTES = [(r"/xuat$", export)]
