"""An Giang: a portal with article addresses that are a bare slug.

Known: one address quoted in public pages, '/<slug>' without a number, as Ninh Bình's; the slug
drops the slashes of '87/2026/TT-BCA'. Sections look the same, so no shape of articles is given.
Not known: the CMS, the sections. Kiên Giang became part of An Giang in July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="angiang",
    name="Công an tỉnh An Giang",
    province="An Giang",
    province_2025="An Giang",
    hosts=("congan.angiang.gov.vn",),
    evidence="read",
)
