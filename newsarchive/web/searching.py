"""Datasette's own search box (`?_search=`) finds what ours finds, and no syntax is an error in it.

Its statements ask `articles_fts match escape_fts(:search)`. That function is ours: it reads the
words as `newsarchive.words` does. Where they have accents, the statement asks the index that has
them too.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from typing import Any

from newsarchive.words import parse_words

_ASKED = re.compile(
    r"from articles_fts where (?P<what>\w+|\[\w+\]) match escape_fts\(:(?P<name>search(?:_\d+)?)\)"
)
# How Datasette searches one column. A view has no rowid.
_BY_ROWID = "rowid in (select rowid from articles_fts "
_BY_ID = "id in (select rowid from articles_fts "


def prepare(conn: sqlite3.Connection) -> None:
    """Make the function escape_fts read words as we do, on this connection."""
    conn.create_function("escape_fts", 1, expression, deterministic=True)


def expression(text: str | None) -> str:
    """The words as an FTS5 expression; of no words, one that finds nothing."""
    words = parse_words(str(text or ""))
    return words.expression() if words else '""'


def statement(sql: str, params: Any) -> str:
    """A statement of Datasette's that asks the index with accents for words that have some."""

    def exact(match: re.Match[str]) -> str:
        given = params.get(match["name"]) if isinstance(params, Mapping) else None
        if not parse_words(str(given or "")).exact:
            return match[0]
        what = match["what"].replace("articles_fts", "articles_exact")
        return f"from articles_exact where {what} match escape_fts(:{match['name']})"

    return _ASKED.sub(exact, sql.replace(_BY_ROWID, _BY_ID))
