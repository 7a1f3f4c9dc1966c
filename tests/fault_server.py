"""A portal on real sockets whose server makes a named fault at a named address; else it is good.

The truth is known: what the portal holds, and when the fault is lifted, all of it can be had.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from faulty import BOMBS, FAULTS, HEAD, Reply, bomb

from newsarchive.demo.answer import Answer


class Respondent(Protocol):
    """What is served: a demo portal, or a web archive of the tests."""

    def respond(self, method: str, target: str, headers: dict[str, str], body: bytes = b"") -> Any:
        """The good answer."""


@dataclass(slots=True)
class Site:
    """What one port serves. faults: by target, the fault that it meets. base: its address.

    once: targets whose fault is met a single time. asked: all targets, in order.
    """

    portal: Respondent
    faults: dict[str, str] = field(default_factory=dict)
    once: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    base: str = ""
    other: str = "/"

    def fault_of(self, target: str) -> str | None:
        """The fault that a request meets; those that a redirect led from its target too."""
        target = re.sub(r"^/hop/\d+", "", target)
        name = self.faults.get(target)
        if target in self.once:
            self.faults.pop(target, None)
        return name

    def good(
        self, target: str, headers: dict[str, str], method: str = "GET", body: bytes = b""
    ) -> Answer:
        """The right answer."""
        target = re.sub(r"^/hop/\d+", "", target)
        answer: Answer = self.portal.respond(method, target, headers, body)
        return answer


async def _serve_one(
    site: Site, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    try:
        while not writer.is_closing():
            head = (await reader.readuntil(HEAD)).decode("latin-1").split("\r\n")
            method, target, _ = head[0].split(" ")
            headers = {
                name.strip().lower(): value.strip()
                for name, _, value in (line.partition(":") for line in head[1:] if line)
            }
            site.asked.append(target)
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            answer = site.good(target, headers, method, body)
            name = site.fault_of(target)
            if name is not None:
                other = site.good(site.other, headers)
                await FAULTS[name](Reply(target, answer, other, writer))
                continue
            lines = [f"{n}: {v}" for n, v in answer.headers.items() if n != "Content-Type"]
            status = f"{answer.status} Said"
            reply = Reply(target, answer, answer, writer)
            if answer.status == 304:
                await reply.send(reply.head(*lines, status=status))
            else:
                await reply.whole(answer.body, *lines, status=status)
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
        return  # the client went away, or asked something that is no request
    finally:
        writer.close()


@contextmanager
def serve(sites: Sequence[Site]) -> Iterator[None]:
    """Serve each site on a port of 127.0.0.1, all from one thread; sets their `base`."""
    for name in {name for site in sites for name in site.faults.values()}:
        if name in BOMBS:  # made before: it takes a while
            bomb(BOMBS[name])
    loop = asyncio.new_event_loop()

    async def start() -> list[asyncio.Server]:
        servers = []
        for site in sites:
            server = await asyncio.start_server(partial(_serve_one, site), "127.0.0.1", 0)
            site.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            servers.append(server)
        return servers

    servers = loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever, name="faulty", daemon=True)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        for server in servers:
            server.close()
        loop.run_until_complete(_end())
        loop.close()


async def _end() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
