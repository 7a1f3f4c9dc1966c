"""The tree of errors: everything newsarchive raises on purpose, each with what to do about it.

NewsArchiveError
├── NotAnArticle      a page that is no article (also a ValueError)
├── CallError         a wrong call: exit status 2
│   ├── UnknownSite   no such slug in the registry
│   └── Unconfirmed   a guessed host that nobody said yes to
├── SiteError         a wrong site file (also a ValueError)
├── ArchiveError      the database or its WARC files cannot be used
│   └── Busy          another newsarchive does this work at the moment
├── SharedError       the Redis of a shared crawl cannot be used
├── Over              the crawl of a site has just ended, by all its workers
└── FetchError        a page that could not be fetched
"""

from __future__ import annotations


class NewsArchiveError(Exception):
    """Root of all errors raised on purpose; its text is one line fit to be shown to a user."""


class NotAnArticle(NewsArchiveError, ValueError):
    """The content holds no article: a listing, a log-in page, a 404, a PDF, noise.

    `reason` says which, in a few words.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"not an article: {reason}")
        self.reason = reason

    def __reduce__(self) -> tuple[type[NotAnArticle], tuple[str]]:
        # Exceptions cross process borders by their args; ours hold the sentence, not the reason.
        return type(self), (self.reason,)


class CallError(NewsArchiveError):
    """The command was called wrongly; the command line exits with 2."""


class UnknownSite(CallError):
    """No site of this slug; names the nearest ones."""

    def __init__(self, slug: str, nearest: list[str]) -> None:
        hint = f"; did you mean {', '.join(nearest)}?" if nearest else ""
        super().__init__(
            f"unknown site {slug!r}{hint} (`newsarchive sites` lists them, --url takes any portal)"
        )
        self.slug = slug
        self.nearest = nearest

    def __reduce__(self) -> tuple[type[UnknownSite], tuple[str, list[str]]]:
        return type(self), (self.slug, self.nearest)


class Unconfirmed(CallError):
    """The site's host is only guessed and nobody said yes to asking it."""


class SiteError(NewsArchiveError, ValueError):
    """A site file is wrong: says what and where."""


class ArchiveError(NewsArchiveError):
    """The archive cannot be used: no database, locked, newer version, not writable, full disk."""


class Busy(ArchiveError):
    """Another newsarchive does this work at the moment."""


class SharedError(NewsArchiveError):
    """The Redis that the workers of a crawl share cannot be used; names it without its password."""


class Over(NewsArchiveError):
    """The crawl of a site by several workers has just ended; says when a new one may begin."""


class FetchError(NewsArchiveError):
    """A page could not be fetched: says which and why."""
