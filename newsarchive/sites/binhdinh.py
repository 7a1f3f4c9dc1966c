"""Bình Định: a guessed host.

Known: nothing. The host is formed as those of other provinces are; nobody is known to have met it.
Not known: all else. The province became part of Gia Lai on 1 July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="binhdinh",
    name="Công an tỉnh Bình Định",
    province="Bình Định",
    province_2025="Gia Lai",
    hosts=("congan.binhdinh.gov.vn",),
    evidence="guessed",
    active=False,
    successor="gialai",
    note="Merged into Gia Lai in July 2025; the host is a guess.",
)
