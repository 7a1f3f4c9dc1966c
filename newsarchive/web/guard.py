"""Before and behind every page: who may ask, how, and what a browser may do with the answer."""

from __future__ import annotations

import asyncio
import re
import sys
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from newsarchive.text import inert_lines
from newsarchive.web.language import remembering

# A page of another site could make its own name lead to this machine (DNS rebinding), and read
# the archive as its own; its name gives it away.
_HOST = re.compile(rb"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?", re.IGNORECASE)
# No scripts, no styles but from our files, nothing from elsewhere.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"content-security-policy", POLICY.encode()),
)

_METHODS = ("GET", "HEAD")
_MOST_FIELDS = 100  # of a query: each can be a facet, a statement of its own
ANSWER_SECONDS = 60.0  # until an answer begins; what comes as a stream may go on

Send = Callable[[dict[str, Any]], Awaitable[None]]


def guarded(app: Any) -> Any:
    """An ASGI application behind the guard."""

    async def guard(scope: dict[str, Any], receive: Any, send: Send) -> None:
        if scope["type"] == "lifespan":
            await app(scope, receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close"})
        elif _foreign(scope):
            await _refuse(send, 421, "This server answers at http://127.0.0.1 and localhost alone.")
        elif scope["method"] not in _METHODS:
            await _refuse(send, 405, "Nothing can be written here.")
        elif _from_elsewhere(scope):
            await _refuse(send, 403, "A page of another site may lead here, and no more.")
        elif scope["query_string"].count(b"&") >= _MOST_FIELDS:
            await _refuse(send, 400, "An address says too many things at once.")
        elif _doubtful(scope):
            await _refuse(send, 400, "There is no such address.")
        else:
            await _while_wanted(app, scope, receive, _guarding(scope, send))

    return guard


def _foreign(scope: dict[str, Any]) -> bool:
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    return len(hosts) != 1 or not _HOST.fullmatch(hosts[0])


def _from_elsewhere(scope: dict[str, Any]) -> bool:
    """Whether a page of another site has a browser ask for more than to be led here.

    It could not read the answer, but have SQL executed all the same, by a picture's address.
    """
    told = {name: value.strip().lower() for name, value in scope["headers"]}
    origin = told.get(b"origin")
    if origin is not None and origin != b"http://" + told[b"host"]:
        return True
    if told.get(b"sec-fetch-site", b"none") in (b"none", b"same-origin"):
        return False
    led = told.get(b"sec-fetch-mode") == b"navigate"
    return not (led and told.get(b"sec-fetch-dest", b"document") == b"document")


def _doubtful(scope: dict[str, Any]) -> bool:
    """Whether a path is none, or told to a browser again would be another host's: '//evil/x'."""
    path = scope.get("raw_path") or scope["path"].encode()
    return path[:1] != b"/" or path[1:2] in (b"/", b"\\")


async def _while_wanted(app: Any, scope: dict[str, Any], receive: Any, send: Send) -> None:
    """Answer until whoever asked has left; what the answer was to be found by ends then, too."""
    begun = late = False

    async def sending(message: dict[str, Any]) -> None:
        nonlocal begun
        begun = True
        await send(message)

    answering = asyncio.ensure_future(app(scope, receive, sending))
    leaving = asyncio.ensure_future(_left(receive))
    try:
        patience: float | None = ANSWER_SECONDS
        while not (answering.done() or leaving.done()):
            both = (answering, leaving)
            await asyncio.wait(both, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            if patience is not None and not begun:
                break
            patience = None
        late = not (answering.done() or leaving.done())
        answering.cancel()
        await answering
    except asyncio.CancelledError:
        if late:
            await _refuse(send, 503, "This takes too long; ask for less.")
        elif not leaving.done():
            raise  # the server ends
    except Exception as error:  # any: what is wrong inside is no business of the asker's
        log(error)
        if not begun:
            await _refuse(sending, 500, "This page has failed; the server's log says how.")
    finally:
        answering.cancel()
        leaving.cancel()


async def _left(receive: Any) -> None:
    """Comes back when the browser has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


def log(error: BaseException) -> None:
    """The traceback on standard error; what a visitor or a page wrote acts on no terminal."""
    sys.stderr.write(inert_lines("".join(traceback.format_exception(error))))


async def _refuse(send: Send, status: int, told: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *ALWAYS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{told}\n".encode()})


def _guarding(scope: dict[str, Any], send: Send) -> Send:
    """`send` with the headers added; a page that has one of its own, a policy say, keeps it."""

    async def sending(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = [(bytes(name).lower(), value) for name, value in message.get("headers", [])]
            there = {name for name, _ in headers}
            headers += [pair for pair in ALWAYS if pair[0] not in there]
            if cookie := remembering(scope["query_string"].decode("latin-1")):
                headers = [pair for pair in headers if pair[0] != b"cache-control"]
                headers.append((b"cache-control", b"private, no-store"))
                headers.append((b"set-cookie", cookie.encode()))
            message = {**message, "headers": headers}
        await send(message)

    return sending
