"""Ninh Bình: a portal with article addresses that are a bare slug.

Known: three addresses quoted in public pages, '/<slug>' without a number. Sections look the same,
so no shape of articles is given. A fetch log of 2026 had to switch certificate checks off. Not
known: the CMS. Hà Nam and Nam Định became part of Ninh Bình in July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="ninhbinh",
    name="Công an tỉnh Ninh Bình",
    province="Ninh Bình",
    province_2025="Ninh Bình",
    hosts=("congan.ninhbinh.gov.vn",),
    evidence="read",
)
