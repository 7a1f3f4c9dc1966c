"""Where a crawl goes: every way to lead one elsewhere, to every kind of machine.

A server on all addresses of this machine, at a port of its own, must meet nobody; every connection
of the program is on record besides, whichever machine it was meant for.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from crawl_cases import portal, rows
from gate_browser_cases import Escaping, udp
from gate_cases import Decoy, Leading, decoy, disguises, follows, spellings
from internet import PUBLIC, Internet

from newsarchive.crawl.browser import CHROMIUM
from newsarchive.demo.answer import Answer, moved
from newsarchive.demo.portal import Portal
from newsarchive.demo.server import serve
from newsarchive.hosts import apart
from newsarchive.notify import Message
from newsarchive.notify._webhook import post
from newsarchive.notify.values import Undelivered
from newsarchive.settings.values import Webhook
from stress.row import Row

WAYS = 17  # in which `Leading` leads to each place
OUT = 37  # in which `Escaping` does, and its two pages more
_AWAY = (
    "127.0.0.1", "127.8.8.8", "10.0.0.5", "172.16.0.1", "172.31.255.254", "192.168.1.1",
    "169.254.169.254", "169.254.1.1", "168.63.129.16", "100.64.0.1", "100.100.100.200",
    "192.0.0.192", "0.0.0.0", "0.1.2.3", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.7",
    "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
)  # fmt: skip
_PACE = ("--delay", 0, "--concurrency", 4)


def run(folder: Path, *, cut: bool, seed: int) -> list[Row]:
    """See Row. cut: a few places of each kind in place of all."""
    folder.mkdir(parents=True, exist_ok=True)
    random_ = random.Random(seed)
    found = []
    with decoy() as trap:
        families = ("mojoportal",) if cut else ("mojoportal", "nukeviet", "wordpress")
        for family in families:
            found.append(_pages(_folder(folder, family), trap, family, random_, 8 if cut else 99))
        found += _names(_folder(folder, "names"), trap, random_, 8 if cut else 99)
        found.append(_webhooks(trap, random_, 8 if cut else 99))
        if not cut and any(map(shutil.which, CHROMIUM)) and find_spec("scrapy_playwright"):
            found.append(_browser(_folder(folder, "browser"), trap))
    return found


def _folder(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir()
    return made


def _places(trap: Decoy, host: str, random_: random.Random, most: int) -> list[str]:
    found = [*spellings(trap.port), *disguises(host, trap.port)]
    return random_.sample(found, min(most, len(found)))


def _articles(db: Path, shown: Portal, base: str, site: str | None = None) -> tuple[int, int, int]:
    """(true, lost, wrong) of the articles of a site, or of the archive's only one."""
    where = "WHERE site = ?" if site else ""
    values = (site,) if site else ()
    held = rows(db, f"SELECT title, url FROM articles {where}", *values)
    right = {s.title: f"{base}{shown.family.article_path(s)}" for s in shown.stories}
    true = sum(right.get(title) == url for title, url in held)
    return true, len(right) - true, len(held) - true


def _pages(folder: Path, trap: Decoy, family: str, random_: random.Random, most: int) -> Row:
    lead = Leading([], family=family)
    db = folder / "a.db"
    with serve(lead) as base:
        host = base.rpartition("/")[2]
        lead.lead_to(_places(trap, host, random_, most))
        net = Internet(decoy=("127.0.0.1", trap.port), names={"localhost": [["127.0.0.1"]]})
        net.listens(base, int(host.partition(":")[2]), at="127.0.0.1")
        before = len(trap.met)
        done, log = net.run(folder, "crawl", "--url", f"{base}/", "--db", db, *_PACE, "--images")
    away = sum(line[0] == "connect" and f"{line[1]}:{line[2]}" != host for line in log)
    away += len(trap.met) - before
    for table in ("captures", "articles", "frontier"):
        away += sum(not u.startswith(f"{base}/") for (u,) in rows(db, f"SELECT url FROM {table}"))
    injected = WAYS * len(lead.places)
    well = done.returncode == 1 and "Traceback" not in done.stderr
    true, lost, wrong = _articles(db, lead.portal, base)
    return Row(
        fault=f"pages lead elsewhere ({family})",
        injected=injected,
        survived=max(0, injected - away) if well else 0,
        true=true,
        lost=lost,
        wrong=wrong,
    )


class _Hosts:
    """Many hosts: each one's robots.txt or home redirects to a place of its own, or it is well."""

    def __init__(self, shown: Portal) -> None:
        self.shown = shown
        self.places: dict[str, str] = {}

    def respond(
        self, method: str, target: str, headers: dict[str, str], body: bytes = b""
    ) -> Answer:
        name = headers.get("host", "").partition(":")[0]
        at = "/robots.txt" if name.startswith("robots") else "/"
        if name in self.places and target == at:
            return moved(self.places[name], 302)
        return self.shown.respond(method, target, headers, body)


