"""Migration 004: figures by month, and which articles tell the same story. Imports nothing.

Both follow from `articles`. `volumes` is kept in step by triggers, whoever writes. What tells the
same story is worked out by `reprints` before each commit; `reprints_due`, which triggers fill,
names the articles whose turn it is.
"""

from __future__ import annotations

_MONTH = "coalesce(substr({row}.published_day, 1, 7), '')"
_COUNTED = (
    "SELECT {row}.site, MONTH_, 1, {row}.version > 1, {row}.gone IS NOT NULL, "
    "{row}.published_day, {row}.published_day"
).replace("MONTH_", _MONTH)
_MORE = f"""
    INSERT INTO volumes(site, month, articles, edited, gone, first_day, last_day)
    {_COUNTED.format(row="new")} WHERE new.withheld IS NULL
    ON CONFLICT(site, month) DO UPDATE SET articles = articles + 1,
        edited = edited + excluded.edited, gone = gone + excluded.gone,
        first_day = min(first_day, excluded.first_day),
        last_day = max(last_day, excluded.last_day);
"""
# Looked for only where the day that goes was an end of its month; the index has it at once.
_END = """
    CASE WHEN {0}_day = old.published_day THEN (
        SELECT {1}(a.published_day) FROM articles AS a WHERE a.site = old.site
        AND a.published_day BETWEEN substr(old.published_day, 1, 7) || '-01'
            AND substr(old.published_day, 1, 7) || '-31'
        AND a.withheld IS NULL
    ) ELSE {0}_day END
"""
_OLD = f"old.withheld IS NULL AND site = old.site AND month = {_MONTH.format(row='old')}"
_LESS = f"""
    UPDATE volumes SET articles = articles - 1, edited = edited - (old.version > 1),
        gone = gone - (old.gone IS NOT NULL),
        first_day = {_END.format("first", "min")}, last_day = {_END.format("last", "max")}
    WHERE {_OLD};
    DELETE FROM volumes WHERE articles <= 0 AND {_OLD};
"""  # noqa: S608  names of ours
# What the rows of `volumes` must be.
FIGURES = f"""
    SELECT site, {_MONTH.format(row="articles")} AS month, count(*), sum(version > 1),
        count(gone), min(published_day), max(published_day)
    FROM articles WHERE withheld IS NULL GROUP BY 1, 2
"""  # noqa: S608  names of ours
_DUE = "INSERT INTO reprints_due(article) VALUES ({0}.id) ON CONFLICT DO UPDATE SET old = 0;"
# What of an article makes it tell another story, or counts in the story's row.
_TELLS = ("lead", "body", "site", "published_day", "withheld")

DERIVED = (
    # month: '2022-08'; '' for articles of which no day is known. articles: gone ones too.
    """
    CREATE TABLE volumes (
        site TEXT NOT NULL REFERENCES sites(slug),
        month TEXT NOT NULL,
        articles INTEGER NOT NULL,
        edited INTEGER NOT NULL,
        gone INTEGER NOT NULL,
        first_day TEXT,
        last_day TEXT,
        PRIMARY KEY (site, month)
    ) WITHOUT ROWID
    """,
    f"INSERT INTO volumes {FIGURES}",
    f"CREATE TRIGGER volumes_insert AFTER INSERT ON articles BEGIN {_MORE} END",
    f"CREATE TRIGGER volumes_delete AFTER DELETE ON articles BEGIN {_LESS} END",
    f"""
    CREATE TRIGGER volumes_update AFTER UPDATE OF site, published_day, version, gone, withheld
    ON articles WHEN old.site <> new.site OR old.published_day IS NOT new.published_day
        OR (old.version > 1) <> (new.version > 1)
        OR (old.gone IS NULL) <> (new.gone IS NULL)
        OR (old.withheld IS NULL) <> (new.withheld IS NULL)
    BEGIN {_LESS} {_MORE} END
    """,
    # What a text is compared by: 64 bytes of a MinHash (see likeness.py). `bands` leads from four
    # of them to the articles that have the same; no more than a guess.
    """
    CREATE TABLE signatures (
        article INTEGER PRIMARY KEY,
        signature BLOB NOT NULL
    )
    """,
    """
    CREATE TABLE bands (
        band INTEGER NOT NULL,
        article INTEGER NOT NULL,
        PRIMARY KEY (band, article)
    ) WITHOUT ROWID
    """,
    # The signature of a fixed text: another library or another way to cut texts gives another.
    """
    CREATE TABLE signature_probe (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        probe BLOB NOT NULL
    )
    """,
    # Two articles that tell the same story, once each way. similarity: of their texts, from 0 to 1.
    """
    CREATE TABLE likenesses (
        article INTEGER NOT NULL,
        other INTEGER NOT NULL,
        similarity REAL NOT NULL,
        PRIMARY KEY (article, other)
    ) WITHOUT ROWID
    """,
    # A story is told by all articles that likenesses lead to. day: its first one's.
    """
    CREATE TABLE stories (
        id INTEGER PRIMARY KEY,
        articles INTEGER NOT NULL,
        sites INTEGER NOT NULL,
        day TEXT
    )
    """,
    "CREATE INDEX stories_sites ON stories(sites, articles, day)",
    # similarity: with the article of the story that is most like it.
    """
    CREATE TABLE reprints (
        article INTEGER PRIMARY KEY,
        story INTEGER NOT NULL,
        similarity REAL NOT NULL
    )
    """,
    "CREATE INDEX reprints_story ON reprints(story)",
    # old: due since before this was possible; `newsarchive reprints` comes to it.
    """
    CREATE TABLE reprints_due (
        article INTEGER PRIMARY KEY,
        old INTEGER NOT NULL DEFAULT 0
    )
    """,
    "CREATE INDEX reprints_due_now ON reprints_due(article) WHERE old = 0",
    "INSERT INTO reprints_due(article, old) SELECT id, 1 FROM articles",
    f"CREATE TRIGGER reprints_insert AFTER INSERT ON articles BEGIN {_DUE.format('new')} END",
    f"CREATE TRIGGER reprints_delete AFTER DELETE ON articles BEGIN {_DUE.format('old')} END",
    f"""
    CREATE TRIGGER reprints_update AFTER UPDATE OF {", ".join(_TELLS)} ON articles
    WHEN {" OR ".join(f"old.{name} IS NOT new.{name}" for name in _TELLS)}
    BEGIN {_DUE.format("new")} END
    """,
)
