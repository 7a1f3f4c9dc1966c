"""Khánh Hòa: article addresses that are a bare slug under '/vi/'.

Known: one address quoted in public pages, '/vi/<slug>'. Sections may look the same, so no shape of
articles is given. Not known: the CMS. Ninh Thuận became part of Khánh Hòa in July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="khanhhoa",
    name="Công an tỉnh Khánh Hòa",
    province="Khánh Hòa",
    province_2025="Khánh Hòa",
    hosts=("congan.khanhhoa.gov.vn",),
    evidence="read",
)
