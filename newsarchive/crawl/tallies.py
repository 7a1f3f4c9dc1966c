"""What a crawl counts of new articles: how fresh they are, which fields they have, and whether
they bear the titles under which a list named them."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from datetime import timedelta

from newsarchive.clock import day_in_vietnam, instant
from newsarchive.crawl.section import Link, Section
from newsarchive.crawl.values import Counts
from newsarchive.model import Article, Listing
from newsarchive.text import unaccent

DAYS = 2  # before the crawl before this one: what was published since is fresh
_CUT = ("...", "…")
_WORD = re.compile(r"[^\W_]+")


class Tallies:
    """Counts the new articles of one crawl. since: when the crawl before it began."""

    def __init__(self, counts: Counts, since: str) -> None:
        self._counts = counts
        self._first = day_in_vietnam(instant(since) - timedelta(days=DAYS))
        self._titles: dict[str, str] = {}
        # Fresh articles that came before any list named them, as those do that are asked again.
        self._unnamed: dict[str, str] = {}

    def named(self, links: list[Link], known: AbstractSet[str], listing: Listing) -> None:
        """A list named articles: compare the titles of those that came before it, and remember
        those of new ones. known: names of articles that were archived when it was read."""
        titles = dict(zip(listing.articles, listing.titles, strict=False))
        for name, url in links:
            if not (title := titles.get(url)):
                continue
            if name in self._unnamed:
                self._compare(title, self._unnamed.pop(name))
            elif name not in known:
                self._titles.setdefault(name, title)

    def forget(self, name: str) -> None:
        """An article was asked for, and is not new."""
        self._titles.pop(name, None)

    def stored(self, name: str, article: Article, section: Section | None) -> None:
        """A new article was stored. name: the key under which it was asked for.

        One without a date counts as fresh where all that is older was known.
        """
        title = self._titles.pop(name, "")
        day = article.published[:10] if article.published else None
        known = section is not None and section.complete
        if not (day >= self._first if day is not None else known):
            return
        self._counts.fresh += 1
        fields = self._counts.fields
        for field, there in (
            ("articles", True),
            ("published", day is not None),
            ("lead", bool(article.lead)),
            ("byline", bool(article.byline)),
            ("section", bool(article.section)),
            ("image", bool(article.images)),
            ("caption", any(image.caption for image in article.images)),
            ("compared", False),
            ("agreed", False),
        ):
            fields[field] = fields.get(field, 0) + there
        length = sum(map(len, article.paragraphs))
        fields["characters"] = fields.get("characters", 0) + length
        if title:
            self._compare(title, article.title)
        else:
            self._unnamed[name] = article.title

    def _compare(self, named: str, title: str) -> None:
        fields = self._counts.fields
        fields["compared"] = fields.get("compared", 0) + 1
        fields["agreed"] = fields.get("agreed", 0) + agree(named, title)


def agree(named: str, title: str) -> bool:
    """Whether a list names an article by its title: accents, signs, and a cut end aside."""
    one, other = (
        " ".join(_WORD.findall(unaccent(text).lower())) for text in (named.rstrip(".… "), title)
    )
    if not one or not other:
        return False
    cut = named.rstrip().endswith(_CUT)
    return one == other or (cut and other.startswith(one)) or f" {other} " in f" {one} "
