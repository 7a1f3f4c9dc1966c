"""Sơn La: WordPress, with article addresses that are a bare slug.

Known: one article address, '/<slug>/', and pictures under /wp-content/uploads/. Sections may look
the same, so no shape of articles is given. Not known: the theme.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="sonla",
    name="Công an tỉnh Sơn La",
    province="Sơn La",
    province_2025="Sơn La",
    hosts=("congan.sonla.gov.vn",),
    evidence="read",
    family="wordpress",
)
