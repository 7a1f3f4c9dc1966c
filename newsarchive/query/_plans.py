"""How the articles of a choice are found: from the words' side or from that of the articles.

A full-text index knows which articles hold a word, in the order of their rowids. Of a rare word all
are looked up and sorted by publication. Of a frequent one that would be most of the archive; so the
articles are walked from the newest back, in a narrow index, and the index of words is asked about
some hundred of them at a time, until a page is full.

How frequent words are is asked of the index itself: whether it reaches a certain number of matches,
and how far it went for them. FTS5's vocabulary tables would read a word's list to its end for that.
"""

from __future__ import annotations

import heapq
import json
import sqlite3
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, Literal

from newsarchive.query import _counting, _sampling
from newsarchive.query import _statements as st
from newsarchive.query._filters import Choice
from newsarchive.query._statements import Asked, Statements, questions
from newsarchive.words import Words

Plan = Literal["words", "articles"]
# To count what holds words and passes filters: look up every match, look for it among what the
# filters leave, look for matches only where they leave something, or walk what they leave.
Way = Literal["join", "among", "along", "walk"]
Place = tuple[str | None, int]  # when published, id
Year = tuple[str | None, int]  # and how many

RARE = 5_000  # of words in no more articles than that, all are looked up
EXACT = 35_000  # microseconds that an exact count by year may be expected to take
_FIRST, _MOST = 64, 16_384  # articles asked about at once: at first, and then twice as many
_PATIENCE = 20_000  # so many walked past in vain, the other side may be the shorter one
_PROBE = 150  # what it costs to begin reading a word's list somewhere, in entries of it
_SAMPLES = 120  # articles that the share of what filters leave is estimated from
_FEW = (
    20_000  # articles that filters leave are counted up to here; behind it, their share estimated
)
# Microseconds, measured: of a match looked up, of a match and an article compared, of one walked;
# of an article and a match near it listed.
_LOOKED_UP, _COMPARED, _LEFT, _WALKED = 1.0, 0.3, 0.8, 2.0
_LISTED, _NEAR = 0.9, 0.4


