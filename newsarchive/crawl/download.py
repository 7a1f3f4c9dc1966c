"""Scrapy's handler for http and https, for servers that are broken or mean: heads have an end, a
header that is none is passed over, and what follows an answer is never taken for the next one."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from twisted.internet.error import ConnectionDone

from newsarchive.crawl.stacks import without_sources

with without_sources():
    from scrapy.core.downloader.handlers.http11 import (
        HTTP11DownloadHandler,
        _LenientHTTP11ClientFactory,
        _LenientHTTP11ClientProtocol,
        _LenientHTTPClientParser,
    )


if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IAddress
    from twisted.python.failure import Failure
    from twisted.web._newclient import Request as SentRequest
    from twisted.web.iweb import IResponse

CUT = "cut"  # flag of a response that most likely ends before its page does
# By which the connection tells the handler; they go no further.
_MARK, _SENT = "X-Newsarchive-Cut", "X-Newsarchive-Sent"
SENT = "sent"  # in the meta of a request: when it was written to its connection, by monotonic()


class LongHead(ValueError):
    """A head that is larger than any should be."""


class _Parser(_LenientHTTPClientParser):
    """limit: bytes of a head, all informational ones before it included."""

    limit = 0
    _size = 0

    def lineReceived(self, line: bytes) -> None:
        """One line of the head; raises LongHead."""
        self._size += len(line) + 1
        if self._size > self.limit:
            raise LongHead(f"its headers are larger than {self.limit} bytes")
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:
        """A line without end; raises LongHead."""
        raise LongHead(f"its headers are larger than {self.limit} bytes")

    def headerReceived(self, name: bytes, value: bytes) -> None:
        """One header; browsers pass over those whose name is none, too."""
        try:
            super().headerReceived(name, value)  # type: ignore[no-untyped-call]  # Twisted's
        except ValueError:
            return


class _Protocol(_LenientHTTP11ClientProtocol):
    """One connection."""

    limit = 0

    def request(self, request: SentRequest) -> Deferred[IResponse]:
        """Send a request; see Twisted."""
        sent = str(monotonic())
        answer = super().request(request)
        answer.addCallback(lambda response: _stamped(response, sent))
        parser = self._parser
        assert parser is not None
        parser.__class__ = _Parser  # as Scrapy sets its own: Twisted takes no other
        assert isinstance(parser, _Parser)
        parser.limit = parser.MAX_LENGTH = self.limit
        return answer

    def _finishResponse_WAITING(self, rest: bytes) -> None:
        if rest and self._currentRequest is not None:
            # A length that is too short, or a second answer: neither belongs to the next request.
            self._currentRequest.persistent = False
            self._mark()
        super()._finishResponse_WAITING(rest)

    _finishResponse_TRANSMITTING = _finishResponse_WAITING

    def _connectionLost_WAITING(self, reason: Failure) -> None:
        if not isinstance(reason.value, ConnectionDone):
            self._mark()
        super()._connectionLost_WAITING(reason)  # type: ignore[no-untyped-call]  # Twisted's

    def _mark(self) -> None:
        response = getattr(self._parser, "response", None)
        if response is not None:
            response.headers.setRawHeaders(_MARK, ["yes"])


def _stamped(response: IResponse, sent: str) -> IResponse:
    response.headers.setRawHeaders(_SENT, [sent])
    return response


class _Factory(_LenientHTTP11ClientFactory):
    limit = 0

    def buildProtocol(self, addr: IAddress | None) -> _Protocol:
        """A connection; see Twisted."""
        made = _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]  # Twisted's
        made.limit = self.limit
        return made


class Handler(HTTP11DownloadHandler):
    """Scrapy's handler with the limit MAX_HEADERS, in bytes."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        most = crawler.settings.getint("MAX_HEADERS")

        class Factory(_Factory):  # the pool makes one for each connection
            limit = most

        self._pool._factory = Factory

    async def download_request(self, request: Request) -> Response:
        """The answer, with the flag CUT where it most likely ends too early. The request's meta
        has SENT then."""
        response = await super().download_request(request)
        sent = response.headers.pop(_SENT, None)
        if sent:
            request.meta[SENT] = float(sent[-1])
        if response.headers.pop(_MARK, None) is not None:
            response.flags.append(CUT)
        return response
