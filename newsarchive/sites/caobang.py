"""Cao Bằng: a guessed host.

Known: nothing. The host is formed as those of other provinces are; nobody is known to have met it.
Not known: all else.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="caobang",
    name="Công an tỉnh Cao Bằng",
    province="Cao Bằng",
    province_2025="Cao Bằng",
    hosts=("congan.caobang.gov.vn",),
    evidence="guessed",
    note="The host is a guess.",
)
