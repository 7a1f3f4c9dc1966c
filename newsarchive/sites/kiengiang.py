"""Kiên Giang: a guessed host.

Known: nothing. The host is formed as those of other provinces are; nobody is known to have met it.
Not known: all else. The province became part of An Giang on 1 July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="kiengiang",
    name="Công an tỉnh Kiên Giang",
    province="Kiên Giang",
    province_2025="An Giang",
    hosts=("congan.kiengiang.gov.vn",),
    evidence="guessed",
    active=False,
    successor="angiang",
    note="Merged into An Giang in July 2025; the host is a guess.",
)
