"""Bình Dương: a guessed host.

Known: nothing. The host is formed as those of other provinces are; nobody is known to have met it.
Not known: all else. The province became part of Hồ Chí Minh City on 1 July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="binhduong",
    name="Công an tỉnh Bình Dương",
    province="Bình Dương",
    province_2025="Thành phố Hồ Chí Minh",
    hosts=("congan.binhduong.gov.vn",),
    evidence="guessed",
    active=False,
    successor="hochiminh",
    note="Merged into Thành phố Hồ Chí Minh in July 2025; the host is a guess.",
)
