"""Long An: a guessed host.

Known: nothing. The host is formed as those of other provinces are; nobody is known to have met it.
Not known: all else. The province became part of Tây Ninh on 1 July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="longan",
    name="Công an tỉnh Long An",
    province="Long An",
    province_2025="Tây Ninh",
    hosts=("congan.longan.gov.vn",),
    evidence="guessed",
    active=False,
    successor="tayninh",
    note="Merged into Tây Ninh in July 2025; the host is a guess.",
)
