"""Migration 006: what the articles of each site have in common, counted. Imports nothing.

A page about a site would have to look at all its articles to name its sections and bylines;
`tallies` holds the counts, and triggers keep them in step whoever writes to articles. What is
withheld is not counted.
"""

from __future__ import annotations

# Of '2022-08-22T10:11:00+07:00' the weekday, counted from Sunday, and the hour: '1 10'.
_HOUR = (
    "CASE WHEN length(ROW_.published) > 10 THEN "
    "strftime('%w', substr(ROW_.published, 1, 10)) || ' ' || substr(ROW_.published, 12, 2) END"
)
_VALUES = (("section", "ROW_.section"), ("byline", "ROW_.byline"), ("hour", _HOUR))
_MORE = """
    INSERT INTO tallies(site, field, value, articles) SELECT ROW_.site, 'FIELD_', VALUE_, 1
    WHERE VALUE_ IS NOT NULL AND ROW_.withheld IS NULL
    ON CONFLICT(site, field, value) DO UPDATE SET articles = articles + 1;
"""
_LESS = """
    UPDATE tallies SET articles = articles - 1
    WHERE ROW_.withheld IS NULL AND site = ROW_.site AND field = 'FIELD_' AND value = VALUE_;
    DELETE FROM tallies
    WHERE articles = 0 AND site = ROW_.site AND field = 'FIELD_' AND value = VALUE_;
"""
_COUNT = """
    SELECT site, 'FIELD_', VALUE_ AS shared, count(*) FROM articles
    WHERE shared IS NOT NULL AND withheld IS NULL GROUP BY site, shared
"""


def _filled(template: str, row: str) -> tuple[str, ...]:
    """A statement for each field that is counted, of the row of articles of this name."""
    return tuple(
        template.replace("FIELD_", field).replace("VALUE_", value).replace("ROW_", row)
        for field, value in _VALUES
    )


# What the rows of `tallies` must be, and the statement that makes them.
COUNTS = " UNION ALL ".join(_filled(_COUNT, "articles"))
ALL = f"INSERT INTO tallies(site, field, value, articles) {COUNTS}"


def _step(template: str, row: str) -> str:
    return "".join(_filled(template, row))


_COUNTED = ("site", "section", "byline", "published", "withheld")
_DIFFER = " OR ".join(f"old.{name} IS NOT new.{name}" for name in _COUNTED)

PLACES = (
    """
    CREATE TABLE tallies (
        site TEXT NOT NULL REFERENCES sites(slug),
        field TEXT NOT NULL CHECK (field IN ('section', 'byline', 'hour')),
        value TEXT NOT NULL,
        articles INTEGER NOT NULL,
        PRIMARY KEY (site, field, value)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX tallies_articles ON tallies(site, field, articles, value)",
    ALL,
    f"CREATE TRIGGER tallies_insert AFTER INSERT ON articles BEGIN {_step(_MORE, 'new')} END",
    f"CREATE TRIGGER tallies_delete AFTER DELETE ON articles BEGIN {_step(_LESS, 'old')} END",
    f"""
    CREATE TRIGGER tallies_update AFTER UPDATE OF {", ".join(_COUNTED)} ON articles
    WHEN {_DIFFER}
    BEGIN {_step(_LESS, "old")} {_step(_MORE, "new")} END
    """,
    # Few rows each: what was edited and what was taken down, of one site or by time.
    "CREATE INDEX articles_edited ON articles(site, published) WHERE version > 1",
    "CREATE INDEX articles_taken ON articles(site, gone) WHERE gone IS NOT NULL",
    "CREATE INDEX versions_edited ON versions(seen) WHERE version > 1",
)
