"""Before and behind every page: which hosts may ask, and what a browser may do with the answer."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from newsarchive.web.language import remembering

# A page of another site could make its own name lead to this machine (DNS rebinding), and read
# the archive as its own; its name gives it away.
_HOST = re.compile(rb"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?", re.IGNORECASE)
# No scripts, no styles but from our files, nothing from elsewhere.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"content-security-policy", POLICY.encode()),
)

Send = Callable[[dict[str, Any]], Awaitable[None]]


def guarded(app: Any) -> Any:
    """An ASGI application behind the guard."""

    async def guard(scope: dict[str, Any], receive: Any, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
        elif _foreign(scope):
            await _refuse(send, 421, "This server answers at http://127.0.0.1 and localhost alone.")
        elif _doubtful(scope):
            await _refuse(send, 400, "There is no such address.")
        else:
            await app(scope, receive, _guarding(scope, send))

    return guard


def _foreign(scope: dict[str, Any]) -> bool:
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    return len(hosts) != 1 or not _HOST.fullmatch(hosts[0])


def _doubtful(scope: dict[str, Any]) -> bool:
    """Whether a path, told to a browser again, would be another host's: '//evil.example/x'."""
    path = scope.get("raw_path") or scope["path"].encode()
    return bool(path[1:2] in (b"/", b"\\"))


async def _refuse(send: Send, status: int, told: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *_ALWAYS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{told}\n".encode()})


def _guarding(scope: dict[str, Any], send: Send) -> Send:
    """`send` with the headers added; a page that has one of its own, a policy say, keeps it."""

    async def sending(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = [(bytes(name).lower(), value) for name, value in message.get("headers", [])]
            there = {name for name, _ in headers}
            headers += [pair for pair in _ALWAYS if pair[0] not in there]
            if cookie := remembering(scope["query_string"].decode("latin-1")):
                headers = [pair for pair in headers if pair[0] != b"cache-control"]
                headers.append((b"cache-control", b"private, no-store"))
                headers.append((b"set-cookie", cookie.encode()))
            message = {**message, "headers": headers}
        await send(message)

    return sending
