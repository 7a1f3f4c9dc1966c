"""Báo Công an nhân dân: the newspaper of the police, on a CMS of its own.

Known from public scrapers: article addresses, '/<Section>/<slug>-i<id>/' and the older
'/<Section>/<Title-Without-Marks>-<id>/', the markup, the page of feeds '/rssfeed/'.
amp.cand.com.vn shows the same articles. Not known: how far back lists lead.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="cand",
    name="Báo Công an nhân dân",
    province=None,
    province_2025=None,
    hosts=("cand.com.vn",),
    evidence="read",
    article=r"(?!/tag/)/[\w-]+/[\w-]+-i?\d+/?",
    family="cand",
)
