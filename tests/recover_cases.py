"""Captures of a site that changed and moved, in web archives that answer as the real ones do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from crawl_cases import story
from web_archives import CommonCrawl, Held, Wayback

from newsarchive.demo.portal import Portal
from newsarchive.demo.stories import Story

Web = Wayback | CommonCrawl
HOST = "conganhaiduong.gov.vn"
PARKED = b"<html><title>For sale</title><body><h1>This domain is for sale</h1></body></html>"
ADDED = "Công an huyện đã bắt giữ thêm {} đối tượng có liên quan và tiếp tục mở rộng điều tra."


def edited(number: int, edits: int = 0) -> Story:
    """An article after so many edits, each of which added a paragraph."""
    one = story(number)
    more = (ADDED.format(edit + 2) for edit in range(edits))
    return replace(one, paragraphs=(*one.paragraphs, *more))


def page(number: int, edits: int = 0) -> bytes:
    one = edited(number, edits)
    shown = Portal(family="mojoportal", name="Công an tỉnh Hải Dương", stories=[one], page_size=5)
    return shown.respond("GET", shown.family.article_path(one), {"host": HOST}).body


def held(number: int, day: str, edits: int = 0, *, at: str = f"http://{HOST}", **more: Any) -> Held:
    more.setdefault("body", page(number, edits))
    more.setdefault("headers", {"Server": "nginx", "ETag": '"a"', "Content-Encoding": "gzip"})
    url = f"{at}/tin-thu-{number}"
    return Held(url, f"{day}120000", content_type="text/html; charset=utf-8", **more)


# Article 1 was edited twice; between, it was captured as it was, at another of its addresses.
CAPTURES = (
    Held(f"http://{HOST}/", "20210101000000", b"<h1>home</h1>"),
    held(1, "20210101"),
    held(1, "20210301", at=f"https://www.{HOST}", revisit=True),
    held(1, "20210601", 1),
    held(1, "20220101", 2, at=f"https://www.{HOST}"),
    held(2, "20220301", at="https://congan.haiduong.gov.vn"),
    Held(f"http://{HOST}/gioi-thieu", "20220401000000", b"<h1>Gioi thieu</h1><p>-</p>"),
    Held(f"http://{HOST}/anh/1.png", "20220401000001", b"\x89PNG", mime="image/png"),
    Held(f"http://{HOST}/cu", "20220401000002", b"", status=301, headers={"Location": "/moi"}),
    Held("http://congan.example.vn/tin-1", "20220401000003", b"foreign"),
)  # fmt: skip
BEST_FIRST = ["/gioi-thieu", "/tin-thu-2", "/tin-thu-1", "/tin-thu-1", "/tin-thu-1"]


def fake(source: str, held: Sequence[Held] = CAPTURES, **more: Any) -> Web:
    if source == "wayback":
        return Wayback(held, **more)
    found = [one for one in held if not one.revisit]
    old = [one for one in found if one.timestamp < "20220101"]
    new = [one for one in found if one.timestamp >= "20220101"]
    return CommonCrawl({"CC-MAIN-2021-31": old, "CC-MAIN-2022-33": new}, block=2, **more)
