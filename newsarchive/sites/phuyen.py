"""Phú Yên: a guessed host.

Known: nothing. The host is formed as those of other provinces are; nobody is known to have met it.
Not known: all else. The province became part of Đắk Lắk on 1 July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="phuyen",
    name="Công an tỉnh Phú Yên",
    province="Phú Yên",
    province_2025="Đắk Lắk",
    hosts=("congan.phuyen.gov.vn",),
    evidence="guessed",
    active=False,
    successor="daklak",
    note="Merged into Đắk Lắk in July 2025; the host is a guess.",
)
