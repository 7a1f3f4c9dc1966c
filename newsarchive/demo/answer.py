"""What passes between a demo portal and its server: answers, and the log of what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP answer.

    headers: as sent, but Content-Length, Date and Connection, which the server adds where they are
    missing. For faults: delay is the seconds to wait before answering; cut is how many bytes of
    the body are sent (of the length announced) before the connection is dropped, -1 for dropping
    it without a word.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay: float = 0.0
    cut: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it came in. headers: names in lower case. at: time.monotonic() seconds.

    body: of a form or call that was sent.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    at: float
    body: bytes = b""

    @property
    def user_agent(self) -> str:
        """The User-Agent header, '' where there was none."""
        return self.headers.get("user-agent", "")


def page(html: str, status: int = 200) -> Answer:
    """An HTML page in UTF-8."""
    return Answer(status=status, headers={"Content-Type": HTML}, body=html.encode())


def moved(to: str, status: int = 301) -> Answer:
    """A redirect."""
    return Answer(status=status, headers={"Location": to, "Content-Type": HTML})
