"""Where a crawl may go: the hosts of its site, at addresses that the public has.

Three stations, each of which holds by itself: `Gate` looks at the address of every request, links,
redirects, robots.txt and all else alike; `Names` gives to whoever connects only those addresses of
a name that are allowed, and the same ones for as long as the process lives, so that what is looked
at is what is connected to; `Addresses` asks it before a request leaves, and looks at the machine
that answered before anything is kept of what it said.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy.exceptions import CannotResolveHostError
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IHostResolution, IReactorFromThreads
from twisted.internet.threads import deferToThreadPool
from zope.interface import implementer

from newsarchive.crawl.robots import job_of, slot
from newsarchive.crawl.trouble import OffSite, Private
from newsarchive.hosts import Server, apart, literal, spelled
from newsarchive.urls import DEFAULT_PORTS, server_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.base import ReactorBase
    from twisted.internet.interfaces import IAddress


def permitted(
    server: Server, addresses: Collection[str], own: Collection[Server]
) -> tuple[str, ...]:
    """Those of a server's addresses at which it may be asked: the public ones, or all of a server
    that the user named, which `own` holds."""
    return tuple(a for a in addresses if server in own or apart(a) is None)


def refusal(server: Server, addresses: Sequence[str]) -> Private:
    """Why none of a server's addresses is asked, and what to do about it."""
    host, port = server
    kind = apart(addresses[0])
    what = f"{host} is" if addresses[0] == host else f"{host} resolves to {addresses[0]},"
    shown = f"[{host}]" if ":" in host else host
    scheme = "https" if port == DEFAULT_PORTS["https"] else "http"
    return Private(
        f"{what} {kind} address, which is not asked (if it is yours, name it with its port: "
        f"--url {scheme}://{shown}:{port}/)"
    )


@implementer(IHostnameResolver)
class Names:
    """Scrapy's TWISTED_DNS_RESOLVER: what names resolve to, each looked up once a process.

    timeout: seconds that one look-up may take.
    """

    def __init__(self, reactor: ReactorBase, timeout: float) -> None:
        self._reactor = reactor
        self._timeout = timeout
        self._found: dict[str, asyncio.Task[tuple[str, ...]]] = {}
        self._telling: set[asyncio.Task[None]] = set()  # the event loop itself holds no task
        self._own: set[Server] = _proxies()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        """As Scrapy makes it."""
        return cls(reactor, crawler.settings.getfloat("DNS_TIMEOUT"))

    def install_on_reactor(self) -> None:
        """Have all look-ups of the process come here."""
        self._reactor.installNameResolver(cast("IHostnameResolver", self))

    async def allowed(self, server: Server, own: Collection[Server]) -> tuple[str, ...]:
        """The addresses at which a server may be asked.

        own: the servers that the user named for the site that asks. Raises Private where none is
        left, CannotResolveHostError where there is none.
        """
        self._own.update(own)
        try:
            found = await self._look_up(server[0])
        except OSError as error:
            raise CannotResolveHostError(f"{server[0]}: {error}") from None
        left = permitted(server, found, own)
        if not left:
            raise refusal(server, found)
        return left

    async def of_connection(self, server: Server) -> tuple[str, ...]:
        """The addresses to which a connection may be made, if any, for whichever site it is."""
        try:
            host = spelled(server[0])
            return permitted((host, server[1]), await self._look_up(host), self._own)
        except (OSError, ValueError):
            return ()

    async def _look_up(self, host: str) -> tuple[str, ...]:
        """All addresses of a host; what came to nothing is asked again another time."""
        task = self._found.get(host)
        if task is None:
            task = self._found[host] = asyncio.create_task(self._ask(host))
        try:
            return await asyncio.shield(task)
        except OSError:
            if self._found.get(host) is task:
                del self._found[host]
            raise

    async def _ask(self, host: str) -> tuple[str, ...]:
        """Ask the system, in a thread: a host that does not resolve must hold up no others."""
        threads = self._reactor.getThreadPool()
        asked = deferToThreadPool(
            cast("IReactorFromThreads", self._reactor), threads, look_up, host
        )
        async with asyncio.timeout(self._timeout):  # its TimeoutError is an OSError
            return await maybe_deferred_to_future(asked)

    def resolveHostName(
        self,
        resolutionReceiver: Any,  # Twisted's interfaces tell type checkers little
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: str = "TCP",
    ) -> _Resolution:
        """Tell a connection in the making where it may go; see Twisted's IHostnameResolver.

        It is told of no address but those that `allowed` would give to a site of this process.
        """
        resolution = _Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        kinds = tuple(addressTypes) if addressTypes is not None else (IPv4Address, IPv6Address)

        async def tell() -> None:
            for address in await self.of_connection((hostName, portNumber)):
                kind = IPv6Address if ":" in address else IPv4Address
                if kind in kinds:
                    resolutionReceiver.addressResolved(kind("TCP", address, portNumber))
            resolutionReceiver.resolutionComplete()

        task = asyncio.ensure_future(tell())
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)
        return resolution


