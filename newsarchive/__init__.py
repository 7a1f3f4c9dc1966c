"""newsarchive: scraper and archiver of Vietnamese provincial police news."""

from __future__ import annotations

import typing as _typing

from newsarchive.errors import NewsArchiveError, NotAnArticle

if _typing.TYPE_CHECKING:
    from datetime import datetime

    from newsarchive.model import Article, Image

__version__ = "0.1.0"
__all__ = ["Article", "Image", "NewsArchiveError", "NotAnArticle", "parse"]


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


def __getattr__(name: str) -> _typing.Any:
    # The values are loaded when asked for: `import newsarchive` must stay quick.
    if name in {"Article", "Image"}:
        from newsarchive import model

        return getattr(model, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
