"""The page of an article: its text set to be read, and all that is known of where it comes from."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from datasette import NotFound, Response

from newsarchive.pictures import picture_type
from newsarchive.web import addresses, kept, reading_article
from newsarchive.web.pages import page, wording
from newsarchive.web.reading import archive_path, read
from newsarchive.web.reading_article import Shown, outward
from newsarchive.wording import Wording

_QUIET = {"Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'self'"}

_FIELDS = (
    "title", "published", "modified", "section", "lead", "byline", "source", "paragraphs", "images",
    "tags",
)  # fmt: skip


def wanted(request: Any) -> int:
    """The id in an address. Raises NotFound for what can be none."""
    text = request.url_vars["id"]
    # SQLite's integers end there.
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NotFound("no such article")
    return int(text)


async def article(request: Any, datasette: Any) -> Response:
    """The page at /bai/ID."""
    id = wanted(request)
    found = await read(datasette, lambda conn: reading_article.gather(conn, id))
    if found is None:
        raise NotFound("no such article")
    t = wording(request)
    pictures = await kept.shown(datasette, found.pictures.values())
    there = [place for place, capture in found.pictures.items() if capture in pictures]
    context = {
        "shown": found,
        "article": found.article,
        "outward": outward,
        "kept_pictures": frozenset(there),
        "origins": _origins(t, found.article["origins"]),
        "problems": [
            (t.named("article:field", p["field"]), p["what"]) for p in found.article["problems"]
        ],
        "also": [url for url in found.article["urls"] if url != found.article["url"]],
        "section_search": addresses.search(
            {"site": found.article["site"], "section": found.article["section"]}
        ),
        "telling": _telling(found),
    }
    return await page(request, datasette, "article.html", context)


def _origins(t: Wording, origins: dict[str, str]) -> list[tuple[str, str, str]]:
    """Field, where it came from in words, and what the parser calls that."""
    known = [name for name in _FIELDS if name in origins]
    return [
        (t.named("article:field", field), origin_in_words(t, origins[field]), origins[field])
        for field in [*known, *(name for name in origins if name not in _FIELDS)]
    ]


def origin_in_words(t: Wording, origin: str) -> str:
    """'near-title+json-ld' as a reader understands it; a name that is not known stays."""
    return t("article:origin:and").join(_one_origin(t, part) for part in origin.split("+"))


def _one_origin(t: Wording, origin: str) -> str:
    kind, mark, rest = origin.partition(":")
    if mark and kind in ("meta", "layout"):
        return t(f"article:origin:{kind}:", name=rest)
    return t.named("article:origin", origin)


def _telling(found: Shown) -> str:
    """Who was first with a story of several portals: 'this', 'other', 'unknown'; '' of one."""
    if not found.reprints:
        return ""
    if found.first is None:
        return "unknown"
    return "this" if found.first == found.article["id"] else "other"


async def as_json(request: Any, datasette: Any) -> Response:
    """The article with all that is known of it, at /bai/ID.json."""
    id = wanted(request)
    found = await read(datasette, lambda conn: reading_article.plain(conn, id))
    if found is None:
        return Response.json({"ok": False, "error": "no such article"}, status=404)
    text = json.dumps(found, ensure_ascii=False, indent=2)
    return Response(text, content_type="application/json; charset=utf-8", headers=dict(_QUIET))


async def picture(request: Any, datasette: Any) -> Response:
    """A picture of the article out of the archive, at /bai/ID/anh/PLACE."""
    id, place = wanted(request), int(request.url_vars["place"])
    folder = archive_path(datasette).with_suffix(".warc")

    def find(conn: Any) -> kept.Kept | None:
        found = reading_article.plain(conn, id)
        images: Iterable[Any] = [] if found is None else found["images"][: place + 1]
        capture = kept.pictures_of(conn, images).get(place)
        return None if capture is None else kept.capture_of_picture(conn, capture)

    found = await read(datasette, find)
    if found is None or set(found.ids) - await kept.shown(datasette, found.ids):
        raise NotFound("no such picture")
    body = await read(datasette, lambda _: kept.body_of(folder, found))
    kind = None if body is None else picture_type(body.content)
    if body is None or kind is None or len(body.content) > kept.MOST_PICTURE:
        raise NotFound("no such picture")
    headers = {**_QUIET, "Cache-Control": "no-store"}
    return Response(body.content, content_type=kind, headers=headers)


ROUTES = [
    (r"/bai/(?P<id>[^/.]+)\.json$", as_json),
    (r"/bai/(?P<id>[^/]+)/anh/(?P<place>\d{1,4})$", picture),
    (r"/bai/(?P<id>[^/]+)$", article),
]
