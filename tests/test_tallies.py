"""Whether articles bear the titles under which lists named them, whichever came first."""

from __future__ import annotations

import pytest

from newsarchive.crawl.tallies import Tallies
from newsarchive.crawl.values import Counts
from newsarchive.model import Article, Listing

LINK = ("x.vn/tin-1", "https://x.vn/tin-1")
SINCE = "2026-11-20T00:00:00Z"


def listing(title: str) -> Listing:
    return Listing(articles=(LINK[1],), titles=(title,))


@pytest.mark.parametrize("first", ["list", "article"])
@pytest.mark.parametrize(("title", "agrees"), [("Bắt đối tượng trộm", 1), ("Trang chủ", 0)])
def test_a_title_is_compared_whichever_came_first(first: str, title: str, agrees: int) -> None:
    counts = Counts()
    tallies = Tallies(counts, SINCE)
    article = Article(title="Bắt đối tượng trộm", published="2026-11-21")
    if first == "list":
        tallies.named([LINK], set(), listing(title))
    tallies.stored(LINK[0], article, None)
    # By now the archive knows it; and a second list that names it counts no more.
    for _ in range(2):
        tallies.named([LINK], {LINK[0]}, listing(title))
    told = {name: counts.fields.get(name, 0) for name in ("articles", "compared", "agreed")}
    assert told == {"articles": 1, "compared": 1, "agreed": agrees}


def test_an_article_that_was_known_before_is_not_compared() -> None:
    counts = Counts()
    Tallies(counts, SINCE).named([LINK], {LINK[0]}, listing("Bắt đối tượng trộm"))
    assert counts.fields == {}
