"""newsarchive: scraper and archiver of Vietnamese provincial police news."""

from __future__ import annotations

import typing as _typing

from newsarchive.errors import NewsArchiveError, NotAnArticle

if _typing.TYPE_CHECKING:
    import os
    from datetime import datetime

    from newsarchive.model import Article, Image
    from newsarchive.reading_room import ReadingRoom

__version__ = "0.1.0"
__all__ = [
    "Article", "Image", "NewsArchiveError", "NotAnArticle", "ReadingRoom", "open", "parse",
]  # fmt: skip


def parse(
    content: bytes | str,
    url: str | None = None,
    *,
    content_type: str | None = None,
    fetched: datetime | None = None,
) -> Article:
    """Read one page, or the text dump of one, into an Article.

    content: the page's bytes as served, or its text. url: its address, which makes links absolute
    and names the site. content_type: the HTTP header's value; its charset is a witness. fetched:
    when the page was fetched (aware); without it relative dates ('2 giờ trước') are null.
    Raises NotAnArticle with the reason where the page is no article.
    """
    from newsarchive.reader import parse

    return parse(content, url, content_type=content_type, fetched=fetched)


def open(path: str | os.PathLike[str]) -> ReadingRoom:
    """Open an archive for reading: search, articles one by one or as a DataFrame, versions.

    Close what it returns, or use it in a `with` block. Raises ArchiveError (a NewsArchiveError)
    where there is no archive at `path`, saying why.
    """
    from newsarchive.reading_room import ReadingRoom

    return ReadingRoom(path)


def __getattr__(name: str) -> _typing.Any:
    # The values are loaded when asked for: `import newsarchive` must stay quick.
    if name in {"Article", "Image"}:
        from newsarchive import model

        return getattr(model, name)
    if name == "ReadingRoom":
        from newsarchive import reading_room

        return reading_room.ReadingRoom
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
