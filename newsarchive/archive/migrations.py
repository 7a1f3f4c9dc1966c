"""The named migrations, applied in order by sqlite-utils; the only way the tables change."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from newsarchive.archive.schema import FULL_TEXT, MIGRATION_NAMES, MIGRATION_SET, TABLES


def _first(db: Database) -> None:
    for statement in (*TABLES, *FULL_TEXT):
        db.execute(statement)


def apply(db: Database) -> None:
    """Bring `db` to today's schema. Does nothing if it is there already."""
    migrations = Migrations(MIGRATION_SET)
    for name, step in zip(MIGRATION_NAMES, (_first,), strict=True):
        migrations(name=name)(step)
    migrations.apply(db)
