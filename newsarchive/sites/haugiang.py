"""Hậu Giang: a guessed host.

Known: nothing. The host is formed as those of other provinces are; nobody is known to have met it.
Not known: all else. The province became part of Cần Thơ on 1 July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="haugiang",
    name="Công an tỉnh Hậu Giang",
    province="Hậu Giang",
    province_2025="Cần Thơ",
    hosts=("congan.haugiang.gov.vn",),
    evidence="guessed",
    active=False,
    successor="cantho",
    note="Merged into Cần Thơ in July 2025; the host is a guess.",
)
