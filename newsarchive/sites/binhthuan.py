"""Bình Thuận: a guessed host.

Known: nothing. The host is formed as those of other provinces are; nobody is known to have met it.
Not known: all else. The province became part of Lâm Đồng on 1 July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="binhthuan",
    name="Công an tỉnh Bình Thuận",
    province="Bình Thuận",
    province_2025="Lâm Đồng",
    hosts=("congan.binhthuan.gov.vn",),
    evidence="guessed",
    active=False,
    successor="lamdong",
    note="Merged into Lâm Đồng in July 2025; the host is a guess.",
)
