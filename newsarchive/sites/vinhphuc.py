"""Vĩnh Phúc: a guessed host.

Known: nothing. The host is formed as those of other provinces are; nobody is known to have met it.
Not known: all else. The province became part of Phú Thọ on 1 July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="vinhphuc",
    name="Công an tỉnh Vĩnh Phúc",
    province="Vĩnh Phúc",
    province_2025="Phú Thọ",
    hosts=("congan.vinhphuc.gov.vn",),
    evidence="guessed",
    active=False,
    successor="phutho",
    note="Merged into Phú Thọ in July 2025; the host is a guess.",
)
