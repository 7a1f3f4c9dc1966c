"""What the failures of one crawl say of the site as a whole."""

from __future__ import annotations

from collections import Counter

from newsarchive.crawl.trouble import KINDS
from newsarchive.crawl.values import Counts

FEW = 5  # so many articles must have been asked before most of them can be lost


class Verdict:
    """Gathers what went wrong; `settle` says what it comes to."""

    def __init__(self) -> None:
        self._lists: list[tuple[str, str]] = []
        self._articles: Counter[str] = Counter()
        self._first: dict[str, str] = {}
        self._site: list[tuple[str, str]] = []
        self.asked = 0

    def lost_list(self, kind: str, line: str) -> None:
        """A page of a list could not be had, or not be read."""
        self._lists.append((kind, line))

    def lost_article(self, kind: str, line: str) -> None:
        """An article could not be had, or is none; the line does not name it: it may be withheld
        one day."""
        self._articles[kind] += 1
        self._first.setdefault(kind, line)

    def blame(self, kind: str, line: str) -> None:
        """Something is wrong with the whole site: one of KINDS."""
        self._site.append((kind, line))

    @property
    def lists_lost(self) -> bool:
        """Whether any page of a list was lost."""
        return bool(self._lists)

    def settle(self, counts: Counts) -> None:
        """Write to the counts what is wrong with the site, if anything is, and in what words."""
        found = [*self._site, *self._of_lists(counts.lists), *self._of_articles()]
        if found:
            counts.trouble, counts.why = min(found, key=lambda one: KINDS.index(one[0]))

    def _of_lists(self, came: int) -> list[tuple[str, str]]:
        lost = len(self._lists)
        if not lost or lost * 2 < lost + came:
            return []
        kind, line = self._lists[0]
        more = f" (and {lost - 1} more of {lost + came} lists)" if lost > 1 else ""
        return [(kind if not came else "lists", line + more)]

    def _of_articles(self) -> list[tuple[str, str]]:
        lost = self._articles.total()
        if self.asked < FEW or lost * 2 <= self.asked:
            return []
        kind, number = self._articles.most_common(1)[0]
        kind = kind if kind == "challenge" and number * 2 > lost else "articles"
        first = next(iter(self._first.values()))
        return [(kind, f"{lost} of {self.asked} articles: {first}")]
