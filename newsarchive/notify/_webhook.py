"""A webhook: the message as JSON to an http(s) address."""

from __future__ import annotations

import json
from http import HTTPStatus
from http.client import HTTPException, HTTPMessage
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from newsarchive import __version__
from newsarchive.notify._words import of_error, short
from newsarchive.notify.values import Message, Undelivered
from newsarchive.settings.values import Webhook
from newsarchive.urls import server_of

_SAME_REQUEST = (307, 308)  # the other redirects make a GET of it, which tells nobody anything
_READ = 1000  # bytes of an answer


def host(hook: Webhook) -> str:
    """The host of its address; the rest is often a secret. '?' where there is none."""
    try:
        return short(urlsplit(hook.url).hostname or "?")
    except ValueError:
        return "?"


def body(message: Message) -> bytes:
    """The message as JSON: subject, text, changes. Chat hooks read `text` and ignore the rest."""
    said = {
        "subject": message.subject,
        "text": message.text,
        "changes": [dict(change) for change in message.changes],
    }
    return json.dumps(said, ensure_ascii=False).encode()


class _Redirects(HTTPRedirectHandler):
    """Only the same request again on the same host, and never from https to http."""

    def redirect_request(
        self,
        req: Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> Request | None:
        """The next request; None makes an error of the answer."""
        if code not in _SAME_REQUEST or not _stays(req.full_url, newurl):
            return None
        return Request(newurl, data=req.data, headers=dict(req.header_items()), method="POST")


def _stays(here: str, there: str) -> bool:
    """Whether a redirect stays with the server: host and port the same, or from http to its https.

    Whose ports are not the web's own, that one has no other server for https.
    """
    try:
        (host, port), (other, another) = server_of(here), server_of(there)
    except ValueError:
        return False
    if host != other:
        return False
    schemes = (urlsplit(here).scheme, urlsplit(there).scheme)
    if schemes[0] == schemes[1]:
        return port == another
    return schemes == ("http", "https") and (port, another) == (80, 443)


def post(hook: Webhook, message: Message, *, timeout: float) -> list[str]:
    """POST the message; any answer from 200 to 299 is success.

    timeout: seconds to wait for each part of the answer. Raises Undelivered otherwise.
    """
    opener = build_opener(_Redirects)
    try:
        with opener.open(_request(hook, message), timeout=timeout) as answer:
            answer.read(_READ)
    except HTTPError as error:
        raise Undelivered(_refusal(error)) from None
    except URLError as error:
        cause = error.reason if isinstance(error.reason, OSError) else error
        raise Undelivered(of_error(cause, timeout)) from None
    except OSError as error:
        raise Undelivered(of_error(error, timeout)) from None
    except (HTTPException, ValueError) as error:
        # The error's text may hold the address or a header.
        raise Undelivered(
            f"the exchange failed ({type(error).__name__}): is its address right, and are there "
            "line breaks or letters beyond ASCII in address or headers?"
        ) from None
    return []


def _request(hook: Webhook, message: Message) -> Request:
    parts = urlsplit(hook.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Undelivered("its address is no http(s) address")
    if parts.username is not None:
        raise Undelivered("its address holds a user; give a header Authorization instead")
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"newsarchive/{__version__}",
        **hook.headers,
    }
    return Request(hook.url, data=body(message), headers=headers, method="POST")


def _refusal(error: HTTPError) -> str:
    with error:
        said = f"answered {error.code} {_phrase(error)}".rstrip()
        to: Any = error.headers.get("Location")
        if 300 <= error.code < 400 and to:
            return f"{said}, a redirect to {_target(str(to))}; set the address that is meant"
        try:
            words = short(error.read(_READ).decode("utf-8", "replace"))
        except (OSError, HTTPException):
            words = ""
    return f"{said}: {words}" if words else said


def _phrase(error: HTTPError) -> str:
    try:
        return HTTPStatus(error.code).phrase
    except ValueError:
        return short(str(error.reason))


def _target(location: str) -> str:
    try:
        return short(urlsplit(location).hostname or "another path")
    except ValueError:
        return "nowhere"
