"""Invented portals in the markup of every family, with every way of paging, over real HTTP."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from prose import PLACES, sentence
from templates import BY_NAME, Story
from templates.story import ZONE

from newsarchive.demo.answer import Answer, Asked, page
from newsarchive.demo.stories import slugify
from portals.families import FAMILIES, item
from portals.ways import WAYS, Asking, JsonGet, JsonPost, Plain, Postback, Sitemap, Way, fields

__all__ = ["FAMILIES", "WAYS", "Portal"]

_SECTIONS = ("an-ninh-trat-tu", "giao-thong", "hoat-dong", "canh-bao", "guong-nguoi-tot")
_DEEDS = ("bắt nhóm trộm cắp xe máy", "trao trả tài sản cho người dân", "cứu người trong vụ cháy",
          "ra quân xử lý vi phạm nồng độ cồn", "cấp căn cước lưu động tại chợ")  # fmt: skip
_FORBIDDEN = ("/tim-kiem", "/dang-nhap", "/in/")
_NEWEST = 10


def _parts(place: str, number: int) -> tuple[str, ...]:
    """The paragraphs of a story, in words of its own."""
    chance = random.Random(number)
    first = f"Theo Công an xã {place}, đầu tháng đến nay trên địa bàn xảy ra vụ việc thứ {number}."
    said = [sentence(chance) for _ in range(5)]
    return (f"{first} {said[0]}", " ".join(said[1:3]), " ".join(said[3:]))


class Portal:
    """One portal: `articles` stories in five sections. Thread-safe: nothing changes but the log.

    link: how the portal writes an article's address in its lists (twins, trackers). extra: what
    stands beside each list, by its target. more: answers to addresses that are none of its own.
    canonical: what an article's page calls its canonical address.
    """

    def __init__(
        self,
        family: str,
        way: str | Way,
        *,
        articles: int = 60,
        size: int = 15,
        link: Callable[[str, int], str] = lambda path, number: path,
        extra: Callable[[str], str] = lambda target: "",
        more: Callable[[Asking], Answer | None] = lambda asking: None,
        canonical: Callable[[str], str] | None = None,
    ) -> None:
        self.family = FAMILIES[family]
        self.way: Way = WAYS[way][1] if isinstance(way, str) else way
        self.sections = list(_SECTIONS)
        self.numbers = list(range(articles, 0, -1))
        self.requests: list[Asked] = []
        self._size = size
        self._link = link
        self._extra = extra
        self._more = more
        self._canonical = canonical
        self._by_path = {self.address(n): n for n in self.numbers}

    # Its stories.

    def of(self, section: str) -> list[int]:
        """Numbers of a section's articles, newest first."""
        at = self.sections.index(section)
        return [n for n in self.numbers if n % len(self.sections) == at]

    def title(self, number: int) -> str:
        deed = _DEEDS[number % len(_DEEDS)]
        return f"Công an xã {PLACES[number % len(PLACES)]} {deed}, tin số {number}"

    def date(self, number: int) -> str:
        return f"{self._moment(number):%d/%m/%Y}"

    def address(self, number: int) -> str:
        """Path of an article."""
        section = self.sections[number % len(self.sections)]
        return self.family.address(section, slugify(self.title(number)), number)

    def number_at(self, target: str) -> int | None:
        """The article at an address as asked, whatever trackers and sessions are in it."""
        bare = re.sub(r";jsessionid=\w+|[?&](?:fbclid|utm_source|sid)=[^&]*", "", target)
        return self._by_path.get(bare, self._by_path.get(bare.partition("?")[0]))

    def titles(self) -> list[str]:
        """What an archive of it holds."""
        typeset = BY_NAME[self.family.template].typeset
        return sorted(typeset(self.title(n)) for n in self.numbers)

    def _moment(self, number: int) -> datetime:
        return datetime(2022, 1, 3, 7, 30, tzinfo=ZONE) + timedelta(hours=30 * number)

    def _article(self, number: int) -> str:
        place = PLACES[number % len(PLACES)]
        story = Story(
            title=self.title(number),
            published=self._moment(number),
            section="Tin tức",
            lead=f"Công an xã {place} vừa thông tin về vụ việc thứ {number} trên địa bàn trong tháng.",
            byline="Văn An",
            parts=_parts(place, number),
        )
        html = BY_NAME[self.family.template].render(story)
        if isinstance(self.way, JsonPost):
            category = number % len(self.sections)
            html = html.replace("</body>", JsonPost.SCRIPT.format(category=category) + "</body>")
        if self._canonical is not None:
            html = re.sub(r"<link rel=.canonical.[^>]*>", "", html)
            told = f'<link rel="canonical" href="{self._canonical(self.address(number))}" />'
            html = html.replace("</head>", f"{told}</head>")
        return html

    # Its pages.

    def respond(
        self, method: str, target: str, headers: dict[str, str], body: bytes = b""
    ) -> Answer:
        """The answer to one request."""
        self.requests.append(
            Asked(method=method, target=target, headers=headers, at=time.monotonic(), body=body)
        )
        parts = urlsplit(target)
        base = f"http://{headers.get('host', '')}"
        asking = Asking(method, parts.path, fields(parts.query), body, base)
        if parts.path == "/robots.txt":
            return self._robots(base)
        answer = self._more(asking) or self.way.answer(self, asking)
        if answer is not None:
            return answer
        number = self.number_at(target)
        if number is not None:
            return page(self._article(number))
        if parts.path == "/":
            return page(self._list("/", self.numbers[:_NEWEST], "", 1, 1))
        asking = replace(asking, path=re.sub(r";jsessionid=\w+", "", asking.path))
        found = self.way.page_of(asking)
        if found is None or found[0] not in self.sections:
            return page("<html><body><h1>404</h1><p>Không tìm thấy trang.</p></body></html>", 404)
        return page(self._section(target, *found))

    def _robots(self, base: str) -> Answer:
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in _FORBIDDEN)]
        if isinstance(self.way, Sitemap):
            lines.append(f"Sitemap: {base}/sitemap.xml")
        return Answer(headers={"Content-Type": "text/plain"}, body="\n".join(lines).encode())

    def _section(self, target: str, section: str, number: int) -> str:
        held = self.of(section)
        last = max(1, -(-len(held) // self._size))
        number = min(number, last)  # past the end the last page comes again, as on many portals
        if type(self.way) is Plain or not self._turns():
            last = 1 if not isinstance(self.way, (JsonGet,)) else last
        shown = held[(number - 1) * self._size : number * self._size]
        if isinstance(self.way, JsonGet):
            shown = []
        return self._list(target, shown, section, number, last)

    def _turns(self) -> bool:
        return type(self.way).pager is not Plain.pager or type(self.way).head is not Plain.head

    def _list(self, target: str, shown: list[int], section: str, number: int, last: int) -> str:
        items = "".join(
            item(self.family, self._link(self.address(n), n), self.title(n), self.date(n),
                 f"Vụ việc thứ {n} đã được làm rõ.")
            for n in shown
        )  # fmt: skip
        menu = "".join(
            f"<li><a href='/{s}'>{s.replace('-', ' ').capitalize()}</a></li>" for s in self.sections
        )
        forbidden = "".join(f"<a href='{path}'>Mục</a> " for path in _FORBIDDEN)
        most_read = "".join(
            f"<li><a href='{self.address(n)}'>{self.title(n)}</a></li>" for n in self.numbers[-3:]
        )
        way, pages = self.way, bool(section)
        opened, closed = (
            way.form(section, number) if pages and isinstance(way, Postback) else ("", "")
        )
        return self.family.frame.format(
            name=f"Công an tỉnh Ví Dụ {section}",
            shell=self.family.shell,
            head=way.head(self, section, number, last),
            menu=menu,
            open=opened,
            items=items,
            pager=(way.pager(self, section, number, last) if pages else "") + self._extra(target),
            close=closed,
            aside=f"<ul>{most_read}</ul>{forbidden}",
        )
