"""Crawls that are led elsewhere, by pages, by names and by machines: over real HTTP, whole."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from crawl_cases import portal, rows, titles
from gate_cases import Leading, decoy, disguises, follows, spellings
from internet import PUBLIC, Internet
from web_archives import Held, Wayback

from newsarchive.demo.answer import Answer
from newsarchive.demo.portal import Portal
from newsarchive.demo.server import serve


def connects(log: list[list[str]]) -> set[tuple[str, str]]:
    return {(line[1], line[2]) for line in log if line[0] == "connect"}


def lookups(log: list[list[str]], name: str) -> int:
    return sum(line[:2] == ["lookup", name] for line in log)


def test_no_page_leads_a_crawl_away(tmp_path: Path) -> None:
    """Links, redirects, feeds, sitemaps, pictures, canonical addresses, calls: see Leading."""
    with decoy() as trap:
        lead = Leading([])
        with serve(lead) as base:
            host = base.rpartition("/")[2]
            there = spellings(trap.port), disguises(host, trap.port)
            lead.lead_to([*there[0][::4], *there[1][::4]])
            net = Internet(decoy=("127.0.0.1", trap.port), names={"localhost": [["127.0.0.1"]]})
            net.listens(base, int(host.partition(":")[2]), at="127.0.0.1")
            pace = ("--delay", 0, "--concurrency", 4, "--images", "--timeout", 60)
            done, log = net.run(tmp_path, "crawl", "--url", f"{base}/", "--db", "a.db", *pace)
    db = tmp_path / "a.db"
    assert "Traceback" not in done.stderr
    assert done.returncode == 1  # what was not followed is told
    assert done.stderr.count(": redirects to another host, http") > len(there[0]) // 4 // 2
    assert trap.met == []
    assert connects(log) == {tuple(host.split(":"))}
    assert titles(db) == lead.titles()
    for table, column in (("articles", "url"), ("captures", "url"), ("frontier", "url")):
        found = [url for (url,) in rows(db, f"SELECT {column} FROM {table}")]
        assert found, table
        assert all(url.startswith(f"{base}/") for url in found), table


# Many sites at once: who is where.

AWAY = {
    "127.0.0.1": "a loopback", "10.0.0.5": "a private", "169.254.169.254": "a cloud's metadata",
    "100.64.0.9": "a provider's internal (CGNAT)", "224.0.0.1": "a multicast",
    "0.0.0.0": "an unspecified", "203.0.113.7": "a reserved",
}  # fmt: skip
INWARD = "10.0.0.7"


@dataclass
class Run:
    """One refresh: what it said, what it looked up and connected to, what it archived."""

    db: Path
    told: str
    log: list[list[str]]
    good: Portal

    def trouble(self, site: str) -> tuple[str | None, str | None]:
        """What the site's latest crawl says is wrong with it."""
        found = rows(self.db, "SELECT trouble, why FROM crawls WHERE site = ? ORDER BY id", site)
        trouble, why = found[-1]
        return trouble, why

    def titles(self, site: str) -> list[str]:
        sql = "SELECT title FROM articles WHERE site = ? ORDER BY title"
        return [title for (title,) in rows(self.db, sql, site)]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One refresh of sites whose names lead to machines of all kinds, and of some that are well."""
    folder = tmp_path_factory.mktemp("kinds")
    good = portal(articles=3, page_size=5)
    with decoy() as trap, serve(good) as base:
        net = Internet(decoy=("127.0.0.1", trap.port))
        net.listens(base, 80)
        net.listens(base, 8080, at=INWARD)
        net.names = {f"away{at}.example": [[address]] for at, address in enumerate(AWAY)} | {
            "moves.example": [[PUBLIC], ["127.0.0.1"]],  # rebinding
            "mixed.example": [["127.0.0.1", PUBLIC, "10.0.0.5"]],
        }
        homes = {name: f"http://{name}/" for name in net.names}
        # Named by the user, or only written so in the archive.
        homes |= {f"{name}:8080": f"http://{name}:8080/" for name in ("yours", "others")}
        homes["10.0.0.5"] = "http://10.0.0.5/"
        net.names |= {"yours": [[INWARD], ["127.0.0.1"]], "others": [[INWARD]]}
        db = follows(folder / "a.db", homes, named=("yours:8080",))
        done, log = net.run(folder, "refresh", "--db", db, "--delay", 0, "--recheck", "none")
    assert "Traceback" not in done.stderr
    assert trap.met == []
    return Run(db, done.stderr, log, good)


def test_names_that_lead_into_private_networks_are_told_and_not_asked(run: Run) -> None:
    for at, (address, kind) in enumerate(AWAY.items()):
        name = f"away{at}.example"
        why = (
            f"http://{name}/: {name} resolves to {address}, {kind} address, which is not asked "
            f"(if it is yours, name it with its port: --url http://{name}:80/)"
        )
        assert run.trouble(name) == ("unreachable", why)
        assert why in run.told
    assert connects(run.log) == {(PUBLIC, "80"), (INWARD, "8080")}


def test_a_name_that_moves_is_asked_where_it_was_looked_at(run: Run) -> None:
    for name in ("moves.example", "mixed.example"):
        assert run.titles(name) == sorted(s.title for s in run.good.stories), run.trouble(name)
        assert lookups(run.log, name) == 1


def test_what_was_named_in_this_archive_may_be_anywhere_and_nothing_else(run: Run) -> None:
    assert run.titles("yours:8080") == sorted(s.title for s in run.good.stories), run.trouble(
        "yours:8080"
    )
    assert "others resolves to 10.0.0.7, a private address" in str(run.trouble("others:8080")[1])
    assert "10.0.0.5 is a private address" in str(run.trouble("10.0.0.5")[1])
    for site in ("others:8080", "10.0.0.5"):
        assert rows(run.db, "SELECT * FROM captures WHERE site = ?", site) == []


# Proxies and web archives.


class Proxy:
    """A proxy of the environment: asks the portal, whatever host is named."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.hosts: set[str] = set()

    def respond(
        self, method: str, target: str, headers: dict[str, str], body: bytes = b""
    ) -> Answer:
        rest = target.removeprefix("http://")
        host, _, path = rest.partition("/")
        self.hosts.add(host)
        return self.portal.respond(method, f"/{path}", {**headers, "host": host}, body)


