"""A demo portal: stories behind one family's addresses, as a pure function from request to answer.

Also runs as a process of its own: `python -m newsarchive.demo.portal --family nukeviet
--articles 2000` prints its URL on the first line and serves until its input closes or SIGTERM.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from newsarchive.demo.answer import Answer, Asked, moved, page
from newsarchive.demo.families import family_of
from newsarchive.demo.families._page import Near, Scene, Shelf
from newsarchive.demo.pictures import png
from newsarchive.demo.server import serve
from newsarchive.demo.stories import VIETNAM, Story, stories_of

__all__ = ["SECTIONS", "Answer", "Asked", "Portal", "demo_portals", "serve"]

SECTIONS: Mapping[str, str] = {
    "an-ninh-trat-tu": "An ninh - Trật tự",
    "hoat-dong-luc-luong": "Hoạt động lực lượng",
    "an-toan-giao-thong": "An toàn giao thông",
    "canh-bao-thu-doan": "Cảnh báo thủ đoạn",
    "nguoi-tot-viec-tot": "Người tốt, việc tốt",
    "cai-cach-hanh-chinh": "Cải cách hành chính",
}
Override = Answer | Callable[[str, str, Mapping[str, str]], "Answer | None"]
_Route = Callable[[Scene], Answer]
_CACHED_PAGES = 50_000


def _now() -> datetime:
    return datetime.now(VIETNAM)


class Portal:
    """One portal. Thread-safe: tests change it while the server's thread answers.

    family: one of families.NAMES. clock: now, for the page clock. crawl_delay: seconds that
    robots.txt asks for. requests: everything that was asked, in order. override: answers that take
    the place of the portal's own, by target (path and query): an Answer, or a function of (method,
    target, headers) that may return None to let the portal answer; it runs on the server's thread
    and must not block (Answer.delay is there for slowness).
    """

    def __init__(
        self,
        *,
        family: str,
        name: str,
        stories: Sequence[Story],
        page_size: int = 10,
        clock: Callable[[], datetime] = _now,
        crawl_delay: float | None = None,
        sections: Mapping[str, str] = SECTIONS,
    ) -> None:
        self.family = family_of(family)
        self.name = name
        self.page_size = page_size
        self.clock = clock
        self.crawl_delay = crawl_delay
        self.requests: list[Asked] = []
        self.override: dict[str, Override] = {}
        self._names = sections
        self._lock = threading.RLock()
        self._stories = {story.id: story for story in stories}
        if len(self._stories) != len(stories):
            raise ValueError("two stories have one id")
        self._arrange()

    # Content -------------------------------------------------------------------------------

    @property
    def stories(self) -> list[Story]:
        """Its stories, newest first."""
        with self._lock:
            return sorted(self._stories.values(), key=_newest_first)

    def add(self, story: Story) -> None:
        """Publish a story. Raises ValueError if its id or address is taken, its section unknown."""
        with self._lock:
            if story.id in self._stories:
                raise ValueError(f"story {story.id} is there already")
            self._change({**self._stories, story.id: story})

    def remove(self, story_id: int) -> None:
        """Take a story off: its addresses answer 404. Raises KeyError if there is none."""
        with self._lock:
            del self._stories[story_id]
            self._arrange()

    def replace(self, story: Story) -> None:
        """Put an edited story in the place of the one with its id. Raises KeyError without one."""
        with self._lock:
            if story.id not in self._stories:
                raise KeyError(story.id)
            self._change({**self._stories, story.id: story})

    def _change(self, stories: dict[int, Story]) -> None:
        before, self._stories = self._stories, stories
        try:
            self._arrange()
        except ValueError:
            self._stories = before
            self._arrange()
            raise

    def gold(self, story: Story, base: str) -> dict[str, Any]:
        """What a right reading of the story's page gives. base: URL of the portal."""
        family = self.family
        set_ = family.typeset
        as_printed = replace(
            story,
            lead=story.lead and set_(story.lead),
            byline=story.byline and set_(story.byline),
            paragraphs=tuple(map(set_, story.paragraphs)),
            pictures=tuple(
                replace(p, caption=p.caption and set_(p.caption)) for p in story.pictures
            ),
        )
        gold = as_printed.gold(base + family.article_path(story), base + family.media_path(story))
        gold["section"] = self._names[story.section]
        gold["published_text"] = family.printed(story.published)
        if not family.tells_modified:
            gold["modified"] = None
        return gold

    # Requests ------------------------------------------------------------------------------

    def respond(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Answer:
        """Log a request and answer it. headers: names in lower case; Host makes absolute URLs."""
        asked = Asked(
            method=method, target=target, headers=dict(headers), at=time.monotonic(), body=body
        )
        with self._lock:
            self.requests.append(asked)
            override = self.override.get(target)
            if isinstance(override, Answer):
                return override
            own = override(method, target, headers) if override is not None else None
            if own is None and method == "POST" and target == self.family.call:
                return self._called(body)
            return own if own is not None else self._answer(method, target, headers)

    def _called(self, body: bytes) -> Answer:
        try:
            told = self.family.called(body, {s: self._by_section[s] for s in self._shown})
        except (ValueError, LookupError, TypeError):
            return Answer(status=500)
        return Answer(headers={"Content-Type": "application/json; charset=utf-8"}, body=told)

    def warm(self, base: str) -> None:
        """Draw every page and picture now, as asked at `base`, so that serving costs little."""
        headers = {"host": base.removeprefix("http://")}
        with self._lock:
            for target in self._routes:
                self._answer("GET", target, headers)

    def _answer(self, method: str, target: str, headers: Mapping[str, str]) -> Answer:
        if method not in ("GET", "HEAD"):
            return Answer(status=405, headers={"Allow": "GET, HEAD"})
        base = f"http://{headers.get('host', '127.0.0.1')}"
        today = self.clock().date()
        path = target if target in self._routes else target.partition("?")[0]
        route = self._routes.get(path)
        if route is None:
            return self._elsewhere(base, today, path)
        key = (base, today, path)
        answer = self._cache.get(key)
        if answer is None:
            if len(self._cache) >= _CACHED_PAGES:
                self._cache.clear()
            answer = self._cache[key] = route(self._scene(base, today))
        return answer

    def _elsewhere(self, base: str, today: date, path: str) -> Answer:
        if path.endswith((".css", ".js")):
            kind = "text/css" if path.endswith(".css") else "text/javascript"
            return Answer(headers={"Content-Type": kind}, body=b"/* part of a demo */\n")
        text = "Địa chỉ bạn vừa truy cập không tồn tại hoặc đã được gỡ bỏ."
        scene = self._scene(base, today)
        return page(self.family.notice(scene, "Không tìm thấy trang", text), status=404)

    # Addresses -----------------------------------------------------------------------------

    def _scene(self, base: str, today: date) -> Scene:
        return Scene(
            name=self.name, base=base, today=today, sections=self._shown, latest=self._latest
        )

    def _arrange(self) -> None:
        """Lay out all addresses anew, after a change of the stories."""
        stories = self.stories
        if strange := {story.section for story in stories} - self._names.keys():
            raise ValueError(f"no such section: {', '.join(sorted(strange))}")
        self._latest = stories[:10]
        by_section = {slug: [s for s in stories if s.section == slug] for slug in self._names}
        self._by_section = by_section
        self._shown = {slug: self._names[slug] for slug, held in by_section.items() if held}
        self._cache: dict[tuple[str, date, str], Answer] = {}
        routes = self._routes = self._fixed(by_section)
        for slug in self._shown:
            held = by_section[slug]
            for shelf in self._shelves(slug, held):
                path = self.family.section_path(slug, shelf.number)
                routes[path] = self._list_route(shelf)
            for at, story in enumerate(held):
                near = Near(newer=held[max(0, at - 5) : at][::-1], older=held[at + 1 : at + 6])
                self._add_story(story, near)

    def _shelves(self, slug: str, held: Sequence[Story]) -> list[Shelf]:
        size = self.page_size
        pages = max(1, -(-len(held) // size))
        return [
            Shelf(section=slug, stories=held[n * size : n * size + size], number=n + 1, pages=pages)
            for n in range(pages)
        ]

    def _list_route(self, shelf: Shelf) -> _Route:
        return lambda scene: page(self.family.listing(scene, shelf))

    def _add_story(self, story: Story, near: Near) -> None:
        family, routes = self.family, self._routes
        path = family.article_path(story)
        if path in routes:
            raise ValueError(f"two stories have the address {path}")
        kinds: dict[str, _Route] = {
            "same": lambda scene: page(family.article(scene, story, near)),
            "print": lambda scene: page(family.printable(scene, story)),
            "moved": lambda scene: moved(scene.base + path),
        }
        routes[path] = kinds["same"]
        for twin, kind in family.twins(story).items():
            routes[twin] = kinds[kind]
        folder = family.media_path(story)
        for picture in story.pictures:
            routes[folder + picture.name] = _picture_route(picture.name)

    def _fixed(self, by_section: Mapping[str, Sequence[Story]]) -> dict[str, _Route]:
        family = self.family
        tops = [self._shelves(slug, by_section[slug][:5])[0] for slug in self._shown]
        contact = (
            f"{self.name}. Địa chỉ: số 1 đường Trung Tâm. Điện thoại trực ban: 069.000.000. "
            "Mọi phản ánh, kiến nghị xin gửi về bộ phận tiếp công dân trong giờ hành chính."
        )
        return {
            "/": lambda scene: page(family.home(scene, tops)),
            family.contact: lambda scene: page(family.notice(scene, "Liên hệ", contact)),
            "/robots.txt": lambda scene: self._robots(),
            "/favicon.ico": _picture_route("favicon", 16, 16),
        }

    def _robots(self) -> Answer:
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in self.family.disallow)]
        if self.crawl_delay is not None:
            lines.append(f"Crawl-delay: {self.crawl_delay:g}")
        return Answer(
            headers={"Content-Type": "text/plain; charset=utf-8"},
            body="".join(f"{line}\n" for line in lines).encode(),
        )


def _newest_first(story: Story) -> tuple[float, int]:
    return -story.published.timestamp(), -story.id


def _picture_route(name: str, width: int = 480, height: int = 320) -> _Route:
    return lambda scene: Answer(
        headers={"Content-Type": "image/png"}, body=png(name, width, height)
    )


def demo_portals(clock: Callable[[], datetime] = _now) -> list[Portal]:
    """The three portals of the demo: three invented provinces, one of each family."""
    return [
        Portal(family=family, name=name, stories=stories_of(province), page_size=3, clock=clock)
        for family, name, province in (
            ("mojoportal", "Công an tỉnh Sông Trúc", "song-truc"),
            ("nukeviet", "Công an tỉnh Đắk Mơ", "dak-mo"),
            ("wordpress", "Công an tỉnh Vạn Hải", "van-hai"),
        )
    ]


if __name__ == "__main__":
    from newsarchive.demo.process import main

    raise SystemExit(main())
