"""Portals that meet one fault each, crawled by one refresh, and what the archive then has of them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import quick
from crawl_cases import as_parsed, command, environment, portal, rows
from fault_server import Site
from faulty import HARMLESS

from newsarchive.archive import Archive
from newsarchive.clock import stamp
from newsarchive.demo.answer import Answer
from newsarchive.demo.portal import Portal
from newsarchive.errors import ArchiveError
from newsarchive.model import Tally

KINDS = ("article", "image", "home", "section", "page", "robots", "feed", "sitemap", "recheck")
_NOT_COMPARED = frozenset({"origins", "site"})
_LINES = re.compile(r"^127\.0\.0\.1:\d+: \d+ pages.*\n", re.MULTILINE)


@dataclass(slots=True, kw_only=True)
class Case(Site):
    """A portal of four articles. kind: of the requests that meet the fault. target: what they ask.

    told: the lines of the refresh that name the portal.
    """

    portal: Portal
    kind: str
    fault: str
    target: str = ""
    told: list[str] = field(default_factory=list)

    @property
    def slug(self) -> str:
        """The site in the archive."""
        return self.base.removeprefix("http://")

    @property
    def harmless(self) -> bool:
        """Whether nothing must be missing while the fault lasts."""
        return self.fault in HARMLESS

    def lift(self) -> None:
        """From now on all is well."""
        self.faults.clear()
        self.asked.clear()


def case(kind: str, fault: str) -> Case:
    """A portal with lists of two pages, a feed, a sitemap and pictures, and the fault in it."""
    made = portal(articles=4, page_size=1)
    family = made.family
    first, other = made.stories[1], made.stories[2]
    section = "hoat-dong-luc-luong"
    target = {
        "article": family.article_path(first),
        "recheck": family.article_path(first),
        "image": family.media_path(first) + first.pictures[0].name,
        "home": "/",
        "section": family.section_path(section, 1),
        "page": family.section_path(section, 2),
        "robots": "/robots.txt",
        "feed": "/rss",
        "sitemap": "/sitemap.xml",
    }[kind]
    _with_sources(made)
    found = Case(
        portal=made, kind=kind, fault=fault, target=target, other=family.article_path(other)
    )
    if kind != "recheck":  # that comes once all is archived
        found.faults[target] = fault
    return found


def _with_sources(made: Portal) -> None:
    """Give the portal a feed and a sitemap, and let its home and robots.txt name them."""
    paths = [made.family.article_path(story) for story in made.stories]

    def xml(kind: str, head: str, each: str, tail: str) -> object:
        def answer(_method: str, _target: str, headers: dict[str, str]) -> Answer:
            items = "".join(each.format(f"http://{headers['host']}{path}") for path in paths)
            text = f'<?xml version="1.0"?>{head}{items}{tail}'
            return Answer(headers={"Content-Type": kind}, body=text.encode())

        return answer

    def home(_method: str, _target: str, headers: dict[str, str]) -> Answer:
        answer = made._answer("GET", "/", headers)
        link = b'<link rel="alternate" type="application/rss+xml" href="/rss"></head>'
        return replace(answer, body=answer.body.replace(b"</head>", link, 1))

    def robots(_method: str, _target: str, headers: dict[str, str]) -> Answer:
        text = f"User-agent: *\nDisallow: /private\nSitemap: http://{headers['host']}/sitemap.xml\n"
        return Answer(headers={"Content-Type": "text/plain"}, body=text.encode())

    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    made.override |= {
        "/": home,
        "/robots.txt": robots,
        "/rss": xml(
            "application/rss+xml",
            '<rss version="2.0"><channel><title>Tin</title>',
            "<item><title>Tin</title><link>{}</link></item>",
            "</channel></rss>",
        ),
        "/sitemap.xml": xml(
            "application/xml", f"<urlset {space}>", "<url><loc>{}</loc></url>", "</urlset>"
        ),
    }  # type: ignore[operator]


def follow(db: Path, cases: Sequence[Site]) -> None:
    """Have the archive follow the portals, so that one refresh crawls them all."""
    with Archive.open(db) as archive:
        for site in cases:
            slug = site.base.removeprefix("http://")
            host, port = slug.split(":")
            archive.register_portal(slug, f"{site.base}/")
            archive.name_host(slug, host, int(port))
            begun = archive.begin_crawl(slug, "2024-01-01T00:00:00Z")
            archive.end_crawl(begun, Tally(), finished="2024-01-01T00:01:00Z", outcome="finished")


def refresh(
    db: Path, cases: Sequence[Case], *args: object, days: int = 0, timeout: float = 5
) -> subprocess.CompletedProcess[str]:
    """`newsarchive refresh`, so many days from now; what it says of each goes into `told`."""
    at = stamp(datetime.now(UTC) + timedelta(days=days))
    pace = ("--delay", 0, "--concurrency", 4, "--timeout", timeout, "--max-wait", 2)
    done = quick.run(
        command("refresh", "--db", db, "--images", *pace, *args),
        timeout=900, env=environment(NEWSARCHIVE_NOW=at),
    )  # fmt: skip
    done.stderr = _LINES.sub("", done.stderr)
    for one in cases:
        one.told = [line for line in done.stderr.splitlines() if f"{one.slug}/" in line]
    return done


def held(db: Path, one: Case) -> tuple[int, int, int]:
    """How many of a portal's articles are archived true, are missing, are there and not true."""
    true = missing = 0
    for story in one.portal.stories:
        url = one.base + one.portal.family.article_path(story)
        if not rows(db, "SELECT id FROM articles WHERE url = ?", url):
            missing += 1
            continue
        gold = one.portal.gold(story, one.base)
        got = as_parsed(db, url)
        true += all(got[k] == v for k, v in gold.items() if k in got and k not in _NOT_COMPARED)
    count = rows(db, "SELECT count(*) FROM articles WHERE url LIKE ?", f"{one.base}/%")[0][0]
    return true, missing, count - true


def pictured(db: Path, one: Case) -> bool:
    """Whether the whole picture that met the fault is kept."""
    from newsarchive.archive.records import read_record

    right = one.portal.respond("GET", one.target, {"host": one.slug}).body
    url = one.base + one.target
    found = rows(db, "SELECT id FROM captures WHERE url = ? AND status = 200", url)
    with Archive.open(db, create=False) as archive:
        places = [archive.place(capture) for (capture,) in found]
        for place in places:
            if place is None:
                continue
            with suppress(ArchiveError):  # what the fault sent is kept too, and may be a bomb
                if read_record(archive.warc_dir, place.warc, place.offset)[2] == right:
                    return True
    return False