def test_a_proxy_of_the_environment_resolves_names_and_hosts_are_still_those_of_the_site(
    tmp_path: Path,
) -> None:
    lead = Leading(["http://127.0.0.1:9", "http://10.0.0.5"], articles=3)
    proxy = Proxy(lead)  # type: ignore[arg-type]  all that it needs of a portal
    with decoy() as trap, serve(proxy) as base:
        net = Internet(decoy=("127.0.0.1", trap.port), names={"proxy.lan": [["10.9.9.9"]]})
        net.listens(base, 3128, at="10.9.9.9")
        done, log = net.run(
            tmp_path, "crawl", "--url", "http://portal.example/", "--db", "a.db", "--delay", 0,
            HTTP_PROXY="http://proxy.lan:3128/",
        )  # fmt: skip
    db = tmp_path / "a.db"
    assert "redirects to another host, http://127.0.0.1:9/x" in done.stderr
    assert (titles(db), trap.met) == (lead.titles(), [])
    assert proxy.hosts == {"portal.example"}
    assert connects(log) == {("10.9.9.9", "3128")}
    assert lookups(log, "portal.example") == 0
    # Whoever answered the proxy is not known, so that no address stands in the records.
    for file in (tmp_path / "a.warc").glob("*.warc.gz"):
        assert b"10.9.9.9" not in gzip.decompress(file.read_bytes())


class Straying(Wayback):
    """Shows the capture of another host for each that is asked."""

    def respond(self, method: str, target: str, headers: Any, body: bytes = b"") -> Answer:
        answer = super().respond(method, target, headers, body)
        if "/web/" not in target:
            return answer
        stamp = "Sat, 02 Jan 2021 12:00:00 GMT"
        told = {**answer.headers, "Memento-Datetime": stamp}
        told["Link"] = '<http://127.0.0.1:9/tin-thu-1>; rel="original"'
        return Answer(status=answer.status, headers=told, body=answer.body)


def test_a_web_archive_that_shows_another_host_or_is_elsewhere_is_not_believed(
    tmp_path: Path,
) -> None:
    shown = portal(articles=1)
    story = shown.family.article_path(shown.stories[0])
    page = shown.respond("GET", story, {"host": "conganhaiduong.gov.vn"}).body
    html = "text/html; charset=utf-8"
    held = [Held(f"http://conganhaiduong.gov.vn{story}", "20210101120000", page, content_type=html)]
    with decoy() as trap, serve(Straying(held)) as base:
        port = base.rpartition(":")[2]
        net = Internet(decoy=("127.0.0.1", trap.port), names={"web.archive.org": [["10.0.0.5"]]})
        net.listens(base, int(port), at="127.0.0.1")
        db = tmp_path / "a.db"
        call = ("recover", "haiduong", "--from", "wayback", "--db", db, "--delay", 0)
        there = ("--wayback-cdx", f"{base}/cdx/search/cdx", "--wayback-web", f"{base}/web/")
        done, _ = net.run(tmp_path, *call, *there)
        away, log = net.run(tmp_path, *call, "--relist")
    assert "the web archive shows a capture of another host, http://127.0.0.1:9/tin" in done.stderr
    assert rows(db, "SELECT url FROM articles UNION SELECT url FROM captures") == []
    assert "web.archive.org resolves to 10.0.0.5, a private address" in away.stderr
    assert connects(log) == set()
    assert (done.returncode, away.returncode, trap.met) == (1, 1, [])