def _names(folder: Path, trap: Decoy, random_: random.Random, most: int) -> list[Row]:
    """One refresh of many sites."""
    hosts = _Hosts(portal(articles=3, page_size=5))
    with serve(hosts) as base:
        net = Internet(decoy=("127.0.0.1", trap.port))
        net.listens(base, 80)
        places = [p for p in _places(trap, "h0.example", random_, most) if p.isascii()]
        # Other schemes are no redirects: such an answer is one without a page.
        places = [p for p in places if p.startswith(("http", "//")) and p.isprintable()]
        places = [p for p in places if not _stays(p)]
        for n, place in enumerate(places):
            for kind in ("robots", "home"):
                hosts.places[f"{kind}{n}.example"] = f"{place}/x".replace(" ", "%20")
        away = random_.sample(_AWAY, min(most, len(_AWAY)))
        net.names = {name: [[PUBLIC]] for name in hosts.places}
        net.names |= {f"away{n}.example": [[address]] for n, address in enumerate(away)}
        moves = {
            f"moves{n}.example": answers
            for n, address in enumerate(away)
            for answers in ([[PUBLIC], [address]], [[address, PUBLIC]])[n % 2 : n % 2 + 1]
        }
        net.names |= moves
        db = follows(folder / "a.db", {name: f"http://{name}/" for name in net.names})
        before = len(trap.met)
        done, log = net.run(folder, "refresh", "--db", db, "--delay", 0, "--recheck", "none")
    met = len(trap.met) - before + sum(ln[0] == "connect" and ln[1] != PUBLIC for ln in log)
    well = "Traceback" not in done.stderr and done.returncode == 1 and not met
    why = dict(rows(db, "SELECT site, why FROM crawls WHERE requested > 0 OR why IS NOT NULL"))
    asked = {name for (name,) in rows(db, "SELECT DISTINCT site FROM captures")}
    private = [
        name
        for n, address in enumerate(away)
        if (name := f"away{n}.example") not in asked
        and f"resolves to {address}, {apart(address)} address" in (why.get(name) or "")
    ]
    led = [name for name in hosts.places if why.get(name) and not _strays(db, name)]
    told = [_articles(db, hosts.shown, f"http://{name}", name) for name in moves]
    true, lost, wrong = (sum(column) for column in zip(*told, strict=True))
    return [
        _row("robots.txt and homes redirect elsewhere", hosts.places, led, well),
        _row("names that lead into private networks", away, private, well),
        Row(
            fault="names that move there, or lead there too",
            injected=len(moves),
            survived=len(moves) if well else 0,
            true=true, lost=lost, wrong=wrong,
        ),
    ]  # fmt: skip


def _stays(place: str) -> bool:
    """Whether a redirect there stays with the server: it is no address, but a path."""
    try:
        return urlsplit(urljoin("http://h.example/", place)).hostname == "h.example"
    except ValueError:
        return False


def _strays(db: Path, site: str) -> bool:
    found = rows(db, "SELECT url FROM captures WHERE site = ?", site)
    return any(not url.startswith(f"http://{site}/") for (url,) in found)


def _row(fault: str, injected: Sequence[str] | dict[str, str], done: list[str], well: bool) -> Row:
    return Row(fault=fault, injected=len(injected), survived=len(done) if well else 0)


class _Hook:
    """A webhook that redirects."""

    to = ""
    status = 307

    def respond(
        self, method: str, target: str, headers: dict[str, str], body: bytes = b""
    ) -> Answer:
        return moved(self.to, self.status)


def _webhooks(trap: Decoy, random_: random.Random, most: int) -> Row:
    message = Message(subject="s", text="t", changes=[])
    hook, injected, survived = _Hook(), 0, 0
    with serve(hook) as base:
        places = _places(trap, base.rpartition("/")[2], random_, most)
        for place in (p for p in places if p.isascii() and p.isprintable()):
            for hook.status in (301, 307, 308):
                hook.to = f"{place}/x"
                before = len(trap.met)
                injected += 1
                try:
                    post(Webhook(url=f"{base}/"), message, timeout=10)
                except Undelivered:
                    survived += len(trap.met) == before
    return Row(fault="webhooks redirect elsewhere", injected=injected, survived=survived)


def _browser(folder: Path, trap: Decoy) -> Row:
    shown = portal(articles=2, page_size=5)
    escaping = Escaping(shown)
    before = len(trap.met)
    with udp() as packets, serve(escaping) as base:
        escaping.there = f"http://127.0.0.1:{trap.port}"
        escaping.udp = packets.getsockname()[1]
        net = Internet(decoy=("127.0.0.1", trap.port))
        net.listens(base, int(base.rpartition(":")[2]), at="127.0.0.1")
        call = ("crawl", "--url", f"{base}/", "--db", folder / "a.db", *_PACE, "--browser")
        done, _ = net.run(folder, *call)
        try:
            out = len(packets.recv(100))
        except BlockingIOError:
            out = 0
    db = folder / "a.db"
    well = "Traceback" not in done.stderr and not out
    true, lost, wrong = _articles(db, shown, base)
    return Row(
        fault="pages try to get out of the browser",
        injected=OUT,
        survived=max(0, OUT - len(trap.met) + before) if well else 0,
        true=true,
        lost=lost,
        wrong=wrong,
    )
