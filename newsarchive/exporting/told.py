"""What a release says of itself: its name, who made it, what was chosen, and when."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from newsarchive import __version__

_NAMED = re.compile(r"(.*\S)\s*<(https?://[^<>\s]+)>")
ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Creator:
    """Who made a release. url: an ORCID, ROR or home page, None if none is told."""

    name: str
    url: str | None = None

    @classmethod
    def read(cls, text: str) -> Creator:
        """Read 'Name' or 'Name <https://orcid.org/...>'. Raises ValueError for no name."""
        text = " ".join(text.split())
        match = _NAMED.fullmatch(text)
        name, url = (match[1], match[2]) if match else (text, None)
        if not name or "<" in name:
            raise ValueError(f"{text!r} is no name; write it as 'Name' or 'Name <https://...>'")
        return cls(name, url)

    @property
    def is_person(self) -> bool:
        """Whether the address says that it is a person."""
        return self.url is not None and "//orcid.org/" in self.url


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """title: None for one made of the choice. day: of the release (UTC, YYYY-MM-DD). choice: the
    filters in force, by name. words: what was searched for; None where all articles were meant.
    gone: whether articles that were taken down are in it. masked: whether names are.
    """

    day: str
    title: str | None = None
    creators: tuple[Creator, ...] = ()
    choice: dict[str, Any] = field(default_factory=dict)
    words: str | None = None
    gone: bool = False
    masked: bool = False
    software: str = __version__

    @property
    def makers(self) -> tuple[Creator, ...]:
        """The creators, or one that says that none is named."""
        return self.creators or (Creator(ANONYMOUS),)

    @property
    def shown_words(self) -> str | None:
        """The words, but where names are masked: one may have been searched for."""
        return None if self.masked else self.words

    @property
    def name(self) -> str:
        """The title as told, or one that says what was chosen."""
        if self.title:
            return self.title
        parts = [value if name == "site" else f"{name} {value}" for name, value in self.filters()]
        return f"Vietnamese police news: {', '.join(parts) or 'all articles'}"

    def filters(self) -> list[tuple[str, str]]:
        """The filters and words that may be told, by name."""
        words = [("words", self.shown_words)] if self.shown_words is not None else []
        return [*((name, value) for name, value in self.choice.items() if value), *words]
