"""The pictures of articles, where they are wanted: each kept once."""

from __future__ import annotations

from collections.abc import Callable

from newsarchive.crawl.ledger import Ledger
from newsarchive.crawl.values import Ask, Options
from newsarchive.model import Article


class Pictures:
    """The pictures of one crawl. may_ask: whether an address is on a host of the crawl."""

    def __init__(self, *, options: Options, ledger: Ledger, may_ask: Callable[[str], bool]) -> None:
        self._wanted = options.images
        self._ledger = ledger
        self._may_ask = may_ask
        self._asked: set[str] = set()

    async def asks(self, article: Article) -> list[Ask]:
        """Requests for the article's pictures that are not kept yet and may be asked."""
        if not self._wanted:
            return []
        return await self._of({image.url for image in article.images if image.url})

    async def again(self, article: int) -> list[Ask]:
        """The same for an article of the archive, by its id: what could not be had before."""
        return await self._of(await self._ledger.pictures_of(article)) if self._wanted else []

    async def _of(self, urls: set[str]) -> list[Ask]:
        urls = urls - self._asked
        allowed = [url for url in sorted(urls) if self._may_ask(url)]
        self._asked.update(allowed)
        return [Ask(kind="image", url=url) for url in await self._ledger.lacking(allowed)]
