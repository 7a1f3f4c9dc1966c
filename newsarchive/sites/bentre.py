"""Bến Tre: a guessed host.

Known: nothing. The host is formed as those of other provinces are; nobody is known to have met it.
Not known: all else. The province became part of Vĩnh Long on 1 July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="bentre",
    name="Công an tỉnh Bến Tre",
    province="Bến Tre",
    province_2025="Vĩnh Long",
    hosts=("congan.bentre.gov.vn",),
    evidence="guessed",
    active=False,
    successor="vinhlong",
    note="Merged into Vĩnh Long in July 2025; the host is a guess.",
)
