"""Vĩnh Long: a portal of which only static pages are known.

Known: one address, '/trang/<slug>.html', of a page that is no news. Not known: the CMS, article
addresses. Bến Tre and Trà Vinh became part of Vĩnh Long in July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="vinhlong",
    name="Công an tỉnh Vĩnh Long",
    province="Vĩnh Long",
    province_2025="Vĩnh Long",
    hosts=("congan.vinhlong.gov.vn",),
    evidence="read",
    skip=(r"^/trang/",),
)
