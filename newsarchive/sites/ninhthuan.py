"""Ninh Thuận: a guessed host.

Known: nothing. The host is formed as those of other provinces are; nobody is known to have met it.
Not known: all else. The province became part of Khánh Hòa on 1 July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="ninhthuan",
    name="Công an tỉnh Ninh Thuận",
    province="Ninh Thuận",
    province_2025="Khánh Hòa",
    hosts=("congan.ninhthuan.gov.vn",),
    evidence="guessed",
    active=False,
    successor="khanhhoa",
    note="Merged into Khánh Hòa in July 2025; the host is a guess.",
)
