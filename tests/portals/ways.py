"""The ways in which portals lead from one page of a list to the next, each as one strategy."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qs, parse_qsl

from newsarchive.demo.answer import Answer

if TYPE_CHECKING:
    from portals import Portal

JSON = {"Content-Type": "application/json; charset=utf-8"}
XML = {"Content-Type": "application/xml; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Asking:
    """One request, taken apart. fields: of its query; body: of what was sent."""

    method: str
    path: str
    fields: dict[str, str]
    body: bytes
    base: str


class Way(Protocol):
    """A way of paging: what it adds to pages, what it answers besides them."""

    def page_of(self, asking: Asking) -> tuple[str, int] | None:
        """(section, number) if the request is for a page of a list."""
        ...

    def pager(self, portal: Portal, section: str, number: int, last: int) -> str:
        """What stands below a list."""
        ...

    def head(self, portal: Portal, section: str, number: int, last: int) -> str:
        """What a list's page adds to its head."""
        ...

    def answer(self, portal: Portal, asking: Asking) -> Answer | None:
        """Feeds, sitemaps, calls: what is no page of HTML."""
        ...


class Plain:
    """No way to a second page: lists show their newest articles and end."""

    shows_all = False

    def page_of(self, asking: Asking) -> tuple[str, int] | None:
        return (asking.path.strip("/"), 1) if asking.path.count("/") == 1 else None

    def pager(self, portal: Portal, section: str, number: int, last: int) -> str:
        return ""

    def head(self, portal: Portal, section: str, number: int, last: int) -> str:
        return ""

    def answer(self, portal: Portal, asking: Asking) -> Answer | None:
        return None


@dataclass
class Numbered(Plain):
    """Numbered links; form: how an address carries the number, with {s} and {n}."""

    form: str
    wide: bool = True

    def page_of(self, asking: Asking) -> tuple[str, int] | None:
        target = asking.path + (f"?page={asking.fields['page']}" if "page" in asking.fields else "")
        if target.count("/") == 1 and "?" not in target and "trang-" not in target:
            return asking.path.strip("/"), 1
        before, _, after = self.form.format(s="\0", n="\1").partition("\1")
        head, tail = before.partition("\0")[2], after
        if not target.endswith(tail) or head not in target:
            return None
        section, _, number = target.removesuffix(tail).rpartition(head)
        return (section.strip("/"), int(number)) if number.isdigit() else None

    def link(self, section: str, number: int) -> str:
        return f"/{section}" if number == 1 else self.form.format(s=f"/{section}", n=number)

    def pager(self, portal: Portal, section: str, number: int, last: int) -> str:
        shown = sorted({1, 2, number - 1, number, number + 1, last} & set(range(1, last + 1)))
        links = [
            f"<strong class='current'>{n}</strong>" if n == number
            else f"<a href='{self.link(section, n)}'>{n}</a>"
            for n in shown
        ]  # fmt: skip
        return f"<div class='{portal.family.pager}'>{' '.join(links)}</div>"


@dataclass
class Declared(Numbered):
    """Only <link rel=next> in the head leads on."""

    def pager(self, portal: Portal, section: str, number: int, last: int) -> str:
        return ""

    def head(self, portal: Portal, section: str, number: int, last: int) -> str:
        after = self.link(section, number + 1)
        return f"<link rel='next' href='{after}'>" if number < last else ""


@dataclass
class More(Numbered):
    """One link 'Xem thêm' below the list."""

    def pager(self, portal: Portal, section: str, number: int, last: int) -> str:
        after = self.link(section, number + 1)
        more = f"<a class='btn-next-page' href='{after}'>Xem thêm</a>" if number < last else ""
        return f"<div class='{portal.family.pager}'>{more}</div>"


