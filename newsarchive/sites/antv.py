"""Truyền hình Công an nhân dân (ANTV): the television of the police.

Known: article addresses, '/<section>-<n>/<slug>-<9 hex digits>.html', and that the date in the
page's head is the clock's. Not known: the CMS, markup.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="antv",
    name="Truyền hình Công an nhân dân",
    province=None,
    province_2025=None,
    hosts=("antv.gov.vn",),
    evidence="read",
    article=r"/[a-z0-9-]+-\d+/[a-z0-9-]+-[0-9A-F]{9}\.html",
    skip=(r"^/tag/",),
)