@implementer(IHostResolution)
class _Resolution:
    """A look-up on its way; nobody can take it back."""

    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Not to be had, as with Twisted's own."""
        raise NotImplementedError


def look_up(host: str) -> tuple[str, ...]:
    """All IPv4 addresses of a host, or the one that it spells. Blocks; raises OSError."""
    try:
        if (address := literal(host)) is not None:
            return (str(address),)
        found = socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_STREAM)
    except (UnicodeError, ValueError) as error:  # a label of 64 letters, say
        raise socket.gaierror(str(error)) from None
    return tuple(dict.fromkeys(str(place[4][0]) for place in found))


def _proxies() -> set[Server]:
    """The proxies that the environment names, which therefore may be anywhere.

    Under port 0, too: the look-up for a tunnel tells no port.
    """
    found: set[Server] = set()
    for url in getproxies().values():
        try:
            parts = urlsplit(url if "://" in url else f"http://{url}")
            host, port = spelled(parts.hostname or ""), parts.port
        except ValueError:
            continue  # 'no_proxy' and other values that name no server
        found |= {(host, port or DEFAULT_PORTS.get(parts.scheme, 80)), (host, 0)}
    return found


def names() -> Names:
    """The look-up of this process. Raises Private where another stands in its place."""
    from twisted.internet import reactor

    found = cast("ReactorBase", reactor).nameResolver
    if not isinstance(found, Names):
        raise Private(
            "the setting TWISTED_DNS_RESOLVER names another look-up than newsarchive.crawl.gate."
            "Names, which keeps crawls out of private networks; take that back"
        )
    return found


class Gate:
    """Lets nothing through that is not on a host and port of this crawl, redirects included."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise OffSite for a foreign address; name the server's queue for one of ours."""
        asked = _asked(request.url)
        if asked not in job_of(self._crawler).allowed:
            if request.meta.get("redirect_urls"):
                raise OffSite(
                    f"redirects to another host, {request.url} (if the portal has moved there, "
                    "crawl that with --url)"
                )
            raise OffSite(f"{asked[0]}:{asked[1]} is not a host of this crawl")
        request.meta["download_slot"] = slot(*asked)


class Addresses:
    """Lets no request go to a machine that is not the public's, and keeps no answer of one.

    What goes by a proxy of the environment is resolved by that proxy, and its own rules decide.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raise Private for a host that is at no address of the public."""
        if not is_proxied(request):
            await names().allowed(_asked(request.url), job_of(self._crawler).own)

    def process_response(self, request: Request, response: Response) -> Response:
        """The answer; raises Private or OffSite where it came from elsewhere.

        A browser may have been led on by the page that it was asked to show.
        """
        job = job_of(self._crawler)
        server = _asked(response.url)
        if server not in job.allowed:
            raise OffSite(f"leads to another host, {response.url}")
        address = response.ip_address
        if address is None or is_proxied(request) or permitted(server, (str(address),), job.own):
            return response
        raise refusal(server, (str(address),))


def is_proxied(request: Request) -> bool:
    """Whether a request goes by a proxy of the environment; a browser takes none."""
    return bool(request.meta.get("proxy")) and not request.meta.get("playwright")


def _asked(url: str) -> Server:
    try:
        return server_of(url)
    except ValueError:
        raise OffSite("only plain addresses of http and https are asked") from None