class Postback(Plain):
    """ASP.NET: each page is the answer to the form of the one before, state and all."""

    def page_of(self, asking: Asking) -> tuple[str, int] | None:
        section = asking.path.strip("/")
        if asking.method != "POST":
            return super().page_of(asking)
        sent = {k: v[0] for k, v in parse_qs(asking.body.decode(), keep_blank_values=True).items()}
        state, _, number = sent.get("__VIEWSTATE", "").partition(":")
        wanted = sent.get("__EVENTARGUMENT", "").partition("$")[2]
        if state != self.state(section, number) or sent.get("__EVENTTARGET") != "ctl00$pager":
            return section, 1
        return section, int(wanted) if wanted.isdigit() else 1

    @staticmethod
    def state(section: str, number: str) -> str:
        return hashlib.sha256(f"{section}/{number}".encode()).hexdigest()

    def head(self, portal: Portal, section: str, number: int, last: int) -> str:
        return ""

    def pager(self, portal: Portal, section: str, number: int, last: int) -> str:
        links = [
            f"<span>{n}</span>" if n == number
            else f"<a href=\"javascript:__doPostBack('ctl00$pager','Page${n}')\">{n}</a>"
            for n in range(max(1, number - 2), min(last, number + 2) + 1)
        ]  # fmt: skip
        return f"<div class='{portal.family.pager}'>{' '.join(links)}</div>"

    def form(self, section: str, number: int) -> tuple[str, str]:
        state = f"{self.state(section, str(number))}:{number}"
        hidden = "".join(
            f"<input type='hidden' name='{name}' value='{value}'>"
            for name, value in
            (("__EVENTTARGET", ""), ("__EVENTARGUMENT", ""), ("__VIEWSTATE", state))
        )  # fmt: skip
        return f"<form method='post' action='/{section}' id='aspnetForm'>{hidden}", "</form>"


class JsonPost(Plain):
    """mojoPortal: the list of other articles, asked for by each article's page."""

    SCRIPT = """<script>function SearchOrtherArticle(pageIndex) {{
  var sent = {{ pageIndex: pageIndex, category: currentCategory, startdate: '', keyword: '' }};
  jQuery.ajax({{ type: 'POST', url: '/Article/ViewPost.aspx/SearchOrtherArticle',
    data: JSON.stringify(sent), contentType: 'application/json; charset=utf-8' }});
}}
var currentCategory = {category}; jQuery(function () {{ SearchOrtherArticle(1); }});</script>"""

    def answer(self, portal: Portal, asking: Asking) -> Answer | None:
        if asking.method != "POST" or not asking.path.endswith("/SearchOrtherArticle"):
            return None
        sent = json.loads(asking.body)
        section = portal.sections[sent["category"]]
        numbers, page = portal.of(section), sent["pageIndex"]
        rows = [
            {"Title": portal.title(n), "ItemUrl": f"~{portal.address(n)}", "SiteRoot": asking.base,
             "ItemID": n, "StartDate": portal.date(n)}
            for n in numbers[(page - 1) * 20 : page * 20]
        ]  # fmt: skip
        told = {"ListArticle": rows, "PageIndex": page, "PageSize": 20, "CountItem": len(numbers)}
        return Answer(headers=JSON, body=json.dumps({"d": told}).encode())


class JsonGet(Plain):
    """Hà Nội's DNN module: sections are empty, a script asks for their lists."""

    def pager(self, portal: Portal, section: str, number: int, last: int) -> str:
        module = 300 + portal.sections.index(section)
        return (
            "<div id='list'></div><script>function loadList(moduleId, page) {"
            "$.getJSON('/DesktopModules/cmsview/api/NewsContent/listnew?PortalId=0&ModuleId=' + moduleId"
            " + '&GetType=3&PageIndex=' + page + '&txtKeyword=', function (d) { show(d.ListData); }); }"
            f" loadList({module}, 1);</script>"
        )

    def answer(self, portal: Portal, asking: Asking) -> Answer | None:
        if not asking.path.endswith("/NewsContent/listnew"):
            return None
        numbers = portal.of(portal.sections[int(asking.fields["ModuleId"]) - 300])
        page = int(asking.fields["PageIndex"])
        rows = [
            {
                "Id": n,
                "Url": portal.address(n),
                "Name": portal.title(n),
                "PublishTime": portal.date(n),
            }
            for n in numbers[(page - 1) * 15 : page * 15]
        ]
        return Answer(
            headers=JSON, body=json.dumps({"ListData": rows, "ListMoreData": []}).encode()
        )


