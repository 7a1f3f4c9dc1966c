"""Trà Vinh: a guessed host.

Known: nothing. The host is formed as those of other provinces are; nobody is known to have met it.
Not known: all else. The province became part of Vĩnh Long on 1 July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="travinh",
    name="Công an tỉnh Trà Vinh",
    province="Trà Vinh",
    province_2025="Vĩnh Long",
    hosts=("congan.travinh.gov.vn",),
    evidence="guessed",
    active=False,
    successor="vinhlong",
    note="Merged into Vĩnh Long in July 2025; the host is a guess.",
)
