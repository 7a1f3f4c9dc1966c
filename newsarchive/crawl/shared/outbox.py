"""What one worker found and Redis is still to be told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsarchive.crawl.shared.crew import Crew
    from newsarchive.crawl.shared.items import Item
    from newsarchive.crawl.shared.queue import LeasedQueue

_MOST = 200  # items that are told at a time


class Outbox:
    """Items on their way to Redis, and what it said of them.

    limit: articles that the crawl may have of the site. sections: gives the keys of its lists; new
    ones are told before the items, which may have been found there.
    """

    def __init__(
        self,
        crew: Crew,
        queue: LeasedQueue,
        *,
        limit: int | None,
        sections: Callable[[], Iterable[str]],
    ) -> None:
        self._crew = crew
        self._queue = queue
        self._limit = limit
        self._sections = sections
        self._items: list[Item] = []
        self._answers: list[tuple[Item, str]] = []
        self._told: set[str] = set()
        self._telling = asyncio.Lock()

    def __bool__(self) -> bool:
        return bool(self._items or self._answers)

    def put(self, items: Iterable[Item]) -> None:
        """Have these told with the next `flush`."""
        self._items += items

    async def flush(self) -> None:
        """Have Redis know all that was put before; raises Gone."""
        async with self._telling:
            new = [key for key in self._sections() if key not in self._told]
            if new:
                await self._crew.call(self._queue.publish_sections, new)
                self._told.update(new)
            while self._items:
                batch, self._items = self._items[:_MOST], self._items[_MOST:]
                told = await self._crew.call(self._queue.post, batch, most=self._limit)
                self._answers += zip(batch, told, strict=False)

    def answers(self) -> list[tuple[Item, str]]:
        """What Redis said of each item since this was last asked: a word of scripts.POST."""
        answers, self._answers = self._answers, []
        return answers