@dataclass
class Feed(Plain):
    """A feed that the home page names. newest: how many it holds, None for all."""

    atom: bool = False
    newest: int | None = None

    def head(self, portal: Portal, section: str, number: int, last: int) -> str:
        kind = "atom" if self.atom else "rss"
        return (
            f"<link rel='alternate' type='application/{kind}+xml' title='Tin' href='/feed/'>"
            "<link rel='alternate' type='application/rss+xml' title='Bình luận' href='/comments/feed/'>"
        )

    def answer(self, portal: Portal, asking: Asking) -> Answer | None:
        if asking.path != "/feed/":
            return None
        links = [f"{asking.base}{portal.address(n)}" for n in portal.numbers[: self.newest]]
        if self.atom:
            items = "".join(f"<entry><title>x</title><link href='{u}'/></entry>" for u in links)
            text = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Tin</title>{items}</feed>"
        else:
            items = "".join(f"<item><title>x</title><link>{u}</link></item>" for u in links)
            text = f"<rss version='2.0'><channel><title>Tin</title>{items}</channel></rss>"
        return Answer(headers=XML, body=text.encode())


@dataclass
class Sitemap(Plain):
    """A sitemap that robots.txt names; index: in parts, gzipped, of pages and sections too."""

    index: bool = False

    def answer(self, portal: Portal, asking: Asking) -> Answer | None:
        import gzip

        links = [f"{asking.base}{portal.address(n)}" for n in portal.numbers]
        others = [f"{asking.base}/{s}" for s in (*portal.sections, "lien-he", "gioi-thieu")]
        if asking.path == "/sitemap.xml" and not self.index:
            return Answer(headers=XML, body=_urlset([*others, *links]))
        if asking.path == "/sitemap.xml":
            parts = [f"{asking.base}/map-{n}.xml.gz" for n in range(3)]
            named = "".join(f"<sitemap><loc>{u}</loc></sitemap>" for u in parts)
            return Answer(headers=XML, body=f"<sitemapindex>{named}</sitemapindex>".encode())
        if asking.path.startswith("/map-"):
            half = len(links) // 2
            part = {"0": others, "1": links[:half], "2": links[half:]}[asking.path[5]]
            return Answer(
                headers={"Content-Type": "application/x-gzip"}, body=gzip.compress(_urlset(part))
            )
        return None


def _urlset(urls: Sequence[str]) -> bytes:
    items = "".join(f"<url><loc>{u}</loc><lastmod>2024-05-01</lastmod></url>" for u in urls)
    return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{items}</urlset>".encode()


class Script(Plain):
    """Numbers that only a script makes work: no address leads further."""

    def pager(self, portal: Portal, section: str, number: int, last: int) -> str:
        return (
            f"<div class='{portal.family.pager}'><span class='active'>1</span>"
            "<a href='#'>2</a> <a href='#'>3</a> <a class='next' href='javascript:;'>Tiếp</a></div>"
        )


WAYS: dict[str, tuple[str, Way]] = {
    "query": ("drupal", Numbered("{s}?page={n}")),
    "path": ("nukeviet", Numbered("{s}/page-{n}")),
    "trang": ("vnptportal", Numbered("{s}/trang-{n}.html")),
    "rel-next": ("wordpress", Declared("{s}/page/{n}")),
    "more": ("cand", More("{s}?page={n}")),
    "postback": ("sharepoint", Postback()),
    "json-post": ("mojoportal", JsonPost()),
    "json-get": ("dnn", JsonGet()),
    "rss": ("wordpress", Feed()),
    "atom": ("joomla", Feed(atom=True)),
    "sitemap": ("liferay", Sitemap()),
    "sitemap-index": ("thaibinh-jsp", Sitemap(index=True)),
    "script": ("vhv", Script()),
}
"""Name of a way to (the family that has it by default, the way)."""


def fields(query: str) -> dict[str, str]:
    """The fields of a query, the last of a name."""
    return dict(parse_qsl(query, keep_blank_values=True))
