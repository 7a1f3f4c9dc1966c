"""Who takes notifications, for tests: a mail server and a web server on 127.0.0.1."""

from __future__ import annotations

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Letter:
    """A mail as it came: the envelope, its bytes, whether encrypted, who had logged in."""

    sender: str
    recipients: list[str]
    content: bytes
    encrypted: bool
    user: str | None


@dataclass
class MailServer:
    """What the server is to do, and what it took.

    tls: of STARTTLS, or with `from_start` of the whole connection. users: name -> password, who
    alone may send. refused: recipients. mute: a command after which it says nothing more. lost:
    whether it hangs up instead of saying goodbye.
    """

    tls: ssl.SSLContext | None = None
    from_start: bool = False
    users: dict[str, str] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    mute: str = ""
    lost: bool = False
    port: int = 0
    letters: list[Letter] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


class _Session(socketserver.StreamRequestHandler):
    """One connection, by RFC 5321, 3207 (STARTTLS) and 4954 (AUTH PLAIN)."""

    server: _Server

    def handle(self) -> None:
        self.behave = self.server.behave
        self.encrypted = False
        self.user: str | None = None
        with suppress(OSError):  # whoever wrote to us has gone, or does not trust us
            if self.behave.from_start:
                self._encrypt()
            self._say("220 thu.example ESMTP")
            while line := self.rfile.readline():
                if not self._answer(line.decode().rstrip("\r\n")):
                    break

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.request.close()

    def _encrypt(self) -> None:
        assert self.behave.tls is not None
        self.request = self.behave.tls.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)
        self.encrypted = True

    def _say(self, *lines: str) -> None:
        for number, line in enumerate(lines):
            code, _, text = line.partition(" ")
            self.wfile.write(f"{code}{' ' if number == len(lines) - 1 else '-'}{text}\r\n".encode())

    def _answer(self, line: str) -> bool:
        verb, _, rest = line.partition(" ")
        verb = verb.upper()
        self.behave.said.append(f"{verb} {rest}")
        if verb == self.behave.mute:
            self.behave.over.wait(60)
            return False
        if verb == "QUIT" and self.behave.lost:
            return False
        method = getattr(self, f"_on_{verb.lower()}", None)
        if method is None:
            self._say("502 not known")
        else:
            method(rest)
        return verb != "QUIT"

    def _on_ehlo(self, _: str) -> None:
        more = ["250 STARTTLS"] * bool(self.behave.tls and not self.encrypted)
        more += ["250 AUTH PLAIN"] * bool(self.behave.users)
        self._say("250 thu.example", *more)

    def _on_starttls(self, _: str) -> None:
        self._say("220 go ahead")
        self._encrypt()

    def _on_auth(self, rest: str) -> None:
        _, user, password = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")
        if self.behave.users.get(user) != password:
            return self._say("535 5.7.8 sai mật khẩu")
        self.user = user
        self._say("235 welcome")

    def _on_mail(self, rest: str) -> None:
        if self.behave.users and self.user is None:
            return self._say("530 5.7.0 log in first")
        self.sender, self.recipients = _address(rest), list[str]()
        self._say("250 ok")

    def _on_rcpt(self, rest: str) -> None:
        if _address(rest) in self.behave.refused:
            return self._say("550 5.1.1 no such user")
        self.recipients.append(_address(rest))
        self._say("250 ok")

    def _on_data(self, _: str) -> None:
        self._say("354 end with a dot")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            assert line.endswith(b"\r\n")
            assert len(line) <= 1000
            lines.append(line.removeprefix(b"."))
        self.behave.letters.append(
            Letter(self.sender, self.recipients, b"".join(lines), self.encrypted, self.user)
        )
        self._say("250 taken")

    def _on_rset(self, _: str) -> None:
        self._say("250 ok")

    def _on_quit(self, _: str) -> None:
        self._say("221 bye")


def _address(argument: str) -> str:
    return argument[argument.index("<") + 1 : argument.index(">")]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True

    def __init__(self, behave: MailServer) -> None:
        self.behave = behave
        super().__init__(("127.0.0.1", 0), _Session)


@contextmanager
def mail_server(**how: Any) -> Iterator[MailServer]:
    behave = MailServer(**how)
    server = _Server(behave)
    behave.port = server.server_address[1]
    with _running(server):
        try:
            yield behave
        finally:
            behave.over.set()


@dataclass
class Hook:
    """What a web server is to do, and what was sent to it.

    answers: path -> (status, headers, body); other paths answer 200. slow: path -> bytes that come
    one by one, half a second apart, in place of an answer.
    """

    answers: dict[str, tuple[int, dict[str, str], str]] = field(default_factory=dict)
    slow: dict[str, bytes] = field(default_factory=dict)
    port: int = 0
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


class _Handler(BaseHTTPRequestHandler):
    server: _HookServer

    def _take(self) -> None:
        hook = self.server.hook
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        hook.requests.append((self.command, self.path, headers, self.rfile.read(length)))
        for byte in hook.slow.get(self.path, b""):
            if hook.over.wait(0.5):
                return
            with suppress(OSError):
                self.wfile.write(bytes((byte,)))
        status, more, body = hook.answers.get(self.path, (200, {}, "ok"))
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body.encode())), **more}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    do_POST = do_GET = _take

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


class _HookServer(ThreadingHTTPServer):
    def __init__(self, hook: Hook) -> None:
        self.hook = hook
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up or does not trust us is what some tests want."""


@contextmanager
def web_server(*, tls: ssl.SSLContext | None = None, **how: Any) -> Iterator[Hook]:
    hook = Hook(**how)
    server = _HookServer(hook)
    hook.port = server.server_address[1]
    if tls is not None:
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    with _running(server):
        try:
            yield hook
        finally:
            hook.over.set()


@contextmanager
def _running(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
