"""Migration 005: narrow indexes from which a search reads its filters and its order.

An article's row is long; these hold only what filters ask and what orders, so that a search reads
the rows of the articles it shows and no others.
"""

from __future__ import annotations

_FILTERS = "section, gone, version, withheld"

SEARCH = (
    f"CREATE INDEX articles_newest ON articles(published, id, site, {_FILTERS})",
    f"CREATE INDEX articles_narrow ON articles(id, published, site, {_FILTERS})",
    f"CREATE INDEX articles_site_newest ON articles(site, published, id, {_FILTERS})",
    "CREATE INDEX articles_section_newest "
    "ON articles(section, published, id, site, gone, version, withheld)",
    "CREATE INDEX articles_changed_newest "
    f"ON articles(published, id, site, {_FILTERS}) WHERE version > 1",
)
