"""What portals that go on working ever showed, and whether an archive has all of it and no more."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newsarchive.query import open_readonly
from stress.living import Living, State

_VERSIONS = """
    SELECT a.url, v.title, coalesce(v.lead, ''), v.body
    FROM versions AS v JOIN articles AS a ON a.id = v.article
"""
_ARTICLES = "SELECT url, title, coalesce(lead, ''), body FROM articles"


@dataclass(frozen=True, slots=True)
class Whole:
    """A crawl that ended by itself: of which portal, and when (time.monotonic())."""

    portal: Living
    began: float
    ended: float


@dataclass(slots=True)
class Verdict:
    """Counts of articles; a line for each that is lost or wrong."""

    true: int = 0
    lost: int = 0
    wrong: int = 0
    lines: list[str] = field(default_factory=list)


class Truth:
    """What these portals ever said."""

    def __init__(self, portals: Iterable[Living]) -> None:
        self.portals = list(portals)

    def states(self, url: str) -> list[State]:
        """All that the page of this address ever said, in order; nothing for one of no story."""
        for portal in self.portals:
            if url.startswith(f"{portal.base}/"):
                story = portal.story_at(url)
                return [] if story is None else list(portal.states[story])
        return []

    def is_true(self, url: str, state: State) -> bool:
        """Whether the page of this address ever said that."""
        return state in self.states(url)

    def untrue(self, conn: sqlite3.Connection) -> list[str]:
        """Addresses of articles, and of versions, that no page ever showed so."""
        return [
            url
            for sql in (_ARTICLES, _VERSIONS)
            for url, *state in conn.execute(sql)
            if not self.is_true(url, _state(state))
        ]

    def verdict(self, db: Path, withheld: Iterable[str], whole: Iterable[Whole]) -> Verdict:
        """Judge an archive that was brought up to date. whole: crawls that nobody killed: what
        they were shown must be there, edited since or not."""
        found = Verdict()
        with closing(open_readonly(db)) as conn:
            articles = {url: _state(state) for url, *state in conn.execute(_ARTICLES)}
            versions: dict[str, set[State]] = {}
            for url, *state in conn.execute(_VERSIONS):
                versions.setdefault(url, set()).add(_state(state))
        hidden = set(withheld)
        shown = self._shown(whole)
        for portal in self.portals:
            for story, states in portal.states.items():
                url = portal.url(story)
                missed = [n for n in shown.get(url, ()) if states[n] not in versions.get(url, ())]
                if url not in articles:
                    found.lost += 1
                    found.lines.append(f"lost: {url}")
                elif url in hidden:
                    found.true += 1  # it may be as it was when it was withheld
                elif articles[url] != states[-1]:
                    found.wrong += 1
                    found.lines.append(f"wrong: {url} is not as it stands there")
                elif missed:
                    found.lost += 1
                    found.lines.append(f"lost: {url} in its states {missed}")
                else:
                    found.true += 1
        with closing(open_readonly(db)) as conn:
            untrue = self.untrue(conn)
        found.wrong += len(untrue)
        found.lines += [f"wrong: {url} never said that" for url in untrue]
        return found

    def _shown(self, whole: Iterable[Whole]) -> dict[str, set[int]]:
        """States of each address that went out to crawls that nobody killed."""
        found: dict[str, set[int]] = {}
        for crawl in whole:
            for served in crawl.portal.served:
                if crawl.began <= served.at <= crawl.ended:
                    found.setdefault(crawl.portal.url(served.story), set()).add(served.state)
        return found


def _state(values: Iterable[Any]) -> State:
    title, lead, body = values
    return title, lead, body
