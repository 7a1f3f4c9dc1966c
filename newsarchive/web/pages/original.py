"""The kept original page of an article, shown so that nothing of it runs or asks for anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from datasette import NotFound, Response

from newsarchive.errors import ArchiveError
from newsarchive.pictures import picture_type
from newsarchive.text import clean
from newsarchive.web import kept, reading_article, safe
from newsarchive.web.kept import Body, Kept
from newsarchive.web.pages import page, wording
from newsarchive.web.pages.article import wanted
from newsarchive.web.reading import archive_path, read
from newsarchive.web.reading_article import line, outward

_Found = TypeVar("_Found")

MOST_SOURCE = 8 * 2**20  # characters of a source that are shown
# Whatever it holds, nothing is loaded and nothing runs; it has no origin, and opens nothing.
_FRAME = {
    "Content-Security-Policy": (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'self'"
    ),
    "X-DNS-Prefetch-Control": "off",
}
_SOURCE = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "X-DNS-Prefetch-Control": "off",
}
_KINDS = {"html": "html", "text": "txt", "picture": "bin", "other": "bin"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A capture with what it holds. trouble: why that cannot be shown, by a key of the texts."""

    capture: Kept
    body: Body | None
    trouble: str | None
    detail: str = ""


async def _captures(datasette: Any, id: int) -> list[Kept]:
    """The captures of an article that may be shown. Raises NotFound where it may not."""

    def find(conn: Any) -> list[Kept] | None:
        there = reading_article.exists(conn, id)
        return kept.captures_of(conn, id) if there else None

    found = await read(datasette, find)
    if found is None:
        raise NotFound("no such article")
    allowed = await kept.shown(datasette, (each for one in found for each in one.ids))
    return [one for one in found if allowed.issuperset(one.ids)]


async def _asked(request: Any, datasette: Any) -> Kept:
    """The capture that an address names. Raises NotFound if it is none of the article."""
    id, number = wanted(request), int(request.url_vars["capture"])
    for one in await _captures(datasette, id):
        if one.id == number:
            return one
    raise NotFound("no such capture")


async def _in_thread(datasette: Any, work: Callable[[], _Found]) -> _Found:
    return await read(datasette, lambda _conn: work())


async def _opened(datasette: Any, one: Kept) -> Original:
    folder = archive_path(datasette).with_suffix(".warc")

    def work() -> Original:
        try:
            body = kept.body_of(folder, one)
        except kept.Missing as error:
            detail = f"{error.folder / error.warc}"
            return Original(capture=one, body=None, trouble="missing", detail=clean(detail))
        except ArchiveError as error:
            return Original(capture=one, body=None, trouble="damaged", detail=clean(str(error)))
        if body is None:
            return Original(capture=one, body=None, trouble="elsewhere")
        return Original(capture=one, body=body, trouble=_trouble(body))

    return await _in_thread(datasette, work)


def _trouble(body: Body) -> str | None:
    if not body.content:
        return "empty"
    return "other" if body.kind == "other" else None


async def original(request: Any, datasette: Any) -> Response:
    """The pages at /bai/ID/goc and /bai/ID/goc/CAPTURE."""
    id, t = wanted(request), wording(request)
    captures = await _captures(datasette, id)
    number = request.url_vars.get("capture")
    title, shown = await read(
        datasette,
        lambda conn: conn.execute(
            "SELECT title, capture FROM articles WHERE id = ?", (id,)
        ).fetchone(),
    )
    asked = int(number) if number is not None else shown
    chosen = next((one for one in captures if one.id == asked), None)
    if chosen is None and number is not None:
        raise NotFound("no such capture")
    if chosen is None:
        chosen = captures[0] if captures else None
    opened = None if chosen is None else await _opened(datasette, chosen)
    body = None if opened is None else opened.body
    context = {
        "id": id,
        "title": line(title),
        "captures": captures,
        "chosen": chosen,
        "opened": opened,
        "kind": None if body is None else body.kind,
        "size": None if body is None else _size(t, len(body.content)),
        "long": body is not None and len(body.content) > safe.MOST,
        "most": _size(t, safe.MOST),
        "address": None if chosen is None else line(chosen.url),
        "link": None if chosen is None else outward(chosen.url),
        "archived": None if chosen is None else outward(chosen.archive_url),
        "content_type": "" if body is None else clean(body.content_type[:200]),
    }
    return await page(request, datasette, "original.html", context)


def _size(t: Any, count: int) -> str:
    for unit, name in ((2**20, "MB"), (2**10, "kB")):
        if count >= unit:
            return f"{t.rate(count / unit)} {name}"
    return f"{t.number(count)} B"


async def frame(request: Any, datasette: Any) -> Response:
    """The document within the frame, at /bai/ID/goc/CAPTURE/trang."""
    t = wording(request)
    opened = await _opened(datasette, await _asked(request, datasette))
    body = opened.body
    if body is None or opened.trouble is not None:
        raise NotFound("nothing to show")
    if body.kind == "picture":
        kind = picture_type(body.content)
        return Response(body.content, content_type=kind, headers=dict(_FRAME))
    title = t("original:frame")

    def work() -> str:
        text = kept.text_of(body)
        if body.kind == "html":
            return safe.safe_page(text, picture=t("original:picture"), title=title)
        return safe.safe_text(text, title=title)

    return Response.html(await _in_thread(datasette, work), headers=dict(_FRAME))


async def source(request: Any, datasette: Any) -> Response:
    """The page's source as text, at /bai/ID/goc/CAPTURE/nguon."""
    opened = await _opened(datasette, await _asked(request, datasette))
    body = opened.body
    if body is None or body.kind not in ("html", "text"):
        raise NotFound("no text")

    def work() -> str:
        text = kept.text_of(body)
        cut = f"\n\n[… {len(text) - MOST_SOURCE}]" if len(text) > MOST_SOURCE else ""
        return text[:MOST_SOURCE].replace("\x00", "\ufffd") + cut

    return Response.text(await _in_thread(datasette, work), headers=dict(_SOURCE))


async def download(request: Any, datasette: Any) -> Response:
    """The bytes as they were served, as a file, at /bai/ID/goc/CAPTURE/tai."""
    one = await _asked(request, datasette)
    opened = await _opened(datasette, one)
    if opened.body is None:
        raise NotFound("no bytes")
    name = f"newsarchive-{one.id}.{_KINDS[opened.body.kind]}"
    return _file(opened.body.content, name)


async def record(request: Any, datasette: Any) -> Response:
    """The capture's own WARC record, at /bai/ID/goc/CAPTURE/warc."""
    one = await _asked(request, datasette)
    folder = archive_path(datasette).with_suffix(".warc")
    content = await _in_thread(datasette, lambda: kept.record_of(folder, one))
    return _file(content, f"newsarchive-{one.id}.warc.gz")


def _file(content: bytes, name: str) -> Response:
    headers = {**_SOURCE, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type="application/octet-stream", headers=headers)


_ONE = r"/bai/(?P<id>[^/]+)/goc/(?P<capture>\d{1,18})"
ROUTES = [
    (r"/bai/(?P<id>[^/]+)/goc$", original),
    (rf"{_ONE}$", original),
    (rf"{_ONE}/trang$", frame),
    (rf"{_ONE}/nguon$", source),
    (rf"{_ONE}/tai$", download),
    (rf"{_ONE}/warc$", record),
]