class Finder:
    """Finds the articles of a choice that hold the words, None for all.

    plan: which side is taken; None for the one that seems the shorter.
    """

    def __init__(
        self, conn: sqlite3.Connection, words: Words | None, choice: Choice, plan: Plan | None
    ) -> None:
        self._conn = conn
        self._choice = choice
        self._asked = questions(conn, words, choice.byline)
        # Of a beginning with too many words FTS5 joins all their lists whenever it is asked.
        joined = any(asked.joins for asked in self._asked)
        self._plan: Plan | None = plan or ("words" if joined else None)
        self._nothing = words is not None and not words
        self._write = Statements(conn, choice, self._asked)
        # Only what the full-text table says decides: what is withheld is in none.
        self._plain = not choice.narrow and len(self._asked) == 1
        self._between = 1  # of so many articles one holds the words, as far as is known

    def newest(self, limit: int, offset: int) -> list[int]:
        """Ids by publication, the newest first, undated ones last."""
        if self._nothing:
            return []
        if not self._asked:
            return [id for _published, id in islice(self._walk(), offset, offset + limit)]
        if self._plan == "words":
            return self._ids(st.SORTED, limit, offset)
        if self._plan is None and (few := self._few()) is not None:
            return self._ids(st.SORTED_GIVEN, limit, offset, ids=few)
        found: list[int] = []
        walked = 0
        for chunk in self._chunks(offset + limit):
            holding = self._holding([id for _published, id in chunk])
            found += [id for _published, id in chunk if id in holding]
            walked += len(chunk)
            if len(found) >= offset + limit:
                break
            if walked > _PATIENCE and self._plan is None and not self._frequent(4 * walked):
                return self._ids(st.SORTED, limit, offset)
        return found[offset : offset + limit]

    def ranked(self, limit: int, offset: int, among: int | None = None) -> list[int]:
        """Ids by how well the words fit, the best first; of equals the one that came last.

        among: without filters only about so many of those that hold the words are looked at, the
        latest to come.
        """
        if self._nothing:
            return []
        if not self._asked:
            return self.newest(limit, offset)
        if not self._plain:
            return self._ids(st.RANKED, limit, offset)
        above = 0 if among is None or self._few() is not None else self._above(among)
        return self._ids(st.RANKED_ALL, limit, offset, above=above)

    def counted(self, most: int) -> int:
        """How many there are, at most `most` + 1."""
        if self._nothing:
            return 0
        if not self._asked:
            return self._articles(most)
        if self._plain:
            return self._number(st.COUNTED_ALL, limit=most + 1)
        if self._plan is None and (few := self._few()) is not None:
            return self._number(st.COUNTED_GIVEN, limit=most + 1, ids=few)
        way, costs = self._way(most)
        if way == "along":
            found = self._counted_along(most, costs)
            if found is not None:
                return found
            way = "among"
        if way == "join":
            return self._number(st.COUNTED, limit=most + 1)
        if way == "among":
            far = most * self._between / self._share
            return _counting.among(self._conn, self._write, self._walked(), most=most, far=int(far))
        return self._counted_walking(most)

    def _counted_along(self, most: int, costs: dict[Way, float]) -> int | None:
        """None where what the filters leave lies too far apart for that way."""
        reach = int((costs["among"] - costs["along"]) / _NEAR * self._between)
        return _counting.along(
            self._conn, self._write, self._walked(), most=most, gap=self._gap, reach=reach
        )

    def _counted_walking(self, most: int) -> int:
        found = 0
        for chunk in self._chunks(most + 1):
            found += len(self._holding([id for _published, id in chunk]))
            if found > most:
                return most + 1
        return found

    def count(self) -> int:
        """How many there are, all of them counted."""
        return 0 if self._nothing else self._number(st.COUNT, every=True)

    def rows(self) -> Iterator[sqlite3.Row]:
        """The whole rows, by id."""
        if self._nothing:
            return iter(())
        cursor = self._conn.cursor()
        cursor.row_factory = sqlite3.Row
        return iter(cursor.execute(self._write.sql(st.ROWS, every=True), self._write.values()))

    def places(self) -> Iterator[tuple[int, str, str | None]]:
        """Id, site and publication of each, in no order."""
        if self._nothing:
            return iter(())
        return self._conn.execute(self._write.sql(st.PLACES, every=True), self._write.values())

    def years(self) -> tuple[list[Year], bool]:
        """How many of each year, the newest first, undated last; whether they are exact."""
        found: list[Year] = []
        exact = True
        if self._nothing:
            pass
        elif not self._asked:
            found = self._years(self._write.years_of_sites() or st.YEARS_OF_ARTICLES)
        elif self._plan is None and (few := self._few()) is not None:
            found = self._years(st.YEARS_GIVEN, ids=few)
        else:
            way, costs = self._way(None)
            if self._plan is None and costs[way] > EXACT:
                found, exact = self._years_sampled()
            elif way == "walk":
                found = self._years_walked()
            else:
                found = self._years(st.YEARS if way == "join" else st.YEARS_AMONG)
        return sorted(found, key=lambda year: year[0] or "", reverse=True), exact

    # From the words' side

    def _few(self) -> str | None:
        """Those that hold the words, whatever the filters say, as JSON; None if not rare."""
        after = self._behind(RARE)
        if after is not None:
            self._between = max(1, after // RARE)
            return None
        sql = self._write.sql(st.HOLDING)
        return str(self._conn.execute(sql, self._write.values()).fetchone()[0])

    def _above(self, among: int) -> int:
        """The id above which about so many hold the words, if they lie evenly."""
        return max(0, self._highest() - among * self._between)

    def _ids(self, template: str, limit: int, offset: int, **more: Any) -> list[int]:
        # SQLite's integers end there; no archive has so many.
        values = self._write.values(limit=min(limit, 2**62), at=min(offset, 2**62), **more)
        return [id for (id,) in self._conn.execute(self._write.sql(template), values)]

    def _number(self, template: str, *, every: bool = False, **more: Any) -> int:
        sql = self._write.sql(template, self._walked(), every=every)
        return int(self._conn.execute(sql, self._write.values(**more)).fetchone()[0])

    def _years(self, template: str, **more: Any) -> list[Year]:
        sql = self._write.sql(template, self._walked())
        return list(self._conn.execute(sql, self._write.values(**more)))

    # Which side

    def _frequent(self, than: int) -> bool:
        """Whether more articles than that hold the words, whatever the filters say."""
        return self._behind(than) is not None

    def _behind(self, number: int) -> int | None:
        """The id of what holds the words behind so many others; None if there are no more."""
        sql = self._write.sql(st.REACHED)
        found = self._conn.execute(sql, self._write.values(at=number)).fetchone()
        return None if found is None else int(found[0])

    def _articles(self, most: int) -> int:
        """How many articles the filters alone leave, at most `most` + 1."""
        return self._number(st.COUNTED_ARTICLES, limit=most + 1)

    def _way(self, most: int | None) -> tuple[Way, dict[Way, float]]:
        """The way that seems the quickest to count up to `most`, and the microseconds of each.

        None: to count them by year; that is not done along what the filters leave.
        """
        if self._plan is not None:
            way: Way = "among" if self._plan == "words" else "walk"
            return way, {way: 0.0}
        held = self._highest()
        left = self._articles(_FEW)
        share = left / held if left <= _FEW else self._share
        matches = held / self._between
        seen = matches if most is None else min(matches, most / max(share, 1 / held))
        costs: dict[Way, float] = {
            "join": _LOOKED_UP * seen,
            "among": _LEFT * share * held + _COMPARED * seen,
        }
        if most is None:
            costs["among"] += _LOOKED_UP * share * matches
        elif self._choice.close:
            costs["along"] = share * (_LISTED * held + _NEAR * matches)
        if left <= _FEW:
            costs["walk"] = (_WALKED if self._choice.close else _PROBE) * left
        return min(costs, key=lambda way: costs[way]), costs

    @cached_property
    def _share(self) -> float:
        """Which part of all articles the filters leave, from some that lie evenly over them."""
        held = self._highest()
        ids = json.dumps([1 + at * held // _SAMPLES for at in range(_SAMPLES)])
        return max(1, self._number(st.COUNTED_GIVEN, ids=ids, limit=_SAMPLES)) / _SAMPLES

    @property
    def _gap(self) -> int:
        """Articles nearer than that are asked about together."""
        return min(1_000, _PROBE * self._between)

    def _highest(self) -> int:
        return int(self._conn.execute("SELECT max(id) FROM articles").fetchone()[0] or 1)

    # From the articles' side

    def _walked(self) -> str:
        """The narrow index in which what the filters leave lies closest together."""
        if self._choice.sites is not None:
            return "articles_site_newest"
        if self._choice.sections is not None:
            return "articles_section_newest"
        return "articles_changed_newest" if self._choice.changed else "articles_newest"

    def _walk(self) -> Iterator[Place]:
        """What the filters leave, the newest first."""
        sql = self._write.sql(st.WALK, self._walked())
        by, names = "site", self._choice.sites
        if names is None:
            by, names = "section", self._choice.sections
        if names is None or len(names) == 1:
            yield from self._conn.execute(sql, self._write.values())
            return
        # Together, SQLite would sort them all before it gives the first.
        sql = sql.replace("WHERE", f"WHERE a.{by} = :only AND")
        walks = [self._conn.execute(sql, self._write.values(only=name)) for name in names]
        yield from heapq.merge(*walks, key=_newness, reverse=True)

    def _chunks(self, wanted: int) -> Iterator[list[Place]]:
        """The walk in pieces, the first about as long as will hold `wanted` matches."""
        size = min(_MOST, max(_FIRST, int(1.2 * wanted * self._between)))
        walk = self._walk()
        while chunk := list(islice(walk, size)):
            yield chunk
            size = min(_MOST, 2 * size)

    def _holding(self, ids: Sequence[int]) -> set[int]:
        """Those of the articles that hold the words."""
        left = set(ids)
        for asked in self._asked:
            if left:
                left &= self._among(asked, sorted(left))
        return left

    def _among(self, asked: Asked, ids: Sequence[int]) -> set[int]:
        """The articles that a table says hold the words: of these sorted ones and some between."""
        return _counting.between(self._conn, asked, _counting.runs(ids, self._gap))

    def _years_walked(self) -> list[Year]:
        found: dict[str | None, int] = {}
        for chunk in self._chunks(_MOST):
            holding = self._holding([id for _published, id in chunk])
            for published, id in chunk:
                if id in holding:
                    year = published[:4] if published else None
                    found[year] = found.get(year, 0) + 1
        return list(found.items())

    def _years_sampled(self) -> tuple[list[Year], bool]:
        found = _sampling.years(
            self._conn, self._write, self._choice,
            highest=self._highest(), between=self._between, gap=self._gap,
            share=self._share if self._choice.narrow else 1.0,
        )  # fmt: skip
        if found is None:
            return self._years(st.YEARS), True
        return list(found.items()), False


def _newness(place: Place) -> tuple[str, int]:
    return place[0] or "", place[1]
