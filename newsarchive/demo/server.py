"""A lean HTTP/1.1 server for a portal: keep-alive, pipelining in order, one thread."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

from newsarchive.demo.answer import Answer

if TYPE_CHECKING:
    import ssl

_HEAD_LIMIT = 64 * 1024
_BODY_LIMIT = 1024 * 1024
_REASONS = {status.value: status.phrase for status in HTTPStatus}


class Respondent(Protocol):
    """What the server needs of a portal."""

    def respond(
        self, method: str, target: str, headers: dict[str, str], body: bytes = b""
    ) -> Answer:
        """The answer to one request; header names are in lower case."""
        ...


class _Connection(asyncio.Protocol):
    """One client: requests are answered in order; a delayed answer holds back those behind it."""

    def __init__(self, portal: Respondent, open_ones: set[_Connection]) -> None:
        self._portal = portal
        self._open = open_ones
        self._buffer = b""
        self._waiting: asyncio.TimerHandle | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._open.discard(self)
        if self._waiting is not None:
            self._waiting.cancel()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._waiting is None:
            self._serve_buffered()

    def _serve_buffered(self) -> None:
        self._waiting = None
        while self.transport is not None and not self.transport.is_closing():
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                if len(self._buffer) > _HEAD_LIMIT:
                    self._refuse(431)
                return
            lines = self._buffer[:end].decode("latin-1").split("\r\n")
            headers = {
                name.strip().lower(): value.strip()
                for name, _, value in (line.partition(":") for line in lines[1:])
            }
            words = lines[0].split(" ")
            length = headers.get("content-length", "0")
            if len(words) != 3 or not words[2].startswith("HTTP/1."):
                return self._refuse(400)
            if "transfer-encoding" in headers or not length.isdigit():
                return self._refuse(411)
            if int(length) > _BODY_LIMIT:
                return self._refuse(413)
            end += 4 + int(length)
            if len(self._buffer) < end:
                return
            body = self._buffer[end - int(length) : end]
            self._buffer = self._buffer[end:]
            connection = headers.get("connection", "").lower()
            close = connection == "close" or (words[2] == "HTTP/1.0" and connection != "keep-alive")
            if self._answer(words[0], words[1], headers, body, close):
                return

    def _answer(
        self, method: str, target: str, headers: dict[str, str], body: bytes, close: bool
    ) -> bool:
        """Answer one request; True if it was put off, so that those behind it wait."""
        answer = self._portal.respond(method, target, headers, body)
        if answer.delay <= 0:
            self._send(answer, method, close)
            return False

        def later() -> None:
            self._send(answer, method, close)
            self._serve_buffered()

        self._waiting = asyncio.get_running_loop().call_later(answer.delay, later)
        return True

    def _send(self, answer: Answer, method: str, close: bool) -> None:
        assert self.transport is not None
        if answer.cut is not None and answer.cut < 0:
            self.transport.abort()
            return
        close = close or answer.cut is not None
        body = b"" if method == "HEAD" else answer.body[: answer.cut]
        self.transport.write(_head(answer, close) + body)
        if close:
            self.transport.close()

    def _refuse(self, status: int) -> None:
        self._send(Answer(status=status), "GET", True)


def _head(answer: Answer, close: bool) -> bytes:
    lines = [f"HTTP/1.1 {answer.status} {_REASONS.get(answer.status, 'Unknown')}"]
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    given = {name.lower() for name in answer.headers}
    if "date" not in given:
        lines.append(f"Date: {_date()}")
    if "content-length" not in given and answer.status not in (204, 304):
        lines.append(f"Content-Length: {len(answer.body)}")
    if "connection" not in given:
        lines.append(f"Connection: {'close' if close else 'keep-alive'}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _date() -> str:
    return formatdate(int(time.time()), usegmt=True)


@contextmanager
def serve(
    portal: Respondent,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    tls: ssl.SSLContext | None = None,
) -> Iterator[str]:
    """Serve the portal from a thread of its own; gives its base URL, without a slash at the end.

    port 0 takes a free one. On leaving, all connections are closed and the thread has ended.
    Raises OSError where the address cannot be had. Not to be entered from within a running loop.
    """
    loop = asyncio.new_event_loop()
    connections: set[_Connection] = set()
    try:
        server = loop.run_until_complete(
            loop.create_server(
                lambda: _Connection(portal, connections), host, port, backlog=1024, ssl=tls
            )
        )
    except OSError:
        loop.close()
        raise
    thread = threading.Thread(target=loop.run_forever, name="demo-portal", daemon=True)
    thread.start()
    try:
        yield f"http{'s' * (tls is not None)}://{host}:{server.sockets[0].getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(_close(server, connections))
        loop.close()


async def _close(server: asyncio.Server, connections: set[_Connection]) -> None:
    """Close the server and all its connections, those just being accepted included."""
    server.close()
    if others := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(others)
    while connections:
        for connection in list(connections):
            if connection.transport is not None:
                connection.transport.abort()
        await asyncio.sleep(0)
    await server.wait_closed()
