"""Reads the pages of one site's crawl, in whatever process does that."""

from __future__ import annotations

from newsarchive.crawl._worker import Page
from newsarchive.crawl.reading import PageReader, ReaderFailed
from newsarchive.crawl.targets import Target
from newsarchive.crawl.values import Answer
from newsarchive.model import Listing, Reading, Step


class Pages:
    """Hands pages to a reader, with what the crawl knows of them."""

    def __init__(self, target: Target, reader: PageReader) -> None:
        self._site = target.site.slug if target.site else None
        self._reader = reader

    async def read(self, answer: Answer, *, calls: bool = False) -> Reading:
        """Read a page for its article; never raises for what the page is.

        calls: whether the lists that its scripts ask for are wanted too.
        """
        try:
            return await self.look(answer, links=False, calls=calls)
        except ReaderFailed as error:
            return Reading(article=None, reason=str(error), listing=Listing())

    async def look(
        self, answer: Answer, *, links: bool = True, step: Step | None = None, calls: bool = False
    ) -> Reading:
        """Read a page for its links; step: the request that it answers. Raises ReaderFailed."""
        if not answer.content.strip():
            return Reading(article=None, reason="the page is empty", listing=Listing())
        return await self._reader.read(
            Page(
                content=answer.content,
                url=answer.url,
                content_type=answer.content_type,
                fetched=answer.fetched,
                site=self._site,
                links=links,
                step=step,
                calls=calls,
            )
        )
