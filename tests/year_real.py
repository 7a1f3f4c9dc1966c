"""The rounds of a simulated year that are no records: a real refresh, of a real portal, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import quick
from crawl_cases import command, environment, rows, story
from year_faults import Fault, Sort
from year_portals import ZERO, when

from newsarchive.clock import VARIABLE, stamp
from newsarchive.demo.answer import Answer, Asked, moved, page
from newsarchive.demo.portal import Portal, serve
from newsarchive.health.values import FIELDS
from newsarchive.model import Tally

FAMILIES = ("nukeviet", "wordpress", "mojoportal")
_KNOWN = 12  # articles that are there when the year begins
_CHALLENGE = """<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>
<h1>congan.vidu.example</h1><p>Checking your browser before accessing the portal.</p>
<script src="/cdn-cgi/challenge.js"></script></body></html>"""
_EMPTY = (
    "<html><head><title>Công an tỉnh</title></head><body><h1>Cổng đang nâng cấp</h1></body></html>"
)
_NO_ARTICLE = "<html><head><title>Thư viện</title></head><body><ul><li>Ảnh</li></ul></body></html>"
# The page of an article as an upgrade left it: nothing but a heading and paragraphs.
_REBUILT = """<!DOCTYPE html><html lang="vi"><head><title>{title}</title></head><body>
<div class="x1"><h1>{title}</h1><div class="x2">{text}</div></div></body></html>"""


class RealPortal(Portal):
    """A portal on 127.0.0.1 at the simulated time, which can be broken as a fault breaks it."""

    def __init__(self, family: str) -> None:
        self.time = ZERO
        self.sort: Sort | None = None
        stories = [story(n, published=when(-9 * n - 3)) for n in range(1, _KNOWN + 1)]
        super().__init__(
            family=family, name="Công an tỉnh Ví Dụ", stories=stories, page_size=5,
            clock=lambda: self.time,
        )  # fmt: skip
        self._told = _KNOWN
        self._articles: dict[str, int] = {}
        self._new: set[int] = set()

    def publish(self, hours: Sequence[int]) -> None:
        """Put articles up that were published in these hours."""
        self._new = set()
        for hour in hours:
            self._told += 1
            self._new.add(self._told)
            self.add(story(self._told, published=when(hour)))
        self._articles = {self.family.article_path(s): s.id for s in self.stories}

    def respond(self, method: str, target: str, headers: Any, body: bytes = b"") -> Answer:
        """The portal's answer, or what the fault makes of it."""
        name = self.sort.name if self.sort is not None else ""
        if target == "/robots.txt" and name in ("forbidden by robots.txt", "challenge"):
            self.requests.append(Asked(method=method, target=target, headers=dict(headers), at=0))
            rules = b"User-agent: *\nDisallow: /\n" if name.startswith("forbidden") else b""
            return Answer(headers={"Content-Type": "text/plain"}, body=rules)
        answer = self._broken(name, target)
        return answer if answer is not None else super().respond(method, target, headers, body)

    def _broken(self, name: str, target: str) -> Answer | None:
        if name == "outage":
            return Answer(cut=-1)
        if name == "challenge":
            return page(_CHALLENGE, 503)
        if name == "moved away":
            return moved("http://congan.vidu.invalid/")
        article = self._articles.get(target.partition("?")[0])
        if name == "lists without articles" and article is None:
            return page(_EMPTY) if target != "/robots.txt" else None
        if article not in self._new:
            return None
        if name == "articles refused":
            return page(_NO_ARTICLE)
        if name == "all fields lost":
            told = next(s for s in self.stories if s.id == article)
            text = "".join(f"<p>{paragraph}</p>" for paragraph in told.paragraphs)
            return page(_REBUILT.format(title="Trang tin điện tử số mới", text=text))
        return None


@contextmanager
def portals(number: int) -> Iterator[dict[str, RealPortal]]:
    """So many real portals, by their slugs in an archive."""
    with ExitStack() as stack:
        found = {}
        for at in range(number):
            portal = RealPortal(FAMILIES[at % len(FAMILIES)])
            base = stack.enter_context(serve(portal))
            found[base.removeprefix("http://")] = portal
        yield found


def first_crawl(slug: str, portal: RealPortal, db: Path, at: datetime) -> tuple[Tally, str]:
    """Crawl the portal for the first time; what that recorded, and its outcome."""
    portal.time = at
    _run(db, at, "crawl", "--url", f"http://{slug}/")
    return _latest(db, slug, at)


def refresh(
    slug: str, portal: RealPortal, db: Path, at: datetime, fault: Fault | None, hours: Sequence[int]
) -> tuple[Tally, str]:
    """A real round, with articles of these hours that no round has met yet; what it recorded, and
    its outcome."""
    portal.time = at
    portal.sort = fault.sort if fault is not None else None
    portal.publish(hours)
    _run(db, at, "refresh", slug, "--timeout", 5)
    return _latest(db, slug, at)


def _run(db: Path, at: datetime, *args: object) -> None:
    """Run the command as at that time. Its status is not asked: a fault makes it fail."""
    done = quick.run(
        command(*args, "--db", db, "--delay", 0),
        timeout=120, env=environment(**{VARIABLE: stamp(at)}),
    )  # fmt: skip
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:
        raise AssertionError(f"{args}: {done.returncode} {done.stderr}")


def _latest(db: Path, slug: str, at: datetime) -> tuple[Tally, str]:
    names = ("requested", "new", "changed", "unchanged", "failed", "lists", "listed", "known")
    more = ("fresh", "refused", "forbidden", "gone", "returned", "rechecked", "trouble", "why")
    found = rows(
        db,
        f"SELECT started, outcome, fields, {', '.join(names + more)} FROM crawls WHERE site = ? "
        "ORDER BY id DESC LIMIT 1",
        slug,
    )
    ((started, outcome, fields, *values),) = found
    if started < stamp(at):
        raise AssertionError(f"{slug}: no crawl at {stamp(at)}, the latest is of {started}")
    told = Tally(**dict(zip(names + more, values, strict=True)))
    return replace(told, fields=json.loads(fields)), outcome


def differences(told: Tally, assumed: Tally) -> Iterator[str]:
    """In what a real round's record is other than the one that the year assumes."""
    for name in ("trouble", "new", "fresh", "refused"):
        if getattr(told, name) != getattr(assumed, name):
            yield f"{name} {getattr(told, name)!r}, not {getattr(assumed, name)!r}"
    for name in ("lists", "listed", "failed"):
        if bool(getattr(told, name)) != bool(getattr(assumed, name)):
            yield f"{name} {getattr(told, name)}, not {getattr(assumed, name)}"
    for name in ("articles", "compared", *FIELDS):
        if told.fields.get(name, 0) != assumed.fields.get(name, 0):
            yield f"fields.{name} {told.fields.get(name)}, not {assumed.fields.get(name)}"
    for name in ("agreed", "characters"):
        if bool(told.fields.get(name)) != bool(assumed.fields.get(name)):
            yield f"fields.{name} {told.fields.get(name)}, not {assumed.fields.get(name)}"
