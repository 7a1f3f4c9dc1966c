"""Bình Phước: a guessed host.

Known: nothing. The host is formed as those of other provinces are; nobody is known to have met it.
Not known: all else. The province became part of Đồng Nai on 1 July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="binhphuoc",
    name="Công an tỉnh Bình Phước",
    province="Bình Phước",
    province_2025="Đồng Nai",
    hosts=("congan.binhphuoc.gov.vn",),
    evidence="guessed",
    active=False,
    successor="dongnai",
    note="Merged into Đồng Nai in July 2025; the host is a guess.",
)
