"""The named migrations, applied in order by sqlite-utils; the only way the tables change."""

from __future__ import annotations

from newsarchive.archive import _indexes
from newsarchive.archive._changes import HEALTH, HISTORY
from newsarchive.archive._derived import DERIVED
from newsarchive.archive._places import PLACES
from newsarchive.archive._rows import content_of_version
from newsarchive.archive._search import SEARCH
from newsarchive.archive._sqlite_utils import Database, Migrations
from newsarchive.archive.schema import FULL_TEXT, MIGRATION_NAMES, MIGRATION_SET, TABLES

# Of version 1 only first and last sight were known: both are looks at what it says.
_SEEN_VERSIONS = """
    SELECT article, version, seen, capture, title, lead, body, byline, source, section, published,
        images
    FROM versions WHERE capture IS NOT NULL
"""


def _first(db: Database) -> None:
    for statement in (*TABLES, *FULL_TEXT):
        db.execute(statement)


def _history(db: Database) -> None:
    for statement in HISTORY:
        db.execute(statement)
    for article, _version, seen, capture, *content in db.conn.execute(_SEEN_VERSIONS):
        db.conn.execute(
            "INSERT INTO observations(article, seen, capture, content) VALUES (?, ?, ?, ?)",
            (article, seen, capture, content_of_version(content)),
        )
    db.execute(
        "INSERT INTO checks(article, due) SELECT id, last_seen FROM articles WHERE gone IS NULL"
    )
    _indexes.rebuild_exact(db.conn)


def _health(db: Database) -> None:
    for statement in HEALTH:
        db.execute(statement)


def _derived(db: Database) -> None:
    for statement in DERIVED:
        db.execute(statement)


def _search(db: Database) -> None:
    for statement in SEARCH:
        db.execute(statement)


def _places(db: Database) -> None:
    for statement in PLACES:
        db.execute(statement)


def apply(db: Database) -> None:
    """Bring `db` to today's schema. Does nothing if it is there already."""
    migrations = Migrations(MIGRATION_SET)
    steps = (_first, _history, _health, _derived, _search, _places)
    for name, step in zip(MIGRATION_NAMES, steps, strict=True):
        migrations(name=name)(step)
    migrations.apply(db)
