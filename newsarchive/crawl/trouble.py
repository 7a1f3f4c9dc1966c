"""What can go wrong with a request, as errors of ours and as one line for a person."""

from __future__ import annotations

import re
from http import HTTPStatus

from scrapy import exceptions
from scrapy.exceptions import IgnoreRequest

from newsarchive.errors import ArchiveError

_TLS = re.compile(r"\b(?:ssl|tls|openssl|handshake|dh key|certificate)\b", re.IGNORECASE)
_FAILURE = re.compile(r"\[?<twisted\.python\.failure\.Failure [\w.]+: (.*?)>\]?")


# What is wrong with a whole site, the gravest first, as the archive's `crawls.trouble` has it: it
# does not answer; it answers with a challenge; robots.txt forbids it; it leads to another host;
# its lists name no articles; most lists, or most articles, cannot be had or read.
KINDS = ("unreachable", "challenge", "robots", "moved", "no articles", "lists", "articles")


class Refusal(IgnoreRequest):
    """A request that this crawl does not send, or an answer it does not take; says why."""


class Spent(Refusal):
    """The budget of the run is used up."""


class Handed(Refusal):
    """Another worker of a shared crawl asks it, now or later."""


class OffSite(Refusal):
    """The address is not on a host of this crawl."""


class Private(Refusal):
    """The host is at an address that is not the public's."""


class Circle(Refusal):
    """Redirects that lead nowhere."""


class Forbidden(Refusal):
    """robots.txt forbids the address."""


class NoRobots(Refusal):
    """robots.txt cannot be had, so nothing may be asked. kind: what that says of the site."""

    def __init__(self, why: str, kind: str) -> None:
        super().__init__(why)
        self.kind = kind


class Endless(Circle):
    """Redirects without end; another time they may have one."""


class TooLarge(Refusal):
    """An answer that is larger than any page should be."""


class Silent(Refusal):
    """The host stopped answering."""


class Challenged(Refusal):
    """The portal sends a challenge in place of its pages."""


def of_status(status: int) -> str:
    """A failing HTTP status in words."""
    try:
        name = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        name = str(status)
    if status in (404, 410):
        return f"answered {name}: the page is gone (check the address)"
    if status in (401, 403, 407, 451):
        return f"answered {name}: the portal does not serve it to this crawl"
    if status == 429:
        return f"answered {name} (crawl it more slowly: --delay)"
    if status >= 500:
        return f"answered {name} (the portal is in trouble: try again later)"
    return f"answered {name}, which is no page"


def kind_of_status(status: int) -> str:
    """What a list's failing status says of the site: one of KINDS."""
    return "moved" if status in (404, 410) else "unreachable"


def final(status: int) -> bool:
    """Whether asking again later is pointless."""
    return status in (404, 410)


def kind_of(error: BaseException) -> str:
    """What a failure says of the site: one of KINDS."""
    if isinstance(error, NoRobots):
        return error.kind
    if isinstance(error, Challenged):
        return "challenge"
    if isinstance(error, Forbidden):
        return "robots"
    if isinstance(error, (OffSite, Circle)):
        return "moved"
    return "unreachable"


def of_error(error: BaseException, *, timeout: float) -> str:
    """Why a download failed, in words, and what to do about it."""
    if isinstance(error, (Refusal, ArchiveError)):
        return str(error)
    if isinstance(error, exceptions.CannotResolveHostError):
        return "its host does not resolve (check the address and your connection)"
    if isinstance(error, exceptions.DownloadConnectionRefusedError) and not _TLS.search(str(error)):
        return "connection refused (is the portal up, and the port right?)"
    if isinstance(error, exceptions.DownloadTimeoutError):
        return f"no answer in {timeout:g} s (try again later, or give it more: --timeout)"
    if isinstance(error, exceptions.DownloadCancelledError):
        return "larger than any page should be; not fetched"
    text = _FAILURE.sub(r"\1", " ".join(str(error).split())) or type(error).__name__
    if _TLS.search(text):
        return f"no secure connection: {text[:200]} (an old server? try --tls legacy)"
    if "twisted.internet.error.Connection" in str(error):
        return (
            "the connection failed: it was lost before an answer (try again later; an old https "
            "server may want --tls legacy)"
        )
    return f"the connection failed: {text[:200]} (try again later)"
