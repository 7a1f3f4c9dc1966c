"""A portal that leads elsewhere in every way there is, and addresses to be led to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from crawl_cases import portal

from newsarchive.archive import Archive
from newsarchive.demo.answer import Answer, moved
from newsarchive.demo.portal import Portal
from newsarchive.urls import server_of

CODES = (301, 302, 303, 307, 308)


def spellings(port: int) -> list[str]:
    """A server of this machine as many programs would spell it, and hosts of private networks."""
    hosts = (
        "127.0.0.1", "127.1", "0x7f000001", "0x7F.0.0.1", "2130706433", "017700000001",
        "0177.0.0.01", "127.0.0.1.", "localhost", "LOCALHOST.", "a.localhost", "0", "0.0.0.0",
        "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]", "[::127.0.0.1]", "127.0.0.2",
        "１２７.０.０.１", "127。0。0。1", "①②⑦.0.0.1", "lоcalhost",
        "10.0.0.5", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "100.100.100.200", "[fd00:ec2::254]", "[fe80::1]", "224.0.0.1", "240.0.0.1",
        "metadata.google.internal", "rebound.example",
    )  # fmt: skip
    return [f"http://{host}:{port}" for host in hosts]


def disguises(host: str, port: int) -> list[str]:
    """Addresses that look like those of the portal at `host` (with its port) and are not."""
    there = f"127.0.0.1:{port}"
    name = host.partition(":")[0]
    return [
        f"http://{host}@{there}", f"http://{host}%40{there}", f"http://{there}\\@{host}",
        f"http://{there}#@{host}", f"http://{there}?@{host}", f"http://{there}%23@{host}",
        f"http://{there}%2f@{host}", f"http:\\\\{there}\\{host}", f"//{there}", f"///{there}",
        f"\\\\{there}", f"http:{there}", f"ht\ntp://12\t7.0.0.1:{port}", f"\x00http://{there}",
        f"http://{name}.{there}", f"http://{name}:{port}@127.0.0.1:{port}",
        f"http://user:pw@{there}", f"http://{name}:{port}", f"https://{name}:{port}",
        f"ftp://{there}", f"file:///etc/passwd?{there}", f"gopher://{there}",
        f"data:text/html,http://{there}", f"javascript:fetch('http://{there}')",
        f"ws://{there}", f"view-source:http://{there}",
    ]  # fmt: skip


class Leading:
    """The portal, each of whose pages leads to `places` besides. base: its own address.

    Articles have pictures and canonical addresses there, or redirect there, each of them to one
    place; lists, feeds, sitemaps and scripts name them all.
    """

    def __init__(
        self, places: Sequence[str], *, articles: int = 12, family: str = "mojoportal"
    ) -> None:
        self.portal: Portal = portal(family, articles=articles, page_size=6)
        words = self.portal.family.typeset
        self._first_words = {s.id: words(s.paragraphs[0])[:30] for s in self.portal.stories}
        self.lead_to(places)

    def lead_to(self, places: Sequence[str]) -> None:
        """Lead to these. Two pages for each: one redirects there, one sends browsers there."""
        self.places = list(places)
        self.led = [f"/tin-dan-{n}" for n in range(len(self.places) * 2)]

    def titles(self) -> list[str]:
        return sorted(story.title for story in self.portal.stories)

    def respond(
        self, method: str, target: str, headers: dict[str, str], body: bytes = b""
    ) -> Answer:
        host = headers.get("host", "")
        path = target.partition("?")[0]
        if path == "/robots.txt":
            return self._robots(host)
        if path in ("/sitemap.xml", "/index.xml", "/rss.xml"):
            return self._xml(path, host)
        if path in self.led:
            number = self.led.index(path)
            place = self.places[number // 2]
            if number % 2:
                return self._page(
                    "<html><head><title>x</title>"
                    f'<meta http-equiv="refresh" content="0; url={place}/x"></head></html>',
                    {
                        "Refresh": f"0; url={_header(place)}/x",
                        "Link": f"<{_header(place)}>; rel=next",
                    },
                )
            return moved(f"{_header(place)}/x", CODES[number // 2 % len(CODES)])
        answer = self.portal.respond(method, target, headers, body)
        if b"</body>" not in answer.body or answer.status != 200:
            return answer
        return replace(answer, body=self._woven(answer.body.decode(), path).encode())

    def _woven(self, html: str, path: str) -> str:
        """The page with everything in it that leads elsewhere."""
        stories = {self.portal.family.article_path(s): s.id for s in self.portal.stories}
        heads, links = ['<link rel="alternate" type="application/rss+xml" href="/rss.xml">'], []
        if (number := stories.get(path)) is not None:
            place = self.places[number % len(self.places)]
            heads += [
                f'<link rel="canonical" href="{place}{path}">',
                f'<meta property="og:url" content="{place}{path}">',
                f'<link rel="amphtml" href="{place}{path}">',
            ]
            picture = f'<p><img src="{place}/anh-{number}.png" width="640" height="480"></p>'
            begins = html.rfind("<p", 0, html.index(self._first_words[number]))
            html = f"{html[:begins]}{picture}{html[begins:]}"
        else:
            for n, place in enumerate(self.places):
                heads += [
                    f'<link rel="alternate" type="application/rss+xml" href="{place}/rss.xml">',
                    f'<link rel="next" href="{place}/muc?page=2">',
                ]
                links += [
                    f'<h3><a href="{place}/tin-thu-{900 + n}">Công an bắt nhóm trộm {n} tại xã '
                    "Tân Lập trong đêm</a></h3>",
                    f'<li class="menu"><a href="{place}/muc-{n}">An ninh trật tự {n}</a></li>',
                    f"<script>$.ajax({{type: 'POST', url: '{place}/ViewPost.aspx/Search', "
                    f"data: JSON.stringify({{pageIndex: 1, cat: {n}}})}});</script>",
                    f'<form action="{place}/muc" method="post"><input name="page"></form>',
                    f'<iframe src="{place}/khung"></iframe>',
                ]
            links += [
                f'<h3><a href="{led}">Công an xã Bình Sơn ra quân xử lý vi phạm {n}</a></h3>'
                for n, led in enumerate(self.led)
            ]
        html = html.replace("</head>", f"{''.join(heads)}</head>", 1)
        return html.replace("</body>", f"{''.join(links)}</body>", 1)

    def _robots(self, host: str) -> Answer:
        sitemaps = [f"http://{host}/sitemap.xml", f"http://{host}/index.xml"]
        sitemaps += [f"{place}/sitemap.xml" for place in self.places]
        lines = ["User-agent: *", "Allow: /", *(f"Sitemap: {one}" for one in sitemaps)]
        return Answer(headers={"Content-Type": "text/plain"}, body="\n".join(lines).encode())

    def _xml(self, path: str, host: str) -> Answer:
        urls = [f"{place}/tin-thu-{900 + n}" for n, place in enumerate(self.places)]
        told = [_escaped(url) for url in [*urls, f"http://{host}{self.led[0]}"]]
        if path == "/rss.xml":
            items = "".join(f"<item><title>Tin</title><link>{u}</link></item>" for u in told)
            text = f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'
        else:
            name, one = ("urlset", "url") if path == "/sitemap.xml" else ("sitemapindex", "sitemap")
            rows = "".join(f"<{one}><loc>{u}</loc></{one}>" for u in told)
            space = "http://www.sitemaps.org/schemas/sitemap/0.9"
            text = f'<?xml version="1.0" encoding="UTF-8"?><{name} xmlns="{space}">{rows}</{name}>'
        return Answer(headers={"Content-Type": "application/xml"}, body=text.encode())

    @staticmethod
    def _page(html: str, headers: dict[str, str]) -> Answer:
        return Answer(
            headers={"Content-Type": "text/html; charset=utf-8", **headers}, body=html.encode()
        )


def _header(place: str) -> str:
    """The address as a header can hold it."""
    return "".join(
        c if " " < c < "\x7f" or c == "\t" else quote(c) for c in place.replace("\n", "")
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\x00", "")


def follows(db: Path, homes: Mapping[str, str], *, named: Sequence[str] = ()) -> Path:
    """An archive that follows portals: slug -> home. named: those whose servers the user named."""
    with Archive.open(db) as archive:
        for slug, home in homes.items():
            archive.register_portal(slug, home)
            if slug in named:
                archive.name_host(slug, *server_of(home))
            archive.begin_crawl(slug, "2026-01-01T00:00:00Z")
    return db


class Decoy:
    """A server that nobody may come to. met: who did: the first bytes of each connection."""

    def __init__(self, sockets: Sequence[socket.socket]) -> None:
        self.port: int = sockets[0].getsockname()[1]
        self.met: list[bytes] = []
        self._sockets = sockets

    def listen(self, sock: socket.socket) -> None:
        while True:
            try:
                connection, _ = sock.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(0.5)
                try:
                    self.met.append(connection.recv(200))
                except OSError:
                    self.met.append(b"(silent)")


@contextmanager
def decoy() -> Iterator[Decoy]:
    """On every address of this machine, of the new kind too where there are such."""
    first = socket.create_server(("0.0.0.0", 0))
    sockets = [first]
    with suppress(OSError):  # a machine without
        port = first.getsockname()[1]
        sockets.append(socket.create_server(("::", port), family=socket.AF_INET6))
    found = Decoy(sockets)
    threads = [threading.Thread(target=found.listen, args=(s,), daemon=True) for s in sockets]
    for thread in threads:
        thread.start()
    try:
        yield found
    finally:
        for sock in sockets:
            sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in threads:
            thread.join(timeout=10)
