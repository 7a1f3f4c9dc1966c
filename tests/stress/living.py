"""A portal that goes on publishing and editing while it is crawled, and knows all it ever showed."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

from newsarchive.demo.answer import Answer
from newsarchive.demo.portal import Portal
from newsarchive.demo.server import serve
from newsarchive.demo.stories import Story, make_stories

State = tuple[str, str, str]  # title, lead, body, as a right reading gives them
_LATEST = 40  # stories among which one is edited


@dataclass(frozen=True, slots=True)
class Served:
    """An article's page that went out. at: time.monotonic() seconds."""

    at: float
    story: int
    state: int


class Living(Portal):
    """A portal whose desk works on: `work` publishes a story or edits one.

    states: by story, all that its page ever said, in order. served: which of them went out when.
    """

    def __init__(self, *, family: str, name: str, first: int, seed: int, most: int = 1500) -> None:
        pool = make_stories(most, seed)
        super().__init__(family=family, name=name, stories=pool[-first:], page_size=20)
        self._waiting = pool[:-first]  # the last of them comes next: it is newer than all before
        self._rng = random.Random(seed)
        self._written = {story.id: story.paragraphs for story in pool}
        self._edits = 0
        self._places: dict[str, int] = {}  # path of the page -> story
        self.base = ""
        self.states: dict[int, list[State]] = {}
        self.served: list[Served] = []

    def begin(self, base: str) -> None:
        """Take note of what all pages say, asked for at `base`."""
        self.base = base
        self._places = {self.family.article_path(story): story.id for story in self.stories}
        for story in self.stories:
            self.states[story.id] = [self.state(story)]

    def state(self, story: Story) -> State:
        """What a right reading of a story's page gives."""
        gold: dict[str, Any] = self.gold(story, self.base)
        return gold["title"], gold["lead"] or "", "\n\n".join(gold["paragraphs"])

    def url(self, story: int) -> str:
        """The address of a story."""
        with self._lock:
            return self.base + self.family.article_path(self._stories[story])

    def story_at(self, url: str) -> int | None:
        """The story at an address; None where there is none."""
        return self._places.get(url.removeprefix(self.base))

    def work(self) -> None:
        """Publish the next story, or edit one of the latest."""
        with self._lock:
            if self._waiting and self._rng.random() < 0.4:
                self._publish(self._waiting.pop())
            else:
                self._edit(self._rng.choice(self.stories[:_LATEST]))

    def _publish(self, story: Story) -> None:
        self.add(story)
        self._places[self.family.article_path(story)] = story.id
        self.states[story.id] = [self.state(story)]

    def _edit(self, story: Story) -> None:
        self._edits += 1
        said = f"Tòa soạn đã bổ sung thông tin vào bản tin này lần thứ {self._edits}."
        edited = replace(story, paragraphs=(*self._written[story.id], said))
        self.replace(edited)
        self.states[story.id].append(self.state(edited))

    def respond(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Answer:
        """As any portal, and note which state of which story went out."""
        with self._lock:
            answer = super().respond(method, target, headers, body)
            story = self._places.get(target)
            if story is not None and answer.status == 200:
                self.served.append(Served(monotonic(), story, len(self.states[story]) - 1))
            return answer

    @contextmanager
    def at_work(self, pause: float) -> Iterator[None]:
        """Have the desk work on, `pause` seconds on the average between two changes."""
        over = threading.Event()

        def desk() -> None:
            while not over.wait(self._rng.uniform(0.5, 1.5) * pause):
                self.work()

        thread = threading.Thread(target=desk, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


@contextmanager
def living(family: str, name: str, *, first: int, seed: int) -> Iterator[Living]:
    """A portal of `first` stories, served on 127.0.0.1; its desk does not work yet."""
    portal = Living(family=family, name=name, first=first, seed=seed)
    with serve(portal) as base:
        portal.begin(base)
        yield portal
