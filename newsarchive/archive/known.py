"""What the archive knows already of a record that is about to be taken in."""

from __future__ import annotations

from typing import NamedTuple

from newsarchive.archive.store import Archive

_OF_RECORD = """
    SELECT c.id, EXISTS (SELECT 1 FROM observations WHERE capture = c.id)
    FROM captures AS c WHERE c.record_id = ?
"""
_SAME = """
    SELECT c.fetched, c.id, EXISTS (SELECT 1 FROM observations WHERE capture = c.id) AS told
    FROM captures AS c WHERE c.url = ? AND c.digest = ? ORDER BY told, c.id DESC
"""
# Of a revisit's revisit the first of them counts: it has the body.
_BEFORE = """
    SELECT c.id, coalesce(r.refers_to, c.record_id), c.url, c.fetched FROM captures AS c
    LEFT JOIN revisits AS r ON r.capture = c.id
    WHERE c.record_id = ?
    UNION ALL
    SELECT c.id, coalesce(r.refers_to, c.record_id), c.url, c.fetched FROM captures AS c
    LEFT JOIN revisits AS r ON r.capture = c.id
    WHERE c.url = ? AND c.fetched = ?
    LIMIT 1
"""
# It may have been erased under another of its addresses.
_ERASED = """
    SELECT 1 FROM withholdings WHERE erased IS NOT NULL AND (key = :key OR key IN (
        SELECT key FROM urls WHERE article IN (
            SELECT article FROM urls WHERE key = :key
            UNION ALL SELECT article FROM urls WHERE url = :url)))
"""


class Known(NamedTuple):
    """A capture that is there. told: whether an article was read from it; else its writer was
    killed before, or it held none."""

    capture: int
    told: bool


class Before(NamedTuple):
    """The capture that a revisit record refers to, and the record that holds its body."""

    capture: int
    record_id: str
    url: str
    fetched: str


def of_record(archive: Archive, record_id: str) -> Known | None:
    """The capture of this record."""
    found = archive._rows(_OF_RECORD, (record_id,))
    return Known(found[0][0], bool(found[0][1])) if found else None


def of_body(archive: Archive, url: str, digest: str) -> dict[str, Known]:
    """The captures of this body from this address, by their times."""
    found = archive._rows(_SAME, (url, digest))
    return {fetched: Known(capture, bool(told)) for fetched, capture, told in found}


def before(archive: Archive, record_id: str, url: str, fetched: str) -> Before | None:
    """The capture of this record, or else of this address at this time."""
    found = archive._rows(_BEFORE, (record_id, url, fetched))
    return Before(*found[0]) if found else None


def is_erased(archive: Archive, key: str, url: str) -> bool:
    """Whether nothing of the article of this key and address may be kept."""
    return bool(archive._rows(_ERASED, {"key": key, "url": url}))


def slug_of_host(archive: Archive, slugs: tuple[str, ...]) -> str | None:
    """The first of these slugs that is a site of the archive."""
    for slug in slugs:
        if archive._rows("SELECT 1 FROM sites WHERE slug = ?", (slug,)):
            return slug
    return None
