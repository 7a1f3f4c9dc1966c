"""Content encodings of answers undone, within a crawl's limits; and whether a page is whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Self

from scrapy.responsetypes import responsetypes

from newsarchive.archive import unpacking
from newsarchive.crawl.download import CUT
from newsarchive.crawl.trouble import TooLarge
from newsarchive.pictures import ends_early

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_MARKUP = re.compile(rb"<(?:!doctype|html|\?xml|rss|feed|urlset|sitemapindex)\b", re.IGNORECASE)
_END = re.compile(rb"</(?:html|urlset|sitemapindex|rss|feed|rdf:rdf)\s*>", re.IGNORECASE)
_EDGE = 4096  # bytes in which a page begins or ends


def is_cut(response: Response) -> bool:
    """Whether a page, or a picture, ends before it should: by its connection, and by itself.

    Old servers send wrong lengths, or none; a page that came to its end is whole all the same.
    """
    flags, body = response.flags, response.body
    if CUT in flags or "dataloss" in flags:
        return _END.search(body[-_EDGE:]) is None
    if "partial" in flags:  # nothing but the end of the connection ends it
        if _MARKUP.search(body[:_EDGE]) is not None:
            return _END.search(body[-_EDGE:]) is None
        return ends_early(body)
    return False


class Unpack:
    """In place of Scrapy's: what does not unpack is taken as it came, what is cut short is marked,
    and what grows without measure is given up."""

    def __init__(self, crawler: Crawler) -> None:
        self._most = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._ratio = crawler.settings.getfloat("MAX_RATIO")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """The answer as it reads; raises TooLarge."""
        named = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        if not unpacking.codings(named) or not unpacking.is_known(named):
            return response
        flags, found = list(response.flags), bytearray()
        try:
            for piece in unpacking.unpack(response.body, named, most=self._most, ratio=self._ratio):
                found += piece
        except unpacking.Bomb as bomb:
            raise TooLarge(f"{bomb}; not read (--max-size, --max-ratio)") from None
        except unpacking.Cut:
            flags.append(CUT)
        except unpacking.Torn:
            if found:
                flags.append(CUT)
            else:
                found += response.body  # it was never packed
        body, headers = bytes(found), response.headers.copy()
        del headers["Content-Encoding"]
        kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
        return response.replace(cls=kind, body=body, headers=headers, flags=flags)
